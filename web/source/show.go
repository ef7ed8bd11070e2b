package source

import (
	_ "embed"
	"strconv"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed source.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("source", css) }

// List shows the sources, and apart from them what rests on none.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "sources"
	p.Title = p.Loc.T("source.title")
	p.Sub = p.Loc.T("source.sub")
	return list(p, newShelf(p.W())), nil
}

// Show shows one source with the words quoted from it and the acts that rest on them.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	s := p.W().Source(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if s == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "sources"
	p.Title = s.Title
	v := newPage(p.W(), s)
	p.Sub = p.Loc.N("source.rest", v.Acts)
	return show(p, v), nil
}

// anchor is the id of a paragraph's element.
func anchor(n int) string { return "paragraph-" + strconv.Itoa(n) }

// bar is how a source's acts stand among those of all, for the picture of what the record rests on: each width in percent.
type bar struct {
	X, Width string
	Class    string
	N        int
}

// bars divides a line among what rests on a source, on its author's word, and on nothing.
func (v shelf) bars() []bar {
	total := float64(v.Rests + v.Own + v.MadeUp)
	if total == 0 {
		return nil
	}
	var out []bar
	x := 0.0
	for _, b := range []bar{{Class: "rests", N: v.Rests}, {Class: "own", N: v.Own}, {Class: "made-up", N: v.MadeUp}} {
		w := 100 * float64(b.N) / total
		b.X, b.Width = percent(x), percent(w)
		x += w
		if b.N > 0 {
			out = append(out, b)
		}
	}
	return out
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// lang is the language of a source's words, or of the page where the source does not say.
func lang(p *ui.Page, s *talks.Source) string {
	if s.Language == "" {
		return p.Loc.Lang()
	}
	return s.Language
}

// column is a paragraph in the picture of where the acts rest: its height follows how many there are, in pixels of 44.
type column struct {
	N, Acts   int
	Y, Height string
}

// columns has a column for each paragraph that is kept or cited.
func (v page) columns() []column {
	out := make([]column, 0, len(v.Paragraphs))
	most := 1
	for _, x := range v.Paragraphs {
		seen := map[*talks.Entry]bool{}
		for _, s := range x.Spans {
			for _, e := range s.Acts {
				seen[e] = true
			}
		}
		out = append(out, column{N: x.N, Acts: len(seen)})
		most = max(most, len(seen))
	}
	for i := range out {
		h := 2 + 42*out[i].Acts/most
		out[i].Y, out[i].Height = strconv.Itoa(44-h), strconv.Itoa(h)
	}
	return out
}
