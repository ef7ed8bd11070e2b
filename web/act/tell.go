// Package act says acts in words: what one entry of a room tells, for every kind of the catalogue, for what was erased and for
// what this program does not know.
//
// There is one table, tellers, from kinds to functions. A teller describes an act once; the page's markup ([Line], [Item]) and
// the plain text for searching ([Text]) are made from the same description, so neither can know more than the other.
package act

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// bit is a piece of a sentence or of a row: what it is as plain text, and as markup.
type bit struct {
	plain string
	html  func(p *ui.Page) templ.Component // nil: the plain text, isolated from the text around it
	own   bool                             // the plain text is ours, from a catalogue: it need not be isolated
	ref   talks.Ref                        // the object that it names, if it names one
	deleg talks.Delegation                 // the delegation that it names, if it names one
	// issue and option are the answer to an issue that it names, if it names one.
	issue  talks.Ref
	option string
}

// row is a further fact of an act: a label and what it says.
type row struct {
	label string
	bits  []bit
}

// words are what somebody said or wrote.
type words struct {
	text, lang string
	verbatim   bool // a quotation: it has its marks
	hinted     bool // not said outright
	strength   talks.Strength
	about      []bit
	topic      string // what a point tells of, where it is no outcome
	when       bit    // of a next step
}

// telling is what one entry says, while its teller writes it and afterwards.
type telling struct {
	l *message.Locale
	e *talks.Entry

	lead     []bit
	words    []words
	rows     []row
	strength talks.Strength
	firmness talks.Firmness
	points   bool        // the words are points of a list
	place    *place      // a place on a scale
	party    talks.Ref   // of whom the entry says something; zero where it says nothing of a party
	parties  []talks.Ref // those who give an account together: it is declared if its writer speaks for one of them
}

// tell describes an entry. It is total: there is something to say of every entry.
func tell(l *message.Locale, e *talks.Entry) *telling {
	t := &telling{l: l, e: e}
	switch f, known := tellers[e.Kind]; {
	case e.Gone:
		t.say("act.gone", "who", t.who(), "kind", t.enum("ui.kind.", string(e.Kind), known))
	case e.Act == nil || !known:
		t.say("act.unknown", "who", t.who(), "kind", text(string(e.Kind)))
	default:
		f(t, e.Act)
	}
	return t
}

// say sets the sentence. The catalogue decides the order of its parts: each argument goes in as a mark that no text can hold,
// and the marks that come out are replaced by the arguments.
func (t *telling) say(id string, kv ...any) { t.lead = t.phrase(id, kv...) }

func (t *telling) phrase(id string, kv ...any) []bit {
	args := slices.Clone(kv)
	for i := 1; i < len(args); i += 2 {
		args[i] = "\x00" + strconv.Itoa(i) + "\x00"
	}
	var bits []bit
	for i, s := range strings.Split(t.l.T(id, args...), "\x00") {
		if i%2 == 0 {
			if s != "" {
				bits = append(bits, bit{plain: s, own: true})
			}
			continue
		}
		n, _ := strconv.Atoi(s)
		switch v := kv[n].(type) {
		case bit:
			bits = append(bits, v)
		case []bit:
			bits = append(bits, v...)
		}
	}
	return bits
}

// row adds a fact, unless there is nothing in it.
func (t *telling) row(id string, bits ...bit) {
	bits = slices.DeleteFunc(bits, func(b bit) bool { return b.plain == "" && b.html == nil })
	if len(bits) > 0 {
		t.rows = append(t.rows, row{t.l.T(id), bits})
	}
}

// note adds words of the author's own, unless there are none.
func (t *telling) note(s string) {
	if strings.TrimSpace(s) != "" {
		t.words = append(t.words, words{text: s})
	}
}

// text is something that a person wrote.
func text(s string) bit { return bit{plain: s} }

// word is a word of the catalogue.
func (t *telling) word(id string) bit { return bit{plain: t.l.T(id), own: true} }

// enum is a value of a list in words; one that is not in the list stands for itself.
func (t *telling) enum(prefix, v string, known bool) bit {
	if known {
		return bit{plain: t.l.T(prefix + v), own: true}
	}
	return text(v)
}

func one[T ~string](t *telling, prefix string, v T, all []T) bit {
	return t.enum(prefix, string(v), slices.Contains(all, v))
}

// ref is an object that the act names.
func ref(r talks.Ref) bit {
	if r.IsZero() {
		return bit{}
	}
	return bit{plain: r.Name, ref: r, html: func(p *ui.Page) templ.Component { return ui.Ref(p, r) }}
}

// refs are objects in a list.
func (t *telling) refs(rs []talks.Ref) []bit {
	bits := make([]bit, 0, len(rs))
	for _, r := range rs {
		bits = append(bits, ref(r))
	}
	return t.list(bits)
}

// list puts separators between bits.
func (t *telling) list(bits []bit) []bit {
	var out []bit
	for i, b := range bits {
		switch {
		case i == 0:
		case i == len(bits)-1:
			out = append(out, bit{plain: t.l.T("act.last"), own: true})
		default:
			out = append(out, bit{plain: t.l.T("act.comma"), own: true})
		}
		out = append(out, b)
	}
	return out
}

// deleg is a delegation.
func deleg(d talks.Delegation) bit {
	return bit{plain: string(d), deleg: d, html: func(p *ui.Page) templ.Component { return delegation(p, d) }}
}

func (t *telling) delegs(ds []talks.Delegation) []bit {
	bits := make([]bit, 0, len(ds))
	for _, d := range ds {
		bits = append(bits, deleg(d))
	}
	return t.list(bits)
}

// who is the delegation that wrote the entry, or the host's operator.
func (t *telling) who() bit {
	if t.e.Seat == talks.Operator {
		return t.word("act.operator")
	}
	return deleg(t.e.Seat.Delegation())
}

// object is what the entry made: its title, linked to its page.
func (t *telling) object(name, title string) bit {
	if name == "" {
		name = t.e.Ref().Name
	}
	if title == "" {
		title = name
	}
	r := talks.Ref{Room: t.e.Room, Name: name}
	return bit{plain: title, ref: r, html: func(p *ui.Page) templ.Component { return ui.Ref(p, r) }}
}

func (t *telling) date(d talks.Date) bit {
	if d == "" {
		return bit{}
	}
	return bit{plain: t.l.Known(d), html: func(p *ui.Page) templ.Component { return ui.KnownWhen(p, d) }}
}

// dates is a span of time; either end can be missing.
func (t *telling) dates(from, to talks.Date) []bit {
	switch {
	case from != "" && to != "":
		return t.phrase("act.span", "from", t.date(from), "to", t.date(to))
	case from != "":
		return []bit{t.date(from)}
	case to != "":
		return t.phrase("act.until", "to", t.date(to))
	}
	return nil
}

// percent is a number of a hundred that can be missing.
func (t *telling) percent(n *int) bit {
	if n == nil {
		return bit{}
	}
	return bit{plain: t.l.T("act.percent", "n", *n), own: true}
}

// join puts text between what is there, as in "Foreign minister, Russia".
func (t *telling) join(parts ...string) bit {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return text(strings.Join(parts, t.l.T("act.comma")))
}

// Text says an entry as plain text: its sentence, the words that were said, its further facts and what it rests on. Objects stand
// in it under their names, since it knows no world.
func Text(l *message.Locale, e *talks.Entry) string {
	t := tell(l, e)
	var b strings.Builder
	writeBits(&b, t.lead)
	if t.strength != "" {
		b.WriteByte('\n')
		b.WriteString(strengthWord(l, t.strength))
	}
	if t.firmness != "" {
		b.WriteByte('\n')
		b.WriteString(firmnessWord(l, t.firmness))
	}
	for _, w := range t.words {
		b.WriteByte('\n')
		if w.topic != "" {
			b.WriteString(w.topic + l.T("act.colon"))
		}
		b.WriteString(w.text)
		if w.when.plain != "" {
			b.WriteString(" " + w.when.plain)
		}
		if w.strength != "" {
			b.WriteByte(' ')
			b.WriteString(strengthWord(l, w.strength))
		}
		if len(w.about) > 0 {
			b.WriteByte(' ')
			writeBits(&b, w.about)
		}
	}
	for _, r := range t.rows {
		b.WriteByte('\n')
		b.WriteString(r.label)
		b.WriteByte(' ')
		writeBits(&b, r.bits)
	}
	if e.Act != nil {
		writeBasis(&b, l, talks.BasisOf(e.Act))
	}
	return b.String()
}

func writeBits(b *strings.Builder, bits []bit) {
	for _, x := range bits {
		b.WriteString(x.plain)
	}
}

func writeBasis(b *strings.Builder, l *message.Locale, basis talks.Basis) {
	for _, c := range basis.Cites {
		b.WriteByte('\n')
		b.WriteString(c.Source.Name)
		if c.Quote != "" {
			b.WriteByte(' ')
			b.WriteString(c.Quote)
		}
	}
	if basis.Illustrative {
		b.WriteByte('\n')
		b.WriteString(l.T("ui.illustrative"))
	}
}

// strengthWord and firmnessWord are total, as the fold is.
func strengthWord(l *message.Locale, s talks.Strength) string {
	if slices.Contains(talks.Strengths, s) {
		return l.T("ui.strength." + string(s))
	}
	return string(s)
}

func firmnessWord(l *message.Locale, f talks.Firmness) string {
	if slices.Contains(talks.Firmnesses, f) {
		return l.T("ui.firmness." + string(f))
	}
	return string(f)
}

// Title says an entry's sentence on one line, with the titles of the objects that the viewer sees.
func Title(p *ui.Page, e *talks.Entry) string { return titleOf(p, tell(p.Loc, e)) }

func titleOf(p *ui.Page, t *telling) string { return said(p, t.lead) }

// said is bits as plain text with the titles that the page sees, on one line.
func said(p *ui.Page, bits []bit) string {
	var b strings.Builder
	for _, x := range bits {
		switch {
		case x.own:
			b.WriteString(x.plain)
		case !x.ref.IsZero():
			b.WriteString(p.ObjectTitle(x.ref))
		case x.deleg != "":
			b.WriteString(delegationName(p, x.deleg))
		case x.option != "":
			b.WriteString(optionTitle(p, x.issue, x.option))
		default:
			b.WriteString(x.plain)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Details are an entry's further facts and what it rests on, each on one line, with the titles that the viewer sees.
func Details(p *ui.Page, e *talks.Entry) []string {
	t := tell(p.Loc, e)
	var out []string
	for _, r := range t.rows {
		out = append(out, r.label+t.l.T("act.colon")+said(p, r.bits))
	}
	for _, w := range t.words {
		if len(w.about) > 0 {
			out = append(out, t.l.T("act.on")+t.l.T("act.colon")+said(p, w.about))
		}
	}
	if e.Act != nil {
		for _, c := range talks.BasisOf(e.Act).Cites {
			out = append(out, strings.TrimSpace(p.ObjectTitle(c.Source)+" "+c.Quote))
		}
	}
	return append(out, strengthWord(t.l, t.strength), firmnessWord(t.l, t.firmness))
}

// Words are the words that an entry keeps of somebody, or "" where it has none.
func Words(l *message.Locale, e *talks.Entry) string {
	var all []string
	for _, w := range tell(l, e).words {
		all = append(all, w.text)
	}
	return strings.Join(all, "\n\n")
}
