package calendar

import (
	_ "embed"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"parley/internal/office"
	"parley/web/asset"
	"parley/web/implementation"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed calendar.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("calendar", css) }

// Show shows what takes place and what is due, day by day: the year or the month that the address asks for, or else the one in which
// something is to come, or the last that has anything.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav = "meetings"
	p.Title = p.Loc.T("calendar.title")
	p.Sub = p.Loc.T("calendar.sub")
	all := items(implementation.Book(p))
	return page(p, newContent(all, p.View.Now(), asked{q.Get("year"), q.Get("month"), q.Get("list")})), nil
}

// sign is the shape that stands for an item, besides its words: a meeting is round, a date that something has to keep is a diamond, and what is
// not certain is only an outline.
func (i *item) sign() string {
	shape := "due"
	if i.Kind == kindMeeting || i.Kind == kindNextStep {
		shape = "meet"
	}
	switch i.Certainty {
	case office.Cancelled:
		return "off"
	case office.Tentative:
		return shape + "-open"
	}
	return shape
}

// signs are those of a day, the firmest first, each once.
func (d *day) signs() []string {
	var out []string
	for _, s := range signs {
		if slices.ContainsFunc(d.Items, func(i *item) bool { return i.sign() == s }) {
			out = append(out, s)
		}
	}
	return out
}

// signs are all there are, with their words below calendar.sign.
var signs = []string{"meet", "due", "meet-open", "due-open", "off"}

// at is the address of a period's page.
func (c *content) at(p *ui.Page, t period) templ.SafeURL { return p.URLQ(t.query(0), "calendar") }

func (t period) query(skip int) url.Values {
	q := url.Values{"month": {t.First.Format(monthForm)}}
	if t.Year {
		q = url.Values{"year": {strconv.Itoa(t.First.Year())}}
	}
	if skip > 0 {
		q.Set("list", strconv.Itoa(skip))
	}
	return q
}

// dayURL is where a day stands: on this page, or on that of its month.
func (c *content) dayURL(p *ui.Page, m *month, d *day) templ.SafeURL {
	id := "#" + dayID(d.Date)
	if c.lists(d.Date) {
		return templ.SafeURL(id)
	}
	return p.URLQ(period{First: m.First}.query(d.Skip), "calendar") + templ.SafeURL(id)
}

// monthURL is where a month stands.
func (c *content) monthURL(p *ui.Page, m *month) templ.SafeURL {
	if c.Shown.Year {
		return templ.SafeURL("#" + monthID(m.First))
	}
	return c.at(p, period{First: m.First})
}

// name is what a period is called.
func (t period) name(p *ui.Page) string {
	if t.Year {
		return strconv.Itoa(t.First.Year())
	}
	return p.Loc.Month(t.First)
}

func monthID(t time.Time) string { return "month-" + t.Format(monthForm) }

// dayID is the id of a day's element.
func dayID(t time.Time) string { return "day-" + t.Format(time.DateOnly) }

// subscribable reports whether links that calendar programs follow can be made: where there are accounts and somebody is logged in.
func subscribable(p *ui.Page) bool { return p.Who != nil }

// square is the place of a day in the drawing of its month: weeks are rows that begin on Monday (ISO 8601).
func square(first time.Time, n int) (x, y int) {
	k := (int(first.Weekday())+6)%7 + n
	return k % 7, k / 7
}

// length is the number of days of a month.
func length(first time.Time) int { return first.AddDate(0, 1, -1).Day() }

// side is how wide a day is in the drawing.
const side = 20

func translate(x, y int) string {
	return "translate(" + strconv.Itoa(x*side) + " " + strconv.Itoa(y*side) + ")"
}

// beside is the place of one of a day's signs: in the middle, or two side by side, smaller.
func beside(k, of int) string {
	if of < 2 {
		return "translate(10 10)"
	}
	return "translate(" + strconv.Itoa(5+10*k) + " 10) scale(.8)"
}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
