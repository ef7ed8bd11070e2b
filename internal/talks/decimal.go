package talks

import (
	"strconv"
	"strings"
)

// Decimal is a number written in decimal, such as 12 or -0.5, at most 30 characters. It is text, so that what was written is
// what is kept: nothing is rounded by being stored.
type Decimal string

// Valid reports whether the text is a decimal number: an optional minus, digits, and digits after a point.
func (d Decimal) Valid() bool {
	s := strings.TrimPrefix(string(d), "-")
	whole, part, point := strings.Cut(s, ".")
	return len(d) <= 30 && digits(whole) && (!point || digits(part)) && (len(whole) == 1 || whole[0] != '0')
}

func digits(s string) bool {
	if s == "" {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Float returns the nearest floating-point number, for drawing and comparing; zero for an invalid decimal.
func (d Decimal) Float() float64 {
	f, err := strconv.ParseFloat(string(d), 64)
	if err != nil {
		return 0
	}
	return f
}
