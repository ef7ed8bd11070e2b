package meeting

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/implementation"
	"parley/internal/readout"
	"parley/internal/talks"
)

func gives(seat talks.Seat, r talks.ReadoutIssue) said {
	r.Meeting = in("m")
	return said{lobby, seat, &r}
}

// met3 is a meeting with accounts of three parties, one of them given twice.
func met3() []said {
	us, ru, envoy := in("us"), in("ru"), in("envoy")
	return []said{
		schedule(talks.MeetingSchedule{Name: "m", Title: "M", Starts: "2025-02-18", Expected: []talks.Attendee{{Party: us, Person: "Ann"}, {Party: ru, Person: "Ivan"}, {Party: in("ua")}}}),
		hold("m", talks.Attendee{Party: us, Person: "ANN"}, talks.Attendee{Party: ru}),
		gives("us-head", talks.ReadoutIssue{By: []talks.Ref{us}, Points: []talks.Point{{Text: "An early word, since replaced."}}}),
		gives("us-head", talks.ReadoutIssue{By: []talks.Ref{us}, Points: []talks.Point{
			{Text: "Embassy staff returns in steps."}, {Text: "The teams meet on 3 March.", Topic: "next-step"}, {Text: "Prisoners were named."},
		}, Attendance: []talks.Attendee{{Party: us, Person: "Ann"}, {Party: ru, Person: "Ivan"}}}),
		gives("ru-head", talks.ReadoutIssue{By: []talks.Ref{ru}, Points: []talks.Point{
			{Text: "Embassy staff returns in steps."}, {Text: "The teams meet on 5 March.", Topic: "next-step"},
		}, Attendance: []talks.Attendee{{Party: us}, {Party: ru, Person: "Ivan", Presence: "excused"}}}),
		gives("us-envoy", talks.ReadoutIssue{By: []talks.Ref{envoy}, Points: []talks.Point{{Text: "Embassy staff returns in steps."}}}),
	}
}

func TestSides(t *testing.T) {
	w := world(met3()...)
	s := newSides(w, w.Meeting(in("m")), nil)
	if len(s.All) != 4 || len(s.Shown) != 3 {
		t.Fatalf("%d accounts, %d side by side", len(s.All), len(s.Shown))
	}
	var got []string
	for _, topic := range talks.Topics {
		line := string(topic) + ":"
		for _, c := range s.tallies() {
			line += fmt.Sprintf(" %s %d", c.Verdict, s.count(topic, c))
		}
		got = append(got, line)
	}
	want := []string{
		"outcome: all 1 some 0 differ 0 one 1 one 0 one 0",
		"attendance: all 1 some 0 differ 2 one 1 one 0 one 0",
		"next-step: all 0 some 0 differ 1 one 0 one 0 one 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("counts:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	two := newSides(w, w.Meeting(in("m")), []string{s.All[0].key(), s.All[2].key(), "nonsense"})
	if len(two.Shown) != 2 || two.Shown[0].Entry != s.All[0].Entry || len(two.tallies()) != 4 {
		t.Errorf("chosen: %+v", two.Shown)
	}
	for _, a := range two.All {
		if two.shows(a) != slices.Contains([]string{s.All[0].key(), s.All[2].key()}, a.key()) {
			t.Errorf("%s is shown or not", a.key())
		}
	}
}

// Who was there stands beside the meeting's record; how the accounts stand to each other is of the accounts alone.
func TestSidesAttendance(t *testing.T) {
	w := world(met3()...)
	s := newSides(w, w.Meeting(in("m")), nil)
	var got []string
	for _, x := range s.Who {
		got = append(got, fmt.Sprintf("%s %s %s %q %q", x.Party.Name, x.Person, s.Recorded[somebody{x.Party, x.Person}], x.Said, x.Verdict))
	}
	want := []string{
		`us  present ["present" "present" ""] "all"`, `us ANN present ["present" "" ""] "one"`,
		`ru  present ["present" "excused" ""] "differ"`, `ru Ivan  ["present" "excused" ""] "differ"`,
	}
	if !s.Record || !slices.Equal(got, want) {
		t.Errorf("%v:\n%s\nwant\n%s", s.Record, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	one := newSides(w, w.Meeting(in("m")), []string{s.Shown[0].key()})
	if one.Who[0].Verdict != readout.All || one.Who[1].Verdict != readout.All {
		t.Errorf("one account beside the record: %+v", one.Who)
	}
}

func TestExpectedAndCame(t *testing.T) {
	w := world(met3()...)
	list, recorded := attendance(w.Meeting(in("m")))
	var got []string
	for _, x := range list {
		got = append(got, fmt.Sprintf("%s %s %v %d", x.Party.Name, x.As, x.Expected, len(x.Missing)))
	}
	if want := []string{"us present true 0", "ru present true 1", "ua  true 0"}; !recorded || !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		own  []readout.Span
		want string
	}{
		{nil, "abcdef"},
		{[]readout.Span{{Start: 0, End: 2}, {Start: 4, End: 6}}, "[ab]cd[ef]"},
		{[]readout.Span{{Start: 2, End: 3}}, "ab[c]def"},
	} {
		got := ""
		for _, x := range pieces("abcdef", c.own) {
			if x.Own {
				got += "[" + x.Text + "]"
			} else {
				got += x.Text
			}
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.own, got, c.want)
		}
	}
}

func TestPreconditions(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.ConditionDefine{Name: "quiet", Title: "Quiet", Determiners: []talks.Ref{in("us")}}},
		said{lobby, "us-head", &talks.ConditionDefine{Name: "open", Title: "Open", Determiners: []talks.Ref{in("us")}}},
		said{lobby, "us-head", &talks.ConditionDetermine{Condition: in("quiet"), Outcome: "met"}},
		schedule(talks.MeetingSchedule{Name: "first", Title: "First", Starts: "2025-02-18"}),
		schedule(talks.MeetingSchedule{Name: "off", Title: "Off", Starts: "2025-02-18"}),
		hold("first"),
		said{lobby, "us-head", &talks.MeetingCancel{Meeting: in("off")}},
		schedule(talks.MeetingSchedule{Name: "summit", Title: "Summit", Type: "summit", Standing: "hoped", Preconditions: []talks.Ref{in("quiet"), in("open"), in("first"), in("off"), in("gone")}}),
	)
	list, met := preconditions(implementation.At(w, start.AddDate(0, 0, 5)), w.Meeting(in("summit")))
	var got []string
	for _, x := range list {
		got = append(got, fmt.Sprintf("%s %s %v %v", x.Ref.Name, x.Kind, x.Met, x.Over))
	}
	want := []string{"quiet condition true false", "open condition false false", "first meeting true false", "off meeting false true", "gone  false false"}
	if met != 2 || !slices.Equal(got, want) {
		t.Errorf("%d met: %v, want %v", met, got, want)
	}
}

func TestMinutes(t *testing.T) {
	w := world(
		schedule(talks.MeetingSchedule{Name: "m", Title: "M", Starts: "2025-02-18"}),
		hold("m", talks.Attendee{Party: in("ru")}),
		said{lobby, "us-head", &talks.MinutesOpen{Name: "text", Meeting: in("m"), Paragraphs: []string{"One.", "Two."}}},
		said{lobby, "ru-head", &talks.MinutesCorrect{Minutes: in("text"), Paragraph: 2, Text: "Second."}},
		said{lobby, "us-head", &talks.MinutesCorrect{Minutes: in("text"), Paragraph: 2, Text: "The second."}},
		said{lobby, "ru-head", &talks.MinutesCorrect{Minutes: in("text"), Paragraph: 3, Text: "Third."}},
		said{lobby, "us-head", &talks.MinutesCorrect{Minutes: in("text"), Paragraph: 3, Text: "The third."}},
	)
	all := minutesOf(w, in("m"))
	if len(all) != 1 || len(minutesOf(w, in("other"))) != 0 {
		t.Fatalf("%d minutes", len(all))
	}
	for i, want := range [][]string{nil, {"Two.", "Second."}, {"", "Third."}} {
		if got := before(all[0], i+1, all[0].Text()[i]); !slices.Equal(got, want) {
			t.Errorf("paragraph %d was %q, want %q", i+1, got, want)
		}
	}
}

// TestWords: what the pages of the example say of a summit that is not announced, of what it waits for, of accounts that differ, and of minutes.
func TestWords(t *testing.T) {
	us, envoy := example(t)[0], example(t)[2]
	for title, want := range map[string][]string{
		"A meeting of the two Presidents":                   {"Not agreed to be announced", "1 of 3 is met", "What has to happen for it to be possible"},
		"Meeting of the United States and Russia in Riyadh": {"both say it", "they differ", "in the answer", "Alike means alike in wording", "Who was there, by each account"},
		"Working session in Riyadh, with its agenda":        {"open to corrections", "They agreed that embassy staff rises in equal steps", "The steps wait for each other.", "Correct paragraph 2"},
	} {
		i := slices.IndexFunc(us.W().Meetings(), func(m *talks.Meeting) bool { return m.Title == title })
		if i < 0 {
			t.Errorf("no meeting %q", title)
			continue
		}
		html := render(t, us, Show, at(us.W().Meetings()[i].Ref, nil))
		for _, words := range want {
			if !strings.Contains(html, words) {
				t.Errorf("%s: nothing of %q", title, words)
			}
		}
	}
	for _, m := range envoy.W().Meetings() {
		if html := render(t, envoy, Show, at(m.Ref, nil)); strings.Contains(html, "open to corrections") {
			t.Errorf("%s shows minutes of a room that the seat is not in", m.Title)
		}
	}
}
