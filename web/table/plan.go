package table

import (
	"cmp"
	"math"
	"slices"

	"parley/internal/talks"
	"parley/web/table/plot"
)

// guest is a party in the drawing.
type guest struct {
	ref   talks.Ref
	index int // its place among all parties, which gives it shape and colour
	code  string
	title string
	note  string         // its part in the talks, where that is worth a line
	rooms []talks.RoomID // where it sits, the lobby included
	rings []chamber      // rooms of this party alone: its caucus
}

// chamber is a room in the drawing.
type chamber struct {
	id     talks.RoomID
	title  string
	kind   talks.RoomKind
	at     []int // the guests that sit in it, in their order
	closed bool
	number int // its place in the list of rooms, from 1
}

// company is who and what is drawn. It is made of the view alone, so that what is not in the view leaves no gap.
type company struct {
	guests   []guest // at the table
	outside  []guest // without a delegation
	chambers []chamber
	lobby    *chamber
	left     int // rooms that are on the list and not drawn, because there are too many
}

// mostRooms is how many rooms a drawing can hold and still be read. The list has all of them.
const mostRooms = 28

// frame is a size of the drawing. Both are made, and the style sheet shows the one that fits its place.
type frame struct {
	name         string
	width        float64
	low, high    float64 // heights of the table: the first to try, and the last to stretch to so that the rooms keep their names
	limit        float64 // the last to stretch to so that the parties keep theirs
	side         float64 // from the drawing's edge to the table's
	r            float64 // of a party's shape
	code         float64 // size of the letters in it
	name1, name2 float64 // sizes of a party's name and of the line under it
	label        float64 // size of a room's name
	wrapName     float64
	wrapLabel    float64
	band         float64 // how wide a band is
}

var frames = []frame{
	{name: "wide", width: 760, low: 300, high: 620, limit: 1100, side: 96, r: 27, code: 14, name1: 14.5, name2: 12.5, label: 13, wrapName: 150, wrapLabel: 120, band: 22},
	{name: "narrow", width: 330, low: 300, high: 800, limit: 1500, side: 52, r: 20, code: 12, name1: 12.5, name2: 11.5, label: 12, wrapName: 92, wrapLabel: 88, band: 16},
}

// words are lines of text around a middle.
type words struct {
	Lines []string
	X, Y  float64 // the middle, and the base of the first line
	Size  float64
	box   plot.Box
}

const leading = 1.22 // from line to line, in sizes

// around sets lines around a point.
func around(p plot.Point, lines []string, size float64) words {
	h := float64(len(lines)) * size * leading
	return words{
		Lines: lines, X: p.X, Y: p.Y - h/2 + size*0.98, Size: size,
		box: plot.Around(p, plot.Widest(lines, size), h),
	}
}

// moved is the same lines, further by p.
func (w words) moved(p plot.Point) words {
	w.X, w.Y, w.box.X, w.box.Y = w.X+p.X, w.Y+p.Y, w.box.X+p.X, w.box.Y+p.Y
	return w
}

// lineY is the base of line i.
func (w words) lineY(i int) float64 { return w.Y + float64(i)*w.Size*leading }

// seated is a guest in its place.
type seated struct {
	guest
	plot.Point
	R     float64
	Name  words
	Note  words
	named bool
}

// shape is a room as drawn: a band, or a hull.
type shape struct {
	chamber
	Path  string
	Curve *plot.Curve // of a band
	Label words
	Badge int // instead of a label that had no place: its number in the list; 0 for none
	spots []plot.Point
	ways  []plot.Point // points of its line, which the names of other rooms avoid
}

// drawing is all that the template draws.
type drawing struct {
	frame
	H          float64
	Cx, Cy     float64
	A, B       float64
	Lobby      *chamber
	LobbyLabel words
	Guests     []seated
	Outside    []seated
	OutsideY   float64
	Shapes     []shape // hulls first, the largest below
}

// gather takes from a world what is drawn. note gives the line under a party's name.
func gather(w *talks.World, note func(*talks.Party) string) company {
	var c company
	at := map[talks.Ref]int{} // in guests
	seats := map[talks.Ref]bool{}
	for _, d := range w.Delegations() {
		seats[d.Party] = true
	}
	for i, p := range w.Parties() {
		g := guest{ref: p.Ref, index: i, code: p.Short, title: p.Title, note: note(p)}
		if seats[p.Ref] {
			at[p.Ref] = len(c.guests)
			c.guests = append(c.guests, g)
		} else {
			c.outside = append(c.outside, g)
		}
	}
	for i, s := range w.Rooms() {
		c.add(w, &s.Room, i+1, at)
	}
	// The latest rooms are drawn where there are too many; those that are open before those that are closed.
	if n := len(c.chambers) - mostRooms; n > 0 {
		slices.SortStableFunc(c.chambers, func(a, b chamber) int { return cmp.Compare(order(a), order(b)) })
		c.left, c.chambers = n, c.chambers[n:]
	}
	return c
}

func order(c chamber) int {
	if c.closed {
		return 0
	}
	return 1
}

func (c *company) add(w *talks.World, r *talks.Room, number int, at map[talks.Ref]int) {
	ch := chamber{number: number, id: r.ID, title: r.Title, kind: r.Kind, closed: r.Closed != nil}
	for _, d := range r.Members {
		if i, ok := at[w.PartyOf(d)]; ok && !slices.Contains(ch.at, i) {
			ch.at = append(ch.at, i)
		}
	}
	slices.Sort(ch.at)
	for _, i := range ch.at {
		c.guests[i].rooms = append(c.guests[i].rooms, r.ID)
	}
	switch {
	case r.Kind == talks.Lobby:
		c.lobby = &ch
	case len(ch.at) == 1:
		g := &c.guests[ch.at[0]]
		g.rings = append(g.rings, ch)
	case len(ch.at) > 1:
		c.chambers = append(c.chambers, ch)
	}
}

// lay places everything in a frame: at the height at which every room keeps its name, or else at the lowest at which every party does.
func lay(f frame, c company) drawing {
	var plain *drawing
	for b := f.low / 2; b <= f.limit/2; b *= 1.08 {
		d, named := try(f, c, b)
		if !named {
			continue
		}
		if d.full() {
			return d
		}
		if plain == nil {
			plain = &d
		}
		if b > f.high/2 {
			break
		}
	}
	if plain == nil {
		d, _ := try(f, c, f.limit/2)
		plain = &d
	}
	plain.badges()
	return *plain
}

// full reports whether every room has its name.
func (d *drawing) full() bool {
	return !slices.ContainsFunc(d.Shapes, func(s shape) bool { return len(s.Label.Lines) == 0 })
}

// try places everything with a table of half-height b. named is false where a party's name had no place.
func try(f frame, c company, b float64) (d drawing, named bool) {
	top := f.r + 2*f.name1*leading + f.name2*leading + 18
	d = drawing{frame: f, Cx: f.width / 2, Cy: top + b, A: f.width/2 - f.side, B: b, H: 2*b + 2*top, Lobby: c.lobby}
	named = d.seat(c)
	d.outside(c.outside)
	d.join(c.chambers)
	d.label()
	return d, named
}

// seat puts the guests round the table, evenly by the length of its edge, the first at the upper left, and names them.
func (d *drawing) seat(c company) bool {
	for i, p := range ring(len(c.guests), d.A, d.B) {
		d.Guests = append(d.Guests, seated{guest: c.guests[i], Point: plot.Point{X: d.Cx + p.X, Y: d.Cy + p.Y}, R: d.r})
	}
	taken := d.bodies()
	named := true
	for i := range d.Guests {
		g := &d.Guests[i]
		g.named = g.name(d, taken)
		if g.named {
			taken = append(taken, g.Name.box, g.Note.box)
		}
		named = named && g.named
	}
	return named
}

// bodies are the boxes of the parties' shapes.
func (d *drawing) bodies() []plot.Box {
	var out []plot.Box
	for _, g := range d.Guests {
		r := g.R + 3 + 6*float64(len(g.rings))
		out = append(out, plot.Around(g.Point, 2*r, 2*r))
	}
	return out
}

// name finds a place for a guest's name: away from the table above or below it, else beside it.
func (g *seated) name(d *drawing, taken []plot.Box) bool {
	lines := plot.Wrap(g.title, d.name1, d.wrapName, 2)
	note := []string{}
	if g.note != "" {
		note = append(note, plot.Cut(g.note, d.name2, d.wrapName))
	}
	w := max(plot.Widest(lines, d.name1), plot.Widest(note, d.name2))
	h1, h2 := float64(len(lines))*d.name1*leading, float64(len(note))*d.name2*leading
	off := g.R + 8 + 6*float64(len(g.rings))
	above, below := plot.Point{Y: -off - (h1+h2)/2}, plot.Point{Y: off + (h1+h2)/2}
	left, right := plot.Point{X: -off - 8 - w/2}, plot.Point{X: off + 8 + w/2}
	tries := []plot.Point{below, above, right, left}
	if g.Y < d.Cy-d.B*0.1 {
		tries = []plot.Point{above, below, right, left}
	}
	for _, t := range tries {
		mid := g.Add(t)
		mid.X = min(max(mid.X, w/2+2), d.width-w/2-2)
		if box := plot.Around(mid, w, h1+h2); box.In(d.width, d.H) && plot.Free(box, taken, 3) {
			g.Name = around(plot.Point{X: mid.X, Y: mid.Y - h2/2}, lines, d.name1)
			g.Note = around(plot.Point{X: mid.X, Y: mid.Y + h1/2}, note, d.name2)
			return true
		}
	}
	return false
}

// ring gives n places on an ellipse around the origin, evenly by the length of its edge, clockwise; the first two are level with each other at
// the top, so that the drawing is the same on both sides.
func ring(n int, a, b float64) []plot.Point {
	const fine = 360
	var along [fine + 1]float64 // the length of the edge from the top
	at := func(i int) plot.Point {
		t := -math.Pi/2 + 2*math.Pi*float64(i)/fine
		return plot.Point{X: a * math.Cos(t), Y: b * math.Sin(t)}
	}
	for i := 1; i <= fine; i++ {
		along[i] = along[i-1] + at(i).Dist(at(i-1))
	}
	out := make([]plot.Point, 0, n)
	for k := range n {
		want := math.Mod((float64(k)-0.5)/float64(n)+1, 1) * along[fine]
		i, _ := slices.BinarySearch(along[:], want)
		i = max(i, 1)
		f := (want - along[i-1]) / (along[i] - along[i-1])
		out = append(out, at(i-1).Mul(1-f).Add(at(i).Mul(f)))
	}
	return out
}

// outside sets the parties without a delegation in rows below the table.
func (d *drawing) outside(gs []guest) {
	if len(gs) == 0 {
		return
	}
	const r = 9
	d.OutsideY = d.H + 16
	x, y := 4.0, d.OutsideY+26
	for _, g := range gs {
		line := []string{plot.Cut(g.title, d.name2, d.width-2*r-20)}
		w := 2*r + 6 + plot.Widest(line, d.name2)
		if x > 4 && x+w > d.width-4 {
			x, y = 4, y+28
		}
		s := seated{guest: g, Point: plot.Point{X: x + r, Y: y}, R: r, named: true}
		s.Name = around(plot.Point{X: x + 2*r + 6 + plot.Widest(line, d.name2)/2, Y: y}, line, d.name2)
		d.Outside = append(d.Outside, s)
		x += w + 22
	}
	d.H = y + 20
}
