package office

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
)

var madrid = time.FixedZone("", 3600)

func sample() *Calendar {
	made := time.Date(2025, 2, 17, 9, 0, 0, 0, time.UTC)
	return &Calendar{
		Title: "Harbour talks; what Ana sees", Text: "Meetings, and what is due.", Every: time.Hour,
		Events: []Event{
			{
				UID: "meeting.first@aaaa.parley", Made: made, Changed: made.Add(time.Hour), Sequence: 2,
				Start: time.Date(2025, 2, 18, 10, 0, 0, 0, madrid), End: time.Date(2025, 2, 18, 14, 30, 0, 0, madrid),
				Title: "Meeting, direct; \"first\"", Place: "Palace\nof the Quay", Kind: "Meeting, direct", Certainty: Confirmed, Busy: true,
				Text: "Expected:\r\n– Ana Ílíč\\Petrović, head; deputy\r\n– Борис\n\nWho else can see this: all of them, " + strings.Repeat("and more of them, ", 12),
				URL:  "https://talks.example/p/harbour/meetings/aaaa/first?x=1,2;3",
			},
			{UID: "due.ferry@bbbb.parley", Made: made, Changed: made, Start: time.Date(2025, 3, 31, 0, 0, 0, 0, madrid), Days: true, Title: "Due: 渡船が再開する" + strings.Repeat("再", 60), Kind: "Due"},
			{UID: "meeting.week@aaaa.parley", Made: made, Changed: made, Start: time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), Days: true, Title: "A week in another year", Certainty: Tentative},
			{UID: "due.hours@bbbb.parley", Made: made, Changed: made, Start: time.Date(2025, 2, 28, 23, 59, 0, 0, time.UTC), Title: "BEGIN:VEVENT\r\nSUMMARY:not this", Certainty: Cancelled},
		},
	}
}

// TestCalendarBytes: lines end with CR and LF and have at most 75 octets, no letter is cut in two, and the same calendar gives the same bytes.
func TestCalendarBytes(t *testing.T) {
	b := sample().ICS()
	for range 20 {
		if !bytes.Equal(b, sample().ICS()) {
			t.Fatal("the same calendar gave other bytes")
		}
	}
	lines(t, b)
	for _, want := range []string{
		"METHOD:PUBLISH\r\n", "REFRESH-INTERVAL;VALUE=DURATION:PT60M\r\n", "DTSTART:20250218T090000Z\r\nDTEND:20250218T133000Z\r\n",
		"DTSTART;VALUE=DATE:20250331\r\nDTEND;VALUE=DATE:20250401\r\n", "DTSTAMP:20250217T100000Z\r\n", "SEQUENCE:2\r\n", "STATUS:TENTATIVE\r\n",
		"DTSTART:20250228T235900Z\r\nSUMMARY:BEGIN:VEVENT SUMMARY:not this\r\n", "TRANSP:OPAQUE\r\n", "PRODID:-//Parley//Calendar//EN\r\n",
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is not in\n%s", want, b)
		}
	}
	if n := strings.Count(string(b), "BEGIN:VEVENT\r\n"); n != 4 {
		t.Errorf("%d events, not 4", n)
	}
	if empty := string((&Calendar{Title: "Nothing"}).ICS()); !strings.Contains(empty, "BEGIN:VTIMEZONE\r\n") {
		t.Errorf("a calendar without events has no component at all:\n%s", empty)
	}
}

func lines(t *testing.T, b []byte) {
	t.Helper()
	if !bytes.HasSuffix(b, []byte("\r\n")) || !utf8.Valid(b) {
		t.Fatalf("it does not end with a line, or is no UTF-8: %q", b)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") || line == "" {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
}

type readEvent struct {
	UID, Stamp, Start                     string
	End                                   *string
	Sequence                              int
	Title, Text, Place, URL, Kind, Status string
	Transparency                          string
}

// TestCalendarReadBack: another library, in another language, finds in the file what was put in.
func TestCalendarReadBack(t *testing.T) {
	var got struct {
		Title, Method string
		Events        []readEvent
		Parts, Errors []string
	}
	readBack(t, "calendar", "calendar.ics", sample().ICS(), &got)
	end := func(s string) *string { return &s }
	stamp := "2025-02-17T09:00:00+00:00"
	want := []readEvent{
		{
			UID: "meeting.first@aaaa.parley", Stamp: "2025-02-17T10:00:00+00:00", Start: "2025-02-18T09:00:00+00:00", End: end("2025-02-18T13:30:00+00:00"), Sequence: 2,
			Title: "Meeting, direct; \"first\"", Text: strings.ReplaceAll(sample().Events[0].Text, "\r\n", "\n"), Place: "Palace of the Quay", URL: sample().Events[0].URL,
			Kind: "Meeting, direct", Status: "CONFIRMED", Transparency: "OPAQUE",
		},
		{UID: "due.ferry@bbbb.parley", Stamp: stamp, Start: "2025-03-31", End: end("2025-04-01"), Title: sample().Events[1].Title, Kind: "Due", Transparency: "TRANSPARENT"},
		{UID: "meeting.week@aaaa.parley", Stamp: stamp, Start: "2025-12-29", End: end("2026-01-03"), Title: "A week in another year", Status: "TENTATIVE", Transparency: "TRANSPARENT"},
		{UID: "due.hours@bbbb.parley", Stamp: stamp, Start: "2025-02-28T23:59:00+00:00", Title: "BEGIN:VEVENT SUMMARY:not this", Status: "CANCELLED", Transparency: "TRANSPARENT"},
	}
	if diff := cmp.Diff(want, got.Events); diff != "" {
		t.Error(diff)
	}
	if got.Title != "Harbour talks; what Ana sees" || got.Method != "PUBLISH" || len(got.Parts) != 4 || len(got.Errors) != 0 {
		t.Errorf("%+v", got)
	}
}

// FuzzCalendar: whatever the texts are, the file keeps its form and its number of events.
func FuzzCalendar(f *testing.F) {
	f.Add("title", "text\nof two lines", "uid")
	f.Add("END:VCALENDAR\r\n", "\\n;,\\", "a\x00b")
	f.Add(strings.Repeat("ß", 100), strings.Repeat("a b", 100), "\xff\xfe")
	f.Fuzz(func(t *testing.T, title, text, uid string) {
		c := sample()
		c.Title = title
		c.Events = append(c.Events, Event{UID: "x" + uid, Title: "x" + title, Text: text, Place: text, Kind: title, Start: time.Unix(0, 0), Changed: time.Unix(0, 0), Made: time.Unix(0, 0)})
		b := c.ICS()
		lines(t, b)
		read, err := ics.ParseCalendar(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		events := read.Events()
		if len(events) != 5 {
			t.Fatalf("%d events", len(events))
		}
		if got := strings.Count(string(b), "\r\nBEGIN:VEVENT\r\n"); got != 5 {
			t.Fatalf("%d beginnings", got)
		}
	})
}

// TestCalendarYears: what lies beyond the years that can be written is left out, and spoils nothing.
func TestCalendarYears(t *testing.T) {
	day := func(y int) time.Time { return time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC) }
	c := &Calendar{Title: "Years", Events: []Event{
		{UID: "last", Start: day(9999), Days: true, Title: "The last day"},
		{UID: "after", Start: day(10099), Days: true, Title: "After it"},
		{UID: "now", Start: day(2025), End: day(10099), Title: "Without an end"},
	}}
	got := string(c.ICS())
	if strings.Count(got, "BEGIN:VEVENT") != 2 || strings.Count(got, "DTEND") != 0 || strings.Contains(got, "10099") || strings.Contains(got, "10000") {
		t.Errorf("%s", got)
	}
	if got := string((&Calendar{Events: c.Events[1:2]}).ICS()); !strings.Contains(got, "BEGIN:VTIMEZONE") {
		t.Errorf("a calendar without anything in it: %s", got)
	}
}
