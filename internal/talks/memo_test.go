package talks

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// said folds n statements, of two delegations by turns, each about one of two issues, into s.
func said(s *State, n int, issues ...Ref) {
	for range n {
		i := s.Size()
		seat := Seat([]string{"a-head", "b-head"}[i%2])
		a := &StatementRecord{Text: "words", About: []Ref{issues[i%int64(len(issues))], issues[i%int64(len(issues))]}}
		s.Fold(NewEntry(s.Room.ID, i, time.Unix(i, 0), seat, a.Kind(), a))
	}
}

func TestStatementsAbout(t *testing.T) {
	x, y := Ref{drawRooms[0], "x"}, Ref{drawRooms[0], "y"}
	s, other := NewState(drawRooms[0]), NewState(drawRooms[1])
	said(s, 10, x, y)
	said(other, 3, x)
	c := s.Clone()
	said(s, 4, x)
	if got := len(NewWorld(c, other).StatementsAbout(x)); got != 8 {
		t.Errorf("a clone has %d statements on x with the other room's, want 8", got)
	}
	said(c, 1, y)
	w := NewWorld(s, other)
	about := w.StatementsAbout(x)
	if w.CountAbout(x) != len(about) {
		t.Errorf("%d are counted", w.CountAbout(x))
	}
	if len(about) != 12 || len(w.StatementsAbout(y)) != 5 || len(w.StatementsAbout(Ref{})) != 0 {
		t.Errorf("%d on x and %d on y, want 12 and 5", len(about), len(w.StatementsAbout(y)))
	}
	if !slices.Equal(about, slices.DeleteFunc(w.Statements(), func(v *Statement) bool { return !slices.Contains(v.About, x) })) {
		t.Error("they are not in the order of all statements")
	}

	s.Aside().Store("words", 1)
	if _, ok := s.Clone().Aside().Load("words"); !ok {
		t.Error("a clone does not share what is kept aside")
	}
	erase := &RecordErase{Entry: 0}
	s.Fold(NewEntry(s.Room.ID, s.Size(), time.Unix(100, 0), "a-head", erase.Kind(), erase))
	if got := len(NewWorld(s).StatementsAbout(x)); got != 8 {
		t.Errorf("%d statements are left after one was erased, want 8", got)
	}
	if _, ok := s.Aside().Load("words"); ok {
		t.Error("what was kept aside outlives an erasure")
	}
}

func TestSince(t *testing.T) {
	s := NewState(drawRooms[0])
	said(s, 7, Ref{drawRooms[0], "x"}) // a wrote 0, 2, 4 and 6
	c := s.Clone()
	said(s, 2, Ref{drawRooms[0], "x"})
	for _, tc := range []struct {
		mark int64
		d    Delegation
		want int
	}{{0, "a", 3}, {0, "b", 4}, {0, "c", 7}, {2, "a", 2}, {3, "a", 2}, {7, "a", 0}, {99, "a", 0}, {-5, "b", 4}} {
		if got := c.Since(tc.mark, tc.d); got != tc.want {
			t.Errorf("since %d there are %d for %s, want %d", tc.mark, got, tc.d, tc.want)
		}
	}
}

// A memo is worked out once for a world and anew for another, however many ask.
func TestMemo(t *testing.T) {
	calls := 0
	m := NewMemo(func(w *World) int64 { calls++; return w.Size() })
	s := NewState(drawRooms[0])
	said(s, 3, Ref{drawRooms[0], "x"})
	w := NewWorld(s)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := m.Of(w); got != 3 {
				t.Errorf("it says %d, want 3", got)
			}
		})
	}
	all.Wait()
	if got := m.Of(NewWorld()); got != 0 || calls != 2 {
		t.Errorf("it says %d of an empty world, after %d calls", got, calls)
	}
}

func TestAsIsKept(t *testing.T) {
	s := NewState(drawRooms[0])
	open := &RoomOpen{Type: Lobby, Title: "Lobby"}
	s.Fold(NewEntry(drawRooms[0], 0, time.Unix(0, 0), "a-head", open.Kind(), open))
	w := NewWorld(s)
	if v := w.As(drawRooms[0]); v != w.As(drawRooms[0]) || len(v.Rooms()) != 1 {
		t.Error("the view of a room is not kept")
	}
	if len(w.As(drawRooms[1]).Rooms()) != 0 {
		t.Error("a room that is not shown has a view")
	}
}
