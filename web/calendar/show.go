package calendar

import (
	_ "embed"
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

// content is what the page shows: a year of it by day, and what has no day.
type content struct {
	Total   int
	Years   []year
	Year    int
	Months  []month // those with something in it
	Grid    []month // all twelve
	Undated []*item
	Today   time.Time
}

type year struct{ Year, N int }

// month is a month with its days that have something.
type month struct {
	First time.Time // its first day, in UTC
	Days  []day
	Spans [31]bool // the days on which something goes on that began before
}

type day struct {
	Date  time.Time
	Items []*item
}

// Show shows a year of what takes place and what is due, day by day: the one that the address asks for, or else the one in which something is
// to come, or the last that has anything.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav = "meetings"
	p.Title = p.Loc.T("calendar.title")
	p.Sub = p.Loc.T("calendar.sub")
	return page(p, newContent(items(implementation.Book(p)), p.View.Now(), q.Get("year"))), nil
}

func newContent(all []*item, now time.Time, asked string) content {
	c := content{Total: len(all), Today: now.UTC().Truncate(24 * time.Hour)}
	for _, i := range all {
		if !i.dated() {
			c.Undated = append(c.Undated, i)
			continue
		}
		n := i.Start.Year()
		if k := len(c.Years); k == 0 || c.Years[k-1].Year != n {
			c.Years = append(c.Years, year{Year: n})
		}
		c.Years[len(c.Years)-1].N++
		if c.Year == 0 && !i.over(now) {
			c.Year = n
		}
	}
	if c.Year == 0 && len(c.Years) > 0 {
		c.Year = c.Years[len(c.Years)-1].Year
	}
	if n, err := strconv.Atoi(asked); err == nil && slices.ContainsFunc(c.Years, func(y year) bool { return y.Year == n }) {
		c.Year = n
	}
	if c.Year == 0 {
		return c
	}
	for m := range 12 {
		c.Grid = append(c.Grid, month{First: time.Date(c.Year, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC)})
	}
	for _, i := range all {
		if i.dated() && i.Start.Year() == c.Year {
			c.Grid[i.Start.UTC().Month()-1].add(i)
		}
		c.span(i)
	}
	for _, m := range c.Grid {
		if len(m.Days) > 0 {
			c.Months = append(c.Months, m)
		}
	}
	return c
}

// span marks the days of the year on which an item goes on.
func (c *content) span(i *item) {
	last, ok := i.until()
	if !ok {
		return
	}
	from := time.Date(c.Year, 1, 1, 0, 0, 0, 0, time.UTC)
	if next := i.Start.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1); next.After(from) {
		from = next
	}
	for d := from; !d.After(last) && d.Year() == c.Year; d = d.AddDate(0, 0, 1) {
		c.Grid[d.Month()-1].Spans[d.Day()-1] = true
	}
}

func (m *month) add(i *item) {
	date := i.Start.UTC().Truncate(24 * time.Hour)
	if n := len(m.Days); n == 0 || !m.Days[n-1].Date.Equal(date) {
		m.Days = append(m.Days, day{Date: date})
	}
	d := &m.Days[len(m.Days)-1]
	d.Items = append(d.Items, i)
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

// dayID is the id of a day's element.
func dayID(t time.Time) string { return "day-" + t.Format(time.DateOnly) }

// until is the last day of an item of several days; ok is false for others.
func (i *item) until() (t time.Time, ok bool) {
	if i.End.IsZero() {
		return t, false
	}
	t = i.End.Add(-time.Nanosecond).UTC()
	return t, !t.Truncate(24 * time.Hour).Equal(i.Start.UTC().Truncate(24 * time.Hour))
}

// subscribable reports whether links that calendar programs follow can be made: where there are accounts and somebody is logged in.
func subscribable(p *ui.Page) bool { return p.Who != nil }

// square is the place of a day in the drawing of its month: weeks are rows that begin on Monday (ISO 8601).
func square(first time.Time, n int) (x, y int) {
	k := (int(first.Weekday())+6)%7 + n
	return k % 7, k / 7
}

// length is the number of days of a month.
func length(first time.Time) int { return first.AddDate(0, 1, -1).Day() }

// on returns the day of a month, or nil where it has nothing.
func (m *month) on(date time.Time) *day {
	for k := range m.Days {
		if m.Days[k].Date.Equal(date) {
			return &m.Days[k]
		}
	}
	return nil
}

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
