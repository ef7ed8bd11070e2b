package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Locale says things in one language. It never changes and may be used by many at once.
type Locale struct {
	tag   language.Tag
	lang  string
	rtl   bool
	plain map[string]string // the texts without arguments
	texts map[string]*forms // the others
	kept  []string          // the plural form of 0, 1, 2, …
	form  func(n int) string
	cal   calendar
}

// forms is a text in its plural forms, by their CLDR names; one without plurals has only "other".
type forms struct {
	other  text
	plural map[string]text
}

// UnmarshalJSON reads a text, or an object of its forms.
func (f *forms) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		f.other = compile(s)
		return nil
	}
	var by map[string]string
	if err := json.Unmarshal(b, &by); err != nil {
		return err
	}
	other, ok := by["other"]
	if !ok {
		return errors.New("a text with plural forms needs the form other")
	}
	f.other, f.plural = compile(other), map[string]text{}
	for form, s := range by {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
			return fmt.Errorf("there is no plural form %q", form)
		}
		f.plural[form] = compile(s)
	}
	return nil
}

// text is literal parts with the names of arguments between them: literal[0] name[0] literal[1] …
type text struct {
	literal []string
	name    []string
}

// keptForms is how many counts have their plural form looked up beforehand.
const keptForms = 128

// newLocale compiles a language's words over the English ones. It panics for a tag that is none.
func newLocale(lang string, english, own map[string]forms) *Locale {
	tag := language.MustParse(lang)
	l := &Locale{tag: tag, lang: tag.String(), plain: map[string]string{}, texts: map[string]*forms{}, form: pluralForm(tag)}
	script, _ := tag.Script()
	l.rtl = slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"}, script.String())
	for n := range keptForms {
		l.kept = append(l.kept, l.form(n))
	}
	for _, set := range []map[string]forms{english, own} {
		for id, f := range set {
			l.add(id, f)
		}
	}
	l.cal = newCalendar(l)
	return l
}

func (l *Locale) add(id string, f forms) {
	delete(l.plain, id)
	delete(l.texts, id)
	if len(f.plural) == 0 && len(f.other.name) == 0 {
		l.plain[id] = f.other.literal[0]
		return
	}
	l.texts[id] = &f
}

// compile splits a text at its {{.name}}.
func compile(s string) text {
	var t text
	for {
		before, rest, open := strings.Cut(s, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !open || !closed {
			t.literal = append(t.literal, s)
			return t
		}
		t.literal = append(t.literal, before)
		t.name = append(t.name, strings.TrimPrefix(strings.TrimSpace(name), "."))
		s = after
	}
}

// pluralForm asks go-i18n for the CLDR plural form of a count, by a text whose forms are their own names.
func pluralForm(tag language.Tag) func(int) string {
	b := i18n.NewBundle(tag)
	const id = "form"
	err := b.AddMessages(tag, &i18n.Message{ID: id, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"})
	if err != nil {
		panic(fmt.Sprintf("message: plural rules of %s: %v", tag, err))
	}
	z := i18n.NewLocalizer(b, tag.String())
	return func(n int) string {
		form, err := z.Localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n})
		if err != nil {
			return "other"
		}
		return form
	}
}

// formOf is the plural form of a count.
func (l *Locale) formOf(n int) string {
	if n >= 0 && n < len(l.kept) {
		return l.kept[n]
	}
	return l.form(n)
}

// Lang returns the BCP 47 tag of the language, for the attribute lang.
func (l *Locale) Lang() string { return l.lang }

// Dir returns the direction of the language's script, "ltr" or "rtl", for the attribute dir.
func (l *Locale) Dir() string {
	if l.rtl {
		return "rtl"
	}
	return "ltr"
}

// T returns the text of an id. After the id come pairs of a name and a value, which stand for {{.name}} in the text. An id
// that is not there is a mistake of the program: it panics in a test, and elsewhere is logged and shown as it is.
func (l *Locale) T(id string, kv ...any) string {
	if s, ok := l.plain[id]; ok {
		return s
	}
	f := l.texts[id]
	if f == nil {
		return missing(id)
	}
	return f.other.fill(kv)
}

// N returns the text of an id in the plural form of n, which stands for {{.n}} written as a number.
func (l *Locale) N(id string, n int, kv ...any) string {
	f := l.texts[id]
	if f == nil {
		if s, ok := l.plain[id]; ok {
			return s
		}
		return missing(id)
	}
	t, ok := f.plural[l.formOf(n)]
	if !ok {
		t = f.other
	}
	if len(t.name) == 0 {
		return t.literal[0]
	}
	return t.fill(append([]any{"n", l.Number(float64(n))}, kv...))
}

// Has reports whether there is a text of that id.
func (l *Locale) Has(id string) bool {
	_, plain := l.plain[id]
	return plain || l.texts[id] != nil
}

func missing(id string) string {
	if testing.Testing() {
		panic("message: no text for " + id)
	}
	slog.Error("no text for an id", "id", id)
	return id
}

func (t text) fill(kv []any) string {
	var b strings.Builder
	for i, name := range t.name {
		b.WriteString(t.literal[i])
		b.WriteString(value(kv, name))
	}
	b.WriteString(t.literal[len(t.name)])
	return b.String()
}

func value(kv []any, name string) string {
	for i := 0; i+1 < len(kv); i += 2 {
		if k, ok := kv[i].(string); !ok || k != name {
			continue
		}
		switch v := kv[i+1].(type) {
		case string:
			return v
		case int:
			return strconv.Itoa(v)
		case fmt.Stringer:
			return v.String()
		default:
			return fmt.Sprint(v)
		}
	}
	return missing("the argument " + name)
}
