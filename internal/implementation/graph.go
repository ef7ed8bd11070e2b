package implementation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// Graph is what waits for what.
type Graph struct {
	Nodes []Node // conditions, commitments, agreements, meetings and events that wait for something or are waited for
	// Cycles are the circles of things each of which waits for the next to come about, none of which has; each begins with the thing that
	// stands first among the nodes.
	Cycles [][]talks.Ref
	More   bool // there are more cycles than it is of use to list
	// Deadlocks are what can never come about, as things stand.
	Deadlocks []Deadlock
	// Impossible are dates that what they wait for cannot meet.
	Impossible []Deadline
}

// Node is a thing that waits for others, or that others wait for.
type Node struct {
	Ref    talks.Ref
	Kind   string      // as [talks.World.Object] says
	Needs  []Edge      // what it waits for
	Blocks []talks.Ref // what waits for it
	Done   bool        // it has come about: met, fulfilled, in force, held, happened
	Layer  int         // for drawing from left to right: more than that of anything it needs, circles aside
}

// Edge is that something waits for something else, or for a date.
type Edge struct {
	To          talks.Ref // zero for a date
	Moment      talks.Moment
	Not         bool      // it must not be so
	Alternative bool      // it is one of several, any of which is enough
	So          bool      // it is as it has to be
	At          time.Time // a date

	node int32
}

// Deadlock is something that can never come about, or several that wait for each other.
type Deadlock struct {
	Refs    []talks.Ref
	Reasons []Reason
}

// Deadline is a date that cannot be met.
type Deadline struct {
	Ref     talks.Ref
	Reasons []Reason
}

// Needs are the fewest things that have to come about for something else to.
type Needs struct {
	Things   []Need
	Possible bool // false where it can never come about; Reasons then says why
	Fewest   bool // it is proved that there is no way with fewer
	Reasons  []Reason
}

// Need is one thing that has to come about, or a date that has to come.
type Need struct {
	Ref    talks.Ref
	Moment talks.Moment
	At     time.Time
	Reason Reason
}

// Graph is what waits for what. It is worked out when it is first asked for.
func (b *Book) Graph() *Graph { return b.graph() }

func (b *Book) newGraph() *Graph {
	x := b.index
	g := &Graph{}
	edges := grapher{Book: b}
	needs := make([][]Edge, len(x.nodes))
	waits := make([][]int32, len(x.nodes)) // for something that has not come about, and itself waits
	blocks := make([][]talks.Ref, len(x.nodes))
	all := make([][]int32, len(x.nodes))
	for i := range x.nodes {
		v := int32(i) //nolint:gosec // see node
		needs[v] = edges.edges(v)
		for j := range needs[v] {
			e := &needs[v][j]
			w := e.node
			if w == none {
				continue
			}
			if !slices.Contains(all[v], w) {
				all[v] = append(all[v], w)
				blocks[w] = append(blocks[w], x.nodes[v].ref)
			}
			if !e.So && !e.Not && x.passes(w, e.Moment) && !slices.Contains(waits[v], w) {
				waits[v] = append(waits[v], w)
			}
		}
	}
	layers := layers(len(x.nodes), all)
	g.Nodes = make([]Node, 0, len(x.nodes))
	for i := range x.nodes {
		n := x.nodes[i]
		if len(needs[i])+len(blocks[i]) > 0 {
			g.Nodes = append(g.Nodes, Node{n.ref, n.kind, needs[i], blocks[i], b.done(int32(i)), layers[i]}) //nolint:gosec // see node
		}
	}
	var found [][]int32
	found, g.More = cycles(len(x.nodes), func(v int32) []int32 { return waits[v] })
	for _, c := range found {
		g.Cycles = append(g.Cycles, x.refs(c))
	}
	b.stops(g)
	return g
}

func (x *index) refs(ns []int32) []talks.Ref {
	out := make([]talks.Ref, len(ns))
	for i, n := range ns {
		out[i] = x.nodes[n].ref
	}
	return out
}

// passes reports whether what came about with a node waits for what the node waits for: that it has lapsed or was adopted does not.
func (x *index) passes(v int32, m talks.Moment) bool {
	switch x.nodes[v].kind {
	case "commitment":
		return m != "lapsed"
	case "agreement":
		return m == "in-force"
	}
	return true
}

// grapher makes a book's graph.
type grapher struct {
	*Book
	buffer []Edge
	kept   []Edge // of several nodes, one after the other
}

// edges are what a node waits for, each once.
func (b *grapher) edges(v int32) []Edge {
	out := b.buffer[:0]
	add := func(e Edge) {
		i := slices.IndexFunc(out, func(o Edge) bool {
			return o.To == e.To && o.Moment == e.Moment && o.Not == e.Not && o.At.Equal(e.At)
		})
		if i < 0 {
			out = append(out, e)
		} else {
			out[i].Alternative = out[i].Alternative && e.Alternative
		}
	}
	b.index.waits(v, func(o target, not, either bool) {
		so := b.moment(o).so
		if o.is == "agreed" && so == yes {
			return
		}
		add(Edge{node: o.node, To: o.ref, Moment: o.is, Not: not, Alternative: either, So: (not && so == no) || (!not && so == yes)})
	}, func(e *expr, not, either bool) {
		if !e.from.IsZero() {
			add(Edge{node: none, Not: not, Alternative: either, So: e.from.After(b.at) == not, At: e.from})
		}
		if !e.until.IsZero() {
			add(Edge{node: none, Not: !not, Alternative: either, So: e.until.After(b.at) != not, At: e.until})
		}
	})
	b.buffer = out
	return b.keep(out)
}

// keep copies edges to where others are: most nodes have one or none.
func (b *grapher) keep(es []Edge) []Edge {
	if len(es) == 0 {
		return nil
	}
	if cap(b.kept)-len(b.kept) < len(es) {
		b.kept = make([]Edge, 0, max(len(es), 256))
	}
	from := len(b.kept)
	b.kept = append(b.kept, es...)
	return b.kept[from:len(b.kept):len(b.kept)]
}

// done reports whether what is usual for a node has come about.
func (b *Book) done(v int32) bool {
	if n := b.index.nodes[v]; n.kind == "commitment" {
		return b.states[v].final() == Fulfilled
	}
	return b.states[v].so.so == yes
}

// layers puts each node to the right of all that it leads to; those of a circle into one.
func layers(n int, to [][]int32) []int {
	out, in := make([]int, n), make([]int, n)
	var deep []int
	for i, c := range components(n, func(v int32) []int32 { return to[v] }) {
		layer := 0
		for _, v := range c {
			in[v] = i
		}
		for _, v := range c {
			for _, w := range to[v] {
				if in[w] != i {
					layer = max(layer, deep[in[w]]+1)
				}
			}
		}
		deep = append(deep, layer)
		for _, v := range c {
			out[v] = layer
		}
	}
	return out
}
