package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
)

func happened(name string, when talks.Date, about ...talks.Ref) said {
	return said{lobby, "us-head", &talks.EventRecord{Name: name, Title: name, When: when, About: about}}
}

func TestYears(t *testing.T) {
	w := world(happened("b", "2024-05"), happened("c", "2025-01-02"), happened("a", "2022-02"), happened("d", "2025-02"))
	var got []string
	for _, y := range years(w) {
		line := fmt.Sprint(y.Year)
		for _, e := range y.Events {
			line += " " + e.Name
		}
		got = append(got, line)
	}
	if want := []string{"2025 d c", "2024 b", "2022 a"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAboutAndDriven(t *testing.T) {
	w := world(
		happened("e", "2025-01-02", in("m")), happened("f", "2025-01-01", in("m")), happened("g", "2025-01-01"),
		said{lobby, "us-head", &talks.RelationAssess{Name: "r", Between: []talks.Ref{in("us"), in("ru")}, Tone: "cool", Drivers: []talks.Ref{in("e")}}},
		said{lobby, "us-head", &talks.RelationAssess{Name: "r", Between: []talks.Ref{in("us"), in("ru")}, Tone: "cool", Drivers: []talks.Ref{in("e"), in("f")}}},
	)
	var names []string
	for _, e := range About(w, in("m")) {
		names = append(names, e.Name)
	}
	if !slices.Equal(names, []string{"f", "e"}) {
		t.Errorf("about the meeting: %v", names)
	}
	for name, n := range map[string]int{"e": 1, "f": 1, "g": 0} {
		if got := driven(w, in(name)); len(got) != n {
			t.Errorf("%s drove %d relations, not %d", name, n, len(got))
		}
	}
}

// TestGather: each reaction of the example stands in the column of its stance, each party once, those against counted.
func TestGather(t *testing.T) {
	p := example(t)[0]
	found := false
	for _, e := range p.W().Events() {
		g := gather(p, e.Ref)
		var parties []talks.Ref
		against := 0
		for i, c := range g.Columns {
			if c.Stance != talks.Stances[i] {
				t.Errorf("column %d is of %s", i, c.Stance)
			}
			for _, r := range c.Reactions {
				found = true
				if r.Said.Stance != c.Stance || slices.Contains(parties, r.Party) {
					t.Errorf("%s: %s in the column of %s", e.Title, r.Party, c.Stance)
				}
				parties = append(parties, r.Party)
				if r.Said.Stance.Against() {
					against++
				}
			}
		}
		if len(parties) != len(g.All) || against != g.Against {
			t.Errorf("%s: %d of %d, %d of %d against", e.Title, len(parties), len(g.All), against, g.Against)
		}
	}
	if !found {
		t.Error("the example has no reaction")
	}
}

// TestStances: every stance has a picture, and no two the same.
func TestStances(t *testing.T) {
	seen := map[string]talks.Stance{}
	for _, s := range talks.Stances {
		if other, there := seen[signs[s]]; signs[s] == "" || there {
			t.Errorf("%s has the picture of %q", s, other)
		}
		seen[signs[s]] = s
	}
}

func TestFigure(t *testing.T) {
	p := example(t)[0]
	for _, c := range []struct {
		f    talks.Figure
		want string
	}{
		{talks.Figure{Value: "1200", Unit: "tonnes"}, "1,200 tonnes"},
		{talks.Figure{Value: "3", Bound: "over"}, "over 3"},
		{talks.Figure{Value: "0.5", Unit: "%", Bound: "about"}, "about 0.5 %"},
		{talks.Figure{Value: "7", Bound: "under"}, "under 7"},
	} {
		if got := figure(p, c.f); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What a page offers is only where everybody can see what it is about.
func TestReactionOffer(t *testing.T) {
	p := example(t)[0]
	for _, m := range p.W().Meetings() {
		for _, id := range ReactionOffer(p, m.Ref).Rooms {
			if p.W().As(id).Meeting(m.Ref) == nil {
				t.Errorf("a reaction to %s is offered in a room where it cannot be seen", m.Title)
			}
		}
		if o := ReactionOffer(p, m.Ref); !slices.Contains(o.Rooms, m.Ref.Room) || !strings.HasSuffix(o.Fields.Get("to"), m.Ref.Name) {
			t.Errorf("%s: %+v", m.Title, o)
		}
	}
}
