package account

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"
)

// live has the sessions, or the tokens, that are in use, by the hash of their secret, so that most requests need no storage and everybody who
// uses one learns at once when it ends.
//
// What is in the storage counts. A change is stored first; then what it touches is ended or forgotten here, and gen moves on. Whoever has read
// the storage before that, and comes to keep what was read, sees that gen has moved and reads again.
type live[V any] struct {
	expired func(v *V, used, now time.Time) bool

	mu  sync.RWMutex
	gen uint64
	by  map[[sha256.Size]byte]*entry[V]
}

type entry[V any] struct {
	account ID
	holding Holding
	value   *V
	stale   bool // value is to be read again
	ended   chan struct{}
	used    atomic.Int64 // microseconds since 1970
	stored  atomic.Int64 // what the storage has of it
}

func newLive[V any](expired func(v *V, used, now time.Time) bool) *live[V] {
	return &live[V]{expired: expired, by: map[[sha256.Size]byte]*entry[V]{}}
}

// find returns what is kept under a hash and notes the use. Without it, gen is what keep needs after reading the storage.
func (l *live[V]) find(hash [sha256.Size]byte, now time.Time) (e *entry[V], v *V, gen uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	e = l.by[hash]
	if e == nil || e.stale {
		return nil, nil, l.gen
	}
	if l.expired(e.value, time.UnixMicro(e.used.Load()), now) {
		return nil, nil, l.gen // reading the storage says so, and the next sweep ends it
	}
	e.use(now)
	return e, e.value, l.gen
}

// use notes a use, to the minute.
func (e *entry[V]) use(now time.Time) {
	if n := now.UnixMicro(); n-e.used.Load() >= time.Minute.Microseconds() {
		e.used.Store(n)
	}
}

// keep keeps what was read from the storage, or returns nil where something has changed since.
func (l *live[V]) keep(hash [sha256.Size]byte, gen uint64, v *V, account ID, h Holding, used, now time.Time) *entry[V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gen != gen {
		return nil
	}
	e := l.by[hash]
	if e == nil {
		e = &entry[V]{ended: make(chan struct{})}
		e.stored.Store(used.UnixMicro())
		e.used.Store(used.UnixMicro())
		l.by[hash] = e
	}
	e.account, e.holding, e.value, e.stale = account, h, v, false
	e.use(now)
	return e
}

// end ends those that which admits.
func (l *live[V]) end(which func(hash [sha256.Size]byte, e *entry[V]) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gen++
	for hash, e := range l.by {
		if which(hash, e) {
			close(e.ended)
			delete(l.by, hash)
		}
	}
}

// reread makes the next use of an account's read the storage.
func (l *live[V]) reread(account ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gen++
	for _, e := range l.by {
		if e.account == account {
			e.stale = true
		}
	}
}

// sweep ends those that have expired.
func (l *live[V]) sweep(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for hash, e := range l.by {
		if l.expired(e.value, time.UnixMicro(e.used.Load()), now) {
			close(e.ended)
			delete(l.by, hash)
		}
	}
}

// unstored lists the uses that the storage does not have yet, and takes it that they will be stored.
func (l *live[V]) unstored() map[[sha256.Size]byte]time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var all map[[sha256.Size]byte]time.Time
	for hash, e := range l.by {
		if used := e.used.Load(); used != e.stored.Swap(used) {
			if all == nil {
				all = map[[sha256.Size]byte]time.Time{}
			}
			all[hash] = time.UnixMicro(used)
		}
	}
	return all
}
