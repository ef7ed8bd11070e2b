package search

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folding makes texts comparable by what a reader would call the same letters: compatibility decomposition (Unicode Annex 15,
// NFKD), without marks that do not space, and full case folding (Unicode Standard, section 3.13). Each character folds by itself, so that
// what is found can be marked in the text as it was written. Runs of space become one.

// foldedBlocks is where the table of folded characters ends: the alphabets are before, and what lies beyond seldom folds.
const foldedBlocks = 0x3000

var folds = sync.OnceValue(func() []string {
	table := make([]string, foldedBlocks)
	for r := range rune(foldedBlocks) {
		table[r] = computeFold(r)
	}
	return table
})

func foldRune(r rune) string {
	if r < foldedBlocks {
		return folds()[r]
	}
	return computeFold(r)
}

func computeFold(r rune) string {
	switch {
	case r == 0x2019 || r == 0x2018: // an apostrophe is written in three ways
		return "'"
	case unicode.IsSpace(r):
		return " "
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return "" // marks, and characters that are not seen, such as those that turn the direction of text
	}
	s := cases.Fold().String(norm.NFKD.String(string(r)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
}

// fold returns a text for comparing.
func fold(s string) string {
	table := folds()
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			b = appendFolded(b, table[c])
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		b = appendFolded(b, foldRune(r))
	}
	return string(b)
}

func appendFolded(b []byte, f string) []byte {
	if f == " " && (len(b) == 0 || b[len(b)-1] == ' ') {
		return b
	}
	return append(b, f...)
}

// span is a part of a text that was found, in bytes.
type span struct{ from, to int }

// spans finds where the folded terms stand in a text, in order and without overlaps.
func spans(s string, terms []string) []span {
	var folded []byte
	var at []int // for each byte of folded, where its character begins in s
	for i, r := range s {
		before := len(folded)
		folded = appendFolded(folded, foldRune(r))
		for range len(folded) - before {
			at = append(at, i)
		}
	}
	at = append(at, len(s))
	marked := make([]bool, len(s))
	f := string(folded)
	for _, t := range terms {
		for from := 0; t != ""; {
			i := strings.Index(f[from:], t)
			if i < 0 {
				break
			}
			i += from
			end := at[i+len(t)]
			for k := i + len(t); k < len(at) && end == at[i+len(t)-1]; k++ {
				end = at[k]
			}
			for k := at[i]; k < end; k++ {
				marked[k] = true
			}
			from = i + len(t)
		}
	}
	var out []span
	for i := 0; i < len(s); i++ {
		if !marked[i] {
			continue
		}
		j := i
		for j < len(s) && marked[j] {
			j++
		}
		out = append(out, span{i, j})
		i = j
	}
	return out
}
