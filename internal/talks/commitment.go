package talks

import (
	"fmt"
	"slices"
	"strconv"
)

// Claim is what somebody reports of a commitment.
type Claim string

// Claims are the values there are: on the way, done, not done so far, and broken.
var Claims = []Claim{"progress", "done", "not-done", "breached"}

// Pace is how two commitments in return for each other go together.
type Pace string

// Paces are the values there are. Step for step, a step is owed once the other side has made as many steps as stand before it.
var Paces = []Pace{"together", "step-for-step"}

// Release is why a commitment ends without having been done.
type Release string

// Releases are the values there are: the beneficiary waives it, the obligor takes back what no agreement binds it to, or another takes its place.
var Releases = []Release{"waived", "withdrawn", "replaced"}

// Measure is what a commitment is measured by.
type Measure struct {
	Unit     string  `json:"unit"`
	Baseline Decimal `json:"baseline"`       // where it stood
	Target   Decimal `json:"target"`         // where it is to be
	Steps    []Step  `json:"steps,omitzero"` // on the way, in order
}

// Step is where a measure is to be at a moment.
type Step struct {
	Title string  `json:"title,omitzero"`
	Value Decimal `json:"value"`
	Due   Due     `json:"due,omitzero"`
}

// Reached reports whether a value is at or beyond another, seen from the baseline.
func (m *Measure) Reached(value, goal Decimal) bool {
	if m.Target.Float() < m.Baseline.Float() {
		return value.Float() <= goal.Float()
	}
	return value.Float() >= goal.Float()
}

// CommitmentMake is a promise: who owes what to whom, measured how, when, on what condition, and who says whether it was done.
type CommitmentMake struct {
	Name          string   `json:"name"`
	Title         string   `json:"title"`
	Obligors      []Ref    `json:"obligors"`
	Beneficiaries []Ref    `json:"beneficiaries,omitzero"` // all parties where there are none
	Deed          string   `json:"deed"`                   // what is to be done
	Issue         Ref      `json:"issue,omitzero"`
	Agreement     Ref      `json:"agreement,omitzero"` // that it is part of
	Article       string   `json:"article,omitzero"`   // where in it
	Measure       *Measure `json:"measure,omitzero"`
	When          *Expr    `json:"when,omitzero"`    // what it depends on
	Starts        Due      `json:"starts,omitzero"`  // when it is to begin
	Due           Due      `json:"due,omitzero"`     // by when it is to be done
	Expires       Due      `json:"expires,omitzero"` // when it lapses if its condition has not come about
	InReturn      Ref      `json:"in_return,omitzero"`
	Pace          Pace     `json:"pace,omitzero"` // together where it is left out
	Verifiers     []Ref    `json:"verifiers,omitzero"`
	Evidence      string   `json:"evidence,omitzero"` // what shows that it was done
	Basis
}

// CommitmentReport is a party's word on whether a commitment is being done. Of a party's words the last stands.
type CommitmentReport struct {
	Commitment Ref     `json:"commitment"`
	Party      Ref     `json:"party,omitzero"` // whose word it is; the author's where it is left out
	Claim      Claim   `json:"claim"`
	Value      Decimal `json:"value,omitzero"` // of the measure
	When       Date    `json:"when,omitzero"`  // when it was so; when it was written where it is left out
	Text       string  `json:"text,omitzero"`
	Basis
}

// CommitmentEnd ends a commitment that was not done. What is owed to several is waived by each of them for itself, and ends with the last.
type CommitmentEnd struct {
	Commitment Ref     `json:"commitment"`
	Ground     Release `json:"ground"`
	By         Ref     `json:"by,omitzero"` // the commitment that takes its place
	Reason     string  `json:"reason,omitzero"`
	Basis
}

// Commitment is a commitment.
type Commitment struct {
	Made
	*CommitmentMake
	Waived []Fact[CommitmentEnd] // by those to whom it is owed, each once
	Ended  *Fact[CommitmentEnd]
}

// waivedBy reports whether a delegation waived it.
func (m *Commitment) waivedBy(d Delegation) bool {
	return slices.ContainsFunc(m.Waived, func(f Fact[CommitmentEnd]) bool { return f.Seat.Delegation() == d })
}

// Counterpart returns the commitment that is in return for this one, whichever of the two says so; nil where there is none.
func (w *World) Counterpart(m *Commitment) *Commitment {
	if o := w.Commitment(m.InReturn); o != nil {
		return o
	}
	return counterparts.Of(w)[m.Ref]
}

var counterparts = NewMemo(func(w *World) map[Ref]*Commitment {
	back := map[Ref]*Commitment{}
	for _, m := range w.Commitments() {
		if m.InReturn.IsZero() {
			continue
		}
		// What who owes the one puts against it counts only where nobody else put anything.
		if o := back[m.InReturn]; o == nil || (w.ownReturn(o) && !w.ownReturn(m)) {
			back[m.InReturn] = m
		}
	}
	return back
})

// ownReturn reports whether a commitment that is in return for another was made by who owes the other.
func (w *World) ownReturn(m *Commitment) bool {
	o := w.Commitment(m.InReturn)
	return o != nil && slices.Contains(o.Obligors, w.PartyOf(m.By.Seat.Delegation()))
}

func (*CommitmentMake) Kind() Kind   { return "commitment.make" }
func (*CommitmentReport) Kind() Kind { return "commitment.report" }
func (*CommitmentEnd) Kind() Kind    { return "commitment.end" }

func (a *CommitmentMake) refs(f func(place, *Ref)) {
	eachRef(f, "obligors", a.Obligors)
	eachRef(f, "beneficiaries", a.Beneficiaries)
	f(place{list: "issue", index: -1}, &a.Issue)
	f(place{list: "agreement", index: -1}, &a.Agreement)
	if a.Measure != nil {
		for i := range a.Measure.Steps {
			f(place{"measure/steps", i, "due/of"}, &a.Measure.Steps[i].Due.Of)
		}
	}
	a.When.refs(f, "when")
	a.Starts.refs(f, "starts")
	a.Due.refs(f, "due")
	a.Expires.refs(f, "expires")
	f(place{list: "in_return", index: -1}, &a.InReturn)
	eachRef(f, "verifiers", a.Verifiers)
}

func (a *CommitmentReport) refs(f func(place, *Ref)) {
	f(place{list: "commitment", index: -1}, &a.Commitment)
	f(place{list: "party", index: -1}, &a.Party)
}

func (a *CommitmentEnd) refs(f func(place, *Ref)) {
	f(place{list: "commitment", index: -1}, &a.Commitment)
	f(place{list: "by", index: -1}, &a.By)
}

func (a *CommitmentMake) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	if len(a.Obligors) == 0 {
		c.fail("no-party", "obligors")
	}
	c.refList("obligors", a.Obligors, "party")
	c.refList("beneficiaries", a.Beneficiaries, "party")
	c.words("deed", a.Deed)
	c.maybe("issue", a.Issue, "issue")
	c.maybe("agreement", a.Agreement, "agreement")
	if others := slices.IndexFunc(a.Obligors, func(p Ref) bool { return p != c.party() }); others >= 0 && !c.binds(a) {
		c.attributed(a.Obligors[others], &a.Basis, nil)
	}
	c.line("article", a.Article)
	if a.Article != "" && a.Agreement.IsZero() {
		c.fail("missing", "agreement")
	}
	if a.Measure != nil {
		c.measure(a.Measure)
	}
	c.expr("when", a.When)
	c.due("starts", a.Starts)
	c.due("due", a.Due)
	c.due("expires", a.Expires)
	if a.Starts.By.Valid() && a.Due.By.Valid() && !a.Due.Closes(c.Time).After(a.Starts.Opens(c.Time)) {
		c.fail("ends-early", "due")
	}
	oneOf(c, "pace", a.Pace, Paces, true)
	if c.maybe("in_return", a.InReturn, "commitment") {
		c.steps(a)
	} else if a.InReturn.IsZero() && a.Pace != "" {
		c.fail("missing", "in_return")
	}
	c.refList("verifiers", a.Verifiers, "party")
	c.text("evidence", a.Evidence, textLimit)
}

// binds reports whether a commitment is part of an agreement that binds the author, and all who are to owe it: so one of them can write down for all
// what they agreed. Of others it needs a ground.
func (c *Checking) binds(a *CommitmentMake) bool {
	g := c.View.Agreement(a.Agreement)
	if g == nil {
		return !a.Agreement.IsZero() // which is refused as such
	}
	if !slices.Contains(g.Bound(), c.Seat.Delegation()) {
		return false
	}
	return !slices.ContainsFunc(a.Obligors, func(p Ref) bool {
		return !slices.ContainsFunc(g.Bound(), func(d Delegation) bool { return c.View.PartyOf(d) == p })
	})
}

func (c *Checking) measure(m *Measure) {
	c.title("measure/unit", m.Unit)
	value := func(field string, d Decimal) {
		if d == "" {
			c.fail("missing", field)
		}
		c.decimal(field, d)
	}
	value("measure/baseline", m.Baseline)
	value("measure/target", m.Target)
	if m.Baseline.Valid() && m.Target.Valid() && m.Baseline.Float() == m.Target.Float() {
		c.fail("no-way", "measure/target")
	}
	c.most("measure/steps", len(m.Steps), listLimit)
	last := m.Baseline
	for i, s := range m.Steps {
		at := fmt.Sprintf("measure/steps/%d/", i)
		c.line(at+"title", s.Title)
		value(at+"value", s.Value)
		c.due(at+"due", s.Due)
		if s.Value.Valid() && m.Baseline.Valid() && m.Target.Valid() {
			if !m.Reached(s.Value, last) || !m.Reached(m.Target, s.Value) {
				c.fail("step-order", at+"value", string(s.Value), string(last), string(m.Target))
			}
			last = s.Value
		}
	}
}

// steps checks a pair whose steps go in turn: as many on the one side as on the other.
func (c *Checking) steps(a *CommitmentMake) {
	o := c.View.Commitment(a.InReturn)
	if a.Pace != "step-for-step" || o == nil {
		return
	}
	n, others := 0, 0
	if a.Measure != nil {
		n = len(a.Measure.Steps)
	}
	if o.Measure != nil {
		others = len(o.Measure.Steps)
	}
	if n == 0 || n != others {
		c.fail("uneven-steps", "measure/steps", strconv.Itoa(n), strconv.Itoa(others))
	}
}

func (a *CommitmentReport) check(c *Checking) {
	if c.ref("commitment", a.Commitment, "commitment") {
		m := c.View.Commitment(a.Commitment)
		if a.Value != "" && m.Measure == nil {
			c.fail("no-measure", "value")
		}
	}
	c.speaks(a.Party, &a.Basis)
	oneOf(c, "claim", a.Claim, Claims, false)
	c.decimal("value", a.Value)
	c.date("when", a.When)
	c.text("text", a.Text, textLimit)
}

func (a *CommitmentEnd) check(c *Checking) {
	oneOf(c, "ground", a.Ground, Releases, false)
	c.text("reason", a.Reason, textLimit)
	if replaced := c.maybe("by", a.By, "commitment"); replaced != (a.Ground == "replaced") && (a.By.IsZero() || replaced) {
		c.fail("replacement", "by")
	}
	if !c.own("commitment", a.Commitment, "commitment") {
		return
	}
	m := c.State.Commitments.Get(a.Commitment.Name)
	if a.By == a.Commitment {
		c.fail("replacement", "by")
	}
	if m.Ended != nil {
		c.fail("commitment-over", "commitment")
		return
	}
	owed, owes := slices.Contains(m.Beneficiaries, c.party()), slices.Contains(m.Obligors, c.party())
	free := owes && m.Agreement.IsZero() && len(m.Obligors) == 1
	switch {
	case a.Ground == "waived" && !owed:
		c.fail("only-beneficiary", "ground")
	case a.Ground == "waived" && m.waivedBy(c.Seat.Delegation()):
		c.fail("waived-already", "ground", string(c.Seat.Delegation()))
	case a.Ground == "withdrawn" && !owes:
		c.fail("only-obligor", "ground")
	case a.Ground == "withdrawn" && !m.Agreement.IsZero():
		c.fail("bound", "ground", shortRef(c.Room, m.Agreement))
	case a.Ground == "withdrawn" && !free: // the others who owe it did not take it back
		c.fail("only-beneficiary", "ground")
	case a.Ground == "replaced" && !owed && !free:
		c.fail("only-beneficiary", "ground")
	case a.Ground == "replaced" && !free && len(m.Beneficiaries) > 1:
		c.fail("others-owed", "ground")
	}
}

func (a *CommitmentMake) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "commitment", a.Name); ok {
		s.Commitments.put(m.Ref.Name, &Commitment{Made: m, CommitmentMake: a})
	}
}

func (a *CommitmentReport) fold(s *State, e *Entry) {
	s.Reports = append(s.Reports, Fact[CommitmentReport]{e, a})
}

func (a *CommitmentEnd) fold(s *State, e *Entry) {
	if a.Commitment.Room != s.Room.ID {
		return
	}
	s.Commitments.change(a.Commitment.Name, func(m *Commitment) {
		switch own := e.Seat.Delegation(); {
		case m.Ended != nil, a.Ground == "waived" && m.waivedBy(own):
			return
		case a.Ground == "waived":
			m.Waived = with(m.Waived, e, a)
		}
		m.Last = e
		// No two delegations speak for one party, so as many have waived it as there are waivers.
		if a.Ground != "waived" || len(m.Waived) >= len(m.Beneficiaries) {
			m.Ended = &Fact[CommitmentEnd]{e, a}
		}
	})
}

// Commitment returns a commitment, or nil.
func (w *World) Commitment(r Ref) *Commitment {
	return get(w, r, func(s *State) *objects[Commitment] { return &s.Commitments })
}

// Commitments returns the commitments in the order they were made.
func (w *World) Commitments() []*Commitment {
	return gather(w, func(s *State) *objects[Commitment] { return &s.Commitments }, func(v *Commitment) *Entry { return v.By })
}

// Reports returns what was reported of commitments, in the order it was written.
func (w *World) Reports() []Fact[CommitmentReport] {
	return facts(w, func(s *State) []Fact[CommitmentReport] { return s.Reports })
}
