package talks

import "slices"

// Strength is how strongly something was said, from an undertaking to a hint and a denial.
type Strength string

// Form is whether words are the speaker's own.
type Form string

// The values there are.
var (
	Strengths = []Strength{"stated", "offered", "committed", "claimed", "hinted", "reported", "denied"}
	Forms     = []Form{"verbatim", "paraphrase"}
)

// StatementRecord is something that a party said, to whom, when and how strongly, in its own words or in the recorder's.
type StatementRecord struct {
	Name     string   `json:"name,omitzero"` // its place in the room where it is left out
	Speaker  Ref      `json:"speaker"`
	Person   string   `json:"person,omitzero"`
	Office   string   `json:"office,omitzero"`
	To       []Ref    `json:"to,omitzero"`   // parties addressed
	Said     Date     `json:"said,omitzero"` // when; when it was recorded where it is left out
	Strength Strength `json:"strength"`
	Form     Form     `json:"form"`
	Text     string   `json:"text"`
	Language string   `json:"language,omitzero"`
	About    []Ref    `json:"about,omitzero"` // issues, parties and relations
	Basis
}

// Statement is a statement.
type Statement struct {
	Made
	*StatementRecord
}

// When is when it was said, as far as it is known.
func (s *Statement) When() Date { return dateOr(s.Said, s.By) }

func (*StatementRecord) Kind() Kind { return "statement.record" }

func (a *StatementRecord) refs(f func(place, *Ref)) {
	f(place{list: "speaker", index: -1}, &a.Speaker)
	eachRef(f, "to", a.To)
	eachRef(f, "about", a.About)
}

func (a *StatementRecord) check(c *Checking) {
	c.name(a.Name, true)
	if c.ref("speaker", a.Speaker, "party") {
		c.attributed(a.Speaker, &a.Basis, nil)
	}
	c.line("person", a.Person)
	c.line("office", a.Office)
	c.refList("to", a.To, "party")
	c.date("said", a.Said)
	oneOf(c, "strength", a.Strength, Strengths, false)
	oneOf(c, "form", a.Form, Forms, false)
	c.words("text", a.Text)
	c.line("language", a.Language)
	c.about("about", a.About)
}

// about checks a list of what something is about: issues, parties, relations, meetings, proposals.
func (c *Checking) about(field string, rs []Ref) { c.refList(field, rs, "") }

func (a *StatementRecord) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "statement", a.Name); ok {
		v := &Statement{m, a}
		s.Statements.put(m.Ref.Name, v)
		for i, r := range a.About {
			if !slices.Contains(a.About[:i], r) {
				s.about[r] = append(s.about[r], v)
			}
		}
	}
}
