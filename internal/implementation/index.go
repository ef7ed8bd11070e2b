package implementation

import (
	"slices"
	"sync"
	"time"

	"parley/internal/talks"
)

// instant is a time, which is known to the day only where it was given as a day, a month or a year: then it is that day's midnight in UTC
// and means the same day in any zone.
type instant struct {
	t   time.Time
	day bool
}

func fromDate(d talks.Date) instant { return instant{d.Start(), !d.Exact()} }

// dateOr is the date that somebody gave, or else the time of the entry.
func dateOr(d talks.Date, e *talks.Entry) instant {
	if d != "" && d.Valid() {
		return fromDate(d)
	}
	return instant{t: e.Time.UTC()}
}

func (i instant) isZero() bool          { return i.t.IsZero() }
func (i instant) by(at time.Time) bool  { return !i.t.After(at) }
func (i instant) before(o instant) bool { return i.t.Before(o.t) }
func later(a, b instant) instant        { return pickInstant(a.before(b), b, a) }
func earlier(a, b instant) instant      { return pickInstant(b.before(a), b, a) }
func pickInstant(c bool, a, b instant) instant {
	if c {
		return a
	}
	return b
}

// in is the instant as a due moment reckons from it: a day begins where its days begin.
func (i instant) in(d *talks.Due) time.Time {
	if !i.day || d.Zone == "" || i.t.IsZero() {
		return i.t
	}
	return talks.Due{By: talks.Date(i.t.Format(time.DateOnly)), Zone: d.Zone}.Opens(time.Time{})
}

// A node is a thing that something can wait for, by its number in the index.
type node struct {
	ref  talks.Ref
	kind string
	at   int // its place among the things of its kind
}

const none = int32(-1) // no node: nothing that the world shows

// index is what follows from a world whatever the date.
type index struct {
	world *talks.World
	nodes []node
	byRef map[talks.Ref]int32
	first int // the number of the first commitment: they follow one another

	conditions  []condition
	commitments []commitment
	agreements  []agreement
	meetings    []*talks.Meeting
	events      []instant
	items       []item

	order    [][]int32 // what has to be worked out together, after what it depends on
	loops    []bool    // of each: whether it depends on itself
	back     [][]int32 // of each node in such a circle, those of it that depend on it
	circleOf []int32   // of each node, its place in the order
	frozen   bool      // the nodes are all there

	before [][]target         // of each meeting, its preconditions
	gone   map[talks.Ref]bool // what was erased that something names
	users  func() [][]int32   // of each node, those that can wait for it
	reckon func() map[int32][]int32
	stakes map[int32][]talks.Ref // of conditions that somebody spoke of in another's name: see sides

	mu   sync.Mutex
	last []*Book // the latest dates asked for
}

type condition struct {
	*talks.Condition
	when   *expr
	erased []talks.Ref // that it names
	words  []Determination
	runs   []run[Truth]
}

type commitment struct {
	*talks.Commitment
	when                 *expr
	starts, due, expires moment
	steps                []moment
	agreement            int32
	counterpart          int         // among the commitments; -1 for none that goes step for step with it
	erased               []talks.Ref // that it names
	words                []Word
	runs                 []run[verdict]
	started              instant
}

type agreement struct {
	*talks.Agreement
	inForce *expr
	erased  []talks.Ref // that it enters into force by
	parties []talks.Ref
	leaves  []leave
	bundle  []int32 // items of its packages that it does not settle itself
}

// item is an issue or a proposal that a package has, with the agreements that settle it.
type item struct {
	ref     talks.Ref
	settled []int // among the agreements
}

// leave is that a delegation took back its consent to an agreement, or denounced it.
type leave struct {
	who       talks.Delegation
	party     talks.Ref
	at        instant
	withdrawn bool // its consent, before it was in force
	late      bool // its consent, once it was in force, and so denounced it
}

// moment is a due date with the node that it is reckoned from.
type moment struct {
	*talks.Due
	of         target
	given      bool
	relative   bool
	begin, end time.Time // of a fixed one
}

// target is what came about with a node.
type target struct {
	node int32
	ref  talks.Ref
	is   talks.Moment
}

var indexes = talks.NewMemo(newIndex)

func newIndex(w *talks.World) *index {
	conditions, commitments, agreements := w.Conditions(), w.Commitments(), w.Agreements()
	n := len(conditions) + len(commitments) + len(agreements)
	x := &index{world: w, byRef: make(map[talks.Ref]int32, n), gone: map[talks.Ref]bool{}, nodes: make([]node, 0, n)}
	for i, v := range conditions {
		x.node(v.Ref, "condition", i)
	}
	x.first = len(x.nodes)
	for i, v := range commitments {
		x.node(v.Ref, "commitment", i)
	}
	for i, v := range agreements {
		x.node(v.Ref, "agreement", i)
	}
	for _, m := range w.Meetings() {
		x.of(m.Ref, "")
	}
	x.conditions = make([]condition, len(conditions))
	for i, v := range conditions {
		x.conditions[i] = condition{Condition: v, when: x.compile(v.When)}
	}
	x.agreements = make([]agreement, len(agreements))
	for i, v := range agreements {
		x.agreements[i] = x.agreement(v)
	}
	x.bundles()
	x.commitments = make([]commitment, len(commitments))
	for i, v := range commitments {
		x.commitments[i] = x.commitment(v)
	}
	for _, m := range x.meetings {
		var pre []target
		for _, r := range m.Preconditions {
			pre = append(pre, x.of(r, ""))
		}
		x.before = append(x.before, pre)
	}
	x.users = sync.OnceValue(x.newUsers)
	x.reckon = sync.OnceValue(x.newReckoners)
	x.frozen = true
	x.findErased()
	x.hear()
	x.sort()
	x.tell()
	return x
}

func (x *index) node(r talks.Ref, kind string, at int) int32 {
	n := int32(len(x.nodes)) //nolint:gosec // fewer things than that fit into a memory
	x.nodes = append(x.nodes, node{r, kind, at})
	x.byRef[r] = n
	return n
}

// of finds what can come about with an object.
func (x *index) of(r talks.Ref, m talks.Moment) target {
	if r.IsZero() {
		return target{node: none}
	}
	n, ok := x.byRef[r]
	if !ok {
		n = none
	}
	if !ok && !x.frozen {
		switch kind := x.world.Object(r); kind {
		case "meeting":
			x.meetings = append(x.meetings, x.world.Meeting(r))
			n = x.node(r, kind, len(x.meetings)-1)
		case "event":
			e := x.world.Event(r)
			x.events = append(x.events, dateOr(e.When, e.By))
			n = x.node(r, kind, len(x.events)-1)
		case "issue", "proposal":
			x.items = append(x.items, item{ref: r})
			n = x.node(r, kind, len(x.items)-1)
		default:
			if x.world.Erased(r) {
				x.gone[r] = true
			}
		}
	}
	if n != none {
		m = talks.MomentOr(m, x.nodes[n].kind)
	}
	return target{n, r, m}
}

func (x *index) moment(d *talks.Due) moment {
	m := moment{Due: d, of: target{node: none}, relative: d.Relative()}
	m.given = m.relative || d.By != ""
	switch {
	case m.relative:
		m.of = x.of(d.Of, d.Moment)
	case m.given:
		m.begin, m.end = d.Opens(time.Time{}), d.Closes(time.Time{})
	}
	return m
}

func (x *index) commitment(v *talks.Commitment) commitment {
	c := commitment{
		Commitment: v, when: x.compile(v.When), agreement: none, counterpart: -1,
		starts: x.moment(&v.Starts), due: x.moment(&v.Due), expires: x.moment(&v.Expires),
	}
	if n, ok := x.byRef[v.Agreement]; ok && x.nodes[n].kind == "agreement" {
		c.agreement = n
	}
	if v.Measure != nil {
		c.steps = make([]moment, 0, len(v.Measure.Steps))
		for i := range v.Measure.Steps {
			c.steps = append(c.steps, x.moment(&v.Measure.Steps[i].Due))
		}
		o := x.world.Counterpart(v)
		if o != nil && (v.Pace == "step-for-step" || (o.Pace == "step-for-step" && x.answers(o, v))) && o.Measure != nil {
			c.counterpart = x.nodes[x.byRef[o.Ref]].at
		}
	}
	return c
}

// answers reports whether a commitment is in return for another by the word of somebody who may say so. Who owes the other may not: it could free
// itself with a promise that nobody is to keep.
func (x *index) answers(o, v *talks.Commitment) bool {
	return o.InReturn == v.Ref && !slices.Contains(v.Obligors, x.world.PartyOf(o.By.Seat.Delegation()))
}

func (x *index) agreement(v *talks.Agreement) agreement {
	a := agreement{Agreement: v, inForce: x.compile(v.InForce)}
	for _, d := range v.Decision.For {
		if p := x.world.PartyOf(d); !p.IsZero() && !slices.Contains(a.parties, p) {
			a.parties = append(a.parties, p)
		}
	}
	for _, f := range v.Withdrawn {
		a.leaves = append(a.leaves, leave{f.Seat.Delegation(), x.world.PartyOf(f.Seat.Delegation()), instant{t: f.Time.UTC()}, true, false})
	}
	for _, f := range v.Denounced {
		at := instant{t: f.Time.UTC()}
		if f.Said.Effective.Valid() {
			at = later(at, fromDate(f.Said.Effective))
		}
		a.leaves = append(a.leaves, leave{f.Seat.Delegation(), x.world.PartyOf(f.Seat.Delegation()), at, false, false})
	}
	slices.SortStableFunc(a.leaves, func(l, m leave) int { return l.at.t.Compare(m.at.t) })
	return a
}

// settlements are the agreements that settle an issue or a proposal, in one room's view.
var settlements = talks.NewMemo(func(w *talks.World) map[talks.Ref][]talks.Ref {
	by := map[talks.Ref][]talks.Ref{}
	for _, a := range w.Agreements() {
		by[a.Proposal] = append(by[a.Proposal], a.Ref)
		if p := w.Proposal(a.Proposal); p != nil {
			for _, issue := range p.Issues() {
				by[issue] = append(by[issue], a.Ref)
			}
		}
	}
	return by
})

// bundles finds the items of each agreement's packages: those that all see who sit in the agreement's room.
func (x *index) bundles() {
	for i := range x.agreements {
		a := &x.agreements[i]
		for _, k := range x.world.PackagesOf(a.Agreement) {
			settled := settlements.Of(x.world.As(a.Ref.Room))
			for _, r := range k.Items {
				o := x.of(r, "")
				if o.node == none || slices.Contains(a.bundle, o.node) {
					continue
				}
				if !slices.Contains(settled[r], a.Ref) {
					a.bundle = append(a.bundle, o.node)
				}
				t := &x.items[x.nodes[o.node].at]
				for _, by := range settled[r] {
					if n, ok := x.byRef[by]; ok && !slices.Contains(t.settled, x.nodes[n].at) {
						t.settled = append(t.settled, x.nodes[n].at)
					}
				}
			}
		}
	}
}
