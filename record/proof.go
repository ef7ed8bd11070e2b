package record

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

const (
	proofVersion   = "c2sp.org/tlog-proof@v1"
	maxProofHashes = 64 // more than the depth of a tree of MaxSize
)

// Proof shows that one entry stands in a room's record: a C2SP tlog-proof (c2sp.org/tlog-proof), which a person can keep
// in a file named *.tlog-proof and check without the host.
type Proof struct {
	Index      int64  // the entry's place, from 0
	Hashes     []Hash // Tree.Inclusion(Index, size of the checkpoint)
	Checkpoint []byte // Host.Sign
	// Extra is not covered by the proof itself; nil where there is none. Parley puts the entry's leaf there, so that the
	// file says by itself what it proves: VerifyProof checks it like any other leaf.
	Extra []byte
}

// MarshalProof writes the proof as text. It refuses an index, a number of hashes or a checkpoint that cannot be.
func MarshalProof(p Proof) ([]byte, error) {
	switch {
	case p.Index < 0 || p.Index >= MaxSize:
		return nil, fmt.Errorf("proof: the index %d is not between 0 and %d", p.Index, int64(MaxSize-1))
	case len(p.Hashes) > maxProofHashes:
		return nil, fmt.Errorf("proof: %d hashes are more than any tree needs", len(p.Hashes))
	case len(p.Extra) > maxLeaf:
		return nil, fmt.Errorf("proof: %d bytes of extra data are more than %d", len(p.Extra), maxLeaf)
	case p.Extra != nil && len(p.Extra) == 0:
		return nil, errors.New("proof: the extra data is empty: leave it out")
	case len(p.Checkpoint) == 0 || len(p.Checkpoint) > maxCheckpoint || p.Checkpoint[len(p.Checkpoint)-1] != '\n':
		return nil, errors.New("proof: its checkpoint is not a signed note")
	}
	b := append(make([]byte, 0, 1024+len(p.Checkpoint)), proofVersion+"\n"...)
	if p.Extra != nil {
		b = append(b64.AppendEncode(append(b, "extra "...), p.Extra), '\n')
	}
	b = append(strconv.AppendInt(append(b, "index "...), p.Index, 10), '\n')
	for _, h := range p.Hashes {
		b = append(b64.AppendEncode(b, h[:]), '\n')
	}
	b = append(b, '\n')
	return append(b, p.Checkpoint...), nil
}

// ParseProof reads what [MarshalProof] wrote, or any other tlog-proof with the one text that its values have. It looks at
// the form alone; [VerifyProof] checks what it says.
func ParseProof(data []byte) (Proof, error) {
	head, checkpoint, ok := bytes.Cut(data, []byte("\n\n"))
	lines := bytes.Split(head, []byte{'\n'})
	if !ok || string(lines[0]) != proofVersion {
		return Proof{}, fmt.Errorf("proof: it does not begin with a line %q, or has no empty line before a checkpoint", proofVersion)
	}
	p := Proof{Checkpoint: bytes.Clone(checkpoint)}
	lines = lines[1:]
	if len(lines) > 0 {
		if text, ok := bytes.CutPrefix(lines[0], []byte("extra ")); ok {
			extra, err := b64.AppendDecode(nil, text)
			if err != nil || len(extra) == 0 {
				return Proof{}, errors.New("proof: its extra line is not base64")
			}
			p.Extra, lines = extra, lines[1:]
		}
	}
	if len(lines) == 0 {
		return Proof{}, errors.New("proof: it has no line with the index")
	}
	index, isIndex := bytes.CutPrefix(lines[0], []byte("index "))
	n, ok := parseSize(index)
	if !isIndex || !ok {
		return Proof{}, errors.New("proof: the index is not a decimal number without leading zeroes")
	}
	p.Index = n
	for i, line := range lines[1:] {
		h, ok := parseHash(line)
		if !ok {
			return Proof{}, fmt.Errorf("proof: hash %d is not 32 bytes in base64", i+1)
		}
		p.Hashes = append(p.Hashes, h)
	}
	// encoding/base64 skips carriage returns, and limits are MarshalProof's: one text for one proof.
	if again, err := MarshalProof(p); err != nil {
		return Proof{}, err
	} else if !bytes.Equal(again, data) {
		return Proof{}, errors.New("proof: it is not written in the one form that a proof has")
	}
	return p, nil
}

// VerifyProof checks that the host signed a tree which has leaf at the proof's index, and returns what the leaf says and
// the head that was signed. Where leaf is nil it takes the one in p.Extra. The room is the leaf's: the caller compares
// it, as also the leaf's Commitment with [Commit] of a salt and payload, if it has them.
func VerifyProof(p Proof, leaf []byte, host HostKey) (Leaf, Head, error) {
	if leaf == nil {
		leaf = p.Extra
	}
	if leaf == nil {
		return Leaf{}, Head{}, errors.New("proof: it does not hold the entry's leaf, and none was given")
	}
	l, err := ParseLeaf(leaf)
	if err != nil {
		return Leaf{}, Head{}, fmt.Errorf("proof: %w", err)
	}
	head, err := host.Open(p.Checkpoint, l.Room)
	if err != nil {
		return Leaf{}, Head{}, fmt.Errorf("proof: %w", err)
	}
	if err := CheckInclusion(p.Hashes, p.Index, LeafHash(leaf), head); err != nil {
		return Leaf{}, Head{}, fmt.Errorf("proof: %w", err)
	}
	if l.Seen.Size > p.Index {
		return Leaf{}, Head{}, fmt.Errorf("proof: entry %d says that its author had seen %d entries, more than were before it", p.Index, l.Seen.Size)
	}
	return l, head, nil
}
