package calendar

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"parley/internal/implementation"
	"parley/internal/office"
	"parley/internal/talks"
)

// told is an item on one line: its kind, when, and how certain it is.
func told(i *item) string {
	layout := time.RFC3339
	if i.Days {
		layout = time.DateOnly
	}
	s := i.Kind
	if i.Part > 0 {
		s += fmt.Sprint(" ", i.Part)
	}
	if !i.dated() {
		return s + " " + cmp.Or(string(i.Date), "never") + " " + string(i.Certainty)
	}
	s += " " + i.Start.Format(layout)
	if !i.End.IsZero() {
		s += " to " + i.End.Format(layout)
	}
	return s + " " + string(i.Certainty)
}

func book(at time.Time, acts ...said) *implementation.Book {
	return implementation.At(world(acts...), at)
}

func lines(list []*item) string {
	var out []string
	for _, i := range list {
		out = append(out, told(i))
	}
	return strings.Join(out, "\n")
}

// TestMeetings: a meeting stands where it is known to be, no more exactly than that, and as firmly as it is on record.
func TestMeetings(t *testing.T) {
	later := start.AddDate(1, 0, 0)
	meet := func(m talks.MeetingSchedule) said {
		m.Name, m.Title, m.Type = "m", "Meeting", "meeting"
		return said{lobby, "us-head", &m}
	}
	hold := func(h talks.MeetingHold) said {
		h.Meeting = in("m")
		return said{lobby, "us-head", &h}
	}
	for name, c := range map[string]struct {
		acts []said
		want string
	}{
		"a day":             {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18"})}, "meeting 2025-02-18 CONFIRMED"},
		"days":              {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-27", Ends: "2025-03-01"})}, "meeting 2025-02-27 to 2025-03-02 CONFIRMED"},
		"some days":         {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-10/2025-02-16", Standing: "proposed"})}, "meeting 2025-02-10 to 2025-02-17 TENTATIVE"},
		"an instant":        {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18T10:00:00+03:00"})}, "meeting 2025-02-18T07:00:00Z CONFIRMED"},
		"hours":             {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18T10:00:00+03:00", Ends: "2025-02-18T14:30:00+03:00", Standing: "announced"})}, "meeting 2025-02-18T07:00:00Z to 2025-02-18T11:30:00Z CONFIRMED"},
		"a day to an hour":  {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18", Ends: "2025-02-19T14:30:00Z"})}, "meeting 2025-02-18 to 2025-02-20 CONFIRMED"},
		"an hour to a day":  {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18T10:00:00Z", Ends: "2025-02-19"})}, "meeting 2025-02-18T10:00:00Z CONFIRMED"},
		"a month":           {[]said{meet(talks.MeetingSchedule{Starts: "2025-03", Standing: "hoped"})}, "meeting 2025-03 TENTATIVE"},
		"months":            {[]said{meet(talks.MeetingSchedule{Starts: "2025-03/2025-04"})}, "meeting 2025-03/2025-04 CONFIRMED"},
		"a year":            {[]said{meet(talks.MeetingSchedule{Starts: "2025"})}, "meeting 2025 CONFIRMED"},
		"no day":            {[]said{meet(talks.MeetingSchedule{Standing: "hoped"})}, "meeting never TENTATIVE"},
		"cancelled":         {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18"}), {lobby, "us-head", &talks.MeetingCancel{Meeting: in("m")}}}, "meeting 2025-02-18 CANCELLED"},
		"held as scheduled": {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18", Ends: "2025-02-19", Standing: "hoped"}), hold(talks.MeetingHold{})}, "meeting 2025-02-18 to 2025-02-20 CONFIRMED"},
		"held elsewhen":     {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18", Ends: "2025-02-19"}), hold(talks.MeetingHold{Started: "2025-02-20T09:00:00Z", Ended: "2025-02-20T11:00:00Z"})}, "meeting 2025-02-20T09:00:00Z to 2025-02-20T11:00:00Z CONFIRMED"},
		"announced since": {[]said{meet(talks.MeetingSchedule{Starts: "2025-03", Standing: "hoped"}), {lobby, "us-head", &talks.MeetingUpdate{Meeting: in("m"), Starts: "2025-03-04", Standing: "announced"}}},
			"meeting 2025-03-04 CONFIRMED"},
		"next steps": {[]said{meet(talks.MeetingSchedule{Starts: "2025-02-18"}), {direct, "ru-head", &talks.ReadoutIssue{Meeting: in("m"), By: []talks.Ref{in("ru")}, Points: []talks.Point{
			{Text: "We agreed on a date.", When: "2025-02-19"}, {Text: "Teams meet.", Topic: "next-step", When: "2025-02-25"}, {Text: "And again.", Topic: "next-step"},
		}}}}, "meeting 2025-02-18 CONFIRMED\nnext-step 2 2025-02-25 TENTATIVE"},
	} {
		if got := lines(items(book(later, c.acts...))); got != c.want {
			t.Errorf("%s:\n%s\ninstead of\n%s", name, got, c.want)
		}
	}
}

// TestCommitments: what begins, is due, lapses, and each step, on the day where it is owed.
func TestCommitments(t *testing.T) {
	owe := said{lobby, "us-head", &talks.CommitmentMake{
		Name: "c", Title: "Reopen the ferry", Obligors: []talks.Ref{in("us")}, Beneficiaries: []talks.Ref{in("ru")}, Deed: "It runs daily.",
		Starts: talks.Due{By: "2025-03-01"}, Due: talks.Due{By: "2025-12", Zone: "Asia/Tokyo"},
		Measure: &talks.Measure{Unit: "crossings", Baseline: "0", Target: "10", Steps: []talks.Step{{Value: "5", Due: talks.Due{By: "2025-06-30"}}, {Value: "10", Due: talks.Due{By: "2025-09-30T12:00:00Z"}}}},
	}}
	want := "starts 2025-03-01 CONFIRMED\nstep 1 2025-06-30 CONFIRMED\nstep 2 2025-09-30T12:00:00Z CONFIRMED\ndue 2025-12-31 CONFIRMED"
	list := items(book(start.AddDate(0, 1, 0), owe))
	if got := lines(list); got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	for _, i := range list {
		if i.Title != "Reopen the ferry" || i.Status == "" || i.Text != "It runs daily." || len(i.Parties) != 1 {
			t.Errorf("%+v", i)
		}
	}
	waived := items(book(start.AddDate(0, 1, 0), owe, said{lobby, "ru-head", &talks.CommitmentEnd{Commitment: in("c"), Ground: "waived"}}))
	for _, i := range waived {
		if i.Certainty != office.Cancelled || i.sign() != "off" {
			t.Errorf("it was waived, and the calendar has %s", told(i))
		}
	}
	unless := said{lobby, "us-head", &talks.CommitmentMake{
		Name: "d", Title: "Open the airport", Obligors: []talks.Ref{in("us")}, Deed: "It opens.", When: &talks.Expr{From: "2026-01-01"},
		Due: talks.Due{By: "2026-02-01"}, Expires: talks.Due{By: "2026-03-01"},
	}}
	if got := lines(items(book(start.AddDate(0, 1, 0), unless))); got != "due 2026-02-01 TENTATIVE\nexpires 2026-03-01 TENTATIVE" {
		t.Errorf("what may never be owed: %s", got)
	}
}

// TestOffers: an offer that ends stands on its last day until it is withdrawn.
func TestOffers(t *testing.T) {
	offer := said{direct, "us-head", &talks.ProposalTable{Name: "p", Title: "An offer", Text: "Take it.", Expires: "2025-03-01"}}
	if got := lines(items(book(start, offer))); got != "offer 2025-03-01 CONFIRMED" {
		t.Error(got)
	}
	gone := said{direct, "us-head", &talks.ProposalWithdraw{Proposal: talks.Ref{Room: direct, Name: "p"}}}
	if got := lines(items(book(start, offer, gone))); got != "" {
		t.Error(got)
	}
}

// TestNames: no two items have one name, and a name is made of what everybody sees who sees the item.
func TestNames(t *testing.T) {
	b := book(start, said{lobby, "us-head", &talks.MeetingSchedule{Name: "m", Title: "A secret title", Type: "call", Starts: "2025-02-18"}},
		said{direct, "us-head", &talks.MeetingSchedule{Name: "m", Title: "Another", Type: "call", Starts: "2025-02-18"}},
		said{direct, "ru-head", &talks.ReadoutIssue{Meeting: in("m"), By: []talks.Ref{in("ru")}, Points: []talks.Point{
			{Text: "x", Topic: "next-step", When: "2025-02-25"}, {Text: "y", Topic: "next-step", When: "2025-02-25"}}}})
	seen := map[string]bool{}
	for _, i := range items(b) {
		if seen[i.uid()] {
			t.Errorf("two items are called %s", i.uid())
		}
		seen[i.uid()] = true
	}
	for _, want := range []string{"meeting.m." + string(lobby) + "@parley", "meeting.m." + string(direct) + "@parley", "next-step.2.1." + string(direct) + "@parley", "next-step.2.2." + string(direct) + "@parley"} {
		if !seen[want] {
			t.Errorf("nothing is called %s: %v", want, seen)
		}
	}
}

// TestYears: the page begins with the year in which something is to come, or else with the last that has anything.
func TestYears(t *testing.T) {
	var acts []said
	for i, d := range []talks.Date{"2024-05-01", "2025-12-31", "2026-01-01", "2027-08-08", ""} {
		acts = append(acts, said{lobby, "us-head", &talks.MeetingSchedule{Name: fmt.Sprint("m", i), Title: "M", Type: "call", Starts: d}})
	}
	for _, c := range []struct {
		now, asked string
		year, days int
	}{
		{"2023-01-01", "", 2024, 1}, {"2025-12-31", "", 2025, 1}, {"2026-01-01", "", 2026, 1}, {"2026-01-02", "", 2027, 1}, {"2030-01-01", "", 2027, 1},
		{"2030-01-01", "2025", 2025, 1}, {"2030-01-01", "2029", 2027, 1}, {"2030-01-01", "x", 2027, 1},
	} {
		now, err := time.Parse(time.DateOnly, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got := newContent(items(book(now, acts...)), now, asked{year: c.asked})
		if got.Shown.First.Year() != c.year || !got.Shown.Year || len(got.Years) != 4 || len(got.Undated) != 1 || len(got.Grid) != 12 || len(got.Months) != c.days || len(got.Months[0].Days) != 1 {
			t.Errorf("on %s, asked for %q: %+v", c.now, c.asked, got)
		}
	}
	if empty := newContent(nil, start, asked{year: "2025"}); !empty.Shown.First.IsZero() || empty.Grid != nil {
		t.Errorf("of nothing: %+v", empty)
	}
}

// TestMonths: of a year with much, the page shows a month, and of a month with much a part; each thing is on one of them, and nothing is lost.
func TestMonths(t *testing.T) {
	var acts []said
	for i := range 3 * mostListed {
		day := start.AddDate(0, 0, i%20) // from 17 February to 8 March
		acts = append(acts, said{lobby, "us-head", &talks.MeetingSchedule{Name: fmt.Sprint("m", i), Title: "M", Type: "call", Starts: talks.Date(day.Format(time.DateOnly))}})
	}
	acts = append(acts,
		said{lobby, "us-head", &talks.MeetingSchedule{Name: "long", Title: "L", Type: "call", Starts: "2025-02-27", Ends: "2025-03-03"}},
		said{lobby, "us-head", &talks.MeetingSchedule{Name: "later", Title: "L", Type: "call", Starts: "2026-05-01"}})
	for i := range mostListed + 1 {
		acts = append(acts, said{lobby, "us-head", &talks.MeetingSchedule{Name: fmt.Sprint("u", i), Title: "U", Type: "call", Starts: "2025-04"}})
	}
	now := start.AddDate(0, 0, 14) // 3 March
	all := items(book(now, acts...))
	shown := func(q asked) (content, map[*item]bool) {
		c, in := newContent(all, now, q), map[*item]bool{}
		for _, m := range c.Months {
			for _, d := range m.Days {
				for _, i := range d.Items {
					in[i] = true
				}
			}
		}
		if n := len(in) + len(c.Undated); n > mostListed+mostUndated {
			t.Errorf("%+v: %d things on one page", q, n)
		}
		return c, in
	}
	seen := map[*item]bool{}
	for _, m := range []string{"2025-02", "2025-03", "2026-05"} {
		for skip := 0; ; {
			c, in := shown(asked{month: m, list: fmt.Sprint(skip)})
			maps.Copy(seen, in)
			if skip += c.Turn.Len; c.Turn.Left == 0 {
				break
			}
		}
	}
	if len(seen) != 3*mostListed+2 {
		t.Errorf("%d things are on some page", len(seen))
	}
	c, _ := shown(asked{})
	if !c.Home || c.Shown.Year || c.Shown.First.Month() != time.March || c.Prev.First.Month() != time.February || !c.Next.Year || len(c.Ongoing) != 1 {
		t.Errorf("nothing was asked for: %+v", c)
	}
	if c, in := shown(asked{month: "2025-07"}); len(in) != 0 || c.Shown.First.Month() != time.July || c.Prev.First.Month() != time.March || c.Next.First.Year() != 2026 {
		t.Errorf("a month without anything: %+v", c)
	}
	if c, _ := shown(asked{month: "2026-01"}); !c.Shown.Year || c.Shown.N != 1 {
		t.Errorf("a month of a year with little: %+v", c)
	}
	for _, q := range []asked{{month: "1-1"}, {month: "2031-01"}, {year: "2031"}, {list: "x"}} {
		if c, _ := shown(q); !c.Home {
			t.Errorf("%+v: %+v", q, c.Shown)
		}
	}
	first, _ := shown(asked{month: noDay})
	rest, _ := shown(asked{month: noDay, list: fmt.Sprint(mostListed)})
	if c.Left+len(c.Undated) != mostListed+1 || len(first.Undated)+len(rest.Undated) != mostListed+1 || len(rest.Undated) != 1 {
		t.Errorf("of what has no day: %d and %d, %d, %d", len(c.Undated), c.Left, len(first.Undated), len(rest.Undated))
	}
}

func TestSquare(t *testing.T) {
	for first, want := range map[string][4]int{ // of the first day and of the last
		"2025-02-01": {5, 0, 4, 4}, "2027-02-01": {0, 0, 6, 3}, "2025-06-01": {6, 0, 0, 5},
	} {
		d, err := time.Parse(time.DateOnly, first)
		if err != nil {
			t.Fatal(err)
		}
		x, y := square(d, 0)
		u, v := square(d, length(d)-1)
		if got := [4]int{x, y, u, v}; got != want {
			t.Errorf("%s: %v, not %v", first, got, want)
		}
	}
}
