// Package sqlite keeps entries in one SQLite file: a log ahead of it (WAL), an fsync a commit, one writer, many readers.
//
// Beside FILE lie FILE-wal and FILE-shm, which are SQLite's, and FILE.lock, which keeps a second process out.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"parley/internal/ledger/internal/raw"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is how many reads go on at once, each with a connection of its own; more wait. Whoever iterates over rooms
// inside iterations over rooms must stay below it.
const readers = 32

// busyTimeout is how long SQLite waits for a lock, in milliseconds. Only a tool run on the file from outside can hold one.
const busyTimeout = 5000

// Storage keeps entries in a SQLite file. It implements raw.Storage.
type Storage struct {
	folder string
	lock   *os.File
	writer *sql.DB // one connection: having it is having the right to write
	reader *sql.DB

	insertProcess, insertRoom, updateRoom, insertSegment *sql.Stmt // on writer

	// logged is roughly how many bytes went into the log since it was last copied into the file. Owned by whoever has
	// the writer's connection.
	logged int64
	// scrub: erased bytes are still in the log, because a reader needed it when the erasure was stored.
	scrub atomic.Bool
	// broken: an fsync has failed; there will be no more writing.
	broken atomic.Bool
}

var _ raw.Storage = (*Storage)(nil)

// Open opens the storage in the file at path, brings its tables up to date, and makes it (0600) and its folder (0700) where
// they are missing. It returns ErrInUse while another Storage has the file. The caller must close the storage.
func Open(ctx context.Context, path string) (_ *Storage, err error) {
	if path, err = settle(path); err != nil {
		return nil, fmt.Errorf("opening the storage: %w", err)
	}
	s := &Storage{folder: filepath.Dir(path)}
	defer func() {
		if err != nil {
			_ = s.release()
			err = fmt.Errorf("opening the storage %s: %w", path, err)
		}
	}()
	// The lock comes first: nothing of the database may be touched before it is ours.
	if s.lock, err = lock(path); err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	if s.writer, err = connect(path, 1, "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(ON)&_pragma=secure_delete(ON)&_pragma=wal_autocheckpoint(0)&_pragma=cache_size(-16000)"); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, fault(err, false, s.folder)
	}
	// The log is a file by now. SQLite makes its name durable with the first commit, and passes over a failure to: then a loss of
	// power could take the log away, with all that was acknowledged.
	if err := syncFolder(s.folder); err != nil {
		return nil, err
	}
	if s.reader, err = connect(path, readers, "&_pragma=query_only(ON)"); err != nil {
		return nil, err
	}
	return s, nil
}

// settle makes path absolute and follows its links, so that every way to a file leads to one lock. It makes the folder.
func settle(path string) (string, error) {
	if path == "" {
		return "", errors.New("no file was named")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(path); !errors.Is(err, fs.ErrNotExist) {
		return target, err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(folder, filepath.Base(path)), err
}

// create makes an empty file at path, which is an empty database, unless there is one. SQLite gives the files beside it the
// same permissions, but does not make the name of a new database durable.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), syncFolder(filepath.Dir(path)))
}

// connect makes a pool of up to n connections. Temporary data stay in memory: nothing of a room goes into another file.
func connect(path string, n int, options string) (*sql.DB, error) {
	name := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		name = "/" + name
	}
	dsn := "file:" + (&url.URL{Path: name}).EscapedPath() +
		fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=temp_store(MEMORY)", busyTimeout) + options
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(min(n, 4))
	return db, nil
}

// prepare brings the tables up to date and gets the writer ready.
func (s *Storage) prepare(ctx context.Context) error {
	var mode string
	if err := s.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system cannot share memory between connections (journal mode %s instead of wal); use a local disk", mode)
	}
	if err := migrate(ctx, s.writer); err != nil {
		return err
	}
	// A process may have died between an erasure and the emptying of the log.
	if _, err := s.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return err
	}
	for _, p := range []struct {
		stmt  **sql.Stmt
		query string
	}{
		{&s.insertProcess, "INSERT INTO process (process, title, lobby) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"},
		{&s.insertRoom, "INSERT INTO room (size, members, checkpoint, process, room) SELECT ?, ?, ?, process, ? FROM process WHERE process = ? ON CONFLICT DO NOTHING"},
		{&s.updateRoom, "UPDATE room SET size = ?, members = ?, checkpoint = ? WHERE room = ? AND process = ? AND size = ?"},
		{&s.insertSegment, "INSERT INTO segment (process, room, first, data) VALUES (?, ?, ?, ?)"},
	} {
		var err error
		if *p.stmt, err = s.writer.PrepareContext(ctx, p.query); err != nil { //nolint:sqlclosecheck // Close closes the writer, and its statements with it
			return err
		}
	}
	return nil
}

// migrate runs the migrations that the file lacks, and refuses one from a later version.
func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	m, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	has, knows, err := m.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > knows {
		return fmt.Errorf("the file is of a later version (%d) than this program knows (%d); use a newer program", has, knows)
	}
	_, err = m.Up(ctx)
	return err
}

// Close empties the log into the file and lets go of it. All other calls must have returned.
func (s *Storage) Close() error {
	var err error
	if !s.broken.Load() {
		_, e := s.writer.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		if e = fault(e, true, s.folder); errors.Is(e, raw.ErrUncertain) {
			s.heed(e)
			err = fmt.Errorf("closing the storage: %w", e)
		} // for want of room the log stays, and is emptied when the storage is opened again
	}
	return errors.Join(err, s.release())
}

// release closes what is open. The lock goes last. The writer stays open once an fsync has failed: closing it would copy the
// log into the file and remove it, which trusts a second fsync after the first has failed.
func (s *Storage) release() error {
	var errs []error
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.writer != nil && !s.broken.Load() {
		errs = append(errs, s.writer.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
