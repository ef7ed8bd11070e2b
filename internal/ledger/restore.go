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
	"slices"

	"parley/internal/ledger/internal/sqlite"
	"parley/record"
)

// manifestLimit is the most bytes that the list of a backup may have: enough for a million rooms.
const manifestLimit = 1 << 29

const remedyBackup = "this backup cannot be used; take another one"

// Restoring says what is restored, where to, and what it has to hold.
type Restoring struct {
	Tar         io.Reader      // the backup as a tar file; or
	Folder      string         // as a folder
	Data        string         // where to: a folder that is empty or not there
	Host        record.HostKey // the key that the host must have; zero for any
	Pin         string         // the pin that the backup must not fall short of; empty for none
	AcceptOlder bool           // restore it although it does
}

// Restore makes a data folder of a backup: all of it, or nothing. Before the folder is there, all sums, every leaf, root and commitment and every
// checkpoint have been checked, as Check does. It returns where the backup falls short of the pin, if that was accepted.
//
// The errors are [ErrOccupied] where the data folder has something in it, a [FaultsError] for a backup that is wrong and a [PinError] for
// one that is too old.
func Restore(ctx context.Context, o Restoring) (_ *BackupReport, accepted []PinFault, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restoring: %w", err)
		}
	}()
	data := filepath.Clean(o.Data)
	if err := vacant(data); err != nil {
		return nil, nil, err
	}
	// An existing folder may be a file system of its own, which cannot be put in place as a whole.
	beside := filepath.Dir(data)
	_, err = os.Stat(data)
	within := err == nil
	if within {
		beside = data
	} else if err := os.MkdirAll(beside, 0o700); err != nil {
		return nil, nil, err
	}
	work, err := os.MkdirTemp(beside, ".restore-*") // 0700
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	h, err := o.unpack(ctx, work)
	if err != nil {
		return nil, nil, err
	}
	report, err := h.check(ctx, work)
	if err != nil {
		return nil, nil, err
	}
	if !o.Host.IsZero() && o.Host != report.Host {
		return nil, nil, &FaultsError{[]Fault{{"the host's key", "it is " + report.Host.String(), "this is another host's backup; take one of the host that you mean"}}}
	}
	if o.Pin != "" {
		if accepted, err = o.comparePin(ctx, work, report.Host); err != nil {
			return nil, nil, err
		}
	}
	if err := h.place(work, data, within); err != nil {
		return nil, nil, err
	}
	return report, accepted, nil
}

func (o *Restoring) comparePin(ctx context.Context, work string, host record.HostKey) ([]PinFault, error) {
	snap, err := sqlite.OpenSnapshot(ctx, filepath.Join(work, recordFile))
	if err != nil {
		return nil, err
	}
	defer func() { _ = snap.Close() }()
	rooms, err := snap.Rooms(ctx)
	if err != nil {
		return nil, err
	}
	faults, err := pinnedBy(ctx, snap, host, rooms, o.Pin)
	if err == nil && len(faults) > 0 && !o.AcceptOlder {
		err = &PinError{o.Pin, faults}
	}
	return faults, err
}

// place moves the restored files to where they belong; the record comes last, and without it there is no data folder.
func (h *heads) place(work, data string, within bool) error {
	if err := syncFolder(work); err != nil {
		return err
	}
	if !within {
		return moveFolder(work, data)
	}
	for _, f := range h.files {
		if f.name == recordFile {
			continue
		}
		if err := os.Rename(filepath.Join(work, f.name), filepath.Join(data, f.name)); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(work, recordFile), filepath.Join(data, recordFile)); err != nil {
		return err
	}
	return syncFolder(data)
}

// unpack copies a backup's files into a folder, and checks their sums.
func (o *Restoring) unpack(ctx context.Context, work string) (*heads, error) {
	if o.Tar == nil {
		h, err := readHeadsFile(backupKind, filepath.Join(o.Folder, manifestFile))
		if err != nil {
			return nil, backupFault(manifestFile, err)
		}
		if err := h.complete(); err != nil {
			return nil, err
		}
		for _, f := range h.files {
			err := withFile(filepath.Join(o.Folder, f.name), func(r *os.File) error { return f.unpack(ctx, r, work) })
			if err != nil {
				return nil, backupFault(f.name, err)
			}
		}
		return h, nil
	}
	in := tar.NewReader(o.Tar)
	header, err := in.Next()
	if err == nil && (header.Name != manifestFile || header.Size > manifestLimit) {
		err = errForm
	}
	if err != nil {
		return nil, backupFault(manifestFile, err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, backupFault(manifestFile, err)
	}
	h, err := parseHeads(backupKind, text)
	if err != nil {
		return nil, backupFault(manifestFile, err)
	}
	if err := h.complete(); err != nil {
		return nil, err
	}
	for _, f := range h.files {
		header, err := in.Next()
		if err == nil && (header.Name != f.name || header.Size != f.size || header.Typeflag != tar.TypeReg) {
			err = fmt.Errorf("%q is there in its place: %w", header.Name, errForm)
		}
		if err == nil {
			err = f.unpack(ctx, in, work)
		}
		if err != nil {
			return nil, backupFault(f.name, err)
		}
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		return nil, backupFault("the end", errForm)
	}
	return h, nil
}

// backupFault says that a file of a backup is wrong; what the system refused stays what it is.
func backupFault(name string, err error) error {
	if errors.As(err, new(*os.PathError)) || errors.Is(err, context.Canceled) {
		return err
	}
	return &FaultsError{[]Fault{{name, err.Error(), remedyBackup}}}
}

// complete refuses a list that names other files than a backup has: names in it become names in a folder.
func (h *heads) complete() error {
	var names []string
	last := -1
	for _, f := range h.files {
		names = append(names, f.name)
		at := slices.Index(dataFiles, f.name)
		if at <= last {
			last = len(dataFiles)
			break
		}
		last = at
	}
	if last != len(dataFiles)-1 { // the record is the last, and is always there
		return backupFault(manifestFile, fmt.Errorf("it lists %q: %w", names, errForm))
	}
	return nil
}

// unpack writes one file, durably, and compares it with its sum.
func (s fileSum) unpack(ctx context.Context, r io.Reader, work string) (err error) {
	f, err := os.OpenFile(filepath.Join(work, s.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), &patient{ctx, r})
	if err != nil {
		return err
	}
	if n != s.size || !bytes.Equal(hash.Sum(nil), s.sum[:]) {
		return errors.New("its bytes are not those that the list has the sum of")
	}
	return f.Sync()
}

// patient reads until its context ends.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
