package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
	code "modernc.org/sqlite/lib"

	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, path string) *Storage {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// temp opens a new storage for one test.
func temp(t testing.TB) (s *Storage, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "parley.db")
	s = open(t, path)
	t.Cleanup(func() { s.Close() })
	return s, path
}

func exec(t testing.TB, s *Storage, query string) {
	t.Helper()
	if _, err := s.writer.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestStorage(t *testing.T) {
	storetest.Run(t, func(t *testing.T) raw.Storage {
		return open(t, filepath.Join(t.TempDir(), "parley.db"))
	}, func(t *testing.T, s raw.Storage) raw.Storage {
		path := filepath.Join(s.(*Storage).folder, "parley.db")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return open(t, path)
	})
}

func TestSecondOpenerIsRefused(t *testing.T) {
	s, path := temp(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, filepath.Join(link, "parley.db")} {
		_, err := Open(t.Context(), p)
		if !errors.Is(err, ErrInUse) {
			t.Fatalf("got error %v, want %v", err, ErrInUse)
		}
		for _, want := range []string{filepath.Dir(path), fmt.Sprintf("number %d", os.Getpid()), "stop it first"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %q does not mention %q", err, want)
			}
		}
	}
	storetest.Commit(t, s, &storetest.P, storetest.Batch("r", 0, 1)) // the first goes on
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are lists there")
	}
	folder := filepath.Join(t.TempDir(), "a", "b c?%#&")
	s := open(t, filepath.Join(folder, "x ?%41#.db"))
	defer s.Close()
	storetest.Commit(t, s, &storetest.P, storetest.Batch("r", 0, 1))
	for name, want := range map[string]os.FileMode{
		"": 0o700, "x ?%41#.db": 0o600, "x ?%41#.db-wal": 0o600, "x ?%41#.db-shm": 0o600, "x ?%41#.db.lock": 0o600,
	} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%q has permissions %o, want %o", name, got, want)
		}
	}
	if files, _ := os.ReadDir(folder); len(files) != 4 {
		t.Errorf("files %v", files)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("another file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "letter.txt")
		text := bytes.Repeat([]byte("Dear Sir, "), 1000)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(t.Context(), path); err == nil {
			s.Close()
			t.Error("opened")
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, text) {
			t.Error("the file was changed")
		}
	})
	t.Run("a later version", func(t *testing.T) {
		s, path := temp(t)
		exec(t, s, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
		s.Close()
		if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "later version (99)") {
			t.Errorf("got error %v", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		path := filepath.Join(t.TempDir(), "parley.db")
		if _, err := Open(ctx, path); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v", err)
		}
		open(t, path).Close() // nothing was left locked
	})
	t.Run("no name", func(t *testing.T) {
		if _, err := Open(t.Context(), ""); err == nil {
			t.Error("opened")
		}
	})
}

// refusedWhole tries to write while there is no room, and again when there is.
func refusedWhole(t *testing.T, s *Storage, fill, free func()) {
	t.Helper()
	storetest.Commit(t, s, &storetest.P, storetest.Batch("a", 0, 2), storetest.Batch("b", 0, 2))
	fill()
	b := storetest.Batch("b", 2, 1)
	b.Entries[0] = storetest.Entry(2, 2<<20)
	b.Erase = []int64{0}
	for range 3 {
		err := s.Commit(t.Context(), nil, []raw.Batch{storetest.Batch("a", 2, 5), b})
		if !errors.Is(err, raw.ErrFull) || errors.Is(err, raw.ErrUncertain) {
			t.Fatalf("got error %v, want %v", err, raw.ErrFull)
		}
		for _, room := range []string{"a", "b"} {
			if got := storetest.Entries(t, s, "p", room, 0); len(got) != 2 || got[0].Payload == nil {
				t.Fatalf("room %s has %d entries: %v", room, len(got), got)
			}
		}
	}
	free()
	storetest.Commit(t, s, nil, storetest.Batch("a", 2, 5), b)
	if got := storetest.Entries(t, s, "p", "b", 0); len(got) != 3 || got[0].Payload != nil || len(got[2].Payload) != 2<<20 {
		t.Errorf("room b has %d entries", len(got))
	}
}

func TestFull(t *testing.T) {
	t.Run("pages", func(t *testing.T) {
		s, _ := temp(t)
		refusedWhole(t, s, func() { exec(t, s, "PRAGMA max_page_count = 40") }, func() { exec(t, s, "PRAGMA max_page_count = 1000000") })
	})
	t.Run("read-only", func(t *testing.T) {
		s, _ := temp(t)
		refusedWhole(t, s, func() { exec(t, s, "PRAGMA query_only = ON") }, func() { exec(t, s, "PRAGMA query_only = OFF") })
	})
	t.Run("settings and marks", func(t *testing.T) {
		s, _ := temp(t)
		exec(t, s, "PRAGMA query_only = ON")
		err1 := s.SetSetting(t.Context(), "a", nil)
		err2 := s.SetMarks(t.Context(), "p", "us", map[string]int64{"r": 1})
		if !errors.Is(err1, raw.ErrFull) || !errors.Is(err2, raw.ErrFull) {
			t.Errorf("got errors %v and %v", err1, err2)
		}
	})
	t.Run("disk", func(t *testing.T) {
		folder := smallDisk(t, 4<<20)
		s := open(t, filepath.Join(folder, "parley.db"))
		defer s.Close()
		ballast := filepath.Join(folder, "ballast")
		refusedWhole(t, s, func() {
			f, err := os.Create(ballast)
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				_, err = f.Write(make([]byte, 4096))
			}
			f.Close()
			if !noSpace(folder) {
				t.Error("a full disk was not found to be full")
			}
		}, func() {
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if noSpace(folder) {
				t.Error("a disk with room was found to be full")
			}
		})
	})
}

func TestVerdict(t *testing.T) {
	never := func() bool { t.Error("the disk was asked"); return false }
	yes := func() bool { return true }
	no := func() bool { return false }
	for _, c := range []struct {
		code       int
		committing bool
		full       func() bool
		want       error
	}{
		{code.SQLITE_FULL, false, never, raw.ErrFull},
		{code.SQLITE_FULL, true, never, raw.ErrFull},
		{code.SQLITE_READONLY, false, never, raw.ErrFull},
		{code.SQLITE_READONLY_CANTLOCK, false, never, raw.ErrFull},
		{code.SQLITE_READONLY_DBMOVED, false, never, nil},
		{code.SQLITE_READONLY_DBMOVED, true, never, raw.ErrUncertain},
		{code.SQLITE_IOERR_FSYNC, false, never, raw.ErrUncertain},
		{code.SQLITE_IOERR_FSYNC, true, never, raw.ErrUncertain},
		{code.SQLITE_IOERR_DIR_FSYNC, true, never, raw.ErrUncertain},
		{code.SQLITE_IOERR_WRITE, true, yes, raw.ErrFull},
		{code.SQLITE_IOERR_WRITE, true, no, raw.ErrUncertain},
		{code.SQLITE_IOERR_WRITE, false, no, nil},
		{code.SQLITE_IOERR_SHMSIZE, false, yes, raw.ErrFull},
		{code.SQLITE_IOERR_READ, false, no, nil},
		{code.SQLITE_BUSY, true, never, nil},
		{code.SQLITE_BUSY_SNAPSHOT, false, never, nil},
		{code.SQLITE_CORRUPT, false, never, nil},
		{code.SQLITE_CORRUPT, true, never, raw.ErrUncertain},
		{code.SQLITE_NOMEM, true, never, raw.ErrUncertain},
		{code.SQLITE_CONSTRAINT_UNIQUE, false, never, nil},
	} {
		if got := verdict(c.code, c.committing, c.full); !errors.Is(got, c.want) {
			t.Errorf("code %d, committing %t: got %v, want %v", c.code, c.committing, got, c.want)
		}
	}
}

// TestBroken: after an fsync has failed nothing is written any more, and reading goes on.
func TestBroken(t *testing.T) {
	s, _ := temp(t)
	storetest.Commit(t, s, &storetest.P, storetest.Batch("r", 0, 3))
	s.heed(fmt.Errorf("committing: %w", raw.ErrUncertain))
	defer s.broken.Store(false) // so that closing closes everything
	for i, err := range []error{
		s.Commit(t.Context(), nil, []raw.Batch{storetest.Batch("r", 3, 1)}),
		s.SetSetting(t.Context(), "a", nil),
		s.SetMarks(t.Context(), "p", "us", map[string]int64{"r": 1}),
	} {
		if !errors.Is(err, raw.ErrUncertain) {
			t.Errorf("call %d: got error %v", i, err)
		}
	}
	if got := storetest.Entries(t, s, "p", "r", 0); len(got) != 3 {
		t.Errorf("%d entries", len(got))
	}
}

// needle makes an entry whose every secret part holds bytes found nowhere else.
func needle(n int) (raw.Entry, [][]byte) {
	e := raw.Entry{Leaf: make([]byte, 200), Salt: make([]byte, 32), Payload: make([]byte, n), Key: make([]byte, 32)}
	for _, b := range [][]byte{e.Leaf, e.Salt, e.Payload, e.Key} {
		rand.Read(b)
	}
	needles := [][]byte{e.Salt[:12], e.Salt[20:], e.Key[:12], e.Payload[:12], e.Payload[n-12:]}
	if n > 5000 {
		needles = append(needles, e.Payload[n/2:n/2+12])
	}
	return e, needles
}

// count says how many of the needles, of 12 bytes each, lie in any of the storage's files.
func count(t testing.TB, path string, needles [][]byte) (n int) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	sought := map[[12]byte]bool{}
	for _, x := range needles {
		sought[[12]byte(x)] = true
	}
	for i := range len(all) - 11 {
		if x := [12]byte(all[i:]); sought[x] {
			delete(sought, x)
			n++
		}
	}
	return n
}

// TestErasedIsGone: rooms grow side by side, as pages fill and split; then everything is erased, and nothing of it may be
// in the raw files, nor copies that SQLite made of it.
func TestErasedIsGone(t *testing.T) {
	s, path := temp(t)
	storetest.Commit(t, s, &storetest.P)
	const rooms = 7
	var all [][]byte
	var size [rooms]int64
	for round := range 120 {
		var batches []raw.Batch
		for r := range rooms {
			b := raw.Batch{Process: "p", Room: strconv.Itoa(r), First: size[r]}
			for i := range 1 + (round*r)%5 {
				e, needles := needle(20 + (round*97+r*31+i*7)%1500)
				if (round+r)%60 == 0 {
					e, needles = needle(256 << 10)
				}
				b.Entries = append(b.Entries, e)
				all = append(all, needles...)
			}
			size[r] += int64(len(b.Entries))
			batches = append(batches, b)
		}
		storetest.Commit(t, s, nil, batches...)
	}
	if got := count(t, path, all[:50]); got != 50 {
		t.Fatalf("before the erasure %d of 50 needles are found", got)
	}
	for r := range rooms {
		one := storetest.Batch(strconv.Itoa(r), int(size[r]), 1)
		one.Erase = []int64{size[r] / 2}
		storetest.Commit(t, s, nil, one)
		rest := storetest.Batch(strconv.Itoa(r), int(size[r])+1, 1)
		for i := range size[r] {
			rest.Erase = append(rest.Erase, i)
		}
		storetest.Commit(t, s, nil, rest)
	}
	if got := count(t, path, all); got != 0 {
		t.Errorf("%d of %d needles are still in the files", got, len(all))
	}
}

// TestErasedIsGoneAfterReading: a reader that began before the erasure keeps the old bytes in the log, and no longer.
func TestErasedIsGoneAfterReading(t *testing.T) {
	s, path := temp(t)
	e, needles := needle(1000)
	storetest.Commit(t, s, &storetest.P, raw.Batch{Process: "p", Room: "r", Entries: []raw.Entry{e, e}})
	read := 0
	for got, err := range s.Entries(t.Context(), "p", "r", 0) {
		if err != nil || !bytes.Equal(got.Payload, e.Payload) {
			t.Fatalf("payload %x, error %v", got.Payload, err)
		}
		if read++; read == 1 {
			b := storetest.Batch("r", 2, 1)
			b.Erase = []int64{0, 1}
			storetest.Commit(t, s, nil, b)
			if !s.scrub.Load() {
				t.Error("the log was emptied under a reader")
			}
		}
	}
	if read != 2 {
		t.Errorf("read %d entries", read)
	}
	if got := count(t, path, needles); got != 0 || s.scrub.Load() {
		t.Errorf("%d of %d needles are still in the files", got, len(needles))
	}
}

// TestErasedIsGoneAfterACrash: the process dies between the erasing commit and the emptying of the log.
func TestErasedIsGoneAfterACrash(t *testing.T) {
	s, path := temp(t)
	e, needles := needle(1000)
	storetest.Commit(t, s, &storetest.P, raw.Batch{Process: "p", Room: "r", Entries: []raw.Entry{e}})
	copyTo := filepath.Join(t.TempDir(), "parley.db")
	for range s.Entries(t.Context(), "p", "r", 0) {
		b := storetest.Batch("r", 1, 1)
		b.Erase = []int64{0}
		storetest.Commit(t, s, nil, b)
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + suffix)
			if err == nil {
				err = os.WriteFile(copyTo+suffix, b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if count(t, copyTo, needles) == 0 {
		t.Fatal("the copy has nothing to erase")
	}
	again := open(t, copyTo)
	defer again.Close()
	if got := count(t, copyTo, needles); got != 0 {
		t.Errorf("%d of %d needles are still in the files", got, len(needles))
	}
	if got := storetest.Entries(t, again, "p", "r", 0); len(got) != 2 || got[0].Payload != nil {
		t.Errorf("entries %v", got)
	}
}

// TestLogStaysShort: the log is copied into the file and used again.
func TestLogStaysShort(t *testing.T) {
	s, path := temp(t)
	storetest.Commit(t, s, &storetest.P)
	e := storetest.Entry(0, 64<<10)
	for i := range 400 {
		storetest.Commit(t, s, nil, raw.Batch{Process: "p", Room: "r", First: int64(i), Entries: []raw.Entry{e}})
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 2*logLimit {
		t.Errorf("the log has %d bytes, want at most about %d", info.Size(), logLimit)
	}
}

func TestDamage(t *testing.T) {
	for name, change := range map[string]string{
		"cut":     "UPDATE segment SET data = substr(data, 1, length(data) - 1) WHERE first = 2",
		"header":  "UPDATE segment SET data = substr(data, 1, 10) WHERE first = 2",
		"lengths": "UPDATE segment SET data = CAST(substr(data, 1, 4) || x'ffffffffffffffffffffffffffffffff' || substr(data, 21) AS BLOB) WHERE first = 2",
		"gap":     "DELETE FROM segment WHERE first = 2",
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := temp(t)
			storetest.Commit(t, s, &storetest.P, storetest.Batch("r", 0, 2))
			storetest.Commit(t, s, nil, storetest.Batch("r", 2, 2))
			storetest.Commit(t, s, nil, storetest.Batch("r", 4, 2))
			exec(t, s, change)
			n := 0
			var last error
			for _, err := range s.Entries(t.Context(), "p", "r", 0) {
				if last = err; err == nil {
					n++
				}
			}
			if !errors.Is(last, errSegment) || n > 3 {
				t.Errorf("read %d entries, error %v", n, last)
			}
		})
	}
}

func FuzzSegment(f *testing.F) {
	data := appendEntry(appendEntry(nil, storetest.Entry(0, 30)), raw.Entry{Leaf: []byte("leaf"), Salt: []byte{}})
	f.Add(data)
	f.Add(data[:len(data)-1])
	f.Fuzz(func(t *testing.T, data []byte) {
		read := 0
		for rest := data; len(rest) > 0; read++ {
			var err error
			if _, rest, err = nextEntry(rest); err != nil {
				return
			}
		}
		for i := range read {
			if err := blank(data, int64(i)); err != nil {
				t.Fatalf("blanking entry %d of %d: %v", i, read, err)
			}
		}
		for rest := data; len(rest) > 0; {
			e, next, err := nextEntry(rest)
			if err != nil || e.Salt != nil || e.Payload != nil || e.Key != nil {
				t.Fatalf("after blanking: %v, error %v", e, err)
			}
			rest = next
		}
		unpackMembers(data)
	})
}
