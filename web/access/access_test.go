package access

import (
	"slices"
	"testing"

	"parley/internal/talks"
)

func TestGrid(t *testing.T) {
	g := newGrid(world())
	if want := []talks.Delegation{"us", "ru", "ua"}; !slices.Equal(g.Delegations, want) {
		t.Fatalf("delegations %v, want %v", g.Delegations, want)
	}
	for i, want := range [][]bool{{true, true, true}, {true, true, false}, {true, false, false}} {
		if !slices.Equal(g.Rows[i].Sees, want) {
			t.Errorf("%s is seen by %v, want %v", g.Rows[i].Room.Title, g.Rows[i].Sees, want)
		}
	}
	if want := []int64{0, 1, 2}; !slices.Equal(g.Hidden, want) {
		t.Errorf("hidden %v, want %v", g.Hidden, want)
	}
	if g.Acts != 9 {
		t.Errorf("%d acts, want 9", g.Acts)
	}
}

func TestWithout(t *testing.T) {
	w := world(
		said{caucus, "us-head", &talks.RemarkWrite{Text: "first"}},
		said{direct, "us-head", &talks.RemarkWrite{Text: "second"}},
		said{caucus, "us-head", &talks.RemarkWrite{Text: "third"}},
	)
	c := without(w, "ua", 2)
	if c.Acts != 5 || !c.Cut || len(c.Rooms) != 2 || c.Rooms[0].Room.ID != caucus {
		t.Fatalf("%+v", c)
	}
	if a := c.Rooms[0].Acts; len(a) != 1 || a[0].Act.(*talks.RemarkWrite).Text != "third" {
		t.Errorf("the newest of the caucus: %+v", a)
	}
	if c := without(w, "us", most); c.Acts != 0 || c.Cut || len(c.Rooms) != 0 {
		t.Errorf("what a member of every room cannot see: %+v", c)
	}
	if c := without(w, "nobody", most); c.Acts != w.Size() {
		t.Errorf("who sits nowhere misses %d of %d", c.Acts, w.Size())
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if g := newGrid(w); len(g.Rows)+len(g.Delegations) != 0 {
		t.Errorf("%+v", g)
	}
	if c := without(w, "us", most); c.Acts != 0 {
		t.Errorf("%+v", c)
	}
}
