package office

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// python is the interpreter that has the libraries: Debian's own, where its packages are, or another. The test skips, or fails where tools are
// required, if there is none.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import icalendar, openpyxl").Run() == nil {
			return name
		}
	}
	if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
		t.Fatal("no python3 with icalendar and openpyxl: on Debian, apt-get install python3-icalendar python3-openpyxl")
	}
	t.Skip("no python3 with icalendar and openpyxl")
	return ""
}

// readBack reads a file with another program and what that says of it into v.
func readBack(t *testing.T, what, name string, b []byte, v any) {
	t.Helper()
	program := python(t)
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "testdata/read.py", what, path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if err := json.Unmarshal(out, v); err != nil {
		t.Fatal(err)
	}
}

func table() Table {
	return Table{
		Name:    "Who's to do what",
		Printed: 2,
		Columns: []Column{{"Stipulation", 40}, {"Deadline", 14}, {"When", 20}, {"Evidence", 0}},
		Rows: [][]Cell{
			{{Text: "Reopen the ferry, \"daily\""}, {Date: time.Date(2025, 3, 31, 0, 0, 0, 0, madrid), Days: true}, {Date: time.Date(2025, 3, 31, 23, 30, 15, 9, madrid)}, {Text: "a list\nof two lines"}},
			{{Text: "=1+1"}, {Text: "-5"}, {Text: "@SUM(A1)"}, {Text: "+7.5"}},
			{{Text: "before workbooks"}, {Date: time.Date(1899, 5, 1, 0, 0, 0, 0, time.UTC), Days: true}, {Text: "-"}},
			{{Text: "=HYPERLINK(\"x\")\x07"}, {}, {}, {Text: strings.Repeat("Ж𝄞", 20_000)}},
		},
	}
}

// TestCSV: another reader finds the cells, and none of them is a formula.
func TestCSV(t *testing.T) {
	v := table()
	b := v.CSV()
	if !bytes.HasPrefix(b, []byte("Stipulation,Deadline,When,Evidence\r\n")) || bytes.Count(b, []byte("\r\n")) < 5 {
		t.Errorf("%q", b[:100])
	}
	got, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Stipulation", "Deadline", "When", "Evidence"},
		{"Reopen the ferry, \"daily\"", "2025-03-31", "2025-03-31T22:30:15Z", "a list\nof two lines"},
		{"'=1+1", "-5", "'@SUM(A1)", "+7.5"},
		{"before workbooks", "1899-05-01", "'-", ""},
		{"'=HYPERLINK(\"x\")", "", "", strings.Repeat("Ж𝄞", 20_000)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInert(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a=1": "a=1", "=a": "'=a", "-": "'-", "--1": "'--1", "-1": "-1", "-1.5": "-1.5", "-1.5.2": "'-1.5.2", "+": "'+", "-1+cmd|' /C calc'!A0": "'-1+cmd|' /C calc'!A0",
		"\n=a": "\n'=a", "a;=b": "a;'=b", "a; \"=b\"": "a; \"'=b\"", "a\n+b\nc": "a\n'+b\nc", "a; b - c = d": "a; b - c = d", "1;-1": "1;'-1", " @a": " '@a", "＝a": "'＝a", "|x": "'|x", "0": "0", "–5": "–5",
	} {
		if got := inert(text); got != want {
			t.Errorf("%q is written %q, not %q", text, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  int
	}{
		{"", 10, 1}, {"ten letter", 10, 1}, {"ten letters", 10, 2}, {"a\nb", 10, 2}, {"a\n\nb", 10, 3}, {"abcdefghij", 10, 1}, {"abcdefghijk", 10, 2},
		{"ab abcdefghijk", 10, 3}, {"one two three four", 7, 3}, {strings.Repeat("ж", 25), 10, 3},
	} {
		if got := lineCount(c.text, c.width); got != c.want {
			t.Errorf("%q takes %d lines of %d, not %d", c.text, got, c.width, c.want)
		}
	}
}

func book() *Workbook {
	return &Workbook{
		Title: "Harbour & quay: who's to do what", Made: time.Date(2025, 2, 18, 10, 30, 0, 0, madrid),
		Sheets: []Table{table(), {Name: "About", Columns: []Column{{"", 30}, {"", 80}}, Rows: [][]Cell{{{Text: "Seat"}, {Text: "us-head"}}}}},
	}
}

// TestWorkbookBytes: the same workbook gives the same bytes, with no time of the machine in any part, and no part that runs.
func TestWorkbookBytes(t *testing.T) {
	b := xlsx(t, book())
	for range 10 {
		if !bytes.Equal(b, xlsx(t, book())) {
			t.Fatal("the same workbook gave other bytes")
		}
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s has a time: %v", f.Name, f.Modified)
		}
		if strings.Contains(f.Name, "vba") || strings.Contains(f.Name, "externalLink") || strings.Contains(f.Name, "calcChain") {
			t.Errorf("there is %s", f.Name)
		}
	}
	other := book()
	other.Made = other.Made.Add(time.Second)
	if bytes.Equal(b, xlsx(t, other)) {
		t.Error("the file does not say when it was made")
	}
	if _, err := (&Workbook{}).XLSX(); err == nil {
		t.Error("a workbook without sheets was written")
	}
	if _, err := (&Workbook{Sheets: []Table{{Name: "a/b"}}}).XLSX(); err == nil {
		t.Error("a sheet with a name that none can have was written")
	}
}

func xlsx(t *testing.T, w *Workbook) []byte {
	t.Helper()
	b, err := w.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWorkbookReadBack: another library, in another language, finds the cells with their types: texts, none of them a formula, and dates.
func TestWorkbookReadBack(t *testing.T) {
	type cell struct {
		Type   string
		Value  any
		Format string
	}
	type sheet struct {
		Name                                  string
		Rows                                  [][]cell
		Frozen, Filter, Repeated, Orientation string
		Printed                               []string
		Width                                 any
	}
	var got struct {
		Title, Author, Made string
		Sheets              []sheet
	}
	readBack(t, "workbook", "table.xlsx", xlsx(t, book()), &got)
	if got.Title != "Harbour & quay: who's to do what" || got.Author != "Parley" || got.Made != "2025-02-18T09:30:00" || len(got.Sheets) != 2 {
		t.Fatalf("%q %q %q", got.Title, got.Author, got.Made)
	}
	text := func(s string) cell { return cell{"s", s, "General"} }
	none := cell{"n", nil, "General"}
	head := got.Sheets[0]
	rows := head.Rows
	head.Rows = nil
	if diff := cmp.Diff(sheet{Name: "Who's to do what", Frozen: "A2", Filter: "$A$1:$D$5", Repeated: "$1:$1", Printed: []string{"$A$1:$B$5"}, Orientation: "landscape", Width: 1.0}, head); diff != "" {
		t.Error(diff)
	}
	want := [][]cell{
		{text("Stipulation"), text("Deadline"), text("When"), text("Evidence")},
		{text("Reopen the ferry, \"daily\""), {"d", "2025-03-31T00:00:00", "yyyy-mm-dd"}, {"d", "2025-03-31T22:30:15", `yyyy-mm-dd hh:mm "UTC"`}, text("a list\nof two lines")},
		{text("=1+1"), text("-5"), text("@SUM(A1)"), text("+7.5")},
		{text("before workbooks"), text("1899-05-01"), text("-"), none},
	}
	if diff := cmp.Diff(want, rows[:4]); diff != "" {
		t.Error(diff)
	}
	last := rows[4][3].Value.(string)
	if rows[4][0].Value != "=HYPERLINK(\"x\")" || rows[4][0].Type != "s" || !strings.HasSuffix(last, "𝄞…") && !strings.HasSuffix(last, "Ж…") || len([]rune(last)) > cellMost {
		t.Errorf("%v, and a long text of %d characters", rows[4][0], len([]rune(last)))
	}
}

// BenchmarkWorkbook writes a table of so many rows of ten cells.
func BenchmarkWorkbook(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		t := table()
		row := []Cell{{Text: "Reopen the ferry"}, {Date: time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC), Days: true}, {Text: "a"}, {Text: "b"}}
		t.Rows = nil
		for range n {
			t.Rows = append(t.Rows, row)
		}
		w := &Workbook{Title: "x", Sheets: []Table{t}}
		b.Run(map[int]string{100: "rows=100", 10_000: "rows=10000"}[n], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.XLSX(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
