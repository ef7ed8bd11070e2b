package processfile

import (
	"fmt"
	"strings"

	"parley/internal/talks"
)

// Mistake is one thing that is wrong with a process file: where, why, and what would be right.
type Mistake struct {
	File   string
	Line   int        // from 1; 0 where it concerns the file as a whole
	Column int        // from 1
	Act    int        // the place of the act in the list, from 1; 0 for the head of the file
	Kind   talks.Kind // of the act, as it is written
	Field  string     // the place in the act, as in cites/0/source, where lists count from 0; empty for the act as a whole
	Code   string     // the talks' code of the problem, or one of this package
	Reason string
	Remedy string
}

// Error says it in one line: file:line:column: act, field: reason; remedy.
func (m *Mistake) Error() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, m.Column)
	}
	b.WriteString(": ")
	if m.Act > 0 {
		fmt.Fprintf(&b, "act %d", m.Act)
		if m.Kind != "" {
			fmt.Fprintf(&b, " (%s)", m.Kind)
		}
		b.WriteString(map[bool]string{true: ": ", false: ", "}[m.Field == ""])
	}
	if m.Field != "" {
		b.WriteString(m.Field + ": ")
	}
	b.WriteString(m.Reason)
	if m.Remedy != "" {
		b.WriteString("; " + m.Remedy)
	}
	return b.String()
}

// Mistakes is what is wrong with a file, in the order of its lines. As an error it is never empty.
type Mistakes []*Mistake

func (ms Mistakes) Error() string {
	var lines []string
	for _, m := range ms {
		lines = append(lines, m.Error())
	}
	if len(ms) == maxMistakes {
		lines = append(lines, "there may be more; these are the first")
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the first mistake.
func (ms Mistakes) Unwrap() []error {
	errs := make([]error, len(ms))
	for i, m := range ms {
		errs[i] = m
	}
	return errs
}

// maxMistakes is how many mistakes are told at once.
const maxMistakes = 20

// texts has a reason and a remedy for each code of this package. The other codes are the talks' own.
var texts = map[string][2]string{
	"file-too-large": {"the file is larger than {0} MiB", "split the talks into several processes"},
	"too-many-parts": {"the file has more than {0} lines and commas", "split the talks into several processes"},
	"too-many-acts":  {"the file has more than {0} acts", "split the talks into several processes"},
	"not-utf-8":      {"the file is not UTF-8", "save it as UTF-8"},
	"control":        {"the control character {0} stands here", "remove it"},
	"tab":            {"a tab stands where the line is indented", "indent with spaces"},
	"bad-yaml":       {"this is not well-formed YAML: {0}", "see docs/process-file.md for the form of a file"},
	"bad-start":      {"a text cannot begin with the character {0}", "write the text in quotes"},
	"bad-colon":      {"a text cannot hold a colon followed by a space", "write the text in quotes"},
	"too-deep":       {"lists and fields stand more than {0} deep in each other", "no act is that deep: check the indentation"},
	"several":        {"the file holds several YAML documents", "keep one, without a line --- or ... after it"},
	"nothing":        {"the file is empty", "begin with process: and a name"},
	"no-head":        {"{0} stands where the head of a file is expected", "begin with process:, then acts:"},
	"no-list":        {"{0} stands where the list of acts is expected", "write each act as an item that begins with a hyphen"},
	"no-item":        {"{0} stands where an act is expected", "write its fields, beginning with room, seat, at and act"},
	"anchor":         {"the anchor &{0} stands here", "write out what is repeated, without & and *"},
	"alias":          {"the alias *{0} stands here", "write out what is repeated, without & and *"},
	"tag":            {"the tag {0} stands here", "leave it out"},
	"bad-key":        {"{0} stands where the name of a field is expected", "write a name, a colon and a value"},
	"duplicate":      {"the field stands twice; the first is in line {0}", "keep one"},
	"unknown-header": {"the head of a file has no such field", "its fields are process, title, clock, acts"},
	"no-value":       {"nothing stands after the colon", "write a value, or leave the field out"},
	"unquoted":       {"{0} is read as {1}, where a text is expected", "write it in quotes: \"{0}\""},
	"yes-or-no":      {"{0} can mean a text or true or false", "write it in quotes: \"{0}\""},
	"not-bool":       {"{0} is not true or false", "write true or false"},
	"not-whole":      {"{0} is not a whole number in plain digits", "write digits, as in 12"},
	"bad-time":       {"{0} is not a time with its zone", "write one as in 2025-02-18T09:00:00Z, with at most three digits after the second"},
	"erased-words":   {"the words of an erased act are gone, and a field of it stands here", "leave the field out, or leave out erased: true"},
	"title-differs":  {"the title differs from that of the lobby, in line {0}", "give one of them"},
}

func fill(s string, args []string) string {
	for i, a := range args {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i), a)
	}
	return s
}
