package act

import (
	"fmt"
	"strconv"

	"parley/internal/talks"
	"parley/web/ui"
)

// place is where a position stands on its issue's scale: a value, or a range.
type place struct {
	issue           talks.Ref
	value, from, to talks.Decimal
}

func (v *place) ranged() bool { return v.value == "" }

// The strip is 200 wide; marks keep half their own width from its ends.
const (
	stripStart = 8
	stripWidth = 184
)

// along is where a value stands on the strip; what is off the scale stands at its end.
func along(s *talks.Scale, d talks.Decimal) float64 {
	low, high := s.Min.Float(), s.Max.Float()
	if high <= low {
		return stripStart + stripWidth/2
	}
	return stripStart + stripWidth*min(1, max(0, (d.Float()-low)/(high-low)))
}

// x is where a mark 14 wide begins.
func (v *place) x(s *talks.Scale) string {
	return strconv.FormatFloat(along(s, v.value)-7, 'f', 1, 64)
}

// path is a range as a bar.
func (v *place) path(s *talks.Scale) string {
	return fmt.Sprintf("M%.1f 8H%.1f", along(s, v.from), max(along(s, v.to), along(s, v.from)+1))
}

// scaleOf is an issue's scale as the page sees it, or nil.
func scaleOf(p *ui.Page, issue talks.Ref) *talks.Scale {
	if i := p.W().Issue(issue); i != nil {
		return i.Scale
	}
	return nil
}
