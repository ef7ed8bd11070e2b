package implementation

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/implementation"
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

// process loads a process file and returns a page of it as a seat sees it.
func process(t *testing.T, file string, seat talks.Seat) *ui.Page {
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
	v, err := l.View(t.Context(), ledger.Viewer{Process: parsed.Process, Seat: seat})
	if err != nil {
		t.Fatal(err)
	}
	return &ui.Page{View: v, Loc: message.English(), Query: url.Values{}}
}

func harbour(t *testing.T) *ui.Page { return process(t, "testdata/harbour.yaml", "a-head") }

// in is a reference of the lobby's.
func in(p *ui.Page, name string) talks.Ref {
	return talks.Ref{Room: p.W().Lobby().Room.ID, Name: name}
}

// render makes a page and returns its HTML. It fails the test on an error, and on a placeholder that nobody filled.
func render(t *testing.T, p *ui.Page, show ui.Show, a address) string {
	t.Helper()
	c, err := show(p, a)
	if err != nil {
		t.Fatalf("%v: %v", a, err)
	}
	html := text(t, c)
	if strings.Contains(html, "{{") || strings.ContainsAny(html, placeRef+placeRefs+placeParty) || p.Title == "" || p.Nav == "" {
		t.Errorf("%v: title %q, nav %q", a, p.Title, p.Nav)
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

func commitmentNamed(t *testing.T, p *ui.Page, name string) *implementation.Commitment {
	t.Helper()
	c := Book(p).Commitment(in(p, name))
	if c == nil {
		t.Fatalf("no commitment %s", name)
	}
	return c
}
