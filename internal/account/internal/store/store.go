// Package store keeps accounts in one SQLite file: a log ahead of it (WAL), an fsync a commit, one writer, many readers. It knows
// rows and no rules: what may be done to whom is package account's.
package store

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
	"sync"
	"sync/atomic"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("no such row")
	// ErrTaken: another row has what must be unique.
	ErrTaken = errors.New("another row has it")
	// ErrFull: the disk is full or read-only. Nothing was stored; trying again later can succeed.
	ErrFull = errors.New("the disk is full or read-only")
	// ErrUncertain: a commit failed in a way that leaves open what is on disk. Nothing is written after it.
	ErrUncertain = errors.New("it is not certain what is on disk")
)

const (
	readers     = 8    // reads at once; more wait
	busyTimeout = 5000 // milliseconds that SQLite waits for a lock; only a tool run on the file from outside can hold one
	every       = 256  // commits after which the log is copied into the file
)

// DB is an open file. Its methods may be called by many goroutines at once.
type DB struct {
	path    string // empty: in memory
	lock    *os.File
	writer  *sql.DB // one connection: having it is having the right to write
	reader  *sql.DB // the writer, where all is in memory
	commits int     // since the log was last copied; owned by whoever has the writer's connection
	broken  atomic.Bool
	once    sync.Once
	failed  chan struct{}
}

// Open opens the file at path, brings its tables up to date, and makes it (0600) and its folder (0700) where they are missing. The empty
// path is a database in memory. It returns ErrInUse while another DB has the file. The caller must close it.
func Open(ctx context.Context, path string) (_ *DB, err error) {
	d := &DB{path: path, failed: make(chan struct{})}
	if path == "" {
		if d.writer, err = sql.Open("sqlite", "file::memory:?_txlock=immediate&_pragma=foreign_keys(ON)"); err != nil {
			return nil, err
		}
		d.writer.SetMaxOpenConns(1)
		d.reader = d.writer
		if err := migrate(ctx, d.writer); err != nil {
			return nil, errors.Join(fmt.Errorf("opening a database in memory: %w", err), d.writer.Close())
		}
		return d, nil
	}
	defer func() {
		if err != nil {
			_ = d.release()
			err = fmt.Errorf("opening %s: %w", path, err)
		}
	}()
	if d.path, err = settle(path); err != nil {
		return nil, err
	}
	// The lock comes first: nothing of the database may be touched before it is ours.
	if d.lock, err = lock(d.path); err != nil {
		return nil, err
	}
	if err := Create(d.path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	// An automatic checkpoint would hide a failed fsync of the file, so there is none.
	if d.writer, err = connect(d.path, 1, "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(ON)&_pragma=secure_delete(ON)&_pragma=wal_autocheckpoint(0)"); err != nil {
		return nil, err
	}
	if err := d.prepare(ctx); err != nil {
		return nil, fault(err, false)
	}
	if d.reader, err = connect(d.path, readers, "&_pragma=query_only(ON)"); err != nil {
		return nil, err
	}
	return d, nil
}

// settle makes path absolute and follows its links, so that every way to a file leads to one lock. It makes the folder.
func settle(path string) (string, error) {
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

// Create makes an empty file (0600), durably, or returns fs.ErrExist. SQLite gives the files beside it the same permissions.
func Create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), syncFolder(filepath.Dir(path)))
}

// connect makes a pool of up to n connections. Temporary data stay in memory.
func connect(path string, n int, options string) (*sql.DB, error) {
	name := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		name = "/" + name
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: name}).EscapedPath()+
		fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=temp_store(MEMORY)", busyTimeout)+options)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

func (d *DB) prepare(ctx context.Context) error {
	var mode string
	if err := d.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system cannot share memory between connections (journal mode %s instead of wal); use a local disk", mode)
	}
	if err := migrate(ctx, d.writer); err != nil {
		return err
	}
	_, err := d.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
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

// Failed is closed once it is not certain any more what is on disk.
func (d *DB) Failed() <-chan struct{} { return d.failed }

// Close copies the log into the file and lets go of it. All other calls must have returned.
func (d *DB) Close() error {
	var err error
	if d.path != "" && !d.broken.Load() {
		_, e := d.writer.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		if e = fault(e, true); errors.Is(e, ErrUncertain) {
			d.stop()
			err = fmt.Errorf("closing the accounts: %w", e)
		} // for want of room the log stays, and is copied when the file is opened again
	}
	return errors.Join(err, d.release())
}

// release closes what is open, the lock last. After a failed fsync the writer stays open: closing it would copy the log into
// the file and remove it, which trusts a second fsync after the first has failed.
func (d *DB) release() error {
	var errs []error
	if d.reader != nil && d.reader != d.writer {
		errs = append(errs, d.reader.Close())
	}
	if d.writer != nil && !d.broken.Load() {
		errs = append(errs, d.writer.Close())
	}
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
	}
	return errors.Join(errs...)
}

func (d *DB) stop() {
	d.broken.Store(true)
	d.once.Do(func() { close(d.failed) })
}

// Tx is a transaction. Its methods return ErrNotFound and ErrTaken, wrapped.
type Tx struct {
	ctx context.Context
	tx  *sql.Tx
}

// Read runs f on one state of the file. f must not begin another transaction.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	tx, err := d.reader.BeginTx(ctx, nil)
	if err != nil {
		return fault(err, false)
	}
	defer func() { _ = tx.Rollback() }()
	return fault(f(&Tx{ctx, tx}), false)
}

// Write runs f in a transaction, which is durable once Write returns nil. What f returns undoes it. A cancelled context is heeded
// until the transaction begins and not after: an interrupted COMMIT would leave it open whether anything was stored.
// f must not begin another transaction.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return fault(err, false)
	}
	defer func() { _ = conn.Close() }()
	if d.broken.Load() {
		return ErrUncertain
	}
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fault(err, false)
	}
	if err := f(&Tx{ctx, tx}); err != nil {
		_ = tx.Rollback() // where it fails, SQLite has rolled back by itself
		return d.heed(fault(err, false))
	}
	if err := d.heed(fault(tx.Commit(), true)); err != nil {
		return err
	}
	if d.commits++; d.path == "" || d.commits < every {
		return nil
	}
	d.commits = 0
	_, err = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	if err = fault(err, true); errors.Is(err, ErrUncertain) {
		return d.heed(err)
	}
	return nil // for want of room it is tried again later: what was committed is durable in the log
}

// heed stops all writing after the first error that leaves durability open.
func (d *DB) heed(err error) error {
	if errors.Is(err, ErrUncertain) {
		d.stop()
	}
	return err
}

// fault gives an error of SQLite its place. committing says that it came from COMMIT or later.
func fault(err error, committing bool) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		if err != nil && committing {
			return fmt.Errorf("%w: %w", ErrUncertain, err)
		}
		return err
	}
	if errors.Is(err, ErrTaken) {
		return err
	}
	switch primary := e.Code() & 0xff; {
	case primary == code.SQLITE_FULL, primary == code.SQLITE_READONLY && e.Code() != code.SQLITE_READONLY_DBMOVED:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case e.Code() == code.SQLITE_IOERR_FSYNC, e.Code() == code.SQLITE_IOERR_DIR_FSYNC:
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	case primary == code.SQLITE_BUSY:
		return err // COMMIT gave up before it began
	case committing:
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	}
	return err
}
