package table

import (
	"cmp"
	"slices"
	"strings"

	"parley/web/table/plot"
)

// join makes the shapes of the rooms: hulls below, the largest first, then bands.
func (d *drawing) join(cs []chamber) {
	twins := map[[2]int]int{} // how many bands join the same two already
	hulls := 0
	for _, c := range cs {
		if len(c.at) == 2 {
			k := [2]int{c.at[0], c.at[1]}
			d.Shapes = append(d.Shapes, d.bandOf(c, twins[k]))
			twins[k]++
			continue
		}
		d.Shapes = append(d.Shapes, d.hullOf(c, hulls))
		hulls++
	}
	slices.SortStableFunc(d.Shapes, func(a, b shape) int { return cmp.Compare(rank(b), rank(a)) })
}

func rank(s shape) int {
	if s.Curve != nil {
		return 0
	}
	return len(s.at)
}

// bandOf is a band between two parties, bent towards the middle of the table; twin counts those that join the same two, which are bent
// further, or by turns to one side and the other where the middle is on their way.
func (d *drawing) bandOf(c chamber, twin int) shape {
	a, b := d.Guests[c.at[0]].Point, d.Guests[c.at[1]].Point
	mid := a.Add(b).Mul(0.5)
	across := b.Sub(a).Unit()
	normal := plot.Point{X: -across.Y, Y: across.X}
	inwards := plot.Point{X: d.Cx, Y: d.Cy}.Sub(mid)
	bend := inwards.Mul(0.55).Add(inwards.Unit().Mul(float64(twin) * 3.4 * d.band))
	if inwards.Len() < 3*d.band {
		side := float64((twin+1)/2) * (1 - 2*float64(twin%2))
		bend = normal.Mul((side + 0.15) * 4.4 * d.band)
	}
	cv := plot.Curve{A: a, C: mid.Add(bend), B: b}
	s := shape{chamber: c, Curve: &cv, Path: cv.Path()}
	for i := range 33 {
		s.ways = append(s.ways, cv.At(float64(i)/32))
	}
	for _, t := range []float64{.5, .44, .56, .38, .62, .32, .68, .26, .74} {
		for _, off := range []float64{0, 0.6, -0.6, 1.1, -1.1, 1.7, -1.7} {
			s.spots = append(s.spots, cv.At(t).Add(normal.Mul(off*d.band)))
		}
	}
	return s
}

// hullOf is the hull of three parties or more; nth sets the outlines of several apart. Neighbours alone would give a sliver at the table's
// edge, so that their hull reaches towards its middle; and where it would run across a party that is not in the room, it gives way.
func (d *drawing) hullOf(c chamber, nth int) shape {
	var ps []plot.Point
	var center plot.Point
	for _, i := range c.at {
		ps = append(ps, d.Guests[i].Point)
		center = center.Add(d.Guests[i].Mul(1 / float64(len(c.at))))
	}
	if inwards := (plot.Point{X: d.Cx, Y: d.Cy}).Sub(center); inwards.Len() > d.B/3 {
		ps = append(ps, center.Add(inwards.Mul(0.55)))
	}
	hull := plot.Hull(ps)
	r := d.r + 8 + float64(nth%4)*5
	bend := make([]float64, len(hull))
	for k, g := range d.Guests {
		if slices.Contains(c.at, k) {
			continue
		}
		for i, p := range hull {
			bend[i] = max(bend[i], r+g.R+9-g.ToSegment(p, hull[(i+1)%len(hull)]))
		}
	}
	s := shape{chamber: c, Path: plot.RoundHull(hull, r, bend)}
	var mid plot.Point
	for _, p := range hull {
		mid = mid.Add(p.Mul(1 / float64(len(hull))))
	}
	s.spots = append(s.spots, mid)
	for _, f := range []float64{.2, .35, .5, .65, .8} {
		for i, p := range hull {
			q := hull[(i+1)%len(hull)]
			edge := p.Add(q).Mul(0.5)
			s.spots = append(s.spots, mid.Mul(1-f).Add(edge.Mul(f)), mid.Mul(1-f).Add(p.Mul(f)))
		}
	}
	return s
}

// label names the rooms, each where it hides the least of the others, those with the least choice first.
func (d *drawing) label() {
	taken := d.taken()
	turn := make([]*shape, len(d.Shapes))
	for i := range d.Shapes {
		turn[i] = &d.Shapes[i]
	}
	slices.SortStableFunc(turn, func(a, b *shape) int { return cmp.Compare(rank(*a), rank(*b)) })
	for _, s := range turn {
		if l, ok := d.spot(s, d.lines(s.title), taken); ok {
			s.Label = l
			taken = append(taken, l.box)
		}
	}
	if d.Lobby == nil {
		return
	}
	s := &shape{chamber: *d.Lobby}
	for _, f := range []float64{.82, .7, .55, .4, .2, 0} {
		s.spots = append(s.spots, plot.Point{X: d.Cx, Y: d.Cy - f*d.B}, plot.Point{X: d.Cx, Y: d.Cy + f*d.B},
			plot.Point{X: d.Cx - f*d.A, Y: d.Cy}, plot.Point{X: d.Cx + f*d.A, Y: d.Cy})
	}
	d.LobbyLabel, _ = d.spot(s, d.lines(s.title), taken)
}

// lines breaks a room's name: into two lines, or three where two would cut it short.
func (d *drawing) lines(title string) []string {
	two := plot.Wrap(title, d.frame.label, d.wrapLabel, 2)
	if strings.HasSuffix(two[len(two)-1], "…") {
		return plot.Wrap(title, d.frame.label, d.wrapLabel, 3)
	}
	return two
}

// taken are the boxes that a room's name must not touch.
func (d *drawing) taken() []plot.Box {
	taken := d.bodies()
	for _, g := range d.Guests {
		if g.named {
			taken = append(taken, g.Name.box, g.Note.box)
		}
	}
	for _, s := range d.Shapes {
		if len(s.Label.Lines) > 0 {
			taken = append(taken, s.Label.box)
		}
	}
	if len(d.LobbyLabel.Lines) > 0 {
		taken = append(taken, d.LobbyLabel.box)
	}
	return taken
}

// spot finds the place for the name of a room that touches nothing and lies on the fewest lines of other rooms.
func (d *drawing) spot(s *shape, lines []string, taken []plot.Box) (best words, ok bool) {
	least := 1 << 30
	first := around(plot.Point{}, lines, d.frame.label)
	for _, p := range s.spots {
		l := first.moved(p)
		if !l.box.In(d.width, d.H) || !plot.Free(l.box, taken, 4) {
			continue
		}
		if n := d.crossed(s, l.box); n < least {
			best, least, ok = l, n, true
		}
		if least == 0 {
			break
		}
	}
	return best, ok
}

// crossed counts the points of other rooms' lines in a box.
func (d *drawing) crossed(s *shape, b plot.Box) int {
	n := 0
	for i := range d.Shapes {
		if o := &d.Shapes[i]; o.id != s.id {
			for _, p := range o.ways {
				if b.Hits(plot.Box{X: p.X, Y: p.Y}, 4) {
					n++
				}
			}
		}
	}
	return n
}

// badges gives the rooms without a name a number, where there is place for one. The list beneath explains the numbers.
func (d *drawing) badges() {
	taken := d.taken()
	for i := range d.Shapes {
		s := &d.Shapes[i]
		if len(s.Label.Lines) > 0 {
			continue
		}
		s.Badge = s.number
		for _, p := range s.spots {
			if box := plot.Around(p, 20, 20); plot.Free(box, taken, 1) {
				s.Label = words{X: p.X, Y: p.Y + d.frame.label*.36, Size: d.frame.label, box: box}
				taken = append(taken, box)
				break
			}
		}
	}
}

// boxes are all that must not overlap in the drawing, for its tests.
func (d *drawing) boxes() map[string]plot.Box {
	out := map[string]plot.Box{}
	for _, g := range slices.Concat(d.Guests, d.Outside) {
		out["shape "+g.ref.String()] = plot.Around(g.Point, 2*g.R, 2*g.R)
		out["name "+g.ref.String()] = g.Name.box
		if len(g.Note.Lines) > 0 {
			out["note "+g.ref.String()] = g.Note.box
		}
	}
	for _, s := range d.Shapes {
		if s.Label.box.W > 0 {
			out["room "+string(s.id)] = s.Label.box
		}
	}
	if len(d.LobbyLabel.Lines) > 0 {
		out["lobby"] = d.LobbyLabel.box
	}
	return out
}
