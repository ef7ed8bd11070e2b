package search

import (
	"iter"
	"slices"
	"strings"

	"parley/internal/talks"
	"parley/web/ui"
)

// maxTerms bounds the work that one question makes.
const maxTerms = 16

// filters are the words that can stand before a colon, in the order in which the page explains them.
var filters = []string{"kind", "party", "room", "by", "before", "after", "without"}

// query is what somebody is looking for: folded terms that must all be there, and filters that must all hold.
type query struct {
	terms   []string
	filters []filter
	notes   []note // what could not be made of it
}

// filter is one filter as it was written, with what it asks of an entry.
type filter struct{ key, value string }

// note says what was wrong with a part of a question: an id of the catalogue, and the part.
type note struct{ id, part string }

// parse reads a question. Everything that is not a filter is looked for, so no question is an error.
func parse(s string) query {
	var q query
	for _, w := range split(strings.ToValidUTF8(s, "\uFFFD")) {
		key, value, colon := strings.Cut(w.text, ":")
		key = strings.ToLower(key)
		if colon && !w.quoted && slices.Contains(filters, key) {
			if value == "" {
				q.notes = append(q.notes, note{"search.note.empty", key})
				continue
			}
			q.filters = append(q.filters, filter{key, value})
			continue
		}
		if t := strings.TrimSpace(fold(w.text)); t != "" && !slices.Contains(q.terms, t) {
			q.terms = append(q.terms, t)
		}
	}
	if len(q.terms) > maxTerms {
		q.terms = q.terms[:maxTerms]
		q.notes = append(q.notes, note{"search.note.long", ""})
	}
	if len(q.filters) > maxTerms {
		q.filters = q.filters[:maxTerms]
	}
	return q
}

// empty reports whether nothing is asked.
func (q *query) empty() bool { return len(q.terms) == 0 && len(q.filters) == 0 }

type piece struct {
	text   string
	quoted bool // it began with a quotation mark
}

// split cuts a question at spaces outside of quotation marks. A mark that is not closed closes at the end.
func split(s string) []piece {
	var out []piece
	var b strings.Builder
	in, began, quoted := false, false, false
	flush := func() {
		if began {
			out = append(out, piece{b.String(), quoted})
		}
		b.Reset()
		began, quoted = false, false
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\u201C' || r == '\u201D':
			if !began {
				began, quoted = true, true
			}
			in = !in
		case !in && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			flush()
		default:
			began = true
			b.WriteRune(r)
		}
	}
	flush()
	return out
}

// test is a filter made ready for a view. where decides on a room as a whole; entry, if there is one, on an entry of it.
type test struct {
	where func(*talks.State) bool
	entry func(*talks.Entry, iter.Seq[talks.Ref]) bool
}

func everywhere(*talks.State) bool { return true }

// tests makes the filters ready. What makes no sense in this view becomes a note, and finds nothing, so that no filter is
// silently left out.
func (q *query) tests(p *ui.Page) []test {
	nothing := test{where: func(*talks.State) bool { return false }}
	var out []test
	for _, f := range q.filters {
		t, ok := f.test(p)
		if !ok {
			q.notes = append(q.notes, note{"search.note." + f.key, f.value})
			t = nothing
		}
		out = append(out, t)
	}
	return out
}

func (f filter) test(p *ui.Page) (test, bool) {
	want := strings.TrimSpace(fold(f.value))
	switch f.key {
	case "kind":
		return kindTest(p, want)
	case "party":
		return partyTest(p, want)
	case "room":
		return test{where: func(s *talks.State) bool {
			return want == string(s.Room.ID) || want == string(s.Room.Kind) || strings.Contains(fold(s.Room.Title), want)
		}}, true
	case "by":
		return test{where: everywhere, entry: func(e *talks.Entry, _ iter.Seq[talks.Ref]) bool {
			return want == string(e.Seat) || want == string(e.Seat.Delegation())
		}}, talks.Seat(want).Valid() || talks.Delegation(want).Valid()
	case "before":
		d := talks.Date(strings.ToUpper(f.value))
		return test{where: everywhere, entry: func(e *talks.Entry, _ iter.Seq[talks.Ref]) bool { return e.Time.Before(d.Start()) }}, d.Valid()
	case "after":
		d := talks.Date(strings.ToUpper(f.value))
		return test{where: everywhere, entry: func(e *talks.Entry, _ iter.Seq[talks.Ref]) bool { return !e.Time.Before(d.Start()) }}, d.Valid()
	case "without":
		d := talks.Delegation(want)
		return test{where: func(s *talks.State) bool { return !s.Room.Has(d) }}, p.W().Delegation(d) != nil
	}
	return test{}, false
}

// kindTest takes a kind of the catalogue, its concept alone, or the word that pages have for it.
func kindTest(p *ui.Page, want string) (test, bool) {
	set := map[talks.Kind]bool{}
	for _, k := range talks.Catalogue {
		concept, _, _ := strings.Cut(string(k), ".")
		if want == string(k) || want == concept || want == fold(p.KindWord(k)) {
			set[k] = true
		}
	}
	return test{where: everywhere, entry: func(e *talks.Entry, _ iter.Seq[talks.Ref]) bool { return set[e.Kind] }}, len(set) > 0
}

// partyTest finds what names a party or was written by its delegation. A party is meant by its name, its code or a part of its title.
func partyTest(p *ui.Page, want string) (test, bool) {
	w := p.W()
	set := map[talks.Ref]bool{}
	for _, v := range w.Parties() {
		if want == fold(v.Ref.Name) || want == fold(v.Short) {
			set[v.Ref] = true
		}
	}
	if len(set) == 0 {
		for _, v := range w.Parties() {
			if strings.Contains(fold(v.Title), want) {
				set[v.Ref] = true
			}
		}
	}
	own := map[talks.Delegation]bool{}
	for _, d := range w.Delegations() {
		if set[d.Party] || string(d.Code) == want {
			own[d.Code] = true
			set[d.Party] = true
		}
	}
	return test{where: everywhere, entry: func(e *talks.Entry, refs iter.Seq[talks.Ref]) bool {
		if own[e.Seat.Delegation()] {
			return true
		}
		for r := range refs {
			if set[r] {
				return true
			}
		}
		return false
	}}, len(set) > 0
}
