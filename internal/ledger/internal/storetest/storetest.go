// Package storetest holds what every storage must pass.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/ledger/internal/raw"
)

// Run runs the suite. open returns a new, empty storage, which the suite closes. reopen closes a storage and returns another
// one over the same data; it is nil where nothing is kept.
func Run(t *testing.T, open func(*testing.T) raw.Storage, reopen func(*testing.T, raw.Storage) raw.Storage) {
	for _, c := range []struct {
		name string
		test func(*testing.T, raw.Storage)
	}{
		{"empty", empty},
		{"order", order},
		{"from an index", fromIndex},
		{"create once", createOnce},
		{"conflict rolls back", conflict},
		{"refused batches", refused},
		{"same room twice", sameRoomTwice},
		{"erase", erase},
		{"bytes", odd},
		{"identifiers", identifiers},
		{"big payloads", big},
		{"slices are the caller's", owned},
		{"settings", settings},
		{"marks", marks},
		{"cancelled", cancelled},
		{"break", breakOff},
		{"snapshot", snapshot},
		{"readers and a writer", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			c.test(t, s)
			if err := s.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
		})
	}
	if reopen != nil {
		t.Run("reopen", func(t *testing.T) {
			t.Parallel()
			kept(t, open, reopen)
		})
	}
}

// Entry makes an entry that differs from those of other numbers, with a payload of n bytes.
func Entry(number, n int) raw.Entry {
	tail := fmt.Appendf(nil, "%d.", number)
	return raw.Entry{
		Leaf:    fmt.Appendf(nil, "leaf %d", number),
		Salt:    append(bytes.Repeat([]byte{'s'}, 32-len(tail)), tail...),
		Payload: append(bytes.Repeat([]byte{'p'}, max(0, n-len(tail))), tail...),
		Key:     fmt.Appendf(nil, "key %d", number),
	}
}

// Batch makes a batch of n entries for a room of the process "p" that has first of them; the payloads have 100 bytes.
func Batch(room string, first, n int) raw.Batch {
	b := raw.Batch{Process: "p", Room: room, First: int64(first), Members: []string{"us", "them"}}
	for i := first; i < first+n; i++ {
		b.Entries = append(b.Entries, Entry(i, 100))
	}
	b.Checkpoint = fmt.Appendf(nil, "%s\n%d\n", room, first+n)
	return b
}

// P is the process that Batch belongs to.
var P = raw.Process{ID: "p", Title: "A process", Lobby: "lobby"}

// Commit stores batches or fails the test.
func Commit(t testing.TB, s raw.Storage, process *raw.Process, batches ...raw.Batch) {
	t.Helper()
	if err := s.Commit(t.Context(), process, batches); err != nil {
		t.Fatalf("committing: %v", err)
	}
}

// Entries reads entries from an index on or fails the test.
func Entries(t testing.TB, s raw.Storage, process, room string, from int64) []raw.Entry {
	t.Helper()
	var got []raw.Entry
	for e, err := range s.Entries(t.Context(), process, room, from) {
		if err != nil {
			t.Fatalf("reading entries: %v", err)
		}
		got = append(got, e)
	}
	return got
}

func sizes(t testing.TB, s raw.Storage) map[string]int64 {
	t.Helper()
	rooms, err := s.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, r := range rooms {
		got[r.Process+"/"+r.ID] = r.Size
	}
	return got
}

func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) { // hundreds of times faster than cmp, which only has to show the difference
		t.Fatalf("%s (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: got error %v, want %v", what, err, want)
	}
}

func empty(t *testing.T, s raw.Storage) {
	processes, err := s.Processes(t.Context())
	if err != nil || len(processes) != 0 {
		t.Errorf("processes %v, error %v", processes, err)
	}
	same(t, "rooms", sizes(t, s), map[string]int64{})
	same(t, "entries", len(Entries(t, s, "p", "lobby", 0)), 0)
	if err := s.Commit(t.Context(), nil, nil); err != nil {
		t.Errorf("nothing to commit: %v", err)
	}
	Commit(t, s, &P) // a process without a room yet
	processes, err = s.Processes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "processes", processes, []raw.Process{P})
}

func order(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("lobby", 0, 3), Batch("b", 0, 300), Batch("a", 0, 1))
	Commit(t, s, nil, Batch("b", 300, 1))
	Commit(t, s, nil, Batch("a", 1, 2), Batch("b", 301, 299))
	q := Batch("a", 0, 2)
	q.Process, q.Members, q.Checkpoint = "o", nil, nil
	Commit(t, s, &raw.Process{ID: "o", Title: "Another", Lobby: "a"}, q)

	for room, n := range map[string]int{"lobby": 3, "a": 3, "b": 600} {
		same(t, room, Entries(t, s, "p", room, 0), Batch(room, 0, n).Entries)
	}
	processes, err := s.Processes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "processes", processes, []raw.Process{{ID: "o", Title: "Another", Lobby: "a"}, P})
	rooms, err := s.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	us := []string{"us", "them"}
	same(t, "rooms", rooms, []raw.Room{
		{Process: "o", ID: "a", Size: 2},
		{Process: "p", ID: "a", Size: 3, Members: us, Checkpoint: []byte("a\n3\n")},
		{Process: "p", ID: "b", Size: 600, Members: us, Checkpoint: []byte("b\n600\n")},
		{Process: "p", ID: "lobby", Size: 3, Members: us, Checkpoint: []byte("lobby\n3\n")},
	})
}

func fromIndex(t *testing.T, s raw.Storage) {
	const n = 400
	Commit(t, s, &P, Batch("r", 0, 1))
	Commit(t, s, nil, Batch("r", 1, 7))
	Commit(t, s, nil, Batch("r", 8, n-8))
	want := Batch("r", 0, n).Entries
	for _, from := range []int64{-1, 0, 1, 2, 7, 8, 9, 100, n - 1, n, n + 1, 1 << 40} {
		got := Entries(t, s, "p", "r", from)
		same(t, fmt.Sprint("from ", from), got, append([]raw.Entry(nil), want[min(max(from, 0), n):]...))
	}
}

func createOnce(t *testing.T, s raw.Storage) {
	wantErr(t, "a room of no process", s.Commit(t.Context(), nil, []raw.Batch{Batch("r", 0, 1)}), raw.ErrConflict)
	Commit(t, s, &P, Batch("lobby", 0, 1))
	wantErr(t, "the process again", s.Commit(t.Context(), &P, []raw.Batch{Batch("r", 0, 1)}), raw.ErrConflict)
	wantErr(t, "the room again", s.Commit(t.Context(), nil, []raw.Batch{Batch("lobby", 0, 1)}), raw.ErrConflict)
	wantErr(t, "a room that is not there", s.Commit(t.Context(), nil, []raw.Batch{Batch("r", 1, 1)}), raw.ErrConflict)
	other := P
	other.ID = "q"
	wantErr(t, "a process with a conflict", s.Commit(t.Context(), &other, []raw.Batch{Batch("lobby", 0, 1)}), raw.ErrConflict)
	same(t, "rooms", sizes(t, s), map[string]int64{"p/lobby": 1})
	processes, err := s.Processes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "processes", processes, []raw.Process{P})
}

func conflict(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("a", 0, 2), Batch("b", 0, 2), Batch("c", 0, 2))
	erasing := Batch("a", 2, 3)
	erasing.Erase = []int64{0}
	for _, wrong := range []raw.Batch{Batch("c", 1, 2), Batch("c", 3, 2), Batch("c", 0, 1), Batch("d", 2, 1)} {
		err := s.Commit(t.Context(), nil, []raw.Batch{erasing, Batch("b", 2, 100), Batch("new", 0, 1), wrong})
		wantErr(t, fmt.Sprintf("%s at %d", wrong.Room, wrong.First), err, raw.ErrConflict)
	}
	same(t, "rooms", sizes(t, s), map[string]int64{"p/a": 2, "p/b": 2, "p/c": 2})
	for _, room := range []string{"a", "b", "c"} {
		same(t, room, Entries(t, s, "p", room, 0), Batch(room, 0, 2).Entries)
	}
	Commit(t, s, nil, Batch("a", 2, 1), Batch("new", 0, 1)) // the same places are still free
}

func refused(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("r", 0, 2))
	for name, change := range map[string]func(*raw.Batch){
		"no entries":         func(b *raw.Batch) { b.Entries = nil },
		"negative place":     func(b *raw.Batch) { b.First = -1 },
		"no leaf":            func(b *raw.Batch) { b.Entries[1].Leaf = nil },
		"erase below":        func(b *raw.Batch) { b.Erase = []int64{-1} },
		"erase what is none": func(b *raw.Batch) { b.Erase = []int64{0, 4} },
	} {
		b := Batch("r", 2, 2)
		change(&b)
		err := s.Commit(t.Context(), nil, []raw.Batch{Batch("new", 0, 1), b})
		if err == nil || errors.Is(err, raw.ErrConflict) || errors.Is(err, raw.ErrFull) || errors.Is(err, raw.ErrUncertain) {
			t.Errorf("%s: got error %v, want one of no kind", name, err)
		}
	}
	same(t, "rooms", sizes(t, s), map[string]int64{"p/r": 2})
}

func sameRoomTwice(t *testing.T, s raw.Storage) {
	second := Batch("r", 2, 2)
	second.Erase = []int64{1, 2}
	Commit(t, s, &P, Batch("r", 0, 2), second)
	want := Batch("r", 0, 4).Entries
	for _, i := range second.Erase {
		want[i] = raw.Entry{Leaf: want[i].Leaf}
	}
	same(t, "entries", Entries(t, s, "p", "r", 0), want)
	same(t, "rooms", sizes(t, s), map[string]int64{"p/r": 4})
}

func erase(t *testing.T, s raw.Storage) {
	want := Batch("r", 0, 206).Entries
	Commit(t, s, &P, Batch("r", 0, 1), Batch("other", 0, 5))
	Commit(t, s, nil, Batch("r", 1, 200))
	b := Batch("r", 201, 5)
	b.Erase = []int64{0, 7, 8, 150, 150, 203} // of two earlier commits, one twice, and one of its own
	Commit(t, s, nil, b)
	for _, i := range b.Erase {
		want[i] = raw.Entry{Leaf: want[i].Leaf}
	}
	same(t, "entries", Entries(t, s, "p", "r", 0), want)
	again := Batch("r", 206, 1)
	again.Erase = []int64{7}
	Commit(t, s, nil, again)
	same(t, "entries after erasing again", Entries(t, s, "p", "r", 0), append(want, again.Entries...))
	same(t, "the other room", Entries(t, s, "p", "other", 0), Batch("other", 0, 5).Entries)
}

func odd(t *testing.T, s raw.Storage) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	b := Batch("r", 0, 5)
	b.Entries[0].Payload = all
	b.Entries[1].Payload = []byte("a\x00b\xff\xfe\xc0")
	b.Entries[2] = raw.Entry{Leaf: []byte{0}, Salt: all[:32], Payload: []byte{0}}
	b.Entries[3] = raw.Entry{Leaf: []byte{}, Salt: []byte{}, Payload: []byte{}, Key: []byte{}} // empty is not nil
	b.Entries[4] = raw.Entry{Leaf: []byte("only a leaf")}
	b.Checkpoint = []byte("origin\n\x00\xff\n")
	Commit(t, s, &P, b)
	same(t, "entries", Entries(t, s, "p", "r", 0), b.Entries)
	rooms, err := s.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "checkpoint", rooms[0].Checkpoint, b.Checkpoint)
}

func identifiers(t *testing.T, s raw.Storage) {
	ids := []string{"", " ", "'", `"; DROP TABLE room; --`, "%", "_", "*", "a", "A", "a ", "1", "01", "1e0", "é", "e\u0301",
		"Ω", "\x00", "a\x00b", "a\x00c", "\xff\xfe", "2025-02-18 09:00:00", "?1", "a/b", "\n", "😀"}
	slices.Sort(ids)
	var want []string
	for _, p := range ids {
		var batches []raw.Batch
		for _, r := range ids {
			b := Batch(r, 0, 1)
			b.Process, b.Members, b.Entries[0].Leaf = p, []string{p, r}, []byte(p+"|"+r)
			batches = append(batches, b)
			want = append(want, fmt.Sprintf("%q %q %q", p, r, b.Members))
		}
		Commit(t, s, &raw.Process{ID: p, Title: p, Lobby: p}, batches...)
		if err := s.SetMarks(t.Context(), p, p, map[string]int64{p: 1}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetSetting(t.Context(), p, []byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	rooms, err := s.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rooms {
		got = append(got, fmt.Sprintf("%q %q %q", r.Process, r.ID, r.Members))
	}
	same(t, "rooms", got, want)
	processes, err := s.Processes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range ids {
		same(t, "process", processes[i], raw.Process{ID: p, Title: p, Lobby: p})
		for _, r := range ids {
			same(t, fmt.Sprintf("leaf of %q %q", p, r), string(Entries(t, s, p, r, 0)[0].Leaf), p+"|"+r)
		}
		m, err := s.Marks(t.Context(), p, p)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("marks of %q", p), m, map[string]int64{p: 1})
		v, err := s.Setting(t.Context(), p)
		if err != nil || string(v) != p {
			t.Fatalf("setting %q is %q, error %v", p, v, err)
		}
	}
}

func big(t *testing.T, s raw.Storage) {
	b := Batch("r", 0, 0)
	for i, n := range []int{256 << 10, 1, 65_000, 600, 256 << 10, 256 << 10, 4096} {
		b.Entries = append(b.Entries, Entry(i, n))
	}
	Commit(t, s, &P, b)
	same(t, "entries", Entries(t, s, "p", "r", 0), b.Entries)
	next := Batch("r", 7, 1)
	next.Erase = []int64{4, 6}
	Commit(t, s, nil, next)
	want := append(slices.Clone(b.Entries), next.Entries...)
	for _, i := range next.Erase {
		want[i] = raw.Entry{Leaf: want[i].Leaf}
	}
	for from := range want {
		same(t, fmt.Sprint("from ", from), Entries(t, s, "p", "r", int64(from)), want[from:])
	}
}

// owned: neither what the caller does to its slices after Commit nor what it does to slices handed out changes anything,
// and no entry changes while the iteration goes on.
func owned(t *testing.T, s raw.Storage) {
	b := Batch("r", 0, 200)
	Commit(t, s, &P, b)
	for _, e := range b.Entries {
		clear(e.Leaf)
		clear(e.Payload)
	}
	clear(b.Checkpoint)
	b.Members[0] = "spoilt"
	want := Batch("r", 0, 200)
	got := Entries(t, s, "p", "r", 0)
	same(t, "entries", got, want.Entries)
	for i, e := range got {
		_ = append(e.Leaf, "grown"...)
		_ = append(e.Salt, "grown"...)
		_ = append(e.Payload, "grown"...)
		if i%2 == 0 {
			clear(e.Payload)
		}
	}
	same(t, "an entry beside spoilt ones", got[101], want.Entries[101])
	same(t, "entries read again", Entries(t, s, "p", "r", 0), want.Entries)
	for range 2 {
		rooms, err := s.Rooms(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, "members", rooms[0].Members, want.Members)
		same(t, "checkpoint", rooms[0].Checkpoint, want.Checkpoint)
		clear(rooms[0].Checkpoint)
		rooms[0].Members[0] = "spoilt"
	}
}

func settings(t *testing.T, s raw.Storage) {
	for _, value := range [][]byte{nil, []byte("one"), []byte("two\x00\xff"), {}} {
		if value != nil {
			if err := s.SetSetting(t.Context(), "name", value); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Setting(t.Context(), "name")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "setting", got, value)
	}
	if got, err := s.Setting(t.Context(), "Name"); got != nil || err != nil {
		t.Errorf("another name: %q, error %v", got, err)
	}
}

func marks(t *testing.T, s raw.Storage) {
	set := func(process, seat string, m map[string]int64) {
		t.Helper()
		if err := s.SetMarks(t.Context(), process, seat, m); err != nil {
			t.Fatal(err)
		}
	}
	set("p", "us-head", map[string]int64{"a": 1, "b": 2})
	set("p", "us-head", map[string]int64{"b": 5, "c": 0})
	set("p", "us-head", nil)
	set("p", "them-head", map[string]int64{"a": 1 << 40})
	set("q", "us-head", map[string]int64{"b": 9})
	for _, c := range []struct {
		process, seat string
		want          map[string]int64
	}{
		{"p", "us-head", map[string]int64{"a": 1, "b": 5, "c": 0}},
		{"p", "them-head", map[string]int64{"a": 1 << 40}},
		{"q", "us-head", map[string]int64{"b": 9}},
		{"q", "them-head", map[string]int64{}},
	} {
		for range 2 {
			got, err := s.Marks(t.Context(), c.process, c.seat)
			if err != nil {
				t.Fatal(err)
			}
			same(t, c.process+" "+c.seat, got, c.want)
			got["spoilt"] = 1
		}
	}
}

func cancelled(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("r", 0, 500))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for e, err := range s.Entries(ctx, "p", "r", 0) {
		if err != nil {
			last = err
			continue
		}
		if n++; e.Leaf == nil {
			t.Fatal("an entry without an error has no leaf")
		}
		cancel()
	}
	wantErr(t, "cancelled while reading", last, context.Canceled)
	if n == 500 {
		t.Error("the whole room was read after the context was cancelled")
	}
	for range s.Entries(ctx, "p", "r", 0) {
		n++
	}
	_, e1 := s.Setting(ctx, "x")
	_, e2 := s.Processes(ctx)
	_, e3 := s.Rooms(ctx)
	_, e4 := s.Marks(ctx, "p", "x")
	for i, err := range []error{
		s.Commit(ctx, nil, []raw.Batch{Batch("r", 500, 1)}), s.Commit(ctx, nil, nil), s.SetSetting(ctx, "x", []byte("y")),
		s.SetMarks(ctx, "p", "x", map[string]int64{"r": 1}), e1, e2, e3, e4,
	} {
		wantErr(t, fmt.Sprint("call ", i), err, context.Canceled)
	}
	same(t, "rooms", sizes(t, s), map[string]int64{"p/r": 500})
	Commit(t, s, nil, Batch("r", 500, 1))
}

// breakOff leaves more readers in the middle than any storage has connections.
func breakOff(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("r", 0, 300))
	for i := range 200 {
		for e, err := range s.Entries(t.Context(), "p", "r", int64(i)) {
			if err != nil {
				t.Fatal(err)
			}
			same(t, "leaf", string(e.Leaf), fmt.Sprintf("leaf %d", i))
			break
		}
	}
	func() {
		defer func() { recover() }()
		for range s.Entries(t.Context(), "p", "r", 0) {
			panic("in the middle")
		}
	}()
	Commit(t, s, nil, Batch("r", 300, 1))
	same(t, "entries", len(Entries(t, s, "p", "r", 0)), 301)
}

// snapshot: whoever iterates holds up no writer and sees the room as it stood, erased entries too.
func snapshot(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("r", 0, 300))
	want := Batch("r", 0, 300).Entries
	var got []raw.Entry
	size := 300
	for e, err := range s.Entries(t.Context(), "p", "r", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, e); len(got)%50 == 0 {
			b := Batch("r", size, 10)
			b.Erase = []int64{int64(size) - 1, 299}
			Commit(t, s, nil, b)
			size += 10
		}
	}
	same(t, "entries", got, want)
	same(t, "entries afterwards", len(Entries(t, s, "p", "r", 0)), size)
	if e := Entries(t, s, "p", "r", 299)[0]; e.Payload != nil || e.Salt != nil || e.Key != nil {
		t.Error("the last entry was not erased")
	}
}

// concurrent: many readers beside a writer always find an unbroken room, of at least the size that its head had before.
func concurrent(t *testing.T, s raw.Storage) {
	Commit(t, s, &P, Batch("r", 0, 1), Batch("q", 0, 1))
	const commits, step = 60, 5
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				at := sizes(t, s)
				n := int64(0)
				for e, err := range s.Entries(t.Context(), "p", "r", 0) {
					if err != nil || string(e.Leaf) != fmt.Sprintf("leaf %d", n) {
						t.Errorf("entry %d: leaf %q, error %v", n, e.Leaf, err)
						return
					}
					n++
				}
				if n < at["p/r"] || (n-1)%step != 0 || at["p/r"] != at["p/q"] {
					t.Errorf("read %d entries of heads %v", n, at)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range commits {
		err := s.Commit(t.Context(), nil, []raw.Batch{Batch("r", 1+i*step, step), Batch("q", 1+i*step, step)})
		if err == nil {
			err = s.SetMarks(t.Context(), "p", "us-head", map[string]int64{"r": int64(i)})
		}
		if err != nil {
			t.Errorf("commit %d: %v", i, err)
			break
		}
	}
	close(done)
	wg.Wait()
}

func kept(t *testing.T, open func(*testing.T) raw.Storage, reopen func(*testing.T, raw.Storage) raw.Storage) {
	s := open(t)
	for round := range 3 {
		if round == 0 {
			Commit(t, s, &P, Batch("r", 0, 100), Batch("lobby", 0, 1))
		} else {
			Commit(t, s, nil, Batch("r", 100*round, 100))
		}
		if err := s.SetSetting(t.Context(), "round", []byte{byte(round)}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetMarks(t.Context(), "p", "us-head", map[string]int64{strconv.Itoa(round): 1}); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s)
		same(t, "entries", Entries(t, s, "p", "r", 0), Batch("r", 0, 100*(round+1)).Entries)
		same(t, "rooms", sizes(t, s), map[string]int64{"p/r": int64(100 * (round + 1)), "p/lobby": 1})
		v, err := s.Setting(t.Context(), "round")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "setting", v, []byte{byte(round)})
		m, err := s.Marks(t.Context(), "p", "us-head")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "marks", slices.Sorted(maps.Keys(m)), []string{"0", "1", "2"}[:round+1])
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
