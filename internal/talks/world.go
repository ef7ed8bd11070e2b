package talks

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// World is what several rooms show together: a disjoint union of their objects and a merge of their facts in time. Its rooms
// are states that are folded no further. The zero World shows nothing.
//
// A World holds the rooms' states as they are and looks into them, so that merging costs as much as there are rooms.
type World struct {
	rooms []*State // lobby first, then in the order they were opened
	byID  map[RoomID]*State
	lobby *State

	memos sync.Map // what was worked out of it: *Memo to func() T
	as    sync.Map // the views of its rooms: RoomID to *World
}

// NewWorld merges the states of rooms. Of a room that is given twice, the longer state counts.
func NewWorld(states ...*State) *World {
	w := &World{byID: make(map[RoomID]*State, len(states))}
	for _, s := range states {
		if old := w.byID[s.Room.ID]; s.Size() > 0 && (old == nil || old.Size() < s.Size()) {
			w.byID[s.Room.ID] = s
		}
	}
	for _, s := range w.byID {
		w.rooms = append(w.rooms, s)
	}
	slices.SortFunc(w.rooms, func(a, b *State) int {
		return cmp.Or(
			-compareBool(a.Room.Kind == Lobby, b.Room.Kind == Lobby),
			a.Room.Opened.Compare(b.Room.Opened),
			cmp.Compare(a.Room.ID, b.Room.ID))
	})
	if len(w.rooms) > 0 && w.rooms[0].Room.Kind == Lobby {
		w.lobby = w.rooms[0]
	}
	return w
}

// Merge returns the world of the rooms of both. It is commutative and associative.
func (w *World) Merge(o *World) *World {
	return NewWorld(append(slices.Clip(w.rooms), o.rooms...)...)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// Anew returns the world of the same states with nothing worked out of it yet. Whoever keeps a world while its states grow asks it so.
func (w *World) Anew() *World { return &World{rooms: w.rooms, byID: w.byID, lobby: w.lobby} }

// Rooms returns the rooms' states: the lobby first, then in the order they were opened. The caller leaves the slice as it is.
func (w *World) Rooms() []*State { return w.rooms }

// Room returns the state of a room, or nil where it is not shown.
func (w *World) Room(id RoomID) *State { return w.byID[id] }

// Lobby returns the lobby's state, or nil.
func (w *World) Lobby() *State { return w.lobby }

// Size is how many entries the rooms have together.
func (w *World) Size() int64 {
	var n int64
	for _, s := range w.rooms {
		n += s.Size()
	}
	return n
}

// Time is the latest time of an entry.
func (w *World) Time() time.Time {
	var t time.Time
	for _, s := range w.rooms {
		if s.Time().After(t) {
			t = s.Time()
		}
	}
	return t
}

// Object says what a reference names: see [State.Object]. Empty for nothing that is shown.
func (w *World) Object(r Ref) string {
	if s := w.byID[r.Room]; s != nil {
		return s.Object(r.Name)
	}
	return ""
}

// Resolve completes a short name from the point of view of a room: the room's own object of that name, or the only one that
// the other rooms have. ok is false where there is none or more than one; others then has the candidates.
func (w *World) Resolve(from RoomID, name string) (r Ref, others []Ref, ok bool) {
	if s := w.byID[from]; s != nil && s.Object(name) != "" {
		return Ref{from, name}, nil, true
	}
	if strings.HasPrefix(name, "#") {
		return Ref{}, nil, false
	}
	for _, s := range w.rooms {
		if s.Object(name) != "" {
			others = append(others, Ref{s.Room.ID, name})
		}
	}
	if len(others) == 1 {
		return others[0], nil, true
	}
	return Ref{}, others, false
}

// As returns the view of a room: the rooms whose members include all of its own. All who sit in the room see those, so the view
// is the same from the world of any member. It is empty where the room is not shown.
//
// The lobby's view is the lobby alone: whoever is designated later sees its whole history, so it can refer to no other room.
func (w *World) As(room RoomID) *World {
	s := w.byID[room]
	if s == nil {
		return NewWorld()
	}
	if v, ok := w.as.Load(room); ok {
		return v.(*World)
	}
	var view *World
	if s == w.lobby {
		view = NewWorld(s)
	} else {
		view = w.Of(s.Room.Members)
	}
	v, _ := w.as.LoadOrStore(room, view)
	return v.(*World)
}

// Of returns the rooms where all of a sorted list of delegations sit. Where the list is empty there are none.
func (w *World) Of(members []Delegation) *World {
	var in []*State
	if len(members) == 0 {
		return NewWorld()
	}
	for _, s := range w.rooms {
		if s.Room.HasAll(members) {
			in = append(in, s)
		}
	}
	return NewWorld(in...)
}

// Complete gives the references of an act for a room their rooms, so that its payload says exactly what it means: a handle is
// looked up with handle, and a short name is resolved in the room's view. What cannot be resolved is left as it is for Check
// to refuse, except a name that could mean several things, which is the error, of type [Problems].
func Complete(a Act, room RoomID, view *World, handle func(string) (RoomID, bool)) error {
	var problems Problems
	Refs(a, func(field string, r *Ref) {
		switch {
		case r.Name == "":
		case r.Room != "":
			if id, ok := handle(string(r.Room)); ok {
				r.Room = id
			}
		default:
			full, others, ok := view.Resolve(room, r.Name)
			if ok {
				*r = full
			} else if len(others) > 1 {
				problems = append(problems, problem("ambiguous-ref", field, r.Name))
			}
		}
		if r.Room == room {
			r.Room = "" // an act names the objects of its own room without it
		}
	})
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// Entry returns an entry by its place, or nil.
func (w *World) Entry(room RoomID, index int64) *Entry {
	s := w.byID[room]
	if s == nil || index < 0 || index >= s.Size() {
		return nil
	}
	return s.Entries[index]
}

// Entries yields all entries in the order of the view, the latest first.
func (w *World) Entries() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		left := make([][]*Entry, 0, len(w.rooms))
		for _, s := range w.rooms {
			left = append(left, s.Entries)
		}
		for {
			best := -1
			for i, es := range left {
				if len(es) > 0 && (best < 0 || left[best][len(left[best])-1].Before(es[len(es)-1])) {
					best = i
				}
			}
			if best < 0 {
				return
			}
			es := left[best]
			left[best] = es[:len(es)-1]
			if !yield(es[len(es)-1]) {
				return
			}
		}
	}
}

func get[T any](w *World, r Ref, in func(*State) *objects[T]) *T {
	if s := w.byID[r.Room]; s != nil {
		return in(s).Get(r.Name)
	}
	return nil
}

// gather merges the objects of all rooms by the entries that made them.
func gather[T any](w *World, in func(*State) *objects[T], by func(*T) *Entry) []*T {
	var out []*T
	for _, s := range w.rooms {
		for v := range in(s).All() {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b *T) int { return by(a).compare(by(b)) })
	return out
}

// facts merges the facts of all rooms in time.
func facts[T any](w *World, in func(*State) []Fact[T]) []Fact[T] {
	var out []Fact[T]
	for _, s := range w.rooms {
		out = append(out, in(s)...)
	}
	slices.SortStableFunc(out, func(a, b Fact[T]) int { return a.compare(b.Entry) })
	return out
}

// Party returns a party, or nil.
func (w *World) Party(r Ref) *Party {
	return get(w, r, func(s *State) *objects[Party] { return &s.Parties })
}

// Issue returns an issue, or nil.
func (w *World) Issue(r Ref) *Issue {
	return get(w, r, func(s *State) *objects[Issue] { return &s.Issues })
}

// Meeting returns a meeting, or nil.
func (w *World) Meeting(r Ref) *Meeting {
	return get(w, r, func(s *State) *objects[Meeting] { return &s.Meetings })
}

// Source returns a source, or nil.
func (w *World) Source(r Ref) *Source {
	return get(w, r, func(s *State) *objects[Source] { return &s.Sources })
}

// Statement returns a statement, or nil.
func (w *World) Statement(r Ref) *Statement {
	return get(w, r, func(s *State) *objects[Statement] { return &s.Statements })
}

// Event returns an event, or nil.
func (w *World) Event(r Ref) *Event {
	return get(w, r, func(s *State) *objects[Event] { return &s.Events })
}

// Relation returns a relation, or nil.
func (w *World) Relation(r Ref) *Relation {
	return get(w, r, func(s *State) *objects[Relation] { return &s.Relations })
}

// Proposal returns a proposal, or nil.
func (w *World) Proposal(r Ref) *Proposal {
	return get(w, r, func(s *State) *objects[Proposal] { return &s.Proposals })
}

// Parties returns the parties in the order they were declared, those of the lobby first, so that a party's place among them is the
// same for everybody.
func (w *World) Parties() []*Party {
	ps := gather(w, func(s *State) *objects[Party] { return &s.Parties }, func(p *Party) *Entry { return p.By })
	slices.SortStableFunc(ps, func(a, b *Party) int {
		return -compareBool(w.lobby != nil && a.Ref.Room == w.lobby.Room.ID, w.lobby != nil && b.Ref.Room == w.lobby.Room.ID)
	})
	return ps
}

// Issues returns the issues in the order they were opened.
func (w *World) Issues() []*Issue {
	return gather(w, func(s *State) *objects[Issue] { return &s.Issues }, func(i *Issue) *Entry { return i.By })
}

// Meetings returns the meetings by when they began or are to begin; those without a date last.
func (w *World) Meetings() []*Meeting {
	ms := gather(w, func(s *State) *objects[Meeting] { return &s.Meetings }, func(m *Meeting) *Entry { return m.By })
	slices.SortStableFunc(ms, func(a, b *Meeting) int {
		return cmp.Or(compareBool(a.When() == "", b.When() == ""), a.When().Start().Compare(b.When().Start()))
	})
	return ms
}

// Sources returns the sources in the order they were added.
func (w *World) Sources() []*Source {
	return gather(w, func(s *State) *objects[Source] { return &s.Sources }, func(v *Source) *Entry { return v.By })
}

// Statements returns the statements by when they were said.
func (w *World) Statements() []*Statement { return slices.Clone(statements.Of(w)) }

var statements = NewMemo(func(w *World) []*Statement {
	var vs []*Statement
	for _, s := range w.rooms {
		vs = slices.AppendSeq(vs, s.Statements.All())
	}
	return bySaid(vs)
})

// StatementsAbout returns the statements that are about an object, such as an issue, by when they were said.
func (w *World) StatementsAbout(r Ref) []*Statement {
	var vs []*Statement
	for _, s := range w.rooms {
		vs = append(vs, s.about[r]...)
	}
	return bySaid(vs)
}

// CountAbout is how many statements are about an object.
func (w *World) CountAbout(r Ref) int {
	n := 0
	for _, s := range w.rooms {
		n += len(s.about[r])
	}
	return n
}

// bySaid sorts statements by when they were said, then in the order of the view. Each date is read once.
func bySaid(vs []*Statement) []*Statement {
	type dated struct {
		at time.Time
		*Statement
	}
	ds := make([]dated, len(vs))
	for i, v := range vs {
		at := v.By.Time.Truncate(time.Second)
		if v.Said != "" {
			at = v.Said.Start()
		}
		ds[i] = dated{at, v}
	}
	slices.SortFunc(ds, func(a, b dated) int { return cmp.Or(a.at.Compare(b.at), a.By.compare(b.By)) })
	for i := range ds {
		vs[i] = ds[i].Statement
	}
	return vs
}

// Events returns the events by when they happened.
func (w *World) Events() []*Event {
	vs := gather(w, func(s *State) *objects[Event] { return &s.Events }, func(v *Event) *Entry { return v.By })
	slices.SortStableFunc(vs, func(a, b *Event) int { return a.Date().Start().Compare(b.Date().Start()) })
	return vs
}

// Relations returns the relations in the order they were first assessed.
func (w *World) Relations() []*Relation {
	return gather(w, func(s *State) *objects[Relation] { return &s.Relations }, func(v *Relation) *Entry { return v.By })
}

// Proposals returns the proposals in the order they were tabled.
func (w *World) Proposals() []*Proposal {
	return gather(w, func(s *State) *objects[Proposal] { return &s.Proposals }, func(v *Proposal) *Entry { return v.By })
}

// Goals returns the goals in the order they were recorded.
func (w *World) Goals() []Fact[GoalRecord] {
	return facts(w, func(s *State) []Fact[GoalRecord] { return s.Goals })
}

// Mandates returns the mandates in the order they were issued.
func (w *World) Mandates() []Fact[MandateIssue] {
	return facts(w, func(s *State) []Fact[MandateIssue] { return s.Mandates })
}

// Readouts returns the readouts of a meeting, or all of them for the zero Ref, in the order they were issued.
func (w *World) Readouts(meeting Ref) []Fact[ReadoutIssue] {
	all := facts(w, func(s *State) []Fact[ReadoutIssue] { return s.Readouts })
	if meeting.IsZero() {
		return all
	}
	return slices.DeleteFunc(all, func(r Fact[ReadoutIssue]) bool { return r.Said.Meeting != meeting })
}

// Positions returns what is on record of a party's place on an issue, by when it was recorded.
func (w *World) Positions(c Cell) []Fact[PositionRecord] {
	return facts(w, func(s *State) []Fact[PositionRecord] { return s.Positions[c] })
}

// Position returns the latest position that the party declared itself, and the latest that another attributes to it; either can be nil.
func (w *World) Position(c Cell) (declared, attributed *Fact[PositionRecord]) {
	for _, s := range w.rooms {
		for _, f := range s.latest[c] {
			slot := &attributed
			if w.Declared(f.Entry, c.Party) {
				slot = &declared
			}
			if *slot == nil || (*slot).Before(f.Entry) {
				*slot = &f
			}
		}
	}
	return declared, attributed
}

// Delegation returns a designated delegation, or nil.
func (w *World) Delegation(d Delegation) *DelegationState {
	if w.lobby == nil {
		return nil
	}
	return w.lobby.Delegations.Get(string(d))
}

// Delegations returns the delegations in the order they were designated.
func (w *World) Delegations() []*DelegationState {
	if w.lobby == nil {
		return nil
	}
	return slices.Collect(w.lobby.Delegations.All())
}

// PartyOf returns the party that a delegation speaks for; zero where it is not designated.
func (w *World) PartyOf(d Delegation) Ref {
	if st := w.Delegation(d); st != nil {
		return st.Party
	}
	return Ref{}
}

// HeadOf returns the seat that the lobby names as a delegation's head.
func (w *World) HeadOf(d Delegation) Seat {
	if st := w.Delegation(d); st != nil {
		return st.Head
	}
	return ""
}

// CaucusOf returns the caucus of a delegation, or nil where it is not shown or there is none.
func (w *World) CaucusOf(d Delegation) *State {
	for _, s := range w.rooms {
		if s.Room.Kind == Caucus && s.Room.Has(d) {
			return s
		}
	}
	return nil
}

// Declared reports whether what an entry says of a party was written by the party's own delegation.
func (w *World) Declared(e *Entry, party Ref) bool {
	own := w.PartyOf(e.Seat.Delegation())
	return !own.IsZero() && own == party
}

func eachRef(f func(place, *Ref), field string, rs []Ref) {
	for i := range rs {
		f(place{list: field, index: i}, &rs[i])
	}
}

// shortCode makes a party's code where none was given: the first letters of the words of its name, or its first two.
func shortCode(name string) string {
	var code []rune
	for word := range strings.SplitSeq(name, "-") {
		if r, _ := utf8.DecodeRuneInString(word); r != utf8.RuneError && len(code) < 4 {
			code = append(code, r)
		}
	}
	if rs := []rune(name); len(code) == 1 && len(rs) > 1 {
		code = rs[:2]
	}
	return strings.ToUpper(string(code))
}

func dateOr(d Date, e *Entry) Date {
	if d != "" {
		return d
	}
	return Date(e.Time.UTC().Format(time.RFC3339))
}

func count(bs ...bool) int {
	n := 0
	for _, b := range bs {
		if b {
			n++
		}
	}
	return n
}
