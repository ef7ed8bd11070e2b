package readout

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/talks"
)

// vocabulary is small, so that points often have words in common.
var vocabulary = strings.Fields("the embassy staff returns grain harbour prisoners exchange border not 40 60 February bridge winter observers ceasefire talks continue Стороны 恢复使馆")

var drawPoint = rapid.Custom(func(t *rapid.T) talks.Point {
	p := talks.Point{
		Text:     strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 7).Draw(t, "words"), " "),
		Topic:    rapid.SampledFrom([]talks.Topic{"", "outcome", "next-step"}).Draw(t, "topic"),
		Strength: rapid.SampledFrom([]talks.Strength{"", "", "stated", "committed"}).Draw(t, "strength"),
		When:     rapid.SampledFrom([]talks.Date{"", "", "2025-02-25", "2025-03"}).Draw(t, "when"),
	}
	p.Issue = rapid.SampledFrom([]talks.Ref{{}, staff, line}).Draw(t, "issue")
	if !p.Issue.IsZero() {
		p.Option = rapid.SampledFrom([]string{"", "", "north", "south"}).Draw(t, "option")
	}
	return p
})

var drawAttendee = rapid.Custom(func(t *rapid.T) talks.Attendee {
	return talks.Attendee{
		Party:    talks.Ref{Name: rapid.SampledFrom([]string{"us", "ru", "ua"}).Draw(t, "party")},
		Person:   rapid.SampledFrom([]string{"", "Ann Lee", "ANN LEE", "Ivan"}).Draw(t, "person"),
		Presence: rapid.SampledFrom([]talks.Presence{"", "present", "absent", "excused"}).Draw(t, "presence"),
	}
})

var drawAccounts = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Account {
	return Account{rapid.SliceOfN(drawPoint, 0, 8).Draw(t, "points"), rapid.SliceOfN(drawAttendee, 0, 6).Draw(t, "attendance")}
}), 0, 4)

// content is the rows by what is said and not by where it stands, so that it depends on no order; of says which place an account has.
func content(c *Comparison, in []Account, of []int) []string {
	var out []string
	for _, r := range c.Rows {
		line := fmt.Sprintf("%s %s %s %v:", r.Topic, r.Issue, r.Verdict, r.In)
		for _, a := range of {
			if s := r.Said[a]; !s.Silent() {
				p := in[a].Points[s.Point]
				line += fmt.Sprintf(" %q %s %s %s %v", p.Text, p.Option, p.When, p.Strength, s.Own)
			}
			line += " |"
		}
		out = append(out, line)
	}
	for _, p := range c.Attendance {
		line := fmt.Sprintf("%s %s %s:", p.Party, name(p.Person), p.Verdict)
		for _, a := range of {
			line += " " + string(p.Said[a]) + " |"
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func places(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestSymmetry: whoever is named first, the same is found.
func TestSymmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawAccounts.Draw(t, "accounts")
		order := rapid.Permutation(places(len(in))).Draw(t, "order")
		turned := make([]Account, len(in))
		for i, a := range order {
			turned[a] = in[i]
		}
		got, want := content(Compare(turned), turned, order), content(Compare(in), in, places(len(in)))
		if !slices.Equal(got, want) {
			t.Fatalf("turned by %v:\n%s\nand not\n%s", order, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestOrder: in whatever order an account lists its points, the same is found.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawAccounts.Draw(t, "accounts")
		mixed := make([]Account, len(in))
		for i, a := range in {
			mixed[i] = Account{slices.Clone(a.Points), slices.Clone(a.Attendance)}
			if len(a.Points) > 0 {
				mixed[i].Points = rapid.Permutation(a.Points).Draw(t, "points")
			}
			if len(a.Attendance) > 0 {
				mixed[i].Attendance = rapid.Permutation(a.Attendance).Draw(t, "attendance")
			}
		}
		got, want := content(Compare(mixed), mixed, places(len(in))), content(Compare(in), in, places(len(in)))
		if !slices.Equal(got, want) {
			t.Fatalf("mixed:\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestEachPointOnce: no point is lost or said twice, rows stand by topic, and what is said to differ differs in something.
func TestEachPointOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawAccounts.Draw(t, "accounts")
		c := Compare(in)
		seen := map[[2]int]int{}
		for _, r := range c.Rows {
			if (r.Verdict == Differ) != (len(r.In) > 0) {
				t.Fatalf("%s by %v", r.Verdict, r.In)
			}
			if n := len(r.Speakers()); n == 0 || (n == 1) != (r.Verdict == One) {
				t.Fatalf("%d speak: %s", n, r.Verdict)
			}
			for a, s := range r.Said {
				if s.Silent() {
					continue
				}
				seen[[2]int{a, s.Point}]++
				p := in[a].Points[s.Point]
				if p.About() != r.Topic || p.Issue != r.Issue {
					t.Fatalf("%v stands with %s, %s", p, r.Topic, r.Issue)
				}
			}
		}
		n := 0
		for a, x := range in {
			n += len(x.Points)
			for i := range x.Points {
				if seen[[2]int{a, i}] != 1 {
					t.Fatalf("point %d of account %d stands in %d rows", i, a, seen[[2]int{a, i}])
				}
			}
		}
		if len(seen) != n {
			t.Fatalf("%d points in rows, %d in the accounts", len(seen), n)
		}
		if !slices.IsSortedFunc(c.Rows, func(a, b Row) int {
			return slices.Index(talks.Topics, a.Topic) - slices.Index(talks.Topics, b.Topic)
		}) {
			t.Fatal("rows do not stand by topic")
		}
	})
}

// TestItself: an account beside itself says nothing else.
func TestItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Account{rapid.SliceOfN(drawPoint, 0, 12).Draw(t, "points"), rapid.SliceOfN(drawAttendee, 0, 6).Draw(t, "attendance")}
		c := Compare([]Account{a, a, a})
		for _, r := range c.Rows {
			if r.Verdict != All {
				t.Fatalf("%+v", r)
			}
		}
		for _, p := range c.Attendance {
			if p.Verdict != All {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"The teams meet on 25 February 2025.", "1,234.5 18.02.2025 2025-02-18", "双方不同意 ไทย", "يعود ٤٠ موظفًا", "\xffdon't’s'", "٣٬٠٠٠٫٥"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		last := int32(0)
		l := newLexicon()
		for _, w := range l.split(nil, a) {
			if l.text(w) == "" || w.start < last && !w.figure && !strings.ContainsFunc(a[w.start:w.end], unspaced) || int(w.end) > len(a) || w.start >= w.end {
				t.Fatalf("%q: %+v", a, w)
			}
			last = w.start
		}
		in := []Account{account(say(a, staff)), account(say(b, staff))}
		for _, r := range Compare(in).Rows {
			for i, s := range r.Said {
				end := 0
				for _, o := range s.Own {
					if o.Start < end || o.End <= o.Start || o.End > len(in[i].Points[0].Text) {
						t.Fatalf("%q, %q: %+v", a, b, r)
					}
					end = o.End
				}
			}
		}
	})
}

// two are accounts of n points each, a third word for word the same, a third of other words and figures, a third of one alone; of one issue,
// which is the most work, or of many.
func two(n, issues int) []Account {
	kinds := []string{"embassies", "harbours", "prisoners", "observers", "convoys", "crossings", "refineries"}
	var a, b Account
	for i := range n {
		p := talks.Point{
			Text: fmt.Sprintf("The delegations agreed that the %s near river %d will be open to %d people from both sides before winter, and that they report on them.",
				kinds[i%len(kinds)], i/3, 10*i),
			Issue: talks.Ref{Room: "r", Name: fmt.Sprint(i % issues)},
		}
		q := p
		switch i % 3 {
		case 1:
			q.Text = fmt.Sprintf("Both sides want the %s near river %d to be open to %d people by winter, with reports on them.", kinds[i%len(kinds)], i/3, 10*i+5)
		case 2:
			q.Text = fmt.Sprintf("Nothing was said of monument %d, whose return its town council has asked for in three letters since the summer.", i)
		}
		a.Points, b.Points = append(a.Points, p), append(b.Points, q)
	}
	return []Account{a, b}
}

// cpu reports what the processors did since it was called: what the clock says depends on what else the machine does.
func cpu(b *testing.B) func() {
	b.Helper()
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	from := spent()
	return func() { b.ReportMetric(float64((spent()-from).Microseconds())/1000/float64(b.N), "cpu-ms/op") }
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{50, 200, 500} {
		for _, issues := range []int{1, 20} {
			in := two(n, issues)
			b.Run(fmt.Sprintf("points=%d/issues=%d", n, issues), func(b *testing.B) {
				b.ReportAllocs()
				defer cpu(b)()
				for b.Loop() {
					Compare(in)
				}
			})
		}
	}
}
