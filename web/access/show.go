package access

import (
	_ "embed"
	"fmt"
	"net/url"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed access.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("access", css) }

// Show shows who sees what: the viewer's rooms by delegations. The parameter without, a delegation, lists what it cannot see of them.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav = "access"
	g := newGrid(p.W())
	d := talks.Delegation(q.Get("without"))
	if d == "" {
		p.Title = p.Loc.T("access.title")
		p.Sub = p.Loc.T("access.sub")
		return matrix(p, g, ""), nil
	}
	if !g.has(d) {
		return nil, ui.ErrNotFound
	}
	p.Title = p.Loc.T("access.without", "party", name(p, d))
	p.Sub = p.Loc.T("access.without-sub")
	return unseen(p, g, d, without(p.W(), d, most)), nil
}

// has reports whether the grid knows a delegation.
func (g grid) has(d talks.Delegation) bool { return g.place(d) >= 0 }

// name is what a delegation is called in a sentence: its party, or its own title.
func name(p *ui.Page, d talks.Delegation) string {
	if q := p.W().Party(p.W().PartyOf(d)); q != nil {
		return q.Title
	}
	return p.DelegationTitle(d)
}

// withoutURL is this page for a delegation; for "" it is the grid alone.
func withoutURL(p *ui.Page, d talks.Delegation) templ.SafeURL {
	if d == "" {
		return p.URL("access")
	}
	return p.URLQ(url.Values{"without": {string(d)}}, "access")
}

// share is how much of a whole a part is, in percent, for a bar.
func share(part, whole int64) string {
	if whole == 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(part)/float64(whole))
}

// itemID is the id of an act's element.
func itemID(e *talks.Entry) string { return fmt.Sprintf("act-%s-%d", e.Room, e.Index) }

// current marks the link to what is shown.
func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}
