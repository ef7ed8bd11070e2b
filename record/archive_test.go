package record_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"parley/record"
)

// room builds a room's record as a host would.
type room struct {
	id     string
	title  string
	tree   record.Tree
	leaves [][]byte
	salts  [][]byte
	bodies [][]byte
}

var start = time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)

func testHost(t testing.TB, n byte) *record.Host {
	t.Helper()
	h, err := record.NewHost(bytes.Repeat([]byte{n}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func testSalt(id string, i int64) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("salt "+id), uint64(i)))
	return sum[:]
}

// say adds an entry whose author had seen the first seen entries.
func (r *room) say(t testing.TB, author, kind, payload string, seen int64) {
	t.Helper()
	head, err := r.tree.HeadAt(seen)
	if err != nil {
		t.Fatal(err)
	}
	i := r.tree.Size()
	salt := testSalt(r.id, i)
	r.add(t, record.Leaf{Room: r.id, Kind: kind, Author: author, Seen: head,
		Time:       start.Add(time.Duration(i) * 90 * time.Second),
		Commitment: record.Commit(salt, []byte(payload))}, salt, []byte(payload))
}

func (r *room) add(t testing.TB, leaf record.Leaf, salt, payload []byte) {
	t.Helper()
	text, err := leaf.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	r.leaves, r.salts, r.bodies = append(r.leaves, text), append(r.salts, salt), append(r.bodies, payload)
	r.tree.Append(record.LeafHash(text))
}

func (r *room) checkpoint(t testing.TB, host *record.Host) []byte {
	t.Helper()
	c, err := host.Sign(r.id, r.tree.Head())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func talk(t testing.TB, id, title string, n int) *room {
	t.Helper()
	r := &room{id: id, title: title}
	authors := []string{"us-head", "ru-head", "sa-chair"}
	for i := range n {
		r.say(t, authors[i%3], "remark.write", fmt.Sprintf(`{"text":"remark %d"}`, i), int64(i))
	}
	return r
}

func archive(t testing.TB, host *record.Host, rooms ...*room) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := record.NewArchiveWriter(&b, record.ArchiveHeader{Process: "riyadh-2025", Host: host.Public()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rooms {
		if err := w.Room(r.id, r.title, r.checkpoint(t, host)); err != nil {
			t.Fatal(err)
		}
		for i := range r.leaves {
			if err := w.Entry(r.leaves[i], r.salts[i], r.bodies[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchiveRoundTrip(t *testing.T) {
	host := testHost(t, 1)
	a, b := talk(t, "aaaaaaaaaaaaaaaaaaaaaaaaaa", "Lobby", 7), talk(t, "bbbbbbbbbbbbbbbbbbbbbbbbbb", "", 0)
	a.salts[3], a.bodies[3] = nil, nil
	file := archive(t, host, a, b)
	var got []string
	report, err := record.ReadArchive(bytes.NewReader(file), record.Options{Host: host.Public()}, func(e record.ArchiveEntry) error {
		got = append(got, fmt.Sprintf("%d %s %s", e.Index, e.Leaf.Author, e.Payload))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 7 || got[3] != "3 us-head " || got[4] != `4 ru-head {"text":"remark 4"}` {
		t.Errorf("entries: %q", got)
	}
	if len(report.Rooms) != 2 || !report.Pinned || report.Rooms[0].Title != "Lobby" || fmt.Sprint(report.Rooms[0].Erased) != "[3]" ||
		report.Rooms[0].Head != a.tree.Head() || report.Rooms[1].Head != record.EmptyHead {
		t.Errorf("report: %+v", report)
	}
}
