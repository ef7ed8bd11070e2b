package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		writeUntilKilled(dir, os.Getenv(killRound))
		return
	}
	if dir := os.Getenv("PARLEY_TEST_INJECT_DIR"); dir != "" {
		writeUnderFaults(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// put appends an act that must be right.
func put(t *testing.T, l *ledger.Ledger, seat talks.Seat, room talks.RoomID, kind talks.Kind, payload string, o ...ledger.AppendOption) *ledger.Receipt {
	t.Helper()
	r, err := l.Append(t.Context(), as(seat), room, kind, []byte(payload), o...)
	if err != nil {
		t.Fatalf("%s by %s: %v", kind, seat, err)
	}
	return r
}

// try appends an act and returns the codes of what is wrong with it.
func try(t *testing.T, l *ledger.Ledger, seat talks.Seat, room talks.RoomID, kind talks.Kind, payload string) string {
	t.Helper()
	_, err := l.Append(t.Context(), as(seat), room, kind, []byte(payload))
	var ps talks.Problems
	if !errors.As(err, &ps) {
		return fmt.Sprint(err)
	}
	var codes []string
	for _, p := range ps {
		codes = append(codes, p.Code)
	}
	return strings.Join(codes, " ")
}

// TestRoomIsAViewer: an act that refers to what only some members see is answered exactly as one that refers to nothing.
func TestRoomIsAViewer(t *testing.T) {
	l, rooms := open(t, "memory:")
	ctx := t.Context()
	put(t, l, "us-head", rooms["direct"], "issue.open", `{"name":"border","title":"Border"}`)
	put(t, l, "us-head", rooms["caucus"], "issue.open", `{"name":"price","title":"Price"}`)
	for _, c := range []struct{ in, hidden talks.RoomID }{{rooms["direct"], rooms["caucus"]}, {rooms["lobby"], rooms["direct"]}, {rooms["lobby"], rooms["caucus"]}} {
		var answers []string
		for _, name := range []string{"border", "price", "unheard", "#0", "#99"} {
			_, err := l.Append(ctx, as("us-head"), c.in, "remark.write", fmt.Appendf(nil, `{"text":"x","on":["%s/%s"]}`, c.hidden, name))
			answers = append(answers, strings.ReplaceAll(fmt.Sprint(err), name, "NAME"))
		}
		if len(slices.Compact(answers)) != 1 || !strings.Contains(answers[0], "nothing that all members") {
			t.Errorf("answers: %q", answers)
		}
	}
	// Nor does the founding of a room tell of rooms that its author does not sit in, whoever it names as members.
	for _, members := range []string{`["ru","us"]`, `["us"]`, `[]`, `["zz"]`} {
		var answers []string
		for _, room := range []talks.RoomID{rooms["direct"], rooms["caucus"], "aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
			_, err := l.Append(ctx, as("ua-head"), "", "room.open", fmt.Appendf(nil, `{"kind":"direct","title":"x","members":%s,"cites":[{"source":"%s/#0"}]}`, members, room))
			answers = append(answers, strings.ReplaceAll(fmt.Sprint(err), string(room), "ROOM"))
		}
		if len(slices.Compact(answers)) != 1 {
			t.Errorf("members %s: %q", members, answers)
		}
	}
	if got := try(t, l, "us-head", "", "room.open", `{"kind":"direct","title":"x","members":["us","zz"]}`); got != "unknown-code" {
		t.Errorf("a member that nobody designated: %s", got)
	}
}

// TestLobbyRefersToItself: whoever is designated later reads the lobby from its beginning, so nothing in it points elsewhere, even
// where all who sit there at the time could see it.
func TestLobbyRefersToItself(t *testing.T) {
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := world()
	s.Items = s.Items[:3] // the lobby, and one delegation, which convenes
	rooms, err := l.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	caucus := put(t, l, "sa-head", "", "room.open", `{"kind":"caucus","title":"Ours","members":["sa"]}`).Room
	put(t, l, "sa-head", caucus, "issue.open", `{"name":"price","title":"Price"}`)
	if got := try(t, l, "sa-head", rooms["lobby"], "remark.write", fmt.Sprintf(`{"text":"x","on":["%s/price"]}`, caucus)); got != "unknown-ref" {
		t.Errorf("the lobby refers to the caucus of its only member: %q", got)
	}
}

// TestAdmission: a newcomer is refused where the room's history refers to what it cannot see, and not once that is erased.
func TestAdmission(t *testing.T) {
	l, rooms := open(t, "memory:")
	room := put(t, l, "us-head", "", "room.open", `{"kind":"consultation","title":"Talks","members":["ru","us"]}`).Room
	put(t, l, "us-head", rooms["direct"], "issue.open", `{"name":"border","title":"Border"}`)
	at := put(t, l, "us-head", room, "remark.write", fmt.Sprintf(`{"text":"see there","on":["%s/border"]}`, rooms["direct"])).Index
	if got := try(t, l, "us-head", room, "room.admit", `{"delegations":["ua"]}`); got != "history-hidden" {
		t.Errorf("admitting who cannot see: %q", got)
	}
	put(t, l, "us-head", room, "record.erase", fmt.Sprintf(`{"entry":%d}`, at))
	put(t, l, "us-head", room, "room.admit", `{"delegations":["ua"]}`)
	v, err := l.View(t.Context(), as("ua-head"))
	if err != nil || v.World().Room(room) == nil || v.World().Room(room).Size() != 4 {
		t.Errorf("the newcomer does not see the history: %v", err)
	}
}

// TestNamesAreARoomsOwn: a name that is taken elsewhere is free, whether or not its holder is seen, and titles need not differ.
func TestNamesAreARoomsOwn(t *testing.T) {
	l, rooms := open(t, "memory:")
	for _, room := range []talks.RoomID{rooms["direct"], rooms["caucus"]} {
		put(t, l, "us-head", room, "issue.open", `{"name":"harbour","title":"Harbour"}`)
		if got := try(t, l, "us-head", room, "source.add", `{"name":"harbour","title":"x","kind":"note"}`); got != "name-taken" {
			t.Errorf("the name again in the same room: %q", got)
		}
	}
	open := `{"kind":"direct","title":"Direct","members":["ru","us"]}`
	a, b := put(t, l, "us-head", "", "room.open", open).Room, put(t, l, "us-head", "", "room.open", open).Room
	if a == b {
		t.Error("two rooms are one")
	}
}

// sees asks for everything that a seat could get of a room and returns the first error, if any.
func sees(l *ledger.Ledger, seat talks.Seat, room talks.RoomID) (seen bool, errs []error) {
	ctx := context.Background()
	v, err := l.View(ctx, as(seat))
	if err != nil {
		errs = append(errs, err)
	} else {
		seen = v.World().Room(room) != nil || v.Head(room) != record.EmptyHead
	}
	var archive bytes.Buffer
	if err := l.Archive(ctx, as(seat), &archive); err == nil && strings.Contains(archive.String(), string(room)) {
		seen = true
	}
	_, err = l.Prove(ctx, as(seat), room, 0)
	errs = append(errs, err)
	_, err = l.Checkpoint(ctx, as(seat), room)
	errs = append(errs, err, l.Mark(ctx, as(seat), map[talks.RoomID]int64{room: 1}))
	marks, _ := l.Marks(ctx, as(seat))
	_, marked := marks[room]
	_, err = l.Append(ctx, as(seat), room, "remark.write", remark("still here"))
	return seen || marked, append(errs, err)
}

// TestAfterTheEnd: after leaving, removal and revocation a room is not there, in any answer.
func TestAfterTheEnd(t *testing.T) {
	l, rooms := open(t, "memory:")
	room := put(t, l, "us-head", "", "room.open", `{"kind":"plenary","title":"All","members":["ru","us","ua"]}`).Room
	put(t, l, "us-head", rooms["caucus"], "seat.grant", `{"holder":"us-aide","role":"delegate"}`)
	if err := l.Mark(t.Context(), as("ua-head"), map[talks.RoomID]int64{room: 1}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who, by talks.Seat
		in      talks.RoomID
		kind    talks.Kind
		payload string
		gone    talks.RoomID
	}{
		{"ru-head", "ru-head", room, "room.leave", `{}`, room},
		{"ua-head", "us-head", room, "room.remove", `{"delegations":["ua"]}`, room},
		{"us-aide", "us-head", rooms["caucus"], "seat.revoke", `{"holder":"us-aide"}`, rooms["direct"]},
	} {
		if seen, errs := sees(l, c.who, c.gone); !seen || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			t.Errorf("before %s: %v, %v", c.kind, seen, errs)
		}
		put(t, l, c.by, c.in, c.kind, c.payload)
		seen, errs := sees(l, c.who, c.gone)
		if seen || slices.ContainsFunc(errs, func(err error) bool { return err != nil && !errors.Is(err, ledger.ErrNotFound) }) {
			t.Errorf("after %s: %v, %v", c.kind, seen, errs)
		}
		if last := errs[len(errs)-1]; !errors.Is(last, ledger.ErrNotFound) {
			t.Errorf("writing after %s: %v", c.kind, last)
		}
	}
}

// TestRevocationRace: once a revocation is acknowledged, no request of that seat that begins later succeeds.
func TestRevocationRace(t *testing.T) {
	l, rooms := open(t, "memory:")
	for round := range 20 {
		seat := talks.Seat(fmt.Sprintf("us-aide%d", round))
		put(t, l, "us-head", rooms["caucus"], "seat.grant", fmt.Sprintf(`{"holder":%q,"role":"delegate"}`, seat))
		var revoked atomic.Bool
		var wg sync.WaitGroup
		watch, err := l.Watch(t.Context(), as(seat))
		if err != nil {
			t.Fatal(err)
		}
		for w := range 4 {
			wg.Go(func() {
				for i := 0; ; i++ {
					after := revoked.Load()
					_, err := l.Append(t.Context(), as(seat), rooms["direct"], "remark.write", remark(fmt.Sprint(round, w, i)), ledger.Key(fmt.Sprint(round, w, i/2)), ledger.Expect(int64(i)))
					if after && !errors.Is(err, ledger.ErrNotFound) {
						t.Errorf("writing after the end: %v", err)
					}
					_, viewed := l.View(t.Context(), as(seat))
					if after && !errors.Is(viewed, ledger.ErrNotFound) {
						t.Errorf("reading after the end: %v", viewed)
					}
					if after {
						return
					}
				}
			})
		}
		time.Sleep(time.Duration(round%5) * 200 * time.Microsecond)
		put(t, l, "us-head", rooms["caucus"], "seat.revoke", fmt.Sprintf(`{"holder":%q}`, seat))
		revoked.Store(true)
		wg.Wait()
		for range watch { // ends
		}
	}
}

// TestRemovedMeanwhile: an answer that is under way while its viewer is removed from the room is of the room as the viewer last saw it:
// neither what was written from then on is in its tree, nor how much that is.
func TestRemovedMeanwhile(t *testing.T) {
	var during atomic.Pointer[func()] // called once, while a view is being made
	l, _ := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time {
		if f := during.Swap(nil); f != nil {
			(*f)()
		}
		return time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	}))
	ctx, ua := t.Context(), as("ua-head")
	size := func(room talks.RoomID, checkpoint []byte, err error) (int64, error) {
		if err != nil {
			return 0, err
		}
		head, err := l.HostKey().Open(checkpoint, string(room))
		return head.Size, err
	}
	for what, ask := range map[string]func(room talks.RoomID, older record.Head) (int64, error){
		"an entry's proof": func(room talks.RoomID, _ record.Head) (int64, error) {
			p, err := l.Prove(ctx, ua, room, 1)
			if err == nil {
				err = record.CheckInclusion(p.Hashes, 1, record.LeafHash(p.Leaf), p.Head)
			}
			if err != nil {
				return 0, err
			}
			n, err := size(room, p.Checkpoint, nil)
			return max(n, p.Head.Size), err
		},
		"the checkpoint": func(room talks.RoomID, _ record.Head) (int64, error) {
			checkpoint, err := l.Checkpoint(ctx, ua, room)
			return size(room, checkpoint, err)
		},
		"the proof that it grew": func(room talks.RoomID, older record.Head) (int64, error) {
			x, err := l.Extend(ctx, ua, room, older.Size)
			if err == nil {
				err = record.CheckConsistency(x.Hashes, older, x.Head)
			}
			if err != nil {
				return 0, err
			}
			n, err := size(room, x.Checkpoint, nil)
			return max(n, x.Head.Size), err
		},
		"that it did not grow so far": func(room talks.RoomID, older record.Head) (int64, error) {
			_, err := l.Extend(ctx, ua, room, older.Size+2)
			if ps := (talks.Problems)(nil); errors.As(err, &ps) && len(ps[0].Args) == 3 {
				return strconv.ParseInt(ps[0].Args[2], 10, 64)
			}
			return 0, fmt.Errorf("of more entries than there were: %w", err)
		},
	} {
		room := put(t, l, "us-head", "", "room.open", `{"kind":"plenary","title":"All","members":["ru","us","ua"]}`).Room
		put(t, l, "us-head", room, "remark.write", `{"text":"x"}`)
		older := headAt(t, l, as("us-head"), room, 2)
		put(t, l, "us-head", room, "remark.write", `{"text":"y"}`)
		var removed int64
		var wg sync.WaitGroup
		remove := func() {
			wg.Go(func() {
				removed = put(t, l, "us-head", room, "room.remove", `{"delegations":["ua"]}`).Index
				put(t, l, "us-head", room, "remark.write", `{"text":"among ourselves"}`)
			})
			time.Sleep(50 * time.Millisecond) // so that it is ready to be shown once the view is made; right does not depend on it
		}
		during.Store(&remove)
		got, err := ask(room, older)
		wg.Wait()
		if err != nil || got != removed {
			t.Errorf("%s: of %d entries, %v; it was removed by entry %d", what, got, err, removed)
		}
	}
}

// TestSeenAndExpected: what the author had seen is in the leaf, and expecting it refuses the act where more came.
func TestSeenAndExpected(t *testing.T) {
	l, rooms := open(t, "memory:")
	ctx, direct := t.Context(), rooms["direct"]
	var heads []record.Head
	for i := range 5 {
		v, _ := l.View(ctx, as("us-head"))
		heads = append(heads, v.Head(direct))
		put(t, l, "us-head", direct, "remark.write", `{"text":"x"}`, ledger.Expect(heads[i].Size))
	}
	for _, h := range heads {
		r := put(t, l, "ru-head", direct, "remark.write", `{"text":"y"}`, ledger.Seen(h.Size))
		if leaf, err := record.ParseLeaf(r.Leaf); err != nil || leaf.Seen != h {
			t.Errorf("seen %v: the leaf has %v, %v", h, leaf.Seen, err)
		}
	}
	size := heads[0].Size + 10
	for _, n := range []int64{size + 1, 1 << 60, -1} {
		_, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("x"), ledger.Expect(n))
		if ps := (talks.Problems)(nil); !errors.As(err, &ps) || ps[0].Code != "out-of-range" {
			t.Errorf("expecting %d of %d: %v", n, size, err)
		}
	}
	var conflict *ledger.ConflictError
	_, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("x"), ledger.Expect(heads[2].Size))
	if !errors.As(err, &conflict) || conflict.Size != size || len(conflict.Since) != int(size-heads[2].Size) || conflict.Since[0].Index != heads[2].Size {
		t.Errorf("a conflict: %+v, %v", conflict, err)
	}
	// A seat that may not write there learns nothing from a conflict.
	if _, err := l.Append(ctx, as("ua-head"), direct, "remark.write", remark("x"), ledger.Expect(0)); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("a conflict for who is not there: %v", err)
	}
	verify(t, l, "us-head", nil)
}

// TestKeys: a key makes an act safe to repeat, also one that opens a room, also after a restart; nobody else's key is in its way.
func TestKeys(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	opening := `{"kind":"direct","title":"New","members":["ru","us"]}`
	word := put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`, ledger.Key("k"))
	room := put(t, l, "us-head", "", "room.open", opening, ledger.Key("k"))
	for range 2 {
		if again := put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`, ledger.Key("k")); !again.Again || again.Index != word.Index || !bytes.Equal(again.Leaf, word.Leaf) || !again.Time.Equal(word.Time) {
			t.Errorf("the act again: %+v", again)
		}
		if again := put(t, l, "us-head", "", "room.open", opening, ledger.Key("k")); !again.Again || again.Room != room.Room || again.Index != 0 {
			t.Errorf("the room again: %+v", again)
		}
		var conflict *ledger.ConflictError
		for _, a := range []struct {
			kind    talks.Kind
			payload string
		}{{"remark.write", `{"text":"x" }`}, {"release.make", `{"title":"x","text":"x","kind":"note"}`}} {
			if _, err := l.Append(t.Context(), as("us-head"), rooms["direct"], a.kind, []byte(a.payload), ledger.Key("k")); !errors.As(err, &conflict) || !conflict.Key || conflict.Since != nil {
				t.Errorf("the key for another act: %v", err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l, _ = open(t, dir)
	}
	if r := put(t, l, "ru-head", rooms["direct"], "remark.write", `{"text":"x"}`, ledger.Key("k")); r.Again {
		t.Error("another seat's key was taken for this one's")
	}
	if r := put(t, l, "us-head", rooms["lobby"], "remark.write", `{"text":"x"}`, ledger.Key("k")); r.Again {
		t.Error("another room's key was taken for this one's")
	}
	if _, err := l.Append(t.Context(), as("us-head"), rooms["direct"], "remark.write", remark("x"), ledger.Key(strings.Repeat("k", 201))); err == nil || !strings.Contains(err.Error(), "key") {
		t.Errorf("a long key: %v", err)
	}
	var wg sync.WaitGroup
	var fresh atomic.Int64
	for range 16 {
		wg.Go(func() {
			r, err := l.Append(t.Context(), as("us-head"), rooms["direct"], "remark.write", remark("at once"), ledger.Key("once"))
			if err != nil {
				t.Error(err)
			} else if !r.Again {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("one key made %d acts", fresh.Load())
	}
}

// TestClock: whatever the host's clock does, time in a room does not run backwards, and order and proofs stay.
func TestClock(t *testing.T) {
	now := time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	l, rooms := open(t, t.TempDir(), ledger.WithClock(func(time.Time) time.Time { return now }))
	known := map[string][]byte{}
	var last time.Time
	for i, step := range []time.Duration{0, time.Minute, -24 * time.Hour, 24 * time.Hour, 10 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour, time.Minute} {
		now = now.Add(step)
		r := put(t, l, "us-head", rooms["direct"], "remark.write", fmt.Sprintf(`{"text":"%d"}`, i))
		if r.Time.Before(last) {
			t.Errorf("after a step of %v: %v is before %v", step, r.Time, last)
		}
		last = r.Time
		verify(t, l, "us-head", known)
		known[string(rooms["direct"])] = r.Checkpoint
		v, err := l.View(t.Context(), as("us-head"))
		if err != nil {
			t.Fatal(err)
		}
		if rs := v.World().Room(rooms["direct"]).Remarks; len(rs) != i+1 || rs[i].Said.Text != strconv.Itoa(i) {
			t.Errorf("the order after a step of %v: %v", step, rs)
		}
	}
}

// TestIdle: rooms that were dropped from memory give the same answers as before.
func TestIdle(t *testing.T) {
	l, rooms := open(t, t.TempDir(), ledger.WithIdle(time.Nanosecond))
	at := put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`, ledger.Key("k"))
	put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"y"}`)
	put(t, l, "us-head", rooms["direct"], "record.erase", fmt.Sprintf(`{"entry":%d}`, at.Index+1))
	before, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	then, _ := l.ViewAt(t.Context(), as("us-head"), at.Time)
	for range 2 {
		l.Forget()
		after, err := l.View(t.Context(), as("us-head"))
		if err != nil {
			t.Fatal(err)
		}
		l.Forget()
		past, err := l.ViewAt(t.Context(), as("us-head"), at.Time)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []struct{ old, now *ledger.View }{{before, after}, {then, past}} {
			for i, s := range w.old.World().Rooms() {
				if got := w.now.World().Rooms()[i]; !reflect.DeepEqual(got, s) || w.old.Head(s.Room.ID) != w.now.Head(s.Room.ID) {
					t.Errorf("%s differs after it was read again", s.Room.Title)
				}
			}
		}
		l.Forget()
		if r := put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`, ledger.Key("k")); !r.Again {
			t.Error("the key was forgotten with the room")
		}
	}
}

// TestWatchJoinsAndEnds: changes that nobody took are joined; the channel ends with the context, the ledger, or the seat's time.
func TestWatchJoinsAndEnds(t *testing.T) {
	var now atomic.Pointer[time.Time]
	set := func(s time.Time) { now.Store(&s) }
	set(time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC))
	l, rooms := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time { return *now.Load() }))
	put(t, l, "us-head", rooms["caucus"], "seat.grant", `{"holder":"us-guest","role":"delegate","until":"2025-02-19"}`)
	ctx, cancel := context.WithCancel(t.Context())
	slow, err := l.Watch(ctx, as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	guest, err := l.Watch(t.Context(), as("us-guest"))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		put(t, l, "us-head", rooms["direct"], "remark.write", `{"text":"x"}`)
		put(t, l, "us-head", rooms["lobby"], "remark.write", `{"text":"x"}`)
	}
	want := []talks.RoomID{rooms["direct"], rooms["lobby"]}
	slices.Sort(want)
	got := map[talks.RoomID]bool{}
	n := 0
	for len(got) < 2 {
		c := <-slow
		n++
		if !slices.IsSorted(c.Rooms) {
			t.Errorf("not sorted: %v", c.Rooms)
		}
		for _, r := range c.Rooms {
			got[r] = true
		}
	}
	if n > 2 {
		t.Errorf("%d changes for a slow receiver", n)
	}
	<-guest
	set(now.Load().Add(48 * time.Hour))
	put(t, l, "ru-head", rooms["direct"], "remark.write", `{"text":"after the guest's time"}`)
	for c := range guest { // ends, though nothing happened in the lobby or the caucus
		_ = c
	}
	cancel()
	for range slow {
	}
	closing, err := l.Watch(t.Context(), as("ru-head"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for range closing {
	}
	// A context that has ended already ends the channel too, and leaves nothing behind.
	if _, err := l.Watch(ctx, as("us-head")); err == nil {
		t.Error("watching a closed ledger")
	}
}
