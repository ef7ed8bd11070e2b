package act_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/act/acttest"
	"parley/web/ui"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every kind of the catalogue has a teller and nothing else has; every kind is told of the world's entries.
func TestEveryKind(t *testing.T) {
	told := act.Kinds()
	for _, k := range talks.Catalogue {
		if !slices.Contains(told, k) {
			t.Errorf("nothing tells of %s", k)
		}
	}
	if len(told) != len(talks.Catalogue) {
		t.Errorf("%d kinds are told of, the catalogue has %d", len(told), len(talks.Catalogue))
	}
	p := acttest.New(t).Page(t, "us-head")
	seen := map[talks.Kind]bool{}
	for e := range p.W().Entries() {
		seen[e.Kind] = true
		item, text := render(t, act.Item(p, e)), act.Text(p.Loc, e)
		if !strings.Contains(item, `id="`+ui.EntryID(e.Index)+`"`) || strings.TrimSpace(text) == "" {
			t.Errorf("%s is told as\n%s\n%s", e.Kind, item, text)
		}
		if line := render(t, act.Line(p, e)); line == "" {
			t.Errorf("%s has no line", e.Kind)
		}
		if strings.Contains(item, "<script") {
			t.Errorf("%s: a text became markup:\n%s", e.Kind, item)
		}
	}
	for _, k := range talks.Catalogue {
		if !seen[k] {
			t.Errorf("the tests' world has no %s", k)
		}
	}
}

// The empty act of every kind, an erased one and an unknown one can be shown too: folds are total, so pages must be.
func TestTotal(t *testing.T) {
	p := acttest.New(t).Page(t, "us-head")
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	entries := []*talks.Entry{
		{Room: "nowhere", Kind: "text.table", Seat: "us-head", Time: at},
		{Room: "nowhere", Kind: "<b>", Seat: "<i>", Time: at},
		{Room: "nowhere", Kind: "remark.write", Seat: "zz-head", Time: at, Gone: true},
	}
	for _, k := range talks.Catalogue {
		entries = append(entries, talks.NewEntry("nowhere", 3, at, "zz-head", k, talks.New(k)))
		a := talks.New(k)
		scribble(reflect.ValueOf(a).Elem(), 3)
		entries = append(entries, talks.NewEntry("nowhere", 3, at, "zz-head", k, a))
	}
	for _, e := range entries {
		for _, c := range []templ.Component{act.Item(p, e), act.Line(p, e)} {
			if html := render(t, c); html == "" || strings.Contains(html, "<b>") || strings.Contains(html, "<i>") || strings.Contains(html, "<script") {
				t.Errorf("%s: %s", e.Kind, html)
			}
		}
		if act.Text(p.Loc, e) == "" || act.Title(p, e) == "" {
			t.Errorf("%s has no text", e.Kind)
		}
	}
}

// scribble puts a nasty text into every text of an act, also those with a list of values, as far as lists and pointers are inside each other.
func scribble(v reflect.Value, deep int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(acttest.Nasty)
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				scribble(field, deep)
			}
		}
	case reflect.Slice:
		if deep == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		scribble(v.Index(0), deep-1)
		scribble(v.Index(1), deep-1)
	case reflect.Pointer:
		if deep == 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		scribble(v.Elem(), deep-1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func TestSaid(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	tests := []struct {
		room    string
		index   int64
		want    []string
		without []string
	}{
		{"direct", 1, []string{"<q class=\"said\"", "no thought", "stated", "attributed by", "paragraph 3", "&lt;script&gt;"}, []string{"declared"}},
		{"direct", 2, []string{"<span class=\"said hinted\"", "hinted", "declared"}, []string{"<q"}},
		{"direct", 3, []string{"red line", "96", "attributed by", "80 of 100"}, nil},
		{"direct", 4, []string{"Restore in full", "declared", "2025"}, nil},
		{"direct", 8, []string{"illustrative", "1,234,567.5", "over"}, nil},
		{"direct", 11, []string{"Restore in full", "stand or fall together"}, nil},
		{"direct", 14, []string{"joint account", "Riyadh meeting", "committed"}, nil},
		{"direct", 17, []string{"were erased"}, []string{"slip of the tongue"}},
		{"caucus", 5, []string{"caucus only"}, nil},
	}
	for _, tt := range tests {
		e := p.W().Entry(w.Rooms[tt.room], tt.index)
		if e == nil {
			t.Fatalf("no entry %d in %s", tt.index, tt.room)
		}
		html := render(t, act.Item(p, e))
		for _, s := range tt.want {
			if !strings.Contains(html, s) {
				t.Errorf("%s %d: no %q in\n%s", tt.room, tt.index, s, html)
			}
		}
		for _, s := range tt.without {
			if strings.Contains(html, s) {
				t.Errorf("%s %d: %q in\n%s", tt.room, tt.index, s, html)
			}
		}
	}
}

// What somebody wrote is isolated, so that its direction does not turn what stands beside it.
func TestIsolated(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "ru-head")
	for e := range p.W().Entries() {
		html := render(t, act.Item(p, e))
		for i := strings.Index(html, "\u2068"); i >= 0; {
			before := html[max(0, i-400):i]
			open := max(strings.LastIndex(before, "<bdi>"), strings.LastIndex(before, `dir="auto"`), strings.LastIndex(before, `class="ref"`), strings.LastIndex(before, "<q"))
			if open < 0 {
				t.Errorf("%s: a text of a person is not isolated:\n%s", e.Kind, before)
			}
			next := strings.Index(html[i+1:], "\u2068")
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
}

func TestRelease(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	direct := string(w.Rooms["direct"])
	if _, title, words, kind, ok := act.Released(p, direct+":1"); !ok || kind != "statement" || !strings.HasPrefix(words, "There is no thought") || title == "" {
		t.Errorf("a statement is released as %q %q %q %v", title, words, kind, ok)
	}
	for _, from := range []string{"", ":", direct, direct + ":x", direct + ":-1", direct + ":9999", direct + ":0", direct + ":17", "nowhere:1"} {
		if e, _, _, _, ok := act.Released(p, from); ok {
			t.Errorf("%q releases %v", from, e)
		}
	}
	ua := w.Page(t, "ua-head")
	if _, _, _, _, ok := act.Released(ua, direct+":1"); ok {
		t.Error("an entry that is not seen can be released")
	}
}
