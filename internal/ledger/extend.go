package ledger

import (
	"context"
	"fmt"
	"slices"
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
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	if older < 0 || older > r.size {
		return nil, talks.Problems{talks.NewProblem("out-of-range", "since", strconv.FormatInt(older, 10), "0", strconv.FormatInt(r.size, 10))}
	}
	head, err := r.book.tree.HeadAt(r.size)
	if err != nil {
		return nil, fmt.Errorf("proving that a tree grew: %w", err)
	}
	e := &Extension{Head: head, Checkpoint: slices.Clone(r.checkpoint)}
	if older > 0 && older < r.size {
		if e.Hashes, err = r.book.tree.Consistency(older, r.size); err != nil {
			return nil, fmt.Errorf("proving that a tree grew: %w", err)
		}
	}
	return e, nil
}
