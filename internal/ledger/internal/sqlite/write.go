package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"parley/internal/ledger/internal/raw"
)

// logLimit is how many bytes may go into the log before they are copied into the file. The log's blocks are used again
// after that, and to fsync a block that the file already has is cheaper than to fsync a longer file.
const logLimit = 8 << 20

// overhead is roughly what a commit adds to the log for each room beside the entries: the pages of indexes and heads.
const overhead = 16 << 10

// Commit implements raw.Storage. A cancelled context is heeded until the transaction begins and not after: an interrupted
// COMMIT would leave it open whether anything was stored.
//
// Where an erasure happens while somebody reads, the erased bytes stay in the log until the last of those readers is done.
func (s *Storage) Commit(ctx context.Context, process *raw.Process, batches []raw.Batch) error {
	for _, b := range batches {
		if err := check(b); err != nil {
			return fmt.Errorf("storing entries: %w", err)
		}
	}
	if process == nil && len(batches) == 0 {
		return ctx.Err()
	}
	size, erases := 0, false
	for _, b := range batches {
		size += overhead
		for _, e := range b.Entries {
			size += entrySize(e)
		}
		erases = erases || len(b.Erase) > 0
	}
	err := s.write(ctx, size, erases, func(ctx context.Context, tx *sql.Tx) error {
		if process != nil {
			if err := one(tx.StmtContext(ctx, s.insertProcess).ExecContext(ctx, process.ID, process.Title, process.Lobby)); err != nil {
				return err
			}
		}
		for _, b := range batches {
			if err := s.add(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing entries: %w", err)
	}
	return nil
}

// check refuses a batch that would not make sense whatever is stored.
func check(b raw.Batch) error {
	if len(b.Entries) == 0 || b.First < 0 {
		return errors.New("a batch needs entries and a place for them")
	}
	for _, e := range b.Entries {
		if e.Leaf == nil {
			return errors.New("an entry has no leaf")
		}
	}
	for _, i := range b.Erase {
		if i < 0 || i >= b.First+int64(len(b.Entries)) {
			return fmt.Errorf("there is no entry %d to erase", i)
		}
	}
	return nil
}

// add stores one batch. The head's size is compared and changed in one statement, so that the check is the transaction's.
func (s *Storage) add(ctx context.Context, tx *sql.Tx, b raw.Batch) error {
	size, members, checkpoint := b.First+int64(len(b.Entries)), packMembers(b.Members), b.Checkpoint
	if checkpoint == nil {
		checkpoint = []byte{}
	}
	var err error
	if b.First == 0 {
		err = one(tx.StmtContext(ctx, s.insertRoom).ExecContext(ctx, size, members, checkpoint, b.Room, b.Process))
	} else {
		err = one(tx.StmtContext(ctx, s.updateRoom).ExecContext(ctx, size, members, checkpoint, b.Room, b.Process, b.First))
	}
	if err != nil {
		return err
	}
	erased := map[int64]bool{}
	for _, i := range b.Erase {
		if i < b.First {
			if err := eraseStored(ctx, tx, b.Process, b.Room, i); err != nil {
				return fmt.Errorf("erasing entry %d: %w", i, err)
			}
		}
		erased[i] = true
	}
	return s.insert(ctx, tx, b, erased)
}

// insert stores the entries of a batch in segments, but of those erased at once only the leaf.
func (s *Storage) insert(ctx context.Context, tx *sql.Tx, b raw.Batch, erased map[int64]bool) error {
	insert := tx.StmtContext(ctx, s.insertSegment)
	all := 0
	for _, e := range b.Entries {
		all += entrySize(e)
	}
	data := make([]byte, 0, min(all, segmentSize))
	first := b.First
	for i, e := range b.Entries {
		index := b.First + int64(i)
		if erased[index] {
			e.Salt, e.Payload, e.Key = nil, nil, nil
		}
		if len(data) > 0 && len(data)+entrySize(e) > segmentSize {
			if _, err := insert.ExecContext(ctx, b.Process, b.Room, first, data); err != nil {
				return err
			}
			data, first = data[:0], index
		}
		data = appendEntry(data, e)
	}
	_, err := insert.ExecContext(ctx, b.Process, b.Room, first, data)
	return err
}

// eraseStored blanks an entry of an earlier commit.
func eraseStored(ctx context.Context, tx *sql.Tx, process, room string, index int64) error {
	var number, first int64
	var data []byte
	err := tx.QueryRowContext(ctx, "SELECT number, first, data FROM segment WHERE process = ? AND room = ? AND first <= ? ORDER BY first DESC LIMIT 1",
		process, room, index).Scan(&number, &first, &data)
	if err != nil {
		return err
	}
	if err := blank(data, index-first); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE segment SET data = ? WHERE number = ?", data, number)
	return err
}

// one turns a statement that changed nothing into raw.ErrConflict.
func one(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return raw.ErrConflict
}

// write runs f in a transaction, which is durable once write returns nil. bytes is roughly what it adds to the log; erases
// says that the log must be emptied afterwards.
func (s *Storage) write(ctx context.Context, bytes int, erases bool, f func(context.Context, *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return fault(err, false, s.folder)
	}
	defer func() { _ = conn.Close() }()
	if s.broken.Load() {
		return raw.ErrUncertain
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.transact(ctx, conn, f); err != nil {
		s.heed(err)
		return err
	}
	s.logged += int64(bytes)
	if erases {
		s.scrub.Store(true)
	}
	return s.tidy(ctx, conn)
}

func (s *Storage) transact(ctx context.Context, conn *sql.Conn, f func(context.Context, *sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fault(err, false, s.folder)
	}
	if err := f(ctx, tx); err != nil {
		_ = tx.Rollback() // where it fails, SQLite has rolled back by itself
		return fault(err, false, s.folder)
	}
	return fault(tx.Commit(), true, s.folder)
}

// heed stops all writing after the first error that leaves durability open.
func (s *Storage) heed(err error) {
	if errors.Is(err, raw.ErrUncertain) {
		s.broken.Store(true)
	}
}

// tidy copies the log into the file when it has grown long, and empties it when erased bytes are in it. The caller has
// the writer's connection.
//
// What was committed is durable by now, so a lack of room is passed over and tried again after the next commit. Any other
// failure ends the writing: SQLite's own automatic checkpoint would hide a failed fsync of the file.
func (s *Storage) tidy(ctx context.Context, conn *sql.Conn) error {
	var err error
	switch {
	case s.scrub.Load():
		var busy bool
		if busy, err = s.empty(ctx, conn); err == nil && !busy {
			s.scrub.Store(false)
			s.logged = 0
		}
	case s.logged >= logLimit:
		_, err = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		s.logged = 0
	}
	if err = fault(err, true, s.folder); errors.Is(err, raw.ErrUncertain) {
		s.heed(err)
		return err
	}
	return nil
}

// empty makes the log a file of no bytes, or returns true at once where a reader still needs it.
func (s *Storage) empty(ctx context.Context, conn *sql.Conn) (busy bool, err error) {
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout(0)"); err != nil {
		return false, err
	}
	var log, copied int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &copied)
	_, restored := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout(%d)", busyTimeout))
	return busy, errors.Join(err, restored)
}

// afterReading empties the log where a reader kept an erasure from doing so.
func (s *Storage) afterReading() {
	if !s.scrub.Load() || s.broken.Load() {
		return
	}
	ctx := context.Background()
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return // closed meanwhile; closing empties the log too
	}
	defer func() { _ = conn.Close() }()
	_ = s.tidy(ctx, conn) // its failure is kept in s.broken
}

// SetSetting implements raw.Storage.
func (s *Storage) SetSetting(ctx context.Context, name string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	err := s.write(ctx, overhead+len(value), false, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing the setting %q: %w", name, err)
	}
	return nil
}

// SetMarks implements raw.Storage.
func (s *Storage) SetMarks(ctx context.Context, process, seat string, marks map[string]int64) error {
	if len(marks) == 0 {
		return ctx.Err()
	}
	err := s.write(ctx, overhead, false, func(ctx context.Context, tx *sql.Tx) error {
		for room, entries := range marks {
			_, err := tx.ExecContext(ctx, "INSERT INTO mark (process, room, seat, entries) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET entries = excluded.entries",
				process, room, seat, entries)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing marks: %w", err)
	}
	return nil
}
