// Package commitment shows what was promised: all of it over time and as a list, each promise with how it stands and why, what each side and
// who verifies say of it, and the conditions that promises depend on.
package commitment

import (
	"net/url"
	"slices"

	"parley/internal/implementation"
	"parley/internal/talks"
)

// mostListed is how many commitments a page of the list has at most.
const mostListed = 40

// mostConditions is how many conditions the page of the list has at most.
const mostConditions = 30

// choice is what a list is narrowed down to; what is empty is not chosen.
type choice struct {
	status implementation.Status
	party  talks.Ref
	room   talks.RoomID
}

// chosen reads what an address narrows the list down to. What is not there to choose is not chosen.
func chosen(w *talks.World, get func(string) string) choice {
	var c choice
	if s := implementation.Status(get("status")); slices.Contains(implementation.Statuses, s) {
		c.status = s
	}
	var r talks.Ref
	if r.UnmarshalText([]byte(get("party"))) == nil && w.Party(r) != nil {
		c.party = r
	}
	if id := talks.RoomID(get("room")); w.Room(id) != nil {
		c.room = id
	}
	return c
}

// query is the choice as parameters of an address, with another status.
func (c choice) query(s implementation.Status) url.Values {
	q := url.Values{}
	if s != "" {
		q.Set("status", string(s))
	}
	if !c.party.IsZero() {
		q.Set("party", c.party.String())
	}
	if c.room != "" {
		q.Set("room", string(c.room))
	}
	return q
}

// any reports whether something is chosen.
func (c choice) any() bool { return c != choice{} }

// fits reports whether a commitment is of the party and of the room that are chosen: owed by it, owed to it, or verified by it.
func (c choice) fits(m *implementation.Commitment) bool {
	if c.room != "" && m.Ref.Room != c.room {
		return false
	}
	return c.party.IsZero() || slices.Contains(m.Obligors, c.party) || slices.Contains(m.Beneficiaries, c.party) || slices.Contains(m.Verifiers, c.party)
}

// listing is what the list shows.
type listing struct {
	choice
	book   *implementation.Book
	all    int                           // commitments that the view has
	counts map[implementation.Status]int // of those of the party and of the room that are chosen
	fits   []*implementation.Commitment  // what is chosen
}

func newListing(b *implementation.Book, c choice) listing {
	l := listing{choice: c, book: b, all: len(b.Commitments()), counts: map[implementation.Status]int{}}
	for _, m := range b.Commitments() {
		if !c.fits(m) {
			continue
		}
		l.counts[m.Status]++
		if c.status == "" || m.Status == c.status {
			l.fits = append(l.fits, m)
		}
	}
	return l
}

// total is how many commitments are of the party and of the room that are chosen.
func (l *listing) total() int {
	n := 0
	for _, k := range l.counts {
		n += k
	}
	return n
}

// side is one side of a commitment with what each of its parties said last.
type side struct {
	as     implementation.As
	voices []voice
}

// voice is a party and its last words: its own, and what others attribute to it. It has none where the party has not spoken.
type voice struct {
	party talks.Ref
	words []implementation.Word
}

// sides sets the last words on a commitment side by side: who owes it, who it is owed to, who verifies it, and others. Each side has all
// its parties, also those that have not spoken; others only those that have. Who is on several sides is on that of its word.
func sides(m *implementation.Commitment) []side {
	var out []side
	for _, s := range []struct {
		as      implementation.As
		parties []talks.Ref
	}{
		{implementation.AsObligor, m.Obligors}, {implementation.AsBeneficiary, m.Beneficiaries}, {implementation.AsVerifier, m.Verifiers}, {implementation.AsOther, nil},
	} {
		v := side{as: s.as}
		for _, r := range s.parties {
			verifies, owes := slices.Contains(m.Verifiers, r), slices.Contains(m.Obligors, r)
			if s.as == implementation.AsVerifier || (!verifies && (s.as == implementation.AsObligor || !owes)) {
				v.voices = append(v.voices, voice{party: r})
			}
		}
		for _, w := range m.Words {
			if w.As != s.as {
				continue
			}
			i := slices.IndexFunc(v.voices, func(x voice) bool { return x.party == w.Party })
			if i < 0 {
				i = len(v.voices)
				v.voices = append(v.voices, voice{party: w.Party})
			}
			v.voices[i].words = append(v.voices[i].words, w)
		}
		if len(v.voices) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// reportable are the rooms in which something can be said of an object: those whose members all see it.
func reportable(w *talks.World, r talks.Ref) []talks.RoomID {
	out := []talks.RoomID{r.Room}
	for _, s := range w.Rooms() {
		if id := s.Room.ID; id != r.Room && w.As(id).Object(r) != "" {
			out = append(out, id)
		}
	}
	return out
}

// node is an object's place in the graph of what waits for what; nil where it has none.
func node(b *implementation.Book, r talks.Ref) *implementation.Node {
	g := b.Graph()
	i := slices.IndexFunc(g.Nodes, func(x implementation.Node) bool { return x.Ref == r })
	if i < 0 {
		return nil
	}
	return &g.Nodes[i]
}
