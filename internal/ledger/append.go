package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"parley/internal/plant"
	"parley/internal/talks"
	"parley/record"
)

// Receipt says where an act stands in the record.
type Receipt struct {
	Room       talks.RoomID
	Index      int64
	Time       time.Time
	Leaf       []byte // the entry's leaf
	Checkpoint []byte // signed over a tree that holds the entry
	Again      bool   // the idempotency key was used before for the same act, and this is where it stands
}

// AppendOption says more about an append.
type AppendOption func(*appending)

// Key makes an append safe to repeat: with the same key and the same act by the same seat in the same room, the second one
// adds nothing and returns where the first one stands. A key has 1 to 200 bytes.
func Key(key string) AppendOption { return func(a *appending) { a.key = key } }

// Seen says how many entries of the room the author had seen. The leaf binds the act to the root over those. Without it, it is
// all that there are.
func Seen(size int64) AppendOption { return func(a *appending) { a.seen = size } }

// Expect is Seen, and refuses the act with a [ConflictError] where the room has moved on since.
func Expect(size int64) AppendOption {
	return func(a *appending) { a.seen, a.expect = size, true }
}

// appending is one act on its way into a room, as its writer handed it in.
type appending struct {
	viewer  Viewer
	room    talks.RoomID // empty for one that the act opens
	kind    talks.Kind
	act     talks.Act
	payload []byte
	key     string
	seen    int64 // -1 for all
	expect  bool
	at      time.Time // zero for the clock's; only a script gives it
	erased  bool      // a script's entry whose words were erased where it comes from
	excused []string  // codes of problems that a script's entry may have

	operator bool // the host's operator writes it, who sits nowhere
}

// Append adds an act to a room, or opens a new room where room is empty and the act is room.open. When it returns without an error
// the act is durable. The payload is the act's JSON; it is stored and hashed as it is.
//
// The errors are [ErrNotFound] for a process, a seat or a room that the viewer may not see; talks.Problems for what is wrong with the act;
// [ConflictError]; [ErrUnavailable]; [ErrStopped]; and the context's, in which case the act may have been added all the same.
func (l *Ledger) Append(ctx context.Context, v Viewer, room talks.RoomID, kind talks.Kind, payload []byte, options ...AppendOption) (receipt *Receipt, err error) {
	defer func() { l.observer.appended(receipt, err) }()
	a := &appending{viewer: v, room: room, kind: kind, payload: payload, seen: -1}
	for _, o := range options {
		o(a)
	}
	// Whether the viewer may write there is settled before anything is said of the act, here on what is durable and by the
	// sequencer once more on what is about to be.
	if err := l.Reach(ctx, v, room); err != nil {
		return nil, err
	}
	if len(a.key) > 200 {
		return nil, talks.Problems{talks.NewProblem("bad-key", "key", "200")}
	}
	act, err := talks.Decode(kind, payload)
	if err != nil {
		return nil, asProblems(err)
	}
	a.act = act
	r := request{ctx: ctx, appends: []*appending{a}, reply: make(chan reply, 1)}
	out, err := l.submit(ctx, r)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Reach returns nil where the viewer sees a room, or for no room where its seat holds, and otherwise [ErrNotFound]. It also reads what is
// needed to decide on an append there, so that the sequencer need not wait for the disk.
func (l *Ledger) Reach(ctx context.Context, v Viewer, id talks.RoomID) error {
	p := l.process(v.Process)
	if p == nil || !v.Seat.Valid() {
		return ErrNotFound
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if l.over() {
		return ErrStopped
	}
	authority, err := p.authority(ctx, v.Seat)
	if err != nil {
		return err
	}
	if !v.holds(authority) {
		return ErrNotFound
	}
	if id == "" {
		return nil
	}
	for _, r := range p.sets[v.Seat.Delegation()].rooms {
		if r.id == id {
			_, err := r.locked(ctx, func(*room) (*snapshot, error) { return nil, nil })
			return err
		}
	}
	if plant.Is("forbidden") && p.rooms[id] != nil {
		return talks.Problems{talks.NewProblem("not-member", "", string(v.Seat.Delegation()))}
	}
	if plant.Is("write-after-leaving") && p.rooms[id] != nil {
		return nil
	}
	return ErrNotFound
}

// authority says what a seat is now, from what is durable. The caller holds p.mu, and while it does no entry is shown and no room is
// forgotten, so that the rooms' states stay as they are.
func (p *process) authority(ctx context.Context, seat talks.Seat) (talks.Authority, error) {
	set := p.sets[seat.Delegation()]
	if set == nil || p.lobby == nil {
		return talks.Authority{}, nil
	}
	lobby, err := p.lobby.loaded(ctx)
	if err != nil {
		return talks.Authority{}, err
	}
	var caucus *talks.State
	for _, r := range set.rooms {
		if len(r.members) != 1 || r == p.lobby {
			continue
		}
		s, err := r.loaded(ctx)
		if err != nil {
			return talks.Authority{}, err
		}
		if s.Room.Kind == talks.Caucus {
			caucus = s
			break
		}
	}
	return talks.AuthorityOf(seat, lobby, caucus, p.lobby.ledger.clock(lobby.Time()).UTC()), nil
}

// loaded returns the state of a room, which stays as it is while the caller holds the process's mu.
func (r *room) loaded(ctx context.Context) (*talks.State, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return r.book.state, nil
}

// Answered returns the receipt of the act that an idempotency key was used for in a room, or [ErrNotFound] where it was not, so that a
// form which is sent twice can be answered as it was the first time.
func (l *Ledger) Answered(ctx context.Context, v Viewer, id talks.RoomID, key string) (*Receipt, error) {
	if err := l.Reach(ctx, v, id); err != nil {
		return nil, err
	}
	hash := keyHash(v.Seat, key)
	p := l.process(v.Process)
	p.mu.RLock()
	r := p.rooms[id]
	p.mu.RUnlock()
	if r == nil || hash == nil {
		return nil, ErrNotFound
	}
	var u used
	var ok bool
	_, err := r.locked(ctx, func(r *room) (*snapshot, error) {
		u, ok = r.book.keys[[32]byte(hash)]
		return nil, nil
	})
	if err != nil || !ok {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return l.receiptOf(ctx, v.Process, errRepeat{id, u.index})
}

func asProblems(err error) error {
	p := &talks.Problem{}
	if errors.As(err, &p) {
		return talks.Problems{p}
	}
	return err
}

func keyHash(seat talks.Seat, key string) []byte {
	if key == "" {
		return nil
	}
	h := sha256.Sum256(fmt.Appendf(nil, "parley-key/1\n%s\n%s", seat, key))
	return h[:]
}

// staged is an act that has been checked and has its place, but is not yet durable.
type staged struct {
	tip         *tip
	entry       *talks.Entry
	leaf        []byte
	leafHash    record.Hash
	salt        []byte
	payload     []byte // nil where it was erased before
	payloadHash [32]byte
	key         []byte
	erases      int64       // the index that the act erases; -1 for none
	head        record.Head // of the tree after it
	members     []talks.Delegation
}

// errRepeat is not an error: the key was used before for the same act, which stands at index.
type errRepeat struct {
	room  talks.RoomID
	index int64
}

func (errRepeat) Error() string { return "the act is in the record already" }

// stage checks one act against the tips and, if it may be, gives it its place in them. The sequencer calls it.
func (t *tips) stage(ctx context.Context, a *appending) (*staged, error) {
	p, err := t.process(ctx, a.viewer.Process)
	if err != nil {
		return nil, err
	}
	tp, err := p.target(ctx, a)
	if err != nil {
		return nil, err
	}
	var now time.Time
	if a.at.IsZero() {
		now = t.ledger.clock(tp.book.state.Time())
	} else {
		now = a.at
	}
	now = now.UTC().Truncate(time.Millisecond)
	if last := tp.book.state.Time(); now.Before(last) {
		if !a.at.IsZero() {
			return nil, talks.Problems{talks.NewProblem("time-backwards", "at", now.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano))}
		}
		now = last // the host's clock went back; the order is the tree's, and time in a room never runs backwards
	}
	// What the seat may do comes first: to one that has ended, neither a repeated key nor a conflict says anything.
	role, err := p.role(ctx, a, now)
	if err != nil {
		return nil, err
	}
	if err := p.repeat(ctx, tp, a); err != nil {
		return nil, err
	}
	seen, err := tp.seen(a)
	if err != nil {
		return nil, err
	}
	e := talks.NewEntry(tp.id, tp.book.state.Size(), now, a.viewer.Seat, a.kind, a.act)
	if err := p.check(ctx, tp, a, e, role); err != nil {
		return nil, err
	}
	return t.place(p, tp, a, e, seen)
}

// place gives a checked act its place: it is hashed, folded and counted.
func (t *tips) place(p *tipProcess, tp *tip, a *appending, e *talks.Entry, seen record.Head) (*staged, error) {
	s := &staged{tip: tp, entry: e, payload: a.payload, key: keyHash(a.viewer.Seat, a.key), erases: -1}
	s.salt = t.ledger.source.salt(tp.id, e.Index)
	s.payloadHash = sha256.Sum256(a.payload)
	leaf := record.Leaf{
		Room: string(tp.id), Kind: string(a.kind), Author: string(a.viewer.Seat), Seen: seen, Time: e.Time,
		Commitment: record.Commit(s.salt, a.payload),
	}
	text, err := leaf.MarshalText()
	if err != nil {
		return nil, fmt.Errorf("writing the leaf: %w", err)
	}
	if a.erased {
		s.payload, s.salt, s.entry.Act, s.entry.Gone = nil, nil, nil, true
	}
	if erase, ok := a.act.(*talks.RecordErase); ok && !a.erased {
		s.erases = erase.Entry
	}
	s.leaf, s.leafHash = text, record.LeafHash(text)
	tp.book.add(e, s.leafHash, s.key, s.payloadHash)
	s.head = tp.book.tree.Head()
	tp.head = s.head
	s.members = tp.book.state.Room.Members
	p.moved(tp)
	return s, nil
}
