package implementation

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

var measureFrames = []frame{
	{name: "wide", width: 1000, left: 96, font: 12.5, row: 190, ticks: 9},
	{name: "narrow", width: 340, left: 46, font: 12, row: 150, ticks: 3},
}

const (
	measureHead  = 34.0 // above a panel, for its title
	measureRight = 56.0 // for the codes at the ends of the lines
	measureFoot  = 26.0 // for the axis
)

// measures is the drawing of the measures of a commitment and of the one in return: a panel each, one below the other, on one axis of time.
type measures struct {
	frame
	H        float64
	Ticks    []tick
	Now      float64 // 0 where the time that the page shows is not in the window
	NowLabel string
	Panels   []panel
}

// panel is one measure against its schedule.
type panel struct {
	*implementation.Commitment
	Top, Bottom float64
	Title       string
	Levels      []level
	Plan        string // the path of the schedule
	Corners     []plot.Point
	Lines       []reported
}

// level is a value with its line across the panel.
type level struct {
	Y    float64
	Text string
}

// reported is the way of the values that one party reports.
type reported struct {
	Party    talks.Ref
	Path     string
	Declared bool
	Points   []reportedPoint
	EndX     float64
	EndY     float64
}

type reportedPoint struct {
	implementation.Word
	X, Y float64
}

// measured are those of some commitments that have a measure.
func measured(cs []*implementation.Commitment) []*implementation.Commitment {
	var out []*implementation.Commitment
	for _, c := range cs {
		if c != nil && c.Measure != nil {
			out = append(out, c)
		}
	}
	return out
}

// planned are the places of a measure's schedule whose dates are known, in the order of time, from its baseline to its target.
func planned(c *implementation.Commitment) []planPoint {
	var out []planPoint
	for _, s := range c.Steps {
		if !s.Due.IsZero() {
			out = append(out, planPoint{s.Due, s.Value.Float()})
		}
	}
	if !c.Due.IsZero() {
		out = append(out, planPoint{c.Due, c.Measure.Target.Float()})
	}
	slices.SortStableFunc(out, func(a, b planPoint) int { return a.at.Compare(b.at) })
	return out
}

type planPoint struct {
	at    time.Time
	value float64
}

// valued are the words of a commitment that have a value, by party in the order of their first, each party's in the order of the days that
// they speak of.
func valued(c *implementation.Commitment) [][]implementation.Word {
	var out [][]implementation.Word
	for _, w := range c.History() {
		if w.Said.Value == "" || !w.Said.Value.Valid() {
			continue
		}
		i := slices.IndexFunc(out, func(ws []implementation.Word) bool { return ws[0].Party == w.Party && ws[0].Declared == w.Declared })
		if i < 0 {
			i, out = len(out), append(out, nil)
		}
		out[i] = append(out[i], w)
	}
	for _, ws := range out {
		slices.SortStableFunc(ws, func(a, b implementation.Word) int { return a.Date.Compare(b.Date) })
	}
	return out
}

// drawn reports whether there is something to draw of a measure over time: a date of its schedule, or a value that somebody reported.
func drawn(c *implementation.Commitment) bool { return len(planned(c)) > 0 || len(valued(c)) > 0 }

// timed are those that something can be drawn of.
func timed(cs []*implementation.Commitment) []*implementation.Commitment {
	return slices.DeleteFunc(slices.Clone(cs), func(c *implementation.Commitment) bool { return !drawn(c) })
}

func (m *measures) nowAnchor() string {
	if m.Now > m.width-60 {
		return "end"
	}
	return "middle"
}

func drawMeasures(p *ui.Page, f frame, cs []*implementation.Commitment) measures {
	var s span
	for _, c := range cs {
		s.add(begun(c))
		for _, q := range planned(c) {
			s.add(q.at)
		}
		for _, ws := range valued(c) {
			s.add(ws[0].Date, ws[len(ws)-1].Date)
		}
	}
	now := now(p)
	s = s.with(now).padded()
	m := measures{frame: f}
	axis := plot.Axis{From: s.from, To: s.to, X0: f.left, X1: f.width - measureRight}
	y := 0.0
	for _, c := range cs {
		m.Panels = append(m.Panels, m.panel(p, axis, c, y+measureHead, y+measureHead+f.row))
		y += measureHead + f.row + 14
	}
	m.H = y + measureFoot
	m.Ticks = axisTicks(p, axis, f)
	if !now.Before(s.from) && !now.After(s.to) {
		m.Now, m.NowLabel = axis.X(now), nowText(p)
		if p.View.AsOf() {
			m.NowLabel = p.Loc.T("implementation.as-of")
		}
	}
	return m
}

func (m *measures) panel(p *ui.Page, axis plot.Axis, c *implementation.Commitment, top, bottom float64) panel {
	out := panel{Commitment: c, Top: top, Bottom: bottom, Title: plot.Cut(c.Title+", "+c.Measure.Unit, m.font, m.width-24)}
	low, high := c.Measure.Baseline.Float(), c.Measure.Baseline.Float()
	take := func(v float64) { low, high = min(low, v), max(high, v) }
	take(c.Measure.Target.Float())
	words := valued(c)
	for _, ws := range words {
		for _, w := range ws {
			take(w.Said.Value.Float())
		}
	}
	at := func(v float64) float64 { return bottom - (v-low)/(high-low)*(bottom-top) } // baseline and target differ
	out.Levels = m.levels(p, c, at)
	start := axis.Clamp(begun(c))
	if plan := planned(c); len(plan) > 0 {
		var b strings.Builder
		b.WriteString("M" + n(start) + " " + n(at(c.Measure.Baseline.Float())))
		for _, q := range plan {
			x, y := axis.Clamp(q.at), at(q.value)
			b.WriteString("H" + n(x) + "V" + n(y))
			out.Corners = append(out.Corners, plot.Point{X: x, Y: y})
		}
		b.WriteString("H" + n(axis.X1))
		out.Plan = b.String()
	}
	for _, ws := range words {
		r := reported{Party: ws[0].Party, Declared: ws[0].Declared}
		var b strings.Builder
		b.WriteString("M" + n(start) + " " + n(at(c.Measure.Baseline.Float())))
		for _, w := range ws {
			x, y := axis.Clamp(w.Date), at(w.Said.Value.Float())
			b.WriteString("H" + n(x) + "V" + n(y))
			r.Points = append(r.Points, reportedPoint{w, x, y})
			r.EndX, r.EndY = x, y
		}
		if now := now(p); now.After(ws[len(ws)-1].Date) {
			r.EndX = axis.Clamp(now)
			b.WriteString("H" + n(r.EndX))
		}
		r.Path = b.String()
		out.Lines = append(out.Lines, r)
	}
	spread(out.Lines, m.font*1.15)
	return out
}

// spread moves the codes at the ends of lines apart; the lines stay.
func spread(lines []reported, step float64) {
	order := make([]*reported, len(lines))
	for i := range lines {
		order[i] = &lines[i]
	}
	slices.SortStableFunc(order, func(a, b *reported) int { return cmp.Compare(a.EndY, b.EndY) })
	for i := 1; i < len(order); i++ {
		order[i].EndY = max(order[i].EndY, order[i-1].EndY+step)
	}
}

// levels are the values of the baseline, the target and the steps, as far as they do not stand on one another.
func (m *measures) levels(p *ui.Page, c *implementation.Commitment, at func(float64) float64) []level {
	var out []level
	add := func(v talks.Decimal) {
		y := at(v.Float())
		if v.Valid() && !slices.ContainsFunc(out, func(l level) bool { return l.Y-y < m.font*1.2 && y-l.Y < m.font*1.2 }) {
			out = append(out, level{y, p.Loc.Number(v.Float())})
		}
	}
	add(c.Measure.Baseline)
	add(c.Measure.Target)
	for _, s := range c.Steps {
		add(s.Value)
	}
	return out
}

// rung is one step of two commitments that go step for step, or of one alone.
type rung struct {
	N     int
	Sides []rungSide
}

// rungSide is a step of one side; nil Step where the side has none of that number.
type rungSide struct {
	*implementation.Commitment
	Step *implementation.Step
}

// ladder sets the steps of commitments beside one another, by number.
func ladder(cs []*implementation.Commitment) []rung {
	most := 0
	for _, c := range cs {
		most = max(most, len(c.Steps))
	}
	out := make([]rung, most)
	for i := range out {
		out[i].N = i + 1
		for _, c := range cs {
			side := rungSide{Commitment: c}
			if i < len(c.Steps) {
				side.Step = &c.Steps[i]
			}
			out[i].Sides = append(out[i].Sides, side)
		}
	}
	return out
}

// sign is the picture of how a step stands.
func (s rungSide) sign(p *ui.Page) sign {
	switch now := now(p); {
	case s.Step.Reason.Code == "step-disputed":
		return statusSigns[implementation.Disputed]
	case !s.Step.Reached.IsZero():
		return sign{"done", "good"}
	case s.Step.Owed && !s.Step.Due.IsZero() && !now.Before(s.Step.Due):
		return sign{"overdue", "late"}
	case s.Step.Owed:
		return sign{"active", "good"}
	}
	return sign{"dormant", "quiet"}
}
