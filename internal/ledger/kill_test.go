package ledger_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

var kills = flag.Int("kills", 100, "how many times TestKill kills a writing process")

// The child is this test binary with these variables set: where to write, and what its keys begin with.
const (
	killDir   = "PARLEY_TEST_KILL_DIR"
	killRound = "PARLEY_TEST_KILL_ROUND"
	// killWriters is how many write at once; killSeats are theirs in turn.
	killWriters = 6
)

var killSeats = []talks.Seat{"us-head", "ru-head"}

// killAct is the n-th act of a writer: where it goes and what it says. It is a function of its arguments, so that the parent
// can send it again.
func killAct(rooms map[string]talks.RoomID, round string, w, n int) (key string, seat talks.Seat, room talks.RoomID, kind talks.Kind, payload []byte) {
	key = fmt.Sprintf("%s-%d-%d", round, w, n)
	seat = killSeats[w%len(killSeats)]
	if n%25 == 24 {
		return key, seat, "", "room.open", fmt.Appendf(nil, `{"kind":"direct","title":%q,"members":["ru","us"]}`, key)
	}
	return key, seat, rooms[[]string{"Direct", "Lobby"}[n%2]], "remark.write", remark(key)
}

// killRooms finds the two rooms that are written to by their titles.
func killRooms(ctx context.Context, l *ledger.Ledger) (map[string]talks.RoomID, error) {
	v, err := l.View(ctx, as("us-head"))
	if err != nil {
		return nil, err
	}
	rooms := map[string]talks.RoomID{}
	for _, s := range v.World().Rooms() {
		rooms[s.Room.Title] = s.Room.ID
	}
	return rooms, nil
}

// writeUntilKilled is the child: it appends as fast as it can and writes a line for each receipt that it got.
func writeUntilKilled(dir, round string) {
	ctx := context.Background()
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	l, err := ledger.Open(ctx, dir, ledger.WithPin(dir+".pin"))
	if err != nil {
		fail(err)
	}
	if _, err := l.Load(ctx, world()); err != nil && !errors.Is(err, ledger.ErrExists) {
		fail(err)
	}
	rooms, err := killRooms(ctx, l)
	if err != nil {
		fail(err)
	}
	var mu sync.Mutex
	for w := range killWriters {
		go func() {
			for n := 0; ; n++ {
				key, seat, room, kind, payload := killAct(rooms, round, w, n)
				r, err := l.Append(ctx, as(seat), room, kind, payload, ledger.Key(key))
				if err != nil {
					fail(err)
				}
				// One write a line: what reached the pipe was acknowledged, whatever happens next.
				mu.Lock()
				_, err = fmt.Fprintf(os.Stdout, "%d %d %s %d %s .\n", w, n, r.Room, r.Index, base64.StdEncoding.EncodeToString(r.Checkpoint))
				mu.Unlock()
				if err != nil {
					fail(err)
				}
			}
		}()
	}
	select {}
}

// acked is a receipt that a killed process had given.
type acked struct {
	w, n       int
	room       talks.RoomID
	index      int64
	checkpoint []byte
}

// runAndKill runs a child until it has written some lines, kills it at a random moment, and returns what it had acknowledged.
func runAndKill(t *testing.T, dir, round string) []acked {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), killDir+"="+dir, killRound+"="+round)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var list []acked
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(list) == 0 {
			time.AfterFunc(time.Duration(rand.IntN(30_000))*time.Microsecond, func() { _ = cmd.Process.Kill() }) // SIGKILL
		}
		f := strings.Fields(lines.Text())
		if len(f) != 6 || f[5] != "." {
			break // the line that the kill cut
		}
		var a acked
		a.w, _ = strconv.Atoi(f[0])
		a.n, _ = strconv.Atoi(f[1])
		a.room = talks.RoomID(f[2])
		a.index, _ = strconv.ParseInt(f[3], 10, 64)
		if a.checkpoint, err = base64.StdEncoding.DecodeString(f[4]); err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	if err := cmd.Wait(); err == nil || complaint.Len() > 0 {
		t.Fatalf("the writing process ended by itself: %v\n%s", err, complaint.String())
	}
	return list
}

// TestKill: a process that is killed while it writes has lost nothing that it acknowledged, and doubled nothing, whatever was under
// way; and every root that it signed is one that the record had.
func TestKill(t *testing.T) {
	rounds := *kills
	if testing.Short() {
		rounds = min(rounds, 10)
	}
	var dir string
	total := 0
	for i := range rounds {
		if i%20 == 0 { // a fresh folder now and then; in between, what was left behind is what the next one opens
			dir = t.TempDir()
		}
		list := runAndKill(t, dir, strconv.Itoa(i))
		total += len(list)
		checkKilled(t, dir, strconv.Itoa(i), list)
		if t.Failed() {
			t.Fatalf("at kill %d", i)
		}
	}
	t.Logf("%d kills, %d acts acknowledged before them", rounds, total)
}

func checkKilled(t *testing.T, dir, round string, list []acked) {
	t.Helper()
	ctx := t.Context()
	l, err := ledger.Open(ctx, dir, ledger.WithPin(dir+".pin")) // which is never ahead of what is stored
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	rooms, err := killRooms(ctx, l)
	if err != nil {
		t.Fatal(err)
	}
	// Before anything else is written: what was acknowledged is there, at its place.
	said := everySaid(t, l)
	next := map[int]int{}
	for _, a := range list {
		key, _, _, _, _ := killAct(rooms, round, a.w, a.n)
		if at := said[key]; len(at) != 1 || at[0] != (talks.Ref{Room: a.room, Name: strconv.FormatInt(a.index, 10)}) {
			t.Errorf("%s was acknowledged at %s/%d and stands at %v", key, a.room, a.index, at)
		}
		next[a.w] = max(next[a.w], a.n+1)
	}
	// A client that got no answer sends its act again, as does one that missed it.
	for w := range killWriters {
		for n := max(0, next[w]-2); n <= next[w]; n++ {
			key, seat, room, kind, payload := killAct(rooms, round, w, n)
			r, err := l.Append(ctx, as(seat), room, kind, payload, ledger.Key(key))
			if err != nil {
				t.Fatal(err)
			}
			if n < next[w] && !r.Again {
				t.Errorf("%s was acknowledged, and written once more", key)
			}
		}
	}
	for key, at := range everySaid(t, l) {
		if len(at) != 1 {
			t.Errorf("%s stands %d times: %v", key, len(at), at)
		}
	}
	rootsStand(t, l, list)
}

// everySaid finds every remark and every room's title, with the places where they stand.
func everySaid(t *testing.T, l *ledger.Ledger) map[string][]talks.Ref {
	t.Helper()
	v, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]talks.Ref{}
	for _, s := range v.World().Rooms() {
		said[s.Room.Title] = append(said[s.Room.Title], talks.Ref{Room: s.Room.ID, Name: "0"})
		for _, r := range s.Remarks {
			said[r.Said.Text] = append(said[r.Said.Text], talks.Ref{Room: s.Room.ID, Name: strconv.FormatInt(r.Index, 10)})
		}
	}
	return said
}

// rootsStand verifies the whole record as a party would, and that it extends every checkpoint that was handed out.
func rootsStand(t *testing.T, l *ledger.Ledger, list []acked) {
	t.Helper()
	var archive bytes.Buffer
	if err := l.Archive(t.Context(), as("us-head"), &archive); err != nil {
		t.Fatal(err)
	}
	trees := map[string]*record.Tree{}
	_, err := record.ReadArchive(&archive, record.Options{Host: l.HostKey()}, func(e record.ArchiveEntry) error {
		if trees[e.Room] == nil {
			trees[e.Room] = &record.Tree{}
		}
		trees[e.Room].Append(record.LeafHash(e.Text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		head, err := l.HostKey().Open(a.checkpoint, string(a.room))
		if err != nil {
			t.Fatal(err)
		}
		tree := trees[string(a.room)]
		if head.Size <= a.index || head.Size > tree.Size() {
			t.Errorf("a receipt for entry %d has a checkpoint of %d entries, and %d are stored", a.index, head.Size, tree.Size())
			continue
		}
		proof, err := tree.Consistency(head.Size, tree.Size())
		if err != nil {
			t.Fatal(err)
		}
		if err := record.CheckConsistency(proof, head, tree.Head()); err != nil {
			t.Errorf("the record does not extend a checkpoint of %d entries: %v", head.Size, err)
		}
	}
}
