package calendar

import (
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/office"
	"parley/internal/talks"
	"parley/web/implementation"
	"parley/web/ui"
)

// every is how often those who subscribe may ask.
const every = time.Hour

// File returns the calendar of a view as an iCalendar object. What is not known to the day is not in it. origin is where browsers find the host,
// for links. Instants are in UTC, which a reader's program shows in its own zone; days are days wherever it is read.
func File(p *ui.Page, origin string) []byte {
	c := office.Calendar{
		Title: p.Loc.T("calendar.file-title", "process", p.View.Title(), "seat", string(p.View.Seat())),
		Text:  p.Loc.T("calendar.file-text", "process", p.View.Title()),
		Every: every,
	}
	for _, i := range items(implementation.Book(p)) {
		if i.dated() {
			c.Events = append(c.Events, event(p, i, origin))
		}
	}
	return c.ICS()
}

func event(p *ui.Page, i *item, origin string) office.Event {
	e := office.Event{
		UID: i.uid(), Made: i.By.Time, Changed: i.Last.Time, Sequence: i.Moves, Start: i.Start, End: i.End, Days: i.Days,
		Title: heading(p, i), Text: strings.Join(details(p, i), "\n"), Kind: kindWord(p, i), Certainty: i.Certainty, Busy: i.Kind == kindMeeting && i.Certainty == office.Confirmed && !i.Some,
	}
	if u := p.ObjectURL(i.Ref); u != "" {
		e.URL = origin + string(u)
	}
	if m := i.Meeting; m != nil {
		e.Place = m.Where()
		if m.Place != "" && m.Place != e.Place {
			e.Place = strings.TrimPrefix(e.Place+", "+m.Place, ", ")
		}
	}
	return e
}

// kindWord says what kind of thing an item is.
func kindWord(p *ui.Page, i *item) string {
	if i.Meeting != nil {
		return p.MeetingTypeWord(i.Meeting.Type)
	}
	if i.Kind == kindStep {
		return p.Loc.T("calendar.step", "n", i.Part)
	}
	return p.Loc.T("calendar.kind." + i.Kind)
}

// heading is the line by which a calendar program shows an item: it says what a list says by its place, its shape and its colour.
func heading(p *ui.Page, i *item) string {
	switch {
	case i.Kind == kindStep:
		return p.Loc.T("calendar.head.step", "n", i.Part, "title", i.Title)
	case i.Kind == kindNextStep:
		return p.Loc.T("calendar.head.next-step", "who", names(p, i.Parties), "title", short(i.Title))
	case i.Kind != kindMeeting:
		return p.Loc.T("calendar.head."+i.Kind, "title", i.Title)
	case i.Certainty == office.Confirmed:
		return i.Title
	}
	return p.Loc.T("calendar.head.unsure", "title", i.Title, "standing", standing(p, i))
}

// standing says how firm it is that a meeting takes place.
func standing(p *ui.Page, i *item) string {
	m := i.Meeting
	switch {
	case m.Cancelled != nil:
		return p.Loc.T("calendar.cancelled")
	case m.Held != nil:
		return p.Loc.T("calendar.held")
	}
	return p.StandingWord(m.Standing)
}

// details are what else there is to say of an item, by lines.
func details(p *ui.Page, i *item) []string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	if m := i.Meeting; m != nil {
		add(joined(" · ", p.MeetingTypeWord(m.Type), p.FormatWord(m.Format), p.LevelWord(m.Level), standing(p, i)))
		if i.Some {
			add(p.Loc.T("calendar.some", "when", p.Loc.Known(i.Date)))
		}
		if who := names(p, i.Parties); who != "" {
			add(p.Loc.T("calendar.who", "who", who))
		}
		if who := names(p, i.Absent); who != "" {
			add(p.Loc.T("calendar.absent", "who", who))
		}
		var agenda []string
		for _, r := range m.Agenda {
			agenda = append(agenda, p.ObjectTitle(r))
		}
		if len(agenda) > 0 {
			add(p.Loc.T("calendar.agenda", "agenda", strings.Join(agenda, "; ")))
		}
		add(m.Note)
		if m.Cancelled != nil {
			add(m.Cancelled.Said.Reason)
		}
	}
	if i.Kind == kindNextStep {
		add(i.Title)
	}
	if i.Text != "" {
		add(joined(": ", names(p, i.Parties), i.Text))
	}
	if i.Zone != "" {
		add(p.Loc.T("calendar.day-zone", "zone", i.Zone))
	}
	if i.Status != "" {
		add(p.Loc.T("calendar.status", "status", implementation.StatusWord(p, i.Status)))
		for _, r := range i.Reasons {
			add(implementation.ReasonText(p, r))
		}
	}
	add(p.Loc.T("calendar.seen-by", "room", p.W().Room(i.By.Room).Room.Title, "who", p.AudienceText(i.By.Room)))
	return lines
}

// names are what parties are called.
func names(p *ui.Page, rs []talks.Ref) string {
	var out []string
	for _, r := range rs {
		out = append(out, p.ObjectTitle(r))
	}
	return strings.Join(out, ", ")
}

// joined joins what is not empty.
func joined(sep string, parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

// short is a text cut at a space to what fits on a line.
func short(s string) string {
	const most = 90
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most])
	if k := strings.LastIndexByte(cut, ' '); k > most/2 {
		cut = cut[:k]
	}
	return cut + "…"
}
