package account

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"parley/internal/plant"
)

// meter counts what happened to each of any number of keys in constant memory: a key has one cell in each of four rows, and the
// emptiest counts. Keys that nobody knows cannot be told from others, nobody can push a key out, and two keys are counted as one only where
// all four cells are shared. A cell drains with time.
type meter struct {
	burst float64       // what fits in
	every time.Duration // after which one more does
	seed  maphash.Seed
	mu    sync.Mutex
	rows  [4][1 << meterBits]cell
}

const meterBits = 13

type cell struct {
	level float64
	at    time.Time
}

func newMeter(burst int, every time.Duration) *meter {
	return &meter{burst: float64(burst), every: every, seed: maphash.MakeSeed()}
}

// cells brings the cells of a key up to now. The caller has mu.
func (m *meter) cells(key string, now time.Time) (cells [4]*cell) {
	h := maphash.String(m.seed, key)
	for i := range cells {
		c := &m.rows[i][h>>(i*meterBits)&(1<<meterBits-1)]
		if d := now.Sub(c.at); d > 0 { // a clock that was set back drains nothing
			c.level = max(0, c.level-float64(d)/float64(m.every))
		}
		c.at = now
		cells[i] = c
	}
	return cells
}

// take counts one for a key, or says how long to wait until one fits in.
func (m *meter) take(key string, now time.Time) (wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	cells := m.cells(key, now)
	least := cells[0].level
	for _, c := range cells[1:] {
		least = min(least, c.level)
	}
	if over := least + 1 - m.burst; over > 1e-6 {
		return max(time.Duration(over*float64(m.every)), 1)
	}
	for _, c := range cells {
		c.level++
	}
	return 0
}

// back takes back one that was counted.
func (m *meter) back(key string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.cells(key, now) {
		c.level = max(0, c.level-1)
	}
}

// attempt is one try at something that can be guessed, counted before it is known how it ends: otherwise many tries at once would all
// be let through.
type attempt struct {
	s     *Store
	taken []count
}

type count struct {
	m   *meter
	key string
}

// try counts an attempt, or returns a *LimitError. Keys that name nothing are counted as others are.
func (s *Store) try(counts ...count) (*attempt, error) {
	now := s.now()
	a := &attempt{s: s}
	for _, c := range counts {
		if plant.Is("shared-attempts") {
			c.key = "everybody"
		}
		if wait := c.m.take(c.key, now); wait > 0 {
			a.forgive()
			s.log.Warn("too many attempts")
			return nil, &LimitError{Retry: (wait + time.Second - 1).Truncate(time.Second)}
		}
		a.taken = append(a.taken, c)
	}
	return a, nil
}

// forgive takes an attempt back, because it succeeded.
func (a *attempt) forgive() {
	now := a.s.now()
	for _, c := range a.taken {
		c.m.back(c.key, now)
	}
	a.taken = nil
}

// place is what attempts from an address are counted by: the address, and of IPv6 the first 64 bits, since one subscriber has all of them.
func place(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
