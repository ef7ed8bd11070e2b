package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/sqlite"
	"parley/internal/talks"
	"parley/record"
)

// The files of a data folder. Without the key, which is made once and never changes, what is sealed in the accounts cannot be opened.
const (
	keyFile      = "accounts.key"
	accountsFile = "accounts.db"
	recordFile   = "parley.db"
)

// dataFiles are they in the order in which they are copied: who may log in comes before the record, so that a seat's tenure in the copy never
// names an entry that the copied record does not have yet. Only the record has to be there.
var dataFiles = []string{keyFile, accountsFile, recordFile}

// CheckReport is what Check found.
type CheckReport struct {
	Host    record.HostKey
	Rooms   []RoomSize // of the rooms that are whole, by identifier
	Entries int64      // in them
	Faults  []Fault    // none where all is well
}

// RoomSize is what the host's operator may know of a room.
type RoomSize struct {
	Room   talks.RoomID
	Size   int64
	Root   record.Hash
	Erased int // entries of which only the leaves are left
}

// Fault is something in a data folder that is not as it was signed, or not as it was made.
type Fault struct {
	Place  string // like "room x, entry 7"; no words and no names of people
	Reason string
	Remedy string
}

func (f Fault) String() string { return f.Place + ": " + f.Reason + "; " + f.Remedy }

const (
	remedyRestore = "restore the newest backup that is whole, and keep this folder for whoever examines it"
	remedyPin     = "find the newer folder, or a newer backup"
)

// Check reads all that a data folder holds as it is at one moment, and changes nothing: every leaf, commitment, time, head that an author had seen,
// root and signature, who sits where, the databases themselves, and what was pinned where pin names a file. Another process may
// have the folder open. What is wrong is in the report; the error says what kept it from being checked.
func Check(ctx context.Context, data, pin string) (*CheckReport, error) {
	report := &CheckReport{}
	path := filepath.Join(data, recordFile)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("checking the record: %w", err)
	}
	if err := report.inspect(ctx, data); err != nil {
		return nil, fmt.Errorf("checking the record: %w", err)
	}
	if len(report.Faults) > 0 {
		return report, nil // rooms cannot be read safely from a file that is not one
	}
	snap, err := sqlite.OpenSnapshot(ctx, path)
	if errors.Is(err, sqlite.ErrTables) {
		report.Faults = append(report.Faults, Fault{recordFile, sqlite.ErrTables.Error(), remedyRestore})
		return report, nil
	}
	if err != nil {
		return nil, fmt.Errorf("checking the record: %w", err)
	}
	defer func() { _ = snap.Close() }()
	rooms, err := report.rooms(ctx, snap)
	if err == nil && pin != "" && !report.Host.IsZero() {
		err = report.pin(ctx, snap, rooms, pin)
	}
	if err != nil {
		return nil, fmt.Errorf("checking the record: %w", err)
	}
	return report, nil
}

// inspect has the databases looked through.
func (r *CheckReport) inspect(ctx context.Context, data string) error {
	for _, name := range []string{accountsFile, recordFile} {
		path := filepath.Join(data, name)
		if _, err := os.Stat(path); name != recordFile && errors.Is(err, os.ErrNotExist) {
			continue
		}
		wrong, err := sqlite.Inspect(ctx, path)
		if err != nil && ctx.Err() != nil {
			return err
		}
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		for _, w := range wrong {
			r.Faults = append(r.Faults, Fault{name, w, remedyRestore})
		}
	}
	return nil
}

// rooms checks all rooms of a snapshot.
func (r *CheckReport) rooms(ctx context.Context, store raw.Reader) ([]raw.Room, error) {
	seed, err := store.Setting(ctx, hostSetting)
	if err != nil {
		return nil, err
	}
	if host, damaged := record.NewHost(seed); damaged == nil {
		r.Host = host.Public()
	} else {
		r.Faults = append(r.Faults, Fault{recordFile, "the host's key is missing or damaged", remedyRestore})
		return nil, nil
	}
	ps, err := store.Processes(ctx)
	if err != nil {
		return nil, err
	}
	rooms, err := store.Rooms(ctx)
	if err != nil {
		return nil, err
	}
	titles := map[string]string{} // of processes, by lobby
	for _, p := range ps {
		titles[p.Lobby] = p.Title
		if !slices.ContainsFunc(rooms, func(room raw.Room) bool { return room.Process == p.ID && room.ID == p.Lobby }) {
			r.Faults = append(r.Faults, Fault{"a process", "its lobby is not there", remedyRestore})
		}
	}
	for _, room := range rooms {
		size, process, err := checkRoom(ctx, store, r.Host, room)
		if title, ok := titles[room.ID]; ok && err == nil && title != cmp.Or(process, room.Process) {
			r.Faults = append(r.Faults, Fault{"the process of room " + room.ID, "its stored title is not the one that its lobby gives", remedyRestore})
		}
		var bad *badRoom
		switch {
		case errors.As(err, &bad):
			r.Faults = append(r.Faults, bad.Fault)
		case err != nil:
			return nil, err
		default:
			r.Rooms = append(r.Rooms, size)
			r.Entries += size.Size
		}
	}
	slices.SortFunc(r.Rooms, func(a, b RoomSize) int { return strings.Compare(string(a.Room), string(b.Room)) })
	return rooms, nil
}

func (r *CheckReport) pin(ctx context.Context, store raw.Reader, rooms []raw.Room, path string) error {
	faults, err := pinnedBy(ctx, store, r.Host, rooms, path)
	if errors.Is(err, ErrOlder) {
		r.Faults = append(r.Faults, Fault{"the pin", err.Error(), remedyPin})
		return nil
	}
	for _, f := range faults {
		r.Faults = append(r.Faults, Fault{"room " + string(f.Room), f.Reason(), remedyPin})
	}
	return err
}

// badRoom is a fault on its way out of the reading of a room.
type badRoom struct{ Fault }

func (b *badRoom) Error() string { return b.String() }

// checkRoom reads a whole room, and returns also the title that it gives its process if it is a lobby. A *badRoom is what is wrong with it.
func checkRoom(ctx context.Context, store raw.Reader, host record.HostKey, r raw.Room) (size RoomSize, process string, err error) {
	id := talks.RoomID(r.ID)
	bad := func(reason string) (RoomSize, string, error) {
		return RoomSize{}, "", &badRoom{Fault{"room " + r.ID, reason, remedyRestore}}
	}
	head, err := host.Open(r.Checkpoint, r.ID)
	if err != nil {
		return bad("its checkpoint is not one that the host signed: " + err.Error())
	}
	c := &entryCheck{room: r.ID, gone: map[int64]bool{}, erased: map[int64]bool{}}
	b, err := readBook(ctx, store, r.Process, id, r.Size, c.entry)
	var entry *entryError
	switch {
	case errors.As(err, &entry):
		return RoomSize{}, "", c.bad(entry.index, entry.problem)
	case ctx.Err() != nil:
		return RoomSize{}, "", ctx.Err()
	case errors.As(err, new(*badRoom)):
		return RoomSize{}, "", err
	case err != nil: // what cannot be read is as bad as what is wrong
		return bad(strings.TrimSuffix(err.Error(), ": "+ErrCorrupt.Error()))
	}
	if got := b.tree.Head(); got != head || got.Size != r.Size {
		return bad(fmt.Sprintf("%d entries are stored, and their root is not the signed one of %d", got.Size, head.Size))
	}
	if !equal(b.state.Room.Members, delegations(r.Members)) {
		return bad("its stored members are not those that its entries give")
	}
	for e, err := range store.Entries(ctx, r.Process, r.ID, r.Size) {
		if err != nil {
			return bad(err.Error())
		}
		_ = e
		return bad(fmt.Sprintf("more entries are stored than the %d that are signed", r.Size))
	}
	for i := range c.gone {
		if !c.erased[i] {
			return RoomSize{}, "", c.bad(i, "its words are missing, and no act of the room erases them")
		}
	}
	return RoomSize{id, head.Size, head.Root, len(c.gone)}, b.state.Room.Process, nil
}

// entryCheck looks at a room's entries in order, for what the gate does not look at when it reads a room.
type entryCheck struct {
	room         string
	last         *decoded
	gone, erased map[int64]bool
}

func (c *entryCheck) bad(index int64, reason string) error {
	return &badRoom{Fault{fmt.Sprintf("room %s, entry %d", c.room, index), reason, remedyRestore}}
}

func (c *entryCheck) entry(b *book, d *decoded) error {
	index := b.tree.Size()
	if c.last != nil && d.entry.Time.Before(c.last.entry.Time) {
		return c.bad(index, "its time is before that of the entry before it")
	}
	if seen, err := b.tree.HeadAt(d.seen.Size); err != nil || seen != d.seen {
		return c.bad(index, "the head that its author had seen is not one that the room had")
	}
	if d.entry.Gone {
		c.gone[index] = true
	}
	if erase, ok := d.entry.Act.(*talks.RecordErase); ok {
		c.erased[erase.Entry] = true
	}
	c.last = d
	return nil
}
