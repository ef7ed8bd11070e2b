package implementation

// components finds the strongly connected components of a directed graph of n nodes, those that others lead to first (R. Tarjan,
// "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972). It keeps its own stack: a chain can be as long as
// there are things. The nodes of a component are in ascending order.
func components(n int, to func(int32) []int32) [][]int32 {
	type frame struct {
		node int32
		next int
	}
	const unseen = -1
	index, low := make([]int32, n), make([]int32, n)
	for i := range index {
		index[i] = unseen
	}
	onStack := make([]bool, n)
	var stack []int32
	var calls []frame
	var found [][]int32
	flat := make([]int32, 0, n)
	count := int32(0)
	enter := func(v int32) {
		index[v], low[v] = count, count
		count++
		stack = append(stack, v)
		onStack[v] = true
		calls = append(calls, frame{node: v})
	}
	for root := range int32(n) { //nolint:gosec // nodes are numbered by int32
		if index[root] != unseen {
			continue
		}
		enter(root)
		for len(calls) > 0 {
			f := &calls[len(calls)-1]
			v, out := f.node, to(f.node)
			if f.next < len(out) {
				w := out[f.next]
				f.next++
				switch {
				case index[w] == unseen:
					enter(w)
				case onStack[w]:
					low[v] = min(low[v], index[w])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				up := calls[len(calls)-1].node
				low[up] = min(low[up], low[v])
			}
			if low[v] != index[v] {
				continue
			}
			from := len(flat)
			for {
				w := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				onStack[w] = false
				flat = append(flat, w)
				if w == v {
					break
				}
			}
			c := flat[from:len(flat):len(flat)]
			ascending(c)
			found = append(found, c)
		}
	}
	return found
}
