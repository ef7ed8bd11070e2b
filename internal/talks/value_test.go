package talks

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDate(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		date       Date
		start, end time.Time // zero for what is not a date
		exact      bool
	}{
		{date: ""}, {date: "now"}, {date: "2025-13"}, {date: "2025-02-30"}, {date: "0000"}, {date: "25"}, {date: "2025-2-1"}, {date: "2025-02-18 09:00"},
		{date: "0001-01-01T00:00:00+23:00"}, // before year 1 in UTC
		{date: "2025", start: day(2025, 1, 1), end: day(2026, 1, 1)},
		{date: "2025-12", start: day(2025, 12, 1), end: day(2026, 1, 1)},
		{date: "2024-02-29", start: day(2024, 2, 29), end: day(2024, 3, 1)},
		{date: "2025-02-18T01:00:00+03:00", start: day(2025, 2, 17).Add(22 * time.Hour), end: day(2025, 2, 17).Add(22*time.Hour + time.Second), exact: true},
		{date: "2025-02-10/2025-03", start: day(2025, 2, 10), end: day(2025, 4, 1)},
		{date: "9999", start: day(9999, 1, 1), end: day(10000, 1, 1)},
	} {
		if got := c.date.Valid(); got != !c.start.IsZero() {
			t.Errorf("%q is valid: %v", c.date, got)
		}
		if !c.date.Start().Equal(c.start) || !c.date.End().Equal(c.end) || (c.date.Valid() && c.date.Exact() != c.exact) {
			t.Errorf("%q is from %v to %v, exact %v", c.date, c.date.Start(), c.date.End(), c.date.Exact())
		}
	}
	for _, bad := range []Date{"2025/2024", "2025/", "/2025", "2025/2026/2027", "2025/x"} {
		if bad.Valid() {
			t.Errorf("%q is valid", bad)
		}
	}
}

func TestDecimal(t *testing.T) {
	for d, want := range map[Decimal]float64{"0": 0, "-0": 0, "12": 12, "-0.5": -0.5, "0.10": 0.1, "999999999999999999999999999999": 1e30} {
		if !d.Valid() || d.Float() != want {
			t.Errorf("%q: %v, %v", d, d.Valid(), d.Float())
		}
	}
	for _, d := range []Decimal{"", "-", ".5", "5.", "01", "--1", "+1", "1e3", "NaN", "Inf", "1,5", "0x10", "1_000", " 1", "٣", Decimal(strings.Repeat("9", 31))} {
		if d.Valid() {
			t.Errorf("%q is valid", d)
		}
	}
}

func TestRef(t *testing.T) {
	for text, want := range map[string]Ref{"": {}, "a": {"", "a"}, "room/a": {"room", "a"}, "#3": {"", "#3"}, "room/#3": {"room", "#3"}} {
		var r Ref
		if err := r.UnmarshalText([]byte(text)); err != nil || r != want || r.String() != text {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for _, text := range []string{"/", "/a", "a/", "a/b/c", "//"} {
		r := Ref{"kept", "kept"}
		if err := r.UnmarshalText([]byte(text)); err == nil || r != (Ref{"kept", "kept"}) {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, s := range []string{"a", "2025", "a-b", "территория", "ميناء", "港", strings.Repeat("x", 64)} {
		if !ValidName(s) {
			t.Errorf("%q cannot be a name", s)
		}
	}
	for _, s := range []string{"", "-a", "a-", "A", "a b", "a/b", "#1", "a.b", "a\u202eb", "\xff", strings.Repeat("x", 65)} {
		if ValidName(s) {
			t.Errorf("%q can be a name", s)
		}
	}
	for title, want := range map[string]string{"The Harbour, again!": "the-harbour-again", "  ": "", "Ünder — ÄB": "ünder-äb", "a\xffb": "a-b", "Порт": "порт"} {
		if got := Slug(title); got != want {
			t.Errorf("the slug of %q is %q, want %q", title, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.String().Draw(t, "title")
		if s := Slug(title); s != "" && !ValidName(s) {
			t.Fatalf("the slug of %q cannot be a name: %q", title, s)
		}
	})
}

func TestSeatsAndCodes(t *testing.T) {
	for s, want := range map[Seat]Delegation{"us-head": "us", "u2-a-b": "u2", "a-1": "a"} {
		if !s.Valid() || s.Delegation() != want {
			t.Errorf("%q: %v, %q", s, s.Valid(), s.Delegation())
		}
	}
	for _, s := range []Seat{"", "us", "us-", "-head", "US-head", "us-Head", "2u-head", "us head", "us_head", Seat("us-" + strings.Repeat("x", 41)), Seat(strings.Repeat("x", 17) + "-a")} {
		if s.Valid() {
			t.Errorf("%q is a seat", s)
		}
	}
	if !id("x").Valid() || RoomID("").Valid() || RoomID(strings.Repeat("a", 25)+"1").Valid() || RoomID(strings.Repeat("A", 26)).Valid() {
		t.Error("the form of a room's identifier")
	}
	for i, r := range roles {
		for j, need := range roles {
			if r.AtLeast(need) != (i >= j) {
				t.Errorf("%s at least %s: %v", r, need, r.AtLeast(need))
			}
		}
		if r.AtLeast("") || r.AtLeast("king") || Role("").AtLeast(r) || Role("king").AtLeast(r) {
			t.Errorf("%s beside an unknown role", r)
		}
	}
}

// FuzzDecode: what is read as an act is written and read again as the same; what is not is a problem with all its words.
func FuzzDecode(f *testing.F) {
	for i, kind := range Catalogue {
		b, err := Encode(New(kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, b)
	}
	f.Add(0, []byte(`{"name":"a","name":"b"}`))
	f.Add(28, []byte(`{"text":"x","on":["a/b"],"cites":[{"source":"s","paragraph":9223372036854775808}]}`))
	f.Fuzz(func(t *testing.T, n int, payload []byte) {
		kind := Catalogue[uint(n)%uint(len(Catalogue))]
		a, err := Decode(kind, payload)
		if err != nil {
			for _, p := range problemsOf(t, err) {
				wellPut(t, p)
				_ = p.Error()
			}
			return
		}
		Refs(a, func(field string, r *Ref) {
			if field == "" || (r.Name == "" && r.Room != "") {
				t.Errorf("%q: %v", field, r)
			}
		})
		b, err := Encode(a)
		if err != nil {
			t.Fatalf("%s: encoding: %v", payload, err)
		}
		again, err := Decode(kind, b)
		if err != nil {
			if codes := codesOf(t, err); codes[0] == "payload-too-large" {
				return // escapes can be longer than what they stand for
			}
			t.Fatalf("%s was read, and written as %s: %v", payload, b, err)
		}
		if c, err := Encode(again); err != nil || string(c) != string(b) {
			t.Errorf("%s, then %s: %v", b, c, err)
		}
	})
}
