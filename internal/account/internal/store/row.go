package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

// Account is a row of its table; the migration says what is in it.
type Account struct {
	ID, Login, Name    string
	Operator, Disabled bool
	Created            time.Time
	Password           string
	Sealed             []byte
	Step               int64
	Handle             []byte
}

// Passkey is a row of its table.
type Passkey struct {
	ID            []byte
	Account, Name string
	Public        []byte
	Flags         byte
	AAGUID        []byte
	Counter       uint32
	Transports    string
	Created, Used time.Time
}

// External is a row of its table.
type External struct {
	Issuer, Subject, Account, Provider, Name string
	Created                                  time.Time
}

// Seat is a seat of a process in a tenure.
type Seat struct{ Process, Seat, Tenure string }

// Session is a row of its table.
type Session struct {
	Hash                  []byte
	ID, Account           string
	Created, Used, Proved time.Time
	Agent                 string
	Seat                  Seat
}

// Invitation is a row of its table.
type Invitation struct {
	Hash                              []byte
	ID                                string
	Seat                              Seat
	Operator                          bool
	Inviter                           string
	Created, Expires, Used, Withdrawn time.Time
}

// Token is a row of its table.
type Token struct {
	Hash                            []byte
	ID, Account, Name               string
	Seat                            Seat
	Writes                          bool
	Created, Expires, Used, Revoked time.Time
}

// micro is a time as it is stored; the zero time is 0.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// at reads a stored time into t.
type at struct{ t *time.Time }

// Scan implements sql.Scanner.
func (a at) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("%T is not a time", v)
	}
	*a.t = time.Time{}
	if n != 0 {
		*a.t = time.UnixMicro(n).UTC()
	}
	return nil
}

type scanner interface{ Scan(...any) error }

// one reads one row, or returns ErrNotFound.
func one(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// list reads all rows of a query.
func list[T any](t *Tx, read func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// exec changes rows and returns how many.
func (t *Tx) exec(query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code() == code.SQLITE_CONSTRAINT_UNIQUE || e.Code() == code.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return 0, ErrTaken
	}
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// must changes exactly one row, or returns ErrNotFound.
func (t *Tx) must(query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n != 1 {
		return ErrNotFound
	}
	return err
}

func (t *Tx) do(query string, args ...any) error {
	_, err := t.exec(query, args...)
	return err
}
