package talks

import (
	"fmt"
	"slices"
	"time"
)

// RoomKind is what a room is for.
type RoomKind string

// The kinds of rooms with rules of their own. Every openly designated delegation sits in the lobby; a caucus is one delegation's alone.
const (
	Lobby  RoomKind = "lobby"
	Caucus RoomKind = "caucus"
)

// RoomKinds are the kinds there are.
var RoomKinds = []RoomKind{Lobby, "plenary", "direct", "consultation", "proximity", "working-group", Caucus, "public"}

// openRooms are the kinds whose members are chosen.
var openRooms = slices.DeleteFunc(slices.Clone(RoomKinds), func(k RoomKind) bool { return k == Lobby || k == Caucus })

// sharedRooms are the kinds in which more than one delegation can sit.
var sharedRooms = slices.DeleteFunc(slices.Clone(RoomKinds), func(k RoomKind) bool { return k == Caucus })

// RoomOpen is the first act of every room: its kind and who sits in it. A head writes it, for members that all of them can see.
type RoomOpen struct {
	Type     RoomKind     `json:"kind"`
	Title    string       `json:"title"`
	Purpose  string       `json:"purpose,omitzero"`
	Members  []Delegation `json:"members,omitzero"`  // not for a lobby, whose members are those designated
	Convener Seat         `json:"convener,omitzero"` // for a lobby: who designates delegations; the author where it is left out
	Process  string       `json:"process,omitzero"`  // for a lobby: the title of the process

	// Chair is the member that leads the room; nobody does where it is left out. A lobby is led by the convener's delegation.
	Chair Delegation `json:"chair,omitzero"`
	// Observers are the members that only read.
	Observers []Delegation `json:"observers,omitzero"`
	// Rule is how the members decide; consensus where it is left out.
	Rule DecisionRule `json:"rule,omitzero"`
	Basis
}

// RoomAdmit brings delegations into a room. They see its whole history, so it is refused where that refers to what they cannot see.
// The chair's delegation writes it, or where there is no chair any member. On what was tabled before they have no vote.
type RoomAdmit struct {
	Delegations []Delegation `json:"delegations"`
	Observers   bool         `json:"observers,omitzero"` // they only read
	Reason      string       `json:"reason,omitzero"`
	Basis
}

// RoomRemove takes a delegation out of a room. The chair's delegation writes it, or where there is no chair the one that opened the room. Its last
// answer to what was tabled before still counts.
type RoomRemove struct {
	Delegations []Delegation `json:"delegations"`
	Reason      string       `json:"reason,omitzero"`
	Basis
}

// RoomLeave takes the author's delegation out of a room. The chair makes another member the chair first. On what was tabled before, it has no part in
// deciding any more.
type RoomLeave struct {
	Reason string `json:"reason,omitzero"`
	Basis
}

// RoomClose ends a room: it can be read, and nothing more is written in it. The chair's delegation writes it, or where there is no
// chair any member.
type RoomClose struct {
	Reason string `json:"reason,omitzero"`
	Basis
}

// Room is a room as it stands.
type Room struct {
	ID        RoomID
	Kind      RoomKind
	Title     string
	Purpose   string
	Process   string // in a lobby: the title of the process
	Convener  Seat   // in a lobby
	Opened    time.Time
	Opener    Seat
	Members   []Delegation // sorted
	Chair     Delegation   // a member; empty for none
	Observers []Delegation // members that only read; sorted
	Rule      DecisionRule
	Closed    *Entry // nil while it is open

	voters []Delegation         // as the last proposal has them: see electorate
	left   map[Delegation]int64 // by which entry a delegation last left of its own accord
}

// Has reports whether a delegation is a member.
func (r *Room) Has(d Delegation) bool { _, ok := slices.BinarySearch(r.Members, d); return ok }

// HasAll reports whether all of a sorted list are members.
func (r *Room) HasAll(ds []Delegation) bool {
	for _, d := range ds {
		if !r.Has(d) {
			return false
		}
	}
	return true
}

func (*RoomOpen) Kind() Kind   { return "room.open" }
func (*RoomAdmit) Kind() Kind  { return "room.admit" }
func (*RoomRemove) Kind() Kind { return "room.remove" }
func (*RoomLeave) Kind() Kind  { return "room.leave" }
func (*RoomClose) Kind() Kind  { return "room.close" }

func (*RoomOpen) refs(func(place, *Ref))   {}
func (*RoomAdmit) refs(func(place, *Ref))  {}
func (*RoomRemove) refs(func(place, *Ref)) {}
func (*RoomLeave) refs(func(place, *Ref))  {}
func (*RoomClose) refs(func(place, *Ref))  {}

// MembersOf returns the sorted members that a room has once it is opened by a seat.
func (a *RoomOpen) MembersOf(seat Seat) []Delegation {
	if a.Type == Lobby {
		return []Delegation{seat.Delegation()}
	}
	ms := slices.Clone(a.Members)
	slices.Sort(ms)
	return slices.Compact(ms)
}

func (a *RoomOpen) check(c *Checking) {
	oneOf(c, "kind", a.Type, RoomKinds, false)
	c.title("title", a.Title)
	c.text("purpose", a.Purpose, textLimit)
	c.line("process", a.Process)
	own := c.Seat.Delegation()
	if a.Type == Lobby {
		if c.View.Lobby() != nil {
			c.fail("one-lobby", "kind")
		}
		if a.Convener != "" && a.Convener != c.Seat {
			c.fail("convener-self", "convener", string(c.Seat))
		}
		if own == Operator.Delegation() {
			c.fail("reserved-code", "", string(own))
		}
		a.plain(c)
		return
	}
	if c.View.Lobby() == nil {
		c.fail("lobby-first", "kind")
		return
	}
	c.codes("members", a.Members)
	if a.Type == Caucus {
		if len(a.Members) != 1 || a.Members[0] != own {
			c.fail("caucus-members", "members")
		} else if c.View.CaucusOf(own) != nil {
			c.fail("one-caucus", "kind")
		}
		a.plain(c)
		return
	}
	if !slices.Contains(a.Members, own) {
		c.fail("opener-absent", "members", string(own))
	}
	if len(a.Members) < 2 {
		c.fail("two-members", "members")
	}
	a.observers(c)
}

// plain refuses roles and a rule where the kind of the room settles them.
func (a *RoomOpen) plain(c *Checking) {
	if a.Chair != "" || len(a.Observers) > 0 || a.Rule != "" {
		c.fail("no-roles-here", "", string(a.Type))
	}
}

// codes checks a list of designated delegations.
func (c *Checking) codes(field string, ds []Delegation) {
	if len(ds) == 0 {
		c.fail("missing", field)
	}
	c.most(field, len(ds), listLimit)
	for i, d := range ds {
		at := fmt.Sprintf("%s/%d", field, i)
		switch {
		case c.View.Delegation(d) == nil:
			c.fail("unknown-code", at, string(d))
		case slices.Contains(ds[:i], d):
			c.fail("twice", at, string(d))
		}
	}
}

func (a *RoomAdmit) check(c *Checking) {
	c.leads(false)
	c.codes("delegations", a.Delegations)
	c.text("reason", a.Reason, textLimit)
	for i, d := range a.Delegations {
		at := fmt.Sprintf("delegations/%d", i)
		if c.State.Room.Has(d) {
			c.fail("already-member", at, string(d))
			continue
		}
		for id := range c.State.Refers {
			// What the view lacks was left behind by a member: nobody new may be shown a reference to it.
			if s := c.View.Room(id); s == nil || !s.Room.Has(d) {
				c.fail("history-hidden", at, string(d))
				break
			}
		}
	}
}

func (a *RoomRemove) check(c *Checking) {
	c.codes("delegations", a.Delegations)
	c.text("reason", a.Reason, textLimit)
	c.leads(true)
	for i, d := range a.Delegations {
		switch c.State.Room.RoleOf(d) {
		case "":
			c.fail("not-member", fmt.Sprintf("delegations/%d", i), string(d))
		case RoomChair:
			c.fail("chair-stays", fmt.Sprintf("delegations/%d", i), string(d))
		}
	}
	if len(a.Delegations) >= len(c.State.Room.Members) {
		c.fail("last-member", "delegations")
	}
}

func (a *RoomLeave) check(c *Checking) {
	c.text("reason", a.Reason, textLimit)
	if len(c.State.Room.Members) < 2 {
		c.fail("last-member", "")
	} else if own := c.Seat.Delegation(); c.State.Room.Chair == own {
		c.fail("chair-stays", "", string(own))
	}
}

func (a *RoomClose) check(c *Checking) {
	c.leads(false)
	c.text("reason", a.Reason, textLimit)
}

func (a *RoomOpen) fold(s *State, e *Entry) {
	if len(s.Entries) != 1 {
		return
	}
	s.Room = Room{
		ID: s.Room.ID, Kind: a.Type, Title: a.Title, Purpose: a.Purpose, Process: a.Process,
		Opened: e.Time, Opener: e.Seat, Members: a.MembersOf(e.Seat), Rule: Consensus,
	}
	switch a.Type {
	case Lobby:
		s.Room.Convener, s.Room.Chair = e.Seat, e.Seat.Delegation()
	case Caucus:
	default:
		s.Room.Chair = a.Chair
		set(&s.Room.Rule, a.Rule)
		for _, d := range a.Observers {
			s.Room.Observers = withMember(s.Room.Observers, d)
		}
		s.Room.settle()
	}
}

func (a *RoomAdmit) fold(s *State, _ *Entry) {
	for _, d := range a.Delegations {
		if a.Observers && !s.Room.Has(d) {
			s.Room.Observers = withMember(s.Room.Observers, d)
		}
		s.Room.Members = withMember(s.Room.Members, d)
	}
}

func (a *RoomRemove) fold(s *State, _ *Entry) { s.remove(a.Delegations) }

func (a *RoomLeave) fold(s *State, e *Entry) {
	own := e.Seat.Delegation()
	if had := s.Room.Has(own); s.remove([]Delegation{own}) && had {
		s.Room.leaves(own, e.Index)
	}
}

// remove takes members out of the room, unless nobody would be left.
func (s *State) remove(ds []Delegation) bool {
	left := slices.DeleteFunc(slices.Clone(s.Room.Members), func(d Delegation) bool { return slices.Contains(ds, d) })
	if len(left) > 0 {
		s.Room.Members = left
		s.Room.settle()
	}
	return len(left) > 0
}

func (a *RoomClose) fold(s *State, e *Entry) {
	if s.Room.Closed == nil {
		s.Room.Closed = e
	}
}
