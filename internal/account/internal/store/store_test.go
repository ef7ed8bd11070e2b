package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T, path string) *DB {
	t.Helper()
	d, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func add(d *DB, login string) error {
	return d.Write(context.Background(), func(tx *Tx) error {
		return tx.AddAccount(Account{ID: "id-" + login, Login: login, Name: login, Created: time.Now(), Handle: []byte(login)})
	})
}

func count(t *testing.T, d *DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *Tx) error {
		list, err := tx.Accounts()
		n = len(list)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRows: what is written is read, whole.
func TestRows(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), "a.db")} {
		d := open(t, path)
		now := time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)
		a := Account{ID: "i", Login: "l", Name: "n", Operator: true, Created: now, Password: "p", Sealed: []byte{1, 2}, Step: 7, Handle: []byte{3}}
		s := Session{Hash: []byte{9}, ID: "s", Account: "i", Created: now, Used: now, Proved: now, Agent: "x", Seat: Seat{"p", "us-head", "r/1"}}
		if err := d.Write(t.Context(), func(tx *Tx) error { return errors.Join(tx.AddAccount(a), tx.AddSession(s)) }); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(tx *Tx) error {
			for _, find := range []func() (Account, error){
				func() (Account, error) { return tx.AccountByID("i") },
				func() (Account, error) { return tx.AccountByLogin("l") },
				func() (Account, error) { return tx.AccountByHandle([]byte{3}) },
			} {
				if got, err := find(); err != nil || fmt.Sprint(got) != fmt.Sprint(a) {
					t.Errorf("%+v %v", got, err)
				}
			}
			if got, err := tx.Session([]byte{9}); err != nil || fmt.Sprint(got) != fmt.Sprint(s) {
				t.Errorf("%+v %v", got, err)
			}
			_, err := tx.AccountByID("x")
			if !errors.Is(err, ErrNotFound) {
				t.Error(err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := add(d, "l"); !errors.Is(err, ErrTaken) {
			t.Error(err)
		}
		if err := d.Write(t.Context(), func(tx *Tx) error { return tx.AddSession(Session{Hash: []byte{8}, ID: "t", Account: "nobody"}) }); err == nil {
			t.Error("a session of nobody was stored")
		}
		wrong := errors.New("wrong")
		if err := d.Write(t.Context(), func(tx *Tx) error { return errors.Join(tx.EndSessions("i", nil), wrong) }); !errors.Is(err, wrong) {
			t.Error(err)
		}
		if err := d.Read(t.Context(), func(tx *Tx) error { _, err := tx.Session([]byte{9}); return err }); err != nil {
			t.Error("what failed was stored:", err)
		}
	}
}

// TestFull: on a full disk nothing is stored, reading goes on, and writing resumes when there is room.
func TestFull(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "a.db"))
	if err := add(d, "before"); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := d.writer.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		t.Helper()
		if _, err := d.writer.ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	var err error
	stored := 1
	for i := 0; i < 1000 && err == nil; i++ {
		if err = add(d, fmt.Sprint("somebody with a long name ", i)); err == nil {
			stored++
		}
	}
	if !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	if n := count(t, d); n != stored {
		t.Errorf("%d are stored instead of %d", n, stored)
	}
	limit(1 << 20)
	if err := add(d, "after"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-d.Failed():
		t.Error("it has stopped itself")
	default:
	}
}

// TestUncertain: once it is not certain what is on disk, nothing is written any more.
func TestUncertain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d := open(t, path)
	if err := add(d, "before"); err != nil {
		t.Fatal(err)
	}
	if err := d.heed(fault(errors.New("fsync"), true)); !errors.Is(err, ErrUncertain) {
		t.Fatal(err)
	}
	<-d.Failed()
	if err := add(d, "after"); !errors.Is(err, ErrUncertain) {
		t.Error(err)
	}
	if count(t, d) != 1 {
		t.Error("it cannot be read")
	}
	_ = d.Close()
	_ = d.writer.Close()
	if d := open(t, path); count(t, d) != 1 {
		t.Error("it was not stored")
	}
}

func TestLaterVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d := open(t, path)
	if _, err := d.writer.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err := Open(t.Context(), path); err == nil {
		_ = d.Close()
		t.Error("opened")
	}
}

// TestTogether: writers take turns, and what each was told is stored is there after a restart; the log does not grow without end.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d := open(t, path)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 80 {
				if err := add(d, fmt.Sprintf("%d-%d", i, k)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	st, err := os.Stat(path + "-wal")
	if err != nil || st.Size() > 32<<20 {
		t.Error(st, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Write(cancelled, func(*Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, path)); n != 640 {
		t.Errorf("%d are stored", n)
	}
}
