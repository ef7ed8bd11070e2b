// Package plot does the arithmetic of drawings that are made on the server: how wide a text is, where it can stand without
// touching another, and where the ticks of a time axis go. It knows nothing of talks and writes no markup.
//
// Units are those of the drawing's viewBox. Nothing here can fail: what does not fit is shortened or left out.
package plot

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Point is a place in a drawing; y grows downwards, as in SVG.
type Point struct{ X, Y float64 }

// Add is the sum of two vectors.
func (p Point) Add(o Point) Point { return Point{p.X + o.X, p.Y + o.Y} }

// Sub is the vector from o to p.
func (p Point) Sub(o Point) Point { return Point{p.X - o.X, p.Y - o.Y} }

// Mul is the vector f times as long.
func (p Point) Mul(f float64) Point { return Point{p.X * f, p.Y * f} }

// Len is the length of the vector.
func (p Point) Len() float64 { return math.Hypot(p.X, p.Y) }

// Dist is the distance between two points.
func (p Point) Dist(o Point) float64 { return p.Sub(o).Len() }

func (p Point) cross(o Point) float64 { return p.X*o.Y - p.Y*o.X }

// Unit is the vector of length 1 in the direction of p; zero for zero.
func (p Point) Unit() Point {
	if l := p.Len(); l > 0 {
		return p.Mul(1 / l)
	}
	return Point{}
}

// Box is an upright rectangle: its upper left corner, width and height.
type Box struct{ X, Y, W, H float64 }

// Around is the box of that size with its middle at p.
func Around(p Point, w, h float64) Box { return Box{p.X - w/2, p.Y - h/2, w, h} }

// Hits reports whether two boxes come closer than gap.
func (b Box) Hits(o Box, gap float64) bool {
	return b.X < o.X+o.W+gap && o.X < b.X+b.W+gap && b.Y < o.Y+o.H+gap && o.Y < b.Y+b.H+gap
}

// In reports whether the box lies within a drawing of that size.
func (b Box) In(w, h float64) bool { return b.X >= 0 && b.Y >= 0 && b.X+b.W <= w && b.Y+b.H <= h }

// Center is the middle of the box.
func (b Box) Center() Point { return Point{b.X + b.W/2, b.Y + b.H/2} }

// Free reports whether no box of the list comes closer to b than gap.
func Free(b Box, taken []Box, gap float64) bool {
	for _, o := range taken {
		if b.Hits(o, gap) {
			return false
		}
	}
	return true
}

// N writes a coordinate with at most one decimal, the way the attributes of SVG want it. What is no number is 0.
func N(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	s := strconv.FormatFloat(f, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// Width is how wide a text is at a font size, rather too wide than too narrow: the server has no fonts, and a reader may have others
// than ours. Measured on IBM Plex Sans at weight 600 and rounded up.
func Width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		if r < utf8.RuneSelf {
			em += asciiWidth[r]
		} else {
			em += runeWidth(r)
		}
	}
	return em * size
}

var asciiWidth = func() (w [utf8.RuneSelf]float64) {
	for r := range w {
		w[r] = runeWidth(rune(r))
	}
	return w
}()

func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case strings.ContainsRune("il.,:;'|!jIft()[]", r):
		return 0.36
	case r == ' ':
		return 0.28
	case strings.ContainsRune("mwMW@%…—", r):
		return 0.96
	case r < 0x250 && unicode.IsUpper(r):
		return 0.7
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return 1.05
	case r < 0x600:
		return 0.61
	}
	return 0.68
}

// Wrap breaks a text at its spaces into at most so many lines, each at most most wide. What is left over, and a word that is
// wider than a line, ends in an ellipsis. A text always gives at least one line.
func Wrap(s string, size, most float64, lines int) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		longer := strings.TrimSpace(line + " " + word)
		if line == "" || Width(longer, size) <= most {
			line = longer
			continue
		}
		if len(out) == lines-1 {
			line = longer // too long by now: Cut says so with its ellipsis
			break
		}
		out, line = append(out, line), word
	}
	out = append(out, line)
	for i := range out {
		out[i] = Cut(out[i], size, most)
	}
	return out
}

// Cut shortens a text to a width; a shortened one ends in an ellipsis.
func Cut(s string, size, most float64) string {
	if Width(s, size) <= most {
		return s
	}
	for s != "" && Width(s+"…", size) > most {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.TrimRightFunc(s, unicode.IsSpace) + "…"
}

// Widest is the width of the widest of some lines.
func Widest(lines []string, size float64) float64 {
	w := 0.0
	for _, l := range lines {
		w = max(w, Width(l, size))
	}
	return w
}

// Hull is the convex hull of points, in order around it, clockwise as seen on the page. Of points on one line it has the ends only.
func Hull(ps []Point) []Point {
	ps = sorted(ps)
	if len(ps) < 3 {
		return ps
	}
	half := func(ps []Point) []Point {
		var h []Point
		for _, p := range ps {
			for len(h) > 1 && h[len(h)-1].Sub(h[len(h)-2]).cross(p.Sub(h[len(h)-1])) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, p)
		}
		return h[:len(h)-1]
	}
	lower := half(ps)
	back := make([]Point, 0, len(ps))
	for _, p := range slices.Backward(ps) {
		back = append(back, p)
	}
	return append(lower, half(back)...)
}

// RoundHull is the path of the outline that keeps a distance of r from a convex hull, with round corners. bend says for each edge, which
// begins at the point of the same place, how far its middle is drawn inwards; it can be nil.
func RoundHull(hull []Point, r float64, bend []float64) string {
	switch len(hull) {
	case 0:
		return ""
	case 1:
		p := hull[0]
		return "M" + N(p.X-r) + " " + N(p.Y) + arc(r, Point{p.X + r, p.Y}) + arc(r, Point{p.X - r, p.Y}) + "Z"
	}
	var b strings.Builder
	for i, p := range hull {
		q := hull[(i+1)%len(hull)]
		d := q.Sub(p).Unit()
		out := Point{d.Y, -d.X}.Mul(r) // to the left of the way round, which is outwards
		if i == 0 {
			b.WriteString("M" + pair(p.Add(out)))
		} else {
			b.WriteString(arc(r, p.Add(out)))
		}
		if i < len(bend) && bend[i] > 0 {
			mid := p.Add(q).Mul(0.5).Add(out.Unit().Mul(r - 2*bend[i]))
			b.WriteString("Q" + pair(mid) + " " + pair(q.Add(out)))
		} else {
			b.WriteString("L" + pair(q.Add(out)))
		}
		if i == len(hull)-1 {
			first := hull[1%len(hull)].Sub(hull[0]).Unit()
			b.WriteString(arc(r, hull[0].Add(Point{first.Y, -first.X}.Mul(r))))
		}
	}
	return b.String() + "Z"
}

func arc(r float64, to Point) string { return "A" + N(r) + " " + N(r) + " 0 0 1 " + pair(to) }

func pair(p Point) string { return N(p.X) + " " + N(p.Y) }

func sorted(ps []Point) []Point {
	out := make([]Point, 0, len(ps))
	for _, p := range ps {
		i := 0
		for i < len(out) && (out[i].X < p.X || (out[i].X == p.X && out[i].Y < p.Y)) {
			i++
		}
		if i < len(out) && out[i] == p {
			continue
		}
		out = append(out[:i], append([]Point{p}, out[i:]...)...)
	}
	return out
}

// ToSegment is how far p is from the line between a and b; more than any drawing is wide where p lies beyond its ends.
func (p Point) ToSegment(a, b Point) float64 {
	along, l := b.Sub(a).Unit(), b.Dist(a)
	d := p.Sub(a)
	if t := d.X*along.X + d.Y*along.Y; t <= 0 || t >= l {
		return math.Inf(1)
	}
	return math.Abs(d.cross(along))
}

// Curve is a quadratic Bézier curve from A to B, drawn towards C.
type Curve struct{ A, C, B Point }

// At is the point of the curve at t from 0 to 1.
func (c Curve) At(t float64) Point {
	u := 1 - t
	return c.A.Mul(u * u).Add(c.C.Mul(2 * u * t)).Add(c.B.Mul(t * t))
}

// Path is the curve as the d of a path.
func (c Curve) Path() string { return "M" + pair(c.A) + "Q" + pair(c.C) + " " + pair(c.B) }
