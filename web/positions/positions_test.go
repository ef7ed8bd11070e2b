package positions

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/table/plot"
	"parley/web/ui"
)

func ref(s string) talks.Ref { return talks.Ref{Name: s} }

// open founds a process with acts by several seats; each item has its room, seat and act.
func open(t *testing.T, more ...ledger.Item) *ui.Page {
	t.Helper()
	items := []ledger.Item{{Room: "lobby", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}}}
	for _, d := range []string{"a", "b", "c"} {
		items = append(items,
			ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.PartyDeclare{Name: "party-" + d, Title: "Party " + d, Short: strings.ToUpper(d), Type: "state", Role: "principal"}},
			ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.DelegationDesignate{Code: talks.Delegation(d), Party: ref("party-" + d), Title: d, Head: talks.Seat(d + "-head")}})
	}
	items = append(items, more...)
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
		if items[i].At.IsZero() {
			items[i].At = time.Date(2025, 2, 18, 9, 0, i, 0, time.UTC)
		}
		if items[i].Room == "" {
			items[i].Room = "lobby"
		}
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

func issues() []ledger.Item {
	return []ledger.Item{
		{Seat: "a-head", Act: &talks.IssueOpen{Name: "land", Title: "Land", Question: "How much?", Scale: &talks.Scale{Low: "all", High: "none", Min: "0", Max: "100", Unit: "%"}}},
		{Seat: "a-head", Act: &talks.IssueOpen{Name: "form", Title: "Form", Options: []talks.Option{{Name: "talks", Title: "Direct talks"}, {Name: "letters", Title: "Letters"}}}},
		{Seat: "a-head", Act: &talks.IssueOpen{Name: "why", Title: "Why"}},
	}
}

func positions() []ledger.Item {
	return append(issues(),
		ledger.Item{Seat: "b-head", Act: &talks.StatementRecord{Name: "hint", Speaker: ref("party-b"), Strength: "hinted", Form: "verbatim", Text: "a little, perhaps"}},
		ledger.Item{Seat: "b-head", Act: &talks.PositionRecord{Party: ref("party-b"), Issue: ref("land"), Value: "20", Firmness: "red-line", Since: "2025-02-01"}},
		ledger.Item{Seat: "b-head", Act: &talks.PositionRecord{Party: ref("party-b"), Issue: ref("land"), From: "20", To: "40", Firmness: "firm", Salience: new(80), Rests: []talks.Ref{ref("hint")}, Text: "a little"}},
		ledger.Item{Seat: "a-head", Act: &talks.PositionRecord{Party: ref("party-b"), Issue: ref("land"), Value: "60", Firmness: "open", Confidence: new(30), Basis: talks.Basis{Illustrative: true}}},
		ledger.Item{Seat: "c-head", Act: &talks.PositionRecord{Party: ref("party-c"), Issue: ref("form"), Option: "letters", Firmness: "preferred"}},
		ledger.Item{Seat: "a-head", Act: &talks.PositionRecord{Party: ref("party-c"), Issue: ref("form"), Option: "letters", Firmness: "preferred", Basis: talks.Basis{Illustrative: true}}},
		ledger.Item{Seat: "a-head", Act: &talks.PositionRecord{Party: ref("party-a"), Issue: ref("why"), Text: "In words only", Firmness: "open"}},
	)
}

type query map[string]string

func (q query) Path(n string) string { return q[n] }
func (q query) Get(n string) string  { return q[n] }

func html(t *testing.T, p *ui.Page, show ui.Show, q query) string {
	t.Helper()
	c, err := show(p, q)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), " style=") {
		t.Error("an inline style: the Content-Security-Policy refuses it")
	}
	return b.String()
}

func TestCells(t *testing.T) {
	p := open(t, positions()...)
	m := prepare(p.W(), filter{})
	if len(m.rows) != 3 || len(m.parties) != 3 {
		t.Fatalf("%d issues by %d parties", len(m.rows), len(m.parties))
	}
	land := m.rows[0].cells[1]
	if len(land.takes) != 2 || !land.takes[0].Declared || land.takes[1].Declared {
		t.Fatalf("declared and attributed that differ are both shown: %+v", land.takes)
	}
	if got := land.takes[0]; !got.Spot.Range || got.Spot.From != 0.2 || got.Strength != "hinted" || !got.hinted() {
		t.Errorf("the declared range: %+v", got)
	}
	if form := m.rows[1].cells[2]; len(form.takes) != 1 || form.same == nil {
		t.Errorf("the same declared and attributed is shown once: %+v", form)
	}
	if got := m.rows[1].holders("letters"); len(got) != 1 {
		t.Errorf("%d hold letters", len(got))
	}
}

func TestShow(t *testing.T) {
	p := open(t, positions()...)
	got := html(t, p, Show, nil)
	for _, want := range []string{"nothing on record", "20 to 40 %", "at 60 %", "salience 80", "confidence 30 %", "a little, perhaps", "Letters", "In words only", "illustrative"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if one := html(t, p, Show, query{"issue": "form"}); strings.Contains(one, `-land"`) || !strings.Contains(one, `-form"`) {
		t.Error("one issue is not one issue")
	}
	if none := html(t, p, Show, query{"party": "nobody"}); !strings.Contains(none, "Nothing matches") {
		t.Error("an unknown party has columns")
	}
	if empty := html(t, open(t), Show, nil); !strings.Contains(empty, "No issue is on the table") {
		t.Error("no issues, and the page does not say what to do")
	}
}

func TestIssue(t *testing.T) {
	p := open(t, positions()...)
	lobby := string(p.W().Lobby().Room.ID)
	got := html(t, p, Issue, query{"room": lobby, "name": "land"})
	for _, want := range []string{"How positions moved", "1 Feb 2025", "ps-dashed", "a little, perhaps", "What was said"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	html(t, p, Issue, query{"room": lobby, "name": "form"})
	if why := html(t, p, Issue, query{"room": lobby, "name": "why"}); strings.Contains(why, "How positions moved") {
		t.Error("a chart of an issue without scale and options")
	}
	if _, err := Issue(p, query{"room": lobby, "name": "nothing"}); !errors.Is(err, ui.ErrNotFound) {
		t.Errorf("an unknown issue: %v", err)
	}
}

// A position that is known to a month stands along all of it, one known to the day or the minute in its place, and no mark after the next.
func TestSpans(t *testing.T) {
	at := func(since talks.Date, value talks.Decimal) ledger.Item {
		return ledger.Item{Seat: "b-head", Act: &talks.PositionRecord{Party: ref("party-b"), Issue: ref("land"), Value: value, Firmness: "firm", Since: since}}
	}
	p := open(t, append(issues(), at("2024-12-15", "10"), at("2025-01", "20"), at("2025-01-05", "30"), at("2025-02-10T09:00:00Z", "40"))...)
	i := p.W().Issues()[0]
	for _, c := range tell(p, p.W(), i).charts {
		ps := c.Lines[0].Points
		for k, wide := range []bool{false, true, false, false} {
			q := ps[k]
			if (q.Until > q.X) != wide || q.Mark < q.X || q.Mark > q.Until || (k > 0 && q.Mark < ps[k-1].Mark) {
				t.Errorf("%s: %s from %.1f to %.1f, marked at %.1f", c.name, q.when(), q.X, q.Until, q.Mark)
			}
		}
	}
	lobby := string(p.W().Lobby().Room.ID)
	if got := html(t, p, Issue, query{"room": lobby, "name": "land"}); !strings.Contains(got, "ps-span") || !strings.Contains(got, "A broad line") {
		t.Error("no span on the page, or nobody says what it means")
	}
	if got := html(t, open(t, append(issues(), at("2024-12-15", "10"))...), Issue, query{"room": lobby, "name": "land"}); strings.Contains(got, "ps-span") || strings.Contains(got, "A broad line") {
		t.Error("a day is drawn as a span")
	}
}

// The codes on the shared strip touch nobody's, however many stand in one place.
func TestSharedStrip(t *testing.T) {
	for n := range 13 {
		var r row
		for i := range n {
			c := cell{party: &talks.Party{Short: "ABCD"[:1+i%4]}}
			c.takes = []take{{Spot: spot{On: true, At: float64(i%3) * 0.02}}, {Spot: spot{On: true, At: 1}}}
			r.cells = append(r.cells, c)
		}
		s := share(r, 250)
		for i, f := range s.Flags {
			for _, g := range s.Flags[:i] {
				apart := (plot.Width(f.party.Short, codeSize) + plot.Width(g.party.Short, codeSize)) / 2
				if f.Row == g.Row && max(f.TextX-g.TextX, g.TextX-f.TextX) < apart {
					t.Errorf("%d: %s and %s touch", n, f.party.Short, g.party.Short)
				}
			}
			if y := s.codeY(f); y < codeSize*0.8 || y > s.H {
				t.Errorf("%d: a code at %v of %v", n, y, s.H)
			}
		}
	}
}

func TestSpotIsTotal(t *testing.T) {
	i := &talks.Issue{Scale: &talks.Scale{Min: "0", Max: "10"}}
	for _, a := range []talks.PositionRecord{{}, {Value: "x"}, {Value: "-5"}, {Value: "99"}, {From: "8", To: "2"}, {From: "3"}, {Option: "o"}} {
		s := spotOf(i, &a)
		if s.At < 0 || s.At > 1 || s.From > s.To {
			t.Errorf("%+v is at %+v", a, s)
		}
	}
	for _, i := range []*talks.Issue{{}, {Scale: &talks.Scale{}}, {Scale: &talks.Scale{Min: "3", Max: "3"}}} {
		if spotOf(i, &talks.PositionRecord{Value: "3"}).On {
			t.Errorf("%+v has a scale", i.Scale)
		}
	}
}

// The codes at the ends of the lines touch nobody's.
func TestTips(t *testing.T) {
	for n := 1; n <= 14; n++ {
		c := chart{chartFrame: chartFrames[0], Top: 24, Bottom: 214}
		for i := range n {
			c.Lines = append(c.Lines, stepLine{TipY: 24 + float64(i%3)*95})
		}
		c.tips()
		for i, a := range c.Lines {
			for _, b := range c.Lines[:i] {
				if d := a.EndY - b.EndY; d < c.font && d > -c.font {
					t.Errorf("%d: codes at %v and %v", n, a.EndY, b.EndY)
				}
			}
			if a.EndY > c.H {
				t.Errorf("%d: a code at %v of %v", n, a.EndY, c.H)
			}
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		w := big(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				prepare(w, filter{})
			}
		})
	}
}

// big is a world of n acts: positions of 6 parties on 8 issues.
func big(n int) *talks.World {
	s := talks.NewState("lobby")
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	fold := func(a talks.Act) {
		s.Fold(talks.NewEntry("lobby", s.Size(), at.Add(time.Duration(s.Size())*time.Second), "d0-head", a.Kind(), a))
	}
	fold(&talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"})
	for i := range 6 {
		fold(&talks.PartyDeclare{Name: fmt.Sprint("p", i), Title: "Party", Type: "state", Role: "principal"})
		fold(&talks.DelegationDesignate{Code: talks.Delegation(fmt.Sprint("d", i)), Party: ref(fmt.Sprint("p", i)), Title: "D", Head: "d0-head"})
	}
	for i := range 8 {
		fold(&talks.IssueOpen{Name: fmt.Sprint("i", i), Title: "Issue", Scale: &talks.Scale{Low: "a", High: "b", Min: "0", Max: "10"}})
	}
	for i := range n {
		fold(&talks.PositionRecord{Party: ref(fmt.Sprint("p", i%6)), Issue: ref(fmt.Sprint("i", i/6%8)), Value: "3", Firmness: "firm"})
	}
	return talks.NewWorld(s)
}
