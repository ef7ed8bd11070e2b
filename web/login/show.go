// Package login has the pages on which somebody says who they are: by a password, a passkey or a provider, and where the account asks
// for one by a code as the second step.
package login

import (
	_ "embed"
	"time"

	"github.com/a-h/templ"

	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed login.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("login", css) }

// Provider is one with which people can log in.
type Provider struct{ ID, Title string }

// Page is what the log-in pages are made of. None of it depends on whether there is such an account.
type Page struct {
	Loc       *message.Locale
	Then      string // the address to go to afterwards; empty for the seats
	Login     string // as it was typed
	Ended     bool   // the browser had a session that opens nothing any more
	LoggedOut bool
	Denied    bool          // what was sent did not fit, whatever was wrong with it
	Elsewhere bool          // and it was no password: a passkey, or a provider's word
	Unlinked  bool          // no account here is linked with the provider's
	Wait      time.Duration // too many attempts: how long to wait
	Passkeys  bool          // can be used here
	Providers []Provider
	Step      string // the first step's proof, on the page of the second
}

// Show is the page of the first step.
func Show(p *Page) templ.Component {
	o := p.outside("login.title")
	if p.LoggedOut && o.Refused == "" {
		o.Done = p.Loc.T("login.logged-out")
	}
	if p.Ended && o.Refused == "" {
		o.Refused = p.Loc.T("login.ended")
	}
	return show(o, p)
}

// Code is the page of the second step.
func Code(p *Page) templ.Component { return code(p.outside("login.code-title"), p) }

func (p *Page) outside(title string) *ui.Outside {
	o := &ui.Outside{Loc: p.Loc, Title: p.Loc.T(title), Narrow: true}
	switch {
	case p.Wait > 0:
		o.Refused = p.Loc.T("login.wait", "time", ui.Waiting(p.Loc, p.Wait))
	case p.Denied && p.Step != "":
		o.Refused = p.Loc.T("login.code-denied")
	case p.Unlinked:
		o.Refused = p.Loc.T("login.unlinked")
	case p.Denied && p.Elsewhere:
		o.Refused = p.Loc.T("login.passkey-failed")
	case p.Denied:
		o.Refused = p.Loc.T("login.denied")
	}
	return o
}

// invalid marks a field of a form that was refused.
func invalid(p *Page) templ.Attributes {
	if !p.Denied || p.Elsewhere {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "problems"}
}
