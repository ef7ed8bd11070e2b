package inclusion

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/room"
	"parley/web/ui"
)

// mostRows is how many things a page shows; the others stand on the pages that follow.
const mostRows = 100

// kinds are the kinds of things in the order of the page.
var kinds = []string{"proposal", "agreement", "commitment"}

// board is the page of the process: things by parties.
type board struct {
	All     tally   // over all that stands, each thing with each party
	Things  int     // that stand
	Gaps    int     // of those, the ones with a gap
	Rows    []thing // of the chosen ones, those that are shown
	Chosen  int     // how many are chosen
	From    int     // the place of the first row among them
	Parties []column
	Only    choice
	Demands []bound
	Said    []against
	Met     []talks.Fact[talks.ConsultRecord]
}

// choice is what of the process is looked at.
type choice struct {
	Kind  string    // empty for all
	Party talks.Ref // zero for all
	Gaps  bool      // only things with a gap
}

// column is a party with what it comes to over all things chosen.
type column struct {
	Party talks.Ref
	tally
}

// bound is a requirement with the parties and the things for which it is still to be met, as the viewer sees it.
type bound struct {
	*talks.Requirement
	Open    []due
	Things  int // that it binds
	Waivers []talks.Fact[talks.ConsultWaive]
}

// due is a thing for which a party has still to be consulted.
type due struct{ Party, Thing talks.Ref }

// newBoard makes the page of a world at a time.
func newBoard(w *talks.World, now time.Time, only choice, from int) board {
	b := board{Only: only, Said: objections.Of(w), Met: w.Consultations()}
	var standing, chosen []thing
	for _, t := range things.Of(w) {
		if !t.Over(now) {
			standing = append(standing, t)
		}
	}
	for _, t := range standing {
		b.Things++
		if t.gap() {
			b.Gaps++
		}
		for _, in := range t.Parts {
			b.All.add(in)
		}
		if only.takes(&t) {
			chosen = append(chosen, t)
		}
	}
	b.Chosen, b.Parties = len(chosen), columns(w, chosen)
	b.From = min(max(from, 0), max(b.Chosen-1, 0)/mostRows*mostRows)
	b.Rows = chosen[b.From:min(b.From+mostRows, b.Chosen)]
	b.Demands = bounds(w, standing)
	return b
}

func (o choice) takes(t *thing) bool {
	if o.Kind != "" && t.Kind != o.Kind || o.Gaps && !t.gap() {
		return false
	}
	return o.Party.IsZero() || slices.ContainsFunc(t.Parts, func(in talks.Inclusion) bool { return in.Party == o.Party })
}

// columns are the parties that some things affect, in the order of their declaration.
func columns(w *talks.World, ts []thing) []column {
	by := map[talks.Ref]*tally{}
	for _, t := range ts {
		for _, in := range t.Parts {
			if by[in.Party] == nil {
				by[in.Party] = &tally{}
			}
			by[in.Party].add(in)
		}
	}
	var out []column
	for _, p := range w.Parties() {
		if t := by[p.Ref]; t != nil {
			out = append(out, column{p.Ref, *t})
		}
	}
	return out
}

// bounds says of each requirement for what it is still to be met.
func bounds(w *talks.World, ts []thing) []bound {
	var out []bound
	at := map[talks.Ref]int{}
	for _, q := range w.Requirements() {
		at[q.Ref] = len(out)
		out = append(out, bound{Requirement: q})
	}
	for _, f := range w.Waivers() {
		if i, ok := at[f.Said.Requirement]; ok {
			out[i].Waivers = append(out[i].Waivers, f)
		}
	}
	for _, t := range ts {
		counted := map[talks.Ref]bool{}
		for _, in := range t.Parts {
			for _, d := range demands(in) {
				b := &out[at[d.Ref]]
				if !counted[d.Ref] {
					counted[d.Ref] = true
					b.Things++
				}
				if len(d.Open) > 0 {
					b.Open = append(b.Open, due{in.Party, t.Ref})
				}
			}
		}
	}
	return out
}

// of is a party's part in a thing; nil where it does not affect it.
func (t *thing) of(party talks.Ref) *talks.Inclusion {
	i := slices.IndexFunc(t.Parts, func(in talks.Inclusion) bool { return in.Party == party })
	if i < 0 {
		return nil
	}
	return &t.Parts[i]
}

// Show shows inclusion in the whole process: which parties each thing affects, and how far they have a part in it; what is required, and what
// was said against it. ?kind= and ?party= choose, ?show=gaps leaves out what lacks nobody, and ?from= is where the page begins.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Nav = "inclusion"
	p.Title = p.Loc.T("inclusion.title")
	p.Sub = p.Loc.T("inclusion.sub")
	only := choice{Gaps: q.Get("show") == "gaps"}
	if k := q.Get("kind"); slices.Contains(kinds, k) {
		only.Kind = k
	}
	var party talks.Ref
	if party.UnmarshalText([]byte(q.Get("party"))) == nil && p.W().Party(party) != nil {
		only.Party = party
	}
	from, err := strconv.Atoi(cmp.Or(q.Get("from"), "0"))
	if err != nil {
		from = 0
	}
	p.Compose = offers(p, q)
	return page(p, newBoard(p.W(), p.View.Now(), only, from)), nil
}

// offers are the forms of the page: to require a consultation, to record one, and to waive one.
func offers(p *ui.Page, q ui.Query) templ.Component {
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	asked := url.Values{}
	for _, k := range []string{"parties", "issues", "subject", "requirement"} {
		if vs := p.Query[k]; len(vs) > 0 {
			asked[k] = vs
		}
	}
	if asked.Get("requirement") == "" {
		asked.Del("requirement")
	}
	return room.Offers(p, p.Loc.T("inclusion.write"),
		room.Offer{Form: "consult", Rooms: rooms, Fields: asked},
		room.Offer{Form: "require", Rooms: rooms, Fields: asked},
		room.Offer{Form: "waive", Rooms: rooms, Fields: asked})
}

// chooseURL is the address of the page with another choice.
func chooseURL(p *ui.Page, c choice, from int) templ.SafeURL {
	q := url.Values{}
	if c.Kind != "" {
		q.Set("kind", c.Kind)
	}
	if !c.Party.IsZero() {
		q.Set("party", c.Party.String())
	}
	if c.Gaps {
		q.Set("show", "gaps")
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return p.URLQ(q, "inclusion")
}

func (o choice) with(kind string) choice { o.Kind = kind; return o }

func (o choice) of(party talks.Ref) choice { o.Party = party; return o }

func (o choice) gaps(only bool) choice { o.Gaps = only; return o }

// headline says how it stands with the whole process.
func headline(p *ui.Page, b board) string {
	if b.Gaps == 0 {
		return p.Loc.N("inclusion.all-in", b.Things)
	}
	return p.Loc.N("inclusion.some-gaps", b.Gaps, "all", p.Loc.Number(float64(b.Things)))
}

// cellWords says a party's part in a thing, for who cannot see the sign.
func cellWords(p *ui.Page, in *talks.Inclusion) string {
	s := asWord(p, in.As)
	if len(in.Against) > 0 {
		s += ", " + p.Loc.T("inclusion.against")
	}
	if unmet(in) {
		s += ", " + p.Loc.T("inclusion.cell-unmet")
	}
	return s
}

func unmet(in *talks.Inclusion) bool { return slices.ContainsFunc(in.Requirements, open) }

func kindsWord(p *ui.Page, kind string) string { return p.Loc.T("inclusion.kinds." + kind) }

// mostOpen is how many things a requirement lists that it still has to be met for.
const mostOpen = 12

func ofKind(ts []thing, kind string) []thing {
	var out []thing
	for _, t := range ts {
		if t.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}

func span(b board) string { return strconv.Itoa(len(b.Parties) + 1) }

// number is what a party's column comes to.
func (c *column) number(what string) int {
	switch what {
	case "in-room":
		return c.InRoom
	case "consulted":
		return c.Consulted
	case "absent":
		return c.Absent
	case "against":
		return c.Against
	}
	return c.Unmet
}

func anyOf(cs []column, what string) bool {
	return slices.ContainsFunc(cs, func(c column) bool { return c.number(what) > 0 })
}

// sum writes a column's number, a dot for none.
func sum(p *ui.Page, c column, what string) string {
	if n := c.number(what); n > 0 {
		return p.Loc.Number(float64(n))
	}
	return "·"
}

// before says what a requirement has to be met before.
func before(p *ui.Page, q *talks.Requirement) string {
	out := ""
	for _, s := range talks.Stages {
		if q.Binds(s) {
			if out != "" {
				out += ", "
			}
			out += p.Loc.T("inclusion.before-stage", "stage", p.StageWord(s))
		}
	}
	return out
}

// latest are facts, the latest first.
func latest[T any](fs []talks.Fact[T]) []talks.Fact[T] {
	out := slices.Clone(fs)
	slices.Reverse(out)
	return out
}

// searched asks the search for a kind of act.
func searched(kind string) url.Values { return url.Values{"q": {"kind:" + kind}} }

// place is a place after a comma, where there is one.
func place(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}
