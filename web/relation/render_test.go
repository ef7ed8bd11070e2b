package relation

import (
	"errors"
	"maps"
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

// at is the address of an object's page.
func at(r talks.Ref, more address) address {
	a := address{"room": string(r.Room), "name": r.Name}
	maps.Copy(a, more)
	return a
}

// TestPages: every relation of the example has its page, with what drove each change and by whose word.
func TestPages(t *testing.T) {
	for _, p := range example(t) {
		list := render(t, p, List, nil)
		for _, r := range p.W().Relations() {
			if !strings.Contains(list, string(p.ObjectURL(r.Ref))) {
				t.Errorf("%s is not listed", r.Ref.Name)
			}
			html := render(t, p, Show, at(r.Ref, nil))
			for _, f := range r.Assessments {
				if !strings.Contains(html, templ.EscapeString(f.Said.Driver)) {
					t.Errorf("%s: nothing of %q", r.Ref.Name, f.Said.Driver)
				}
			}
		}
		if _, err := Show(p, address{"room": string(lobby), "name": "nothing"}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("a relation that is not there: %v", err)
		}
	}
}
