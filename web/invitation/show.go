// Package invitation has the page of a link that makes somebody the holder of a seat. Before it is used it shows nothing of what it is
// for: not the process, not the seat, not who invites.
package invitation

import (
	_ "embed"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"parley/web/login"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

// Page is what the page of an invitation is made of.
type Page struct {
	Loc       *message.Locale
	Token     string
	Who       *ui.Who // logged in already
	Passkeys  bool    // can be used here
	Providers []login.Provider

	// What was typed in a form that was refused, and what was wrong with it.
	Login, Name string
	Wrong       *ui.Wrong
	Taken       bool // somebody holds the seat by now
	Denied      bool // the passkey or the provider's word was not taken
	Wait        time.Duration

	// Where somebody comes back from a provider: what stands for it, and what the provider calls them.
	Ticket, External string
}

// Show is the page of a link that is open.
func Show(p *Page) templ.Component {
	o := &ui.Outside{Loc: p.Loc, Who: p.Who, Title: p.Loc.T("invitation.title"), Sub: p.Loc.T("invitation.sub"), Narrow: true}
	switch {
	case p.Wait > 0:
		o.Refused = p.Loc.T("invitation.wait", "time", ui.Waiting(p.Loc, p.Wait))
	case p.Taken:
		o.Refused = p.Loc.T("invitation.taken")
	case p.Denied:
		o.Refused = p.Loc.T("invitation.denied")
	case p.Wrong != nil:
		o.Refused = p.Loc.T("invitation.refused")
	}
	if p.Who != nil {
		return accept(o, p)
	}
	return register(o, p)
}

// Closed is the one page of all links that are not open: used, withdrawn, expired, or never made.
func Closed(l *message.Locale, who *ui.Who) templ.Component {
	return closed(&ui.Outside{Loc: l, Who: who, Title: l.T("invitation.closed-title"), Narrow: true})
}

// path is the page's own address.
func (p *Page) path() string { return "/invitation/" + url.PathEscape(p.Token) }
