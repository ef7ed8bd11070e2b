package delegation

import (
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// address is what stands in the address of a page.
type address map[string]string

func (a address) Path(name string) string { return a[name] }
func (a address) Get(name string) string  { return a[name] }

// example loads the example and returns a page of each of some seats, now and as it stood early.
func example(t *testing.T) []*ui.Page {
	t.Helper()
	f, err := os.Open("../../examples/riyadh-2025/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := processfile.Parse(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if _, err := processfile.Load(t.Context(), l, file); err != nil {
		t.Fatal(err)
	}
	var pages []*ui.Page
	for _, seat := range []talks.Seat{"us-head", "ua-head", "us-observer"} {
		v := ledger.Viewer{Process: file.Process, Seat: seat}
		now, err := l.View(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		early, err := l.ViewAt(t.Context(), v, now.World().Lobby().Entries[12].Time)
		if err != nil {
			t.Fatal(err)
		}
		for _, view := range []*ledger.View{now, early} {
			pages = append(pages, &ui.Page{View: view, Loc: message.English(), Query: url.Values{}})
		}
	}
	return pages
}

// render makes a page and returns its HTML. It fails the test on an error, and on a placeholder of a message that nobody filled.
func render(t *testing.T, p *ui.Page, show ui.Show, a address) string {
	t.Helper()
	c, err := show(p, a)
	if err != nil {
		t.Fatalf("%v as %s: %v", a, p.View.Seat(), err)
	}
	html := text(t, c)
	if strings.Contains(html, "{{") || p.Title == "" || p.Nav == "" {
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

// TestPages: every delegation of the example has its page, its own with its seats and another's without them.
func TestPages(t *testing.T) {
	for _, p := range example(t) {
		render(t, p, List, nil)
		for _, d := range p.W().Delegations() {
			html := render(t, p, Show, address{"delegation": string(d.Code)})
			hidden := strings.Contains(html, "is known in its own caucus only")
			if own := p.View.Delegation() == d.Code && p.W().CaucusOf(d.Code) != nil; own == hidden {
				t.Errorf("%s sees the seats of %s: %v", p.View.Seat(), d.Code, !hidden)
			}
		}
		if _, err := Show(p, address{"delegation": "nobody"}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("a delegation that is not there: %v", err)
		}
	}
}

// TestUndesignated: the convener is told that its own delegation is not designated, until it is.
func TestUndesignated(t *testing.T) {
	acts := []talks.Act{
		&talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"},
		&talks.PartyDeclare{Name: "a", Title: "A", Type: "state", Role: "host"},
		&talks.DelegationDesignate{Code: "a", Party: talks.Ref{Name: "a"}, Title: "A", Head: "a-head"},
	}
	for n := 1; n <= len(acts); n++ {
		s := ledger.Script{Process: "talks"}
		for i, a := range acts[:n] {
			s.Items = append(s.Items, ledger.Item{Room: "lobby", Seat: "a-head", Kind: a.Kind(), Act: a, At: time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC)})
		}
		l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		if _, err := l.Load(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		view, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "a-head"})
		if err != nil {
			t.Fatal(err)
		}
		html := render(t, &ui.Page{View: view, Loc: message.English(), Query: url.Values{}}, List, nil)
		if told := strings.Contains(html, `href="/p/talks/delegations?compose=delegation#compose"`) && strings.Contains(html, "is not designated yet"); told != (n < len(acts)) {
			t.Errorf("after %d acts the convener is told: %v", n, told)
		}
	}
}
