package ledger

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"parley/internal/plant"
	"parley/internal/talks"
	"parley/record"
)

// merged is the merge of a set of rooms at one moment, shared by all views that are made while no room of the set moves on.
type merged struct {
	world *talks.World
	heads map[talks.RoomID]record.Head
}

// View returns what a viewer sees now, or [ErrNotFound] where there is no such process or the seat does not hold.
func (l *Ledger) View(ctx context.Context, v Viewer) (*View, error) {
	return l.view(ctx, v, time.Time{}, "view")
}

// ViewAt returns what the viewer's present rooms held at a time. Who sees what is decided by the present: a delegation that was
// admitted since sees the room's history, and one that left does not see it any more.
func (l *Ledger) ViewAt(ctx context.Context, v Viewer, at time.Time) (*View, error) {
	if at.IsZero() {
		return nil, ErrNotFound
	}
	return l.view(ctx, v, at.UTC(), "view")
}

// view makes a view. use says what for, and decides nothing but which planted fault applies.
func (l *Ledger) view(ctx context.Context, v Viewer, at time.Time, use string) (*View, error) {
	p := l.process(v.Process)
	if p == nil || !v.Seat.Valid() {
		return nil, ErrNotFound
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if l.over() {
		return nil, ErrStopped
	}
	set := p.sets[v.Seat.Delegation()]
	if set == nil || !slices.Contains(set.rooms, p.lobby) {
		return nil, ErrNotFound
	}
	switch {
	case plant.Is("see-all:" + use):
		set = p.leak(set, func(*room) bool { return true })
	case plant.Is("closed-rooms"):
		set = p.leak(set, func(r *room) bool { return r.book != nil && r.book.state.Room.Closed != nil })
	}
	now, err := set.merge(ctx)
	if err != nil {
		return nil, err
	}
	if plant.Is("shared-cache") && !p.shown.CompareAndSwap(nil, now) {
		now = p.shown.Load()
	}
	clock := l.clock(now.world.Time()).UTC()
	authority := now.world.Authority(v.Seat, clock)
	if !v.holds(authority) {
		return nil, ErrNotFound
	}
	view := &View{viewer: v, authority: authority, title: p.title, world: now.world, heads: now.heads, now: clock, at: at}
	if at.IsZero() {
		return view, nil
	}
	then, err := set.mergeAt(ctx, at)
	if err != nil {
		return nil, err
	}
	view.world, view.heads = then.world, then.heads
	return view, nil
}

// merge returns the rooms' present states merged. The caller holds the process's mu, so that all are of one moment.
func (s *roomSet) merge(ctx context.Context) (*merged, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil && s.fresh() {
		return s.last, nil
	}
	m, err := s.mergeWith(ctx, func(r *room) (*snapshot, error) { return r.present(), nil })
	if err == nil {
		s.last = m
	}
	return m, err
}

// fresh reports whether no room has moved on since the last merge.
func (s *roomSet) fresh() bool {
	for _, r := range s.rooms {
		r.mu.Lock()
		size := r.size
		r.lastUse = time.Now()
		r.mu.Unlock()
		if size != s.last.heads[r.id].Size {
			return false
		}
	}
	return true
}

func (s *roomSet) mergeAt(ctx context.Context, at time.Time) (*merged, error) {
	return s.mergeWith(ctx, func(r *room) (*snapshot, error) { return r.asOf(at) })
}

func (s *roomSet) mergeWith(ctx context.Context, state func(*room) (*snapshot, error)) (*merged, error) {
	states := make([]*talks.State, 0, len(s.rooms))
	heads := make(map[talks.RoomID]record.Head, len(s.rooms))
	for _, r := range s.rooms {
		snap, err := r.locked(ctx, state)
		if err != nil {
			return nil, err
		}
		states = append(states, snap.state)
		heads[r.id] = snap.head
	}
	return &merged{talks.NewWorld(states...), heads}, nil
}

func (r *room) locked(ctx context.Context, state func(*room) (*snapshot, error)) (*snapshot, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return state(r)
}

// Proof is one entry with all that is needed to check it against the room's signed tree.
type Proof struct {
	Entry      *talks.Entry
	Leaf       []byte
	Salt       []byte // nil once erased
	Payload    []byte // nil once erased
	Hashes     []record.Hash
	Head       record.Head
	Checkpoint []byte // signed over Head
}

// Proof returns the proof as the record's own form, which is written to a file by record.MarshalProof.
func (p *Proof) Proof() record.Proof {
	return record.Proof{Index: p.Entry.Index, Hashes: p.Hashes, Checkpoint: p.Checkpoint, Extra: p.Leaf}
}

// Prove returns an entry with its proof of inclusion, or [ErrNotFound] where the viewer does not see it.
func (l *Ledger) Prove(ctx context.Context, v Viewer, id talks.RoomID, index int64) (*Proof, error) {
	view, err := l.view(ctx, v, time.Time{}, "prove")
	if err != nil {
		return nil, err
	}
	e := view.world.Entry(id, index)
	if e == nil {
		return nil, ErrNotFound
	}
	p := l.process(v.Process)
	p.mu.RLock()
	r := p.rooms[id]
	p.mu.RUnlock()
	stored, err := l.entry(ctx, v.Process, id, index)
	if err != nil {
		return nil, err
	}
	head := view.Head(id)
	hashes, err := r.hashes(ctx, func(t *record.Tree) ([]record.Hash, error) { return t.Inclusion(index, head.Size) })
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: %w", index, err)
	}
	checkpoint, err := r.signed(head)
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: %w", index, err)
	}
	return &Proof{e, stored.Leaf, stored.Salt, stored.Payload, hashes, head, checkpoint}, nil
}

// Checkpoint returns the signed checkpoint of a room, or [ErrNotFound].
func (l *Ledger) Checkpoint(ctx context.Context, v Viewer, id talks.RoomID) ([]byte, error) {
	view, err := l.View(ctx, v)
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
	checkpoint, err := r.signed(view.Head(id))
	if err != nil {
		return nil, fmt.Errorf("reading a checkpoint: %w", err)
	}
	return checkpoint, nil
}

// archived is a room as an archive shows it: what was signed at one moment.
type archived struct {
	id         talks.RoomID
	title      string
	size       int64
	checkpoint []byte
}

// Archive writes all that a viewer may see, with the proofs, as a file that record.Verify checks without the host.
func (l *Ledger) Archive(ctx context.Context, v Viewer, w io.Writer) error {
	view, err := l.view(ctx, v, time.Time{}, "archive")
	if err != nil {
		return err
	}
	p := l.process(v.Process)
	var rooms []archived
	for _, s := range view.world.Rooms() {
		p.mu.RLock()
		r := p.rooms[s.Room.ID]
		p.mu.RUnlock()
		checkpoint, err := r.signed(view.Head(r.id))
		if err != nil {
			return fmt.Errorf("writing the archive: %w", err)
		}
		rooms = append(rooms, archived{r.id, s.Room.Title, s.Size(), checkpoint})
	}
	slices.SortFunc(rooms, func(a, b archived) int { return talks.Ref{Room: a.id}.Compare(talks.Ref{Room: b.id}) })
	out, err := record.NewArchiveWriter(w, record.ArchiveHeader{Process: v.Process, Host: l.HostKey()})
	if err != nil {
		return fmt.Errorf("writing the archive: %w", err)
	}
	for _, r := range rooms {
		if err := l.archiveRoom(ctx, v.Process, r, out); err != nil {
			return fmt.Errorf("writing the archive: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("writing the archive: %w", err)
	}
	return nil
}

// hashes asks a room's tree, which can have grown since the view that is answered: what is asked has to name the view's own size.
func (r *room) hashes(ctx context.Context, ask func(*record.Tree) ([]record.Hash, error)) ([]record.Hash, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return ask(r.book.tree)
}

// signed returns the checkpoint of a head that a view shows. Where the room has moved on since, the head is signed once more: the
// viewer may not see the room any more, and what it gets is of the moment of its view.
func (r *room) signed(head record.Head) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.size == head.Size {
		return slices.Clone(r.checkpoint), nil
	}
	return r.ledger.host.Sign(string(r.id), head)
}

func (l *Ledger) archiveRoom(ctx context.Context, process string, r archived, out *record.ArchiveWriter) error {
	if err := out.Room(string(r.id), r.title, r.checkpoint); err != nil {
		return err
	}
	var n int64
	for e, err := range l.store.Entries(ctx, process, string(r.id), 0) {
		if err != nil {
			return err
		}
		if n == r.size {
			break
		}
		n++
		if err := out.Entry(e.Leaf, e.Salt, e.Payload); err != nil {
			return err
		}
	}
	return nil
}

// Marks returns how far the viewer has said that it has read: entries by room, of the rooms that it sees.
func (l *Ledger) Marks(ctx context.Context, v Viewer) (map[talks.RoomID]int64, error) {
	view, err := l.View(ctx, v)
	if err != nil {
		return nil, err
	}
	stored, err := l.store.Marks(ctx, v.Process, view.markedBy())
	if err != nil {
		return nil, fmt.Errorf("reading marks: %w", err)
	}
	marks := map[talks.RoomID]int64{}
	for id, n := range stored {
		if view.world.Room(talks.RoomID(id)) != nil {
			marks[talks.RoomID(id)] = n
		}
	}
	return marks, nil
}

// Mark remembers how far the viewer has read, for its own eyes. Rooms that it does not see are ErrNotFound.
func (l *Ledger) Mark(ctx context.Context, v Viewer, marks map[talks.RoomID]int64) error {
	view, err := l.View(ctx, v)
	if err != nil {
		return err
	}
	out := map[string]int64{}
	for id, n := range marks {
		s := view.world.Room(id)
		if s == nil {
			return ErrNotFound
		}
		out[string(id)] = max(0, min(n, s.Size()))
	}
	if err := l.store.SetMarks(ctx, v.Process, view.markedBy(), out); err != nil {
		return l.storeError(fmt.Errorf("keeping marks: %w", err))
	}
	return nil
}

// markedBy is whose marks are kept: each holder's own. Who is given a seat is told nothing of what its last holder had read.
func (v *View) markedBy() string {
	if plant.Is("shared-marks") {
		return "everybody"
	}
	return string(v.Seat()) + " " + v.Tenure().String()
}
