package main

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/talks"
)

// comment is what the source says of a type that acts are made of, and of its fields by their names in Go.
type comment struct {
	Text   string            `json:"text"`
	Fields map[string]string `json:"fields,omitzero"`
}

// commentsOf returns the comments of all acts and of the structs that stand in them, as JSON, by type.
func commentsOf(dir string) ([]byte, error) {
	s, err := read(dir)
	if err != nil {
		return nil, err
	}
	out := map[string]comment{}
	for _, kind := range talks.Catalogue {
		s.gather(reflect.TypeOf(talks.New(kind)).Elem(), out)
	}
	b, err := json.Marshal(out, json.Deterministic(true), jsontext.WithIndent("\t"))
	if err != nil {
		return nil, fmt.Errorf("writing comments: %w", err)
	}
	return append(b, '\n'), nil
}

func (s *source) gather(t reflect.Type, out map[string]comment) {
	for slices.Contains([]reflect.Kind{reflect.Slice, reflect.Pointer}, t.Kind()) {
		t = t.Elem()
	}
	if _, ok := out[t.Name()]; ok || t.Kind() != reflect.Struct || t == reflect.TypeFor[talks.Ref]() {
		return
	}
	c := comment{Text: s.docs[t.Name()], Fields: map[string]string{}}
	out[t.Name()] = c
	for f := range t.Fields() {
		if text := s.fields[t.Name()][f.Name]; text != "" {
			c.Fields[f.Name] = text
		}
		s.gather(f.Type, out)
	}
}
