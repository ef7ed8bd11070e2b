package ledger

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"parley/internal/talks"
	"parley/record"
)

// Extension is the signed head of a room with the proof that its tree extends an older one, so that whoever kept the older head can see
// that nothing in it was changed.
type Extension struct {
	Head       record.Head
	Checkpoint []byte        // signed over Head
	Hashes     []record.Hash // for record.CheckConsistency; none where the older tree is empty or the same
}

// Extend returns the signed head of a room and the proof that its tree extends that of its first older entries, or [ErrNotFound] where the
// viewer does not see the room. There cannot have been more entries than there are: that is talks.Problems.
func (l *Ledger) Extend(ctx context.Context, v Viewer, id talks.RoomID, older int64) (*Extension, error) {
	view, err := l.view(ctx, v, time.Time{}, "extend")
	if err != nil {
		return nil, err
	}
	if view.world.Room(id) == nil {
		return nil, ErrNotFound
	}
	p := l.process(v.Process)
	p.mu.RLock()
	r := p.rooms[id]
	p.mu.RUnlock()
	head := view.Head(id)
	if older < 0 || older > head.Size {
		return nil, talks.Problems{talks.NewProblem("out-of-range", "since", strconv.FormatInt(older, 10), "0", strconv.FormatInt(head.Size, 10))}
	}
	e := &Extension{Head: head}
	if e.Checkpoint, err = r.signed(head); err != nil {
		return nil, fmt.Errorf("proving that a tree grew: %w", err)
	}
	if older > 0 && older < head.Size {
		e.Hashes, err = r.hashes(ctx, func(t *record.Tree) ([]record.Hash, error) { return t.Consistency(older, head.Size) })
		if err != nil {
			return nil, fmt.Errorf("proving that a tree grew: %w", err)
		}
	}
	return e, nil
}
