package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Table is rows of cells under titles.
type Table struct {
	Name    string // of the sheet
	Columns []Column
	Rows    [][]Cell // each as many cells as there are columns, or fewer
	Printed int      // how many columns are printed; 0 is all
}

// Column is the head of a column.
type Column struct {
	Title string
	Width float64 // in characters of the sheet's font; 0 is as wide as it comes
}

// Cell is a text or a date. A text is never a formula, however it begins.
type Cell struct {
	Text string
	Date time.Time // stands in the place of the text unless it is zero
	Days bool      // of Date only the day counts, in its own zone. Otherwise it is an instant, shown in UTC
}

// Workbook is sheets with a title.
type Workbook struct {
	Title  string
	Made   time.Time // what the file says of when it was made
	Sheets []Table   // at least one
}

// The media types of what XLSX and CSV return.
const (
	WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TableType    = "text/csv; charset=utf-8; header=present"
)

// cellMost is how many characters a cell of a workbook has at most, as programs count them.
const cellMost = 32_000

// CSV returns the table as RFC 4180 has it, in UTF-8, its titles first. A text that a program could take for a formula has an apostrophe before
// it, unless it is a number.
func (t *Table) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = inert(oneLine(c.Title))
	}
	_ = w.Write(record) // to memory, which does not fail
	for _, row := range t.Rows {
		for i := range record {
			record[i] = ""
			if i < len(row) {
				record[i] = row[i].written()
			}
		}
		_ = w.Write(record)
	}
	w.Flush()
	return b.Bytes()
}

// written is a cell as text.
func (c Cell) written() string {
	switch {
	case c.Date.IsZero():
		return inert(plain(c.Text))
	case c.Days:
		return c.Date.Format(time.DateOnly)
	}
	return c.Date.UTC().Format(time.RFC3339)
}

// inert is a text that no program of tables runs: what begins as a formula does gets an apostrophe before it, as the OWASP has it for CSV
// injection. Numbers stay numbers. A program that takes semicolons to separate cells, as Excel does where the comma is for decimals, finds cells
// within a text too: at its semicolons, and on each of its lines, as it does not see that the text is quoted.
func inert(s string) string {
	if number(s) {
		return s
	}
	var b strings.Builder
	begins := true
	for _, r := range s {
		if begins && strings.ContainsRune("=+-@\t|%＝＋－＠", r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || r == '\n' || (begins && (r == ' ' || r == '"'))
		b.WriteRune(r)
	}
	return b.String()
}

func number(s string) bool {
	if s == "" {
		return false
	}
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	digits, points := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}

// XLSX returns the workbook. Every sheet has its titles in bold on a first row that stays in sight and is printed on each page, a filter, and
// is printed across one page.
func (b *Workbook) XLSX() (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing a workbook: %w", err)
		}
	}()
	if len(b.Sheets) == 0 {
		return nil, errors.New("it has no sheet")
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	made := b.Made.UTC().Format(time.RFC3339)
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	for i := range b.Sheets {
		s := sheet{f: f, t: &b.Sheets[i], styles: styles, name: oneLine(b.Sheets[i].Name)}
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err == nil {
			err = s.write(oneLine(b.Title))
		}
		if err != nil {
			return nil, err
		}
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: oneLine(b.Title), Creator: "Parley", LastModifiedBy: "Parley", Created: made, Modified: made}); err != nil {
		return nil, err
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: "Parley"}); err != nil {
		return nil, err
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// styles are the looks of cells.
type styles struct{ head, text, day, instant int }

func newStyles(f *excelize.File) (s styles, err error) {
	style := func(x excelize.Style) int {
		if err != nil {
			return 0
		}
		id, e := f.NewStyle(&x)
		err = e
		return id
	}
	dayFormat, instantFormat := "yyyy-mm-dd", `yyyy-mm-dd hh:mm "UTC"`
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	top := &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	line := []excelize.Border{{Type: "bottom", Color: "D9D9D9", Style: 1}}
	s.head = style(excelize.Style{
		Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 11}, Alignment: wrap, Border: []excelize.Border{{Type: "bottom", Color: "404040", Style: 2}},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF1F5"}},
	})
	s.text = style(excelize.Style{Alignment: wrap, Border: line})
	s.day = style(excelize.Style{Alignment: top, Border: line, CustomNumFmt: &dayFormat})
	s.instant = style(excelize.Style{Alignment: top, Border: line, CustomNumFmt: &instantFormat})
	return s, err
}

// sheet is a sheet that is being written.
type sheet struct {
	styles
	f    *excelize.File
	t    *Table
	name string
}

func (s *sheet) write(title string) error {
	for i, c := range s.t.Columns {
		if err := s.put(i, 0, oneLine(c.Title), s.head); err != nil {
			return err
		}
		column, err := excelize.ColumnNumberToName(i + 1)
		if err == nil && c.Width > 0 {
			err = s.f.SetColWidth(s.name, column, column, c.Width)
		}
		if err != nil {
			return err
		}
	}
	for y, row := range s.t.Rows {
		for x, c := range row[:min(len(row), len(s.t.Columns))] {
			value, style := s.value(c)
			if err := s.put(x, y+1, value, style); err != nil {
				return err
			}
		}
		if err := s.f.SetRowHeight(s.name, y+2, s.t.height(row)); err != nil {
			return err
		}
	}
	return s.frame(title)
}

// height is how high a row has to be for its texts, in points: not every program works that out by itself. A row is at most 409 points high.
func (t *Table) height(row []Cell) float64 {
	const line, margin = 15.0, 4.0
	most := 1
	for i, c := range row[:min(len(row), len(t.Columns))] {
		if width := int(t.Columns[i].Width); c.Date.IsZero() && width > 1 {
			most = max(most, lineCount(c.Text, width-1))
		}
	}
	return min(line*float64(most)+margin, 409)
}

// lineCount is how many lines a text takes where so many characters stand on one. Words are not broken where they fit.
func lineCount(s string, width int) int {
	n := 0
	for part := range strings.SplitSeq(plain(s), "\n") {
		n++
		at := 0
		for word := range strings.SplitSeq(part, " ") {
			size := utf8.RuneCountInString(word)
			if at > 0 && at+1+size > width {
				n, at = n+1, 0
			} else if at > 0 {
				at++
			}
			n += max(0, size-1) / width
			at += max(0, size-1)%width + min(size, 1)
		}
	}
	return n
}

// value is a cell's content, as the library takes it, and its style. The first day that a workbook has is in March 1900: what is earlier, and
// what comes after the year 9999, is a text there (ECMA-376, part 1, section 18.17.4.1).
func (s *sheet) value(c Cell) (any, int) {
	d := c.Date
	switch {
	case d.IsZero():
		return clip(plain(c.Text)), s.text
	case d.Year() <= 1900 || d.Year() > 9999:
		return c.written(), s.text
	case c.Days:
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC), s.day
	}
	return d.UTC().Truncate(time.Second), s.instant
}

func (s *sheet) put(x, y int, value any, style int) error {
	at, err := excelize.CoordinatesToCellName(x+1, y+1)
	if err != nil {
		return err
	}
	if text, ok := value.(string); ok {
		err = s.f.SetCellStr(s.name, at, text)
	} else {
		err = s.f.SetCellValue(s.name, at, value)
	}
	if err != nil {
		return err
	}
	return s.f.SetCellStyle(s.name, at, at, style)
}

// frame is what is around the cells: the first row that stays, the filter, and how it is printed.
func (s *sheet) frame(title string) error {
	if len(s.t.Columns) == 0 {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(len(s.t.Columns), len(s.t.Rows)+1)
	if err != nil {
		return err
	}
	landscape, a4, wide, tall, fit := "landscape", 9, 1, 0, true
	return errors.Join(
		s.f.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		s.f.AutoFilter(s.name, "A1:"+last, nil),
		s.f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &wide, FitToHeight: &tall}),
		s.f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		s.f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddHeader: "&L" + strings.ReplaceAll(clipTo(title, 100), "&", "&&"), OddFooter: "&R&P / &N"}),
		s.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: s.quoted() + "!$1:$1", Scope: s.name}),
		s.printed(),
	)
}

// quoted is the name of the sheet as references have it.
func (s *sheet) quoted() string { return "'" + strings.ReplaceAll(s.name, "'", "''") + "'" }

// printed leaves out of print what is not to be printed.
func (s *sheet) printed() error {
	if s.t.Printed <= 0 || s.t.Printed >= len(s.t.Columns) {
		return nil
	}
	last, err := excelize.ColumnNumberToName(s.t.Printed)
	if err != nil {
		return err
	}
	area := fmt.Sprintf("%s!$A$1:$%s$%d", s.quoted(), last, len(s.t.Rows)+1)
	return s.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: area, Scope: s.name})
}

func clip(s string) string { return clipTo(s, cellMost) }

// clipTo shortens a text to so many characters, counted as UTF-16 has them.
func clipTo(s string, most int) string {
	n := 0
	for i, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n > most {
			return s[:i] + "…"
		}
	}
	return s
}
