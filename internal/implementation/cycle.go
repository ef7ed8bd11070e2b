package implementation

import (
	"cmp"
	"slices"
)

// The work that the search for circles does for one knot of things that wait for each other, before it says that there are more.
const (
	mostCycles = 10_000
	mostSteps  = 2_000_000
)

// cycles finds the elementary circles of a directed graph of n nodes: those that pass no node twice. Each begins with its lowest node; the shortest come
// first. more says that a knot has more of them than are listed.
//
// D. B. Johnson, "Finding all the elementary circuits of a directed graph", SIAM Journal on Computing 4, 1975, without recursion.
func cycles(n int, to func(int32) []int32) (found [][]int32, more bool) {
	in := make([]int32, n) // the knot that a node is in, from 1
	knot := int32(0)
	out := func(v int32) []int32 {
		return slices.DeleteFunc(slices.Clone(to(v)), func(w int32) bool { return in[w] != in[v] })
	}
	for _, c := range components(n, to) {
		if len(c) == 1 {
			if slices.Contains(to(c[0]), c[0]) {
				found = append(found, c)
			}
			continue
		}
		left := [][]int32{c}
		search := circuit{place: map[int32]int32{}}
		for len(left) > 0 && !search.spent() {
			c = left[len(left)-1]
			left = left[:len(left)-1]
			knot++
			clear(search.place)
			for i, v := range c {
				in[v], search.place[v] = knot, int32(i) //nolint:gosec // nodes are numbered by int32
			}
			adjacent := make([][]int32, len(c))
			for i, v := range c {
				for _, w := range out(v) {
					adjacent[i] = append(adjacent[i], search.place[w])
				}
				search.steps += 1 + len(adjacent[i])
			}
			search.from(adjacent, func(path []int32) {
				cycle := make([]int32, len(path))
				for i, p := range path {
					cycle[i] = c[p]
				}
				found = append(found, cycle)
			})
			// The lowest node has been searched through; what is left without it can have knots of its own.
			for _, sub := range components(len(c), func(v int32) []int32 {
				if v == 0 {
					return nil
				}
				return adjacent[v]
			}) {
				if len(sub) > 1 || (sub[0] != 0 && slices.Contains(adjacent[sub[0]], sub[0])) {
					knot := make([]int32, len(sub))
					for i, p := range sub {
						knot[i] = c[p]
					}
					left = append(left, knot)
				}
			}
		}
		more = more || search.spent()
	}
	slices.SortFunc(found, func(a, b []int32) int { return cmp.Or(len(a)-len(b), slices.Compare(a, b)) })
	return found, more
}

// circuit is the search for the circles through the lowest node of a knot, whose nodes are numbered from 0.
type circuit struct {
	place map[int32]int32
	found int
	steps int
}

func (s *circuit) spent() bool { return s.found >= mostCycles || s.steps >= mostSteps }

func (s *circuit) from(to [][]int32, report func([]int32)) {
	type frame struct {
		next  int
		found bool // a circle was closed below
	}
	blocked := make([]bool, len(to))
	waiting := make([][]int32, len(to)) // of a node, those to be unblocked with it
	path, calls := []int32{0}, []frame{{}}
	blocked[0] = true
	unblock := func(v int32) {
		for todo := []int32{v}; len(todo) > 0; {
			u := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if blocked[u] {
				blocked[u] = false
				s.steps += len(waiting[u])
				todo = append(todo, waiting[u]...)
				waiting[u] = nil
			}
		}
	}
	for len(path) > 0 && !s.spent() {
		v, f := path[len(path)-1], &calls[len(calls)-1]
		if f.next < len(to[v]) {
			w := to[v][f.next]
			f.next++
			s.steps++
			switch {
			case w == 0:
				report(path)
				s.found++
				s.steps += len(path)
				f.found = true
			case !blocked[w]:
				blocked[w] = true
				path, calls = append(path, w), append(calls, frame{})
			}
			continue
		}
		if f.found {
			unblock(v)
		} else {
			for _, w := range to[v] {
				if !slices.Contains(waiting[w], v) {
					waiting[w] = append(waiting[w], v)
				}
			}
		}
		closed := f.found
		path, calls = path[:len(path)-1], calls[:len(calls)-1]
		if len(calls) > 0 && closed {
			calls[len(calls)-1].found = true
		}
	}
}
