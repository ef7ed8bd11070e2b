package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tt := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:1000", nil, "192.0.2.1"},
		{"192.0.2.1:1000", []string{"198.51.100.1"}, "192.0.2.1"}, // nobody asked that one
		{"10.0.0.1:1000", nil, "10.0.0.1"},
		{"10.0.0.1:1000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1000", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"}, // the left one is the client's own word
		{"10.0.0.1:1000", []string{"203.0.113.9, 198.51.100.1, 10.2.3.4"}, "198.51.100.1"},
		{"10.0.0.1:1000", []string{"203.0.113.9", "198.51.100.1", "10.2.3.4"}, "198.51.100.1"},
		{"10.0.0.1:1000", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"10.0.0.1:1000", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"10.0.0.1:1000", []string{"2001:db8::1"}, "2001:db8::1"},
		{"10.0.0.1:1000", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"10.0.0.1:1000", []string{"unknown, 10.1.1.1"}, "10.1.1.1"},
		{"10.0.0.1:1000", []string{""}, "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1000", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"[fd00::1]:1000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1000", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		{"@", []string{"198.51.100.1"}, "invalid IP"},
	} {
		d := newDoor(Config{Proxies: proxies})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = tt.peer
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := d.address(r).String(); got != tt.want {
			t.Errorf("%s with %q: %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
	}
	if a, b := block(netip.MustParseAddr("2001:db8::1")), block(netip.MustParseAddr("2001:db8::ffff:1")); a != b {
		t.Errorf("%s and %s are of one network", a, b)
	}
	if a := netip.MustParseAddr("192.0.2.1"); block(a) != a {
		t.Error("an IPv4 address is not counted by itself")
	}
}

func TestSecure(t *testing.T) {
	d := newDoor(Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for _, tt := range []struct {
		peer  string
		proto []string
		want  bool
	}{
		{"10.0.0.1:1", []string{"https"}, true},
		{"10.0.0.1:1", []string{"HTTPS"}, true},
		{"10.0.0.1:1", []string{"http"}, false},
		{"10.0.0.1:1", nil, false},
		{"10.0.0.1:1", []string{"https", "http"}, false},
		{"192.0.2.1:1", []string{"https"}, false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-Proto"] = tt.proto
		if got := d.secure(r); got != tt.want {
			t.Errorf("%s says %q: %v", tt.peer, tt.proto, got)
		}
	}
}

// TestHost: only what is for this host is answered, whatever else a request says; and who asks how the server is need not know its name.
func TestHost(t *testing.T) {
	for _, tt := range []struct {
		origin, host string
		local, want  bool
	}{
		{"https://talks.example", "talks.example", false, true},
		{"https://talks.example", "talks.example:443", false, true},
		{"https://talks.example", "TALKS.example", false, true},
		{"https://talks.example", "talks.example:8080", false, false},
		{"https://talks.example", "talks.example.evil.example", false, false},
		{"https://talks.example", "evil.example", false, false},
		{"https://talks.example", "localhost", false, false},
		{"https://talks.example", "", false, false},
		{"https://talks.example:8443", "talks.example:8443", false, true},
		{"https://talks.example:8443", "talks.example", false, false},
		{"http://localhost:8080", "localhost:8080", false, true},
		{"", "localhost:8080", true, true},
		{"", "127.0.0.1:8080", true, true},
		{"", "[::1]:8080", true, true},
		{"", "rebound.example:8080", true, false},
		{"", "127.0.0.1.evil.example", true, false},
		{"", "anything.example", false, true},
	} {
		h := New(Config{Origin: tt.origin, Local: tt.local, Ledger: open(t, nil).ledger})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Host = tt.host
		r.Header.Set("X-Forwarded-Host", "talks.example")
		r.Header.Set("Forwarded", "host=talks.example")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if admitted := w.Code != http.StatusMisdirectedRequest; admitted != tt.want {
			t.Errorf("%q asked for %q: %d", tt.origin, tt.host, w.Code)
		}
		if strings.Contains(w.Body.String(), "evil") || strings.Contains(w.Header().Get("Location"), "evil") {
			t.Errorf("the answer repeats %q", tt.host)
		}
		r.URL.Path = "/healthz"
		w = httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("healthz at %q: %d", tt.host, w.Code)
		}
	}
}

func TestStrictTransport(t *testing.T) {
	for origin, want := range map[string]bool{"https://talks.example": true, "": false} {
		h := New(Config{Origin: origin, Ledger: open(t, nil).ledger})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://talks.example/healthz", http.NoBody)
		r.TLS = nil
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != want {
			t.Errorf("origin %q: %v", origin, got)
		}
	}
}
