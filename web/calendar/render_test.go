package calendar

import (
	"bytes"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
	"parley/web/implementation"
	"parley/web/message"
	"parley/web/ui"
)

type query map[string]string

func (q query) Path(string) string     { return "" }
func (q query) Get(name string) string { return q[name] }

// example loads an example and returns a page of each of some seats, now and as it stood early.
func example(t *testing.T, name string) []*ui.Page {
	t.Helper()
	f, err := os.Open("../../examples/" + name + "/process.yaml")
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
	var pages []*ui.Page
	for _, seat := range []talks.Seat{"us-head", "ru-head", "ua-head"} {
		v := ledger.Viewer{Process: file.Process, Seat: seat}
		now, err := l.View(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		early, err := l.ViewAt(t.Context(), v, now.World().Lobby().Entries[12].Time)
		if err != nil {
			t.Fatal(err)
		}
		for _, view := range []*ledger.View{now, early} {
			pages = append(pages, &ui.Page{View: view, Present: now.World(), Loc: message.English(), Query: url.Values{}})
		}
	}
	return pages
}

func render(t *testing.T, p *ui.Page, q query) string {
	t.Helper()
	c, err := Show(p, q)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "{{") || p.Title == "" || p.Nav != "meetings" {
		t.Errorf("title %q, nav %q", p.Title, p.Nav)
	}
	return b.String()
}

// TestPage: each thing that has a day stands on its year's page, beside who can see it; what has none stands on all of them.
func TestPage(t *testing.T) {
	for _, p := range example(t, "riyadh-2025") {
		all := items(implementation.Book(p))
		years := map[int]int{}
		undated := 0
		for _, i := range all {
			if i.dated() {
				years[i.Start.Year()]++
			} else {
				undated++
			}
		}
		for y, n := range years {
			html := render(t, p, query{"year": strconv.Itoa(y)})
			if got := strings.Count(html, "<li data-item>"); got != n+undated {
				t.Errorf("%s: the year %d has %d items on its page, not %d", p.View.Seat(), y, got, n+undated)
			}
			if strings.Count(html, `class="audience"`) != n+undated {
				t.Errorf("%s: not everything says who can see it", p.View.Seat())
			}
		}
		if len(all) == 0 {
			if html := render(t, p, nil); !strings.Contains(html, "Nothing has a date yet") {
				t.Error(html)
			}
		}
	}
}

// TestFile: another reader finds in the file each thing that has a day, once, and nothing else. The same view gives the same bytes, and what a
// seat does not see is not in its file.
func TestFile(t *testing.T) {
	names := map[talks.Seat]map[string]string{}
	for _, p := range example(t, "riyadh-2025") {
		b := File(p, "https://talks.example")
		if !bytes.Equal(b, File(p, "https://talks.example")) {
			t.Errorf("%s: the same view gave other bytes", p.View.Seat())
		}
		read, err := ics.ParseCalendar(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, i := range items(implementation.Book(p)) {
			if i.dated() {
				want[i.uid()] = true
			}
		}
		got := map[string]string{}
		for _, e := range read.Events() {
			u := e.GetProperty(ics.ComponentPropertyUrl)
			if got[e.Id()] != "" || !want[e.Id()] || u == nil || !strings.HasPrefix(u.Value, "https://talks.example/p/riyadh-2025/") {
				t.Errorf("%s: %+v", p.View.Seat(), e)
			}
			if d := e.GetProperty(ics.ComponentPropertyDescription); d == nil || !strings.Contains(d.Value, "seen by: ") {
				t.Errorf("%s: %s does not say who can see it", p.View.Seat(), e.Id())
			}
			got[e.Id()] = e.GetProperty(ics.ComponentPropertySummary).Value
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d events, not %d", p.View.Seat(), len(got), len(want))
		}
		if !p.View.AsOf() {
			names[p.View.Seat()] = got
		}
	}
	if len(names["us-head"]) == 0 {
		t.Fatal("the example has nothing on a day")
	}
	more := 0
	for name := range names["us-head"] {
		if names["ua-head"][name] == "" {
			more++
		}
	}
	if more == 0 {
		t.Error("the example has no meeting that one seat sees and another does not")
	}
}
