package commitment

import (
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
	view "parley/web/implementation"
	"parley/web/message"
	"parley/web/ui"
)

// address is what stands in the address of a page.
type address map[string]string

func (a address) Path(name string) string { return a[name] }
func (a address) Get(name string) string  { return a[name] }

// process loads a process file and returns a page of it for each of some seats.
func process(t *testing.T, file string, seats ...talks.Seat) []*ui.Page {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parsed, err := processfile.Parse(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1), ledger.WithClock(func(time.Time) time.Time { return parsed.Start() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if _, err := processfile.Load(t.Context(), l, parsed); err != nil {
		t.Fatal(err)
	}
	var pages []*ui.Page
	for _, seat := range seats {
		v, err := l.View(t.Context(), ledger.Viewer{Process: parsed.Process, Seat: seat})
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, &ui.Page{View: v, Loc: message.English(), Query: url.Values{}})
	}
	return pages
}

func harbour(t *testing.T) *ui.Page {
	return process(t, "../implementation/testdata/harbour.yaml", "a-head")[0]
}

func render(t *testing.T, p *ui.Page, show ui.Show, a address) string {
	t.Helper()
	c, err := show(p, a)
	if err != nil {
		t.Fatalf("%v as %s: %v", a, p.View.Seat(), err)
	}
	html := text(t, c)
	if strings.Contains(html, "{{") || p.Title == "" || p.Nav != "commitments" {
		t.Errorf("%v as %s: title %q, nav %q", a, p.View.Seat(), p.Title, p.Nav)
	}
	return html
}

func text(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func at(r talks.Ref) address { return address{"room": string(r.Room), "name": r.Name} }

// TestPages: every commitment and every condition of the examples has its page, in the list too; and what is not there has none.
func TestPages(t *testing.T) {
	pages := append(process(t, "../../examples/minsk-2015/process.yaml", "ua-head"), harbour(t))
	pages = append(pages, process(t, "../../examples/riyadh-2025/process.yaml", "us-head", "ua-head", "us-observer")...)
	for _, p := range pages {
		b, html := view.Book(p), render(t, p, List, nil)
		for _, m := range b.Commitments() {
			if !strings.Contains(html, string(p.ObjectURL(m.Ref))) {
				t.Errorf("%s: the list does not have %s", p.View.Seat(), m.Ref.Name)
			}
			one := render(t, p, Show, at(m.Ref))
			if !strings.Contains(one, view.StatusWord(p, m.Status)) || !strings.Contains(one, templ.EscapeString(m.Deed)) {
				t.Errorf("%s: the page of %s does not say how it stands", p.View.Seat(), m.Ref.Name)
			}
		}
		for _, c := range b.Conditions() {
			if one := render(t, p, Condition, at(c.Ref)); !strings.Contains(one, view.TruthWord(p, c.Truth)) {
				t.Errorf("%s: the page of %s does not say how it stands", p.View.Seat(), c.Ref.Name)
			}
		}
		for _, show := range []ui.Show{Show, Condition} {
			for _, r := range []talks.Ref{{Room: p.W().Lobby().Room.ID, Name: "nothing"}, {Room: talks.RoomID(strings.Repeat("a", 26)), Name: "toll"}} {
				if _, err := show(p, at(r)); !errors.Is(err, ui.ErrNotFound) {
					t.Errorf("what is not there: %v", err)
				}
			}
		}
	}
}

// TestSides: each side's last word stands beside the others', also where somebody has not spoken, and contradiction is said.
func TestSides(t *testing.T) {
	p := harbour(t)
	lobby := p.W().Lobby().Room.ID
	toll := view.Book(p).Commitment(talks.Ref{Room: lobby, Name: "toll"})
	html := render(t, p, Show, at(toll.Ref))
	for _, want := range []string{"It is halved.", "We still pay the whole of it.", p.Loc.T("commitment.disagree")} {
		if !strings.Contains(html, want) {
			t.Errorf("the toll does not have %q", want)
		}
	}
	buoys := view.Book(p).Commitment(talks.Ref{Room: lobby, Name: "north-buoys"})
	var got []implementation.As
	for _, s := range sides(buoys) {
		got = append(got, s.as)
		if len(s.voices) != 1 || len(s.voices[0].words) != 1 {
			t.Errorf("%s: %+v", s.as, s.voices)
		}
	}
	if !slices.Equal(got, []implementation.As{implementation.AsObligor, implementation.AsBeneficiary, implementation.AsVerifier}) {
		t.Errorf("the sides of the buoys are %v", got)
	}
	wreck := view.Book(p).Commitment(talks.Ref{Room: lobby, Name: "wreck"})
	if s := sides(wreck); len(s) != 1 || len(s[0].voices) != 1 || s[0].voices[0].words != nil {
		t.Errorf("nobody spoke of the wreck: %+v", s)
	}
}

// TestFilter: the list is narrowed down by status, party and room; what is not there to choose is not chosen.
func TestFilter(t *testing.T) {
	p := harbour(t)
	b, lobby := view.Book(p), string(p.W().Lobby().Room.ID)
	for _, tt := range []struct {
		a    address
		want []string
	}{
		{address{"status": "disputed"}, []string{"toll"}},
		{address{"status": "overdue", "party": lobby + "/pilots"}, []string{"north-buoys"}},
		{address{"party": lobby + "/pilots", "room": lobby}, []string{"north-buoys"}},
		{address{"status": "lapsed"}, nil},
	} {
		l := newListing(b, chosen(p.W(), tt.a.Get))
		var got []string
		for _, m := range l.fits {
			got = append(got, m.Ref.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.a, got, tt.want)
		}
		render(t, p, List, tt.a)
	}
	hidden := address{"status": "none", "party": strings.Repeat("a", 26) + "/north", "room": strings.Repeat("a", 26)}
	if c := chosen(p.W(), hidden.Get); c.any() {
		t.Errorf("what is not there is chosen: %+v", c)
	}
	if render(t, p, List, hidden) != render(t, p, List, nil) {
		t.Error("what is not there to choose changes the page")
	}
}

// TestOnDay: the list can be asked how things stand on another day; what it leads to goes on asking for that day, and other pages do not.
func TestOnDay(t *testing.T) {
	p := process(t, "../../examples/minsk-2015/process.yaml", "ua-head")[0]
	overdue := func(on string) bool {
		q := *p
		q.Path, q.Query = "commitments", url.Values{"on": {on}}
		return strings.Contains(render(t, &q, List, address{"status": "overdue"}), "The withdrawal begins</a>")
	}
	if overdue("") || overdue("2015-02-15") || !overdue("2015-02-16") {
		t.Error("the beginning of the withdrawal is overdue once 16 February 2015 has ended in Kyiv, as long as nobody reports it")
	}
	q := *p
	q.Path, q.Query = "commitments", url.Values{"on": {"2015-02-17"}}
	html := render(t, &q, List, address{})
	if !strings.Contains(html, `/border?on=2015-02-17"`) || strings.Contains(html, `/agreements?on=`) {
		t.Error("the day is not kept where it means something, or is where it does not")
	}
	q.Query = url.Values{"on": {"once"}}
	if html := render(t, &q, List, address{}); !strings.Contains(html, "once is not a day") {
		t.Error("a day that is none is not told of")
	}
}
