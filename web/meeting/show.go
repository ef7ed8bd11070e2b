package meeting

import (
	_ "embed"
	"fmt"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/event"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed meeting.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("meeting", css) }

// List shows who met whom, the meetings to come, those only hoped for, and those that took place.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "meetings"
	p.Title = p.Loc.T("meeting.title")
	p.Sub = p.Loc.T("meeting.sub")
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	p.Compose = room.Offers(p, p.Loc.T("meeting.schedule"), room.Offer{Form: "meeting", Rooms: rooms})
	return list(p, newCalendar(p.W(), p.View.Now()), newMet(p.W())), nil
}

// Show shows one meeting: who was there, what was on the agenda, and what each account of it says.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	m := p.W().Meeting(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if m == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "meetings"
	p.Title = m.Title
	p.Compose = room.Offers(p, changes(p, m), offers(p, m)...)
	return show(p, m, newSides(p.W(), m, p.Query["with"])), nil
}

// changes says what the forms for a meeting are for.
func changes(p *ui.Page, m *talks.Meeting) string {
	if m.Held != nil || m.Cancelled != nil {
		return p.Loc.T("meeting.speak")
	}
	return p.Loc.T("meeting.changes")
}

// scheduleURL is the form that schedules a meeting, on the page of all; where the viewer cannot, the table.
func scheduleURL(p *ui.Page) templ.SafeURL {
	if p.Compose == nil {
		return p.URL()
	}
	return p.URLQ(url.Values{"compose": {"meeting"}}, "meetings") + "#compose"
}

func scheduleWord(p *ui.Page) string {
	if p.Compose == nil {
		return p.Loc.T("meeting.none-next")
	}
	return p.Loc.T("meeting.schedule")
}

// offers are the forms for a meeting: before it is over what changes it, and after it was held its minutes; and how a party takes it.
func offers(p *ui.Page, m *talks.Meeting) []room.Offer {
	own := func(form string) room.Offer {
		return room.Offer{Form: form, Rooms: []talks.RoomID{m.Ref.Room}, Fields: url.Values{"meeting": {m.Ref.Name}}}
	}
	var out []room.Offer
	switch {
	case m.Held != nil:
		out = append(out, own("minutes"))
		for _, x := range minutesOf(p.W(), m.Ref) {
			if x.Closed == nil {
				fields := url.Values{"minutes": {x.Ref.Name}}
				if n := p.Query.Get("paragraph"); n != "" {
					fields.Set("paragraph", n)
				}
				for _, form := range []string{"minutes-correct", "minutes-close"} {
					if form == "minutes-correct" && !mayCorrect(p, m, x) || form == "minutes-close" && x.By.Seat.Delegation() != p.View.Delegation() {
						continue
					}
					if p.Query.Get("minutes") == "" || p.Query.Get("minutes") == x.Ref.Name {
						out = append(out, room.Offer{Form: form, Rooms: []talks.RoomID{x.Ref.Room}, Fields: fields})
					}
				}
			}
		}
	case m.Cancelled == nil:
		out = append(out, own("meeting-update"), own("cancel"))
	}
	return append(out, event.ReactionOffer(p, m.Ref))
}

// pairID is the id of the element that lists the meetings of two parties.
func pairID(i int) string { return "met-" + strconv.Itoa(i) }

// radius is how large the dot of a pair is drawn, in pixels: its area follows the number of meetings.
func (v met) radius(n int) string {
	least, most := 9.0, 16.0
	if v.Most <= 1 {
		return fmt.Sprintf("%.1f", least)
	}
	return fmt.Sprintf("%.1f", least+(most-least)*float64(n-1)/float64(v.Most-1))
}

// standing says in a sentence how firm it is that a meeting takes place.
func standing(p *ui.Page, m *talks.Meeting) string {
	switch m.Standing {
	case "hoped":
		return p.Loc.T("meeting.standing.hoped")
	case "proposed":
		return p.Loc.T("meeting.standing.proposed")
	case "announced":
		return p.Loc.T("meeting.standing.announced")
	}
	return p.Loc.T("meeting.standing.agreed")
}

// readoutURL is the address of the form for an account of a meeting, in the meeting's room.
func readoutURL(p *ui.Page, m *talks.Meeting) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {"readout"}, "meeting": {m.Ref.Name}}, "rooms", string(m.Ref.Room)) + "#compose"
}

// canReport reports whether the viewer can write an account of the meeting.
func canReport(p *ui.Page, m *talks.Meeting) bool {
	s := p.W().Room(m.Ref.Room)
	return s != nil && m.Cancelled == nil && act.May(p, &s.Room, "readout.issue")
}

// came counts the parties that came.
func came(ps []presence) int {
	n := 0
	for _, x := range ps {
		if x.As == "present" {
			n++
		}
	}
	return n
}

// holdURL is the address of the form that says that a meeting was held; "" where it was, or the viewer cannot.
func holdURL(p *ui.Page, m *talks.Meeting) templ.SafeURL {
	if m.Held != nil || m.Cancelled != nil {
		return ""
	}
	return room.FormURL(p, m.Ref.Room, "hold", url.Values{"meeting": {m.Ref.Name}})
}

// cloneURL is the address of the form for another meeting like this one; "" where the viewer cannot.
func cloneURL(p *ui.Page, m *talks.Meeting) templ.SafeURL {
	return room.FormURL(p, m.Ref.Room, "meeting", url.Values{"clone": {m.Ref.Name}})
}

// unannounced says that a meeting which is still to come is not announced, where the record says so: what is hoped for or proposed is not
// agreed to be announced either. It is empty for all others.
func unannounced(p *ui.Page, m *talks.Meeting) string {
	if m.Held != nil || m.Cancelled != nil {
		return ""
	}
	switch m.Standing {
	case "hoped", "proposed":
		return p.Loc.T("meeting.not-agreed")
	case "agreed":
		return p.Loc.T("meeting.not-announced")
	}
	return ""
}
