package record

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is the Merkle tree of a room (RFC 6962, section 2.1), in memory and append-only. The zero Tree is empty and ready.
//
// It keeps the hash of every complete subtree, 64 bytes an entry in all, so that heads and proofs of any size cost a
// number of steps logarithmic in the size.
//
// One goroutine may change a tree (Append, AppendAll, Truncate) while none reads it. To read while another goroutine
// appends, take a [Tree.Clone] first.
type Tree struct {
	// levels[k][i] is the hash of the complete subtree over the leaves i<<k up to (i+1)<<k. An element once written is
	// never written again: clones share the arrays.
	levels [][]Hash
}

// Append adds a leaf hash, see [LeafHash], at the end.
func (t *Tree) Append(leaf Hash) {
	h := leaf
	for k := 0; ; k++ {
		if k == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		t.levels[k] = append(t.levels[k], h)
		level := t.levels[k]
		if len(level)%2 == 1 {
			return
		}
		h = tlog.NodeHash(level[len(level)-2], h)
	}
}

// AppendAll adds leaf hashes in order.
func (t *Tree) AppendAll(leaves []Hash) {
	for k, n := 0, len(leaves); n > 0; k, n = k+1, n/2 {
		if k == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		t.levels[k] = slices.Grow(t.levels[k], n)
	}
	for _, leaf := range leaves {
		t.Append(leaf)
	}
}

// Size is the number of leaves.
func (t *Tree) Size() int64 {
	if len(t.levels) == 0 {
		return 0
	}
	return int64(len(t.levels[0]))
}

// Head is the tree's size and root.
func (t *Tree) Head() Head {
	return t.head(t.Size())
}

// HeadAt is the head that the tree had when it had size leaves. It fails where size is not between 0 and [Tree.Size].
func (t *Tree) HeadAt(size int64) (Head, error) {
	if size < 0 || size > t.Size() {
		return Head{}, fmt.Errorf("there is no head of size %d in a tree of %d entries", size, t.Size())
	}
	return t.head(size), nil
}

// head folds the complete subtrees, one for every bit set in size, from the right: RFC 6962 splits at the largest power
// of two below the size, so everything right of a complete subtree is one node.
func (t *Tree) head(size int64) Head {
	if size == 0 {
		return EmptyHead
	}
	var root Hash
	empty := true
	for k := 0; size>>k > 0; k++ {
		if n := size >> k; n&1 == 1 {
			if left := t.levels[k][n-1]; empty {
				root, empty = left, false
			} else {
				root = tlog.NodeHash(left, root)
			}
		}
	}
	return Head{Size: size, Root: root}
}

// Leaf is the leaf hash at index i, counted from 0. It panics where there is none, as a slice does.
func (t *Tree) Leaf(i int64) Hash {
	return t.levels[0][i]
}

// Inclusion proves that the leaf at index is in the tree of size leaves: RFC 6962, section 2.1.1, the leaf's sibling
// first. [CheckInclusion] checks it.
func (t *Tree) Inclusion(index, size int64) ([]Hash, error) {
	if size > t.Size() || index < 0 || index >= size {
		return nil, fmt.Errorf("there is no proof of entry %d in the first %d of %d entries", index, size, t.Size())
	}
	return tlog.ProveRecord(size, index, tlog.HashReaderFunc(t.read))
}

// Consistency proves that the tree of size newer only added to the tree of size older: RFC 6962, section 2.1.2. From an
// empty or an equal tree the proof is empty. [CheckConsistency] checks it.
func (t *Tree) Consistency(older, newer int64) ([]Hash, error) {
	if older < 0 || older > newer || newer > t.Size() {
		return nil, fmt.Errorf("there is no proof from size %d to size %d in a tree of %d entries", older, newer, t.Size())
	}
	if older == 0 {
		return []Hash{}, nil
	}
	return tlog.ProveTree(newer, older, tlog.HashReaderFunc(t.read))
}

// read is a tlog.HashReader over levels.
func (t *Tree) read(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, x := range indexes {
		level, n := tlog.SplitStoredHashIndex(x)
		hashes[i] = t.levels[level][n]
	}
	return hashes, nil
}

// Clone is a tree that stays as t is now. It costs as much as the tree is deep: the hashes are shared, since none is ever
// overwritten. The first change to the clone copies them. Clone itself reads t; afterwards clone and t may be used by
// different goroutines.
func (t *Tree) Clone() *Tree {
	c := &Tree{levels: slices.Clone(t.levels)}
	for k, level := range c.levels {
		// Without capacity an append to the clone moves it to an array of its own, away from what t appends.
		c.levels[k] = slices.Clip(level)
	}
	return c
}

// Truncate forgets all leaves from size on, for a writer whose commit failed after it had appended. It panics where size
// is not between 0 and [Tree.Size]. The next append copies the tree, so that clones made before keep what they hold.
func (t *Tree) Truncate(size int64) {
	if size < 0 || size > t.Size() {
		panic(fmt.Sprintf("record: a tree of %d entries cannot be truncated to %d", t.Size(), size))
	}
	if size == t.Size() {
		return
	}
	for k, level := range t.levels {
		n := size >> k
		t.levels[k] = level[:n:n]
	}
}

// ErrProof is what [CheckInclusion] and [CheckConsistency] wrap when a proof does not show what it should.
var ErrProof = errors.New("the proof does not lead to the tree's root")

// CheckInclusion checks that proof shows a leaf hash to be the entry at index in the tree of head.
func CheckInclusion(proof []Hash, index int64, leaf Hash, head Head) error {
	if err := head.check(); err != nil {
		return fmt.Errorf("checking inclusion: %w", err)
	}
	if index < 0 || index >= head.Size {
		return fmt.Errorf("checking inclusion: there is no entry %d in a tree of %d", index, head.Size)
	}
	if tlog.CheckRecord(proof, head.Size, head.Root, index, leaf) != nil {
		return fmt.Errorf("checking inclusion of entry %d in a tree of %d: %w", index, head.Size, ErrProof)
	}
	return nil
}

// CheckConsistency checks that proof shows the tree of newer to be the tree of older with entries added at the end. Where
// it fails although the host signed both, those two checkpoints are the evidence that it forked the record.
func CheckConsistency(proof []Hash, older, newer Head) error {
	if err := errors.Join(older.check(), newer.check()); err != nil {
		return fmt.Errorf("checking consistency: %w", err)
	}
	if older.Size > newer.Size {
		return fmt.Errorf("checking consistency: the older tree has %d entries, the newer %d", older.Size, newer.Size)
	}
	var bad bool
	if older.Size == 0 {
		bad = len(proof) > 0 // any tree extends the empty one
	} else {
		bad = tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root) != nil
	}
	if bad {
		return fmt.Errorf("checking consistency of size %d with size %d: %w", older.Size, newer.Size, ErrProof)
	}
	return nil
}
