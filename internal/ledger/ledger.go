package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/ledger/internal/memory"
	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/sqlite"
	"parley/internal/talks"
	"parley/record"
)

// Ledger keeps the rooms of all processes of one host. Its methods may be called by many goroutines at once.
//
// Writing is a pipeline of two goroutines. The sequencer takes waiting appends one after another, checks each against its
// room's view and folds it into the tips, which are ahead of the disk. The committer stores what the sequencer has
// gathered in one transaction, and only then shows it: readers never see what is not durable.
type Ledger struct {
	store  raw.Storage
	host   *record.Host
	clock  Clock
	source source
	log    *slog.Logger
	idle   time.Duration // how long a room stays in memory unused

	observer Observer

	pin         *pin // nil for none
	acceptOlder bool

	mu        sync.RWMutex // guards processes and closed
	processes map[string]*process
	closed    bool

	queue   chan request
	stopped chan struct{} // closed when the pipeline has ended
	quit    chan struct{} // closed to end it
	once    sync.Once
	failure atomic.Pointer[error] // why the ledger stopped itself
	failed  chan struct{}         // closed then
}

// process is one series of talks as the readers see it.
type process struct {
	id    string
	title string
	lobby *room

	// mu guards all below, and that a reader takes the states of several rooms at one moment: the committer holds it while it
	// shows a group of entries. It is taken before any room's mu.
	mu       sync.RWMutex
	rooms    map[talks.RoomID]*room
	sets     map[talks.Delegation]*roomSet
	watchers map[*watcher]struct{}

	shown atomic.Pointer[merged] // for a planted fault only
}

// roomSet is the rooms of a delegation, shared by all delegations that sit in the same ones.
type roomSet struct {
	rooms []*room // by id
	mu    sync.Mutex
	last  *merged // the merge of the rooms' states, while none has moved on
}

// Option changes how a ledger is opened.
type Option func(*Ledger)

// WithClock replaces the host's clock.
func WithClock(c Clock) Option { return func(l *Ledger) { l.clock = c } }

// WithSeed makes identifiers, salts and the host's key functions of the seed, so that anybody can make the same world again.
// It is for demonstrations and tests: with a known seed salts hide nothing and anybody can sign as the host.
func WithSeed(seed uint64) Option {
	return func(l *Ledger) {
		l.source.seeded = true
		binary.BigEndian.PutUint64(l.source.seed[:], seed)
	}
}

// WithIdle sets how long a room that nobody uses stays in memory; ten minutes where it is left out. It is read again when it is needed.
func WithIdle(d time.Duration) Option { return func(l *Ledger) { l.idle = d } }

// WithLog sets where the ledger reports its own faults. It never writes what rooms hold, nor who sits in them.
func WithLog(log *slog.Logger) Option { return func(l *Ledger) { l.log = log } }

const hostSetting = "host-key-seed"

// Open opens the ledgers kept in a folder, which it makes if need be, or new ones in memory for the dsn "memory:". One process at
// a time can have a folder open. The rooms are read when they are first used.
func Open(ctx context.Context, dsn string, options ...Option) (*Ledger, error) {
	store, err := openStore(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	l, err := openOn(ctx, store, options...)
	if err != nil {
		_ = store.Close()
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	return l, nil
}

func openStore(ctx context.Context, dsn string) (raw.Storage, error) {
	scheme, _, other := strings.Cut(dsn, "://")
	switch {
	case dsn == "":
		return nil, errors.New("no folder is named; name one, or memory: for none")
	case dsn == "memory:":
		return memory.New(), nil
	case other:
		return nil, fmt.Errorf("%s storage is not built in; name a folder", scheme)
	}
	return sqlite.Open(ctx, filepath.Join(dsn, "parley.db"))
}

// openOn opens the ledgers in a storage, which is the ledger's from then on, and the caller's again where it fails.
func openOn(ctx context.Context, store raw.Storage, options ...Option) (*Ledger, error) {
	l := &Ledger{
		store:     store,
		clock:     func(time.Time) time.Time { return time.Now() },
		log:       slog.New(slog.DiscardHandler),
		idle:      10 * time.Minute,
		processes: map[string]*process{},
		queue:     make(chan request, 1024),
		stopped:   make(chan struct{}),
		quit:      make(chan struct{}),
		failed:    make(chan struct{}),
	}
	for _, o := range options {
		o(l)
	}
	if err := l.readKey(ctx); err != nil {
		return nil, err
	}
	rooms, err := l.readHeads(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.checkPin(ctx, rooms); err != nil {
		return nil, err
	}
	go l.run()
	return l, nil
}

// readKey reads the host's key, and makes one for a new storage.
func (l *Ledger) readKey(ctx context.Context) error {
	seed, err := l.store.Setting(ctx, hostSetting)
	if err == nil && seed == nil {
		seed = l.source.hostSeed()
		err = l.store.SetSetting(ctx, hostSetting, seed)
	}
	if err == nil {
		l.host, err = record.NewHost(seed)
	}
	return err
}

// readHeads learns which processes and rooms there are and who sits in them.
func (l *Ledger) readHeads(ctx context.Context) ([]raw.Room, error) {
	ps, err := l.store.Processes(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		l.processes[p.ID] = newProcess(p.ID, p.Title)
	}
	rooms, err := l.store.Rooms(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		p := l.processes[r.Process]
		if p == nil {
			return nil, fmt.Errorf("a room of the unknown process %q: %w", r.Process, ErrCorrupt)
		}
		p.rooms[talks.RoomID(r.ID)] = &room{
			ledger: l, process: p.id, id: talks.RoomID(r.ID), members: delegations(r.Members), size: r.Size, checkpoint: r.Checkpoint,
		}
	}
	for _, p := range ps {
		at := l.processes[p.ID]
		if at.lobby = at.rooms[talks.RoomID(p.Lobby)]; at.lobby == nil {
			return nil, fmt.Errorf("the process %q has no lobby: %w", p.ID, ErrCorrupt)
		}
		at.sit()
	}
	return rooms, nil
}

func newProcess(id, title string) *process {
	return &process{
		id: id, title: title,
		rooms: map[talks.RoomID]*room{}, sets: map[talks.Delegation]*roomSet{}, watchers: map[*watcher]struct{}{},
	}
}

func delegations(ss []string) []talks.Delegation {
	ds := make([]talks.Delegation, len(ss))
	for i, s := range ss {
		ds[i] = talks.Delegation(s)
	}
	return ds
}

// Close ends reading and writing, waits for what is under way, and closes the storage. A second Close does nothing.
func (l *Ledger) Close() error {
	l.once.Do(func() { close(l.quit) })
	<-l.stopped
	l.pin.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	for _, p := range l.processes {
		p.closeWatchers() // and so waits for views that are being made
	}
	return l.store.Close()
}

// over reports whether the ledger was closed or stopped itself: nothing is shown any more then.
func (l *Ledger) over() bool {
	select {
	case <-l.quit:
		return true
	default:
		return l.Err() != nil
	}
}

// Failed is closed when the ledger stopped itself because it cannot be certain of what is on disk. The program must end then.
func (l *Ledger) Failed() <-chan struct{} { return l.failed }

// Err returns why the ledger stopped itself, or nil.
func (l *Ledger) Err() error {
	if e := l.failure.Load(); e != nil {
		return *e
	}
	return nil
}

func (l *Ledger) fail(err error) {
	if l.failure.CompareAndSwap(nil, &err) {
		l.log.Error("the record stops itself", "error", err)
		close(l.failed)
	}
}

// HostKey returns the key that the host's checkpoints are signed under, which parties pin.
func (l *Ledger) HostKey() record.HostKey { return l.host.Public() }

// ProcessInfo is what the host's operator may know of a process.
type ProcessInfo struct {
	ID      string
	Title   string
	Rooms   int
	Entries int64
}

// Processes lists the processes with their sizes, by identifier. It is the operator's view, and shows nothing of what is in them.
func (l *Ledger) Processes() []ProcessInfo {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []ProcessInfo
	for _, p := range l.processes {
		p.mu.RLock()
		info := ProcessInfo{ID: p.id, Title: p.title, Rooms: len(p.rooms)}
		for _, r := range p.rooms {
			info.Entries += r.published()
		}
		p.mu.RUnlock()
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b ProcessInfo) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func (l *Ledger) process(id string) *process {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.processes[id]
}

// set returns the rooms where a delegation sits. The caller holds p.mu.
func (p *process) set(d talks.Delegation) *roomSet {
	if s := p.sets[d]; s != nil {
		return s
	}
	var rooms []*room
	for _, r := range p.rooms {
		if _, ok := slices.BinarySearch(r.members, d); ok {
			rooms = append(rooms, r)
		}
	}
	slices.SortFunc(rooms, func(a, b *room) int { return strings.Compare(string(a.id), string(b.id)) })
	return &roomSet{rooms: rooms}
}

// leak adds rooms to a set, which nobody may: only planted faults use it. The caller holds p.mu.
func (p *process) leak(set *roomSet, which func(*room) bool) *roomSet {
	s := &roomSet{rooms: slices.Clone(set.rooms)}
	for _, r := range p.rooms {
		if which(r) && !slices.Contains(s.rooms, r) {
			s.rooms = append(s.rooms, r)
		}
	}
	slices.SortFunc(s.rooms, func(a, b *room) int { return strings.Compare(string(a.id), string(b.id)) })
	return s
}

// sit works out who sits where, anew after each change of a membership. The caller holds p.mu for writing.
func (p *process) sit() {
	p.sets = map[talks.Delegation]*roomSet{}
	var all []talks.Delegation
	for _, r := range p.rooms {
		all = append(all, r.members...)
	}
	slices.Sort(all)
	shared := map[string]*roomSet{}
	for _, d := range slices.Compact(all) {
		s := p.set(d)
		var key strings.Builder
		for _, r := range s.rooms {
			key.WriteString(string(r.id))
		}
		if same := shared[key.String()]; same != nil {
			s = same
		}
		shared[key.String()] = s
		p.sets[d] = s
	}
}
