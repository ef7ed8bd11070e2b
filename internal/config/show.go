package config

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Item is a setting for who lists them.
type Item struct{ Name, Flag, Variable, Initial, Help string }

// Items lists the settings, those of providers apart, in the order in which they are shown.
func Items() []Item {
	var out []Item
	add := func(name, initial, help string) {
		out = append(out, Item{name, Flag(name), Variable(name), initial, help})
	}
	for _, s := range table {
		if s.secret {
			// A flag is read by everybody on the machine, so a secret's is the name of its file.
			add(s.name+fileSuffix, "", "A file that has it. "+s.help)
			continue
		}
		add(s.name, s.initial, s.help)
	}
	return out
}

// Print writes what is set and where that comes from. Secrets are only said to be set.
func (l *Loaded) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(list []setting, name, full string) {
		s := known(list, name)
		value, place := l.text[full], l.from[full]
		if s.secret && l.text[full+fileSuffix] != "" {
			value, place = "hidden", l.from[full+fileSuffix]
		}
		if s.secret && value != "" {
			value = "hidden"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", full, cmp.Or(quoted(value), "-"), cmp.Or(place, "default"))
	}
	for _, s := range table {
		row(table, s.name, s.name)
	}
	for _, p := range l.Providers {
		for _, s := range providerTable {
			row(providerTable, s.name, "providers."+p.ID+"."+s.name)
		}
	}
	return t.Flush()
}

// quoted keeps a value on its line and in its column.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t\n\r\x1b\"") {
		return fmt.Sprintf("%q", s)
	}
	return s
}
