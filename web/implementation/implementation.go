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

// Book is what a page's view says of what was promised, at the time that the page shows.
func Book(p *ui.Page) *implementation.Book { return implementation.At(p.W(), p.View.Now()) }

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

// lastDay is the time that stands for the last moment of a period, which ends before end: the day itself where it ends with the day.
func lastDay(end time.Time) (t time.Time, whole bool) {
	end = end.UTC()
	if end.Equal(floor(end)) {
		return end.AddDate(0, 0, -1), true
	}
	return end, false
}

func floor(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// EndText says until when a period goes that ends before end: a day where it ends with the day, else the minute.
func EndText(p *ui.Page, end time.Time) string {
	if t, whole := lastDay(end); whole {
		return p.Loc.Date(t)
	}
	return p.Loc.DateTime(end)
}

// StartText says from when a period goes: a day where it begins with the day, else the minute.
func StartText(p *ui.Page, start time.Time) string {
	if start.Equal(floor(start)) {
		return p.Loc.Date(start)
	}
	return p.Loc.DateTime(start)
}
