package talks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that a host without the database of zones says the same as one that has it
)

// Moment is what can come about with an object, at a time that conditions and dates are reckoned from.
type Moment string

// Moments are all the values there are, each of some kinds of objects.
var Moments = []Moment{
	"met", "fulfilled", "started", "active", "overdue", "breached", "lapsed", "in-force", "adopted", "signed", "ended", "held", "happened",
}

// moments are what can come about with an object of a kind; the first is meant where none is named.
var moments = map[string][]Moment{
	"condition":  {"met"},
	"commitment": {"fulfilled", "started", "active", "overdue", "breached", "lapsed"},
	"agreement":  {"in-force", "adopted", "signed", "ended"},
	"meeting":    {"held"},
	"event":      {"happened"},
}

// MomentsOf lists what can come about with an object of a kind, as [World.Object] names it, the one that is meant where none is named
// first; none for an object that nothing is reckoned from.
func MomentsOf(kind string) []Moment { return slices.Clone(moments[kind]) }

// MomentOr is the moment meant by m for an object of a kind; empty for an object that nothing is reckoned from.
func MomentOr(m Moment, kind string) Moment {
	if all := moments[kind]; m == "" && len(all) > 0 {
		return all[0]
	}
	return m
}

// Due is a moment that is fixed, or reckoned from something that comes about: {by: "2015"} is by the end of 2015, {of: withdrawal,
// moment: started, day: 1} on day 1 of the withdrawal, and {of: withdrawal, moment: started, within: P14D} within 14 days of its start.
//
// The rules are those of Regulation (EEC, Euratom) No 1182/71, article 3: of a period in days, weeks, months or years the day of the event
// is not counted, and it ends with the last hour of its last day; a period in months that would end on a day that the last month does not
// have ends with that month's last day. A period in hours runs from the event itself. Day 1 is the day of the event. Days are those of the
// calendar: what would end on a holiday ends on it (paragraph 4 of that article is left out, because parties keep different holidays).
type Due struct {
	By     Date   `json:"by,omitzero"`     // fixed: until the end of it
	Of     Ref    `json:"of,omitzero"`     // what it is reckoned from
	Moment Moment `json:"moment,omitzero"` // of that; what is usual for its kind where it is left out
	Within Span   `json:"within,omitzero"` // of that moment
	Day    int    `json:"day,omitzero"`    // counted from that moment's day, which is day 1
	Zone   string `json:"zone,omitzero"`   // where days begin and end, as in Europe/Kyiv; UTC where it is left out
}

// IsZero reports whether nothing is said.
func (d Due) IsZero() bool { return d == Due{} }

// Relative reports whether it is reckoned from something that comes about.
func (d Due) Relative() bool { return !d.Of.IsZero() }

// zones are the time zones that were read, by name. They never change, and reading one costs more than all that is reckoned in it.
var zones sync.Map

func zoneOf(name string) (*time.Location, error) {
	if l, ok := zones.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, l)
	return l, nil
}

// zone is where its days begin and end.
func (d Due) zone() *time.Location {
	if d.Zone == "" {
		return time.UTC
	}
	l, err := zoneOf(d.Zone)
	if err != nil {
		return time.UTC
	}
	return l
}

// Opens returns the first instant of it, reckoned from an event at the time given, which a fixed date does not need; of a period, the
// instant when as much time has passed. It is the zero time where nothing is said.
func (d Due) Opens(event time.Time) time.Time {
	switch {
	case d.By != "":
		from, _, _ := d.By.Interval()
		return inZone(d.By.Start(), from, d.zone())
	case !d.Relative() || event.IsZero():
		return time.Time{}
	case d.Day > 0:
		return begins(dayOf(event, d.zone()).AddDate(0, 0, d.Day-1), d.zone())
	case d.Within != "":
		return d.Within.after(event.In(d.zone())).UTC()
	}
	return event.UTC()
}

// Closes returns the first instant after it, reckoned from an event at the time given, which a fixed date does not need. It is the zero time
// where nothing is said.
func (d Due) Closes(event time.Time) time.Time {
	switch {
	case d.By != "":
		_, to, _ := d.By.Interval()
		return inZone(d.By.End(), to, d.zone())
	case !d.Relative() || event.IsZero():
		return time.Time{}
	case d.Day > 0:
		return begins(dayOf(event, d.zone()).AddDate(0, 0, d.Day), d.zone())
	case d.Within.whole():
		return begins(d.Within.after(dayOf(event, d.zone())).AddDate(0, 0, 1), d.zone())
	case d.Within != "":
		return d.Within.after(event.In(d.zone())).UTC()
	}
	return begins(dayOf(event, d.zone()).AddDate(0, 0, 1), d.zone()) // on the day itself
}

// dayOf is the day of a time in a zone, as the midnight in UTC of the day so called: days are counted there, where each has 24 hours.
func dayOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// begins is the first instant of a day in a zone: the first of two midnights where clocks are put back then, and what comes instead of midnight
// where they are put forward.
func begins(day time.Time, zone *time.Location) time.Time {
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	from, to := t.ZoneBounds()
	if !dayOf(t, zone).Equal(day) { // the day before: there is no such midnight
		return to.UTC()
	}
	if last := from.Add(-time.Nanosecond).In(zone); !from.IsZero() && dayOf(last, zone).Equal(day) { // it was that day already
		_, offset := last.Zone()
		return day.Add(-time.Duration(offset) * time.Second)
	}
	return t.UTC()
}

// inZone moves the beginning of a day in UTC to the same day's beginning in a zone. An instant is what it is.
func inZone(t time.Time, d Date, zone *time.Location) time.Time {
	if t.IsZero() || len(d) > len(time.DateOnly) || zone == time.UTC {
		return t
	}
	return begins(t, zone)
}

func (d *Due) refs(f func(place, *Ref), field string) {
	f(place{list: field + "/of", index: -1}, &d.Of)
}

// due checks a moment. Where it is reckoned from an object, the object is of a kind that something comes about with.
func (c *Checking) due(field string, d Due) {
	if d.IsZero() {
		return
	}
	c.date(field+"/by", d.By)
	if (d.By != "") == d.Relative() {
		c.fail("one-due", field)
		return
	}
	if d.Zone != "" {
		if _, err := zoneOf(d.Zone); err != nil || d.Zone == "Local" || len(d.Zone) > 64 {
			c.fail("bad-zone", field+"/zone", strconv.Quote(d.Zone))
		}
	}
	if !d.Relative() {
		if d.Within != "" || d.Day != 0 || d.Moment != "" {
			c.fail("one-due", field)
		}
		return
	}
	c.moment(field+"/of", field+"/moment", d.Of, d.Moment)
	if d.Within != "" && d.Day != 0 {
		c.fail("one-due", field)
	}
	if d.Within != "" && !d.Within.Valid() {
		c.fail("bad-span", field+"/within", strconv.Quote(string(d.Within)))
	}
	if d.Day < 0 || d.Day > 36_525 {
		c.fail("out-of-range", field+"/day", strconv.Itoa(d.Day), "1", "36525")
	}
}

// moment checks that something can come about with an object.
func (c *Checking) moment(at, momentAt string, r Ref, m Moment) {
	if !c.ref(at, r, "") {
		return
	}
	what := c.View.Object(r)
	all := moments[what]
	if len(all) == 0 {
		c.fail("wrong-object", at, shortRef(c.Room, r), what, "condition, commitment, agreement, meeting or event")
		return
	}
	oneOf(c, momentAt, m, all, true)
}

// Span is a period as ISO 8601 writes it: P14D, P2W, P1M, P1Y6M, PT48H.
type Span string

type spanParts struct {
	years, months, days int
	clock               time.Duration
}

// Valid reports whether the period has that form, with whole numbers, is longer than nothing and not longer than a hundred years.
func (s Span) Valid() bool {
	p, ok := s.parse()
	total := p.years*12 + p.months
	return ok && p != spanParts{} && total <= 1200 && p.days <= 36_525 && p.clock <= 876_600*time.Hour
}

// whole reports whether the period counts whole days, weeks, months or years.
func (s Span) whole() bool {
	p, ok := s.parse()
	return ok && s != "" && p.clock == 0
}

func (s Span) parse() (p spanParts, ok bool) {
	rest, ok := strings.CutPrefix(string(s), "P")
	if !ok || rest == "" || len(s) > 32 {
		return p, false
	}
	date, clock, timed := strings.Cut(rest, "T")
	if timed && clock == "" {
		return p, false
	}
	okDate := spanFields(date, "YMWD", func(unit byte, n int) {
		switch unit {
		case 'Y':
			p.years = n
		case 'M':
			p.months = n
		case 'W':
			p.days += 7 * n
		case 'D':
			p.days += n
		}
	})
	okClock := spanFields(clock, "HM", func(unit byte, n int) {
		p.clock += time.Duration(n) * map[byte]time.Duration{'H': time.Hour, 'M': time.Minute}[unit]
	})
	return p, okDate && okClock
}

// spanFields reads numbers with their units, which stand in the order given, each at most once.
func spanFields(s, units string, set func(unit byte, n int)) bool {
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i < 1 || i > 6 {
			return false
		}
		k := strings.IndexByte(units, s[i])
		if k < 0 {
			return false
		}
		n, err := strconv.Atoi(s[:i])
		if err != nil {
			return false
		}
		set(s[i], n)
		s, units = s[i+1:], units[k+1:]
	}
	return true
}

// after adds the period to a time in its zone. A day that the month does not have is the month's last.
func (s Span) after(t time.Time) time.Time {
	p, ok := s.parse()
	if !ok {
		return t
	}
	if n := p.years*12 + p.months; n > 0 {
		first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
		last := first.AddDate(0, 1, -1).Day()
		t = first.AddDate(0, 0, min(t.Day(), last)-1)
	}
	return t.AddDate(0, 0, p.days).Add(p.clock)
}

// Parts returns the numbers of the period: whole months, whole days, and what is shorter.
func (s Span) Parts() (months, days int, clock time.Duration) {
	p, _ := s.parse()
	return p.years*12 + p.months, p.days, p.clock
}

// Expr is what has to be so: all or any of several, the contrary of one, something that came about with an object, or a date. So
// {all: [{of: elections, is: held}, {not: {of: truce, is: breached}}]} is so once the elections were held, as long as nobody broke the truce,
// and {from: "2015-02-15"} from that day on.
type Expr struct {
	All   []Expr `json:"all,omitzero"`   // each of these
	Any   []Expr `json:"any,omitzero"`   // at least one of these
	Not   *Expr  `json:"not,omitzero"`   // the contrary of this
	Of    Ref    `json:"of,omitzero"`    // something that came about with this
	Is    Moment `json:"is,omitzero"`    // what came about with it; what is usual for its kind where it is left out
	From  Date   `json:"from,omitzero"`  // it is this day or later
	Until Date   `json:"until,omitzero"` // it is this day or earlier
}

// The limits of an expression.
const (
	exprDepth = 8
	exprSize  = 100
)

func (x *Expr) refs(f func(place, *Ref), at string) {
	if x == nil {
		return
	}
	f(place{list: at + "/of", index: -1}, &x.Of)
	for i := range x.All {
		x.All[i].refs(f, inside(at, "/all/"+strconv.Itoa(i)))
	}
	for i := range x.Any {
		x.Any[i].refs(f, inside(at, "/any/"+strconv.Itoa(i)))
	}
	x.Not.refs(f, inside(at, "/not"))
}

// inside is a place inside another. It stops growing far beyond the depth that is accepted: what is nested thousands deep is refused, but its
// references are gone through first.
func inside(at, below string) string {
	if len(at) > 32*exprDepth {
		return at
	}
	return at + below
}

// Each calls f with the expression and each one inside it.
func (x *Expr) Each(f func(*Expr)) {
	if x == nil {
		return
	}
	f(x)
	for i := range x.All {
		x.All[i].Each(f)
	}
	for i := range x.Any {
		x.Any[i].Each(f)
	}
	x.Not.Each(f)
}

func (c *Checking) expr(field string, x *Expr) {
	n := 0
	x.Each(func(*Expr) { n++ })
	if n > exprSize {
		c.fail("too-many", field, strconv.Itoa(exprSize))
		return
	}
	c.exprAt(field, x, 1)
}

func (c *Checking) exprAt(at string, x *Expr, depth int) {
	if x == nil {
		return
	}
	if depth > exprDepth {
		c.fail("too-deep", at, strconv.Itoa(exprDepth))
		return
	}
	dated := x.From != "" || x.Until != ""
	if count(len(x.All) > 0, len(x.Any) > 0, x.Not != nil, !x.Of.IsZero(), dated) != 1 {
		c.fail("one-expr", at)
		return
	}
	if x.Is != "" && x.Of.IsZero() {
		c.fail("missing", at+"/of")
	}
	if !x.Of.IsZero() {
		c.moment(at+"/of", at+"/is", x.Of, x.Is)
	}
	c.dates(at+"/from", at+"/until", x.From, x.Until)
	for i := range x.All {
		c.exprAt(fmt.Sprintf("%s/all/%d", at, i), &x.All[i], depth+1)
	}
	for i := range x.Any {
		c.exprAt(fmt.Sprintf("%s/any/%d", at, i), &x.Any[i], depth+1)
	}
	c.exprAt(at+"/not", x.Not, depth+1)
}
