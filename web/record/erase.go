package record

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"parley/internal/talks"
	compose "parley/web/room"
	"parley/web/ui"
)

// eraseURL is the address of the form that erases an entry; "" where there is nothing to erase or the seat cannot.
func eraseURL(p *ui.Page, e *talks.Entry) templ.SafeURL {
	if e.Act == nil || !talks.Rules[e.Kind].Erasable || e.Seat.Delegation() != p.View.Delegation() {
		return ""
	}
	return compose.FormURL(p, e.Room, "erase", url.Values{"entry": {strconv.FormatInt(e.Index, 10)}})
}
