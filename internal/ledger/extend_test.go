package ledger_test

import (
	"errors"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// TestExtend: each size that a room ever had is shown to be a prefix of the one that it has, and to nobody who does not see the room.
func TestExtend(t *testing.T) {
	l, rooms := extending(t)
	for _, room := range rooms {
		v := ledger.Viewer{Process: "p", Seat: "sa-head"}
		view, err := l.View(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		size := view.Head(room).Size
		for n := int64(0); n <= size; n++ {
			x, err := l.Extend(t.Context(), v, room, n)
			if err != nil {
				t.Fatal(err)
			}
			signed, err := l.HostKey().Open(x.Checkpoint, string(room))
			if err != nil || signed != x.Head {
				t.Errorf("%d entries: the head is not the one that was signed: %v", n, err)
			}
			older := headAt(t, l, v, room, n)
			if err := record.CheckConsistency(x.Hashes, older, x.Head); err != nil {
				t.Errorf("from %d to %d: %v", n, size, err)
			}
		}
		for _, n := range []int64{-1, size + 1} {
			var ps talks.Problems
			if _, err := l.Extend(t.Context(), v, room, n); !errors.As(err, &ps) {
				t.Errorf("%d of %d entries: %v", n, size, err)
			}
		}
		for _, v := range []ledger.Viewer{{}, {Process: "p", Seat: "us-head"}, {Process: "other", Seat: "sa-head"}} {
			if _, err := l.Extend(t.Context(), v, room, 0); !errors.Is(err, ledger.ErrNotFound) {
				t.Errorf("%+v: %v", v, err)
			}
		}
	}
}

// extending is a process of one lobby with some entries.
func extending(t *testing.T) (*ledger.Ledger, map[string]talks.RoomID) {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), ledger.Script{Process: "p", Items: []ledger.Item{{
		Room: "lobby", Seat: "sa-head", Kind: "room.open", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := l.Append(t.Context(), ledger.Viewer{Process: "p", Seat: "sa-head"}, rooms["lobby"], "remark.write", []byte(`{"text":"x"}`)); err != nil {
			t.Fatal(err)
		}
	}
	return l, rooms
}

// headAt works out the head of the first n entries of a room from their leaves.
func headAt(t *testing.T, l *ledger.Ledger, v ledger.Viewer, room talks.RoomID, n int64) record.Head {
	t.Helper()
	var tree record.Tree
	for i := range n {
		p, err := l.Prove(t.Context(), v, room, i)
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(record.LeafHash(p.Leaf))
	}
	return tree.Head()
}
