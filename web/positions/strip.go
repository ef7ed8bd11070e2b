package positions

import (
	"cmp"
	"slices"

	"parley/internal/talks"
	"parley/web/table/plot"
)

// spot is a place on an issue's scale: from 0 for its lower end to 1 for its upper. Of a range, At is the middle.
type spot struct {
	On       bool // on the scale at all
	At       float64
	From, To float64
	Range    bool
}

// spotOf finds the place of a position on its issue's scale. What lies outside is moved to the nearest end: a fold holds whatever was recorded.
func spotOf(i *talks.Issue, a *talks.PositionRecord) spot {
	if i.Scale == nil || !i.Scale.Min.Valid() || !i.Scale.Max.Valid() {
		return spot{}
	}
	low, high := i.Scale.Min.Float(), i.Scale.Max.Float()
	if high <= low {
		return spot{}
	}
	at := func(d talks.Decimal) float64 { return min(max((d.Float()-low)/(high-low), 0), 1) }
	switch {
	case a.Value.Valid():
		v := at(a.Value)
		return spot{On: true, At: v, From: v, To: v}
	case a.From.Valid() && a.To.Valid():
		f, t := at(a.From), at(a.To)
		f, t = min(f, t), max(f, t)
		return spot{On: true, At: (f + t) / 2, From: f, To: t, Range: t > f}
	}
	return spot{}
}

// The strip of a cell: its width, the space at its ends, and the size of a mark.
const (
	cellWidth = 168.0
	cellEdge  = 8.0
	markSize  = 14.0
)

func cellX(v float64) float64 { return cellEdge + v*(cellWidth-2*cellEdge) }

// flag is a party's mark on the strip that all parties share, with its code above or below.
type flag struct {
	take
	party *talks.Party
	X     float64 // of the mark, exactly where the position is
	TextX float64 // of the code's middle
	Row   int     // of the code: 0 is nearest to the line
}

// shared is the strip of all parties.
type shared struct {
	W, H  float64
	Line  float64 // y of the scale's line
	Flags []flag
}

const (
	sharedEdge = 14.0
	codeSize   = 12.0
	rowHeight  = 17.0
)

// share puts all positions of a row on one strip of a width. Marks stand exactly where the position is; their codes are set above them
// in as many rows as it takes for none to touch another.
func share(r row, width float64) shared {
	s := shared{W: width}
	for _, c := range r.cells {
		for _, t := range c.takes {
			if t.Spot.On {
				s.Flags = append(s.Flags, flag{take: t, party: c.party, X: sharedEdge + t.Spot.At*(width-2*sharedEdge)})
			}
		}
	}
	slices.SortStableFunc(s.Flags, func(a, b flag) int { return cmp.Compare(a.X, b.X) })
	var rows []float64 // where each row's last code ends
	for i := range s.Flags {
		f := &s.Flags[i]
		half := plot.Width(f.party.Short, codeSize)/2 + 1
		f.TextX = min(max(f.X, half), width-half)
		f.Row = slices.IndexFunc(rows, func(end float64) bool { return f.TextX-half >= end+5 })
		if f.Row < 0 {
			f.Row = len(rows)
			rows = append(rows, 0)
		}
		rows[f.Row] = f.TextX + half
	}
	s.Line = float64(len(rows))*rowHeight + 10
	s.H = s.Line + 10
	return s
}

func (s shared) x(v float64) float64 { return sharedEdge + v*(s.W-2*sharedEdge) }

// codeY is the base of a flag's code.
func (s shared) codeY(f flag) float64 { return s.Line - 12 - float64(f.Row)*rowHeight }
