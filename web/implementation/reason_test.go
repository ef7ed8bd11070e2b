package implementation

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"testing"

	"parley/internal/implementation"
)

var update = flag.Bool("update", false, "make reasons.en.json of the texts of package implementation")

var place = regexp.MustCompile(`\{(\w+)\}`)

// TestCatalogue: the sentences of the pages are those that the command line and the files say, so that there is one place to write them.
func TestCatalogue(t *testing.T) {
	texts := map[string]string{}
	for code, text := range implementation.Texts {
		texts["implementation.reason."+code] = place.ReplaceAllString(text, "{{.$1}}")
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			if !slices.Contains([]string{"ref", "refs", "party", "date", "n"}, m[1]) {
				t.Errorf("%s has a place {%s} that nothing fills", code, m[1])
			}
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(texts); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("reasons.en.json", b.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the sources
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(reasonsJSON, b.Bytes()) {
		t.Error("reasons.en.json is not what package implementation says; run go test ./web/implementation -run Catalogue -update")
	}
}
