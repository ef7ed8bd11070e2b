package implementation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

func ascending(ns []int32) { slices.Sort(ns) }

// recursive reports whether what came about with a node has to be worked out from other things, and is not a fact.
func (x *index) recursive(o target) bool {
	if o.node == none {
		return false
	}
	switch n := x.nodes[o.node]; n.kind {
	case "condition":
		return x.conditions[n.at].when != nil
	case "agreement":
		return o.is == "in-force"
	case "commitment":
		return o.is == "active" || o.is == "overdue" || o.is == "lapsed"
	}
	return false
}

// rests adds the nodes that have to be worked out before a node.
func (x *index) rests(out []int32, v int32) []int32 {
	need := func(o target) {
		if x.recursive(o) {
			out = append(out, o.node)
		}
	}
	leaf := func(l *expr, _, _ bool) {
		if l.op == opOf {
			need(l.of)
		}
	}
	switch n := x.nodes[v]; n.kind {
	case "condition":
		x.conditions[n.at].when.each(leaf)
	case "agreement":
		x.agreements[n.at].inForce.each(leaf)
	case "commitment":
		c := &x.commitments[n.at]
		if c.agreement != none {
			out = append(out, c.agreement)
		}
		c.when.each(leaf)
		need(c.starts.of)
		need(c.due.of)
		need(c.expires.of)
		for i := range c.steps {
			need(c.steps[i].of)
		}
	}
	return out
}

// sort puts the nodes into an order in which each can be worked out once; those that go in a circle together.
func (x *index) sort() {
	to := make([][]int32, len(x.nodes))
	all := make([]int32, 0, len(x.nodes))
	for v := range to {
		from := len(all)
		all = x.rests(all, int32(v)) //nolint:gosec // see node
		to[v] = all[from:len(all):len(all)]
	}
	x.order = components(len(to), func(v int32) []int32 { return to[v] })
	x.loops = make([]bool, len(x.order))
	x.circleOf = make([]int32, len(x.nodes))
	x.back = make([][]int32, len(x.nodes))
	for i, c := range x.order {
		for _, v := range c {
			x.circleOf[v] = int32(i) //nolint:gosec // see node
		}
		x.loops[i] = len(c) > 1 || slices.Contains(to[c[0]], c[0])
		if x.loops[i] {
			for _, v := range c {
				for _, w := range to[v] {
					if _, in := slices.BinarySearch(c, w); in && !slices.Contains(x.back[w], v) {
						x.back[w] = append(x.back[w], v)
					}
				}
			}
		}
	}
}

// state is what is known of a node at a book's date.
type state struct {
	so val // a condition is met, an agreement is in force, a commitment is owed, a meeting is held, an event has happened
	// Of a commitment:
	based    val // what it depends on is so
	overdue  val
	lapsed   val
	starts   val // so is yes where its time began, no where it has not, since is when
	ruling   verdict
	ended    instant // it was ended, or its agreement was
	forgiven bool    // it was ended by those to whom it is owed
	made     bool
	turn     bool
	due      time.Time
	expires  time.Time
	reached  int // steps
	// Of an agreement:
	adopted val
	gone    val
}

// maxRounds is how often a node of a circle is worked out again. What is so settles within two; since when it has been so can take longer
// where a circle's parts reckon their time from each other, and then stays as it is.
const maxRounds = 16

// work works everything out.
func (b *Book) work() {
	b.states = make([]state, len(b.index.nodes))
	b.workOn(func(int32) bool { return true })
}

// workOn works some nodes out, which have all that they are worked out from among them.
func (b *Book) workOn(has func(int32) bool) {
	x := b.index
	for i := range x.nodes {
		if v := int32(i); has(v) && !x.rested(v) { //nolint:gosec // see node
			b.settle(v)
		}
	}
	for i := range x.agreements {
		if has(x.byRef[x.agreements[i].Ref]) {
			b.adoption(i)
		}
	}
	for i := range x.commitments {
		if has(int32(x.first + i)) { //nolint:gosec // see node
			b.facts(i)
		}
	}
	for i, c := range x.order {
		switch {
		case !has(c[0]):
		case x.loops[i]:
			b.circle(c)
		case x.rested(c[0]):
			b.settle(c[0])
		}
	}
}

// rested reports whether a node is worked out from others, and not a fact.
func (x *index) rested(v int32) bool {
	switch n := x.nodes[v]; n.kind {
	case "condition":
		return x.conditions[n.at].when != nil
	case "agreement", "commitment":
		return true
	}
	return false
}

// circle works out nodes that depend on each other: again and again, from nothing known, until nothing new follows. What is then still unknown
// waits for itself and is not so. The result does not depend on the order, as what is known never becomes unknown.
func (b *Book) circle(c []int32) {
	queue := slices.Clone(c)
	queued, rounds := map[int32]bool{}, map[int32]int{}
	for _, v := range queue {
		queued[v] = true
	}
	for len(queue) > 0 {
		v := queue[0]
		queue, queued[v] = queue[1:], false
		before := b.states[v]
		b.settle(v)
		if rounds[v]++; b.states[v] == before || rounds[v] > maxRounds {
			continue
		}
		for _, w := range b.index.back[v] {
			if !queued[w] {
				queued[w] = true
				queue = append(queue, w)
			}
		}
	}
}

// settle works out one node from what it depends on.
func (b *Book) settle(v int32) {
	x, s := b.index, &b.states[v]
	switch n := x.nodes[v]; n.kind {
	case "condition":
		if c := &x.conditions[n.at]; c.when != nil {
			s.so = c.when.eval(b)
		} else if r := current(c.runs, b.at); r != nil {
			s.so = when(r.is == Met, r.from)
		} else {
			s.so.so = no
		}
	case "agreement":
		s.so = s.adopted.and(x.agreements[n.at].inForce.eval(b))
		if s.gone.so == yes {
			s.so = val{so: no}
		}
	case "commitment":
		b.owing(n.at, s)
	case "meeting":
		s.so = held(x.meetings[n.at], b.at)
	case "event":
		s.so = when(x.events[n.at].by(b.at), x.events[n.at])
	case "issue", "proposal":
		s.so = b.agreed(&x.items[n.at])
	}
}

func held(m *talks.Meeting, at time.Time) val {
	if m.Held == nil {
		return val{so: no}
	}
	on := dateOr(m.Held.Said.Started, m.Held.Entry)
	if m.Held.Said.Started == "" && m.Starts.Valid() && !m.Starts.Start().After(m.Held.Time) {
		on = fromDate(m.Starts)
	}
	return when(on.by(at), on)
}

// adoption works out how an agreement was adopted, and whether it has ended; nothing of that depends on whether others are in force.
func (b *Book) adoption(i int) {
	a := &b.index.agreements[i]
	s := &b.states[b.index.byRef[a.Ref]]
	s.gone = a.ended(b.at)
	s.adopted = a.confirmed(b.at)
	for _, n := range a.bundle {
		s.adopted = s.adopted.and(b.agreed(&b.index.items[b.index.nodes[n].at]))
	}
}

// agreed reports whether any agreement settles an item that stands and that nobody has still to confirm.
func (b *Book) agreed(t *item) val {
	v := val{so: no}
	for _, i := range t.settled {
		a := &b.index.agreements[i]
		if a.ended(b.at).so == no {
			v = v.or(a.confirmed(b.at))
		}
	}
	return v
}

// confirmed reports whether the agreement was adopted by a date, by all who accepted ad referendum too.
func (a *agreement) confirmed(at time.Time) val {
	v := when(!a.By.Time.After(at), instant{t: a.By.Time.UTC()})
	for _, d := range a.Decision.Referendum {
		v = v.and(a.confirmedBy(d, at))
	}
	return v
}

func (a *agreement) confirmedBy(d talks.Delegation, at time.Time) val {
	for _, f := range a.Confirmed {
		if f.Seat.Delegation() == d && !f.Time.After(at) {
			return val{yes, instant{t: f.Time.UTC()}}
		}
	}
	return val{so: no}
}

// ended reports whether so many have left by a date that there is no agreement any more. See [talks.Agreement.Ended].
func (a *agreement) ended(at time.Time) val {
	gone := map[talks.Delegation]bool{}
	withdrawn := false
	for _, l := range a.leaves {
		if !l.at.by(at) {
			break
		}
		gone[l.who], withdrawn = true, withdrawn || l.withdrawn
		bound := 0
		for _, d := range a.Decision.For {
			if !gone[d] {
				bound++
			}
		}
		if bound < len(a.Decision.For) && (bound < 2 || (a.Decision.Rule == talks.Consensus && withdrawn)) {
			return val{yes, l.at}
		}
	}
	return val{so: no}
}

// signed reports whether all who are bound by the agreement have signed it.
func (a *agreement) signed(at time.Time) val {
	v := val{so: yes}
	for _, d := range a.Bound() {
		one := val{so: no}
		for _, f := range a.Signatures {
			if f.Seat.Delegation() == d {
				one = one.or(when(!f.Time.After(at), instant{t: f.Time.UTC()}))
			}
		}
		v = v.and(one)
	}
	if len(a.Bound()) == 0 {
		v.so = no
	}
	return v
}

// moment reports whether something came about with a node.
func (b *Book) moment(o target) val {
	if o.node == none {
		if b.world.Object(o.ref) == "event" { // which nothing in the world is reckoned from
			e := b.world.Event(o.ref)
			on := dateOr(e.When, e.By)
			return when(on.by(b.at), on)
		}
		return val{so: no}
	}
	n, s := b.index.nodes[o.node], &b.states[o.node]
	switch n.kind {
	case "agreement":
		switch o.is {
		case "adopted":
			if s.gone.so == yes {
				return val{so: no}
			}
			return s.adopted
		case "signed":
			return b.index.agreements[n.at].signed(b.at)
		case "ended":
			return s.gone
		}
	case "commitment":
		return b.ofCommitment(n.at, s, o.is)
	}
	return s.so
}

func (b *Book) ofCommitment(i int, s *state, m talks.Moment) val {
	status := s.final()
	switch m {
	case "fulfilled":
		return when(status == Fulfilled, s.ruling.since)
	case "breached":
		return when(status == Breached, s.ruling.since)
	case "started":
		at := b.index.commitments[i].started
		return when(!at.isZero() && at.by(b.at), at)
	case "lapsed":
		if status != "" {
			return when(status == Lapsed, s.ended)
		}
		return s.lapsed
	case "overdue":
		if status != "" {
			return val{so: no}
		}
		return s.overdue
	}
	if status == Lapsed || s.lapsed.so == yes {
		return val{so: no}
	}
	if status != "" && s.so.so != yes {
		return val{yes, s.ruling.since}
	}
	return s.so
}
