package server

import (
	"context"
	"net/netip"
	"runtime"
	"slices"
	"sync"
)

// Limits bound what is under way at one time, so that nobody can take the whole host. A field that is left out has its default, and a
// negative one is no limit.
type Limits struct {
	Streams        int // live connections in all; 10,000
	StreamsSeat    int // of one seat; 64
	StreamsAddress int // from one address (of IPv6: one /64); 512
	Requests       int // requests in all, live connections apart; 4096
	RequestsOf     int // from one address; 512
	Work           int // pages being made at once; four a processor
}

func (l Limits) filled() Limits {
	for _, f := range []struct {
		at *int
		to int
	}{
		{&l.Streams, 10_000}, {&l.StreamsSeat, 64}, {&l.StreamsAddress, 512},
		{&l.Requests, 4096}, {&l.RequestsOf, 512}, {&l.Work, 4 * runtime.GOMAXPROCS(0)},
	} {
		switch {
		case *f.at == 0:
			*f.at = f.to
		case *f.at < 0:
			*f.at = int(^uint(0) >> 1)
		}
	}
	return l
}

// tally counts what is under way, in all and by key.
type tally[K comparable] struct {
	mu        sync.Mutex // guards all and by
	all       int
	by        map[K]int
	most, one int // the limits: in all, and of one key
}

// verdict is what a tally says to one more.
type verdict int

const (
	admitted verdict = iota
	tooMany          // of its key
	full             // of all
)

func (t *tally[K]) enter(k K) verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.by[k] >= t.one:
		return tooMany
	case t.all >= t.most:
		return full
	}
	if t.by == nil {
		t.by = map[K]int{}
	}
	t.all++
	t.by[k]++
	return admitted
}

func (t *tally[K]) leave(k K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all--
	if t.by[k]--; t.by[k] <= 0 {
		delete(t.by, k)
	}
}

// turns hands out a number of places to work in. Who finds none waits, and a place that is given back goes to the address that has waited
// longest for its turn: however many requests one address has waiting, another's first is served after at most one of each.
type turns struct {
	mu      sync.Mutex // guards what follows
	free    int
	order   []netip.Addr // those with requests that wait, each once, in the order of their turns
	waiting map[netip.Addr][]chan struct{}
}

func newTurns(places int) *turns {
	return &turns{free: places, waiting: map[netip.Addr][]chan struct{}{}}
}

// take waits for a place. The caller must give it back once if the error is nil. The error is the context's.
func (t *turns) take(ctx context.Context, a netip.Addr) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	if len(t.waiting[a]) == 0 {
		t.order = append(t.order, a)
	}
	t.waiting[a] = append(t.waiting[a], mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, ch := range t.waiting[a] {
		if ch == mine {
			if t.waiting[a] = slices.Delete(t.waiting[a], i, i+1); len(t.waiting[a]) == 0 {
				delete(t.waiting, a)
				t.order = slices.DeleteFunc(t.order, func(b netip.Addr) bool { return b == a })
			}
			return ctx.Err()
		}
	}
	t.pass() // the place came at the same moment
	return ctx.Err()
}

func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass hands a place to who is next. The caller holds mu.
func (t *turns) pass() {
	if len(t.order) > 0 {
		a := t.order[0]
		t.order = t.order[1:]
		queue := t.waiting[a]
		close(queue[0])
		if len(queue) > 1 {
			t.waiting[a], t.order = queue[1:], append(t.order, a)
		} else {
			delete(t.waiting, a)
		}
		return
	}
	t.free++
}
