package issue

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/message"
	form "parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed issue.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("issue", css) }

// List shows the issues, those on the table apart from those that are closed.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "issues"
	p.Title = p.Loc.T("issue.title")
	p.Sub = p.Loc.T("issue.sub")
	open, closed := topics(p.W())
	return list(p, open, closed), nil
}

// Show shows one issue with all that the view has on it.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	i := p.W().Issue(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if i == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "issues"
	p.Title = i.Title
	p.Sub = i.Question
	t := gather(p.W()).topic(i)
	t.Speech = speeches(p.W(), i.Ref)
	p.Compose = changes(p, i)
	return show(p, t), nil
}

// changes are the forms that change an issue: for the delegation that opened it, and in the lobby for the convener's.
func changes(p *ui.Page, i *talks.Issue) templ.Component {
	s := p.W().Room(i.Ref.Room)
	if own := p.View.Delegation(); i.Closed != nil || (own != i.By.Seat.Delegation() && (s.Room.Kind != talks.Lobby || own != s.Room.Convener.Delegation())) {
		return nil
	}
	in, fields := []talks.RoomID{i.Ref.Room}, url.Values{"issue": {i.Ref.Name}}
	return form.Offers(p, p.Loc.T("issue.changes"), form.Offer{Form: "issue-update", Rooms: in, Fields: fields}, form.Offer{Form: "issue-close", Rooms: in, Fields: fields})
}

// SaidURL is the address of what one party said on an issue.
func SaidURL(p *ui.Page, party, issue talks.Ref) templ.SafeURL {
	return p.URLQ(url.Values{"issue": {issue.String()}}, "parties", string(party.Room), party.Name) + "#said"
}

// writeURL is the address of a form of a room that writes on an issue: a position or a proposal.
func writeURL(p *ui.Page, room talks.RoomID, form string, i *talks.Issue) templ.SafeURL {
	field, name := "issue", i.Ref.String()
	if form == "proposal" {
		field = "terms/0/issue"
	}
	if i.Ref.Room == room {
		name = i.Ref.Name
	}
	return p.URLQ(url.Values{"compose": {form}, field: {name}}, "rooms", string(room)) + "#compose"
}

// room is one where the viewer can write on an issue.
type room struct {
	talks.RoomID
	Position, Proposal bool
}

// rooms are those whose members all see the issue, and where the viewer can write on it.
func rooms(p *ui.Page, i *talks.Issue) []room {
	if i.Closed != nil {
		return nil
	}
	var out []room
	for _, s := range p.W().Rooms() {
		r := room{s.Room.ID, act.May(p, &s.Room, "position.record"), act.May(p, &s.Room, "proposal.table") && s.Room.Kind != talks.Caucus}
		if (r.Position || r.Proposal) && p.W().As(s.Room.ID).Issue(i.Ref) != nil {
			out = append(out, r)
		}
	}
	return out
}

// Answer says in words where a position or a term stands: the option's title, the value with its unit, the range; "" for one that is in
// words only.
func Answer(p *ui.Page, i *talks.Issue, option string, at, from, to talks.Decimal) string {
	switch {
	case option != "":
		if i != nil {
			if o, ok := i.Option(option); ok {
				return o.Title
			}
		}
		return option
	case at != "":
		return value(p, i, at)
	case from != "" || to != "":
		return p.Loc.T("issue.range", "from", say(p, from), "to", say(p, to), "unit", unit(i))
	}
	return ""
}

// itemID is the id of a statement's element.
func itemID(e *talks.Entry) string { return fmt.Sprintf("said-%s-%d", e.Room, e.Index) }

// others are what a statement is about besides the issue whose page it stands on.
func others(s *talks.Statement, on talks.Ref) []talks.Ref {
	return slices.DeleteFunc(slices.Clone(s.About), func(r talks.Ref) bool { return r == on })
}

// person is who said something, with the office.
func person(s *talks.Statement) string {
	if s.Office == "" {
		return s.Person
	}
	return s.Person + ", " + s.Office
}

// value says a value; where it is an end of the scale, what that end means stands before it.
func value(p *ui.Page, i *talks.Issue, d talks.Decimal) string {
	number := p.Loc.T("issue.value", "value", say(p, d), "unit", unit(i))
	if i == nil || i.Scale == nil || !d.Valid() {
		return number
	}
	switch d.Float() {
	case i.Scale.Min.Float():
		return p.Loc.T("issue.end", "end", i.Scale.Low, "value", number)
	case i.Scale.Max.Float():
		return p.Loc.T("issue.end", "end", i.Scale.High, "value", number)
	}
	return number
}

func say(p *ui.Page, d talks.Decimal) string {
	if !d.Valid() {
		return string(d)
	}
	return p.Loc.Number(d.Float())
}

// unit is a scale's unit as it stands after a value.
func unit(i *talks.Issue) string {
	if i == nil || i.Scale == nil || i.Scale.Unit == "" {
		return ""
	}
	return "\u00a0" + i.Scale.Unit
}
