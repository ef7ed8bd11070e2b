package plot

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		s     string
		max   float64
		lines int
		want  string
	}{
		{"", 50, 2, ""},
		{"United States", 200, 2, "United States"},
		{"United States", 60, 2, "United|States"},
		{"United States of America", 60, 2, "United|States…"},
		{"Donaudampfschifffahrt", 60, 2, "Donaud…"},
	} {
		got := strings.Join(Wrap(tt.s, 12, tt.max, tt.lines), "|")
		if tt.want != got {
			t.Errorf("Wrap(%q, %v) = %q, want %q", tt.s, tt.max, got, tt.want)
		}
	}
}

func TestWrapFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		lines := rapid.IntRange(1, 4).Draw(t, "lines")
		got := Wrap(s, 12, 80, lines)
		if len(got) < 1 || len(got) > lines || Widest(got, 12) > 80 {
			t.Fatalf("Wrap(%q, %d) = %q", s, lines, got)
		}
	})
}

func TestHullHoldsEveryPoint(t *testing.T) {
	point := rapid.Custom(func(t *rapid.T) Point {
		return Point{float64(rapid.IntRange(0, 20).Draw(t, "x")), float64(rapid.IntRange(0, 20).Draw(t, "y"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		ps := rapid.SliceOfN(point, 1, 12).Draw(t, "ps")
		h := Hull(ps)
		for i, p := range h {
			edge := h[(i+1)%len(h)].Sub(p)
			for _, q := range ps {
				if edge.cross(q.Sub(p)) < -1e-9 {
					t.Fatalf("%v of %v is outside of %v", q, ps, h)
				}
			}
		}
		if d := RoundHull(h, 10, []float64{3}); !strings.HasPrefix(d, "M") || !strings.HasSuffix(d, "Z") {
			t.Fatalf("no closed outline: %s", d)
		}
	})
}

func at(s string) time.Time {
	v, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return v
}

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		most     int
		unit     Unit
		first    string
		n        int
	}{
		{"2025-02-18T07:10", "2025-02-18T20:00", 8, Hour, "2025-02-18T09:00", 4},
		{"2025-02-12T00:00", "2025-02-19T00:00", 8, Day, "2025-02-12T00:00", 8},
		{"2025-01-20T00:00", "2025-03-05T00:00", 6, Day, "2025-01-21T00:00", 5},
		{"2024-11-03T00:00", "2025-04-03T00:00", 6, Month, "2024-12-01T00:00", 5},
		{"2001-06-01T00:00", "2025-06-01T00:00", 6, Year, "2005-01-01T00:00", 5},
		{"2025-02-18T07:10", "2025-02-18T07:10", 6, 0, "", 0},
		{"0001-01-01T00:00", "9999-01-01T00:00", 12, Year, "1000-01-01T00:00", 9},
	} {
		got := Ticks(at(tt.from), at(tt.to), tt.most)
		if len(got) != tt.n || len(got) > tt.most {
			t.Errorf("%s to %s: %d ticks, want %d: %v", tt.from, tt.to, len(got), tt.n, got)
			continue
		}
		if tt.n > 0 && (got[0].Unit != tt.unit || !got[0].At.Equal(at(tt.first))) {
			t.Errorf("%s to %s: first tick %v, want %s", tt.from, tt.to, got[0], tt.first)
		}
	}
}

func TestTicksAreInOrderAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(-6e10, 2e11).Draw(t, "from"), 0)
		to := from.Add(time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "length")))
		most := rapid.IntRange(1, 12).Draw(t, "most")
		last := from.Add(-1)
		ticks := Ticks(from, to, most)
		if len(ticks) > most {
			t.Fatalf("%d ticks, %d allowed", len(ticks), most)
		}
		for _, tick := range ticks {
			if !tick.At.After(last) || tick.At.After(to) {
				t.Fatalf("%v from %v to %v after %v", tick.At, from, to, last)
			}
			last = tick.At
		}
	})
}

func TestDense(t *testing.T) {
	week := 7 * 24 * time.Hour
	times := []time.Time{at("2022-02-24T00:00"), at("2025-02-12T10:00"), at("2025-02-15T10:00"), at("2025-02-18T10:00"), at("2025-02-18T12:00")}
	from, to, ok := Dense(times, []time.Duration{52 * week, week}, 0.6)
	if !ok || !from.Equal(times[1]) || !to.Equal(times[4]) {
		t.Errorf("%v to %v, %v", from, to, ok)
	}
	if _, _, ok := Dense(nil, []time.Duration{week}, 0.6); ok {
		t.Error("a window without a moment")
	}
	if _, _, ok := Dense(times, []time.Duration{time.Minute}, 0.6); ok {
		t.Error("a minute holds most of three years")
	}
}
