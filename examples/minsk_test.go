package examples_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/examples"
	"parley/internal/implementation"
	"parley/internal/talks"
)

// minsk is the world that the head of Ukraine's delegation sees of the example.
func minsk(t *testing.T) *talks.World {
	t.Helper()
	return load(t, examples.MinskName, examples.Minsk, "ua-head")[0].World()
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMinsk: why point 9 waits for point 11, for point 12 and for the elections, and what follows from it.
func TestMinsk(t *testing.T) {
	t.Parallel()
	w := minsk(t)
	find := func(name string) talks.Ref {
		for _, s := range w.Rooms() {
			if s.Object(name) == "commitment" {
				return talks.Ref{Room: s.Room.ID, Name: name}
			}
		}
		t.Fatalf("no commitment is called %s", name)
		return talks.Ref{}
	}
	title := func(r talks.Ref) string { _, s := w.Find(r); return s }
	say := func(rs []implementation.Reason) string {
		var out []string
		for _, r := range rs {
			out = append(out, r.English(title))
		}
		return strings.Join(out, " ")
	}
	at := func(date string) *implementation.Book { return implementation.At(w, day(t, date)) }

	for date, want := range map[string]map[string]implementation.Status{
		"2015-02-13": {"ceasefire": "waiting", "withdrawal-begins": "waiting", "resolution": "active", "elections": "dormant", "border-begins": "dormant", "border": "dormant", "constitution": "dormant", "status-law": "active"},
		"2015-02-16": {"ceasefire": "active", "withdrawal-begins": "active"},
		"2015-03-04": {"ceasefire": "active", "withdrawal-begins": "overdue", "withdrawal-artillery": "waiting", "monitoring": "waiting"},
		"2015-03-15": {"resolution": "overdue"},
		"2016-01-02": {"status-law": "overdue", "border": "dormant"},
	} {
		for name, status := range want {
			if c := at(date).Commitment(find(name)); c.Status != status {
				t.Errorf("on %s %s is %v, want %s: %s", date, name, c.Status, status, say(c.Reasons))
			}
		}
	}

	b := at("2015-02-13")
	why := say(b.Commitment(find("border-begins")).Reasons)
	for _, part := range []string{"Local elections", "Point 11", "The questions of the elections"} {
		if !strings.Contains(why, part) {
			t.Errorf("point 9 does not wait for %q: %s", part, why)
		}
	}
	needs := b.Needs(find("border"), "")
	var things []string
	for _, n := range needs.Things {
		things = append(things, n.Ref.Name)
	}
	for _, name := range []string{"elections", "election-questions", "reform-agreed", "constitution", "status-law", "border-begins"} {
		if !slices.Contains(things, name) {
			t.Errorf("for the border %s is not needed: %v", name, things)
		}
	}
	if !needs.Possible || !needs.Fewest {
		t.Errorf("%+v", needs)
	}
	t.Logf("for the border: %v", things)
	if g := b.Graph(); len(g.Cycles)+len(g.Deadlocks)+len(g.Impossible) != 0 {
		t.Errorf("%+v", g)
	}
	// A year on, the date that the text asks for cannot be kept any more.
	late := at("2016-01-02").Graph()
	if !slices.ContainsFunc(late.Impossible, func(i implementation.Deadline) bool { return i.Ref == find("border") }) {
		t.Errorf("%+v", late.Impossible)
	}
	for _, i := range late.Impossible {
		t.Logf("%s: %s", title(i.Ref), say(i.Reasons))
	}
}
