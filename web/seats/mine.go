package seats

import (
	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// Mine is what the page of the seats that an account holds is made of.
type Mine struct {
	Loc   *message.Locale
	Who   *ui.Who
	Then  string // where to go on once a seat is chosen
	Seats []Held
	Ended bool // the seat that was chosen has ended
}

// Held is a seat that the account holds.
type Held struct {
	Process, Title string // the process
	Seat           talks.Seat
	Team           string // the delegation's title
	Role           talks.Role
	Chosen         bool // it is the one that this session speaks for
}

// ShowMine is the page.
func ShowMine(m *Mine) templ.Component {
	o := &ui.Outside{Loc: m.Loc, Who: m.Who, Title: m.Loc.T("seats.mine"), Nav: "seats"}
	if len(m.Seats) > 0 {
		o.Sub = m.Loc.T("seats.mine-sub")
	}
	if m.Ended {
		o.Refused = m.Loc.T("seats.ended")
	}
	return mine(o, m)
}

// roleWord says what a seat may do, outside of any process.
func roleWord(l *message.Locale, r talks.Role) string { return (&ui.Page{Loc: l}).RoleWord(r) }
