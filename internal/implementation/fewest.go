package implementation

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"parley/internal/talks"
)

// mostTries is how many choices the search for the fewest things looks at before it gives the best that it has found.
const mostTries = 200_000

// wantsATry is for how many wants taking them up, or looking whether they wait for each other, is as much work as a choice.
const wantsATry = 8

// want is something that has to come about: a moment of a node, or its contrary.
type want struct {
	node int32
	is   talks.Moment
	not  bool
}

// act is what somebody has to do for a moment to come about. Two moments that the same deed brings about are one.
type act struct {
	node int32
	deed talks.Moment
}

// plan is what has been chosen so far.
type plan struct {
	wants map[want][]want // with what each was found to wait for
	order []want
	acts  map[act]int // how many wants rest on each
	dates map[time.Time]int
	days  []time.Time // as they were added
	open  []choice
}

// choice is that any of several alternatives has to be so for something that is wanted.
type choice struct {
	of  want
	any []*alternative
}

// alternative is a way in which an expression can be so: several wants, dates, and choices that remain.
type alternative struct {
	wants []want
	dates []time.Time
	open  []choice
}

// Needs are the fewest things that have to come about for a moment of an object to come about, and the dates that have to come; for an
// empty moment, what is usual for its kind. The object itself is not among them. What follows from others by itself does not count: a
// condition that is made of others, and that something is owed or enters into force.
//
// To find the fewest is as hard as to find a least cover of sets, so the search (branch and bound) is bounded: where it ends before it has
// looked at everything, Fewest is false and Things are the fewest that it found.
func (b *Book) Needs(r talks.Ref, m talks.Moment) Needs {
	o := b.index.of(r, m)
	if o.node == none {
		_, ok := b.Moment(r, m)
		return Needs{Possible: ok, Fewest: true}
	}
	known, ok := b.needs.Load(o)
	if !ok {
		known, _ = b.needs.LoadOrStore(o, sync.OnceValue(func() Needs { return b.fewest(o) }))
	}
	n := known.(func() Needs)()
	n.Things, n.Reasons = slices.Clone(n.Things), slices.Clone(n.Reasons)
	return n
}

// fewest is Needs, worked out: it can be much work, and many ask for the same.
func (b *Book) fewest(o target) Needs {
	if b.moment(o).so == yes {
		return Needs{Possible: true, Fewest: true}
	}
	f := b.forecasts().with
	if f.leaf(o).from == never {
		n := Needs{Fewest: true}
		stuck, why := b.blockers(f, o.node)
		for _, v := range stuck {
			n.Reasons = append(n.Reasons, Reason{Code: "stuck", Ref: b.index.nodes[v].ref})
		}
		n.Reasons = append(n.Reasons, why...)
		if b.over(o.node) || len(n.Reasons) == 0 {
			n.Reasons = []Reason{b.whyNever(o)}
		}
		return n
	}
	s := &seeker{book: b, forecast: f, goal: want{node: o.node, is: o.is}, best: math.MaxInt}
	s.rank()
	s.greedy(newPlan())
	if p := newPlan(); s.take(p, s.goal) {
		s.search(p)
	}
	if s.found == nil {
		return Needs{Fewest: s.tries < mostTries, Reasons: []Reason{b.whyNever(o)}}
	}
	return Needs{Things: s.things(), Possible: true, Fewest: s.tries < mostTries}
}

func newPlan() *plan {
	return &plan{wants: map[want][]want{}, acts: map[act]int{}, dates: map[time.Time]int{}}
}

// undo takes a plan back to what it was when it had so many wants and days, and these choices open.
func (s *seeker) undo(p *plan, wants, days int, open []choice) {
	for _, w := range p.order[wants:] {
		delete(p.wants, w)
		if d, ok := s.deed(w); ok {
			if p.acts[d]--; p.acts[d] == 0 {
				delete(p.acts, d)
			}
		}
	}
	for _, d := range p.days[days:] {
		if p.dates[d]--; p.dates[d] == 0 {
			delete(p.dates, d)
		}
	}
	p.order, p.days, p.open = p.order[:wants], p.days[:days], open
}

// cost counts the deeds, and then the dates.
func (p *plan) cost() int { return len(p.acts)<<20 + len(p.dates) }

// seeker searches for the fewest things.
type seeker struct {
	book     *Book
	forecast *forecast
	goal     want
	ranks    map[want]int // in which order things can come about out of those before them
	best     int
	found    *plan
	tries    int
}

// ways is what a want waits for: what has to be so in any case, with the choices that are open. ok is false where it cannot be.
func (s *seeker) ways(w want) (a alternative, ok bool) {
	b, x := s.book, s.book.index
	if w.not {
		return a, true
	}
	n, st := x.nodes[w.node], &b.states[w.node]
	ok = true
	expr := func(e *expr) { ok = ok && s.expr(&a, w, e, false) }
	leaf := func(o target) { ok = ok && s.leaf(&a, o, false) }
	switch n.kind {
	case "condition":
		if c := &x.conditions[n.at]; c.when != nil {
			expr(c.when)
		}
	case "agreement":
		switch w.is {
		case "in-force":
			leaf(target{w.node, n.ref, "adopted"})
			expr(x.agreements[n.at].inForce)
		case "adopted":
			for _, i := range x.agreements[n.at].bundle {
				if b.states[i].so.so != yes {
					a.wants = append(a.wants, want{node: i, is: "agreed"})
				}
			}
		}
	case "commitment":
		if w.is == "lapsed" || st.final() != "" || st.ruling.before {
			break
		}
		c := &x.commitments[n.at]
		if c.agreement != none {
			leaf(target{c.agreement, c.Agreement, "in-force"})
		}
		expr(c.when)
		if c.starts.relative {
			leaf(c.starts.of)
		}
		if at := st.starts.since.t; at.After(b.at) {
			a.dates = append(a.dates, at)
		}
		if !st.turn && w.is != "step" {
			a.wants = append(a.wants, want{node: x.byRef[x.commitments[c.counterpart].Ref], is: "step"})
		}
	case "meeting":
		for _, o := range x.before[n.at] {
			leaf(o)
		}
	}
	return a, ok
}

// deed is what has to be done for a want itself, beside what it waits for; ok is false where it follows.
func (s *seeker) deed(w want) (a act, ok bool) {
	x := s.book.index
	n := x.nodes[w.node]
	if w == s.goal {
		return act{}, false
	}
	if w.not {
		return act{w.node, "undone"}, true
	}
	switch n.kind {
	case "condition":
		return act{w.node, "met"}, x.conditions[n.at].when == nil
	case "agreement":
		if w.is == "adopted" { // by those who have still to confirm it
			return act{w.node, w.is}, x.agreements[n.at].confirmed(s.book.at).so != yes
		}
		return act{w.node, w.is}, w.is != "in-force"
	case "commitment":
		switch w.is {
		case "active":
			return act{}, false
		case "started", "step":
			return act{w.node, "fulfilled"}, true
		}
		return act{w.node, w.is}, true
	case "event":
		return act{}, false // it has a date
	}
	return act{w.node, w.is}, true
}

// leaf adds that something is to come about; it reports false where it cannot.
func (s *seeker) leaf(a *alternative, o target, not bool) bool {
	so := s.book.moment(o).so == yes
	switch {
	case so != not:
		return true
	case not:
		a.wants = append(a.wants, want{o.node, o.is, true})
		return !s.forecast.irrevocable(o)
	case s.forecast.leaf(o).from == never:
		return false
	}
	if n := s.book.index.nodes[o.node]; n.kind == "event" {
		a.dates = append(a.dates, s.book.index.events[n.at].t)
		return true
	}
	a.wants = append(a.wants, want{node: o.node, is: o.is})
	return true
}

// expr adds that an expression is to be so, or where not is set, its contrary; it reports false where it cannot be.
func (s *seeker) expr(a *alternative, w want, e *expr, not bool) bool {
	if e == nil {
		return true
	}
	switch e.op {
	case opOf:
		return s.leaf(a, e.of, not)
	case opNot:
		return s.expr(a, w, &e.kids[0], !not)
	case opDates:
		span := s.forecast.dates(e, not)
		if span.from != never && span.from > s.forecast.now {
			a.dates = append(a.dates, time.Unix(span.from, 0).UTC())
		}
		return span.from != never
	}
	if (e.op == opAny) == not {
		for i := range e.kids {
			if !s.expr(a, w, &e.kids[i], not) {
				return false
			}
		}
		return true
	}
	c := choice{of: w}
	for i := range e.kids {
		var k alternative
		if !s.expr(&k, w, &e.kids[i], not) {
			continue
		}
		if len(k.wants)+len(k.dates)+len(k.open) == 0 {
			return true // it is so
		}
		c.any = append(c.any, &k)
	}
	if len(c.any) == 1 {
		k := c.any[0]
		a.wants, a.dates, a.open = append(a.wants, k.wants...), append(a.dates, k.dates...), append(a.open, k.open...)
	} else {
		a.open = append(a.open, c)
	}
	return len(c.any) > 0
}

// take adds a want to a plan with all that it waits for in any case; what is a choice stays open. It reports false where the plan is no better
// than the best.
func (s *seeker) take(p *plan, w want) bool {
	todo := []want{w}
	for len(todo) > 0 {
		w := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if _, ok := p.wants[w]; ok {
			continue
		}
		a, ok := s.ways(w)
		if !ok {
			return false
		}
		p.wants[w] = nil
		p.order = append(p.order, w)
		if d, ok := s.deed(w); ok {
			p.acts[d]++
		}
		todo = append(todo, s.join(p, w, &a)...)
		if p.cost() >= s.best {
			return false
		}
	}
	return true
}

// join adds an alternative to what a want waits for, and returns the wants of it.
func (s *seeker) join(p *plan, w want, a *alternative) []want {
	p.wants[w] = append(slices.Clip(p.wants[w]), a.wants...)
	for _, d := range a.dates {
		p.dates[d]++
		p.days = append(p.days, d)
	}
	p.open = append(slices.Clip(p.open), a.open...)
	return a.wants
}

// search tries the alternatives of the open choices, one choice at a time.
func (s *seeker) search(p *plan) {
	// Looking at a choice costs as much as there are others to look through.
	if s.tries += 1 + len(p.open)/4; s.tries >= mostTries || p.cost() >= s.best {
		return
	}
	if len(p.open) == 0 {
		s.tries += len(p.order) / wantsATry
		if s.sound(p) {
			s.keep(p)
		}
		return
	}
	// The choice with the fewest alternatives that cost anything comes first, and of its alternatives the cheapest.
	pick, least := 0, math.MaxInt
	for i, c := range p.open {
		if n := len(c.any); n < least {
			pick, least = i, n
		}
	}
	c := p.open[pick]
	ways := slices.Clone(c.any)
	slices.SortStableFunc(ways, func(a, b *alternative) int { return cmp.Compare(s.price(p, a), s.price(p, b)) })
	if lowest := s.price(p, ways[0]); p.cost()+lowest >= s.best {
		return
	}
	wants, days, open, waits := len(p.order), len(p.days), p.open, p.wants[c.of]
	for _, a := range ways {
		p.open = slices.Delete(slices.Clone(open), pick, pick+1)
		ok := true
		for _, w := range s.join(p, c.of, a) {
			ok = ok && s.take(p, w)
		}
		s.tries += (len(p.order) - wants) / wantsATry
		if ok {
			s.search(p)
		}
		s.undo(p, wants, days, open)
		p.wants[c.of] = waits
		if s.tries >= mostTries {
			return
		}
	}
}

// keep notes that a plan is the best so far.
func (s *seeker) keep(p *plan) {
	s.best, s.found = p.cost(), &plan{order: slices.Clone(p.order), dates: maps.Clone(p.dates)}
}

// price is what an alternative adds to the cost of a plan at the least.
func (s *seeker) price(p *plan, a *alternative) int {
	deeds, dates := map[act]bool{}, 0
	for _, w := range a.wants {
		if d, ok := s.deed(w); ok && p.acts[d] == 0 {
			deeds[d] = true
		}
	}
	for _, d := range a.dates {
		if p.dates[d] == 0 {
			dates++
		}
	}
	return len(deeds)<<20 + dates
}

// sound reports whether the things of a plan can come about one after the other: none waits for itself.
func (s *seeker) sound(p *plan) bool {
	number := make(map[want]int32, len(p.order))
	for i, w := range p.order {
		number[w] = int32(i) //nolint:gosec // fewer than there are things
	}
	to := make([][]int32, len(p.order))
	for i, w := range p.order {
		for _, v := range p.wants[w] {
			to[i] = append(to[i], number[v])
		}
	}
	for _, c := range components(len(to), func(v int32) []int32 { return to[v] }) {
		if len(c) > 1 || slices.Contains(to[c[0]], c[0]) {
			return false
		}
	}
	return true
}

// things lists what the best plan has to come about, in the order in which it can.
func (s *seeker) things() []Need {
	var out []Need
	dates := make([]time.Time, 0, len(s.found.dates))
	for d := range s.found.dates {
		dates = append(dates, d)
	}
	slices.SortFunc(dates, time.Time.Compare)
	for _, d := range dates {
		out = append(out, Need{At: d, Reason: Reason{Code: "need-date", At: d}})
	}
	seen := map[act]int{}
	wants := slices.Clone(s.found.order)
	slices.SortStableFunc(wants, func(a, b want) int { return cmp.Compare(s.ranks[a], s.ranks[b]) })
	for _, w := range wants {
		d, ok := s.deed(w)
		if !ok {
			continue
		}
		r := s.book.index.nodes[w.node].ref
		if i, ok := seen[d]; ok { // the fuller of two that are one deed
			if w.is == "fulfilled" {
				out[i].Moment, out[i].Reason.Code = w.is, "need-"+string(w.is)
			}
			continue
		}
		n := Need{Ref: r, Moment: w.is, Reason: Reason{Code: "need-" + string(w.is), Ref: r}}
		if w.not {
			n.Reason.Code = "need-undone"
		}
		seen[d] = len(out)
		out = append(out, n)
	}
	return out
}

// rank finds an order in which all that the goal can wait for can come about, each out of those before it (the order of the least fixed
// point).
func (s *seeker) rank() {
	s.ranks = map[want]int{}
	ways := map[want]alternative{}
	users := map[want][]want{}
	var all []want
	for todo := []want{s.goal}; len(todo) > 0; {
		w := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if _, seen := ways[w]; seen {
			continue
		}
		a, ok := s.ways(w)
		if !ok {
			a = alternative{open: []choice{{}}} // no way
		}
		ways[w] = a
		all = append(all, w)
		a.each(func(v want) {
			users[v] = append(users[v], w)
			todo = append(todo, v)
		})
	}
	queue := slices.Clone(all)
	slices.Reverse(queue)
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		if _, done := s.ranks[w]; done {
			continue
		}
		if a := ways[w]; s.ready(&a) {
			s.ranks[w] = len(s.ranks)
			queue = append(queue, users[w]...)
		}
	}
}

func (a *alternative) each(f func(want)) {
	for _, w := range a.wants {
		f(w)
	}
	for _, c := range a.open {
		for _, k := range c.any {
			k.each(f)
		}
	}
}

// ready reports whether an alternative can be so out of what has a rank.
func (s *seeker) ready(a *alternative) bool {
	for _, w := range a.wants {
		if _, ok := s.ranks[w]; !ok {
			return false
		}
	}
	for _, c := range a.open {
		if !slices.ContainsFunc(c.any, s.ready) {
			return false
		}
	}
	return true
}

// highest is the last rank of what an alternative needs.
func (s *seeker) highest(a *alternative) int {
	top := -1
	see := func(w want) {
		if r, ok := s.ranks[w]; ok {
			top = max(top, r)
		} else {
			top = math.MaxInt
		}
	}
	for _, w := range a.wants {
		see(w)
	}
	for _, c := range a.open {
		least := math.MaxInt
		for _, k := range c.any {
			least = min(least, s.highest(k))
		}
		top = max(top, least)
	}
	return top
}

// greedy finds a first plan: of each choice the cheapest alternative that rests on what comes before, so that nothing waits for itself.
func (s *seeker) greedy(p *plan) {
	if !s.take(p, s.goal) {
		return
	}
	for len(p.open) > 0 {
		c := p.open[0]
		p.open = p.open[1:]
		rank, ok := s.ranks[c.of]
		if !ok {
			rank = math.MaxInt
		}
		var best *alternative
		for _, a := range c.any {
			if s.highest(a) < rank && (best == nil || s.price(p, a) < s.price(p, best)) {
				best = a
			}
		}
		if best == nil {
			return
		}
		for _, w := range s.join(p, c.of, best) {
			if !s.take(p, w) {
				return
			}
		}
	}
	if s.sound(p) {
		s.keep(p)
	}
}
