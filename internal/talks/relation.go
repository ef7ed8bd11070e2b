package talks

import "slices"

// Tone is how two parties stand to each other.
type Tone string

// Trend is where a relation is going.
type Trend string

// Tones are from the worst; Trends are the directions.
var (
	Tones  = []Tone{"hostile", "strained", "cool", "working", "friendly", "allied"}
	Trends = []Trend{"worsening", "steady", "improving"}
)

// RelationAssess says how two parties stand to each other at a time, and what drove it there. The first act with a name makes the
// relation; later ones with the same name and parties add to it.
type RelationAssess struct {
	Name    string `json:"name"`
	Between []Ref  `json:"between"` // two parties
	Tone    Tone   `json:"tone"`
	Trend   Trend  `json:"trend,omitzero"`
	When    Date   `json:"when,omitzero"`
	Driver  string `json:"driver,omitzero"`
	Drivers []Ref  `json:"driven_by,omitzero"` // events and statements
	Basis
}

// Relation is a relation with its assessments in the order they were written.
type Relation struct {
	Made
	Between     []Ref
	Assessments []Fact[RelationAssess]
}

func (*RelationAssess) Kind() Kind { return "relation.assess" }

func (a *RelationAssess) refs(f func(place, *Ref)) {
	eachRef(f, "between", a.Between)
	eachRef(f, "driven_by", a.Drivers)
}

func (a *RelationAssess) check(c *Checking) {
	old := c.State.Relations.Get(a.Name)
	if old == nil {
		c.name(a.Name, false)
	} else if !samePair(old.Between, a.Between) {
		c.fail("other-relation", "between", a.Name)
	}
	if len(a.Between) != 2 || a.Between[0] == a.Between[1] {
		c.fail("two-parties", "between")
	} else {
		c.refList("between", a.Between, "party")
	}
	oneOf(c, "tone", a.Tone, Tones, false)
	oneOf(c, "trend", a.Trend, Trends, true)
	c.date("when", a.When)
	c.text("driver", a.Driver, textLimit)
	c.refList("driven_by", a.Drivers, "")
}

func samePair(a, b []Ref) bool {
	return len(a) == 2 && len(b) == 2 && (slices.Equal(a, b) || (a[0] == b[1] && a[1] == b[0]))
}

func (a *RelationAssess) fold(s *State, e *Entry) {
	if s.Relations.Get(a.Name) == nil {
		m, ok := s.made(e, "relation", a.Name)
		if !ok {
			return
		}
		s.Relations.put(m.Ref.Name, &Relation{Made: m, Between: a.Between})
	}
	s.Relations.change(a.Name, func(r *Relation) {
		r.Last = e
		r.Assessments = append(slices.Clip(r.Assessments), Fact[RelationAssess]{e, a})
	})
}
