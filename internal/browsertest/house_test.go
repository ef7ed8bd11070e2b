package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

const process = "riyadh-2025"

// house is the demonstration, served: the talks in Riyadh in memory, anybody may take any seat.
type house struct {
	*testing.T
	ledger  *ledger.Ledger
	process string
	rooms   map[string]talks.RoomID // by the file's handles
	url     string
}

// open serves the example for one test, as a demonstration. What the server complains of fails the test.
func open(t *testing.T) *house {
	t.Helper()
	return openFile(t, examples.RiyadhName, examples.Riyadh)
}

// openFile is open for another process file.
func openFile(t *testing.T, name, text string) *house {
	t.Helper()
	return openWith(t, name, text, func(c *server.Config, process string, seats []talks.Seat) {
		c.Demo = &server.Demo{Process: process, Seats: seats}
	})
}

// locked serves the example to those who hold a seat, as a host does that is no demonstration: the cookie stands for having logged in.
func locked(t *testing.T) *house {
	t.Helper()
	return openWith(t, examples.RiyadhName, examples.Riyadh, func(c *server.Config, _ string, _ []talks.Seat) {
		c.Authenticate = func(r *http.Request) (ledger.Viewer, bool) {
			cookie, err := r.Cookie("seat")
			if err != nil {
				return ledger.Viewer{}, false
			}
			return ledger.Viewer{Process: process, Seat: talks.Seat(cookie.Value)}, true
		}
	})
}

func openWith(t *testing.T, name, text string, who func(*server.Config, string, []talks.Seat)) *house {
	t.Helper()
	f, err := processfile.Parse(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	clock := func(last time.Time) time.Time {
		if next := last.Add(time.Second); next.After(f.Start()) {
			return next
		}
		return f.Start()
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithClock(clock), ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := processfile.Load(t.Context(), l, f)
	if err != nil {
		t.Fatal(err)
	}
	complaints := &book{}
	log := slog.New(slog.NewTextHandler(complaints, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h := &house{t, l, f.Process, rooms, ""}
	config := server.Config{Ledger: l, Log: log, Export: processfile.Export}
	who(&config, f.Process, f.Seats())
	h.serve(server.New(config), log)
	t.Cleanup(func() {
		if s := complaints.String(); s != "" {
			t.Errorf("the server complains:\n%s", s)
		}
	})
	return h
}

// serve listens until the test ends, as the program does.
func (h *house) serve(handler http.Handler, log *slog.Logger) {
	h.Helper()
	listener, err := (&net.ListenConfig{}).Listen(h.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	h.url = "http://" + listener.Addr().String()
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

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// at is the address of a page of the process. A word in braces is a room by its handle.
func (h *house) at(path string) string { return h.url + h.path(path) }

func (h *house) path(path string) string {
	for handle, id := range h.rooms {
		path = strings.ReplaceAll(path, "{"+handle+"}", string(id))
	}
	return "/p/" + h.process + path
}

// ask sends a request to the API as a seat, and reads the answer.
func (h *house) ask(method, path string, seat talks.Seat, body string) (*http.Response, []byte) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Cookie", "seat="+string(seat))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
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
	return res, b
}

// act writes an act through the API, and returns its place.
func (h *house) act(room string, seat talks.Seat, kind talks.Kind, body string) int64 {
	h.Helper()
	path := fmt.Sprintf("/api/v1/processes/%s/rooms/%s/acts", h.process, h.rooms[room])
	res, b := h.ask(http.MethodPost, path, seat, fmt.Sprintf(`{"kind":%q,"body":%s}`, kind, body))
	var receipt wire.Receipt
	if err := json.Unmarshal(b, &receipt); err != nil || res.StatusCode != http.StatusCreated {
		h.Fatalf("%s: %d, %v\n%s", kind, res.StatusCode, err, b)
	}
	return receipt.Index
}

// view is what the API shows a seat.
func (h *house) view(seat talks.Seat) *wire.View {
	h.Helper()
	res, b := h.ask(http.MethodGet, "/api/v1/processes/"+h.process+"/view", seat, "")
	var v wire.View
	if err := json.Unmarshal(b, &v); err != nil || res.StatusCode != http.StatusOK {
		h.Fatalf("the view of %s: %d, %v\n%.300s", seat, res.StatusCode, err, b)
	}
	return &v
}
