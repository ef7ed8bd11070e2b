// Package matrix makes the implementation matrix as tables for files: a row for each commitment, with who owes what to whom, by when, on what
// condition, who says whether it was done, how it stands, and what is said of it.
//
// Its words are English, as those of every file that is not a page. Like the book that it is made of, it is a function of a world and a date.
package matrix

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"parley/internal/implementation"
	"parley/internal/office"
	"parley/internal/talks"
)

// For says whose matrix it is.
type For struct {
	Process string // its title
	Seat    talks.Seat
}

// columns begin with those that are printed.
var columns = []office.Column{
	{Title: "Agreement", Width: 17}, {Title: "Article", Width: 7}, {Title: "Stipulation", Width: 26}, {Title: "Owner", Width: 15}, {Title: "Owed to", Width: 15},
	{Title: "Deadline", Width: 16}, {Title: "Trigger", Width: 25}, {Title: "Verifier", Width: 14}, {Title: "Status", Width: 10}, {Title: "Why", Width: 28},
	{Title: "Evidence", Width: 22},
	{Title: "What is to be done", Width: 46}, {Title: "Deadline as promised", Width: 28}, {Title: "Since", Width: 12},
	{Title: "Measured in", Width: 14}, {Title: "From", Width: 9}, {Title: "Now", Width: 9}, {Title: "To", Width: 9},
	{Title: "What is said of it", Width: 44}, {Title: "On record", Width: 30}, {Title: "Reference", Width: 32},
}

const printed = 11

// Table is the matrix.
func Table(b *implementation.Book) *office.Table {
	t := &office.Table{Name: "Implementation", Columns: columns, Printed: printed}
	for _, r := range b.Matrix() {
		t.Rows = append(t.Rows, row(b, &r))
	}
	return t
}

// Workbook is the matrix with a sheet that says what it is. What the file says of its own making is when the last act was written that it is
// made of.
func Workbook(b *implementation.Book, who For) *office.Workbook {
	w := b.World()
	about := office.Table{Name: "About", Columns: []office.Column{{Title: "About this file", Width: 26}, {Width: 96}}}
	say := func(name string, c office.Cell) { about.Rows = append(about.Rows, []office.Cell{text(name), c}) }
	say("Process", text(who.Process))
	say("Made for the seat", text(string(who.Seat)))
	say("It has", text("What this seat sees, and nothing else. Another seat may rightly have other rows, and other reasons."))
	say("Statuses on", office.Cell{Date: b.Date().UTC(), Days: true})
	say("Last act that it knows of", office.Cell{Date: w.Time()})
	about.Rows = append(about.Rows, []office.Cell{})
	for _, s := range implementation.Statuses {
		say(word(string(s)), text(meanings[s]))
	}
	return &office.Workbook{Title: "Implementation matrix: " + who.Process, Made: w.Time(), Sheets: []office.Table{*Table(b), about}}
}

// meanings say what each status means.
var meanings = map[implementation.Status]string{
	implementation.Dormant:   "What it depends on is not so.",
	implementation.Waiting:   "What it depends on is so, and its time has not begun, or it is the other side’s turn.",
	implementation.Active:    "It is owed, and its time is not over.",
	implementation.Overdue:   "Its time is over, and nobody whose word decides says that it is done.",
	implementation.Fulfilled: "It was done, by the word of who decides.",
	implementation.Breached:  "It was broken, by the word of who decides.",
	implementation.Disputed:  "Those whose words decide contradict each other.",
	implementation.Lapsed:    "It ended without having been done: waived, withdrawn, replaced, expired, or its agreement ended.",
}

func row(b *implementation.Book, r *implementation.Row) []office.Cell {
	w := b.World()
	title := titles(w)
	agreement, article := "", r.Article
	if !r.Agreement.IsZero() {
		agreement = title(r.Agreement)
	}
	promised := implementation.DueEnglish(r.By, w.Object(r.By.Of), title)
	deadline := text(promised) // as long as what it is reckoned from has not come about
	if !r.Deadline.IsZero() {
		deadline = office.Cell{}
		deadline.Date, deadline.Days = r.By.LastDay(r.Deadline)
	}
	since := office.Cell{}
	if !r.Since.IsZero() {
		since = office.Cell{Date: r.Since.UTC(), Days: true}
	}
	owed := list(title, r.Beneficiaries)
	if owed == "" {
		owed = "all parties"
	}
	var why []string
	for _, x := range r.Reasons {
		why = append(why, x.English(title))
	}
	return []office.Cell{
		text(agreement), text(article), text(r.Stipulation), text(list(title, r.Owners)), text(owed), deadline,
		text(trigger(b, r, title)), text(list(title, r.Verifiers)), text(word(string(r.Status))), text(strings.Join(why, "\n")),
		text(r.Evidence), text(r.Deed), text(promised), since,
		text(r.Unit), text(string(r.Baseline)), text(measured(title, r)), text(string(r.Target)),
		text(words(title, r.Words)), text(record(w, title, r.Ref)), text(r.Ref.String()),
	}
}

// trigger says what a commitment depends on, and what its beginning is reckoned from.
func trigger(b *implementation.Book, r *implementation.Row, title func(talks.Ref) string) string {
	var out []string
	if s := implementation.ExprEnglish(r.Trigger, title); s != "" {
		out = append(out, s)
	}
	if c := b.Commitment(r.Ref); c != nil {
		d := c.Commitment.Starts
		if s := implementation.DueEnglish(d, b.World().Object(d.Of), title); s != "" {
			out = append(out, "begins "+s)
		}
	}
	return strings.Join(out, "; ")
}

func text(s string) office.Cell { return office.Cell{Text: s} }

// titles says what an object is called: by its name where the world does not have it.
func titles(w *talks.World) func(talks.Ref) string {
	return func(r talks.Ref) string {
		_, t := w.Find(r)
		return cmp.Or(t, r.Name)
	}
}

func list(title func(talks.Ref) string, rs []talks.Ref) string {
	var out []string
	for _, r := range rs {
		out = append(out, title(r))
	}
	return strings.Join(out, ", ")
}

// word is a code as a word: its hyphens are spaces.
func word(s string) string { return strings.ReplaceAll(s, "-", " ") }

// measured is how far a measure has come; where what is said differs, each value with whose word it is.
func measured(title func(talks.Ref) string, r *implementation.Row) string {
	if len(r.Values) == 0 {
		return string(r.Value)
	}
	var out []string
	for _, x := range r.Values {
		out = append(out, cmp.Or(title(x.Party), "somebody")+": "+string(x.Said.Value))
	}
	return strings.Join(out, "; ")
}

// words are the last words of each party, a line each, with when, and whether the party said so itself.
func words(title func(talks.Ref) string, all []implementation.Word) string {
	var out []string
	for _, x := range all {
		line := x.Date.UTC().Format(time.DateOnly) + ", " + cmp.Or(title(x.Party), "somebody") + ": " + word(string(x.Said.Claim))
		if x.Said.Value != "" {
			line += " (" + string(x.Said.Value) + ")"
		}
		if !x.Declared {
			line += ", attributed by " + strings.ToUpper(string(x.Seat.Delegation()))
		}
		if x.Said.Text != "" {
			line += ". " + x.Said.Text
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// record says when a commitment was put on record, in which room and by whom, and whether that speaks for those who owe it.
func record(w *talks.World, title func(talks.Ref) string, r talks.Ref) string {
	c := w.Commitment(r)
	if c == nil {
		return ""
	}
	s := c.By.Time.UTC().Format(time.DateOnly) + ", " + string(c.By.Seat)
	if room := w.Room(r.Room); room != nil {
		s += ", in " + room.Room.Title
	}
	others := slices.DeleteFunc(slices.Clone(c.Obligors), func(p talks.Ref) bool { return w.Declared(c.By, p) })
	if len(others) > 0 {
		s += ", attributed to " + list(title, others)
	}
	if c.Illustrative {
		s += ", illustrative"
	}
	return s
}
