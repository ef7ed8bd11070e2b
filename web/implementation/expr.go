package implementation

import (
	"strings"
	"time"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/ui"
)

// leafText says what has to be so of an object: "is met". What is between its name and that is a place for the name.
func leafText(p *ui.Page, r talks.Ref, m talks.Moment) []part {
	return fill(comeAbout(p, r, m), r)
}

// comeAbout is that with the place of the name in it.
func comeAbout(p *ui.Page, r talks.Ref, m talks.Moment) string {
	m = talks.MomentOr(m, p.W().Object(r))
	if id := "implementation.moment." + string(m); p.Loc.Has(id) {
		return p.Loc.T(id, "ref", placeRef)
	}
	return strings.TrimSpace(placeRef + " " + string(m))
}

// fill takes a text apart at the places of a name.
func fill(s string, r talks.Ref) []part {
	var out []part
	for i, piece := range strings.Split(s, placeRef) {
		if i > 0 {
			out = append(out, part{ref: r})
		}
		if piece != "" {
			out = append(out, part{text: piece})
		}
	}
	return out
}

// dueText says a moment that was promised, with places for what it is reckoned from.
func dueText(p *ui.Page, d talks.Due) []part {
	var s string
	switch {
	case d.By != "":
		s = p.Loc.Known(d.By)
	case !d.Relative():
		return nil
	case d.Day > 0:
		s = p.Loc.T("implementation.due.day", "n", p.Loc.Number(float64(d.Day)), "event", comeAbout(p, d.Of, d.Moment))
	case d.Within != "":
		s = p.Loc.T("implementation.due.within", "span", spanText(p, d.Within), "event", comeAbout(p, d.Of, d.Moment))
	default:
		s = p.Loc.T("implementation.due.same", "event", comeAbout(p, d.Of, d.Moment))
	}
	if d.Zone != "" {
		s = p.Loc.T("implementation.due.zone", "due", s, "zone", d.Zone)
	}
	return fill(s, d.Of)
}

// spanText says a period: 1 month and 14 days. A period that cannot be read is said as it is.
func spanText(p *ui.Page, s talks.Span) string {
	months, days, clock := s.Parts()
	var out []string
	say := func(id string, n int) {
		if n > 0 {
			out = append(out, p.Loc.N(id, n))
		}
	}
	say("implementation.years", months/12)
	say("implementation.months", months%12)
	say("implementation.days", days)
	say("implementation.hours", int(clock/time.Hour))
	say("implementation.minutes", int(clock%time.Hour/time.Minute))
	if len(out) == 0 {
		return string(s)
	}
	return strings.Join(out, p.Loc.T("implementation.and"))
}

// whole says which of the parts of an expression have to be so.
func whole(p *ui.Page, x *talks.Expr) string {
	if len(x.Any) > 0 {
		return p.Loc.T("implementation.any")
	}
	return p.Loc.T("implementation.all")
}

// branches are the parts of an expression that is made of several; of one of a single part, that part's own.
func branches(x *talks.Expr) []talks.Expr {
	if len(x.Any) > 0 {
		return x.Any
	}
	return x.All
}

// holds is the sign for whether an expression is so.
func holds(b *implementation.Book, x *talks.Expr) (s sign, since time.Time) {
	so, since, _ := b.Holds(x)
	return soSign(so), since
}

// since is from when something has been so, in words; nothing where that is not known.
func since(p *ui.Page, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Loc.T("implementation.since", "when", SinceText(p, t))
}
