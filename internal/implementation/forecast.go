package implementation

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"time"

	"parley/internal/talks"
)

// never is the time of what can never come about; times are seconds since 1970.
const never = math.MaxInt64

// forecast is when each thing can come about at the earliest, as things stand: met, in force, owed, held. It is a bound and no prediction. What has to
// be done by somebody can be done at once; what was said can be said otherwise; what has passed, ended, lapsed, or was done or called off stays so.
//
// It is the least fixed point of what can come about out of what can, and its times are found in their own order (D. E. Knuth, "A
// generalization of Dijkstra’s algorithm", Information Processing Letters 6, 1977): all of several comes about with the last of them, any of
// several with the first.
type forecast struct {
	book *Book
	now  int64
	// windows is set where what has to be so by a date counts: without it, nothing is impossible because of a date that is still to come.
	windows bool
	when    []int64 // of each node, the earliest time of what waits for others; never for none
	struck  bool    // something is impossible because of a window
	shared  bool    // it is finished, and many can read it
}

// span is from when something can be so, and before when.
type span struct{ from, to int64 }

func (s span) empty() bool { return s.from >= s.to }

// all is when several can be so together.
func (s span) all(o span) span { return span{max(s.from, o.from), min(s.to, o.to)} }

// newUsers finds, of each node, those that can wait for it.
func (x *index) newUsers() [][]int32 {
	out := make([][]int32, len(x.nodes))
	for v := range x.nodes {
		n := int32(v) //nolint:gosec // see node
		x.waits(n, func(o target, _, _ bool) {
			if o.node != none && (len(out[o.node]) == 0 || out[o.node][len(out[o.node])-1] != n) {
				out[o.node] = append(out[o.node], n)
			}
		}, func(*expr, bool, bool) {})
	}
	return out
}

// waits calls thing with each thing that a node waits for, and date with each date of its expression.
func (x *index) waits(v int32, thing func(o target, not, either bool), date func(e *expr, not, either bool)) {
	leaf := func(l *expr, not, either bool) {
		if l.op == opOf {
			thing(l.of, not, either)
		} else {
			date(l, not, either)
		}
	}
	switch n := x.nodes[v]; n.kind {
	case "condition":
		x.conditions[n.at].when.each(leaf)
	case "agreement":
		for _, i := range x.agreements[n.at].bundle {
			thing(target{i, x.nodes[i].ref, "agreed"}, false, false)
		}
		x.agreements[n.at].inForce.each(leaf)
	case "commitment":
		c := &x.commitments[n.at]
		if c.agreement != none {
			thing(target{c.agreement, x.nodes[c.agreement].ref, "in-force"}, false, false)
		}
		c.when.each(leaf)
		if c.starts.relative {
			thing(c.starts.of, false, false)
		} else if c.starts.given {
			date(&expr{op: opDates, from: c.starts.begin}, false, false)
		}
	case "meeting":
		for _, o := range x.before[n.at] {
			thing(o, false, false)
		}
	}
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.Unix()
}

// newForecast finds the earliest times, of windows or without.
func (b *Book) newForecast(windows bool) *forecast {
	f := &forecast{book: b, now: seconds(b.at), windows: windows, when: make([]int64, len(b.index.nodes))}
	for v := range f.when {
		f.when[v] = never
	}
	users := b.index.users()
	var soon []int32 // what can come about at once
	var ahead horizon
	best := slices.Clone(f.when)
	try := func(v int32) {
		t := f.node(v)
		if t >= best[v] {
			return
		}
		best[v] = t
		if t <= f.now {
			soon = append(soon, v)
		} else {
			heap.Push(&ahead, date{t, v})
		}
	}
	for v := range b.index.nodes {
		try(int32(v)) //nolint:gosec // see node
	}
	for len(soon) > 0 || len(ahead) > 0 {
		var v int32
		if n := len(soon); n > 0 {
			v, soon = soon[n-1], soon[:n-1]
		} else {
			v = heap.Pop(&ahead).(date).node
		}
		if f.when[v] <= best[v] {
			continue
		}
		f.when[v] = best[v]
		for _, u := range users[v] {
			if f.when[u] == never {
				try(u)
			}
		}
	}
	f.shared = true
	return f
}

type date struct {
	at   int64
	node int32
}

// horizon is what can come about later, the earliest first.
type horizon []date

func (h horizon) Len() int { return len(h) }
func (h horizon) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].at, h[j].at), cmp.Compare(h[i].node, h[j].node)) < 0
}
func (h horizon) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *horizon) Push(d any)   { *h = append(*h, d.(date)) }
func (h *horizon) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// node is when a node can come about by what is known of the others.
func (f *forecast) node(v int32) int64 {
	x, s := f.book.index, &f.book.states[v]
	n := x.nodes[v]
	if s.so.so == yes && n.kind != "commitment" {
		return f.now
	}
	all := span{f.now, never}
	switch n.kind {
	case "condition":
		c := &x.conditions[n.at]
		if c.when == nil {
			if f.book.truth(n.at) == Impossible {
				return never
			}
			return f.now
		}
		all = all.all(f.expr(c.when, false))
	case "agreement":
		if s.gone.so == yes || !f.adoptable(n.at) {
			return never
		}
		all = all.all(f.expr(x.agreements[n.at].inForce, false))
	case "commitment":
		return f.owed(n.at, s)
	case "meeting":
		if m := x.meetings[n.at]; m.Cancelled != nil && !m.Cancelled.Time.After(f.book.at) {
			return never
		}
		for _, o := range x.before[n.at] {
			all = all.all(f.leaf(o))
		}
	case "event":
		return max(f.now, seconds(x.events[n.at].t))
	default:
		if !f.book.open(n.ref, &x.items[n.at]) {
			return never
		}
	}
	return f.of(all)
}

// of is the first instant of a span.
func (f *forecast) of(s span) int64 {
	if s.from < never && s.empty() {
		f.strike()
		if f.windows {
			return never
		}
	}
	return s.from
}

func (f *forecast) strike() {
	if !f.shared {
		f.struck = true
	}
}

// owed is when a commitment can be owed at the earliest.
func (f *forecast) owed(i int, s *state) int64 {
	switch {
	case s.final() == Lapsed || s.lapsed.so == yes:
		return never
	case s.final() != "" || s.ruling.before || s.so.so == yes:
		return f.now
	}
	c := &f.book.index.commitments[i]
	all := span{f.now, never}.all(f.expr(c.when, false))
	if c.agreement != none {
		all = all.all(f.leaf(target{c.agreement, c.Agreement, "in-force"}))
	}
	if !s.expires.IsZero() {
		all.to = min(all.to, seconds(s.expires))
		all.from = f.of(all)
		all.to = never
	}
	return f.of(all.all(span{f.begins(c, s), never}))
}

// begins is when the time of a commitment begins at the earliest.
func (f *forecast) begins(c *commitment, s *state) int64 {
	switch {
	case !c.starts.given:
		return f.now
	case !s.starts.since.isZero():
		return seconds(s.starts.since.t)
	case !c.starts.relative:
		return seconds(c.starts.begin)
	}
	event := f.leaf(c.starts.of).from
	if event == never {
		return never
	}
	return seconds(c.starts.Opens(time.Unix(max(event, f.now), 0).UTC()))
}

// adoptable reports whether an agreement can still be adopted in full: whether all of its packages can.
func (f *forecast) adoptable(i int) bool {
	x := f.book.index
	for _, n := range x.agreements[i].bundle {
		if f.book.states[n].so.so != yes && !f.book.open(x.nodes[n].ref, &x.items[x.nodes[n].at]) {
			return false
		}
	}
	return true
}

// open reports whether an issue or a proposal can still be agreed.
func (b *Book) open(r talks.Ref, t *item) bool {
	p := b.world.Proposal(r)
	if p == nil {
		return true
	}
	for _, i := range t.settled {
		a := &b.index.agreements[i]
		if !a.By.Time.After(b.at) {
			return a.ended(b.at).so != yes // a proposal is adopted once
		}
	}
	return (p.Withdrawn == nil || p.Withdrawn.Time.After(b.at)) && !p.Expired(b.at)
}

// leaf is when something can come about with a node.
func (f *forecast) leaf(o target) span {
	v := f.book.moment(o)
	if v.so == yes {
		return span{seconds(v.since.t), never}
	}
	if o.node == none {
		return span{never, never}
	}
	n, s, at := f.book.index.nodes[o.node], &f.book.states[o.node], f.when[o.node]
	switch n.kind {
	case "commitment":
		at = f.commitment(n.at, s, o)
	case "agreement":
		switch {
		case o.is == "in-force":
		case o.is == "ended":
			at = f.now
		case s.gone.so == yes, o.is == "adopted" && !f.adoptable(n.at):
			at = never
		default:
			at = f.now
		}
	}
	return span{at, never}
}

func (f *forecast) commitment(i int, s *state, o target) int64 {
	at, status := f.when[o.node], s.final()
	switch o.is {
	case "lapsed":
		if status == Fulfilled {
			return never
		}
		return f.now
	case "overdue":
		c := &f.book.index.commitments[i]
		dated := c.due.given || slices.ContainsFunc(c.steps, func(m moment) bool { return m.given })
		if status == Fulfilled || !dated {
			return never
		}
		if len(c.steps) == 0 && at != never && !s.due.IsZero() {
			return max(at, seconds(s.due))
		}
	}
	return at
}

// irrevocable reports whether what came about stays so: what was done was done.
func (f *forecast) irrevocable(o target) bool {
	if o.node == none {
		return true
	}
	switch f.book.index.nodes[o.node].kind {
	case "commitment":
		return o.is == "fulfilled" || o.is == "started" || o.is == "lapsed"
	case "agreement":
		return o.is == "signed" || o.is == "ended"
	case "condition":
		return false
	}
	return true
}

// expr is when an expression can be so, or where not is set, its contrary.
func (f *forecast) expr(e *expr, not bool) span {
	if e == nil {
		return span{math.MinInt64, never}
	}
	switch e.op {
	case opNot:
		return f.expr(&e.kids[0], !not)
	case opOf:
		if !not {
			return f.leaf(e.of)
		}
		if f.book.moment(e.of).so == yes && f.irrevocable(e.of) {
			return span{never, never}
		}
		return span{f.now, never}
	case opDates:
		return f.dates(e, not)
	}
	if either := (e.op == opAny) != not; !either {
		s := span{math.MinInt64, never}
		for i := range e.kids {
			s = s.all(f.expr(&e.kids[i], not))
		}
		return s
	}
	// Of several, the first to come about; and as long as any of them can last, so as not to call impossible what is not.
	s := span{never, math.MinInt64}
	for i := range e.kids {
		if k := f.expr(&e.kids[i], not); k.from < never && (!f.windows || !k.empty()) {
			s = span{min(s.from, k.from), max(s.to, k.to)}
		} else if k.from < never {
			f.strike()
		}
	}
	return s
}

func (f *forecast) dates(e *expr, not bool) span {
	from, to := seconds(e.from), int64(never)
	if !e.until.IsZero() {
		to = seconds(e.until)
	}
	switch {
	case !not && to <= f.now:
		return span{never, never}
	case !not:
		return span{max(from, f.now), to}
	case to == never && from <= f.now:
		return span{never, never}
	case to == never:
		return span{f.now, from}
	case from <= f.now && f.now < to:
		return span{to, never}
	}
	return span{f.now, never}
}

// forecasts are the forecast with windows and the one without, which are the same where there are none.
type forecasts struct{ with, without *forecast }

func (b *Book) newForecasts() forecasts {
	f := forecasts{with: b.newForecast(true)}
	f.without = f.with
	if f.with.struck {
		f.without = b.newForecast(false)
	}
	return f
}
