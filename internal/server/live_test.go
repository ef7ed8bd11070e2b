package server

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// patience is how long a test waits for what must come.
const patience = 5 * time.Second

// listener is an open stream.
type listener struct {
	status int
	events chan string // each event's lines; closed when the stream ends
	close  context.CancelFunc
}

func (h *house) listen(seat talks.Seat, last string) *listener {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(h.t.Context()))
	h.t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+h.page("/live"), http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer demo:"+string(seat))
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	l := &listener{res.StatusCode, make(chan string, 100), stop}
	go func() {
		defer close(l.events)
		defer res.Body.Close()
		var event strings.Builder
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if lines.Text() != "" {
				event.WriteString(lines.Text() + "\n")
				continue
			}
			l.events <- event.String()
			event.Reset()
		}
	}()
	return l
}

func (l *listener) next(t *testing.T) string {
	t.Helper()
	select {
	case e, ok := <-l.events:
		if !ok {
			t.Error("the stream ended")
		}
		return e
	case <-time.After(patience):
		t.Error("nothing came")
		return ""
	}
}

// ends waits for the end of the stream.
func (l *listener) ends() bool {
	end := time.After(patience)
	for {
		select {
		case _, ok := <-l.events:
			if !ok {
				return true
			}
		case <-end:
			return false
		}
	}
}

func id(event string) string {
	_, rest, _ := strings.Cut(event, "id: ")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

func TestLive(t *testing.T) {
	h := open(t, nil)
	us, ua := h.listen("us-head", ""), h.listen("ua-head", "")
	first, outside := us.next(t), ua.next(t)
	if strings.Contains(first, "event:") || id(first) == "" {
		t.Errorf("at once: %q", first)
	}
	h.say("direct", "ru-head", "hello")
	e := us.next(t)
	if want := `data: ["` + string(h.rooms["direct"]) + `"]`; !strings.Contains(e, "event: changed\n") || !strings.Contains(e, want) {
		t.Errorf("after an act: %q", e)
	}
	h.say("lobby", "us-head", "all")
	us.next(t)
	// The first thing that who does not sit there hears of is the lobby.
	e = ua.next(t)
	if want := `data: ["` + string(h.rooms["lobby"]) + `"]`; !strings.Contains(e, want) || strings.Contains(e, short(h.rooms["direct"])) || strings.Contains(outside, short(h.rooms["direct"])) {
		t.Errorf("outside of the room: %q", e)
	}
}

func TestLiveResumes(t *testing.T) {
	h := open(t, nil)
	st := h.listen("us-head", "")
	last := id(st.next(t))
	st.close()
	h.say("direct", "ru-head", "while away")
	e := h.listen("us-head", last).next(t)
	if want := `data: ["` + string(h.rooms["direct"]) + `"]`; !strings.Contains(e, want) {
		t.Errorf("after coming back: %q", e)
	}
	if e := h.listen("us-head", id(e)).next(t); strings.Contains(e, "event:") {
		t.Errorf("with nothing missed: %q", e)
	}
	for _, odd := range []string{"x", "-", "a.b-c.d", strings.Repeat("a.1-", 1000)} {
		if e := h.listen("us-head", odd).next(t); !strings.Contains(e, "event: changed") {
			t.Errorf("an id of nobody's: %q", e)
		}
	}
	// The page hands its own state to the stream.
	page := h.get(h.page(""), "us-head").body
	_, rest, _ := strings.Cut(page, `data-live="`)
	path, _, _ := strings.Cut(rest, `"`)
	if !strings.HasPrefix(path, h.page("/live?from=")) || !strings.Contains(page, `data-at="`+strings.TrimPrefix(path, h.page("/live?from="))+`"`) {
		t.Errorf("data-live is %q", path)
	}
}

func TestLiveEnds(t *testing.T) {
	h := open(t, nil)
	adviser, head := h.listen("us-adviser", ""), h.listen("us-head", "")
	adviser.next(t)
	head.next(t)
	begin := time.Now()
	_, err := h.ledger.Append(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"}, h.rooms["caucus"], "seat.revoke", []byte(`{"holder":"us-adviser"}`))
	if err != nil {
		t.Fatal(err)
	}
	if !adviser.ends() || time.Since(begin) > time.Second {
		t.Errorf("the revoked seat listened on for %v", time.Since(begin))
	}
	if a := h.get(h.page("/live"), "us-adviser"); a.status != http.StatusNotFound {
		t.Errorf("again: %d", a.status)
	}
	if e := head.next(t); !strings.Contains(e, string(h.rooms["caucus"])) {
		t.Errorf("the head: %q", e)
	}
}

// A seat's connections are bounded, and one seat's do not count for another.
func TestLiveIsBounded(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.StreamsSeat = 2 })
	a, b := h.listen("us-head", ""), h.listen("us-head", "")
	a.next(t)
	b.next(t)
	if res := h.get(h.page("/live"), "us-head"); res.status != http.StatusServiceUnavailable || res.header.Get("Retry-After") == "" {
		t.Errorf("a third: %d", res.status)
	}
	h.listen("ru-head", "").next(t)
	a.close()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if l := h.listen("us-head", ""); l.status == http.StatusOK {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a closed connection still counts")
		}
	}
}

func TestHeartbeat(t *testing.T) {
	h := open(t, nil)
	s := newServer(Config{Ledger: h.ledger, Demo: &Demo{"harbour", []talks.Seat{"us-head"}}})
	s.heartbeat = time.Millisecond
	w := &handed{got: make(chan string, 1000)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	v := ledger.Viewer{Process: "harbour", Seat: "us-head"}
	changes, err := h.ledger.Watch(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
	go s.follow(req, &stream{w: w, rc: http.NewResponseController(w)}, &caller{Viewer: v}, changes)
	if got := <-w.got; !strings.HasPrefix(got, ":") || !strings.HasSuffix(got, "\n\n") {
		t.Errorf("the heartbeat is %q", got)
	}
}

// handed hands on what is written.
type handed struct {
	http.ResponseWriter
	got chan string
}

func (r *handed) Write(b []byte) (int, error) {
	select {
	case r.got <- string(b):
	default:
	}
	return len(b), nil
}

func (r *handed) Flush() {}
