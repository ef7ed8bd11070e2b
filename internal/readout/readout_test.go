package readout

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
)

var (
	staff = talks.Ref{Room: "r", Name: "embassy-staff"}
	line  = talks.Ref{Room: "r", Name: "the-line"}
)

// say is a point on an issue, or on none.
func say(text string, more ...any) talks.Point {
	p := talks.Point{Text: text}
	for _, m := range more {
		switch v := m.(type) {
		case talks.Ref:
			p.Issue = v
		case talks.Topic:
			p.Topic = v
		case talks.Strength:
			p.Strength = v
		case talks.Date:
			p.When = v
		case talks.Decimal:
			p.Value = v
		case string:
			p.Option = v
		default:
			panic(fmt.Sprintf("%T", m))
		}
	}
	return p
}

func account(ps ...talks.Point) Account { return Account{Points: ps} }

// written is the rows as text, one a line: the places of the points, the verdict, and what differs.
func written(c *Comparison) string {
	var b strings.Builder
	for _, r := range c.Rows {
		for _, s := range r.Said {
			if s.Silent() {
				b.WriteString("- ")
			} else {
				fmt.Fprintf(&b, "%d ", s.Point)
			}
		}
		b.WriteString(string(r.Verdict))
		for _, d := range r.In {
			b.WriteString(" " + string(d))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	next := talks.Topic("next-step")
	for _, c := range []struct {
		name string
		in   []Account
		want string
	}{
		{"nothing to compare", nil, ""},
		{"one account alone", []Account{account(say("The ferry runs again."))}, "0 one"},
		{"word for word", []Account{account(say("The ferry runs again.")), account(say("The ferry runs again."))}, "0 0 all"},
		{"case, signs and spaces are no words", []Account{account(say("The ferry — runs AGAIN!")), account(say("the ferry runs again"))}, "0 0 all"},
		{"endings do not part words", []Account{account(say("Restoring the embassies' staffing")), account(say("Restore the embassies’ staffing"))}, "0 0 all"},
		{"nearly the same words", []Account{
			account(say("Staff at the two embassies will be increased in steps.", staff)),
			account(say("Embassy staff will be increased in steps at both.", staff)),
		}, "0 0 all"},
		{"the same issue in other words", []Account{
			account(say("Wheat will be shipped through the northern harbour.", line)),
			account(say("Nobody spoke about prisoners.", line)),
		}, "0 - one\n- 0 one"},
		{"one says more than the other", []Account{
			account(say("The northern team meets the southern team directly, and consults the island and its neighbours.", next)),
			account(say("The teams of the two meet directly.", next)),
		}, "0 0 differ words"},
		{"one topic only", []Account{account(say("The ferry runs again.")), account(say("The ferry runs again.", next))}, "0 - one\n- 0 one"},
		{"one issue only", []Account{account(say("The ferry runs again.", staff)), account(say("The ferry runs again.", line))}, "0 - one\n- 0 one"},
		{"another number", []Account{
			account(say("The two embassies will take back 120 people each.", staff)),
			account(say("The two embassies will take back 80 people each.", staff)),
		}, "0 0 differ figures"},
		{"the same number, written otherwise", []Account{
			account(say("Some 12,500 tonnes leave the harbour each week.", line)),
			account(say("Some 12 500.0 tonnes leave the harbour each week.", line)),
		}, "0 0 all"},
		{"another day", []Account{
			account(say("The teams meet on 25 February 2025 in the palace.", next)),
			account(say("The teams meet on 27 February 2025 in the palace.", next)),
		}, "0 0 differ figures"},
		{"the same day, written otherwise", []Account{
			account(say("The teams meet on 25 February in the palace.", next)),
			account(say("The teams meet on 2025-02-25 in the palace.", next)),
		}, "0 0 all"},
		{"another month", []Account{
			account(say("The teams meet again in March 2025 in the palace.", next)),
			account(say("The teams meet again in April 2025 in the palace.", next)),
		}, "0 0 differ figures"},
		{"a day in the words of one and a field of the other", []Account{
			account(say("The teams meet again on 25 February in the palace.", next)),
			account(say("The teams meet again in the palace.", next, talks.Date("2025-02-25"))),
		}, "0 0 all"},
		{"another day in the field", []Account{
			account(say("The teams meet again.", next, talks.Date("2025-02-25"))),
			account(say("The teams meet again.", next, talks.Date("2025-02-26"))),
		}, "0 0 differ when"},
		{"not", []Account{
			account(say("The delegations agreed to open the crossing at the river.", line)),
			account(say("The delegations did not agree to open the crossing at the river.", line)),
		}, "0 0 differ not"},
		{"not, in Russian", []Account{
			account(say("Стороны договорились открыть переправу через реку.", line)),
			account(say("Стороны не договорились открыть переправу через реку.", line)),
		}, "0 0 differ not"},
		{"one answer to the issue, in other words", []Account{
			account(say("Wheat first.", line, "north")),
			account(say("All goods move by the upper road.", line, "north")),
		}, "0 0 differ words"},
		{"each its answer", []Account{
			account(say("The upper road along the river is taken for grain.", line, "north")),
			account(say("The lower road along the river is taken for grain.", line, "south")),
		}, "0 0 differ option"},
		{"each its value", []Account{
			account(say("Staff comes back.", staff, talks.Decimal("40"))),
			account(say("Staff comes back.", staff, talks.Decimal("60"))),
		}, "0 0 differ value"},
		{"one value, written otherwise", []Account{
			account(say("Staff comes back.", staff, talks.Decimal("40.0"))),
			account(say("Staff comes back.", staff, talks.Decimal("40"))),
		}, "0 0 all"},
		{"how strongly", []Account{
			account(say("The ferry runs again.", talks.Strength("committed"))),
			account(say("The ferry runs again.", talks.Strength("stated"))),
		}, "0 0 differ strength"},
		{"what one leaves open is no difference", []Account{
			account(say("The ferry runs again.", staff, talks.Strength("committed"), "north", talks.Date("2025"))),
			account(say("The ferry runs again.", staff)),
		}, "0 0 all"},
		{"the nearest go together", []Account{
			account(say("Prisoners are exchanged at the bridge before winter."), say("Grain is exchanged at the bridge before winter.")),
			account(say("Grain will be exchanged at the bridge before winter."), say("Prisoners will be exchanged at the bridge before winter.")),
		}, "0 1 all\n1 0 all"},
		{"said twice by one", []Account{
			account(say("The ferry runs again."), say("The ferry runs again.")),
			account(say("The ferry runs again.")),
		}, "0 0 all\n1 - one"},
		{"three accounts, two alike", []Account{
			account(say("The ferry runs again.")), account(say("Grain is shipped.")), account(say("The ferry runs again.")),
		}, "0 - 0 some\n- 0 - one"},
		{"three accounts, one of them otherwise", []Account{
			account(say("Each embassy takes back 40 people.", staff)), account(say("Each embassy takes back 40 people.", staff)),
			account(say("Each embassy takes back 60 people.", staff)),
		}, "0 0 0 differ figures"},
		{"Chinese", []Account{
			account(say("双方同意恢复大使馆人员。", staff), say("下周继续会谈。", staff)),
			account(say("双方同意恢复使馆人员。", staff)),
		}, "0 0 all\n1 - one"},
		{"Chinese, not", []Account{
			account(say("双方同意恢复大使馆人员", staff)),
			account(say("双方不同意恢复大使馆人员", staff)),
		}, "0 0 differ not"},
		{"Arabic, with vowel signs and other figures", []Account{
			account(say("يعود ٤٠ موظفًا إلى السفارة", staff)),
			account(say("يعود 40 موظفا إلى السفارة", staff)),
		}, "0 0 all"},
		{"signs alone", []Account{account(say("…")), account(say("!"))}, "0 0 all"},
		{"an empty account", []Account{account(say("The ferry runs again.")), {}}, "0 - one"},
	} {
		if got := strings.TrimSpace(written(Compare(c.in))); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestOwn(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"The ferry runs again.", "The ferry runs again.", "The ferry runs again. / The ferry runs again."},
		{"Each embassy takes back 40 people.", "Each embassy takes 60 people back soon.", "Each embassy takes back [40] people. / Each embassy takes [60] people back [soon]."},
		{"They meet on 18 February 2025 here.", "They meet on 18 March 2025 here.", "They meet on [18 February 2025] here. / They meet on [18 March 2025] here."},
		{"They fully agreed to meet again.", "They hope now to meet again.", "They [fully agreed] to meet again. / They [hope now] to meet again."},
		{"恢复大使馆人员", "恢复使馆人员", "恢复[大]使馆人员 / 恢复使馆人员"},
	} {
		r := Compare([]Account{account(say(c.a, staff, "same")), account(say(c.b, staff, "same"))}).Rows[0]
		got := marked(c.a, r.Said[0].Own) + " / " + marked(c.b, r.Said[1].Own)
		if got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func marked(s string, own []Span) string {
	for _, o := range slices.Backward(own) {
		s = s[:o.Start] + "[" + s[o.Start:o.End] + "]" + s[o.End:]
	}
	return s
}

func TestAttendance(t *testing.T) {
	us, ru, ua := talks.Ref{Name: "us"}, talks.Ref{Name: "ru"}, talks.Ref{Name: "ua"}
	c := Compare([]Account{
		{Attendance: []talks.Attendee{{Party: us, Person: "Ann  Lee"}, {Party: ru, Person: "Ivan Petrov"}, {Party: ua, Presence: "absent"}}},
		{Attendance: []talks.Attendee{{Party: ru}, {Party: us, Person: "ANN LEE", Presence: "excused"}, {Party: us, Person: "Bo Hall"}}},
		{},
	})
	var got []string
	for _, p := range c.Attendance {
		got = append(got, fmt.Sprintf("%s %s %v %s", p.Party.Name, p.Person, p.Said, p.Verdict))
	}
	want := []string{
		"us  [present present ] all", "us Ann  Lee [present excused ] differ", "us Bo Hall [ present ] one",
		"ru  [present present ] all", "ru Ivan Petrov [present  ] one",
		"ua  [absent  ] one",
	}
	if !slices.Equal(got, want) || c.Attending != 2 {
		t.Errorf("%d accounts say who was there:\n%s\nwant\n%s", c.Attending, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.CountPresent(All) != 2 || c.CountPresent(One) != 3 || c.CountPresent(Differ) != 1 {
		t.Errorf("%d, %d, %d", c.CountPresent(All), c.CountPresent(One), c.CountPresent(Differ))
	}
}

func TestCount(t *testing.T) {
	c := Compare([]Account{account(say("The ferry runs again."), say("Grain is shipped.", talks.Topic("next-step"))), account(say("The ferry runs again."))})
	for _, x := range []struct {
		t talks.Topic
		v Verdict
		n int
	}{{"outcome", All, 1}, {"outcome", One, 0}, {"next-step", One, 1}, {"attendance", One, 0}} {
		if n := c.Count(x.t, x.v); n != x.n {
			t.Errorf("%s, %s: %d, want %d", x.t, x.v, n, x.n)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Don’t — stop", "don't stop"},
		{"STRASSE Straße ΣΊΣΥΦΟΣ σίσυφος", "strasse strasse σίσυφοσ σίσυφοσ"},
		{"Ёлка ﬁve", "елка five"},
		{"1,234,567.50 and 0.5 and 3,25 and 007", "1234567.5 and 0.5 and 3.25 and 7"},
		{"1 234 and 12,34,56", "1234 and 12.34 56"},
		{"١٢٣ and ०४ and ５", "123 and 4 and 5"},
		{"2025-02-18 18.02.2025", "2025 month 2 day 18 2025 month 2 day 18"},
		{"2025-13-18", "2025 13 18"},
		{"on the 18th of May 5 and it may be", "on the 18 of month 5 day 5 and it may be"},
		{"Feb 2025, 3 Mar", "2025 month 2 month 3 day 3"},
		{"ไทย", "ไท ทย"},
		{"\xff\xfe ok", "ok"},
	} {
		var got []string
		l := newLexicon()
		for _, w := range l.split(nil, c.in) {
			got = append(got, l.text(w))
			if w.start < 0 || int(w.end) > len(c.in) || w.start >= w.end {
				t.Errorf("%q: %q from %d to %d", c.in, l.text(w), w.start, w.end)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.in, strings.Join(got, " "), c.want)
		}
	}
}
