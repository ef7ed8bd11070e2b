package talks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MeetingType is the form of a meeting.
type MeetingType string

// MeetingFormat is how those who meet face each other.
type MeetingFormat string

// Topic is what a point of a readout tells of.
type Topic string

// Standing is how firm it is that a meeting will take place.
type Standing string

// Presence is whether somebody expected at a meeting came.
type Presence string

// The values there are.
var (
	MeetingTypes = []MeetingType{"call", "meeting", "summit", "correspondence"}
	// MeetingFormats are: in one room; in rooms apart with go-betweens; by somebody who travels between them.
	MeetingFormats = []MeetingFormat{"direct", "proximity", "shuttle"}
	// Standings are from a wish to a public announcement.
	Standings = []Standing{"hoped", "proposed", "agreed", "announced"}
	Presences = []Presence{"present", "absent", "excused"}
	// Topics are what was agreed or said, who was there, and what comes next.
	Topics = []Topic{"outcome", "attendance", "next-step"}
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
	Name     string        `json:"name"`
	Title    string        `json:"title"`
	Type     MeetingType   `json:"kind"`
	Format   MeetingFormat `json:"format,omitzero"`
	Level    Level         `json:"level,omitzero"`
	Standing Standing      `json:"standing,omitzero"` // agreed where it is left out
	Starts   Date          `json:"starts,omitzero"`
	Ends     Date          `json:"ends,omitzero"`
	Venue    string        `json:"venue,omitzero"`
	Place    string        `json:"place,omitzero"` // the town or country
	Host     Ref           `json:"host,omitzero"`  // the party that hosts it
	Expected []Attendee    `json:"expected,omitzero"`
	Agenda   []Ref         `json:"agenda,omitzero"` // issues
	// Preconditions are what must be met before it can take place: conditions, commitments, agreements, other meetings.
	Preconditions []Ref  `json:"preconditions,omitzero"`
	Note          string `json:"note,omitzero"`
	Basis
}

// MeetingUpdate changes a meeting that is still to come: its day, its place, its agenda, or how firm it is, as when a summit that was
// hoped for is announced. What is left out stays; a list that is given stands in the place of the one before.
type MeetingUpdate struct {
	Meeting       Ref           `json:"meeting"`
	Title         string        `json:"title,omitzero"`
	Format        MeetingFormat `json:"format,omitzero"`
	Level         Level         `json:"level,omitzero"`
	Standing      Standing      `json:"standing,omitzero"`
	Starts        Date          `json:"starts,omitzero"`
	Ends          Date          `json:"ends,omitzero"`
	Venue         string        `json:"venue,omitzero"`
	Place         string        `json:"place,omitzero"`
	Host          Ref           `json:"host,omitzero"`
	Expected      []Attendee    `json:"expected,omitzero"`
	Agenda        []Ref         `json:"agenda,omitzero"`
	Preconditions []Ref         `json:"preconditions,omitzero"`
	Note          string        `json:"note,omitzero"`
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
	Topic    Topic    `json:"topic,omitzero"` // outcome where it is left out
	Issue    Ref      `json:"issue,omitzero"`
	Option   string   `json:"option,omitzero"` // of the issue's options, the one that the point says was agreed
	Value    Decimal  `json:"value,omitzero"`  // or the value on its scale
	When     Date     `json:"when,omitzero"`   // of a next step
	Strength Strength `json:"strength,omitzero"`
}

// About is the point's topic: outcome where it names none.
func (p *Point) About() Topic { return cmp.Or(p.Topic, Topics[0]) }

// ReadoutIssue is an account of a meeting, by one party or by several together.
type ReadoutIssue struct {
	Meeting Ref     `json:"meeting"`
	By      []Ref   `json:"by"` // parties; more than one for a joint readout
	Title   string  `json:"title,omitzero"`
	Points  []Point `json:"points,omitzero"`
	// Attendance is who was there by this account, which need not be what another says.
	Attendance []Attendee `json:"attendance,omitzero"`
	Text       string     `json:"text,omitzero"`
	Basis
}

// Meeting is a meeting as it stands.
type Meeting struct {
	Made
	MeetingSchedule // as it was changed since
	Updates         []Fact[MeetingUpdate]
	Held            *Fact[MeetingHold]
	Cancelled       *Fact[MeetingCancel]
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

// Attended reports whether a party was at a meeting that was held: whether it or anybody of it was there by the record of the attendance.
func (m *Meeting) Attended(party Ref) bool {
	return m.Held != nil && slices.ContainsFunc(m.Held.Said.Attendance, func(a Attendee) bool {
		return a.Party == party && cmp.Or(a.Presence, "present") == "present"
	})
}

// Upcoming reports whether the meeting is still to come at t: neither held nor cancelled, and not past. One without a date is to come.
func (m *Meeting) Upcoming(t time.Time) bool {
	return m.Held == nil && m.Cancelled == nil && (m.Starts == "" || m.Starts.End().After(t))
}

func (*MeetingSchedule) Kind() Kind { return "meeting.schedule" }
func (*MeetingUpdate) Kind() Kind   { return "meeting.update" }
func (*MeetingHold) Kind() Kind     { return "meeting.hold" }
func (*MeetingCancel) Kind() Kind   { return "meeting.cancel" }
func (*ReadoutIssue) Kind() Kind    { return "readout.issue" }

func (a *MeetingSchedule) refs(f func(place, *Ref)) {
	f(place{list: "host", index: -1}, &a.Host)
	attendeeRefs(f, "expected", a.Expected)
	eachRef(f, "agenda", a.Agenda)
	eachRef(f, "preconditions", a.Preconditions)
}

func (a *MeetingUpdate) refs(f func(place, *Ref)) {
	f(place{list: "meeting", index: -1}, &a.Meeting)
	f(place{list: "host", index: -1}, &a.Host)
	attendeeRefs(f, "expected", a.Expected)
	eachRef(f, "agenda", a.Agenda)
	eachRef(f, "preconditions", a.Preconditions)
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
	attendeeRefs(f, "attendance", a.Attendance)
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
	c.arrangements(&MeetingUpdate{
		Format: a.Format, Level: a.Level, Standing: a.Standing, Starts: a.Starts, Ends: a.Ends, Venue: a.Venue, Place: a.Place,
		Host: a.Host, Expected: a.Expected, Agenda: a.Agenda, Preconditions: a.Preconditions, Note: a.Note,
	})
}

// arrangements checks what is arranged for a meeting.
func (c *Checking) arrangements(a *MeetingUpdate) {
	oneOf(c, "format", a.Format, MeetingFormats, true)
	oneOf(c, "level", a.Level, Levels, true)
	oneOf(c, "standing", a.Standing, Standings, true)
	c.dates("starts", "ends", a.Starts, a.Ends)
	c.line("venue", a.Venue)
	c.line("place", a.Place)
	c.maybe("host", a.Host, "party")
	c.attendees("expected", a.Expected)
	c.refList("agenda", a.Agenda, "issue")
	c.refList("preconditions", a.Preconditions, "")
	for i, r := range a.Preconditions {
		if what := c.View.Object(r); what != "" && !slices.Contains(preconditions, what) {
			c.fail("wrong-object", fmt.Sprintf("preconditions/%d", i), shortRef(c.Room, r), what, strings.Join(preconditions, ", "))
		}
	}
	c.text("note", a.Note, textLimit)
}

// preconditions are the kinds of objects that a meeting can wait for.
var preconditions = []string{"condition", "commitment", "agreement", "meeting"}

func (a *MeetingUpdate) check(c *Checking) {
	c.pending(a.Meeting)
	if a.empty() {
		c.fail("empty-change", "")
	}
	c.line("title", a.Title)
	c.arrangements(a)
	for i, r := range a.Preconditions {
		if r == a.Meeting {
			c.fail("own-precondition", fmt.Sprintf("preconditions/%d", i))
		}
	}
	m := c.State.Meetings.Get(a.Meeting.Name)
	if m == nil || a.Meeting.Room != c.Room {
		return
	}
	starts, ends := cmp.Or(a.Starts, m.Starts), cmp.Or(a.Ends, m.Ends)
	if one := (a.Starts == "") != (a.Ends == ""); one && starts.Valid() && ends.Valid() {
		c.dates("starts", "ends", starts, ends)
	}
}

func (a *MeetingUpdate) empty() bool {
	words := a.Title + string(a.Format) + string(a.Level) + string(a.Standing) + string(a.Starts) + string(a.Ends) + a.Venue + a.Place + a.Note
	return words == "" && a.Host.IsZero() && len(a.Expected)+len(a.Agenda)+len(a.Preconditions) == 0
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
	c.begun("started", a.Started)
	c.line("venue", a.Venue)
	c.attendees("attendance", a.Attendance)
	c.text("note", a.Note, textLimit)
}

// begun refuses what is said to have happened and is still to come. A day has begun once it has anywhere on Earth, and clocks may differ a little.
func (c *Checking) begun(field string, d Date) {
	early := 14 * time.Hour
	if d.Exact() {
		early = 5 * time.Minute
	}
	if d.Valid() && d.Start().After(c.Time.Add(early)) {
		c.fail("not-yet", field, string(d), c.Time.UTC().Format(time.RFC3339))
	}
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
	if len(a.Points)+len(a.Attendance) == 0 {
		c.words("text", a.Text)
	}
	c.most("points", len(a.Points), 500)
	for i, p := range a.Points {
		at := fmt.Sprintf("points/%d/", i)
		c.words(at+"text", p.Text)
		oneOf(c, at+"topic", p.Topic, Topics, true)
		if c.maybe(at+"issue", p.Issue, "issue") {
			c.stance(at, p.Issue, p.Option, p.Value, "", "")
		} else if p.Issue.IsZero() && (p.Option != "" || p.Value != "") {
			c.fail("missing", at+"issue")
		}
		c.date(at+"when", p.When)
		oneOf(c, at+"strength", p.Strength, Strengths, true)
	}
	c.attendees("attendance", a.Attendance)
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

func (a *MeetingUpdate) fold(s *State, e *Entry) {
	s.pendingMeeting(a.Meeting, e, func(m *Meeting) {
		set(&m.Title, a.Title)
		set(&m.Format, a.Format)
		set(&m.Level, a.Level)
		set(&m.Standing, a.Standing)
		set(&m.Starts, a.Starts)
		set(&m.Ends, a.Ends)
		set(&m.Venue, a.Venue)
		set(&m.Place, a.Place)
		set(&m.Host, a.Host)
		set(&m.Note, a.Note)
		replace(&m.Expected, a.Expected)
		replace(&m.Agenda, a.Agenda)
		replace(&m.Preconditions, a.Preconditions)
		m.Updates = append(slices.Clip(m.Updates), Fact[MeetingUpdate]{e, a})
	})
}

// replace changes a list where there is a new one.
func replace[T any](field *[]T, v []T) {
	if len(v) > 0 {
		*field = v
	}
}

func (a *MeetingHold) fold(s *State, e *Entry) {
	s.pendingMeeting(a.Meeting, e, func(m *Meeting) { m.Held = &Fact[MeetingHold]{e, a} })
}

func (a *MeetingCancel) fold(s *State, e *Entry) {
	s.pendingMeeting(a.Meeting, e, func(m *Meeting) { m.Cancelled = &Fact[MeetingCancel]{e, a} })
}

// pendingMeeting changes a meeting of the room that is still to come.
func (s *State) pendingMeeting(r Ref, e *Entry, change func(*Meeting)) {
	if r.Room != s.Room.ID {
		return
	}
	s.Meetings.change(r.Name, func(m *Meeting) {
		if m.Held == nil && m.Cancelled == nil {
			m.Last = e
			change(m)
		}
	})
}

func (a *ReadoutIssue) fold(s *State, e *Entry) {
	s.Readouts = append(s.Readouts, Fact[ReadoutIssue]{e, a})
}
