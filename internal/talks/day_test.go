package talks

import (
	"testing"
	"time"
)

func TestDays(t *testing.T) {
	event := time.Date(2025, 1, 31, 22, 30, 0, 0, time.UTC) // in Kyiv it is the first of February
	of := Ref{Name: "x"}
	for name, c := range map[string]struct {
		due         Due
		first, last string
		whole       bool
	}{
		"by the end of a year":        {Due{By: "2015"}, "2015-01-01", "2015-12-31", true},
		"on a day":                    {Due{By: "2015-02-15"}, "2015-02-15", "2015-02-15", true},
		"on a day elsewhere":          {Due{By: "2015-02-15", Zone: "Europe/Kyiv"}, "2015-02-15", "2015-02-15", true},
		"within days of each other":   {Due{By: "2015-02-10/2015-02-16", Zone: "America/New_York"}, "2015-02-10", "2015-02-16", true},
		"at an instant":               {Due{By: "2015-02-15T00:00:00+02:00"}, "2015-02-14T22:00:00Z", "2015-02-14T22:00:00Z", false},
		"day 1":                       {Due{Of: of, Day: 1}, "2025-01-31", "2025-01-31", true},
		"day 1 elsewhere":             {Due{Of: of, Day: 1, Zone: "Europe/Kyiv"}, "2025-02-01", "2025-02-01", true},
		"within a month":              {Due{Of: of, Within: "P1M"}, "2025-02-28", "2025-02-28", true},
		"within a month elsewhere":    {Due{Of: of, Within: "P1M", Zone: "Europe/Kyiv"}, "2025-03-01", "2025-03-01", true},
		"within hours":                {Due{Of: of, Within: "PT48H", Zone: "Europe/Kyiv"}, "2025-02-02T22:30:00Z", "2025-02-02T22:30:00Z", false},
		"on the day itself":           {Due{Of: of}, "2025-01-31", "2025-01-31", true},
		"on the day itself elsewhere": {Due{Of: of, Zone: "Asia/Tokyo"}, "2025-02-01", "2025-02-01", true},
	} {
		first, wholeFirst := c.due.FirstDay(c.due.Opens(event))
		last, wholeLast := c.due.LastDay(c.due.Closes(event))
		layout := time.DateOnly
		if !c.whole {
			layout = time.RFC3339
		}
		if got := first.Format(layout); got != c.first || wholeFirst != c.whole {
			t.Errorf("%s: it begins on %s (%v), not on %s", name, got, wholeFirst, c.first)
		}
		if got := last.Format(layout); got != c.last || wholeLast != c.whole {
			t.Errorf("%s: it ends on %s (%v), not on %s", name, got, wholeLast, c.last)
		}
	}
}
