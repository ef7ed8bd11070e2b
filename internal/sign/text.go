package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"parley/internal/talks"
	"parley/record"
)

// version is the first line of every text.
const version = "parley-adopt/1"

// Entry is an entry of the record as it is stored: its place, its leaf's text and its payload.
type Entry struct {
	Index   int64
	Leaf    []byte
	Payload []byte
}

var b64 = base64.StdEncoding.Strict()

// Text returns the bytes that are signed for an agreement (docs/record.md, "What is signed"): four lines, an empty one, and the two payloads,
// each followed by a newline. adopt is the entry of agreement.adopt and proposal the one of proposal.table that it adopts. It is an error
// where they are not, or where a payload is gone.
//
// That the payloads fit the leaves is not looked at here, for that takes their salts: entries come from the gate, or from record.ReadArchive.
func Text(adopt, proposal Entry) ([]byte, error) {
	fail := func(err error) ([]byte, error) { return nil, fmt.Errorf("writing what is signed: %w", err) }
	a, adopted, err := open[talks.AgreementAdopt](adopt, "agreement.adopt")
	if err != nil {
		return fail(err)
	}
	p, tabled, err := open[talks.ProposalTable](proposal, "proposal.table")
	if err != nil {
		return fail(err)
	}
	switch {
	case a.Room != p.Room:
		return fail(errors.New("the two entries are of two rooms"))
	case adopted.Proposal.Name != tabled.Name || adopted.Proposal.Room != "" && string(adopted.Proposal.Room) != a.Room:
		return fail(fmt.Errorf("entry %d adopts %s, and entry %d tables %s", adopt.Index, adopted.Proposal, proposal.Index, tabled.Name))
	}
	b := append([]byte(version+"\nroom "), a.Room...)
	b = appendLine(b, "\nagreement ", adopt)
	b = appendLine(b, "\nproposal ", proposal)
	b = append(b, "\n\n"...)
	b = append(append(b, adopt.Payload...), '\n')
	return append(append(b, proposal.Payload...), '\n'), nil
}

// For is [Text] for an agreement that a world shows. read returns an entry as it is stored: the gate's proof of it, or the API's. It is an error where
// the entry says something else than the world: who signs has read that, and a host could show one and hand out the other.
func For(w *talks.World, a *talks.Agreement, read func(room talks.RoomID, index int64) (Entry, error)) ([]byte, error) {
	p := w.Proposal(a.Proposal)
	if p == nil {
		return nil, errors.New("writing what is signed: the proposal that was adopted is not there")
	}
	adopt, err := read(a.Ref.Room, a.By.Index)
	if err != nil {
		return nil, err
	}
	proposal, err := read(p.Ref.Room, p.By.Index)
	if err != nil {
		return nil, err
	}
	text, err := Text(adopt, proposal)
	if err == nil {
		err = errors.Join(same(a.By, adopt), same(p.By, proposal))
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// same refuses a stored entry that says something else than what is shown of it.
func same(shown *talks.Entry, stored Entry) error {
	act, err := talks.Decode(shown.Kind, stored.Payload)
	if err != nil {
		return fmt.Errorf("writing what is signed: %w", err)
	}
	e := talks.NewEntry(shown.Room, shown.Index, shown.Time, shown.Seat, shown.Kind, act)
	a, err := talks.Encode(shown.Act)
	b, err2 := talks.Encode(e.Act)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if stored.Index != shown.Index || !bytes.Equal(a, b) {
		return fmt.Errorf("writing what is signed: entry %d does not say what is shown of it", shown.Index)
	}
	return nil
}

// open reads an entry of a kind.
func open[A any](e Entry, kind string) (record.Leaf, *A, error) {
	leaf, err := record.ParseLeaf(e.Leaf)
	if err != nil {
		return record.Leaf{}, nil, err
	}
	if leaf.Kind != kind || e.Index < 0 {
		return record.Leaf{}, nil, fmt.Errorf("entry %d is of the kind %s, not %s", e.Index, leaf.Kind, kind)
	}
	if len(e.Payload) == 0 {
		return record.Leaf{}, nil, fmt.Errorf("the words of entry %d are gone", e.Index)
	}
	act, err := talks.Decode(talks.Kind(kind), e.Payload)
	if err != nil {
		return record.Leaf{}, nil, fmt.Errorf("entry %d: %w", e.Index, err)
	}
	said, ok := any(act).(*A)
	if !ok {
		return record.Leaf{}, nil, fmt.Errorf("entry %d cannot be read", e.Index)
	}
	return leaf, said, nil
}

// appendLine writes an entry's place, the hash of its leaf, and the hash and the length of its payload.
func appendLine(b []byte, name string, e Entry) []byte {
	leaf, sum := record.LeafHash(e.Leaf), sha256.Sum256(e.Payload)
	b = strconv.AppendInt(append(b, name...), e.Index, 10)
	b = b64.AppendEncode(append(b, ' '), leaf[:])
	b = b64.AppendEncode(append(b, ' '), sum[:])
	return strconv.AppendInt(append(b, ' '), int64(len(e.Payload)), 10)
}
