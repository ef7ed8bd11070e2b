package processfile

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"parley/internal/talks"
)

var (
	textType    = reflect.TypeFor[string]()
	dateType    = reflect.TypeFor[talks.Date]()
	decimalType = reflect.TypeFor[talks.Decimal]()
	refType     = reflect.TypeFor[talks.Ref]()
)

// fieldsOf has the types of the fields of acts by their names, so that a value can be read as what it is to be: YAML alone cannot
// tell a decimal number that is kept as text from one that is not.
type fieldsOf map[reflect.Type]*structure

// structure is the fields of a struct, by name and in order.
type structure struct {
	types map[string]reflect.Type
	names []string
}

// act returns the struct of an act.
func (fieldsOf) act(kind talks.Kind) reflect.Type { return reflect.TypeOf(talks.New(kind)).Elem() }

// of returns the fields of a struct; none for anything else.
func (f fieldsOf) of(t reflect.Type) *structure {
	if s, ok := f[t]; ok {
		return s
	}
	s := &structure{types: map[string]reflect.Type{}}
	if t != nil && t.Kind() == reflect.Struct && t != refType {
		for field := range t.Fields() {
			if field.Anonymous {
				inner := f.of(field.Type)
				s.names = append(s.names, inner.names...)
				maps.Copy(s.types, inner.types)
				continue
			}
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			s.names = append(s.names, name)
			s.types[name] = field.Type
		}
	}
	f[t] = s
	return s
}

// document reads the text as one YAML document and refuses what no process file needs: anchors, aliases, tags, depth.
func (p *parser) document(text []byte) *yaml.Node {
	if len(text) > MaxSize {
		p.whole("file-too-large", strconv.Itoa(MaxSize>>20))
		return nil
	}
	if !p.characters(text) {
		return nil
	}
	if n := bytes.Count(text, []byte{'\n'}) + bytes.Count(text, []byte{','}); n > maxParts {
		p.whole("too-many-parts", strconv.Itoa(maxParts))
		return nil
	}
	var doc yaml.Node
	deep := yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth)))
	if err := yaml.Load(text, &doc, yaml.WithV4Defaults(), deep); err != nil {
		p.syntax(text, err)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		p.whole("nothing")
		return nil
	}
	if p.plain(doc.Content[0]); len(p.mistakes) > 0 {
		return nil
	}
	return doc.Content[0]
}

// whole notes a mistake of the whole file.
func (p *parser) whole(code string, args ...string) { p.fail(&yaml.Node{}, "", code, args...) }

// characters finds what is not text, with its place, which the YAML reader does not give.
func (p *parser) characters(text []byte) bool {
	line, column := 1, 1
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			p.fail(&yaml.Node{Line: line, Column: column}, "", "not-utf-8")
			return false
		case unicode.IsControl(r) && r != '\n' && r != '\t' && (r != '\r' || !bytes.HasPrefix(text[i+1:], []byte{'\n'})):
			p.fail(&yaml.Node{Line: line, Column: column}, "", "control", fmt.Sprintf("%U", r))
			return false
		}
		i += n
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return true
}

// syntax says what is wrong with the YAML itself.
func (p *parser) syntax(text []byte, err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		switch msg := err.Error(); {
		case strings.Contains(msg, "found multiple"):
			p.whole("several")
		case strings.Contains(msg, "no documents"):
			p.whole("nothing")
		default:
			p.whole("bad-yaml", msg)
		}
		return
	}
	at := &yaml.Node{Line: le.Mark.Line, Column: max(1, le.Mark.Column)}
	switch line := lineOf(text, at.Line); {
	case strings.Contains(le.Message, "found multiple"):
		p.whole("several")
	case strings.Contains(le.Message, "no documents"):
		p.whole("nothing")
	case strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t"):
		p.fail(at, "", "tab")
	case strings.Contains(le.Message, "depth"):
		p.fail(at, "", "too-deep", strconv.Itoa(maxDepth))
	case strings.Contains(le.Message, "cannot start any token"):
		c, _ := utf8.DecodeRuneInString(line[min(at.Column-1, len(line)):])
		p.fail(at, "", "bad-start", string(c))
	case strings.Contains(le.Message, "mapping values are not allowed"):
		p.fail(at, "", "bad-colon")
	default:
		p.fail(at, "", "bad-yaml", strings.TrimPrefix(le.Message, "yaml: "))
	}
}

func lineOf(text []byte, n int) string {
	for line := range bytes.Lines(text) {
		if n--; n == 0 {
			return string(bytes.TrimRight(line, "\r\n"))
		}
	}
	return ""
}

// plain refuses anchors, aliases and tags, wherever they stand: a file says what it says where one reads it. The nodes' tags that are
// not written in the file come from how their text looks.
func (p *parser) plain(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		p.fail(n, "", "alias", n.Value)
	case n.Anchor != "":
		p.fail(n, "", "anchor", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		p.fail(n, "", "tag", n.Tag)
	}
	if n.Kind == yaml.AliasNode {
		return
	}
	for _, c := range n.Content {
		p.plain(c)
	}
}

// pairs yields the fields of a mapping, each name once.
func (p *parser) pairs(n *yaml.Node, at string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!null" {
				p.fail(key, strings.TrimSuffix(at, "/"), "bad-key", what(key))
				continue
			}
			if line, ok := seen[key.Value]; ok {
				p.fail(key, at+key.Value, "duplicate", strconv.Itoa(line))
				continue
			}
			seen[key.Value] = key.Line
			if !yield(key, value) {
				return
			}
		}
	}
}

// object writes a mapping as JSON; t is the struct that it is to become. The talks refuse a name that they do not know, too, but only
// the first one.
func (p *parser) object(b []byte, n *yaml.Node, t reflect.Type, at string) []byte {
	fields := p.fields.of(t)
	b = append(b, '{')
	for key, value := range p.pairs(n, at) {
		typ, ok := fields.types[key.Value]
		if !ok {
			of := strings.TrimSuffix(at, "/")
			if of == "" {
				of = string(p.kind)
			}
			p.problem(key, talks.NewProblem("unknown-field", at+key.Value, of, strings.Join(fields.names, ", ")))
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(quote(b, key.Value), ':')
		b = p.value(b, value, typ, at+key.Value)
	}
	return append(b, '}')
}

// value writes a node as the JSON of a value of type t.
func (p *parser) value(b []byte, n *yaml.Node, t reflect.Type, at string) []byte {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		p.fail(n, at, "no-value")
		return append(b, "null"...)
	case t == refType || t.Kind() == reflect.String:
		s, _ := p.text(n, at, t)
		return quote(b, s)
	case t.Kind() == reflect.Bool:
		return p.bool(b, n, at)
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return p.int(b, n, at)
	case t.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			p.problem(n, talks.NewProblem("wrong-type", at, noun(n), "a list"))
			return append(b, "[]"...)
		}
		b = append(b, '[')
		for i, c := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = p.value(b, c, t.Elem(), at+"/"+strconv.Itoa(i))
		}
		return append(b, ']')
	}
	if n.Kind != yaml.MappingNode {
		p.problem(n, talks.NewProblem("wrong-type", at, noun(n), "a group of fields"))
		return append(b, "{}"...)
	}
	return p.object(b, n, t, at+"/")
}

// text reads a scalar as the text that stands there. What YAML takes for something else than text must be quoted, but for numbers and
// dates in fields that keep them as they are written.
func (p *parser) text(n *yaml.Node, at string, t reflect.Type) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		p.problem(n, talks.NewProblem("wrong-type", at, noun(n), "a text"))
		return "", false
	}
	asWritten := t == decimalType || t == dateType
	switch n.Tag {
	case "!!null":
		p.fail(n, at, "no-value")
		return "", false
	case "!!bool":
		p.fail(n, at, "unquoted", n.Value, "true or false")
		return "", false
	case "!!int", "!!float":
		if !asWritten {
			p.fail(n, at, "unquoted", n.Value, "a number")
			return "", false
		}
	}
	if n.Style == 0 && oldBool(n.Value) {
		p.fail(n, at, "yes-or-no", n.Value)
		return "", false
	}
	return n.Value, true
}

// oldBool reports whether YAML 1.1 takes a word for true or false, as some programs still do.
func oldBool(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

func (p *parser) bool(b []byte, n *yaml.Node, at string) []byte {
	if n.Kind != yaml.ScalarNode {
		p.problem(n, talks.NewProblem("wrong-type", at, noun(n), "true or false"))
		return append(b, "false"...)
	}
	if n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
		p.fail(n, at, "not-bool", shown(n))
		return append(b, "false"...)
	}
	return append(b, n.Value...)
}

func (p *parser) int(b []byte, n *yaml.Node, at string) []byte {
	if n.Kind != yaml.ScalarNode {
		p.problem(n, talks.NewProblem("wrong-type", at, noun(n), "a whole number"))
		return append(b, '0')
	}
	if i, err := strconv.ParseInt(n.Value, 10, 64); n.Tag != "!!int" || err != nil || strconv.FormatInt(i, 10) != n.Value {
		p.fail(n, at, "not-whole", shown(n))
		return append(b, '0')
	}
	return append(b, n.Value...)
}

// shown is a scalar as it stands in the file, as far as that matters in a message.
func shown(n *yaml.Node) string {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return strconv.Quote(n.Value)
	}
	s, _, more := strings.Cut(n.Value, "\n")
	if r := []rune(s); len(r) > 60 {
		s, more = string(r[:60]), true
	}
	if more {
		s += "…"
	}
	return s
}

// noun is what a node is, in a word: as in "a list stands where …".
func noun(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "list"
	case yaml.MappingNode:
		return "group of fields"
	}
	switch n.Tag {
	case "!!int", "!!float":
		return "number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "field without a value"
	}
	return "text"
}

func what(n *yaml.Node) string { return "a " + noun(n) }

// quote writes a text as JSON. The text is UTF-8, which characters has seen to.
func quote(b []byte, s string) []byte {
	out, err := jsontext.AppendQuote(b, s)
	if err != nil {
		return append(b, `""`...)
	}
	return out
}

// child returns the value of a field, or nil.
func child(n *yaml.Node, field string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == field {
			return n.Content[i+1]
		}
	}
	return nil
}

// locate finds the node of a field path, or of as much of it as there is.
func locate(n *yaml.Node, path string) *yaml.Node {
	for step := range strings.SplitSeq(path, "/") {
		next := child(n, step)
		if n.Kind == yaml.SequenceNode {
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
				next = n.Content[i]
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func asProblem(err error, pr **talks.Problem) bool { return errors.As(err, pr) }
