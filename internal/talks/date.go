package talks

import (
	"strings"
	"time"
)

// Date is a moment as exactly as it is known: a year (2025), a month (2025-02), a day (2025-02-18), an instant in RFC 3339
// (2025-02-18T09:00:00Z), or two of these with a slash between them for some time from the one to the other
// (2025-02-10/2025-02-16), as ISO 8601 writes an interval. Order between two dates is that of the earliest instants they
// can mean, in UTC.
type Date string

var dateLayouts = map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}

// Valid reports whether the date has one of these forms, and does not end before it begins.
func (d Date) Valid() bool {
	from, to, interval := d.Interval()
	if !interval {
		_, ok := d.parse()
		return ok
	}
	a, okA := from.parse()
	b, okB := to.parse()
	return okA && okB && !b.Before(a)
}

// Interval returns the two ends of an interval; interval is false for a date that is not one, and both are the date itself.
func (d Date) Interval() (from, to Date, interval bool) {
	a, b, ok := strings.Cut(string(d), "/")
	if !ok {
		return d, d, false
	}
	return Date(a), Date(b), true
}

func (d Date) parse() (time.Time, bool) {
	switch len(d) {
	case 0:
		return time.Time{}, false
	case len(time.DateOnly):
		if t, ok := d.day(); ok {
			return t, true
		}
	}
	layout, ok := dateLayouts[len(d)]
	if !ok {
		layout = time.RFC3339
	}
	t, err := time.Parse(layout, string(d))
	t = t.UTC()
	return t, err == nil && t.Year() > 0
}

// day reads a day as most dates are written; false where that has to be looked at more closely.
func (d Date) day() (time.Time, bool) {
	var n [3]int
	field := 0
	for i := range len(d) {
		switch c := d[i]; {
		case c == '-' && (i == 4 || i == 7):
			field++
		case c >= '0' && c <= '9' && i != 4 && i != 7:
			n[field] = 10*n[field] + int(c-'0')
		default:
			return time.Time{}, false
		}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	return t, n[0] > 0 && n[1] >= 1 && n[1] <= 12 && n[2] >= 1 && t.Day() == n[2]
}

// Start returns the earliest instant that the date can mean, in UTC; the zero time for an invalid or empty date.
func (d Date) Start() time.Time {
	from, _, _ := d.Interval()
	t, ok := from.parse()
	if !ok {
		return time.Time{}
	}
	return t
}

// End returns the first instant after all those that the date can mean; the zero time for an invalid or empty date.
func (d Date) End() time.Time {
	_, to, _ := d.Interval()
	t, ok := to.parse()
	if !ok {
		return time.Time{}
	}
	switch len(to) {
	case 4:
		return t.AddDate(1, 0, 0)
	case 7:
		return t.AddDate(0, 1, 0)
	case 10:
		return t.AddDate(0, 0, 1)
	}
	return t.Add(time.Second)
}

// Exact reports whether the date is an instant and not a day, a month, a year or an interval.
func (d Date) Exact() bool {
	_, _, interval := d.Interval()
	return len(d) > len(time.DateOnly) && !interval
}
