// Package wire is what the API and the command line say in JSON: a view, a room's acts, an act handed in, its receipt.
//
// References stand in full, room/name. Times are RFC 3339 in UTC. Fields that say nothing are left out.
package wire

import (
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// View is all that a seat sees.
type View struct {
	Process string     `json:"process"`
	Title   string     `json:"title"`
	Seat    talks.Seat `json:"seat"`
	Role    talks.Role `json:"role"`
	AsOf    string     `json:"as_of,omitzero"` // of a view of the past
	Rooms   []RoomActs `json:"rooms"`          // the lobby first, then in the order they were opened
}

// RoomActs is a room with its entries.
type RoomActs struct {
	Room    talks.RoomID       `json:"room"`
	Kind    talks.RoomKind     `json:"kind"`
	Title   string             `json:"title"`
	Members []talks.Delegation `json:"members"`
	Closed  bool               `json:"closed,omitzero"`
	Size    int64              `json:"size"` // entries in the tree
	Root    string             `json:"root"` // of the tree, in base64
	Entries []Entry            `json:"entries"`
	Next    string             `json:"next,omitzero" doc:"What to send as ?after= for the next part; left out at the end."`
}

// Entry is one act in its place.
type Entry struct {
	Index  int64          `json:"index" minimum:"0"`
	Time   string         `json:"time" format:"date-time"`
	Seat   talks.Seat     `json:"seat"`
	Kind   talks.Kind     `json:"kind"`
	Body   jsontext.Value `json:"body,omitzero"`
	Erased bool           `json:"erased,omitzero"`
}

// Act is an act handed in.
type Act struct {
	Kind   talks.Kind     `json:"kind"`
	Body   jsontext.Value `json:"body"`            // stored and hashed as the bytes that came
	Seen   *int64         `json:"seen,omitzero"`   // entries of the room that the author had seen; all where it is left out
	Expect bool           `json:"expect,omitzero"` // refuse the act if the room has more entries than seen
	Key    string         `json:"key,omitzero"`    // makes it safe to send the same act again
}

// Receipt says where an act stands.
type Receipt struct {
	Room       talks.RoomID `json:"room"`
	Index      int64        `json:"index" minimum:"0"`
	Time       string       `json:"time" format:"date-time"`
	Leaf       string       `json:"leaf"`           // the entry's leaf, as docs/record.md says
	Checkpoint string       `json:"checkpoint"`     // signed over a tree that holds the leaf
	Again      bool         `json:"again,omitzero"` // the key was used before for this act
}

// WriteView writes a view as one line of JSON.
func WriteView(w io.Writer, v *ledger.View) error {
	out, err := Of(v)
	if err != nil {
		return err
	}
	return Write(w, out)
}

// Write writes a value of this package as one line of JSON.
func Write(w io.Writer, v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Of returns a view's wire form.
func Of(v *ledger.View) (*View, error) {
	out := &View{Process: v.Process(), Title: v.Title(), Seat: v.Seat(), Role: v.Role(), Rooms: []RoomActs{}}
	if v.AsOf() {
		out.AsOf = moment(v.Now())
	}
	for _, s := range v.World().Rooms() {
		r, err := ActsOf(v, s, 0)
		if err != nil {
			return nil, err
		}
		out.Rooms = append(out.Rooms, *r)
	}
	return out, nil
}

// ActsOf returns the wire form of a room of a view, with its entries from an index on.
func ActsOf(v *ledger.View, s *talks.State, from int64) (*RoomActs, error) {
	out := RoomHead(v, s)
	es, err := Entries(s.Entries[min(from, s.Size()):])
	out.Entries = append(out.Entries, es...)
	return out, err
}

// RoomHead returns the wire form of a room of a view without its entries.
func RoomHead(v *ledger.View, s *talks.State) *RoomActs {
	root := v.Head(s.Room.ID).Root
	return &RoomActs{
		Room: s.Room.ID, Kind: s.Room.Kind, Title: s.Room.Title, Members: s.Room.Members, Closed: s.Room.Closed != nil,
		Size: s.Size(), Root: base64.StdEncoding.EncodeToString(root[:]), Entries: []Entry{},
	}
}

// Entries returns the wire form of entries.
func Entries(es []*talks.Entry) ([]Entry, error) {
	out := make([]Entry, 0, len(es))
	for _, e := range es {
		w := Entry{Index: e.Index, Time: moment(e.Time), Seat: e.Seat, Kind: e.Kind, Erased: e.Gone}
		if e.Act != nil {
			body, err := talks.Encode(e.Act)
			if err != nil {
				return nil, err
			}
			w.Body = body
		}
		out = append(out, w)
	}
	return out, nil
}

// ReceiptOf returns a receipt's wire form.
func ReceiptOf(r *ledger.Receipt) *Receipt {
	return &Receipt{Room: r.Room, Index: r.Index, Time: moment(r.Time), Leaf: string(r.Leaf), Checkpoint: string(r.Checkpoint), Again: r.Again}
}

// moment writes a time with the three decimals that the record has.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
