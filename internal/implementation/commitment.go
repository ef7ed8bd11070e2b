package implementation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// facts notes what is known of a commitment without looking at others.
func (b *Book) facts(i int) {
	c := &b.index.commitments[i]
	s := &b.states[b.index.first+i]
	if r := current(c.runs, b.at); r != nil {
		s.ruling = r.is
	}
	s.made = !c.By.Time.After(b.at)
	if f := c.Ended; f != nil && !f.Time.After(b.at) {
		s.ended, s.forgiven = instant{t: f.Time.UTC()}, b.forgives(c, f)
	}
	if c.agreement != none {
		if gone := b.states[c.agreement].gone; gone.so == yes {
			s.end(gone.since)
		}
		if left, ok := b.left(c); ok {
			s.end(left)
		}
	}
	s.reached = c.stepsReached(b.at, s)
}

func (s *state) end(at instant) {
	if s.ended.isZero() || at.before(s.ended) {
		s.ended, s.forgiven = at, false
	}
}

// forgives reports whether those to whom a commitment is owed ended it, and not who owes it.
func (b *Book) forgives(c *commitment, f *talks.Fact[talks.CommitmentEnd]) bool {
	party := b.world.PartyOf(f.Seat.Delegation())
	return f.Said.Ground == "waived" || (slices.Contains(c.Beneficiaries, party) && !slices.Contains(c.Obligors, party))
}

// left is when the last of a commitment's obligors was no longer bound by its agreement.
func (b *Book) left(c *commitment) (at instant, all bool) {
	a := &b.index.agreements[b.index.nodes[c.agreement].at]
	if len(a.leaves) == 0 {
		return at, false
	}
	for _, p := range c.Obligors {
		i := slices.IndexFunc(a.leaves, func(l leave) bool { return l.party == p && l.at.by(b.at) })
		if i < 0 {
			return at, false
		}
		at = later(at, a.leaves[i].at)
	}
	return at, true
}

// final is the status of a commitment that facts alone decide; empty for none.
func (s *state) final() Status {
	switch {
	case s.ruling.ruling == done && (s.ended.isZero() || !s.ended.before(s.ruling.since)):
		return Fulfilled
	case !s.ended.isZero() && (s.forgiven || s.ruling.ruling != broken || s.ended.before(s.ruling.since)):
		return Lapsed // who broke it is not freed of that by leaving (Vienna Convention on the Law of Treaties, article 70)
	case s.ruling.ruling == contradicted:
		return Disputed
	case s.ruling.ruling == broken:
		return Breached
	}
	return ""
}

// owing works out whether a commitment is owed.
func (b *Book) owing(i int, s *state) {
	c := &b.index.commitments[i]
	in := val{so: yes}
	if c.agreement != none {
		in = b.states[c.agreement].so
	}
	s.based = in.and(c.when.eval(b)).and(when(s.made, instant{}))
	if s.based.so == yes && s.based.since.isZero() {
		s.based.since = instant{t: c.By.Time.UTC()}
	}
	event := b.moment(c.expires.of)
	s.expires = c.expires.closes(event)
	s.lapsed = val{so: no}
	switch {
	case c.expires.relative && event.so == unknown:
		s.lapsed.so = unknown
	case s.expires.IsZero() || s.expires.After(b.at):
	case s.based.so == unknown:
		s.lapsed.so = unknown
	case s.based.so == no || !s.based.since.t.Before(s.expires):
		s.lapsed = val{yes, instant{t: s.expires}}
	}
	s.starts = b.begins(c)
	s.turn = c.counterpart < 0 || b.otherSteps(c) >= s.reached
	s.so = s.based.and(s.starts)
	if !s.turn {
		s.so = s.so.and(val{so: no})
	}
	if s.ruling.before { // who did it once owed it
		s.so = val{yes, s.ruling.since}
		s.lapsed = val{so: no}
	}
	if s.lapsed.so == yes {
		s.so = val{so: no}
	}
	b.lateness(c, s)
}

// begins reports whether the time of a commitment has begun, and when.
func (b *Book) begins(c *commitment) val {
	if !c.starts.given {
		return val{so: yes}
	}
	event := b.moment(c.starts.of)
	if c.starts.relative && event.so != yes {
		return val{so: event.so}
	}
	at := instant{t: c.starts.opens(event)}
	if c.starts.relative && at.isZero() {
		return val{so: no}
	}
	if at.by(b.at) {
		return val{yes, at}
	}
	return val{no, at}
}

// closes is the first instant after a due moment; zero where it is not known.
func (m *moment) closes(event val) time.Time {
	if !m.relative {
		return m.end
	}
	if event.so != yes || event.since.isZero() {
		return time.Time{}
	}
	return m.Closes(event.since.in(m.Due))
}

// opens is the first instant of a due moment whose event, if it has one, has come about; zero where it is not known.
func (m *moment) opens(event val) time.Time {
	if !m.relative {
		return m.begin
	}
	return m.Opens(event.since.in(m.Due))
}

// lateness works out the time that a commitment has, and whether it is over.
func (b *Book) lateness(c *commitment, s *state) {
	event := b.moment(c.due.of)
	s.due = c.due.closes(event)
	s.overdue = val{so: no}
	if c.due.relative && event.so == unknown {
		s.overdue.so = unknown
	} else if !s.due.IsZero() && !s.due.After(b.at) {
		s.overdue = val{yes, instant{t: s.due}}
	}
	for k := s.reached; k < len(c.steps); k++ {
		if c.counterpart >= 0 && k > s.reached {
			break // it is the other side's turn before that
		}
		event := b.moment(c.steps[k].of)
		if due := c.steps[k].closes(event); !due.IsZero() && !due.After(b.at) {
			s.overdue = s.overdue.or(val{yes, instant{t: due}})
		}
	}
	s.overdue = val{s.overdue.and(s.so).so, s.overdue.since}
	if s.overdue.so == yes {
		s.overdue.since = later(s.overdue.since, s.so.since)
	}
}

// otherSteps is how many steps the commitment that goes step for step with this one has made.
func (b *Book) otherSteps(c *commitment) int {
	return b.states[b.index.first+c.counterpart].reached
}

// reachedAt are the instants since when each step has been reached; zero for those that have not.
func (c *commitment) reachedAt(at time.Time, s *state) []instant {
	out := make([]instant, len(c.steps))
	own := c.declared(at)
	for i := range c.words {
		w := &c.words[i]
		if w.Date.After(at) {
			break
		}
		if !w.Said.Value.Valid() || !w.Decides || (!w.Declared && slices.Contains(own, w.Party)) {
			continue
		}
		for k := range out {
			if !c.Measure.Reached(w.Said.Value, c.Measure.Steps[k].Value) {
				out[k] = instant{}
			} else if out[k].isZero() {
				out[k] = instant{w.Date, w.day}
			}
		}
	}
	if s.ruling.ruling == done {
		for k := range out {
			if out[k].isZero() {
				out[k] = s.ruling.since
			}
		}
	}
	return out
}

// declared are the parties that have a word of their own by a date.
func (c *commitment) declared(at time.Time) []talks.Ref {
	var own []talks.Ref
	for i := range c.words {
		if w := &c.words[i]; w.Declared && !w.Date.After(at) && !slices.Contains(own, w.Party) {
			own = append(own, w.Party)
		}
	}
	return own
}

func (c *commitment) stepsReached(at time.Time, s *state) int {
	if len(c.steps) == 0 {
		return 0
	}
	n := 0
	for _, t := range c.reachedAt(at, s) {
		if t.isZero() {
			break
		}
		n++
	}
	return n
}

// commitment says how a commitment stands, in full.
func (b *Book) commitment(i int, out *Commitment) *Commitment {
	c := &b.index.commitments[i]
	v := int32(b.index.first + i) //nolint:gosec // see node
	s := &b.states[v]
	*out = Commitment{Commitment: c.Commitment, Due: s.due, Expires: s.expires}
	if c.starts.given {
		out.Starts = s.starts.since.t
	}
	b.listen(c, out)
	switch out.Status = s.final(); {
	case out.Status == Lapsed:
		out.Since, out.Reasons = s.ended.t, b.whyEnded(c, s)
	case out.Status != "":
		out.Since, out.Reasons = s.ruling.since.t, b.whyRuled(c, s, out)
	case s.ruling.before:
		b.running(c, s, out)
	case !s.made:
		out.Status, out.Reasons = Dormant, []Reason{{Code: "made-later", At: c.By.Time.UTC()}}
	case s.lapsed.so == yes:
		out.Status, out.Since, out.Reasons = Lapsed, s.expires, []Reason{{Code: "expired", At: lastOf(s.expires), Zone: c.Expires.Zone}}
	case s.based.so != yes:
		out.Status, out.Reasons = Dormant, b.whyDormant(v, c)
	case s.starts.so != yes:
		out.Status, out.Since, out.Reasons = Waiting, s.based.since.t, []Reason{{Code: "starts", At: out.Starts, Zone: c.Starts.Zone}}
		if out.Starts.IsZero() {
			out.Reasons = []Reason{{Code: "starts-from", Ref: c.starts.of.ref}}
			if b.index.gone[c.starts.of.ref] {
				out.Reasons = nil // it may have come about, and the last reason says why nobody can tell
			}
		}
	case !s.turn:
		// It waits since it went ahead of the other side: since its first step beyond that side's, and no longer than there is another side.
		other, n := &b.index.commitments[c.counterpart], b.otherSteps(c)
		out.Status, out.Since = Waiting, later(later(s.based.since, s.starts.since), c.reachedAt(b.at, s)[n]).t
		if other.By.Time.After(out.Since) {
			out.Since = other.By.Time.UTC()
		}
		out.Reasons = []Reason{{Code: "turn", Ref: other.Ref, N: n}}
	default:
		b.running(c, s, out)
	}
	out.Disagree = out.Disagree || out.Status == Disputed
	b.measure(c, out)
	out.Reasons = withErased(out.Reasons, c.erased)
	out.Steps = b.steps(c, s, out)
	return out
}

// running says whether what is owed is owed still.
func (b *Book) running(c *commitment, s *state, out *Commitment) {
	if s.overdue.so == yes {
		out.Status, out.Since = Overdue, s.overdue.since.t
		if !s.due.IsZero() && !s.due.After(b.at) {
			out.Reasons = append(out.Reasons, Reason{Code: "overdue", At: lastOf(s.due), Zone: c.Due.Zone})
			return
		}
		for k := s.reached; k < len(c.steps); k++ {
			if due := c.steps[k].closes(b.moment(c.steps[k].of)); !due.IsZero() && !due.After(b.at) {
				out.Reasons = append(out.Reasons, Reason{Code: "step-overdue", N: k + 1, At: lastOf(due), Zone: c.Measure.Steps[k].Due.Zone})
				return
			}
		}
		return
	}
	out.Status, out.Since = Active, s.so.since.t
	switch {
	case !s.due.IsZero():
		out.Reasons = append(out.Reasons, Reason{Code: "owed-until", At: lastOf(s.due), Zone: c.Due.Zone})
	case c.due.relative && !b.index.gone[c.due.of.ref]:
		out.Reasons = append(out.Reasons, Reason{Code: "due-from", Ref: c.due.of.ref})
	default:
		out.Reasons = append(out.Reasons, Reason{Code: "owed"})
	}
}

// listen fills in the words up to the book's date.
func (b *Book) listen(c *commitment, out *Commitment) {
	n, _ := slices.BinarySearchFunc(c.words, b.at, func(w Word, at time.Time) int {
		if w.Date.After(at) {
			return 1
		}
		return -1
	})
	out.history = c.words[:n:n]
	if n == 0 {
		return
	}
	b.words.reset()
	for i := range out.history {
		b.words.add(&out.history[i])
	}
	var says claims
	out.Words = make([]Word, 0, len(b.words.parties))
	for w := range b.words.last {
		out.Words = append(out.Words, *w)
		says |= c.claims(w)
	}
	out.Disagree = (says&isDone != 0 && says&(notDone|breach) != 0) || says&(breach|progress) == breach|progress || differ(out.Words)
}

// differ reports whether two words give different values for one day.
func differ(ws []Word) bool {
	for i := range ws {
		for _, o := range ws[:i] {
			if ws[i].Said.Value.Valid() && o.Said.Value.Valid() && ws[i].Date.Equal(o.Date) && ws[i].Said.Value.Float() != o.Said.Value.Float() {
				return true
			}
		}
	}
	return false
}

// whyRuled names the words that decide.
func (b *Book) whyRuled(c *commitment, s *state, out *Commitment) []Reason {
	var rs []Reason
	for i := range out.Words {
		if w := &out.Words[i]; w.Decides {
			rs = append(rs, Reason{Code: string(c.claim(w)), Party: w.Party, At: w.Date})
		}
	}
	if out.Status == Fulfilled && !s.due.IsZero() && !s.ruling.since.in(c.due.Due).Before(s.due) {
		rs = append(rs, Reason{Code: "late", At: lastOf(s.due), Zone: c.Due.Zone})
	}
	return rs
}

func (b *Book) whyEnded(c *commitment, s *state) []Reason {
	var rs []Reason
	f := c.Ended
	switch {
	case f != nil && f.Time.Equal(s.ended.t) && f.Said.Ground == "waived":
		for _, w := range c.Waived {
			rs = append(rs, Reason{Code: "waived", Party: b.world.PartyOf(w.Seat.Delegation()), At: w.Time.UTC()})
		}
	case f != nil && f.Time.Equal(s.ended.t):
		party := b.world.PartyOf(f.Seat.Delegation())
		rs = append(rs, Reason{Code: string(f.Said.Ground), Ref: f.Said.By, Party: party, At: s.ended.t})
	case b.states[c.agreement].gone.since == s.ended:
		rs = append(rs, Reason{Code: "agreement-ended", Ref: c.Agreement, At: s.ended.t})
	default:
		rs = append(rs, Reason{Code: "obligor-left", Ref: c.Agreement, Party: c.Obligors[0], At: s.ended.t})
	}
	return rs
}

// whyDormant says what a commitment depends on that is not so.
func (b *Book) whyDormant(v int32, c *commitment) []Reason {
	var rs []Reason
	if c.agreement != none && b.states[c.agreement].so.so != yes {
		rs = append(rs, Reason{Code: "not-in-force", Ref: c.Agreement})
	}
	if c.when != nil && c.when.eval(b).so != yes {
		rs = append(rs, c.when.why(b, false)...)
	}
	return append(rs, b.whyCircle(v)...)
}

// steps says how each step of a measure stands.
func (b *Book) steps(c *commitment, s *state, out *Commitment) []Step {
	if len(c.steps) == 0 {
		return nil
	}
	reached := c.reachedAt(b.at, s)
	steps := make([]Step, len(c.steps))
	for k := range c.steps {
		step := Step{Step: c.Measure.Steps[k], Due: c.steps[k].closes(b.moment(c.steps[k].of)), Reached: reached[k].t}
		if out.Status == Disputed && step.Reached.IsZero() {
			step.Reached = c.reached(out.Words, k)
		}
		running := out.Status == Active || out.Status == Overdue || (out.Status == Waiting && s.starts.so == yes)
		switch {
		case c.disputed(out.Words, k):
			step.Reached, step.Reason = time.Time{}, Reason{Code: "step-disputed"}
		case !step.Reached.IsZero():
			step.Reason = Reason{Code: "step-reached", At: step.Reached}
		case out.Status == Disputed, out.Status == Breached:
			step.Reason.Code = "step-not-reached"
		case out.Status == Lapsed:
			step.Reason.Code = "step-lapsed"
		case !running:
			step.Reason.Code = "step-dormant"
		case c.counterpart >= 0 && b.otherSteps(c) < k:
			step.Reason = Reason{Code: "step-turn", Ref: b.index.commitments[c.counterpart].Ref, N: k}
		default:
			step.Owed = true
			step.Reason = Reason{Code: "step-until", At: lastOf(step.Due), Zone: step.Step.Due.Zone}
			if step.Due.IsZero() {
				step.Reason.Code = "step-owed"
			} else if !step.Due.After(b.at) {
				step.Reason.Code = "step-late"
			}
		}
		steps[k] = step
	}
	return steps
}
