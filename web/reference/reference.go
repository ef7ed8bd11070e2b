// Package reference shows the API to people: every address, what it takes and what it answers, every act with an example, every problem. It
// is made of the API's document, so that the two cannot part.
package reference

import (
	_ "embed"

	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed reference.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("reference", css) }

// API is what the page shows. Its words are the document's, in English.
type API struct {
	About    []string // paragraphs
	Groups   []Group
	Acts     []Schema
	Schemas  []Schema
	Problems []Problem
}

// Group is addresses that belong together.
type Group struct {
	ID, Title  string
	Operations []Operation
}

// Operation is one address with a method.
type Operation struct {
	ID, Method, Path string
	Summary, Text    string
	Params           []Field
	Body             []Field // what is sent: one line that names it, or its fields
	Answers          []Answer
	Sample           string // how to ask it from a shell
}

// Answer is one of the answers of an operation.
type Answer struct {
	Status string
	Text   string
	Type   Type
}

// Type is what stands somewhere; a link where it is described elsewhere on the page.
type Type struct{ Text, Link string }

// Field is a parameter, or a field of an object.
type Field struct {
	Name     string
	Type     Type
	In       string // path, query or header; empty in an object
	Text     string
	Required bool
	Values   []string
}

// Schema is an object that is sent or answered.
type Schema struct {
	ID, Name string
	Text     string
	Fields   []Field
	Example  string // JSON
}

// Problem is a kind of problem.
type Problem struct {
	ID                  string
	Status              int
	Title, Text, Remedy string
}

// Frame is the page's frame.
func Frame(l *message.Locale) *ui.Outside {
	return &ui.Outside{Loc: l, Title: l.T("reference.title"), Sub: l.T("reference.sub")}
}
