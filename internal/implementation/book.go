package implementation

import (
	"slices"
	"sync"
	"time"

	"parley/internal/talks"
)

// Book is how everything stands at a date, in what one world shows. It is for reading, and can be shared.
type Book struct {
	world   *talks.World
	at      time.Time
	index   *index
	states  []state
	words   standing[*Word]       // for working out, as the next
	circles map[int32][]talks.Ref // those of a circle that stay unknown, by its place in the order

	commitments []*Commitment
	agreements  []*Agreement
	conditions  []*Condition

	graph     func() *Graph
	forecasts func() forecasts
	needs     sync.Map // what was asked for, by target
}

// keep is how many dates' books are kept with a world: that of now, and one that somebody looks at.
const keep = 2

// At works out how everything stands at a date. Facts that speak of a later day do not count yet.
func At(w *talks.World, at time.Time) *Book {
	at = at.UTC()
	x := indexes.Of(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, b := range x.last {
		if b.at.Equal(at) {
			return b
		}
	}
	b := newBook(x, at)
	x.last = append(x.last[max(0, len(x.last)-keep+1):], b)
	return b
}

func newBook(x *index, at time.Time) *Book {
	b := &Book{world: x.world, at: at, index: x, circles: map[int32][]talks.Ref{}}
	b.graph = sync.OnceValue(b.newGraph)
	b.forecasts = sync.OnceValue(b.newForecasts)
	b.work()
	b.conditions = make([]*Condition, len(x.conditions))
	for i := range x.conditions {
		b.conditions[i] = b.condition(i)
	}
	b.agreements = make([]*Agreement, len(x.agreements))
	for i := range x.agreements {
		b.agreements[i] = b.agreement(i)
	}
	b.commitments = make([]*Commitment, len(x.commitments))
	all := make([]Commitment, len(x.commitments))
	for i := range x.commitments {
		b.commitments[i] = b.commitment(i, &all[i])
	}
	b.words, b.circles = standing[*Word]{}, nil
	return b
}

// Date is the date that the book is of.
func (b *Book) Date() time.Time { return b.at }

// World is what the book is made of.
func (b *Book) World() *talks.World { return b.world }

// Commitments are the commitments in the order they were made. The caller leaves them as they are, here and below.
func (b *Book) Commitments() []*Commitment { return b.commitments }

// Agreements are the agreements in the order they were adopted.
func (b *Book) Agreements() []*Agreement { return b.agreements }

// Conditions are the conditions in the order they were defined.
func (b *Book) Conditions() []*Condition { return b.conditions }

// Commitment returns a commitment, or nil.
func (b *Book) Commitment(r talks.Ref) *Commitment { return find(b, r, "commitment", b.commitments) }

// Agreement returns an agreement, or nil.
func (b *Book) Agreement(r talks.Ref) *Agreement { return find(b, r, "agreement", b.agreements) }

// Condition returns a condition, or nil.
func (b *Book) Condition(r talks.Ref) *Condition { return find(b, r, "condition", b.conditions) }

func find[T any](b *Book, r talks.Ref, kind string, in []*T) *T {
	if n, ok := b.index.byRef[r]; ok && b.index.nodes[n].kind == kind {
		return in[b.index.nodes[n].at]
	}
	return nil
}

// Holds reports whether an expression is so at the book's date, since when (the zero time for always), and else why it is not. What is not
// shown has not come about.
func (b *Book) Holds(x *talks.Expr) (so bool, since time.Time, why []Reason) {
	if x == nil {
		return true, time.Time{}, nil
	}
	e := b.index.compile(x)
	if v := e.eval(b); v.so == yes {
		return true, v.since.t, nil
	}
	return false, time.Time{}, e.why(b, false)
}

// Moment returns when something came about with an object: with an empty moment, what is usual for its kind. It reports false where it has
// not come about.
func (b *Book) Moment(r talks.Ref, m talks.Moment) (time.Time, bool) {
	v := b.moment(b.index.of(r, m))
	return v.since.t, v.so == yes
}

// whyNot says why something has not come about, or where not is set, that it has.
func (b *Book) whyNot(o target, not bool) Reason {
	if o.node == none && b.world.Erased(o.ref) {
		return Reason{Code: "erased", Ref: o.ref}
	}
	m := o.is
	if m == "" {
		m = talks.MomentOr("", b.world.Object(o.ref))
	}
	r := Reason{Code: "not-" + string(m), Ref: o.ref}
	if not {
		r.Code = "is-" + string(m)
		r.At = b.moment(o).since.t
		return r
	}
	if o.node != none && m == "met" {
		switch b.truth(b.index.nodes[o.node].at) {
		case Impossible:
			r.Code = "impossible"
		case Contested:
			r.Code = "contested"
		}
	}
	if Texts[r.Code] == "" {
		r.Code = "not-met"
	}
	return r
}

// truth is that of a condition.
func (b *Book) truth(i int) Truth {
	c := &b.index.conditions[i]
	if c.when == nil {
		if r := current(c.runs, b.at); r != nil {
			return r.is
		}
		return NotMet
	}
	if b.states[b.index.byRef[c.Ref]].so.so == yes {
		return Met
	}
	return NotMet
}

// condition says how a condition stands, in full.
func (b *Book) condition(i int) *Condition {
	c := &b.index.conditions[i]
	v := b.index.byRef[c.Ref]
	s := b.states[v].so
	out := &Condition{Condition: c.Condition, Truth: b.truth(i)}
	if c.when != nil {
		if s.so == yes {
			out.Since, out.Reasons = s.since.t, []Reason{{Code: "follows"}}
		} else {
			out.Reasons = append(c.when.why(b, false), b.whyCircle(v)...)
		}
		out.Reasons = withErased(out.Reasons, c.erased)
		return out
	}
	if r := current(c.runs, b.at); r != nil {
		out.Since = r.from.t
	}
	var st standing[*Determination]
	for j := range c.words {
		if d := &c.words[j]; !d.Date.After(b.at) {
			st.add(d)
		}
	}
	for d := range st.last {
		out.Words = append(out.Words, *d)
		out.Disagree = out.Disagree || d.Said.Outcome != out.Words[0].Said.Outcome
		if d.Decides {
			out.Reasons = append(out.Reasons, Reason{Code: "says-" + string(d.Said.Outcome), Party: d.Party, At: d.Date})
		}
	}
	if len(out.Reasons) == 0 {
		out.Reasons = []Reason{{Code: "undetermined"}}
	}
	return out
}

// whyCircle says that something waits for itself, and through what.
func (b *Book) whyCircle(v int32) []Reason {
	s := &b.states[v]
	if s.so.so != unknown && (b.index.nodes[v].kind != "commitment" || s.based.so != unknown) {
		return nil
	}
	place := b.index.circleOf[v]
	if !b.index.loops[place] {
		return nil // it waits for a circle, and is no part of one
	}
	refs, ok := b.circles[place]
	if !ok {
		for _, w := range b.index.order[place] {
			if b.states[w].so.so == unknown {
				refs = append(refs, b.index.nodes[w].ref)
			}
		}
		b.circles[place] = refs
	}
	if len(refs) == 0 {
		return nil
	}
	return []Reason{{Code: "circle", Refs: refs}}
}

// agreement says how an agreement stands, in full.
func (b *Book) agreement(i int) *Agreement {
	a := &b.index.agreements[i]
	v := b.index.byRef[a.Ref]
	s := &b.states[v]
	out := &Agreement{Agreement: a.Agreement, Parties: a.parties}
	for _, n := range a.bundle {
		if b.states[n].so.so != yes {
			out.Awaited = append(out.Awaited, b.index.nodes[n].ref)
		}
	}
	if s.gone.so == yes {
		b.ended(a, s, out)
		out.Reasons = withErased(out.Reasons, a.erased)
		return out
	}
	out.Parties = a.bound(b.at)
	var pending []Reason
	for _, d := range a.Decision.Referendum {
		if a.confirmedBy(d, b.at).so == no {
			pending = append(pending, Reason{Code: "unconfirmed", Party: b.world.PartyOf(d)})
		}
	}
	switch {
	case a.By.Time.After(b.at):
		out.Stage, out.Reasons = Conditional, []Reason{{Code: "adopted-later", At: a.By.Time.UTC()}}
	case len(pending) > 0:
		out.Stage, out.Reasons = AdReferendum, pending
	case len(out.Awaited) > 0:
		out.Stage, out.Reasons = Conditional, []Reason{{Code: "awaited", Refs: out.Awaited}}
	case s.so.so == yes:
		out.Stage, out.InForceSince = InForce, s.so.since.t
		out.Reasons = []Reason{{Code: "in-force", At: s.so.since.t}}
	default:
		out.Stage, out.Reasons = Adopted, append(a.inForce.why(b, false), b.whyCircle(v)...)
	}
	out.Reasons = withErased(out.Reasons, a.erased)
	return out
}

// ended says how an agreement ended: by consent taken back before it was in force, or by denunciation.
func (b *Book) ended(a *agreement, s *state, out *Agreement) {
	inForce := s.adopted.and(a.inForce.eval(b))
	out.Stage = Withdrawn
	late, early := false, false
	for _, l := range a.leaves {
		if !l.at.by(b.at) {
			break
		}
		late, early = late || l.late, early || (l.withdrawn && l.at == s.gone.since)
		code := "denounced"
		if l.withdrawn {
			code = "consent-back"
		}
		out.Reasons = append(out.Reasons, Reason{Code: code, Party: l.party, At: l.at.t})
	}
	if late || (!early && inForce.so == yes && inForce.since.before(s.gone.since)) {
		out.Stage, out.InForceSince = Denounced, inForce.since.t
	}
}

// bound are the parties that have not left the agreement by a date.
func (a *agreement) bound(at time.Time) []talks.Ref {
	return slices.DeleteFunc(slices.Clone(a.parties), func(p talks.Ref) bool {
		return slices.ContainsFunc(a.leaves, func(l leave) bool { return l.party == p && l.at.by(at) })
	})
}
