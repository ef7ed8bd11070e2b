// Package account has the page of one's own account: ways to log in, where one is logged in, and tokens for programs.
package account

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/web/asset"
	"parley/web/login"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed account.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("account", css) }

// Page is what the page of an account is made of.
type Page struct {
	Loc         *message.Locale
	Who         *ui.Who
	Login, Name string

	Recent       bool // its owner has proved who they are in the last few minutes
	Password     bool // has one
	Code         bool // a code of an authenticator app is asked for
	RecoveryLeft int
	CanPasskey   bool // passkeys can be used here
	Passkeys     []Passkey
	Externals    []External
	Providers    []login.Provider // that are not linked yet
	Sessions     []Session
	Tokens       []Token
	Calendars    []Calendar
	Seats        []Seat // that the account holds

	Refused, Done string    // ids of words below account.refused. and account.done.
	Wrong         *ui.Wrong // what is wrong with a field of a form
	Wait          time.Duration
	Typed         string // the name in a form that was refused
}

// Passkey is a passkey of the account.
type Passkey struct {
	ID, Name      string
	Synced        bool
	Created, Used time.Time // Used is zero where it was never used
}

// External is an account at a provider that is linked.
type External struct {
	Provider, Subject string // as they are sent back to unlink it
	Title, Name       string
	Created           time.Time
}

// Session is a browser that the account is logged in with.
type Session struct {
	ID            string
	Agent         string // what the browser said it is
	Current       bool   // the one that asks
	Created, Used time.Time
	Seat          string // process and seat that it speaks for; empty for none
}

// Token is a token for programs.
type Token struct {
	ID, Name               string
	Seat                   string // process and seat
	Write                  bool
	Created, Expires, Used time.Time
	Ended                  bool // revoked or expired
}

// Calendar is a link that calendar programs follow.
type Calendar struct {
	ID            string
	Seat          string // process and seat
	Created, Used time.Time
}

// Seat is one that a token or a link to a calendar can be made for.
type Seat struct{ Value, Text string }

// Show is the page.
func Show(p *Page) templ.Component {
	o := &ui.Outside{Loc: p.Loc, Who: p.Who, Title: p.Loc.T("account.title"), Sub: p.Loc.T("account.sub"), Nav: "account"}
	switch {
	case p.Wait > 0:
		o.Refused = p.Loc.T("account.wait", "time", ui.Waiting(p.Loc, p.Wait))
	case p.Refused != "":
		o.Refused = p.Loc.T("account.refused." + p.Refused)
	case p.Wrong != nil:
		o.Refused = p.Loc.T("account.not-changed")
	case p.Done != "":
		o.Done = p.Loc.T("account.done." + p.Done)
	}
	return show(o, p)
}

// Setup is what an authenticator app needs.
type Setup struct {
	Secret string
	QR     [][]bool // by rows: true is dark
}

// ShowSetup is the page on which an authenticator app is set up. Without a setup it asks again for a code.
func ShowSetup(l *message.Locale, who *ui.Who, s *Setup) templ.Component {
	o := &ui.Outside{Loc: l, Who: who, Title: l.T("account.setup-title"), Nav: "account", Narrow: true}
	if s == nil {
		o.Refused = l.T("account.refused.code")
	}
	return setup(o, s)
}

// ShowRecovery is the page that shows new recovery codes, once.
func ShowRecovery(l *message.Locale, who *ui.Who, codes []string) templ.Component {
	return recovery(&ui.Outside{Loc: l, Who: who, Title: l.T("account.recovery-title"), Sub: l.T("account.recovery-sub"), Nav: "account", Narrow: true}, codes)
}

// ShowToken is the page that shows a new token's secret, once.
func ShowToken(l *message.Locale, who *ui.Who, t Token, secret string) templ.Component {
	return secretPage(&ui.Outside{Loc: l, Who: who, Title: l.T("account.token-title", "name", t.Name), Nav: "account"}, t, secret)
}

// ShowCalendar is the page that shows a new link to the calendar of a seat, once.
func ShowCalendar(l *message.Locale, who *ui.Who, seat, link string) templ.Component {
	return calendarPage(&ui.Outside{Loc: l, Who: who, Title: l.T("account.calendar-title"), Sub: l.T("account.calendar-sub"), Nav: "account"}, seat, link)
}

// ShowLink is the page that asks whether the account at a provider from which somebody comes back is to be linked.
func ShowLink(l *message.Locale, who *ui.Who, ticket, provider, name string) templ.Component {
	return link(&ui.Outside{Loc: l, Who: who, Title: l.T("account.link-title", "provider", provider), Nav: "account", Narrow: true}, ticket, name)
}

// qrMargin is how many light modules belong around a QR code (ISO/IEC 18004, section 9.1).
const qrMargin = 4

// qrBox is the view box of a QR code.
func qrBox(rows [][]bool) string {
	n := len(rows) + 2*qrMargin
	return fmt.Sprintf("0 0 %d %d", n, n)
}

// qrPath draws the dark modules, a run of a row at a time.
func qrPath(rows [][]bool) string {
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			run := x
			for run < len(row) && row[run] {
				run++
			}
			if run > x {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+qrMargin, y+qrMargin, run-x, run-x)
				x = run
			}
		}
	}
	return b.String()
}

// device says which browser a session is of, as far as it said so itself.
func device(l *message.Locale, agent string) string {
	browser, system := firstOf(agent, browsers), firstOf(agent, systems)
	switch {
	case browser != "" && system != "":
		return l.T("account.device", "browser", browser, "system", system)
	case browser != "":
		return browser
	case agent == "":
		return l.T("account.device-unknown")
	}
	if rs := []rune(agent); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return agent
}

// browsers and systems are what an agent's text has for them, those first whose texts also have others' in them.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

func firstOf(agent string, list [][2]string) string {
	for _, b := range list {
		if strings.Contains(agent, b[0]) {
			return b[1]
		}
	}
	return ""
}

// days are how long a token can be made to last.
var days = []int{7, 30, 90, 365}

// open unfolds what has something to say.
func open(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"open": true}
}
