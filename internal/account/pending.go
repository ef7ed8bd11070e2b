package account

import (
	"sync"
	"time"
)

// pending keeps what was begun and waits for its second half: challenges, steps, journeys to a provider. Each can be taken once, until
// it expires. It is bounded: when it is full, the oldest is forgotten. A restart forgets all of it, and people begin again.
type pending[T any] struct {
	ttl   time.Duration
	max   int
	mu    sync.Mutex
	items map[string]held[T]
	order []held[T] // the oldest first, those that were taken among them
}

type held[T any] struct {
	key     string
	value   T
	expires time.Time
}

func newPending[T any](ttl time.Duration, limit int) *pending[T] {
	return &pending[T]{ttl: ttl, max: limit, items: map[string]held[T]{}}
}

// put keeps v under a key that nobody can guess.
func (p *pending[T]) put(key string, v T, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.order) > 0 && (len(p.order) >= p.max || !now.Before(p.order[0].expires)) {
		p.drop(p.order[0])
		p.order = p.order[1:]
	}
	h := held[T]{key, v, now.Add(p.ttl)}
	p.items[key] = h
	p.order = append(p.order, h)
}

func (p *pending[T]) drop(h held[T]) {
	if p.items[h.key].expires.Equal(h.expires) {
		delete(p.items, h.key)
	}
}

// take returns what is kept under a key and forgets it.
func (p *pending[T]) take(key string, now time.Time) (v T, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.items[key]
	delete(p.items, key)
	if !ok || !now.Before(h.expires) {
		return v, false
	}
	return h.value, true
}

// again puts back what was taken, for as long as it had left, unless it has been replaced.
func (p *pending[T]) again(key string, v T, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.order {
		if h.key == key && now.Before(h.expires) {
			h.value = v
			p.items[key] = h
			return
		}
	}
}

// look returns what is kept under a key and keeps it.
func (p *pending[T]) look(key string, now time.Time) (v T, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.items[key]
	if !ok || !now.Before(h.expires) {
		return v, false
	}
	return h.value, true
}
