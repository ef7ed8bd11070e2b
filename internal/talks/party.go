package talks

import "unicode/utf8"

// PartyType is what sort of actor a party is.
type PartyType string

// PartyRole is the part a party plays in the process.
type PartyRole string

// PartyTypes and PartyRoles are the values there are.
var (
	PartyTypes = []PartyType{"state", "organisation", "coalition", "movement", "person"}
	PartyRoles = []PartyRole{"principal", "facilitator", "host", "ally", "guarantor", "observer", "affected"}
)

// PartyDeclare names an actor of the process, whether it sits at the table or not: a state, an organisation, a coalition, a
// movement or a person, and the part it plays. Declaring a party gives it no seat.
type PartyDeclare struct {
	Name  string    `json:"name"`
	Title string    `json:"title"`          // as the party calls itself
	Short string    `json:"short,omitzero"` // a code of at most 4 characters for its token; made from the name where it is left out
	Type  PartyType `json:"kind"`
	Role  PartyRole `json:"role"`
	Of    []Ref     `json:"of,omitzero"` // the parties that a person belongs to, or that a coalition has as members
	Note  string    `json:"note,omitzero"`
	Basis
}

// PartyUpdate changes what is said of a party. What is left out stays.
type PartyUpdate struct {
	Party Ref       `json:"party"`
	Title string    `json:"title,omitzero"`
	Role  PartyRole `json:"role,omitzero"`
	Of    []Ref     `json:"of,omitzero"`
	Note  string    `json:"note,omitzero"`
	Basis
}

// Party is a party as it stands.
type Party struct {
	Made
	Title string
	Short string
	Type  PartyType
	Role  PartyRole
	Of    []Ref
	OfBy  *Entry // what says so
	Note  string
}

func (*PartyDeclare) Kind() Kind { return "party.declare" }
func (*PartyUpdate) Kind() Kind  { return "party.update" }

func (a *PartyDeclare) refs(f func(place, *Ref)) { eachRef(f, "of", a.Of) }

func (a *PartyUpdate) refs(f func(place, *Ref)) {
	f(place{list: "party", index: -1}, &a.Party)
	eachRef(f, "of", a.Of)
}

func (a *PartyDeclare) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	if c.line("short", a.Short); utf8.RuneCountInString(a.Short) > 4 {
		c.fail("text-too-long", "short", "4")
	}
	oneOf(c, "kind", a.Type, PartyTypes, false)
	oneOf(c, "role", a.Role, PartyRoles, false)
	c.refList("of", a.Of, "party")
	c.text("note", a.Note, textLimit)
}

func (a *PartyUpdate) check(c *Checking) {
	if !c.own("party", a.Party, "party") {
		return
	}
	p := c.State.Parties.Get(a.Party.Name)
	if c.party() != a.Party {
		c.mine("party", p.By.Seat.Delegation())
	}
	if a.Title == "" && a.Role == "" && a.Note == "" && len(a.Of) == 0 {
		c.fail("empty-change", "")
	}
	c.line("title", a.Title)
	oneOf(c, "role", a.Role, PartyRoles, true)
	c.refList("of", a.Of, "party")
	c.text("note", a.Note, textLimit)
}

func (a *PartyDeclare) fold(s *State, e *Entry) {
	m, ok := s.made(e, "party", a.Name)
	if !ok {
		return
	}
	p := &Party{Made: m, Title: a.Title, Short: a.Short, Type: a.Type, Role: a.Role, Of: a.Of, OfBy: e, Note: a.Note}
	if p.Short == "" {
		p.Short = shortCode(a.Name)
	}
	s.Parties.put(m.Ref.Name, p)
}

func (a *PartyUpdate) fold(s *State, e *Entry) {
	if a.Party.Room != s.Room.ID {
		return
	}
	s.Parties.change(a.Party.Name, func(p *Party) {
		p.Last = e
		set(&p.Title, a.Title)
		set(&p.Role, a.Role)
		set(&p.Note, a.Note)
		if len(a.Of) > 0 {
			p.Of, p.OfBy = a.Of, e
		}
	})
}
