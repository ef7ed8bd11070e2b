package talks

import "cmp"

// Stance is how a party takes something.
type Stance string

// Stances are from the warmest. Opposing or rejecting is being on record against.
var Stances = []Stance{"welcome", "accept", "note", "doubt", "oppose", "reject"}

// Against reports whether the stance is one against.
func (s Stance) Against() bool { return s == "oppose" || s == "reject" }

// ReactionRecord is how a party takes something: an event, a statement, a meeting, an issue, a proposal, an agreement, a commitment. Of a party's
// reactions to one thing the last stands; the others are how it came to it.
type ReactionRecord struct {
	Party  Ref    `json:"party"`
	To     Ref    `json:"to"`
	Stance Stance `json:"stance"`
	When   Date   `json:"when,omitzero"` // when it was recorded where it is left out
	Text   string `json:"text,omitzero"`
	Rests  []Ref  `json:"rests_on,omitzero"` // statements
	Basis
}

func (*ReactionRecord) Kind() Kind { return "reaction.record" }

func (a *ReactionRecord) refs(f func(place, *Ref)) {
	f(place{list: "party", index: -1}, &a.Party)
	f(place{list: "to", index: -1}, &a.To)
	eachRef(f, "rests_on", a.Rests)
}

func (a *ReactionRecord) check(c *Checking) {
	if c.ref("party", a.Party, "party") {
		c.attributed(a.Party, &a.Basis, a.Rests)
	}
	c.ref("to", a.To, "")
	oneOf(c, "stance", a.Stance, Stances, false)
	c.date("when", a.When)
	c.text("text", a.Text, textLimit)
	c.refList("rests_on", a.Rests, "statement")
}

func (a *ReactionRecord) fold(s *State, e *Entry) {
	s.Reactions = append(s.Reactions, Fact[ReactionRecord]{e, a})
}

// ReactedWhen is when a reaction came, as far as it is known.
func ReactedWhen(f Fact[ReactionRecord]) Date { return dateOr(f.Said.When, f.Entry) }

// Reactions returns the reactions to a thing in the order they were recorded; all of them for the zero Ref.
func (w *World) Reactions(to Ref) []Fact[ReactionRecord] {
	if to.IsZero() {
		return reactions.Of(w).all
	}
	return reactions.Of(w).to[to]
}

// Reaction returns how a party takes a thing: the last of what it says itself, or else the last that another attributes to it; nil where nothing
// is on record.
func (w *World) Reaction(to, party Ref) *Fact[ReactionRecord] {
	var declared, attributed *Fact[ReactionRecord]
	for _, f := range w.Reactions(to) {
		switch {
		case f.Said.Party != party:
		case w.Declared(f.Entry, party):
			declared = &f
		default:
			attributed = &f
		}
	}
	return cmp.Or(declared, attributed)
}

type reacted struct {
	all []Fact[ReactionRecord]
	to  map[Ref][]Fact[ReactionRecord]
}

var reactions = NewMemo(func(w *World) reacted {
	r := reacted{facts(w, func(s *State) []Fact[ReactionRecord] { return s.Reactions }), map[Ref][]Fact[ReactionRecord]{}}
	for _, f := range r.all {
		r.to[f.Said.To] = append(r.to[f.Said.To], f)
	}
	return r
})
