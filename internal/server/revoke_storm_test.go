package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// secret is what the room says that is taken away; hint finds it, and is not it.
const (
	hint   = "lighthouse"
	secret = hint + " plans for nobody else"
)

// key is what somebody asks with: a session's cookie or a token.
type key struct {
	name string
	sign func(*http.Request)
}

func sessionKey(g *guest) key {
	cookie := &http.Cookie{Name: sessionCookie, Value: g.jar[sessionCookie]}
	return key{"a session", func(r *http.Request) { r.AddCookie(cookie) }}
}

func tokenKey(token string) key {
	return key{"a token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }}
}

// storm is many connections that read, write and listen with keys while what the keys open is taken away.
type storm struct {
	*hotel
	keys  []key
	room  string // that is read and written
	seat  bool   // whether all is taken away, so that streams end, or the room alone
	acked atomic.Bool
	since time.Time // when it was acknowledged; set before acked

	mu      sync.Mutex
	wrong   []string
	after   int           // requests that began afterwards
	longest time.Duration // from then to the last stream's end
}

const (
	readers  = 3 // of each key, and as many writers and listeners
	requests = 4 // that each sends at least after what it had was taken away
)

// rage runs the storm and takes away what the keys open in the middle of it. take returns when that was acknowledged. What went wrong is
// listed.
func (s *storm) rage(t *testing.T, take func()) []string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.WithoutCancel(t.Context()), 60*time.Second)
	defer stop()
	var begun, workers, streams sync.WaitGroup
	for _, k := range s.keys {
		for i := range readers {
			begun.Add(2)
			workers.Go(func() { s.repeat(ctx, k, i, &begun, s.read) })
			workers.Go(func() { s.repeat(ctx, k, i, &begun, s.write) })
			if s.seat {
				begun.Add(1)
				streams.Go(func() { s.hear(ctx, k, &begun) })
			}
		}
	}
	wait(ctx, &begun)
	take()
	s.since = time.Now()
	s.acked.Store(true)
	workers.Wait()
	// The streams have a generous time to end; how long they took is logged.
	patient, enough := context.WithTimeout(ctx, 2*patience)
	defer enough()
	if !wait(patient, &streams) {
		s.blame("a stream is open %v after what it was opened with had ended", 2*patience)
		stop()
	}
	streams.Wait()
	t.Logf("%d requests began afterwards; the last of %d streams ended after %v", s.after, len(s.keys)*readers, s.longest.Round(time.Millisecond))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrong
}

// wait waits for a group as long as the context lasts.
func wait(ctx context.Context, g *sync.WaitGroup) bool {
	done := make(chan struct{})
	go func() { g.Wait(); close(done) }()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *storm) blame(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

// repeat does something again and again over a connection of its own, until it has been done a few times after the end. do reports whether it
// had its way.
func (s *storm) repeat(ctx context.Context, k key, offset int, begun *sync.WaitGroup, do func(context.Context, http.RoundTripper, key, int) (bool, string)) {
	conn := &http.Transport{}
	defer conn.CloseIdleConnections()
	first := sync.OnceFunc(begun.Done)
	defer first()
	for n, later := offset, 0; later < requests && ctx.Err() == nil; n++ {
		ended := s.acked.Load()
		had, what := do(ctx, conn, k, n)
		switch {
		case ended && had:
			s.blame("with %s, begun after the end: %s", k.name, what)
			return
		case ended:
			later++
			s.mu.Lock()
			s.after++
			s.mu.Unlock()
		case had:
			first()
		}
	}
}

func (s *storm) send(ctx context.Context, conn http.RoundTripper, k key, method, path, body string) (int, string) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	k.sign(req)
	res, err := conn.RoundTrip(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

// read asks for what the room says, in one of the ways in which it can be asked for.
func (s *storm) read(ctx context.Context, conn http.RoundTripper, k key, n int) (bool, string) {
	api := "/api/v1/processes/harbour"
	room := string(s.rooms[s.room])
	paths := []string{"/p/harbour/rooms/" + room, s.acts(s.room), "/p/harbour/search?q=" + hint, api + "/view", api + "/acts", "/p/harbour/export", api + "/search?q=" + hint}
	path := paths[n%len(paths)]
	status, body := s.send(ctx, conn, k, http.MethodGet, path, "")
	return strings.Contains(body, secret), fmt.Sprintf("%s answers %d with what the room says", path, status)
}

// write says something in the room.
func (s *storm) write(ctx context.Context, conn http.RoundTripper, k key, _ int) (bool, string) {
	status, _ := s.send(ctx, conn, k, http.MethodPost, s.acts(s.room), `{"kind":"remark.write","body":{"text":"I am here"}}`)
	return status/100 == 2, fmt.Sprintf("an act was recorded with status %d", status)
}

// hear listens until the stream ends.
func (s *storm) hear(ctx context.Context, k key, begun *sync.WaitGroup) {
	first := sync.OnceFunc(begun.Done)
	defer first()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/p/harbour/live", http.NoBody)
	if err != nil {
		s.blame("%v", err)
		return
	}
	k.sign(req)
	conn := &http.Transport{}
	defer conn.CloseIdleConnections()
	res, err := conn.RoundTrip(req)
	if err != nil || res.StatusCode != http.StatusOK {
		s.blame("no stream with %s: %v", k.name, err)
		return
	}
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		first()
	}
	if !s.acked.Load() {
		return // it ended before the answer to what ended it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.longest = max(s.longest, time.Since(s.since))
}

// token makes an API token for the seat that a guest holds.
func (g *guest) token(seat talks.Seat) (secret, id string) {
	g.t.Helper()
	tenure, _, err := g.ledger.Tenure(g.t.Context(), ledger.Viewer{Process: "harbour", Seat: seat})
	if err != nil {
		g.t.Fatal(err)
	}
	secret, made, err := g.accounts.NewToken(g.t.Context(), g.jar[sessionCookie], holdingOf(seat, tenure), "program", true, time.Time{})
	if err != nil {
		g.t.Fatal(err)
	}
	return secret, string(made.ID)
}

// listenWith opens a stream with a key.
func (h *hotel) listenWith(k key) *listener {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(h.t.Context()))
	h.t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/p/harbour/live", http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	k.sign(req)
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
