package record_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/record"
)

const goodLeaf = `parley-entry/1
room vhxk3m7q2c5n6d4t7r2b5w3y6a
kind remark.write
author us-head
seen 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
time 2025-02-18T09:00:00.000Z
commitment AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
`

func TestLeafText(t *testing.T) {
	var commitment record.Hash
	for i := range commitment {
		commitment[i] = byte(i)
	}
	leaf := record.Leaf{Room: "vhxk3m7q2c5n6d4t7r2b5w3y6a", Kind: "remark.write", Author: "us-head",
		Seen: record.EmptyHead, Time: time.Date(2025, 2, 18, 12, 0, 0, 0, time.FixedZone("AST", 3*3600)), Commitment: commitment}
	text, err := leaf.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(goodLeaf, string(text)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	got, err := record.ParseLeaf(text)
	if err != nil {
		t.Fatal(err)
	}
	leaf.Time = leaf.Time.UTC()
	if got != leaf {
		t.Errorf("parsed %+v, want %+v", got, leaf)
	}
}

func TestLeafRefusesToMarshal(t *testing.T) {
	good, err := record.ParseLeaf([]byte(goodLeaf))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*record.Leaf){
		"no room":              func(l *record.Leaf) { l.Room = "" },
		"newline in room":      func(l *record.Leaf) { l.Room = "a\nkind b" },
		"space in kind":        func(l *record.Leaf) { l.Kind = "a b" },
		"plus in room":         func(l *record.Leaf) { l.Room = "a+b" },
		"non-ASCII author":     func(l *record.Leaf) { l.Author = "üs-head" },
		"control in author":    func(l *record.Leaf) { l.Author = "us\x7f" },
		"129 bytes":            func(l *record.Leaf) { l.Author = strings.Repeat("a", 129) },
		"zero head":            func(l *record.Leaf) { l.Seen = record.Head{} },
		"negative size":        func(l *record.Leaf) { l.Seen.Size = -1 },
		"size too large":       func(l *record.Leaf) { l.Seen.Size = record.MaxSize + 1 },
		"no time":              func(l *record.Leaf) { l.Time = time.Time{} },
		"part of millisecond":  func(l *record.Leaf) { l.Time = l.Time.Add(time.Microsecond) },
		"year 10000":           func(l *record.Leaf) { l.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"year 10000 once UTC":  func(l *record.Leaf) { l.Time = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)) },
		"year before 1, local": func(l *record.Leaf) { l.Time = time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200)) },
	} {
		l := good
		change(&l)
		if text, err := l.MarshalText(); err == nil {
			t.Errorf("%s: marshalled to %q", name, text)
		}
	}
}

func TestParseLeafIsStrict(t *testing.T) {
	for name, change := range map[string][2]string{
		"other version":        {"parley-entry/1", "parley-entry/2"},
		"carriage return":      {"us-head\n", "us-head\r\n"},
		"space at the end":     {"us-head\n", "us-head \n"},
		"two spaces":           {"kind remark", "kind  remark"},
		"missing line":         {"kind remark.write\n", ""},
		"repeated line":        {"kind remark.write\n", "kind remark.write\nkind remark.write\n"},
		"leading zero":         {"seen 0 ", "seen 00 "},
		"plus sign":            {"seen 0 ", "seen +0 "},
		"empty with a root":    {"47DEQ", "57DEQ"},
		"full without a root":  {"seen 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "seen 1"},
		"stray base64 bits":    {"Hh8=", "Hh9="},
		"no padding":           {"Hh8=", "Hh8"},
		"url base64":           {"+/TI", "-_TI"},
		"newline in base64":    {"AAECAwQF", "AAEC\nAwQF"},
		"returns in base64":    {"AAECAwQFBg", "AAEC\r\r\r\rBg"},
		"no milliseconds":      {"00.000Z", "00Z"},
		"comma":                {"00.000Z", "00,000Z"},
		"four decimals":        {"00.000Z", "00.0000Z"},
		"offset":               {"00.000Z", "00.000+00:00"},
		"small z":              {"00.000Z", "00.000z"},
		"30 February":          {"02-18", "02-30"},
		"29 February 2025":     {"02-18", "02-29"},
		"month 0":              {"02-18", "00-18"},
		"day 0":                {"02-18", "02-00"},
		"hour 24":              {"T09", "T24"},
		"leap second":          {"09:00:00.", "09:00:60."},
		"no time of its own":   {"2025-02-18T09", "0001-01-01T00"},
		"year 0":               {"2025-", "0000-"},
		"bytes after the end":  {"Hh8=\n", "Hh8=\nmore\n"},
		"no last newline":      {"Hh8=\n", "Hh8="},
		"size above the limit": {"seen 0 ", "seen 1099511627777 "},
		"size above 2^64":      {"seen 0 ", "seen 18446744073709551616 "},
		"digit that is none":   {"2025-02", "20:5-02"},
	} {
		text := strings.Replace(goodLeaf, change[0], change[1], 1)
		if text == goodLeaf {
			t.Fatalf("%s: nothing was changed", name)
		}
		if l, err := record.ParseLeaf([]byte(text)); err == nil {
			t.Errorf("%s: parsed as %+v", name, l)
		}
	}
}

func genLeaf() *rapid.Generator[record.Leaf] {
	word := rapid.StringMatching(`[!-*,-~]{1,128}`)
	hash := rapid.Custom(func(t *rapid.T) (h record.Hash) {
		copy(h[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		return h
	})
	return rapid.Custom(func(t *rapid.T) record.Leaf {
		head := record.Head{Size: rapid.Int64Range(0, record.MaxSize).Draw(t, "size"), Root: hash.Draw(t, "root")}
		if head.Size == 0 {
			head = record.EmptyHead
		}
		// From 2 January of the year 1 to the end of 9999.
		at := time.UnixMilli(rapid.Int64Range(-62135510400000, 253402300799999).Draw(t, "time")).UTC()
		return record.Leaf{Room: word.Draw(t, "room"), Kind: word.Draw(t, "kind"), Author: word.Draw(t, "author"),
			Seen: head, Time: at, Commitment: hash.Draw(t, "commitment")}
	})
}

func TestLeafRoundTripProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaf := genLeaf().Draw(t, "leaf")
		text, err := leaf.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		got, err := record.ParseLeaf(text)
		if err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if got != leaf {
			t.Fatalf("got %+v, want %+v", got, leaf)
		}
	})
}

func TestCommitBindsEachPart(t *testing.T) {
	salt := bytes.Repeat([]byte{7}, record.SaltSize)
	// Spelled out, so that it is not the code under test.
	want := sha256.Sum256([]byte("parley-commitment/1\n" + string(salt) + "\x00\x00\x00\x00\x00\x00\x00\x02" + "{}"))
	if got := record.Commit(salt, []byte("{}")); got != want {
		t.Errorf("got %s, want %s", got, base64.StdEncoding.EncodeToString(want[:]))
	}
	other := bytes.Clone(salt)
	other[31]++
	if record.Commit(other, []byte("{}")) == want || record.Commit(salt, []byte("{} ")) == want || record.Commit(salt, nil) == want {
		t.Error("another salt or payload gives the same commitment")
	}
	defer func() {
		if recover() == nil {
			t.Error("a salt of 31 bytes is taken")
		}
	}()
	record.Commit(salt[1:], nil)
}

func TestLeafHashIsRFC6962(t *testing.T) {
	if got, want := record.LeafHash([]byte("x")), record.Hash(sha256.Sum256([]byte("\x00x"))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add([]byte(goodLeaf))
	f.Add([]byte(strings.Replace(goodLeaf, "Hh8=", "Hh9=", 1)))
	f.Add([]byte(strings.ReplaceAll(goodLeaf, "\n", "\r\n")))
	f.Add([]byte("parley-entry/1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		leaf, err := record.ParseLeaf(text)
		if err != nil {
			if leaf != (record.Leaf{}) {
				t.Errorf("an error and %+v", leaf)
			}
			return
		}
		again, err := leaf.MarshalText()
		if err != nil {
			t.Fatalf("parsed %q and cannot write it: %v", text, err)
		}
		if !bytes.Equal(again, text) {
			t.Errorf("parsed %q, wrote %q", text, again)
		}
	})
}

func BenchmarkParseLeaf(b *testing.B) {
	text := []byte(goodLeaf)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.ParseLeaf(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseLeaf100k(b *testing.B) {
	room := talk(b, "vhxk3m7q2c5n6d4t7r2b5w3y6a", "", 1000)
	leaves := make([]record.Leaf, 100_000)
	for b.Loop() {
		for i := range leaves {
			var err error
			if leaves[i], err = record.ParseLeaf(room.leaves[i%1000]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkMarshalLeaf(b *testing.B) {
	leaf, err := record.ParseLeaf([]byte(goodLeaf))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := leaf.MarshalText(); err != nil {
			b.Fatal(err)
		}
	}
}
