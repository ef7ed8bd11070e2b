package ledger_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// accounts puts a database beside the record, as who may log in is kept.
func accounts(t *testing.T, dir string) {
	t.Helper()
	sqlExec(t, filepath.Join(dir, "accounts.db"), "PRAGMA journal_mode(WAL); CREATE TABLE account (login TEXT); INSERT INTO account VALUES ('ada')")
	if err := os.WriteFile(filepath.Join(dir, "accounts.key"), []byte("opens what is sealed"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func sqlExec(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

// TestBackup: while many write, a backup is made in the ledger's own process and one as another process makes it. Each is one moment of all
// rooms: it has what was acknowledged before it began, and restored it is a ledger that goes on.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	accounts(t, dir)
	ids := []talks.RoomID{rooms["direct"], rooms["lobby"], rooms["caucus"]}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	acked := map[talks.RoomID]map[int64]string{}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				room, text := ids[(w+i)%3], fmt.Sprintf("%d-%d", w, i)
				r, err := l.Append(ctx, as("us-head"), room, "remark.write", remark(text))
				if err != nil {
					if ctx.Err() == nil {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				if acked[room] == nil {
					acked[room] = map[int64]string{}
				}
				acked[room][r.Index] = text
				mu.Unlock()
			}
		})
	}
	for i, backUp := range []func() (*ledger.BackupReport, ledger.Restoring, error){
		func() (*ledger.BackupReport, ledger.Restoring, error) {
			var b bytes.Buffer
			r, err := l.Backup(ctx, &b)
			return r, ledger.Restoring{Tar: &b}, err
		},
		func() (*ledger.BackupReport, ledger.Restoring, error) {
			to := filepath.Join(t.TempDir(), "backup")
			r, err := ledger.BackupFolder(ctx, dir, to)
			return r, ledger.Restoring{Folder: to}, err
		},
	} {
		mu.Lock()
		before := map[talks.RoomID]map[int64]string{}
		for id, m := range acked {
			before[id] = map[int64]string{}
			maps.Copy(before[id], m)
		}
		mu.Unlock()
		made, from, err := backUp()
		if err != nil {
			t.Fatal(err)
		}
		from.Data, from.Host = filepath.Join(t.TempDir(), "restored"), l.HostKey()
		got, _, err := ledger.Restore(ctx, from)
		if err != nil {
			t.Fatal(err)
		}
		if got.Sum != made.Sum || !slices.Equal(got.Rooms, made.Rooms) || len(got.Rooms) != 3 {
			t.Errorf("%d: restored %v of %v", i, got, made)
		}
		goesOn(t, from.Data, before)
		if key := read(t, filepath.Join(from.Data, "accounts.key")); string(key) != "opens what is sealed" {
			t.Errorf("the key: %q", key)
		}
		var login string
		db, err := sql.Open("sqlite", filepath.Join(from.Data, "accounts.db"))
		if err == nil {
			err = errors.Join(db.QueryRowContext(ctx, "SELECT login FROM account").Scan(&login), db.Close())
		}
		if err != nil || login != "ada" {
			t.Errorf("accounts: %q, %v", login, err)
		}
	}
	stop()
	writers.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// goesOn opens a restored folder, finds there what was acknowledged, and writes.
func goesOn(t *testing.T, dir string, acked map[talks.RoomID]map[int64]string) {
	t.Helper()
	for _, name := range []string{"", "parley.db", "accounts.db"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q: %v, %v", name, info, err)
		}
	}
	l, _ := open(t, dir)
	defer closed(t, l)
	v, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]byte{}
	for id, want := range acked {
		got := map[int64]string{}
		for _, r := range v.World().Room(id).Remarks {
			got[r.Index] = r.Said.Text
		}
		for at, text := range want {
			if got[at] != text {
				t.Errorf("%s was acknowledged at %d, where %q stands", text, at, got[at])
			}
		}
		known[string(id)] = put(t, l, "us-head", id, "remark.write", `{"text":"after restoring"}`).Checkpoint
	}
	verify(t, l, "us-head", known)
}

// tarOf writes a tar file of names and contents in turn.
func tarOf(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: parts[i], Size: int64(len(parts[i+1])), Mode: 0o600})
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parts are the files of a tar file, names and contents in turn.
func parts(t *testing.T, b []byte) (out []string) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h.Name, string(content))
	}
}

// TestRestoreRefuses: of a backup that is cut, changed or not one, nothing is restored and nothing is left behind.
func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	accounts(t, dir)
	var b bytes.Buffer
	if _, err := l.Backup(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"newer"}`)
	var c bytes.Buffer
	if _, err := l.Backup(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	good, newer := parts(t, b.Bytes()), parts(t, c.Bytes())
	if len(good) != 8 || good[0] != "manifest" || good[2] != "accounts.key" || good[4] != "accounts.db" || good[6] != "parley.db" {
		t.Fatalf("the backup has %q", good[0:])
	}
	with := func(at int, s string) []byte {
		p := slices.Clone(good)
		p[at] = s
		return tarOf(t, p...)
	}
	bad := map[string][]byte{
		"nothing":              nil,
		"another file":         []byte(strings.Repeat("Dear Sir, ", 1000)),
		"no manifest":          tarOf(t, good[2:]...),
		"no record":            tarOf(t, good[:6]...),
		"a file more":          tarOf(t, append(slices.Clone(good), "more", "x")...),
		"the files in turn":    tarOf(t, good[0], good[1], good[4], good[5], good[2], good[3], good[6], good[7]),
		"a way out":            with(4, "../accounts.db"),
		"another's record":     with(7, newer[7]),
		"another's list":       with(1, newer[1]),
		"a changed list":       with(1, strings.Replace(good[1], "time 2", "time 3", 1)),
		"a file of the system": with(1, rehash(strings.Replace(good[1], "file accounts.db", "file ../accounts.db", 1))),
		"a file twice":         with(1, rehash(strings.Replace(good[1], "file accounts.db", "file accounts.key", 1))),
		"a list without it":    with(1, rehash(without(good[1], "file parley.db"))),
		"a changed record":     with(7, good[7][:5000]+"X"+good[7][5001:]),
		"half":                 b.Bytes()[:b.Len()/2],
	}
	for what, file := range bad {
		data := filepath.Join(t.TempDir(), "new", "data")
		_, _, err := ledger.Restore(t.Context(), ledger.Restoring{Tar: bytes.NewReader(file), Data: data})
		if !errors.As(err, new(*ledger.FaultsError)) {
			t.Errorf("%s: %v", what, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(data)); len(left) > 0 {
			t.Errorf("%s: left %v", what, left)
		}
	}
	other, _ := ledger.Open(t.Context(), "memory:")
	defer closed(t, other)
	if _, _, err := ledger.Restore(t.Context(), ledger.Restoring{Tar: bytes.NewReader(b.Bytes()), Data: filepath.Join(t.TempDir(), "x"), Host: other.HostKey()}); !errors.As(err, new(*ledger.FaultsError)) {
		t.Errorf("of another host: %v", err)
	}
	if _, _, err := ledger.Restore(t.Context(), ledger.Restoring{Tar: bytes.NewReader(b.Bytes()), Data: dir}); !errors.Is(err, ledger.ErrOccupied) {
		t.Errorf("into a folder in use: %v", err)
	}
	if err := other.Err(); err != nil {
		t.Error(err)
	}
	if _, err := other.Backup(t.Context(), io.Discard); err == nil {
		t.Error("what is in memory was backed up")
	}
}

func sum256(s string) [32]byte { return sha256.Sum256([]byte(s)) }

// without leaves out the lines that begin with a text.
func without(text, begin string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, begin) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// rehash gives a changed list its closing hash anew.
func rehash(manifest string) string {
	body := manifest[:strings.LastIndex(manifest, "sha256 ")]
	return body + "sha256 " + record.Hash(sum256(body)).String() + "\n"
}

// TestRestoreAgainstPin: a backup that falls short of the pin is not restored, unless that is asked for.
func TestRestoreAgainstPin(t *testing.T) {
	base := t.TempDir()
	dir, pin := filepath.Join(base, "data"), filepath.Join(base, "pin")
	l, rooms := open(t, dir, ledger.WithPin(pin))
	var older, newer bytes.Buffer
	if _, err := l.Backup(t.Context(), &older); err != nil {
		t.Fatal(err)
	}
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"since"}`)
	closed(t, l)
	if _, err := ledger.WriteBackup(t.Context(), dir, base, &newer); err != nil {
		t.Fatal(err)
	}
	o := ledger.Restoring{Tar: bytes.NewReader(older.Bytes()), Data: filepath.Join(base, "a"), Pin: pin}
	if _, _, err := ledger.Restore(t.Context(), o); !errors.As(err, new(*ledger.PinError)) {
		t.Errorf("the older one: %v", err)
	}
	if _, err := os.Stat(o.Data); err == nil {
		t.Error("it was restored all the same")
	}
	o.Tar, o.AcceptOlder = bytes.NewReader(older.Bytes()), true
	if _, accepted, err := ledger.Restore(t.Context(), o); err != nil || len(accepted) != 1 || accepted[0].Room != rooms["direct"] {
		t.Errorf("accepting the older one: %v, %v", accepted, err)
	}
	if report, err := ledger.Check(t.Context(), o.Data, pin); err != nil || len(report.Faults) != 1 {
		t.Errorf("checking it: %v, %v", report, err)
	}
	o = ledger.Restoring{Tar: &newer, Data: filepath.Join(base, "b"), Pin: pin}
	if _, accepted, err := ledger.Restore(t.Context(), o); err != nil || len(accepted) != 0 {
		t.Errorf("the newer one: %v, %v", accepted, err)
	}
}

// TestFsck: what is wrong in a folder is named with place, reason and remedy, beside a server too; and a folder of which nothing is wrong
// stays as it is, byte for byte.
func TestFsck(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	direct := rooms["direct"]
	at := put(t, l, "us-head", direct, "remark.write", `{"text":"precious"}`).Index
	gone := put(t, l, "us-head", direct, "remark.write", `{"text":"to be erased"}`).Index
	put(t, l, "us-head", direct, "record.erase", fmt.Sprintf(`{"entry":%d,"reason":"slip"}`, gone))
	report, err := ledger.Check(t.Context(), dir, "") // while the ledger has it open
	if err != nil || len(report.Faults) != 0 || len(report.Rooms) != 3 {
		t.Fatalf("of a whole folder: %v, %v", report, err)
	}
	for _, r := range report.Rooms {
		if want := map[bool]int{true: 1}[r.Room == direct]; r.Erased != want {
			t.Errorf("room %s: %d erased, want %d", r.Room, r.Erased, want)
		}
	}
	closed(t, l)
	before := read(t, filepath.Join(dir, "parley.db"))
	if _, err := ledger.Check(t.Context(), dir, ""); err != nil || !bytes.Equal(before, read(t, filepath.Join(dir, "parley.db"))) {
		t.Errorf("checking changed the folder: %v", err)
	}
	for what, c := range map[string]struct{ query, place, reason string }{
		"a payload":     {replaceIn("precious", "preciouz"), fmt.Sprintf("room %s, entry %d", direct, at), "payload"},
		"a leaf":        {replaceIn("author us-head", "author ru-head"), "room " + string(direct), "head"},
		"a checkpoint":  {"UPDATE room SET checkpoint = CAST(replace(CAST(checkpoint AS TEXT), char(8212), '-') AS BLOB) WHERE room = ?", "room " + string(direct), "checkpoint"},
		"the members":   {"UPDATE room SET members = CAST(replace(CAST(members AS TEXT), 'ru', 'ua') AS BLOB) WHERE room = ?", "room " + string(direct), "members"},
		"the size":      {"UPDATE room SET size = size - 1 WHERE room = ?", "room " + string(direct), "root"},
		"an entry more": {"INSERT INTO segment (process, room, first, data) SELECT process, room, (SELECT size FROM room r WHERE r.room = segment.room), data FROM segment WHERE room = ? LIMIT 1", "room " + string(direct), "more entries"},
		"the room":      {"DELETE FROM room WHERE room = ?", "parley.db", "belongs to nothing"},
		"the key":       {"UPDATE setting SET value = x'00' WHERE name = 'host-key-seed' AND ? <> ''", "parley.db", "host's key"},
	} {
		t.Run(what, func(t *testing.T) {
			bad := copyOf(t, dir)
			sqlExec(t, filepath.Join(bad, "parley.db"), c.query, string(direct))
			report, err := ledger.Check(t.Context(), bad, "")
			if err != nil || len(report.Faults) == 0 {
				t.Fatalf("%v, %v", report, err)
			}
			f := report.Faults[0]
			if !strings.HasPrefix(f.Place, c.place) || !strings.Contains(f.Reason, c.reason) || f.Remedy == "" || strings.Contains(fmt.Sprint(report.Faults), "precious") {
				t.Errorf("faults %q", report.Faults)
			}
			var faults *ledger.FaultsError
			if _, err := ledger.BackupFolder(t.Context(), bad, filepath.Join(t.TempDir(), "b")); !errors.As(err, &faults) {
				t.Errorf("a backup of it: %v", err)
			}
		})
	}
}

// replaceIn is the query that changes a text in the segments of a room.
func replaceIn(from, to string) string {
	return fmt.Sprintf("UPDATE segment SET data = unhex(replace(hex(data), hex('%s'), hex('%s'))) WHERE room = ?", from, to)
}

// BenchmarkBackup backs up, restores and checks a folder of so many entries.
func BenchmarkBackup(b *testing.B) {
	for _, n := range viewSizes() {
		dir := loaded(b, n)
		var file bytes.Buffer
		b.Run(fmt.Sprintf("backup/%d", n), func(b *testing.B) {
			for b.Loop() {
				file.Reset()
				if _, err := ledger.WriteBackup(b.Context(), dir, b.TempDir(), &file); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(file.Len()), "bytes")
		})
		b.Run(fmt.Sprintf("restore/%d", n), func(b *testing.B) {
			for b.Loop() {
				o := ledger.Restoring{Tar: bytes.NewReader(file.Bytes()), Data: filepath.Join(b.TempDir(), "r")}
				if _, _, err := ledger.Restore(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("fsck/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := ledger.Check(b.Context(), dir, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
