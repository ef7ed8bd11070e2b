package inclusion

import (
	"fmt"
	"testing"

	"parley/internal/talks"
)

// crowd is a process of many parties, meetings and requirements, with n things that affect several parties each.
func crowd(n int) []said {
	const parties, issues, meetings = 30, 40, 300
	party := func(i int) talks.Ref { return in(fmt.Sprintf("p%d", i%parties)) }
	issue := func(i int) talks.Ref { return in(fmt.Sprintf("i%d", i%issues)) }
	var acts []said
	say := func(room talks.RoomID, a talks.Act) { acts = append(acts, said{room, "us-head", a}) }
	for i := range parties {
		say(lobby, &talks.PartyDeclare{Name: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Party %d", i), Type: "movement", Role: "affected"})
	}
	for i := range issues {
		say(lobby, &talks.IssueOpen{Name: fmt.Sprintf("i%d", i), Title: fmt.Sprintf("Issue %d", i), Affects: []talks.Ref{party(i), party(i + 1), party(3 * i), in("ua")}})
		say(lobby, &talks.ConsultRequire{Name: fmt.Sprintf("q%d", i), Title: "They are heard", Issues: []talks.Ref{issue(i)}, Parties: []talks.Ref{party(i), party(i + 7)}, Ground: "The procedure."})
	}
	for i := range meetings {
		name := fmt.Sprintf("m%d", i)
		say(lobby, &talks.MeetingSchedule{Name: name, Title: "A meeting", Type: "meeting", Agenda: []talks.Ref{issue(i), issue(i + 1)}})
		say(lobby, &talks.MeetingHold{Meeting: in(name), Attendance: []talks.Attendee{{Party: party(i)}, {Party: party(i / 2)}, {Party: in("us")}}})
		say(lobby, &talks.ReactionRecord{Party: party(i), To: issue(i * 7), Stance: "oppose"})
	}
	for i := range n {
		say(direct, &talks.CommitmentMake{Name: fmt.Sprintf("c%d", i), Title: "A promise", Deed: "Do it.", Obligors: []talks.Ref{in("us")}, Beneficiaries: []talks.Ref{party(i)}, Issue: issue(i)})
	}
	return acts
}

// BenchmarkThings works out whom all things of a process affect, in a world that nobody has asked yet.
func BenchmarkThings(b *testing.B) {
	for _, n := range []int{300, 3_000, 30_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := world(crowd(n)...)
			b.ReportAllocs()
			for b.Loop() {
				things.Of(talks.NewWorld(w.Rooms()...))
			}
		})
	}
}
