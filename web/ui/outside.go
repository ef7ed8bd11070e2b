package ui

import (
	"strconv"
	"time"

	"parley/web/message"
)

// Who is the person who is logged in, as the frame says it.
type Who struct {
	Name     string
	Operator bool
}

// Outside is a page outside of any process: of an account, or of who has none yet. It depends on its fields and on nothing else.
type Outside struct {
	Loc        *message.Locale
	Who        *Who // nil where nobody is logged in
	Title, Sub string
	Nav        string // the link that is marked: seats, account or operator
	Narrow     bool   // a page of one form
	Refused    string // what was wrong with what was sent, above everything else
	Done       string // what was done with what was sent
}

// links are the ways of who is logged in.
func (o *Outside) links() []link { return o.Who.links(o.Loc) }

// link is an address with its words.
type link struct{ id, url, text string }

func (w *Who) links(l *message.Locale) []link {
	if w == nil {
		return nil
	}
	list := []link{{"seats", "/seats", l.T("ui.your-seats")}, {"account", "/account", l.T("ui.account")}}
	if w.Operator {
		list = append(list, link{"operator", "/operator", l.T("ui.operator")})
	}
	return list
}

// Waiting says how long somebody has to wait, in whole minutes, and seconds below one.
func Waiting(l *message.Locale, d time.Duration) string {
	if s := int((d + time.Second - 1) / time.Second); s < 60 {
		return l.N("ui.seconds", max(s, 1))
	}
	return l.N("ui.minutes", int((d+time.Minute-1)/time.Minute))
}

// Count writes a number.
func Count(n int) string { return strconv.Itoa(n) }
