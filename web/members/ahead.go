package members

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"parley/internal/talks"
)

// most is how many entries a look ahead lists; the room's page has all.
const most = 40

// newest are the last entries, the latest first.
func newest(es []*talks.Entry) []*talks.Entry {
	out := slices.Clone(es[max(0, len(es)-most):])
	slices.Reverse(out)
	return out
}

// history is the acts that made a room's membership what it is, the latest first.
func history(s *talks.State) []*talks.Entry {
	var out []*talks.Entry
	for _, e := range slices.Backward(s.Entries) {
		switch e.Kind {
		case "room.open", "room.admit", "room.remove", "room.leave", "room.update", "room.close":
			out = append(out, e)
		case "delegation.designate":
			if s.Room.Kind == talks.Lobby {
				out = append(out, e)
			}
		}
	}
	return out
}

// count is how many entries there are of a kind.
type count struct {
	kind talks.Kind
	n    int
}

// tally counts entries by kind, in the order of the catalogue; kinds that it does not have come last.
func tally(es []*talks.Entry) []count {
	n := map[talks.Kind]int{}
	for _, e := range es {
		n[e.Kind]++
	}
	var out []count
	for _, k := range talks.Catalogue {
		if n[k] > 0 {
			out = append(out, count{k, n[k]})
			delete(n, k)
		}
	}
	var other []count
	for k, v := range n {
		other = append(other, count{k, v})
	}
	slices.SortFunc(other, func(a, b count) int { return cmp.Or(b.n-a.n, cmp.Compare(a.kind, b.kind)) })
	return append(out, other...)
}

func refs(ps []*talks.Proposal) []talks.Ref {
	out := make([]talks.Ref, len(ps))
	for i, q := range ps {
		out[i] = q.Ref
	}
	return out
}

func meetings(ms []*talks.Meeting) []talks.Ref {
	out := make([]talks.Ref, len(ms))
	for i, m := range ms {
		out[i] = m.Ref
	}
	return out
}

// openProposals are those of the room that nobody can answer any more once it is closed.
func (c *change) openProposals() []talks.Ref {
	var out []talks.Ref
	for q := range c.s.Proposals.All() {
		if q.Open(c.p.View.Now()) {
			out = append(out, q.Ref)
		}
	}
	return out
}

func (c *change) openMeetings() []talks.Ref {
	var out []talks.Ref
	for m := range c.s.Meetings.All() {
		if m.Upcoming(c.p.View.Now()) {
			out = append(out, m.Ref)
		}
	}
	return out
}

// admission is what the form of an admission says.
func (c *change) admission(as []*talks.Arrival) url.Values {
	q := url.Values{"delegations": values(admitting(as))}
	if c.asObservers() {
		q.Set("observers", "yes")
	}
	return q
}

// asObservers reports whether those admitted are to read only.
func (c *change) asObservers() bool { return c.from.Get("observers") == "yes" }

// openURL leads to a new room with the members of this one and some more.
func (c *change) openURL(more []talks.Delegation) templ.SafeURL {
	return c.p.URLQ(url.Values{"kind": {string(c.s.Room.Kind)}, "members": values(readers(c.s.Room.Members, more, nil))}, "open")
}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}
