// Package implementation shows whether what was promised is being done: the status of each thing with the reason in words, what was owed
// when, how a measure stands against its schedule, and what blocks what. Other pages use its components, so that they say the same.
package implementation

import (
	_ "embed"
	"time"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/table/plot"
	"parley/web/ui"
)

//go:embed implementation.css
var css []byte

//go:embed en.json
var enJSON []byte

//go:embed reasons.en.json
var reasonsJSON []byte

var (
	_ = message.Register(enJSON)
	_ = message.Register(reasonsJSON)
)

func init() { asset.Register("implementation", css) }

// Book is what a page's view says of what was promised, at the time that the page shows or at the day that it is asked for.
func Book(p *ui.Page) *implementation.Book { return implementation.At(p.W(), now(p)) }

// now is the date of the page's book.
func now(p *ui.Page) time.Time {
	if t, ok := p.On(); ok {
		return t
	}
	return p.View.Now()
}

// nowText is what stands at that date in a drawing.
func nowText(p *ui.Page) string {
	if t, ok := p.On(); ok {
		return p.Loc.DayShort(t)
	}
	return p.Loc.T("implementation.now")
}

// n writes a coordinate.
func n(f float64) string { return plot.N(f) }

// tickText is what stands at a tick of an axis of time.
func tickText(p *ui.Page, t plot.Tick) string {
	switch {
	case t.Unit <= plot.Hour && !t.Major:
		return p.Loc.Clock(t.At)
	case t.Unit <= plot.Day:
		return p.Loc.DayShort(t.At)
	case t.Unit == plot.Month:
		return p.Loc.Known(talks.Date(t.At.Format("2006-01")))
	}
	return p.Loc.Known(talks.Date(t.At.Format("2006")))
}

func floor(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// EndText says when a promised moment ends, of which end is the first instant after it: on a day, in the moment's own zone where it has one,
// or at an instant.
func EndText(p *ui.Page, d talks.Due, end time.Time) string {
	return zoned(p, d, func() (time.Time, bool) { return d.LastDay(end) })
}

// BeginText says when a promised moment begins, of which start is the first instant.
func BeginText(p *ui.Page, d talks.Due, start time.Time) string {
	return zoned(p, d, func() (time.Time, bool) { return d.FirstDay(start) })
}

func zoned(p *ui.Page, d talks.Due, day func() (time.Time, bool)) string {
	t, whole := day()
	switch {
	case !whole:
		return p.Loc.DateTime(t)
	case d.Zone != "" && !d.Relative(): // else the words beside it say it
		return p.Loc.T("implementation.due.zone", "due", p.Loc.Date(t), "zone", d.Zone)
	}
	return p.Loc.Date(t)
}

// SinceText says from when something has been so: a day where it began with the day, else the minute.
func SinceText(p *ui.Page, start time.Time) string {
	if start.Equal(floor(start)) {
		return p.Loc.Date(start)
	}
	return p.Loc.DateTime(start)
}
