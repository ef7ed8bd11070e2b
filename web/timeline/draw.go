package timeline

import (
	"math"
	"slices"
	"time"

	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// frame is a size of the drawing. Both are made, and the style sheet shows the one that fits its place.
type frame struct {
	name  string
	width float64
	left  float64 // for the names of the lanes
	font  float64
	sign  float64 // size of a sign, with the space around it
	rows  int     // of a lane, before what comes is only counted
	few   int     // of a lane, where there is more than rows can hold: then a count says more than a heap
	ticks int
}

var frames = []frame{
	{"wide", 1080, 150, 12.5, 21, 8, 4, 10},
	{"narrow", 340, 50, 12, 20, 8, 4, 4},
}

const right = 12.0 // from the axis to the drawing's edge

// lane is a party's, or that of what is of no party.
type lane struct {
	party *talks.Party // nil for no party
	Index int
	Name  []string
	Y, H  float64
	rows  [][]float64 // the middles of the signs in each row, in order
	full  []*bubble
	spent map[[2]int]bool // spans that have no place left
	Marks []mark
	More  []*bubble
}

// mark is a sign in a lane.
type mark struct {
	*item
	X, Y float64
	row  int
}

// bubble counts what had no place in its lane.
type bubble struct {
	X, Y     float64
	N        int
	From, To time.Time
}

// tie joins the signs of one thing in several lanes.
type tie struct{ X, Y1, Y2 float64 }

// bar is how long something lasted, or between what it was where only the month is known.
type bar struct {
	X1, X2, Y float64
	Index     int // of the party, for its colour
}

// tick is a tick of the axis; Text is empty where there is no place for it.
type tick struct {
	X     float64
	Text  string
	Major bool
}

// drawing is all that the template draws.
type drawing struct {
	frame
	H, Top   float64
	Ticks    []tick
	Lanes    []*lane
	Ties     []tie
	Bars     []bar
	Now      float64 // 0 where the time that the page shows is not in the window
	NowLabel string
}

const axisHeight = 30.0

// arranged puts items in the order in which they find their places: what joins parties first, so that its signs can stand under one another;
// what is of none last.
func arranged(items []*item) []*item {
	var by [3][]*item
	for _, it := range items {
		k := 2 - min(len(it.parties), 2)
		by[k] = append(by[k], it)
	}
	return slices.Concat(by[:]...)
}

// draw puts arranged items into lanes.
func draw(p *ui.Page, f frame, w window, items []*item) drawing {
	if f.rows > f.few && crowded(f, items) {
		f.rows = f.few
	}
	d := try(p, f, w, items)
	if f.rows > f.few && slices.ContainsFunc(d.Lanes, func(l *lane) bool { return len(l.More) > 0 }) {
		f.rows = f.few
		return try(p, f, w, items)
	}
	return d
}

// crowded reports whether there is more for a lane than its rows can hold, so that there is no need to try.
func crowded(f frame, items []*item) bool {
	most := f.rows * (int((f.width-right-f.left)/f.sign) + 1)
	in := map[int]int{}
	for _, it := range items {
		for _, k := range it.lanes {
			in[k]++
			if in[k] > most {
				return true
			}
		}
	}
	return false
}

func try(p *ui.Page, f frame, w window, items []*item) drawing {
	d := drawing{frame: f, Top: axisHeight}
	axis := plot.Axis{From: w.from, To: w.to, X0: f.left, X1: f.width - right}
	lanes := d.lanes(p, items)
	type placed struct {
		it *item
		x  float64
		at []int // into the marks of its lanes
	}
	var all []placed // in the order they were placed
	var in []*lane   // those of the item at hand
	place := func(it *item) {
		in = in[:0]
		for _, k := range it.lanes {
			in = append(in, lanes[k+1])
		}
		x, rows, ok := d.find(axis, it, in)
		if !ok {
			for _, l := range in {
				l.count(x, d.sign, it)
			}
			return
		}
		q := placed{it: it, x: x}
		for i, l := range in {
			l.take(x, rows[i])
			q.at = append(q.at, len(l.Marks))
			l.Marks = append(l.Marks, mark{item: it, X: x, row: rows[i]})
		}
		all = append(all, q)
	}
	for _, it := range items {
		place(it)
	}
	d.stack()
	for _, q := range all {
		low, high := math.Inf(1), math.Inf(-1)
		for i, k := range q.it.lanes {
			l := lanes[k+1]
			m := l.Marks[q.at[i]]
			low, high = min(low, m.Y), max(high, m.Y)
			d.bar(axis, l, m)
		}
		if high > low {
			d.Ties = append(d.Ties, tie{q.x, low, high})
		}
	}
	d.axis(p, axis)
	return d
}

// lanes makes a lane for each party that has something in the window, in the order of the parties, and a last one for what is of none. It returns
// them by one more than the party's place, the last one first.
func (d *drawing) lanes(p *ui.Page, items []*item) []*lane {
	parties := p.W().Parties()
	out := make([]*lane, len(parties)+1)
	used := make([]bool, len(parties)+1)
	for _, it := range items {
		for _, k := range it.lanes {
			used[k+1] = true
		}
	}
	add := func(l *lane) {
		l.full = make([]*bubble, int(d.width/(bubbleSigns*d.sign))+1)
		l.spent = map[[2]int]bool{}
		out[l.Index+1] = l
		d.Lanes = append(d.Lanes, l)
	}
	for i, q := range parties {
		if used[i+1] {
			name := []string{plot.Cut(q.Short, d.font, d.left-22)}
			if d.name == "wide" {
				name = plot.Wrap(q.Title, d.font, d.left-34, 2)
			}
			add(&lane{party: q, Index: i, Name: name})
		}
	}
	if used[0] {
		name := p.Loc.T("timeline.no-party")
		if d.name == "narrow" {
			name = p.Loc.T("timeline.no-party-short")
		}
		add(&lane{Index: -1, Name: plot.Wrap(name, d.font, d.left-6, 2)})
	}
	return out
}

// find looks for a place: in the lowest row that all lanes have free, as near as can be to the middle of what its date can mean. An instant
// stands exactly where it is; what is known to the day stands anywhere in the day.
func (d *drawing) find(axis plot.Axis, it *item, in []*lane) (x float64, rows []int, ok bool) {
	half := d.sign / 2
	low, high := max(axis.X(it.first), axis.X0)+half, min(axis.X(it.dateEnd()), axis.X1)-half
	if it.exact() || low > high {
		x = (low + high) / 2
		low, high = x, x
	}
	x = min(max((low+high)/2, axis.X0+half), axis.X1-half)
	// Rows only fill up: where there was no place in a span, there is none for who comes later. Half a unit more or less cannot be seen.
	span := [2]int{int(2 * low), int(2 * high)}
	for _, l := range in {
		if l.spent[span] {
			return x, nil, false
		}
	}
	for most := range d.rows {
		for k := 0; ; k++ {
			off := float64((k+1)/2) * d.sign
			if k%2 == 0 {
				off = -off
			}
			try := x + off
			if math.Abs(off) > (high-low)/2 {
				break
			}
			if rows, ok = freeRows(in, try, d.sign, most); ok {
				return try, rows, true
			}
		}
	}
	if len(in) == 1 {
		in[0].spent[span] = true
	}
	return x, nil, false
}

// dateEnd is up to when the item can have begun.
func (it *item) dateEnd() time.Time {
	if it.date == "" {
		return it.first.Add(time.Second)
	}
	return it.date.End()
}

// freeRows gives for each lane its lowest row, up to most, that is free at x.
func freeRows(in []*lane, x, size float64, most int) ([]int, bool) {
	rows := make([]int, len(in))
	for i, l := range in {
		row := 0
		for row < len(l.rows) && near(l.rows[row], x, size) {
			row++
		}
		if row > most {
			return nil, false
		}
		rows[i] = row
	}
	return rows, true
}

// near reports whether a sorted row has a sign closer than size.
func near(row []float64, x, size float64) bool {
	i, _ := slices.BinarySearch(row, x)
	return (i < len(row) && row[i]-x < size-0.01) || (i > 0 && x-row[i-1] < size-0.01)
}

func (l *lane) take(x float64, row int) {
	for len(l.rows) <= row {
		l.rows = append(l.rows, nil)
	}
	i, _ := slices.BinarySearch(l.rows[row], x)
	l.rows[row] = slices.Insert(l.rows[row], i, x)
}

// bubbleSigns is how many signs a bubble is wide.
const bubbleSigns = 2

// count adds an item to the bubble of its place.
func (l *lane) count(x, size float64, it *item) {
	k := int(x / (bubbleSigns * size))
	b := l.full[k]
	if b == nil {
		b = &bubble{X: (float64(k) + 0.5) * bubbleSigns * size, From: it.start(), To: it.end()}
		l.full[k] = b
		l.More = append(l.More, b)
	}
	b.N++
	if it.start().Before(b.From) {
		b.From = it.start()
	}
	if it.end().After(b.To) {
		b.To = it.end()
	}
}

// stack sets the lanes under one another, as high as what they hold.
func (d *drawing) stack() {
	y := d.Top
	for _, l := range d.Lanes {
		l.Y = y
		n := len(l.rows)
		if len(l.More) > 0 {
			n++
		}
		l.H = max(float64(n)*d.sign, float64(len(l.Name))*d.font*1.25, d.sign) + 12
		for i := range l.Marks {
			l.Marks[i].Y = y + 6 + (float64(l.Marks[i].row)+0.5)*d.sign
		}
		for _, b := range l.More {
			b.X = min(max(b.X, d.left+d.sign), d.width-right-d.sign)
			b.Y = y + 6 + (float64(len(l.rows))+0.5)*d.sign
		}
		y += l.H
	}
	d.H = y + 8
}

// bar draws how long something lasted or how roughly its time is known, where that is longer than a day and than its sign, and where an end of it
// can be seen: a bar from edge to edge would say nothing.
func (d *drawing) bar(axis plot.Axis, l *lane, m mark) {
	x1, x2 := axis.Clamp(m.start()), axis.Clamp(m.end())
	if m.rough() && x2-x1 > d.sign*1.3 && x2-x1 < 0.8*(axis.X1-axis.X0) {
		d.Bars = append(d.Bars, bar{x1, x2, m.Y + d.sign*0.44, l.Index})
	}
}

// axis sets the ticks and the line of the time that the page shows.
func (d *drawing) axis(p *ui.Page, axis plot.Axis) {
	now := p.View.Now()
	if !now.Before(axis.From) && !now.After(axis.To) {
		d.Now, d.NowLabel = axis.X(now), p.Loc.T("timeline.now")
		if p.View.AsOf() {
			d.NowLabel = p.Loc.T("timeline.as-of")
		}
	}
	end := 0.0
	for _, t := range plot.Ticks(axis.From, axis.To, d.ticks) {
		x := tick{X: axis.X(t.At), Text: tickText(p, t), Major: t.Major}
		if half := plot.Width(x.Text, d.font) / 2; x.X-half > end && x.X+half <= d.width {
			end = x.X + half + 10
		} else {
			x.Text = ""
		}
		d.Ticks = append(d.Ticks, x)
	}
}

func tickText(p *ui.Page, t plot.Tick) string {
	switch {
	case t.Unit <= plot.Hour && !t.Major:
		return p.Loc.Clock(t.At)
	case t.Unit <= plot.Day:
		return p.Loc.DayShort(t.At)
	case t.Unit == plot.Month:
		return p.Loc.Known(talks.Date(t.At.Format("2006-01")))
	}
	return p.Loc.Known(talks.Date(t.At.Format("2006")))
}

func (l *lane) textX() float64 {
	if l.party == nil {
		return 0
	}
	return 18
}

func (l *lane) textY(line int, font float64) float64 {
	return l.Y + l.H/2 + font*0.36 + (float64(line)-float64(len(l.Name)-1)/2)*font*1.2
}

func (d *drawing) nowAnchor() string {
	if d.Now > d.width-60 {
		return "end"
	}
	return "middle"
}

// window is the span of what a bubble counts, in whole days where it is longer than one.
func (b *bubble) window() window {
	if plot.Seconds(b.From, b.To) > 86400 {
		return days(b.From, b.To.Add(-1))
	}
	return window{from: b.From, to: b.To.Add(time.Minute)}
}
