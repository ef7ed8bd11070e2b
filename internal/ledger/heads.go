package ledger

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/ledger/internal/raw"
	"parley/internal/talks"
	"parley/record"
)

// The first lines of the two files that hold checkpoints; docs/operations.md has their form.
const (
	pinKind    = "parley-pin/1"
	backupKind = "parley-backup/1"
)

// heads is what was signed last of every room at a moment: what a pin and the list of a backup hold.
type heads struct {
	kind  string
	time  time.Time
	host  record.HostKey
	files []fileSum // of a backup
	rooms map[talks.RoomID][]byte
}

// fileSum is one file of a backup.
type fileSum struct {
	name string
	size int64
	sum  record.Hash
}

const headsTime = "2006-01-02T15:04:05.000Z"

// marshal writes the heads as text: a line each, rooms in order, and the hash of all of it at the end.
func (h *heads) marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\ntime %s\nhost %s\n", h.kind, h.time.UTC().Format(headsTime), h.host)
	for _, f := range h.files {
		fmt.Fprintf(&b, "file %s %d %s\n", f.name, f.size, f.sum)
	}
	for _, id := range slices.Sorted(maps.Keys(h.rooms)) {
		fmt.Fprintf(&b, "room %s %s\n", id, base64.StdEncoding.EncodeToString(h.rooms[id]))
	}
	sum := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "sha256 %s\n", base64.StdEncoding.EncodeToString(sum[:]))
	return b.Bytes()
}

// errForm is what is wrong with a file that is not as marshal writes it.
var errForm = errors.New("the file is damaged, or not what it should be")

// parseHeads reads what marshal wrote and nothing else. The signatures in it are for whoever uses them.
func parseHeads(kind string, data []byte) (*heads, error) {
	cut := bytes.LastIndex(data, []byte("\nsha256 "))
	if cut < 0 {
		return nil, fmt.Errorf("no closing hash: %w", errForm)
	}
	body, last := data[:cut+1], data[cut+1:]
	sum := sha256.Sum256(body)
	if string(last) != "sha256 "+base64.StdEncoding.EncodeToString(sum[:])+"\n" {
		return nil, fmt.Errorf("the closing hash is another: %w", errForm)
	}
	h := &heads{rooms: map[talks.RoomID][]byte{}}
	n := 0
	for line := range strings.Lines(string(body)) {
		n++
		if err := h.line(n, kind, strings.TrimSuffix(line, "\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w: %w", n, errForm, err)
		}
	}
	if !bytes.Equal(h.marshal(), data) { // every value has one form
		return nil, errForm
	}
	return h, nil
}

func (h *heads) line(n int, kind, line string) (err error) {
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case n == 1:
		if h.kind = line; line != kind {
			err = fmt.Errorf("it begins with %q instead of %q", line, kind)
		}
	case n == 2 && word == "time":
		h.time, err = time.Parse(headsTime, rest)
	case n == 3 && word == "host":
		h.host, err = record.ParseHostKey(rest)
	case n > 3 && word == "file":
		f := strings.Split(rest, " ")
		if len(f) != 3 {
			return errors.New("a file has a name, a size and a sum")
		}
		var size int64
		if size, err = strconv.ParseInt(f[1], 10, 64); err != nil {
			return err
		}
		var sum []byte
		if sum, err = base64.StdEncoding.DecodeString(f[2]); err != nil || len(sum) != sha256.Size {
			return cmp.Or(err, errors.New("a sum has 32 bytes"))
		}
		h.files = append(h.files, fileSum{f[0], size, record.Hash(sum)})
	case n > 3 && word == "room":
		id, checkpoint, _ := strings.Cut(rest, " ")
		if !talks.RoomID(id).Valid() {
			return errors.New("that is no room's identifier")
		}
		h.rooms[talks.RoomID(id)], err = base64.StdEncoding.DecodeString(checkpoint)
	default:
		err = fmt.Errorf("%q is not known", word)
	}
	return err
}

// sum is the hash of the heads' text: what two people compare.
func (h *heads) sum() record.Hash { return sha256.Sum256(h.marshal()) }

// readHeadsFile reads a pin or the list of a backup.
func readHeadsFile(kind, path string) (*heads, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	h, err := parseHeads(kind, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return h, nil
}

// writeWhole puts a file (0600) in the place of what is there: all of it or, whatever happens, nothing.
func writeWhole(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".parley-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	// The bytes must be on disk before the name is, or a crash leaves an empty file under it.
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable, where the system can.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // where a folder cannot be synced, the system keeps names in its own journal
	}
	return errors.Join(err, d.Close())
}

// PinFault is a room of which less is stored than was pinned, or something else.
type PinFault struct {
	Room   talks.RoomID
	Pinned int64 // entries when it was pinned
	Stored int64 // entries now; -1 where the room is gone
	Forked bool  // what is stored is not what was pinned, with entries added
}

// Reason says what is wrong, without naming the room.
func (f PinFault) Reason() string {
	switch {
	case f.Stored < 0:
		return fmt.Sprintf("of %d pinned entries none is there, nor the room", f.Pinned)
	case f.Stored < f.Pinned:
		return fmt.Sprintf("%d entries are stored, and %d were pinned", f.Stored, f.Pinned)
	}
	return fmt.Sprintf("the first %d of %d entries are not those that were pinned", f.Pinned, f.Stored)
}

// compare finds the rooms where what is stored is not what was pinned with entries added. damaged are the rooms whose stored
// checkpoint the host did not sign; nothing can be said of them. Only rooms that grew since are read.
func (h *heads) compare(ctx context.Context, store raw.Reader, host record.HostKey, rooms []raw.Room) (faults []PinFault, damaged []talks.RoomID, err error) {
	stored := map[talks.RoomID]raw.Room{}
	for _, r := range rooms {
		stored[talks.RoomID(r.ID)] = r
	}
	for _, id := range slices.Sorted(maps.Keys(h.rooms)) {
		r, there := stored[id]
		if there && bytes.Equal(r.Checkpoint, h.rooms[id]) {
			continue
		}
		pinned, err := host.Open(h.rooms[id], string(id))
		if err != nil {
			return nil, nil, fmt.Errorf("a pinned checkpoint: %w: %w", errForm, err)
		}
		if !there {
			faults = append(faults, PinFault{Room: id, Pinned: pinned.Size, Stored: -1})
			continue
		}
		now, err := host.Open(r.Checkpoint, r.ID)
		if err != nil {
			damaged = append(damaged, id)
			continue
		}
		f := PinFault{Room: id, Pinned: pinned.Size, Stored: now.Size}
		switch {
		case now.Size < pinned.Size:
			faults = append(faults, f)
		case now.Size == pinned.Size:
			f.Forked = now.Root != pinned.Root
		default:
			root, err := rootAt(ctx, store, r, pinned.Size)
			if err != nil {
				return nil, nil, err
			}
			f.Forked = root != pinned.Root
		}
		if f.Forked {
			faults = append(faults, f)
		}
	}
	return faults, damaged, nil
}

// rootAt reads the first entries of a room as they are stored and returns the root over them.
func rootAt(ctx context.Context, store raw.Reader, r raw.Room, size int64) (record.Hash, error) {
	var tree record.Tree
	for e, err := range store.Entries(ctx, r.Process, r.ID, 0) {
		if err != nil {
			return record.Hash{}, fmt.Errorf("reading a room: %w", err)
		}
		tree.Append(record.LeafHash(e.Leaf))
		if tree.Size() == size {
			break
		}
	}
	return tree.Head().Root, nil
}
