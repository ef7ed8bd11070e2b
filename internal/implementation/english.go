package implementation

import (
	"cmp"
	"fmt"
	"strings"

	"parley/internal/talks"
)

// englishMoments say what came about with an object.
var englishMoments = map[talks.Moment]string{
	"": "has come about", "met": "is met", "fulfilled": "is fulfilled", "started": "is started", "active": "is owed", "overdue": "is overdue",
	"breached": "is broken", "lapsed": "has lapsed", "in-force": "is in force", "adopted": "is adopted", "signed": "is signed by all",
	"ended": "has ended", "held": "is held", "happened": "has happened",
}

func englishExpr(x *talks.Expr, title func(talks.Ref) string, inner bool) string {
	switch {
	case x == nil:
		return ""
	case x.Not != nil:
		return "not (" + englishExpr(x.Not, title, false) + ")"
	case !x.Of.IsZero():
		return title(x.Of) + " " + englishMoments[x.Is]
	case x.From != "" && x.Until != "":
		return fmt.Sprintf("from %s until %s", x.From, x.Until)
	case x.From != "":
		return "from " + string(x.From)
	case x.Until != "":
		return "until " + string(x.Until)
	}
	list, word := x.All, " and "
	if len(x.Any) > 0 {
		list, word = x.Any, " or "
	}
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = englishExpr(&list[i], title, true)
	}
	s := strings.Join(parts, word)
	if inner && len(parts) > 1 {
		return "(" + s + ")"
	}
	return s
}

func englishDue(d talks.Due, kind string, title func(talks.Ref) string) string {
	zone := ""
	if d.Zone != "" {
		zone = " (" + d.Zone + ")"
	}
	if !d.Relative() {
		if d.By == "" {
			return ""
		}
		return string(d.By) + zone
	}
	event := fmt.Sprintf("%s %s", title(d.Of), englishMoments[talks.MomentOr(d.Moment, kind)])
	switch {
	case d.Day > 0:
		return fmt.Sprintf("day %d from when %s%s", d.Day, event, zone)
	case d.Within != "":
		return fmt.Sprintf("within %s from when %s%s", englishSpan(d.Within), event, zone)
	}
	return "the day when " + event + zone
}

// englishSpan says a period: 1 month, 14 days.
func englishSpan(s talks.Span) string {
	months, days, clock := s.Parts()
	var parts []string
	add := func(n int, unit string) {
		if n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s%s", n, unit, map[bool]string{true: "s"}[n != 1]))
		}
	}
	add(months/12, "year")
	add(months%12, "month")
	add(days, "day")
	add(int(clock.Hours()), "hour")
	add(int(clock.Minutes())%60, "minute")
	return cmp.Or(strings.Join(parts, " and "), string(s))
}
