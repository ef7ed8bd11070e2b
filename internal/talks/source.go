package talks

import (
	"net/url"
)

// SourceType is what a source is.
type SourceType string

// SourceTypes are the values there are.
var SourceTypes = []SourceType{"article", "document", "transcript", "broadcast", "note"}

// SourceAdd names something that acts can rest on: a report, a document, a transcript, somebody's own note of what was heard.
type SourceAdd struct {
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Type      SourceType `json:"kind"`
	Publisher string     `json:"publisher,omitzero"`
	Author    string     `json:"author,omitzero"`
	Published Date       `json:"published,omitzero"`
	URL       string     `json:"url,omitzero"`
	Language  string     `json:"language,omitzero"` // BCP 47, as in en
	Text      string     `json:"text,omitzero"`     // the source's words, where they may be kept here
	Note      string     `json:"note,omitzero"`
	Basis
}

// Source is a source.
type Source struct {
	Made
	*SourceAdd
}

func (*SourceAdd) Kind() Kind { return "source.add" }

func (*SourceAdd) refs(func(place, *Ref)) {}

func (a *SourceAdd) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	oneOf(c, "kind", a.Type, SourceTypes, false)
	c.line("publisher", a.Publisher)
	c.line("author", a.Author)
	c.date("published", a.Published)
	if u, err := url.Parse(a.URL); a.URL != "" && (err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || len(a.URL) > 2000) {
		c.fail("bad-url", "url", a.URL)
	}
	c.line("language", a.Language)
	c.text("text", a.Text, 200_000)
	c.text("note", a.Note, textLimit)
}

func (a *SourceAdd) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "source", a.Name); ok {
		s.Sources.put(m.Ref.Name, &Source{m, a})
	}
}
