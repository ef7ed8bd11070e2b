// Package operator has the page of the host's operator: processes with their sizes, accounts, invitations to those who convene. It has
// nothing of what is in a room.
package operator

import (
	_ "embed"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/problem"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed operator.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("operator", css) }

// Page is what the operator's page is made of.
type Page struct {
	Loc       *message.Locale
	Who       *ui.Who
	Processes []Process
	Accounts  []Account
	Invite    *Invitation // the open one for another operator; nil where there is none

	Link     *Link             // that was made just now
	Refused  string            // the id of words below operator.refused.
	Done     string            // the id of words below operator.done.
	Problems []*talks.Problem  // what is wrong with a form
	Form     map[string]string // what was typed in it
}

// Process is a process with what the operator may know of it.
type Process struct {
	ID, Title string
	Rooms     int
	Entries   int64
	Convener  talks.Seat
	Invite    *Invitation // the newest to the convener; nil where there was none
}

// Invitation is an invitation to a seat, or for another operator.
type Invitation struct {
	ID            string    // of an operator's
	Expires, Used time.Time // Used is zero where it was not
	Open          bool
}

// Account is an account with what the operator may know of it: not which seats it holds.
type Account struct {
	ID, Login, Name    string
	Operator, Disabled bool
	Own                bool // the one that asks
	Created            time.Time
}

// Link is the link of a new invitation, which is shown once.
type Link struct {
	Seat    talks.Seat // empty for an operator's
	URL     string
	Expires time.Time
}

// Show is the page.
func Show(p *Page) templ.Component {
	o := &ui.Outside{Loc: p.Loc, Who: p.Who, Title: p.Loc.T("operator.title"), Sub: p.Loc.T("operator.sub"), Nav: "operator"}
	if p.Refused != "" {
		o.Refused = p.Loc.T("operator.refused." + p.Refused)
	}
	if p.Done != "" {
		o.Done = p.Loc.T("operator.done." + p.Done)
	}
	return show(o, p)
}

// said is what is wrong with a form.
func (p *Page) said(q *talks.Problem) string {
	return problem.Reason(p.Loc, q) + ": " + problem.Remedy(p.Loc, q)
}

// typed is what was typed in a field of a form that was refused.
func (p *Page) typed(do, field string) string {
	if p.Form["do"] != do {
		return ""
	}
	return p.Form[field]
}

// wrong reports whether a form was refused.
func (p *Page) wrong(do string) bool { return p.Form["do"] == do }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// open unfolds what has something to say.
func open(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"open": true}
}

// inviteWord says what inviting does: make a link, or another in place of the one that is open.
func inviteWord(p *Page, x Process) string {
	if x.Invite != nil && x.Invite.Open {
		return p.Loc.T("operator.invite-again")
	}
	return p.Loc.T("operator.invite")
}
