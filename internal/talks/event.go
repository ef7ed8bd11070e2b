package talks

import "fmt"

// Figure is a number that an event reports.
type Figure struct {
	Label string  `json:"label"`
	Value Decimal `json:"value"`
	Unit  string  `json:"unit,omitzero"`
	Bound string  `json:"bound,omitzero"` // "over", "about" or "under", as reported; exact where it is left out
}

// EventRecord is something that happened outside the room and bears on the talks.
type EventRecord struct {
	Name    string   `json:"name,omitzero"`
	Title   string   `json:"title"`
	When    Date     `json:"when,omitzero"`
	Until   Date     `json:"until,omitzero"`
	Text    string   `json:"text,omitzero"`
	Parties []Ref    `json:"parties,omitzero"`
	About   []Ref    `json:"about,omitzero"` // issues, relations, meetings
	Figures []Figure `json:"figures,omitzero"`
	Basis
}

// Event is an event.
type Event struct {
	Made
	*EventRecord
}

// Date is when it happened, as far as it is known.
func (e *Event) Date() Date { return dateOr(e.When, e.By) }

func (*EventRecord) Kind() Kind { return "event.record" }

func (a *EventRecord) refs(f func(place, *Ref)) {
	eachRef(f, "parties", a.Parties)
	eachRef(f, "about", a.About)
}

func (a *EventRecord) check(c *Checking) {
	c.name(a.Name, true)
	c.title("title", a.Title)
	c.dates("when", "until", a.When, a.Until)
	c.text("text", a.Text, textLimit)
	c.refList("parties", a.Parties, "party")
	c.about("about", a.About)
	c.most("figures", len(a.Figures), listLimit)
	for i, f := range a.Figures {
		at := fmt.Sprintf("figures/%d/", i)
		c.title(at+"label", f.Label)
		if f.Value == "" {
			c.fail("missing", at+"value")
		}
		c.decimal(at+"value", f.Value)
		c.line(at+"unit", f.Unit)
		oneOf(c, at+"bound", f.Bound, []string{"over", "about", "under"}, true)
	}
}

func (a *EventRecord) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "event", a.Name); ok {
		s.Events.put(m.Ref.Name, &Event{m, a})
	}
}
