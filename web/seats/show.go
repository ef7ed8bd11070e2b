// Package seats has two pages: the seats that an account holds, in whichever processes; and a delegation's seats in one process, where
// its heads say who sits there.
package seats

import (
	_ "embed"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed seats.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("seats", css) }

// Doors is what the accounts know of the seats of a page: only of those that the viewer can invite to.
type Doors struct {
	Open    bool                       // this server has accounts; without them nobody is invited
	Held    func(talks.Seat) bool      // whether somebody holds a seat of the own delegation, in its present tenure
	Newest  map[talks.Seat]*Invitation // the newest invitation to each seat in its present tenure
	Link    *Link                      // that was made just now
	Refused string                     // the id of words below seats.refused., where what was sent was refused
}

// Invitation is an invitation to a seat.
type Invitation struct {
	ID      string
	Expires time.Time
	Used    time.Time // zero: not yet
	Open    bool      // neither used nor withdrawn nor expired
}

// Link is the link of a new invitation, which is shown once.
type Link struct {
	Seat    talks.Seat
	URL     string
	Expires time.Time
}

// Show returns the page of a delegation's seats.
func Show(d *Doors) ui.Show {
	return func(p *ui.Page, q ui.Query) (templ.Component, error) {
		p.Nav = "seats"
		b := newBoard(p, d)
		p.Title = p.Loc.T("seats.title")
		p.Sub = p.Loc.T("seats.sub")
		if b.heads {
			p.Sub = p.Loc.T("seats.sub-head", "team", p.DelegationTitle(p.View.Delegation()))
		}
		b.asked(talks.Seat(q.Get("change")))
		return show(p, b), nil
	}
}

// board is what the page shows.
type board struct {
	*Doors
	own      row
	heads    bool // the viewer is a head of its delegation
	acts     bool // and can write: not in the past
	caucus   *talks.State
	rows     []row // the delegation's seats
	others   []row // the heads of the others, for the convener's heads
	leads    []talks.Seat
	pending  []*talks.Restoration // of the own delegation
	restored []*talks.Restoration // of all that are pending or in effect
	convenes bool
	grant    grant
}

// row is a seat as it stands.
type row struct {
	Seat      talks.Seat
	Role      talks.Role // by which it acts now; empty where it has ended
	Person    string
	Until     talks.Date
	Away      talks.Date
	Alternate talks.Seat
	Revoked   *talks.Entry
	By        *talks.Entry // what gave it
	Named     bool         // by the lobby and not by the caucus
	Last      bool         // the delegation's only head
	Holder    holder
	Invite    *Invitation
	Tenured   bool // it can be invited to
}

// holder says what the accounts know of a seat.
type holder string

const (
	unknown holder = ""
	held    holder = "held"
	free    holder = "free"
)

// grant is what the form to grant or change a seat begins with.
type grant struct {
	Change bool // a seat that is there already
	Seat   talks.Seat
	row    row
}

func newBoard(p *ui.Page, d *Doors) *board {
	w, own := p.W(), p.View.Delegation()
	b := &board{Doors: d, caucus: w.CaucusOf(own), heads: p.View.Role() == talks.Head}
	b.acts = b.heads && !p.View.AsOf()
	lobby := w.Lobby()
	b.convenes = b.heads && lobby != nil && lobby.Room.Convener.Delegation() == own
	for _, s := range ownSeats(w, own, p.View.Now()) {
		r := b.row(p, s)
		b.rows = append(b.rows, r)
		if r.Role == talks.Head {
			b.leads = append(b.leads, s)
		}
	}
	for i := range b.rows {
		b.rows[i].Last = b.rows[i].Role == talks.Head && len(b.leads) == 1
	}
	slices.SortStableFunc(b.rows, func(a, b row) int { return a.rank() - b.rank() })
	b.own = b.row(p, p.View.Seat())
	if b.convenes {
		for _, other := range w.Delegations() {
			if other.Code != own {
				b.others = append(b.others, b.headRow(p, other))
			}
		}
	}
	for _, r := range w.Restorations() {
		if r.Delegation == own && r.Stage(p.View.Now()) == talks.RestorationPending {
			b.pending = append(b.pending, r)
		}
		if r.Stage(p.View.Now()) != talks.RestorationRetained {
			b.restored = append(b.restored, r)
		}
	}
	return b
}

// ownSeats are the seats that a delegation has or had: those that the lobby names, then those of its caucus.
func ownSeats(w *talks.World, d talks.Delegation, now time.Time) []talks.Seat {
	var seats []talks.Seat
	add := func(s talks.Seat) {
		if s != "" && s.Delegation() == d && !slices.Contains(seats, s) {
			seats = append(seats, s)
		}
	}
	add(w.HeadOf(d))
	if l := w.Lobby(); l != nil {
		add(l.Room.Convener)
	}
	for _, r := range w.Restorations() {
		if r.Stage(now) == talks.RestorationEffective {
			add(r.Head)
		}
	}
	if c := w.CaucusOf(d); c != nil {
		for st := range c.Seats.All() {
			add(st.Seat)
		}
	}
	return seats
}

// row gathers what the own delegation knows of one of its seats.
func (b *board) row(p *ui.Page, s talks.Seat) row {
	w, now := p.W(), p.View.Now()
	r := row{Seat: s, Role: w.Authority(s, now).Role, Named: true}
	if b.caucus != nil {
		if st := b.caucus.Seats.Get(string(s)); st != nil {
			r.Person, r.Until, r.Away, r.Alternate, r.Revoked, r.By, r.Named = st.Person, st.Until, st.Away, st.Alternate, st.Revoked, st.Last, false
			if r.Role != "" {
				r.Revoked = nil // a restoration gave it anew
			}
		}
	}
	if d := w.Delegation(s.Delegation()); r.Named && d != nil && d.Head == s {
		r.By = d.By
	}
	b.door(&r, p)
	return r
}

// headRow is the head of another delegation, as the lobby names it: what that delegation's caucus says of it is not asked.
func (b *board) headRow(p *ui.Page, d *talks.DelegationState) row {
	r := row{Seat: d.Head, Role: talks.Head, By: d.By, Named: true}
	for _, x := range p.W().Restorations() {
		if x.Delegation == d.Code && x.Stage(p.View.Now()) == talks.RestorationEffective {
			r.Seat, r.By = x.Head, x.By
		}
	}
	b.door(&r, p)
	return r
}

// door adds what the accounts know of a seat, where the viewer can invite to it.
func (b *board) door(r *row, p *ui.Page) {
	if !b.Open || !b.heads || r.Role == "" {
		return
	}
	_, err := p.W().Invitable(p.View.Seat(), p.View.Role(), r.Seat, p.View.Now())
	if r.Tenured = err == nil; !r.Tenured {
		return
	}
	r.Invite = b.Newest[r.Seat]
	// Of another delegation's head it is known that the invitation was used, and nothing of what became of the seat since.
	switch {
	case r.Seat.Delegation() != p.View.Delegation():
		if r.Holder = free; r.Invite != nil && !r.Invite.Used.IsZero() {
			r.Holder = held
		}
	case b.Held != nil && b.Held(r.Seat):
		r.Holder = held
	default:
		r.Holder = free
	}
}

// invitable reports whether the form to invite somebody stands beside the seat.
func (b *board) invitable(r row) bool {
	return b.acts && b.Open && r.Tenured && r.Holder == free
}

// rank puts heads first and seats that have ended last.
func (r row) rank() int {
	if r.Role == "" {
		return 9
	}
	return slices.Index([]talks.Role{talks.Head, talks.Delegate, talks.Adviser, talks.Observer}, r.Role)
}

// asked fills the form to grant a seat with the one that the address names.
func (b *board) asked(s talks.Seat) {
	for _, r := range b.rows {
		if s != "" && r.Seat == s {
			b.grant = grant{Change: true, Seat: s, row: r}
			if b.caucus != nil {
				if st := b.caucus.Seats.Get(string(s)); st != nil {
					b.grant.row.Role = st.Role
				}
			}
		}
	}
}

// alternates are the seats that can stand in for one.
func (b *board) alternates(but talks.Seat) []talks.Seat {
	var seats []talks.Seat
	for _, r := range b.rows {
		if r.Role != "" && r.Seat != but {
			seats = append(seats, r.Seat)
		}
	}
	return seats
}

// roles are what a seat can be granted, from the one that may do least.
var roles = []talks.Role{talks.Observer, talks.Adviser, talks.Delegate, talks.Head}

// changeURL is this page with the form for a seat.
func changeURL(p *ui.Page, s talks.Seat) templ.SafeURL {
	return p.URLQ(url.Values{"change": {string(s)}}, "seats") + "#grant"
}

// typed is what stands in a field of a form: what was typed in it where it was refused, or what is there.
func typed(p *ui.Page, do, name, there string) string {
	if p.Form.Get("do") == do && p.Form.Has(name) {
		return p.Form.Get(name)
	}
	return there
}

// wrong are the attributes of a field that was refused.
func wrong(p *ui.Page, do, field string) templ.Attributes {
	if p.Form.Get("do") != do || p.Problem(field) == nil {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "problems"}
}

// stage is the word for how far a restoration is.
func stage(p *ui.Page, r *talks.Restoration) string {
	return p.Loc.T("seats.stage." + string(r.Stage(p.View.Now())))
}

// open unfolds what has something to say.
func open(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"open": true}
}

// roleOf is the role that the form to grant a seat begins with.
func roleOf(b *board) string {
	if b.grant.Change && b.grant.row.Role != "" {
		return string(b.grant.row.Role)
	}
	return string(talks.Adviser)
}

// changeWord says what the form for a seat does: change it, or give it again.
func changeWord(p *ui.Page, r row) string {
	if r.Role == "" {
		return p.Loc.T("seats.again")
	}
	return p.Loc.T("seats.change")
}

// inviteWord says what inviting does: make a link, or another in place of the one that is open.
func inviteWord(p *ui.Page, r row) string {
	if r.Invite != nil && r.Invite.Open {
		return p.Loc.T("seats.invite-again")
	}
	return p.Loc.T("seats.invite")
}
