package calendar

import (
	"slices"
	"strconv"
	"time"

	"parley/web/implementation"
)

const (
	// mostListed is how many things a page has at most. A year with more is shown month by month, and a month with more in parts.
	mostListed = 100
	// mostUndated is how many things that have no day a page has below those that have: the rest is on a page of its own.
	mostUndated = 20
)

// monthForm is how an address names a month; noDay asks for what has no day.
const (
	monthForm = "2006-01"
	noDay     = "none"
)

// asked is what an address asks for.
type asked struct{ year, month, list string }

// content is what the page shows: a year at a glance, and a part of it by day.
type content struct {
	Total   int
	Years   []year
	Grid    []month // the twelve of the year at a glance; none where only what has no day is shown
	Shown   period
	Home    bool    // it is what is shown where nothing is asked for
	Prev    *period // that have something
	Next    *period
	Months  []month // what is listed
	Ongoing []*item // what began before and goes on
	Turn    implementation.Turn
	Undated []*item
	Left    int // that have no day and are not listed
	Today   time.Time
}

type year struct{ Year, N int }

// period is what a page lists: a year, or a month of a year that has much.
type period struct {
	First time.Time // its first day, in UTC
	Year  bool
	N     int
}

// end is the first day after it.
func (t period) end() time.Time {
	if t.Year {
		return t.First.AddDate(1, 0, 0)
	}
	return t.First.AddDate(0, 1, 0)
}

func (t period) has(at time.Time) bool { return !at.Before(t.First) && at.Before(t.end()) }

// month is a month with its days that have something.
type month struct {
	First time.Time // its first day, in UTC
	Days  []day
	N     int
	Spans [31]bool // the days on which something goes on that began before
}

type day struct {
	Date  time.Time
	Items []*item
	Skip  int // the part of its month in which it begins
}

func newContent(all []*item, now time.Time, q asked) content {
	c := content{Total: len(all), Today: now.UTC().Truncate(24 * time.Hour)}
	n, _ := slices.BinarySearchFunc(all, true, func(i *item, _ bool) int { // those that have no day stand at the end
		if i.dated() {
			return -1
		}
		return 0
	})
	dated, undated := all[:n], all[n:]
	if q.month == noDay && len(undated) > mostUndated {
		c.Turn = implementation.TurnOf(q.list, len(undated), mostListed)
		c.Undated = undated[c.Turn.Skip : c.Turn.Skip+c.Turn.Len]
		return c
	}
	c.Undated = undated[:min(len(undated), mostUndated)]
	c.Left = len(undated) - len(c.Undated)
	if len(dated) == 0 {
		return c
	}
	c.count(dated)
	periods := c.periods(dated)
	home := c.home(periods, dated, now)
	c.Shown = c.choose(periods, home, q)
	c.Home = c.Shown.First.Equal(home.First)
	for i := range periods {
		switch t := &periods[i]; {
		case t.First.Before(c.Shown.First):
			c.Prev = t
		case t.First.After(c.Shown.First) && c.Next == nil:
			c.Next = t
		}
	}
	c.glance(dated)
	c.list(dated, now, q)
	return c
}

// count counts what each year has.
func (c *content) count(dated []*item) {
	for _, i := range dated {
		n := i.Start.UTC().Year()
		if k := len(c.Years); k == 0 || c.Years[k-1].Year != n {
			c.Years = append(c.Years, year{Year: n})
		}
		c.Years[len(c.Years)-1].N++
	}
}

// much reports whether a year has more than a page does.
func (c *content) much(n int) bool {
	return slices.ContainsFunc(c.Years, func(y year) bool { return y.Year == n && y.N > mostListed })
}

// around is the period that an instant is in, whether it has something or not.
func (c *content) around(t time.Time) period {
	t = t.UTC()
	if c.much(t.Year()) {
		return period{First: time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)}
	}
	return period{First: time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC), Year: true}
}

// periods are those that have something.
func (c *content) periods(dated []*item) []period {
	var out []period
	for _, i := range dated {
		if n := len(out); n == 0 || !out[n-1].has(i.Start) {
			out = append(out, c.around(i.Start))
		}
		out[len(out)-1].N++
	}
	return out
}

// home is where something goes on, or is to come next, or else the last that has anything.
func (c *content) home(periods []period, dated []*item, now time.Time) period {
	next := slices.IndexFunc(dated, func(i *item) bool { return !i.over(now) })
	if next < 0 {
		return periods[len(periods)-1]
	}
	at := dated[next].Start
	if at.Before(c.Today) && slices.ContainsFunc(c.Years, func(y year) bool { return y.Year == now.UTC().Year() }) {
		at = now
	}
	return c.around(at)
}

// choose is the period that the address asks for.
func (c *content) choose(periods []period, home period, q asked) period {
	has := func(n int) bool { return slices.ContainsFunc(c.Years, func(y year) bool { return y.Year == n }) }
	if t, err := time.Parse(monthForm, q.month); err == nil && has(t.Year()) {
		return c.around(t)
	}
	if n, err := strconv.Atoi(q.year); err == nil && has(n) && n != home.First.Year() {
		return periods[slices.IndexFunc(periods, func(t period) bool { return t.First.Year() == n })]
	}
	return home
}

// glance puts what the year has on its days.
func (c *content) glance(dated []*item) {
	n := c.Shown.First.Year()
	for m := range 12 {
		c.Grid = append(c.Grid, month{First: time.Date(n, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC)})
	}
	for _, i := range dated {
		if i.Start.UTC().Year() == n {
			c.Grid[i.Start.UTC().Month()-1].add(i)
		}
		c.span(i)
	}
}

// list puts together what the page lists by day.
func (c *content) list(dated []*item, now time.Time, q asked) {
	var mine []*item
	for _, i := range dated {
		if c.Shown.has(i.Start) {
			mine = append(mine, i)
		} else if last, ok := i.until(); ok && i.Start.Before(c.Shown.First) && !last.Before(c.Shown.First) && len(c.Ongoing) < mostListed {
			c.Ongoing = append(c.Ongoing, i)
		}
	}
	c.Shown.N = len(mine)
	if q == (asked{}) { // what is to come is what is looked for first
		if next := slices.IndexFunc(mine, func(i *item) bool { return !i.over(now) }); next > 0 {
			q.list = strconv.Itoa(next / mostListed * mostListed)
		}
	}
	c.Turn = implementation.TurnOf(q.list, len(mine), mostListed)
	for _, i := range mine[c.Turn.Skip : c.Turn.Skip+c.Turn.Len] {
		first := c.Grid[i.Start.UTC().Month()-1].First
		if n := len(c.Months); n == 0 || !c.Months[n-1].First.Equal(first) {
			c.Months = append(c.Months, month{First: first})
		}
		c.Months[len(c.Months)-1].add(i)
	}
}

// lists reports whether a day is listed on the page.
func (c *content) lists(date time.Time) bool {
	return slices.ContainsFunc(c.Months, func(m month) bool { return m.on(date) != nil })
}

// span marks the days of the year on which an item goes on.
func (c *content) span(i *item) {
	last, ok := i.until()
	if !ok {
		return
	}
	from := c.Grid[0].First
	if next := i.Start.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1); next.After(from) {
		from = next
	}
	for d := from; !d.After(last) && d.Year() == c.Grid[0].First.Year(); d = d.AddDate(0, 0, 1) {
		c.Grid[d.Month()-1].Spans[d.Day()-1] = true
	}
}

func (m *month) add(i *item) {
	date := i.Start.UTC().Truncate(24 * time.Hour)
	if n := len(m.Days); n == 0 || !m.Days[n-1].Date.Equal(date) {
		m.Days = append(m.Days, day{Date: date, Skip: m.N / mostListed * mostListed})
	}
	d := &m.Days[len(m.Days)-1]
	d.Items = append(d.Items, i)
	m.N++
}

// until is the last day of an item of several days; ok is false for others.
func (i *item) until() (t time.Time, ok bool) {
	if i.End.IsZero() {
		return t, false
	}
	t = i.End.Add(-time.Nanosecond).UTC()
	return t, !t.Truncate(24 * time.Hour).Equal(i.Start.UTC().Truncate(24 * time.Hour))
}

// on returns the day of a month, or nil where it has nothing.
func (m *month) on(date time.Time) *day {
	for k := range m.Days {
		if m.Days[k].Date.Equal(date) {
			return &m.Days[k]
		}
	}
	return nil
}
