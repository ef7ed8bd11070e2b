package delegation

import (
	"testing"
	"time"

	"parley/internal/talks"
)

var rubio = talks.Member{Person: "Marco Rubio", Office: "Secretary of State", Part: "head"}

func TestCards(t *testing.T) {
	w := world(
		said{direct, "ru-head", &talks.MandateIssue{Scope: "explore", Until: "2025-02-18"}},
		said{direct, "ru-head", &talks.MandateIssue{Scope: "negotiate"}},
		said{lobby, "ru-head", &talks.StatementRecord{Speaker: in("ru"), Strength: "stated", Form: "verbatim", Text: "one", Said: "2025-02-17"}},
		said{direct, "ru-head", &talks.StatementRecord{Speaker: in("ru"), Strength: "stated", Form: "verbatim", Text: "two", Said: "2025-02-18"}},
	)
	cs := cards(w)
	if len(cs) != 3 {
		t.Fatalf("%d delegations", len(cs))
	}
	ru := newCard(w, w.Delegation("ru"), start.AddDate(0, 0, 2))
	if len(ru.Rooms) != 2 || len(cs[0].Rooms) != 3 || len(cs[2].Rooms) != 1 {
		t.Errorf("rooms: us %d, ru %d, ua %d", len(cs[0].Rooms), len(ru.Rooms), len(cs[2].Rooms))
	}
	if len(ru.Mandates) != 2 || ru.Mandates[0].Said.Scope != "negotiate" || ru.Mandates[0].Over || !ru.Mandates[1].Over {
		t.Errorf("mandates %+v", ru.Mandates)
	}
	if ru.Spoken != 2 || ru.Said[0].Text != "two" {
		t.Errorf("said %d, the last %q", ru.Spoken, ru.Said[0].Text)
	}
}

func TestSeats(t *testing.T) {
	w := world(
		said{caucus, "us-head", &talks.SeatGrant{Holder: "us-notes", Role: talks.Observer}},
		said{caucus, "us-head", &talks.SeatGrant{Holder: "us-old", Role: talks.Delegate, Until: "2025-02-17"}},
		said{caucus, "us-head", &talks.SeatGrant{Holder: "us-gone", Role: talks.Head}},
		said{caucus, "us-head", &talks.SeatRevoke{Holder: "us-gone"}},
		said{caucus, "us-head", &talks.SeatGrant{Holder: "us-two", Role: talks.Delegate, Person: "Two"}},
	)
	list, ok := seats(w, w.Delegation("us"), start.AddDate(0, 0, 1))
	if !ok || len(list) != 5 {
		t.Fatalf("%v %+v", ok, list)
	}
	want := []talks.Seat{"us-head", "us-two", "us-notes", "us-old", "us-gone"}
	for i, s := range list {
		if s.Seat != want[i] {
			t.Errorf("place %d has %s, want %s", i, s.Seat, want[i])
		}
	}
	if !list[0].Named || !list[3].Over || list[4].Revoked == nil {
		t.Errorf("%+v", list)
	}
	if _, ok := seats(w, w.Delegation("ru"), start); ok {
		t.Error("the seats of another delegation are listed")
	}
}

func TestPeople(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.MeetingSchedule{Name: "riyadh", Title: "Riyadh", Type: "meeting", Starts: "2025-02-18"}},
		said{lobby, "us-head", &talks.MeetingHold{Meeting: in("riyadh"), Attendance: []talks.Attendee{
			{Party: in("us"), Person: "Marco Rubio"}, {Party: in("gone"), Person: "Nobody's"}, {Party: in("ru"), Person: "Sergei Lavrov", Presence: "absent"}, {Party: in("us")},
		}}},
		said{lobby, "us-head", &talks.StatementRecord{Speaker: in("ru"), Person: "Sergei Lavrov", Office: "foreign minister", Text: "x"}},
	)
	list := people(w)
	if len(list) != 3 {
		t.Fatalf("%d people: %+v", len(list), list)
	}
	if p := list[0]; p.Name != rubio.Person || p.Office != rubio.Office || p.Delegation != "us" || len(p.Meetings) != 1 || p.Meetings[0].Presence != "present" {
		t.Errorf("%+v", p)
	}
	if p := list[1]; p.Office != "foreign minister" || p.Said != 1 || p.Meetings[0].Presence != "absent" {
		t.Errorf("%+v", p)
	}
	if list[2].Name != "Nobody's" {
		t.Errorf("a person of an unknown party comes last, not %+v", list[2])
	}
	if got := of(list, "us"); len(got) != 1 {
		t.Errorf("members of one delegation: %+v", got)
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if len(cards(w)) != 0 || len(people(w)) != 0 {
		t.Error("an empty view has delegations")
	}
	if _, ok := seats(w, &talks.DelegationState{Code: "us"}, time.Time{}); ok {
		t.Error("an empty view has seats")
	}
}
