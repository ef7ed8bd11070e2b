package talks

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// benchSizes are how many entries a room has. The largest takes about a gigabyte.
func benchSizes(b *testing.B) []int {
	b.Helper()
	if testing.Short() {
		return []int{1_000}
	}
	return []int{10_000, 100_000, 1_000_000}
}

// benchEntries are n entries of a busy room: of ten acts four are remarks, three positions, two statements, one something else.
// The acts are shared among the entries, as nothing changes an act.
func benchEntries(b *testing.B, n int) []*Entry {
	b.Helper()
	room := id("busy")
	at := newHouse().now
	acts := make([]Act, 1000)
	for i := range acts {
		kind, js := Kind("remark.write"), fmt.Sprintf(`{"text":"Number %d: the harbour stays open, as was said.","on":["@lobby/harbour"]}`, i)
		switch i % 10 {
		case 1, 4, 7:
			kind, js = "position.record", fmt.Sprintf(`{"party":"@lobby/p-%d","issue":"@lobby/i-%d","value":"%d","firmness":"firm","cites":[{"source":"@lobby/paper","paragraph":3}]}`, i%12, i%40, i%10)
		case 2, 6:
			kind, js = "statement.record", fmt.Sprintf(`{"speaker":"@lobby/p-%d","to":["@lobby/p-1"],"strength":"stated","form":"paraphrase","text":"Number %d.","about":["@lobby/i-%d"]}`, i%12, i, i%40)
		case 9:
			kind, js = "event.record", fmt.Sprintf(`{"title":"Event %d","when":"2025-02-18","parties":["@lobby/p-2"]}`, i)
		}
		act, err := Decode(kind, []byte(handles.Replace(js)))
		if err != nil {
			b.Fatal(err)
		}
		acts[i] = act
	}
	list := make([]*Entry, n)
	for i := range list {
		act := acts[i%len(acts)]
		list[i] = NewEntry(room, int64(i), at.Add(time.Duration(i)*time.Second), []Seat{"us-head", "ru-head"}[i%2], act.Kind(), act)
	}
	if n > 0 {
		open := &RoomOpen{Type: "direct", Title: "Busy", Members: []Delegation{"ru", "us"}}
		list[0] = NewEntry(room, 0, at, "us-head", open.Kind(), open)
	}
	return list
}

func benchState(b *testing.B, n int) *State {
	b.Helper()
	s := NewState(id("busy"))
	for _, e := range benchEntries(b, n) {
		s.Fold(e)
	}
	return s
}

// BenchmarkFold folds a whole room.
func BenchmarkFold(b *testing.B) {
	for _, n := range benchSizes(b) {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			list := benchEntries(b, n)
			b.ReportAllocs()
			for b.Loop() {
				s := NewState(id("busy"))
				for _, e := range list {
					s.Fold(e)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "acts/s")
		})
	}
}

// BenchmarkClone takes the copy of a room's state that readers keep while the room is written on.
func BenchmarkClone(b *testing.B) {
	for _, n := range benchSizes(b) {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := benchState(b, n)
			b.ReportAllocs()
			for b.Loop() {
				s.Clone()
			}
		})
	}
}

// BenchmarkMerge makes one view of several rooms, each of 1000 entries, and asks it for something that all of them have.
func BenchmarkMerge(b *testing.B) {
	for _, n := range []int{5, 50, 500} {
		if testing.Short() && n > 5 {
			continue
		}
		states := make([]*State, n)
		for i := range states {
			s := benchState(b, 1000)
			s.Room.ID = RoomID(fmt.Sprintf("room%022d", i))
			states[i] = s
		}
		b.Run(fmt.Sprintf("%d rooms", n), func(b *testing.B) {
			for b.Loop() {
				NewWorld(states...)
			}
		})
		b.Run(fmt.Sprintf("%d rooms, all their statements", n), func(b *testing.B) {
			for b.Loop() {
				NewWorld(states...).Statements()
			}
		})
	}
}
