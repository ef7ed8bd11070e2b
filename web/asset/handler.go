package asset

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// kinds are the media types that this package serves. What has another ending is
// built into the program perhaps, but not reachable: fail closed.
var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

// Handler serves /static/{hash}/{name}; mount it at Prefix. The hash must be the
// one of the file: a path with another hash, a folder and an unknown name are all
// the same 404. It answers GET and HEAD, honours If-None-Match and Range
// (RFC 9110, sections 13.1.2 and 14.2), and never compresses.
func Handler() http.Handler { return std.handler() }

func (s *shelf) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := s.all()[name]
		if !ok || f.hash != hash {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // RFC 8246
		h.Set("ETag", `"`+f.hash+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
	})
}
