package party

import (
	"slices"
	"strconv"

	"parley/internal/talks"
)

// The chart's measures: each tone has a row of rowHeight pixels, the best at the top. Across, it is in percent of the width, a column
// for each assessment: they stand in order and not to the scale of time, so that a sudden change reads like a slow one.
const rowHeight = 24

// segment is a line of the chart: X in percent, Y in pixels.
type segment struct{ X1, Y1, X2, Y2 string }

// mark is an assessment on the chart.
type mark struct {
	step
	X, Y string
}

// chart is the tone of a relation over its assessments, as steps: a tone holds until the next assessment.
type chart struct {
	Height string
	Rows   []row
	Lines  []segment
	Marks  []mark
}

// row is the line of one tone.
type row struct {
	talks.Tone
	Y string
}

func newChart(steps []step) chart {
	c := chart{Height: px(len(talks.Tones) * rowHeight)}
	for i, tone := range slices.Backward(talks.Tones) {
		c.Rows = append(c.Rows, row{tone, px(y(i))})
	}
	width := 100 / float64(max(1, len(steps)))
	for i, s := range steps {
		from, to := width*float64(i), width*float64(i+1)
		c.Lines = append(c.Lines, segment{percent(from), px(y(s.Level)), percent(to), px(y(s.Level))})
		if i > 0 && steps[i-1].Level != s.Level {
			c.Lines = append(c.Lines, segment{percent(from), px(y(steps[i-1].Level)), percent(from), px(y(s.Level))})
		}
		c.Marks = append(c.Marks, mark{s, percent((from + to) / 2), px(y(s.Level))})
	}
	return c
}

// y is the middle of a tone's row, from the top.
func y(level int) int { return (len(talks.Tones)-1-level)*rowHeight + rowHeight/2 }

func px(n int) string { return strconv.Itoa(n) }

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }
