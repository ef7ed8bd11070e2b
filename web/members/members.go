// Package members shows who sits in a room, in what role and by whose act, and what would be different after a change, before it is made.
package members

import (
	_ "embed"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed members.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("members", css) }

// Show shows a room's members. ?compose= names a change; what else the change needs to be foreseen stands in the address too, so that looking
// ahead changes nothing and needs no script.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	s := p.W().Room(talks.RoomID(q.Path("room")))
	if s == nil {
		return nil, ui.ErrNotFound
	}
	p.Title = p.Loc.T("members.title", "room", s.Room.Title)
	p.Sub = p.Loc.T("members.sub")
	p.Compose = changing(p, s)
	return page(p, s), nil
}

// tab is a change that the seat can make.
type tab struct {
	id   string
	open bool
}

// change is the change that a page shows, and what was chosen for it.
type change struct {
	p    *ui.Page
	s    *talks.State
	tabs []tab
	id   string // of the tab that is open; "" for none
	from url.Values
}

// changing is the box in which a room is changed, or why the seat changes nothing.
func changing(p *ui.Page, s *talks.State) templ.Component {
	if p.View.AsOf() {
		return nil
	}
	c := &change{p: p, s: s, from: p.Query}
	if len(p.Problems) > 0 {
		c.from = p.Form
	}
	for _, id := range []string{"admit", "remove", "update", "leave", "close"} {
		if c.may(id) {
			open := c.from.Get("compose") == id
			c.tabs = append(c.tabs, tab{id, open})
			if open {
				c.id = id
			}
		}
	}
	if len(c.tabs) == 0 {
		return nobody(p, p.Loc.T(whyNot(p, &s.Room)))
	}
	return box(c)
}

// may reports whether there is a change of that sort for the seat to make: its role and the room's rule allow it, and it would change something.
func (c *change) may(id string) bool {
	r := &c.s.Room
	if !room.MayWrite(c.p, id, r) || !governs(c.p, r, id) {
		return false
	}
	switch id {
	case "admit":
		return len(c.outside()) > 0
	case "remove":
		return len(c.others()) > 0 && len(r.Members) > 1
	case "leave":
		return len(r.Members) > 1
	}
	return true
}

// outside are the delegations that do not sit in the room.
func (c *change) outside() []*talks.DelegationState {
	return slices.DeleteFunc(c.p.W().Delegations(), func(d *talks.DelegationState) bool { return c.s.Room.Has(d.Code) })
}

// others are the members but the seat's own delegation.
func (c *change) others() []talks.Delegation {
	return slices.DeleteFunc(slices.Clone(c.s.Room.Members), func(d talks.Delegation) bool { return d == c.p.View.Delegation() })
}

// chosen are the delegations that the address or the form names and that the change can be about.
func (c *change) chosen(among []talks.Delegation) []talks.Delegation {
	var out []talks.Delegation
	for _, v := range c.from["delegations"] {
		if d := talks.Delegation(strings.TrimSpace(v)); slices.Contains(among, d) && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

func codes(ds []*talks.DelegationState) []talks.Delegation {
	out := make([]talks.Delegation, len(ds))
	for i, d := range ds {
		out[i] = d.Code
	}
	return out
}

// arrivals foresees the admission of those chosen.
func (c *change) arrivals() []*talks.Arrival {
	var out []*talks.Arrival
	for _, d := range c.chosen(codes(c.outside())) {
		out = append(out, c.p.W().Arrive(c.s.Room.ID, d))
	}
	return out
}

// departures foresees the removal of those chosen.
func (c *change) departures() []*talks.Departure {
	var out []*talks.Departure
	for _, d := range c.chosen(c.others()) {
		out = append(out, c.p.W().Depart(c.s.Room.ID, d, c.p.View.Now()))
	}
	return out
}

// readers are the members after some have come and others have gone.
func readers(members, come, gone []talks.Delegation) []talks.Delegation {
	out := slices.DeleteFunc(slices.Clone(members), func(d talks.Delegation) bool { return slices.Contains(gone, d) })
	for _, d := range come {
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// admitting are the delegations of arrivals.
func admitting(as []*talks.Arrival) []talks.Delegation {
	var out []talks.Delegation
	for _, a := range as {
		out = append(out, a.Delegation)
	}
	return out
}

// blocked reports whether one of the arrivals would be refused, and with it the whole act.
func blocked(as []*talks.Arrival) bool {
	return slices.ContainsFunc(as, func(a *talks.Arrival) bool { return a.Blocked })
}

// rest are the arrivals that nothing stands against.
func rest(as []*talks.Arrival) []*talks.Arrival {
	return slices.DeleteFunc(slices.Clone(as), func(a *talks.Arrival) bool { return a.Blocked })
}

// lost are the rooms whose things the room could not name any more once they have come.
func lost(as []*talks.Arrival) []*talks.State {
	var out []*talks.State
	for _, a := range as {
		for _, s := range a.Lost {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func removing(vs []*talks.Departure) []talks.Delegation {
	var out []talks.Delegation
	for _, v := range vs {
		out = append(out, v.Delegation)
	}
	return out
}

// url is this page with a change, and what is chosen for it.
func (c *change) url(id string, more url.Values) templ.SafeURL {
	q := url.Values{"compose": {id}}
	maps.Copy(q, more)
	return c.p.URLQ(q, "rooms", string(c.s.Room.ID), "members") + "#compose"
}

// last is the last step of a change: what is left to write, and the button.
func (c *change) last(hidden url.Values, readers []talks.Delegation) templ.Component {
	return room.Last(c.p, room.Final{Form: c.id, Room: c.s.Room.ID, Hidden: hidden, Will: ui.WillRead(c.p, readers)})
}

func values(ds []talks.Delegation) []string {
	out := make([]string, len(ds))
	for i, d := range ds {
		out[i] = string(d)
	}
	return out
}
