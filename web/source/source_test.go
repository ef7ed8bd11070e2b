package source

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
)

func cite(paragraph int, quote string) talks.Basis {
	return talks.Basis{Cites: []talks.Cite{{Source: in("article"), Paragraph: paragraph, Quote: quote}}}
}

func TestPage(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.SourceAdd{Name: "article", Title: "Article", Text: "One thought.\nThere is \u201cno thought\u201d of it.\n"}},
		said{lobby, "us-head", &talks.RemarkWrite{Text: "second", Basis: cite(2, `"no thought"`)}},
		said{direct, "us-head", &talks.RemarkWrite{Text: "also", Basis: cite(2, `"no thought"`)}},
		said{lobby, "us-head", &talks.RemarkWrite{Text: "not there", Basis: cite(2, "other words")}},
		said{lobby, "us-head", &talks.RemarkWrite{Text: "whole", Basis: cite(1, "")}},
		said{lobby, "us-head", &talks.RemarkWrite{Text: "loose", Basis: cite(0, "")}},
		said{lobby, "us-head", &talks.RemarkWrite{Text: "beyond", Basis: cite(9, "")}},
		said{caucus, "us-head", &talks.RemarkWrite{Text: "made up", Basis: talks.Basis{Illustrative: true}}},
	)
	v := newPage(w, w.Source(in("article")))
	if !v.Kept || len(v.Paragraphs) != 3 || v.Acts != 6 || len(v.Loose) != 1 {
		t.Fatalf("%+v", v)
	}
	p := v.Paragraphs[1]
	if len(p.Spans) != 2 || len(p.Spans[0].Acts) != 2 || !p.Spans[0].Found || p.Spans[1].Found {
		t.Errorf("spans %+v", p.Spans)
	}
	if want := []part{{"There is ", false}, {"\u201cno thought\u201d", true}, {" of it.", false}}; !slices.Equal(p.Parts, want) {
		t.Errorf("parts %+v", p.Parts)
	}
	if v.Paragraphs[2].N != 9 || v.Paragraphs[2].Parts != nil {
		t.Errorf("a paragraph that is not kept: %+v", v.Paragraphs[2])
	}
	s := newShelf(w)
	if h := s.Sources[0]; h.Acts != 6 || h.Quoted != 3 || h.Paras != 2 {
		t.Errorf("%+v", h)
	}
	if len(s.Illustrative) != 1 || s.Rests != 6 || s.Own != 10 {
		t.Errorf("illustrative %d, rests %d, own %d", len(s.Illustrative), s.Rests, s.Own)
	}
}

func TestParagraphs(t *testing.T) {
	for text, want := range map[string][]string{
		"":                        nil,
		" \n\n ":                  nil,
		"a\nb":                    {"a", "b"},
		"a\nb\n\nc":               {"a b", "c"},
		"a\r\n\r\nb\n \t\n\n c\n": {"a", "b", "c"},
	} {
		if got := paragraphs(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The parts of a paragraph are always all of it, whatever is quoted.
func FuzzHighlight(f *testing.F) {
	f.Add("There is \u2018no thought\u2019 of it.", "'no thought'", "of it")
	f.Add("aaa", "aa", "a")
	f.Add("\u201c\u201d\xff\u201d", `""`, "\xff")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		var got strings.Builder
		for _, p := range highlight(text, []span{{Quote: a}, {Quote: b}}) {
			got.WriteString(p.Text)
		}
		if got.String() != text {
			t.Errorf("%q became %q", text, got.String())
		}
	})
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if s := newShelf(w); len(s.Sources)+s.Own != 0 {
		t.Errorf("%+v", s)
	}
	if v := newPage(w, &talks.Source{SourceAdd: &talks.SourceAdd{}}); v.Kept || v.Acts != 0 {
		t.Errorf("%+v", v)
	}
}
