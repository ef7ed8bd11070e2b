package talks

import (
	"fmt"
	"slices"
)

// Stage is what a consultation has to come before.
type Stage string

// Stages are the values there are: tabling a proposal, and adopting it.
var Stages = []Stage{"tabling", "adopting"}

// ConsultRequire lays down that parties are to be consulted on issues before something is tabled or adopted. It binds its own room and every
// room whose members all see it, but no caucus: one in the lobby binds the whole process. Whoever leads the room writes it.
//
// A proposal is bound by the requirements on the issues of its terms. One without terms does not say what it is about, so all requirements bind it
// that bind its room, with all of their issues.
type ConsultRequire struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Issues  []Ref   `json:"issues"`
	Parties []Ref   `json:"parties"`
	Before  []Stage `json:"before,omitzero"` // adopting where it is left out
	Ground  string  `json:"ground"`          // the basis on which it is required
	Basis
}

// ConsultRecord says that parties were consulted on issues, when and where. A meeting that was held with an issue on its agenda says so by
// itself, of those who were there.
//
// Towards a requirement neither counts where it is the word of the delegation that tabled the proposal, unless that delegation laid the requirement
// down or is the party's own; nor where it is marked as illustrative and the proposal is not.
type ConsultRecord struct {
	Parties []Ref  `json:"parties"`
	Issues  []Ref  `json:"issues,omitzero"`
	Subject Ref    `json:"subject,omitzero"` // the proposal that they were consulted on
	When    Date   `json:"when,omitzero"`    // when it was written where it is left out
	Place   string `json:"place,omitzero"`
	Text    string `json:"text,omitzero"`
	Basis
}

// ConsultWaive says that a requirement need not be met, for parties and for one proposal or for all. A head of the party that was to be
// consulted writes it for that party; for others, the delegation that laid the requirement down.
type ConsultWaive struct {
	Requirement Ref    `json:"requirement"`
	Parties     []Ref  `json:"parties,omitzero"` // all that it requires where there are none
	Subject     Ref    `json:"subject,omitzero"` // the proposal; all where it is left out
	Reason      string `json:"reason"`
	Basis
}

// requireLimit is how much can be required where all who sit in a room see it, counted as each party on each issue: all of it is gone through
// for a proposal that does not say what it is about.
const requireLimit = 5_000

// Requirement is a requirement to consult.
type Requirement struct {
	Made
	*ConsultRequire
}

// Binds reports whether the requirement has to be met before a stage.
func (q *Requirement) Binds(s Stage) bool {
	if len(q.Before) == 0 {
		return s == "adopting"
	}
	return slices.Contains(q.Before, s)
}

func (*ConsultRequire) Kind() Kind { return "consult.require" }
func (*ConsultRecord) Kind() Kind  { return "consult.record" }
func (*ConsultWaive) Kind() Kind   { return "consult.waive" }

func (a *ConsultRequire) refs(f func(place, *Ref)) {
	eachRef(f, "issues", a.Issues)
	eachRef(f, "parties", a.Parties)
}

func (a *ConsultRecord) refs(f func(place, *Ref)) {
	eachRef(f, "parties", a.Parties)
	eachRef(f, "issues", a.Issues)
	f(place{list: "subject", index: -1}, &a.Subject)
}

func (a *ConsultWaive) refs(f func(place, *Ref)) {
	f(place{list: "requirement", index: -1}, &a.Requirement)
	eachRef(f, "parties", a.Parties)
	f(place{list: "subject", index: -1}, &a.Subject)
}

func (a *ConsultRequire) check(c *Checking) {
	c.leads(true)
	c.name(a.Name, false)
	c.title("title", a.Title)
	if len(a.Issues) == 0 {
		c.fail("missing", "issues")
	}
	c.refList("issues", a.Issues, "issue")
	if len(a.Parties) == 0 {
		c.fail("no-party", "parties")
	}
	c.refList("parties", a.Parties, "party")
	n := len(a.Issues) * len(a.Parties)
	for _, q := range requirements.Of(c.View) {
		n += len(q.Issues) * len(q.Parties)
	}
	c.most("parties", n, requireLimit)
	c.most("before", len(a.Before), len(Stages))
	for i, s := range a.Before {
		at := fmt.Sprintf("before/%d", i)
		oneOf(c, at, s, Stages, false)
		if slices.Contains(a.Before[:i], s) {
			c.fail("twice", at, string(s))
		}
	}
	c.words("ground", a.Ground)
}

func (a *ConsultRecord) check(c *Checking) {
	if len(a.Parties) == 0 {
		c.fail("no-party", "parties")
	}
	c.refList("parties", a.Parties, "party")
	for _, r := range a.Parties {
		if c.View.Party(r) != nil {
			c.attributed(r, &a.Basis, nil)
		}
	}
	c.refList("issues", a.Issues, "issue")
	if !c.maybe("subject", a.Subject, "proposal") && a.Subject.IsZero() && len(a.Issues) == 0 {
		c.fail("missing", "issues")
	}
	c.date("when", a.When)
	c.begun("when", a.When)
	c.line("place", a.Place)
	c.text("text", a.Text, textLimit)
}

func (a *ConsultWaive) check(c *Checking) {
	c.words("reason", a.Reason)
	c.refList("parties", a.Parties, "party")
	c.maybe("subject", a.Subject, "proposal")
	if !c.ref("requirement", a.Requirement, "requirement") {
		return
	}
	q := c.View.Requirement(a.Requirement)
	for i, r := range a.Parties {
		if !slices.Contains(q.Parties, r) {
			c.fail("not-required", fmt.Sprintf("parties/%d", i), shortRef(c.Room, r))
		}
	}
	if q.By.Seat.Delegation() == c.Seat.Delegation() {
		return
	}
	if own := c.party(); len(a.Parties) != 1 || a.Parties[0] != own || own.IsZero() {
		c.fail("not-entitled", "parties", string(q.By.Seat.Delegation()))
	}
}

func (a *ConsultRequire) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "requirement", a.Name); ok {
		s.Requirements.put(m.Ref.Name, &Requirement{m, a})
	}
}

func (a *ConsultRecord) fold(s *State, e *Entry) {
	s.Consultations = append(s.Consultations, Fact[ConsultRecord]{e, a})
}

func (a *ConsultWaive) fold(s *State, e *Entry) {
	s.Waivers = append(s.Waivers, Fact[ConsultWaive]{e, a})
}

// Requirement returns a requirement to consult, or nil.
func (w *World) Requirement(r Ref) *Requirement {
	return get(w, r, func(s *State) *objects[Requirement] { return &s.Requirements })
}

// Requirements returns the requirements to consult in the order they were laid down.
func (w *World) Requirements() []*Requirement {
	return gather(w, func(s *State) *objects[Requirement] { return &s.Requirements }, func(v *Requirement) *Entry { return v.By })
}

// Consultations returns what was recorded of consultations, in the order it was written.
func (w *World) Consultations() []Fact[ConsultRecord] {
	return facts(w, func(s *State) []Fact[ConsultRecord] { return s.Consultations })
}

// Waivers returns the waivers in the order they were written.
func (w *World) Waivers() []Fact[ConsultWaive] {
	return facts(w, func(s *State) []Fact[ConsultWaive] { return s.Waivers })
}
