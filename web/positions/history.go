package positions

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// Issue is the page of one issue: how each party moved, and what was said.
func Issue(p *ui.Page, q ui.Query) (templ.Component, error) {
	w := p.W()
	i := w.Issue(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if i == nil {
		return nil, ui.ErrNotFound
	}
	p.Title, p.Sub, p.Nav = i.Title, i.Question, "positions"
	return issuePage(p, tell(p, w, i)), nil
}

// story is an issue over time.
type story struct {
	row
	moves      []move // in time
	charts     []chart
	statements []*talks.Statement
}

// move is a position taken.
type move struct {
	take
	party *talks.Party
}

func tell(p *ui.Page, w *talks.World, i *talks.Issue) story {
	s := story{row: row{Issue: i}}
	for _, q := range w.Parties() {
		if c := cellOf(w, i, q); len(c.takes) > 0 {
			s.cells = append(s.cells, c)
		}
		for _, f := range w.Positions(talks.Cell{Issue: i.Ref, Party: q.Ref}) {
			s.moves = append(s.moves, move{takeOf(w, i, f, w.Declared(f.Entry, q.Ref)), q})
		}
	}
	slices.SortStableFunc(s.moves, func(a, b move) int {
		return cmp.Or(a.when().Start().Compare(b.when().Start()), a.Time.Compare(b.Time))
	})
	s.statements = about(w, i.Ref, s.moves)
	for _, f := range chartFrames {
		if c := draw(p, s, f); c != nil {
			s.charts = append(s.charts, *c)
		}
	}
	return s
}

// spans reports whether the chart has a date that is known to a month or a year only.
func (s *story) spans() bool {
	return slices.ContainsFunc(s.charts, func(c chart) bool {
		return slices.ContainsFunc(c.Lines, func(l stepLine) bool {
			return slices.ContainsFunc(l.Points, func(q point) bool { return q.Until > q.X })
		})
	})
}

// since is when a position was taken: as recorded, or else when it was recorded.
func since(f talks.Fact[talks.PositionRecord]) talks.Date {
	if f.Said.Since.Valid() {
		return f.Said.Since
	}
	return talks.Date(f.Time.UTC().Format(time.RFC3339))
}

// about gives the statements on an issue, and those that positions on it rest on, by when they were said.
func about(w *talks.World, issue talks.Ref, moves []move) []*talks.Statement {
	rested := map[talks.Ref]bool{}
	for _, m := range moves {
		for _, s := range m.Rests {
			rested[s.Ref] = true
		}
	}
	var out []*talks.Statement
	for _, room := range w.Rooms() {
		for s := range room.Statements.All() {
			if rested[s.Ref] || slices.Contains(s.About, issue) {
				out = append(out, s)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *talks.Statement) int {
		return cmp.Or(a.When().Start().Compare(b.When().Start()), a.By.Time.Compare(b.By.Time))
	})
	return out
}

// chartFrame is a size of the chart; both are made, and the style sheet shows the one that fits.
type chartFrame struct {
	name        string
	width       float64
	left, right float64 // for the ends of the scale, and for the parties' codes
	font        float64
	rowHeight   float64 // of an option
	ticks       int
}

var chartFrames = []chartFrame{
	{"wide", 900, 150, 70, 12.5, 46, 9},
	{"narrow", 330, 12, 52, 12, 54, 4},
}

// chart is the steps of all parties over time.
type chart struct {
	chartFrame
	H        float64
	Top      float64
	Bottom   float64
	Ends     []yLabel // the ends of the scale, or the options
	Ticks    []xTick
	Lines    []stepLine
	Now      float64 // x of the time that the page shows
	NowLabel string
}

// yLabel is a line across the chart with its words.
type yLabel struct {
	Y     float64
	Lines []string
}

// xTick is a tick of the time axis; Text is empty where there is no place for it.
type xTick struct {
	X     float64
	Text  string
	Major bool
}

// stepLine is how one party moved, as declared or as attributed.
type stepLine struct {
	party    *talks.Party
	Declared bool
	Path     string
	Points   []point
	EndX     float64
	EndY     float64 // of the code at the line's end, moved so that none touches another
	TipY     float64 // of the line's end
}

// point is a position on a line.
type point struct {
	move
	X, Y      float64
	Until     float64 // x of the end of a date that is known to a month or a year only; X for one that is known to the day
	Mark      float64 // x of the mark: the middle from X to Until, or the next point where that comes before
	Low, High float64 // y of a range's ends
}

// draw makes the chart; nil for an issue with neither scale nor options, or with nothing on record.
func draw(p *ui.Page, s story, f chartFrame) *chart {
	c := &chart{chartFrame: f, Top: 24}
	place := c.scale(s.Issue)
	if place == nil {
		return nil
	}
	axis, ok := span(s, p.View.Now())
	if !ok {
		return nil
	}
	axis.X0, axis.X1 = f.left, f.width-f.right
	c.H = c.Bottom + 34
	c.ticks(p, axis)
	c.Now, c.NowLabel = axis.Clamp(p.View.Now()), p.Loc.T("positions.now")
	if p.View.AsOf() {
		c.NowLabel = p.Loc.T("positions.as-of")
	}
	c.lines(s, axis, place)
	if len(c.Lines) == 0 {
		return nil
	}
	c.tips()
	return c
}

// places gives the y of a position, and of its range's ends.
type places func(*talks.PositionRecord) (y, low, high float64, ok bool)

// scale sets the vertical axis: the issue's scale, its lower end at the bottom, or its options in their order from the top.
func (c *chart) scale(i *talks.Issue) places {
	wrap := c.left - 16
	if c.name == "narrow" {
		wrap = c.width - c.right - 24
	}
	if i.Scale != nil {
		c.Bottom = c.Top + 190
		top, bottom := c.Top+16, c.Bottom-16
		c.Ends = []yLabel{{top, plot.Wrap(i.Scale.High, c.font, wrap, 3)}, {bottom, plot.Wrap(i.Scale.Low, c.font, wrap, 3)}}
		y := func(v float64) float64 { return bottom - v*(bottom-top) }
		return func(a *talks.PositionRecord) (float64, float64, float64, bool) {
			s := spotOf(i, a)
			return y(s.At), y(s.From), y(s.To), s.On
		}
	}
	if len(i.Options) == 0 {
		return nil
	}
	at := map[string]float64{}
	for k, o := range i.Options {
		y := c.Top + (float64(k)+0.5)*c.rowHeight
		at[o.Name] = y
		c.Ends = append(c.Ends, yLabel{y, plot.Wrap(o.Title, c.font, wrap, 2)})
	}
	c.Bottom = c.Top + float64(len(i.Options))*c.rowHeight
	return func(a *talks.PositionRecord) (float64, float64, float64, bool) {
		y, ok := at[a.Option]
		return y, y, y, ok
	}
}

// span is from the first move to the time that the page shows, or to the last move where that is later, with a little space around.
func span(s story, now time.Time) (plot.Axis, bool) {
	if len(s.moves) == 0 {
		return plot.Axis{}, false
	}
	from := s.moves[0].when().Start()
	to := s.moves[len(s.moves)-1].when().Start()
	// Positions of long ago are not pressed into a corner by a quiet time since.
	if known := plot.Seconds(from, to); now.After(to) && plot.Seconds(from, now) < 1.5*known {
		to = now
	}
	pad := time.Duration(min(max(plot.Seconds(from, to)*0.06, 6*3600), 1e8)) * time.Second
	return plot.Axis{From: from.Add(-pad), To: to.Add(pad)}, true
}

func (c *chart) ticks(p *ui.Page, axis plot.Axis) {
	end := -1.0
	for _, t := range plot.Ticks(axis.From, axis.To, c.chartFrame.ticks) {
		x := xTick{X: axis.X(t.At), Text: tickText(p, t), Major: t.Major}
		if half := plot.Width(x.Text, c.font) / 2; x.X-half > end && x.X+half <= c.width {
			end = x.X + half + 8
		} else {
			x.Text = ""
		}
		c.Ticks = append(c.Ticks, x)
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

// lines makes a step line for each party and each basis: a position holds until the next.
func (c *chart) lines(s story, axis plot.Axis, place places) {
	type key struct {
		party    talks.Ref
		declared bool
	}
	at := map[key]int{}
	for _, m := range s.moves {
		y, low, high, ok := place(m.Said)
		if !ok {
			continue
		}
		k := key{m.party.Ref, m.Declared}
		i, found := at[k]
		if !found {
			i = len(c.Lines)
			at[k] = i
			c.Lines = append(c.Lines, stepLine{party: m.party, Declared: m.Declared})
		}
		from, until := axis.X(m.when().Start()), axis.Clamp(m.when().End())
		if m.when().End().Sub(m.when().Start()) <= 24*time.Hour {
			until = from
		}
		c.Lines[i].Points = append(c.Lines[i].Points, point{move: m, X: from, Until: max(from, until), Mark: (from + max(from, until)) / 2, Y: y, Low: low, High: high})
	}
	c.spread()
	for i := range c.Lines {
		l := &c.Lines[i]
		var d strings.Builder
		d.WriteString("M" + plot.N(l.Points[0].X) + " " + plot.N(l.Points[0].Y))
		for k, q := range l.Points[1:] {
			d.WriteString("H" + plot.N(q.X) + "V" + plot.N(q.Y))
			l.Points[k].Mark = min(l.Points[k].Mark, max(q.X, l.Points[k].X))
		}
		l.EndX, l.TipY = max(axis.X1, l.Points[len(l.Points)-1].X), l.Points[len(l.Points)-1].Y
		l.Path = d.String() + "H" + plot.N(l.EndX)
	}
}

// spread moves lines that would lie on each other a little apart, each as a whole, so that every one can be seen: by less than a mark.
func (c *chart) spread() {
	const apart = 4.0
	n := len(c.Lines)
	for i := range c.Lines {
		off := (float64(i) - float64(n-1)/2) * min(apart, 24/float64(max(n, 1)))
		for j := range c.Lines[i].Points {
			q := &c.Lines[i].Points[j]
			q.Y, q.Low, q.High = q.Y+off, q.Low+off, q.High+off
		}
	}
}

// tips sets the parties' codes at the ends of the lines, from top to bottom, none touching another.
func (c *chart) tips() {
	step := c.font + 4
	order := make([]*stepLine, len(c.Lines))
	for i := range c.Lines {
		order[i] = &c.Lines[i]
	}
	slices.SortStableFunc(order, func(a, b *stepLine) int { return cmp.Compare(a.TipY, b.TipY) })
	y := c.Top - step/2
	for _, l := range order {
		y = max(l.TipY, y+step)
		l.EndY = y
	}
	// What was pushed below the bottom goes up again, from the last.
	y = max(c.Bottom, c.Top+float64(len(order)-1)*step) + step
	for _, l := range slices.Backward(order) {
		y = min(l.EndY, y-step)
		l.EndY = y
	}
	for _, l := range order {
		c.H = max(c.H, l.EndY+step)
	}
}

// endX, endY and endAnchor place the words of the scale's ends: beside the chart, or in the narrow one above their lines.
func (c *chart) endX() float64 {
	if c.name == "narrow" {
		return c.left
	}
	return c.left - 10
}

func (c *chart) endAnchor() string {
	if c.name == "narrow" {
		return "start"
	}
	return "end"
}

func (c *chart) endY(e yLabel, line int) float64 {
	if c.name == "narrow" && e.Y > c.Bottom-20 {
		return e.Y + c.font + 2 + float64(line)*c.font*1.2 // the lower end's words stand under its line
	}
	if c.name == "narrow" {
		return e.Y - 14 - float64(len(e.Lines)-1-line)*c.font*1.2
	}
	return e.Y + c.font*.36 + (float64(line)-float64(len(e.Lines)-1)/2)*c.font*1.2
}

// pointTitle says a point for who points at it.
func pointTitle(p *ui.Page, i *talks.Issue, q point) string {
	return p.Loc.T("positions.point", "party", q.party.Title, "when", p.Loc.Known(q.when()), "firmness", p.FirmnessWord(q.Said.Firmness), "stance", stance(p, i, q.Said))
}
