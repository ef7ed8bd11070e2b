package talks

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// instant reads a time in RFC 3339, or a day as its midnight in UTC; empty for the zero time.
func instant(tb testing.TB, s string) time.Time {
	tb.Helper()
	if s == "" {
		return time.Time{}
	}
	if len(s) == len(time.DateOnly) {
		s += "T00:00:00Z"
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// TestDue has when a time begins and when it is over: fixed dates, days and periods, across the ends of months, leap days and zones.
func TestDue(t *testing.T) {
	thing := Ref{id("lobby"), "thing"}
	fixed := func(by Date, zone string) Due { return Due{By: by, Zone: zone} }
	day := func(n int, zone string) Due { return Due{Of: thing, Day: n, Zone: zone} }
	within := func(s Span, zone string) Due { return Due{Of: thing, Within: s, Zone: zone} }
	for _, c := range []struct {
		name                 string
		due                  Due
		event, opens, closes string
	}{
		{"nothing is said", Due{}, "2025-02-10", "", ""},
		{"by the end of a year", fixed("2015", ""), "", "2015-01-01", "2016-01-01"},
		{"by the end of a year, in Kyiv", fixed("2015", "Europe/Kyiv"), "", "2014-12-31T22:00:00Z", "2015-12-31T22:00:00Z"},
		{"by the end of a February with a leap day", fixed("2024-02", ""), "", "2024-02-01", "2024-03-01"},
		{"by the end of one without", fixed("2100-02", ""), "", "2100-02-01", "2100-03-01"},
		{"a leap day", fixed("2024-02-29", ""), "", "2024-02-29", "2024-03-01"},
		{"a day in summer time", fixed("2025-07-01", "Europe/Kyiv"), "", "2025-06-30T21:00:00Z", "2025-07-01T21:00:00Z"},
		{"the day on which clocks are put forward has 23 hours", fixed("2025-03-30", "Europe/Kyiv"), "", "2025-03-29T22:00:00Z", "2025-03-30T21:00:00Z"},
		{"the day on which they are put back has 25", fixed("2025-10-26", "Europe/Kyiv"), "", "2025-10-25T21:00:00Z", "2025-10-26T22:00:00Z"},
		{"an instant is what it is, wherever", fixed("2025-02-18T09:00:00+03:00", "America/New_York"), "", "2025-02-18T06:00:00Z", "2025-02-18T06:00:01Z"},
		{"an interval", fixed("2025-02-10/2025-02-16", ""), "", "2025-02-10", "2025-02-17"},
		{"an interval in a zone, at both ends", fixed("2025-02-10/2025-02-16", "Asia/Riyadh"), "", "2025-02-09T21:00:00Z", "2025-02-16T21:00:00Z"},
		{"from a day to an instant", fixed("2025-02-10/2025-02-16T12:00:00Z", "Asia/Riyadh"), "", "2025-02-09T21:00:00Z", "2025-02-16T12:00:01Z"},
		{"what it is reckoned from has not come about", day(1, ""), "", "", ""},
		{"nor for a period", within("P14D", ""), "", "", ""},
		{"day 1 is the day itself", day(1, ""), "2025-02-10T15:04:05Z", "2025-02-10", "2025-02-11"},
		{"day 2 is the next", day(2, ""), "2025-02-28T23:59:59Z", "2025-03-01", "2025-03-02"},
		{"day 2 of a leap year's 28 February", day(2, ""), "2024-02-28T00:00:00Z", "2024-02-29", "2024-03-01"},
		{"which day it is depends on the zone", day(1, "Asia/Riyadh"), "2025-02-10T21:30:00Z", "2025-02-10T21:00:00Z", "2025-02-11T21:00:00Z"},
		{"and is the day before elsewhere", day(1, "America/New_York"), "2025-02-10T04:59:00Z", "2025-02-09T05:00:00Z", "2025-02-10T05:00:00Z"},
		{"days are counted across the change of clocks", day(3, "Europe/Kyiv"), "2025-03-29T10:00:00Z", "2025-03-30T21:00:00Z", "2025-03-31T21:00:00Z"},
		{"within 14 days the day of the event is not counted", within("P14D", ""), "2015-02-15T00:00:00Z", "2015-03-01", "2015-03-02"},
		{"and its hour does not matter", within("P14D", ""), "2015-02-15T22:00:00Z", "2015-03-01T22:00:00Z", "2015-03-02"},
		{"weeks", within("P2W", ""), "2015-02-15T00:00:00Z", "2015-03-01", "2015-03-02"},
		{"a month from 31 January ends with February", within("P1M", ""), "2025-01-31T12:00:00Z", "2025-02-28T12:00:00Z", "2025-03-01"},
		{"or with its leap day", within("P1M", ""), "2024-01-31T12:00:00Z", "2024-02-29T12:00:00Z", "2024-03-01"},
		{"a month from 28 February is 28 March", within("P1M", ""), "2025-02-28T00:00:00Z", "2025-03-28", "2025-03-29"},
		{"a year from a leap day ends with February", within("P1Y", ""), "2024-02-29T08:00:00Z", "2025-02-28T08:00:00Z", "2025-03-01"},
		{"four years from a leap day is one again", within("P4Y", ""), "2024-02-29T08:00:00Z", "2028-02-29T08:00:00Z", "2028-03-01"},
		{"over the end of a year", within("P3M", ""), "2024-11-30T00:00:00Z", "2025-02-28", "2025-03-01"},
		{"months before days", within("P1M1D", ""), "2025-01-31T00:00:00Z", "2025-03-01", "2025-03-02"},
		{"a year and a half", within("P1Y6M", ""), "2023-08-31T00:00:00Z", "2025-02-28", "2025-03-01"},
		{"the last day ends where it is", within("P1D", "Asia/Riyadh"), "2025-02-10T21:30:00Z", "2025-02-11T21:30:00Z", "2025-02-12T21:00:00Z"},
		{"hours run from the event", within("PT48H", ""), "2025-02-10T15:00:00Z", "2025-02-12T15:00:00Z", "2025-02-12T15:00:00Z"},
		{"hours are hours when clocks change", within("PT24H", "Europe/Kyiv"), "2025-03-29T22:00:00Z", "2025-03-30T22:00:00Z", "2025-03-30T22:00:00Z"},
		{"a day and hours run from the event", within("P1DT12H", ""), "2025-02-10T15:00:00Z", "2025-02-12T03:00:00Z", "2025-02-12T03:00:00Z"},
		{"on the day of it", Due{Of: thing}, "2025-02-10T15:00:00Z", "2025-02-10T15:00:00Z", "2025-02-11"},
		{"on the day of it, in a zone", Due{Of: thing, Zone: "Asia/Riyadh"}, "2025-02-10T21:30:00Z", "2025-02-10T21:30:00Z", "2025-02-11T21:00:00Z"},
		{"a day that begins at one o'clock", day(1, "America/Sao_Paulo"), "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"and the day before it ends then", day(1, "America/Sao_Paulo"), "2018-11-03T12:00:00Z", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"a day that has two midnights begins with the first", day(1, "Asia/Amman"), "2018-10-26T12:00:00Z", "2018-10-25T21:00:00Z", "2018-10-26T22:00:00Z"},
		{"a day after one without a midnight", day(2, "Asia/Beirut"), "2018-03-24T12:00:00Z", "2018-03-24T22:00:00Z", "2018-03-25T21:00:00Z"},
		{"a day that was left out ends where it would begin", day(2, "Pacific/Apia"), "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"a zone that is none counts as UTC", fixed("2025", "Nowhere/At-All"), "", "2025-01-01", "2026-01-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			event := instant(t, c.event)
			if got, want := c.due.Opens(event), instant(t, c.opens); !got.Equal(want) {
				t.Errorf("opens %v, want %v", got, want)
			}
			if got, want := c.due.Closes(event), instant(t, c.closes); !got.Equal(want) {
				t.Errorf("closes %v, want %v", got, want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		span         Span
		months, days int
		clock        time.Duration
	}{
		{"P14D", 0, 14, 0}, {"P2W", 0, 14, 0}, {"P1W1D", 0, 8, 0}, {"P1M", 1, 0, 0}, {"P1Y", 12, 0, 0}, {"P1Y6M3D", 18, 3, 0},
		{"PT48H", 0, 0, 48 * time.Hour}, {"PT30M", 0, 0, 30 * time.Minute}, {"P1DT1H1M", 0, 1, 61 * time.Minute},
		{"P100Y", 1200, 0, 0}, {"P36525D", 0, 36525, 0}, {"P007D", 0, 7, 0},
	} {
		months, days, clock := c.span.Parts()
		if !c.span.Valid() || months != c.months || days != c.days || clock != c.clock {
			t.Errorf("%q: %v, %d months, %d days, %v", c.span, c.span.Valid(), months, days, clock)
		}
	}
	for _, s := range []Span{"", "P", "PT", "P1DT", "14D", "P14", "PD", "P0D", "PT0M", "P-1D", "P1.5D", "P1D1M", "P1H", "PT1D", "PT1S", "P1D1D", "p1d", " P1D",
		"P101Y", "P1201M", "P36526D", "PT999999H", "P9999999D", "P١D", Span("P" + strings.Repeat("0", 40) + "1D")} {
		if s.Valid() {
			t.Errorf("%q is a period", s)
		}
	}
}

// TestSpanNeverEndsEarly: for every day of eight years and many periods, a period ends with the last hour of a day, not before it has
// begun, and a longer one not before a shorter.
func TestSpanNeverEndsEarly(t *testing.T) {
	thing := Ref{id("lobby"), "thing"}
	spans := []Span{"P1D", "P27D", "P1M", "P1M1D", "P2M", "P6M", "P1Y", "P1Y1D", "P4Y"}
	for _, zone := range []string{"", "Europe/Kyiv", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Asia/Amman", "Australia/Lord_Howe"} {
		where := Due{Zone: zone}.zone()
		for event := instant(t, "2017-01-01").Add(13 * time.Hour); event.Year() < 2025; event = event.AddDate(0, 0, 1) {
			last := event
			for _, s := range spans {
				closes := Due{Of: thing, Within: s, Zone: zone}.Closes(event)
				before, on := closes.Add(-time.Second).In(where), closes.In(where)
				if !closes.After(last) || before.YearDay() == on.YearDay() {
					t.Fatalf("%s from %v in %q closes %v, after %v", s, event, zone, on, last)
				}
				last = closes
			}
		}
	}
}

// TestMoments: the values listed are those that objects of some kind have, and the first of each kind is what is meant where none is named.
func TestMoments(t *testing.T) {
	all := map[Moment]bool{}
	for _, kind := range []string{"condition", "commitment", "agreement", "meeting", "event"} {
		of := MomentsOf(kind)
		if len(of) == 0 || MomentOr("", kind) != of[0] || MomentOr("held", kind) != "held" {
			t.Errorf("%s: %v, and where none is named %q", kind, of, MomentOr("", kind))
		}
		for _, m := range of {
			all[m] = true
			if !slices.Contains(Moments, m) {
				t.Errorf("%s is not listed", m)
			}
		}
	}
	if len(all) != len(Moments) || len(MomentsOf("issue")) > 0 || MomentOr("", "issue") != "" {
		t.Errorf("%d listed, %d there; of an issue %v", len(Moments), len(all), MomentsOf("issue"))
	}
}
