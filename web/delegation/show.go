package delegation

import (
	_ "embed"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed delegation.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("delegation", css) }

// List shows the delegations, the parties, and everybody whom the record names.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "delegations"
	p.Title = p.Loc.T("delegation.title")
	p.Sub = p.Loc.T("delegation.sub")
	p.Compose = additions(p)
	return list(p, cards(p.W()), people(p.W())), nil
}

// Show shows one delegation.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	d := p.W().Delegation(talks.Delegation(q.Path("delegation")))
	if d == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "delegations"
	p.Title = p.DelegationTitle(d.Code)
	if own(p, d.Code) {
		p.Compose = changes(p)
	}
	return show(p, newCard(p.W(), d, p.View.Now())), nil
}

// additions are the forms that bring parties and delegations into the process. Only the convener's delegation designates.
func additions(p *ui.Page) templ.Component {
	lobby := p.W().Lobby()
	if lobby == nil {
		return nil
	}
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	offers := []room.Offer{{Form: "party", Rooms: rooms}}
	if p.View.Delegation() == lobby.Room.Convener.Delegation() {
		offers = append(offers, room.Offer{Form: "delegation", Rooms: []talks.RoomID{lobby.Room.ID}})
	}
	return room.Offers(p, p.Loc.T("delegation.additions"), offers...)
}

// changes are what a delegation says of itself: who is in it, in the lobby, and its mandate, in whatever room it sits in.
func changes(p *ui.Page) templ.Component {
	var lobby, rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		if rooms = append(rooms, s.Room.ID); s.Room.Kind == talks.Lobby {
			lobby = append(lobby, s.Room.ID)
		}
	}
	return room.Offers(p, p.Loc.T("delegation.changes"), room.Offer{Form: "mandate", Rooms: rooms}, room.Offer{Form: "delegation-update", Rooms: lobby})
}

// own reports whether the viewer sits in the delegation.
func own(p *ui.Page, d talks.Delegation) bool { return p.View.Delegation() == d }

// withoutURL is what a delegation cannot see of what the viewer can.
func withoutURL(p *ui.Page, d talks.Delegation) templ.SafeURL {
	return p.URLQ(url.Values{"without": {string(d)}}, "access")
}

// presence says how somebody's place at a meeting stands where it is not that the person came.
func presence(p *ui.Page, m attended) string {
	switch {
	case m.Presence != "present":
		return p.PresenceWord(m.Presence)
	case m.Meeting.Cancelled != nil:
		return p.Loc.T("delegation.cancelled")
	case m.Meeting.Held == nil:
		return p.Loc.T("delegation.expected")
	}
	return ""
}

// allows reports whether a mandate goes as far as a step.
func allows(scope, step talks.Scope) bool {
	return slices.Index(talks.Scopes, step) <= slices.Index(talks.Scopes, scope)
}

// apart lists the parties that no delegation speaks for.
func apart(w *talks.World) []*talks.Party {
	return slices.DeleteFunc(w.Parties(), func(q *talks.Party) bool {
		return slices.ContainsFunc(w.Delegations(), func(d *talks.DelegationState) bool { return d.Party == q.Ref })
	})
}
