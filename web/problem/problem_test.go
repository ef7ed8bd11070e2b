package problem

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strconv"
	"testing"

	"parley/internal/talks"
	"parley/web/message"
)

var update = flag.Bool("update", false, "make en.json of the texts of package talks")

// places in a text of package talks: {0}, {1}, …
var place = regexp.MustCompile(`\{(\d)\}`)

// catalogue is the file as it has to be: a reason and a remedy for each code that has them.
func catalogue(t *testing.T) []byte {
	t.Helper()
	texts := map[string]string{}
	for _, code := range talks.ProblemCodes() {
		reason, remedy := talks.ProblemTexts(code)
		for id, text := range map[string]string{"reason": reason, "remedy": remedy} {
			if text != "" {
				texts["problem."+code+"."+id] = place.ReplaceAllString(text, "{{.a$1}}")
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
	return b.Bytes()
}

func TestCatalogue(t *testing.T) {
	want := catalogue(t)
	if *update {
		if err := os.WriteFile("en.json", want, 0o644); err != nil { //nolint:gosec // a file of the sources
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(enJSON, want) {
		t.Error("en.json is not what package talks says; run go test ./web/problem -update")
	}
}

// What pages say in English is what the API says.
func TestSame(t *testing.T) {
	for _, code := range append(talks.ProblemCodes(), "no-such-code") {
		for _, args := range [][]string{nil, {"one"}, {"{1}", "{{.a2}}", "<b>", "four"}} {
			p := &talks.Problem{Code: code, Args: args}
			for i := len(args); i < places; i++ {
				p.Args = append(p.Args, "")
			}
			if got := Reason(message.English(), p); got != p.Reason() {
				t.Errorf("%s: the reason is %q, want %q", code, got, p.Reason())
			}
			if got := Remedy(message.English(), p); got != p.Remedy() {
				t.Errorf("%s: the remedy is %q, want %q", code, got, p.Remedy())
			}
		}
		reason, remedy := talks.ProblemTexts(code)
		for _, m := range place.FindAllStringSubmatch(reason+remedy, -1) {
			if n, err := strconv.Atoi(m[1]); err != nil || n >= places {
				t.Errorf("%s has an argument %s", code, m[1])
			}
		}
	}
}
