package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// TestFlip flips a bit anywhere in the stored file. Either what the host then signs still extends all that it had signed before, or
// it refuses to show and to sign. It never signs over something else.
func TestFlip(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	known, payloads := map[string][]byte{}, map[talks.Ref]string{}
	for n := range 9 {
		text := string(remark(fmt.Sprintf("act %d %s", n, strings.Repeat("at length ", n*20))))
		r := put(t, l, "us-head", rooms[[]string{"direct", "lobby", "caucus"}[n%3]], "remark.write", text)
		known[string(r.Room)] = r.Checkpoint
		payloads[(&talks.Entry{Room: r.Room, Index: r.Index}).Ref()] = text
	}
	host := l.HostKey()
	closed(t, l)
	file := read(t, filepath.Join(dir, "parley.db"))
	step := max(1, *every)
	if *every == 0 {
		step = max(1, len(file)/150)
	}
	outcomes := map[string]int{}
	for at := rand.IntN(step); at < len(file); at += step {
		bad := bytes.Clone(file)
		bad[at] ^= 1 << rand.IntN(8)
		outcomes[flipped(t, at, bad, host, rooms, known, payloads)]++
		if t.Failed() {
			return
		}
	}
	t.Logf("%d bits flipped: %v", len(file)/step, outcomes)
	if outcomes["found"] == 0 || outcomes["harmless"] == 0 {
		t.Errorf("outcomes %v", outcomes)
	}
}

// flipped opens a damaged file and writes to every room. It returns what came of it.
func flipped(t *testing.T, at int, file []byte, host record.HostKey, rooms map[string]talks.RoomID, known map[string][]byte, payloads map[talks.Ref]string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "parley.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Check(t.Context(), dir, "")
	whole := err == nil && len(report.Faults) == 0
	l, err := ledger.Open(t.Context(), dir)
	if err != nil {
		if whole {
			t.Errorf("byte %d: it cannot be opened, and fsck found nothing: %v", at, err)
		}
		return "found"
	}
	defer func() { _ = l.Close() }()
	outcome := "harmless"
	if l.HostKey() != host {
		outcome = "another host" // which signs nothing, since it reads nothing of what the first had signed
	}
	signed := map[string][]byte{}
	for _, id := range rooms {
		r, err := l.Append(t.Context(), as("us-head"), id, "remark.write", remark("after the flip"))
		if err != nil {
			outcome = "found"
			continue
		}
		signed[string(id)] = r.Checkpoint
	}
	if outcome == "another host" && len(signed) > 0 {
		t.Errorf("byte %d: another host signed", at)
	}
	if outcome == "found" && whole && l.Err() == nil {
		t.Errorf("byte %d: a room is shut, and fsck found nothing", at)
	}
	var archive bytes.Buffer
	if err := l.Archive(t.Context(), as("us-head"), &archive); err != nil {
		// An index can be read in one way and not in another; what was signed is right all the same, and fsck finds the index.
		if len(signed) == len(rooms) && whole {
			t.Errorf("byte %d: all rooms were signed, cannot be shown, and fsck found nothing: %v", at, err)
		}
		return "found"
	}
	// A room whose stored members are damaged may be nobody's: it is not shown, not signed, and fsck finds it.
	expected := map[string][]byte{}
	for id, checkpoint := range known {
		if signed[id] != nil || whole || bytes.Contains(archive.Bytes(), []byte("\nroom "+id+"\n")) {
			expected[id] = checkpoint
		}
	}
	_, err = record.ReadArchive(&archive, record.Options{Host: host, Known: expected}, func(e record.ArchiveEntry) error {
		if want, ok := payloads[(&talks.Entry{Room: talks.RoomID(e.Room), Index: e.Index}).Ref()]; ok && string(e.Payload) != want {
			return errors.New("other words are shown than were written")
		}
		return nil
	})
	if err != nil {
		t.Errorf("byte %d: %v", at, err)
	}
	if len(expected) < len(known) {
		return "found"
	}
	return outcome
}
