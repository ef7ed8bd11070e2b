package search

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/message"
	"parley/web/ui"
)

type asked url.Values

func (asked) Path(string) string       { return "" }
func (a asked) Get(name string) string { return url.Values(a).Get(name) }

func show(t testing.TB, p *ui.Page, q string) string {
	t.Helper()
	c, err := Show(p, asked{"q": {q}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func find(p *ui.Page, s string) []*talks.Entry {
	q := parse(s)
	return scan(p, &q)
}

func TestFind(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	tests := []struct {
		query string
		want  func(*talks.Entry) bool // what all results have to be
		none  bool
	}{
		{query: "thought", want: func(e *talks.Entry) bool {
			return e.Kind == "statement.record" || e.Kind == "release.make" || e.Kind == "goal.record" || e.Kind == "position.record"
		}},
		{query: "THOUGHT kind:statement", want: func(e *talks.Entry) bool { return e.Kind == "statement.record" }},
		{query: `"thought of it" kind:statement`, want: func(e *talks.Entry) bool { return e.Kind == "statement.record" }},
		{query: `"of thought"`, none: true},
		{query: "cafe", want: func(e *talks.Entry) bool { return e.Room == w.Rooms["caucus"] }},
		{query: "unal celik", want: func(e *talks.Entry) bool { return e.Kind == "delegation.update" }},
		{query: "россия scale", none: true},
		{query: "РОССИЯ embassy kind:position", want: func(e *talks.Entry) bool { return e.Kind == "position.record" }},
		{query: "kind:remark.write without:ru", want: func(e *talks.Entry) bool { return e.Room == w.Rooms["caucus"] }},
		{query: "without:ua room:direct", want: func(e *talks.Entry) bool { return e.Room == w.Rooms["direct"] }},
		{query: "without:us", none: true},
		{query: "by:ru-head", want: func(e *talks.Entry) bool { return e.Seat == "ru-head" }},
		{query: "by:ru kind:position", want: func(e *talks.Entry) bool { return e.Seat == "ru-head" && e.Kind == "position.record" }},
		{query: "party:RU kind:goal", want: func(e *talks.Entry) bool { return e.Kind == "goal.record" }},
		{query: "before:2025-02-18", none: true},
		{query: "after:2025 kind:release", want: func(e *talks.Entry) bool { return e.Kind == "release.make" }},
		{query: "before:2025-02-18T10:00:00z", want: func(e *talks.Entry) bool { return e.Room == w.Rooms["lobby"] }},
		{query: "kind:nonsense", none: true},
		{query: "party:nobody", none: true},
		{query: "without:zz", none: true},
		{query: "before:tomorrow", none: true},
		{query: "slip", want: func(e *talks.Entry) bool { return e.Kind == "record.erase" }},
		{query: "<script>", want: func(e *talks.Entry) bool { return true }},
	}
	for _, tt := range tests {
		found := find(p, tt.query)
		if tt.none != (len(found) == 0) {
			t.Errorf("%s: %d found", tt.query, len(found))
			continue
		}
		for i, e := range found {
			if !tt.want(e) {
				t.Errorf("%s finds %s in %s: %v", tt.query, e.Kind, e.Room, e.Act)
			}
			if i > 0 && found[i-1].Before(e) {
				t.Errorf("%s: not the newest first", tt.query)
			}
		}
	}
}

func TestShow(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	html := show(t, p, "thought")
	for _, s := range []string{"<mark>thought</mark>", "seen by", "Entries by kind", `value="thought"`} {
		if !strings.Contains(html, s) {
			t.Errorf("no %q in\n%s", s, html)
		}
	}
	html = show(t, p, "territory")
	if !strings.Contains(html, "Names") || !strings.Contains(html, "/issues/") {
		t.Errorf("the issue itself is not found:\n%s", html)
	}
	if html = show(t, p, ""); !strings.Contains(html, "without:ru") || !strings.Contains(html, "How to search") {
		t.Errorf("the empty page teaches nothing:\n%s", html)
	}
	if html = show(t, p, "without:nobody"); !strings.Contains(html, "No delegation nobody has been designated") {
		t.Errorf("a filter that makes no sense is not said:\n%s", html)
	}
	if html = show(t, p, `<script>alert(1)</script>`); strings.Contains(html, "<script") {
		t.Error("a question became markup")
	}
	if html = show(t, p, acttest.Nasty); strings.Contains(html, "<script") || !strings.Contains(html, "&lt;script&gt;") {
		t.Error("a text became markup")
	}
}

// What is hidden is not found, and an erased text is no longer found by those who found it before.
func TestHidden(t *testing.T) {
	w := acttest.New(t)
	if got := find(w.Page(t, "us-head"), "cafe"); len(got) != 1 {
		t.Fatalf("%d found", len(got))
	}
	for _, seat := range []talks.Seat{"ru-head", "ua-head"} {
		if got := find(w.Page(t, seat), "cafe"); len(got) != 0 {
			t.Errorf("%s finds %v", seat, got)
		}
	}
	p := w.Page(t, "us-head")
	e := find(p, "cafe")[0]
	payload := fmt.Sprintf(`{"entry":%d}`, e.Index)
	if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), e.Room, "record.erase", []byte(payload)); err != nil {
		t.Fatal(err)
	}
	if got := find(w.Page(t, "us-head"), "cafe"); len(got) != 0 {
		t.Errorf("erased and found: %v", got[0])
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Straße": "strasse", "ÉCOLE": "ecole", "e\u0301cole": "ecole", "İstanbul": "istanbul", "Ὀδυσσεύς": "οδυσσευσ", "ﬁne": "fine",
		"a \n\t b": "a b", "مُفَاوَضَات": "مفاوضات", "Київ": "", "don’t": "don't", "１２": "12", "a\u2067b": "ab",
	} {
		if in == "Київ" {
			want = fold("КИЇВ")
		}
		if got := fold(in); got != want {
			t.Errorf("fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// Marks lose nothing of the text, cut no character, and mark only what folds to something with a term in it.
func TestMarks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aAeéE\u0301ßﬁİ ςσ\n中x\"<"))).Draw(r, "text")
		terms := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "e", "ss", "fi", "i", "σ", "a e", "中"}), 0, 3).Draw(r, "terms")
		var b strings.Builder
		n := 0
		for _, x := range marks(s, terms) {
			b.WriteString(x.text)
			if !utf8.ValidString(x.text) {
				r.Fatalf("%q is cut inside a character", x.text)
			}
			if x.marked {
				n++
			}
		}
		if b.String() != s {
			r.Fatalf("%q became %q", s, b.String())
		}
		has := missing(fold(s), terms) < len(terms)
		if has != (n > 0) {
			r.Fatalf("%q with %q: %d marks", s, terms, n)
		}
	})
}

// No question breaks the page.
func TestTotal(t *testing.T) {
	p := acttest.New(t).Page(t, "us-head")
	words := rapid.SampledFrom([]string{"kind:", "party:", `room:"a b"`, "by:us", "before:x", "after:2025", "without:ua", `"`, ":", "a:b", "\x00", "\xff", "thought", "-x", "“so”"})
	rapid.Check(t, func(r *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 30).Draw(r, "n") {
			b.WriteString(rapid.OneOf(words, rapid.String()).Draw(r, "word") + rapid.SampledFrom([]string{" ", ""}).Draw(r, "space"))
		}
		show(t, p, b.String())
	})
}

// big is a page with n entries in five rooms' worth of talk. It has the words of talks, not random letters.
func big(b *testing.B, n int) *ui.Page {
	b.Helper()
	l, err := ledger.Open(b.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	items := []ledger.Item{
		{Room: "lobby", Seat: "us-head", At: at, Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"}},
		{Room: "lobby", Seat: "us-head", At: at, Act: &talks.PartyDeclare{Name: "russia", Title: "Russian Federation", Type: "state", Role: "principal"}},
		{Room: "lobby", Seat: "us-head", At: at, Act: &talks.IssueOpen{Name: "territory", Title: "Territory"}},
	}
	for i := range n {
		items = append(items, ledger.Item{Room: "lobby", Seat: "us-head", At: at.Add(time.Duration(i) * time.Second), Act: &talks.StatementRecord{
			Speaker: talks.Ref{Name: "russia"}, Strength: "stated", Form: "verbatim", About: []talks.Ref{{Name: "territory"}},
			Text:  fmt.Sprintf("Statement %d: there is no thought of giving up what was agreed before, and the delegations will look at the matter again when the élan of the first meeting has worn off.", i),
			Basis: talks.Basis{Illustrative: true},
		}})
	}
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
	}
	if _, err := l.Load(b.Context(), ledger.Script{Process: "talks", Items: items}); err != nil {
		b.Fatal(err)
	}
	view, err := l.View(b.Context(), ledger.Viewer{Process: "talks", Seat: "us-head"})
	if err != nil {
		b.Fatal(err)
	}
	return &ui.Page{View: view, Loc: message.English()}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		p := big(b, n)
		b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
			for b.Loop() {
				for _, s := range p.W().Rooms() {
					s.Aside().Clear()
				}
				find(p, "territory elan")
			}
		})
		for _, q := range []string{"elan territory", "nowhere", "statement-99 kind:statement party:russia", "federation matter before:2026"} {
			b.Run(fmt.Sprintf("again/%d/%s", n, strings.ReplaceAll(q, " ", "+")), func(b *testing.B) {
				find(p, q)
				for b.Loop() {
					find(p, q)
				}
			})
		}
		b.Run(fmt.Sprintf("page/%d", n), func(b *testing.B) {
			for b.Loop() {
				show(b, p, "elan territory")
			}
		})
	}
}
