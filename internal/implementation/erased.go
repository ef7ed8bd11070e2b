package implementation

import (
	"slices"

	"parley/internal/talks"
)

// findErased notes what each thing names that was erased. What follows from that cannot be told any more, and nobody is to take the answer that is
// left for one that it always was.
func (x *index) findErased() {
	if len(x.gone) == 0 {
		return
	}
	note := func(to *[]talks.Ref, r talks.Ref) {
		if x.gone[r] && !slices.Contains(*to, r) {
			*to = append(*to, r)
		}
	}
	in := func(to *[]talks.Ref, e *expr) {
		e.each(func(l *expr, _, _ bool) {
			if l.op == opOf {
				note(to, l.of.ref)
			}
		})
	}
	for i := range x.conditions {
		in(&x.conditions[i].erased, x.conditions[i].when)
	}
	for i := range x.agreements {
		in(&x.agreements[i].erased, x.agreements[i].inForce)
	}
	for i := range x.commitments {
		c := &x.commitments[i]
		in(&c.erased, c.when)
		for _, m := range []*moment{&c.starts, &c.due, &c.expires} {
			note(&c.erased, m.of.ref)
		}
		for k := range c.steps {
			note(&c.erased, c.steps[k].of.ref)
		}
	}
}

// withErased adds to reasons that something was erased that they could rest on.
func withErased(rs []Reason, erased []talks.Ref) []Reason {
	for _, r := range erased {
		if !slices.ContainsFunc(rs, func(o Reason) bool { return o.Code == "erased" && o.Ref == r }) {
			rs = append(rs, Reason{Code: "erased", Ref: r})
		}
	}
	return rs
}
