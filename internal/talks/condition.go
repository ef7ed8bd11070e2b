package talks

import "slices"

// Outcome is what somebody says of a condition.
type Outcome string

// Outcomes are the values there are. What is impossible can no longer come about.
var Outcomes = []Outcome{"met", "not-met", "impossible"}

// ConditionDefine names something that promises depend on: in words, which somebody determines, or made of other things, from which it follows.
type ConditionDefine struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Text        string `json:"text,omitzero"`
	Issue       Ref    `json:"issue,omitzero"`
	When        *Expr  `json:"when,omitzero"`        // what it is made of; where there is none, it is determined
	Determiners []Ref  `json:"determiners,omitzero"` // the parties whose word decides; where there are none, all who speak of it must agree
	Basis
}

// ConditionUpdate says anew what a condition is made of, or who determines it. The delegation that defined it writes it, as long as nothing that
// another delegation wrote rests on it, and no proposal on the table: nobody changes under others' feet what they were promised on or answer to. What
// is left out stays.
type ConditionUpdate struct {
	Condition   Ref    `json:"condition"`
	Title       string `json:"title,omitzero"`
	Text        string `json:"text,omitzero"`
	When        *Expr  `json:"when,omitzero"`        // it follows from this from now on, and nobody determines it
	Determiners []Ref  `json:"determiners,omitzero"` // they determine it from now on, and it follows from nothing
	Basis
}

// ConditionDetermine is a party's word on a condition that is determined. Of a party's words the last stands.
type ConditionDetermine struct {
	Condition Ref     `json:"condition"`
	Party     Ref     `json:"party,omitzero"` // whose word it is; the author's where it is left out
	Outcome   Outcome `json:"outcome"`
	When      Date    `json:"when,omitzero"` // since when; when it was written where it is left out
	Text      string  `json:"text,omitzero"`
	Basis
}

// Condition is a condition as it stands.
type Condition struct {
	Made
	*ConditionDefine
	Updates []Fact[ConditionUpdate]
}

func (*ConditionDefine) Kind() Kind    { return "condition.define" }
func (*ConditionUpdate) Kind() Kind    { return "condition.update" }
func (*ConditionDetermine) Kind() Kind { return "condition.determine" }

func (a *ConditionDefine) refs(f func(place, *Ref)) {
	f(place{list: "issue", index: -1}, &a.Issue)
	a.When.refs(f, "when")
	eachRef(f, "determiners", a.Determiners)
}

func (a *ConditionUpdate) refs(f func(place, *Ref)) {
	f(place{list: "condition", index: -1}, &a.Condition)
	a.When.refs(f, "when")
	eachRef(f, "determiners", a.Determiners)
}

func (a *ConditionDetermine) refs(f func(place, *Ref)) {
	f(place{list: "condition", index: -1}, &a.Condition)
	f(place{list: "party", index: -1}, &a.Party)
}

func (a *ConditionDefine) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	c.text("text", a.Text, textLimit)
	c.maybe("issue", a.Issue, "issue")
	c.expr("when", a.When)
	c.refList("determiners", a.Determiners, "party")
	if a.When != nil && len(a.Determiners) > 0 {
		c.fail("follows", "determiners")
	}
}

func (a *ConditionUpdate) check(c *Checking) {
	c.line("title", a.Title)
	c.text("text", a.Text, textLimit)
	c.expr("when", a.When)
	c.refList("determiners", a.Determiners, "party")
	if a.When != nil && len(a.Determiners) > 0 {
		c.fail("follows", "determiners")
	}
	if a.Title == "" && a.Text == "" && a.When == nil && len(a.Determiners) == 0 {
		c.fail("empty-change", "")
	}
	if !c.own("condition", a.Condition, "condition") {
		return
	}
	if own := c.State.Conditions.Get(a.Condition.Name).By.Seat.Delegation(); own != c.Seat.Delegation() {
		c.fail("only-own", "condition", string(own))
		return
	}
	if e := c.View.restsOn(a.Condition, c.Seat.Delegation()); e != nil {
		c.fail("rested-on", "condition", shortRef(c.Room, e.Ref()))
	}
}

// restsOn finds an act that rests on a condition and binds another delegation: a promise, a condition or a meeting's precondition that another
// wrote, a proposal that others answer to and that was not withdrawn, or a promise under an agreement; be it through other conditions.
func (w *World) restsOn(r Ref, own Delegation) *Entry {
	type rest struct {
		by      *Entry
		through Ref // the condition that it says the parts of
		binds   bool
	}
	rests := map[Ref][]rest{}
	for _, s := range w.rooms {
		for _, e := range s.Entries {
			o := rest{by: e, binds: e.Seat.Delegation() != own}
			switch a := e.Act.(type) {
			case *ConditionDefine:
				o.through = Ref{s.Room.ID, a.Name}
			case *ConditionUpdate:
				o.through = a.Condition
			case *CommitmentMake:
				o.binds = o.binds || !a.Agreement.IsZero()
			case *ProposalTable:
				if p := s.Proposals.Get(a.Name); p == nil || p.Withdrawn != nil {
					continue
				}
				o.binds = o.binds || s.Room.Kind != Caucus
			case *MeetingSchedule, *MeetingUpdate:
			default:
				continue
			}
			eachPlace(e.Act, func(_ place, on *Ref) {
				if !on.IsZero() && *on != o.through {
					rests[*on] = append(rests[*on], o)
				}
			})
		}
	}
	seen, queue := map[Ref]bool{r: true}, []Ref{r}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, o := range rests[queue[0]] {
			if o.binds {
				return o.by
			}
			if !o.through.IsZero() && !seen[o.through] {
				seen[o.through] = true
				queue = append(queue, o.through)
			}
		}
	}
	return nil
}

func (a *ConditionDetermine) check(c *Checking) {
	if c.ref("condition", a.Condition, "condition") && c.View.Condition(a.Condition).When != nil {
		c.fail("follows", "condition")
	}
	c.speaks(a.Party, &a.Basis)
	oneOf(c, "outcome", a.Outcome, Outcomes, false)
	c.date("when", a.When)
	c.text("text", a.Text, textLimit)
}

// speaks checks in whose name something is said: the author's own party, or another's, which needs a ground.
func (c *Checking) speaks(party Ref, b *Basis) {
	if c.maybe("party", party, "party") {
		c.attributed(party, b, nil)
	} else if party.IsZero() && c.party().IsZero() {
		c.fail("no-party", "party")
	}
}

// Speaker is the party in whose name an entry speaks: the one that it names, or else the author's own; zero where it has none.
func (w *World) Speaker(named Ref, e *Entry) Ref {
	if !named.IsZero() {
		return named
	}
	return w.PartyOf(e.Seat.Delegation())
}

func (a *ConditionDefine) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "condition", a.Name); ok {
		s.Conditions.put(m.Ref.Name, &Condition{Made: m, ConditionDefine: a})
	}
}

func (a *ConditionUpdate) fold(s *State, e *Entry) {
	if a.Condition.Room != s.Room.ID {
		return
	}
	s.Conditions.change(a.Condition.Name, func(v *Condition) {
		said := *v.ConditionDefine
		set(&said.Title, a.Title)
		set(&said.Text, a.Text)
		if a.When != nil {
			said.When, said.Determiners = a.When, nil
		} else if len(a.Determiners) > 0 {
			said.When, said.Determiners = nil, a.Determiners
		}
		v.Last, v.ConditionDefine = e, &said
		v.Updates = with(v.Updates, e, a)
	})
}

func (a *ConditionDetermine) fold(s *State, e *Entry) {
	s.Determinations = append(s.Determinations, Fact[ConditionDetermine]{e, a})
}

// Condition returns a condition, or nil.
func (w *World) Condition(r Ref) *Condition {
	return get(w, r, func(s *State) *objects[Condition] { return &s.Conditions })
}

// Conditions returns the conditions in the order they were defined.
func (w *World) Conditions() []*Condition {
	return gather(w, func(s *State) *objects[Condition] { return &s.Conditions }, func(v *Condition) *Entry { return v.By })
}

// Determinations returns what was said of conditions, in the order it was written.
func (w *World) Determinations() []Fact[ConditionDetermine] {
	return facts(w, func(s *State) []Fact[ConditionDetermine] { return s.Determinations })
}

// Decides reports whether a party's word on the condition decides.
func (c *Condition) Decides(party Ref) bool {
	return len(c.Determiners) == 0 || slices.Contains(c.Determiners, party)
}
