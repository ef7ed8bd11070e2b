package processfile_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestDocumentLoads loads every file that docs/process-file.md shows, and exports the last of them as the seat that it is of.
func TestDocumentLoads(t *testing.T) {
	doc, err := os.ReadFile("../../docs/process-file.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for part := range strings.SplitSeq(string(doc), "```yaml\n") {
		if n++; n == 1 {
			continue
		}
		text, _, ok := strings.Cut(part, "```")
		if !ok {
			t.Fatal("a block does not end")
		}
		f := parse(t, fmt.Sprintf("block %d", n-1), text)
		l := founded(t, f, "")
		v := view(t, l, f.Process, "town-head")
		if strings.HasPrefix(text, "# What town-head sees") {
			if got := export(t, v); got != text {
				t.Errorf("exporting block %d gives\n%s", n-1, got)
			}
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if n != 3 {
		t.Errorf("the document has %d files", n-1)
	}
}
