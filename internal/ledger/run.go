package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/internal/ledger/internal/raw"
	"parley/internal/plant"
	"parley/internal/talks"
)

// request asks the sequencer for something: to add acts, together or not at all.
type request struct {
	ctx     context.Context
	appends []*appending
	script  *Script // for one that is loaded from a script, in place of appends
	reply   chan reply
}

type reply struct {
	receipts []*Receipt
	err      error
}

// groupLimit is how many acts one transaction may hold. It bounds how long the first of them waits for the last.
const groupLimit = 1024

// group is what one transaction stores.
type group struct {
	requests []request
	staged   [][]*staged // by request
	repeats  [][]errRepeat
	refused  []error // by request: what it is told once all that it was decided on is durable
	founded  *raw.Process
	acts     int
}

// submit hands a request to the sequencer and waits for its answer.
func (l *Ledger) submit(ctx context.Context, r request) ([]*Receipt, error) {
	if err := l.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStopped, err)
	}
	select {
	case <-l.quit:
		return nil, ErrStopped
	default:
	}
	select {
	case l.queue <- r:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.stopped:
		return nil, ErrStopped
	}
	select {
	case out := <-r.reply:
		return out.receipts, out.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.stopped:
		select {
		case out := <-r.reply:
			return out.receipts, out.err
		default:
			return nil, ErrStopped
		}
	}
}

// run is the sequencer. It stages waiting requests while the committer is busy with the group before, and hands over what has
// gathered when that is done, so that a group is as large as the disk is slow; pace says whether it waits a little
// more. One group is under way at a time: what was staged on top of one that fails is staged again.
func (l *Ledger) run() {
	defer close(l.stopped)
	groups, results := make(chan *group), make(chan error)
	go l.commitGroups(groups, results)
	go l.endSeats()
	defer close(groups)

	t := &tips{ledger: l, processes: map[string]*tipProcess{}}
	g := &group{}
	busy := false
	p := newPace()
	send := func() {
		p.handed(g.acts)
		groups <- g
		g, busy = &group{}, true
	}
	idle := time.NewTicker(max(l.idle/4, time.Second))
	defer idle.Stop()
	settle := func(err error) {
		busy = false
		defer func() { p.stored(g.acts) }()
		if err == nil {
			return
		}
		t.processes = map[string]*tipProcess{}
		again := g.requests
		g = &group{}
		for _, r := range again {
			l.take(t, g, r, false)
		}
	}
	for {
		if !busy && g.acts > 0 && len(l.queue) == 0 && !p.hold(g.acts) {
			send()
		}
		queue := l.queue
		if g.acts >= groupLimit || g.founded != nil {
			queue = nil // let the group go first
			if !busy {
				send()
				continue
			}
		}
		select {
		case r := <-queue:
			if r.script != nil && busy {
				// A script is undone by throwing the tips away, so nothing else may be on its way.
				settle(<-results)
			}
			if r.script != nil && g.acts > 0 {
				send()
				settle(<-results)
			}
			l.take(t, g, r, busy)
		case err := <-results:
			settle(err)
		case <-p.timer.C: // the group has waited long enough
		case <-idle.C:
			if !busy && g.acts == 0 && l.forget() {
				t.processes = map[string]*tipProcess{}
			}
		case <-l.quit:
			if busy {
				settle(<-results)
			}
			l.refuseRest(g)
			return
		}
	}
}

// refuseRest answers what was not handed over.
func (l *Ledger) refuseRest(g *group) {
	for _, r := range g.requests {
		r.reply <- reply{err: ErrStopped}
	}
	for {
		select {
		case r := <-l.queue:
			r.reply <- reply{err: ErrStopped}
		default:
			return
		}
	}
}

// take stages a request into a group, or answers it with what is wrong: at once where all that this was decided on is durable, and
// otherwise when it is, so that a refusal never tells of an act that is not there in the end. busy says that a group is under way.
func (l *Ledger) take(t *tips, g *group, r request, busy bool) {
	if l.Err() != nil {
		r.reply <- reply{err: ErrStopped}
		return
	}
	if r.script != nil {
		l.takeScript(t, g, r)
		return
	}
	s, err := t.stage(r.ctx, r.appends[0])
	var again errRepeat
	switch {
	case errors.As(err, &again):
		g.add(r, nil, []errRepeat{again})
	case err != nil && (busy || g.acts > 0):
		g.add(r, nil, nil)
		g.refused[len(g.refused)-1] = err
	case err != nil:
		r.reply <- reply{err: err}
	default:
		g.add(r, []*staged{s}, nil)
	}
}

func (g *group) add(r request, s []*staged, repeats []errRepeat) {
	g.requests = append(g.requests, r)
	g.staged = append(g.staged, s)
	g.repeats = append(g.repeats, repeats)
	g.refused = append(g.refused, nil)
	g.acts += max(1, len(s))
}

// commitGroups is the committer: it stores a group, shows it, and answers those who wait.
func (l *Ledger) commitGroups(groups <-chan *group, results chan<- error) {
	for g := range groups {
		err := l.commit(g)
		if err != nil {
			err = l.storeError(err)
			for _, r := range g.requests {
				r.reply <- reply{err: err}
			}
		}
		results <- err
	}
}

// storeError says what a failure to store means.
func (l *Ledger) storeError(err error) error {
	switch {
	case errors.Is(err, raw.ErrFull):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case errors.Is(err, raw.ErrUncertain), errors.Is(err, raw.ErrConflict):
		// Another writer on the same storage is as bad as a failed fsync: what is in memory is not what is on disk.
		l.fail(err)
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return fmt.Errorf("storing acts: %w", err)
}

// commit stores a group in one transaction and shows it.
func (l *Ledger) commit(g *group) error {
	batches, order, err := l.batches(g)
	if err != nil {
		return err
	}
	if len(batches) > 0 {
		// Not the writers' contexts: who stops waiting does not undo what others wait for.
		begin := time.Now()
		err := l.store.Commit(context.Background(), g.founded, batches)
		l.observer.committed(g.acts, begin, err)
		if err != nil {
			return err
		}
	}
	shown := l.show(g, batches, order)
	l.pin.follow()
	for i, r := range g.requests {
		if err := g.refused[i]; err != nil {
			r.reply <- reply{err: err}
			continue
		}
		r.reply <- l.receipts(g, i, batches)
	}
	for _, tell := range shown {
		tell()
	}
	return nil
}

// batches gathers a group room by room, in the order in which the rooms were first written to, and signs each room's new tree.
func (l *Ledger) batches(g *group) ([]raw.Batch, [][]*staged, error) {
	at := map[*tip]int{}
	var batches []raw.Batch
	var order [][]*staged
	for i, ss := range g.staged {
		for _, s := range ss {
			k, ok := at[s.tip]
			if !ok {
				k = len(batches)
				at[s.tip] = k
				batches = append(batches, raw.Batch{Process: g.process(i), Room: string(s.tip.id), First: s.entry.Index})
				order = append(order, nil)
			}
			b := &batches[k]
			b.Entries = append(b.Entries, raw.Entry{Leaf: s.leaf, Salt: s.salt, Payload: s.payload, Key: s.key})
			if s.erases >= 0 && !plant.Is("kept-erased") {
				b.Erase = append(b.Erase, s.erases)
			}
			order[k] = append(order[k], s)
		}
	}
	for k, ss := range order {
		last := ss[len(ss)-1]
		for _, d := range last.members {
			batches[k].Members = append(batches[k].Members, string(d))
		}
		checkpoint, err := l.host.Sign(string(last.tip.id), last.head)
		if err != nil {
			return nil, nil, fmt.Errorf("signing a checkpoint: %w", err)
		}
		batches[k].Checkpoint = checkpoint
	}
	return batches, order, nil
}

func (g *group) process(i int) string {
	if s := g.requests[i].script; s != nil {
		return s.Process
	}
	return g.requests[i].appends[0].viewer.Process
}

// show makes a stored group visible, all of it at one moment. What it returns tells those who watch.
func (l *Ledger) show(g *group, batches []raw.Batch, order [][]*staged) (tell []func()) {
	if g.founded != nil {
		l.mu.Lock()
		l.processes[g.founded.ID] = newProcess(g.founded.ID, g.founded.Title)
		l.mu.Unlock()
	}
	touched := map[*process][]int{}
	for k, b := range batches {
		p := l.process(b.Process)
		touched[p] = append(touched[p], k)
	}
	for p, ks := range touched {
		p.mu.Lock()
		before := p.sets
		moved := false
		var rooms []talks.RoomID
		for _, k := range ks {
			id := talks.RoomID(batches[k].Room)
			rooms = append(rooms, id)
			moved = p.showRoom(l, batches[k], order[k]) || moved
		}
		if moved {
			p.sit()
		}
		if p.lobby == nil && g.founded != nil {
			p.lobby = p.rooms[talks.RoomID(g.founded.Lobby)]
		}
		watchers := slices.Collect(maps.Keys(p.watchers))
		p.mu.Unlock()
		tell = append(tell, func() { p.tell(l, watchers, rooms, before) })
	}
	return tell
}

// showRoom shows what was added to one room and reports whether its members changed. The caller holds p.mu.
func (p *process) showRoom(l *Ledger, b raw.Batch, added []*staged) (moved bool) {
	id := talks.RoomID(b.Room)
	r := p.rooms[id]
	if r == nil {
		r = &room{ledger: l, process: p.id, id: id, book: newBook(id)}
		p.rooms[id] = r
		moved = true
	}
	members := added[len(added)-1].members
	if plant.Is("read-after-leaving") && containsAll(r.members, members) {
		members = r.members
	}
	moved = moved || !equal(r.members, members)
	r.mu.Lock()
	r.publish(b.First+int64(len(b.Entries)), b.Checkpoint, added, len(b.Erase) > 0)
	r.mu.Unlock()
	return moved
}

func equal(a, b []talks.Delegation) bool { return containsAll(a, b) && len(a) == len(b) }

// receipts makes the answer to a request of a stored group.
func (l *Ledger) receipts(g *group, i int, batches []raw.Batch) reply {
	var out reply
	for _, s := range g.staged[i] {
		receipt := &Receipt{Room: s.tip.id, Index: s.entry.Index, Time: s.entry.Time, Leaf: s.leaf}
		for k := range batches {
			if batches[k].Room == string(s.tip.id) {
				receipt.Checkpoint = batches[k].Checkpoint
			}
		}
		out.receipts = append(out.receipts, receipt)
	}
	for _, a := range g.repeats[i] {
		receipt, err := l.receiptOf(g.requests[i].ctx, g.process(i), a)
		if err != nil {
			return reply{err: err}
		}
		out.receipts = append(out.receipts, receipt)
	}
	return out
}

// receiptOf makes the receipt of an act that is in the record.
func (l *Ledger) receiptOf(ctx context.Context, processID string, a errRepeat) (*Receipt, error) {
	p := l.process(processID)
	if p == nil {
		return nil, ErrNotFound
	}
	p.mu.RLock()
	r := p.rooms[a.room]
	p.mu.RUnlock()
	if r == nil {
		return nil, ErrNotFound
	}
	e, err := l.entry(ctx, processID, a.room, a.index)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return &Receipt{Room: a.room, Index: a.index, Time: r.book.state.Entries[a.index].Time, Leaf: e.Leaf, Checkpoint: r.checkpoint, Again: true}, nil
}

// entry reads one stored entry.
func (l *Ledger) entry(ctx context.Context, process string, room talks.RoomID, index int64) (raw.Entry, error) {
	for e, err := range l.store.Entries(ctx, process, string(room), index) {
		if err != nil {
			return raw.Entry{}, fmt.Errorf("reading an entry: %w", err)
		}
		return e, nil
	}
	return raw.Entry{}, fmt.Errorf("entry %d is not stored: %w", index, ErrCorrupt)
}
