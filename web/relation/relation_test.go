package relation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

func assess(seat talks.Seat, tone talks.Tone, when talks.Date) said {
	return said{lobby, seat, &talks.RelationAssess{Name: "us-ru", Between: []talks.Ref{in("us"), in("ru")}, Tone: tone, When: when}}
}

func TestCourse(t *testing.T) {
	w := world(
		assess("us-head", "cool", "2025-02-10"),
		assess("ru-head", "hostile", "2025-01"),
		assess("us-head", "strained", "2024"),
		assess("us-head", "cool", ""),
		assess("ru-head", "working", "2025-02-14"),
	)
	c := newCourse(w, w.Relation(in("us-ru")))
	var got []string
	for _, x := range c.Words {
		got = append(got, fmt.Sprintf("%d %s %s was %q", x.N, x.By.Name, x.Said.Tone, c.change(x)))
	}
	want := []string{`1 us strained was ""`, `2 ru hostile was ""`, `3 us cool was "strained"`, `4 ru working was "hostile"`, `5 us cool was ""`}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	last := c.last()
	if len(last) != 2 || last[0].N != 5 || last[1].N != 4 {
		t.Errorf("the last word of each: %+v", last)
	}
}

// A warmer tone stands higher, a later word further along, and the lines of two who say the same stand apart.
func TestDraw(t *testing.T) {
	w := world(
		assess("us-head", "cool", "2025-01-10"), assess("us-head", "friendly", "2025-02-10"),
		assess("ru-head", "cool", "2025-01-10"), assess("ru-head", "no tone", "2025-01-20"), assess("ru-head", "hostile", "2025-02"),
	)
	c := newCourse(w, w.Relation(in("us-ru")))
	p := page(t, 0)
	for _, f := range frames {
		d := draw(p, f, &c)
		us, ru := d.Lines[0].Marks, d.Lines[1].Marks
		if len(us) != 2 || len(ru) != 2 {
			t.Fatalf("%s: %d and %d marks", f.name, len(us), len(ru))
		}
		if us[1].Y >= us[0].Y || ru[1].Y <= ru[0].Y || us[1].X <= us[0].X {
			t.Errorf("%s: %v, %v", f.name, us, ru)
		}
		if us[0].Y == ru[0].Y || us[0].X != ru[0].X {
			t.Errorf("%s: one stands on the other", f.name)
		}
		if ru[1].X2-ru[1].X < 20*(us[0].X2-us[0].X) || !rough([]drawing{d}) {
			t.Errorf("%s: a month is drawn to %v from %v, a day to %v from %v", f.name, ru[1].X2, ru[1].X, us[0].X2, us[0].X)
		}
		for _, l := range d.Lines {
			for _, m := range l.Marks {
				if m.X < d.left || m.X2 > d.width || m.Y < 0 || m.Y > d.H {
					t.Errorf("%s: a mark outside: %v", f.name, m)
				}
			}
			if !strings.HasPrefix(l.Path, "M") {
				t.Errorf("%s: way %q", f.name, l.Path)
			}
		}
	}
}

// Nothing of a view without rooms may fail, nor a relation that nothing is said of any more.
func TestEmpty(t *testing.T) {
	p := page(t, 0)
	c := newCourse(&talks.World{}, &talks.Relation{})
	for _, f := range frames {
		if d := draw(p, f, &c); len(d.Lines) != 0 || len(d.Levels) != len(talks.Tones) {
			t.Errorf("%+v", d)
		}
	}
	if got := Title(p, &talks.Relation{Made: talks.Made{Ref: in("bare")}}); got != "bare" {
		t.Errorf("title %q", got)
	}
	if toneWord(p, "odd") != "odd" || trendWord(p, "odd") != "odd" || arrow("odd") != "" {
		t.Error("a value of no catalogue is not said as it is")
	}
}

func page(t *testing.T, i int) *ui.Page {
	t.Helper()
	p := example(t)[i]
	p.Loc = message.English()
	return p
}
