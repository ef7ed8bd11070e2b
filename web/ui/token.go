package ui

import (
	"strings"

	"parley/internal/talks"
)

// icons are outlines in a box of 16.
var icons = map[string]string{
	"lock":     "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
	"open":     "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0",
	"search":   "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M10.4 10.4L14 14",
	"arrow":    "M3 8h10M9 4l4 4l-4 4",
	"download": "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10",
	"verify":   "M3 8.5l3.5 3.5L13 4.5",
	"release":  "M3 5v8h8M6 10l7-7M9 3h4v4",
	"menu":     "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
	"key":      "M10.5 2.5a3 3 0 1 1-2.1 5.1L3 13v0h-.5v-2.5L7.9 5.1A3 3 0 0 1 10.5 2.5M4.5 11.5L6 13",
	"clock":    "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2 1.3",
}

// basisOf returns what an entry's act rests on; false where the act was erased or is unknown.
func basisOf(e *talks.Entry) (talks.Basis, bool) {
	if e == nil || e.Act == nil {
		return talks.Basis{}, false
	}
	return talks.BasisOf(e.Act), true
}

// sourceLang is the language of a source, for the quotations from it.
func (p *Page) sourceLang(r talks.Ref) string {
	if s := p.W().Source(r); s != nil {
		return s.Language
	}
	return ""
}

// FieldWord says the place of a problem as a person reads it: "cites/0/source" is "cites, 1st, source" in the catalogue's words.
func (p *Page) FieldWord(field string) string {
	parts := strings.Split(field, "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(part, "_", " ")
	}
	return strings.Join(parts, " ")
}
