// Package record shows the record that stands under the talks: each room's tree with its signed head, the entries with their
// hashes, and for each entry all that is needed to check it without this host.
package record

import (
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed record.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("record", css) }

// pageSize is how many entries a page of a room's record shows. For each the gate is asked for its leaf.
const pageSize = 100

// Show lists the rooms that the viewer sees, with the head of each tree, and says how to check them.
func Show(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Title, p.Sub, p.Nav = p.Loc.T("record.title"), p.Loc.T("record.sub"), "record"
	return overview(p), nil
}

// roomPage is a part of a room's record.
type roomPage struct {
	room       *talks.State
	rows       []row
	from, to   int64
	checkpoint string
}

// row is an entry of the table. hash is the hash of its leaf, and empty where the page has no access to the leaves.
type row struct {
	e    *talks.Entry
	hash string
}

// Room shows a room's entries with their hashes, the newest last, and the room's checkpoint. ?from= names the first entry.
func Room(p *ui.Page, q ui.Query) (templ.Component, error) {
	s := p.W().Room(talks.RoomID(q.Path("room")))
	if s == nil {
		return nil, ui.ErrNotFound
	}
	p.Title = p.Loc.T("record.of", "room", s.Room.Title)
	p.Sub, p.Nav = p.Loc.T("record.room.sub"), "record"
	size := s.Size()
	r := &roomPage{room: s, from: max(0, size-pageSize), to: size}
	if n, err := strconv.ParseInt(q.Get("from"), 10, 64); err == nil && n >= 0 && n < size {
		r.from, r.to = n, min(size, n+pageSize)
	}
	for _, e := range s.Entries[r.from:r.to] {
		one := row{e: e}
		if p.Prove != nil {
			proof, err := p.Prove(e.Room, e.Index)
			if err != nil {
				return nil, notFound("reading the record", err)
			}
			one.hash = record.LeafHash(proof.Leaf).String()
		}
		r.rows = append(r.rows, one)
	}
	if p.Checkpoint != nil {
		text, err := p.Checkpoint(s.Room.ID)
		if err != nil {
			return nil, notFound("reading a checkpoint", err)
		}
		r.checkpoint = string(text)
	}
	return room(p, r), nil
}

// entryPage is one entry with its proof.
type entryPage struct {
	e     *talks.Entry
	size  int64 // of the room, for the links to the entries beside it
	proof *ledger.Proof
	leaf  record.Leaf
	hash  record.Hash
	path  []step
}

// Entry shows one entry as the record has it: leaf, payload, salt and the path from its hash to the signed root.
func Entry(p *ui.Page, q ui.Query) (templ.Component, error) {
	index, err := strconv.ParseInt(q.Path("index"), 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != q.Path("index") {
		return nil, ui.ErrNotFound
	}
	e := p.W().Entry(talks.RoomID(q.Path("room")), index)
	if e == nil || p.Prove == nil {
		return nil, ui.ErrNotFound
	}
	proof, err := p.Prove(e.Room, e.Index)
	if err != nil {
		return nil, notFound("proving an entry", err)
	}
	leaf, err := record.ParseLeaf(proof.Leaf)
	if err != nil {
		return nil, fmt.Errorf("showing entry %d: %w", index, err)
	}
	s := p.W().Room(e.Room)
	p.Title = p.Loc.T("record.entry", "n", strconv.FormatInt(index, 10), "room", s.Room.Title)
	p.Sub, p.Nav = p.Loc.T("record.entry.sub"), "record"
	v := &entryPage{e: e, size: s.Size(), proof: proof, leaf: leaf, hash: record.LeafHash(proof.Leaf)}
	v.path = climb(v.hash, index, proof.Head.Size, proof.Hashes)
	return entry(p, v), nil
}

func notFound(what string, err error) error {
	if errors.Is(err, ledger.ErrNotFound) {
		return ui.ErrNotFound
	}
	return fmt.Errorf("%s: %w", what, err)
}

// download names the proof's file as C2SP tlog-proof recommends.
func (v *entryPage) download() string {
	return fmt.Sprintf("%s-%d.tlog-proof", v.e.Room, v.e.Index)
}

// pretty indents JSON for reading. What is not JSON is shown as it is: the record takes any bytes.
func pretty(payload []byte) string {
	v := jsontext.Value(payload).Clone()
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return string(payload)
	}
	return string(v)
}

func (v *entryPage) salt() string { return base64.StdEncoding.EncodeToString(v.proof.Salt) }

// beside is the address of another entry of the same room.
func (v *entryPage) beside(p *ui.Page, by int64) templ.SafeURL {
	return p.URL("rooms", string(v.e.Room), "record", strconv.FormatInt(v.e.Index+by, 10))
}

func (r *roomPage) at(p *ui.Page, from int64) templ.SafeURL {
	return p.URLQ(url.Values{"from": {strconv.FormatInt(max(0, from), 10)}}, "rooms", string(r.room.Room.ID), "record")
}

func entryURL(p *ui.Page, e *talks.Entry) templ.SafeURL {
	return p.URL("rooms", string(e.Room), "record", strconv.FormatInt(e.Index, 10))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// short is the beginning of a hash, enough to compare by eye.
func short(hash string) string { return hash[:min(len(hash), 12)] + "…" }

// commands are what a person types to take the record away and to check it.
func commands(p *ui.Page) (take, check string) {
	file := p.View.Process() + "-" + string(p.View.Seat()) + ".parley"
	take = fmt.Sprintf("parley archive %s --as %s --data FOLDER -o %s", p.View.Process(), p.View.Seat(), file)
	check = "parley verify " + file
	if p.HostKey != "" {
		check = fmt.Sprintf("parley verify --host '%s' %s", p.HostKey, file)
	}
	return take, check
}
