package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Mistake is something wrong with a setting, and where that is: a file's line, a variable or a flag.
type Mistake struct {
	Place  string
	Reason string
	Remedy string
}

func (m *Mistake) Error() string { return m.Place + ": " + m.Reason + "; " + m.Remedy }

// maxDepth is how deep a file's mappings can be.
const maxDepth = 8

// yamlParser is koanf's way to YAML: mappings of scalars and of lists of scalars, each known by its name, none twice. It keeps the line
// of each.
type yamlParser struct {
	name  string
	lines map[string]int
}

// Unmarshal reads a file.
func (p *yamlParser) Unmarshal(b []byte) (map[string]any, error) {
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return map[string]any{}, nil
	} else if err != nil {
		return nil, &Mistake{p.name, strings.TrimPrefix(err.Error(), "yaml: "), "it is a YAML file"}
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, &Mistake{p.name, "there is more than one document in it", "leave the others out"}
	}
	out := map[string]any{}
	if err := p.mapping(doc.Content[0], "", out, 0); err != nil {
		return nil, err
	}
	return out, nil
}

// Marshal is koanf's way back, which nobody takes.
func (*yamlParser) Marshal(map[string]any) ([]byte, error) {
	return nil, errors.New("settings are not written")
}

func (p *yamlParser) wrong(n *yaml.Node, reason, remedy string) error {
	return &Mistake{fmt.Sprintf("%s:%d", p.name, n.Line), reason, remedy}
}

func (p *yamlParser) mapping(n *yaml.Node, under string, out map[string]any, depth int) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode || depth > maxDepth {
		return p.wrong(n, "there must be names and values here", "write them as in addr: 127.0.0.1:8080")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return p.wrong(key, "a name must be a word", "write it as in addr: 127.0.0.1:8080")
		}
		name := strings.TrimPrefix(under+"."+key.Value, ".")
		if _, twice := out[key.Value]; twice {
			return p.wrong(key, fmt.Sprintf("%s is set twice", name), "leave one of them out")
		}
		group, ok := isKnown(name)
		if !ok {
			return p.wrong(key, fmt.Sprintf("there is no setting %s", name), suggest(name))
		}
		if group {
			below := map[string]any{}
			if err := p.mapping(value, name, below, depth+1); err != nil {
				return err
			}
			out[key.Value] = below
			continue
		}
		text, err := p.value(value, name)
		if err != nil {
			return err
		}
		out[key.Value] = text
		p.lines[name] = key.Line
	}
	return nil
}

// value reads a scalar as it is written, and a list as what it is in the environment: its items with commas between.
func (p *yamlParser) value(n *yaml.Node, name string) (string, error) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return "", nil
	case n.Kind == yaml.ScalarNode:
		return n.Value, nil
	case n.Kind == yaml.SequenceNode && name == "proxies":
		var items []string
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return "", p.wrong(item, "an item must be one value", "write one network on each line")
			}
			items = append(items, item.Value)
		}
		return strings.Join(items, ","), nil
	}
	return "", p.wrong(n, fmt.Sprintf("%s must be one value", name), "write it on one line; quote it if need be")
}

// isKnown reports whether there is a setting, or a group of settings, of a name.
func isKnown(name string) (group, ok bool) {
	if name == "providers" {
		return true, true
	}
	if rest, under := strings.CutPrefix(name, "providers."); under {
		id, field, deeper := strings.Cut(rest, ".")
		if !deeper {
			return true, validID(id)
		}
		return false, isIn(providerTable, field)
	}
	if isIn(table, name) {
		return false, true
	}
	return true, slices.ContainsFunc(table, func(s setting) bool { return strings.HasPrefix(s.name, name+".") })
}

// isIn reports whether a table has a setting, or has it as a file that keeps a secret.
func isIn(list []setting, name string) bool {
	if known(list, name) != nil {
		return true
	}
	secret, file := strings.CutSuffix(name, fileSuffix)
	s := known(list, secret)
	return file && s != nil && s.secret
}

// validID reports whether a provider can have an identifier, which is part of addresses.
func validID(id string) bool {
	return id != "" && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// suggest names the setting that was probably meant, or where all are listed.
func suggest(name string) string {
	best, least := "", 3
	for _, s := range table {
		if d := distance(name, s.name); d < least {
			best, least = s.name, d
		}
	}
	if best != "" {
		return fmt.Sprintf("%s may be meant; parley config lists all", best)
	}
	return "parley config lists all"
}

// distance is Levenshtein's: how many letters to add, leave out or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, before+cost)
		}
	}
	return row[len(b)]
}
