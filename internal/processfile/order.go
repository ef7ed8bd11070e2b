package processfile

import (
	"container/heap"
	"slices"

	"parley/internal/talks"
)

// graph is the entries of a view with what has to stand before what. The order of a view is by time and, at one time, by the rooms'
// identifiers, which are random: an entry could stand before the one in another room that it rests on.
type graph struct {
	e       *exporter
	entries []*talks.Entry // in the order of the view
	place   map[*talks.Entry]int
	after   [][]int
	need    []int
	grants  map[any][]int // what lets somebody act or see: a delegation, a seat, a member of a room, an option
}

type (
	memberOf struct {
		room       talks.RoomID
		delegation talks.Delegation
	}
	optionOf struct {
		issue talks.Ref
		name  string
	}
)

func newGraph(e *exporter) *graph {
	entries := slices.Collect(e.view.Entries())
	slices.Reverse(entries)
	g := &graph{e: e, entries: entries, place: make(map[*talks.Entry]int, len(entries)), grants: map[any][]int{}}
	g.after, g.need = make([][]int, len(entries)), make([]int, len(entries))
	for i, entry := range entries {
		g.place[entry] = i
		g.grant(i, entry)
	}
	members := map[talks.RoomID][]talks.Delegation{}
	for i, entry := range entries {
		if entry.Index > 0 {
			g.edge(e.view.Entry(entry.Room, entry.Index-1), i)
		}
		g.needs(i, entry, members)
	}
	g.ends()
	return g
}

// edge has one entry stand before another.
func (g *graph) edge(before *talks.Entry, i int) {
	j, ok := g.place[before]
	if !ok || j == i {
		return
	}
	g.after[j] = append(g.after[j], i)
	g.need[i]++
}

// grant notes what an entry makes possible.
func (g *graph) grant(i int, entry *talks.Entry) {
	add := func(key any) { g.grants[key] = append(g.grants[key], i) }
	switch a := entry.Act.(type) {
	case *talks.RoomOpen:
		for _, d := range a.MembersOf(entry.Seat) {
			add(memberOf{entry.Room, d})
		}
	case *talks.DelegationDesignate:
		add(a.Code)
		add(memberOf{entry.Room, a.Code})
	case *talks.SeatGrant:
		add(a.Holder)
	case *talks.RoomAdmit:
		for _, d := range a.Delegations {
			add(memberOf{entry.Room, d})
		}
	case *talks.IssueUpdate:
		for _, o := range a.Options {
			add(optionOf{a.Issue, o.Name})
		}
	}
}

// granted has an entry stand after what makes it possible, the last that is not later. A delegation is designated once, so that counts
// whatever the clocks say; a seat can be granted again, and the head of a delegation holds without that.
func (g *graph) granted(key any, i int) {
	_, once := key.(talks.Delegation)
	best := -1
	for _, j := range g.grants[key] {
		if once || !g.entries[j].Time.After(g.entries[i].Time) {
			best = j
		}
	}
	if best >= 0 {
		g.edge(g.entries[best], i)
	}
}

// needs has an entry stand after what it rests on: its author's seat, the objects that it names, and whoever has to see them. members
// are those of the rooms at the entry, as far as they were read.
func (g *graph) needs(i int, entry *talks.Entry, members map[talks.RoomID][]talks.Delegation) {
	if l := g.e.view.Lobby(); l == nil || entry.Seat != l.Room.Convener {
		g.granted(entry.Seat.Delegation(), i) // the convener acts before its delegation is designated
	}
	g.granted(entry.Seat, i)
	codes := func(ds []talks.Delegation) {
		for _, d := range ds {
			g.granted(d, i)
		}
	}
	switch a := entry.Act.(type) {
	case *talks.RoomOpen:
		members[entry.Room] = a.MembersOf(entry.Seat)
		codes(a.Members)
	case *talks.DelegationDesignate:
		members[entry.Room] = append(members[entry.Room], a.Code)
	case *talks.RoomAdmit:
		codes(a.Delegations)
		members[entry.Room] = append(members[entry.Room], a.Delegations...)
		for id := range g.e.view.Room(entry.Room).Refers {
			for _, d := range a.Delegations {
				g.granted(memberOf{id, d}, i)
			}
		}
	case *talks.MinutesOpen:
		g.held(a.Meeting, i)
	case *talks.MinutesCorrect:
		if m := g.e.view.Room(entry.Room).Minutes.Get(a.Minutes.Name); m != nil {
			g.held(m.Meeting, i)
		}
	case *talks.PositionRecord:
		g.granted(optionOf{a.Issue, a.Option}, i)
	case *talks.ProposalTable:
		for _, t := range a.Terms {
			g.granted(optionOf{t.Issue, t.Option}, i)
		}
	}
	if entry.Act == nil {
		return
	}
	talks.Refs(entry.Act, func(_ string, r *talks.Ref) {
		if m := g.e.maker(entry, *r); m != nil && m.Room != entry.Room {
			g.edge(m, i)
			for _, d := range members[entry.Room] {
				g.granted(memberOf{r.Room, d}, i)
			}
		}
	})
}

// held has an entry stand after the record that a meeting was held.
func (g *graph) held(meeting talks.Ref, i int) {
	if m := g.e.view.Meeting(meeting); m != nil && m.Held != nil {
		g.edge(m.Held.Entry, i)
	}
}

// ends has an entry that makes something impossible stand after those of the same time that need it.
func (g *graph) ends() {
	for i := 0; i < len(g.entries); {
		end := i + 1
		for end < len(g.entries) && g.entries[end].Time.Equal(g.entries[i].Time) {
			end++
		}
		if end-i > 1 {
			g.endsAt(i, end)
		}
		i = end
	}
}

func (g *graph) endsAt(from, to int) {
	for i, entry := range g.entries[from:to] {
		switch a := entry.Act.(type) {
		case *talks.IssueClose:
			g.endAfter(from+i, from, to, func(o *talks.Entry) bool {
				p, ok := o.Act.(*talks.PositionRecord)
				return ok && p.Issue == a.Issue
			})
		case *talks.SeatRevoke:
			g.endAfter(from+i, from, to, func(o *talks.Entry) bool { return o.Seat == a.Holder })
		case *talks.RoomRemove, *talks.RoomLeave:
			g.endAfter(from+i, from, to, func(o *talks.Entry) bool { return g.names(o, entry.Room) })
		}
	}
}

// endAfter has entry i stand after those of its time in other rooms for which before says so.
func (g *graph) endAfter(i, from, to int, before func(*talks.Entry) bool) {
	for _, o := range g.entries[from:to] {
		if o.Room != g.entries[i].Room && before(o) {
			g.edge(o, i)
		}
	}
}

// names reports whether an entry refers to a room.
func (g *graph) names(entry *talks.Entry, room talks.RoomID) (found bool) {
	if entry.Act != nil {
		talks.Refs(entry.Act, func(_ string, r *talks.Ref) { found = found || r.Room == room })
	}
	return found
}

// sorted returns the entries in an order that fits, as near to that of the view as can be. Where clocks ran so wrong that none fits, the
// order of the view breaks the circle.
func (g *graph) sorted() []*talks.Entry {
	var ready places
	for i, n := range g.need {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	heap.Init(&ready)
	out := make([]*talks.Entry, 0, len(g.entries))
	done := make([]bool, len(g.entries))
	for next := 0; len(out) < len(g.entries); {
		for next < len(done) && done[next] {
			next++
		}
		i := next
		if len(ready) > 0 {
			i = heap.Pop(&ready).(int)
		}
		if done[i] {
			continue
		}
		done[i] = true
		out = append(out, g.entries[i])
		for _, j := range g.after[i] {
			if g.need[j]--; g.need[j] == 0 && !done[j] {
				heap.Push(&ready, j)
			}
		}
	}
	return out
}

// places is a heap of places in the order of the view.
type places []int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] < p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(int)) }
func (p *places) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}
