package ledger

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/internal/plant"
	"parley/internal/talks"
)

// Change says that a viewer's rooms have new entries, or that it now sits in other rooms.
type Change struct {
	Rooms []talks.RoomID // those with new entries, of the rooms where the viewer sits now; sorted
}

// watcher is somebody who wants to know of changes.
type watcher struct {
	viewer  Viewer
	tenure  talks.Ref   // of the seat when the watch began; set before the process knows of the watcher
	forget  func() bool // ends the waiting for the context; set before the process knows of the watcher
	mu      sync.Mutex  // guards ch against being closed while it is sent to
	ch      chan Change
	closed  bool
	limited bool // the seat can end at a time, so it is looked at before each change and from time to time
}

// Watch returns a channel that tells when what a viewer sees changes. Changes that nobody has received yet are joined, so a slow
// receiver misses nothing and holds nobody up. The channel is closed when the context ends, when the seat ends or becomes
// somebody else's, or when the ledger closes: at once where an act ends the seat, and within a second of the time that ends it.
// It tells of the viewer's own rooms only.
func (l *Ledger) Watch(ctx context.Context, v Viewer) (<-chan Change, error) {
	view, err := l.View(ctx, v)
	if err != nil {
		return nil, err
	}
	p := l.process(v.Process)
	w := &watcher{viewer: v, tenure: view.Tenure(), ch: make(chan Change, 1)}
	p.mu.Lock()
	w.forget = context.AfterFunc(ctx, func() { p.unwatch(w) })
	p.watchers[w] = struct{}{}
	p.mu.Unlock()
	// The seat may have ended, or the ledger have been closed, between the two steps; then nobody else would close the channel.
	w.look(l, p)
	return w.ch, nil
}

// look ends a watcher whose seat has ended, or is held by another since, and reports whether it goes on.
func (w *watcher) look(l *Ledger, p *process) bool {
	view, err := l.View(context.Background(), w.viewer)
	if err != nil || view.Tenure() != w.tenure {
		p.unwatch(w)
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limited = !view.authority.Until.IsZero()
	return true
}

// endSeats ends the watchers of seats whose time is over, within a second of it, until the ledger closes.
func (l *Ledger) endSeats() {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-l.quit:
			return
		case <-tick.C:
		}
		for _, p := range l.all() {
			for _, w := range p.limited() {
				w.look(l, p)
			}
		}
	}
}

func (l *Ledger) all() []*process {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Collect(maps.Values(l.processes))
}

func (p *process) limited() []*watcher {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var out []*watcher
	for w := range p.watchers {
		if w.isLimited() {
			out = append(out, w)
		}
	}
	return out
}

func (w *watcher) isLimited() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.limited
}

func (p *process) unwatch(w *watcher) {
	p.mu.Lock()
	delete(p.watchers, w)
	p.mu.Unlock()
	w.close()
}

func (w *watcher) close() {
	w.forget()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.closed = true
		close(w.ch)
	}
}

// send leaves a change for the receiver, joined with one that it has not taken yet.
func (w *watcher) send(rooms []talks.RoomID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	select {
	case old := <-w.ch:
		rooms = slices.Concat(old.Rooms, rooms)
		slices.Sort(rooms)
		rooms = slices.Compact(rooms)
	default:
	}
	w.ch <- Change{rooms}
}

// tell lets those know whose view has changed: by new entries in rooms, or because they sit elsewhere than in before.
//
// watchers are those who watched when the change was shown: whoever came later has seen it in its first view.
func (p *process) tell(l *Ledger, watchers []*watcher, rooms []talks.RoomID, before map[talks.Delegation]*roomSet) {
	slices.Sort(rooms)
	p.mu.RLock()
	type news struct {
		rooms   []talks.RoomID
		changed bool
		ends    bool // a seat may have ended: that takes an act in the lobby or in the delegation's caucus
	}
	byDelegation := map[talks.Delegation]news{}
	for _, w := range watchers {
		d := w.viewer.Seat.Delegation()
		if _, ok := byDelegation[d]; ok {
			continue
		}
		set := p.set(d)
		n := news{changed: !sameRooms(before[d], set)}
		if plant.Is("tell-all") {
			set = p.leak(set, func(*room) bool { return true })
		}
		n.ends = n.changed
		for _, r := range set.rooms {
			if _, ok := slices.BinarySearch(rooms, r.id); ok {
				n.rooms = append(n.rooms, r.id)
				n.ends = n.ends || r == p.lobby || len(r.members) == 1
			}
		}
		byDelegation[d] = n
	}
	p.mu.RUnlock()
	for _, w := range watchers {
		n := byDelegation[w.viewer.Seat.Delegation()]
		if len(n.rooms) == 0 && !n.changed {
			continue
		}
		if (n.ends || w.isLimited()) && !w.look(l, p) {
			continue
		}
		w.send(n.rooms)
	}
}

func sameRooms(a, b *roomSet) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	return slices.Equal(a.rooms, b.rooms)
}

func (p *process) closeWatchers() {
	p.mu.Lock()
	all := p.watchers
	p.watchers = map[*watcher]struct{}{}
	p.mu.Unlock()
	for w := range all {
		w.close()
	}
}
