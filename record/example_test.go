package record_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"time"

	"parley/record"
)

// An entry from the act's bytes to a checked proof. A real host takes seed and salt from crypto/rand.
func Example() {
	host, err := record.NewHost(make([]byte, 32))
	if err != nil {
		panic(err)
	}
	const room = "vhxk3m7q2c5n6d4t7r2b5w3y6a"
	payload := []byte(`{"text":"We are ready to talk."}`)
	salt := sha256.Sum256([]byte("random"))

	// The host records it.
	var tree record.Tree
	leaf := record.Leaf{Room: room, Kind: "remark.write", Author: "us-head", Seen: tree.Head(),
		Time: time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC), Commitment: record.Commit(salt[:], payload)}
	text, err := leaf.MarshalText()
	if err != nil {
		panic(err)
	}
	tree.Append(record.LeafHash(text))
	checkpoint, err := host.Sign(room, tree.Head())
	if err != nil {
		panic(err)
	}
	hashes, err := tree.Inclusion(0, tree.Size())
	if err != nil {
		panic(err)
	}
	file, err := record.MarshalProof(record.Proof{Index: 0, Hashes: hashes, Checkpoint: checkpoint, Extra: text})
	if err != nil {
		panic(err)
	}

	// Somebody who knows the host's key, and nothing else, checks it.
	proof, err := record.ParseProof(file)
	if err != nil {
		panic(err)
	}
	proved, head, err := record.VerifyProof(proof, nil, host.Public())
	if err != nil {
		panic(err)
	}
	fmt.Println(proved.Author, proved.Kind, "in a record of", head.Size)
	fmt.Println("payload fits:", proved.Commitment == record.Commit(salt[:], payload))
	// Output:
	// us-head remark.write in a record of 1
	// payload fits: true
}

func ExampleVerify() {
	file, err := os.ReadFile("testdata/vector.parley")
	if err != nil {
		panic(err)
	}
	host, err := record.ParseHostKey("parley-host+56475aa7+A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")
	if err != nil {
		panic(err)
	}
	report, err := record.Verify(bytes.NewReader(file), record.Options{Host: host})
	if err != nil {
		panic(err)
	}
	for _, room := range report.Rooms {
		fmt.Printf("%s: %d entries, erased %v, last %s\n", room.Title, room.Head.Size, room.Erased, room.Last.Format(time.DateOnly))
	}
	_, err = record.Verify(bytes.NewReader(bytes.Replace(file, []byte("entry 3 P"), []byte("entry 3 Q"), 1)), record.Options{Host: host})
	fmt.Println(err)
	// Output:
	// Lobby: 4 entries, erased [2], last 2025-02-21
	// line 10, room vhxk3m7q2c5n6d4t7r2b5w3y6a, entry 3: its leaf has the hash PyjXxc349zztV1JkLG9OlU6Ag4VmlaBgT9A+r84kmeQ=, not QyjXxc349zztV1JkLG9OlU6Ag4VmlaBgT9A+r84kmeQ= as the line says: the entry was changed
}
