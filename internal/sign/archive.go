package sign

import (
	"errors"
	"fmt"
	"slices"

	"parley/internal/talks"
	"parley/record"
)

// Signed is a signature that an archive holds.
type Signed struct {
	Room      string
	Index     int64       // of the act
	Leaf      record.Leaf // of the act: seat and time are there
	Agreement string      // its name in the room
	Adopted   int64       // the index of the entry that adopted it; -1 where there is none
	Title     string      // of the agreement
	Act       *talks.AgreementSign
	Signature Signature
	Err       error // why it does not hold
}

// Gathering finds the signatures of an archive while it is read: Add is called for each entry in order, as record.ReadArchive does. It keeps
// the proposals and agreements of the room that is being read, and nothing else. The zero Gathering is empty.
type Gathering struct {
	room    string
	tabled  map[string]Entry
	adopted map[string]Entry
	all     []Signed
}

// Add looks at the next entry.
func (g *Gathering) Add(e record.ArchiveEntry) {
	if e.Room != g.room || g.tabled == nil {
		g.room, g.tabled, g.adopted = e.Room, map[string]Entry{}, map[string]Entry{}
	}
	switch e.Leaf.Kind {
	case "proposal.table":
		if _, said, err := open[talks.ProposalTable](entryOf(e), e.Leaf.Kind); err == nil {
			first(g.tabled, said.Name, e)
		}
	case "agreement.adopt":
		if _, said, err := open[talks.AgreementAdopt](entryOf(e), e.Leaf.Kind); err == nil {
			first(g.adopted, said.Name, e)
		}
	case "agreement.sign":
		g.all = append(g.all, g.signed(e))
	}
}

func entryOf(e record.ArchiveEntry) Entry { return Entry{e.Index, e.Text, e.Payload} }

// first keeps an entry under the name that it gives, which is the first's for ever. The archive's bytes are valid for the moment only.
func first(m map[string]Entry, name string, e record.ArchiveEntry) {
	if _, taken := m[name]; !taken {
		m[name] = Entry{e.Index, slices.Clone(e.Text), slices.Clone(e.Payload)}
	}
}

func (g *Gathering) signed(e record.ArchiveEntry) Signed {
	s := Signed{Room: e.Room, Index: e.Index, Leaf: e.Leaf, Adopted: -1}
	_, act, err := open[talks.AgreementSign](entryOf(e), e.Leaf.Kind)
	if err != nil {
		s.Err = err
		return s
	}
	s.Act, s.Agreement = act, act.Agreement.Name
	adopted, ok := g.adopted[act.Agreement.Name]
	if !ok || act.Agreement.Room != "" && string(act.Agreement.Room) != e.Room {
		s.Err = fmt.Errorf("the room has no agreement %s before it", act.Agreement)
		return s
	}
	s.Adopted = adopted.Index
	_, said, _ := open[talks.AgreementAdopt](adopted, "agreement.adopt")
	s.Title = said.Title
	tabled, ok := g.tabled[said.Proposal.Name]
	if !ok {
		s.Err = errors.New("the proposal that the agreement adopts is not there")
		return s
	}
	text, err := Text(adopted, tabled)
	if err != nil {
		s.Err = err
		return s
	}
	if s.Signature, s.Err = Check(text, act); s.Err == nil {
		s.Err = g.another(s)
	}
	return s
}

// another refuses a key that another delegation signed the agreement with: all sign the same bytes, so a signature can be copied.
func (g *Gathering) another(s Signed) error {
	for _, o := range g.all {
		if o.Err == nil && o.Room == s.Room && o.Agreement == s.Agreement && o.Signature.Fingerprint == s.Signature.Fingerprint &&
			talks.Seat(o.Leaf.Author).Delegation() != talks.Seat(s.Leaf.Author).Delegation() {
			return fmt.Errorf("%s signed with the same key: one of the two copied it", o.Leaf.Author)
		}
	}
	return nil
}

// All are the signatures that were found, in the order of the archive. That the host signed them is known only once the archive was read
// to its end.
func (g *Gathering) All() []Signed { return g.all }
