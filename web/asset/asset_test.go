package asset

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// built is what internal/bundle would have written.
func built() fstest.MapFS {
	return fstest.MapFS{
		".keep":           {},
		"parley.js":       {Data: []byte("let a=1")},
		"fonts.css":       {Data: []byte("@font-face{src:url(fonts/a.woff2)}\n")},
		"fonts/a.woff2":   {Data: []byte("wOF2")},
		"fonts/OFL.txt":   {Data: []byte("licence")},
		"fonts/notes.md":  {Data: []byte("# not to be served")},
		"fonts/.DS_Store": {Data: []byte("no")},
	}
}

func TestStylesheetOrder(t *testing.T) {
	s := newShelf(built())
	s.register("room", []byte(".room{}"))
	s.register("Base2", []byte(".other{}"))
	s.register(Base, []byte("body{}"))
	s.register("agenda", []byte(".agenda{}"))
	css := string(s.all()[Stylesheet].body)
	last := -1
	for _, want := range []string{"@font-face", "body{}", ".other{}", ".agenda{}", ".arrived", ".room{}"} {
		at := strings.Index(css, want)
		if at <= last {
			t.Errorf("%q is at %d, not after %d", want, at, last)
		}
		last = at
	}
	font := s.url("fonts/a.woff2")
	if !strings.Contains(css, "url("+font+")") {
		t.Errorf("the stylesheet does not name %s:\n%.120s", font, css)
	}
}

// The order of the calls must not show in the bytes, or two builds would differ.
func TestOrderOfCallsDoesNotMatter(t *testing.T) {
	a, b := newShelf(built()), newShelf(built())
	for _, name := range []string{"x", "y", Base} {
		a.register(name, []byte("."+name))
	}
	for _, name := range []string{Base, "y", "x"} {
		b.register(name, []byte("."+name))
	}
	if a.url(Stylesheet) != b.url(Stylesheet) {
		t.Errorf("%s and %s", a.url(Stylesheet), b.url(Stylesheet))
	}
}

func TestWithoutScripts(t *testing.T) {
	s := newShelf(fstest.MapFS{".keep": {}})
	if s.has(Script) || s.has(fontSheet) {
		t.Error("an empty folder has scripts or fonts")
	}
	if css := string(s.all()[Stylesheet].body); strings.Contains(css, "@font-face") {
		t.Errorf("font faces without fonts: %s", css)
	}
	defer func() {
		if recover() == nil {
			t.Error("URL of a missing file did not panic")
		}
	}()
	s.url(Script)
}

func TestRegisterPanics(t *testing.T) {
	for name, call := range map[string]func(*shelf){
		"twice":          func(s *shelf) { s.register("a", nil); s.register("a", nil) },
		"no name":        func(s *shelf) { s.register("", nil) },
		"too late":       func(s *shelf) { s.all(); s.register("a", nil) },
		"file too late":  func(s *shelf) { s.all(); s.registerFile("a.svg", nil) },
		"file twice":     func(s *shelf) { s.registerFile("favicon.svg", nil) },
		"file climbs":    func(s *shelf) { s.registerFile("../a.svg", nil) },
		"unknown ending": func(s *shelf) { s.registerFile("a.exe", nil) },
		"the stylesheet": func(s *shelf) { s.registerFile(Stylesheet, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			call(newShelf(built()))
		})
	}
}

func TestHandler(t *testing.T) {
	s := newShelf(built())
	server := httptest.NewServer(s.handler())
	defer server.Close()
	tests := []struct {
		method, path string
		status       int
		kind, body   string
	}{
		{"GET", s.url(Script), 200, "text/javascript; charset=utf-8", "let a=1"},
		{"HEAD", s.url(Script), 200, "text/javascript; charset=utf-8", ""},
		{"GET", s.url("fonts/a.woff2"), 200, "font/woff2", "wOF2"},
		{"GET", s.url("fonts/OFL.txt"), 200, "text/plain; charset=utf-8", "licence"},
		{"GET", s.url("favicon.svg"), 200, "image/svg+xml", string(favicon)},
		{"GET", "/static/0000000000000000/parley.js", 404, "", ""},
		{"GET", "/static/parley.js", 404, "", ""},
		{"GET", "/static/", 404, "", ""},
		{"GET", strings.TrimSuffix(s.url("fonts/a.woff2"), "a.woff2"), 404, "", ""},
		{"GET", s.url("fonts/a.woff2") + "/", 404, "", ""},
		{"POST", s.url(Script), 405, "", ""},
	}
	for _, tt := range tests {
		res := do(t, tt.method, server.URL+tt.path, "")
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != tt.status {
			t.Errorf("%s %s: status %d, want %d", tt.method, tt.path, res.StatusCode, tt.status)
			continue
		}
		if tt.status != 200 {
			if cache := res.Header.Get("Cache-Control"); strings.Contains(cache, "immutable") {
				t.Errorf("%s %s: an error is to be kept for ever", tt.method, tt.path)
			}
			continue
		}
		if got := res.Header.Get("Content-Type"); got != tt.kind || string(body) != tt.body {
			t.Errorf("%s %s: %s, %q", tt.method, tt.path, got, body)
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s %s: Cache-Control %q", tt.method, tt.path, got)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: the type may be guessed", tt.method, tt.path)
		}
	}
}

func TestNotModified(t *testing.T) {
	s := newShelf(built())
	server := httptest.NewServer(s.handler())
	defer server.Close()
	first := do(t, "GET", server.URL+s.url(Stylesheet), "")
	tag := first.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if again := do(t, "GET", server.URL+s.url(Stylesheet), tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d, want 304", again.StatusCode)
	}
	if other := do(t, "GET", server.URL+s.url(Script), tag); other.StatusCode != http.StatusOK {
		t.Errorf("another file's tag: status %d, want 200", other.StatusCode)
	}
}

// Only what has a known media type is reachable, and nothing with a leading dot.
func TestHidden(t *testing.T) {
	s := newShelf(built())
	for _, name := range []string{".keep", "fonts/.DS_Store", "fonts/notes.md", "fonts.css"} {
		if _, ok := s.all()[name]; ok {
			t.Errorf("%s is served", name)
		}
	}
}

func do(t *testing.T, method, url, tag string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	})
	return res
}
