package talks

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Kind is the kind of an act, as in "position.record". [Rules] has them all.
type Kind string

// Act is one thing somebody did. The implementations are the pointers that [New] returns, one for each kind.
//
// The unexported methods keep the catalogue closed: an act's checks, its fold and its references are written beside it.
type Act interface {
	Kind() Kind
	// basis is what the act rests on.
	basis() *Basis
	// refs calls f with each reference of the act, so that it can be read or completed in place.
	refs(f func(field place, r *Ref))
	// check finds what is wrong with the act in the room's view.
	check(c *Checking)
	// fold brings the state up to date with the act. It is total: what does not fit is left out.
	fold(s *State, e *Entry)
}

// Basis is what any act can rest on.
type Basis struct {
	// Cites are the places in sources that the act rests on.
	Cites []Cite `json:"cites,omitzero"`
	// Illustrative marks what no source says: an example made up to show how something works. Pages say so beside it.
	Illustrative bool `json:"illustrative,omitzero"`
}

func (b *Basis) basis() *Basis { return b }

func (b *Basis) citeRefs(f func(place, *Ref)) {
	for i := range b.Cites {
		f(place{"cites", i, "source"}, &b.Cites[i].Source)
	}
}

// Cite is a place in a source.
type Cite struct {
	// Source is the source that was added by source.add.
	Source Ref `json:"source"`
	// Paragraph counts the source's paragraphs from 1; 0 where it has none.
	Paragraph int `json:"paragraph,omitzero"`
	// Quote is the source's own words, where they matter; at most 500 characters.
	Quote string `json:"quote,omitzero"`
}

// MaxPayload is how many bytes an act's JSON may have.
const MaxPayload = 256 << 10

// New returns an empty act of a kind, or nil where there is no such kind.
func New(kind Kind) Act {
	if r, ok := Rules[kind]; ok {
		return r.make()
	}
	return nil
}

// Decode reads the JSON of an act strictly: a duplicate name, an unknown field, a value of another type or anything after the
// object is an error, of type [*Problem]. The references stay as they were written; [Entry] has them completed.
func Decode(kind Kind, payload []byte) (Act, error) {
	a := New(kind)
	if a == nil {
		return nil, problem("unknown-act", "act", string(kind))
	}
	if len(payload) > MaxPayload {
		return nil, problem("payload-too-large", "", strconv.Itoa(MaxPayload>>10))
	}
	if err := json.Unmarshal(payload, a, json.RejectUnknownMembers(true)); err != nil {
		return nil, decodeProblem(kind, err)
	}
	return a, nil
}

// Encode writes an act as JSON, its fields in the order of the catalogue.
func Encode(a Act) ([]byte, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", a.Kind(), err)
	}
	return bytes.TrimSpace(b), nil
}

func decodeProblem(kind Kind, err error) *Problem {
	var sem *json.SemanticError
	var syn *jsontext.SyntacticError
	switch {
	case asError(err, &sem):
		field := pointer(sem.JSONPointer)
		if errors.Is(sem.Err, json.ErrUnknownName) {
			if t, at := sem.GoType, strings.LastIndexByte(field, '/'); at > 0 && t != nil && t.Kind() == reflect.Struct {
				return problem("unknown-field", field, field[:at], fieldNames(t))
			}
			return problem("unknown-field", field, string(kind), fieldNames(reflect.TypeOf(New(kind)).Elem()))
		}
		if sem.Err != nil {
			return problem("bad-value", field, sem.Err.Error())
		}
		return problem("wrong-type", field, sem.JSONKind.String(), typeName(sem.GoType))
	case asError(err, &syn):
		return problem("bad-json", pointer(syn.JSONPointer), syn.Err.Error(), strconv.FormatInt(syn.ByteOffset, 10))
	}
	return problem("bad-json", "", err.Error(), "0")
}

// Refs calls f with each reference in the act, in order, with the name of its field. f may change it.
func Refs(a Act, f func(field string, r *Ref)) {
	eachPlace(a, func(at place, r *Ref) { f(at.String(), r) })
}

// eachPlace is Refs without the writing of names, which costs more than the rest of a fold.
func eachPlace(a Act, f func(field place, r *Ref)) {
	a.refs(f)
	a.basis().citeRefs(f)
}

// place is where a reference stands in an act: a field, or an element of a list, or a field of that.
type place struct {
	list  string
	index int // -1 for what is no list
	field string
}

func (p place) String() string {
	switch {
	case p.index < 0:
		return p.list
	case p.field == "":
		return fmt.Sprintf("%s/%d", p.list, p.index)
	}
	return fmt.Sprintf("%s/%d/%s", p.list, p.index, p.field)
}

// BasisOf returns what the act rests on.
func BasisOf(a Act) Basis { return *a.basis() }
