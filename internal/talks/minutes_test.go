package talks

import (
	"slices"
	"strings"
	"testing"
)

// TestMinutes: paragraphs are corrected and added, keep their numbers when something that was added is erased, and stand once they are closed.
func TestMinutes(t *testing.T) {
	h := talksHouse(t)
	deal := id("deal")
	h.write(t, deal, "us-head", "minutes.correct", `{"minutes":"notes","paragraph":3,"text":"We ate."}`)
	h.write(t, deal, "us-head", "minutes.correct", `{"minutes":"notes","paragraph":4,"text":"We left."}`)
	h.write(t, deal, "us-head", "minutes.correct", `{"minutes":"notes","paragraph":1,"text":"We sat down."}`)
	notes := func() *Minutes { return h.states[deal].Minutes.Get("notes") }
	text := func() string {
		var words []string
		for _, p := range notes().Text() {
			words = append(words, p.Text)
		}
		return strings.Join(words, "|")
	}
	if got := text(); got != "We sat down.|We rose.|We ate.|We left." {
		t.Errorf("%q", got)
	}
	if ps := notes().Text(); len(ps[0].Corrections) != 1 || len(ps[1].Corrections) != 0 || len(ps[2].Corrections) != 1 {
		t.Errorf("what was corrected: %v", ps)
	}
	ate := notes().Corrections[0].Index
	h.write(t, deal, "us-head", "record.erase", `{"entry":`+indexName(ate)[1:]+`}`)
	if got := text(); got != "We sat down.|We rose.||We left." {
		t.Errorf("once something is erased: %q", got)
	}
	h.write(t, deal, "us-head", "minutes.correct", `{"minutes":"notes","paragraph":4,"text":"We went."}`)
	h.write(t, deal, "us-head", "minutes.close", `{"minutes":"notes"}`)
	s := h.states[deal]
	s.Fold(NewEntry(deal, s.Size(), h.now, "us-head", "minutes.correct", &MinutesCorrect{Minutes: Ref{Name: "notes"}, Paragraph: 1, Text: "Never."}))
	if got := text(); got != "We sat down.|We rose.||We went." || notes().Closed == nil {
		t.Errorf("closed: %q", got)
	}
}

// TestMeetingUpdate: what is left out stays, what is given stands, and a meeting that was held stays as it was.
func TestMeetingUpdate(t *testing.T) {
	h := talksHouse(t)
	lobby := id("lobby")
	h.write(t, lobby, "us-head", "meeting.update", `{"meeting":"dated","standing":"announced","venue":"The hall","agenda":["harbour","wide"]}`)
	h.write(t, lobby, "us-head", "meeting.update", `{"meeting":"dated","ends":"2025-05","agenda":["wide"]}`)
	m := h.states[lobby].Meetings.Get("dated")
	if m.Title != "With a date" || m.Standing != "announced" || m.Starts != "2025-03" || m.Ends != "2025-05" || m.Venue != "The hall" ||
		!slices.Equal(m.Agenda, []Ref{{lobby, "wide"}}) || len(m.Updates) != 2 {
		t.Errorf("%+v", m)
	}
	first := m.By.Act.(*MeetingSchedule)
	if first.Standing != "" || first.Ends != "2025-04" || len(first.Agenda) != 0 {
		t.Errorf("the act that scheduled it was changed: %+v", first)
	}
	h.write(t, lobby, "us-head", "meeting.hold", `{"meeting":"dated","attendance":[{"party":"p-us"},{"party":"p-ru","presence":"excused"},{"party":"p-ua","person":"A","presence":"absent"},{"party":"p-ua","person":"B","presence":"present"}]}`)
	s := h.states[lobby]
	s.Fold(NewEntry(lobby, s.Size(), h.now, "us-head", "meeting.update", &MeetingUpdate{Meeting: Ref{Name: "dated"}, Title: "Late"}))
	m = s.Meetings.Get("dated")
	at := map[string]bool{}
	for _, p := range []string{"us", "ru", "ua", "sa"} {
		at[p] = m.Attended(Ref{lobby, "p-" + p})
	}
	if m.Title != "With a date" || !at["us"] || at["ru"] || !at["ua"] || at["sa"] {
		t.Errorf("%q, at the meeting: %v", m.Title, at)
	}
}
