package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"parley/internal/talks"
)

const intro = `# The acts

<!-- Written by internal/actdoc; change the comments and the table in internal/talks, then run make generate. -->

Everything that happens in Parley is an act: somebody did one thing, in one room, at one time. This is the list of all of them, with
their fields as they stand in a [process file](process-file.md) and in the JSON that the API takes.

**Who** is the least role that may write the act. Each role may do what those before it may: observer, adviser, delegate, head.
**Where** is the kinds of rooms that it can be written in. **Erasable** is whether its words can be destroyed later by
[record.erase](#recorderase); a room stands on the others. A field in **bold** has to be there.

A *reference* names an object: *name* for one of the same room or the only one of that name that the room's members can see,
*room/name* for another, *#5* for the entry at place 5 of the room, counted from 0. A *date* is as exact as it is known:
2025, 2025-02, 2025-02-18 or 2025-02-18T09:00:00Z, or from one day to another as in 2025-02-10/2025-02-16. A *decimal* is digits as
they are written, as in 12 or -0.5. A *period* is P14D, P2W, P1M, P1Y or PT48H.

What comes about with an object can be waited for and reckoned from. It is, the first where none is named:
`

// document gathers the text, and the structs that still have to be described.
type document struct {
	*source
	strings.Builder
	shared []reflect.Type
}

func write(dir string) (string, error) {
	s, err := read(dir)
	if err != nil {
		return "", err
	}
	d := &document{source: s}
	d.WriteString(intro)
	for _, kind := range []string{"condition", "commitment", "agreement", "meeting", "event"} {
		moments := make([]string, 0, 6)
		for _, m := range talks.MomentsOf(kind) {
			moments = append(moments, "*"+string(m)+"*")
		}
		fmt.Fprintf(d, "\n- of %s: %s", article(kind), strings.Join(moments, ", "))
	}
	d.WriteString("\n\nThe acts are:\n")
	d.contents()
	for _, kind := range talks.Catalogue {
		d.act(kind)
	}
	d.WriteString("\n## Fields that acts share\n")
	for described := 0; described < len(d.shared); { // describing one can add others
		t := d.shared[described]
		described++
		fmt.Fprintf(d, "\n### %s\n\n%s\n", title(t), d.docs[t.Name()])
		d.table(t)
	}
	return d.String(), nil
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

func (d *document) contents() {
	concept := ""
	for _, kind := range talks.Catalogue {
		name, _, _ := strings.Cut(string(kind), ".")
		if name != concept {
			d.WriteString("\n- ")
			concept = name
		} else {
			d.WriteString(", ")
		}
		fmt.Fprintf(d, "[%s](#%s)", kind, strings.ReplaceAll(string(kind), ".", ""))
	}
	d.WriteByte('\n')
}

func (d *document) act(kind talks.Kind) {
	t := reflect.TypeOf(talks.New(kind)).Elem()
	doc := strings.Replace(d.docs[t.Name()], t.Name()+" ", "`"+string(kind)+"` ", 1)
	fmt.Fprintf(d, "\n## %s\n\n%s\n\n%s\n", kind, doc, rule(talks.Rules[kind]))
	d.table(t)
}

// rule says who may write an act, and where.
func rule(r talks.Rule) string {
	who := "a " + string(r.Authority)
	if r.InCaucus != "" {
		who += ", in the own caucus an " + string(r.InCaucus)
	}
	if r.Who != "" {
		who += "; only " + r.Who
	}
	where := "in any room"
	if len(r.Rooms) > 0 {
		kinds := make([]string, len(r.Rooms))
		for i, k := range r.Rooms {
			kinds[i] = string(k)
		}
		where = strings.Join(kinds, ", ")
	}
	return fmt.Sprintf("Who: %s. Where: %s. Erasable: %s.", who, where, map[bool]string{true: "yes", false: "no"}[r.Erasable])
}

func (d *document) table(t reflect.Type) {
	d.WriteString("\n| field | type | |\n|---|---|---|\n")
	for f := range t.Fields() {
		if f.Anonymous {
			for inner := range f.Type.Fields() {
				d.row(f.Type, inner)
			}
			continue
		}
		d.row(t, f)
	}
}

func (d *document) row(t reflect.Type, f reflect.StructField) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if !strings.Contains(options, "omitzero") {
		name = "**" + name + "**"
	}
	comment := d.fields[t.Name()][f.Name]
	if values := d.allowed(f.Type, &comment); len(values) > 0 {
		comment = strings.TrimSuffix(strings.Join(values, ", ")+"; "+comment, "; ")
	}
	comment = strings.ReplaceAll(comment, "|", `\|`)
	fmt.Fprintf(d, "| %s | %s | %s |\n", name, d.typ(f.Type), comment)
}

// allowed finds the values of a field: those of its type, or of the list that its comment names.
func (d *document) allowed(t reflect.Type, comment *string) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.String && t.Name() != "string" {
		return d.values[t.Name()]
	}
	if text, list, ok := strings.Cut(*comment, "one of "); ok && len(d.values[list]) > 0 {
		*comment = strings.TrimSuffix(strings.TrimSpace(text), ":")
		return d.values[list]
	}
	return nil
}

// typ says what stands in a field, and remembers the structs that need a description.
func (d *document) typ(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return d.typ(t.Elem())
	case t.Kind() == reflect.Slice:
		return "list of " + plural(d.typ(t.Elem()))
	case t == reflect.TypeFor[talks.Ref]():
		return "reference"
	case t == reflect.TypeFor[talks.Date]():
		return "date"
	case t == reflect.TypeFor[talks.Decimal]():
		return "decimal"
	case t == reflect.TypeFor[talks.Span]():
		return "period"
	case t == reflect.TypeFor[talks.Delegation]():
		return "delegation's code"
	case t == reflect.TypeFor[talks.Seat]():
		return "seat"
	case t.Kind() == reflect.Struct:
		if !slices.Contains(d.shared, t) {
			d.shared = append(d.shared, t)
		}
		return "[" + title(t) + "](#" + title(t) + ")"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return "whole number"
	case t.Name() != "string":
		return "word"
	}
	return "text"
}

func plural(s string) string {
	switch {
	case s == "delegation's code":
		return "delegations' codes"
	case strings.HasSuffix(s, ")"):
		return s
	}
	return s + "s"
}

func title(t reflect.Type) string { return strings.ToLower(t.Name()) }
