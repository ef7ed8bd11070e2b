package account

import (
	"crypto/sha256"
	"testing"
	"time"
)

// TestLive: what was read before something ended is not kept after it, and what is kept ends at once.
func TestLive(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := newLive(func(_ *int, used, now time.Time) bool { return now.Sub(used) > time.Hour })
	hash, v := [sha256.Size]byte{1}, 7
	all := func([sha256.Size]byte, *entry[int]) bool { return true }

	_, got, gen := l.find(hash, now)
	if got != nil {
		t.Fatal("found what is not there")
	}
	l.end(all) // the storage was read, and then it ended
	if l.keep(hash, gen, &v, "a", Holding{}, now, now) != nil {
		t.Fatal("kept what has ended")
	}
	_, _, gen = l.find(hash, now)
	l.reread("somebody")
	if l.keep(hash, gen, &v, "a", Holding{}, now, now) != nil {
		t.Fatal("kept what has changed")
	}
	_, _, gen = l.find(hash, now)
	e := l.keep(hash, gen, &v, "a", Holding{}, now, now)
	if e == nil {
		t.Fatal("not kept")
	}
	if again, got, _ := l.find(hash, now); got != &v || again != e {
		t.Fatal(got)
	}
	l.reread("b")
	if _, got, _ := l.find(hash, now); got == nil {
		t.Fatal("forgot somebody else's")
	}
	l.reread("a")
	_, got, gen = l.find(hash, now)
	if got != nil {
		t.Fatal("found what is stale")
	}
	lasts(t, e.ended)
	if l.keep(hash, gen, &v, "a", Holding{}, now, now) != e {
		t.Fatal("whoever uses it would not learn of its end")
	}
	l.sweep(now.Add(time.Hour))
	lasts(t, e.ended)
	if _, got, _ := l.find(hash, now.Add(2*time.Hour)); got != nil {
		t.Fatal("found what has expired")
	}
	l.reread("a")
	l.sweep(now.Add(2 * time.Hour)) // stale or not
	ended(t, e.ended)
	if len(l.by) != 0 {
		t.Error("it is kept")
	}
}
