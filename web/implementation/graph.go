package implementation

import (
	"slices"
	"strings"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// mostDrawn is how many things a drawing of the graph has at most: more cannot be read, and the list below has them all.
const mostDrawn = 60

const (
	boxWide = 172.0
	boxHigh = 58.0
	boxStep = 74.0 // from the middle of one box to that of the next below it
	between = 58.0 // the columns
	graphX  = 10.0
	boxFont = 12.0

	stateFont = 11.0 // of the line below a title
)

// graphDrawing is a part of the graph of what waits for what, drawn.
type graphDrawing struct {
	W, H  float64
	Boxes []graphBox
	Lines []graphLine
	Left  int // things that there is no room for
	Done  int // things that are not drawn because they have come about
}

// graphBox is one thing.
type graphBox struct {
	implementation.Node
	X, Y   float64 // of its middle
	Title  []string
	Needed int  // its place among the fewest things for what was asked about, from 1; 0 for none
	Asked  bool // it is what was asked about
	Stuck  bool // it can never come about
	Late   bool // a date of it cannot be met
}

// graphLine leads from what has to come about to what waits for it.
type graphLine struct {
	From, To    talks.Ref
	Path        string
	Tip         plot.Point
	Back        bool // it points to the left
	Not         bool // the other must not come about
	Alternative bool // one of several will do
	Cycle       bool
	Met         bool
}

// graph is all that the page of the graph shows.
type graph struct {
	*implementation.Graph
	book   *implementation.Book
	asked  talks.Ref // the thing that was asked about; zero for none
	done   bool      // what has come about is drawn too
	needs  implementation.Needs
	index  map[talks.Ref]int // of the nodes
	inRing map[[2]talks.Ref]bool
	ring   map[talks.Ref]bool // things in a cycle
	stuck  map[talks.Ref]bool
	late   map[talks.Ref]bool
}

func newGraph(b *implementation.Book, asked talks.Ref, done bool) *graph {
	g := &graph{
		Graph: b.Graph(), book: b, asked: asked, done: done, index: map[talks.Ref]int{}, inRing: map[[2]talks.Ref]bool{}, ring: map[talks.Ref]bool{},
		stuck: map[talks.Ref]bool{}, late: map[talks.Ref]bool{},
	}
	for i, x := range g.Nodes {
		g.index[x.Ref] = i
	}
	for _, c := range g.Cycles {
		for _, r := range c {
			g.ring[r] = true
		}
		for i, r := range c {
			o := c[(i+1)%len(c)]
			g.inRing[[2]talks.Ref{r, o}], g.inRing[[2]talks.Ref{o, r}] = true, true
		}
	}
	for _, d := range g.Deadlocks {
		for _, r := range d.Refs {
			g.stuck[r] = true
		}
	}
	for _, d := range g.Impossible {
		g.late[d.Ref] = true
	}
	if !asked.IsZero() {
		g.needs = b.Needs(asked, "")
	}
	return g
}

// open reports whether a thing has a place in the drawing: what has come about blocks nothing, and is drawn where it is asked for.
func (g *graph) open(r talks.Ref) bool {
	i, ok := g.index[r]
	return ok && (g.done || !g.Nodes[i].Done || r == g.asked)
}

// joined reports whether a thing waits for another that has a place in the drawing, or another for it.
func (g *graph) joined(x *implementation.Node) bool {
	return slices.ContainsFunc(x.Blocks, g.open) || slices.ContainsFunc(x.Needs, func(e implementation.Edge) bool { return g.open(e.To) })
}

// chosen are the things to draw, as places among the nodes in their order: those around what was asked about, the nearest first; else those that
// are stuck before the others; and how many there is no room for.
func (g *graph) chosen() (nodes []int, left int) {
	var all []int
	if i, ok := g.index[g.asked]; ok {
		all = g.around(i)
	} else {
		var stuck, others []int
		for i := range g.Nodes {
			switch x := &g.Nodes[i]; {
			case g.stuck[x.Ref] || g.late[x.Ref] || g.ring[x.Ref]:
				stuck = append(stuck, i)
			case g.open(x.Ref) && g.joined(x):
				others = append(others, i)
			}
		}
		all = slices.Concat(stuck, others)
	}
	nodes = all[:min(len(all), mostDrawn)]
	slices.Sort(nodes) // those that were made first stand first
	return nodes, len(all) - len(nodes)
}

// around are the places of all that a thing waits for, of what waits for it, and its own, the nearest first.
func (g *graph) around(start int) []int {
	seen := map[int]bool{start: true}
	out := []int{start}
	walk := func(next func(*implementation.Node) []talks.Ref) []int {
		var found []int
		for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
			for _, r := range next(&g.Nodes[queue[0]]) {
				if i := g.index[r]; g.open(r) && !seen[i] {
					seen[i] = true
					found, queue = append(found, i), append(queue, i)
				}
			}
		}
		return found
	}
	before := walk(func(x *implementation.Node) []talks.Ref {
		var rs []talks.Ref
		for _, e := range x.Needs {
			rs = append(rs, e.To)
		}
		return rs
	})
	after := walk(func(x *implementation.Node) []talks.Ref { return x.Blocks })
	for k := range max(len(before), len(after)) {
		if k < len(before) {
			out = append(out, before[k])
		}
		if k < len(after) {
			out = append(out, after[k])
		}
	}
	return out
}

func (g *graph) draw(p *ui.Page) graphDrawing {
	nodes, left := g.chosen()
	d := graphDrawing{Left: left}
	place := make(map[talks.Ref]int, len(nodes))
	for k, i := range nodes {
		place[g.Nodes[i].Ref] = k
	}
	var edges [][2]int
	var what []implementation.Edge
	for k, i := range nodes {
		for _, e := range g.Nodes[i].Needs {
			if from, ok := place[e.To]; ok && !slices.Contains(edges, [2]int{from, k}) {
				edges = append(edges, [2]int{from, k})
				what = append(what, e)
			}
		}
	}
	a := arrange(len(nodes), edges, boxStep)
	d.W = 2*graphX + float64(a.columns)*boxWide + float64(max(a.columns-1, 0))*between
	d.H = a.height + 8
	for i := range g.Nodes {
		if x := &g.Nodes[i]; x.Done && !g.open(x.Ref) {
			d.Done++
		}
	}
	x := func(column int) float64 { return graphX + float64(column)*(boxWide+between) + boxWide/2 }
	for k, i := range nodes {
		b := graphBox{Node: g.Nodes[i], X: x(a.column[k]), Y: a.y[k] + 4}
		b.Title = plot.Wrap(p.ObjectTitle(b.Ref), boxFont, boxWide-16, 2)
		b.Asked, b.Stuck, b.Late = b.Ref == g.asked, g.stuck[b.Ref], g.late[b.Ref]
		b.Needed = 1 + slices.IndexFunc(g.needs.Things, func(need implementation.Need) bool { return need.Ref == b.Ref })
		d.Boxes = append(d.Boxes, b)
	}
	for i, e := range edges {
		if e[0] == e[1] {
			continue
		}
		l := graphLine{
			From: d.Boxes[e[0]].Ref, To: d.Boxes[e[1]].Ref, Not: what[i].Not, Alternative: what[i].Alternative, Back: a.routes[i].back, Met: d.Boxes[e[0]].Done,
		}
		l.Cycle = g.inRing[[2]talks.Ref{l.From, l.To}]
		start := a.column[e[0]]
		if l.Back {
			start = a.column[e[1]]
		}
		l.Path, l.Tip = wayOf(a.routes[i], start, x)
		d.Lines = append(d.Lines, l)
	}
	return d
}

// wayOf draws a route from the right of its first box to the left of its last, level in every column.
func wayOf(r route, column int, x func(int) float64) (string, plot.Point) {
	var b strings.Builder
	at := plot.Point{X: x(column) + boxWide/2, Y: r.y[0] + 4}
	first := at
	b.WriteString("M" + n(at.X) + " " + n(at.Y))
	for i, y := range r.y[1:] {
		y += 4
		to := plot.Point{X: x(column+i+1) - boxWide/2, Y: y}
		mid := n((at.X + to.X) / 2)
		b.WriteString("C" + mid + " " + n(at.Y) + " " + mid + " " + n(to.Y) + " " + n(to.X) + " " + n(to.Y))
		at = to
		if i < len(r.y)-2 { // through the column
			at.X += boxWide
			b.WriteString("H" + n(at.X))
		}
	}
	if r.back {
		return b.String(), first
	}
	return b.String(), at
}

// fit reports whether the drawing is scaled to its place: one a little wider than a page is, and a wider one scrolls.
func (d *graphDrawing) fit() bool { return d.W > 960 && d.W < 1500 }

// tip is the arrow's head at the end of a line.
func (l *graphLine) tip() string {
	dx := -7.0
	if l.Back {
		dx = 7
	}
	return "M" + n(l.Tip.X) + " " + n(l.Tip.Y) + "l" + n(dx) + " -4v8Z"
}
