package ui

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

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

// Wrong is what is wrong with something that a person chose: a login, a name, a password.
type Wrong struct {
	Field    string
	Code     string // short, long, form, weak, taken, none or range
	Min, Max int    // characters, for short and long
}

// Text says it.
func (w *Wrong) Text(l *message.Locale) string {
	switch w.Code {
	case "short":
		return l.N("ui.wrong.short", w.Min)
	case "long":
		return l.N("ui.wrong.long", w.Max)
	case "form", "weak", "taken", "none", "range":
		return l.T("ui.wrong." + w.Code)
	}
	return w.Code
}

// In reports whether it is wrong with a field.
func (w *Wrong) In(field string) bool { return w != nil && w.Field == field }

// Mark are the attributes of a field's input.
func (w *Wrong) Mark(field string) templ.Attributes {
	if !w.In(field) {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "wrong-" + field}
}

// DoWhat says what a button does, for who does not see what it stands beside: its own words first.
func DoWhat(l *message.Locale, do, what string) string {
	return l.T("ui.do-what", "do", do, "what", what)
}
