package ledger

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/ledger/internal/sqlite"
	"parley/internal/talks"
	"parley/record"
)

// A backup is a tar file, or a folder, with a list of what is in it (manifest) and the databases. It has the host's private key and
// the words of all rooms.

const manifestFile = "manifest"

// BackupReport says what a backup holds: sizes, and nothing of what is in it.
type BackupReport struct {
	Time    time.Time // when it was begun
	Host    record.HostKey
	Rooms   []RoomSize // by identifier
	Entries int64
	Bytes   int64       // of its files
	Sum     record.Hash // SHA-256 of its list, which has the sums of all files: two backups with one sum are the same
}

// FaultsError says what is wrong with data that were to be backed up or restored.
type FaultsError struct{ Faults []Fault }

func (e *FaultsError) Error() string {
	var b strings.Builder
	for i, f := range e.Faults {
		if i == 3 {
			fmt.Fprintf(&b, "\nand %d more", len(e.Faults)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.String())
	}
	return b.String()
}

// Backup writes a copy of all processes, rooms and accounts as they are at one moment, as a tar file, while reading and writing go on. Every room is checked on
// the way as Check does; where one is wrong the error is a [FaultsError] and what was written is no backup. It makes a
// temporary copy in the data folder. A ledger in memory has none.
func (l *Ledger) Backup(ctx context.Context, w io.Writer) (*BackupReport, error) {
	s, ok := l.store.(interface{ Folder() string })
	if !ok {
		return nil, errors.New("backing up: what is kept in memory has no backup")
	}
	if l.over() {
		return nil, ErrStopped
	}
	return WriteBackup(ctx, s.Folder(), s.Folder(), w)
}

// WriteBackup is Ledger.Backup for a data folder, which another process may have open. Its temporary copy lies in the folder work.
func WriteBackup(ctx context.Context, data, work string, w io.Writer) (*BackupReport, error) {
	work, err := os.MkdirTemp(work, ".backup-*") // 0700
	if err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	h, report, err := copyData(ctx, data, work)
	if err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	out := tar.NewWriter(w)
	put := func(name string, size int64, r io.Reader) error {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: h.time.Truncate(time.Second)}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		_, err := io.Copy(out, r)
		return err
	}
	manifest := h.marshal()
	err = put(manifestFile, int64(len(manifest)), bytes.NewReader(manifest))
	for _, f := range h.files {
		if err == nil {
			err = withFile(filepath.Join(work, f.name), func(r *os.File) error { return put(f.name, f.size, r) })
		}
	}
	if err = errors.Join(err, ctx.Err()); err == nil {
		err = out.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	return report, nil
}

// BackupFolder writes a backup as a folder (0700), which must not be there or be empty. It is there whole or not at all.
func BackupFolder(ctx context.Context, data, folder string) (*BackupReport, error) {
	if err := vacant(folder); err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(filepath.Clean(folder)), ".backup-*")
	if err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	h, report, err := copyData(ctx, data, work)
	if err == nil {
		err = writeWhole(filepath.Join(work, manifestFile), h.marshal())
	}
	if err == nil {
		err = moveFolder(work, folder)
	}
	if err != nil {
		return nil, fmt.Errorf("backing up: %w", err)
	}
	return report, nil
}

// copyData copies the databases of a data folder into an empty folder, and checks the copies.
func copyData(ctx context.Context, data, work string) (*heads, *BackupReport, error) {
	h := &heads{kind: backupKind, time: time.Now().UTC().Truncate(time.Millisecond), rooms: map[talks.RoomID][]byte{}}
	for _, name := range dataFiles {
		from, to := filepath.Join(data, name), filepath.Join(work, name)
		if _, err := os.Stat(from); name != recordFile && errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, nil, err
		}
		if err := copyFile(ctx, from, to); err != nil {
			return nil, nil, err
		}
		f, err := sumFile(name, to)
		if err != nil {
			return nil, nil, err
		}
		h.files = append(h.files, f)
	}
	report, err := h.check(ctx, work)
	if err != nil {
		return nil, nil, err
	}
	return h, report, nil
}

// copyFile copies one file of a data folder.
func copyFile(ctx context.Context, from, to string) error {
	if filepath.Base(from) != keyFile {
		return sqlite.Copy(ctx, from, to)
	}
	key, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeWhole(to, key)
}

// check checks the databases of a backup. It fills the list where that has no host yet, and otherwise compares with it.
func (h *heads) check(ctx context.Context, folder string) (*BackupReport, error) {
	found, err := Check(ctx, folder, "")
	if err != nil {
		return nil, err
	}
	if len(found.Faults) > 0 {
		return nil, &FaultsError{found.Faults}
	}
	snap, err := sqlite.OpenSnapshot(ctx, filepath.Join(folder, recordFile))
	if err != nil {
		return nil, err
	}
	defer func() { _ = snap.Close() }()
	rooms, err := snap.Rooms(ctx)
	if err != nil {
		return nil, err
	}
	if h.host.IsZero() {
		h.host = found.Host
		for _, r := range rooms {
			h.rooms[talks.RoomID(r.ID)] = r.Checkpoint
		}
	}
	same := h.host == found.Host && len(rooms) == len(h.rooms)
	for _, r := range rooms {
		same = same && bytes.Equal(h.rooms[talks.RoomID(r.ID)], r.Checkpoint)
	}
	if !same {
		return nil, &FaultsError{[]Fault{{manifestFile, "its checkpoints are not those of the record beside it", remedyBackup}}}
	}
	report := &BackupReport{Time: h.time, Host: h.host, Rooms: found.Rooms, Entries: found.Entries, Sum: h.sum()}
	for _, f := range h.files {
		report.Bytes += f.size
	}
	return report, nil
}

func sumFile(name, path string) (fileSum, error) {
	f := fileSum{name: name}
	hash := sha256.New()
	err := withFile(path, func(r *os.File) (err error) {
		f.size, err = io.Copy(hash, r)
		return err
	})
	f.sum = record.Hash(hash.Sum(nil))
	return f, err
}

func withFile(path string, use func(*os.File) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(use(f), f.Close())
}

// ErrOccupied: a folder that is to be made has something in it.
var ErrOccupied = errors.New("there is something there already")

// vacant returns nil where a folder is empty or not there.
func vacant(folder string) error {
	files, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && len(files) > 0 {
		return fmt.Errorf("%s: %w; name a new folder, or an empty one", folder, ErrOccupied)
	}
	return err
}

// moveFolder gives a complete folder its place, where there is nothing or an empty folder.
func moveFolder(work, folder string) error {
	if err := os.Remove(folder); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // it is not empty any more
	}
	if err := os.Rename(work, folder); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(filepath.Clean(folder)))
}
