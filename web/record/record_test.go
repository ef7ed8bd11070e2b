package record

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"parley/record"
	"parley/web/act/acttest"
	"parley/web/ui"
)

type asked struct {
	room, index string
	url.Values
}

func (a asked) Path(name string) string {
	if name == "index" {
		return a.index
	}
	return a.room
}

func render(t *testing.T, show ui.Show, p *ui.Page, q ui.Query) string {
	t.Helper()
	c, err := show(p, q)
	if err != nil {
		t.Fatal(err)
	}
	return markup(t, c)
}

func markup(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func has(t *testing.T, html string, want ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(html, templ.EscapeString(s)) {
			t.Errorf("no %q in\n%s", s, html)
		}
	}
}

func TestPages(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	direct := w.Rooms["direct"]
	head := p.View.Head(direct)
	has(t, render(t, Show, p, asked{}), head.Root.String(), "parley archive talks --as us-head", p.HostKey, "/p/talks/archive")

	proof, err := p.Prove(direct, 1)
	if err != nil {
		t.Fatal(err)
	}
	html := render(t, Room, p, asked{room: string(direct)})
	has(t, html, record.LeafHash(proof.Leaf).String(), head.Root.String(), string(direct))
	if strings.Count(html, "erased</span>") != 1 {
		t.Error("the erased entry is not marked")
	}
	html = render(t, Entry, p, asked{room: string(direct), index: "1"})
	has(t, html, proof.Hashes[0].String(), head.Root.String(), "author us-head", "There is no thought of it.")
	if strings.Contains(html, "<script") {
		t.Error("a payload became markup")
	}
	has(t, render(t, Entry, p, asked{room: string(direct), index: "17"}), "Payload and salt were erased")
}

func TestNotFound(t *testing.T) {
	w := acttest.New(t)
	p, direct := w.Page(t, "ua-head"), string(w.Rooms["direct"])
	for _, q := range []asked{{room: direct, index: "1"}, {room: "nowhere", index: "0"}, {room: string(w.Rooms["lobby"]), index: "x"},
		{room: string(w.Rooms["lobby"]), index: "-1"}, {room: string(w.Rooms["lobby"]), index: "01"}, {room: string(w.Rooms["lobby"]), index: "9999"}} {
		if _, err := Entry(p, q); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("%v: %v", q, err)
		}
	}
	for _, room := range []string{direct, "nowhere", ""} {
		if _, err := Room(p, asked{room: room}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("%s: %v", room, err)
		}
	}
	if html := render(t, Show, p, asked{}); strings.Contains(html, direct) {
		t.Error("the list names a hidden room")
	}
}

// The path that is drawn ends at the root, for every entry of trees of every size up to 70.
func TestClimb(t *testing.T) {
	var tree record.Tree
	var leaves []record.Hash
	for size := int64(1); size <= 70; size++ {
		leaf := record.LeafHash([]byte{byte(size)})
		leaves = append(leaves, leaf)
		tree.Append(leaf)
		root := tree.Head().Root
		for i := range size {
			hashes, err := tree.Inclusion(i, size)
			if err != nil {
				t.Fatal(err)
			}
			path := climb(leaves[i], i, size, hashes)
			top := leaves[i]
			if len(path) > 0 {
				top = path[len(path)-1].made
			}
			if top != root || len(path) != len(hashes) {
				t.Fatalf("entry %d of %d does not lead to the root", i, size)
			}
			for _, j := range joints(path) {
				if j.x < 0 || j.x > 340 || j.sibX < 65 || j.sibX > 275 {
					t.Fatalf("entry %d of %d is drawn outside: %+v", i, size, j)
				}
			}
		}
	}
}

func TestPretty(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":[true]}`: "{\n  \"a\": 1,\n  \"b\": [\n    true\n  ]\n}", "not json": "not json", "": "", "\xff": "\xff",
	} {
		if got := pretty([]byte(in)); got != want {
			t.Errorf("pretty(%q) = %q", in, got)
		}
	}
}
