package talks

import (
	"slices"
	"strings"
)

// Firmness is how far a position can be moved.
type Firmness string

// Firmnesses are from the firmest. A red line is what a party says that it will not cross.
var Firmnesses = []Firmness{"red-line", "firm", "preferred", "open"}

// PositionRecord is where a party stands on an issue: one of its options, a value on its scale, or a range of it. Written by the
// party's own delegation it is declared; written by another it is attributed, and needs a ground.
type PositionRecord struct {
	Party      Ref      `json:"party"`
	Issue      Ref      `json:"issue"`
	Option     string   `json:"option,omitzero"`
	Value      Decimal  `json:"value,omitzero"`
	From       Decimal  `json:"from,omitzero"`
	To         Decimal  `json:"to,omitzero"`
	Firmness   Firmness `json:"firmness"`
	Salience   *int     `json:"salience,omitzero"`   // how much the issue matters to the party, 0 to 100
	Confidence *int     `json:"confidence,omitzero"` // how sure the recorder is, 0 to 100
	Text       string   `json:"text,omitzero"`
	Rests      []Ref    `json:"rests_on,omitzero"` // statements
	Since      Date     `json:"since,omitzero"`    // when it was taken; when it was recorded where it is left out
	Basis
}

// GoalRecord is what a party is after: a goal, or the interest behind its positions, with how strongly it was said.
type GoalRecord struct {
	Party    Ref      `json:"party"`
	Type     string   `json:"kind,omitzero"` // goal or interest; goal where it is left out
	Text     string   `json:"text"`
	Strength Strength `json:"strength"`
	Issues   []Ref    `json:"issues,omitzero"`
	Rests    []Ref    `json:"rests_on,omitzero"` // statements
	Basis
}

// Cell is a party's place on an issue.
type Cell struct {
	Issue Ref
	Party Ref
}

func (*PositionRecord) Kind() Kind { return "position.record" }
func (*GoalRecord) Kind() Kind     { return "goal.record" }

func (a *PositionRecord) refs(f func(place, *Ref)) {
	f(place{list: "party", index: -1}, &a.Party)
	f(place{list: "issue", index: -1}, &a.Issue)
	eachRef(f, "rests_on", a.Rests)
}

func (a *GoalRecord) refs(f func(place, *Ref)) {
	f(place{list: "party", index: -1}, &a.Party)
	eachRef(f, "issues", a.Issues)
	eachRef(f, "rests_on", a.Rests)
}

func (a *PositionRecord) check(c *Checking) {
	if c.ref("party", a.Party, "party") {
		c.attributed(a.Party, &a.Basis, a.Rests)
	}
	if c.ref("issue", a.Issue, "issue") {
		if i := c.View.Issue(a.Issue); i.Closed != nil {
			c.fail("closed-issue", "issue", shortRef(c.Room, a.Issue))
		}
		c.stance("", a.Issue, a.Option, a.Value, a.From, a.To)
	}
	if a.Option == "" && a.Value == "" && a.From == "" && a.To == "" && strings.TrimSpace(a.Text) == "" {
		c.fail("needs-stance", "text")
	}
	oneOf(c, "firmness", a.Firmness, Firmnesses, false)
	c.percent("salience", a.Salience)
	c.percent("confidence", a.Confidence)
	c.text("text", a.Text, textLimit)
	c.refList("rests_on", a.Rests, "statement")
	c.date("since", a.Since)
}

func (a *GoalRecord) check(c *Checking) {
	if c.ref("party", a.Party, "party") {
		c.attributed(a.Party, &a.Basis, a.Rests)
	}
	oneOf(c, "kind", a.Type, []string{"goal", "interest"}, true)
	c.words("text", a.Text)
	oneOf(c, "strength", a.Strength, Strengths, false)
	c.refList("issues", a.Issues, "issue")
	c.refList("rests_on", a.Rests, "statement")
}

func (a *PositionRecord) fold(s *State, e *Entry) {
	k := Cell{a.Issue, a.Party}
	f := Fact[PositionRecord]{e, a}
	s.Positions[k] = append(s.Positions[k], f)
	last := slices.DeleteFunc(slices.Clone(s.latest[k]), func(o Fact[PositionRecord]) bool { return o.Seat.Delegation() == e.Seat.Delegation() })
	s.latest[k] = append(last, f)
}

func (a *GoalRecord) fold(s *State, e *Entry) { s.Goals = append(s.Goals, Fact[GoalRecord]{e, a}) }
