package record

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"parley/record"
)

// step is one joint on the way from an entry to the root: the hash of the other side, on which side it stands, and what the two
// make together.
type step struct {
	sibling record.Hash
	left    bool // the sibling is the left one
	made    record.Hash
}

// climb computes the way up as RFC 9162, section 2.1.3.2, verifies an inclusion proof: at each hash of the proof it is known from
// the index and the size alone on which side it stands. What comes out at the top is the root, if the proof is right; the page
// shows what was computed, so that a wrong proof is seen to be wrong.
func climb(leaf record.Hash, index, size int64, hashes []record.Hash) []step {
	steps := make([]step, 0, len(hashes))
	h := leaf
	fn, sn := index, size-1
	for _, p := range hashes {
		s := step{sibling: p, left: fn&1 == 1 || fn == sn}
		if s.left {
			h = tlog.NodeHash(p, h)
			for fn&1 == 0 && fn != 0 {
				fn >>= 1
				sn >>= 1
			}
		} else {
			h = tlog.NodeHash(h, p)
		}
		s.made = h
		steps = append(steps, s)
		fn >>= 1
		sn >>= 1
	}
	return steps
}

// The drawing of the path: one row a step, from the leaf at the bottom to the root at the top.
const (
	rowHeight = 44
	nodeX     = 170 // where the way up begins
	nodeR     = 5
)

// joint is one step as it is drawn: from (X, Y) up to (ToX, ToY), with the sibling at (SibX, Y).
type joint struct {
	step
	x, y, toX, toY, sibX int
	last                 bool
}

// joints lays the path out. It sways to the side that the sibling is not on, as the tree does, and never leaves the drawing.
func joints(path []step) []joint {
	out := make([]joint, len(path))
	x, y := nodeX, len(path)*rowHeight+20
	for i, s := range path {
		sib, to := x+64, x+32
		if s.left {
			sib, to = x-64, x-32
		}
		// Two steps to one side are followed by the drawing alone: beyond the edge it is moved back in, since only the side matters.
		to = min(max(to, 130), 210)
		out[i] = joint{step: s, x: x, y: y, toX: to, toY: y - rowHeight, sibX: sib, last: i == len(path)-1}
		x, y = to, y-rowHeight
	}
	return out
}

// jointPath is the two lines from a node and its sibling to what they make.
func jointPath(j joint) string {
	return fmt.Sprintf("M%d %dL%d %dL%d %d", j.x, j.y, j.toX, j.toY, j.sibX, j.y)
}

// textX and anchor put a sibling's label on its outer side.
func (j joint) textX() int {
	if j.left {
		return j.sibX - 10
	}
	return j.sibX + 10
}

func (j joint) anchor() string {
	if j.left {
		return "end"
	}
	return "start"
}
