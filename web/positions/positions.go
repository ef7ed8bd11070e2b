// Package positions shows where the parties stand: issues by parties as it is now, and one issue over time.
//
// What a party declared itself and what others attribute to it are two marks, never one: the first is filled, the second is an outline
// with the name of who says so. How firm a position is, is a mark's shape; how strongly it was said, is how its words are set.
package positions

import (
	_ "embed"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/table/plot"
	"parley/web/ui"
)

//go:embed positions.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("positions", css) }

// Show is the page of all issues by all parties.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Title, p.Sub, p.Nav = p.Loc.T("positions.title"), p.Loc.T("positions.sub"), "positions"
	return page(p, prepare(p.W(), filter{q.Get("issue"), q.Get("party")})), nil
}

// filter narrows the page to one issue or one party; each is a reference as text, or a name, or empty for all.
type filter struct{ issue, party string }

func (f filter) on() bool { return f.issue != "" || f.party != "" }

func matches(want string, r talks.Ref) bool {
	return want == "" || want == r.String() || want == r.Name
}

// matrix is what the page shows.
type matrix struct {
	filter
	allIssues  []*talks.Issue
	allParties []*talks.Party
	parties    []*talks.Party // the columns
	rows       []row
	closed     int // rows of issues that are off the table
}

// row is an issue with a cell for each party of the matrix.
type row struct {
	*talks.Issue
	cells []cell
}

// cell is what is on record of a party's place on an issue.
type cell struct {
	party *talks.Party
	takes []take // at most two: its own, then another's where that says something else
	same  *talks.Fact[talks.PositionRecord]
}

// take is one position as it is drawn and said.
type take struct {
	talks.Fact[talks.PositionRecord]
	Declared bool
	Spot     spot
	Strength talks.Strength // of the firmest statement that it rests on; empty where it rests on none that is shown
	Rests    []*talks.Statement
}

// prepare looks up each cell. It never goes through the acts, so that it costs as much as there are cells.
func prepare(w *talks.World, f filter) matrix {
	m := matrix{filter: f, allIssues: w.Issues(), allParties: w.Parties()}
	seated := map[talks.Ref]bool{}
	for _, d := range w.Delegations() {
		seated[d.Party] = true
	}
	used := map[talks.Ref]bool{}
	cells := map[talks.Cell]cell{}
	for _, i := range m.allIssues {
		for _, q := range m.allParties {
			if c := cellOf(w, i, q); len(c.takes) > 0 {
				cells[talks.Cell{Issue: i.Ref, Party: q.Ref}] = c
				used[q.Ref] = true
			}
		}
	}
	for _, q := range m.allParties {
		if matches(f.party, q.Ref) && (seated[q.Ref] || used[q.Ref] || f.party != "") {
			m.parties = append(m.parties, q)
		}
	}
	for _, closed := range []bool{false, true} {
		for _, i := range m.allIssues {
			if !matches(f.issue, i.Ref) || (i.Closed != nil) != closed {
				continue
			}
			r := row{Issue: i}
			for _, q := range m.parties {
				c := cells[talks.Cell{Issue: i.Ref, Party: q.Ref}]
				c.party = q
				r.cells = append(r.cells, c)
			}
			m.rows = append(m.rows, r)
			if closed {
				m.closed++
			}
		}
	}
	return m
}

func cellOf(w *talks.World, i *talks.Issue, q *talks.Party) cell {
	c := cell{party: q}
	declared, attributed := w.Position(talks.Cell{Issue: i.Ref, Party: q.Ref})
	if declared != nil {
		c.takes = append(c.takes, takeOf(w, i, *declared, true))
	}
	switch {
	case attributed == nil:
	case declared != nil && sameStance(declared.Said, attributed.Said):
		c.same = attributed
	default:
		c.takes = append(c.takes, takeOf(w, i, *attributed, false))
	}
	return c
}

func sameStance(a, b *talks.PositionRecord) bool {
	return a.Option == b.Option && a.Value == b.Value && a.From == b.From && a.To == b.To && a.Firmness == b.Firmness &&
		(a.Option != "" || a.Value != "" || a.From != "")
}

func takeOf(w *talks.World, i *talks.Issue, f talks.Fact[talks.PositionRecord], declared bool) take {
	t := take{Fact: f, Declared: declared, Spot: spotOf(i, f.Said)}
	best := len(talks.Strengths)
	for _, r := range f.Said.Rests {
		s := w.Statement(r)
		if s == nil {
			continue
		}
		t.Rests = append(t.Rests, s)
		// A position is said as strongly as the strongest statement that it rests on, in the order of the vocabulary.
		if k := slices.Index(talks.Strengths, s.Strength); k >= 0 && k < best {
			best, t.Strength = k, s.Strength
		}
	}
	return t
}

// hinted reports whether the words are set as what was not said outright.
func (t take) hinted() bool { return t.Strength == "hinted" }

// when is since when a position was held, as far as that is known.
func (t take) when() talks.Date { return since(t.Fact) }

// quotes reports whether there is anything to show behind a position.
func (t take) quotes() bool { return len(t.Rests) > 0 || len(t.Said.Cites) > 0 }

// stance says a position in the issue's own words: its option, its value with the unit, or its range; "" where it is in words only.
func stance(p *ui.Page, i *talks.Issue, a *talks.PositionRecord) string {
	unit := ""
	if i.Scale != nil && i.Scale.Unit != "" {
		unit = " " + i.Scale.Unit
	}
	switch {
	case a.Option != "":
		if o, ok := i.Option(a.Option); ok {
			return o.Title
		}
		return a.Option
	case a.From != "" || a.To != "":
		return p.Loc.T("positions.range", "from", number(p, a.From), "to", number(p, a.To)+unit)
	case a.Value != "":
		return number(p, a.Value) + unit
	}
	return ""
}

// number writes a decimal as it was written; only the grouping is the reader's.
func number(p *ui.Page, d talks.Decimal) string {
	if !d.Valid() {
		return string(d)
	}
	return p.Loc.Number(d.Float())
}

// holders are the cells of an issue that hold an option, each with the take that does.
func (r row) holders(option string) (out []take) {
	for _, c := range r.cells {
		for _, t := range c.takes {
			if t.Said.Option == option {
				out = append(out, t)
			}
		}
	}
	return out
}

// empty reports whether nothing is on record on the issue.
func (r row) empty() bool {
	return !slices.ContainsFunc(r.cells, func(c cell) bool { return len(c.takes) > 0 })
}

func issueURL(p *ui.Page, i *talks.Issue) templ.SafeURL {
	return p.URL("positions", string(i.Ref.Room), i.Ref.Name)
}

func percent(v *int) string { return strconv.Itoa(*v) }

// noTime keeps the page's time out of the action of a form, which has it in a field.
var noTime = url.Values{"at": {""}}

func n(f float64) string { return plot.N(f) }

func markClass(declared bool) string {
	if declared {
		return "ps-mark"
	}
	return "ps-mark ps-outline"
}

func sourceLang(p *ui.Page, r talks.Ref) string {
	if s := p.W().Source(r); s != nil {
		return s.Language
	}
	return ""
}

// barClass is how a range is drawn: solid where it was declared, dotted where it is attributed.
func barClass(declared bool) string {
	if declared {
		return "ps-bar"
	}
	return "ps-bar ps-vague"
}

// scaleTitle says what a value is on.
func scaleTitle(p *ui.Page, i *talks.Issue) string {
	if i.Scale == nil {
		return ""
	}
	return p.Loc.T("positions.scale", "min", number(p, i.Scale.Min), "low", i.Scale.Low, "max", number(p, i.Scale.Max), "high", i.Scale.High)
}
