package noninterference

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// live opens a stream, lets something be written where the viewer does not sit and then where it does, and returns the stream's
// bytes up to what the latter made it say, and what the log has by then.
func (h *host) live(t testing.TB, p *pair, i int) (heard, log string) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if i > 0 {
		// Others listen too, as many as may of one seat.
		defer h.listen(t.Context(), t, p.others()[0])()
	}
	w := &stream{header: http.Header{}, grew: make(chan struct{}, 64)}
	req := httptest.NewRequestWithContext(ctx, "GET", p.stream, nil)
	h.sign(req, p, p.listens)
	done := make(chan struct{})
	go func() { h.handler.ServeHTTP(w, req); close(done) }()
	select {
	case <-w.grew: // the stream's first words: it watches from now on
	case <-done:
		return "no stream: " + w.text(), h.log.String()
	}
	changes, err := h.ledger.Watch(ctx, ledger.Viewer{Process: processID, Seat: talks.Seat(p.viewer + "-head")})
	if err != nil {
		t.Fatal(err)
	}
	other := p.others()[0]
	for n := range i + 1 { // the worlds differ in how much happens where the viewer does not sit
		h.append(t, talks.Seat(other+"-head"), "caucus-"+string(other), fmt.Sprintf("unseen %d %d", i, n))
	}
	h.append(t, talks.Seat(p.others()[1]+"-head"), "lobby", "seen by all")
	for deadline := time.After(20 * time.Second); ; {
		select {
		case <-w.grew:
			// What the gate told is joined by now, and names the rooms of all of it.
			told := fmt.Sprint(<-changes)
			cancel()
			<-done
			return w.text() + told, h.log.String()
		case <-deadline:
			cancel()
			<-done
			return fmt.Sprintln(w.text(), "and then nothing in world", i), h.log.String()
		}
	}
}

// listen opens another seat's stream. What it returns ends it.
func (h *host) listen(ctx context.Context, t testing.TB, d talks.Delegation) func() {
	ctx, cancel := context.WithCancel(ctx)
	req := httptest.NewRequestWithContext(ctx, "GET", "/p/"+processID+"/live", nil)
	req.RemoteAddr = elsewhere.String() + ":1234"
	if h.doors == nil {
		req.Header.Set("Authorization", "Bearer demo:"+string(d)+"-head")
	} else {
		req.AddCookie(&http.Cookie{Name: "parley", Value: h.doors.jars[otherLogin]["parley"]})
	}
	w := &stream{header: http.Header{}, grew: make(chan struct{}, 64)}
	done := make(chan struct{})
	go func() { h.handler.ServeHTTP(w, req); close(done) }()
	select {
	case <-w.grew:
	case <-done:
		t.Fatal("another seat cannot listen: " + w.text())
	}
	return func() { cancel(); <-done }
}

// comeAndGo lets somebody open a room with the viewer, who leaves it again, and others read and mark what they have read. None of
// it is left to be seen.
func (h *host) comeAndGo(t testing.TB, p *pair) talks.RoomID {
	t.Helper()
	others := p.others()
	by := func(d talks.Delegation) ledger.Viewer {
		return ledger.Viewer{Process: processID, Seat: talks.Seat(d + "-head")}
	}
	write := func(d talks.Delegation, room talks.RoomID, kind talks.Kind, body string) *ledger.Receipt {
		r, err := h.ledger.Append(t.Context(), by(d), room, kind, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	room := write(others[0], "", "room.open", fmt.Sprintf(`{"kind":"direct","title":"Gone","members":["%s","%s"]}`, others[0], p.viewer)).Room
	write(p.viewer, room, "remark.write", `{"text":"while I was here"}`)
	write(others[0], room, "room.admit", fmt.Sprintf(`{"delegations":["%s"]}`, others[1]))
	write(p.viewer, room, "room.leave", `{}`)
	write(others[0], room, "remark.write", `{"text":"after you left"}`)
	if err := h.ledger.Mark(t.Context(), by(others[0]), map[talks.RoomID]int64{h.rooms["lobby"]: 3}); err != nil {
		t.Fatal(err)
	}
	return room
}

func (h *host) append(t testing.TB, seat talks.Seat, room, text string) {
	t.Helper()
	v := ledger.Viewer{Process: processID, Seat: seat}
	if _, err := h.ledger.Append(t.Context(), v, h.rooms[room], "remark.write", fmt.Appendf(nil, `{"text":%q}`, text)); err != nil {
		t.Fatal(err)
	}
}

// stream records what a live connection is sent.
type stream struct {
	header http.Header
	bytes.Buffer
	status int
	grew   chan struct{}
}

func (s *stream) Header() http.Header         { return s.header }
func (s *stream) WriteHeader(status int)      { s.status = status }
func (s *stream) Write(b []byte) (int, error) { return s.Buffer.Write(b) }

// FlushError tells the test that there is something new.
func (s *stream) FlushError() error { s.grew <- struct{}{}; return nil }

func (s *stream) SetReadDeadline(time.Time) error  { return nil }
func (s *stream) SetWriteDeadline(time.Time) error { return nil }

func (s *stream) text() string { return fmt.Sprintln(s.status, s.header) + s.String() }
