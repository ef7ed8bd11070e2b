package ledger_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// copyOf copies a closed data folder.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func closed(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestPin: an older folder, one without a room, one that went another way and another host's are all refused, and the pin stays as it is.
func TestPin(t *testing.T) {
	base := t.TempDir()
	dir, pin := filepath.Join(base, "data"), filepath.Join(base, "pin")
	l, rooms := open(t, dir, ledger.WithPin(pin))
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"one"}`)
	closed(t, l)
	older := copyOf(t, dir)
	forked := copyOf(t, dir)

	l, _ = open(t, dir, ledger.WithPin(pin))
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"two"}`)
	room := put(t, l, "us-head", "", "room.open", `{"kind":"direct","title":"New","members":["ru","us"]}`).Room
	closed(t, l)
	newest := read(t, pin)
	for _, id := range []talks.RoomID{rooms["direct"], rooms["lobby"], room} {
		if !bytes.Contains(newest, []byte("\nroom "+string(id)+" ")) {
			t.Errorf("room %s is not pinned", id)
		}
	}
	if info, err := os.Stat(pin); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the pin's mode: %v, %v", info.Mode(), err)
	}

	f, _ := open(t, forked)
	put(t, f, "us-head", rooms["direct"], "remark.write", `{"text":"not two"}`)
	put(t, f, "us-head", rooms["direct"], "remark.write", `{"text":"and three"}`)
	put(t, f, "us-head", "", "room.open", `{"kind":"direct","title":"New","members":["ru","us"]}`)
	closed(t, f)

	refuse := func(what, dir string, stored int64, forked bool) {
		t.Helper()
		_, err := ledger.Open(t.Context(), dir, ledger.WithPin(pin))
		var older *ledger.PinError
		if !errors.As(err, &older) || !errors.Is(err, ledger.ErrOlder) {
			t.Fatalf("%s: %v", what, err)
		}
		found := false
		for _, f := range older.Faults {
			found = found || f.Stored == stored && f.Forked == forked
		}
		if !found || strings.Contains(err.Error(), string(room)) || !strings.Contains(err.Error(), "--accept-older") {
			t.Errorf("%s: faults %v, %v", what, older.Faults, err)
		}
		if !bytes.Equal(read(t, pin), newest) {
			t.Fatalf("%s: the pin was changed", what)
		}
	}
	refuse("an older folder", older, 3, false)
	refuse("a folder without a room", older, -1, false)
	refuse("a folder that went another way", forked, 5, true)

	other, err := ledger.Open(t.Context(), filepath.Join(base, "other"), ledger.WithPin(pin), ledger.AcceptOlder())
	if !errors.Is(err, ledger.ErrOlder) || !strings.Contains(err.Error(), "another host") {
		t.Errorf("another host's folder: %v, %v", other, err)
	}

	// What belongs to the pin opens, also where it has grown since without it.
	l, _ = open(t, dir)
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"three"}`)
	closed(t, l)
	l, _ = open(t, dir, ledger.WithPin(pin))
	if len(l.Accepted()) != 0 {
		t.Errorf("accepted %v", l.Accepted())
	}
	closed(t, l)
	if bytes.Equal(read(t, pin), newest) {
		t.Error("the pin did not follow")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAcceptOlder: an older folder is taken when that is asked for, the log says so without naming rooms, and the pin that was is kept.
func TestAcceptOlder(t *testing.T) {
	base := t.TempDir()
	dir, pin := filepath.Join(base, "data"), filepath.Join(base, "pin")
	l, rooms := open(t, dir, ledger.WithPin(pin))
	closed(t, l)
	older := copyOf(t, dir)
	l, _ = open(t, dir, ledger.WithPin(pin))
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"lost"}`)
	closed(t, l)
	before := read(t, pin)

	var log bytes.Buffer
	l, _ = open(t, older, ledger.WithPin(pin), ledger.AcceptOlder(), ledger.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	if got := l.Accepted(); len(got) != 1 || got[0].Room != rooms["direct"] || got[0].Pinned != 3 || got[0].Stored != 2 {
		t.Errorf("accepted %v", got)
	}
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"anew"}`)
	closed(t, l)
	if !strings.Contains(log.String(), "pinned=3 stored=2") || strings.Contains(log.String(), string(rooms["direct"])) {
		t.Errorf("the log: %s", log.String())
	}
	aside, err := filepath.Glob(pin + ".before-*")
	if err != nil || len(aside) != 1 || !bytes.Equal(read(t, aside[0]), before) {
		t.Errorf("the pin that was: %v, %v", aside, err)
	}
	l, _ = open(t, older, ledger.WithPin(pin)) // and is the one that counts from now on
	closed(t, l)
	if _, err := ledger.Open(t.Context(), dir, ledger.WithPin(pin)); !errors.Is(err, ledger.ErrOlder) {
		t.Errorf("the folder that was given up: %v", err)
	}
}

// TestPinFile: a pin that is damaged, within the data folder, or in no folder is refused before anything is signed.
func TestPinFile(t *testing.T) {
	base := t.TempDir()
	dir, pin := filepath.Join(base, "data"), filepath.Join(base, "pin")
	l, _ := open(t, dir, ledger.WithPin(pin))
	closed(t, l)
	good := read(t, pin)
	for at := range good {
		bad := bytes.Clone(good)
		bad[at] ^= 4
		if err := os.WriteFile(pin, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if at%37 != 0 { // opening is slow; the form is looked at for every byte, by fsck
			if _, err := ledger.Check(t.Context(), dir, pin); err == nil {
				t.Fatalf("byte %d: the damaged pin is taken", at)
			}
			continue
		}
		if _, err := ledger.Open(t.Context(), dir, ledger.WithPin(pin)); err == nil {
			t.Fatalf("byte %d: the damaged pin is taken", at)
		}
	}
	for _, path := range []string{filepath.Join(dir, "pin"), filepath.Join(base, "none", "pin")} {
		if _, err := ledger.Open(t.Context(), dir, ledger.WithPin(path)); err == nil {
			t.Errorf("%s is taken", path)
		}
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Open(t.Context(), dir, ledger.WithPin(filepath.Join(link, "pin"))); err == nil || !strings.Contains(err.Error(), "data folder") {
		t.Errorf("through a link: %v", err)
	}
}

// TestPinFollows: the pin is written while acts go on, is never ahead of them, and tells when it cannot be written.
func TestPinFollows(t *testing.T) {
	base := t.TempDir()
	elsewhere := filepath.Join(base, "elsewhere")
	if err := os.Mkdir(elsewhere, 0o700); err != nil {
		t.Fatal(err)
	}
	pin := filepath.Join(elsewhere, "pin")
	var log bytes.Buffer
	l, rooms := open(t, filepath.Join(base, "data"), ledger.WithPin(pin), ledger.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	before := read(t, pin)
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`)
	wait(t, "the pin follows", func() bool { return !bytes.Equal(read(t, pin), before) })
	if l.PinErr() != nil {
		t.Error(l.PinErr())
	}
	if err := os.RemoveAll(elsewhere); err != nil {
		t.Fatal(err)
	}
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"y"}`)
	wait(t, "the pin's failure is known", func() bool { return l.PinErr() != nil })
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"z"}`) // acts go on
	if err := os.Mkdir(elsewhere, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"again"}`)
	wait(t, "the pin is written again", func() bool { return l.PinErr() == nil })
	closed(t, l)
	if n := strings.Count(log.String(), "the pin falls behind"); n != 1 {
		t.Errorf("it was logged %d times", n)
	}
}

// wait asks until something holds; the deadline only stops what would wait for ever.
func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestOldBackupAlarmsClients: who kept a newer checkpoint finds that the host went back, whatever the host does.
func TestOldBackupAlarmsClients(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	closed(t, l)
	older := copyOf(t, dir)
	l, _ = open(t, dir)
	kept := put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"promised"}`)
	closed(t, l)

	l, _ = open(t, older)
	for _, more := range []int{0, 1, 5} { // shorter, as long, and longer than what was lost
		for range more {
			put(t, l, "ru-head", rooms["direct"], "remark.write", `{"text":"as if nothing had been"}`)
		}
		var archive bytes.Buffer
		if err := l.Archive(t.Context(), as("us-head"), &archive); err != nil {
			t.Fatal(err)
		}
		_, err := record.Verify(&archive, record.Options{Host: l.HostKey(), Known: map[string][]byte{string(rooms["direct"]): kept.Checkpoint}})
		if wrong := (*record.VerifyError)(nil); !errors.As(err, &wrong) || wrong.Room != string(rooms["direct"]) {
			t.Errorf("with %d more: %v", more, err)
		}
	}
}

// TestTwoServersOneKey: two servers that run on copies of one folder sign two records. Two checkpoints show it: of one size, by themselves;
// of two sizes, because neither server can prove that the longer one extends the shorter.
func TestTwoServersOneKey(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	closed(t, l)
	direct := rooms["direct"]
	heads := map[string]map[int64]record.Head{}
	trees := map[string]*record.Tree{}
	var host record.HostKey
	for _, name := range []string{"one", "two"} {
		l, _ := open(t, copyOf(t, dir))
		host = l.HostKey()
		heads[name] = map[int64]record.Head{}
		for range 3 {
			r := put(t, l, "us-head", direct, "remark.write", `{"text":"said on `+name+`"}`)
			head, err := host.Open(r.Checkpoint, string(direct))
			if err != nil {
				t.Fatal(err)
			}
			heads[name][head.Size] = head
		}
		var archive bytes.Buffer
		if err := l.Archive(t.Context(), as("us-head"), &archive); err != nil {
			t.Fatal(err)
		}
		trees[name] = &record.Tree{}
		if _, err := record.ReadArchive(&archive, record.Options{Host: host}, func(e record.ArchiveEntry) error {
			if e.Room == string(direct) {
				trees[name].Append(record.LeafHash(e.Text))
			}
			return nil
		}); err != nil {
			t.Fatal(err) // each by itself is as it should be
		}
		closed(t, l)
	}
	for size, a := range heads["one"] {
		for other, b := range heads["two"] {
			if size == other {
				if a.Root == b.Root {
					t.Errorf("both signed one root of %d entries", size)
				}
				continue
			}
			older, newer, of := a, b, trees["two"]
			if size > other {
				older, newer, of = b, a, trees["one"]
			}
			proof, err := of.Consistency(older.Size, newer.Size)
			if err != nil {
				t.Fatal(err)
			}
			if err := record.CheckConsistency(proof, older, newer); !errors.Is(err, record.ErrProof) {
				t.Errorf("of %d and %d entries: %v", older.Size, newer.Size, err)
			}
		}
	}
}

// FuzzPin: what is read as a pin has one form. The closing hash is made anew, so that it does not guard what comes before it.
func FuzzPin(f *testing.F) {
	const host = "host parley-host+56475aa7+A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
	for _, body := range []string{"", "room vhxk3m7q2c5n6d4t7r2b5w3y6a AAAA\n", "file parley.db 12 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "file a b\n", "room x y\n"} {
		f.Add([]byte("parley-pin/1\ntime 2025-02-18T09:00:00.000Z\n" + host + body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text := []byte(rehash(string(body) + "sha256 "))
		if again, err := ledger.ParsePin(text); err == nil && !bytes.Equal(again, text) {
			t.Errorf("%q is read as %q", text, again)
		}
		if _, err := ledger.ParsePin(body); err == nil && !bytes.Contains(body, []byte("\nsha256 ")) {
			t.Errorf("%q is read without a hash", body)
		}
	})
}
