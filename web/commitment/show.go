package commitment

import (
	_ "embed"
	"net/url"

	"github.com/a-h/templ"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/asset"
	view "parley/web/implementation"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed commitment.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("commitment", css) }

// List shows the commitments, over time and as a list, what can never come about, and the conditions.
func List(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav = "commitments"
	p.Title = p.Loc.T("commitment.title")
	p.Sub = p.Loc.T("commitment.sub")
	l := newListing(view.Book(p), chosen(p.W(), q.Get))
	t := view.TurnOf(q.Get("list"), len(l.fits), mostListed)
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	p.Compose = room.Offers(p, p.Loc.T("commitment.record"), room.Offer{Form: "commitment", Rooms: rooms}, room.Offer{Form: "condition", Rooms: rooms})
	return list(p, &l, t, l.fits[t.Skip:t.Skip+t.Len]), nil
}

// Show shows one commitment: how it stands and why, what each side says, its measure, what it waits for and what waits for it.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	b := view.Book(p)
	m := b.Commitment(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if m == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav, p.Title = "commitments", m.Title
	about := url.Values{"commitment": {m.Ref.String()}}
	offers := []room.Offer{{Form: "report", Rooms: reportable(p.W(), m.Ref), Fields: about}}
	if m.Ended == nil {
		offers = append(offers, room.Offer{Form: "end-commitment", Rooms: []talks.RoomID{m.Ref.Room}, Fields: about})
	}
	p.Compose = room.Offers(p, p.Loc.T("commitment.changes"), offers...)
	return show(p, b, m), nil
}

// Condition shows one condition: how it stands and why, who decides, what was said of it, and what waits for it.
func Condition(p *ui.Page, q ui.Query) (templ.Component, error) {
	b := view.Book(p)
	c := b.Condition(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if c == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav, p.Title = "commitments", c.Title
	var offers []room.Offer
	if c.When == nil {
		offers = append(offers, room.Offer{Form: "determine", Rooms: reportable(p.W(), c.Ref), Fields: url.Values{"condition": {c.Ref.String()}}})
	}
	if c.By.Seat.Delegation() == p.View.Delegation() {
		offers = append(offers, room.Offer{Form: "condition-update", Rooms: []talks.RoomID{c.Ref.Room}, Fields: url.Values{"condition": {c.Ref.String()}}})
	}
	p.Compose = room.Offers(p, p.Loc.T("commitment.changes"), offers...)
	return condition(p, b, c), nil
}

// composeURL is this page with one of its forms open; "" where there is none.
func composeURL(p *ui.Page, form string, parts ...string) templ.SafeURL {
	if p.Compose == nil {
		return ""
	}
	return p.URLQ(url.Values{"compose": {form}}, parts...) + "#compose"
}

// sideWord says what the parties of a side are to a commitment.
func sideWord(p *ui.Page, as implementation.As) string {
	return p.Loc.T("commitment.side." + string(as))
}

// noTime asks URLQ for the address without the page's time.
var noTime = url.Values{"at": {""}}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// counterpart is the commitment in return, whichever of the two says so; nil where there is none.
func counterpart(b *implementation.Book, m *implementation.Commitment) *implementation.Commitment {
	o := b.World().Counterpart(m.Commitment)
	if o == nil {
		return nil
	}
	return b.Commitment(o.Ref)
}

// pace is how a commitment and the one in return go together, by what either of them says.
func pace(m, o *implementation.Commitment) talks.Pace {
	switch {
	case m.Pace != "":
		return m.Pace
	case o.Pace != "":
		return o.Pace
	}
	return "together"
}

const (
	mostWords   = 100 // of a history that are listed
	mostBlocked = 20  // things that wait for one that are listed
)

// begin is where a first commitment comes from: the form where the seat has it, else the proposals. The word for it follows.
func begin(p *ui.Page) templ.SafeURL {
	if u := composeURL(p, "commitment", "commitments"); u != "" {
		return u
	}
	return p.URL("proposals")
}

func beginWord(p *ui.Page) string {
	if p.Compose != nil {
		return p.Loc.T("commitment.none-begin")
	}
	return p.Loc.T("commitment.none-next")
}
