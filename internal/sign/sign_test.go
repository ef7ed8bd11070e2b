package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/talks"
	"parley/record"
)

const room = "vhxk3m7q2c5n6d4t7r2b5w3y6a"

// entry is one of a room, with a salt that nobody needs here.
func entry(t testing.TB, index int64, kind, payload string) Entry {
	t.Helper()
	salt := bytes.Repeat([]byte{byte(index)}, record.SaltSize)
	leaf, err := record.Leaf{
		Room: room, Kind: kind, Author: "us-head", Seen: record.EmptyHead, Time: time.Date(2025, 2, 18, 9, int(index), 0, 0, time.UTC),
		Commitment: record.Commit(salt, []byte(payload)),
	}.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return Entry{index, leaf, []byte(payload)}
}

const (
	tabled  = `{"name":"harbour-first","title":"The harbour opens first","text":"The harbour opens on the first of May.\nЛихтеры – раньше."}`
	adopted = `{"name":"harbour","title":"On the harbour","proposal":"harbour-first"}`
)

func text(t testing.TB) []byte {
	t.Helper()
	b, err := Text(entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", tabled))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are those of docs/record.md, put together here from that page alone.
func TestText(t *testing.T) {
	hash := func(b []byte) string { h := sha256.Sum256(b); return base64.StdEncoding.EncodeToString(h[:]) }
	adopt, table := entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", tabled)
	want := strings.Join([]string{
		"parley-adopt/1",
		"room " + room,
		fmt.Sprintf("agreement 7 %s %s %d", hash(append([]byte{0}, adopt.Leaf...)), hash([]byte(adopted)), len(adopted)),
		fmt.Sprintf("proposal 3 %s %s %d", hash(append([]byte{0}, table.Leaf...)), hash([]byte(tabled)), len(tabled)),
		"",
		adopted,
		tabled,
		"",
	}, "\n")
	if got := string(text(t)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextRefuses(t *testing.T) {
	adopt, table := entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", tabled)
	elsewhere := table
	elsewhere.Leaf = bytes.Replace(table.Leaf, []byte("room v"), []byte("room w"), 1)
	gone := table
	gone.Payload = nil
	for name, pair := range map[string][2]Entry{
		"the two the other way round": {table, adopt},
		"two rooms":                   {adopt, elsewhere},
		"erased":                      {adopt, gone},
		"another proposal":            {adopt, entry(t, 3, "proposal.table", strings.Replace(tabled, "harbour-first", "harbour-second", 1))},
		"another room's proposal":     {entry(t, 7, "agreement.adopt", strings.Replace(adopted, `"harbour-first"`, `"waaaaaaaaaaaaaaaaaaaaaaaaa/harbour-first"`, 1)), table},
		"no leaf":                     {{7, []byte("leaf"), []byte(adopted)}, table},
		"no act":                      {entry(t, 7, "agreement.adopt", `{"name":1}`), table},
	} {
		if b, err := Text(pair[0], pair[1]); err == nil {
			t.Errorf("%s: %s", name, b)
		}
	}
}

// What is signed is what is shown: a host that shows one thing and hands out another is found out.
func TestForSaysWhatIsShown(t *testing.T) {
	shown := func(adopted, tabled string) (*talks.World, *talks.Agreement) {
		s := talks.NewState(room)
		for i, e := range []struct{ kind, payload string }{
			{"room.open", `{"kind":"direct","title":"Two","members":["ru","us"]}`}, {"proposal.table", tabled},
			{"proposal.respond", `{"proposal":"harbour-first","answer":"accept"}`}, {"agreement.adopt", adopted},
		} {
			a, err := talks.Decode(talks.Kind(e.kind), []byte(e.payload))
			if err != nil {
				t.Fatal(err)
			}
			seat := talks.Seat("us-head")
			if e.kind == "proposal.respond" {
				seat = "ru-head"
			}
			s.Fold(talks.NewEntry(room, int64(i), time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC), seat, talks.Kind(e.kind), a))
		}
		w := talks.NewWorld(s)
		return w, w.Agreements()[0]
	}
	read := func(_ talks.RoomID, index int64) (Entry, error) {
		if index == 1 {
			return entry(t, 1, "proposal.table", tabled), nil
		}
		return entry(t, 3, "agreement.adopt", adopted), nil
	}
	for name, c := range map[string]struct {
		adopted, tabled string
		same            bool
	}{
		"as it is":            {adopted, tabled, true},
		"the room said too":   {strings.Replace(adopted, `"harbour-first"`, `"`+room+`/harbour-first"`, 1), tabled, true},
		"another agreement":   {strings.Replace(adopted, `"harbour"`, `"ferry"`, 1), tabled, false},
		"another title":       {strings.Replace(adopted, "On the harbour", "On the ferry", 1), tabled, false},
		"another word of it":  {adopted, strings.Replace(tabled, "May", "June", 1), false},
		"it depends on a day": {adopted, strings.Replace(tabled, `{`, `{"in_force":{"from":"2099"},`, 1), false},
	} {
		w, a := shown(c.adopted, c.tabled)
		if _, err := For(w, a, read); (err == nil) != c.same {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever differs between two agreements differs in the bytes: no two pairs of entries share a text.
func TestTextIsUnambiguous(t *testing.T) {
	seen := map[string]string{}
	for name, pair := range map[string][2]Entry{
		"one":             {entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", tabled)},
		"another place":   {entry(t, 8, "agreement.adopt", adopted), entry(t, 3, "proposal.table", tabled)},
		"another word":    {entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", strings.Replace(tabled, "May", "June", 1))},
		"another space":   {entry(t, 7, "agreement.adopt", adopted+"\n"), entry(t, 3, "proposal.table", tabled)},
		"space elsewhere": {entry(t, 7, "agreement.adopt", adopted), entry(t, 3, "proposal.table", "\n"+tabled)},
	} {
		b, err := Text(pair[0], pair[1])
		if err != nil {
			t.Fatal(name, err)
		}
		if other, ok := seen[string(b)]; ok {
			t.Errorf("%s and %s have the same bytes", name, other)
		}
		seen[string(b)] = name
	}
}

func act(key, signature string) *talks.AgreementSign {
	return &talks.AgreementSign{Agreement: talks.Ref{Name: "harbour"}, Method: "ssh", Key: key, Signature: signature}
}
