package implementation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

type op uint8

const (
	opAll op = iota
	opAny
	opNot
	opOf
	opDates
)

// expr is an expression with what it speaks of found.
type expr struct {
	op          op
	kids        []expr
	of          target
	from, until time.Time // zero for none; until is the first instant after
}

// compile finds what an expression speaks of; nil for none.
func (x *index) compile(e *talks.Expr) *expr {
	if e == nil {
		return nil
	}
	c := x.compiled(e)
	return &c
}

func (x *index) compiled(e *talks.Expr) expr {
	list := e.All
	out := expr{op: opAll}
	switch {
	case len(e.All) > 0:
	case len(e.Any) > 0:
		list, out.op = e.Any, opAny
	case e.Not != nil:
		return expr{op: opNot, kids: []expr{x.compiled(e.Not)}}
	case !e.Of.IsZero():
		return expr{op: opOf, of: x.of(e.Of, e.Is)}
	case e.From != "" || e.Until != "":
		return expr{op: opDates, from: e.From.Start(), until: e.Until.End()}
	}
	for i := range list {
		out.kids = append(out.kids, x.compiled(&list[i]))
	}
	return out
}

// each calls f with each thing and each date that the expression speaks of; not for those that must not be so, either for those of which one
// is enough.
func (e *expr) each(f func(leaf *expr, not, either bool)) { e.visit(f, false, false) }

func (e *expr) visit(f func(*expr, bool, bool), not, either bool) {
	if e == nil {
		return
	}
	switch e.op {
	case opOf, opDates:
		f(e, not, either)
		return
	case opNot:
		not = !not
	default:
		// Of the contrary of all one is enough, and the contrary of any is the contrary of all.
		either = either || (len(e.kids) > 1 && (e.op == opAny) != not)
	}
	for i := range e.kids {
		e.kids[i].visit(f, not, either)
	}
}

// tri is whether something is so. What goes in a circle stays unknown, and so is not so.
type tri uint8

const (
	unknown tri = iota
	no
	yes
)

// val is whether something is so, and since when; the zero instant for always.
type val struct {
	so    tri
	since instant
}

func when(so bool, since instant) val {
	if so {
		return val{yes, since}
	}
	return val{so: no}
}

// and is so since the last of several.
func (v val) and(o val) val {
	switch {
	case v.so == no || o.so == no:
		return val{so: no}
	case v.so == unknown || o.so == unknown:
		return val{}
	}
	return val{yes, later(v.since, o.since)}
}

// or is so since the first of several.
func (v val) or(o val) val {
	switch {
	case v.so == yes && o.so == yes:
		return val{yes, earlier(v.since, o.since)}
	case v.so == yes:
		return v
	case o.so == yes:
		return o
	case v.so == unknown || o.so == unknown:
		return val{}
	}
	return val{so: no}
}

// not is the contrary. Since when nobody can tell: nothing keeps when it ceased.
func (v val) not() val {
	switch v.so {
	case yes:
		return val{so: no}
	case no:
		return val{so: yes}
	}
	return val{}
}

// eval works an expression out (strong three-valued logic: Kleene, Introduction to Metamathematics, 1952, section 64).
func (e *expr) eval(b *Book) val {
	if e == nil {
		return val{so: yes}
	}
	switch e.op {
	case opOf:
		return b.moment(e.of)
	case opNot:
		return e.kids[0].eval(b).not()
	case opDates:
		in := (e.from.IsZero() || !b.at.Before(e.from)) && (e.until.IsZero() || b.at.Before(e.until))
		return when(in, instant{t: e.from})
	case opAny:
		v := val{so: no}
		for i := range e.kids {
			v = v.or(e.kids[i].eval(b))
		}
		return v
	}
	v := val{so: yes}
	for i := range e.kids {
		v = v.and(e.kids[i].eval(b))
	}
	return v
}

// why says why an expression is not so, or where not is set, why its contrary is not.
func (e *expr) why(b *Book, not bool) []Reason {
	switch e.op {
	case opOf:
		return []Reason{b.whyNot(e.of, not)}
	case opNot:
		return e.kids[0].why(b, !not)
	case opDates:
		switch {
		case not && e.until.IsZero():
			return []Reason{{Code: "after", At: lastOf(e.from)}}
		case not:
			return []Reason{{Code: "before", At: e.until}}
		case b.at.Before(e.from):
			return []Reason{{Code: "before", At: e.from}}
		}
		return []Reason{{Code: "after", At: lastOf(e.until)}}
	}
	var open []*expr
	for i := range e.kids {
		k := &e.kids[i]
		if v := k.eval(b); (v.so == yes) == not || v.so == unknown {
			open = append(open, k)
		}
	}
	if e.op == opAny && !not && len(open) > 1 {
		r := Reason{Code: "none"}
		e.each(func(l *expr, _, _ bool) {
			if l.op == opOf && !slices.Contains(r.Refs, l.of.ref) {
				r.Refs = append(r.Refs, l.of.ref)
			}
		})
		if len(r.Refs) > 1 {
			return []Reason{r}
		}
	}
	var out []Reason
	for _, k := range open {
		out = append(out, k.why(b, not)...)
	}
	return out
}

// lastOf is the last instant before an end.
func lastOf(end time.Time) time.Time {
	if end.IsZero() {
		return end
	}
	return end.Add(-time.Nanosecond)
}
