package message

import (
	_ "embed"
	"strconv"
	"strings"
	"time"

	"parley/internal/talks"
)

//go:embed en.json
var enJSON []byte

var _ = Register(enJSON)

// calendar has what dates are made of, looked up once.
type calendar struct {
	months, short, days, dayShort []string
}

// newCalendar reads the names of months and days. A catalogue without them, as in a test, has none.
func newCalendar(l *Locale) calendar {
	var c calendar
	if !l.Has("message.month.1") {
		return c
	}
	for i := range 12 {
		n := strconv.Itoa(i + 1)
		c.months = append(c.months, l.T("message.month."+n))
		c.short = append(c.short, l.T("message.month-short."+n))
	}
	for i := range 7 {
		n := strconv.Itoa(i)
		c.days = append(c.days, l.T("message.day."+n))
		c.dayShort = append(c.dayShort, l.T("message.day-short."+n))
	}
	return c
}

// date fills one of the catalogue's forms of a date. All times are shown in UTC: everybody at the table reads the same.
func (l *Locale) date(form string, t time.Time) string {
	t = t.UTC()
	return l.texts[form].other.fill([]any{
		"day", t.Day(), "year", t.Year(),
		"month", l.cal.months[t.Month()-1], "short", l.cal.short[t.Month()-1],
		"weekday", l.cal.days[t.Weekday()], "wd", l.cal.dayShort[t.Weekday()],
		"clock", t.Format("15:04"),
	})
}

// Date says a day: 18 Feb 2025.
func (l *Locale) Date(t time.Time) string { return l.date("message.date", t) }

// Day says a day in full, with its name, as a heading: Tuesday, 18 February 2025.
func (l *Locale) Day(t time.Time) string { return l.date("message.date-full", t) }

// DayShort says a day without its year: 18 Feb.
func (l *Locale) DayShort(t time.Time) string { return l.date("message.date-short", t) }

// Month says a month: February 2025.
func (l *Locale) Month(t time.Time) string { return l.date("message.date-month", t) }

// Clock says a time of day: 21:40.
func (l *Locale) Clock(t time.Time) string { return t.UTC().Format("15:04") }

// DateTime says a day and a time: 18 Feb 2025, 21:40.
func (l *Locale) DateTime(t time.Time) string { return l.date("message.date-time", t) }

// Known says a date as exactly as it is known: a year, a month, a day, a day and a time, or from the one to the other. What is not a date is said as it is.
func (l *Locale) Known(d talks.Date) string {
	if !d.Valid() {
		return string(d)
	}
	if from, to, interval := d.Interval(); interval {
		return l.T("message.interval", "from", l.Known(from), "to", l.Known(to))
	}
	t := d.Start()
	switch len(d) {
	case 4:
		return strconv.Itoa(t.Year())
	case 7:
		return l.Month(t)
	case 10:
		return l.Date(t)
	}
	return l.DateTime(t)
}

// Number says a number with the language's marks: 1,234.5. It says as many decimals as the number has.
func (l *Locale) Number(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	if len(whole) <= 3 && part == "" {
		return sign + whole
	}
	group := l.T("message.group")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(whole[i])
	}
	if part != "" {
		b.WriteString(l.T("message.decimal"))
		b.WriteString(part)
	}
	return b.String()
}
