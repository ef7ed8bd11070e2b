package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
	"parley/record"
)

// world is the example, served, and what a test has to know of it beforehand.
type world struct {
	url    string
	ledger *ledger.Ledger
	rooms  map[string]talks.RoomID
	key    record.HostKey
}

// serve serves the example. change may stand between the client and the server.
func serve(t testing.TB, change func(http.Handler) http.Handler) *world {
	t.Helper()
	w, stop, err := start(change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return w
}

func start(change func(http.Handler) http.Handler) (*world, func(), error) {
	f, err := processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
	if err != nil {
		return nil, nil, err
	}
	l, err := ledger.Open(context.Background(), "memory:", ledger.WithSeed(1), ledger.WithClock(func(last time.Time) time.Time { return last.Add(time.Second) }))
	if err != nil {
		return nil, nil, err
	}
	rooms, err := processfile.Load(context.Background(), l, f)
	if err != nil {
		return nil, nil, err
	}
	var h http.Handler = server.New(server.Config{Ledger: l, Export: processfile.Export, Demo: &server.Demo{Process: f.Process, Seats: f.Seats()}})
	if change != nil {
		h = change(h)
	}
	s := httptest.NewServer(h)
	return &world{s.URL, l, rooms, l.HostKey()}, func() { s.CloseClientConnections(); s.Close(); _ = l.Close() }, nil
}

func (w *world) room(handle string) string { return string(w.rooms[handle]) }

// as is a client of a seat that does not wait long.
func (w *world) as(t testing.TB, seat string, options ...client.Option) *client.Talks {
	t.Helper()
	c, err := client.New(w.url, "demo:"+seat, append([]client.Option{client.WithRetries(4, time.Millisecond)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c.Talks("riyadh-2025")
}
