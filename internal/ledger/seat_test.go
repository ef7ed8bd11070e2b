package ledger_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// held is a seat as its holder since a tenure.
func held(t *testing.T, l *ledger.Ledger, seat talks.Seat) ledger.Viewer {
	t.Helper()
	tenure, _, err := l.Tenure(t.Context(), as(seat))
	if err != nil {
		t.Fatalf("the tenure of %s: %v", seat, err)
	}
	return ledger.Viewer{Process: "harbour", Seat: seat, Tenure: tenure}
}

// at is an entry of a room as a reference.
func at(room talks.RoomID, index int64) talks.Ref {
	return talks.Ref{Room: room, Name: fmt.Sprintf("#%d", index)}
}

// TestTenure: a tenure lasts while the seat holds without a break, whatever else changes of it, and is another afterwards.
func TestTenure(t *testing.T) {
	day := time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	now := day
	l, rooms := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time { return now }))
	caucus := rooms["caucus"]
	grant := func(payload string) talks.Ref {
		return at(caucus, put(t, l, "us-head", caucus, "seat.grant", payload).Index)
	}
	is := func(what string, seat talks.Seat, want talks.Ref) {
		t.Helper()
		got, _, err := l.Tenure(t.Context(), as(seat))
		if (err != nil) != want.IsZero() || got != want {
			t.Errorf("%s: the tenure of %s is %v, %v; want %v", what, seat, got, err, want)
		}
	}
	lobby := at(rooms["lobby"], 0)
	v, err := l.View(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	designated := v.World().Delegation("us").By.Ref()
	is("the convener, though it is designated too", "sa-head", lobby)
	is("a head", "us-head", designated)
	is("nobody", "us-nobody", talks.Ref{})

	grant(`{"holder":"us-head","role":"head","person":"A. Head"}`)
	is("a head who is granted what it has", "us-head", designated)
	first := grant(`{"holder":"us-a","role":"adviser"}`)
	is("granted", "us-a", first)
	grant(`{"holder":"us-a","role":"delegate","until":"2025-02-20"}`)
	is("its role changed", "us-a", first)
	put(t, l, "us-head", caucus, "seat.revoke", `{"holder":"us-a"}`)
	is("revoked", "us-a", talks.Ref{})
	second := grant(`{"holder":"us-a","role":"delegate","until":"2025-02-20"}`)
	is("granted again", "us-a", second)
	now = day.AddDate(0, 0, 2)
	is("ended by its date", "us-a", talks.Ref{})
	third := grant(`{"holder":"us-a","role":"delegate"}`)
	is("granted after its end", "us-a", third)

	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-b","role":"head"}`)
	put(t, l, "us-b", caucus, "seat.revoke", `{"holder":"us-head"}`)
	is("a head who is revoked", "us-head", talks.Ref{})
	back := at(caucus, put(t, l, "us-b", caucus, "seat.grant", `{"holder":"us-head","role":"head"}`).Index)
	is("a head who is granted again", "us-head", back)
}

// TestTenureBinds: who held a seat before it was taken away and given to another gets the answers of a seat that never was.
func TestTenureBinds(t *testing.T) {
	l, rooms := open(t, "memory:")
	caucus, direct := rooms["caucus"], rooms["direct"]
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
	old := held(t, l, "us-a")
	put(t, l, "us-head", caucus, "seat.revoke", `{"holder":"us-a"}`)
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
	never := ledger.Viewer{Process: "harbour", Seat: "us-never", Tenure: old.Tenure}
	for _, v := range []ledger.Viewer{old, never, {Process: "harbour", Seat: "us-a", Tenure: talks.Ref{Room: "x", Name: "y"}}} {
		ctx := t.Context()
		errs := map[string]error{}
		_, errs["View"] = l.View(ctx, v)
		_, errs["ViewAt"] = l.ViewAt(ctx, v, time.Date(2025, 2, 20, 0, 0, 0, 0, time.UTC))
		_, _, errs["Tenure"] = l.Tenure(ctx, v)
		_, errs["Watch"] = l.Watch(ctx, v)
		_, errs["Append"] = l.Append(ctx, v, direct, "remark.write", remark("x"))
		_, errs["Prove"] = l.Prove(ctx, v, direct, 0)
		_, errs["Checkpoint"] = l.Checkpoint(ctx, v, direct)
		_, errs["Marks"] = l.Marks(ctx, v)
		_, errs["Invitable"] = l.Invitable(ctx, v, "us-a")
		_, errs["Answered"] = l.Answered(ctx, v, direct, "k")
		errs["Mark"] = l.Mark(ctx, v, nil)
		errs["Reach"] = l.Reach(ctx, v, "")
		for what, err := range errs {
			if !errors.Is(err, ledger.ErrNotFound) || err.Error() != ledger.ErrNotFound.Error() {
				t.Errorf("%s of %v: %v", what, v, err)
			}
		}
	}
	if _, err := l.View(t.Context(), held(t, l, "us-a")); err != nil {
		t.Errorf("who has the seat now: %v", err)
	}
}

// TestWatchEndsWithTenure: a watch ends when its seat goes to another, also where taking away and giving again become durable at
// one moment, so that nobody ever sees the seat without a holder.
func TestWatchEndsWithTenure(t *testing.T) {
	f, l, rooms := openFlaky(t)
	caucus := rooms["caucus"]
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
	other, err := l.Watch(t.Context(), held(t, l, "us-head"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []ledger.Viewer{held(t, l, "us-a"), as("us-a")} {
		watch, err := l.Watch(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		before := held(t, l, "us-a").Tenure
		entered, leave := make(chan struct{}), make(chan struct{})
		var once sync.Once
		var commits atomic.Int64
		f.on(func() error {
			commits.Add(1)
			once.Do(func() { close(entered); <-leave })
			return nil
		})
		var wg sync.WaitGroup
		write := func(room talks.RoomID, kind talks.Kind, payload string) {
			wg.Go(func() { put(t, l, "us-head", room, kind, payload) })
		}
		write(rooms["direct"], "remark.write", `{"text":"x"}`)
		<-entered
		write(caucus, "seat.revoke", `{"holder":"us-a"}`)
		time.Sleep(50 * time.Millisecond) // so that it is staged first
		write(caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
		time.Sleep(50 * time.Millisecond)
		close(leave)
		for range watch { // ends
		}
		wg.Wait()
		if after := held(t, l, "us-a").Tenure; after == before {
			t.Error("the tenure is the same")
		}
		if n := commits.Load(); n > 2 {
			t.Errorf("%d commits: the two acts did not become durable at one moment", n)
		}
	}
	select {
	case _, ok := <-other:
		if !ok {
			t.Error("another seat's watch ended too")
		}
	case <-time.After(10 * time.Second):
		t.Error("another seat's watch was told of nothing")
	}
}

// TestWatchEndsByDate: a seat's date ends its watch and its writing though nobody writes anything.
func TestWatchEndsByDate(t *testing.T) {
	var now atomic.Pointer[time.Time]
	set := func(s time.Time) { now.Store(&s) }
	set(time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC))
	l, rooms := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time { return *now.Load() }))
	put(t, l, "us-head", rooms["caucus"], "seat.grant", `{"holder":"us-guest","role":"delegate","until":"2025-02-19"}`)
	guest, err := l.Watch(t.Context(), held(t, l, "us-guest"))
	if err != nil {
		t.Fatal(err)
	}
	stays, err := l.Watch(t.Context(), as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	set(time.Date(2025, 2, 20, 0, 0, 0, 0, time.UTC))
	for range guest { // ends
	}
	if _, err := l.Append(t.Context(), as("us-guest"), rooms["direct"], "remark.write", remark("x")); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("writing after the date: %v", err)
	}
	select {
	case _, ok := <-stays:
		t.Errorf("a seat that does not end was told something, or ended: %v", ok)
	default:
	}
}

// TestInFlight: an act that waits to be checked while its seat goes to another is refused like one of a seat that never was.
func TestInFlight(t *testing.T) {
	l, rooms := open(t, "memory:")
	caucus, direct := rooms["caucus"], rooms["direct"]
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
	for round := range 30 {
		v := held(t, l, "us-a")
		var over atomic.Bool
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := 0; ; i++ {
					after := over.Load()
					_, err := l.Append(t.Context(), v, direct, "remark.write", remark(fmt.Sprint(round, w, i)))
					if err != nil && !errors.Is(err, ledger.ErrNotFound) {
						t.Error(err)
					}
					if after && err == nil {
						t.Error("the old holder wrote")
					}
					if after || err != nil {
						return
					}
				}
			})
		}
		put(t, l, "us-head", caucus, "seat.revoke", `{"holder":"us-a"}`)
		granted := put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
		over.Store(true)
		wg.Wait()
		if got := held(t, l, "us-a").Tenure; got != at(caucus, granted.Index) {
			t.Errorf("the tenure is %v", got)
		}
	}
	// In the record, nothing of the seat stands between a revocation and the grant after it: the two rooms' times say so.
	report := verify(t, l, "us-head", nil)
	if len(report.Rooms) != 3 {
		t.Errorf("%d rooms", len(report.Rooms))
	}
}

// TestInvitable: who may invite to which seat, and that the answer to the convener is no function of another's caucus.
func TestInvitable(t *testing.T) {
	l, rooms := open(t, "memory:")
	put(t, l, "us-head", rooms["caucus"], "seat.grant", `{"holder":"us-b","role":"head"}`)
	ask := func(by, seat talks.Seat) string {
		ref, err := l.Invitable(t.Context(), as(by), seat)
		var ps talks.Problems
		switch {
		case errors.As(err, &ps):
			return ps[0].Code + " " + ps[0].Field
		case err != nil:
			return err.Error()
		}
		return ref.String()
	}
	designated := held(t, l, "us-head").Tenure.String()
	for _, c := range []struct {
		by, seat talks.Seat
		want     string
	}{
		{"us-head", "us-adviser", held(t, l, "us-adviser").Tenure.String()},
		{"us-b", "us-head", designated},
		{"us-head", "us-none", "unknown-seat seat"},
		{"us-adviser", "us-head", "only-heads seat"},
		{"us-head", "ru-head", "only-own seat"},
		{"us-head", "zz-head", "only-own seat"},
		{"us-head", "nonsense", "bad-seat seat"},
		{"us-none", "us-head", ledger.ErrNotFound.Error()},
		{"sa-head", "us-head", designated},
		{"sa-head", "us-adviser", "unknown-seat seat"},
		{"sa-head", "us-none", "unknown-seat seat"},
		{"sa-head", "zz-head", "unknown-seat seat"},
		{"sa-head", "sa-head", at(rooms["lobby"], 0).String()},
	} {
		if got := ask(c.by, c.seat); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.by, c.seat, got, c.want)
		}
	}
	before := ask("sa-head", "us-head")
	put(t, l, "us-b", rooms["caucus"], "seat.revoke", `{"holder":"us-head"}`)
	if got := ask("sa-head", "us-head"); got != before {
		t.Errorf("what the convener is told changed with another's caucus: %q, %q", before, got)
	}
	seat, tenure, err := l.Convener(t.Context(), "harbour")
	if err != nil || seat != "sa-head" || tenure != at(rooms["lobby"], 0) {
		t.Errorf("the convener: %v, %v, %v", seat, tenure, err)
	}
	if _, _, err := l.Convener(t.Context(), "other"); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("the convener of nothing: %v", err)
	}
}

// TestRestore: a delegation that nobody leads gets a head back, in the sight of everybody, three days after it was said and not before;
// whoever had the seat until then is shut out at that moment, though nobody writes anything.
func TestRestore(t *testing.T) {
	var now atomic.Pointer[time.Time]
	set := func(s time.Time) { now.Store(&s) }
	day := time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	set(day)
	l, rooms := open(t, t.TempDir(), ledger.WithClock(func(time.Time) time.Time { return *now.Load() }))
	ctx, lobby, caucus := t.Context(), rooms["lobby"], rooms["caucus"]
	old := held(t, l, "us-head")
	watch, err := l.Watch(ctx, old)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		said := put(t, l, "sa-head", lobby, "delegation.restore", `{"delegation":"us","head":"us-head","reason":"Nobody answers."}`)
		if got := try(t, l, "sa-head", lobby, "delegation.restore", `{"delegation":"us","head":"us-new","reason":"x"}`); got != "restore-pending" {
			t.Errorf("another one: %s", got)
		}
		set(now.Load().Add(talks.RestoreAfter - time.Millisecond))
		if _, err := l.View(ctx, old); err != nil {
			t.Errorf("before it takes effect: %v", err)
		}
		if round == 0 { // the first is stopped in the last moment
			put(t, l, "us-head", lobby, "delegation.retain", `{"delegation":"us","reason":"We are here."}`)
			set(now.Load().Add(time.Hour))
			if _, err := l.View(ctx, old); err != nil {
				t.Errorf("after it was stopped: %v", err)
			}
			continue
		}
		if got, err := l.Invitable(ctx, as("sa-head"), "us-head"); err != nil || got != old.Tenure {
			t.Errorf("who can be invited before: %v, %v", got, err)
		}
		set(now.Load().Add(time.Millisecond))
		for range watch { // ends
		}
		if _, err := l.Append(ctx, old, rooms["direct"], "remark.write", remark("x")); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("who had it writes: %v", err)
		}
		for _, by := range []talks.Seat{"sa-head", "us-head"} {
			if got, err := l.Invitable(ctx, as(by), "us-head"); err != nil || got != at(lobby, said.Index) {
				t.Errorf("%s can invite for %v, %v", by, got, err)
			}
		}
		back := ledger.Viewer{Process: "harbour", Seat: "us-head", Tenure: at(lobby, said.Index)}
		v, err := l.View(ctx, back)
		if err != nil || v.Role() != talks.Head || v.World().Room(caucus) == nil {
			t.Fatalf("who has it now: %v", err)
		}
		if _, err := l.Append(ctx, back, caucus, "seat.revoke", []byte(`{"holder":"us-adviser"}`)); err != nil {
			t.Errorf("who has it now ends a seat: %v", err)
		}
	}
	for _, seat := range []talks.Seat{"ru-head", "ua-head", "us-head"} {
		v, err := l.View(ctx, as(seat))
		if err != nil || len(v.World().Restorations()) != 2 {
			t.Errorf("%s is told of %v, %v", seat, v.World().Restorations(), err)
		}
	}
	if ru, _ := l.View(ctx, as("ru-head")); len(ru.World().RestorationsIn(rooms["direct"], ru.Now())) != 1 {
		t.Error("the other members of a room are not told")
	}
	verify(t, l, "us-head", nil)
}

// TestRestoredKeepsItsSeat: a head who was restored goes on holding its seat when it changes that seat after a date which the caucus had
// given it before.
func TestRestoredKeepsItsSeat(t *testing.T) {
	now := time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	l, rooms := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time { return now }))
	caucus := rooms["caucus"]
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-back","role":"head","until":"2025-02-25"}`)
	said := put(t, l, "sa-head", rooms["lobby"], "delegation.restore", `{"delegation":"us","head":"us-back","reason":"Nobody answers."}`)
	now = now.Add(talks.RestoreAfter)
	back := held(t, l, "us-back")
	if back.Tenure != at(rooms["lobby"], said.Index) {
		t.Fatalf("the tenure is %v", back.Tenure)
	}
	now = time.Date(2025, 2, 27, 9, 0, 0, 0, time.UTC)
	for _, payload := range []string{
		`{"holder":"us-back","role":"head","alternate":"us-adviser"}`,
		`{"holder":"us-back","role":"head","alternate":"us-adviser","away":"2025-03-01"}`,
	} {
		if _, err := l.Append(t.Context(), back, caucus, "seat.grant", []byte(payload)); err != nil {
			t.Fatalf("granting its own seat %s: %v", payload, err)
		}
		if _, err := l.View(t.Context(), back); err != nil {
			t.Errorf("after it granted its own seat %s: %v", payload, err)
		}
	}
	put(t, l, "us-back", caucus, "seat.grant", `{"holder":"us-two","role":"head"}`)
	put(t, l, "us-two", caucus, "seat.revoke", `{"holder":"us-back"}`)
	put(t, l, "us-two", caucus, "seat.grant", `{"holder":"us-back","role":"head"}`)
	if _, err := l.View(t.Context(), back); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("after its seat was taken away and given again: %v", err)
	}
}

// TestMarksAreAHoldersOwn: who is given a seat is not told what its last holder had read, and who holds it goes on being told.
func TestMarksAreAHoldersOwn(t *testing.T) {
	for _, bound := range []bool{true, false} {
		l, rooms := open(t, "memory:")
		caucus, direct := rooms["caucus"], rooms["direct"]
		viewer := func() ledger.Viewer {
			v := held(t, l, "us-a")
			if !bound {
				v.Tenure = talks.Ref{}
			}
			return v
		}
		read := func(what string, want int) {
			t.Helper()
			if m, err := l.Marks(t.Context(), viewer()); err != nil || m[direct] != int64(want) || len(m) != min(want, 1) {
				t.Errorf("%s: %v, %v; want %d", what, m, err, want)
			}
		}
		mark := func(n int64) {
			t.Helper()
			if err := l.Mark(t.Context(), viewer(), map[talks.RoomID]int64{direct: n}); err != nil {
				t.Fatal(err)
			}
		}
		put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
		mark(2)
		read("who read it", 2)
		put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"adviser"}`)
		read("with another role", 2)
		put(t, l, "us-head", caucus, "seat.revoke", `{"holder":"us-a"}`)
		put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-a","role":"delegate"}`)
		read("who has the seat next", 0)
		mark(1)
		read("what that one read", 1)
	}
}

// TestOperatorRestores: the host's operator can restore the convener's delegation, and write nothing else.
func TestOperatorRestores(t *testing.T) {
	var now atomic.Pointer[time.Time]
	set := func(s time.Time) { now.Store(&s) }
	set(time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC))
	dir := t.TempDir()
	clock := ledger.WithClock(func(time.Time) time.Time { return *now.Load() })
	l, rooms := open(t, dir, clock)
	ctx := t.Context()
	for head, want := range map[talks.Seat]string{"us-new": "only-convener", "zz-new": "only-convener", "nonsense": "only-convener", "sa": "bad-seat"} {
		_, err := l.Restore(ctx, "harbour", head, "x")
		if ps := (talks.Problems)(nil); !errors.As(err, &ps) || ps[0].Code != want {
			t.Errorf("restoring %s: %v, want %s", head, err, want)
		}
	}
	if _, err := l.Restore(ctx, "harbour", "sa-new", " "); err == nil {
		t.Error("without a reason")
	}
	if _, err := l.Restore(ctx, "nowhere", "sa-new", "x"); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("in no process: %v", err)
	}
	r, err := l.Restore(ctx, "harbour", "sa-new", "The convener's key is lost.")
	if err != nil || r.Room != rooms["lobby"] {
		t.Fatalf("restoring: %+v, %v", r, err)
	}
	if seat, _, err := l.Convener(ctx, "harbour"); err != nil || seat != "sa-head" {
		t.Errorf("the convener before: %s, %v", seat, err)
	}
	operator := as(talks.Operator)
	_, viewed := l.View(ctx, operator)
	_, wrote := l.Append(ctx, operator, rooms["lobby"], "delegation.restore", []byte(`{"delegation":"sa","head":"sa-x","reason":"x"}`))
	if !errors.Is(viewed, ledger.ErrNotFound) || !errors.Is(wrote, ledger.ErrNotFound) {
		t.Errorf("the operator as a viewer: %v, %v", viewed, wrote)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	set(now.Load().Add(talks.RestoreAfter))
	l, _ = open(t, dir, clock)
	if seat, tenure, err := l.Convener(ctx, "harbour"); err != nil || seat != "sa-new" || tenure != at(rooms["lobby"], r.Index) {
		t.Errorf("the convener after: %s, %v, %v", seat, tenure, err)
	}
	put(t, l, "sa-new", rooms["lobby"], "party.declare", `{"name":"p-eu","title":"EU","kind":"coalition","role":"ally"}`)
	put(t, l, "sa-new", rooms["lobby"], "delegation.designate", `{"delegation":"eu","party":"p-eu","title":"EU","head":"eu-head"}`)
}

// TestAlternateAtTheGate: an alternate has the authority of who is away, and no longer than that.
func TestAlternateAtTheGate(t *testing.T) {
	var now atomic.Pointer[time.Time]
	set := func(s time.Time) { now.Store(&s) }
	day := time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC)
	set(day)
	l, rooms := open(t, "memory:", ledger.WithClock(func(time.Time) time.Time { return *now.Load() }))
	caucus := rooms["caucus"]
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-talker","role":"delegate","alternate":"us-adviser","away":"2025-02-20"}`)
	speaks := func() string { return try(t, l, "us-adviser", rooms["direct"], "remark.write", `{"text":"x"}`) }
	watch, err := l.Watch(t.Context(), held(t, l, "us-adviser"))
	if err != nil {
		t.Fatal(err)
	}
	if got := speaks(); got != "<nil>" {
		t.Errorf("while the holder is away: %s", got)
	}
	set(day.AddDate(0, 0, 2))
	if got := speaks(); got != "no-authority" {
		t.Errorf("when the holder is back: %s", got)
	}
	put(t, l, "us-head", caucus, "seat.grant", `{"holder":"us-talker","role":"delegate","alternate":"us-adviser","until":"2025-02-22"}`)
	set(day.AddDate(0, 0, 4))
	if got := speaks(); got != "<nil>" {
		t.Errorf("when the holder's seat is over: %s", got)
	}
	put(t, l, "us-head", caucus, "seat.revoke", `{"holder":"us-talker"}`)
	if got := speaks(); got != "no-authority" {
		t.Errorf("when the holder's seat was taken away: %s", got)
	}
	if _, ok := <-watch; !ok {
		t.Error("the alternate's own watch ended")
	}
}
