package room

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
)

// Who is at a meeting: parties as such, and people with their offices, who can also have stayed away.

var attendeeFields = []string{"party", "person", "office"}

// attendance asks who is at a meeting: parties to tick, and a row for each person and for who did not come.
func (x *filling) attendance(name, label string, preset []talks.Attendee) []field {
	var parties []string
	var people []talks.Attendee
	for _, a := range preset {
		if a.Person == "" && a.Office == "" && cmp.Or(a.Presence, "present") == "present" {
			parties = append(parties, x.ref(a.Party))
		} else {
			people = append(people, a)
		}
	}
	if x.sent {
		people = nil
	}
	f := []field{wide(x.add(checks, name, label, x.parties(), parties...))}
	choices := x.optional(x.parties())
	presences := values(talks.Presences, x.p.PresenceWord)
	presences[0].value = "" // present is what is meant where nothing is said
	for i := range max(x.rowCount(name, attendeeFields, 2), min(maxRows, len(people)+2)) {
		var a talks.Attendee
		if i < len(people) {
			a = people[i]
		}
		at := name + "/" + strconv.Itoa(i) + "/"
		row := in("attendance",
			x.add(pick, at+"party", x.t("room.field.party"), choices, x.ref(a.Party)),
			x.add(line, at+"person", x.t("room.field.person"), nil, a.Person),
			x.add(line, at+"office", x.t("room.field.office"), nil, a.Office),
			x.add(pick, at+"presence", x.t("room.field.presence"), presences, string(a.Presence)))
		row[0].shown = i < len(people)
		for _, c := range row {
			if c.problem != nil && c.problem == f[0].problem {
				f[0].problem = nil
			}
		}
		f = append(f, row...)
	}
	return f
}

// attendees reads who is at a meeting: the rows, and after them the parties that are ticked and in no row.
func (b *builder) attendees(name string) []talks.Attendee {
	var out []talks.Attendee
	b.rows(name, attendeeFields, func(at string) {
		out = append(out, talks.Attendee{
			Party: b.ref(at + "party"), Person: b.text(at + "person"), Office: b.text(at + "office"), Presence: talks.Presence(b.text(at + "presence")),
		})
	})
	for _, r := range b.refs(name) {
		if !slices.ContainsFunc(out, func(a talks.Attendee) bool { return a.Party == r }) {
			out = append(out, talks.Attendee{Party: r})
		}
	}
	return out
}

// waitable are what a meeting can wait for; where there are very many, the latest, and what it waits for already.
func (x *filling) waitable(waits []talks.Ref) []choice {
	out := slices.DeleteFunc(slices.Clone(x.comeAbout()), func(c choice) bool {
		r, _ := x.parse(c.value)
		return x.view.Object(r) == "event"
	})
	old := len(out) - many
	return slices.DeleteFunc(out, func(c choice) bool {
		old--
		return old >= 0 && !slices.Contains(x.refsOf(waits), c.value)
	})
}

// arrangements asks for what is arranged for a meeting, with what stands already.
func (x *filling) arrangements(m *talks.MeetingSchedule) []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil, m.Title))),
		needed(x.add(pick, "kind", x.t("room.field.meeting-kind"), values(talks.MeetingTypes, x.p.MeetingTypeWord), string(cmp.Or(m.Type, "meeting")))),
		needed(x.add(pick, "standing", x.t("room.field.standing"), values(talks.Standings, x.p.StandingWord), string(cmp.Or(m.Standing, "agreed")))),
		hinted(x.t("room.hint.date"), x.add(day, "starts", x.t("room.field.starts"), nil, string(m.Starts))),
		x.add(day, "ends", x.t("room.field.ends"), nil, string(m.Ends)),
		x.add(line, "venue", x.t("room.field.venue"), nil, m.Venue),
		x.add(line, "place", x.t("room.field.place"), nil, m.Place),
	}
	f = append(f, x.attendance("expected", x.t("room.field.expected"), m.Expected)...)
	return append(f, in("more",
		x.add(pick, "format", x.t("room.field.format"), x.optional(values(talks.MeetingFormats, x.p.FormatWord)), string(m.Format)),
		x.add(pick, "level", x.t("room.field.level"), x.optional(values(talks.Levels, x.p.LevelWord)), string(m.Level)),
		x.add(pick, "host", x.t("room.field.host"), x.optional(x.parties()), x.ref(m.Host)),
		wide(x.add(checks, "agenda", x.t("room.field.agenda"), x.agenda(m.Agenda), x.refsOf(m.Agenda)...)),
		wide(hinted(x.t("room.hint.preconditions"), x.add(checks, "preconditions", x.t("room.field.preconditions"), x.waitable(m.Preconditions), x.refsOf(m.Preconditions)...))),
		tall(2, x.add(area, "note", x.t("room.field.note"), nil, m.Note)),
	)...)
}

// agenda are the issues that can be spoken to, and those on an agenda that are closed.
func (x *filling) agenda(on []talks.Ref) []choice {
	out := x.openIssues()
	for _, r := range on {
		if i := x.view.Issue(r); i != nil && i.Closed != nil {
			out = append(out, choice{x.ref(r), i.Title})
		}
	}
	return out
}

func (x *filling) refsOf(rs []talks.Ref) []string {
	var out []string
	for _, r := range rs {
		out = append(out, x.ref(r))
	}
	return out
}

// meeting begins with what an earlier meeting had, where the address names one: all but its days and how firm it was.
func (x *filling) meeting() []field {
	m := talks.MeetingSchedule{}
	if was := x.view.Meeting(x.full("clone")); was != nil {
		m = was.MeetingSchedule
		m.Starts, m.Ends, m.Standing, m.Note = "", "", "", ""
		m.Expected = slices.Clone(m.Expected)
		if len(m.Expected) == 0 {
			m.Expected = slices.Clone(was.Attendees())
		}
		for i := range m.Expected {
			m.Expected[i].Presence = "" // who stayed away is expected again
		}
	}
	return append(x.arrangements(&m), x.basis()...)
}

func (x *filling) meetingUpdate() []field {
	f := []field{x.subject("meeting", x.t("room.field.meeting"), x.pending())}
	m := x.view.Meeting(x.full("meeting"))
	if m == nil {
		return f
	}
	rest := slices.DeleteFunc(x.arrangements(&m.MeetingSchedule), func(f field) bool {
		return f.name == "kind" || (len(m.Expected) > maxRows && strings.HasPrefix(f.name, "expected"))
	})
	return append(append(f, rest...), x.basis()...)
}

// pending are the room's meetings that can still be held.
func (x *filling) pending() []choice {
	var cs []choice
	if s := x.p.W().Room(x.room); s != nil {
		for _, m := range notHeld(s) {
			cs = append(cs, choice{x.ref(m.Ref), m.Title})
		}
	}
	return cs
}

// hold asks who came, beginning with those who were expected where it is known which meeting it was.
func (x *filling) hold() []field {
	cs := x.pending()
	f := []field{
		x.subject("meeting", x.t("room.field.meeting"), cs),
		hinted(x.t("room.hint.date"), x.add(day, "started", x.t("room.field.starts"), nil)),
		x.add(day, "ended", x.t("room.field.ends"), nil),
		x.add(line, "venue", x.t("room.field.venue"), nil),
	}
	r := x.full("meeting")
	if r.IsZero() && len(cs) == 1 {
		r, _ = x.parse(cs[0].value)
	}
	var expected []talks.Attendee
	if m := x.view.Meeting(r); m != nil {
		expected = m.Expected
	}
	f = append(f, x.attendance("attendance", x.t("room.field.attendance"), expected)...)
	f = append(f, tall(2, x.add(area, "note", x.t("room.field.note"), nil)))
	return append(f, x.basis()...)
}

func (b *builder) meeting() talks.Act {
	a := &talks.MeetingSchedule{
		Title: b.text("title"), Type: talks.MeetingType(b.text("kind")), Format: talks.MeetingFormat(b.text("format")),
		Level: talks.Level(b.text("level")), Standing: talks.Standing(b.text("standing")), Starts: b.date("starts"), Ends: b.date("ends"),
		Venue: b.text("venue"), Place: b.text("place"), Host: b.ref("host"), Expected: b.attendees("expected"), Agenda: b.refs("agenda"),
		Preconditions: b.refs("preconditions"), Note: b.text("note"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "meeting")
	return a
}

// meetingUpdate leaves out what is as it was.
func (b *builder) meetingUpdate() talks.Act {
	a := &talks.MeetingUpdate{
		Meeting: b.ref("meeting"), Title: b.text("title"), Format: talks.MeetingFormat(b.text("format")), Level: talks.Level(b.text("level")),
		Standing: talks.Standing(b.text("standing")), Starts: b.date("starts"), Ends: b.date("ends"), Venue: b.text("venue"), Place: b.text("place"),
		Host: b.ref("host"), Expected: b.attendees("expected"), Agenda: b.refs("agenda"), Preconditions: b.refs("preconditions"),
		Note: b.text("note"), Basis: b.basis(),
	}
	m := b.view.Meeting(b.exact(a.Meeting))
	if m == nil {
		return a
	}
	unchanged(&a.Title, m.Title)
	unchanged(&a.Format, m.Format)
	unchanged(&a.Level, m.Level)
	unchanged(&a.Standing, m.Standing)
	unchanged(&a.Starts, m.Starts)
	unchanged(&a.Ends, m.Ends)
	unchanged(&a.Venue, m.Venue)
	unchanged(&a.Place, m.Place)
	unchanged(&a.Note, m.Note)
	if b.exact(a.Host) == m.Host {
		a.Host = talks.Ref{}
	}
	if sameMembers(b.exactAll(a.Agenda), m.Agenda) {
		a.Agenda = nil
	}
	if sameMembers(b.exactAll(a.Preconditions), m.Preconditions) {
		a.Preconditions = nil
	}
	there := slices.Clone(a.Expected)
	for i := range there {
		there[i].Party = b.exact(there[i].Party)
	}
	if sameMembers(there, m.Expected) {
		a.Expected = nil
	}
	return a
}

// sameMembers reports whether two lists have the same members, in whatever order: a form cannot tell how they stood.
func sameMembers[T comparable](as, bs []T) bool {
	return len(as) == len(bs) && !slices.ContainsFunc(as, func(a T) bool { return !slices.Contains(bs, a) })
}

func (b *builder) hold() talks.Act {
	return &talks.MeetingHold{
		Meeting: b.ref("meeting"), Started: b.date("started"), Ended: b.date("ended"), Venue: b.text("venue"),
		Attendance: b.attendees("attendance"), Note: b.text("note"), Basis: b.basis(),
	}
}
