package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// tester is what a test and a property have in common.
type tester interface {
	rapid.TB
	Context() context.Context
}

// asFolded checks that a view of the past is, room by room, the fold of the entries until then and the tree over them.
func asFolded(t tester, l *ledger.Ledger, seat talks.Seat, at time.Time) {
	t.Helper()
	now, err := l.View(t.Context(), as(seat))
	if err != nil {
		t.Fatal(err)
	}
	then, err := l.ViewAt(t.Context(), as(seat), at)
	if err != nil {
		t.Fatal(err)
	}
	if !then.AsOf() || !then.Now().Equal(at) {
		t.Errorf("the view is of %v", then.Now())
	}
	for _, s := range now.World().Rooms() {
		want := talks.NewState(s.Room.ID)
		for _, e := range s.Entries {
			if !e.Time.After(at) {
				want.Fold(e)
			}
		}
		got := then.World().Room(s.Room.ID)
		if want.Size() == 0 {
			if got != nil || then.Head(s.Room.ID) != record.EmptyHead {
				t.Errorf("a room that was not open at %v is shown", at)
			}
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("at %v the room %s is not the fold of its %d entries", at, s.Room.Title, want.Size())
		}
		if h := then.Head(s.Room.ID); h.Size != want.Size() {
			t.Errorf("at %v the head has %d entries, want %d", at, h.Size, want.Size())
		}
	}
}

// TestAsOf: the past is the fold of a prefix, for every prefix, before and after something is erased.
func TestAsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2025, 2, 18, 10, 0, 0, 0, time.UTC)
		l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1), ledger.WithClock(func(time.Time) time.Time { return now }))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		rooms, err := l.Load(t.Context(), world())
		if err != nil {
			t.Fatal(err)
		}
		direct := rooms["direct"]
		times := []time.Time{now.Add(-time.Hour), now.Add(-30 * time.Minute)}
		var erasable []int64
		for i := range rapid.IntRange(1, 12).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Millisecond)
			kind, payload := talks.Kind("remark.write"), fmt.Sprintf(`{"text":"%d"}`, i)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 1:
				kind, payload = "position.record", fmt.Sprintf(`{"party":"%[1]s/party-us","issue":"%[1]s/harbour","value":"%[2]d","firmness":"open"}`, rooms["lobby"], i%10)
			case 2:
				kind, payload = "issue.open", fmt.Sprintf(`{"name":"i%d","title":"I"}`, i)
			case 3:
				if len(erasable) > 0 {
					kind, payload = "record.erase", fmt.Sprintf(`{"entry":%d}`, erasable[0])
					erasable = erasable[1:]
				}
			}
			r, err := l.Append(t.Context(), as("us-head"), direct, kind, []byte(payload))
			if err != nil {
				t.Fatalf("%s %s: %v", kind, payload, err)
			}
			if talks.Rules[kind].Erasable {
				erasable = append(erasable, r.Index)
			}
			times = append(times, r.Time)
			if rapid.Bool().Draw(t, "looked") {
				asFolded(t, l, "us-head", rapid.SampledFrom(times).Draw(t, "when"))
			}
		}
		for _, at := range times {
			asFolded(t, l, "us-head", at)
			asFolded(t, l, "ua-head", at)
		}
	})
}

// TestLongPast: the same in a room so long that states are kept on the way, asked in any order while it grows.
func TestLongPast(t *testing.T) {
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s := world()
	first := s.Items[len(s.Items)-1].At
	for i := range 20_000 {
		s.Items = append(s.Items, ledger.Item{Room: "direct", Seat: "us-head", Kind: "remark.write", Act: &talks.RemarkWrite{Text: strconv.Itoa(i)}, At: first.Add(time.Duration(i) * time.Second)})
	}
	rooms, err := l.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	at := func() time.Time { return first.Add(time.Duration(rand.IntN(20_000)) * time.Second) }
	for range 8 {
		asFolded(t, l, "us-head", at())
	}
	put(t, l, "us-head", rooms["direct"], "record.erase", `{"entry":100}`)
	for range 4 {
		asFolded(t, l, "us-head", at())
	}
}
