package agreement

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/crypto/ssh"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/sign"
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
	_, pages := house(t)
	return pages
}

// house is that with the ledger.
func house(t *testing.T) (*ledger.Ledger, []*ui.Page) {
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
	return l, pages
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

// TestPages: every agreement of the example has its page, with its words and the bytes that are signed, and none that is not there.
func TestPages(t *testing.T) {
	shown := 0
	for _, p := range example(t) {
		render(t, p, List, nil)
		for _, a := range p.W().Agreements() {
			html := render(t, p, Show, address{"room": string(a.Ref.Room), "name": a.Ref.Name})
			if x := p.W().Proposal(a.Proposal); !strings.Contains(html, templ.EscapeString(x.Text)) {
				t.Errorf("%s as %s: its text is not shown", a.Title, p.View.Seat())
			}
			shown++
		}
		if _, err := Show(p, address{"room": string(p.W().Lobby().Room.ID), "name": "nothing"}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("an agreement that is not there: %v", err)
		}
	}
	if shown == 0 {
		t.Error("the example has no agreement")
	}
}

// TestSigned: a signature stands on the page with its key, checked over the very bytes that the page shows; of a view that cannot have the bytes
// the page does not say that it holds.
func TestSigned(t *testing.T) {
	l, pages := house(t)
	p := pages[0]
	a := p.W().Agreements()[0]
	p.Prove = func(room talks.RoomID, index int64) (*ledger.Proof, error) {
		return l.Prove(t.Context(), ledger.Viewer{Process: p.View.Process(), Seat: p.View.Seat()}, room, index)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := sign.SSH(signable(p, a), signer)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"agreement":%q,"method":"ssh","signer":"A. Head","office":"Secretary","key":%q,"signature":%q}`, a.Ref.Name, signed.Key(), signed.Armoured())
	v := ledger.Viewer{Process: p.View.Process(), Seat: "us-head"}
	if _, err := l.Append(t.Context(), v, a.Ref.Room, "agreement.sign", []byte(body)); err != nil {
		t.Fatal(err)
	}
	if p.View, err = l.View(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	at := address{"room": string(a.Ref.Room), "name": a.Ref.Name}
	holds, unchecked := p.Loc.T("agreement.holds"), p.Loc.T("agreement.unchecked")
	html := render(t, p, Show, at)
	for _, want := range []string{"A. Head, Secretary", holds, signed.Key().Fingerprint(), templ.EscapeString(string(signable(p, a)))} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	p.Prove = nil
	if html := render(t, p, Show, at); strings.Contains(html, holds) || !strings.Contains(html, unchecked) {
		t.Error("a page without the bytes says that the signature holds")
	}
}
