package room

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/talks"
	"parley/web/ui"
)

// Compose turns a form of a room's page into an act for that room: its kind and its JSON, with every reference exact. What the
// form leaves open is filled in here and nowhere else: short names are looked up in what all members of the room see, and an
// object gets a name made of its title. The error is of type [talks.Problems]; whether the act may be written is the gate's
// to say.
func Compose(values url.Values, p *ui.Page, room talks.RoomID) (talks.Kind, []byte, error) {
	f := find(values.Get("compose"))
	if f == nil {
		return "", nil, talks.Problems{{Class: talks.Invalid, Code: "unknown-act", Field: "compose", Args: []string{clean(values.Get("compose"))}}}
	}
	b := &builder{values: values, view: p.W().As(room), room: room, state: p.W().Room(room)}
	a := f.build(b)
	if err := talks.Complete(a, room, b.view, b.handle); err != nil {
		if ps, ok := errors.AsType[talks.Problems](err); ok {
			b.problems = append(b.problems, ps...)
		}
	}
	if len(b.problems) > 0 {
		return f.kind, nil, b.problems
	}
	payload, err := talks.Encode(a)
	if err == nil {
		// What was encoded is read again as the gate will read it, so that nothing is sent that would be refused for its form.
		_, err = talks.Decode(f.kind, payload)
	}
	if err != nil {
		var pr *talks.Problem
		if !errors.As(err, &pr) {
			pr = &talks.Problem{Class: talks.Invalid, Code: "bad-value", Args: []string{err.Error()}}
		}
		return f.kind, nil, talks.Problems{pr}
	}
	return f.kind, payload, nil
}

// builder reads a form's values into the fields of an act and gathers what cannot be read.
type builder struct {
	values   url.Values
	view     *talks.World // the room's own
	room     talks.RoomID
	state    *talks.State // nil where the viewer does not see the room
	problems talks.Problems
}

func (b *builder) fail(code, field string, args ...string) {
	b.problems = append(b.problems, &talks.Problem{Class: talks.Invalid, Code: code, Field: field, Args: args})
}

// handle finds a room by what a person may call it instead of its identifier.
func (b *builder) handle(s string) (talks.RoomID, bool) {
	if l := b.view.Lobby(); l != nil && s == string(talks.Lobby) {
		return l.Room.ID, true
	}
	return "", false
}

// clean makes a value what a text of an act can be: valid UTF-8, and line ends as everywhere but in forms (HTML, section
// 4.10.22.4 sends CR LF).
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// text is a value without the space around it.
func (b *builder) text(name string) string { return strings.TrimSpace(clean(b.values.Get(name))) }

func (b *builder) date(name string) talks.Date { return talks.Date(b.text(name)) }

func (b *builder) decimal(name string) talks.Decimal { return talks.Decimal(b.text(name)) }

func (b *builder) checked(name string) bool { return b.values.Get(name) != "" }

// number is a whole number that can be left out.
func (b *builder) number(name string) *int {
	s := b.text(name)
	if s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		b.fail("bad-number", name, s)
		return nil
	}
	return &n
}

func (b *builder) ref(name string) talks.Ref { return b.parseRef(name, b.text(name)) }

func (b *builder) parseRef(field, s string) talks.Ref {
	var r talks.Ref
	if err := r.UnmarshalText([]byte(s)); err != nil {
		b.fail("unknown-ref", field, s)
		return talks.Ref{}
	}
	if r.Room == b.room {
		r.Room = "" // an act names the objects of its own room without it
	}
	return r
}

// refs are all values of a name, each a reference; empty ones are left out.
func (b *builder) refs(name string) []talks.Ref {
	var rs []talks.Ref
	for _, s := range b.values[name] {
		if s = strings.TrimSpace(clean(s)); s != "" {
			rs = append(rs, b.parseRef(fmt.Sprintf("%s/%d", name, len(rs)), s))
		}
	}
	return rs
}

// lines are the lines of a text that say something.
func (b *builder) lines(name string) []string {
	var out []string
	for s := range strings.SplitSeq(clean(b.values.Get(name)), "\n") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// name makes an object's name of its title, unique in this room: other rooms' names do not count, so that nothing can be
// learned of them.
func (b *builder) name(title, what string) string {
	base := talks.Slug(title)
	if base == "" {
		base = what
	}
	return b.unique(base)
}

func (b *builder) unique(base string) string {
	if b.state == nil || b.state.Object(base) == "" {
		return base
	}
	for n := 2; ; n++ {
		if s := fmt.Sprintf("%s-%d", base, n); b.state.Object(s) == "" {
			return s
		}
	}
}

// basis is what the act rests on: one place in a source, or that nothing is claimed.
func (b *builder) basis() talks.Basis {
	basis := talks.Basis{Illustrative: b.checked("illustrative")}
	c := talks.Cite{Source: b.ref("cites/0/source"), Quote: b.text("cites/0/quote")}
	if n := b.number("cites/0/paragraph"); n != nil {
		c.Paragraph = *n
	}
	if c != (talks.Cite{}) {
		basis.Cites = []talks.Cite{c}
	}
	return basis
}

// rows calls f with the number of each row of repeated fields in which something stands. The rows are counted anew without
// the empty ones, as the act has them.
func (b *builder) rows(prefix string, names []string, f func(at string)) {
	for _, at := range filled(b.values, prefix, names) {
		f(at)
	}
}

// maxRows is how many rows of repeated fields a form can have.
const maxRows = 20

// filled lists the prefixes of the rows in which something stands.
func filled(values url.Values, prefix string, names []string) []string {
	var out []string
	for i := range maxRows {
		at := fmt.Sprintf("%s/%d/", prefix, i)
		for _, n := range names {
			if strings.TrimSpace(values.Get(at+n)) != "" {
				out = append(out, at)
				break
			}
		}
	}
	return out
}
