package server

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/asset"
)

// TestTraversal: no way of writing an address leads out of what is served, or to a file.
func TestTraversal(t *testing.T) {
	f := fortify(t, nil, nil)
	base := asset.URL(asset.Stylesheet)
	dir := base[:strings.LastIndex(base, "/")+1]
	for _, path := range []string{
		dir + "../../../etc/passwd", dir + "..%2f..%2f..%2fetc%2fpasswd", dir + "%2e%2e/%2e%2e/%2e%2e/etc/passwd", dir + "....//....//etc/passwd",
		dir + "..\\..\\etc\\passwd", dir + "..%5c..%5cetc%5cpasswd", dir + "%252e%252e%252fetc/passwd", dir + "%c0%ae%c0%ae/etc/passwd",
		dir + "%00", dir + asset.Stylesheet + "%00.png", dir, strings.TrimSuffix(dir, "/"), "//etc/passwd", "/static/../go.mod", "/./../parley.db",
		f.page("/../../parley.db"), f.page("/rooms/..%2f..%2fparley.db"), f.page("/rooms/%00"), f.page("/export/../../accounts.db"), "/p/..%2f..%2fetc/passwd",
		f.page("/rooms/{direct}%00"), f.page("/sources/%2e%2e/%2e%2e"), "*", "http://evil.example/",
	} {
		res, body := f.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + bearer + "Connection: close\r\n\r\n")
		if res == nil {
			t.Errorf("%s: %s", path, body)
			continue
		}
		if res.StatusCode == http.StatusOK && path != "http://evil.example/" || res.StatusCode >= 500 || strings.Contains(body, "root:") || strings.Contains(body, "module parley") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if to := res.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

// TestSmuggling: a request that two servers could read in two ways is refused, and what follows it on the connection is not read.
func TestSmuggling(t *testing.T) {
	f := fortify(t, nil, nil)
	post := "POST " + f.page("/seen") + " HTTP/1.1\r\nHost: x\r\n" + bearer + "Content-Type: application/x-www-form-urlencoded\r\n"
	for name, request := range map[string]string{
		"two lengths":             post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
		"lengths in a list":       post + "Content-Length: 4, 5\r\n\r\nabcde",
		"a signed length":         post + "Content-Length: +4\r\n\r\nabcd",
		"a length in hex":         post + "Content-Length: 0x4\r\n\r\nabcd",
		"a coding twice":          post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a coding in disguise":    post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two codings":             post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"a space before a colon":  post + "Content-Length : 4\r\n\r\nabcd",
		"a folded header":         "GET / HTTP/1.1\r\nHost: x\r\n X: y\r\n\r\n",
		"two hosts":               "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"no host":                 "GET / HTTP/1.1\r\n\r\n",
		"a host with a path":      "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
		"a header without a name": "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
		"a NUL in a header":       "GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
		"a lone return":           "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
		"a made-up protocol":      "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
		"a space in the address":  "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
		"a method with a comma":   "G,T / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		res, body := f.raw(request + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
		if res == nil || res.StatusCode < 400 || !res.Close {
			t.Errorf("%s: %v %s", name, res, body)
		}
	}
	// Where both are given, the length counts for nothing, and the connection ends (RFC 9112, section 6.1).
	res, body := f.raw(post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
	if res == nil || res.StatusCode >= 500 || !res.Close {
		t.Errorf("a length and a coding: %v %s", res, body)
	}
	f.serves("after all that")
}

// TestHeaderInjection: nothing that is sent comes back as a header of its own.
func TestHeaderInjection(t *testing.T) {
	f := fortify(t, nil, nil)
	inject := "x\r\nSet-Cookie: injected=1\r\nX-Injected: 1"
	q := url.QueryEscape(inject)
	for _, rt := range Routes() {
		if rt.Method != http.MethodGet || strings.HasSuffix(rt.Pattern, "/live") {
			continue
		}
		path := fill(rt.Pattern, f.rooms["lobby"], "harbour", "1")
		for _, p := range []string{path + "?at=" + q + "&lang=" + q + "&q=" + q + "&then=" + q + "&stop=" + q, path + "/" + url.PathEscape(inject)} {
			checkInjected(t, p, f.get(p, "us-head"))
		}
	}
	for path, body := range map[string]string{
		"/demo/seat":                   form("seat", "us-head", "back", inject),
		f.page("/rooms/{direct}/acts"): form("compose", inject, "key", inject, "text", inject, "then", inject),
		f.page("/seen"):                form("to", inject, "back", inject),
	} {
		checkInjected(t, path, f.do(http.MethodPost, path, "us-head", body))
	}
}

func checkInjected(t *testing.T, what string, a answer) {
	t.Helper()
	for name, values := range a.header {
		if strings.Contains(name, "Injected") || strings.ContainsAny(strings.Join(values, ""), "\r\n") || strings.HasPrefix(strings.Join(values, ""), "injected") {
			t.Errorf("%s: %s: %q", what, name, values)
		}
	}
	if a.status >= 500 {
		t.Errorf("%s: %d", what, a.status)
	}
}

// TestMethods: only the methods of the table do anything, and TRACE does not echo.
func TestMethods(t *testing.T) {
	f := fortify(t, nil, nil)
	before := f.ledger.Processes()[0].Entries
	for _, rt := range Routes() {
		path := fill(rt.Pattern, f.rooms["lobby"], "harbour", "1")
		for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "PROPFIND", "BREW"} {
			if rt.Method == method {
				continue
			}
			res, body := f.raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + bearer + "X-Echo: secret-echo\r\nX-HTTP-Method-Override: POST\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			if res == nil || res.StatusCode < 400 || res.StatusCode >= 500 || strings.Contains(body, "secret-echo") || res.Header.Get("Allow") != "" {
				// An API may delete where its table says so.
				if res == nil || !listed(method, rt.Pattern) {
					t.Errorf("%s %s: %v", method, path, res)
				}
			}
		}
	}
	if after := f.ledger.Processes()[0].Entries; after != before {
		t.Errorf("%d entries were added", after-before)
	}
}

func listed(method, pattern string) bool {
	for _, rt := range Routes() {
		if rt.Method == method && rt.Pattern == pattern {
			return true
		}
	}
	return false
}

// TestEveryAnswerIsHardened: whatever is asked, and however wrongly, the answer cannot be framed, kept, guessed at or shared.
func TestEveryAnswerIsHardened(t *testing.T) {
	f := fortify(t, func(c *Config) {
		c.Origin = "https://talks.example"
		c.Export = func(_ context.Context, _ *ledger.View, _ io.Writer) error { return nil }
	}, nil)
	host := func(r *http.Request) { r.Host = "talks.example" }
	for _, rt := range Routes() {
		if strings.HasSuffix(rt.Pattern, "/live") {
			continue
		}
		for _, path := range []string{fill(rt.Pattern, f.rooms["lobby"], "harbour", "1"), fill(rt.Pattern, nowhere, "never", "x") + "?at=x"} {
			for _, seat := range []talks.Seat{"us-head", "nobody", ""} {
				for _, body := range []string{"", "x=%zz", "{"} {
					if body != "" && rt.Method == http.MethodGet {
						continue
					}
					a := f.do(rt.Method, path, seat, body, host)
					checkHeaders(t, cmp.Or(rt.Name, path), a)
					if a.header.Get("Strict-Transport-Security") == "" || a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "" {
						t.Errorf("%s: %v", rt.Name, a.header)
					}
				}
			}
		}
	}
	for _, a := range []answer{
		f.get("/", "us-head"), // of another host
		f.do(http.MethodPost, f.page("/seen"), "us-head", "x", host, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }),
		f.do(http.MethodGet, "/nowhere", "us-head", "", host),
	} {
		checkHeaders(t, "a refusal", a)
	}
}

// TestNoDecompression: what is compressed is not taken, and nothing is compressed.
func TestNoDecompression(t *testing.T) {
	f := fortify(t, nil, nil)
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "identity"} {
		a := f.do(http.MethodPost, f.acts("direct"), "us-head", `{"kind":"remark.write","body":{"text":"x"}}`, func(r *http.Request) { r.Header.Set("Content-Encoding", coding) })
		if a.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d", coding, a.status)
		}
	}
	a := f.do(http.MethodGet, f.page(""), "us-head", "", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, br, zstd") })
	if a.header.Get("Content-Encoding") != "" || !strings.Contains(a.body, "<html") {
		t.Errorf("a page is compressed: %v", a.header)
	}
}

// TestReady: the probes say how the server is and nothing else.
func TestReady(t *testing.T) {
	h := open(t, nil)
	var failing error
	c := Config{Ledger: h.ledger, Ready: func(context.Context) error { return failing }}
	handler := New(c)
	ask := func(path string) (int, string) {
		s := &house{t: t, url: serveHandler(t, handler)}
		a := s.get(path, "")
		return a.status, a.body
	}
	if status, body := ask("/readyz"); status != http.StatusOK || body != "ready\n" {
		t.Errorf("%d %q", status, body)
	}
	failing = io.ErrUnexpectedEOF
	if status, body := ask("/readyz"); status != http.StatusServiceUnavailable || body != "not ready\n" {
		t.Errorf("with the accounts closed: %d %q", status, body)
	}
	failing = nil
	handler.Drain()
	if status, _ := ask("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("when it is to end: %d", status)
	}
	if status, _ := ask("/healthz"); status != http.StatusOK {
		t.Errorf("the process lives: %d", status)
	}
}

// serveHandler serves a handler on a socket and returns its address.
func serveHandler(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
