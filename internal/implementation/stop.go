package implementation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// stops finds what can never come about, and the dates that cannot be met.
func (b *Book) stops(g *Graph) {
	fs := b.forecasts()
	stuck := make([][]int32, len(b.index.nodes)) // for what it waits that can never come about
	why := make([][]Reason, len(b.index.nodes))
	for i := range b.index.nodes {
		v := int32(i) //nolint:gosec // see node
		if fs.with.when[v] != never || b.over(v) {
			continue
		}
		if fs.without.when[v] != never {
			if rs := b.tooLate(fs, v); len(rs) > 0 {
				g.Impossible = append(g.Impossible, Deadline{b.index.nodes[v].ref, rs})
				continue
			}
		}
		stuck[v], why[v] = b.blockers(fs.with, v)
	}
	for _, c := range components(len(stuck), func(v int32) []int32 { return stuck[v] }) {
		if d := b.deadlock(c, stuck, why); len(d.Reasons) > 0 {
			g.Deadlocks = append(g.Deadlocks, d)
		}
	}
	slices.SortStableFunc(g.Deadlocks, func(c, d Deadlock) int { return int(b.index.byRef[c.Refs[0]] - b.index.byRef[d.Refs[0]]) })
	lags, steps := map[target]*lag{}, 0
	for i := range b.index.commitments {
		rs := b.unmeetable(fs.with, i)
		if c := &b.index.commitments[i]; len(rs) == 0 && b.waiting(i) && b.reckoned(fs.with, c, lags, &steps) {
			rs = []Reason{{Code: "due-reckoned", Ref: c.due.of.ref}}
		}
		if len(rs) > 0 {
			g.Impossible = append(g.Impossible, Deadline{b.index.commitments[i].Ref, rs})
		}
	}
}

// over reports whether a node has come about, or has itself an end that its status tells.
func (b *Book) over(v int32) bool {
	n, s := b.index.nodes[v], &b.states[v]
	switch n.kind {
	case "commitment":
		return s.final() != "" || s.ruling.before || s.lapsed.so == yes
	case "agreement":
		return s.gone.so == yes
	case "condition":
		return b.index.conditions[n.at].when == nil
	case "meeting":
		return b.index.meetings[n.at].Cancelled != nil
	case "issue", "proposal":
		return true
	}
	return s.so.so == yes
}

// deadlock says why a thing, or several that wait for each other, can never come about.
func (b *Book) deadlock(c []int32, stuck [][]int32, why [][]Reason) Deadlock {
	var d Deadlock
	members := c
	circle := len(c) > 1 || slices.Contains(stuck[c[0]], c[0])
	if circle {
		c = around(c, stuck)
		d.Reasons = append(d.Reasons, Reason{Code: "circle", Refs: b.index.refs(c)})
	}
	d.Refs = b.index.refs(c)
	for _, v := range c {
		d.Reasons = append(d.Reasons, why[v]...)
		for _, w := range stuck[v] {
			if _, own := slices.BinarySearch(members, w); !own {
				d.Reasons = append(d.Reasons, Reason{Code: "stuck", Ref: b.index.nodes[w].ref})
			}
		}
	}
	return d
}

// around puts the nodes of a circle so that each waits for the next, as far as there is such a way through them all.
func around(c []int32, to [][]int32) []int32 {
	out := []int32{c[0]}
	seen := map[int32]bool{c[0]: true}
	for {
		i := slices.IndexFunc(to[out[len(out)-1]], func(w int32) bool {
			_, in := slices.BinarySearch(c, w)
			return in && !seen[w]
		})
		if i < 0 {
			break
		}
		w := to[out[len(out)-1]][i]
		seen[w] = true
		out = append(out, w)
	}
	for _, v := range c {
		if !seen[v] {
			out = append(out, v)
		}
	}
	return out
}

// blockers are what a node waits for that can never come about: other things that wait, and reasons for the rest.
func (b *Book) blockers(f *forecast, v int32) (stuck []int32, why []Reason) {
	x := b.index
	n := x.nodes[v]
	thing := func(o target) {
		if o.node == none || f.leaf(o).from != never {
			return
		}
		if !b.over(o.node) && f.when[o.node] == never {
			if !slices.Contains(stuck, o.node) {
				stuck = append(stuck, o.node)
			}
			return
		}
		why = append(why, b.whyNever(o))
	}
	expr := func(e *expr) { b.whyStruck(f, e, false, thing, func(r Reason) { why = append(why, r) }) }
	switch n.kind {
	case "condition":
		expr(x.conditions[n.at].when)
	case "agreement":
		for _, i := range x.agreements[n.at].bundle {
			if b.states[i].so.so != yes && !b.open(x.nodes[i].ref, &x.items[x.nodes[i].at]) {
				why = append(why, Reason{Code: "cannot", Ref: x.nodes[i].ref})
			}
		}
		expr(x.agreements[n.at].inForce)
	case "commitment":
		c := &x.commitments[n.at]
		if c.agreement != none {
			thing(target{c.agreement, c.Agreement, "in-force"})
		}
		expr(c.when)
		thing(c.starts.of)
	case "meeting":
		for _, o := range x.before[n.at] {
			thing(o)
		}
	}
	return stuck, why
}

// whyStruck finds the parts of an expression that can never be so, and keep it from being so.
func (b *Book) whyStruck(f *forecast, e *expr, not bool, thing func(target), why func(Reason)) {
	if e == nil || f.expr(e, not).from != never {
		return
	}
	switch e.op {
	case opOf:
		if not {
			why(Reason{Code: "irrevocable", Ref: e.of.ref})
		} else {
			thing(e.of)
		}
	case opDates:
		end := e.until
		if not {
			end = e.from
		}
		why(Reason{Code: "passed", At: lastOf(end)})
	case opNot:
		b.whyStruck(f, &e.kids[0], !not, thing, why)
	default:
		for i := range e.kids {
			b.whyStruck(f, &e.kids[i], not, thing, why)
		}
	}
}

// whyNever says why a thing can never come about that does not itself wait.
func (b *Book) whyNever(o target) Reason {
	r := Reason{Code: "cannot", Ref: o.ref}
	if o.node == none {
		return r
	}
	n, s := b.index.nodes[o.node], &b.states[o.node]
	switch {
	case n.kind == "commitment" && (s.final() == Lapsed || s.lapsed.so == yes):
		r.Code = "lapsed"
	case n.kind == "commitment" && s.final() == Fulfilled:
		r.Code = "is-fulfilled"
	case n.kind == "agreement" && s.gone.so == yes:
		r.Code = "ended"
	case n.kind == "meeting":
		r.Code = "cancelled"
	case n.kind == "condition":
		r.Code = "impossible"
	}
	return r
}

// tooLate says of a thing that could come about, but for a date by which something has to be so, which date that is. It says nothing of what only
// waits for such a thing.
func (b *Book) tooLate(fs forecasts, v int32) []Reason {
	x := b.index
	n := x.nodes[v]
	var e *expr
	switch n.kind {
	case "condition":
		e = x.conditions[n.at].when
	case "agreement":
		e = x.agreements[n.at].inForce
	case "commitment":
		e = x.commitments[n.at].when
	}
	stuck := false
	x.waits(v, func(o target, not, _ bool) {
		stuck = stuck || (!not && o.node != none && fs.with.leaf(o).from == never && fs.without.leaf(o).from != never)
	}, func(*expr, bool, bool) {})
	if stuck {
		return nil
	}
	s := &b.states[v]
	var rs []Reason
	if n.kind == "commitment" && !s.expires.IsZero() && fs.without.when[v] >= seconds(s.expires) {
		rs = append(rs, Reason{Code: "ends-before", At: lastOf(s.expires), Zone: x.commitments[n.at].Expires.Zone})
	} else {
		e.each(func(l *expr, not, _ bool) {
			if end := l.until; l.op == opDates && !not && !end.IsZero() && len(rs) == 0 {
				rs = append(rs, Reason{Code: "before-end", At: lastOf(end)})
			} else if l.op == opDates && not && end.IsZero() && len(rs) == 0 {
				rs = append(rs, Reason{Code: "before-end", At: lastOf(l.from)})
			}
		})
	}
	return append(rs, b.because(fs.without, v)...)
}

// waiting reports whether a commitment can still be owed, and is not yet.
func (b *Book) waiting(i int) bool {
	s := &b.states[b.index.first+i]
	return s.final() == "" && !s.ruling.before && s.lapsed.so != yes && s.so.so != yes
}

// unmeetable says which dates of a commitment what it waits for cannot meet.
func (b *Book) unmeetable(f *forecast, i int) []Reason {
	c := &b.index.commitments[i]
	v := b.index.first + i
	s := &b.states[v]
	if !b.waiting(i) || f.when[v] == never {
		return nil
	}
	late := func(due time.Time) bool { return !due.IsZero() && seconds(due) <= f.when[v] }
	var rs []Reason
	if late(s.due) {
		rs = append(rs, Reason{Code: "due-before", At: lastOf(s.due), Zone: c.Due.Zone})
	}
	for k := s.reached; k < len(c.steps); k++ {
		if due := c.steps[k].closes(b.moment(c.steps[k].of)); late(due) {
			rs = append(rs, Reason{Code: "step-before", N: k + 1, At: lastOf(due), Zone: c.Measure.Steps[k].Due.Zone})
		}
	}
	if len(rs) == 0 {
		return nil
	}
	return append(rs, b.because(f, int32(v))...) //nolint:gosec // see node
}

// because names what a node waits for the longest.
func (b *Book) because(f *forecast, v int32) []Reason {
	earliest := f.when[v]
	at := time.Unix(earliest, 0).UTC()
	var things []talks.Ref
	var dates []Reason
	b.index.waits(v, func(o target, not, _ bool) {
		from := f.leaf(o).from
		own := o.node != none && b.index.nodes[v].kind == "commitment" && o == b.index.commitments[b.index.nodes[v].at].starts.of
		if so := b.moment(o).so == yes; !not && !so && (from == earliest || own) && !slices.Contains(things, o.ref) {
			things = append(things, o.ref)
		}
	}, func(e *expr, not, _ bool) {
		if from := seconds(e.from); !not && from == earliest && from > f.now {
			dates = append(dates, Reason{Code: "begins-late", At: at})
		}
	})
	if len(things) == 0 && len(dates) == 0 {
		return []Reason{{Code: "begins-late", At: at}}
	}
	if len(dates) > 0 {
		return dates[:1]
	}
	return []Reason{{Code: "earliest", At: at, Refs: things}}
}
