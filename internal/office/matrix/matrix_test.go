package matrix

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
)

// example is the book of an example as a seat sees it at a time.
func example(t *testing.T, name string, seat talks.Seat, at time.Time) *implementation.Book {
	t.Helper()
	f, err := os.Open("../../../examples/" + name + "/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := processfile.Parse(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if _, err := processfile.Load(t.Context(), l, file); err != nil {
		t.Fatal(err)
	}
	v, err := l.View(t.Context(), ledger.Viewer{Process: file.Process, Seat: seat})
	if err != nil {
		t.Fatal(err)
	}
	return implementation.At(v.World(), at)
}

func column(t *testing.T, title string) int {
	t.Helper()
	for i, c := range columns {
		if c.Title == title {
			return i
		}
	}
	t.Fatalf("there is no column %s", title)
	return 0
}

// TestTable: a row for each commitment, in which owners, the day of the deadline, what it depends on and why it stands as it does are said.
func TestTable(t *testing.T) {
	b := example(t, "minsk-2015", "ua-head", time.Date(2015, 12, 1, 0, 0, 0, 0, time.UTC))
	all, err := csv.NewReader(bytes.NewReader(Table(b).CSV())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(b.Commitments())+1 || len(all) < 14 {
		t.Fatalf("%d rows for %d commitments", len(all)-1, len(b.Commitments()))
	}
	for i, r := range b.Matrix() {
		row := all[i+1]
		for title, want := range map[string]string{"Stipulation": r.Stipulation, "Article": r.Article, "Status": string(r.Status), "Reference": r.Ref.String(), "What is to be done": r.Deed} {
			if got := row[column(t, title)]; got != want {
				t.Errorf("%s: %s is %q, not %q", r.Ref.Name, title, got, want)
			}
		}
		if row[column(t, "Owner")] == "" || row[column(t, "Why")] == "" || row[column(t, "On record")] == "" {
			t.Errorf("%s: %q", r.Ref.Name, row)
		}
		if (r.Trigger != nil) && row[column(t, "Trigger")] == "" {
			t.Errorf("%s depends on something, and its trigger is not said", r.Ref.Name)
		}
		if deadline := row[column(t, "Deadline")]; !r.Deadline.IsZero() && r.By.By == "2015" && deadline != "2015-12-31" {
			t.Errorf("%s is due by the end of the year, and the deadline is %q", r.Ref.Name, deadline)
		}
		for _, cell := range row {
			if strings.Contains(cell, "{") || strings.Contains(cell, "0001-") {
				t.Errorf("%s: %q", r.Ref.Name, cell)
			}
		}
	}
}

// TestWorkbookReadBack: another library finds the same rows in the workbook, with days as days and no formula, and a sheet that says what each
// status means.
func TestWorkbookReadBack(t *testing.T) {
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if python == "" && exec.Command(name, "-c", "import icalendar, openpyxl").Run() == nil {
			python = name
		}
	}
	if python == "" {
		if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
			t.Fatal("no python3 with icalendar and openpyxl: on Debian, apt-get install python3-icalendar python3-openpyxl")
		}
		t.Skip("no python3 with icalendar and openpyxl")
	}
	b := example(t, "minsk-2015", "ua-head", time.Date(2015, 12, 1, 0, 0, 0, 0, time.UTC))
	file, err := Workbook(b, For{Process: "Minsk", Seat: "ua-head"}).XLSX()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "matrix.xlsx")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "../testdata/read.py", "workbook", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Made   string
		Sheets []struct {
			Name string
			Rows [][]struct {
				Type  string
				Value any
			}
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Sheets) != 2 || got.Made != b.World().Time().UTC().Truncate(time.Second).Format("2006-01-02T15:04:05") {
		t.Fatalf("%d sheets, made %s", len(got.Sheets), got.Made)
	}
	want, err := csv.NewReader(bytes.NewReader(Table(b).CSV())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := got.Sheets[0].Rows
	if len(rows) != len(want) {
		t.Fatalf("%d rows, not %d", len(rows), len(want))
	}
	for y, row := range rows {
		for x, c := range row {
			value, _ := c.Value.(string)
			if c.Type == "d" {
				value = strings.TrimSuffix(value, "T00:00:00")
			}
			if value != want[y][x] || !slices.Contains([]string{"s", "d", "n"}, c.Type) || c.Type == "n" && c.Value != nil {
				t.Errorf("row %d, %s: %q (%s), not %q", y, columns[x].Title, value, c.Type, want[y][x])
			}
		}
	}
	meant := 0
	for _, row := range got.Sheets[1].Rows {
		if s, ok := row[0].Value.(string); ok && row[1].Value != nil && slices.Contains(implementation.Statuses, implementation.Status(s)) {
			meant++
		}
	}
	if meant != len(implementation.Statuses) {
		t.Errorf("%d statuses are explained, of %d", meant, len(implementation.Statuses))
	}
}
