package talks

import (
	"fmt"
	"slices"
	"strconv"
)

// MinutesOpen puts the minutes of a meeting that was held before those who were there, paragraph by paragraph, for them to correct.
type MinutesOpen struct {
	Name       string   `json:"name,omitzero"` // its place in the room where it is left out
	Meeting    Ref      `json:"meeting"`
	Paragraphs []string `json:"paragraphs"`
	Basis
}

// MinutesCorrect changes one paragraph of minutes that are open, or adds one at their end. A delegation whose party was at the meeting
// writes it, or the one that opened the minutes. The words before stay in the record.
type MinutesCorrect struct {
	Minutes   Ref    `json:"minutes"`
	Paragraph int    `json:"paragraph"` // from 1; one more than there are adds it
	Text      string `json:"text"`
	Reason    string `json:"reason,omitzero"`
	Basis
}

// MinutesClose ends the time for corrections. The delegation that opened the minutes writes it.
type MinutesClose struct {
	Minutes Ref `json:"minutes"`
	Basis
}

// Minutes are minutes as they stand.
type Minutes struct {
	Made
	*MinutesOpen
	Corrections []Fact[MinutesCorrect]
	Closed      *Entry // nil while they can be corrected
}

// Paragraph is one paragraph of minutes as it stands. It is empty where what added it was erased: those after it keep their numbers.
type Paragraph struct {
	Text        string
	Corrections []Fact[MinutesCorrect] // of this paragraph, the last of which stands; for one that was added the first is what added it
}

// maxParagraphs is how many minutes can have.
const maxParagraphs = 500

// Text returns the paragraphs as they stand.
func (m *Minutes) Text() []Paragraph {
	out := make([]Paragraph, len(m.Paragraphs))
	for i, p := range m.Paragraphs {
		out[i].Text = p
	}
	for _, c := range m.Corrections {
		n := c.Said.Paragraph
		if n < 1 || n > maxParagraphs {
			continue
		}
		if n > len(out) {
			out = slices.Concat(out, make([]Paragraph, n-len(out)))
		}
		p := &out[n-1]
		p.Text, p.Corrections = c.Said.Text, append(p.Corrections, c)
	}
	return out
}

func (*MinutesOpen) Kind() Kind    { return "minutes.open" }
func (*MinutesCorrect) Kind() Kind { return "minutes.correct" }
func (*MinutesClose) Kind() Kind   { return "minutes.close" }

func (a *MinutesOpen) refs(f func(place, *Ref))    { f(place{list: "meeting", index: -1}, &a.Meeting) }
func (a *MinutesCorrect) refs(f func(place, *Ref)) { f(place{list: "minutes", index: -1}, &a.Minutes) }
func (a *MinutesClose) refs(f func(place, *Ref))   { f(place{list: "minutes", index: -1}, &a.Minutes) }

func (a *MinutesOpen) check(c *Checking) {
	c.name(a.Name, true)
	if c.ref("meeting", a.Meeting, "meeting") && c.View.Meeting(a.Meeting).Held == nil {
		c.fail("not-held", "meeting")
	}
	if len(a.Paragraphs) == 0 {
		c.fail("missing", "paragraphs")
	}
	c.most("paragraphs", len(a.Paragraphs), maxParagraphs)
	for i, p := range a.Paragraphs {
		c.words(fmt.Sprintf("paragraphs/%d", i), p)
	}
}

// openMinutes finds the minutes that an act of this room changes.
func (c *Checking) openMinutes(r Ref) *Minutes {
	if !c.own("minutes", r, "minutes") {
		return nil
	}
	m := c.State.Minutes.Get(r.Name)
	if m.Closed != nil {
		c.fail("minutes-closed", "minutes")
		return nil
	}
	return m
}

func (a *MinutesCorrect) check(c *Checking) {
	c.words("text", a.Text)
	c.text("reason", a.Reason, textLimit)
	m := c.openMinutes(a.Minutes)
	if m == nil {
		return
	}
	if own := m.By.Seat.Delegation(); own != c.Seat.Delegation() {
		if met := c.View.Meeting(m.Meeting); met == nil || !met.Attended(c.party()) {
			c.fail("only-present", "minutes", string(own))
		}
	}
	if n := len(m.Text()); a.Paragraph < 1 || a.Paragraph > min(n+1, maxParagraphs) {
		c.fail("out-of-range", "paragraph", strconv.Itoa(a.Paragraph), "1", strconv.Itoa(min(n+1, maxParagraphs)))
	}
}

func (a *MinutesClose) check(c *Checking) {
	if m := c.openMinutes(a.Minutes); m != nil {
		if own := m.By.Seat.Delegation(); own != c.Seat.Delegation() {
			c.fail("only-own", "minutes", string(own))
		}
	}
}

func (a *MinutesOpen) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "minutes", a.Name); ok {
		s.Minutes.put(m.Ref.Name, &Minutes{Made: m, MinutesOpen: a})
	}
}

func (a *MinutesCorrect) fold(s *State, e *Entry) {
	s.changeMinutes(a.Minutes, e, func(m *Minutes) {
		m.Corrections = append(slices.Clip(m.Corrections), Fact[MinutesCorrect]{e, a})
	})
}

func (a *MinutesClose) fold(s *State, e *Entry) {
	s.changeMinutes(a.Minutes, e, func(m *Minutes) { m.Closed = e })
}

func (s *State) changeMinutes(r Ref, e *Entry, change func(*Minutes)) {
	if r.Room != s.Room.ID {
		return
	}
	s.Minutes.change(r.Name, func(m *Minutes) {
		if m.Closed == nil {
			m.Last = e
			change(m)
		}
	})
}
