package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestTally(t *testing.T) {
	c := tally[string]{most: 3, one: 2}
	for i, step := range []struct {
		key  string
		want verdict
	}{{"a", admitted}, {"a", admitted}, {"a", tooMany}, {"b", admitted}, {"b", full}, {"c", full}} {
		if got := c.enter(step.key); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
	c.leave("a")
	if c.enter("b") != admitted || len(c.by) != 2 {
		t.Error("who leaves still counts")
	}
	for _, k := range []string{"a", "b", "b"} {
		c.leave(k)
	}
	if c.all != 0 || len(c.by) != 0 {
		t.Errorf("%d are left, of %v", c.all, c.by)
	}
}

// TestTurns: of a hundred that wait for one address and one for another, the one is next but one.
func TestTurns(t *testing.T) {
	turns := newTurns(1)
	many, one := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	if err := turns.take(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	served := make(chan netip.Addr, 200)
	wait := func(a netip.Addr) {
		before := turns.waits(a)
		go func() {
			if turns.take(context.WithoutCancel(t.Context()), a) == nil {
				served <- a
				turns.give()
			}
		}()
		for turns.waits(a) == before {
			time.Sleep(time.Millisecond)
		}
	}
	for range 100 {
		wait(many)
	}
	wait(one)
	turns.give()
	var order []netip.Addr
	for range 101 {
		order = append(order, <-served)
	}
	if i := slices.Index(order, one); i > 1 {
		t.Errorf("the one was served after %d others", i)
	}
	for turns.places() != 1 {
		time.Sleep(time.Millisecond)
	}
}

// TestTurnsAfterGivenUp: requests that were given up leave their address no turns, so that it still waits for every other after each of its own.
func TestTurnsAfterGivenUp(t *testing.T) {
	turns := newTurns(1)
	many, one := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	if err := turns.take(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := turns.take(ctx, many); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if len(turns.order) != 0 || len(turns.waiting) != 0 {
		t.Errorf("%d turns are left of those who do not wait", len(turns.order))
	}
	served := make(chan netip.Addr, 401)
	wait := func(a netip.Addr) {
		before := turns.waits(a)
		go func() {
			if turns.take(context.WithoutCancel(t.Context()), a) == nil {
				served <- a
				turns.give()
			}
		}()
		for turns.waits(a) == before {
			runtime.Gosched()
		}
	}
	for range 400 {
		wait(many)
	}
	wait(one)
	turns.give()
	var order []netip.Addr
	for range 401 {
		order = append(order, <-served)
	}
	if i := slices.Index(order, one); i > 1 {
		t.Errorf("the one was served after %d others", i)
	}
	for turns.places() != 1 {
		runtime.Gosched()
	}
}

func (t *turns) waits(a netip.Addr) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting[a])
}

func (t *turns) places() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.free
}

// TestTurnsGivenUp: who no longer waits takes no place, and none is lost, however the two meet.
func TestTurnsGivenUp(t *testing.T) {
	turns := newTurns(2)
	a := netip.MustParseAddr("192.0.2.1")
	done := make(chan struct{})
	for i := range 200 {
		go func() {
			defer func() { done <- struct{}{} }()
			ctx, stop := context.WithTimeout(context.WithoutCancel(t.Context()), time.Duration(i%7)*100*time.Microsecond)
			defer stop()
			if err := turns.take(ctx, a); err == nil {
				time.Sleep(200 * time.Microsecond)
				turns.give()
			} else if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}()
	}
	for range 200 {
		<-done
	}
	if turns.places() != 2 || len(turns.waiting) != 0 {
		t.Errorf("%d places are free, and %d wait", turns.places(), len(turns.waiting))
	}
}

// TestLimited: connections beyond an address's limit are closed, and it has room again when one of them ends.
func TestLimited(t *testing.T) {
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Limited(inner, ListenLimits{All: 3, One: 2})
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	dial := func(from string) net.Conn {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c, err := d.DialContext(t.Context(), "tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial("127.0.0.1")
	dial("127.0.0.1")
	first := <-accepted
	<-accepted
	closed := func(c net.Conn) bool {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		_, err := c.Read(make([]byte, 1))
		return err != nil && !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err)
	}
	if !closed(dial("127.0.0.1")) {
		t.Error("a third connection of an address is open")
	}
	dial("127.0.0.2")
	<-accepted
	if !closed(dial("127.0.0.3")) {
		t.Error("a fourth connection is open")
	}
	_ = first.Close()
	_ = first.Close() // counts once
	dial("127.0.0.1")
	<-accepted
	if !closed(dial("127.0.0.1")) {
		t.Error("a connection that is closed twice counts twice")
	}
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// TestNothingIsKept: whatever a handler does, even to break off in the middle, what its request took is given back.
func TestNothingIsKept(t *testing.T) {
	s := newServer(Config{Limits: Limits{Work: 1}})
	for name, h := range map[string]handler{
		"answers": func(w http.ResponseWriter, _ *http.Request) error {
			send(w, http.StatusOK, "text/plain", nil)
			return nil
		},
		"says no":    func(http.ResponseWriter, *http.Request) error { return errNotFound },
		"says none":  func(http.ResponseWriter, *http.Request) error { return nil },
		"panics":     func(http.ResponseWriter, *http.Request) error { panic("x") },
		"breaks off": func(w http.ResponseWriter, _ *http.Request) error { _, _ = w.Write([]byte("half")); return errNotFound },
		"panics late": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = w.Write([]byte("half"))
			panic("x")
		},
		"streams": func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(http.StatusOK)
			if s.requests.all != 0 || s.turns.places() != 1 {
				t.Error("a live connection counts as a request")
			}
			return nil
		},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			func() {
				defer func() { _ = recover() }()
				s.handle("test", h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), method, "/", http.NoBody))
			}()
			if s.requests.all != 0 || s.turns.places() != 1 {
				t.Fatalf("a handler that %s: %d requests are under way, %d places are free", name, s.requests.all, s.turns.places())
			}
		}
	}
	for _, name := range elsewhere {
		if !slices.ContainsFunc(Routes(), func(rt Route) bool { return rt.Name == name }) {
			t.Errorf("there is no route %s", name)
		}
	}
}
