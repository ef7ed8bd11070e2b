package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// world is three delegations, a direct room of two of them, and a caucus.
func world() ledger.Script {
	ref := func(s string) talks.Ref { return talks.Ref{Name: s} }
	items := []ledger.Item{
		{Room: "lobby", Seat: "sa-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Harbour talks"}},
	}
	for _, d := range []string{"sa", "us", "ru", "ua"} {
		items = append(items,
			ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.PartyDeclare{Name: "party-" + d, Title: d, Type: "state", Role: "principal"}},
			ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.DelegationDesignate{Code: talks.Delegation(d), Party: ref("party-" + d), Title: d, Head: talks.Seat(d + "-head")}},
		)
	}
	items = append(items,
		ledger.Item{Room: "lobby", Seat: "us-head", Act: &talks.IssueOpen{Name: "harbour", Title: "Harbour", Scale: &talks.Scale{Low: "closed", High: "open", Min: "0", Max: "10"}}},
		ledger.Item{Room: "direct", Seat: "us-head", Act: &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"us", "ru"}}},
		ledger.Item{Room: "caucus", Seat: "us-head", Act: &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{"us"}}},
		ledger.Item{Room: "caucus", Seat: "us-head", Act: &talks.SeatGrant{Holder: "us-adviser", Role: talks.Adviser}},
		ledger.Item{Room: "direct", Seat: "ru-head", Act: &talks.PositionRecord{Party: ref("party-ru"), Issue: ref("harbour"), Value: "7", Firmness: "firm"}},
	)
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
		items[i].At = time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC)
	}
	return ledger.Script{Process: "harbour", Items: items}
}

func open(t *testing.T, dsn string, options ...ledger.Option) (*ledger.Ledger, map[string]talks.RoomID) {
	t.Helper()
	l, err := ledger.Open(t.Context(), dsn, append([]ledger.Option{ledger.WithSeed(1)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), world())
	if err != nil && !errors.Is(err, ledger.ErrExists) {
		t.Fatal(err)
	}
	return l, rooms
}

func as(seat talks.Seat) ledger.Viewer { return ledger.Viewer{Process: "harbour", Seat: seat} }

func remark(text string) []byte { return fmt.Appendf(nil, `{"text":%q}`, text) }

func TestSeatsSeeTheirRooms(t *testing.T) {
	l, rooms := open(t, "memory:")
	for seat, want := range map[talks.Seat]int{"us-head": 3, "us-adviser": 3, "ru-head": 2, "ua-head": 1, "sa-head": 1} {
		v, err := l.View(t.Context(), as(seat))
		if err != nil {
			t.Fatalf("%s: %v", seat, err)
		}
		if got := len(v.World().Rooms()); got != want {
			t.Errorf("%s sees %d rooms, want %d", seat, got, want)
		}
	}
	for _, v := range []ledger.Viewer{{}, as(""), as("us-nobody"), as("xx-head"), {Process: "other", Seat: "us-head"}} {
		if _, err := l.View(t.Context(), v); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("%v: %v, want not found", v, err)
		}
	}
	// A room that one does not sit in and one that never was are the same answer.
	for _, id := range []talks.RoomID{rooms["direct"], "aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if _, err := l.Append(t.Context(), as("ua-head"), id, "remark.write", remark("hello")); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("appending to %s: %v", id, err)
		}
		if _, err := l.Prove(t.Context(), as("ua-head"), id, 0); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("proving in %s: %v", id, err)
		}
	}
}

func TestAppend(t *testing.T) {
	l, rooms := open(t, t.TempDir())
	ctx, direct := t.Context(), rooms["direct"]
	before, _ := l.View(ctx, as("us-head"))
	first, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("one"), ledger.Key("k1"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("one"), ledger.Key("k1"))
	if err != nil || !again.Again || again.Index != first.Index {
		t.Errorf("the same key gives %+v, %v", again, err)
	}
	var conflict *ledger.ConflictError
	if _, err := l.Append(ctx, as("us-head"), direct, "remark.write", remark("two"), ledger.Key("k1")); !errors.As(err, &conflict) || !conflict.Key {
		t.Errorf("the key for another act: %v", err)
	}
	if _, err := l.Append(ctx, as("ru-head"), direct, "remark.write", remark("late"), ledger.Expect(before.Head(direct).Size)); !errors.As(err, &conflict) || len(conflict.Since) != 1 {
		t.Errorf("expecting the old size: %v", err)
	}
	if _, err := l.Append(ctx, as("us-adviser"), direct, "remark.write", remark("no")); err == nil {
		t.Error("an adviser wrote outside the caucus")
	}
	if _, err := l.Append(ctx, as("us-adviser"), rooms["caucus"], "remark.write", remark("yes")); err != nil {
		t.Errorf("an adviser in the caucus: %v", err)
	}
	head, err := l.HostKey().Open(first.Checkpoint, string(direct))
	if err != nil || head.Size != first.Index+1 {
		t.Errorf("the receipt's checkpoint: %v, %v", head, err)
	}
	after, _ := l.View(ctx, as("ru-head"))
	if got := after.World().Room(direct).Remarks; len(got) != 1 || got[0].Said.Text != "one" {
		t.Errorf("remarks: %v", got)
	}
	if n := len(before.World().Room(direct).Remarks); n != 0 {
		t.Errorf("an old view shows %d remarks", n)
	}
	then, err := l.ViewAt(ctx, as("us-head"), time.Date(2025, 2, 18, 9, 10, 0, 0, time.UTC))
	if err != nil || len(then.World().Rooms()) != 2 {
		t.Errorf("as of then: %v, %v", then, err)
	}
	var archive bytes.Buffer
	if err := l.Archive(ctx, as("ru-head"), &archive); err != nil {
		t.Fatal(err)
	}
	if report, err := record.Verify(&archive, record.Options{Host: l.HostKey()}); err != nil || len(report.Rooms) != 2 {
		t.Errorf("verifying the archive: %+v, %v", report, err)
	}
	proof, err := l.Prove(ctx, as("us-head"), direct, first.Index)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := record.VerifyProof(proof.Proof(), nil, l.HostKey()); err != nil {
		t.Errorf("verifying the proof: %v", err)
	}
}

func TestReopenAndErase(t *testing.T) {
	dir := t.TempDir()
	l, rooms := open(t, dir)
	ctx := t.Context()
	r, err := l.Append(ctx, as("us-head"), rooms["direct"], "remark.write", remark("secret"), ledger.Key("k"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(ctx, as("us-head"), rooms["direct"], "record.erase", fmt.Appendf(nil, `{"entry":%d}`, r.Index)); err != nil {
		t.Fatal(err)
	}
	live, _ := l.View(ctx, as("ru-head"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, _ = open(t, dir)
	read, err := l.View(ctx, as("ru-head"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []*ledger.View{live, read} {
		s := v.World().Room(rooms["direct"])
		if len(s.Remarks) != 0 || !s.Entries[r.Index].Gone {
			t.Errorf("the erased remark is still there: %v", s.Entries[r.Index])
		}
	}
	if live.Head(rooms["direct"]) != read.Head(rooms["direct"]) {
		t.Error("the root changed")
	}
}

func TestWatch(t *testing.T) {
	l, rooms := open(t, "memory:")
	ctx, cancel := context.WithCancel(t.Context())
	us, err := l.Watch(ctx, as("us-adviser"))
	if err != nil {
		t.Fatal(err)
	}
	ua, _ := l.Watch(ctx, as("ua-head"))
	if _, err := l.Append(ctx, as("ru-head"), rooms["direct"], "remark.write", remark("x")); err != nil {
		t.Fatal(err)
	}
	if c := <-us; len(c.Rooms) != 1 || c.Rooms[0] != rooms["direct"] {
		t.Errorf("us: %v", c)
	}
	if _, err := l.Append(ctx, as("us-head"), rooms["caucus"], "seat.revoke", []byte(`{"holder":"us-adviser"}`)); err != nil {
		t.Fatal(err)
	}
	for range us { // what is left, until the seat's end closes it
	}
	select {
	case c := <-ua:
		t.Errorf("ua was told of %v", c)
	default:
	}
	cancel()
	for range ua {
	}
}

func TestLoadIsAllOrNothing(t *testing.T) {
	l, err := ledger.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s := world()
	s.Items = append(s.Items, ledger.Item{Room: "direct", Seat: "ua-head", Kind: "remark.write", Act: &talks.RemarkWrite{Text: "x"}, At: s.Items[len(s.Items)-1].At})
	var item *ledger.ItemError
	if _, err := l.Load(t.Context(), s); !errors.As(err, &item) || item.Item != len(s.Items)-1 {
		t.Errorf("loading: %v", err)
	}
	if ps := l.Processes(); len(ps) != 0 {
		t.Errorf("processes: %v", ps)
	}
	if _, err := l.Load(t.Context(), world()); err != nil {
		t.Errorf("loading the right one afterwards: %v", err)
	}
}
