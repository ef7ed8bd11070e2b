package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/ledger/internal/raw"
	"parley/internal/talks"
	"parley/record"
)

// A pin is a file outside the data folder with the checkpoint of every room, as it was signed last. An older copy of the folder, put in
// its place, then no longer passes for the present one. The pin follows what is durable and never goes before it.

// WithPin keeps a pin in the file at path. Where the file is there, the ledger opens only if the stored rooms hold what was
// pinned, and otherwise Open returns a [PinError]; where it is not, it is made. Its folder must exist, and lie
// outside the data folder.
//
// The file is written anew at most once a second, and when the ledger is closed. That it cannot be written is logged, and
// PinErr says it; acts go on.
func WithPin(path string) Option { return func(l *Ledger) { l.pin = &pin{path: path} } }

// AcceptOlder opens the ledger although the stored rooms fall short of the pin, and pins what is there. The pin that was is kept beside
// it under a name with the time. Accepted says what was accepted. It does not accept another host's pin.
func AcceptOlder() Option { return func(l *Ledger) { l.acceptOlder = true } }

// ErrOlder is what a PinError wraps.
var ErrOlder = errors.New("the data are older than what was pinned, or not what was pinned")

// PinError says that what is stored falls short of a pin. Its text has sizes, and no identifiers of rooms.
type PinError struct {
	Path   string
	Faults []PinFault
}

func (e *PinError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v in %s: ", ErrOlder, e.Path)
	for i, f := range e.Faults {
		if i == 3 {
			fmt.Fprintf(&b, "; and so for %d more rooms", len(e.Faults)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Reason())
	}
	b.WriteString(". Somebody put an older folder in the place of the newer one, or a disk lost what it had stored. " +
		"Find the newer folder, or a newer backup; only if there is none, accept the loss with --accept-older")
	return b.String()
}

// Unwrap returns ErrOlder.
func (e *PinError) Unwrap() error { return ErrOlder }

// pinEvery is how long the pin rests between two writings, at least.
const pinEvery = time.Second

// pin keeps the file of WithPin.
type pin struct {
	path     string
	keep     map[talks.RoomID][]byte // what stays pinned of rooms whose stored checkpoint is damaged
	accepted []PinFault
	moved    chan struct{} // a room has moved on
	quit     chan struct{}
	done     chan struct{}
	once     sync.Once             // closes quit
	err      atomic.Pointer[error] // why it could not be written last
}

// PinErr returns why the pin could not be written when it was last tried, or nil.
func (l *Ledger) PinErr() error {
	if l.pin == nil {
		return nil
	}
	if e := l.pin.err.Load(); e != nil {
		return *e
	}
	return nil
}

// Accepted returns where the stored rooms fell short of the pin when the ledger was opened with AcceptOlder.
func (l *Ledger) Accepted() []PinFault {
	if l.pin == nil {
		return nil
	}
	return slices.Clone(l.pin.accepted)
}

// checkPin compares what is stored with what was pinned, before anything is signed, and begins to keep the pin.
func (l *Ledger) checkPin(ctx context.Context, rooms []raw.Room) error {
	p := l.pin
	if p == nil {
		return nil
	}
	if err := p.outside(l.store); err != nil {
		return err
	}
	p.keep = map[talks.RoomID][]byte{}
	p.moved, p.quit, p.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	pinned, err := readHeadsFile(pinKind, p.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if len(rooms) > 0 {
			l.log.Warn("the pin was not there; it begins with what is stored now", "file", p.path, "rooms", len(rooms))
		}
		pinned = &heads{}
	case err != nil:
		return fmt.Errorf("reading the pin: %w; put back a copy of it, or move it away to begin a new one", err)
	case pinned.host != l.HostKey():
		return fmt.Errorf("the pin %s is of another host, %s, than the data, %s: %w; name the pin that belongs to the data",
			p.path, pinned.host, l.HostKey(), ErrOlder)
	}
	faults, damaged, err := pinned.compare(ctx, l.store, l.HostKey(), rooms)
	if err != nil {
		return fmt.Errorf("comparing with the pin %s: %w", p.path, err)
	}
	for _, id := range damaged {
		p.keep[id] = pinned.rooms[id]
	}
	l.keepUnsigned(pinned, rooms)
	if len(faults) > 0 {
		if err := l.acceptFaults(pinned, faults); err != nil {
			return err
		}
	}
	// It is written once before anything is served, so that a place that cannot be written is known at once.
	if err := writeWhole(p.path, l.heads().marshal()); err != nil {
		return fmt.Errorf("writing the pin: %w", err)
	}
	go l.keepPin()
	return nil
}

// keepUnsigned leaves rooms out of the pin that are new to it and whose checkpoint the host did not sign; see also room.load.
func (l *Ledger) keepUnsigned(pinned *heads, rooms []raw.Room) {
	for _, r := range rooms {
		if id := talks.RoomID(r.ID); pinned.rooms[id] == nil {
			if _, err := l.HostKey().Open(r.Checkpoint, r.ID); err != nil {
				l.pin.keep[id] = nil
			}
		}
	}
	if n := len(l.pin.keep); n > 0 {
		l.log.Error("stored checkpoints are damaged; these rooms stay shut", "rooms", n)
	}
}

// acceptFaults goes on in spite of faults where that was asked for.
func (l *Ledger) acceptFaults(pinned *heads, faults []PinFault) error {
	p := l.pin
	if !l.acceptOlder {
		return &PinError{p.path, faults}
	}
	aside := p.path + ".before-" + time.Now().UTC().Format("20060102T150405.000Z")
	if err := writeWhole(aside, pinned.marshal()); err != nil {
		return fmt.Errorf("keeping the pin that was: %w", err)
	}
	p.accepted = faults
	for _, f := range faults {
		l.log.Warn("accepted although it is not what was pinned", "pinned", f.Pinned, "stored", f.Stored, "forked", f.Forked)
	}
	l.log.Warn("the pin begins anew with what is stored now", "rooms short of it", len(faults), "pin that was", aside)
	return nil
}

// outside refuses a pin inside the data folder: whoever puts an older folder back would put the older pin back with it.
func (p *pin) outside(store raw.Storage) error {
	s, ok := store.(interface{ Folder() string })
	if !ok {
		return nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(p.path))
	if err == nil {
		folder, err = filepath.Abs(folder)
	}
	if err != nil {
		return fmt.Errorf("finding the pin's folder: %w", err)
	}
	p.path = filepath.Join(folder, filepath.Base(p.path))
	if rel, err := filepath.Rel(s.Folder(), folder); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(os.PathSeparator)) {
		return fmt.Errorf("the pin %s lies in the data folder; keep it elsewhere, so that it does not grow old together with the data", p.path)
	}
	return nil
}

// heads are the rooms as they are shown, and so durable.
func (l *Ledger) heads() *heads {
	h := &heads{kind: pinKind, time: time.Now(), host: l.HostKey(), rooms: map[talks.RoomID][]byte{}}
	l.mu.RLock()
	ps := slices.Collect(maps.Values(l.processes))
	l.mu.RUnlock()
	for _, p := range ps {
		p.mu.RLock()
		rooms := slices.Collect(maps.Values(p.rooms))
		p.mu.RUnlock()
		for _, r := range rooms {
			if kept, damaged := l.pin.keep[r.id]; damaged {
				if kept != nil {
					h.rooms[r.id] = kept
				}
				continue
			}
			r.mu.Lock()
			h.rooms[r.id] = r.checkpoint
			r.mu.Unlock()
		}
	}
	return h
}

// follow has the pin written soon. It never waits.
func (p *pin) follow() {
	if p == nil {
		return
	}
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

// keepPin writes the pin after rooms have moved on, and once more in the end. With very many rooms it rests longer.
func (l *Ledger) keepPin() {
	p := l.pin
	defer close(p.done)
	for {
		select {
		case <-p.moved:
		case <-p.quit:
			l.writePin()
			return
		}
		began := time.Now()
		l.writePin()
		select {
		case <-time.After(max(pinEvery, 20*time.Since(began))):
		case <-p.quit:
		}
	}
}

func (l *Ledger) writePin() {
	p := l.pin
	err := writeWhole(p.path, l.heads().marshal())
	if err == nil {
		p.err.Store(nil)
		return
	}
	err = fmt.Errorf("writing the pin: %w", err)
	if p.err.Swap(&err) == nil { // once, until it is written again
		l.log.Error("the pin falls behind", "error", err)
	}
}

// close writes the pin for the last time.
func (p *pin) close() {
	if p == nil || p.quit == nil {
		return
	}
	p.once.Do(func() { close(p.quit) })
	<-p.done
}

// pinnedBy compares a snapshot with the pin at path, for restore and fsck.
func pinnedBy(ctx context.Context, store raw.Reader, host record.HostKey, rooms []raw.Room, path string) ([]PinFault, error) {
	h, err := readHeadsFile(pinKind, path)
	if err != nil {
		return nil, fmt.Errorf("reading the pin: %w", err)
	}
	if h.host != host {
		return nil, fmt.Errorf("the pin %s is of another host, %s, than the data, %s: %w; name the pin that belongs to the data", path, h.host, host, ErrOlder)
	}
	faults, _, err := h.compare(ctx, store, host, rooms)
	if err != nil {
		return nil, fmt.Errorf("comparing with the pin %s: %w", path, err)
	}
	return faults, nil
}
