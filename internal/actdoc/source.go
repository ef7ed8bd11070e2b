package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is what the Go files of the talks say that reflection does not: comments, and which values a type has.
type source struct {
	docs   map[string]string            // doc comment by type
	fields map[string]map[string]string // comment by type and field
	values map[string][]string          // by type and by the name of the list
	consts map[string]string
}

func read(dir string) (*source, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	s := &source{docs: map[string]string{}, fields: map[string]map[string]string{}, values: map[string][]string{}, consts: map[string]string{}}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there are no Go files in %s", dir)
	}
	for _, f := range files {
		s.declarations(f, s.spec)
	}
	for _, f := range files { // once all constants are known
		s.declarations(f, s.list)
	}
	return s, nil
}

func (s *source) declarations(f *ast.File, each func(d *ast.GenDecl, spec ast.Spec)) {
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, spec := range g.Specs {
				each(g, spec)
			}
		}
	}
}

// spec notes the comments of a type and the values of constants.
func (s *source) spec(d *ast.GenDecl, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		doc := spec.Doc
		if doc == nil {
			doc = d.Doc
		}
		s.docs[spec.Name.Name] = oneLine(doc.Text())
		if st, ok := spec.Type.(*ast.StructType); ok {
			s.fields[spec.Name.Name] = fieldComments(st)
		}
	case *ast.ValueSpec:
		for i, v := range spec.Values {
			if text, ok := literal(v); ok && d.Tok == token.CONST {
				s.consts[spec.Names[i].Name] = text
			}
		}
	}
}

func fieldComments(st *ast.StructType) map[string]string {
	out := map[string]string{}
	for _, f := range st.Fields.List {
		text := f.Comment.Text()
		if f.Doc != nil {
			text = f.Doc.Text()
		}
		for _, n := range f.Names {
			text, named := strings.CutPrefix(oneLine(text), n.Name+" ")
			if named {
				text = strings.TrimPrefix(strings.TrimPrefix(text, "are "), "is ")
			}
			out[n.Name] = strings.TrimSuffix(text, ".")
		}
	}
	return out
}

// list notes the values that a variable lists: under its name, and under the type of its elements where they have one of their own.
func (s *source) list(_ *ast.GenDecl, spec ast.Spec) {
	v, ok := spec.(*ast.ValueSpec)
	if !ok {
		return
	}
	for i, value := range v.Values {
		lit, ok := value.(*ast.CompositeLit)
		if !ok {
			continue
		}
		array, ok := lit.Type.(*ast.ArrayType)
		if !ok {
			continue
		}
		elem, ok := array.Elt.(*ast.Ident)
		if !ok {
			continue
		}
		var values []string
		for _, e := range lit.Elts {
			text, ok := literal(e)
			if id, isName := e.(*ast.Ident); isName {
				text, ok = s.consts[id.Name], s.consts[id.Name] != ""
			}
			if ok {
				values = append(values, text)
			}
		}
		s.values[v.Names[i].Name] = values
		if elem.Name != "string" && !slices.Contains([]string{"Kind", "Seat"}, elem.Name) {
			s.values[elem.Name] = values
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
