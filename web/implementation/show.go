package implementation

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// mostListed is how many things a page of a list has at most.
const mostListed = 50

// mostRows is how many rows a page of the matrix has at most, and mostPrinted how many it has where all are asked for on one page.
const (
	mostRows    = 100
	mostPrinted = 2000
)

// mostOffered is how many things there are to choose from at most.
const mostOffered = 300

// Turn is a part of a long list: Skip are before it, Left after it.
type Turn struct{ Skip, Len, Left int }

// TurnOf reads which part of a list of n things an address asks for, in parts of most.
func TurnOf(skip string, n, most int) Turn {
	t := Turn{}
	if k, err := strconv.Atoi(skip); err == nil && k > 0 && k < n {
		t.Skip = k
	}
	t.Len = min(most, n-t.Skip)
	t.Left = n - t.Skip - t.Len
	return t
}

// with is an address's query with another part of its list.
func with(q url.Values, skip int) url.Values {
	out := url.Values{}
	for k, vs := range q {
		if k != "list" && k != "at" && k != "stop" && k != "compose" {
			out[k] = vs
		}
	}
	if skip > 0 {
		out.Set("list", strconv.Itoa(skip))
	}
	return out
}

// web is all that the page of the graph shows.
type web struct {
	*graph
	drawing graphDrawing
	turn    Turn
	rows    []int // of the nodes, those of this part of the list
	offered []talks.Ref
	more    int // things that are not offered
}

// Show is the page of what waits for what: drawn, with what can never come about, and the fewest things that have to for a thing that was
// asked about.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	b := Book(p)
	var asked talks.Ref
	if s := q.Get("for"); s != "" {
		var ok bool
		if asked, ok = Asked(p, s); !ok {
			return nil, ui.ErrNotFound
		}
	}
	p.Nav, p.Title, p.Sub = "commitments", p.Loc.T("implementation.title"), p.Loc.T("implementation.sub")
	v := web{graph: newGraph(b, asked, q.Get("done") != "")}
	v.drawing = v.draw(p)
	v.turn = TurnOf(q.Get("list"), len(v.Nodes), mostListed)
	for i := range v.turn.Len {
		v.rows = append(v.rows, v.turn.Skip+i)
	}
	v.offer()
	return page(p, &v), nil
}

// Asked is a thing that an address asks about, by its full reference; false for what the view does not have, or what nothing comes about with.
func Asked(p *ui.Page, s string) (talks.Ref, bool) {
	var r talks.Ref
	if r.UnmarshalText([]byte(s)) != nil || r.Room == "" {
		return talks.Ref{}, false
	}
	return r, len(talks.MomentsOf(p.W().Object(r))) > 0
}

// offer finds the things to choose from: those that have not come about.
func (v *web) offer() {
	for i := range v.Nodes {
		switch x := &v.Nodes[i]; {
		case x.Done && x.Ref != v.asked:
		case len(v.offered) < mostOffered || x.Ref == v.asked:
			v.offered = append(v.offered, x.Ref)
		default:
			v.more++
		}
	}
	if !v.asked.IsZero() && !slices.Contains(v.offered, v.asked) {
		v.offered = append(v.offered, v.asked)
	}
}

// word says how a thing stands.
func (g *graph) word(p *ui.Page, x *implementation.Node) string {
	if c := g.book.Commitment(x.Ref); c != nil {
		return StatusWord(p, c.Status)
	}
	if a := g.book.Agreement(x.Ref); a != nil {
		return StageWord(p, a.Stage)
	}
	if c := g.book.Condition(x.Ref); c != nil {
		return TruthWord(p, c.Truth)
	}
	if x.Done {
		return p.MomentWord(talks.MomentOr("", x.Kind))
	}
	return p.Loc.T("implementation.to-come")
}

// sign is the picture of how a thing stands.
func (g *graph) sign(x *implementation.Node) sign {
	if c := g.book.Commitment(x.Ref); c != nil {
		return statusSigns[c.Status]
	}
	if a := g.book.Agreement(x.Ref); a != nil {
		return stageSigns[a.Stage]
	}
	if c := g.book.Condition(x.Ref); c != nil {
		return truthSigns[c.Truth]
	}
	if x.Done {
		return sign{"done", "good"}
	}
	return sign{"dormant", "plain"}
}

// line is what stands below a thing's title in the drawing.
func (g *graph) line(p *ui.Page, b *graphBox) string {
	switch {
	case b.Stuck:
		return p.Loc.T("implementation.stuck")
	case b.Late:
		return p.Loc.T("implementation.late")
	}
	s := p.Loc.T("implementation.line", "kind", p.ObjectWord(b.Kind), "status", g.word(p, &b.Node))
	return plot.Cut(s, stateFont, boxWide-34)
}

// class are the classes of a line of the drawing.
func (l *graphLine) class() string {
	cs := []string{"im-edge"}
	for _, x := range []struct {
		on   bool
		name string
	}{{l.Cycle, "im-cycle"}, {l.Not, "im-not"}, {l.Alternative, "im-alternative"}, {l.Met, "im-met"}} {
		if x.on {
			cs = append(cs, x.name)
		}
	}
	return strings.Join(cs, " ")
}

// circle is a circle of things as a way through all of them, back to the first.
func circle(rs []talks.Ref) []talks.Ref {
	if len(rs) == 0 {
		return nil
	}
	return append(slices.Clip(rs), rs[0])
}

// doneURL is this page with what has come about drawn too.
func (g *graph) doneURL(p *ui.Page) templ.SafeURL {
	q := url.Values{"done": {"1"}}
	if !g.asked.IsZero() {
		q.Set("for", g.asked.String())
	}
	return p.URLQ(q, "implementation")
}

// ForURL is the page of the graph, around a thing.
func ForURL(p *ui.Page, r talks.Ref) templ.SafeURL {
	return p.URLQ(url.Values{"for": {r.String()}}, "implementation")
}

// sheetOf is all that the page of the matrix shows.
type sheetOf struct {
	rows  []implementation.Row
	all   int
	turn  Turn
	whole bool // all rows are shown on one page
}

// Matrix is the page of the implementation matrix, which prints well.
func Matrix(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav, p.Title, p.Sub = "commitments", p.Loc.T("implementation.matrix"), p.Loc.T("implementation.matrix-sub", "when", p.Loc.DateTime(now(p)))
	rows := Book(p).Matrix()
	m := sheetOf{all: len(rows), whole: q.Get("list") == "all"}
	most := mostRows
	if m.whole {
		most = mostPrinted
	}
	m.turn = TurnOf(q.Get("list"), len(rows), most)
	m.rows = rows[m.turn.Skip : m.turn.Skip+m.turn.Len]
	return matrix(p, &m), nil
}

// deadline says until when a row's time goes, where that is known.
func deadline(p *ui.Page, r *implementation.Row) string {
	if r.Deadline.IsZero() {
		return ""
	}
	return EndText(p, r.By, r.Deadline)
}

// noTime asks URLQ for the address without the page's time.
var noTime = url.Values{"at": {""}}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

const (
	mostTrouble = 200 // things that can never come about are listed
	fewLinks    = 12  // things that one waits for stand in a line of a list
	fewNeeds    = 6   // things that have to come about stand where the rest is elsewhere
)

// some are the first most of a list; of nothing, as many as are listed at all.
func some[T any](list []T, most int) []T {
	if most == 0 {
		most = mostTrouble
	}
	return list[:min(len(list), most)]
}

// capped are the things that stand in a list whose rest is at more.
func capped(list []implementation.Need, more templ.SafeURL) []implementation.Need {
	if more == "" || len(list) <= fewNeeds+1 {
		return list
	}
	return list[:fewNeeds]
}

// soSign is the picture of whether something is as it has to be.
func soSign(so bool) sign {
	if so {
		return sign{"done", "good"}
	}
	return sign{"dormant", "plain"}
}
