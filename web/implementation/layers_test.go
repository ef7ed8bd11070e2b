package implementation

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestArrange: whatever the graph, every edge but those that had to be turned leads to a later column, without the turned ones there is no
// cycle, and no two nodes stand on one another.
func TestArrange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "n")
		edges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
			return [2]int{rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")}
		}), 0, 24).Draw(t, "edges")
		a := arrange(n, edges, 50)
		for i, e := range edges {
			r := a.routes[i]
			from, to := a.column[e[0]], a.column[e[1]]
			if r.back {
				from, to = to, from
			}
			switch {
			case e[0] == e[1]:
				if len(r.y) != 0 {
					t.Fatalf("an edge of a node to itself has the way %v", r.y)
				}
			case from >= to || len(r.y) != to-from+1:
				t.Fatalf("edge %v from column %d to %d goes by %v", e, from, to, r.y)
			}
		}
		for v := range n {
			if math.IsNaN(a.y[v]) || a.y[v] < 25-1e-6 || a.y[v] > a.height-25+1e-6 || a.column[v] >= a.columns {
				t.Fatalf("node %d of %d stands at %v in column %d of %d, height %v", v, n, a.y[v], a.column[v], a.columns, a.height)
			}
			for o := range v {
				if a.column[v] == a.column[o] && math.Abs(a.y[v]-a.y[o]) < 50-1e-6 {
					t.Fatalf("nodes %d and %d stand at %v and %v", o, v, a.y[o], a.y[v])
				}
			}
		}
	})
}

// Of two nodes that wait for two others, each stands beside its own: no lines cross.
func TestArrangeUncrosses(t *testing.T) {
	a := arrange(4, [][2]int{{0, 3}, {1, 2}}, 50)
	if (a.y[0] < a.y[1]) != (a.y[3] < a.y[2]) {
		t.Errorf("the lines cross: %v", a.y)
	}
	if a.y[0] != a.y[3] || a.y[1] != a.y[2] {
		t.Errorf("the lines are not level: %v", a.y)
	}
}

func TestInversions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOf(rapid.IntRange(0, 9)).Draw(t, "xs")
		want := 0
		for i, x := range xs {
			for _, o := range xs[:i] {
				if o > x {
					want++
				}
			}
		}
		if got := inversions(xs, 10); got != want {
			t.Fatalf("inversions(%v) = %d, want %d", xs, got, want)
		}
	})
}
