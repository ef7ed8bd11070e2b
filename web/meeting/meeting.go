// Package meeting shows who met whom: the calls, meetings and summits that took place, that are to come, and that are only hoped for.
package meeting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"parley/internal/talks"
)

// calendar is the meetings of a view, by how they stand.
type calendar struct {
	Next   []*talks.Meeting // agreed or announced, the first to come first
	Hoped  []*talks.Meeting // hoped for or proposed, and announced by nobody
	Past   []*talks.Meeting // held, the latest first
	Lapsed []*talks.Meeting // cancelled, or its day gone by and nothing on record
}

func newCalendar(w *talks.World, now time.Time) calendar {
	var c calendar
	for _, m := range w.Meetings() {
		switch {
		case m.Held != nil:
			c.Past = append(c.Past, m)
		case !m.Upcoming(now):
			c.Lapsed = append(c.Lapsed, m)
		case m.Standing == "hoped" || m.Standing == "proposed":
			c.Hoped = append(c.Hoped, m)
		default:
			c.Next = append(c.Next, m)
		}
	}
	slices.Reverse(c.Past)
	slices.Reverse(c.Lapsed)
	return c
}

// presence is a party at a meeting with its people.
type presence struct {
	Party    talks.Ref
	As       talks.Presence   // of the party: present where anybody of it was
	People   []talks.Attendee // named persons
	Expected bool             // it was expected
	Missing  []talks.Attendee // of it were expected, and the record does not name them
}

// attendance groups a meeting's attendees by party, in the order in which they are listed. recorded says whether they are those who came, and
// not only those who were expected.
func attendance(m *talks.Meeting) (list []presence, recorded bool) {
	for _, a := range m.Attendees() {
		i := slices.IndexFunc(list, func(p presence) bool { return p.Party == a.Party })
		if i < 0 {
			i = len(list)
			list = append(list, presence{Party: a.Party})
		}
		p := &list[i]
		if as := cmp.Or(a.Presence, "present"); p.As == "" || as == "present" {
			p.As = as
		}
		if a.Person != "" {
			p.People = append(p.People, a)
		}
	}
	if recorded = m.Held != nil && len(m.Held.Said.Attendance) > 0; recorded {
		list = expected(m, list)
	}
	return list, recorded
}

// expected adds to who came who was expected: parties that the record of the attendance does not name come last, with no word on them.
func expected(m *talks.Meeting, list []presence) []presence {
	for _, a := range m.Expected {
		i := slices.IndexFunc(list, func(p presence) bool { return p.Party == a.Party })
		if i < 0 {
			i = len(list)
			list = append(list, presence{Party: a.Party})
		}
		p := &list[i]
		p.Expected = true
		if a.Person != "" && !slices.ContainsFunc(p.People, func(o talks.Attendee) bool { return strings.EqualFold(o.Person, a.Person) }) {
			p.Missing = append(p.Missing, a)
		}
	}
	return list
}

// sameDay lists what was said on the days of a meeting. A date that is known to the month only is of no day.
func sameDay(w *talks.World, m *talks.Meeting) []*talks.Statement {
	from, to, ok := days(m)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(w.Statements(), func(s *talks.Statement) bool {
		return s.Said == "" || len(s.Said) < len(time.DateOnly) || !s.Said.Start().Before(to) || !s.Said.End().After(from)
	})
}

// days is from the beginning of a meeting's first day, in UTC, to the end of its last; ok is false where the day is not known.
func days(m *talks.Meeting) (from, to time.Time, ok bool) {
	when := m.When()
	if len(when) < len(time.DateOnly) || !when.Valid() {
		return from, to, false
	}
	until := when
	if m.Held != nil && m.Held.Said.Ended.Valid() {
		until = m.Held.Said.Ended
	} else if m.Held == nil && m.Ends.Valid() {
		until = m.Ends
	}
	day := 24 * time.Hour
	from = when.Start().Truncate(day)
	to = until.End().Add(-time.Nanosecond).Truncate(day).Add(day)
	return from, to, to.After(from)
}
