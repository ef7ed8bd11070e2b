package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"

	"parley/internal/ledger/internal/raw"
)

// entriesQuery begins at the segment that the index lies in, and goes on in order.
const entriesQuery = `SELECT first, data FROM segment WHERE process = ?1 AND room = ?2 AND first >= coalesce(
	(SELECT max(first) FROM segment WHERE process = ?1 AND room = ?2 AND first <= ?3), 0) ORDER BY first`

// Entries implements raw.Storage. It is one statement, hence one snapshot, however long the caller takes; it holds one of
// the reading connections until the iteration ends, and no writer waits for it.
//
// The slices of neighbouring entries share memory in runs of up to 64 KiB: whoever keeps one for long copies it.
func (s *Storage) Entries(ctx context.Context, process, room string, from int64) iter.Seq2[raw.Entry, error] {
	return func(yield func(raw.Entry, error) bool) {
		defer s.afterReading() // runs last: by then the connection is free
		stopped := false
		err := s.entries(ctx, process, room, max(from, 0), func(e raw.Entry, err error) bool {
			stopped = !yield(e, err)
			return !stopped
		})
		if err != nil && !stopped {
			yield(raw.Entry{}, fmt.Errorf("reading entries: %w", err))
		}
	}
}

// entries yields until yield returns false, which is no error.
func (s *Storage) entries(ctx context.Context, process, room string, from int64, yield func(raw.Entry, error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := s.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	// The driver's rows are used as they are: the driver makes a new slice for every value, which database/sql would
	// copy once more. The context is asked once a segment instead of watched by a goroutine for every step.
	return conn.Raw(func(c any) (err error) {
		rows, err := c.(driver.QueryerContext).QueryContext(context.WithoutCancel(ctx), entriesQuery, []driver.NamedValue{
			{Ordinal: 1, Value: process}, {Ordinal: 2, Value: room}, {Ordinal: 3, Value: from},
		})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		next := int64(-1)
		for row := make([]driver.Value, 2); ; {
			if err := rows.Next(row); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			first, data := row[0].(int64), row[1].([]byte)
			if next >= 0 && first != next {
				return fmt.Errorf("entry %d: %w", next, errSegment)
			}
			var more bool
			if next, more, err = walk(data, first, from, yield); err != nil || !more {
				return err
			}
		}
	})
}

// walk yields the entries of one segment that begins at index first, from the index from on. It returns the index after the
// last one, and whether yield wants more.
func walk(data []byte, first, from int64, yield func(raw.Entry, error) bool) (next int64, more bool, err error) {
	for next = first; len(data) > 0; next++ {
		e, rest, err := nextEntry(data)
		if err != nil {
			return next, false, fmt.Errorf("entry %d: %w", next, err)
		}
		data = rest
		if next >= from && !yield(e, nil) {
			return next, false, nil
		}
	}
	return next, true, nil
}

// Setting implements raw.Storage.
func (s *Storage) Setting(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	switch err := s.reader.QueryRowContext(ctx, "SELECT value FROM setting WHERE name = ?", name).Scan(&value); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the setting %q: %w", name, err)
	case value == nil: // the driver's form of an empty value
		return []byte{}, nil
	}
	return value, nil
}

// Processes implements raw.Storage.
func (s *Storage) Processes(ctx context.Context) ([]raw.Process, error) {
	list, err := collect(ctx, s.reader, func(rows *sql.Rows) (p raw.Process, err error) {
		err = rows.Scan(&p.ID, &p.Title, &p.Lobby)
		return p, err
	}, "SELECT process, title, lobby FROM process ORDER BY process")
	if err != nil {
		return nil, fmt.Errorf("reading processes: %w", err)
	}
	return list, nil
}

// Rooms implements raw.Storage.
func (s *Storage) Rooms(ctx context.Context) ([]raw.Room, error) {
	list, err := collect(ctx, s.reader, func(rows *sql.Rows) (r raw.Room, err error) {
		var members []byte
		if err := rows.Scan(&r.Process, &r.ID, &r.Size, &members, &r.Checkpoint); err != nil {
			return r, err
		}
		r.Members, err = unpackMembers(members)
		return r, err
	}, "SELECT process, room, size, members, checkpoint FROM room ORDER BY process, room")
	if err != nil {
		return nil, fmt.Errorf("reading rooms: %w", err)
	}
	return list, nil
}

// Marks implements raw.Storage.
func (s *Storage) Marks(ctx context.Context, process, seat string) (map[string]int64, error) {
	type mark struct {
		room    string
		entries int64
	}
	list, err := collect(ctx, s.reader, func(rows *sql.Rows) (m mark, err error) {
		err = rows.Scan(&m.room, &m.entries)
		return m, err
	}, "SELECT room, entries FROM mark WHERE process = ? AND seat = ?", process, seat)
	if err != nil {
		return nil, fmt.Errorf("reading marks: %w", err)
	}
	marks := make(map[string]int64, len(list))
	for _, m := range list {
		marks[m.room] = m.entries
	}
	return marks, nil
}

// collect runs a query and scans all its rows.
func collect[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
