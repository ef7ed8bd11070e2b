package room

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
)

// What something depends on, and when it is due, are asked for in rows of plain fields, so that no script is needed: several things that come
// about, all or any of them, and dates. What is nested deeper is a condition of its own.

var exprFields = []string{"of", "is", "not"}

// reckoned are the kinds of things that conditions and dates are reckoned from.
var reckoned = []string{"commitment", "condition", "agreement", "meeting", "event"}

// comeAbout are the things that can come about, each with what it is.
func (x *filling) comeAbout() []choice {
	if x.come != nil {
		return x.come
	}
	var refs []talks.Ref
	for _, v := range x.view.Commitments() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Conditions() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Agreements() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Meetings() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Events() {
		refs = append(refs, v.Ref)
	}
	x.come = x.named(refs)
	return x.come
}

// named are choices of objects of several kinds: what each is, and what it is called.
func (x *filling) named(refs []talks.Ref) []choice {
	var out []choice
	for _, r := range refs {
		_, title := x.view.Find(r)
		out = append(out, choice{x.ref(r), x.p.Loc.T("room.thing", "kind", x.p.ObjectWord(x.view.Object(r)), "title", clip(title, 60))})
	}
	return out
}

// moments are what can come about with something, of any kind.
func (x *filling) moments() []choice {
	out := []choice{{"", x.t("room.moment.usual")}}
	for _, kind := range reckoned {
		for _, m := range talks.MomentsOf(kind)[1:] {
			out = append(out, choice{string(m), x.p.MomentWord(m)})
		}
	}
	return out
}

// depends asks what something depends on. part is where the fields stand.
func (x *filling) depends(name, part string) []field {
	how := []choice{{"", x.t("room.how.all")}, {"any", x.t("room.how.any")}}
	f := []field{wide(x.add(radio, name+"/how", x.t("room.field.how"), how, ""))}
	things, moments := x.optional(x.comeAbout()), x.moments()
	for i := range max(3, x.rowCount(name+"/on", exprFields, 1)) {
		at := name + "/on/" + strconv.Itoa(i) + "/"
		f = append(f,
			x.one(at+"of", x.t("room.field.thing"), things),
			x.add(pick, at+"is", x.t("room.field.is"), moments),
			x.add(tick, at+"not", x.t("room.field.not"), nil))
	}
	f = append(f,
		x.add(day, name+"/from", x.t("room.field.from-day"), nil),
		x.add(day, name+"/until", x.t("room.field.until-day"), nil))
	x.exprProblems(name, f)
	return in(part, f...)
}

// exprProblems puts what is wrong with an expression beside the fields that say it: the act has the rows inside all or any where there are
// several, and inside not where they are denied.
func (x *filling) exprProblems(name string, fs []field) {
	rows := len(filled(x.from, name+"/on", exprFields))
	for _, q := range x.p.Problems {
		rest, ok := strings.CutPrefix(q.Field, name)
		if !ok || (rest != "" && rest[0] != '/') {
			continue
		}
		row, leaf := exprPlace(rest)
		at := name + "/on/" + strconv.Itoa(row) + "/" + cmp.Or(leaf, "of")
		if row >= rows {
			at = name + "/" + cmp.Or(leaf, "from")
		}
		if i := slices.IndexFunc(fs, func(f field) bool { return f.name == at && f.problem == nil }); i >= 0 {
			fs[i].problem = q
		}
	}
}

// exprPlace reads a place inside an expression: which of the parts of all or any, and which field of it.
func exprPlace(rest string) (row int, leaf string) {
	parts := strings.Split(strings.TrimPrefix(rest, "/"), "/")
	if len(parts) > 1 && (parts[0] == "all" || parts[0] == "any") {
		row, _ = strconv.Atoi(parts[1])
		parts = parts[2:]
	}
	if len(parts) > 0 && parts[0] == "not" {
		parts = parts[1:]
	}
	return row, strings.Join(parts, "/")
}

// expr reads what something depends on; nil where nothing is said.
func (b *builder) expr(name string) *talks.Expr {
	var all []talks.Expr
	b.rows(name+"/on", exprFields, func(at string) {
		e := talks.Expr{Of: b.ref(at + "of"), Is: talks.Moment(b.text(at + "is"))}
		if b.checked(at + "not") {
			e = talks.Expr{Not: &talks.Expr{Of: e.Of, Is: e.Is}}
		}
		all = append(all, e)
	})
	if from, until := b.date(name+"/from"), b.date(name+"/until"); from != "" || until != "" {
		all = append(all, talks.Expr{From: from, Until: until})
	}
	switch {
	case len(all) == 0:
		return nil
	case len(all) == 1:
		return &all[0]
	case b.text(name+"/how") == "any":
		return &talks.Expr{Any: all}
	}
	return &talks.Expr{All: all}
}

// units are how a date is reckoned from something: within so many days of it and so on, or on a day counted from its own.
var units = []string{"D", "W", "M", "Y", "H", "day"}

// moment asks for a date, or for something that it is reckoned from.
func (x *filling) moment(name, part string) []field {
	how := make([]choice, len(units))
	for i, u := range units {
		how[i] = choice{u, x.t("room.unit." + u)}
	}
	f := []field{
		x.add(day, name+"/by", x.t("room.field.by-day"), nil),
		x.one(name+"/of", x.t("room.field.reckoned"), x.optional(x.comeAbout())),
		x.add(pick, name+"/moment", x.t("room.field.moment"), x.moments()),
		x.add(number, name+"/n", x.t("room.field.n"), nil),
		x.add(pick, name+"/unit", x.t("room.field.count"), how, "D"),
	}
	if part != "steps" {
		f[0].hint = x.t("room.hint.date")
	}
	f[0].problem = cmp.Or(f[0].problem, x.p.Problem(name))
	f[3].problem = cmp.Or(f[3].problem, x.p.Problem(name+"/within"), x.p.Problem(name+"/day"))
	return in(part, f...)
}

// due reads a moment: a date, or one that is reckoned from something.
func (b *builder) due(name string) talks.Due {
	d := talks.Due{By: b.date(name + "/by"), Of: b.ref(name + "/of"), Moment: talks.Moment(b.text(name + "/moment"))}
	if n := b.number(name + "/n"); n != nil {
		unit := cmp.Or(b.text(name+"/unit"), units[0])
		switch at := strconv.Itoa(*n); {
		case *n < 1 || *n > 1_000_000:
			b.fail("out-of-range", name+"/n", at, "1", "1000000")
		case unit == "day":
			d.Day = *n
		case unit == "H":
			d.Within = talks.Span("PT" + at + "H")
		default:
			d.Within = talks.Span("P" + at + unit)
		}
	}
	if !d.IsZero() {
		d.Zone = b.text("zone")
	}
	return d
}
