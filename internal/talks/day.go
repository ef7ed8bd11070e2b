package talks

import "time"

// FirstDay returns the day on which the moment begins, in its own zone, as that day's beginning in UTC. opens is its first instant, as
// [Due.Opens] has it. whole is false for a moment that begins at an instant within a day, which is returned then.
func (d Due) FirstDay(opens time.Time) (t time.Time, whole bool) { return d.day(opens, opens) }

// LastDay returns the day on which the moment ends, in its own zone, as that day's beginning in UTC. closes is the first instant after it, as
// [Due.Closes] has it. whole is false for a moment that ends at an instant within a day, which is returned then.
func (d Due) LastDay(closes time.Time) (t time.Time, whole bool) {
	return d.day(closes, closes.Add(-time.Nanosecond))
}

func (d Due) day(instant, within time.Time) (time.Time, bool) {
	from, to, _ := d.By.Interval()
	switch {
	case d.Within != "" && !d.Within.whole():
		return instant.UTC(), false
	case len(to) > len(time.DateOnly) && instant.Equal(within):
		return from.Start(), false
	case len(to) > len(time.DateOnly):
		return to.Start(), false
	}
	t := within.In(d.zone())
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
}
