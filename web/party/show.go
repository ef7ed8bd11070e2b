package party

import (
	_ "embed"
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

//go:embed en.json
var enJSON []byte

//go:embed party.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("party", css) }

// Show shows everything on record of one party. The parameter issue, as room/name, narrows what it said to one issue.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	party := p.W().Party(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if party == nil {
		return nil, ui.ErrNotFound
	}
	var about talks.Ref
	if err := about.UnmarshalText([]byte(q.Get("issue"))); err != nil || p.W().Issue(about) == nil {
		about = talks.Ref{}
	}
	v := newProfile(p.W(), party, about)
	p.Nav = "delegations"
	p.Title = party.Title
	p.Sub = p.Loc.T("party.is", "type", p.PartyTypeWord(party.Type), "role", p.PartyRoleWord(party.Role))
	p.Compose = changes(p, party)
	return show(p, v), nil
}

// changes are the forms that say something of a party: what changes it, for the delegation that declared it, its own, and in the lobby the
// convener's; and how it stands to another, in whatever room sees it.
func changes(p *ui.Page, party *talks.Party) templ.Component {
	var offers []room.Offer
	s, own := p.W().Room(party.Ref.Room), p.View.Delegation()
	if own == party.By.Seat.Delegation() || p.W().PartyOf(own) == party.Ref || (s.Room.Kind == talks.Lobby && own == s.Room.Convener.Delegation()) {
		offers = append(offers, room.Offer{Form: "party-update", Rooms: []talks.RoomID{party.Ref.Room}, Fields: url.Values{"party": {party.Ref.Name}}})
	}
	var see []talks.RoomID
	for _, s := range p.W().Rooms() {
		if p.W().As(s.Room.ID).Party(party.Ref) != nil {
			see = append(see, s.Room.ID)
		}
	}
	other := url.Values{}
	if p.W().PartyOf(own) != party.Ref {
		other.Set("between/1", party.Ref.String())
	}
	return room.Offers(p, p.Loc.T("party.changes"), append(offers, room.Offer{Form: "relation", Rooms: see, Fields: other})...)
}

// saidURL is this page with the statements on one issue, or all for the zero Ref.
func saidURL(p *ui.Page, party, issue talks.Ref) templ.SafeURL {
	q := url.Values{}
	if !issue.IsZero() {
		q.Set("issue", issue.String())
	}
	return p.URLQ(q, "parties", string(party.Room), party.Name) + "#said"
}

// toneWord says how two parties stand to each other; an unknown value is said as it is.
func toneWord(p *ui.Page, t talks.Tone) string {
	if !slices.Contains(talks.Tones, t) {
		return string(t)
	}
	return p.Loc.T("party.tone." + string(t))
}

func trendWord(p *ui.Page, t talks.Trend) string {
	if !slices.Contains(talks.Trends, t) {
		return string(t)
	}
	return p.Loc.T("party.trend." + string(t))
}

// others are the delegations that speak for the party and are not the viewer's own.
func (v profile) others(own talks.Delegation) []*talks.DelegationState {
	return slices.DeleteFunc(slices.Clone(v.Delegations), func(d *talks.DelegationState) bool { return d.Code == own })
}

// chosen marks the link to what is shown.
func chosen(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// who lists those of the attendees who are named, each with the office, and whether one did not come.
func who(p *ui.Page, as []talks.Attendee) string {
	var out []string
	for _, a := range as {
		if a.Person == "" {
			continue
		}
		s := a.Person
		if a.Office != "" {
			s += ", " + a.Office
		}
		if a.Presence != "" && a.Presence != "present" {
			s += " (" + p.PresenceWord(a.Presence) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}
