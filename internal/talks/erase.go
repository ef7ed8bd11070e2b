package talks

import "fmt"

// RecordErase destroys the words of an entry of the same room. The entry's leaf and its proofs stand, so that everybody can see
// that something stood there, who wrote it and when. Only a head of the delegation that wrote the entry can erase it.
type RecordErase struct {
	Entry  int64  `json:"entry"` // its index in the room
	Reason string `json:"reason,omitzero"`
	Basis
}

func (*RecordErase) Kind() Kind { return "record.erase" }

func (*RecordErase) refs(func(place, *Ref)) {}

func (a *RecordErase) check(c *Checking) {
	c.text("reason", a.Reason, textLimit)
	if a.Entry < 0 || a.Entry >= c.State.Size() {
		c.fail("unknown-entry", "entry", fmt.Sprint(a.Entry))
		return
	}
	e := c.State.Entries[a.Entry]
	if own := e.Seat.Delegation(); own != c.Seat.Delegation() {
		c.fail("only-own", "entry", string(own))
	}
	if !Rules[e.Kind].Erasable {
		c.fail("erase-kind", "entry", string(e.Kind))
	} else if e.Gone {
		c.fail("erased-already", "entry")
	}
}

// fold folds the room anew without the erased act, so that the state is what it would be had the act been gone from the
// beginning: the same as a room read from disk after the erasure.
func (a *RecordErase) fold(s *State, _ *Entry) {
	if a.Entry < 0 || a.Entry >= s.Size()-1 {
		return
	}
	old := s.Entries[a.Entry]
	if old.Act == nil || !Rules[old.Kind].Erasable {
		return
	}
	fresh := NewState(s.Room.ID)
	for i, e := range s.Entries {
		if int64(i) == a.Entry {
			gone := *old
			gone.Act, gone.Gone = nil, true
			e = &gone
		}
		fresh.Fold(e)
	}
	*s = *fresh
}
