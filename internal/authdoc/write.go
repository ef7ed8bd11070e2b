package main

import (
	"fmt"
	"slices"
	"strings"

	"parley/internal/talks"
)

const intro = `# Who may write what

<!-- Written by internal/authdoc from the rules in internal/talks and what is stated beside them there; change those, then run make generate. -->

Three things decide whether a seat may write an act: what the seat is in its delegation, what the delegation is in the room, and what
the act is. This is all of it: a test writes the act of every cell with every kind of seat at the gate, and compares the answer.

- **Seats.** A seat is an observer, an adviser, a delegate or a head; each may do what those before it may. [Seats](seats.md) says how
  they are given and how they end. A cell names the least of them that may write the act; what is less is refused as *no-authority*.
  Where no seat may, the cell has the code with which a head is refused.
- **Rooms.** A delegation is the chair of a room, a member, or an observer of it, or does not sit there. A room need not have a chair;
  then some things are for the delegation that opened it, and others for every member. A lobby is led by the convener's delegation.
- **Nobody.** For a seat that was never given or was taken away, for one whose date is over, and for who had a seat before it went to
  somebody else, every cell of every table is *not found*: the answer for a room that never was, whatever the act, before anything is
  said of it. So it is for every seat in every room where its delegation does not sit.
- **The host's operator** has no seat, and sees nothing. It writes one act, in the lobby: *delegation.restore* of the convener's own
  delegation, where nobody leads that any more.

An alternate counts as a head in all of this while the head whose alternate it is is away, or once that seat has ended by its date.
`

// sections are the tables, by the rooms that they are of.
var sections = []struct {
	title string
	of    func(relation) bool
}{
	{"Opening a room", func(r relation) bool { return r.room == "" }},
	{"The lobby and the own caucus", func(r relation) bool { return r.role != "" && (r.kind == talks.Lobby || r.kind == talks.Caucus) }},
	{"Rooms with a chair", func(r relation) bool { return r.role != "" && r.led && !r.ended && r.kind != talks.Lobby }},
	{"Rooms without a chair", func(r relation) bool { return r.role != "" && !r.led && !r.ended && r.kind != talks.Caucus }},
	{"Closed rooms", func(r relation) bool { return r.role != "" && r.ended }},
}

func write() string {
	var b strings.Builder
	b.WriteString(intro)
	codes := map[string]bool{"no-authority": true}
	for _, s := range sections {
		table(&b, s.title, s.of, codes)
	}
	b.WriteString("\n## Rooms where the delegation does not sit\n\nFor every act and every seat *not found*, in:\n\n")
	for _, rel := range relations {
		if rel.room != "" && rel.role == "" {
			fmt.Fprintf(&b, "- %s\n", rel.title)
		}
	}
	b.WriteString("\n## What the refusals say\n\n| code | what is wrong | what to do |\n|---|---|---|\n")
	for _, code := range talks.ProblemCodes() {
		if codes[code] {
			reason, remedy := talks.ProblemTexts(code)
			fmt.Fprintf(&b, "| %s | %s | %s |\n", code, reason, remedy)
		}
	}
	return b.String()
}

// table writes one section: a line for all acts that are alike in it, and below it those that nobody can write there.
func table(b *strings.Builder, title string, of func(relation) bool, codes map[string]bool) {
	rels := slices.DeleteFunc(slices.Clone(relations), func(r relation) bool { return !of(r) })
	fmt.Fprintf(b, "\n## %s\n\n| act |", title)
	for _, rel := range rels {
		fmt.Fprintf(b, " %s |", rel.title)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(rels)) + "\n")
	alike := map[string][]string{}
	var lines, refused []string
	for _, r := range rows {
		name := string(r.kind)
		if r.what != "" {
			name += " " + r.what
		}
		cells := r.cells(rels, codes)
		line := strings.Join(cells, " | ")
		if alike[line] == nil {
			if strings.Count(line, cells[0]) == len(cells) && strings.HasPrefix(line, "*") {
				refused = append(refused, line)
			} else {
				lines = append(lines, line)
			}
		}
		alike[line] = append(alike[line], name)
	}
	for _, line := range lines {
		fmt.Fprintf(b, "| %s | %s |\n", strings.Join(alike[line], "; "), line)
	}
	for _, line := range refused {
		code, _, _ := strings.Cut(line, " ")
		fmt.Fprintf(b, "\nNobody writes here, and is told %s: %s.\n", code, strings.Join(alike[line], "; "))
	}
}

func (r row) cells(rels []relation, codes map[string]bool) []string {
	var cells []string
	for _, rel := range rels {
		if !r.asked(rel) {
			cells = append(cells, "·")
			continue
		}
		role, code := r.least(rel)
		if code != "" {
			codes[code] = true
			cells = append(cells, "*"+code+"*")
			continue
		}
		cells = append(cells, string(role))
	}
	return cells
}
