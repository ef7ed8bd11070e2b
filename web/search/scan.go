package search

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/message"
	"parley/web/ui"
)

// scan finds the entries of a view that fit a question, the newest first. There is no index: what a viewer finds is decided by
// the entries of the view and by nothing else, so no statistics of what it does not see can show in it.
func scan(p *ui.Page, q *query) []*talks.Entry {
	tests := q.tests(p)
	named := &names{p: p, terms: q.terms, masks: map[talks.Ref]uint32{}}
	var found [][]*talks.Entry
	for _, s := range p.W().Rooms() {
		if !slices.ContainsFunc(tests, func(t test) bool { return !t.where(s) }) {
			found = append(found, scanRoom(p.Loc, s, q.terms, tests, named))
		}
	}
	return newestFirst(found)
}

// newestFirst merges the entries of rooms, each in its room's order.
func newestFirst(rooms [][]*talks.Entry) []*talks.Entry {
	n := 0
	for _, es := range rooms {
		n += len(es)
	}
	out := make([]*talks.Entry, 0, n)
	for len(out) < n {
		best := -1
		for i, es := range rooms {
			if len(es) > 0 && (best < 0 || rooms[best][len(rooms[best])-1].Before(es[len(es)-1])) {
				best = i
			}
		}
		es := rooms[best]
		out = append(out, es[len(es)-1])
		rooms[best] = es[:len(es)-1]
	}
	return out
}

// scanRoom returns the entries of a room that have all terms, in their words or in the titles of what they name, and pass all tests.
func scanRoom(l *message.Locale, s *talks.State, terms []string, tests []test, named *names) []*talks.Entry {
	all := uint32(1)<<len(terms) - 1
	t := textOf(l, s)
	has := t.masks(terms)
	titles := make([]uint32, len(t.named)) // masks of what is named, with a bit above the terms for those that were looked up
	const known = 1 << 31
	var found []*talks.Entry
	for i, m := range has {
		for _, r := range t.refs[t.refEnd(i-1):t.refEnd(i)] {
			if m == all {
				break
			}
			if titles[r]&known == 0 {
				titles[r] = named.mask(t.named[r]) | known
			}
			m |= titles[r] & all
		}
		if m != all {
			continue
		}
		e := s.Entries[i]
		refs := func(yield func(talks.Ref) bool) {
			for _, r := range t.refs[t.refEnd(i-1):t.refEnd(i)] {
				if !yield(t.named[r]) {
					return
				}
			}
		}
		if !slices.ContainsFunc(tests, func(x test) bool { return x.entry != nil && !x.entry(e, refs) }) {
			found = append(found, e)
		}
	}
	return found
}

// names knows which terms stand in the title of an object, so that an entry is found by what it names. Titles belong to the
// view: they change, and what is not seen has none. A statement has words and no title: it is found by itself.
type names struct {
	p     *ui.Page
	terms []string
	masks map[talks.Ref]uint32
}

func (n *names) mask(r talks.Ref) uint32 {
	if w := n.p.W(); w.Object(r) == "statement" {
		return 0
	}
	if m, ok := n.masks[r]; ok {
		return m
	}
	var m uint32
	title := fold(n.p.ObjectTitle(r))
	for k, t := range n.terms {
		if strings.Contains(title, t) {
			m |= 1 << k
		}
	}
	n.masks[r] = m
	return m
}

// text is what the entries of a room say, made ready for comparing: all in one piece, so that looking for a word goes through memory in
// order. An entry's words end with a line feed, which stands in no folded text and in no term.
type text struct {
	words   []byte
	ends    []int       // of each entry, where its words end
	refs    []uint32    // of all entries, one after another: places in named
	refEnds []int       // of each entry, where its refs end
	named   []talks.Ref // what entries name, each once
}

func (t *text) refEnd(i int) int {
	if i < 0 {
		return 0
	}
	return t.refEnds[i]
}

// masks says of each entry which terms stand in its words.
func (t *text) masks(terms []string) []uint32 {
	has := make([]uint32, len(t.ends))
	for k, term := range terms {
		i := 0
		for from := 0; i < len(t.ends); i++ {
			at := bytes.Index(t.words[from:], []byte(term))
			if at < 0 {
				break
			}
			for t.ends[i] <= from+at {
				i++
			}
			has[i] |= 1 << k
			from = t.ends[i]
		}
	}
	return has
}

// growing is a text that is added to as its room grows. It is kept beside the room's states and goes with them; what was erased is not in
// it, because an erasure begins a new one. Its size is in proportion to that of the entries, which are in memory as long as it is.
type growing struct {
	mu   sync.Mutex // owns all below; what a text that was handed out can see of it never changes
	text text
	ids  map[talks.Ref]uint32 // the places in named
	from []*talks.Entry       // those that are in it
}

// readyIn is the key of the growing text of a language.
type readyIn string

// textOf returns the text of a state's entries.
func textOf(l *message.Locale, s *talks.State) text {
	kept, _ := s.Aside().LoadOrStore(readyIn(l.Lang()), &growing{ids: map[talks.Ref]uint32{}})
	g := kept.(*growing)
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.from), len(s.Entries))
	if n > 0 && s.Entries[n-1] != g.from[n-1] {
		// Two clones of a state went different ways, and what is kept is of no use to this one.
		g = &growing{ids: map[talks.Ref]uint32{}}
		n = 0
		s.Aside().Store(readyIn(l.Lang()), g)
	}
	if n == len(g.from) {
		for _, e := range s.Entries[n:] {
			g.add(l, e)
		}
		g.from = s.Entries
	}
	return g.text.first(len(s.Entries))
}

// first is the text of the first n entries: a view of the past has fewer than are kept.
func (t text) first(n int) text {
	if n == 0 {
		return text{}
	}
	t.words, t.refs = t.words[:t.ends[n-1]], t.refs[:t.refEnds[n-1]]
	t.ends, t.refEnds = t.ends[:n], t.refEnds[:n]
	return t
}

// add makes an entry ready. It needs mu.
func (g *growing) add(l *message.Locale, e *talks.Entry) {
	t := &g.text
	t.words = append(append(t.words, fold(act.Text(l, e))...), '\n')
	t.ends = append(t.ends, len(t.words))
	if e.Act != nil {
		from := len(t.refs)
		talks.Refs(e.Act, func(_ string, r *talks.Ref) {
			if r.IsZero() {
				return
			}
			id, ok := g.ids[*r]
			if !ok {
				id = uint32(len(t.named))
				g.ids[*r] = id
				t.named = append(t.named, *r)
			}
			if !slices.Contains(t.refs[from:], id) {
				t.refs = append(t.refs, id)
			}
		})
	}
	t.refEnds = append(t.refEnds, len(t.refs))
}

// missing reports which terms do not stand in a text, for choosing what of an entry to show.
func missing(text string, terms []string) int {
	var has uint32
	for k, t := range terms {
		if strings.Contains(text, t) {
			has |= 1 << k
		}
	}
	return len(terms) - bits.OnesCount32(has)
}
