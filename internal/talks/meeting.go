package talks

import (
	"fmt"
	"slices"
	"time"
)

// MeetingType is the form of a meeting.
type MeetingType string

// Standing is how firm it is that a meeting will take place.
type Standing string

// Presence is whether somebody expected at a meeting came.
type Presence string

// The values there are.
var (
	MeetingTypes = []MeetingType{"call", "meeting", "summit", "correspondence"}
	Standings    = []Standing{"hoped", "proposed", "agreed", "announced"}
	Presences    = []Presence{"present", "absent", "excused"}
)

// Attendee is a person or a party at a meeting.
type Attendee struct {
	Party    Ref      `json:"party"`
	Person   string   `json:"person,omitzero"` // the party as such where it is left out
	Office   string   `json:"office,omitzero"`
	Presence Presence `json:"presence,omitzero"` // present where it is left out
}

// MeetingSchedule puts a call, a meeting, a summit or an exchange of letters on the calendar, with how firm it is. A summit that
// somebody hopes for and nobody has announced is scheduled with standing hoped.
type MeetingSchedule struct {
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	Type     MeetingType `json:"kind"`
	Level    Level       `json:"level,omitzero"`
	Standing Standing    `json:"standing,omitzero"` // agreed where it is left out
	Starts   Date        `json:"starts,omitzero"`
	Ends     Date        `json:"ends,omitzero"`
	Venue    string      `json:"venue,omitzero"`
	Place    string      `json:"place,omitzero"` // the town or country
	Host     Ref         `json:"host,omitzero"`  // the party that hosts it
	Expected []Attendee  `json:"expected,omitzero"`
	Agenda   []Ref       `json:"agenda,omitzero"` // issues
	Note     string      `json:"note,omitzero"`
	Basis
}

// MeetingHold records that a scheduled meeting took place: when, where and who was there.
type MeetingHold struct {
	Meeting    Ref        `json:"meeting"`
	Started    Date       `json:"started,omitzero"`
	Ended      Date       `json:"ended,omitzero"`
	Venue      string     `json:"venue,omitzero"`
	Attendance []Attendee `json:"attendance,omitzero"`
	Note       string     `json:"note,omitzero"`
	Basis
}

// MeetingCancel records that a scheduled meeting will not take place.
type MeetingCancel struct {
	Meeting Ref    `json:"meeting"`
	Reason  string `json:"reason,omitzero"`
	Basis
}

// Point is one point of a readout, tied to the issue it is about.
type Point struct {
	Text     string   `json:"text"`
	Issue    Ref      `json:"issue,omitzero"`
	Strength Strength `json:"strength,omitzero"`
}

// ReadoutIssue is an account of a meeting, by one party or by several together.
type ReadoutIssue struct {
	Meeting Ref     `json:"meeting"`
	By      []Ref   `json:"by"` // parties; more than one for a joint readout
	Title   string  `json:"title,omitzero"`
	Points  []Point `json:"points,omitzero"`
	Text    string  `json:"text,omitzero"`
	Basis
}

// Meeting is a meeting as it stands.
type Meeting struct {
	Made
	MeetingSchedule
	Held      *Fact[MeetingHold]
	Cancelled *Fact[MeetingCancel]
}

// When is when the meeting began, or is to begin: as held, or else as scheduled.
func (m *Meeting) When() Date {
	if m.Held != nil && m.Held.Said.Started != "" {
		return m.Held.Said.Started
	}
	return m.Starts
}

// Where is the venue as held, or else as scheduled.
func (m *Meeting) Where() string {
	if m.Held != nil && m.Held.Said.Venue != "" {
		return m.Held.Said.Venue
	}
	return m.Venue
}

// Attendees are those who attended, or else those who are expected.
func (m *Meeting) Attendees() []Attendee {
	if m.Held != nil && len(m.Held.Said.Attendance) > 0 {
		return m.Held.Said.Attendance
	}
	return m.Expected
}

// Upcoming reports whether the meeting is still to come at t: neither held nor cancelled, and not past. One without a date is to come.
func (m *Meeting) Upcoming(t time.Time) bool {
	return m.Held == nil && m.Cancelled == nil && (m.Starts == "" || m.Starts.End().After(t))
}

func (*MeetingSchedule) Kind() Kind { return "meeting.schedule" }
func (*MeetingHold) Kind() Kind     { return "meeting.hold" }
func (*MeetingCancel) Kind() Kind   { return "meeting.cancel" }
func (*ReadoutIssue) Kind() Kind    { return "readout.issue" }

func (a *MeetingSchedule) refs(f func(place, *Ref)) {
	f(place{list: "host", index: -1}, &a.Host)
	attendeeRefs(f, "expected", a.Expected)
	eachRef(f, "agenda", a.Agenda)
}

func (a *MeetingHold) refs(f func(place, *Ref)) {
	f(place{list: "meeting", index: -1}, &a.Meeting)
	attendeeRefs(f, "attendance", a.Attendance)
}

func (a *MeetingCancel) refs(f func(place, *Ref)) { f(place{list: "meeting", index: -1}, &a.Meeting) }

func (a *ReadoutIssue) refs(f func(place, *Ref)) {
	f(place{list: "meeting", index: -1}, &a.Meeting)
	eachRef(f, "by", a.By)
	for i := range a.Points {
		f(place{"points", i, "issue"}, &a.Points[i].Issue)
	}
}

func attendeeRefs(f func(place, *Ref), field string, as []Attendee) {
	for i := range as {
		f(place{field, i, "party"}, &as[i].Party)
	}
}

func (a *MeetingSchedule) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	oneOf(c, "kind", a.Type, MeetingTypes, false)
	oneOf(c, "level", a.Level, Levels, true)
	oneOf(c, "standing", a.Standing, Standings, true)
	c.dates("starts", "ends", a.Starts, a.Ends)
	c.line("venue", a.Venue)
	c.line("place", a.Place)
	c.maybe("host", a.Host, "party")
	c.attendees("expected", a.Expected)
	c.refList("agenda", a.Agenda, "issue")
	c.text("note", a.Note, textLimit)
}

func (c *Checking) attendees(field string, as []Attendee) {
	c.most(field, len(as), 500)
	for i, a := range as {
		at := fmt.Sprintf("%s/%d/", field, i)
		c.ref(at+"party", a.Party, "party")
		c.line(at+"person", a.Person)
		c.line(at+"office", a.Office)
		oneOf(c, at+"presence", a.Presence, Presences, true)
	}
}

// pending finds the meeting that an act of this room ends.
func (c *Checking) pending(r Ref) {
	if !c.own("meeting", r, "meeting") {
		return
	}
	switch m := c.State.Meetings.Get(r.Name); {
	case m.Held != nil:
		c.fail("meeting-over", "meeting", "held")
	case m.Cancelled != nil:
		c.fail("meeting-over", "meeting", "cancelled")
	}
}

func (a *MeetingHold) check(c *Checking) {
	c.pending(a.Meeting)
	c.dates("started", "ended", a.Started, a.Ended)
	c.line("venue", a.Venue)
	c.attendees("attendance", a.Attendance)
	c.text("note", a.Note, textLimit)
}

func (a *MeetingCancel) check(c *Checking) {
	c.pending(a.Meeting)
	c.text("reason", a.Reason, textLimit)
}

func (a *ReadoutIssue) check(c *Checking) {
	c.ref("meeting", a.Meeting, "meeting")
	if len(a.By) == 0 {
		c.fail("no-party", "by")
	}
	c.refList("by", a.By, "party")
	// A joint account is its author's word that it is joint, and is shown as that.
	if len(a.By) > 0 && !slices.Contains(a.By, c.party()) {
		c.attributed(a.By[0], &a.Basis, nil)
	}
	c.line("title", a.Title)
	if len(a.Points) == 0 {
		c.words("text", a.Text)
	}
	c.most("points", len(a.Points), 500)
	for i, p := range a.Points {
		at := fmt.Sprintf("points/%d/", i)
		c.words(at+"text", p.Text)
		c.maybe(at+"issue", p.Issue, "issue")
		oneOf(c, at+"strength", p.Strength, Strengths, true)
	}
	c.text("text", a.Text, textLimit)
}

func (a *MeetingSchedule) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "meeting", a.Name); ok {
		v := &Meeting{Made: m, MeetingSchedule: *a}
		if v.Standing == "" {
			v.Standing = "agreed"
		}
		s.Meetings.put(m.Ref.Name, v)
	}
}

func (a *MeetingHold) fold(s *State, e *Entry) {
	s.endMeeting(a.Meeting, e, func(m *Meeting) { m.Held = &Fact[MeetingHold]{e, a} })
}

func (a *MeetingCancel) fold(s *State, e *Entry) {
	s.endMeeting(a.Meeting, e, func(m *Meeting) { m.Cancelled = &Fact[MeetingCancel]{e, a} })
}

func (s *State) endMeeting(r Ref, e *Entry, end func(*Meeting)) {
	if r.Room != s.Room.ID {
		return
	}
	s.Meetings.change(r.Name, func(m *Meeting) {
		if m.Held == nil && m.Cancelled == nil {
			m.Last = e
			end(m)
		}
	})
}

func (a *ReadoutIssue) fold(s *State, e *Entry) {
	s.Readouts = append(s.Readouts, Fact[ReadoutIssue]{e, a})
}
