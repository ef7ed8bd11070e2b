package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/internal/ledger/internal/raw"
)

// Snapshot is what a storage's file held at one moment. It takes no lock and changes nothing, so it can be had while another
// process writes. It implements raw.Reader, for one goroutine at a time.
//
// While it is open, what is erased stays in the log, and the log grows; whoever opens one closes it soon.
type Snapshot struct{ s *Storage }

var _ raw.Reader = (*Snapshot)(nil)

// OpenSnapshot opens the file at path as it is now. It refuses a file of another version of the tables.
func OpenSnapshot(ctx context.Context, path string) (_ *Snapshot, err error) {
	db, err := look(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = db.Close()
			err = fmt.Errorf("reading %s: %w", path, err)
		}
	}()
	// The pool has one connection, which keeps its transaction until it is closed.
	if _, err := db.ExecContext(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	var has int64
	if err := db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&has); err != nil {
		return nil, err
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	switch knows := int64(len(files)); {
	case has > knows:
		return nil, fmt.Errorf("the file is of a later version (%d) than this program knows (%d); use a newer program", has, knows)
	case has < knows:
		return nil, fmt.Errorf("the file is of an earlier version (%d) than this program's (%d); serve it once with this program", has, knows)
	}
	if err := asMade(ctx, db); err != nil {
		return nil, err
	}
	return &Snapshot{&Storage{reader: db, folder: filepath.Dir(path)}}, nil
}

// ErrTables: the tables in a file are not those that this program makes.
var ErrTables = errors.New("the tables are not as they were made")

// asMade compares a database's tables, and the list of steps that made them, with those of a new one.
func asMade(ctx context.Context, db *sql.DB) error {
	fresh, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer func() { _ = fresh.Close() }()
	fresh.SetMaxOpenConns(1)
	if err := migrate(ctx, fresh); err != nil {
		return err
	}
	var tables [2][]string
	for i, db := range []*sql.DB{db, fresh} {
		tables[i], err = collect(ctx, db, func(rows *sql.Rows) (string, error) {
			var kind, name, of string
			var text sql.NullString
			err := rows.Scan(&kind, &name, &of, &text)
			return strings.Join([]string{kind, name, of, text.String}, "\n"), err
		}, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
		if err != nil {
			return err
		}
		steps, err := collect(ctx, db, func(rows *sql.Rows) (step string, err error) {
			var when time.Time // is read before anything is served, and must be one
			var applied bool
			err = rows.Scan(&step, &applied, &when)
			return fmt.Sprint(step, applied), err
		}, "SELECT id || ' ' || version_id, is_applied, tstamp FROM goose_db_version ORDER BY id")
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("%w: %w", ErrTables, err)
		}
		if err != nil {
			return err
		}
		tables[i] = append(tables[i], steps...)
	}
	if !slices.Equal(tables[0], tables[1]) {
		return ErrTables
	}
	return nil
}

// look opens a database for reading alone, with one connection. Where nobody can write beside it, it needs no memory to share with
// writers, which could not be made on a read-only disk.
func look(path string) (*sql.DB, error) {
	path, err := filepath.EvalSymlinks(path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, err
	}
	options := "&mode=ro"
	if log, err := os.Stat(path + "-wal"); (err != nil || log.Size() == 0) && readOnly(filepath.Dir(path)) {
		options += "&immutable=1"
	}
	return connect(path, 1, options)
}

// readOnly says whether nothing can be made in a folder.
func readOnly(folder string) bool {
	f, err := os.CreateTemp(folder, ".space-*")
	if err != nil {
		return true
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) != nil
}

// Setting implements raw.Reader.
func (s *Snapshot) Setting(ctx context.Context, name string) ([]byte, error) {
	return s.s.Setting(ctx, name)
}

// Processes implements raw.Reader.
func (s *Snapshot) Processes(ctx context.Context) ([]raw.Process, error) { return s.s.Processes(ctx) }

// Rooms implements raw.Reader.
func (s *Snapshot) Rooms(ctx context.Context) ([]raw.Room, error) { return s.s.Rooms(ctx) }

// Entries implements raw.Reader. The iteration has the only connection: it ends before anything else is asked.
func (s *Snapshot) Entries(ctx context.Context, process, room string, from int64) iter.Seq2[raw.Entry, error] {
	return s.s.Entries(ctx, process, room, from)
}

// Close lets go of the file.
func (s *Snapshot) Close() error { return s.s.reader.Close() }

// Inspect has SQLite look through a whole database and returns what it finds wrong: pages, indexes, references from table to table.
func Inspect(ctx context.Context, path string) (wrong []string, err error) {
	db, err := look(path)
	if err != nil {
		return nil, fmt.Errorf("inspecting %s: %w", path, err)
	}
	defer func() { _ = db.Close() }()
	wrong, err = collect(ctx, db, func(rows *sql.Rows) (line string, err error) {
		err = rows.Scan(&line)
		return line, err
	}, "PRAGMA integrity_check(20)")
	if len(wrong) == 1 && wrong[0] == "ok" {
		wrong = nil
	}
	if err == nil {
		var orphans []string
		orphans, err = collect(ctx, db, func(rows *sql.Rows) (string, error) {
			var table, parent string
			var row sql.NullInt64
			var key int64
			err := rows.Scan(&table, &row, &parent, &key)
			return fmt.Sprintf("row %d of the table %s belongs to nothing in the table %s", row.Int64, table, parent), err
		}, "PRAGMA foreign_key_check")
		wrong = append(wrong, orphans...)
	}
	if err != nil {
		return wrong, fmt.Errorf("inspecting %s: %w", path, err)
	}
	return wrong, nil
}

// Copy writes the database at from, as it is at one moment, into a new file (0600), beside whoever writes it. The copy is durable when
// Copy returns nil, though its name in the folder is not. Space that nothing uses is left out, and with it what may be left there.
func Copy(ctx context.Context, from, to string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("copying %s: %w", from, err)
		}
	}()
	// SQLite would make it readable to others; it takes an empty file for none.
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			_ = os.Remove(to)
		}
	}()
	db, err := look(from)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return err
	}
	return f.Sync()
}

// Folder is where the storage's file lies.
func (s *Storage) Folder() string { return s.folder }
