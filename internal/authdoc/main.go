// Command authdoc writes docs/authority.md: who may write which act, for every kind of act, every role of a seat and everything that a
// delegation can be to a room. The table is worked out from the rules of the talks and from what is stated here beside them; a test
// appends every cell of it at the gate.
package main

//go:generate go run . ../../docs/authority.md

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: authdoc FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(write()), 0o644); err != nil { //nolint:gosec // a document of the sources
		fmt.Fprintln(os.Stderr, "authdoc:", err)
		os.Exit(1)
	}
}
