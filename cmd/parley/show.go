package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server/wire"
	"parley/internal/talks"
	"parley/web/act"
	"parley/web/message"
)

type showCmd struct {
	What string `arg:"" optional:"" name:"file-or-process" help:"A process file, or with --data a process. With a server the process of the token, which can be left out."`
	As   string `help:"The seat that sees it; with a server it is the token's."`
	At   string `help:"As it stood then: 2025-02-18 (at the end of the day) or 2025-02-18T09:00:00Z."`
	JSON bool   `name:"json" help:"Print JSON, as the API gives it."`
	Data string `help:"The folder with the data; a file is shown where it is left out."`
	remote
}

// Run prints what the seat sees.
func (c *showCmd) Run(p *program) error {
	if c.Server != "" || c.What == "" && c.wanted(p, c.Data) {
		return c.ask(p)
	}
	if c.What == "" {
		return usage("what? Name a process file, or a process with --data; see parley --help")
	}
	if c.As == "" && c.Data == "" {
		return usage("missing flags: --as=STRING; parley seats %s lists the seats", c.What)
	}
	if err := whose(c.What, c.As); err != nil {
		return err
	}
	l, process, err := c.open(p)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	view, err := p.view(l, process, c.As, c.At)
	if err != nil {
		return err
	}
	if c.JSON {
		return wire.WriteView(p.stdout, view)
	}
	return newPrinter(p, view).print(p.stdout)
}

// ask prints what a server shows the token's seat. What it exports is folded here, so that text and server have one printer.
func (c *showCmd) ask(p *program) error {
	t, err := c.connect(p, c.What, c.As)
	if err != nil {
		return err
	}
	if err := t.check(p); err != nil {
		return err
	}
	then, err := t.at(c.At)
	if err != nil {
		return err
	}
	if c.JSON {
		return ofServer(then.ViewJSON(p.ctx, p.stdout))
	}
	var b bytes.Buffer
	if err := then.Export(p.ctx, &b); err != nil {
		return ofServer(err)
	}
	f, err := processfile.Parse("the server's answer", &b)
	if err != nil {
		return err
	}
	l, err := ledger.Open(p.ctx, "memory:", ledger.WithClock(stepping(t.me.Now)))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	if _, err := processfile.Load(p.ctx, l, f); err != nil {
		return err
	}
	view, err := p.view(l, t.process, t.me.Seat, c.At)
	if err != nil {
		return err
	}
	return newPrinter(p, view).print(p.stdout)
}

// open returns the ledger of a folder, or one in memory of a file.
func (c *showCmd) open(p *program) (*ledger.Ledger, string, error) {
	if c.Data != "" {
		l, err := p.openData(c.Data)
		return l, c.What, err
	}
	f, err := p.parseFile(c.What)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("%w; for a process in a folder, give --data", err)
	}
	if err != nil {
		return nil, "", err
	}
	l, err := ledger.Open(p.ctx, "memory:", ledger.WithClock(stepping(f.Start())))
	if err != nil {
		return nil, "", err
	}
	if _, err := processfile.Load(p.ctx, l, f); err != nil {
		_ = l.Close()
		return nil, "", err
	}
	return l, f.Process, nil
}

// printer writes a view as text for a terminal.
type printer struct {
	view  *ledger.View
	w     *talks.World
	loc   *message.Locale
	width int
	b     strings.Builder
}

// book is how what was agreed and promised stands at the view's time.
func (p *printer) book() *implementation.Book { return implementation.At(p.w, p.view.Now()) }

func newPrinter(p *program, v *ledger.View) *printer {
	width, err := strconv.Atoi(p.env("COLUMNS"))
	if err != nil || width < 40 {
		width = 100
	}
	return &printer{view: v, w: v.World(), loc: message.English(), width: min(width, 200)}
}

func (p *printer) print(out io.Writer) error {
	p.line("%s", p.view.Title())
	when := "now"
	if p.view.AsOf() {
		when = "as of " + stamp(p.view.Now())
	}
	p.line("%s, as %s (%s) sees it %s", p.view.Process(), p.view.Seat(), p.view.Role(), when)
	p.rooms()
	p.parties()
	p.positions()
	p.meetings()
	p.proposals()
	p.agreements()
	p.commitments()
	p.lastActs()
	_, err := io.WriteString(out, p.b.String())
	return err
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// line writes one line, cut to the width.
func (p *printer) line(format string, args ...any) {
	p.b.WriteString(clip(fmt.Sprintf(format, args...), p.width))
	p.b.WriteByte('\n')
}

func (p *printer) heading(s string) { p.b.WriteString("\n" + s + "\n") }

func (p *printer) rooms() {
	p.heading("Rooms")
	rows := [][]string{}
	for _, s := range p.w.Rooms() {
		closed := ""
		if s.Room.Closed != nil {
			closed = "closed"
		}
		members := make([]string, len(s.Room.Members))
		for i, d := range s.Room.Members {
			members[i] = string(d)
		}
		rows = append(rows, []string{s.Room.Title, string(s.Room.Kind), strings.Join(members, " "), fmt.Sprintf("%d acts", s.Size()), closed})
	}
	p.table(rows)
}

func (p *printer) parties() {
	p.heading("Parties")
	rows := [][]string{}
	for _, party := range p.w.Parties() {
		var teams []string
		for _, d := range p.w.Delegations() {
			if d.Party == party.Ref {
				teams = append(teams, string(d.Code)+" (head "+string(d.Head)+")")
			}
		}
		rows = append(rows, []string{party.Short, party.Title, string(party.Role), strings.Join(teams, ", ")})
	}
	p.table(rows)
}

// positions prints a row an issue and a column a party that has one: what it declared, or else in brackets what is attributed to it.
func (p *printer) positions() {
	var parties []*talks.Party
	for _, party := range p.w.Parties() {
		if slices.ContainsFunc(p.w.Issues(), func(i *talks.Issue) bool {
			d, a := p.w.Position(talks.Cell{Issue: i.Ref, Party: party.Ref})
			return d != nil || a != nil
		}) {
			parties = append(parties, party)
		}
	}
	if len(parties) == 0 {
		return
	}
	p.heading("Positions (in brackets: attributed by others)")
	head := []string{""}
	for _, party := range parties {
		head = append(head, party.Short)
	}
	rows := [][]string{head}
	for _, i := range p.w.Issues() {
		row := []string{i.Title}
		for _, party := range parties {
			row = append(row, p.cell(i, party))
		}
		rows = append(rows, row)
	}
	p.table(rows)
}

func (p *printer) cell(i *talks.Issue, party *talks.Party) string {
	declared, attributed := p.w.Position(talks.Cell{Issue: i.Ref, Party: party.Ref})
	switch {
	case declared != nil:
		return stance(declared.Said)
	case attributed != nil:
		return "[" + stance(attributed.Said) + "]"
	}
	return "–"
}

func stance(a *talks.PositionRecord) string {
	s := a.Option + string(a.Value)
	if a.From != "" || a.To != "" {
		s = string(a.From) + " to " + string(a.To)
	}
	if s == "" {
		s = "in words"
	}
	return s + ", " + string(a.Firmness)
}

func (p *printer) meetings() {
	ms := p.w.Meetings()
	if len(ms) == 0 {
		return
	}
	p.heading("Meetings")
	rows := [][]string{}
	for _, m := range ms {
		how := string(m.Standing)
		switch {
		case m.Held != nil:
			how = "held"
		case m.Cancelled != nil:
			how = "cancelled"
		}
		where := m.Where()
		if m.Place != "" {
			where = strings.TrimPrefix(where+", "+m.Place, ", ")
		}
		when := string(m.When())
		if when == "" {
			when = "no date"
		}
		rows = append(rows, []string{when, m.Title, string(m.Type), how, where})
	}
	p.table(rows)
}

func (p *printer) proposals() {
	ps := p.w.Proposals()
	if len(ps) == 0 {
		return
	}
	p.heading("Proposals")
	rows := [][]string{}
	for _, o := range ps {
		state := "open"
		switch {
		case o.Withdrawn != nil:
			state = "withdrawn"
		case o.Expired(p.view.Now()):
			state = "expired"
		case !o.Open(p.view.Now()):
			state = "rejected"
		}
		var answers []string
		for _, r := range o.Answers() {
			answers = append(answers, string(r.Seat.Delegation())+": "+string(r.Said.Answer))
		}
		rows = append(rows, []string{o.Title, "by " + string(o.By.Seat), state, strings.Join(answers, ", ")})
	}
	p.table(rows)
}

func (p *printer) agreements() {
	rows := [][]string{}
	for _, a := range p.book().Agreements() {
		rows = append(rows, []string{a.Title, string(a.Stage), p.names(a.Parties), p.because(a.Reasons)})
	}
	if len(rows) > 0 {
		p.heading("Agreements")
		p.table(rows)
	}
}

func (p *printer) commitments() {
	rows := [][]string{}
	for _, c := range p.book().Commitments() {
		due := ""
		if !c.Due.IsZero() {
			due = "by " + stamp(c.Due.Add(-time.Minute))
		}
		rows = append(rows, []string{c.Title, string(c.Status), p.names(c.Obligors), due, p.because(c.Reasons)})
	}
	if len(rows) > 0 {
		p.heading("Commitments")
		p.table(rows)
	}
}

// names are the short names of parties.
func (p *printer) names(rs []talks.Ref) string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = r.Name
		if party := p.w.Party(r); party != nil {
			out[i] = party.Short
		}
	}
	return strings.Join(out, " ")
}

func (p *printer) because(rs []implementation.Reason) string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = r.English(func(ref talks.Ref) string { _, title := p.w.Find(ref); return title })
	}
	return strings.Join(out, " ")
}

// lastActs prints the latest acts, the last of them last, as a terminal is read from its end.
func (p *printer) lastActs() {
	p.heading("Last acts")
	var last []*talks.Entry
	for e := range p.w.Entries() {
		if last = append(last, e); len(last) == 12 {
			break
		}
	}
	slices.Reverse(last)
	rows := [][]string{}
	for _, e := range last {
		text := strings.Join(strings.Fields(act.Text(p.loc, e)), " ")
		rows = append(rows, []string{stamp(e.Time), p.w.Room(e.Room).Room.Title, string(e.Seat), text})
	}
	p.table(rows)
}

// table writes rows with columns as wide as what is in them; where they do not fit, the widest give way.
func (p *printer) table(rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, s := range row {
			row[i] = visible(s)
			widths[i] = max(widths[i], columns(row[i]))
		}
	}
	for total(widths) > p.width {
		w := &widths[slices.Index(widths, slices.Max(widths))]
		if *w <= 4 {
			break
		}
		*w--
	}
	for _, row := range rows {
		var line strings.Builder
		for i, s := range row {
			s = clip(s, widths[i])
			line.WriteString("  " + s + strings.Repeat(" ", widths[i]-columns(s)))
		}
		p.b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func total(widths []int) int {
	n := 0
	for _, w := range widths {
		n += w + 2
	}
	return n
}

// visible leaves out what could act on the terminal or hide what is written.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, s)
}

// columns is how many columns a text takes: wide for the scripts of East Asia and for pictures, none for marks.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul), r >= 0xFF00 && r <= 0xFF60, r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	return 1
}

// clip shortens a text to a number of columns, with an ellipsis where something is left out.
func clip(s string, width int) string {
	s = visible(s)
	if columns(s) <= width {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeColumns(r); n > width-1 {
			return s[:i] + "…"
		}
	}
	return s
}
