package record_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/record"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

const (
	vectorArchive = "testdata/vector.parley"
	vectorProof   = "testdata/vector.tlog-proof"
	vectorValues  = "testdata/vector.txt"
)

// vector is the worked example of docs/record.md: a room of four entries, the third erased.
func vector(t *testing.T) (host *record.Host, r *room, values string) {
	t.Helper()
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	host, err := record.NewHost(seed)
	if err != nil {
		t.Fatal(err)
	}
	r = &room{id: "vhxk3m7q2c5n6d4t7r2b5w3y6a", title: "Lobby"}
	var b strings.Builder
	fmt.Fprintf(&b, "host seed (hex)  %x\nhost key         %s\n", seed, host.Public())
	fmt.Fprintf(&b, "salt of entry i  32 times the byte i\nroot of size 0   %s\n", record.EmptyHead.Root)
	payloads := []string{`{"text":"We are ready to talk."}`, `{"text":"So are we."}`, `{"text":"This will be erased."}`, `{"text":"Let us begin – начнём."}`}
	for i, payload := range payloads {
		salt := bytes.Repeat([]byte{byte(i)}, record.SaltSize)
		seen, err := r.tree.HeadAt(int64(i) / 2 * 2) // entry 1 was written at once with entry 0, entry 3 with entry 2
		if err != nil {
			t.Fatal(err)
		}
		r.add(t, record.Leaf{Room: r.id, Kind: "remark.write", Author: []string{"us-head", "ru-head"}[i%2], Seen: seen,
			Time: start.AddDate(0, 0, i), Commitment: record.Commit(salt, []byte(payload))}, salt, []byte(payload))
		leaf := strings.ReplaceAll(strings.TrimSuffix(string(r.leaves[i]), "\n"), "\n", "\n    ")
		fmt.Fprintf(&b, "\nentry %d\npayload          %s\ncommitment       %s\nleaf\n    %s\nleaf hash        %s\nroot of size %d   %s\n",
			i, payload, record.Commit(salt, []byte(payload)), leaf, r.tree.Leaf(int64(i)), i+1, r.tree.Head().Root)
	}
	proof, err := r.tree.Inclusion(1, 4)
	if err != nil {
		t.Fatal(err)
	}
	consistency, err := r.tree.Consistency(3, 4)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "\ninclusion of entry 1 in size 4\n    %s\nconsistency of size 3 with size 4\n    %s\n",
		joined(proof), joined(consistency))
	fmt.Fprintf(&b, "\ncheckpoint of size 4\n    %s", strings.ReplaceAll(strings.TrimSuffix(string(r.checkpoint(t, host)), "\n"), "\n", "\n    "))
	r.salts[2], r.bodies[2] = nil, nil
	return host, r, strings.ReplaceAll(b.String(), "\n    \n", "\n\n") + "\n"
}

func joined(hashes []record.Hash) string {
	var texts []string
	for _, h := range hashes {
		texts = append(texts, h.String())
	}
	return strings.Join(texts, "\n    ")
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s\nif the format was meant to change, run go test ./record -run Vector -update, and change docs/record.md", name, diff)
	}
}

// The formats never change by accident: archives that people hold must verify for ever.
func TestVector(t *testing.T) {
	host, r, values := vector(t)
	golden(t, vectorValues, []byte(values))
	golden(t, vectorArchive, archive(t, host, r))
	hashes, err := r.tree.Inclusion(1, 4)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := record.MarshalProof(record.Proof{Index: 1, Hashes: hashes, Checkpoint: r.checkpoint(t, host), Extra: r.leaves[1]})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, vectorProof, proof)
	sum, err := hex.DecodeString("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
	if err != nil {
		t.Fatal(err)
	}
	// RFC 8032's arithmetic by another hand: the public key of the seed 00 01 … 1f.
	if host.Public() != record.HostKeyFrom([32]byte(sum)) {
		t.Errorf("the host key is %s", host.Public())
	}
}

func TestVectorStandsInTheDocument(t *testing.T) {
	doc, err := os.ReadFile("../docs/record.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{vectorValues, vectorArchive, vectorProof} {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(doc, append([]byte("```text\n"), append(want, "```\n"...)...)) {
			t.Errorf("docs/record.md does not hold %s as it is", name)
		}
	}
}

// Another program, written from docs/record.md alone, finds the same right and the same wrong.
func TestVectorWithPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	t.Parallel()
	check := func(name string, file []byte, args ...string) (string, error) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, append([]string{"testdata/verify.py", path}, args...)...).CombinedOutput()
		return string(out), err
	}
	host, r, _ := vector(t)
	good := archive(t, host, r, talk(t, "z-room", "", 21))
	if out, err := check("good", good, host.Public().String()); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else if !strings.Contains(out, "z-room: 21 entries, 0 erased") || !strings.Contains(out, r.id+": 4 entries, 1 erased") {
		t.Errorf("it says:\n%s", out)
	}
	all := lines(good)
	for name, change := range map[string]func(l []string) []byte{
		"title":      func(l []string) []byte { return bytes.Replace(good, []byte("Lobby"), []byte("Hobby"), 1) },
		"payload":    func(l []string) []byte { l[6] = entryLine(0, r.leaves[0], r.salts[0], []byte("{}")); return seal(l) },
		"leaf":       func(l []string) []byte { l[6] = entryLine(0, r.leaves[1], r.salts[1], r.bodies[1]); return seal(l) },
		"removed":    func(l []string) []byte { return seal(append(l[:8:8], l[9:]...)) },
		"checkpoint": func(l []string) []byte { l[5] = lines(archive(t, testHost(t, 2), r))[5]; return seal(l) },
		"cut":        func(l []string) []byte { return good[:len(good)-1] },
	} {
		out, err := check(name, change(append([]string(nil), all...)))
		if err == nil || strings.Contains(out, "Traceback") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if out, err := check("another host", good, testHost(t, 2).Public().String()); err == nil {
		t.Errorf("another host's key: %s", out)
	}
}
