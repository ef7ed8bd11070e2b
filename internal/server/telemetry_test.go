package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/internal/telemetry"
)

// buffer is a log that several goroutines write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// busy uses everything there is: every route as every seat and as nobody, rightly and wrongly, with words that occur nowhere else.
func busy(t *testing.T, h *house) (words []string) {
	t.Helper()
	words = []string{"harbour", "quay", "unseenword", "secretword", "wrongword", "us-head", "ru-head", "us-adviser", "127.0.0.1", "Lobby", "Caucus", "passphrase-typed"}
	for _, id := range h.rooms {
		words = append(words, string(id), short(id))
	}
	for _, rt := range Routes() {
		for _, room := range []talks.RoomID{h.rooms["lobby"], h.rooms["direct"], nowhere} {
			path := fill(rt.Pattern, room, "harbour", "1")
			if strings.HasSuffix(rt.Pattern, "/live") {
				st := h.listen("us-head", "")
				st.next(t)
				st.close()
				continue
			}
			for _, seat := range []talks.Seat{"us-head", "ua-head", "us-nobody", ""} {
				bodies := []string{""}
				if rt.Method != http.MethodGet {
					bodies = []string{form("compose", "remark", "text", "secretword", "login", "wrongword", "password", "passphrase-typed"),
						`{"kind":"remark.write","body":{"text":"secretword"}}`, `{"kind":"wrongword","body":{"wrongword":1}}`, "%zzwrongword"}
				}
				for _, body := range bodies {
					h.do(rt.Method, path+"?q=unseenword", seat, body)
				}
			}
		}
	}
	h.get("/unseenword/"+string(h.rooms["direct"]), "us-head")
	h.do("UNSEENWORD", "/", "us-head", "")
	return words
}

// TestNothingIsNamed: after a busy time, neither the log, nor the metrics, nor what was traced has a word of anybody's, a name, a room, a
// process, an address or anything else that was sent; and every label has one of a few values.
func TestNothingIsNamed(t *testing.T) {
	var log, traced buffer
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(&traced, r.Body)
		if r.URL.Path != "/v1/traces" || r.Header.Get("X-Collector") != "known" {
			t.Errorf("the collector is told at %s", r.URL.Path)
		}
	}))
	t.Cleanup(collector.Close)
	meter := telemetry.New("v1")
	for _, format := range []string{"text", "json"} {
		tracer, err := telemetry.NewTracer(t.Context(), telemetry.TracerOptions{
			Endpoint: collector.URL, Headers: map[string]string{"X-Collector": "known"}, Share: 1, Version: "v1",
		})
		if err != nil {
			t.Fatal(err)
		}
		accounts, err := account.Open(t.Context(), "memory:", account.WithSeed(1), account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 1}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = accounts.Close() })
		for _, demo := range []bool{true, false} {
			h := open(t, func(c *Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, nil))
				if format == "json" {
					c.Log = slog.New(slog.NewJSONHandler(&log, nil))
				}
				c.Meter, c.Tracer = meter, tracer
				c.Export = func(_ context.Context, v *ledger.View, w io.Writer) error {
					_, err := fmt.Fprintln(w, v.Process())
					return err
				}
				if !demo {
					c.Demo, c.Accounts = nil, accounts
				}
			})
			words := busyWithout(t, h, demo)
			checkUnnamed(t, "the log", log.String(), words)
			checkUnnamed(t, "the metrics", scrape(t, meter), words)
		}
		if err := tracer.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	h := open(t, nil)
	words := []string{"harbour", "unseenword", "secretword", "wrongword", "us-head", "127.0.0.1", "UNSEENWORD"}
	for _, id := range h.rooms {
		words = append(words, string(id), short(id))
	}
	checkUnnamed(t, "what was traced", traced.String(), words)
	for _, want := range []string{"api-append", "room", "_OTHER", "http.response.status_code", "parley"} {
		if !strings.Contains(traced.String(), want) {
			t.Errorf("what was traced does not have %s", want)
		}
	}
	for _, want := range []string{"route=room", `"route":"room"`, "method=_OTHER"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not have %s", want)
		}
	}
	checkLabels(t, scrape(t, meter))
}

// busyWithout is busy, where live connections are only for a demo.
func busyWithout(t *testing.T, h *house, demo bool) []string {
	t.Helper()
	if demo {
		return busy(t, h)
	}
	for _, rt := range Routes() {
		path := fill(rt.Pattern, h.rooms["direct"], "harbour", "1")
		h.do(rt.Method, path+"?q=unseenword", "us-head", form("login", "wrongword", "password", "passphrase-typed", "text", "secretword"))
	}
	return []string{"harbour", "unseenword", "secretword", "wrongword", "passphrase-typed", "us-head", "127.0.0.1"}
}

func checkUnnamed(t *testing.T, what, text string, words []string) {
	t.Helper()
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			t.Errorf("%s has %q: %.200q", what, w, text[max(0, i-80):])
		}
	}
}

func scrape(t *testing.T, m *telemetry.Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return w.Body.String()
}

// checkLabels: every label of ours is in a list, and has one of the values that are listed or a route's name.
func checkLabels(t *testing.T, text string) {
	t.Helper()
	routes := []string{"none", "cross-origin", "elsewhere", "encoded"}
	for _, rt := range Routes() {
		routes = append(routes, rt.Name)
	}
	values := map[string][]string{
		"route": routes, "class": {"none", "1xx", "2xx", "3xx", "4xx", "5xx"}, "version": {"v1"},
		"why": {"host", "origin", "address", "load", "streams", "connections"},
	}
	for _, m := range regexp.MustCompile(`(?m)^parley_[a-z_]+\{([^}]*)\}`).FindAllStringSubmatch(text, -1) {
		for _, pair := range regexp.MustCompile(`([a-z_]+)="([^"]*)"`).FindAllStringSubmatch(m[1], -1) {
			switch label, value := pair[1], pair[2]; label {
			case "le":
			case "result":
				if !regexp.MustCompile(`^[a-z-]{2,12}$`).MatchString(value) {
					t.Errorf("%s=%q", label, value)
				}
			default:
				if !slices.Contains(values[label], value) {
					t.Errorf("%s=%q is none of those that there are", label, value)
				}
			}
		}
	}
	for _, want := range []string{
		`parley_requests_total{class="2xx",route="room"}`, `parley_requests_total{class="4xx",route="room"}`, `parley_request_seconds_count{route="table"}`,
		`parley_logins_total{result="denied"}`, "go_goroutines", "process_open_fds", "parley_live_connections 0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	if strings.Contains(text, `parley_logins_total{result="denied"} 0`) {
		t.Error("a log-in that was denied is not counted")
	}
}
