package badinput

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

const (
	process = "riyadh-2025"
	nowhere = "aaaaaaaaaaaaaaaaaaaaaaaaaa" // it has the form of a room's identifier, and never was one
)

// house is the example, served, with a few things more: a room that was closed, a seat that has ended.
type house struct {
	*testing.T
	ledger *ledger.Ledger
	rooms  map[string]talks.RoomID
	addr   string
	log    *book
}

func open(t *testing.T) *house {
	t.Helper()
	f, err := processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1), ledger.WithClock(func(last time.Time) time.Time {
		if next := last.Add(time.Second); next.After(f.Start()) {
			return next
		}
		return f.Start()
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	h := &house{T: t, ledger: l, log: &book{}}
	if h.rooms, err = processfile.Load(t.Context(), l, f); err != nil {
		t.Fatal(err)
	}
	h.rooms["closed"] = h.write("", "us-head", "room.open", `{"kind":"working-group","title":"Closed","members":["us","ru"]}`).Room
	h.write("closed", "us-head", "room.close", `{}`)
	h.write("us-caucus", "us-head", "seat.grant", `{"holder":"us-late","role":"delegate","until":"2025-01-31"}`)
	h.write("direct", "us-head", "remark.write", `{"text":"Ours, and sent with a key."}`, ledger.Key("used"))
	h.serve(f.Seats())
	return h
}

func (h *house) write(room string, seat talks.Seat, kind talks.Kind, body string, options ...ledger.AppendOption) *ledger.Receipt {
	h.Helper()
	r, err := h.ledger.Append(h.Context(), ledger.Viewer{Process: process, Seat: seat}, h.rooms[room], kind, []byte(body), options...)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// serve listens as the program does, with its limits.
func (h *house) serve(seats []talks.Seat) {
	h.Helper()
	listener, err := (&net.ListenConfig{}).Listen(h.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	h.addr = listener.Addr().String()
	log := slog.New(slog.NewTextHandler(h.log, nil))
	handler := server.New(server.Config{Ledger: h.ledger, Log: log, Export: processfile.Export, Demo: &server.Demo{Process: process, Seats: seats}})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, log) }()
	h.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			h.Error(err)
		}
	})
}

// book is a log that can be read while it is written.
type book struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// complaints are the lines of the log that are about a fault of the server.
func (b *book) complaints() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for line := range strings.Lines(b.text.String()) {
		if strings.Contains(line, "panic") || strings.Contains(line, "level=ERROR") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// state is all that is stored: how much there is, and the tree heads of every room as its members see them.
func (h *house) state() string {
	h.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, h.ledger.Processes())
	for _, seat := range []talks.Seat{"us-head", "ru-head", "ua-head", "eu-head", "sa-head"} {
		v, err := h.ledger.View(h.Context(), ledger.Viewer{Process: process, Seat: seat})
		if err != nil {
			h.Fatal(err)
		}
		for _, s := range v.World().Rooms() {
			fmt.Fprintln(&b, s.Room.ID, v.Head(s.Room.ID))
		}
		marks, err := h.ledger.Marks(h.Context(), v.Viewer())
		if err != nil {
			h.Fatal(err)
		}
		fmt.Fprintln(&b, marks)
	}
	return b.String()
}

// fill puts rooms into a text: a word in braces is a room by its handle, {P} the process, {nowhere} a room that never was.
func (h *house) fill(s string) string {
	for handle, id := range h.rooms {
		s = strings.ReplaceAll(s, "{"+handle+"}", string(id))
		s = strings.ReplaceAll(s, url.QueryEscape("{"+handle+"}"), string(id)) // in a form
	}
	return strings.NewReplacer("{P}", process, "{nowhere}", nowhere, "%7Bnowhere%7D", nowhere).Replace(s)
}

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request as it is written, without a client's tidying of the address.
func (h *house) send(r *request) answer {
	h.Helper()
	target, body := h.fill(r.target), h.fill(r.body)
	u := &url.URL{Scheme: "http", Host: h.addr, Opaque: "//" + h.addr + target}
	req, err := http.NewRequestWithContext(h.Context(), r.verb(), "http://"+h.addr, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	req.URL = u
	if r.seat != "" {
		req.Header.Set("Authorization", "Bearer demo:"+string(r.seat))
	}
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	for i := 0; i < len(r.header); i += 2 {
		req.Header.Set(r.header[i], r.header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.Fatal(err)
	}
	res.Header.Del("Date")
	return answer{res.StatusCode, res.Header, string(b)}
}
