// Package calendar shows what takes place when, and what is due: on a page by day, and as a file that calendar programs read. Both are made
// of the same list, so a file has what the page has.
package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"parley/internal/implementation"
	"parley/internal/office"
	"parley/internal/talks"
)

// The kinds of what stands in a calendar.
const (
	kindMeeting  = "meeting"
	kindStarts   = "starts"    // a commitment begins
	kindStep     = "step"      // a step of one is due
	kindDue      = "due"       // a commitment is due
	kindExpires  = "expires"   // one lapses unless what it depends on has come about
	kindOffer    = "offer"     // a proposal ends
	kindForce    = "in-force"  // an agreement entered into force
	kindNextStep = "next-step" // an account of a meeting speaks of it
)

// item is one thing of a calendar.
type item struct {
	Kind  string
	Ref   talks.Ref    // the object; of a next step the meeting
	Part  int          // which of the object's, from 1: a step, or a point of an account
	By    *talks.Entry // that put it on record; of a next step the account
	Last  *talks.Entry // that changed it last
	Moves int          // how often what is on record of it changed

	Date  talks.Date // as exactly as it is known, where it was given as a date
	Start time.Time  // the instant, or the beginning in UTC of its first day; zero where it is not known to the day
	End   time.Time  // the first instant after it, or the day after its last; zero where there is none
	Days  bool       // whole days
	Zone  string     // in which the days were promised; empty for none
	Some  bool       // some time in them, and not all of it

	Title     string
	Text      string // what is to be done
	Certainty office.Certainty
	Meeting   *talks.Meeting
	Status    implementation.Status // of a commitment
	Reasons   []implementation.Reason
	Parties   []talks.Ref // that meet, owe or say it
	Absent    []talks.Ref // that did not come, or were excused
}

// dated reports whether the day is known.
func (i *item) dated() bool { return !i.Start.IsZero() }

// over reports whether it is past at t.
func (i *item) over(t time.Time) bool {
	end := i.End
	switch {
	case end.IsZero() && i.Days:
		end = i.Start.AddDate(0, 0, 1)
	case end.IsZero():
		end = i.Start
	}
	return i.dated() && !end.After(t)
}

// uid names the item in calendars. It is made of the room, the name and what kind of thing it is, which everybody who sees it sees, so that it is
// the same for all of them and whenever they ask, and tells nothing else (RFC 7986, section 5.3).
func (i *item) uid() string {
	if i.Kind == kindNextStep { // an account has no name but its place
		return fmt.Sprintf("%s.%d.%d.%s@parley", i.Kind, i.By.Index, i.Part, i.By.Room)
	}
	if i.Part > 0 {
		return fmt.Sprintf("%s.%d.%s.%s@parley", i.Kind, i.Part, i.Ref.Name, i.Ref.Room)
	}
	return fmt.Sprintf("%s.%s.%s@parley", i.Kind, i.Ref.Name, i.Ref.Room)
}

// items lists everything, the earliest first; what is not known to the day stands at the end.
func items(b *implementation.Book) []*item {
	var list []*item
	for _, m := range b.World().Meetings() {
		list = append(list, meetings(b.World(), m)...)
	}
	for _, c := range b.Commitments() {
		list = append(list, commitments(c)...)
	}
	for _, p := range b.World().Proposals() {
		if p.Expires != "" && p.Withdrawn == nil {
			i := &item{Kind: kindOffer, Ref: p.Ref, By: p.By, Last: p.By, Title: p.Title, Certainty: office.Confirmed, Parties: list1(b.World().PartyOf(p.By.Seat.Delegation()))}
			i.on(p.Expires, "")
			list = append(list, i)
		}
	}
	for _, a := range b.Agreements() {
		if !a.InForceSince.IsZero() {
			i := &item{Kind: kindForce, Ref: a.Ref, By: a.By, Last: a.Last, Title: a.Title, Certainty: office.Confirmed, Parties: a.Parties}
			i.onDayOf(a.InForceSince)
			list = append(list, i)
		}
	}
	slices.SortFunc(list, (*item).compare)
	return list
}

func (i *item) compare(o *item) int {
	if c := cmp.Or(compareBool(!i.dated(), !o.dated()), i.Start.Compare(o.Start), compareBool(!i.Days, !o.Days), i.By.Time.Compare(o.By.Time)); c != 0 {
		return c
	}
	return cmp.Compare(i.uid(), o.uid())
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func list1(r talks.Ref) []talks.Ref {
	if r.IsZero() {
		return nil
	}
	return []talks.Ref{r}
}

// meetings is a meeting, and the next steps that its accounts speak of.
func meetings(w *talks.World, m *talks.Meeting) []*item {
	i := &item{Kind: kindMeeting, Ref: m.Ref, By: m.By, Last: m.Last, Title: m.Title, Meeting: m, Moves: len(m.Updates), Certainty: office.Confirmed}
	until := m.Ends
	switch {
	case m.Held != nil:
		until = m.Held.Said.Ended
		if m.Held.Said.Started == "" && until == "" {
			until = m.Ends
		}
		i.Moves++
	case m.Cancelled != nil:
		i.Certainty = office.Cancelled
		i.Moves++
	case m.Standing == "hoped" || m.Standing == "proposed":
		i.Certainty = office.Tentative
	}
	for _, a := range m.Attendees() {
		list := &i.Parties
		if a.Presence != "" && a.Presence != "present" {
			list = &i.Absent
		}
		if !a.Party.IsZero() && !slices.Contains(*list, a.Party) {
			*list = append(*list, a.Party)
		}
	}
	i.Absent = slices.DeleteFunc(i.Absent, func(r talks.Ref) bool { return slices.Contains(i.Parties, r) }) // somebody of it came
	i.on(m.When(), until)
	list := []*item{i}
	for _, r := range w.Readouts(m.Ref) {
		for n, p := range r.Said.Points {
			if p.About() == "next-step" && p.When != "" {
				next := &item{Kind: kindNextStep, Ref: m.Ref, Part: n + 1, By: r.Entry, Last: r.Entry, Title: p.Text, Certainty: office.Tentative, Parties: r.Said.By}
				next.on(p.When, "")
				list = append(list, next)
			}
		}
	}
	return list
}

// commitments are the times of a commitment that are known.
func commitments(c *implementation.Commitment) []*item {
	var list []*item
	add := func(kind string, part int, title string, d talks.Due, t time.Time, closes bool) {
		if t.IsZero() {
			return
		}
		i := &item{
			Kind: kind, Ref: c.Ref, Part: part, By: c.By, Last: c.Last, Title: title, Certainty: office.Confirmed, Status: c.Status,
			Reasons: c.Reasons, Parties: c.Obligors, Date: d.By, Text: c.Deed,
		}
		switch c.Status {
		case implementation.Lapsed:
			i.Certainty = office.Cancelled
			i.Moves++
		case implementation.Dormant:
			i.Certainty = office.Tentative // it may never be owed
		}
		i.at(d, t, closes)
		list = append(list, i)
	}
	if !c.Starts.Equal(c.Due) {
		add(kindStarts, 0, c.Title, c.Commitment.Starts, c.Starts, false)
	}
	for n, s := range c.Steps {
		add(kindStep, n+1, c.Title, s.Step.Due, s.Due, true)
	}
	add(kindDue, 0, c.Title, c.Commitment.Due, c.Due, true)
	if c.Status == implementation.Dormant || c.Status == implementation.Waiting {
		add(kindExpires, 0, c.Title, c.Commitment.Expires, c.Expires, true)
	}
	return list
}

// on puts the item on a date, as far as that is known to the day, and up to another one, or none.
func (i *item) on(from, until talks.Date) {
	i.Date = from
	first, last, some := from.Interval()
	if !from.Valid() || len(first) < len(time.DateOnly) || len(last) < len(time.DateOnly) {
		return
	}
	i.Start, i.Days, i.Some = first.Start(), len(first) == len(time.DateOnly), some
	if until.Valid() {
		_, last, _ = until.Interval()
	}
	switch {
	case last == first || len(last) < len(time.DateOnly):
	case i.Days:
		i.End = last.End().Add(-time.Nanosecond).Truncate(24*time.Hour).AddDate(0, 0, 1)
	case len(last) > len(time.DateOnly): // of an instant a day says no end
		i.End = last.Start()
	}
	if i.End.Before(i.Start) {
		i.End = time.Time{}
	}
}

// at puts the item on a moment that was promised: t is its first instant, or where it closes, the first one after it. Of days, the day counts
// that it is where they begin and end.
func (i *item) at(d talks.Due, t time.Time, closes bool) {
	if closes {
		i.Start, i.Days = d.LastDay(t)
	} else {
		i.Start, i.Days = d.FirstDay(t)
	}
	if i.Days {
		i.Zone = d.Zone
	}
}

func (i *item) onDayOf(t time.Time) { i.Start, i.Days = t.UTC().Truncate(24*time.Hour), true }
