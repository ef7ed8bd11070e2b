package implementation

import (
	"time"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// frame is a size of a drawing. Both are made, and the style sheet shows the one that fits its place.
type frame struct {
	name  string
	width float64
	left  float64 // for the names, which stand above their bars where it is nothing
	font  float64
	row   float64
	ticks int
}

var ganttFrames = []frame{
	{"wide", 1080, 330, 12.5, 30, 9},
	{"narrow", 340, 0, 12, 48, 4},
}

const (
	ganttTop   = 30.0
	ganttRight = 14.0
	barHigh    = 12.0
	shapeStep  = 14.0
	mostShapes = 4 // of those who owe something
)

// gantt is the drawing of some commitments over time.
type gantt struct {
	frame
	H        float64
	Ticks    []tick
	Now      float64 // 0 where the time that the page shows is not in the window
	NowLabel string
	Rows     []ganttRow
}

// tick is a mark of the axis; Text is empty where there is no place for it.
type tick struct {
	X     float64
	Text  string
	Major bool
}

// ganttRow is a commitment's line.
type ganttRow struct {
	*implementation.Commitment
	Y       float64
	Owners  []int   // the places of its obligors, for their shapes
	Colour  int     // of the one that owes it; -1 where several do
	NameX   float64 // after the shapes
	Title   string
	X1, X2  float64 // from when to when it is owed
	Vague   bool    // from when, or until when, depends on something that has not come about
	Done    float64 // until where the bar is full; 0 for nothing
	Late    float64 // until where it is late; 0 for nothing
	Due     bool    // there is a date at X2
	Marks   []stepMark
	SignX   float64
	Dropped bool // it ended without having been done
}

// stepMark is a step of its measure, where its date is known.
type stepMark struct {
	X       float64
	Reached bool
}

// Span is the time that a drawing shows.
type span struct{ from, to time.Time }

func (s *span) add(ts ...time.Time) {
	for _, t := range ts {
		if t.IsZero() {
			continue
		}
		if s.from.IsZero() || t.Before(s.from) {
			s.from = t
		}
		if t.After(s.to) {
			s.to = t
		}
	}
}

// padded is the span with some air at its ends, and never without a length.
func (s span) padded() span {
	if s.from.IsZero() {
		return s
	}
	air := max(plot.Seconds(s.from, s.to)*0.03, 12*3600)
	pad := time.Duration(min(air, 5e9) * float64(time.Second))
	return span{s.from.Add(-pad), s.to.Add(pad)}
}

// with takes in the present where that does not squeeze the rest: promises of long ago are shown in their own time.
func (s span) with(now time.Time) span {
	all := s
	all.add(now)
	if plot.Seconds(all.from, all.to) <= 1.5*max(plot.Seconds(s.from, s.to), 30*86400) {
		return all
	}
	return s
}

// begun is from when a commitment is drawn: from its start where that is known, else from when it was made.
func begun(c *implementation.Commitment) time.Time {
	if !c.Starts.IsZero() {
		return c.Starts
	}
	return c.By.Time
}

func ganttSpan(cs []*implementation.Commitment, now time.Time) span {
	var s span
	for _, c := range cs {
		s.add(c.Starts, c.Due)
		for _, st := range c.Steps {
			s.add(st.Due)
		}
		for _, w := range c.Words {
			s.add(w.Date)
		}
		if c.Due.IsZero() {
			s.add(begun(c))
		}
	}
	return s.with(now).padded()
}

func drawGantt(p *ui.Page, f frame, cs []*implementation.Commitment) gantt {
	now := now(p)
	s := ganttSpan(cs, now)
	g := gantt{frame: f, H: ganttTop + float64(len(cs))*f.row + 12}
	x0 := f.left
	if x0 == 0 {
		x0 = ganttRight
	}
	axis := plot.Axis{From: s.from, To: s.to, X0: x0, X1: f.width - ganttRight}
	for i, c := range cs {
		g.Rows = append(g.Rows, g.line(p, axis, c, ganttTop+(float64(i)+0.5)*f.row))
	}
	g.Ticks = axisTicks(p, axis, f)
	if !now.Before(s.from) && !now.After(s.to) {
		g.Now, g.NowLabel = axis.X(now), nowText(p)
		if p.View.AsOf() {
			g.NowLabel = p.Loc.T("implementation.as-of")
		}
	}
	return g
}

// axisTicks are the ticks of an axis, with words where there is room.
func axisTicks(p *ui.Page, axis plot.Axis, f frame) []tick {
	var out []tick
	end := 0.0
	for _, t := range plot.Ticks(axis.From, axis.To, f.ticks) {
		x := tick{X: axis.X(t.At), Text: tickText(p, t), Major: t.Major}
		if half := plot.Width(x.Text, f.font) / 2; x.X-half > end && x.X+half <= f.width {
			end = x.X + half + 10
		} else {
			x.Text = ""
		}
		out = append(out, x)
	}
	return out
}

func (g *gantt) line(p *ui.Page, axis plot.Axis, c *implementation.Commitment, y float64) ganttRow {
	r := ganttRow{Commitment: c, Y: y, Colour: -1, X1: axis.Clamp(begun(c)), Due: !c.Due.IsZero()}
	for _, o := range c.Obligors[:min(len(c.Obligors), mostShapes)] {
		r.Owners = append(r.Owners, p.PartyIndex(o))
	}
	if len(c.Obligors) == 1 {
		r.Colour = r.Owners[0]
	}
	r.NameX = float64(len(r.Owners))*shapeStep + 5
	r.Title = plot.Cut(c.Title, g.font, g.nameWidth()-r.NameX)
	r.X2 = axis.X1
	if r.Due {
		r.X2 = axis.Clamp(c.Due)
	}
	r.X2 = max(r.X2, r.X1+3)
	r.Vague = !r.Due || (c.Starts.IsZero() && !c.CommitmentMake.Starts.IsZero())
	now := axis.Clamp(now(p))
	switch c.Status {
	case implementation.Fulfilled:
		end := axis.Clamp(c.Since)
		r.Done = min(max(end, r.X1+3), r.X2)
		if r.Due && end > r.X2+1 {
			r.Done, r.Late = r.X2, end
		}
	case implementation.Overdue:
		r.Done, r.Late = r.X2, now
	case implementation.Active, implementation.Disputed, implementation.Breached:
		r.Done = min(max(now, r.X1), r.X2)
		if r.Due && now > r.X2+1 && c.Status != implementation.Active {
			r.Done = r.X2
		}
	case implementation.Lapsed:
		r.Dropped = true
	}
	for _, s := range c.Steps {
		if !s.Due.IsZero() {
			r.Marks = append(r.Marks, stepMark{axis.Clamp(s.Due), !s.Reached.IsZero()})
		}
	}
	r.SignX = max(r.X2, r.Late) + 5
	if r.SignX+16 > g.width {
		r.SignX = g.width - 16
	}
	return r
}

func first(rs []talks.Ref) talks.Ref {
	if len(rs) == 0 {
		return talks.Ref{}
	}
	return rs[0]
}

// nameWidth is how wide a title can be.
func (g *gantt) nameWidth() float64 {
	if g.left == 0 {
		return g.width - 8
	}
	return g.left - 14
}

// Where things stand in a row.
func (g *gantt) nameY(r *ganttRow) float64 {
	if g.left == 0 {
		return r.Y - 7
	}
	return r.Y + g.font*0.36
}

func (g *gantt) barY(r *ganttRow) float64 {
	if g.left == 0 {
		return r.Y + 3
	}
	return r.Y - barHigh/2
}

func (g *gantt) nowAnchor() string {
	if g.Now > g.width-60 {
		return "end"
	}
	return "middle"
}
