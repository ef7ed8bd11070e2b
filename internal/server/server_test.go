package server

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/ui"
)

// fill puts values into a route's pattern: a room and what is in it.
func fill(pattern string, room talks.RoomID, name, index string) string {
	return strings.NewReplacer("{process}", "harbour", "{room}", string(room), "{name}", name, "{index}", index, "{delegation}", "ru", "{id}", "nothing", "{$}", "").Replace(pattern)
}

// TestEveryRoute asks each route for something that the viewer sees.
func TestEveryRoute(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Export = func(_ context.Context, v *ledger.View, w io.Writer) error {
			_, err := fmt.Fprintln(w, "process:", v.Process())
			return err
		}
	})
	named := map[string]string{"party": "party-ru", "position": "harbour", "issue": "harbour"}
	for _, rt := range Routes() {
		if rt.Method != http.MethodGet || strings.HasSuffix(rt.Name, "live") || ofAccounts(rt) {
			continue
		}
		room := h.rooms["direct"]
		if named[rt.Name] != "" {
			room = h.rooms["lobby"]
		}
		path := fill(rt.Pattern, room, cmp.Or(named[rt.Name], "nobody"), "1")
		a := h.get(path, "us-head")
		if strings.Contains(rt.Pattern, "{name}") && named[rt.Name] == "" {
			if a.status != http.StatusNotFound {
				t.Errorf("%s: status %d for what does not exist", rt.Name, a.status)
			}
			continue
		}
		if a.status != http.StatusOK && a.status != http.StatusSeeOther {
			t.Errorf("%s: status %d\n%.300s", rt.Name, a.status, a.body)
		}
		checkHeaders(t, rt.Name, a)
		head := h.do(http.MethodHead, path, "us-head", "")
		head.header.Del("Content-Length") // of an archive, only the body itself says it
		a.header.Del("Content-Length")
		if head.status != a.status || head.body != "" || !gocmp.Equal(head.header, a.header) {
			t.Errorf("%s: HEAD differs: %d, %s", rt.Name, head.status, gocmp.Diff(a.header, head.header))
		}
	}
}

// ofAccounts reports whether a route is only there where there are accounts.
func ofAccounts(rt Route) bool {
	return !strings.HasPrefix(rt.Pattern, below) && !strings.HasPrefix(rt.Pattern, "/api") &&
		!slices.Contains([]string{"first", routeHealth, routeReady}, rt.Name)
}

// checkHeaders: what every answer says that depends on a viewer, or on nobody.
func checkHeaders(t *testing.T, name string, a answer) {
	t.Helper()
	for k, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if !strings.HasPrefix(a.header.Get(k), want) {
			t.Errorf("%s: %s is %q", name, k, a.header.Get(k))
		}
	}
	for _, directive := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(a.header.Get("Content-Security-Policy"), directive) {
			t.Errorf("%s: no %s", name, directive)
		}
	}
	if a.header.Get("Etag") != "" || a.header.Get("Last-Modified") != "" || a.header.Get("Content-Encoding") != "" {
		t.Errorf("%s: %v", name, a.header)
	}
}

// unsafeMarkup is what the content security policy would refuse.
var unsafeMarkup = regexp.MustCompile(`(?i)<script(?:>| [^>]*>[^<])|<style| style="| on[a-z]+="|javascript:`)

func TestPagesHaveNothingInline(t *testing.T) {
	h := open(t, nil)
	for _, rt := range Routes() {
		if rt.Method == http.MethodGet && !strings.HasSuffix(rt.Name, "live") {
			if m := unsafeMarkup.FindString(h.get(fill(rt.Pattern, h.rooms["lobby"], "harbour", "1"), "us-head").body); m != "" {
				t.Errorf("%s has %q", rt.Name, m)
			}
		}
	}
}

// TestHiddenIsNowhere: a room that a viewer does not sit in, one that never was, and a route that is none are the same bytes.
func TestHiddenIsNowhere(t *testing.T) {
	h := open(t, nil)
	bodies := []string{"", form("compose", "remark", "text", "hello"), `{"kind":"remark.write","body":{"text":"hello"}}`, `{"kind":`}
	for _, rt := range Routes() {
		if !strings.Contains(rt.Pattern, "{room}") {
			continue
		}
		for _, name := range []string{"quay", "never"} {
			for _, index := range []string{"0", "1", "99", "x"} {
				for i, body := range bodies {
					if rt.Method == http.MethodGet && i > 0 {
						continue
					}
					hidden := h.do(rt.Method, fill(rt.Pattern, h.rooms["direct"], name, index), "ua-head", body)
					none := h.do(rt.Method, fill(rt.Pattern, nowhere, name, index), "ua-head", body)
					if !gocmp.Equal(hidden, none, gocmp.AllowUnexported(answer{})) {
						t.Errorf("%s with body %d: %s", rt.Name, i, gocmp.Diff(hidden, none, gocmp.AllowUnexported(answer{})))
					}
					if hidden.status < 400 {
						t.Errorf("%s: status %d", rt.Name, hidden.status)
					}
				}
			}
		}
	}
	want := h.get(h.page("/rooms/{direct}"), "ua-head")
	for _, path := range []string{"/p/other", "/p/harbour/nonsense", "/nonsense", "/p/harbour/rooms/UPPER", "/p/harbour/delegations/xx", "/p/harbour/rooms/" + strings.Repeat("z", 3000), h.page("/rooms/{direct}?at=2025-02-18T12:00:00Z")} {
		if got := h.get(path, "ua-head"); got.status != http.StatusNotFound || got.body != want.body || !maps.EqualFunc(got.header, want.header, equal) {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
		if got := h.do(method, h.page(""), "ua-head", ""); got.status != http.StatusNotFound || got.body != want.body {
			t.Errorf("%s: status %d", method, got.status)
		}
	}
	if got := h.get(h.page("/rooms/{direct}"), "us-nobody"); got.status != http.StatusNotFound || got.body != want.body {
		t.Errorf("a seat that nobody granted: %d", got.status)
	}
}

func equal(a, b []string) bool { return gocmp.Equal(a, b) }

// TestWithoutAccounts: a server that is no demo refuses the demo's credentials, and everything but the first page and what is static.
func TestWithoutAccounts(t *testing.T) {
	h := open(t, func(c *Config) { c.Demo = nil })
	for _, rt := range append(Routes(), Route{Method: "GET", Pattern: "/nonsense", Name: "none"}) {
		if rt.Name == "first" || rt.Name == routeHealth || rt.Name == routeReady || rt.Name == "api-page" || rt.Name == "api-document" { // which depend on nobody
			continue
		}
		path := fill(rt.Pattern, h.rooms["lobby"], "harbour", "0")
		for _, a := range []answer{
			h.do(rt.Method, path, "", form("seat", "us-head")),
			h.do(rt.Method, path, "us-head", form("seat", "us-head")),
			h.do(rt.Method, path, "", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "seat", Value: "us-head"}) }),
		} {
			if a.status != http.StatusUnauthorized || a.header.Get("Set-Cookie") != "" || strings.Contains(a.body, "Harbour") {
				t.Errorf("%s: status %d", rt.Name, a.status)
			}
			checkHeaders(t, rt.Name, a)
		}
	}
	if a := h.get("/", "us-head"); a.status != http.StatusOK || !strings.Contains(a.body, "parley demo") {
		t.Errorf("the first page: %d\n%s", a.status, a.body)
	}
	if a := h.get(asset.URL(asset.Stylesheet), ""); a.status != http.StatusOK {
		t.Errorf("the stylesheet: %d", a.status)
	}
}

func TestAuthenticate(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Demo = nil
		c.Authenticate = func(r *http.Request) (ledger.Viewer, bool) {
			seat := r.Header.Get("X-Seat")
			return ledger.Viewer{Process: "harbour", Seat: talks.Seat(seat)}, seat != ""
		}
	})
	as := func(seat string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Seat", seat) }
	}
	for _, tt := range []struct {
		path, seat string
		status     int
	}{
		{h.page(""), "us-head", 200}, {h.page(""), "", 401}, {h.page(""), "us-nobody", 404}, {"/p/other", "us-head", 404},
		{"/", "us-head", 303}, {"/", "", 401}, {h.page("/rooms/{direct}"), "ua-head", 404},
	} {
		a := h.do(http.MethodGet, tt.path, "us-head", "", as(tt.seat)) // the demo's credentials count for nothing
		if a.status != tt.status {
			t.Errorf("%s as %q: %d, want %d", tt.path, tt.seat, a.status, tt.status)
		}
		if strings.Contains(a.body, "/demo/seat") {
			t.Errorf("%s: a seat switcher outside of a demo", tt.path)
		}
	}
}

func TestSeatSwitcher(t *testing.T) {
	h := open(t, nil)
	if a := h.get(h.page(""), ""); !strings.Contains(a.body, `data-seat="us-head"`) {
		t.Error("the first seat is not where one begins")
	}
	a := h.do(http.MethodPost, "/demo/seat", "", form("seat", "ua-head", "back", "positions"))
	if c := a.header.Get("Set-Cookie"); a.status != http.StatusSeeOther || a.header.Get("Location") != h.page("/positions") || c != "seat=ua-head; Path=/; HttpOnly; SameSite=Lax" {
		t.Errorf("%d to %s with %s", a.status, a.header.Get("Location"), c)
	}
	seated := h.do(http.MethodGet, h.page(""), "", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "seat", Value: "ua-head"}) })
	if !strings.Contains(seated.body, `data-seat="ua-head"`) {
		t.Error("the cookie is not the seat")
	}
	for _, cookie := range []string{"", "xx", "ua-nobody", strings.Repeat("a", 4000)} {
		a := h.do(http.MethodGet, h.page(""), "", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "seat", Value: cookie}) })
		if !strings.Contains(a.body, `data-seat="us-head"`) {
			t.Errorf("cookie %.10q: %d", cookie, a.status)
		}
	}
	for back, want := range map[string]string{
		"rooms/" + string(h.rooms["direct"]): "", "rooms/" + string(h.rooms["lobby"]): h.page("/rooms/{lobby}"), "//evil.example": "", "https://evil.example": "", "..": "",
		"issues/" + string(h.rooms["direct"]) + "/quay": "/issues", "issues/" + string(h.rooms["lobby"]) + "/harbour": h.page("/issues/{lobby}/harbour"),
	} {
		a := h.do(http.MethodPost, "/demo/seat", "", form("seat", "ua-head", "back", back))
		if got := a.header.Get("Location"); got != want && got != "/p/harbour"+want {
			t.Errorf("back to %q: %s", back, got)
		}
	}
	if a := h.do(http.MethodPost, "/demo/seat", "", form("seat", "us-nobody")); a.status != http.StatusNotFound || a.header.Get("Set-Cookie") != "" {
		t.Errorf("a seat that is not offered: %d", a.status)
	}
	for _, auth := range []string{"Bearer us-head", "Bearer demo:", "Bearer demo:../x", "Basic ZGVtbzp4", "demo:us-head"} {
		a := h.do(http.MethodGet, h.page(""), "", "", func(r *http.Request) { r.Header.Set("Authorization", auth) })
		if a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", auth, a.status)
		}
	}
}

func TestAsOf(t *testing.T) {
	h := open(t, nil)
	past := h.get(h.page("/rooms/{direct}?at=2025-02-18T09:12:30Z"), "us-head")
	if past.status != 200 || !strings.Contains(past.body, "As of 18 Feb 2025, 09:12 UTC") || strings.Contains(past.body, "data-live=") || strings.Contains(past.body, "<textarea") {
		t.Errorf("the past: %d\n%s", past.status, past.body)
	}
	if !strings.Contains(past.body, "at=2025-02-18T09%3A12%3A30Z") {
		t.Error("links of a page of the past lead to the present")
	}
	if !strings.Contains(past.body, `href="`+h.page("/rooms/{direct}")+`"`) {
		t.Error("no way back to the present")
	}
	for _, at := range []string{"", "yesterday", "2025-02-18", "2025-02-18T09:00:00", "2025-02-18T09:00:00+01:00x", "2025-13-18T09:00:00Z", "0001-01-01T00:00:00Z", "2025-02-18T09:00:00Z&at=2025-02-18T09:00:00Z", "1739869200"} {
		for _, path := range []string{h.page("?at=" + at), "/api/v1/processes/harbour/view?at=" + at} {
			if a := h.get(path, "us-head"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "2025-02-18T09:00:00Z") && !strings.HasPrefix(path, "/api") {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	// Before anything was there.
	for _, rt := range pages {
		if !strings.Contains(rt.path, "{") {
			if a := h.get(h.page(rt.path+"?at=1999-01-01T00:00:00Z"), "us-head"); a.status != http.StatusOK {
				t.Errorf("%s before the beginning: %d", rt.name, a.status)
			}
		}
	}
	for stop, want := range map[string]string{
		"0": "?at=2025-02-18T09%3A00%3A00Z&issue=x", "5": "?at=2025-02-18T09%3A05%3A00Z&issue=x", "999": "?issue=x",
	} {
		if a := h.get(h.page("/positions?issue=x&stop="+stop), "us-head"); a.status != http.StatusSeeOther || a.header.Get("Location") != h.page("/positions"+want) {
			t.Errorf("stop %s: %d to %s", stop, a.status, a.header.Get("Location"))
		}
	}
	for _, stop := range []string{"", "-1", "x", "99999999999999999999"} {
		if a := h.get(h.page("?stop="+stop), "us-head"); a.status != http.StatusBadRequest {
			t.Errorf("stop %q: %d", stop, a.status)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	h := open(t, nil)
	for _, path := range []string{h.page("/rooms/{direct}/acts"), h.page("/seen"), "/demo/seat", h.acts("direct")} {
		a := h.do(http.MethodPost, path, "us-head", form("compose", "remark", "text", "x", "seat", "ua-head"), func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		})
		if a.status != http.StatusForbidden || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", path, a.status)
		}
		checkHeaders(t, path, a)
	}
}

// TestFaults: each kind of error has one answer, for people and for programs.
func TestFaults(t *testing.T) {
	var log bytes.Buffer
	for _, tt := range []struct {
		err    error
		status int
	}{
		{ledger.ErrNotFound, 404},
		{fmt.Errorf("reading: %w", ui.ErrNotFound), 404},
		{talks.Problems{talks.NewProblem("missing", "text")}, 422},
		{talks.Problems{talks.NewProblem("unknown-ref", "issue", "x")}, 422},
		{talks.Problems{talks.NewProblem("missing", "text"), talks.NewProblem("no-authority", "", "a", "b", "c")}, 403},
		{talks.Problems{talks.NewProblem("name-taken", "name", "a", "b")}, 409},
		{talks.Problems{talks.NewProblem("payload-too-large", "", "256")}, 413},
		{&ledger.ConflictError{Size: 4}, 409},
		{&ledger.ConflictError{Key: true}, 409},
		{&http.MaxBytesError{Limit: 1}, 413},
		{fmt.Errorf("appending: %w", ledger.ErrUnavailable), 503},
		{ledger.ErrStopped, 503},
		{ledger.ErrCorrupt, 503},
		{errors.New("the words of a room"), 500},
		{errBusy, 503},
	} {
		s := newServer(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
		h := s.secured(s.handle("test", func(http.ResponseWriter, *http.Request) error { return tt.err }))
		for path, kind := range map[string]string{"/p/x": "text/html; charset=utf-8", "/api/v1": "application/problem+json"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
			if w.Code != tt.status || w.Header().Get("Content-Type") != kind {
				t.Errorf("%v at %s: %d %s", tt.err, path, w.Code, w.Header().Get("Content-Type"))
			}
			if strings.Contains(w.Body.String(), "the words of a room") {
				t.Errorf("%v at %s: the answer has the error's text", tt.err, path)
			}
			checkHeaders(t, path, answer{w.Code, w.Header(), w.Body.String()})
		}
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := newServer(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	ask := func(h handler) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.handle("test", h).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/p/harbour/rooms/secret", http.NoBody))
		return w
	}
	w := ask(func(http.ResponseWriter, *http.Request) error { panic("what was said in a room") })
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "TestPanic") {
		t.Errorf("%d\n%s", w.Code, log.String())
	}
	ask(func(http.ResponseWriter, *http.Request) error {
		one := []int{1}
		one = one[:len(one)-1]
		one[len(one)/2]++
		return nil
	})
	if !strings.Contains(log.String(), "index out of range") {
		t.Error("the log does not say what went wrong")
	}
	for _, word := range []string{"what was said", "secret"} {
		if strings.Contains(log.String(), word) || strings.Contains(w.Body.String(), word) {
			t.Errorf("%q came out\n%s", word, log.String())
		}
	}
	// Half an answer must end as one.
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // the value itself is what net/http looks for
			t.Errorf("panicked with %v", p)
		}
	}()
	ask(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = w.Write([]byte("half"))
		panic("late")
	})
}

// The log of requests has no address: it would say who looked at which room.
func TestLogHasNoAddresses(t *testing.T) {
	var log bytes.Buffer
	h := open(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	h.get(h.page("/rooms/{direct}"), "us-head")
	h.get(h.page("/search?q=secretword"), "us-head")
	h.get("/nonsense-address", "us-head")
	for _, word := range []string{string(h.rooms["direct"]), "secretword", "nonsense-address", "us-head"} {
		if strings.Contains(log.String(), word) {
			t.Errorf("the log has %q:\n%s", word, log.String())
		}
	}
	if !strings.Contains(log.String(), "route=room status=200") {
		t.Errorf("the log:\n%s", log.String())
	}
}

func TestLimits(t *testing.T) {
	s := newHTTPServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 || s.ErrorLog == nil {
		t.Errorf("limits are missing: %+v", s)
	}
	h := open(t, nil)
	big := strings.Repeat("x", maxBody+1)
	for path, body := range map[string]string{
		h.page("/rooms/{direct}/acts"): "compose=remark&text=" + big,
		h.acts("direct"):               `{"kind":"remark.write","body":{"text":"` + big + `"}}`,
	} {
		if a := h.do(http.MethodPost, path, "us-head", body); a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestServe: a byte at a time is not waited for, and the end of the context ends the server and its streams.
func TestServe(t *testing.T) {
	h := open(t, nil)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, New(Config{Ledger: h.ledger, Demo: &Demo{"harbour", []talks.Seat{"us-head"}}}), nil)
	}()
	h.url = "http://" + l.Addr().String()
	st := h.listen("us-head", "")
	st.next(t)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(closeTime):
		t.Error("the server did not end")
	}
	if !st.ends() {
		t.Error("the stream did not end")
	}
}
