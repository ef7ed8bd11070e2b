package ledger_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// TestClockJumps: the clock goes back and forward by a day and by ten years, between acts and between two runs of the server. Order and proofs are as
// ever, times never run backwards, and every checkpoint is extended by the next.
func TestClockJumps(t *testing.T) {
	dir := t.TempDir()
	start := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	const day, decade = 24 * time.Hour, 10 * 365 * 24 * time.Hour
	var mu sync.Mutex
	now := start
	clock := func(time.Time) time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	known := map[string][]byte{}
	said, n := map[talks.Ref]string{}, 0
	for _, jump := range []time.Duration{0, -day, day, -decade, decade, decade, -day, -decade, day} {
		l, rooms := open(t, dir, ledger.WithClock(clock))
		if rooms == nil {
			rooms = map[string]talks.RoomID{}
			byTitle, err := killRooms(t.Context(), l)
			if err != nil {
				t.Fatalf("after %v: %v", jump, err)
			}
			rooms["direct"], rooms["lobby"] = byTitle["Direct"], byTitle["Lobby"]
		}
		for range 2 { // with the server up, and with it started since
			for _, room := range []string{"direct", "lobby", "direct"} {
				n++
				text := fmt.Sprintf("act %d", n)
				r := put(t, l, "us-head", rooms[room], "remark.write", string(remark(text)))
				known[string(r.Room)] = r.Checkpoint
				said[(&talks.Entry{Room: r.Room, Index: r.Index}).Ref()] = text
				p, err := l.Prove(t.Context(), as("ru-head"), r.Room, r.Index)
				if err != nil {
					t.Fatal(err)
				}
				if _, _, err := record.VerifyProof(p.Proof(), nil, l.HostKey()); err != nil {
					t.Errorf("after %v: %v", jump, err)
				}
			}
			mu.Lock()
			now = now.Add(jump / 2)
			mu.Unlock()
		}
		inOrder(t, l, known, said)
		closed(t, l)
		if report, err := ledger.Check(t.Context(), dir, ""); err != nil || len(report.Faults) > 0 {
			t.Errorf("after %v: %v, %v", jump, report, err)
		}
	}
}

// inOrder verifies what us-head sees: the archive checks the times, and that it extends what was signed last.
func inOrder(t *testing.T, l *ledger.Ledger, known map[string][]byte, said map[talks.Ref]string) {
	t.Helper()
	verify(t, l, "us-head", known)
	var archive bytes.Buffer
	if err := l.Archive(t.Context(), as("us-head"), &archive); err != nil {
		t.Fatal(err)
	}
	last := map[string]time.Time{}
	if _, err := record.ReadArchive(&archive, record.Options{}, func(e record.ArchiveEntry) error {
		if e.Leaf.Time.Before(last[e.Room]) {
			t.Errorf("entry %d is of %v, after %v", e.Index, e.Leaf.Time, last[e.Room])
		}
		last[e.Room] = e.Leaf.Time
		if want, ok := said[(&talks.Entry{Room: talks.RoomID(e.Room), Index: e.Index}).Ref()]; ok && !bytes.Equal(e.Payload, remark(want)) {
			t.Errorf("entry %d is %s, want %s", e.Index, e.Payload, want)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
