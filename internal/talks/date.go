package talks

import (
	"time"
)

// Date is a moment as exactly as it is known: a year (2025), a month (2025-02), a day (2025-02-18) or an instant in RFC 3339
// (2025-02-18T09:00:00Z). Order between two dates is that of the earliest instants they can mean, in UTC.
type Date string

var dateLayouts = []string{"2006", "2006-01", time.DateOnly, time.RFC3339}

// Valid reports whether the date is one of the four forms.
func (d Date) Valid() bool { _, ok := d.parse(); return ok }

func (d Date) parse() (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, string(d)); err == nil {
			return t.UTC(), t.Year() > 0
		}
	}
	return time.Time{}, false
}

// Start returns the earliest instant that the date can mean, in UTC; the zero time for an invalid or empty date.
func (d Date) Start() time.Time {
	t, _ := d.parse()
	return t
}

// End returns the first instant after all those that the date can mean.
func (d Date) End() time.Time {
	t, ok := d.parse()
	if !ok {
		return t
	}
	switch len(d) {
	case 4:
		return t.AddDate(1, 0, 0)
	case 7:
		return t.AddDate(0, 1, 0)
	case 10:
		return t.AddDate(0, 0, 1)
	}
	return t.Add(time.Second)
}

// Exact reports whether the date is an instant and not a day, a month or a year.
func (d Date) Exact() bool { return len(d) > 10 }
