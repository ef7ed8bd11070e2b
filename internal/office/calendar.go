package office

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Calendar is a list of events with a name.
type Calendar struct {
	Title  string
	Text   string
	Every  time.Duration // how often those who subscribe to it may ask for it anew, in whole minutes; 0 says nothing
	Events []Event
}

// Certainty is how firm it is that an event takes place.
type Certainty string

// The values there are (RFC 5545, section 3.8.1.11).
const (
	Tentative Certainty = "TENTATIVE"
	Confirmed Certainty = "CONFIRMED"
	Cancelled Certainty = "CANCELLED"
)

// Event is one event of a calendar.
type Event struct {
	UID      string    // the same for the same event, whenever and by whomever it is asked for
	Made     time.Time // when it was put on record
	Changed  time.Time // when what is on record of it changed last
	Sequence int       // how often it did

	Start time.Time // of days, the first one's beginning in its own zone: its date is what counts
	End   time.Time // the first instant, or the first day, after it; zero for an instant, or for one day
	Days  bool      // whole days, whatever zone the reader is in. Otherwise instants, which the reader's program shows in its own zone

	Title     string
	Text      string
	Place     string
	URL       string // where to read more; empty for nowhere
	Kind      string // a category
	Certainty Certainty
	Busy      bool // takes the time of whoever goes there. A deadline does not
}

// ContentType is the media type of what ICS returns.
const ContentType = "text/calendar; charset=utf-8"

// ICS returns the calendar as an iCalendar object: lines of at most 75 octets that end with CR and LF, instants in UTC.
func (c *Calendar) ICS() []byte {
	out := ics.NewCalendarFor("Parley")
	out.SetProductId("-//Parley//Calendar//EN")
	out.SetCalscale("GREGORIAN")
	out.SetMethod(ics.MethodPublish)
	out.SetName(oneLine(c.Title)) // RFC 7986, section 5.1, and what was usual before it
	if c.Text != "" {
		out.SetDescription(plain(c.Text))
		out.SetXWRCalDesc(plain(c.Text))
	}
	if c.Every > 0 {
		every := fmt.Sprintf("PT%dM", int(c.Every/time.Minute))
		out.SetRefreshInterval(every) // the library says itself that it is a duration
		out.SetXPublishedTTL(every)
	}
	written := 0
	for i := range c.Events {
		if writable(c.Events[i].Start) {
			out.AddVEvent(c.Events[i].component())
			written++
		}
	}
	if written == 0 {
		// There must be one component (RFC 5545, section 3.6), and a zone that nothing is in is no event.
		zone := ics.NewTimezone("Etc/UTC")
		utc := ics.NewStandard()
		utc.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
		utc.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0000")
		utc.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0000")
		zone.Components = append(zone.Components, utc)
		out.Components = append(out.Components, zone)
	}
	return []byte(out.Serialize(ics.WithNewLineWindows))
}

func (e *Event) component() *ics.VEvent {
	v := ics.NewEvent(oneLine(e.UID))
	v.SetDtStampTime(e.Changed)
	v.SetCreatedTime(e.Made)
	v.SetModifiedAt(e.Changed)
	v.SetProperty(ics.ComponentPropertySequence, strconv.Itoa(e.Sequence))
	if e.Days {
		v.SetAllDayStartAt(e.Start)
		end := e.End
		if !end.After(e.Start) {
			end = e.Start.AddDate(0, 0, 1)
		}
		if writable(end) {
			v.SetAllDayEndAt(end)
		} // else it is one day, which needs no end
	} else {
		v.SetStartAt(e.Start)
		if e.End.After(e.Start) && writable(e.End) {
			v.SetEndAt(e.End)
		}
	}
	v.SetSummary(oneLine(e.Title))
	if e.Text != "" {
		v.SetDescription(plain(e.Text))
	}
	if e.Place != "" {
		v.SetLocation(oneLine(e.Place))
	}
	if e.URL != "" {
		v.SetURL(oneLine(e.URL))
	}
	if e.Kind != "" {
		v.AddCategory(oneLine(e.Kind))
	}
	if e.Certainty != "" {
		v.SetStatus(ics.ObjectStatus(e.Certainty))
	}
	transparency := ics.TransparencyTransparent
	if e.Busy {
		transparency = ics.TransparencyOpaque
	}
	v.SetTimeTransparency(transparency)
	return v
}

// writable reports whether a date can be written: its year has four digits (RFC 5545, section 3.3.4). One line that cannot be read, and programs
// refuse the whole calendar.
func writable(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// plain is a text without what no text in a file may have: control characters but the end of a line, and bytes that are no letters.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s)
}

// oneLine is plain on one line.
func oneLine(s string) string { return strings.ReplaceAll(plain(s), "\n", " ") }
