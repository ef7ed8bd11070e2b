package search

import (
	"container/list"
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
	var found []*talks.Entry
	for _, s := range p.W().Rooms() {
		if !slices.ContainsFunc(tests, func(t test) bool { return !t.where(s) }) {
			found = scanRoom(found, p.Loc, s, q.terms, tests, named)
		}
	}
	slices.SortFunc(found, func(a, b *talks.Entry) int {
		if a.Before(b) {
			return 1
		}
		return -1
	})
	return found
}

func scanRoom(found []*talks.Entry, l *message.Locale, s *talks.State, terms []string, tests []test, named *names) []*talks.Entry {
	all := uint32(1)<<len(terms) - 1
	for i, t := range texts.of(l, s) {
		e := s.Entries[i]
		if slices.ContainsFunc(tests, func(x test) bool { return x.entry != nil && !x.entry(e, t.refs) }) {
			continue
		}
		var has uint32
		for k, term := range terms {
			if strings.Contains(t.text, term) {
				has |= 1 << k
			}
		}
		for _, r := range t.refs {
			if has == all {
				break
			}
			has |= named.mask(r)
		}
		if has == all {
			found = append(found, e)
		}
	}
	return found
}

// names knows which terms stand in the title of an object, so that an entry is found by what it names. Titles belong to the
// view: they change, and what is not seen has none.
type names struct {
	p     *ui.Page
	terms []string
	masks map[talks.Ref]uint32
}

func (n *names) mask(r talks.Ref) uint32 {
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

// said is an entry's text made ready for comparing, with what it names. It is made once and never changed.
type said struct {
	entry *talks.Entry
	text  string
	refs  []talks.Ref
}

// texts keeps what was made ready, by language and room. It holds nothing that the entries themselves do not, and only members of a
// room ever ask for its texts; what a room's folding costs is shared by its members alone, as its state is.
var texts = shelf{rooms: map[shelfKey]*list.Element{}, order: list.New()}

// shelfLimit is how many bytes of text are kept; the rooms that were not searched for longest go first.
const shelfLimit = 128 << 20

type shelfKey struct {
	lang string
	room talks.RoomID
}

type shelf struct {
	mu    sync.Mutex // owns all below, and the fields of each folded
	rooms map[shelfKey]*list.Element
	order *list.List // of *folded, the last used first
	bytes int
}

type folded struct {
	key   shelfKey
	said  []said // replaced as a whole where an entry is no longer the same, such as an erased one; else only added to
	bytes int
}

// of returns the texts of a state's entries, made ready.
func (c *shelf) of(l *message.Locale, s *talks.State) []said {
	key := shelfKey{l.Lang(), s.Room.ID}
	c.mu.Lock()
	var have []said
	if el := c.rooms[key]; el != nil {
		have = el.Value.(*folded).said
		c.order.MoveToFront(el)
	}
	c.mu.Unlock()

	// Two that search at once may both do the work; neither waits for the other.
	fresh, changed := bring(l, have, s.Entries)
	if changed {
		c.keep(key, fresh)
	}
	return fresh[:len(s.Entries)]
}

// bring makes texts ready for those entries that have has not. A view of the past has fewer entries than are kept.
func bring(l *message.Locale, have []said, entries []*talks.Entry) (fresh []said, changed bool) {
	same := 0
	for same < len(have) && same < len(entries) && have[same].entry == entries[same] {
		same++
	}
	if same == len(entries) {
		return have, false
	}
	fresh = make([]said, len(entries), len(entries)+len(entries)/8)
	copy(fresh, have)
	for i := same; i < len(entries); i++ {
		if fresh[i].entry != entries[i] {
			fresh[i] = ready(l, entries[i])
		}
	}
	return fresh, true
}

func ready(l *message.Locale, e *talks.Entry) said {
	out := said{entry: e, text: fold(act.Text(l, e))}
	if e.Act != nil {
		talks.Refs(e.Act, func(_ string, r *talks.Ref) {
			if !r.IsZero() && !slices.Contains(out.refs, *r) {
				out.refs = append(out.refs, *r)
			}
		})
	}
	return out
}

func (c *shelf) keep(key shelfKey, said []said) {
	size := 0
	for i := range said {
		size += len(said[i].text) + 64
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.rooms[key]; el != nil {
		c.drop(el)
	}
	c.rooms[key] = c.order.PushFront(&folded{key: key, said: said, bytes: size})
	c.bytes += size
	for c.bytes > shelfLimit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

// drop needs mu.
func (c *shelf) drop(el *list.Element) {
	f := c.order.Remove(el).(*folded)
	delete(c.rooms, f.key)
	c.bytes -= f.bytes
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
