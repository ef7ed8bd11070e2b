package server

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/plant"
)

// planted does what a server must not, where a fault is planted: name the state of the whole host in a header, or compress.
func (s *server) planted(w http.ResponseWriter, r *http.Request) {
	switch {
	case plant.Is("etag"):
		w.Header().Set("ETag", s.entries())
	case plant.Is("index-statistics"):
		w.Header().Set("Server-Timing", "index;desc="+s.entries())
	case plant.Is("compress") && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		w.Header().Set("Content-Encoding", "gzip")
	}
}

// entries is how many entries the host has, which no answer may depend on.
func (s *server) entries() string {
	var n int64
	for _, p := range s.Ledger.Processes() {
		n += p.Entries
	}
	return fmt.Sprintf("%q", strconv.FormatInt(n, 10))
}
