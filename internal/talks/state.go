package talks

import (
	"iter"
	"maps"
	"slices"
	"sync"
	"time"
)

// Entry is one act in its place: which room, which entry of it, when, by which seat. It is not changed once it is folded.
type Entry struct {
	Room  RoomID
	Index int64 // from 0
	Time  time.Time
	Seat  Seat
	Kind  Kind
	Act   Act  // nil where the act was erased or its kind is unknown; its references have their rooms
	Gone  bool // the payload was erased
}

// Ref is the entry as something that can be named: by its place in its room.
func (e *Entry) Ref() Ref { return Ref{e.Room, indexName(e.Index)} }

// Before reports whether e stands before o in the order of a view: by time, then room, then place. Time in a room never
// runs backwards, so a room's own order is kept.
func (e *Entry) Before(o *Entry) bool { return e.compare(o) < 0 }

func (e *Entry) compare(o *Entry) int {
	if c := e.Time.Compare(o.Time); c != 0 {
		return c
	}
	if e.Room != o.Room {
		return Ref{Room: e.Room}.Compare(Ref{Room: o.Room})
	}
	return int(e.Index - o.Index)
}

// NewEntry places an act and gives its references their room. The act belongs to the entry from then on.
func NewEntry(room RoomID, index int64, at time.Time, seat Seat, kind Kind, act Act) *Entry {
	if act != nil {
		eachPlace(act, func(_ place, r *Ref) {
			if r.Room == "" && r.Name != "" {
				r.Room = room
			}
		})
	}
	return &Entry{Room: room, Index: index, Time: at, Seat: seat, Kind: kind, Act: act}
}

// Made is what every object has: its identity, the entry that made it and the last one that changed it.
type Made struct {
	Ref  Ref
	By   *Entry
	Last *Entry
}

// Fact is an act that adds something to what is known without making an object that acts change later.
type Fact[T any] struct {
	*Entry
	Said *T
}

// State is the fold of one room's entries. The fields are for reading; only Fold changes them, by one writer at a time, and
// what a Clone shares with it is never changed in place.
type State struct {
	Room    Room
	Entries []*Entry

	Delegations  objects[DelegationState] // by code; in the lobby only
	Restorations []*Restoration           // in the lobby only
	Seats        objects[SeatState]       // by seat; in a caucus only
	Parties      objects[Party]
	Issues       objects[Issue]
	Meetings     objects[Meeting]
	Sources      objects[Source]
	Statements   objects[Statement]
	Events       objects[Event]
	Relations    objects[Relation]
	Proposals    objects[Proposal]
	Minutes      objects[Minutes]
	Packages     objects[Package]
	Agreements   objects[Agreement]
	Conditions   objects[Condition]
	Commitments  objects[Commitment]
	Requirements objects[Requirement]

	Positions map[Cell][]Fact[PositionRecord]
	latest    map[Cell][]Fact[PositionRecord] // of each delegation that wrote any, the last; so few that all are looked at
	Goals     []Fact[GoalRecord]
	Mandates  []Fact[MandateIssue]
	Readouts  []Fact[ReadoutIssue]
	Remarks   []Fact[RemarkWrite]
	Releases  []Fact[ReleaseMake]

	Reactions      []Fact[ReactionRecord]
	Determinations []Fact[ConditionDetermine]
	Reports        []Fact[CommitmentReport]
	Consultations  []Fact[ConsultRecord]
	Waivers        []Fact[ConsultWaive]

	// Refers are the other rooms that the room's history refers to. Only who sits in all of them can be admitted.
	Refers map[RoomID]bool

	names   map[string]string      // what a name stands for: "party", "issue", …
	about   map[Ref][]*Statement   // the statements about an object, in the order of the room
	written map[Delegation][]int64 // the places of the entries that a delegation wrote, in order
	aside   *sync.Map
}

// NewState is the state of a room without entries.
func NewState(id RoomID) *State {
	return &State{
		Room:      Room{ID: id},
		Positions: map[Cell][]Fact[PositionRecord]{},
		latest:    map[Cell][]Fact[PositionRecord]{},
		Refers:    map[RoomID]bool{},
		names:     map[string]string{},
		about:     map[Ref][]*Statement{},
		written:   map[Delegation][]int64{},
		aside:     new(sync.Map),
	}
}

// Fold brings the state up to date with the room's next entry. It is total: an entry that does not fit leaves no trace but its line.
func (s *State) Fold(e *Entry) {
	s.Entries = append(s.Entries, e)
	d := e.Seat.Delegation()
	s.written[d] = append(s.written[d], s.Size()-1)
	if e.Act == nil {
		return
	}
	eachPlace(e.Act, func(_ place, r *Ref) {
		if r.Room != "" && r.Room != s.Room.ID {
			s.Refers[r.Room] = true
		}
	})
	e.Act.fold(s, e)
}

// Size is how many entries the room has.
func (s *State) Size() int64 { return int64(len(s.Entries)) }

// Time is that of the last entry; the zero time for a room without any.
func (s *State) Time() time.Time {
	if len(s.Entries) == 0 {
		return time.Time{}
	}
	return s.Entries[len(s.Entries)-1].Time
}

// Aside is a place to keep what was made of the room's entries and only grows with them, such as their words made ready for searching.
// All clones of a state share it, though they may go different ways; it goes when they go. An erasure begins anew with an empty one, so that
// nothing of what was erased outlives the states that had it.
func (s *State) Aside() *sync.Map { return s.aside }

// Clone returns a state that stays as it is while s is folded on. It costs as much as there are objects, not entries.
func (s *State) Clone() *State {
	c := *s
	c.Room.Members = slices.Clone(s.Room.Members)
	c.Entries = slices.Clip(s.Entries)
	c.Restorations = slices.Clip(s.Restorations)
	c.Delegations, c.Seats, c.Parties, c.Issues = s.Delegations.clone(), s.Seats.clone(), s.Parties.clone(), s.Issues.clone()
	c.Meetings, c.Sources, c.Statements = s.Meetings.clone(), s.Sources.clone(), s.Statements.clone()
	c.Events, c.Relations, c.Proposals = s.Events.clone(), s.Relations.clone(), s.Proposals.clone()
	c.Minutes, c.Packages, c.Agreements = s.Minutes.clone(), s.Packages.clone(), s.Agreements.clone()
	c.Conditions, c.Commitments, c.Requirements = s.Conditions.clone(), s.Commitments.clone(), s.Requirements.clone()
	c.Positions = clipped(s.Positions)
	c.latest = maps.Clone(s.latest) // the lists are replaced, never changed in place
	c.Goals, c.Mandates, c.Readouts = slices.Clip(s.Goals), slices.Clip(s.Mandates), slices.Clip(s.Readouts)
	c.Remarks, c.Releases = slices.Clip(s.Remarks), slices.Clip(s.Releases)
	c.Reactions, c.Determinations, c.Reports = slices.Clip(s.Reactions), slices.Clip(s.Determinations), slices.Clip(s.Reports)
	c.Consultations, c.Waivers = slices.Clip(s.Consultations), slices.Clip(s.Waivers)
	c.about, c.written = clipped(s.about), clipped(s.written)
	c.Refers, c.names = maps.Clone(s.Refers), maps.Clone(s.names)
	return &c
}

// clipped copies a map of lists, so that adding to a list of the one leaves the other's as it is.
func clipped[K comparable, V any](m map[K][]V) map[K][]V {
	c := make(map[K][]V, len(m))
	for k, v := range m {
		c[k] = slices.Clip(v)
	}
	return c
}

// Since counts the entries from a place on that a delegation did not write: what is new to it that has seen those before.
func (s *State) Since(mark int64, d Delegation) int {
	mark = min(max(mark, 0), s.Size())
	own := s.written[d]
	i, _ := slices.BinarySearch(own, mark)
	return int(s.Size()-mark) - (len(own) - i)
}

// Object says what a name of this room stands for: "party", "issue", "meeting", "minutes", "source", "statement", "event",
// "relation", "proposal", "package", "agreement", "condition", "commitment", "requirement", or "entry" for the place of one; empty for nothing.
func (s *State) Object(name string) string {
	if what := s.names[name]; what != "" && what != erasedName {
		return what
	}
	if i, ok := entryIndex(name); ok && i < s.Size() {
		return "entry"
	}
	return ""
}

// made registers a new object. It refuses, by returning false, a name that is taken, so that the first to take it keeps it.
func (s *State) made(e *Entry, what, name string) (Made, bool) {
	if name == "" {
		name = indexName(e.Index)
	}
	if s.names[name] != "" {
		return Made{}, false
	}
	s.names[name] = what
	return Made{Ref: Ref{s.Room.ID, name}, By: e, Last: e}, true
}

// objects is a set of named objects in the order they were made. The objects are replaced, never changed in place.
type objects[T any] struct {
	byName map[string]*T
	order  []string
}

// Get returns the object of that name, or nil.
func (o *objects[T]) Get(name string) *T { return o.byName[name] }

// Len is how many there are.
func (o *objects[T]) Len() int { return len(o.order) }

// All yields the objects in the order they were made.
func (o *objects[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, name := range o.order {
			if !yield(o.byName[name]) {
				return
			}
		}
	}
}

func (o *objects[T]) put(name string, v *T) {
	if o.byName == nil {
		o.byName = map[string]*T{}
	}
	if _, ok := o.byName[name]; !ok {
		o.order = append(o.order, name)
	}
	o.byName[name] = v
}

// change replaces the object by a changed copy; it does nothing where there is none.
func (o *objects[T]) change(name string, f func(*T)) {
	if old := o.byName[name]; old != nil {
		v := *old
		f(&v)
		o.byName[name] = &v
	}
}

func (o objects[T]) clone() objects[T] {
	return objects[T]{maps.Clone(o.byName), slices.Clip(o.order)}
}
