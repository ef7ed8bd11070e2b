// Command actdoc writes docs/acts.md from the table of rules, the acts' fields and the comments beside them, so that the document
// cannot say anything else than the program does. It writes the comments as JSON too, for the API's description of the acts.
package main

//go:generate go run . ../talks ../../docs/acts.md ../server/acts.json

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: actdoc FOLDER-OF-TALKS DOCUMENT COMMENTS")
		os.Exit(2)
	}
	text, err := write(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], []byte(text), 0o644)
	}
	var comments []byte
	if err == nil {
		comments, err = commentsOf(os.Args[1])
	}
	if err == nil {
		err = os.WriteFile(os.Args[3], comments, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "actdoc:", err)
		os.Exit(1)
	}
}
