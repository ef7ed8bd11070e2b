package talks

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// same compares states or worlds deeply, unexported parts too. What is empty and what is nil are the same.
func same(t rapid.TB, what string, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	empty := cmp.FilterValues(func(a, b any) bool {
		x, y := reflect.ValueOf(a), reflect.ValueOf(b)
		return x.IsValid() && y.IsValid() && x.Type() == y.Type() && (x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.Len()+y.Len() == 0
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, all, empty, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// foldIsTotal: whatever can be decoded folds without a panic, alike twice, and leaves no reference without a room.
func foldIsTotal(t *rapid.T) {
	lines := drawPool(t).drawLines(t, drawRooms[0], 0, 25, false)
	s := foldLines(drawRooms[0], lines)
	same(t, "the same entries folded again", foldLines(drawRooms[0], lines), s)
	if s.Size() != int64(len(lines)) {
		t.Fatalf("%d entries of %d", s.Size(), len(lines))
	}
	refsHaveRooms(t, reflect.ValueOf(s), map[uintptr]bool{})
	use(NewWorld(s))
}

// use asks a world for everything, for its panics.
func use(w *World) {
	for _, p := range w.Parties() {
		for _, i := range w.Issues() {
			w.Position(Cell{i.Ref, p.Ref})
		}
	}
	for _, m := range w.Meetings() {
		m.When()
		m.Where()
		m.Attendees()
		m.Upcoming(time.Time{})
		w.Readouts(m.Ref)
	}
	for _, p := range w.Proposals() {
		p.Answers()
		p.Open(time.Time{})
	}
	for _, d := range w.Delegations() {
		w.PartyOf(d.Code)
		w.HeadOf(d.Code)
		w.CaucusOf(d.Code)
	}
	useDeals(w)
	w.Sources()
	w.Statements()
	w.Events()
	w.Relations()
	w.Goals()
	w.Mandates()
	for e := range w.Entries() {
		w.Object(e.Ref())
		w.Resolve(e.Room, "a")
	}
	for _, r := range w.Rooms() {
		w.As(r.Room.ID)
		r.SeatRole("us-head")
	}
}

// useDeals asks for all that was agreed, promised and required.
func useDeals(w *World) {
	for _, a := range w.Agreements() {
		a.Pending()
		a.Bound()
		a.Ended()
		w.Awaited(a)
		w.Inclusion(a.Ref)
	}
	for _, p := range w.Proposals() {
		w.Agreed(p.Ref)
		w.Inclusion(p.Ref)
		w.Room(p.Ref.Room).Room.Decide(p)
	}
	for _, m := range w.Commitments() {
		w.Counterpart(m)
		w.Inclusion(m.Ref)
		for _, d := range []Due{m.Starts, m.Due, m.Expires} {
			d.Opens(m.By.Time)
			d.Closes(m.By.Time)
		}
	}
	for _, r := range w.Rooms() {
		for m := range r.Minutes.All() {
			m.Text()
		}
		for name := range r.names {
			if by, _ := w.Find(Ref{r.Room.ID, name}); (by == nil) != (w.Object(Ref{r.Room.ID, name}) == "") {
				panic("what is there is not found: " + name)
			}
		}
	}
	w.Requirements()
	w.Consultations()
	w.Waivers()
	w.Conditions()
	w.Determinations()
	w.Reports()
	w.Packages()
	for _, f := range w.Reactions(Ref{}) {
		w.Reaction(f.Said.To, f.Said.Party)
	}
}

// TestFamilies: each kind of act is drawn among those that it meets.
func TestFamilies(t *testing.T) {
	for _, kind := range Catalogue {
		if kind != "room.open" && !slices.ContainsFunc(families, func(f []Kind) bool { return slices.Contains(f, kind) }) {
			t.Errorf("%s is in no family", kind)
		}
	}
}

// refsHaveRooms walks over all that a state holds.
func refsHaveRooms(t rapid.TB, v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		if v.Type() == reflect.TypeFor[Ref]() {
			if room, name := v.Field(0).String(), v.Field(1).String(); (room == "") != (name == "") {
				t.Fatalf("a reference without a room or a name: %q/%q", room, name)
			}
			return
		}
		for _, v := range v.Fields() {
			refsHaveRooms(t, v, seen)
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || (v.Kind() == reflect.Pointer && seen[v.Pointer()]) {
			return
		}
		if v.Kind() == reflect.Pointer {
			seen[v.Pointer()] = true
		}
		refsHaveRooms(t, v.Elem(), seen)
	case reflect.Slice:
		for i := range v.Len() {
			refsHaveRooms(t, v.Index(i), seen)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			refsHaveRooms(t, it.Key(), seen)
			refsHaveRooms(t, it.Value(), seen)
		}
	default:
	}
}

func TestFoldIsTotal(t *testing.T) { rapid.Check(t, foldIsTotal) }

func FuzzFold(f *testing.F) { fuzz(f, foldIsTotal) }

// fuzz runs a property on fuzzed bits. The seeds are long enough to draw something of.
func fuzz(f *testing.F, prop func(*rapid.T)) {
	f.Helper()
	r := rand.NewChaCha8([32]byte{1})
	for range 8 {
		seed := make([]byte, 64<<10)
		_, _ = r.Read(seed)
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(prop))
}

// TestClone: a clone stays as it is while the original is folded on, and the other way round, from any prefix.
func TestClone(t *testing.T) {
	t.Run("everything", rapid.MakeCheck(func(t *rapid.T) { clonesStay(t, everything) }))
	for _, kinds := range families {
		t.Run(string(kinds[0]), rapid.MakeCheck(func(t *rapid.T) { clonesStay(t, pool{kinds, drawNames[:2], 10}) }))
	}
}

func clonesStay(t *rapid.T, p pool) {
	room := drawRooms[0]
	lines, others := p.drawLines(t, room, 0, 20, false), p.drawLines(t, room, 0, 8, false)
	s := NewState(room)
	type branch struct{ kept, grown *State }
	branches := []branch{{s.Clone(), s.Clone()}}
	for _, l := range lines {
		s.Fold(l.entry())
		b := branch{s.Clone(), s.Clone()}
		for i, o := range others { // before the original goes on, into the same arrays if there is a mistake
			o.index = s.Size() + int64(i)
			b.grown.Fold(o.entry())
		}
		branches = append(branches, b)
	}
	same(t, "the original", s, foldLines(room, lines))
	for n, b := range branches {
		same(t, "a clone", b.kept, foldLines(room, lines[:n]))
		if n == 0 {
			continue
		}
		on := slices.Clone(lines[:n])
		for i, o := range others {
			o.index = int64(n + i)
			on = append(on, o)
		}
		same(t, "a clone that was folded on", b.grown, foldLines(room, on))
	}
}

// TestErasedIsAsIfNeverThere: a state in which something was erased live is the one that is folded from what is left.
func TestErasedIsAsIfNeverThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := drawPool(t).drawLines(t, drawRooms[0], 0, 25, false)
		live := foldLines(drawRooms[0], lines)
		again := NewState(drawRooms[0])
		for i, e := range live.Entries {
			fresh := lines[i].entry()
			if e.Gone {
				if !Rules[e.Kind].Erasable || e.Act != nil {
					t.Fatalf("erased: %+v", e)
				}
				fresh.Act, fresh.Gone = nil, true
			}
			again.Fold(fresh)
		}
		same(t, "the state", again, live)
	})
}

// drawHouse draws the entries of several rooms, and returns them together in the order of a view.
func drawHouse(t *rapid.T) (rooms [][]line, together []line) {
	p := drawPool(t)
	for i, room := range drawRooms {
		ls := p.drawLines(t, room, i, 12, true)
		rooms, together = append(rooms, ls), append(together, ls...)
	}
	slices.SortStableFunc(together, func(a, b line) int { return a.entry().compare(b.entry()) })
	return rooms, together
}

// TestMerge: merging is commutative, associative and idempotent, and the same as folding the entries of all rooms one after
// another in time.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rooms, together := drawHouse(t)
		states := map[RoomID]*State{}
		for _, l := range together {
			if states[l.room] == nil {
				states[l.room] = NewState(l.room)
			}
			states[l.room].Fold(l.entry())
		}
		all := NewWorld()
		for _, s := range states {
			all = all.Merge(NewWorld(s))
		}
		var w []*World
		for i, ls := range rooms {
			w = append(w, NewWorld(foldLines(drawRooms[i], ls)))
		}
		// An older state of the same room adds nothing.
		older := NewWorld(foldLines(drawRooms[0], rooms[0][:len(rooms[0])/2]))
		a, b, c := w[0], w[1], w[2].Merge(older)
		for what, got := range map[string]*World{
			"(ab)c": a.Merge(b).Merge(c), "a(bc)": a.Merge(b.Merge(c)), "cba": c.Merge(b).Merge(a), "bca": b.Merge(c).Merge(a),
			"aabbcc": a.Merge(a).Merge(b.Merge(b)).Merge(c).Merge(c), "older last": a.Merge(b).Merge(c).Merge(older),
		} {
			same(t, what, got, all)
		}
		merged := a.Merge(b).Merge(c)
		factsAreInTime(t, merged, together)
		use(merged)
	})
}

// factsAreInTime compares what a merge shows with a plain list of all entries in time.
func factsAreInTime(t *rapid.T, w *World, together []line) {
	var goals []Fact[GoalRecord]
	var mandates []Fact[MandateIssue]
	var readouts []Fact[ReadoutIssue]
	positions := map[Cell][]Fact[PositionRecord]{}
	var reactions []Fact[ReactionRecord]
	var determined []Fact[ConditionDetermine]
	var reports []Fact[CommitmentReport]
	var consulted []Fact[ConsultRecord]
	var waived []Fact[ConsultWaive]
	var entries []*Entry
	for _, l := range together {
		e := l.entry()
		if w.Entry(e.Room, e.Index).Gone {
			e.Act, e.Gone = nil, true
		}
		entries = append(entries, e)
		switch a := e.Act.(type) {
		case *GoalRecord:
			goals = append(goals, Fact[GoalRecord]{e, a})
		case *MandateIssue:
			mandates = append(mandates, Fact[MandateIssue]{e, a})
		case *ReadoutIssue:
			readouts = append(readouts, Fact[ReadoutIssue]{e, a})
		case *PositionRecord:
			c := Cell{a.Issue, a.Party}
			positions[c] = append(positions[c], Fact[PositionRecord]{e, a})
		case *ReactionRecord:
			reactions = append(reactions, Fact[ReactionRecord]{e, a})
		case *ConditionDetermine:
			determined = append(determined, Fact[ConditionDetermine]{e, a})
		case *CommitmentReport:
			reports = append(reports, Fact[CommitmentReport]{e, a})
		case *ConsultRecord:
			consulted = append(consulted, Fact[ConsultRecord]{e, a})
		case *ConsultWaive:
			waived = append(waived, Fact[ConsultWaive]{e, a})
		}
	}
	same(t, "goals", w.Goals(), goals)
	same(t, "mandates", w.Mandates(), mandates)
	same(t, "readouts", w.Readouts(Ref{}), readouts)
	same(t, "reactions", w.Reactions(Ref{}), reactions)
	same(t, "determinations", w.Determinations(), determined)
	same(t, "reports", w.Reports(), reports)
	same(t, "consultations", w.Consultations(), consulted)
	same(t, "waivers", w.Waivers(), waived)
	for c, ps := range positions {
		same(t, "positions", w.Positions(c), ps)
	}
	got := slices.Collect(w.Entries())
	slices.Reverse(got)
	same(t, "entries", got, entries)
}

// TestCheckIsTotal: Check answers for any act in any state, and changes neither.
func TestCheckIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rooms, _ := drawHouse(t)
		w := NewWorld()
		for i, ls := range rooms {
			w = w.Merge(NewWorld(foldLines(drawRooms[i], ls)))
		}
		room := pick(t, drawRooms)
		kind := pick(t, Catalogue)
		seat := pick(t, []Seat{"us-head", "ru-head", "ua-head"})
		act := NewEntry(room, 0, newHouse().now, seat, kind, everything.drawAct(t, kind)).Act
		p := Proposed{Room: room, State: w.Room(room), View: w.As(room), Seat: seat, Role: Head, Kind: kind, Act: act}
		before := foldLines(room, rooms[slices.Index(drawRooms, room)])
		err := Check(p)
		if err != nil {
			if ps := (Problems)(nil); !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("%T %v", err, err)
			}
		}
		if p.State != nil {
			same(t, "the state that was checked against", p.State, before)
		}
	})
}
