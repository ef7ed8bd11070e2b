package talks

import (
	"slices"
	"time"
)

// What is to be known before a room changes, worked out of one world and nothing else. Nothing here says whether an act would be
// accepted; [Check] does.

// Mention is one entry's reference to something in another room.
type Mention struct {
	By   *Entry
	Ref  Ref
	Seen bool // by those whom the foresight is about
}

// Arrival is what delegations see once they are admitted to a room.
type Arrival struct {
	Delegation Delegation
	Entries    []*Entry  // all of the room's, in order
	Mentions   []Mention // what they refer to in other rooms, each thing once, in the order of the entries
	Blocked    bool      // something is mentioned that the newcomer cannot see, so that the admission is refused
	Lost       []*State  // rooms that the room's acts can refer to now, and could not with the newcomer in it
}

// Unseen are the mentions that block an arrival.
func (a *Arrival) Unseen() []Mention {
	return slices.DeleteFunc(slices.Clone(a.Mentions), func(m Mention) bool { return m.Seen })
}

// Arrive foresees the admission of a delegation to a room; nil where the room is not shown. The rooms where the delegation sits are those
// that the room's own view has, as for Check: what only some members know of it counts for nothing.
func (w *World) Arrive(room RoomID, d Delegation) *Arrival {
	s := w.Room(room)
	if s == nil {
		return nil
	}
	view := w.As(room)
	a := &Arrival{Delegation: d, Entries: s.Entries}
	sees := func(id RoomID) bool { r := view.Room(id); return r != nil && r.Room.Has(d) }
	named := map[Ref]bool{}
	for _, e := range s.Entries {
		if e.Act == nil {
			continue
		}
		eachPlace(e.Act, func(_ place, r *Ref) {
			if r.Room != "" && r.Room != room && !named[*r] {
				named[*r] = true
				a.Mentions = append(a.Mentions, Mention{e, *r, sees(r.Room)})
			}
		})
	}
	for id := range s.Refers {
		a.Blocked = a.Blocked || !sees(id)
	}
	for _, r := range view.Rooms() {
		if r.Room.ID != room && !r.Room.Has(d) {
			a.Lost = append(a.Lost, r)
		}
	}
	return a
}

// Departure is what a delegation loses when it leaves a room, or is removed.
type Departure struct {
	Delegation Delegation
	Entries    []*Entry    // all of the room's, which it reads no more
	Wrote      int         // of those, its own
	Proposals  []*Proposal // that it tabled there and that are open: it can withdraw none of them any more
	Unanswered []*Proposal // that others tabled there, that are open, and that it has not answered
	Meetings   []*Meeting  // of the room, still to come
	Broken     []Mention   // in rooms that it goes on seeing: what they refer to in this one
	Readers    []Delegation
}

// Depart foresees that a delegation goes out of a room at a time; nil where the room is not shown or the delegation does not sit there. A
// proposal is open until it is withdrawn or adopted, or its time is over.
func (w *World) Depart(room RoomID, d Delegation, now time.Time) *Departure {
	s := w.Room(room)
	if s == nil || !s.Room.Has(d) {
		return nil
	}
	v := &Departure{Delegation: d, Entries: s.Entries, Wrote: len(s.written[d])}
	v.Readers = slices.DeleteFunc(slices.Clone(s.Room.Members), func(m Delegation) bool { return m == d })
	for q := range s.Proposals.All() {
		switch {
		case !q.Open(now), s.adopted(q.Ref) != nil:
		case q.By.Seat.Delegation() == d:
			v.Proposals = append(v.Proposals, q)
		case !slices.ContainsFunc(q.Responses, func(f Fact[ProposalRespond]) bool { return f.Seat.Delegation() == d }):
			v.Unanswered = append(v.Unanswered, q)
		}
	}
	for m := range s.Meetings.All() {
		if m.Upcoming(now) {
			v.Meetings = append(v.Meetings, m)
		}
	}
	for _, o := range w.Rooms() {
		if o != s && o.Room.Has(d) && o.Refers[room] {
			v.Broken = append(v.Broken, o.mentions(room)...)
		}
	}
	return v
}

// mentions are the things of another room that a room's entries refer to, each once.
func (s *State) mentions(room RoomID) []Mention {
	var out []Mention
	named := map[Ref]bool{}
	for _, e := range s.Entries {
		if e.Act == nil {
			continue
		}
		eachPlace(e.Act, func(_ place, r *Ref) {
			if r.Room == room && !named[*r] {
				named[*r] = true
				out = append(out, Mention{By: e, Ref: *r})
			}
		})
	}
	return out
}

// Sitting is a member of a room, and the entry by which it became one.
type Sitting struct {
	Delegation Delegation
	By         *Entry
}

// Sittings lists a room's members in the order in which they came.
func (s *State) Sittings() []Sitting {
	var out []Sitting
	gone := func(ds ...Delegation) {
		out = slices.DeleteFunc(out, func(x Sitting) bool { return slices.Contains(ds, x.Delegation) })
	}
	come := func(e *Entry, ds ...Delegation) {
		for _, d := range ds {
			if !slices.ContainsFunc(out, func(x Sitting) bool { return x.Delegation == d }) {
				out = append(out, Sitting{d, e})
			}
		}
	}
	for i, e := range s.Entries {
		switch a := e.Act.(type) {
		case *RoomOpen:
			if i == 0 {
				come(e, a.MembersOf(e.Seat)...)
			}
		case *RoomAdmit:
			come(e, a.Delegations...)
		case *DelegationDesignate:
			if s.Room.Kind == Lobby {
				come(e, a.Code)
			}
		case *RoomRemove:
			gone(a.Delegations...)
		case *RoomLeave:
			gone(e.Seat.Delegation())
		}
	}
	// What the room says of its members counts: an act that was opaque to this walk has left its mark there.
	return slices.DeleteFunc(out, func(x Sitting) bool { return !s.Room.Has(x.Delegation) })
}
