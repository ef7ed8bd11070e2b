package talks

import (
	"fmt"
	"strconv"
)

// RecordErase destroys the words of an entry of the same room. The entry's leaf and its proofs stand, so that everybody can see
// that something stood there, who wrote it and when. Only a head of the delegation that wrote the entry can erase it.
//
// The name of an object goes with its words, but nobody can take it again, or what others said of the one would seem to be said of
// the other. So the act keeps the name.
type RecordErase struct {
	Entry  int64  `json:"entry"`         // its index in the room
	Name   string `json:"name,omitzero"` // of the object that the entry made, where it has one
	Reason string `json:"reason,omitzero"`
	Basis
}

func (*RecordErase) Kind() Kind { return "record.erase" }

func (*RecordErase) refs(func(place, *Ref)) {}

func (a *RecordErase) check(c *Checking) {
	c.text("reason", a.Reason, textLimit)
	if a.Entry < 0 || a.Entry >= c.State.Size() {
		c.fail("unknown-entry", "entry", strconv.FormatInt(a.Entry, 10))
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
	} else if underAgreement(c.State, e) {
		c.fail("erase-adopted", "entry")
	} else if name := nameMade(e.Act); name != a.Name {
		c.fail("erased-name", "name", fmt.Sprintf("%q", name))
	}
}

// underAgreement reports whether an agreement rests on an entry: on the words of the proposal that was adopted, or on an answer to it, without
// which it would seem that nobody had decided so.
func underAgreement(s *State, e *Entry) bool {
	switch p := e.Act.(type) {
	case *ProposalTable:
		return s.adopted(Ref{s.Room.ID, p.Name}) != nil
	case *ProposalRespond:
		return s.adopted(p.Proposal) != nil
	}
	return false
}

// nameMade is the name that an act gave to an object; empty where it gave none.
func nameMade(a Act) string {
	switch a := a.(type) {
	case *SourceAdd:
		return a.Name
	case *StatementRecord:
		return a.Name
	case *EventRecord:
		return a.Name
	case *RelationAssess:
		return a.Name
	case *ProposalTable:
		return a.Name
	case *MinutesOpen:
		return a.Name
	}
	return ""
}

// Erased reports whether what a reference names was erased: an object, which nobody can make anew, or an entry by its place.
func (w *World) Erased(r Ref) bool {
	s := w.Room(r.Room)
	if s == nil {
		return false
	}
	i, ok := entryIndex(r.Name)
	return s.names[r.Name] == erasedName || ok && i < s.Size() && s.Entries[i].Gone
}

// NameMade is the name that record.erase has to keep for an entry.
func NameMade(e *Entry) string { return nameMade(e.Act) }

// erasedName is what a name stands for whose object was erased: nothing, but nobody can take it.
const erasedName = "erased"

// fold folds the room anew without the erased act, so that the state is what it would be had the act been gone from the
// beginning: the same as a room read from disk after the erasure.
func (a *RecordErase) fold(s *State, _ *Entry) {
	defer func() {
		if a.Name != "" && s.names[a.Name] == "" {
			s.names[a.Name] = erasedName
		}
	}()
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
