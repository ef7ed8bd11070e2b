package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
)

// TestActs: every kind of act has a rule and a place in the catalogue, and its type a comment that says what it is.
func TestActs(t *testing.T) {
	comments := map[string]string{} // type name: comment
	kinds := map[string]string{}    // kind: type name
	for _, s := range sources(t) {
		if s.test || s.pkg != "parley/internal/talks" {
			continue
		}
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						comments[ts.Name.Name] = d.Doc.Text() + ts.Doc.Text()
					}
				}
			case *ast.FuncDecl:
				if d.Name.Name != "Kind" || d.Recv == nil || len(d.Body.List) != 1 {
					continue
				}
				ret := d.Body.List[0].(*ast.ReturnStmt)
				kinds[strings.Trim(ret.Results[0].(*ast.BasicLit).Value, `"`)] = d.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			}
		}
	}
	if len(kinds) != len(talks.Rules) {
		t.Errorf("%d types are acts, and %d have rules", len(kinds), len(talks.Rules))
	}
	for kind, name := range kinds {
		if _, ok := talks.Rules[talks.Kind(kind)]; !ok {
			t.Errorf("%s has no rule", kind)
		}
		if !slices.Contains(talks.Catalogue, talks.Kind(kind)) {
			t.Errorf("%s has no place in the catalogue", kind)
		}
		if c := comments[name]; !strings.HasPrefix(c, name+" ") || len(c) < 40 {
			t.Errorf("%s has no comment that says what it is in the field's words: %q", name, c)
		}
	}
}

// TestFilesAreShort: a file that a person reads has at most 700 lines. What is generated, and tables of words, may be longer.
func TestFilesAreShort(t *testing.T) {
	for _, file := range files(t) {
		if !slices.Contains([]string{".go", ".templ", ".css", ".ts", ".sql"}, path.Ext(file)) {
			continue
		}
		text := read(t, file)
		if path.Ext(file) == ".go" && regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`).MatchString(text) {
			continue
		}
		if n := strings.Count(text, "\n"); n > 700 {
			t.Errorf("%s has %d lines", file, n)
		}
	}
}

// TestDependencies: at most 40 direct ones, and each has its line in docs/dependencies.md.
func TestDependencies(t *testing.T) {
	reasons := read(t, "docs/dependencies.md")
	n := 0
	for line := range strings.Lines(read(t, "go.mod")) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) != 2 || !strings.HasPrefix(f[1], "v") {
			continue // an indirect one has its comment as further fields
		}
		n++
		if !strings.Contains(reasons, "`"+f[0]+"`") {
			t.Errorf("docs/dependencies.md does not say why %s", f[0])
		}
	}
	if n == 0 || n > 40 {
		t.Errorf("%d direct dependencies", n)
	}
}

// forbidden are words that have no place in the repository: promises to do something later, and paths of one machine.
var forbidden = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b|(^|[\s"'=(:])/(work|home|root|Users)/|/tmp/` + `plan|farm-` + `studio|sub-` + `agent`)

func TestWords(t *testing.T) {
	for _, file := range files(t) {
		switch path.Base(file) {
		case "package-lock.json", "go.sum", "tools.sum", "tools.mod":
			continue
		}
		if strings.Contains(file, "/testdata/fuzz/") {
			continue
		}
		text := read(t, file)
		if strings.Contains(text[:min(len(text), 8000)], "\x00") {
			continue
		}
		n := 0
		for line := range strings.Lines(text) {
			n++
			if m := forbidden.FindString(line); m != "" {
				t.Errorf("%s:%d has %q", file, n, strings.TrimSpace(m))
			}
		}
	}
}
