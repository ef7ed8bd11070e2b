package ledger_test

import (
	"bytes"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// TestCorrupt: whatever was changed in the stored bytes of a room is found when the room is read, before anything of it is shown and
// before anything is signed over it. Other rooms go on.
func TestCorrupt(t *testing.T) {
	change := func(column string, from, to []byte) func(t *testing.T, db *sql.DB, room talks.RoomID) {
		return func(t *testing.T, db *sql.DB, room talks.RoomID) {
			t.Helper()
			table, key := "segment", "first"
			if column != "data" {
				table, key = "room", "size"
			}
			rows, err := db.QueryContext(t.Context(), "SELECT "+key+", "+column+" FROM "+table+" WHERE room = ?", string(room))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = rows.Close() }()
			changed := map[int64][]byte{}
			for rows.Next() {
				var at int64
				var data []byte
				if err := rows.Scan(&at, &data); err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(data, from) {
					changed[at] = bytes.Replace(data, from, to, 1)
				}
			}
			if err := rows.Err(); err != nil || len(changed) == 0 {
				t.Fatalf("%q is not stored: %v", from, err)
			}
			for at, data := range changed {
				if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET "+column+" = ? WHERE room = ? AND "+key+" = ?", data, string(room), at); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	exec := func(query string) func(t *testing.T, db *sql.DB, room talks.RoomID) {
		return func(t *testing.T, db *sql.DB, room talks.RoomID) {
			t.Helper()
			if _, err := db.ExecContext(t.Context(), query, string(room)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, damage := range map[string]func(t *testing.T, db *sql.DB, room talks.RoomID){
		"a payload":         change("data", []byte("precious"), []byte("preciouz")),
		"a leaf's author":   change("data", []byte("author us-head"), []byte("author ru-head")),
		"a leaf's time":     change("data", []byte("time 20"), []byte("time 21")),
		"a leaf's kind":     change("data", []byte("kind remark.write"), []byte("kind remark.wrote")),
		"a leaf's form":     change("data", []byte("parley-entry/1"), []byte("parley-entry/2")),
		"a checkpoint":      change("checkpoint", []byte("\n— "), []byte("\n- ")),
		"a checkpoint size": change("checkpoint", []byte("\n"), []byte("\n1")),
		"the members":       change("members", []byte("ru"), []byte("ua")),
		"the size":          exec("UPDATE room SET size = size - 1 WHERE room = ?"),
		"a larger size":     exec("UPDATE room SET size = size + 1 WHERE room = ?"),
		"the last entries":  exec("DELETE FROM segment WHERE number = (SELECT max(number) FROM segment WHERE room = ?)"),
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			l, rooms := open(t, dir)
			direct := rooms["direct"]
			put(t, l, "us-head", direct, "remark.write", `{"text":"precious"}`)
			put(t, l, "us-head", direct, "remark.write", `{"text":"and more"}`)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, "parley.db"))
			if err != nil {
				t.Fatal(err)
			}
			damage(t, db, direct)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			stillSigned(t, dir, direct)
		})
	}
}

// stillSigned opens a folder whose direct room is damaged, and sees that it is shut and the others are not.
func stillSigned(t *testing.T, dir string, direct talks.RoomID) {
	t.Helper()
	ctx := t.Context()
	l, _ := open(t, dir)
	before := storedCheckpoint(t, dir, direct)
	if _, err := l.View(ctx, as("ua-head")); err != nil && !errors.Is(err, ledger.ErrCorrupt) {
		t.Errorf("who does not sit there: %v", err)
	}
	for range 2 {
		if _, err := l.View(ctx, as("us-head")); !errors.Is(err, ledger.ErrCorrupt) {
			t.Errorf("viewing: %v", err)
		}
		if _, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("x")); !errors.Is(err, ledger.ErrCorrupt) {
			t.Errorf("writing: %v", err)
		}
		if err := l.Archive(ctx, as("us-head"), &bytes.Buffer{}); !errors.Is(err, ledger.ErrCorrupt) {
			t.Errorf("archiving: %v", err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if after := storedCheckpoint(t, dir, direct); !bytes.Equal(after, before) {
		t.Error("a checkpoint was signed over a damaged room")
	}
}

func storedCheckpoint(t *testing.T, dir string, room talks.RoomID) []byte {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var c []byte
	if err := db.QueryRowContext(t.Context(), "SELECT checkpoint FROM room WHERE room = ?", string(room)).Scan(&c); err != nil {
		t.Fatal(err)
	}
	return c
}
