package talks

import (
	"fmt"
	"slices"
)

// Level is how high a delegation or a meeting is.
type Level string

// Levels are the levels from the lowest.
var Levels = []Level{"technical", "senior-officials", "ministers", "heads"}

// Scope is what a mandate allows.
type Scope string

// Scopes are the mandates from the narrowest.
var Scopes = []Scope{"explore", "negotiate", "initial", "sign"}

// Member is a person of a delegation as the process knows it, with the office that the person holds. A member need not have a
// seat, and who has one is known in the delegation's caucus only.
type Member struct {
	Person string `json:"person"`
	Office string `json:"office,omitzero"`
	Part   string `json:"part,omitzero"` // head, member, adviser, envoy: as the delegation says
}

// DelegationDesignate is a party's team entering the process: it sits in the lobby from then on. Only the convener writes it,
// and names the seat of the delegation's head, from which every other seat follows.
type DelegationDesignate struct {
	Code    Delegation `json:"delegation"`
	Party   Ref        `json:"party"`
	Title   string     `json:"title"`
	Level   Level      `json:"level,omitzero"`
	Head    Seat       `json:"head"`
	Members []Member   `json:"members,omitzero"`
	Note    string     `json:"note,omitzero"`
	Basis
}

// DelegationUpdate changes a delegation's level and members. Its own head writes it.
type DelegationUpdate struct {
	Code   Delegation `json:"delegation"`
	Title  string     `json:"title,omitzero"`
	Level  Level      `json:"level,omitzero"`
	Add    []Member   `json:"add,omitzero"`
	Remove []string   `json:"remove,omitzero"` // names of persons
	Note   string     `json:"note,omitzero"`
	Basis
}

// MandateIssue says what a delegation may do for its party, as its head states it in the room where it is written.
type MandateIssue struct {
	Scope  Scope  `json:"scope"`
	Issues []Ref  `json:"issues,omitzero"` // all issues where it is left out
	Until  Date   `json:"until,omitzero"`
	Text   string `json:"text,omitzero"`
	Basis
}

// DelegationState is a delegation as it stands.
type DelegationState struct {
	Code    Delegation
	By      *Entry
	Last    *Entry
	Party   Ref
	Title   string
	Level   Level
	Head    Seat
	Members []Member
	Note    string

	tenure Ref // By, made ready: each act asks for it
}

func (*DelegationDesignate) Kind() Kind { return "delegation.designate" }
func (*DelegationUpdate) Kind() Kind    { return "delegation.update" }
func (*MandateIssue) Kind() Kind        { return "mandate.issue" }

func (a *DelegationDesignate) refs(f func(place, *Ref)) { f(place{list: "party", index: -1}, &a.Party) }
func (a *DelegationUpdate) refs(func(place, *Ref))      {}
func (a *MandateIssue) refs(f func(place, *Ref))        { eachRef(f, "issues", a.Issues) }

func (a *DelegationDesignate) check(c *Checking) {
	if c.Seat != c.State.Room.Convener && c.Seat.Delegation() != c.State.Room.Convener.Delegation() {
		c.fail("only-convener", "", string(c.State.Room.Convener))
		return
	}
	switch {
	case a.Code == "":
		c.fail("missing", "delegation")
	case !a.Code.Valid():
		c.fail("bad-code", "delegation", string(a.Code))
	case a.Code == Operator.Delegation():
		c.fail("reserved-code", "delegation", string(a.Code))
	case c.State.Delegations.Get(string(a.Code)) != nil:
		c.fail("code-taken", "delegation", string(a.Code))
	}
	if c.ref("party", a.Party, "party") {
		// What a party's delegation writes is the party's own word, so there is one, and nobody else can be given that voice.
		for d := range c.State.Delegations.All() {
			if d.Party == a.Party {
				c.fail("party-taken", "party", shortRef(c.Room, a.Party), string(d.Code))
			}
		}
	}
	c.title("title", a.Title)
	oneOf(c, "level", a.Level, Levels, true)
	switch {
	case a.Head == "":
		c.fail("missing", "head")
	case !a.Head.Valid():
		c.fail("bad-seat", "head", string(a.Head))
	case a.Head.Delegation() != a.Code:
		c.fail("other-head", "head", string(a.Head), string(a.Code))
	}
	c.members("members", a.Members)
	c.text("note", a.Note, textLimit)
}

func (c *Checking) members(field string, ms []Member) {
	c.most(field, len(ms), listLimit)
	for i, m := range ms {
		at := fmt.Sprintf("%s/%d/", field, i)
		c.title(at+"person", m.Person)
		c.line(at+"office", m.Office)
		c.line(at+"part", m.Part)
	}
}

func (a *DelegationUpdate) check(c *Checking) {
	d := c.State.Delegations.Get(string(a.Code))
	if a.Code == "" {
		c.fail("missing", "delegation")
		return
	}
	if d == nil {
		c.fail("unknown-code", "delegation", string(a.Code))
		return
	}
	if c.Seat.Delegation() != a.Code {
		c.fail("only-own", "delegation", string(a.Code))
	}
	if a.Title == "" && a.Level == "" && a.Note == "" && len(a.Add)+len(a.Remove) == 0 {
		c.fail("empty-change", "")
	}
	c.line("title", a.Title)
	oneOf(c, "level", a.Level, Levels, true)
	c.members("add", a.Add)
	c.most("remove", len(a.Remove), listLimit)
	for i, p := range a.Remove {
		if !slices.ContainsFunc(d.Members, func(m Member) bool { return m.Person == p }) {
			c.fail("no-such-person", fmt.Sprintf("remove/%d", i), p)
		}
	}
	c.text("note", a.Note, textLimit)
}

func (a *MandateIssue) check(c *Checking) {
	oneOf(c, "scope", a.Scope, Scopes, false)
	c.refList("issues", a.Issues, "issue")
	c.date("until", a.Until)
	c.text("text", a.Text, textLimit)
}

func (a *DelegationDesignate) fold(s *State, e *Entry) {
	if s.Room.Kind != Lobby || s.Delegations.Get(string(a.Code)) != nil || !a.Code.Valid() {
		return
	}
	s.Delegations.put(string(a.Code), &DelegationState{
		Code: a.Code, By: e, Last: e, Party: a.Party, Title: a.Title, Level: a.Level, Head: a.Head, Members: a.Members, Note: a.Note,
		tenure: e.Ref(),
	})
	s.Room.Members = withMember(s.Room.Members, a.Code)
}

func (a *DelegationUpdate) fold(s *State, e *Entry) {
	s.Delegations.change(string(a.Code), func(d *DelegationState) {
		d.Last = e
		set(&d.Title, a.Title)
		set(&d.Level, a.Level)
		set(&d.Note, a.Note)
		ms := slices.DeleteFunc(slices.Clone(d.Members), func(m Member) bool { return slices.Contains(a.Remove, m.Person) })
		d.Members = slices.Concat(ms, a.Add)
	})
}

func (a *MandateIssue) fold(s *State, e *Entry) {
	s.Mandates = append(s.Mandates, Fact[MandateIssue]{e, a})
}

// withMember adds a code to a sorted list.
func withMember(list []Delegation, d Delegation) []Delegation {
	i, found := slices.BinarySearch(list, d)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), i, d)
}
