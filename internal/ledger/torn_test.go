package ledger_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
)

var every = flag.Int("every", 0, "TestTorn and TestFlip look at every so manieth place; 0 for as many as take some seconds")

// synced is an act that was acknowledged, and how long the log was then: all of it was synced.
type synced struct {
	acked
	log  int64
	text string
}

// loggedFolder is a data folder as a killed process leaves it: the database, and a log with acts that were acknowledged one after the other.
func loggedFolder(t *testing.T, acts int) (dir string, list []synced) {
	t.Helper()
	live := t.TempDir()
	l, rooms := open(t, live)
	for n := range acts {
		text := fmt.Sprintf("act %d", n)
		if n%5 == 4 {
			text += strings.Repeat(" at length", 1000)
		}
		r := put(t, l, "us-head", rooms[[]string{"direct", "lobby", "caucus"}[n%3]], "remark.write", string(remark(text)))
		info, err := os.Stat(filepath.Join(live, "parley.db-wal"))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, synced{acked{room: r.Room, index: r.Index, checkpoint: r.Checkpoint}, info.Size(), text})
	}
	// The files as they are now, while the ledger has them open: nothing is under way.
	dir = t.TempDir()
	for _, name := range []string{"parley.db", "parley.db-wal"} {
		if err := os.WriteFile(filepath.Join(dir, name), read(t, filepath.Join(live, name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, l)
	return dir, list
}

// TestTorn: power goes while the log is written. Whatever became of what was not yet synced (nothing, a part, zeros, rubbish, blocks in
// another order), all that was acknowledged is there, and the record is one that the host signed.
func TestTorn(t *testing.T) {
	dir, list := loggedFolder(t, 12)
	file, log := read(t, filepath.Join(dir, "parley.db")), read(t, filepath.Join(dir, "parley.db-wal"))
	page := int64(binary.BigEndian.Uint32(log[8:]))
	const header, frame = 32, 24
	if (int64(len(log))-header)%(frame+page) != 0 {
		t.Fatalf("the log has %d bytes with pages of %d", len(log), page)
	}
	var cuts []int64
	for at := int64(header); at <= int64(len(log)); at += frame + page {
		cuts = append(cuts, at, at+1, at+frame, at+frame+page/2, at+frame+page-1)
	}
	cuts = append(cuts, 0, 1, header-1)
	step := max(1, *every)
	if *every == 0 {
		step = max(1, len(cuts)/40)
	}
	for i := rand.IntN(step); i < len(cuts); i += step {
		cut := min(cuts[i], int64(len(log)))
		for what, torn := range map[string][]byte{
			"cut":     log[:cut],
			"zeros":   append(bytes.Clone(log[:cut]), make([]byte, int64(len(log))-cut)...),
			"rubbish": append(bytes.Clone(log[:cut]), rubbish(int64(len(log))-cut)...),
			"hole":    hole(log, cut),
		} {
			t.Run(fmt.Sprintf("%s at %d", what, cut), func(t *testing.T) {
				to := t.TempDir()
				for name, b := range map[string][]byte{"parley.db": file, "parley.db-wal": torn} {
					if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				tornStands(t, to, cut, list)
			})
		}
	}
}

func rubbish(n int64) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.IntN(256))
	}
	return b
}

// hole is the log with a block of the disk missing after the cut, as when later blocks were written first.
func hole(log []byte, cut int64) []byte {
	b := bytes.Clone(log)
	at := (cut + 511) / 512 * 512
	clear(b[min(at, int64(len(b))):min(at+512, int64(len(b)))])
	return b
}

// tornStands opens a folder whose log is whole up to a length.
func tornStands(t *testing.T, dir string, whole int64, list []synced) {
	t.Helper()
	l, err := ledger.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, l)
	if whole < list[0].log && len(l.Processes()) == 0 {
		return // the world itself is in the log
	}
	v, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	said := map[talks.RoomID]map[int64]string{}
	for _, s := range v.World().Rooms() {
		said[s.Room.ID] = map[int64]string{}
		for _, r := range s.Remarks {
			said[s.Room.ID][r.Index] = r.Said.Text
		}
	}
	var there []acked
	for n, a := range list {
		got := said[a.room][a.index]
		switch {
		case got == a.text:
			there = append(there, a.acked)
		case got != "":
			t.Errorf("act %d: %.20q stands in its place", n, got)
		case a.log <= whole:
			t.Errorf("act %d is lost: it was acknowledged when the log had %d bytes, and %d are whole", n, a.log, whole)
		}
	}
	rootsStand(t, l, there)
	r := put(t, l, "us-head", list[0].room, "remark.write", `{"text":"after the power came back"}`)
	verify(t, l, "us-head", map[string][]byte{string(r.Room): r.Checkpoint})
}
