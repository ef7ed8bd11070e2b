package processfile

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/talks"
)

// lineWidth is how wide a line becomes, in characters, before a text is folded.
const lineWidth = 110

// writer writes YAML that Parse reads back as the same bytes of JSON, in block style, with quotes only where they are needed.
type writer struct {
	b      bytes.Buffer
	fields fieldsOf
}

// field writes a name and a text on one line, or on several where the text asks for it.
func (w *writer) field(lead, name, text string, t reflect.Type) {
	w.b.WriteString(lead)
	w.b.WriteString(name)
	w.b.WriteByte(':')
	// The lead is spaces, or spaces and a hyphen: what belongs to the field stands deeper than its name.
	inner := strings.Repeat(" ", len(lead)+2)
	switch {
	case literal(text):
		w.b.WriteString(" |")
		if !strings.HasSuffix(text, "\n") {
			w.b.WriteByte('-')
		}
		w.b.WriteByte('\n')
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			if line != "" {
				w.b.WriteString(inner)
			}
			w.b.WriteString(line)
			w.b.WriteByte('\n')
		}
	case folds(text) && len(inner)+utf8.RuneCountInString(text) > lineWidth:
		w.b.WriteString(" >-\n")
		w.fold(inner, text)
	default:
		w.b.WriteByte(' ')
		w.b.WriteString(scalar(text, t, false))
		w.b.WriteByte('\n')
	}
}

// fold writes a text of single spaces in several lines: a line break between two words reads as a space (YAML 1.2.2, section 8.1.3).
func (w *writer) fold(inner, text string) {
	column := 0
	for word := range strings.SplitSeq(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			w.b.WriteString(inner)
			column = len(inner)
		case column+1+n > lineWidth:
			w.b.WriteByte('\n')
			w.b.WriteString(inner)
			column = len(inner)
		default:
			w.b.WriteByte(' ')
			column++
		}
		w.b.WriteString(word)
		column += n
	}
	w.b.WriteByte('\n')
}

// object writes the fields of a JSON object as those of an item; lead stands before the first of them, and as many spaces before the rest.
func (w *writer) object(lead string, body []byte, t reflect.Type) error {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	return w.members(lead, d, t)
}

// members writes what is left of an object whose { was read, and reads its }.
func (w *writer) members(lead string, d *jsontext.Decoder, t reflect.Type) error {
	fields := w.fields.of(t)
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		typ := fields.types[key]
		for typ != nil && typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if err := w.member(lead, key, d, typ); err != nil {
			return err
		}
		lead = strings.Repeat(" ", len(lead))
	}
	_, err := d.ReadToken()
	return err
}

func (w *writer) member(lead, key string, d *jsontext.Decoder, t reflect.Type) error {
	switch d.PeekKind() {
	case '{':
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		w.b.WriteString(lead + key + ":")
		if d.PeekKind() == '}' {
			w.b.WriteString(" {}\n")
			_, err := d.ReadToken()
			return err
		}
		w.b.WriteByte('\n')
		return w.members(strings.Repeat(" ", len(lead)+2), d, t)
	case '[':
		return w.list(lead, key, d, t)
	}
	v, err := d.ReadToken()
	if err != nil {
		return err
	}
	if v.Kind() == '"' {
		w.field(lead, key, v.String(), t)
		return nil
	}
	w.b.WriteString(lead + key + ": " + v.String() + "\n")
	return nil
}

// list writes a list of objects as items, and one of texts on a line where it fits.
func (w *writer) list(lead, key string, d *jsontext.Decoder, t reflect.Type) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	w.b.WriteString(lead + key + ":")
	var elem reflect.Type
	if t != nil && t.Kind() == reflect.Slice {
		elem = t.Elem()
	}
	inner := strings.Repeat(" ", len(lead))
	if d.PeekKind() == '{' {
		w.b.WriteByte('\n')
		for d.PeekKind() == '{' {
			if _, err := d.ReadToken(); err != nil {
				return err
			}
			if d.PeekKind() == '}' {
				w.b.WriteString(inner + "- {}\n")
				if _, err := d.ReadToken(); err != nil {
					return err
				}
				continue
			}
			if err := w.members(inner+"- ", d, elem); err != nil {
				return err
			}
		}
		_, err := d.ReadToken()
		return err
	}
	var texts []string
	for d.PeekKind() != ']' {
		v, err := d.ReadToken()
		if err != nil {
			return err
		}
		texts = append(texts, v.String())
	}
	w.texts(inner, texts, elem)
	_, err := d.ReadToken()
	return err
}

func (w *writer) texts(inner string, texts []string, t reflect.Type) {
	line := make([]string, len(texts))
	for i, s := range texts {
		line[i] = scalar(s, t, true)
	}
	if flow := " [" + strings.Join(line, ", ") + "]\n"; utf8.RuneCountInString(flow) < lineWidth-20 {
		w.b.WriteString(flow)
		return
	}
	w.b.WriteByte('\n')
	for _, s := range texts {
		w.b.WriteString(inner + "- " + scalar(s, t, false) + "\n")
	}
}

// scalar writes a text on one line; flow is whether it stands in a list in brackets.
func scalar(s string, t reflect.Type, flow bool) string {
	switch {
	case t == decimalType && talks.Decimal(s).Valid(), t == dateType && talks.Date(s).Valid():
		return s
	case plainText(s, flow):
		return s
	}
	return quoted(s)
}

// plainText reports whether a text is the same without quotes, to every version of YAML and to the eye.
func plainText(s string, flow bool) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) || strings.HasSuffix(s, " ") || strings.HasSuffix(s, ":") || reserved(s) {
		return false
	}
	for i, r := range s {
		switch {
		case r == ':' && strings.HasPrefix(s[i+1:], " "), strings.ContainsRune("[]{}#`\\\"", r), flow && (r == ',' || r == ':'):
			return false
		case r != ' ' && !shows(r):
			return false
		}
	}
	return true
}

// reserved reports whether YAML, of whatever version, takes a word for something else than text.
func reserved(s string) bool {
	return oldBool(s) || slices.Contains([]string{"true", "false", "null"}, strings.ToLower(s))
}

// shows reports whether a character shows what it is: it is neither a control nor a blank nor an invisible mark.
func shows(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != utf8.RuneError }

// literal reports whether a text is written as it is, line by line: it has several lines, and no blank that cannot be seen.
func literal(s string) bool {
	if !strings.Contains(s, "\n") || strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n") || strings.HasSuffix(s, "\n\n") {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasSuffix(line, " ") {
			return false
		}
		for _, r := range line {
			if r != ' ' && !shows(r) {
				return false
			}
		}
	}
	return true
}

// folds reports whether a text can be broken at its spaces and read back the same.
func folds(s string) bool {
	if strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") || strings.Contains(s, "  ") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && !shows(r) })
}

// quoted writes any text in double quotes (YAML 1.2.2, section 5.7).
func quoted(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == ' ' || shows(r):
			b = utf8.AppendRune(b, r)
		case r > 0xFFFF:
			b = hex(append(b, '\\', 'U'), r, 8)
		default:
			b = hex(append(b, '\\', 'u'), r, 4)
		}
	}
	return string(append(b, '"'))
}

func hex(b []byte, r rune, digits int) []byte {
	s := strconv.FormatInt(int64(r), 16)
	return append(append(b, strings.Repeat("0", digits-len(s))...), s...)
}

// WriteTo sends what was written.
func (w *writer) WriteTo(out io.Writer) (int64, error) { return w.b.WriteTo(out) }
