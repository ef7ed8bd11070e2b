package relation

import (
	"strconv"
	"strings"
	"time"

	"parley/internal/talks"
	"parley/web/table/plot"
	"parley/web/ui"
)

// frame is a size of the drawing. Both are made, and the style sheet shows the one that fits its place.
type frame struct {
	name              string
	width, left, font float64
	row               float64 // the height of a tone
	ticks             int
}

var frames = []frame{{"wide", 900, 96, 13, 38, 8}, {"narrow", 340, 74, 12, 34, 3}}

const (
	right = 26.0
	top   = 14.0
	// apart is how far the lines of those who say the same stand from each other.
	apart = 9.0
)

// level is a tone with its line across the drawing.
type level struct {
	Text string
	Y    float64
}

// tick is a mark of the axis; Text is empty where there is no place for it.
type tick struct {
	X    float64
	Text string
}

// mark is a word in the drawing.
type mark struct {
	word
	X, Y float64
	X2   float64 // up to where its date can mean
	// LabelX and LabelY are the middle of its number's base.
	LabelX, LabelY float64
}

// line is the way of one party's words.
type line struct {
	By    talks.Ref
	Path  string // in steps: a tone holds until the next word
	Marks []mark
}

// drawing is all that the template draws.
type drawing struct {
	frame
	H, Bottom float64
	Levels    []level
	Ticks     []tick
	Lines     []line
}

func draw(p *ui.Page, f frame, c *course) drawing {
	n := len(talks.Tones)
	d := drawing{frame: f, Bottom: top + float64(n)*f.row}
	d.H = d.Bottom + 26
	for i, t := range talks.Tones {
		d.Levels = append(d.Levels, level{toneWord(p, t), d.y(i)})
	}
	axis := plot.Axis{X0: f.left + 20, X1: f.width - right}
	axis.From, axis.To = c.span(p.View.Now())
	end := 0.0
	for _, t := range plot.Ticks(axis.From, axis.To, f.ticks) {
		x := tick{X: axis.X(t.At), Text: tickText(p, t)}
		if half := plot.Width(x.Text, f.font) / 2; x.X-half > end && x.X+half <= f.width {
			end = x.X + half + 10
		} else {
			x.Text = ""
		}
		d.Ticks = append(d.Ticks, x)
	}
	for k, by := range c.By {
		off := (float64(k) - float64(len(c.By)-1)/2) * min(apart, (f.row-10)/float64(len(c.By)))
		d.Lines = append(d.Lines, d.line(c.of(by), by, axis, off))
	}
	d.label()
	return d
}

// y is the height of a tone: the warmest on top.
func (d *drawing) y(tone int) float64 {
	return d.Bottom - (float64(tone)+0.5)*d.row
}

func (d *drawing) line(ws []word, by talks.Ref, axis plot.Axis, off float64) line {
	l := line{By: by}
	var b strings.Builder
	for _, x := range ws {
		if x.Tone < 0 {
			continue
		}
		m := mark{word: x, X: axis.Clamp(x.At), X2: axis.Clamp(x.until()), Y: d.y(x.Tone) + off}
		if b.Len() == 0 {
			b.WriteString("M" + plot.N(m.X) + " " + plot.N(m.Y))
		} else {
			b.WriteString("H" + plot.N(m.X) + "V" + plot.N(m.Y))
		}
		l.Marks = append(l.Marks, m)
	}
	if b.Len() > 0 {
		b.WriteString("H" + plot.N(axis.X1))
	}
	l.Path = b.String()
	return l
}

// label finds places for the numbers, above or below their marks or beside them, where they touch neither a mark nor another number.
func (d *drawing) label() {
	var taken []plot.Box
	for _, l := range d.Lines {
		for _, m := range l.Marks {
			taken = append(taken, plot.Around(plot.Point{X: m.X, Y: m.Y}, 15, 15))
		}
	}
	for i := range d.Lines {
		for k := range d.Lines[i].Marks {
			m := &d.Lines[i].Marks[k]
			w := plot.Width(strconv.Itoa(m.N), d.font) + d.font*1.4 // with the arrow
			var first *plot.Box
			for _, at := range [][2]float64{{0, -17}, {0, 17}, {24, -13}, {24, 14}, {-24, -13}, {-24, 14}, {0, -32}, {0, 32}} {
				b := plot.Around(plot.Point{X: m.X + at[0] + d.font*.4, Y: m.Y + at[1]}, w, d.font)
				if !plot.Free(b, taken, 0) || !b.In(d.width, d.Bottom+d.font) {
					continue
				}
				first = &b
				break
			}
			if first == nil {
				b := plot.Around(plot.Point{X: m.X, Y: m.Y - 17}, w, d.font)
				first = &b
			}
			taken = append(taken, *first)
			m.LabelX, m.LabelY = first.Center().X-d.font*.4, first.Center().Y+d.font*.36
		}
	}
}

// span is from the first word to the present, where that does not squeeze the words; else to some time after the last of them. It is never
// shorter than some days.
func (c *course) span(now time.Time) (from, to time.Time) {
	from, to = now, now
	for i, x := range c.Words {
		if i == 0 {
			from, to = x.At, x.until()
		}
		if x.until().After(to) {
			to = x.until()
		}
	}
	long := plot.Seconds(from, to)
	if late := plot.Seconds(to, now); late > 0 && late < 2*long {
		return from, now
	}
	if long < 86400 {
		return from.AddDate(0, 0, -3), to.AddDate(0, 0, 3)
	}
	return from, to.Add(time.Duration(min(long/8, 1e9)) * time.Second)
}

// rough reports whether a date is drawn that is known to no better than some days.
func rough(ds []drawing) bool {
	for _, d := range ds {
		for _, l := range d.Lines {
			for _, m := range l.Marks {
				if m.X2 > m.X+12 {
					return true
				}
			}
		}
	}
	return false
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
	return strconv.Itoa(t.At.Year())
}

// arrow is the picture of a trend, in a box of 12.
func arrow(t talks.Trend) string {
	switch t {
	case "improving":
		return "M2 10L10 2M5 2H10V7"
	case "worsening":
		return "M2 2L10 10M10 5V10H5"
	case "steady":
		return "M1 6H11M7.5 2.5L11 6L7.5 9.5"
	}
	return ""
}

func n(f float64) string { return plot.N(f) }
