package meeting

import (
	"slices"

	"parley/internal/talks"
)

// met is who met whom: the parties that meetings name, each with each.
type met struct {
	Parties []talks.Ref // all that a meeting names, in the order of the parties
	Pairs   []pair      // those that met, the ones that met most often first
	Most    int         // the meetings of the pair that met most often
}

// pair is two parties with the meetings at which both were.
type pair struct {
	A, B     talks.Ref
	Meetings []*talks.Meeting // in order
}

// newMet counts the meetings that took place. A person counts for the party that it belongs to.
func newMet(w *talks.World) met {
	var v met
	var pairs []pair
	for _, m := range w.Meetings() {
		here := present(w, m)
		for i, a := range here {
			for _, b := range here[i+1:] {
				k := slices.IndexFunc(pairs, func(p pair) bool { return p.is(a, b) })
				if k < 0 {
					k = len(pairs)
					pairs = append(pairs, pair{A: a, B: b})
				}
				pairs[k].Meetings = append(pairs[k].Meetings, m)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return len(b.Meetings) - len(a.Meetings) })
	v.Pairs = pairs
	for _, p := range pairs {
		v.Most = max(v.Most, len(p.Meetings))
	}
	if len(pairs) > 0 {
		v.Parties = named(w)
	}
	return v
}

// named lists the parties that any meeting names, whether they came, were expected or were absent: whom nobody met is seen as well. They
// stand in the order of the view; those that are not shown come last.
func named(w *talks.World) []talks.Ref {
	all := map[talks.Ref]bool{}
	var out []talks.Ref
	for _, m := range w.Meetings() {
		for _, a := range slices.Concat(m.Expected, m.Attendees()) {
			for _, r := range belongs(w, a.Party) {
				if !all[r] {
					all[r] = true
					out = append(out, r)
				}
			}
		}
	}
	place := map[talks.Ref]int{}
	for i, p := range w.Parties() {
		place[p.Ref] = i - len(w.Parties())
	}
	slices.SortStableFunc(out, func(a, b talks.Ref) int { return place[a] - place[b] })
	return out
}

// present lists the parties that were at a meeting that took place, each once.
func present(w *talks.World, m *talks.Meeting) []talks.Ref {
	if m.Held == nil {
		return nil
	}
	var out []talks.Ref
	for _, a := range m.Attendees() {
		if a.Presence != "" && a.Presence != "present" {
			continue
		}
		for _, r := range belongs(w, a.Party) {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// belongs is whom an attendee counts for: a person for its party, any other for itself.
func belongs(w *talks.World, r talks.Ref) []talks.Ref {
	if p := w.Party(r); p != nil && p.Type == "person" && len(p.Of) > 0 {
		return p.Of
	}
	return []talks.Ref{r}
}

func (p pair) is(a, b talks.Ref) bool { return (p.A == a && p.B == b) || (p.A == b && p.B == a) }

// of finds the place of two parties among the pairs; ok is false where they did not meet.
func (v met) of(a, b talks.Ref) (index int, ok bool) {
	i := slices.IndexFunc(v.Pairs, func(p pair) bool { return p.is(a, b) })
	return i, i >= 0
}
