package processfile

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// The limits of a file.
const (
	MaxSize  = 32 << 20 // bytes
	MaxActs  = 200_000
	maxParts = 2_000_000 // lines and commas: they bound how many nodes the YAML can have, and so how much memory it takes
	maxDepth = 24
)

// File is a process file whose acts are well formed. Whether they may be written where they stand, [Load] finds.
type File struct {
	Name    string // as given to Parse, for messages
	Process string
	Title   string    // empty where the file has none
	Clock   time.Time // where the clock of a demonstration starts; zero where the file does not say
	Acts    []Act

	head *yaml.Node
}

// Act is one item of the list of acts.
type Act struct {
	Room   string // the file's own handle
	Seat   talks.Seat
	At     time.Time
	Kind   talks.Kind
	Erased bool // its words are gone
	// Partial: it refers to what the file does not have, because it was erased or is in a room that the seat that exported the file does
	// not see any more.
	Partial bool

	body []byte // the act's JSON; nil where it was erased
	node *yaml.Node
}

// Line is where the act begins, from 1.
func (a *Act) Line() int { return a.node.Line }

// The fields that an item has besides those of its act.
const (
	fieldRoom    = "room"
	fieldSeat    = "seat"
	fieldAt      = "at"
	fieldAct     = "act"
	fieldErased  = "erased"
	fieldPartial = "partial"
)

// Parse reads a process file. name is what messages call it. The error is [Mistakes], or the reader's.
func Parse(name string, r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	p := &parser{file: &File{Name: name}, fields: fieldsOf{}}
	if root := p.document(text); root != nil {
		p.head(root)
	}
	if len(p.mistakes) > 0 {
		slices.SortStableFunc(p.mistakes, func(a, b *Mistake) int { return a.Line - b.Line })
		return nil, p.mistakes
	}
	return p.file, nil
}

// parser gathers the mistakes of one file.
type parser struct {
	file     *File
	fields   fieldsOf
	mistakes Mistakes
	act      int // from 1; 0 in the head
	kind     talks.Kind
	item     *yaml.Node // the item being read
}

// full reports whether no more mistakes are taken.
func (p *parser) full() bool { return len(p.mistakes) >= maxMistakes }

func (p *parser) add(m *Mistake) {
	m.File, m.Act, m.Kind = p.file.Name, p.act, p.kind
	if !p.full() {
		p.mistakes = append(p.mistakes, m)
	}
}

// fail notes a mistake of this package's codes at a node.
func (p *parser) fail(n *yaml.Node, field, code string, args ...string) {
	t := texts[code]
	p.add(&Mistake{Line: n.Line, Column: n.Column, Field: field, Code: code, Reason: fill(t[0], args), Remedy: fill(t[1], args)})
}

// problem notes one of the talks' problems at a node.
func (p *parser) problem(n *yaml.Node, pr *talks.Problem) {
	p.add(&Mistake{Line: n.Line, Column: n.Column, Field: pr.Field, Code: pr.Code, Reason: pr.Reason(), Remedy: pr.Remedy()})
}

// head reads the fields before the acts, and the acts.
func (p *parser) head(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		p.fail(root, "", "no-head", what(root))
		return
	}
	p.file.head = root
	var acts *yaml.Node
	for key, value := range p.pairs(root, "") {
		switch key.Value {
		case "process":
			p.file.Process, _ = p.text(value, "process", textType)
			if !ledger.ValidProcess(p.file.Process) {
				p.problem(value, talks.NewProblem("bad-process", "process", fmt.Sprintf("%q", p.file.Process)))
			}
		case "title":
			p.file.Title, _ = p.text(value, "title", textType)
		case "clock":
			p.file.Clock = p.time(value, "clock")
		case "acts":
			acts = value
		default:
			p.fail(key, key.Value, "unknown-header")
		}
	}
	for _, field := range []string{"process", "acts"} {
		if child(root, field) == nil {
			p.problem(root, talks.NewProblem("missing", field))
		}
	}
	if acts != nil {
		p.acts(acts)
	}
	p.title()
}

func (p *parser) acts(list *yaml.Node) {
	switch {
	case list.Kind != yaml.SequenceNode:
		p.fail(list, "acts", "no-list", what(list))
		return
	case len(list.Content) == 0:
		p.problem(list, talks.NewProblem("no-acts", "acts"))
		return
	case len(list.Content) > MaxActs:
		p.fail(list, "acts", "too-many-acts", strconv.Itoa(MaxActs))
		return
	}
	p.file.Acts = make([]Act, 0, len(list.Content))
	for i, item := range list.Content {
		p.act, p.kind, p.item = i+1, "", item
		if item.Kind != yaml.MappingNode {
			p.fail(item, "", "no-item", what(item))
		} else {
			p.file.Acts = append(p.file.Acts, p.one(item))
		}
		if p.full() {
			break
		}
	}
	p.act, p.kind = 0, ""
}

// one reads one act.
func (p *parser) one(item *yaml.Node) Act {
	a := Act{node: item}
	if n := child(item, fieldAct); n != nil && n.Kind == yaml.ScalarNode {
		p.kind = talks.Kind(n.Value)
		a.Kind = p.kind
	}
	var body []*yaml.Node // keys and values of the act's own fields
	for key, value := range p.pairs(item, "") {
		switch key.Value {
		case fieldRoom:
			a.Room, _ = p.text(value, fieldRoom, textType)
			if a.Room != "" && !talks.ValidName(a.Room) {
				p.problem(value, talks.NewProblem("bad-name", fieldRoom, fmt.Sprintf("%q", a.Room)))
			}
		case fieldSeat:
			seat, ok := p.text(value, fieldSeat, textType)
			if a.Seat = talks.Seat(seat); ok && !a.Seat.Valid() {
				p.problem(value, talks.NewProblem("bad-seat", fieldSeat, fmt.Sprintf("%q", seat)))
			}
		case fieldAt:
			a.At = p.time(value, fieldAt)
		case fieldAct:
			kind, ok := p.text(value, fieldAct, textType)
			if ok && talks.New(talks.Kind(kind)) == nil {
				p.problem(value, talks.NewProblem("unknown-act", fieldAct, kind))
			}
		case fieldErased:
			a.Erased = string(p.bool(nil, value, fieldErased)) == "true"
		case fieldPartial:
			a.Partial = string(p.bool(nil, value, fieldPartial)) == "true"
		default:
			body = append(body, key, value)
		}
	}
	for _, field := range []string{fieldRoom, fieldSeat, fieldAt, fieldAct} {
		if child(item, field) == nil {
			p.problem(item, talks.NewProblem("missing", field))
		}
	}
	switch {
	case a.Erased:
		if len(body) > 0 {
			p.fail(body[0], body[0].Value, "erased-words")
		}
	case talks.New(a.Kind) != nil:
		a.body = p.body(a.Kind, body)
	}
	return a
}

// body turns the fields of an act into its JSON and has the talks read it. Without mistakes it returns what was read.
func (p *parser) body(kind talks.Kind, fields []*yaml.Node) []byte {
	before := len(p.mistakes)
	b := p.object(nil, &yaml.Node{Kind: yaml.MappingNode, Content: fields}, p.fields.act(kind), "")
	if len(p.mistakes) > before {
		return nil
	}
	if _, err := talks.Decode(kind, b); err != nil {
		var pr *talks.Problem
		if !asProblem(err, &pr) {
			pr = talks.NewProblem("bad-value", "", err.Error())
		}
		p.problem(locate(p.item, pr.Field), pr)
		return nil
	}
	return b
}

// time reads an instant. A leaf has milliseconds, so a finer one would not be kept as it is written.
func (p *parser) time(n *yaml.Node, field string) time.Time {
	s, ok := p.text(n, field, dateType)
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if t = t.UTC(); err != nil || !t.Equal(t.Truncate(time.Millisecond)) || t.Year() < 1 || t.Year() > 9999 || !strings.Contains(s, "T") {
		p.fail(n, field, "bad-time", s)
		return time.Time{}
	}
	return t
}

// title gives the file's title to a lobby that has none of its own, and refuses two that differ.
func (p *parser) title() {
	if p.file.Title == "" || len(p.mistakes) > 0 || len(p.file.Acts) == 0 {
		return
	}
	first := &p.file.Acts[0]
	act, err := talks.Decode(first.Kind, first.body)
	open, ok := act.(*talks.RoomOpen)
	if err != nil || !ok || open.Type != talks.Lobby || open.Process == p.file.Title {
		return
	}
	if open.Process != "" {
		p.fail(child(p.file.head, "title"), "title", "title-differs", strconv.Itoa(child(first.node, "process").Line))
		return
	}
	open.Process = p.file.Title
	if first.body, err = talks.Encode(open); err != nil {
		p.problem(first.node, talks.NewProblem("bad-value", "title", err.Error()))
	}
}
