package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"runtime"
	"sort"
	"sync"
	"time"

	"parley/internal/ledger/internal/raw"
	"parley/internal/talks"
	"parley/record"
)

// room is a room as the readers see it: what is durable.
type room struct {
	ledger  *Ledger
	process string
	id      talks.RoomID

	members []talks.Delegation // sorted; written under the process's mu and r.mu, so that either is enough to read it

	// mu guards all below. Whoever holds it may hold the process's mu too, taken before.
	mu         sync.Mutex
	size       int64  // entries that are durable and shown
	checkpoint []byte // the signed note over them
	book       *book  // nil until it is needed
	snap       *snapshot
	lastUse    time.Time   // of book
	stones     []*snapshot // states of long prefixes, on the way to older ones; see asOf
}

// book is a room read into memory: its state, its tree, and the idempotency keys that were used.
type book struct {
	state *talks.State
	tree  *record.Tree
	keys  map[[32]byte]used
}

// used is what an idempotency key was used for.
type used struct {
	index   int64
	payload [32]byte // SHA-256
}

// snapshot is a room's state at one size, which is folded no further.
type snapshot struct {
	state *talks.State
	head  record.Head
}

func newBook(id talks.RoomID) *book {
	return &book{state: talks.NewState(id), tree: &record.Tree{}, keys: map[[32]byte]used{}}
}

// clone returns a book that can be written on while b stays as it is.
func (b *book) clone() *book {
	keys := make(map[[32]byte]used, len(b.keys))
	maps.Copy(keys, b.keys)
	return &book{b.state.Clone(), b.tree.Clone(), keys}
}

// add brings the book up to date with the next entry.
func (b *book) add(e *talks.Entry, leaf record.Hash, key []byte, payload [32]byte) {
	b.state.Fold(e)
	b.tree.Append(leaf)
	if erase, ok := e.Act.(*talks.RecordErase); ok {
		for k, u := range b.keys {
			if u.index == erase.Entry {
				b.keys[k] = used{index: u.index} // a retry is still known for one, but nothing is kept of the words
			}
		}
	}
	if len(key) == 32 {
		b.keys[[32]byte(key)] = used{e.Index, payload}
	}
}

func (r *room) published() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size
}

// load reads the room into memory where it is not there yet. The caller holds r.mu.
func (r *room) load(ctx context.Context) error {
	r.lastUse = time.Now()
	if r.book != nil {
		return nil
	}
	b, err := readBook(ctx, r.ledger.store, r.process, r.id, r.size, nil)
	if err != nil {
		return err
	}
	// What was signed last must be a prefix of what is stored: a bit that flipped on the disk is found here, before
	// anything is signed over it.
	head, err := r.ledger.host.Public().Open(r.checkpoint, string(r.id))
	if err != nil {
		return fmt.Errorf("reading a room's checkpoint: %w: %w", ErrCorrupt, err)
	}
	if got := b.tree.Head(); got != head || got.Size != r.size {
		return fmt.Errorf("reading a room: %d entries are stored whose root is not the signed one of %d: %w", got.Size, head.Size, ErrCorrupt)
	}
	// Who sits there decides who reads, so what the storage says of it is believed only where the entries say the same.
	if ms := b.state.Room.Members; !equal(ms, r.members) {
		return fmt.Errorf("reading a room: its stored members are not those that its entries give: %w", ErrCorrupt)
	}
	r.book = b
	return nil
}

// decoded is a stored entry made ready to be folded.
type decoded struct {
	entry   *talks.Entry
	leaf    record.Hash
	seen    record.Head // what its author had before it
	key     []byte
	payload [32]byte
	err     error
}

// chunk is a run of entries on its way through decoding.
type chunk struct {
	first   int64
	entries []raw.Entry
	out     []decoded
	done    chan struct{}
}

const chunkSize = 1024

// readBook reads and checks the first size entries of a room. One goroutine reads, as many as there are processors decode,
// and the caller folds in order. each, where there is one, is asked about every entry before it is added to the book.
func readBook(ctx context.Context, store raw.Reader, process string, id talks.RoomID, size int64, each func(*book, *decoded) error) (*book, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	ordered, work := make(chan *chunk, 2*workers), make(chan *chunk, 2*workers)
	readErr := make(chan error, 1)
	go func() {
		defer close(ordered)
		defer close(work)
		readErr <- readChunks(ctx, store, process, id, size, ordered, work)
	}()
	for range workers {
		go func() {
			for c := range work {
				c.decode(id)
			}
		}()
	}
	b := newBook(id)
	for c := range ordered {
		select {
		case <-c.done:
		case <-ctx.Done(): // the chunk may never have been handed to a worker
			return nil, fmt.Errorf("reading a room: %w", ctx.Err())
		}
		for i := range c.out {
			d := &c.out[i]
			if d.err != nil {
				return nil, d.err
			}
			if each != nil {
				if err := each(b, d); err != nil {
					return nil, err
				}
			}
			b.add(d.entry, d.leaf, d.key, d.payload)
		}
	}
	if err := <-readErr; err != nil {
		return nil, fmt.Errorf("reading a room: %w", err)
	}
	return b, nil
}

func readChunks(ctx context.Context, store raw.Reader, process string, id talks.RoomID, size int64, ordered, work chan<- *chunk) error {
	c := &chunk{done: make(chan struct{})}
	send := func() error {
		for _, to := range []chan<- *chunk{ordered, work} {
			select {
			case to <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		c = &chunk{first: c.first + int64(len(c.entries)), done: make(chan struct{})}
		return nil
	}
	var n int64
	for e, err := range store.Entries(ctx, process, string(id), 0) {
		if err != nil {
			return err
		}
		if n == size {
			break
		}
		n++
		c.entries = append(c.entries, e)
		if len(c.entries) == chunkSize {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if len(c.entries) > 0 {
		return send()
	}
	return nil
}

func (c *chunk) decode(id talks.RoomID) {
	defer close(c.done)
	c.out = make([]decoded, len(c.entries))
	for i, e := range c.entries {
		c.out[i] = decode(id, c.first+int64(i), e)
	}
}

// entryError says what is wrong with one stored entry.
type entryError struct {
	index   int64
	problem string
}

func (e *entryError) Error() string {
	return fmt.Sprintf("entry %d of a room: %s: %v", e.index, e.problem, ErrCorrupt)
}

func (e *entryError) Unwrap() error { return ErrCorrupt }

// decode checks a stored entry against its own leaf and makes it ready to be folded.
func decode(id talks.RoomID, index int64, e raw.Entry) (d decoded) {
	bad := func(problem string) decoded {
		return decoded{err: &entryError{index, problem}}
	}
	leaf, err := record.ParseLeaf(e.Leaf)
	if err != nil {
		return bad(err.Error())
	}
	if leaf.Room != string(id) {
		return bad("its leaf names another room")
	}
	kind := talks.Kind(leaf.Kind)
	var act talks.Act
	if e.Payload != nil {
		if len(e.Salt) != record.SaltSize || record.Commit(e.Salt, e.Payload) != leaf.Commitment {
			return bad("its payload is not the one that its leaf commits to")
		}
		// An act that cannot be decoded is of a later version of Parley, and stays an opaque line.
		if act, err = talks.Decode(kind, e.Payload); err != nil {
			act = nil
		}
	}
	d.entry = talks.NewEntry(id, index, leaf.Time, talks.Seat(leaf.Author), kind, act)
	d.entry.Gone = e.Payload == nil
	d.leaf, d.seen = record.LeafHash(e.Leaf), leaf.Seen
	if len(e.Key) > 0 && e.Payload != nil {
		d.key, d.payload = bytes.Clone(e.Key), sha256.Sum256(e.Payload)
	}
	return d
}

// present returns the room as it is now. The caller holds r.mu, and the room is loaded.
func (r *room) present() *snapshot {
	if r.snap == nil || r.snap.head.Size != r.book.state.Size() {
		r.snap = &snapshot{r.book.state.Clone(), r.book.tree.Head()}
	}
	return r.snap
}

// stoneEvery is how far apart the states lie at least that are kept on the way to older ones. In a long room it is an eighth of
// the room: each of them costs as much memory as there were objects.
const stoneEvery = 8192

// asOf returns the room as it was at a time: the fold of the entries until then. The caller holds r.mu, and the room is loaded.
func (r *room) asOf(t time.Time) (*snapshot, error) {
	entries := r.book.state.Entries
	n := sort.Search(len(entries), func(i int) bool { return entries[i].Time.After(t) })
	if n == len(entries) {
		return r.present(), nil
	}
	state := talks.NewState(r.id)
	k := sort.Search(len(r.stones), func(i int) bool { return r.stones[i].head.Size > int64(n) })
	if k > 0 {
		state = r.stones[k-1].state.Clone()
	}
	next := int64(max(stoneEvery, len(entries)/8))
	if len(r.stones) > 0 {
		next += r.stones[len(r.stones)-1].head.Size
	}
	for _, e := range entries[state.Size():n] {
		state.Fold(e)
		if size := state.Size(); size == next {
			r.stones = append(r.stones, &snapshot{state.Clone(), record.Head{Size: size}})
			next += int64(max(stoneEvery, len(entries)/8))
		}
	}
	head, err := r.book.tree.HeadAt(int64(n))
	if err != nil {
		return nil, fmt.Errorf("finding the root of %d entries: %w", n, err)
	}
	return &snapshot{state, head}, nil
}

// publish shows entries that have become durable. The caller holds the process's mu and r.mu.
func (r *room) publish(size int64, checkpoint []byte, added []*staged, erased bool) {
	r.members = added[len(added)-1].members
	if r.book != nil {
		for _, s := range added {
			if s.entry.Index == r.book.state.Size() {
				r.book.add(s.entry, s.leafHash, s.key, s.payloadHash)
			}
		}
		if erased {
			r.stones = nil
		}
	}
	r.size, r.checkpoint = size, checkpoint
}

// forget drops from memory the rooms that nobody has used for long, and reports whether there were any. The sequencer calls it
// while nothing is under way. Views that were made go on showing what they show.
func (l *Ledger) forget() bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	before := time.Now().Add(-l.idle)
	forgot := false
	for _, p := range l.processes {
		p.mu.Lock()
		for _, r := range p.rooms {
			r.mu.Lock()
			if r.book != nil && r.lastUse.Before(before) {
				r.book, r.snap, r.stones, forgot = nil, nil, nil, true
			}
			r.mu.Unlock()
		}
		if forgot {
			p.sit() // the merges hold the states
		}
		p.mu.Unlock()
	}
	return forgot
}
