package processfile_test

import (
	"strings"
	"testing"

	"parley/internal/talks"
)

// resting is a process in which an adoption rests on a consultation that was erased, and corrections of minutes on a meeting in a room that
// one of those who wrote them has left.
const resting = `
process: resting
acts:
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: room.open, kind: lobby, title: Lobby}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: a, title: A, kind: state, role: principal}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: b, title: B, kind: state, role: principal}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: c, title: C, kind: movement, role: affected}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: a, party: a, title: A, head: a-head}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: b, party: b, title: B, head: b-head}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: issue.open, name: water, title: Water, affects: [c]}
- {room: lobby, seat: a-head, at: 2025-01-01T09:00:00Z, act: consult.require, name: ask, title: Ask, issues: [water], parties: [c], ground: They drink it.}
- {room: lobby, seat: a-head, at: 2025-01-01T09:01:00Z, act: consult.record, parties: [c], issues: [water], illustrative: true}
- {room: direct, seat: a-head, at: 2025-01-01T09:02:00Z, act: room.open, kind: direct, title: Direct, members: [a, b]}
- {room: direct, seat: a-head, at: 2025-01-01T09:02:00Z, act: proposal.table, name: well, title: A well, text: Dig it., terms: [{issue: water, text: Shared.}], illustrative: true}
- {room: direct, seat: b-head, at: 2025-01-01T09:02:00Z, act: proposal.respond, proposal: well, answer: accept}
- {room: direct, seat: a-head, at: 2025-01-01T09:02:00Z, act: agreement.adopt, name: shared-well, title: The well, proposal: well}
- {room: lobby, seat: a-head, at: 2025-01-01T09:03:00Z, act: record.erase, entry: 8}
- {room: side, seat: a-head, at: 2025-01-01T09:04:00Z, act: room.open, kind: consultation, title: Side, members: [a, b]}
- {room: side, seat: a-head, at: 2025-01-01T09:04:00Z, act: meeting.schedule, name: lunch, title: Lunch, kind: meeting}
- {room: side, seat: a-head, at: 2025-01-01T09:04:00Z, act: meeting.hold, meeting: lunch, attendance: [{party: a}, {party: b}]}
- {room: direct, seat: a-head, at: 2025-01-01T09:04:00Z, act: minutes.open, name: notes, meeting: lunch, paragraphs: [We ate.]}
- {room: direct, seat: b-head, at: 2025-01-01T09:04:00Z, act: minutes.correct, minutes: notes, paragraph: 1, text: We ate well.}
- {room: side, seat: b-head, at: 2025-01-01T09:05:00Z, act: room.leave}
`

// TestWhatRestsOnWhatIsGone: an export has acts that rest on what was erased, or on what whoever exports does not see any more, marked as
// such, and comes back.
func TestWhatRestsOnWhatIsGone(t *testing.T) {
	l := founded(t, parse(t, "resting", resting), "")
	defer func() { _ = l.Close() }()
	for seat, want := range map[talks.Seat]string{"a-head": "agreement.adopt", "b-head": "agreement.adopt minutes.open minutes.correct"} {
		var marked []string
		for item := range strings.SplitSeq(comesBack(t, l, "resting", seat), "\n- room: ") {
			if _, act, ok := strings.Cut(item, "\n  act: "); ok && strings.Contains(item, "\n  partial: true\n") {
				kind, _, _ := strings.Cut(act, "\n")
				marked = append(marked, kind)
			}
		}
		if got := strings.Join(marked, " "); got != want {
			t.Errorf("%s: marked are %q, want %q", seat, got, want)
		}
	}
}
