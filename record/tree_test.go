package record_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/record"
)

// The reference tree of Certificate Transparency: its eight leaves, the roots of sizes 0 to 8, and proofs in it.
var (
	ctLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	ctRoots  = []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	ctInclusion = []struct {
		index, size int64
		proof       []string
	}{
		{0, 1, nil},
		{0, 8, []string{
			"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
		{5, 8, []string{
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
		{2, 3, []string{"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
		{1, 5, []string{
			"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
	}
	ctConsistency = []struct {
		older, newer int64
		proof        []string
	}{
		{1, 1, nil},
		{1, 8, []string{
			"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
		{6, 8, []string{
			"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
		{2, 5, []string{
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
	}
)

func ctTree(t *testing.T) *record.Tree {
	t.Helper()
	tree := new(record.Tree)
	for _, text := range ctLeaves {
		leaf, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(record.LeafHash(leaf))
	}
	return tree
}

func hexes(hashes []record.Hash) (texts []string) {
	for _, h := range hashes {
		texts = append(texts, hex.EncodeToString(h[:]))
	}
	return texts
}

func TestTreeOfCertificateTransparency(t *testing.T) {
	tree := ctTree(t)
	for size, want := range ctRoots {
		head, err := tree.HeadAt(int64(size))
		if got := hex.EncodeToString(head.Root[:]); err != nil || got != want {
			t.Errorf("root of size %d: %s, want %s (%v)", size, got, want, err)
		}
	}
	for _, c := range ctInclusion {
		proof, err := tree.Inclusion(c.index, c.size)
		if diff := cmp.Diff(c.proof, hexes(proof)); err != nil || diff != "" {
			t.Errorf("inclusion of %d in %d: %v\n%s", c.index, c.size, err, diff)
		}
	}
	for _, c := range ctConsistency {
		proof, err := tree.Consistency(c.older, c.newer)
		if diff := cmp.Diff(c.proof, hexes(proof)); err != nil || diff != "" {
			t.Errorf("consistency of %d with %d: %v\n%s", c.older, c.newer, err, diff)
		}
	}
}

func testLeaves(n int) []record.Hash {
	leaves := make([]record.Hash, n)
	for i := range leaves {
		leaves[i] = record.LeafHash(fmt.Append(nil, "leaf ", i))
	}
	return leaves
}

// The naive tree: the recursive definitions of RFC 6962, section 2.1, as they stand there.

func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func naiveRoot(d []record.Hash) record.Hash {
	switch len(d) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return d[0]
	}
	k := split(len(d))
	l, r := naiveRoot(d[:k]), naiveRoot(d[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

func naivePath(m int, d []record.Hash) []record.Hash {
	if len(d) == 1 {
		return nil
	}
	k := split(len(d))
	if m < k {
		return append(naivePath(m, d[:k]), naiveRoot(d[k:]))
	}
	return append(naivePath(m-k, d[k:]), naiveRoot(d[:k]))
}

func naiveSubproof(m int, d []record.Hash, whole bool) []record.Hash {
	if m == len(d) {
		if whole {
			return nil
		}
		return []record.Hash{naiveRoot(d)}
	}
	k := split(len(d))
	if m <= k {
		return append(naiveSubproof(m, d[:k], whole), naiveRoot(d[k:]))
	}
	return append(naiveSubproof(m-k, d[k:], false), naiveRoot(d[:k]))
}

func TestTreeAgainstDefinitionExhaustively(t *testing.T) {
	const n = 64
	leaves := testLeaves(n)
	var tree record.Tree
	tree.AppendAll(leaves[:37])
	for _, leaf := range leaves[37:] {
		tree.Append(leaf)
	}
	heads := make([]record.Head, n+1)
	for size := range n + 1 {
		heads[size], _ = tree.HeadAt(int64(size))
		if want := naiveRoot(leaves[:size]); heads[size].Root != want || heads[size].Size != int64(size) {
			t.Fatalf("head of size %d is %v, want root %s", size, heads[size], want)
		}
	}
	for size := range n + 1 {
		for i := range size {
			proof, err := tree.Inclusion(int64(i), int64(size))
			if err != nil || !slices.Equal(proof, naivePath(i, leaves[:size])) {
				t.Fatalf("inclusion of %d in %d: %v, %v", i, size, proof, err)
			}
			// The proof holds for this index, leaf and head, and for no other index, leaf or size.
			for j := range size {
				err := record.CheckInclusion(proof, int64(j), leaves[i], heads[size])
				if (err == nil) != (i == j) {
					t.Fatalf("proof of %d in %d checked as one of %d: %v", i, size, j, err)
				}
			}
			if err := record.CheckInclusion(proof, int64(i), leaves[(i+1)%n], heads[size]); !errors.Is(err, record.ErrProof) {
				t.Fatalf("proof of %d in %d checked with another leaf: %v", i, size, err)
			}
			if err := record.CheckInclusion(append(proof, leaves[0]), int64(i), leaves[i], heads[size]); !errors.Is(err, record.ErrProof) {
				t.Fatalf("proof of %d in %d checked with a hash too many: %v", i, size, err)
			}
		}
		for older := range size + 1 {
			proof, err := tree.Consistency(int64(older), int64(size))
			if err != nil {
				t.Fatal(err)
			}
			if older > 0 && !slices.Equal(proof, naiveSubproof(older, leaves[:size], true)) {
				t.Fatalf("consistency of %d with %d: %v", older, size, proof)
			}
			for k := range n + 1 {
				err := record.CheckConsistency(proof, heads[k], heads[size])
				// From nothing, and from the same, there is nothing to prove: an empty proof shows both.
				trivial := len(proof) == 0 && (k == 0 || k == size)
				if (err == nil) != (k == older || trivial) {
					t.Fatalf("proof of %d with %d checked as one of %d: %v", older, size, k, err)
				}
			}
		}
	}
}

func TestProofsRefuseEveryFlippedBit(t *testing.T) {
	leaves := testLeaves(13)
	var tree record.Tree
	tree.AppendAll(leaves)
	inclusion, _ := tree.Inclusion(6, 13)
	consistency, _ := tree.Consistency(6, 13)
	older, _ := tree.HeadAt(6)
	for i := range 32 * 8 {
		for k := range inclusion {
			bad := slices.Clone(inclusion)
			bad[k][i/8] ^= 1 << (i % 8)
			if record.CheckInclusion(bad, 6, leaves[6], tree.Head()) == nil {
				t.Fatalf("inclusion: bit %d of hash %d", i, k)
			}
		}
		for k := range consistency {
			bad := slices.Clone(consistency)
			bad[k][i/8] ^= 1 << (i % 8)
			if record.CheckConsistency(bad, older, tree.Head()) == nil {
				t.Fatalf("consistency: bit %d of hash %d", i, k)
			}
		}
		bad := older
		bad.Root[i/8] ^= 1 << (i % 8)
		if record.CheckConsistency(consistency, bad, tree.Head()) == nil {
			t.Fatalf("consistency: bit %d of the older root", i)
		}
	}
}

func TestTreeRefusesPlacesThatAreNot(t *testing.T) {
	var tree record.Tree
	tree.AppendAll(testLeaves(5))
	for _, c := range [][2]int64{{-1, 5}, {5, 5}, {0, 0}, {0, 6}, {0, -1}, {3, 2}} {
		if p, err := tree.Inclusion(c[0], c[1]); err == nil {
			t.Errorf("inclusion of %d in %d: %v", c[0], c[1], p)
		}
	}
	for _, c := range [][2]int64{{-1, 5}, {3, 2}, {0, 6}, {6, 6}} {
		if p, err := tree.Consistency(c[0], c[1]); err == nil {
			t.Errorf("consistency of %d with %d: %v", c[0], c[1], p)
		}
	}
	for _, size := range []int64{-1, 6} {
		if h, err := tree.HeadAt(size); err == nil {
			t.Errorf("head of %d: %v", size, h)
		}
	}
}

// Sizes above 1<<62 would keep the arithmetic of tlog busy for ever; they are refused before.
func TestChecksEndForHugeSizes(t *testing.T) {
	for _, size := range []int64{record.MaxSize + 1, 1<<62 + 1, 1<<63 - 1, -1 << 63} {
		if record.CheckInclusion(nil, 0, record.Hash{}, record.Head{Size: size}) == nil {
			t.Errorf("inclusion in %d", size)
		}
		if record.CheckConsistency(nil, record.Head{Size: 1}, record.Head{Size: size}) == nil ||
			record.CheckConsistency(nil, record.Head{Size: size}, record.Head{Size: size}) == nil {
			t.Errorf("consistency with %d", size)
		}
	}
	if record.CheckInclusion(make([]record.Hash, 40), record.MaxSize-1, record.Hash{}, record.Head{Size: record.MaxSize}) == nil {
		t.Error("inclusion in the largest tree with a false proof")
	}
	if record.CheckConsistency(nil, record.Head{}, record.EmptyHead) == nil {
		t.Error("an empty tree with another root")
	}
}

// Operations on one tree and its clones against plain slices: sharing must never show.
func TestTreeModelProperty(t *testing.T) {
	leaves := testLeaves(300)
	rapid.Check(t, func(t *rapid.T) {
		trees := []*record.Tree{new(record.Tree)}
		models := [][]record.Hash{nil}
		next := 0
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			i := rapid.IntRange(0, len(trees)-1).Draw(t, "tree")
			switch rapid.SampledFrom([]string{"append", "all", "clone", "truncate"}).Draw(t, "op") {
			case "append":
				trees[i].Append(leaves[next])
				models[i] = append(slices.Clip(models[i]), leaves[next])
				next++
			case "all":
				n := rapid.IntRange(0, 10).Draw(t, "n")
				trees[i].AppendAll(leaves[next : next+n])
				models[i] = append(slices.Clip(models[i]), leaves[next:next+n]...)
				next += n
			case "clone":
				trees, models = append(trees, trees[i].Clone()), append(models, models[i])
			case "truncate":
				n := rapid.IntRange(0, len(models[i])).Draw(t, "n")
				trees[i].Truncate(int64(n))
				models[i] = models[i][:n]
			}
			for k := range trees {
				if got, want := trees[k].Head(), naiveRoot(models[k]); got.Root != want || got.Size != int64(len(models[k])) {
					t.Fatalf("tree %d has the head %v, want %d entries and root %s", k, got, len(models[k]), want)
				}
				for j, leaf := range models[k] {
					if trees[k].Leaf(int64(j)) != leaf {
						t.Fatalf("tree %d: leaf %d is another", k, j)
					}
				}
			}
		}
	})
}

// Readers of a clone need no lock against the writer of the original: run with -race.
func TestCloneIsReadWhileTheOriginalGrows(t *testing.T) {
	leaves := testLeaves(2000)
	var tree record.Tree
	var wg sync.WaitGroup
	for i, leaf := range leaves {
		tree.Append(leaf)
		if i%100 != 99 {
			continue
		}
		c := tree.Clone()
		wg.Go(func() {
			size := int64(i + 1)
			if c.Size() != size {
				t.Errorf("clone of %d has %d entries", size, c.Size())
			}
			proof, err := c.Inclusion(size/2, size)
			if err != nil || record.CheckInclusion(proof, size/2, leaves[size/2], c.Head()) != nil {
				t.Errorf("clone of %d: bad proof (%v)", size, err)
			}
		})
	}
	wg.Wait()
}

func BenchmarkTreeAppend100k(b *testing.B) {
	leaves := testLeaves(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var tree record.Tree
		for _, leaf := range leaves {
			tree.Append(leaf)
		}
	}
}

func BenchmarkTreeAppendAll100k(b *testing.B) {
	leaves := testLeaves(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var tree record.Tree
		tree.AppendAll(leaves)
	}
}

func benchTree() *record.Tree {
	var tree record.Tree
	tree.AppendAll(testLeaves(100_000))
	return &tree
}

func BenchmarkTreeHead(b *testing.B) {
	tree := benchTree()
	for b.Loop() {
		tree.Head()
	}
}

func BenchmarkInclusionProve(b *testing.B) {
	tree := benchTree()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Inclusion(77_777, 100_000); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInclusionCheck(b *testing.B) {
	tree := benchTree()
	proof, _ := tree.Inclusion(77_777, 100_000)
	leaf, head := tree.Leaf(77_777), tree.Head()
	b.ReportAllocs()
	for b.Loop() {
		if err := record.CheckInclusion(proof, 77_777, leaf, head); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConsistencyProve(b *testing.B) {
	tree := benchTree()
	for b.Loop() {
		if _, err := tree.Consistency(77_777, 100_000); err != nil {
			b.Fatal(err)
		}
	}
}
