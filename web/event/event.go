// Package event shows what happened outside the rooms and bears on the talks, each with how the parties take it. How a thing is taken is shown
// by the same component on the pages of meetings, agreements and others.
package event

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

//go:embed event.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("event", css) }

// List shows the events, the latest first, by year.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "events"
	p.Title, p.Sub = p.Loc.T("event.title"), p.Loc.T("event.sub")
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	p.Compose = room.Offers(p, p.Loc.T("event.record"), room.Offer{Form: "event", Rooms: rooms})
	return list(p, years(p.W())), nil
}

// Show shows one event: what is known of it, what was said of it, and how each party takes it.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	e := p.W().Event(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if e == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "events"
	p.Title = e.Title
	p.Compose = room.Offers(p, p.Loc.T("event.react-title"), ReactionOffer(p, e.Ref))
	return show(p, e), nil
}

// year is the events of a year, the latest first.
type year struct {
	Year   int
	Events []*talks.Event
}

func years(w *talks.World) []year {
	var out []year
	for _, e := range slices.Backward(w.Events()) {
		y := e.Date().Start().Year()
		if n := len(out); n == 0 || out[n-1].Year != y {
			out = append(out, year{Year: y})
		}
		last := &out[len(out)-1]
		last.Events = append(last.Events, e)
	}
	return out
}

// driven are the relations that an event is said to have driven, each once.
func driven(w *talks.World, e talks.Ref) []*talks.Relation {
	var out []*talks.Relation
	for _, r := range w.Relations() {
		if slices.ContainsFunc(r.Assessments, func(f talks.Fact[talks.RelationAssess]) bool { return slices.Contains(f.Said.Drivers, e) }) {
			out = append(out, r)
		}
	}
	return out
}

// About lists the events that are about a thing, in the order in which they happened.
func About(w *talks.World, r talks.Ref) []*talks.Event {
	return slices.DeleteFunc(w.Events(), func(e *talks.Event) bool { return !slices.Contains(e.About, r) })
}

// ReactionOffer is the form for a reaction to a thing, in the rooms where everybody can see the thing.
func ReactionOffer(p *ui.Page, to talks.Ref) room.Offer {
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		if p.W().As(s.Room.ID).Object(to) != "" {
			rooms = append(rooms, s.Room.ID)
		}
	}
	return room.Offer{Form: "reaction", Rooms: rooms, Fields: url.Values{"to": {to.String()}}}
}

// reactURL is the form for a reaction on the page that is shown; "" where the viewer can write none.
func reactURL(p *ui.Page, to talks.Ref) templ.SafeURL {
	if p.View.AsOf() || p.Compose == nil {
		return ""
	}
	for _, id := range ReactionOffer(p, to).Rooms {
		if s := p.W().Room(id); s != nil && room.MayWrite(p, "reaction", &s.Room) {
			return p.URLQ(url.Values{"compose": {"reaction"}}, p.Path) + "#compose"
		}
	}
	return ""
}

// relationTitle is two parties by name, or what the relation is called where they are not shown.
func relationTitle(p *ui.Page, r *talks.Relation) string {
	if len(r.Between) == 2 {
		return p.Loc.T("event.between", "one", p.ObjectTitle(r.Between[0]), "other", p.ObjectTitle(r.Between[1]))
	}
	return r.Ref.Name
}

// figure says a number as it was reported.
func figure(p *ui.Page, f talks.Figure) string {
	v := p.Loc.Number(f.Value.Float())
	if f.Unit != "" {
		v += " " + f.Unit
	}
	switch f.Bound {
	case "over":
		return p.Loc.T("event.over", "value", v)
	case "under":
		return p.Loc.T("event.under", "value", v)
	case "about":
		return p.Loc.T("event.about", "value", v)
	}
	return v
}
