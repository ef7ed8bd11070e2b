package main

import (
	"os"
	"strings"
	"testing"

	"parley/internal/talks"
)

func TestDocumentIsFresh(t *testing.T) {
	want, err := write("../talks")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/acts.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/acts.md is not what the acts say; run make generate")
	}
	for _, kind := range talks.Catalogue {
		if !strings.Contains(want, "\n## "+string(kind)+"\n\n`"+string(kind)+"` ") {
			t.Errorf("%s has no comment that begins with its name", kind)
		}
	}
}

// TestCommentsAreFresh: what the API says of acts is what the source says.
func TestCommentsAreFresh(t *testing.T) {
	want, err := commentsOf("../talks")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../server/acts.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("internal/server/acts.json is not what the acts say; run make generate")
	}
}

// TestWordsHaveTheirValues: a field that takes one of a few words says which.
func TestWordsHaveTheirValues(t *testing.T) {
	text, err := write("../talks")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, "| word |") && !strings.Contains(line, ", ") {
			t.Errorf("no values in %q", line)
		}
	}
}
