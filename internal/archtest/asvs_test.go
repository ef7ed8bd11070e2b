package archtest

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	inCode      = regexp.MustCompile("`([^`]*)`")
	aTest       = regexp.MustCompile(`^(Test|Fuzz)[A-Z]\w*$`)
	requirement = regexp.MustCompile(`^\| (\d+)\.\d+\.\d+ \| [12] \| [^|]+ \| (met|n/a|partly|not met) \|`)
	missing     = regexp.MustCompile(`^- \*\*(\d+\.\d+\.\d+) `)
)

// TestVerificationStandard: docs/asvs.md names files and tests that there are, each test behind the file that has it; its counts are those of
// its lines; and what is not wholly met stands in the lists at its beginning, and nothing else.
func TestVerificationStandard(t *testing.T) {
	text := read(t, "docs/asvs.md")
	tests := testsByFile(t)
	var lacking, listed []string
	counts := map[string]map[string]int{"all": {}} // chapter: verdict: how many
	n := 0
	for line := range strings.Lines(text) {
		n++
		file := ""
		for _, m := range inCode.FindAllStringSubmatch(line, -1) {
			if name := m[1]; !aTest.MatchString(name) {
				file = name
				if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(file))); err != nil {
					t.Errorf("docs/asvs.md:%d: there is no %s", n, file)
				}
			} else if !slices.Contains(tests[file], name) {
				t.Errorf("docs/asvs.md:%d: %q has no %s", n, file, name)
			}
		}
		if m := requirement.FindStringSubmatch(line); m != nil {
			if counts[m[1]] == nil {
				counts[m[1]] = map[string]int{}
			}
			counts[m[1]][m[2]]++
			counts["all"][m[2]]++
			if m[2] == "partly" || m[2] == "not met" {
				lacking = append(lacking, strings.Fields(line)[1])
			}
		}
		if m := missing.FindStringSubmatch(line); m != nil {
			listed = append(listed, m[1])
		}
	}
	// Levels 1 and 2 of version 5.0.0 have 253 requirements in 17 chapters.
	if all := counts["all"]; all["met"]+all["n/a"]+all["partly"]+all["not met"] != 253 || len(counts) != 17+1 {
		t.Errorf("%d chapters with %v", len(counts)-1, all)
	}
	for chapter, c := range counts {
		row := fmt.Sprintf(`(?m)^\| \[%s .*\) \| %d \| %d \| %d \| %d \|$`, chapter, c["met"], c["n/a"], c["partly"], c["not met"])
		if chapter == "all" {
			row = fmt.Sprintf(`(?m)^\| \*\*all\*\* \| \*\*%d\*\* \| \*\*%d\*\* \| \*\*%d\*\* \| \*\*%d\*\* \|$`, c["met"], c["n/a"], c["partly"], c["not met"])
		}
		if !regexp.MustCompile(row).MatchString(text) {
			t.Errorf("the count of chapter %s is not %v", chapter, c)
		}
	}
	slices.Sort(lacking)
	slices.Sort(listed)
	if !slices.Equal(lacking, listed) {
		t.Errorf("not wholly met are %v, and listed as such %v", lacking, listed)
	}
}

// testsByFile has the tests and fuzz targets that each file declares.
func testsByFile(tb testing.TB) map[string][]string {
	tb.Helper()
	tests := map[string][]string{}
	for _, s := range sources(tb) {
		if !s.test {
			continue
		}
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && aTest.MatchString(f.Name.Name) {
				tests[s.file] = append(tests[s.file], f.Name.Name)
			}
		}
	}
	return tests
}
