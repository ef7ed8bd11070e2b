package implementation

import (
	"cmp"
	"math"
	"slices"
)

// arrangement is a graph set in columns: what has to come about first stands left of what waits for it.
type arrangement struct {
	columns int
	column  []int     // of each node
	y       []float64 // the middle of each node
	routes  []route   // one for each edge, in their order
	height  float64
}

// route is the way of an edge from one column to the next, and on: the middles of the places where it crosses the columns between.
// back is an edge that runs against the columns, as one edge of every cycle does: its way is given from its end to its start.
type route struct {
	y    []float64
	back bool
}

// sheet is the drawing that is being made: nodes, and behind them the places where edges cross columns.
type sheet struct {
	column []int
	after  [][]int // by place: the places of the next column that it is joined to
	before [][]int
	order  [][]int // by column: the places from the top
	gap    func(a, b int) float64
}

// sweeps is how often the columns are put in order from either side: more than this changes next to nothing.
const sweeps = 6

// arrange sets n nodes in columns. An edge leads from what has to come about to what waits for it; edges of a node to itself are passed
// over, and have an empty route. step is the distance of the middles of two nodes above one another. It follows the method of Sugiyama,
// Tagawa and Toda (IEEE Transactions on Systems, Man, and Cybernetics 11, 1981): cycles are broken, columns found by the longest way to
// each node, crossings reduced by medians, and places moved towards those that they are joined to, least squares under the order found.
func arrange(n int, edges [][2]int, step float64) arrangement {
	back := backEdges(n, edges)
	a := arrangement{column: columnsOf(n, edges, back), y: make([]float64, n), routes: make([]route, len(edges))}
	for _, c := range a.column {
		a.columns = max(a.columns, c+1)
	}
	s := &sheet{column: slices.Clone(a.column), after: make([][]int, n), before: make([][]int, n), order: make([][]int, a.columns)}
	s.gap = func(p, q int) float64 {
		if p < n && q < n {
			return step
		}
		return step / 2
	}
	ways := make([][]int, len(edges))
	for i, e := range edges {
		from, to := e[0], e[1]
		if back[i] {
			from, to = to, from
		}
		if from != to {
			ways[i] = s.join(from, to)
		}
	}
	for p, c := range s.column {
		s.order[c] = append(s.order[c], p)
	}
	s.reduce()
	y := s.place()
	copy(a.y, y)
	for i, way := range ways {
		a.routes[i].back = back[i]
		for _, p := range way {
			a.routes[i].y = append(a.routes[i].y, y[p])
		}
	}
	for _, v := range y {
		a.height = max(a.height, v+step/2)
	}
	return a
}

// join joins two places, with a new one in each column between, and returns all on the way.
func (s *sheet) join(from, to int) []int {
	way := []int{from}
	for c := s.column[from] + 1; c < s.column[to]; c++ {
		s.column = append(s.column, c)
		s.after, s.before = append(s.after, nil), append(s.before, nil)
		way = append(way, len(s.column)-1)
	}
	way = append(way, to)
	for i, p := range way[1:] {
		s.after[way[i]] = append(s.after[way[i]], p)
		s.before[p] = append(s.before[p], way[i])
	}
	return way
}

// backEdges finds edges without which there are no cycles: those that lead to a node whose own way is being followed.
func backEdges(n int, edges [][2]int) []bool {
	out := make([][]int, n) // the edges from each node
	for i, e := range edges {
		out[e[0]] = append(out[e[0]], i)
	}
	const fresh, open, done = 0, 1, 2
	back, state := make([]bool, len(edges)), make([]int, n)
	type at struct{ node, next int }
	for start := range n {
		if state[start] != fresh {
			continue
		}
		state[start] = open
		for way := []at{{start, 0}}; len(way) > 0; {
			top := &way[len(way)-1]
			if top.next == len(out[top.node]) {
				state[top.node] = done
				way = way[:len(way)-1]
				continue
			}
			i := out[top.node][top.next]
			top.next++
			switch to := edges[i][1]; state[to] {
			case fresh:
				state[to] = open
				way = append(way, at{to, 0})
			case open:
				back[i] = true
			}
		}
	}
	return back
}

// columnsOf gives each node the length of the longest way to it, and moves those that begin a way next to what waits for them first.
func columnsOf(n int, edges [][2]int, back []bool) []int {
	after, left := make([][]int, n), make([]int, n)
	for i, e := range edges {
		from, to := e[0], e[1]
		if from == to {
			continue
		}
		if back[i] {
			from, to = to, from
		}
		after[from] = append(after[from], to)
		left[to]++
	}
	column, queue, starts := make([]int, n), []int{}, []int{}
	for v := range n {
		if left[v] == 0 {
			queue = append(queue, v)
			starts = append(starts, v)
		}
	}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, to := range after[v] {
			column[to] = max(column[to], column[v]+1)
			if left[to]--; left[to] == 0 {
				queue = append(queue, to)
			}
		}
	}
	for _, v := range starts {
		next := math.MaxInt
		for _, to := range after[v] {
			next = min(next, column[to])
		}
		if next != math.MaxInt {
			column[v] = next - 1
		}
	}
	return column
}

// reduce puts the places of each column in an order in which few edges cross.
func (s *sheet) reduce() {
	best, fewest := s.copyOrder(), s.crossings()
	for i := range sweeps {
		if fewest == 0 {
			break
		}
		if i%2 == 0 {
			for c := 1; c < len(s.order); c++ {
				s.sort(c, s.before, c-1)
			}
		} else {
			for c := len(s.order) - 2; c >= 0; c-- {
				s.sort(c, s.after, c+1)
			}
		}
		if k := s.crossings(); k < fewest {
			best, fewest = s.copyOrder(), k
		}
	}
	s.order = best
}

func (s *sheet) copyOrder() [][]int {
	out := make([][]int, len(s.order))
	for i, o := range s.order {
		out[i] = slices.Clone(o)
	}
	return out
}

// ranks are the places of a column by their rank in it.
func (s *sheet) ranks(c int) map[int]int {
	out := make(map[int]int, len(s.order[c]))
	for i, p := range s.order[c] {
		out[p] = i
	}
	return out
}

// sort orders a column by the median of the ranks of those that each place is joined to in the column beside it; who is joined to none stays.
func (s *sheet) sort(c int, joined [][]int, beside int) {
	rank := s.ranks(beside)
	key := make(map[int]float64, len(s.order[c]))
	for i, p := range s.order[c] {
		var rs []int
		for _, q := range joined[p] {
			rs = append(rs, rank[q])
		}
		slices.Sort(rs)
		switch n := len(rs); {
		case n == 0:
			key[p] = float64(i)
		case n%2 == 1:
			key[p] = float64(rs[n/2])
		default:
			key[p] = float64(rs[n/2-1]+rs[n/2]) / 2
		}
	}
	slices.SortStableFunc(s.order[c], func(a, b int) int { return cmp.Compare(key[a], key[b]) })
}

// crossings counts the pairs of edges that cross.
func (s *sheet) crossings() int {
	total := 0
	for c := 0; c+1 < len(s.order); c++ {
		rank := s.ranks(c + 1)
		var ends []int // of the edges, from the top of the column
		for _, p := range s.order[c] {
			var mine []int
			for _, q := range s.after[p] {
				mine = append(mine, rank[q])
			}
			slices.Sort(mine)
			ends = append(ends, mine...)
		}
		total += inversions(ends, len(s.order[c+1]))
	}
	return total
}

// inversions counts the pairs that stand in the wrong order, of numbers below n.
func inversions(xs []int, n int) int {
	tree, total := make([]int, n+1), 0
	for i, x := range xs {
		below := 0
		for k := x + 1; k > 0; k -= k & -k {
			below += tree[k]
		}
		total += i - below
		for k := x + 1; k <= n; k += k & -k {
			tree[k]++
		}
	}
	return total
}

// place finds how high each place stands.
func (s *sheet) place() []float64 {
	y := make([]float64, len(s.column))
	tallest := 0.0
	heights := make([]float64, len(s.order))
	for c, order := range s.order {
		at := 0.0
		for i, p := range order {
			if i > 0 {
				at += s.gap(order[i-1], p)
			}
			y[p] = at
		}
		heights[c] = at
		tallest = max(tallest, at)
	}
	for c, order := range s.order { // each column in the middle
		for _, p := range order {
			y[p] += (tallest - heights[c]) / 2
		}
	}
	for i := range 2 * sweeps {
		for k := range s.order {
			c := k
			if i%2 == 1 {
				c = len(s.order) - 1 - k
			}
			s.settle(c, y)
		}
	}
	low := math.Inf(1)
	for _, v := range y {
		low = min(low, v)
	}
	for p := range y {
		y[p] += s.gap(0, 0)/2 - low
	}
	return y
}

// settle moves the places of a column to the middle of those that they are joined to, as near as their order and their distances let them: the
// least squares under an order, by pooling neighbours (Ayer and others, Annals of Mathematical Statistics 26, 1955).
func (s *sheet) settle(c int, y []float64) {
	type pool struct {
		sum float64
		n   int
	}
	var pools []pool
	offset, at := make([]float64, len(s.order[c])), 0.0
	for i, p := range s.order[c] {
		if i > 0 {
			at += s.gap(s.order[c][i-1], p)
		}
		offset[i] = at
		pools = append(pools, pool{s.wish(p, y) - at, 1})
		for len(pools) > 1 {
			a, b := pools[len(pools)-2], pools[len(pools)-1]
			if a.sum/float64(a.n) <= b.sum/float64(b.n) {
				break
			}
			pools = append(pools[:len(pools)-2], pool{a.sum + b.sum, a.n + b.n})
		}
	}
	i := 0
	for _, q := range pools {
		for range q.n {
			y[s.order[c][i]] = q.sum/float64(q.n) + offset[i]
			i++
		}
	}
}

// wish is where a place would stand if it were alone in its column.
func (s *sheet) wish(p int, y []float64) float64 {
	sum, n := 0.0, 0
	for _, list := range [][]int{s.before[p], s.after[p]} {
		for _, q := range list {
			sum += y[q]
			n++
		}
	}
	if n == 0 {
		return y[p]
	}
	return sum / float64(n)
}
