package implementation

import (
	"math"
	"time"
)

// The work that the search for dates that contradict each other does for one book.
const (
	mostLags = 200_000
	deepest  = 1_000
)

// lag is how long after something comes about other things can at the earliest that cannot do without it, whenever that is. What can do without it
// has no bound.
type lag struct {
	book  *Book
	from  target
	at    int64 // when it comes about, for reckoning
	known map[int32]int64
	steps *int
}

const unbound = math.MinInt64

// reckoned reports whether a commitment's time, which is reckoned from something that has not come about, ends before what the commitment waits
// for can have come about, however late that something does.
func (b *Book) reckoned(f *forecast, c *commitment, lags map[target]*lag, steps *int) bool {
	if !c.due.relative || b.moment(c.due.of).so == yes || c.due.of.node == none || b.index.nodes[c.due.of.node].ref == c.Ref {
		return false
	}
	at := f.leaf(c.due.of).from
	if at == never || *steps > mostLags {
		return false
	}
	l := lags[c.due.of]
	if l == nil {
		l = &lag{b, c.due.of, max(at, f.now), map[int32]int64{}, steps}
		lags[c.due.of] = l
	}
	owed := l.node(b.index.byRef[c.Ref], 0)
	return owed != unbound && seconds(c.due.Closes(time.Unix(l.at, 0).UTC())) <= owed
}

// node is when what waits in a node can come about at the earliest.
func (l *lag) node(v int32, depth int) int64 {
	if t, ok := l.known[v]; ok {
		return t
	}
	l.known[v] = unbound // while it is looked at: what waits for itself never comes about, and bounds nothing
	if *l.steps++; depth > deepest || *l.steps > mostLags {
		return unbound
	}
	x := l.book.index
	t := int64(unbound)
	switch n := x.nodes[v]; n.kind {
	case "condition":
		t = l.expr(x.conditions[n.at].when, depth)
	case "agreement":
		t = l.expr(x.agreements[n.at].inForce, depth)
	case "commitment":
		c := &x.commitments[n.at]
		t = l.expr(c.when, depth)
		if c.agreement != none {
			t = max(t, l.leaf(target{c.agreement, c.Agreement, "in-force"}, depth))
		}
		if c.starts.relative {
			if event := l.leaf(c.starts.of, depth); event != unbound {
				t = max(t, seconds(c.starts.Opens(time.Unix(event, 0).UTC())))
			}
		}
	case "meeting":
		for _, o := range x.before[n.at] {
			t = max(t, l.leaf(o, depth))
		}
	}
	l.known[v] = t
	return t
}

// leaf is when something can come about with a node at the earliest.
func (l *lag) leaf(o target, depth int) int64 {
	x := l.book.index
	switch {
	case o.node == none || l.book.moment(o).so == yes:
		return unbound
	case o == l.from:
		return l.at
	case !x.passes(o.node, o.is):
		return unbound
	}
	if s := &l.book.states[o.node]; x.nodes[o.node].kind == "commitment" && (s.final() != "" || s.ruling.before || s.so.so == yes) {
		return unbound
	}
	return l.node(o.node, depth+1)
}

func (l *lag) expr(e *expr, depth int) int64 {
	if e == nil || e.op == opNot || e.op == opDates {
		return unbound
	}
	if e.op == opOf {
		return l.leaf(e.of, depth)
	}
	t := int64(unbound)
	for i := range e.kids {
		k := l.expr(&e.kids[i], depth)
		if e.op == opAll || i == 0 {
			t = max(t, k)
		} else {
			t = min(t, k)
		}
	}
	return t
}
