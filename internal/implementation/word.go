package implementation

import (
	"cmp"
	"slices"
	"time"

	"parley/internal/talks"
)

// run is that something became so at an instant.
type run[T any] struct {
	from instant
	is   T
}

// current is the last of runs at a date; nil before the first.
func current[T any](rs []run[T], at time.Time) *run[T] {
	n, _ := slices.BinarySearchFunc(rs, at, func(r run[T], at time.Time) int {
		if r.from.by(at) {
			return -1
		}
		return 1
	})
	if n == 0 {
		return nil
	}
	return &rs[n-1]
}

// ruling is what the words say that decide.
type ruling uint8

const (
	open ruling = iota
	done
	broken
	contradicted
)

// verdict is how the words stand on a commitment, from some day on.
type verdict struct {
	ruling ruling
	since  instant
	before bool // it was done at some time up to then
}

// hear sorts what was reported and determined by what it is of.
func (x *index) hear() {
	own := map[talks.Delegation]talks.Ref{}
	party := func(e *talks.Entry) talks.Ref {
		d := e.Seat.Delegation()
		p, ok := own[d]
		if !ok {
			p = x.world.PartyOf(d)
			own[d] = p
		}
		return p
	}
	reports := x.world.Reports()
	of, count := make([]int32, len(reports)), make([]int, len(x.commitments))
	for i, f := range reports {
		of[i] = none
		if n, ok := x.byRef[f.Said.Commitment]; ok && x.nodes[n].kind == "commitment" {
			of[i] = int32(x.nodes[n].at) //nolint:gosec // see node
			count[of[i]]++
		}
	}
	words := make([]Word, 0, len(reports)) // of all commitments, one after the other
	for i, n := range count {
		x.commitments[i].words = words[:0:n]
		words = words[n:n:cap(words)]
	}
	for i, f := range reports {
		author := party(f.Entry)
		who := cmp.Or(f.Said.Party, author)
		if of[i] == none || who.IsZero() {
			continue
		}
		c := &x.commitments[of[i]]
		w := Word{Fact: f, Party: who, As: c.as(who), Declared: who == author}
		// What a side says of another's word is shown and decides nothing.
		side := slices.Contains(c.Obligors, author) || slices.Contains(c.Beneficiaries, author)
		w.Decides = c.hears(w.As) && (w.Declared || !side)
		at := dateOr(f.Said.When, f.Entry)
		w.Date, w.day = at.t, at.day
		c.words = append(c.words, w)
	}
	for _, f := range x.world.Determinations() {
		n, ok := x.byRef[f.Said.Condition]
		author := party(f.Entry)
		who := cmp.Or(f.Said.Party, author)
		if !ok || x.nodes[n].kind != "condition" || who.IsZero() {
			continue
		}
		c := &x.conditions[x.nodes[n].at]
		d := Determination{Fact: f, Party: who, Declared: who == author, Decides: c.Decides(who)}
		if d.Decides && !d.Declared && len(c.Determiners) > 0 {
			d.Decides = !slices.Contains(x.sides(n), author)
		}
		at := dateOr(f.Said.When, f.Entry)
		d.Date, d.day = at.t, at.day
		c.words = append(c.words, d)
	}
	var stands standing[*Word]
	for i := range x.commitments {
		x.commitments[i].listen(&stands)
	}
	var determinations standing[*Determination]
	for i := range x.conditions {
		x.conditions[i].listen(&determinations)
	}
}

// sides are the parties that owe, or are owed, what waits for a condition or has its time reckoned from it, be it through other conditions and
// agreements: they gain or lose by it, so
// what they say of the word of who determines it is shown and decides nothing.
func (x *index) sides(condition int32) []talks.Ref {
	if x.stakes == nil {
		x.stakes = map[int32][]talks.Ref{}
	}
	if ps, ok := x.stakes[condition]; ok {
		return ps
	}
	ps := []talks.Ref{}
	seen, queue := map[int32]bool{condition: true}, []int32{condition}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, u := range slices.Concat(x.users()[v], x.reckon()[v]) {
			switch n := x.nodes[u]; {
			case seen[u]:
				continue
			case n.kind == "commitment":
				ps = append(append(ps, x.commitments[n.at].Obligors...), x.commitments[n.at].Beneficiaries...)
			case n.kind == "condition", n.kind == "agreement":
				queue = append(queue, u)
			}
			seen[u] = true
		}
	}
	x.stakes[condition] = ps
	return ps
}

// as is what a party is to the commitment.
func (c *commitment) as(p talks.Ref) As {
	switch {
	case slices.Contains(c.Verifiers, p):
		return AsVerifier
	case slices.Contains(c.Obligors, p):
		return AsObligor
	case slices.Contains(c.Beneficiaries, p), len(c.Beneficiaries) == 0:
		return AsBeneficiary
	}
	return AsOther
}

// hears reports whether words of those who are that to the commitment decide.
func (c *commitment) hears(as As) bool {
	if len(c.Verifiers) > 0 {
		return as == AsVerifier
	}
	return as == AsObligor || as == AsBeneficiary
}

// both reports whether a party is on both sides, as where several promise each other the same.
func (c *commitment) both(p talks.Ref) bool {
	return slices.Contains(c.Obligors, p) && slices.Contains(c.Beneficiaries, p)
}

// spoken is what standing needs to know of a word.
type spoken interface {
	speaker() (party talks.Ref, declared, decides bool)
	place() (date time.Time, written *talks.Entry)
	soFar() bool // it says how far things are, and not that they are settled
}

func (w *Word) speaker() (talks.Ref, bool, bool)          { return w.Party, w.Declared, w.Decides }
func (w *Word) place() (time.Time, *talks.Entry)          { return w.Date, w.Entry }
func (w *Word) soFar() bool                               { return w.Said.Claim == "progress" || w.Said.Claim == "not-done" }
func (d *Determination) speaker() (talks.Ref, bool, bool) { return d.Party, d.Declared, d.Decides }
func (d *Determination) place() (time.Time, *talks.Entry) { return d.Date, d.Entry }
func (d *Determination) soFar() bool                      { return d.Said.Outcome == "not-met" }

// standing are the words that stand, as words are added by the day that they speak of.
type standing[W spoken] struct {
	parties []stand[W]
	buffer  []W
}

// reset forgets all words, and keeps the memory.
func (s *standing[W]) reset() { s.parties = s.parties[:0] }

// stand is what stands of one party's words: its own; what others attribute to it and can decide; and what else they do.
type stand[W spoken] struct {
	party talks.Ref
	words [3]W
	has   [3]bool
}

// add takes the next word. Of a party's words the last written stands; but one that says how far things are stands no longer than until the
// day of another.
func (s *standing[W]) add(w W) {
	party, declared, decides := w.speaker()
	slot := 2
	switch {
	case declared:
		slot = 0
	case decides:
		slot = 1
	}
	i := slices.IndexFunc(s.parties, func(p stand[W]) bool { return p.party == party })
	if i < 0 {
		i = len(s.parties)
		s.parties = append(s.parties, stand[W]{party: party})
	}
	p := &s.parties[i]
	if p.has[slot] {
		date, written := w.place()
		oldDate, old := p.words[slot].place()
		if written.Before(old) && (!p.words[slot].soFar() || !oldDate.Before(date)) {
			return
		}
	}
	p.words[slot], p.has[slot] = w, true
}

// last yields the word of each party that stands: its own before what is attributed to it.
func (s *standing[W]) last(yield func(W) bool) {
	for i := range s.parties {
		p := &s.parties[i]
		for slot, has := range p.has {
			if has {
				if !yield(p.words[slot]) {
					return
				}
				break
			}
		}
	}
}

// deciding are the words that stand and decide, until it is called again.
func (s *standing[W]) deciding() []W {
	out := s.buffer[:0]
	for w := range s.last {
		if _, _, decides := w.speaker(); decides {
			out = append(out, w)
		}
	}
	s.buffer = out
	return out
}

// byDay sorts words by the day that they speak of; they are in the order they were written.
func byDay[T any, W interface {
	*T
	spoken
}](ws []T) {
	sorted := true
	for i := 1; i < len(ws) && sorted; i++ {
		d, _ := W(&ws[i-1]).place()
		e, _ := W(&ws[i]).place()
		sorted = !e.Before(d)
	}
	if sorted { // as they mostly are
		return
	}
	slices.SortStableFunc(ws, func(a, b T) int {
		d, _ := W(&a).place()
		e, _ := W(&b).place()
		return d.Compare(e)
	})
}

// days calls f after each day's words, when all of them have been added.
func days[T any, W interface {
	*T
	spoken
}](ws []T, s *standing[W], f func(day int)) {
	for i := range ws {
		w := W(&ws[i])
		s.add(w)
		date, _ := w.place()
		if i+1 < len(ws) {
			if next, _ := W(&ws[i+1]).place(); next.Equal(date) {
				continue
			}
		}
		f(i)
	}
}

// listen works out how the words stand from each day on that any speaks of.
func (c *commitment) listen(s *standing[*Word]) {
	if len(c.words) == 0 {
		return
	}
	byDay(c.words)
	s.reset()
	last := verdict{}
	days(c.words, s, func(i int) {
		at := instant{c.words[i].Date, c.words[i].day}
		v := last
		if r := c.rule(s.deciding()); r != last.ruling {
			v.ruling, v.since = r, at
		}
		v.before = v.before || v.ruling == done
		if v != last || i == 0 {
			c.runs = append(c.runs, run[verdict]{at, v})
			last = v
		}
	})
	for i := range c.words {
		w := &c.words[i]
		if w.Decides && (w.Said.Claim == "progress" || w.Said.Claim == "done" || c.moved(w.Said.Value)) {
			c.started = instant{w.Date, w.day}
			break
		}
	}
}

// moved reports whether a value is beyond the baseline.
func (c *commitment) moved(v talks.Decimal) bool {
	return c.Measure != nil && v.Valid() && v.Float() != c.Measure.Baseline.Float() && c.Measure.Reached(v, c.Measure.Baseline)
}

// claim is what a word claims: a value that reaches the target is as good as done.
func (c *commitment) claim(w *Word) talks.Claim {
	if w.Said.Claim == "progress" && c.Measure != nil && w.Said.Value.Valid() && c.Measure.Reached(w.Said.Value, c.Measure.Target) {
		return "done"
	}
	return w.Said.Claim
}

// claims is a set of what is claimed.
type claims uint8

const (
	progress claims = 1 << iota
	isDone
	notDone
	breach
)

func (c *commitment) claims(w *Word) claims {
	switch c.claim(w) {
	case "progress":
		return progress
	case "done":
		return isDone
	case "not-done":
		return notDone
	}
	return breach
}

// rule says how words stand that decide.
func (c *commitment) rule(words []*Word) ruling {
	var doneAt time.Time // the first word that it is done
	var obligor, beneficiary, verifier claims
	for _, w := range words {
		claim := c.claims(w)
		switch {
		case w.As == AsVerifier:
			verifier |= claim
		case w.As == AsObligor && (claim&(breach|notDone) == 0 || !c.both(w.Party)):
			obligor |= claim
		default: // who is on both sides speaks here of what it was promised
			beneficiary |= claim
		}
		if claim == isDone && (doneAt.IsZero() || w.Date.Before(doneAt)) {
			doneAt = w.Date
		}
	}
	says := obligor | beneficiary | verifier
	switch {
	case says&isDone != 0 && slices.ContainsFunc(words, func(w *Word) bool { return c.against(w, doneAt) }):
		return contradicted
	case says&isDone != 0 && beneficiary&isDone == 0 && obligor&(progress|notDone) != 0:
		return open // one of those who owe it together is not there yet
	case says&isDone != 0:
		return done
	case obligor&breach != 0:
		return broken
	case (beneficiary&breach != 0 && obligor&progress != 0) || (verifier&breach != 0 && verifier&progress != 0):
		return contradicted
	case says&breach != 0:
		return broken
	}
	return open
}

// against reports whether a word contradicts that it was done by a day: not done as of that day or later, still on the way after it, or broken.
func (c *commitment) against(w *Word, doneAt time.Time) bool {
	switch c.claim(w) {
	case "breached":
		return true
	case "not-done":
		return !w.Date.Before(doneAt)
	case "progress":
		return w.Date.After(doneAt) && w.As != AsObligor
	}
	return false
}

// listen works out how the words stand on a condition that is determined.
func (c *condition) listen(s *standing[*Determination]) {
	byDay(c.words)
	s.reset()
	last := NotMet
	days(c.words, s, func(i int) {
		truth := NotMet
		for j, d := range s.deciding() {
			switch t := Truth(d.Said.Outcome); {
			case j == 0:
				truth = t
			case truth == t:
			case truth != Met && truth != Contested && t != Met:
				truth = NotMet // one says that it can no longer be, and another only that it is not
			default:
				truth = Contested
			}
		}
		if truth != last {
			c.runs = append(c.runs, run[Truth]{instant{c.words[i].Date, c.words[i].day}, truth})
			last = truth
		}
	})
}
