package meeting

import (
	"parley/internal/implementation"
	"parley/internal/talks"
)

// precondition is something that has to come about before a meeting can take place.
type precondition struct {
	Ref  talks.Ref
	Kind string // as [talks.World.Object] says; empty for what is not shown
	Met  bool
	Over bool // it can come about no more
}

// preconditions are those of a meeting, as they stand at the book's date: a condition is to be met, a commitment fulfilled, an agreement in
// force, another meeting held.
func preconditions(b *implementation.Book, m *talks.Meeting) (list []precondition, met int) {
	for _, r := range m.Preconditions {
		x := precondition{Ref: r, Kind: b.World().Object(r)}
		switch x.Kind {
		case "condition":
			if c := b.Condition(r); c != nil {
				x.Met, x.Over = c.Truth == implementation.Met, c.Truth == implementation.Impossible
			}
		case "commitment":
			if c := b.Commitment(r); c != nil {
				x.Met, x.Over = c.Status == implementation.Fulfilled, c.Status == implementation.Lapsed
			}
		case "agreement":
			if a := b.Agreement(r); a != nil {
				x.Met = a.Stage == implementation.InForce
				x.Over = a.Stage == implementation.Withdrawn || a.Stage == implementation.Denounced
			}
		case "meeting":
			if o := b.World().Meeting(r); o != nil {
				x.Met, x.Over = o.Held != nil, o.Cancelled != nil
			}
		}
		if x.Met {
			met++
		}
		list = append(list, x)
	}
	return list, met
}
