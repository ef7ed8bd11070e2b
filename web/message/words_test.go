package message_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// roots are where pages and their words are.
var roots = []string{"../../web", "../../internal/server"}

// placeholder finds the arguments of a text.
var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// words is what the catalogues have: the arguments of each id, and the file it is in.
type words map[string]struct {
	args map[string]bool
	file string
}

func readWords(t *testing.T) words {
	t.Helper()
	all := words{}
	each(t, "en.json", func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]json.RawMessage
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name := filepath.Base(filepath.Dir(path))
		for id, text := range texts {
			if pkg, _, _ := strings.Cut(id, "."); pkg != name {
				t.Errorf("%s: the id %s does not begin with %s.", path, id, name)
			}
			args := map[string]bool{}
			for _, m := range placeholder.FindAllStringSubmatch(string(text), -1) {
				args[m[1]] = true
			}
			w := all[id]
			w.args, w.file = args, path
			all[id] = w
		}
	})
	return all
}

func each(t *testing.T, ending string, f func(path string)) {
	t.Helper()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ending) && !strings.HasSuffix(path, "_test.go") {
				f(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// use is a place in a program that names an id, or the beginning of one.
type use struct {
	id     string
	prefix bool
	call   *ast.CallExpr // T or N; nil for a text that is an id
	at     token.Position
}

// readUses finds the ids in all programs, those that templ writes included: what is given to T and N, and texts that look like ids.
func readUses(t *testing.T) []use {
	t.Helper()
	var uses []use
	fset := token.NewFileSet()
	each(t, ".go", func(path string) {
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if id, prefix, ok := called(n); ok {
					uses = append(uses, use{id, prefix, n, fset.Position(n.Pos())})
				}
			case *ast.BasicLit:
				// An id, or the beginning of one, that is handed on as a value.
				if s, ok := text(n); ok && strings.Contains(s, ".") {
					uses = append(uses, use{s, strings.HasSuffix(s, "."), nil, fset.Position(n.Pos())})
				}
			}
			return true
		})
	})
	return uses
}

// called returns the id of a call of T or N that names one, or its beginning where the rest is added.
func called(c *ast.CallExpr) (id string, prefix, ok bool) {
	name := ""
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	if len(c.Args) == 0 || !slices.Contains([]string{"T", "N", "t", "n"}, name) {
		return "", false, false
	}
	if s, ok := text(c.Args[0]); ok {
		return s, false, strings.Contains(s, ".")
	}
	if b, isSum := c.Args[0].(*ast.BinaryExpr); isSum {
		for {
			left, more := b.X.(*ast.BinaryExpr)
			if !more {
				break
			}
			b = left
		}
		if s, ok := text(b.X); ok {
			return s, true, true
		}
	}
	return "", false, false
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// TestWords: every id that a page asks for is in a catalogue, every id of a catalogue is asked for, and a call gives the arguments that the
// text has.
func TestWords(t *testing.T) {
	all, used := readWords(t), map[string]bool{}
	var prefixes []string
	for _, u := range readUses(t) {
		w, there := all[u.id]
		switch {
		case u.prefix:
			prefixes = append(prefixes, u.id)
			if u.call != nil && !anyHas(all, u.id) {
				t.Errorf("%s: no id begins with %q", u.at, u.id)
			}
		case there:
			used[u.id] = true
			if u.call != nil {
				checkArgs(t, u, w.args)
			}
		case u.call != nil:
			t.Errorf("%s: no text for %q", u.at, u.id)
		}
	}
	for id, w := range all {
		if !used[id] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) }) {
			t.Errorf("%s: nothing asks for %s", w.file, id)
		}
	}
}

func anyHas(all words, prefix string) bool {
	for id := range all {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// checkArgs compares the names in a call with those in the text. A call that spreads a slice cannot be read.
func checkArgs(t *testing.T, u use, want map[string]bool) {
	t.Helper()
	if u.call.Ellipsis.IsValid() {
		return
	}
	given, first := map[string]bool{}, 1
	if sel, ok := u.call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "N" {
		given["n"], first = true, 2
	}
	for i := first; i < len(u.call.Args); i += 2 {
		if s, ok := text(u.call.Args[i]); ok {
			given[s] = true
			if !want[s] {
				t.Errorf("%s: %s has no {{.%s}}", u.at, u.id, s)
			}
		}
	}
	for name := range want {
		if !given[name] {
			t.Errorf("%s: %s needs %s", u.at, u.id, name)
		}
	}
}
