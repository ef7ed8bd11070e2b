package ledger

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/sign"
	"parley/internal/talks"
)

// signature refuses an agreement.sign whose signature does not hold over the agreement's bytes, or whose key another delegation signed with:
// all sign the same bytes, so a signature could be copied. It reads the two entries that are signed as they are stored, for only of those
// somebody can have known the bytes: what is staged still has shown its leaf to nobody.
func (p *tipProcess) signature(ctx context.Context, tp *tip, e *talks.Entry) error {
	act, ok := e.Act.(*talks.AgreementSign)
	if !ok {
		return nil
	}
	text, err := p.signedText(ctx, tp, act.Agreement.Name)
	if err != nil {
		return err
	}
	if _, err := sign.Check(text, act); err != nil {
		return talks.Problems{talks.NewProblem("bad-signature", "signature", err.Error())}
	}
	for _, s := range tp.book.state.Agreements.Get(act.Agreement.Name).Signatures {
		if d := s.Seat.Delegation(); d != e.Seat.Delegation() && sign.Fingerprint(s.Said) == sign.Fingerprint(act) {
			return talks.Problems{talks.NewProblem("bad-signature", "key", fmt.Sprintf("%s signed with this key", d))}
		}
	}
	return nil
}

// signedText is what is signed for an agreement of the room, of which talks.Check has said that it is there.
func (p *tipProcess) signedText(ctx context.Context, tp *tip, agreement string) ([]byte, error) {
	state := tp.book.state
	a := state.Agreements.Get(agreement)
	o := state.Proposals.Get(a.Proposal.Name)
	var entries [2]sign.Entry
	durable := p.durable(tp.id)
	for i, index := range []int64{a.By.Index, o.By.Index} {
		if index >= durable {
			return nil, talks.Problems{talks.NewProblem("bad-signature", "signature", "the agreement is not in the record yet")}
		}
		stored, err := p.tips.ledger.entry(ctx, p.id, tp.id, index)
		if err != nil {
			return nil, err
		}
		// What the disk has could have changed since it was read into memory, and a signature is checked against what was signed for.
		if d := decode(tp.id, index, stored); d.err != nil {
			return nil, d.err
		}
		entries[i] = sign.Entry{Index: index, Leaf: stored.Leaf, Payload: stored.Payload}
	}
	text, err := sign.Text(entries[0], entries[1])
	if err != nil {
		return nil, errors.Join(ErrCorrupt, err)
	}
	return text, nil
}

// durable is how many entries of a room readers can see. The tips of a room, or of a process, that was opened since they were made do not
// know what is published of it.
func (p *tipProcess) durable(id talks.RoomID) int64 {
	public := p.tips.ledger.process(p.id)
	if public == nil {
		return 0
	}
	public.mu.RLock()
	r := public.rooms[id]
	public.mu.RUnlock()
	if r == nil {
		return 0
	}
	return r.published()
}
