package timeline

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// world is a process of some parties with the acts given, in the lobby.
func world(t *testing.T, acts ...talks.Act) *ui.Page {
	t.Helper()
	items := []ledger.Item{{Room: "lobby", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"}}}
	add := func(a talks.Act) { items = append(items, ledger.Item{Room: "lobby", Seat: "a-head", Act: a}) }
	for _, d := range []string{"a", "b", "c"} {
		add(&talks.PartyDeclare{Name: "party-" + d, Title: "Party " + d, Type: "state", Role: "principal"})
		add(&talks.DelegationDesignate{Code: talks.Delegation(d), Party: talks.Ref{Name: "party-" + d}, Title: d, Head: talks.Seat(d + "-head")})
	}
	for _, a := range acts {
		add(a)
	}
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
		items[i].At = time.Date(2025, 2, 18, 9, 0, i, 0, time.UTC)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: items}); err != nil {
		t.Fatal(err)
	}
	v, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "a-head"})
	if err != nil {
		t.Fatal(err)
	}
	return &ui.Page{View: v, Loc: message.English()}
}

func party(s string) talks.Ref { return talks.Ref{Name: "party-" + s} }

func event(when talks.Date, parties ...talks.Ref) talks.Act {
	return &talks.EventRecord{Title: "Event of " + string(when), When: when, Parties: parties}
}

func html(t *testing.T, p *ui.Page, from, to string) string {
	t.Helper()
	var b strings.Builder
	if err := page(p, prepare(p, from, to, nil)).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEmpty(t *testing.T) {
	if got := html(t, world(t), "", ""); !strings.Contains(got, "Nothing with a date") {
		t.Errorf("an empty timeline says %s", got)
	}
}

// No two signs of a lane touch, none leaves the axis, and what has no place is counted.
func TestNothingOverlaps(t *testing.T) {
	for _, n := range []int{1, 7, 40, 400} {
		var acts []talks.Act
		for i := range n {
			when := talks.Date(fmt.Sprintf("2025-02-%02d", 1+i%5))
			if i%3 == 0 {
				when += talks.Date(fmt.Sprintf("T%02d:00:00Z", i%24))
			}
			acts = append(acts, event(when, [][]talks.Ref{{party("a")}, {party("a"), party("c")}, nil, {party("b")}}[i%4]...))
		}
		p := world(t, acts...)
		course := newCourse(collect(p.W()))
		items := course.items
		for _, f := range frames {
			d := draw(p, f, course.presets(p.View.Now())[3], arranged(items))
			shown := 0
			for _, l := range d.Lanes {
				for i, m := range l.Marks {
					shown++
					if m.X < f.left || m.X > f.width || m.Y < l.Y || m.Y > l.Y+l.H {
						t.Errorf("%s, %d: a sign at %v, %v is outside of its lane", f.name, n, m.X, m.Y)
					}
					for _, o := range l.Marks[:i] {
						if math.Hypot(m.X-o.X, m.Y-o.Y) < f.sign-0.1 {
							t.Errorf("%s, %d: signs at %v, %v and %v, %v touch", f.name, n, m.X, m.Y, o.X, o.Y)
						}
					}
				}
				for _, b := range l.More {
					shown += b.N
				}
			}
			want := 0
			for i := range items {
				want += max(len(items[i].parties), 1)
			}
			if shown != want {
				t.Errorf("%s, %d: %d signs shown or counted, want %d", f.name, n, shown, want)
			}
		}
	}
}

func TestDefaultIsTheBusiestSpan(t *testing.T) {
	p := world(t, event("2022-02-24"), event("2025-02-12"), event("2025-02-15"), event("2025-02-18"), event("2025-02"))
	c := prepare(p, "", "", nil)
	if got := bound(c.from) + " " + bound(c.to); c.chosen != "busy" || got != "2025-02-12 2025-02-19" {
		t.Errorf("%s: %s", c.chosen, got)
	}
	if c.earlier != 1 || c.later != 0 || len(c.inside) != 4 {
		t.Errorf("%d earlier, %d later, %d inside", c.earlier, c.later, len(c.inside))
	}
}

func TestParseWindow(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		ok       bool
		end      string
	}{
		{"2025-02-01", "2025-02-18", true, "2025-02-19T00:00:00Z"},
		{"2025", "2025", true, "2026-01-01T00:00:00Z"},
		{"2025-02-18T09:00:00Z", "2025-02-18T10:00:00Z", true, "2025-02-18T10:00:00Z"},
		{"2025-02-18", "2025-02-01", false, ""},
		{"2025-02-18T09:00:00Z", "2025-02-18T09:00:00Z", false, ""},
		{"", "2025-02-01", false, ""},
		{"yesterday", "today", false, ""},
	} {
		w, ok := parseWindow(tt.from, tt.to)
		if ok != tt.ok || (ok && w.to.Format(time.RFC3339) != tt.end) {
			t.Errorf("%q to %q: %v, %v", tt.from, tt.to, w, ok)
		}
		if ok {
			q := w.query(nil)
			if again, _ := parseWindow(q.Get("from"), q.Get("to")); !again.from.Equal(w.from) || !again.to.Equal(w.to) {
				t.Errorf("%v comes back as %v", w, again)
			}
		}
	}
}

// What refers to parties that nobody declared is drawn all the same: a fold holds whatever was recorded.
func TestUnknownParty(t *testing.T) {
	p := world(t, event("2025-02-18", party("a")))
	it := &item{kind: "event", form: "event", date: "2025-02-18", entry: p.W().Lobby().Entries[0], parties: []talks.Ref{{Room: "x", Name: "y"}}}
	if !it.dated() {
		t.Fatal("a day is no date")
	}
	it.seat(nil)
	d := draw(p, frames[0], window{from: talks.Date("2025-02-18").Start(), to: talks.Date("2025-02-19").Start()}, []*item{it})
	if len(d.Lanes) != 1 || len(d.Lanes[0].Marks) != 1 || d.Lanes[0].party != nil {
		t.Errorf("%d lanes", len(d.Lanes))
	}
}

func TestPage(t *testing.T) {
	p := world(t,
		event("2025-02-10", party("a"), party("b")),
		&talks.MeetingSchedule{Name: "summit", Title: "The summit", Type: "summit", Standing: "hoped"},
		&talks.MeetingSchedule{Name: "call", Title: "A call", Type: "call", Starts: "2025-02-12", Expected: []talks.Attendee{{Party: party("a")}, {Party: party("b")}}},
		&talks.StatementRecord{Speaker: party("a"), Said: "2025-02-11T10:00:00Z", Strength: "hinted", Form: "paraphrase", Text: "Perhaps"},
	)
	got := html(t, p, "", "")
	for _, want := range []string{"The summit", "Without a date", "A call", "Perhaps", "10 Feb 2025", "tl-tie"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(got, " style=") {
		t.Error("an inline style: the Content-Security-Policy refuses it")
	}
	if got := html(t, p, "1990-01-01", "1990-02-01"); !strings.Contains(got, "Nothing is on record between") {
		t.Error("a window without anything does not say so")
	}
}

// The list is turned by whole days, and every item of the window stands on one of its pages.
func TestTurn(t *testing.T) {
	var acts []talks.Act
	for i := range 700 {
		acts = append(acts, event(talks.Date(fmt.Sprintf("2025-02-%02d", 1+min(i/100, 2))), party("a")))
	}
	p := world(t, acts...)
	c := prepare(p, "2025-02-01", "2025-02-03", nil)
	var pages []string
	for skip := 0; ; skip += c.listed {
		c.turn(strconv.Itoa(skip))
		var text strings.Builder
		for _, g := range c.days {
			fmt.Fprintf(&text, "%s:%d ", g.date, len(g.items))
		}
		pages = append(pages, text.String())
		if c.left() == 0 {
			break
		}
	}
	if got := strings.Join(pages, "| "); got != "2025-02-03:300 | 2025-02-03:200 2025-02-02:100 | 2025-02-01:100 " {
		t.Errorf("the pages are %s", got)
	}
	for _, bad := range []string{"-1", "x", "700", "99999999999999999999"} {
		if c.turn(bad); c.skipped != 0 {
			t.Errorf("list=%s passes over %d", bad, c.skipped)
		}
	}
	if got := html(t, p, "2025-02-01", "2025-02-03"); !strings.Contains(got, "list=300") {
		t.Error("no way to the next page")
	}
}

// What is chosen by kind is a history of its own, the same as what is left when the others are taken away.
func TestChosenKinds(t *testing.T) {
	p := world(t, event("2025-02-10", party("a")), event("2020", party("b")),
		&talks.StatementRecord{Speaker: party("a"), Said: "2025-02-11T10:00:00Z", Strength: "hinted", Form: "paraphrase", Text: "Perhaps"})
	h := histories.Of(p.W())
	for chosen, want := range map[string]int{"": 3, "event": 2, "statement": 1, "meeting": 0, "event statement": 3, strings.Join(kinds, " "): 3} {
		if got := len(h.of(strings.Fields(chosen)).items); got != want {
			t.Errorf("%q: %d, want %d", chosen, got, want)
		}
	}
	inside, earlier, later := h.cut(window{from: talks.Date("2020-06").Start(), to: talks.Date("2025-02-11").Start()})
	if len(inside) != 2 || earlier != 0 || later != 1 {
		t.Errorf("%d inside, %d earlier, %d later", len(inside), earlier, later)
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		s := talks.NewState("lobby")
		at := time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)
		for i := range n {
			var a talks.Act = &talks.StatementRecord{Strength: "stated", Form: "verbatim", Text: "words"}
			if i == 0 {
				a = &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}
			}
			s.Fold(talks.NewEntry("lobby", s.Size(), at.Add(time.Duration(i)*time.Minute), "a-head", a.Kind(), a))
		}
		w := talks.NewWorld(s)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				h := newCourse(collect(w))
				c := content{window: h.presets(w.Time())[0]}
				c.inside, _, _ = h.cut(c.window)
				c.turn("")
			}
		})
	}
}
