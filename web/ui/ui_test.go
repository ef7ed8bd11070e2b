package ui

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
)

var begin = time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)

// world is a lobby of three delegations with as many parties as are asked for, a room of two, and a caucus.
func world(parties int) ledger.Script {
	items := []ledger.Item{{Room: "lobby", Seat: "sa-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"}}}
	for i := range parties {
		items = append(items, ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.PartyDeclare{Name: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Party %d", i), Short: fmt.Sprintf("P%d", i), Type: "state", Role: "principal"}})
	}
	for i, d := range []talks.Delegation{"sa", "us", "ru"} {
		items = append(items, ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.DelegationDesignate{Code: d, Party: talks.Ref{Name: fmt.Sprintf("p%d", 2-i)}, Title: "Team " + string(d), Head: talks.Seat(d + "-head")}})
	}
	items = append(items,
		ledger.Item{Room: "direct", Seat: "us-head", Act: &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"us", "ru"}}},
		ledger.Item{Room: "caucus", Seat: "us-head", Act: &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{"us"}}},
		ledger.Item{Room: "direct", Seat: "us-head", Act: &talks.StatementRecord{Name: "words", Speaker: talks.Ref{Name: "p1"}, Strength: "hinted", Form: "paraphrase", Text: "Something", Basis: talks.Basis{Illustrative: true}}},
	)
	for i := range items {
		items[i].Kind, items[i].At = items[i].Act.Kind(), begin.Add(time.Duration(i)*time.Minute)
	}
	return ledger.Script{Process: "talks", Items: items}
}

// pageOf is a seat's page of the world, now or at a time.
func pageOf(t *testing.T, seat talks.Seat, at time.Time) (*Page, map[string]talks.RoomID) {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), world(30))
	if err != nil {
		t.Fatal(err)
	}
	v := ledger.Viewer{Process: "talks", Seat: seat}
	view, err := l.View(t.Context(), v)
	p := &Page{Loc: message.English(), Query: url.Values{}}
	if err == nil {
		p.Stops = Stops(view.World())
		if !at.IsZero() {
			view, err = l.ViewAt(t.Context(), v, at)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	p.View = view
	return p, rooms
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestURL(t *testing.T) {
	p, rooms := pageOf(t, "us-head", time.Time{})
	past, _ := pageOf(t, "us-head", begin.Add(time.Hour))
	for _, tt := range []struct{ got, want templ.SafeURL }{
		{p.URL(), "/p/talks"},
		{p.URL("positions"), "/p/talks/positions"},
		{p.URL("a/b", "c d?#%"), "/p/talks/a/b/c%20d%3F%23%25"},
		{p.URLQ(url.Values{"q": {"x y"}}, "search"), "/p/talks/search?q=x+y"},
		{past.URL("positions"), "/p/talks/positions?at=2025-02-18T10%3A00%3A00Z"},
		{past.URLQ(url.Values{"at": {""}}, "positions"), "/p/talks/positions"},
		{past.URLQ(url.Values{"at": {"2025-01-01T00:00:00Z"}}), "/p/talks?at=2025-01-01T00%3A00%3A00Z"},
		{p.ObjectURL(talks.Ref{Room: rooms["lobby"], Name: "p1"}), templ.SafeURL("/p/talks/parties/" + string(rooms["lobby"]) + "/p1")},
		{p.ObjectURL(talks.Ref{Room: rooms["direct"], Name: "words"}), templ.SafeURL("/p/talks/rooms/" + string(rooms["direct"]) + "?from=0#entry-1")},
		{p.ObjectURL(talks.Ref{Room: rooms["direct"], Name: "#0"}), templ.SafeURL("/p/talks/rooms/" + string(rooms["direct"]) + "?from=0#entry-0")},
		{p.ObjectURL(talks.Ref{Room: rooms["direct"], Name: "#99"}), ""},
		{p.ObjectURL(talks.Ref{Room: "nowhere", Name: "p1"}), ""},
		{p.ObjectURL(talks.Ref{}), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

// The first 25 parties differ from one another, and the next from all of these.
func TestPartiesDiffer(t *testing.T) {
	css, signs := string(baseCSS), map[string]int{}
	for i := range 50 {
		class := PartyClass(i)
		colour := ""
		for line := range strings.Lines(css) {
			selector, rule, _ := strings.Cut(line, "{")
			for one := range strings.SplitSeq(selector, ",") {
				if strings.TrimSpace(one) == "."+strings.Fields(class)[1] {
					colour = rule
				}
			}
		}
		sign := Shape(i) + colour + strconv.FormatBool(strings.Contains(class, "hollow"))
		if before, there := signs[sign]; there || colour == "" {
			t.Errorf("party %d has the sign of %d, or no colour", i, before)
		}
		signs[sign] = i
	}
}

// The marks of firmness, a square, a diamond, a dot and a ring, are the same upside down and in a mirror. No party's shape is both, so that none
// is taken for one of them.
func TestShapesOfParties(t *testing.T) {
	for i, shape := range shapes {
		at := corners(t, shape)
		mirrored := slices.ContainsFunc(at, func(c [2]float64) bool { return !slices.Contains(at, [2]float64{-c[0], c[1]}) })
		turned := slices.ContainsFunc(at, func(c [2]float64) bool { return !slices.Contains(at, [2]float64{c[0], -c[1]}) })
		if !mirrored && !turned {
			t.Errorf("the shape %d can be taken for a mark of firmness: %s", i, shape)
		}
	}
	if at := corners(t, "M0-11L11 0L0 11L-11 0Z"); len(at) != 4 || !slices.Contains(at, [2]float64{-11, 0}) {
		t.Errorf("the corners of a diamond: %v", at)
	}
}

var steps, numbers = regexp.MustCompile(`[MLHVA][^MLHVAZ]*`), regexp.MustCompile(`-?[\d.]+`)

// corners are the points that an outline goes through.
func corners(t *testing.T, path string) [][2]float64 {
	t.Helper()
	var out [][2]float64
	var x, y float64
	for _, step := range steps.FindAllString(path, -1) {
		var ns []float64
		for _, s := range numbers.FindAllString(step, -1) {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			ns = append(ns, n)
		}
		switch last := len(ns) - 1; step[0] {
		case 'H':
			x = ns[last]
		case 'V':
			y = ns[last]
		default:
			x, y = ns[last-1], ns[last]
		}
		out = append(out, [2]float64{x, y})
	}
	return out
}

// restored is the world in which nobody answers for ru any more, so that another seat is to lead it.
func restored(t *testing.T, path string, seat talks.Seat, at time.Time) string {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	script := world(3)
	a := &talks.DelegationRestore{Code: "ru", Head: "ru-second", Reason: "Nobody answers <there>"}
	script.Items = append(script.Items,
		ledger.Item{Room: "lobby", Seat: "sa-head", Act: a, Kind: a.Kind(), At: begin.Add(time.Hour)},
		ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.RemarkWrite{Text: "later"}, Kind: "remark.write", At: begin.Add(10 * 24 * time.Hour)})
	rooms, err := l.Load(t.Context(), script)
	if err != nil {
		t.Fatal(err)
	}
	view, err := l.ViewAt(t.Context(), ledger.Viewer{Process: "talks", Seat: seat}, at)
	if err != nil {
		t.Fatal(err)
	}
	for handle, id := range rooms {
		path = strings.ReplaceAll(path, "{"+handle+"}", string(id))
	}
	return render(t, Layout(&Page{View: view, Loc: message.English(), Path: path}, templ.NopComponent))
}

// TestRestorations: on each page of a room that a delegation sits in stands who is to lead it; on pages of others it does not.
func TestRestorations(t *testing.T) {
	soon, later := begin.Add(2*time.Hour), begin.Add(5*24*time.Hour)
	for _, tt := range []struct {
		path  string
		seat  talks.Seat
		at    time.Time
		stage string // part of the notice; "" for none
	}{
		{"rooms/{direct}", "us-head", soon, "unless the delegation stops that"},
		{"rooms/{direct}/members", "us-head", soon, "unless the delegation stops that"},
		{"rooms/{direct}/record/1", "us-head", later, "is led by the seat ru-second"},
		{"rooms/{lobby}", "sa-head", soon, "unless the delegation stops that"},
		{"issues/{lobby}/p1", "sa-head", later, "is led by the seat ru-second"},
		{"", "sa-head", soon, "unless the delegation stops that"},
		{"rooms/{caucus}", "us-head", soon, ""},
		{"positions", "us-head", soon, ""},
		{"rooms/{direct}", "us-head", begin.Add(50 * time.Minute), ""},
	} {
		html := restored(t, tt.path, tt.seat, tt.at)
		if tt.stage == "" {
			if strings.Contains(html, `class="restoration`) {
				t.Errorf("%s at %s has a notice", tt.path, tt.at)
			}
		} else if !strings.Contains(html, tt.stage) || !strings.Contains(html, "Nobody answers &lt;there&gt;") {
			t.Errorf("%s at %s: no notice %q", tt.path, tt.at, tt.stage)
		}
	}
}

func TestAudience(t *testing.T) {
	p, rooms := pageOf(t, "us-head", time.Time{})
	for _, tt := range []struct {
		got        string
		has, hasNo []string
	}{
		{render(t, Audience(p, rooms["lobby"])), []string{"everyone at the table"}, []string{"token"}},
		{render(t, Audience(p, rooms["direct"])), []string{"seen by", ">P1<", ">P0<"}, []string{"nobody else", "everyone"}},
		{render(t, WillSee(p, rooms["direct"])), []string{"will be seen by", "and nobody else", "data-fresh"}, nil},
		{render(t, WillSee(p, rooms["caucus"])), []string{"caucus only", ">P1<"}, []string{">P0<", "nobody else"}},
		{render(t, Audience(p, "nowhere")), nil, []string{"seen"}},
	} {
		for _, s := range tt.has {
			if !strings.Contains(tt.got, s) {
				t.Errorf("no %q in %s", s, tt.got)
			}
		}
		for _, s := range tt.hasNo {
			if strings.Contains(tt.got, s) {
				t.Errorf("%q in %s", s, tt.got)
			}
		}
	}
	// Tokens stand in the order of the parties, not of the codes: Russia's party was declared before that of the United States here.
	if s := render(t, Audience(p, rooms["direct"])); strings.Index(s, ">P0<") > strings.Index(s, ">P1<") {
		t.Errorf("the order of tokens: %s", s)
	}
	if out, _ := pageOf(t, "sa-head", time.Time{}); render(t, Audience(out, rooms["direct"]))+render(t, RoomLink(out, rooms["direct"])) != "" {
		t.Error("something is said of a room that is not shown")
	}
}

func TestSaidAndBasis(t *testing.T) {
	p, rooms := pageOf(t, "us-head", time.Time{})
	s := p.W().Statement(talks.Ref{Room: rooms["direct"], Name: "words"})
	for _, tt := range []struct{ got, want string }{
		{render(t, Basis(p, s.By, talks.Ref{Room: rooms["lobby"], Name: "p1"})), "declared"},
		{render(t, Basis(p, s.By, talks.Ref{Room: rooms["lobby"], Name: "p0"})), "attributed by"},
		{render(t, Cites(p, s.By)), "illustrative"},
		{render(t, Cites(p, &talks.Entry{Gone: true})), ""},
		{render(t, Said("<b>", "verbatim", "stated", "fr")), `<q lang="fr">&lt;b&gt;</q>`},
		{render(t, Said("x", "paraphrase", "hinted", "")), "hinted"},
		{render(t, Strength(p, "shouted")), "shouted"},
		{render(t, Firmness(p, "red-line")), "red line"},
		{render(t, Ref(p, talks.Ref{Room: "nowhere", Name: "hidden"})), `<span class="ref">hidden</span>`},
	} {
		if !strings.Contains(tt.got, tt.want) {
			t.Errorf("%q has no %q", tt.got, tt.want)
		}
	}
}

func TestStops(t *testing.T) {
	entries := func(n int, step time.Duration) *talks.World {
		s := talks.NewState("r")
		for i := range n {
			s.Fold(&talks.Entry{Room: "r", Index: int64(i), Time: begin.Add(time.Duration(i) * step)})
		}
		return talks.NewWorld(s)
	}
	for _, tt := range []struct {
		n    int
		step time.Duration
	}{{0, 0}, {1, 0}, {10, time.Second}, {60, time.Minute}, {100, time.Minute}, {500, time.Hour}, {10_000, 7 * time.Hour}, {100_000, time.Millisecond}} {
		w := entries(tt.n, tt.step)
		stops := Stops(w)
		if len(stops) > mostStops || (tt.n > 0) != (len(stops) > 0) {
			t.Errorf("%v: %d stops", tt, len(stops))
		}
		for i, s := range stops {
			if i > 0 && !s.After(stops[i-1]) {
				t.Errorf("%v: stop %d is not after the one before", tt, i)
			}
		}
		if len(stops) > 0 && !stops[len(stops)-1].Equal(w.Time()) {
			t.Errorf("%v: the last stop is %v and not the last entry's", tt, stops[len(stops)-1])
		}
	}
	if n := len(Stops(entries(60, time.Minute))); n != 60 {
		t.Errorf("60 distinct minutes have %d stops", n)
	}
}

func TestSliderSaysThePagesTime(t *testing.T) {
	for _, at := range []time.Time{begin.Add(-time.Hour), begin, begin.Add(90 * time.Second), begin.Add(24 * time.Hour)} {
		p, _ := pageOf(t, "us-head", at)
		html := render(t, asOf(p))
		if !strings.Contains(html, `data-at="`+FormatAt(at)+`"`) || !strings.Contains(html, fmt.Sprintf(`<output for="stop">%s</output>`, p.Loc.DateTime(at))) {
			t.Errorf("%v is not on the slider: %s", at, html)
		}
		if s := p.stops(); !s[p.stop()].Equal(at) {
			t.Errorf("the slider stands at %v, the page at %v", s[p.stop()], at)
		}
	}
}

func TestLayout(t *testing.T) {
	p, rooms := pageOf(t, "us-head", time.Time{})
	p.Title, p.Path, p.Seats = "A & B", "rooms/"+string(rooms["direct"]), []talks.Seat{"us-head", "ru-head"}
	p.Marks = map[talks.RoomID]int64{rooms["lobby"]: 33}
	p.Compose = templ.Raw("<form></form>")
	html := render(t, Layout(p, templ.Raw("<h2>content</h2>")))
	for _, want := range []string{`<h1>A &amp; B</h1>`, `id="live"`, `id="compose" data-live-part`, `data-seat="us-head"`, `action="/demo/seat"`, "1 new", `class="skip"`, `<title>A &amp; B · Talks</title>`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Index(html, `id="live"`) > strings.Index(html, "<h2>content") || strings.Contains(html[strings.Index(html, `id="live"`):strings.Index(html, `id="compose"`)], "<form>") {
		t.Error("the content is not in #live, or the form is")
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%d headings of the first order", n)
	}
	p.Seats = nil
	if strings.Contains(render(t, Layout(p, templ.NopComponent)), "/demo/seat") {
		t.Error("a seat switcher outside of a demo")
	}
}

// The first page has no path: a form that sent to an address with a slash at its end would be led on, and lose what it asked.
func TestFirstPageForms(t *testing.T) {
	for _, at := range []time.Time{{}, begin.Add(90 * time.Second)} {
		p, _ := pageOf(t, "us-head", at)
		html := render(t, Layout(p, templ.NopComponent))
		if !strings.Contains(html, `method="get" action="/p/talks">`) {
			t.Error("the slider does not lead to the page itself")
		}
		if i := strings.Index(html, `/p/talks/"`); i >= 0 {
			t.Errorf("an address that leads nowhere: %s", html[max(0, i-100):i+20])
		}
	}
}
