package record_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	fproof "github.com/transparency-dev/formats/proof"

	"parley/record"
)

func testProof(t testing.TB, withLeaf bool) (record.Proof, *room, *record.Host) {
	t.Helper()
	host, r := testHost(t, 1), talk(t, roomA, "", 11)
	hashes, err := r.tree.Inclusion(6, 11)
	if err != nil {
		t.Fatal(err)
	}
	p := record.Proof{Index: 6, Hashes: hashes, Checkpoint: r.checkpoint(t, host)}
	if withLeaf {
		p.Extra = r.leaves[6]
	}
	return p, r, host
}

func TestProofFile(t *testing.T) {
	for _, withLeaf := range []bool{false, true} {
		p, r, host := testProof(t, withLeaf)
		file, err := record.MarshalProof(p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := record.ParseProof(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Errorf("parsed (-want +got):\n%s", diff)
		}
		given := r.leaves[6]
		if withLeaf {
			given = nil
		}
		leaf, head, err := record.VerifyProof(got, given, host.Public())
		if err != nil || leaf.Author != "us-head" || head != r.tree.Head() {
			t.Errorf("verified: %+v, %v, %v", leaf, head, err)
		}
		if leaf.Commitment != record.Commit(r.salts[6], r.bodies[6]) {
			t.Error("the leaf commits to another payload")
		}
		// Another implementation writes and reads the same bytes.
		var other fproof.TLogProof
		if err := other.Unmarshal(file); err != nil {
			t.Fatal(err)
		}
		if again := other.Marshal(); !bytes.Equal(again, file) {
			t.Errorf("the other implementation writes:\n%s\nnot\n%s", again, file)
		}
	}
}

func TestProofOfOnlyEntry(t *testing.T) {
	host, r := testHost(t, 1), talk(t, roomA, "", 1)
	file, err := record.MarshalProof(record.Proof{Checkpoint: r.checkpoint(t, host), Extra: r.leaves[0]})
	if err != nil {
		t.Fatal(err)
	}
	p, err := record.ParseProof(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := record.VerifyProof(p, nil, host.Public()); err != nil {
		t.Error(err)
	}
}

func TestProofFindsEveryFlippedBit(t *testing.T) {
	p, _, host := testProof(t, true)
	file, err := record.MarshalProof(p)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(file) * 8 {
		bad := bytes.Clone(file)
		bad[i/8] ^= 1 << (i % 8)
		p, err := record.ParseProof(bad)
		if err != nil {
			continue
		}
		if leaf, head, err := record.VerifyProof(p, nil, host.Public()); err == nil {
			t.Errorf("bit %d: verified %+v in %v", i, leaf, head)
		}
	}
	for i := range file {
		if p, err := record.ParseProof(file[:i]); err == nil {
			if _, _, err := record.VerifyProof(p, nil, host.Public()); err == nil {
				t.Errorf("verified although cut to %d bytes", i)
			}
		}
	}
}

func TestVerifyProofRefuses(t *testing.T) {
	good, r, host := testProof(t, false)
	other := talk(t, roomB, "", 11)
	// A leaf that says its author had seen entries not yet written.
	ahead := talk(t, roomA, "", 3)
	l, err := record.ParseLeaf(ahead.leaves[2])
	if err != nil {
		t.Fatal(err)
	}
	l.Seen = record.Head{Size: 9, Root: l.Seen.Root}
	ahead.add(t, l, nil, nil)
	aheadHashes, _ := ahead.tree.Inclusion(3, 4)
	for name, c := range map[string]struct {
		proof record.Proof
		leaf  []byte
		key   record.HostKey
	}{
		"another entry":     {good, r.leaves[7], host.Public()},
		"another room":      {good, other.leaves[6], host.Public()},
		"another key":       {good, r.leaves[6], testHost(t, 2).Public()},
		"no leaf":           {good, nil, host.Public()},
		"not a leaf":        {good, []byte("x"), host.Public()},
		"another index":     {record.Proof{Index: 7, Hashes: good.Hashes, Checkpoint: good.Checkpoint}, r.leaves[6], host.Public()},
		"index too large":   {record.Proof{Index: 11, Hashes: good.Hashes, Checkpoint: good.Checkpoint}, r.leaves[6], host.Public()},
		"a hash too few":    {record.Proof{Index: 6, Hashes: good.Hashes[1:], Checkpoint: good.Checkpoint}, r.leaves[6], host.Public()},
		"seen too much":     {record.Proof{Index: 3, Hashes: aheadHashes, Checkpoint: ahead.checkpoint(t, host)}, ahead.leaves[3], host.Public()},
		"another host's":    {record.Proof{Index: 6, Hashes: good.Hashes, Checkpoint: r.checkpoint(t, testHost(t, 2))}, r.leaves[6], host.Public()},
		"older checkpoint":  {record.Proof{Index: 6, Hashes: good.Hashes, Checkpoint: talk(t, roomA, "", 10).checkpoint(t, host)}, r.leaves[6], host.Public()},
		"no checkpoint":     {record.Proof{Index: 6, Hashes: good.Hashes}, r.leaves[6], host.Public()},
		"extra not in tree": {record.Proof{Index: 6, Hashes: good.Hashes, Checkpoint: good.Checkpoint, Extra: r.leaves[5]}, nil, host.Public()},
	} {
		if leaf, head, err := record.VerifyProof(c.proof, c.leaf, c.key); err == nil {
			t.Errorf("%s: verified %+v in %v", name, leaf, head)
		}
	}
}

func TestParseProofIsStrict(t *testing.T) {
	p, _, _ := testProof(t, true)
	file, err := record.MarshalProof(p)
	if err != nil {
		t.Fatal(err)
	}
	hash := p.Hashes[0].String()
	for name, change := range map[string][2]string{
		"other version":  {"@v1", "@v2"},
		"no extra":       {"extra ", "other "},
		"empty extra":    {"\nextra ", "\nextra \nextra "},
		"leading zero":   {"index 6", "index 06"},
		"no index":       {"index 6\n", ""},
		"negative index": {"index 6", "index -6"},
		"huge index":     {"index 6", "index 1099511627776"},
		"return in hash": {hash, hash + "\r"},
		"short hash":     {hash, hash[:40]},
		"not a hash":     {hash, "x"},
		"too many":       {hash + "\n", strings.Repeat(hash+"\n", 65)},
	} {
		bad := strings.Replace(string(file), change[0], change[1], 1)
		if bad == string(file) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if got, err := record.ParseProof([]byte(bad)); err == nil {
			t.Errorf("%s: parsed as %+v", name, got)
		}
	}
	for name, bad := range map[string]record.Proof{
		"negative index":  {Index: -1, Checkpoint: p.Checkpoint},
		"too many hashes": {Hashes: make([]record.Hash, 65), Checkpoint: p.Checkpoint},
		"no checkpoint":   {},
		"empty extra":     {Extra: []byte{}, Checkpoint: p.Checkpoint},
		"long extra":      {Extra: make([]byte, 2000), Checkpoint: p.Checkpoint},
	} {
		if file, err := record.MarshalProof(bad); err == nil {
			t.Errorf("%s: written as %q", name, file)
		}
	}
}

func FuzzParseProof(f *testing.F) {
	for _, withLeaf := range []bool{false, true} {
		p, _, _ := testProof(f, withLeaf)
		file, err := record.MarshalProof(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
		f.Add(slices.Concat(file[:40], []byte("\r"), file[40:]))
	}
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := record.ParseProof(data)
		if err != nil {
			return
		}
		again, err := record.MarshalProof(p)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("parsed %q, wrote %q (%v)", data, again, err)
		}
	})
}
