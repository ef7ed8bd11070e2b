// Package access shows who sees what: the rooms of a view by delegations, and what one of them cannot see.
package access

import (
	"slices"

	"parley/internal/talks"
)

// most is how many acts the page lists; search has the rest.
const most = 200

// grid is the rooms of a view by the delegations it knows.
type grid struct {
	Delegations []talks.Delegation
	Rows        []row
	Acts        int64   // in all rooms together
	Hidden      []int64 // of those, how many each delegation cannot see
}

// row is one room: for each delegation whether it sits there.
type row struct {
	*talks.State
	Sees []bool
}

// newGrid draws up who sees what. The rooms are those of the view and no others.
func newGrid(w *talks.World) grid {
	g := grid{Delegations: delegations(w)}
	g.Hidden = make([]int64, len(g.Delegations))
	for _, s := range w.Rooms() {
		r := row{s, make([]bool, len(g.Delegations))}
		for i, d := range g.Delegations {
			if r.Sees[i] = s.Room.Has(d); !r.Sees[i] {
				g.Hidden[i] += s.Size()
			}
		}
		g.Acts += s.Size()
		g.Rows = append(g.Rows, r)
	}
	return g
}

// place finds a delegation's column; -1 where there is none.
func (g grid) place(d talks.Delegation) int { return slices.Index(g.Delegations, d) }

// others are the delegations but one.
func (g grid) others(own talks.Delegation) []talks.Delegation {
	return slices.DeleteFunc(slices.Clone(g.Delegations), func(d talks.Delegation) bool { return d == own })
}

// delegations lists those designated, then members of rooms that the lobby does not name.
func delegations(w *talks.World) []talks.Delegation {
	var out []talks.Delegation
	for _, d := range w.Delegations() {
		out = append(out, d.Code)
	}
	for _, s := range w.Rooms() {
		for _, d := range s.Room.Members {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// closed is what one delegation cannot see, room by room.
type closed struct {
	Rooms []hidden
	Acts  int64 // in all of those rooms
	Cut   bool  // not all of them are listed
}

// hidden is a room with its acts, the newest first; without any where others took the places.
type hidden struct {
	*talks.State
	Acts []*talks.Entry
}

// without gathers what of a view one delegation cannot see: the acts of the rooms where it does not sit, the newest first, at
// most limit in all. The room where something came last comes first.
func without(w *talks.World, d talks.Delegation, limit int) closed {
	var c closed
	at := map[talks.RoomID]int{}
	listed := 0
	for e := range w.Entries() {
		s := w.Room(e.Room)
		if s.Room.Has(d) {
			continue
		}
		i, ok := at[e.Room]
		if !ok {
			i = len(c.Rooms)
			at[e.Room] = i
			c.Rooms = append(c.Rooms, hidden{State: s})
		}
		c.Acts++
		if listed == limit {
			c.Cut = true
			continue
		}
		c.Rooms[i].Acts = append(c.Rooms[i].Acts, e)
		listed++
	}
	return c
}
