package meeting

import (
	"slices"
	"testing"
	"time"

	"parley/internal/talks"
)

func schedule(m talks.MeetingSchedule) said { return said{lobby, "us-head", &m} }

func hold(name string, a ...talks.Attendee) said {
	return said{lobby, "us-head", &talks.MeetingHold{Meeting: in(name), Attendance: a}}
}

func TestCalendar(t *testing.T) {
	w := world(
		schedule(talks.MeetingSchedule{Name: "call", Title: "Call", Starts: "2025-02-12"}),
		schedule(talks.MeetingSchedule{Name: "riyadh", Title: "Riyadh", Starts: "2025-02-18"}),
		schedule(talks.MeetingSchedule{Name: "summit", Title: "Summit", Standing: "hoped"}),
		schedule(talks.MeetingSchedule{Name: "next", Title: "Next", Starts: "2025-03"}),
		schedule(talks.MeetingSchedule{Name: "missed", Title: "Missed", Starts: "2025-02-01"}),
		schedule(talks.MeetingSchedule{Name: "off", Title: "Off", Starts: "2025-04"}),
		hold("call"), hold("riyadh"),
		said{lobby, "us-head", &talks.MeetingCancel{Meeting: in("off")}},
	)
	c := newCalendar(w, start.AddDate(0, 0, 2))
	names := func(ms []*talks.Meeting) (out []string) {
		for _, m := range ms {
			out = append(out, m.Name)
		}
		return out
	}
	for what, got := range map[string][2][]string{
		"next":   {names(c.Next), {"next"}},
		"hoped":  {names(c.Hoped), {"summit"}},
		"past":   {names(c.Past), {"riyadh", "call"}},
		"lapsed": {names(c.Lapsed), {"off", "missed"}},
	} {
		if !slices.Equal(got[0], got[1]) {
			t.Errorf("%s: %v, want %v", what, got[0], got[1])
		}
	}
}

func TestMet(t *testing.T) {
	us, ru, envoy, gone := talks.Attendee{Party: in("us"), Person: "A"}, talks.Attendee{Party: in("ru")}, talks.Attendee{Party: in("envoy")}, talks.Attendee{Party: in("gone")}
	away := talks.Attendee{Party: in("ru"), Presence: "absent"}
	w := world(
		schedule(talks.MeetingSchedule{Name: "one", Title: "One", Starts: "2025-02-12"}),
		schedule(talks.MeetingSchedule{Name: "two", Title: "Two", Starts: "2025-02-18"}),
		schedule(talks.MeetingSchedule{Name: "three", Title: "Three", Starts: "2025-02-19", Expected: []talks.Attendee{us, ru}}),
		schedule(talks.MeetingSchedule{Name: "four", Title: "Four", Starts: "2025-02-17"}),
		hold("one", envoy, ru), hold("two", us, us, ru, gone), hold("four", us, away),
	)
	v := newMet(w)
	if v.Most != 2 || len(v.Pairs) != 3 {
		t.Fatalf("%+v", v)
	}
	if want := []talks.Ref{in("us"), in("ru"), in("gone")}; !slices.Equal(v.Parties, want) {
		t.Errorf("parties %v", v.Parties)
	}
	if i, ok := v.of(in("ru"), in("us")); !ok || len(v.Pairs[i].Meetings) != 2 {
		t.Errorf("a person does not count for its party: %+v", v.Pairs)
	}
	if _, ok := v.of(in("us"), in("us")); ok {
		t.Error("a party met itself")
	}
}

func TestAttendanceAndAccounts(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.IssueOpen{Name: "a", Title: "A"}},
		schedule(talks.MeetingSchedule{Name: "m", Title: "M", Starts: "2025-02-18T09:00:00Z", Agenda: []talks.Ref{in("a")}, Expected: []talks.Attendee{{Party: in("us")}}}),
		hold("m", talks.Attendee{Party: in("us"), Person: "A", Presence: "absent"}, talks.Attendee{Party: in("us"), Person: "B"}, talks.Attendee{Party: in("gone")}),
		said{lobby, "us-head", &talks.ReadoutIssue{Meeting: in("m"), By: []talks.Ref{in("us")}, Points: []talks.Point{{Text: "x"}, {Text: "y", Issue: in("b")}, {Text: "z", Issue: in("a")}}}},
		said{lobby, "us-head", &talks.ReadoutIssue{Meeting: in("m"), By: []talks.Ref{in("us"), in("ru")}, Points: []talks.Point{{Text: "z", Issue: in("a")}}}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "in", Speaker: in("us"), Text: "in", Said: "2025-02-18"}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "out", Speaker: in("us"), Text: "out", Said: "2025-02-19"}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "vague", Speaker: in("us"), Text: "vague", Said: "2025-02"}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "undated", Speaker: in("us"), Text: "undated"}},
	)
	m := w.Meeting(in("m"))
	list, recorded := attendance(m)
	if !recorded || len(list) != 2 || list[0].As != "present" || len(list[0].People) != 2 || len(list[1].People) != 0 {
		t.Errorf("%v %+v", recorded, list)
	}
	as := accounts(w, m.Ref)
	if len(as) != 2 || len(as[0].Said.By) != 2 {
		t.Fatalf("the joint readout comes first: %+v", as)
	}
	sides := newSides(w, m, nil)
	var got []talks.Ref
	for _, x := range sides.Topics[0].Issues {
		got = append(got, x.Issue)
	}
	if want := []talks.Ref{in("a"), in("b"), {}}; len(sides.Topics) != 1 || !slices.Equal(got, want) {
		t.Errorf("the agenda's issues come first, what is on none last: %v, want %v", got, want)
	}
	if said := sameDay(w, m); len(said) != 1 || said[0].Text != "in" {
		t.Errorf("said on the day: %+v", said)
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		starts, ends talks.Date
		from, to     string
		ok           bool
	}{
		{"2025-02-18", "", "2025-02-18", "2025-02-19", true},
		{"2025-02-18T23:30:00Z", "2025-02-20", "2025-02-18", "2025-02-21", true},
		{"2025-02-18", "2025-02-17", "", "", false},
		{"2025-02", "", "", "", false},
		{"", "2025-02-18", "", "", false},
		{"not a day at all", "", "", "", false},
	} {
		from, to, ok := days(&talks.Meeting{MeetingSchedule: talks.MeetingSchedule{Starts: c.starts, Ends: c.ends}})
		if ok != c.ok || (ok && (from.Format(time.DateOnly) != c.from || to.Format(time.DateOnly) != c.to)) {
			t.Errorf("%s to %s: %s, %s, %v", c.starts, c.ends, from, to, ok)
		}
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if c := newCalendar(w, time.Time{}); len(c.Next)+len(c.Past) != 0 {
		t.Errorf("%+v", c)
	}
	if v := newMet(w); len(v.Parties)+v.Most != 0 {
		t.Errorf("%+v", v)
	}
	if as := accounts(w, in("gone")); len(as) != 0 || len(newSides(w, &talks.Meeting{}, nil).Rows) != 0 || len(sameDay(w, &talks.Meeting{})) != 0 {
		t.Error("an empty view has readouts")
	}
}
