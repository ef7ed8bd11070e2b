package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "parley"

// source is a Go file that is part of a package.
type source struct {
	file string // path below the root, with slashes
	pkg  string // import path
	test bool
	ast  *ast.File
	fset *token.FileSet
}

// root is the repository's.
func root(tb testing.TB) string {
	tb.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// files lists the files of the repository: all but what git and npm keep, and what is built.
func files(tb testing.TB) []string {
	tb.Helper()
	var list []string
	dir := root(tb)
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			switch rel {
			case ".git", "node_modules", "bin", "build", "data", "web/asset/dist":
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && rel != ".git" { // which is a file in a second working tree
			list = append(list, rel)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func read(tb testing.TB, file string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(root(tb), filepath.FromSlash(file)))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

var parsed = sync.OnceValues(func() ([]*source, error) {
	dir, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	var list []*source
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") && p != dir {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		list = append(list, &source{file: rel, pkg: path.Join(module, path.Dir(rel)), test: strings.HasSuffix(rel, "_test.go"), ast: f, fset: fset})
		return nil
	})
	return list, err
})

// sources are all Go files, parsed.
func sources(tb testing.TB) []*source {
	tb.Helper()
	list, err := parsed()
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func (s *source) imports() []string {
	var list []string
	for _, i := range s.ast.Imports {
		list = append(list, strings.Trim(i.Path.Value, `"`))
	}
	return list
}

func (s *source) generated() bool { return ast.IsGenerated(s.ast) }

// under reports whether an import path is a package or below it.
func under(pkg, parent string) bool { return pkg == parent || strings.HasPrefix(pkg, parent+"/") }

// standard reports whether an import path is of the standard library: its first part has no dot, and it is not ours.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".") && !under(pkg, module)
}
