// Package source shows what acts rest on: each source with the words quoted from it, in order, and the acts that rest on them.
package source

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"parley/internal/talks"
)

// mostOn is how many acts are shown below the same words.
const mostOn = 20

// most is how many acts a list shows; search has the rest.
const most = 200

// shelf is the sources of a view, with what rests on none.
type shelf struct {
	Sources      []holding
	Illustrative []*talks.Entry // the newest most of those made up to show how something works, in the order of the view
	MadeUp       int            // all of them
	Own          int            // acts that rest on nobody's words but their author's
	Rests        int            // acts that rest on a source
}

// holding is a source with how much rests on it.
type holding struct {
	*talks.Source
	Acts   int // acts that rest on it
	Quoted int // paragraphs from which words are quoted
	Paras  int // paragraphs that are kept here; 0 where the text is not
}

// newShelf lists the sources, and the acts that rest on none.
func newShelf(w *talks.World) shelf {
	var v shelf
	for _, s := range w.Sources() {
		spans := newSpans(w, s.Ref)
		h := holding{Source: s, Paras: len(paragraphs(s.Text))}
		seen := map[*talks.Entry]bool{}
		last := 0
		for _, x := range spans {
			for _, e := range x.Acts {
				seen[e] = true
			}
			if x.Paragraph > 0 && x.Paragraph != last {
				h.Quoted++
				last = x.Paragraph
			}
		}
		h.Acts = len(seen)
		v.Sources = append(v.Sources, h)
	}
	for e := range w.Entries() {
		if e.Act == nil {
			continue
		}
		switch b := talks.BasisOf(e.Act); {
		case len(b.Cites) > 0:
			v.Rests++
		case b.Illustrative:
			if v.MadeUp++; v.MadeUp <= most {
				v.Illustrative = append(v.Illustrative, e)
			}
		default:
			v.Own++
		}
	}
	slices.Reverse(v.Illustrative)
	return v
}

// span is words of a source, or a paragraph of it as a whole, with the acts that rest on it in the order of the view.
type span struct {
	Paragraph int // 0 where the acts do not say
	Quote     string
	Acts      []*talks.Entry
	Found     bool // the words stand in the text that is kept; set by newPage
}

// newSpans gathers what is cited of a source by paragraph, and in a paragraph in the order in which it was cited first.
func newSpans(w *talks.World, source talks.Ref) []span {
	type words struct {
		paragraph int
		quote     string
	}
	var out []span
	at := map[words]int{}
	entries := slices.Collect(w.Entries())
	for _, e := range slices.Backward(entries) {
		if e.Act == nil {
			continue
		}
		for _, c := range talks.BasisOf(e.Act).Cites {
			if c.Source != source {
				continue
			}
			k := words{c.Paragraph, c.Quote}
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k] = i
				out = append(out, span{Paragraph: c.Paragraph, Quote: c.Quote})
			}
			// An act that cites the same words twice is the last that was added.
			if n := len(out[i].Acts); n == 0 || out[i].Acts[n-1] != e {
				out[i].Acts = append(out[i].Acts, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b span) int { return cmp.Compare(a.Paragraph, b.Paragraph) })
	return out
}

// page is one source: its paragraphs, and under each what rests on it.
type page struct {
	*talks.Source
	Paragraphs []paragraph // each that is kept or cited, in order
	Loose      []span      // of no paragraph
	Kept       bool        // the source's words are kept here
	Acts       int
}

// paragraph is one paragraph of a source.
type paragraph struct {
	N     int    // from 1
	Parts []part // its words, where they are kept
	Spans []span // what is cited of it
}

// part is a run of words, quoted or not.
type part struct {
	Text   string
	Quoted bool
}

// newPage lays out a source with what is cited of it.
func newPage(w *talks.World, s *talks.Source) page {
	v := page{Source: s}
	text := paragraphs(s.Text)
	v.Kept = len(text) > 0
	for i := range text {
		v.Paragraphs = append(v.Paragraphs, paragraph{N: i + 1})
	}
	seen := map[*talks.Entry]bool{}
	for _, x := range newSpans(w, s.Ref) {
		for _, e := range x.Acts {
			seen[e] = true
		}
		if x.Paragraph <= 0 {
			v.Loose = append(v.Loose, x)
			continue
		}
		i, ok := slices.BinarySearchFunc(v.Paragraphs, x.Paragraph, func(p paragraph, n int) int { return cmp.Compare(p.N, n) })
		if !ok {
			v.Paragraphs = slices.Insert(v.Paragraphs, i, paragraph{N: x.Paragraph})
		}
		v.Paragraphs[i].Spans = append(v.Paragraphs[i].Spans, x)
	}
	for i := range v.Paragraphs {
		if p := &v.Paragraphs[i]; p.N <= len(text) {
			p.Parts = highlight(text[p.N-1], p.Spans)
		}
	}
	v.Acts = len(seen)
	return v
}

// blank is what separates paragraphs where a text has empty lines.
var blank = regexp.MustCompile(`\n[ \t]*\n\s*`)

// paragraphs divides a text: at its empty lines, or at each line where it has none. It is empty for a text without words.
func paragraphs(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "\n")
	if blank.MatchString(text) {
		parts = blank.Split(text, -1)
	}
	for i, p := range parts {
		parts[i] = strings.Join(strings.Fields(p), " ")
	}
	return parts
}

// highlight divides a paragraph into what is quoted and what is not, and notes which quotations stand in it. Quotations that overlap
// are one run.
func highlight(text string, spans []span) []part {
	quoted := make([]bool, len(text)) // for each byte
	for i := range spans {
		q := strings.Join(strings.Fields(spans[i].Quote), " ")
		if q == "" {
			continue
		}
		from := strings.Index(plain(text), plain(q))
		if spans[i].Found = from >= 0; !spans[i].Found {
			continue
		}
		end := len(prefix(text, from+len(plain(q))))
		for k := len(prefix(text, from)); k < end; k++ {
			quoted[k] = true
		}
	}
	var out []part
	for k := 0; k < len(text); {
		end := k
		for end < len(text) && quoted[end] == quoted[k] {
			end++
		}
		out = append(out, part{text[k:end], quoted[k]})
		k = end
	}
	return out
}

// straight turns typographic quotation marks into the plain ones, each one byte long.
var straight = strings.NewReplacer("\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`)

// plain is a text as it is compared: a person who copies words does not copy the shape of their quotation marks.
func plain(s string) string { return straight.Replace(s) }

// prefix returns the beginning of a text whose plain form has n bytes.
func prefix(text string, n int) string {
	for i, r := range text {
		if n <= 0 {
			return text[:i]
		}
		n -= len(plain(string(r)))
	}
	return text
}
