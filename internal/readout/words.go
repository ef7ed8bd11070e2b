package readout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is a word or a figure of a text, as it is compared. What it says is in the lexicon, under its number.
type word struct {
	number     int32
	start, end int32 // bytes of the text
	figure     bool
	year       bool // of a date whose day and month are given as well
	not        bool // turns a sentence into its contrary
}

// entry is what there is to know of a word wherever it stands.
type entry struct {
	text    string // folded: one form of each letter, no case
	stem    int32  // the word of its first letters, so that endings do not part words of one root; see stem
	length  int    // in letters
	month   int    // that it names in English; 0 for none
	not     bool
	ordinal bool // an ending of a number
}

// lexicon numbers words, and has each of them read once. Which number a word has is of no consequence.
type lexicon struct {
	entries []entry
	number  map[string]int32 // by what it says
	spelt   map[string]int32 // by how it is written; -1 for what says nothing
}

func newLexicon() *lexicon {
	return &lexicon{number: map[string]int32{}, spelt: map[string]int32{}}
}

// of is the number of what a word says. A figure is its own stem.
func (l *lexicon) of(text string, figure bool) int32 {
	n, ok := l.number[text]
	if ok {
		return n
	}
	n = int32(len(l.entries)) //nolint:gosec // an account has fewer words than that
	l.number[text] = n
	l.entries = append(l.entries, entry{text: text, stem: n, length: utf8.RuneCountInString(text)})
	if !figure {
		of := n
		if s := stem(text); s != text {
			of = l.of(s, false)
		}
		e := &l.entries[n]
		e.stem, e.month, e.ordinal = of, months[text], ordinal[text]
		e.not = nots[text] || strings.HasSuffix(text, "n't")
	}
	return n
}

// written is the number of a word as it is written; -1 where nothing of it counts.
func (l *lexicon) written(s string) int32 {
	n, ok := l.spelt[s]
	if !ok {
		n = -1
		if t := fold(s); t != "" {
			n = l.of(t, false)
		}
		l.spelt[s] = n
	}
	return n
}

func (l *lexicon) text(w word) string { return l.entries[w.number].text }

// stemLength is how many letters of a word count.
const stemLength = 6

// nots are the words that deny, in languages of talks. A list cannot be complete; where it is not, two accounts can be found alike that
// differ in such a word.
var nots = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`no not nor never none neither without cannot non
		ne pas jamais sans aucun aucune kein keine keinen nicht nie ohne ni nunca sin ninguno ninguna jamás não nem sem
		не нет ни без ніколи никогда немає
		لا لم لن ليس ليست بدون غير دون نه לא אין בלי değil yok`) {
		m[fold(w)] = true
	}
	return m
}()

// notRunes are those of scripts that set no space between words.
const notRunes = "不没沒未無"

// months are the English names of months, by which a date in words is known to be the same as one in figures.
var months = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
	"november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// split adds the words and figures of a text in order. In scripts that set no space between words, each two letters that follow one
// another are a word, so that there the words overlap.
func (l *lexicon) split(out []word, s string) []word {
	first := len(out)
	dated := false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case unicode.IsDigit(r):
			out, i = l.figures(out, s, i)
		case unspaced(r):
			end := i
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !unspaced(r) {
					break
				}
				end += size
			}
			out = l.pairs(out, s, i, end)
			i = end
		case letter(r):
			end := wordEnd(s, i)
			n := l.written(s[i:end])
			if k := len(out) - 1; n >= 0 && (k < first || !out[k].figure || int(out[k].end) != i || !l.entries[n].ordinal) {
				out = append(out, word{number: n, start: int32(i), end: int32(end), not: l.entries[n].not}) //nolint:gosec // a text is shorter
				dated = dated || l.entries[n].month > 0
			}
			i = end
		default:
			i += size
		}
	}
	if dated {
		out = append(out[:first], l.dates(out[first:])...)
	}
	return out
}

var ordinal = map[string]bool{"st": true, "nd": true, "rd": true, "th": true}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// unspaced reports whether a letter is of a script that sets no space between words.
func unspaced(r rune) bool {
	return r > 0xdff && (unicode.IsLetter(r) || unicode.IsMark(r)) &&
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// wordEnd is where the word ends that begins at i: letters, and apostrophes between letters.
func wordEnd(s string, i int) int {
	end := i
	for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z') {
		end++
	}
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if apostrophe(r) && end+size < len(s) {
			if next, _ := utf8.DecodeRuneInString(s[end+size:]); letter(next) && !unspaced(next) {
				end += size
				continue
			}
		}
		if !letter(r) || unspaced(r) {
			break
		}
		end += size
	}
	return end
}

// pairs adds each two letters of a run that follow one another; the letter where it is alone.
func (l *lexicon) pairs(out []word, s string, from, to int) []word {
	var at []int
	for i := range s[from:to] {
		at = append(at, from+i)
	}
	at = append(at, to)
	for k := 0; k+1 < len(at); k++ {
		end := at[min(k+2, len(at)-1)]
		if k > 0 && k+2 >= len(at) {
			break // the last letter alone was part of the pair before
		}
		t := l.of(fold(s[at[k]:end]), true)
		out = append(out, word{number: t, start: int32(at[k]), end: int32(end), not: strings.Contains(notRunes, s[at[k]:at[k+1]])}) //nolint:gosec // as above
	}
	return out
}

// fold gives the letters of a word one form: that of Unicode's compatibility composition, without case, Arabic and Hebrew vowel signs, the
// stretching of Arabic letters, and the dots of the Russian ё.
func fold(s string) string {
	if plainly(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r == 'ـ' || (unicode.Is(unicode.Mn, r) && (unicode.In(r, unicode.Arabic, unicode.Hebrew) || (r >= 0x64b && r <= 0x65f))):
			continue
		case apostrophe(r):
			r = '\''
		case r == 'ß' || r == 'ẞ':
			b.WriteString("ss")
			continue
		}
		r = caseless(r)
		if r == 'ё' {
			r = 'е'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainly reports whether a word has only letters of ASCII, as most have, so that there is nothing to fold but its case.
func plainly(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// caseless is the small letter of those that differ in case alone.
func caseless(r rune) rune {
	r = unicode.ToLower(r)
	if r == 'ς' {
		return 'σ'
	}
	return r
}

// stem is what two words must have alike to count as one: their first letters, without an English ending.
func stem(s string) string {
	for _, end := range []string{"ing", "ies", "ed", "es", "s", "e", "y", "d"} {
		if t, ok := strings.CutSuffix(s, end); ok && len(t) > 2 {
			s = t
			break
		}
	}
	n := 0
	for i := range s {
		if n == stemLength {
			return s[:i]
		}
		n++
	}
	return s
}

// digit is the value of a decimal digit of any script: the digits of a script follow one another from its zero.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n
}

// run reads digits at i and returns them in ASCII with the end.
func run(s string, i int) (string, int) {
	var b strings.Builder
	if i < len(s) && s[i] >= '0' && s[i] <= '9' {
		end := i
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end == len(s) || s[end] < utf8.RuneSelf {
			return s[i:end], end
		}
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsDigit(r) {
			break
		}
		b.WriteByte(byte('0' + digit(r)))
		i += size
	}
	return b.String(), i
}

// grouping are the signs that set thousands apart; a point is one of decimals, and so is a comma before other than three digits.
const (
	grouping = ", '’\u00a0\u202f\u2009٬"
	decimal  = ".,٫"
)

// figures adds the figure that begins at i: a date of the form 2025-02-18 or 18.02.2025, as a year, a month and a day; or a number.
func (l *lexicon) figures(out []word, s string, i int) ([]word, int) {
	whole, end := run(s, i)
	if ws, to, ok := l.writtenDate(s, i, whole, end); ok {
		return append(out, ws...), to
	}
	part := ""
	grouped := len(whole) <= 3 && whole[0] != '0'
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		next, to := run(s, end+size)
		if grouped && len(next) == 3 && strings.ContainsRune(grouping, r) {
			whole, end = whole+next, to
			continue
		}
		if next != "" && strings.ContainsRune(decimal, r) {
			part, end = strings.TrimRight(next, "0"), to
		}
		break
	}
	t := strings.TrimLeft(whole, "0")
	if t == "" {
		t = "0"
	}
	if part != "" {
		t += "." + part
	}
	return append(out, word{number: l.of(t, true), start: int32(i), end: int32(end), figure: true}), end //nolint:gosec // as above
}

func (l *lexicon) writtenDate(s string, i int, one string, end int) ([]word, int, bool) {
	if end >= len(s) || (s[end] != '-' && s[end] != '.') {
		return nil, 0, false
	}
	sign := s[end]
	two, end2 := run(s, end+1)
	if end2 >= len(s) || s[end2] != sign {
		return nil, 0, false
	}
	three, end3 := run(s, end2+1)
	if sign == '.' {
		one, three = three, one
	}
	if len(one) != 4 || len(two) == 0 || len(two) > 2 || len(three) == 0 || len(three) > 2 {
		return nil, 0, false
	}
	y, m, d := number(one), number(two), number(three)
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return nil, 0, false
	}
	return l.dateWords(y, m, d, int32(i), int32(end3)), end3, true //nolint:gosec // as above
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// dateWords are a date's parts; a part that is 0 is not given.
func (l *lexicon) dateWords(y, m, d int, start, end int32) []word {
	var out []word
	add := func(t string, year bool) {
		out = append(out, word{number: l.of(t, true), start: start, end: end, figure: true, year: year})
	}
	if y > 0 {
		add(strconv.Itoa(y), d > 0)
	}
	add("month "+strconv.Itoa(m), false)
	if d > 0 {
		add("day "+strconv.Itoa(d), false)
	}
	return out
}

// dates finds dates that are written with the English name of a month: 18 February 2025, February 18, February 2025. A name that stands beside
// no number is a word.
func (l *lexicon) dates(ws []word) []word {
	out := make([]word, 0, len(ws)+2)
	for i := 0; i < len(ws); i++ {
		m := l.entries[ws[i].number].month
		if m == 0 || ws[i].figure {
			out = append(out, ws[i])
			continue
		}
		start, end := ws[i].start, ws[i].end
		y, d := 0, 0
		if n := len(out); n > 0 && l.dayOfMonth(out[n-1]) > 0 {
			d, start = l.dayOfMonth(out[n-1]), out[n-1].start
			out = out[:n-1]
		}
		if d == 0 && i+1 < len(ws) && l.dayOfMonth(ws[i+1]) > 0 {
			i++
			d, end = l.dayOfMonth(ws[i]), ws[i].end
		}
		if i+1 < len(ws) && ws[i+1].figure && len(l.text(ws[i+1])) == 4 && number(l.text(ws[i+1])) > 0 {
			i++
			y, end = number(l.text(ws[i])), ws[i].end
		}
		if y == 0 && d == 0 {
			out = append(out, ws[i])
			continue
		}
		out = append(out, l.dateWords(y, m, d, start, end)...)
	}
	return out
}

func (l *lexicon) dayOfMonth(w word) int {
	if !w.figure {
		return 0
	}
	if n := number(l.text(w)); n >= 1 && n <= 31 {
		return n
	}
	return 0
}
