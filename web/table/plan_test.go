package table

import (
	"fmt"
	"strconv"
	"testing"

	"parley/internal/talks"
	"parley/web/table/plot"
)

var names = []string{
	"United States", "Russia", "Ukraine", "European allies", "Saudi Arabia", "United Kingdom of Great Britain and Northern Ireland",
	"Türkiye", "Organization for Security and Co-operation in Europe", "Movement", "中华人民共和国", "Bosnia and Herzegovina", "المملكة العربية السعودية", "A", "B",
}

// parties makes a company of n at the table and some outside, with rooms that join the pairs and triples given.
func parties(n, outside int, rooms ...[]int) company {
	c := company{lobby: &chamber{id: "lobby", title: "Lobby", kind: talks.Lobby}}
	for i := range n + outside {
		g := guest{ref: talks.Ref{Room: "lobby", Name: strconv.Itoa(i)}, index: i, code: "ABCD"[:1+i%4], title: names[i%len(names)], note: "observer"}
		if i >= n {
			c.outside = append(c.outside, g)
			continue
		}
		if i == 0 {
			g.rings = []chamber{{id: "own", title: "Caucus", kind: talks.Caucus, at: []int{0}}}
		}
		c.guests = append(c.guests, g)
	}
	for i, at := range rooms {
		c.chambers = append(c.chambers, chamber{number: i + 2, id: talks.RoomID(fmt.Sprint("room", i)), title: fmt.Sprintf("Consultation %d, Kyiv", i), at: at})
	}
	return c
}

func check(t *testing.T, d drawing) {
	t.Helper()
	boxes := d.boxes()
	for a, ba := range boxes {
		if !ba.In(d.width, d.H) {
			t.Errorf("%s at %v is outside of %v × %v", a, ba, d.width, d.H)
		}
		for b, bb := range boxes {
			if a < b && ba.Hits(bb, -0.1) {
				t.Errorf("%s at %v touches %s at %v", a, ba, b, bb)
			}
		}
	}
	for _, g := range d.Guests {
		if !g.named {
			t.Errorf("%s has no place for its name", g.title)
		}
	}
}

func TestNothingOverlaps(t *testing.T) {
	for _, f := range frames {
		for n := 1; n <= 12; n++ {
			t.Run(fmt.Sprint(f.name, n), func(t *testing.T) {
				d := lay(f, parties(n, n%4))
				check(t, d)
				if len(d.LobbyLabel.Lines) == 0 {
					t.Error("the table has no name")
				}
				if n < 2 {
					return
				}
				rooms := [][]int{{0, 1}, {0, n - 1}, {0, 1}}
				if n > 3 {
					rooms = append(rooms, []int{0, 1, 2}, []int{1, 2, n - 1}, []int{0, n / 2})
				}
				if n == 2 {
					rooms[1] = []int{0, 1}
				}
				d = lay(f, parties(n, n%4, rooms...))
				check(t, d)
				if !d.full() {
					for _, s := range d.Shapes {
						if s.Badge > 0 && (f.name == "wide" || n < 10) {
							t.Errorf("room %v has lost its name in a table of height %v", s.at, d.H)
						}
					}
				}
			})
		}
	}
}

// Every pair has a room: too many for names, and still nothing overlaps, and the drawing does not grow without end.
func TestEveryPairHasARoom(t *testing.T) {
	for _, f := range frames {
		for n := 2; n <= 12; n++ {
			var rooms [][]int
			for i := range n {
				for j := range i {
					rooms = append(rooms, []int{j, i})
				}
			}
			d := lay(f, parties(n, 0, rooms[:min(len(rooms), mostRooms)]...))
			check(t, d)
			if d.H > f.limit+300 {
				t.Errorf("%s, %d parties: %v high", f.name, n, d.H)
			}
			for _, s := range d.Shapes {
				if len(s.Label.Lines) == 0 && s.Badge == 0 {
					t.Errorf("%s, %d parties: %s has neither name nor number", f.name, n, s.id)
				}
			}
		}
	}
}

func TestTheSameOnBothSides(t *testing.T) {
	for n := 2; n <= 12; n++ {
		ps := ring(n, 250, 130)
		for i := range n {
			a, b := ps[i], ps[(n+1-i)%n]
			if d := (plot.Point{X: -a.X, Y: a.Y}).Dist(b); d > 3 {
				t.Errorf("%d of %d at %v, its partner at %v", i, n, a, b)
			}
		}
	}
}

func TestGatherIsTotal(t *testing.T) {
	none := func(*talks.Party) string { return "" }
	if c := gather(talks.NewWorld(), none); len(c.guests)+len(c.chambers) != 0 || c.lobby != nil {
		t.Errorf("an empty world shows %+v", c)
	}
	for _, f := range frames {
		check(t, lay(f, company{}))
	}
	// A room whose members nobody knows joins nobody.
	s := talks.NewState("r")
	s.Fold(talks.NewEntry("r", 0, talks.Date("2025-02-18").Start(), "xx-head", "room.open", &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"xx", "yy"}}))
	if c := gather(talks.NewWorld(s), none); len(c.chambers) != 0 {
		t.Errorf("a room of unknown parties is drawn: %+v", c)
	}
}

func BenchmarkLay(b *testing.B) {
	for _, n := range []int{5, 12} {
		c := parties(n, 2, []int{0, 1}, []int{0, 2}, []int{0, 3}, []int{0, 1, 2}, []int{1, 2, n - 1}, []int{0, n / 2}, []int{0, n - 1}, []int{0, 1})
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				for _, f := range frames {
					lay(f, c)
				}
			}
		})
	}
}
