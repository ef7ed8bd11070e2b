package plot

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Unit is what a time axis counts.
type Unit int

// The units of a time axis.
const (
	Minute Unit = iota
	Hour
	Day
	Month
	Year
)

// step is a distance between ticks: so many of a unit. about is its length in seconds, for choosing.
type step struct {
	unit  Unit
	n     int
	about float64
}

const day = 24 * 3600

var steps = []step{
	{Minute, 5, 300}, {Minute, 15, 900}, {Minute, 30, 1800},
	{Hour, 1, 3600}, {Hour, 3, 3 * 3600}, {Hour, 6, 6 * 3600}, {Hour, 12, 12 * 3600},
	{Day, 1, day}, {Day, 2, 2 * day}, {Day, 5, 5 * day}, {Day, 10, 10 * day},
	{Month, 1, 30.4 * day}, {Month, 3, 91 * day}, {Month, 6, 182 * day},
	{Year, 1, 365 * day}, {Year, 2, 730 * day}, {Year, 5, 1826 * day}, {Year, 10, 3652 * day},
	{Year, 25, 9131 * day}, {Year, 50, 18262 * day}, {Year, 100, 36525 * day}, {Year, 1000, 365250 * day},
}

// Tick is a mark of a time axis. Major is where the next larger unit begins: a day among hours, a month among days, a year among months.
type Tick struct {
	At    time.Time
	Unit  Unit
	Major bool
}

// Ticks are the round moments from one time up to another, in UTC: at most most of them, of the finest step that allows it. There are none
// where to is not after from.
func Ticks(from, to time.Time, most int) []Tick {
	from, to = from.UTC(), to.UTC()
	if !to.After(from) || most < 1 {
		return nil
	}
	for _, s := range steps {
		if Seconds(from, to)/s.about > float64(most)+1 {
			continue
		}
		var ticks []Tick
		last := Tick{At: s.before(from).Add(-1)}
		for t := s.before(from); !t.After(to) && len(ticks) <= most; t = s.next(t) {
			if tick := (Tick{t, s.unit, major(s.unit, t, last.At)}); !t.Before(from) {
				ticks = append(ticks, tick)
			}
			last.At = t
		}
		if len(ticks) <= most {
			return ticks
		}
	}
	return nil
}

// Seconds is the time from a to b, also where that is more than a [time.Duration] can hold.
func Seconds(a, b time.Time) float64 {
	return float64(b.Unix()-a.Unix()) + float64(b.Nanosecond()-a.Nanosecond())/1e9
}

func major(u Unit, t, last time.Time) bool {
	switch u {
	case Minute, Hour:
		return t.YearDay() != last.YearDay() || t.Year() != last.Year()
	case Day:
		return t.Month() != last.Month() || t.Year() != last.Year()
	case Month:
		return t.Year() != last.Year()
	}
	return false
}

// before is the last round moment that is not after t.
func (s step) before(t time.Time) time.Time {
	y, m, d := t.Date()
	switch s.unit {
	case Minute:
		return time.Date(y, m, d, t.Hour(), t.Minute()/s.n*s.n, 0, 0, time.UTC)
	case Hour:
		return time.Date(y, m, d, t.Hour()/s.n*s.n, 0, 0, 0, time.UTC)
	case Day:
		return time.Date(y, m, s.roundDay(d), 0, 0, 0, 0, time.UTC)
	case Month:
		return time.Date(y, m-time.Month((int(m)-1)%s.n), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y-((y%s.n)+s.n)%s.n, 1, 1, 0, 0, 0, 0, time.UTC)
}

// roundDay counts days within their month, from 1, so that every month starts with a tick.
func (s step) roundDay(d int) int { return (d-1)/s.n*s.n + 1 }

func (s step) next(t time.Time) time.Time {
	switch s.unit {
	case Minute:
		return t.Add(time.Duration(s.n) * time.Minute)
	case Hour:
		return t.Add(time.Duration(s.n) * time.Hour)
	case Day:
		n := t.AddDate(0, 0, s.n)
		// The next month starts anew, and a short rest of the old one has no tick of its own: 1, 11, 21, then 1.
		if first := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC); s.n > 1 && n.AddDate(0, 0, (s.n+1)/2).After(first) {
			return first
		}
		return n
	case Month:
		return t.AddDate(0, s.n, 0)
	}
	return t.AddDate(s.n, 0, 0)
}

// Axis puts moments on a line.
type Axis struct {
	From, To time.Time
	X0, X1   float64
}

// X is the place of a moment, also outside of the axis. An axis without length has everything in its middle.
func (a Axis) X(t time.Time) float64 {
	all := Seconds(a.From, a.To)
	if all <= 0 {
		return (a.X0 + a.X1) / 2
	}
	return a.X0 + Seconds(a.From, t)/all*(a.X1-a.X0)
}

// Clamp is X, moved to the nearest end for what is outside.
func (a Axis) Clamp(t time.Time) float64 { return min(max(a.X(t), min(a.X0, a.X1)), max(a.X0, a.X1)) }

// Dense finds the shortest of some spans of which one holds at least share of all moments, and the latest such window of that
// length. ok is false where none does; then the whole is what should be shown. The moments may be in any order.
func Dense(times []time.Time, spans []time.Duration, share float64) (from, to time.Time, ok bool) {
	ts := slices.Clone(times)
	slices.SortFunc(ts, time.Time.Compare)
	need := int(math.Ceil(share * float64(len(ts))))
	if need < 1 {
		return from, to, false
	}
	for _, span := range slices.SortedFunc(slices.Values(spans), cmp.Compare) {
		best := 0
		for lo, hi := 0, 0; hi < len(ts); hi++ {
			for Seconds(ts[lo], ts[hi]) >= span.Seconds() {
				lo++
			}
			if n := hi - lo + 1; n >= max(best, need) {
				best, from, to, ok = n, ts[lo], ts[hi], true
			}
		}
		if ok {
			return from, to, true
		}
	}
	return from, to, false
}
