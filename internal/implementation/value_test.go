package implementation

import (
	"fmt"
	"testing"

	"parley/internal/talks"
)

// TestSteps: what one side says of a step and the other denies is shown as that, and one number stands only where nobody gives another.
func TestSteps(t *testing.T) {
	const promise = `2025-03-01 ru promise staff {"measure": {"unit": "posts", "baseline": "0", "target": "10", "steps": [{"value": "3"}, {"value": "10"}]}}`
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{}, "active, 0 values, step-owed step-owed"},
		{[]string{`2025-03-10 ru says staff progress {"value": "5"}`}, "active 5, 0 values, step-reached step-owed"},
		{[]string{`2025-03-10 ru says staff progress {"value": "5"}`, `2025-03-11 us says staff progress {"value": "6"}`}, "active 6, 0 values, step-reached step-owed"},
		{[]string{`2025-03-10 ru says staff progress {"value": "6"}`, `2025-03-11 us says staff progress {"value": "5"}`}, "active, 2 values, step-reached step-owed"},
		{[]string{`2025-03-10 ru says staff progress {"value": "10"}`, `2025-03-10 us says staff not-done {"value": "3"}`}, "disputed, 2 values, step-reached step-disputed"},
		{[]string{`2025-03-10 ru says staff done {"value": "10"}`, `2025-03-11 us says staff progress {"value": "3"}`}, "disputed, 2 values, step-reached step-disputed"},
		{[]string{`2025-03-10 ru says staff done`, `2025-03-11 us says staff not-done`}, "disputed, 0 values, step-disputed step-disputed"},
		{[]string{`2025-03-10 ru says staff done`, `2025-03-11 us says staff not-done {"value": "3"}`}, "disputed, 1 values, step-reached step-disputed"},
		{[]string{`2025-03-10 ru says staff progress {"value": "4"}`, `2025-03-11 us says staff breached`}, "disputed, 1 values, step-reached step-not-reached"},
		{[]string{`2025-03-10T13:57:00Z ru says staff progress {"value": "0"}`, `2025-03-10T20:00:00Z ru says staff done {"value": "10", "when": "2025-03-10"}`, `2025-03-10T21:00:00Z us says staff not-done {"value": "4", "when": "2025-03-10"}`}, "disputed, 2 values, step-reached step-disputed"},
		{[]string{`2025-03-10 ru says staff breached`}, "breached, 0 values, step-not-reached step-not-reached"},
		{[]string{`2025-03-10 us ends staff waived`}, "lapsed, 0 values, step-lapsed step-lapsed"},
	} {
		s := newStory(t, "majority")
		s.tell(promise)
		for _, line := range c.lines {
			s.tell(line)
		}
		m := At(s.world(), talks.Date("2025-04-01").Start()).Commitment(ref("staff"))
		got := string(m.Status)
		if m.Value != "" {
			got += " " + string(m.Value)
		}
		got += fmt.Sprintf(", %d values,", len(m.Values))
		for _, step := range m.Steps {
			got += " " + step.Reason.Code
		}
		if got != c.want {
			t.Errorf("%s\n  %s\nwant\n  %s", c.lines, got, c.want)
		}
		if m.Status == Disputed && !m.Disagree {
			t.Errorf("%s: disputed, and the words are said to agree", c.lines)
		}
	}
}
