// Package search finds things in what a viewer sees: entries by their words and by what they name, and objects by their titles. It
// reads a view and nothing else.
package search

import (
	_ "embed"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed search.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("search", css) }

// pageSize is how many entries a page shows, and nameLimit how many objects.
const (
	pageSize  = 50
	nameLimit = 12
	maxQuery  = 1000
)

// results is what a page of the search shows.
type results struct {
	raw    string // the question as it was asked
	query  query
	total  int
	from   int
	hits   []hit
	counts []count
	names  []named
}

// hit is an entry that fits: its sentence, the part of its words that the question is about, and a further fact.
type hit struct {
	e                  *talks.Entry
	title, words, more []run
}

// run is a piece of text, marked where it was looked for.
type run struct {
	text   string
	marked bool
}

// count is how many entries of a kind fit.
type count struct {
	kind talks.Kind
	n    int
}

// named is an object whose title fits.
type named struct {
	ref   talks.Ref
	what  string
	title []run
}

// Show answers ?q=. ?from= is how many of the newest entries to pass over.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Title, p.Nav = p.Loc.T("search.title"), "search"
	raw := strings.TrimSpace(q.Get("q"))
	if len(raw) > maxQuery {
		raw = strings.ToValidUTF8(raw[:maxQuery], "")
	}
	r := &results{raw: raw, query: parse(raw)}
	if r.query.empty() {
		p.Sub = p.Loc.T("search.sub")
		return page(p, r), nil
	}
	found := scan(p, &r.query)
	r.total, r.counts = len(found), countKinds(found)
	p.Sub = p.Loc.N("search.found", r.total)
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 && n < len(found) {
		r.from = n
	}
	for _, e := range found[r.from:min(len(found), r.from+pageSize)] {
		r.hits = append(r.hits, newHit(p, e, r.query.terms))
	}
	if r.from == 0 && len(r.query.filters) == 0 {
		r.names = findNames(p, r.query.terms)
	}
	return page(p, r), nil
}

// countKinds counts by kind, the most frequent first, then as the catalogue has them.
func countKinds(found []*talks.Entry) []count {
	by := map[talks.Kind]int{}
	for _, e := range found {
		by[e.Kind]++
	}
	var out []count
	for _, k := range talks.Catalogue {
		if by[k] > 0 {
			out = append(out, count{k, by[k]})
		}
	}
	slices.SortStableFunc(out, func(a, b count) int { return b.n - a.n })
	return out
}

// newHit chooses what of an entry to show: its sentence, its words where they were looked for, and, where neither has all terms, the
// one of its further facts that has most of the others.
func newHit(p *ui.Page, e *talks.Entry, terms []string) hit {
	title, words := act.Title(p, e), act.Words(p.Loc, e)
	h := hit{e: e, title: marks(title, terms), words: marks(around(words, terms), terms)}
	var left []string
	shown := fold(title + "\n" + words)
	for _, t := range terms {
		if !strings.Contains(shown, t) {
			left = append(left, t)
		}
	}
	best := len(left)
	for _, s := range act.Details(p, e) {
		if n := missing(fold(s), left); n < best {
			best, h.more = n, marks(around(s, left), left)
		}
	}
	return h
}

// snippetSize is how many characters of an entry's words are shown.
const snippetSize = 240

// around cuts a text to the size of a snippet, so that the first term found in it is to be seen.
func around(s string, terms []string) string {
	rs := []rune(s)
	if len(rs) <= snippetSize {
		return s
	}
	start := 0
	if sp := spans(s, terms); len(sp) > 0 {
		start = max(0, len([]rune(s[:sp[0].from]))-snippetSize/3)
	}
	end := min(len(rs), start+snippetSize)
	for start > 0 && start < end && rs[start-1] != ' ' {
		start++
	}
	out := strings.TrimSpace(string(rs[start:end]))
	if start > 0 {
		out = "… " + out
	}
	if end < len(rs) {
		out += " …"
	}
	return out
}

// marks cuts a text into runs.
func marks(s string, terms []string) []run {
	var out []run
	at := 0
	for _, sp := range spans(s, terms) {
		if sp.from > at {
			out = append(out, run{text: s[at:sp.from]})
		}
		out = append(out, run{s[sp.from:sp.to], true})
		at = sp.to
	}
	if at < len(s) {
		out = append(out, run{text: s[at:]})
	}
	return out
}

// findNames lists the objects with pages whose titles have all terms.
func findNames(p *ui.Page, terms []string) []named {
	var out []named
	w := p.W()
	add := func(what string, r talks.Ref) {
		if title := p.ObjectTitle(r); len(out) < nameLimit && missing(fold(title+" "+r.Name), terms) == 0 {
			out = append(out, named{r, what, marks(title, terms)})
		}
	}
	for _, v := range w.Parties() {
		add("party", v.Ref)
	}
	for _, v := range w.Issues() {
		add("issue", v.Ref)
	}
	for _, v := range w.Meetings() {
		add("meeting", v.Ref)
	}
	for _, v := range w.Proposals() {
		add("proposal", v.Ref)
	}
	for _, v := range w.Sources() {
		add("source", v.Ref)
	}
	return out
}

// URL is the address of a question.
func URL(p *ui.Page, q string) templ.SafeURL { return p.URLQ(url.Values{"q": {q}}, "search") }

func (r *results) turn(p *ui.Page, from int) templ.SafeURL {
	return p.URLQ(url.Values{"q": {r.raw}, "from": {strconv.Itoa(max(0, from))}}, "search")
}

// narrow is the question with one filter more.
func (r *results) narrow(p *ui.Page, filter string) templ.SafeURL {
	return URL(p, strings.TrimSpace(r.raw+" "+filter))
}

// hasKind reports whether a kind is asked for already.
func (r *results) hasKind() bool {
	return slices.ContainsFunc(r.query.filters, func(f filter) bool { return f.key == "kind" })
}

// examples are questions for the page that has none yet, made of what the viewer sees, so that each finds something.
func examples(p *ui.Page) [][2]string {
	w := p.W()
	out := [][2]string{{`kind:statement`, p.Loc.T("search.example.kind")}}
	for _, v := range w.Parties() {
		if v.Ref != w.PartyOf(p.View.Delegation()) {
			out = append(out, [2]string{"party:" + v.Ref.Name, p.Loc.T("search.example.party")})
			break
		}
	}
	out = append(out,
		[2]string{`room:lobby`, p.Loc.T("search.example.room")},
		[2]string{"by:" + string(p.View.Delegation()), p.Loc.T("search.example.by")},
		[2]string{"before:" + w.Time().UTC().Format("2006-01-02"), p.Loc.T("search.example.before")},
		[2]string{"after:" + w.Time().UTC().Format("2006-01"), p.Loc.T("search.example.after")})
	if d := counterpart(p); d != "" {
		out = append(out, [2]string{"without:" + string(d), p.Loc.T("search.example.without", "who", p.DelegationTitle(d))})
	}
	return append(out, [2]string{`"` + phrase(p) + `"`, p.Loc.T("search.example.phrase")})
}

// counterpart is the delegation that sits with the viewer in the most rooms but not in all; the first of several.
func counterpart(p *ui.Page) talks.Delegation {
	var best talks.Delegation
	most, rooms := 0, p.W().Rooms()
	for _, d := range p.W().Delegations() {
		n := 0
		for _, s := range rooms {
			if s.Room.Has(d.Code) {
				n++
			}
		}
		if d.Code != p.View.Delegation() && n > most && n < len(rooms) {
			best, most = d.Code, n
		}
	}
	return best
}

// phrase is the beginning of the last statement that the viewer sees, or a phrase of no meaning.
func phrase(p *ui.Page) string {
	if all := p.W().Statements(); len(all) > 0 {
		words := strings.FieldsFunc(all[len(all)-1].Text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
		if len(words) >= 2 {
			return strings.Join(words[:min(3, len(words))], " ")
		}
	}
	return p.Loc.T("search.example.words")
}

// noTime asks for an address without the page's time, which the form sends by itself.
var noTime = url.Values{"at": {""}}
