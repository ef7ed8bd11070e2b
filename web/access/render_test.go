package access

import (
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

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

// TestPages: what a delegation cannot see is there act by act, and a delegation that is not there is not found.
func TestPages(t *testing.T) {
	for _, p := range example(t) {
		render(t, p, Show, nil)
		for _, d := range p.W().Delegations() {
			html := render(t, p, Show, address{"without": string(d.Code)})
			for e := range p.W().Entries() {
				hidden := !p.W().Room(e.Room).Room.Has(d.Code)
				if got := strings.Contains(html, `id="`+itemID(e)+`"`); got != hidden {
					t.Errorf("%s: entry %d of %s is hidden from %s: %v, listed: %v", p.View.Seat(), e.Index, e.Room, d.Code, hidden, got)
				}
			}
		}
		if _, err := Show(p, address{"without": "nobody"}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("a delegation that is not there: %v", err)
		}
	}
}

// TestOneDelegation: while nobody else is there, nothing is offered to read of what others cannot see.
func TestOneDelegation(t *testing.T) {
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	lobby := &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}
	if _, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: []ledger.Item{{Room: "lobby", Seat: "us-head", Kind: lobby.Kind(), Act: lobby, At: start}}}); err != nil {
		t.Fatal(err)
	}
	view, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "us-head"})
	if err != nil {
		t.Fatal(err)
	}
	html := render(t, &ui.Page{View: view, Loc: message.English(), Query: url.Values{}}, Show, nil)
	if strings.Contains(html, "Read what") || !strings.Contains(html, "who-sees") {
		t.Error("the page of one delegation offers what others cannot see, or has no table")
	}
}
