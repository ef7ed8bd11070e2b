package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/ledger/internal/memory"
	"parley/internal/ledger/internal/raw"
	"parley/internal/talks"
	"parley/record"
)

// flaky is a storage whose commits wait and fail as a test says.
type flaky struct {
	raw.Storage
	mu     sync.Mutex
	commit func() error // called before each commit; its error is the commit's
}

func (f *flaky) on(commit func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commit = commit
}

func (f *flaky) Commit(ctx context.Context, p *raw.Process, bs []raw.Batch) error {
	f.mu.Lock()
	commit := f.commit
	f.mu.Unlock()
	if commit != nil {
		if err := commit(); err != nil {
			return err
		}
	}
	return f.Storage.Commit(ctx, p, bs)
}

func openFlaky(t *testing.T, options ...ledger.Option) (*flaky, *ledger.Ledger, map[string]talks.RoomID) {
	t.Helper()
	f := &flaky{Storage: memory.New()}
	l, err := ledger.OpenOn(t.Context(), f, append([]ledger.Option{ledger.WithSeed(1)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), world())
	if err != nil {
		t.Fatal(err)
	}
	return f, l, rooms
}

// verify checks all that a seat can see, as a party would, and returns the archive's report.
func verify(t *testing.T, l *ledger.Ledger, seat talks.Seat, known map[string][]byte) *record.Report {
	t.Helper()
	var archive bytes.Buffer
	if err := l.Archive(t.Context(), as(seat), &archive); err != nil {
		t.Fatal(err)
	}
	report, err := record.Verify(&archive, record.Options{Host: l.HostKey(), Known: known})
	if err != nil {
		t.Fatalf("verifying what %s sees: %v", seat, err)
	}
	return report
}

// TestFull: when a commit fails for want of room its writers are told, and what was built on it is built again.
func TestFull(t *testing.T) {
	f, l, rooms := openFlaky(t)
	ctx, direct := t.Context(), rooms["direct"]
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	f.on(func() (err error) {
		once.Do(func() {
			close(entered)
			<-leave
			err = raw.ErrFull
		})
		return err
	})
	before, _ := l.View(ctx, as("us-head"))
	first := make(chan error, 1)
	go func() {
		_, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("lost"), ledger.Key("k"))
		first <- err
	}()
	<-entered
	type done struct {
		r   *ledger.Receipt
		err error
	}
	after := make(chan done, 4)
	write := func(room talks.RoomID, kind talks.Kind, payload string, o ...ledger.AppendOption) {
		r, err := l.Append(ctx, as("us-head"), room, kind, []byte(payload), o...)
		after <- done{r, err}
	}
	go write(direct, "remark.write", `{"text":"b"}`)
	go write(direct, "remark.write", `{"text":"lost"}`, ledger.Key("k")) // the repeat of what fails must become an act of its own
	go write("", "room.open", `{"kind":"plenary","title":"New","members":["us","ru"]}`)
	go write(rooms["lobby"], "remark.write", `{"text":"c"}`)
	time.Sleep(20 * time.Millisecond) // so that they are staged on top of the first; right or wrong does not depend on it
	if v, err := l.View(ctx, as("us-head")); err != nil || v.World().Size() != before.World().Size() {
		t.Errorf("reading while the disk is full: %v", err)
	}
	close(leave)
	if err := <-first; !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("the first: %v", err)
	}
	for range cap(after) {
		d := <-after
		if d.err != nil {
			t.Errorf("what came after: %v", d.err)
		} else if d.r.Again {
			t.Error("the repeat of an act that was not stored was taken for stored")
		}
	}
	now, _ := l.View(ctx, as("us-head"))
	if got, want := now.World().Size(), before.World().Size()+4; got != want {
		t.Errorf("%d entries, want %d", got, want)
	}
	if got := len(verify(t, l, "us-head", nil).Rooms); got != 4 {
		t.Errorf("%d rooms", got)
	}
}

// TestUncertain: when a commit may or may not be durable, the ledger ends: nothing is acknowledged, shown or signed any more.
func TestUncertain(t *testing.T) {
	f, l, rooms := openFlaky(t)
	ctx := t.Context()
	watch, err := l.Watch(ctx, as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	f.on(func() error { return fmt.Errorf("syncing: %w", raw.ErrUncertain) })
	if _, err := l.Append(ctx, as("us-head"), rooms["direct"], "remark.write", remark("x")); !errors.Is(err, ledger.ErrStopped) {
		t.Errorf("the act: %v", err)
	}
	f.on(nil)
	<-l.Failed()
	if l.Err() == nil {
		t.Error("the ledger has no error")
	}
	refused(t, l, rooms["direct"], ledger.ErrStopped)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for range watch { // ends, because it is closed
	}
}

// refused asks the ledger for everything as us-head and wants the same error everywhere.
func refused(t *testing.T, l *ledger.Ledger, room talks.RoomID, want error) {
	t.Helper()
	ctx, us := t.Context(), as("us-head")
	for what, f := range map[string]func() error{
		"View":       func() error { _, err := l.View(ctx, us); return err },
		"ViewAt":     func() error { _, err := l.ViewAt(ctx, us, time.Now()); return err },
		"Append":     func() error { _, err := l.Append(ctx, us, room, "remark.write", remark("y")); return err },
		"Load":       func() error { s := world(); s.Process = "other"; _, err := l.Load(ctx, s); return err },
		"Watch":      func() error { _, err := l.Watch(ctx, us); return err },
		"Prove":      func() error { _, err := l.Prove(ctx, us, room, 0); return err },
		"Checkpoint": func() error { _, err := l.Checkpoint(ctx, us, room); return err },
		"Archive":    func() error { return l.Archive(ctx, us, &bytes.Buffer{}) },
		"Marks":      func() error { _, err := l.Marks(ctx, us); return err },
		"Mark":       func() error { return l.Mark(ctx, us, map[talks.RoomID]int64{room: 1}) },
	} {
		if err := f(); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
}

func TestClosed(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, l, rooms["direct"], ledger.ErrStopped)
	if err := l.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	// Rooms that were not read before are refused in the same way.
	l, _ = open(t, dir)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, l, rooms["direct"], ledger.ErrStopped)
}

// TestLoadFull: a script that cannot be stored leaves nothing, and can be loaded when there is room.
func TestLoadFull(t *testing.T) {
	f, l, _ := openFlaky(t)
	f.on(func() error { return raw.ErrFull })
	s := world()
	s.Process = "second"
	if _, err := l.Load(t.Context(), s); !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("loading: %v", err)
	}
	f.on(nil)
	if n := len(l.Processes()); n != 1 {
		t.Errorf("%d processes", n)
	}
	s = world()
	s.Process = "second"
	if _, err := l.Load(t.Context(), s); err != nil {
		t.Errorf("loading it again: %v", err)
	}
}

// TestFailuresUnderLoad: whatever commits fail, an act is in the record exactly if it was acknowledged.
func TestFailuresUnderLoad(t *testing.T) {
	f, l, rooms := openFlaky(t)
	odd := errors.New("the disk hiccuped")
	f.on(func() error {
		switch rand.IntN(6) {
		case 0:
			return raw.ErrFull
		case 1:
			return odd
		}
		time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
		return nil
	})
	var mu sync.Mutex
	acked := map[talks.RoomID]map[int64]string{rooms["direct"]: {}, rooms["lobby"]: {}}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 60 {
				room := []talks.RoomID{rooms["direct"], rooms["lobby"]}[i%2]
				text := fmt.Sprintf("%d-%d", w, i)
				r, err := l.Append(t.Context(), as([]talks.Seat{"us-head", "ru-head"}[w%2]), room, "remark.write", remark(text), ledger.Key(text))
				if err != nil {
					if !errors.Is(err, ledger.ErrUnavailable) && !errors.Is(err, odd) {
						t.Errorf("%s: %v", text, err)
					}
					continue
				}
				mu.Lock()
				acked[room][r.Index] = text
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	f.on(nil)
	for room, want := range acked {
		v, err := l.View(t.Context(), as("us-head"))
		if err != nil {
			t.Fatal(err)
		}
		got := map[int64]string{}
		for _, r := range v.World().Room(room).Remarks {
			got[r.Index] = r.Said.Text
		}
		if len(got) != len(want) {
			t.Errorf("%d remarks, %d acknowledged", len(got), len(want))
		}
		for i, text := range want {
			if got[i] != text {
				t.Errorf("at %d: %q, acknowledged %q", i, got[i], text)
			}
		}
	}
	verify(t, l, "us-head", nil)
}

// TestStress: many writers in many rooms beside readers and watchers; in the end every acknowledged act stands once.
func TestStress(t *testing.T) {
	l, rooms := open(t, t.TempDir(), ledger.WithIdle(time.Millisecond))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ids := []talks.RoomID{rooms["direct"], rooms["lobby"]}
	for i := range 6 {
		r, err := l.Append(ctx, as("us-head"), "", "room.open", fmt.Appendf(nil, `{"kind":"direct","title":"%d","members":["ru","us"]}`, i))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Room)
	}
	var readers, writers sync.WaitGroup
	for _, seat := range []talks.Seat{"us-head", "ru-head", "ua-head", "us-adviser"} {
		readers.Go(func() { readAll(ctx, t, l, seat) })
	}
	type key struct {
		room talks.RoomID
		text string
	}
	var mu sync.Mutex
	acked := map[key]int64{}
	known := map[string][]byte{}
	for w := range 16 {
		writers.Go(func() {
			seat := []talks.Seat{"us-head", "ru-head"}[w%2]
			for i := range 30 {
				room, text := ids[(w+i)%len(ids)], fmt.Sprintf("%d-%d", w, i)
				for range 1 + i%2 { // every second act is sent twice
					r, err := l.Append(ctx, as(seat), room, "remark.write", remark(text), ledger.Key(text))
					if err != nil {
						t.Errorf("%s: %v", text, err)
						return
					}
					mu.Lock()
					if at, ok := acked[key{room, text}]; ok && at != r.Index {
						t.Errorf("%s stands at %d and at %d", text, at, r.Index)
					}
					acked[key{room, text}] = r.Index
					known[string(room)] = r.Checkpoint
					mu.Unlock()
				}
			}
		})
	}
	writers.Wait()
	cancel()
	readers.Wait()
	v, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, id := range ids {
		for _, r := range v.World().Room(id).Remarks {
			n++
			if at, ok := acked[key{id, r.Said.Text}]; !ok || at != r.Index {
				t.Errorf("%q stands at %d, acknowledged at %d", r.Said.Text, r.Index, at)
			}
		}
	}
	if n != len(acked) {
		t.Errorf("%d acts stand, %d were acknowledged", n, len(acked))
	}
	report := verify(t, l, "us-head", known)
	if got := slices.ContainsFunc(report.Rooms, func(r record.RoomReport) bool { return r.Known < 0 && known[r.Room] != nil }); got {
		t.Error("a receipt's checkpoint was not looked at")
	}
}

// readAll reads, proves and watches until the context ends.
func readAll(ctx context.Context, t *testing.T, l *ledger.Ledger, seat talks.Seat) {
	t.Helper()
	watch, err := l.Watch(ctx, as(seat))
	if err != nil {
		t.Errorf("%s watching: %v", seat, err)
		return
	}
	for i := 0; ctx.Err() == nil; i++ {
		v, err := l.View(ctx, as(seat))
		if err != nil {
			if ctx.Err() == nil {
				t.Errorf("%s: %v", seat, err)
			}
			return
		}
		rooms := v.World().Rooms()
		s := rooms[i%len(rooms)]
		if got := v.Head(s.Room.ID).Size; got != s.Size() {
			t.Errorf("a head of %d for a state of %d", got, s.Size())
		}
		if then, err := l.ViewAt(ctx, as(seat), s.Entries[s.Size()/2].Time); err == nil && then.World().Size() > v.World().Size() && then.World().Room(s.Room.ID).Size() > s.Size() {
			t.Error("the past is longer than the present was")
		}
		p, err := l.Prove(ctx, as(seat), s.Room.ID, int64(i)%s.Size())
		if err != nil {
			if ctx.Err() == nil {
				t.Errorf("%s proving: %v", seat, err)
			}
			return
		}
		if _, _, err := record.VerifyProof(p.Proof(), nil, l.HostKey()); err != nil {
			t.Errorf("%s: %v", seat, err)
		}
		select {
		case <-watch:
		case <-time.After(time.Millisecond):
		}
	}
}
