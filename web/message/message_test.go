package message

import (
	"testing"
	"time"

	"parley/internal/talks"
)

// of makes a catalogue of one test's own.
func of(t testing.TB, files map[string]string) *catalogue {
	t.Helper()
	c := newCatalogue()
	for lang, file := range files {
		c.register(lang, []byte(file))
	}
	c.seal()
	return c
}

func TestText(t *testing.T) {
	l := of(t, map[string]string{"en": `{
		"a.plain": "Plain words",
		"a.two": "{{.who}} met {{.whom}}.",
		"a.new": {"one": "{{.n}} new act in {{.room}}", "other": "{{.n}} new acts in {{.room}}"},
		"a.bare": {"one": "an act", "other": "acts"}}`}).locales[0]
	for _, tt := range []struct{ got, want string }{
		{l.T("a.plain"), "Plain words"},
		{l.T("a.two", "whom", "Ukraine", "who", "Russia"), "Russia met Ukraine."},
		{l.N("a.new", 1, "room", "Lobby"), "1 new act in Lobby"},
		{l.N("a.new", 0, "room", "Lobby"), "0 new acts in Lobby"},
		{l.N("a.bare", 1), "an act"},
		{l.N("a.bare", 7), "acts"},
		{l.N("a.plain", 7), "Plain words"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	ar := of(t, map[string]string{"en": `{}`, "ar": `{"a.n": {"zero": "0", "one": "1", "two": "2", "few": "3-10", "many": "11-99", "other": "100"}}`}).negotiate("ar", "")
	for n, want := range map[int]string{0: "0", 1: "1", 2: "2", 3: "3-10", 110: "3-10", 11: "11-99", 199: "11-99", 100: "100", 1000: "100"} {
		if got := ar.N("a.n", n); got != want {
			t.Errorf("%d in Arabic has the form %q, want %q", n, got, want)
		}
	}
	for name, f := range map[string]func(){
		"no such id":       func() { l.T("a.none") },
		"no such plural":   func() { l.N("a.none", 1) },
		"argument missing": func() { l.T("a.two", "who", "Russia") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic in a test")
				}
			}()
			f()
		})
	}
}

func TestRegisterPanics(t *testing.T) {
	for name, f := range map[string]func(*catalogue){
		"not JSON":        func(c *catalogue) { c.register("en", []byte("{")) },
		"a number":        func(c *catalogue) { c.register("en", []byte(`{"a.b": 3}`)) },
		"no other":        func(c *catalogue) { c.register("en", []byte(`{"a.b": {"one": "x"}}`)) },
		"no such plural":  func(c *catalogue) { c.register("en", []byte(`{"a.b": {"other": "x", "several": "y"}}`)) },
		"twice":           func(c *catalogue) { c.register("en", []byte(`{"a.b": "x"}`)); c.register("en", []byte(`{"a.b": "y"}`)) },
		"after it's read": func(c *catalogue) { c.seal(); c.register("en", []byte(`{}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			f(newCatalogue())
		})
	}
}

// What a language lacks is said in English. A language is chosen by RFC 9110's weights.
func TestNegotiate(t *testing.T) {
	c := of(t, map[string]string{"en": `{"a.x": "yes", "a.y": "no"}`, "ar": `{"a.x": "نعم"}`, "pt-BR": `{}`})
	for _, tt := range []struct{ asked, accept, want string }{
		{"", "", "en"},
		{"ar", "en", "ar"},
		{"AR-eg", "", "ar"},
		{"xx", "ar", "ar"},
		{"", "fr, ar;q=0.5, en;q=0.1", "ar"},
		{"", "en;q=0.4, pt-br", "pt-BR"},
		{"", "pt", "pt-BR"},
		{"", "ar;q=0", "en"},
		{"", "ar;q=much", "en"},
		{"", ";;,,q=1,-", "en"},
		{"../../etc", "", "en"},
	} {
		if got := c.negotiate(tt.asked, tt.accept).Lang(); got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.asked, tt.accept, got, tt.want)
		}
	}
	ar := c.negotiate("ar", "")
	if ar.T("a.x") != "نعم" || ar.T("a.y") != "no" || ar.Dir() != "rtl" {
		t.Errorf("Arabic: %q %q %s", ar.T("a.x"), ar.T("a.y"), ar.Dir())
	}
}

func TestDatesAndNumbers(t *testing.T) {
	l := English()
	at := time.Date(2025, 2, 18, 23, 40, 0, 0, time.FixedZone("", 3*3600))
	for _, tt := range []struct{ got, want string }{
		{l.Date(at), "18 Feb 2025"},
		{l.Day(at), "Tuesday, 18 February 2025"},
		{l.DayShort(at), "18 Feb"},
		{l.Month(at), "February 2025"},
		{l.Clock(at), "20:40"},
		{l.DateTime(at), "18 Feb 2025, 20:40"},
		{l.Known("2025"), "2025"},
		{l.Known("2025-02"), "February 2025"},
		{l.Known("2025-02-18"), "18 Feb 2025"},
		{l.Known("2025-02-18T09:00:00Z"), "18 Feb 2025, 09:00"},
		{l.Known("soon"), "soon"},
		{l.Known(talks.Date("")), ""},
		{l.Number(0), "0"},
		{l.Number(-12), "−12"},
		{l.Number(1234567), "1,234,567"},
		{l.Number(0.5), "0.5"},
		{l.Number(-1234.25), "−1,234.25"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// A page asks for hundreds of texts; most have no arguments and cost a look-up.
func TestPlainTextsDoNotAllocate(t *testing.T) {
	l := English()
	if n := testing.AllocsPerRun(100, func() { _ = l.T("message.month.1") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkT(b *testing.B) {
	l := of(b, map[string]string{"en": `{"a.two": "{{.who}} met {{.whom}}."}`}).locales[0]
	b.ReportAllocs()
	for b.Loop() {
		_ = l.T("a.two", "who", "Russia", "whom", "Ukraine")
	}
}
