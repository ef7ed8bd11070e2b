package implementation

import (
	"slices"
	"time"
)

// tell finds which of those who took back their consent did so once the agreement was in force, whatever it entered into force by: each is a
// denunciation from then on. It is worked out as of the instant before, from what comes before it and nothing else, so what happens later changes
// none of it.
func (x *index) tell() {
	type taken struct {
		node int32
		*leave
	}
	var all []taken
	for i := range x.agreements {
		a := &x.agreements[i]
		for j := range a.leaves {
			if l := &a.leaves[j]; l.withdrawn && a.confirmed(l.at.t).so == yes {
				all = append(all, taken{x.byRef[a.Ref], l})
			}
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(v, w taken) int { return v.at.t.Compare(w.at.t) })
	b := &Book{world: x.world, index: x, states: make([]state, len(x.nodes))}
	in := make([]bool, len(x.nodes))
	for _, w := range all {
		b.at = w.at.t.Add(-time.Nanosecond)
		cone := x.cone(w.node, in)
		b.workOn(func(v int32) bool { return in[v] })
		w.late = b.states[w.node].so.so == yes
		w.withdrawn = !w.late
		for _, v := range cone {
			in[v], b.states[v] = false, state{}
		}
	}
}

// cone marks the nodes that a node is worked out from, itself among them, and lists them.
func (x *index) cone(v int32, in []bool) []int32 {
	in[v] = true
	list := []int32{v}
	for i := 0; i < len(list); i++ {
		x.from(list[i], func(w int32) {
			if w != none && !in[w] {
				in[w] = true
				list = append(list, w)
			}
		})
	}
	return list
}

// from calls f with each node that a node is worked out from.
func (x *index) from(v int32, f func(int32)) {
	leaf := func(l *expr, _, _ bool) {
		if l.op == opOf {
			f(l.of.node)
		}
	}
	switch n := x.nodes[v]; n.kind {
	case "condition":
		x.conditions[n.at].when.each(leaf)
	case "agreement":
		x.agreements[n.at].inForce.each(leaf)
	case "commitment":
		c := &x.commitments[n.at]
		f(c.agreement)
		c.when.each(leaf)
		f(c.starts.of.node)
		x.reckoned(n.at, f)
		if c.counterpart >= 0 {
			f(int32(x.first + c.counterpart)) //nolint:gosec // see node
		}
	}
}

// reckoned calls f with each node that a commitment's time ends by, or that of a step of it, or that its waiting ends by; none for no node.
func (x *index) reckoned(commitment int, f func(int32)) {
	c := &x.commitments[commitment]
	f(c.due.of.node)
	f(c.expires.of.node)
	for i := range c.steps {
		f(c.steps[i].of.node)
	}
}

// newReckoners lists for each node the commitments whose time is reckoned from it.
func (x *index) newReckoners() map[int32][]int32 {
	out := map[int32][]int32{}
	for i := range x.commitments {
		x.reckoned(i, func(v int32) {
			if v != none {
				out[v] = append(out[v], int32(x.first+i)) //nolint:gosec // see node
			}
		})
	}
	return out
}
