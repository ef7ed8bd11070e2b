package ui

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
)

// shapes are outlines around the origin, about 20 wide: a leaf, a house, a half-round, a triangle, a slant. None is a square, a diamond, a dot or a
// ring, which say how firm a position is. The order is that of the declaration of parties; a shape means nothing.
var shapes = []string{
	"M10-9V0A9 9 0 0 1 1 9H-10V0A9 9 0 0 1-1-9Z",
	"M0-11L10.5-2.5V9H-10.5V-2.5Z",
	"M-9-10H0A10 10 0 0 1 0 10H-9Z",
	"M0-10L11 9H-11Z",
	"M-6-9H12L6 9H-12Z",
}

// PartyIndex returns a party's place among the parties, which gives its shape and colour; -1 for one that is not shown.
func (p *Page) PartyIndex(r talks.Ref) int {
	if p.index == nil {
		p.index = map[talks.Ref]int{}
		for i, q := range p.W().Parties() {
			p.index[q.Ref] = i
		}
	}
	if i, ok := p.index[r]; ok {
		return i
	}
	return -1
}

// PartyClass returns the CSS classes that give what is in them the party's colour as currentColor and as --party. After 25 parties
// shapes and colours repeat, hollow.
func (p *Page) PartyClass(r talks.Ref) string { return PartyClass(p.PartyIndex(r)) }

// PartyClass returns the CSS classes for a party's place; see [Page.PartyClass].
func PartyClass(i int) string {
	if i < 0 {
		return "party party-none"
	}
	c := "party party-" + strconv.Itoa(i%25)
	if i/25%2 == 1 {
		c += " party-hollow"
	}
	return c
}

// PartyShape returns the outline of a party's shape as an SVG path around the origin, about 20 wide.
func (p *Page) PartyShape(r talks.Ref) string { return Shape(p.PartyIndex(r)) }

// Shape returns the outline for a party's place; see [Page.PartyShape].
func Shape(i int) string { return shapes[max(i, 0)%len(shapes)] }

// PartyCode returns the short code of a party, or "" where it is not shown.
func (p *Page) PartyCode(r talks.Ref) string {
	if q := p.W().Party(r); q != nil {
		return q.Short
	}
	return ""
}

// delegationCode is what stands in a delegation's token: its party's code, with its own where the party has several delegations.
func (p *Page) delegationCode(d talks.Delegation) string {
	own := strings.ToUpper(string(d))
	party := p.W().PartyOf(d)
	code := p.PartyCode(party)
	if code == "" {
		return own
	}
	for _, other := range p.W().Delegations() {
		if other.Code != d && other.Party == party {
			return code + "·" + own
		}
	}
	return code
}

// DelegationTitle returns what a delegation is called, or its code.
func (p *Page) DelegationTitle(d talks.Delegation) string {
	if s := p.W().Delegation(d); s != nil && s.Title != "" {
		return s.Title
	}
	return strings.ToUpper(string(d))
}

// Convenes reports whether the viewer is a head of the convener's delegation, who designates the others; not on a page of the past.
func (p *Page) Convenes() bool {
	l := p.W().Lobby()
	return l != nil && !p.View.AsOf() && p.View.Role().AtLeast(talks.Head) && p.View.Delegation() == l.Room.Convener.Delegation()
}

// Undesignated reports whether the viewer convenes and has not designated its own delegation yet.
func (p *Page) Undesignated() bool {
	return p.Convenes() && p.W().Delegation(p.View.Delegation()) == nil
}

// inOrder returns delegations in the order of their parties, so that tokens stand in the same order everywhere.
func (p *Page) inOrder(ds []talks.Delegation) []talks.Delegation {
	place := func(d talks.Delegation) int {
		if i := p.PartyIndex(p.W().PartyOf(d)); i >= 0 {
			return i
		}
		return math.MaxInt
	}
	return slices.SortedStableFunc(slices.Values(ds), func(a, b talks.Delegation) int { return cmp.Compare(place(a), place(b)) })
}

// present is the viewer's world as it is now, also where the page shows the past.
func (p *Page) present() *talks.World {
	if p.Present != nil {
		return p.Present
	}
	return p.W()
}

// readers is a room with those who can read it: its members of now, for whoever was admitted since sees its whole history.
func (p *Page) readers(r *talks.Room) *talks.Room {
	if s := p.present().Room(r.ID); s != nil {
		return &s.Room
	}
	return r
}

// AudienceText says who can see what is in a room, in words, for files; "" for a room that is not shown.
func (p *Page) AudienceText(room talks.RoomID) string {
	s := p.W().Room(room)
	if s == nil {
		return ""
	}
	r := p.readers(&s.Room)
	if p.Everyone(r) {
		return p.Loc.T("ui.everyone")
	}
	var names []string
	for _, d := range p.inOrder(r.Members) {
		names = append(names, p.DelegationTitle(d))
	}
	return strings.Join(names, ", ")
}

// Everyone reports whether a room's members are all delegations at the table.
func (p *Page) Everyone(r *talks.Room) bool {
	l := p.present().Lobby()
	return r.Kind == talks.Lobby || (l != nil && len(l.Room.Members) > 1 && r.HasAll(l.Room.Members))
}
