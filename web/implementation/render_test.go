package implementation

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/ui"
)

// TestReasons: every reason of every status, and each sentence that there is, names what it is about by links, and leaves no place unfilled.
func TestReasons(t *testing.T) {
	p := harbour(t)
	for code := range implementation.Texts {
		r := implementation.Reason{
			Code: code, Ref: in(p, "survey"), Refs: []talks.Ref{in(p, "calm"), in(p, "toll")}, Party: in(p, "pilots"), At: p.View.Now(), N: 2,
		}
		html, plain := text(t, Reason(p, r)), ReasonText(p, r)
		if strings.ContainsAny(html+plain, placeRef+placeRefs+placeParty) || strings.ContainsAny(html+plain, "{}") {
			t.Errorf("%s: a place is left in %q, %q", code, html, plain)
		}
		for place, link := range map[string]string{"{ref}": "The survey is agreed", "{refs}": "No shots are heard", "{party}": "Pilots’ Guild"} {
			if named := strings.Contains(implementation.Texts[code], place); named != strings.Contains(html, link) || named != strings.Contains(plain, link) {
				t.Errorf("%s names %s: %v, but says %q, %q", code, place, named, html, plain)
			}
		}
	}
	if got := ReasonText(p, implementation.Reason{Code: "no-such-code"}); got != "" {
		t.Errorf("a code that there is not: %q", got)
	}
}

// TestSigns: each value has a word and a sign, and no two values of a sort have the same sign.
func TestSigns(t *testing.T) {
	p := harbour(t)
	seen := map[string]implementation.Status{}
	for _, s := range implementation.Statuses {
		html := text(t, Status(p, s))
		if sign := statusSigns[s].picture; sign == "" || seen[sign] != "" || !strings.Contains(html, string(s)) {
			t.Errorf("%s has the sign %q, as has %q: %s", s, sign, seen[sign], html)
		}
		seen[statusSigns[s].picture] = s
	}
	for _, s := range implementation.Stages {
		if stageSigns[s].picture == "" || text(t, Stage(p, s)) == "" {
			t.Errorf("%s has no sign", s)
		}
	}
	for _, s := range implementation.Truths {
		if truthSigns[s].picture == "" || text(t, Truth(p, s)) == "" {
			t.Errorf("%s has no sign", s)
		}
	}
}

// TestGantt: a bar goes from the beginning to the date; what is late goes on to the present, and what has no date is open.
func TestGantt(t *testing.T) {
	p := harbour(t)
	cs := Book(p).Commitments()
	for _, f := range ganttFrames {
		g := drawGantt(p, f, cs)
		if len(g.Rows) != len(cs) || g.Now == 0 {
			t.Fatalf("%d rows of %d, now at %v", len(g.Rows), len(cs), g.Now)
		}
		for _, r := range g.Rows {
			if r.X1 < 0 || r.X2 > f.width || r.X2 <= r.X1 || r.Done > r.X2 {
				t.Errorf("%s: %s goes from %v to %v, full to %v", f.name, r.Ref.Name, r.X1, r.X2, r.Done)
			}
			if late := r.Status == implementation.Overdue && r.X2 < g.Now-1; late != (r.Late > r.X2+1) {
				t.Errorf("%s: %s is late to %v", f.name, r.Ref.Name, r.Late)
			}
			if r.Due == r.Commitment.Due.IsZero() {
				t.Errorf("%s: %s has a date: %v", f.name, r.Ref.Name, r.Due)
			}
			if joint := len(r.Obligors) > 1; joint != (r.Colour < 0) {
				t.Errorf("%s: %s has the colour of party %d", f.name, r.Ref.Name, r.Colour)
			}
		}
	}
	if i := slices.IndexFunc(cs, func(c *implementation.Commitment) bool { return c.Ref.Name == "north-buoys" }); len(drawGantt(p, ganttFrames[0], cs).Rows[i].Marks) != 3 {
		t.Error("the buoys have three dated steps")
	}
}

// TestMeasures: the schedule and the values of each side are drawn, none of them averaged, and the steps of both sides stand beside one another.
func TestMeasures(t *testing.T) {
	p := harbour(t)
	buoys, berths := commitmentNamed(t, p, "north-buoys"), commitmentNamed(t, p, "south-berths")
	m := drawMeasures(p, measureFrames[0], []*implementation.Commitment{buoys, berths})
	if len(m.Panels) != 2 {
		t.Fatalf("%d panels", len(m.Panels))
	}
	q := m.Panels[0]
	var by []string
	for _, l := range q.Lines {
		by = append(by, p.PartyCode(l.Party))
		for i, w := range l.Points {
			if w.Y > q.Bottom || w.Y < q.Top || (i > 0 && w.X < l.Points[i-1].X) {
				t.Errorf("%s reports %s at %v, %v", by[len(by)-1], w.Said.Value, w.X, w.Y)
			}
		}
	}
	slices.Sort(by)
	if !slices.Equal(by, []string{"NS", "PI", "SS"}) || len(q.Corners) != 4 || q.Plan == "" {
		t.Errorf("lines of %v, %d corners", by, len(q.Corners))
	}
	if rs := ladder([]*implementation.Commitment{buoys, berths}); len(rs) != 3 || len(rs[0].Sides) != 2 || rs[0].Sides[1].Step == nil {
		t.Errorf("%d rungs", len(rs))
	}
	html := text(t, Measures(p, buoys, berths))
	for _, want := range []string{"im-wide", "im-narrow", "Inner", "Middle", "Outer", "North lays buoys", "South opens berths"} {
		if !strings.Contains(html, want) {
			t.Errorf("the measures do not have %q", want)
		}
	}
	if html := text(t, Measures(p, commitmentNamed(t, p, "light"), nil)); html != "" {
		t.Errorf("a commitment without a measure: %s", html)
	}
}

// TestGraph: what waits stands right of what it waits for, and what is asked about has its fewest things numbered.
func TestGraph(t *testing.T) {
	p := harbour(t)
	g := newGraph(Book(p), talks.Ref{}, false)
	d := g.draw(p)
	at := map[talks.Ref]graphBox{}
	for _, b := range d.Boxes {
		at[b.Ref] = b
		if b.X < boxWide/2 || b.X > d.W-boxWide/2 || b.Y < boxHigh/2 || b.Y > d.H-boxHigh/2 {
			t.Errorf("%s stands at %v, %v of %v, %v", b.Ref.Name, b.X, b.Y, d.W, d.H)
		}
	}
	for _, l := range d.Lines {
		if l.Back == (at[l.From].X < at[l.To].X) {
			t.Errorf("%s at %v comes before %s at %v", l.From.Name, at[l.From].X, l.To.Name, at[l.To].X)
		}
	}
	if len(d.Lines) == 0 {
		t.Fatal("no lines")
	}
	for _, l := range d.Lines {
		if l.From.Name == "toll" && !l.Not || l.From.Name == "goodwill" && !l.Alternative {
			t.Errorf("the line from %s: %+v", l.From.Name, l)
		}
	}
	asked := newGraph(Book(p), in(p, "first-step"), false)
	numbered := 0
	for _, b := range asked.draw(p).Boxes {
		if b.Needed > 0 {
			numbered++
		}
	}
	if numbered == 0 || numbered != len(asked.needs.Things) {
		t.Errorf("%d things are numbered, %d have to come about", numbered, len(asked.needs.Things))
	}
}

// TestPages: the pages of the example of Minsk and of the harbour, with what was asked about.
func TestPages(t *testing.T) {
	for _, p := range []*ui.Page{harbour(t), process(t, "../../examples/minsk-2015/process.yaml", "ua-head")} {
		b := Book(p)
		html := render(t, p, Show, nil)
		for _, x := range b.Graph().Nodes[:3] {
			if !strings.Contains(html, string(p.ObjectURL(x.Ref))) {
				t.Errorf("the graph has no link to %s", x.Ref.Name)
			}
		}
		for _, x := range b.Graph().Nodes {
			render(t, p, Show, address{"for": x.Ref.String(), "done": "1"})
		}
		html = render(t, p, Matrix, nil)
		for _, c := range b.Commitments() {
			if !strings.Contains(html, string(p.ObjectURL(c.Ref))) {
				t.Errorf("the matrix has no row for %s", c.Ref.Name)
			}
		}
		for _, wrong := range []string{"x", "lobby/survey", strings.Repeat("a", 26) + "/nothing", p.W().Parties()[0].Ref.String()} {
			if _, err := Show(p, address{"for": wrong}); !errors.Is(err, ui.ErrNotFound) {
				t.Errorf("?for=%s: %v", wrong, err)
			}
		}
	}
}

// TestBorder: the example of Minsk explains that control of the border waits for the reform, the elections and the return of control.
func TestBorder(t *testing.T) {
	p := process(t, "../../examples/minsk-2015/process.yaml", "ua-head")
	var border *implementation.Commitment
	for _, c := range Book(p).Commitments() {
		if c.Ref.Name == "border" {
			border = c
		}
	}
	if border == nil || border.Status != implementation.Dormant {
		t.Fatalf("the border: %+v", border)
	}
	html := render(t, p, Show, address{"for": border.Ref.String()})
	for _, want := range []string{"Local elections", "A new constitution", "A permanent law on special status"} {
		if !strings.Contains(html, want) {
			t.Errorf("what has to come about before the border does not have %q", want)
		}
	}
}

func TestTurn(t *testing.T) {
	for _, tt := range []struct {
		skip string
		n    int
		want Turn
	}{
		{"", 0, Turn{0, 0, 0}}, {"", 5, Turn{0, 5, 0}}, {"", 12, Turn{0, 10, 2}}, {"10", 12, Turn{10, 2, 0}}, {"12", 12, Turn{0, 10, 2}},
		{"-3", 12, Turn{0, 10, 2}}, {"all", 12, Turn{0, 10, 2}}, {"99999999999999999999", 12, Turn{0, 10, 2}},
	} {
		if got := TurnOf(tt.skip, tt.n, 10); got != tt.want {
			t.Errorf("part %q of %d: %v, want %v", tt.skip, tt.n, got, tt.want)
		}
	}
}
