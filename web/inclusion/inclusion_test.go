package inclusion

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/talks"
)

// Rooms as a viewer in all of them has them.
var (
	lobby  = talks.RoomID(strings.Repeat("a", 26))
	direct = talks.RoomID(strings.Repeat("b", 26))
	caucus = talks.RoomID(strings.Repeat("c", 26))
	start  = time.Date(2025, 2, 17, 8, 0, 0, 0, time.UTC)
)

type said struct {
	room talks.RoomID
	seat talks.Seat
	act  talks.Act
}

func in(name string) talks.Ref { return talks.Ref{Room: lobby, Name: name} }

func offer(name string) talks.Ref { return talks.Ref{Room: direct, Name: name} }

// world folds acts, an hour apart, after those that seat two parties in a room and leave a third outside, which an issue affects.
func world(acts ...said) *talks.World {
	acts = append([]said{
		{lobby, "us-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Harbour talks"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "us", Title: "United States", Type: "state", Role: "principal"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "ru", Title: "Russia", Type: "state", Role: "principal"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "ua", Title: "Ukraine", Type: "state", Role: "principal"}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "us", Party: in("us"), Title: "US team", Head: "us-head"}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "ru", Party: in("ru"), Title: "Russian team", Head: "ru-head"}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "ua", Party: in("ua"), Title: "Ukrainian team", Head: "ua-head"}},
		{lobby, "us-head", &talks.IssueOpen{Name: "harbour", Title: "The harbour", Affects: []talks.Ref{in("ru"), in("ua")}}},
		{lobby, "us-head", &talks.ConsultRequire{Name: "hear", Title: "Ukraine is heard", Issues: []talks.Ref{in("harbour")}, Parties: []talks.Ref{in("ua")}, Ground: "The procedure."}},
		{direct, "us-head", &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"us", "ru"}}},
		{caucus, "us-head", &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{"us"}}},
		{direct, "us-head", &talks.ProposalTable{Name: "open", Title: "Open it", Text: "Open the harbour.", Terms: []talks.Term{{Issue: in("harbour"), Text: "open"}}}},
	}, acts...)
	states := map[talks.RoomID]*talks.State{}
	for i, a := range acts {
		s := states[a.room]
		if s == nil {
			s = talks.NewState(a.room)
			states[a.room] = s
		}
		s.Fold(talks.NewEntry(a.room, s.Size(), start.Add(time.Duration(i)*time.Hour), a.seat, a.act.Kind(), a.act))
	}
	return talks.NewWorld(states[lobby], states[direct], states[caucus])
}

// TestStops: what keeps a room from adopting is what all of its members see; a consultation that only the viewer's caucus has does not lift it,
// and the viewer is told.
func TestStops(t *testing.T) {
	record := &talks.ConsultRecord{Parties: []talks.Ref{in("ua")}, Issues: []talks.Ref{in("harbour")}, Place: "Geneva"}
	waiver := &talks.ConsultWaive{Requirement: in("hear"), Parties: []talks.Ref{in("ua")}, Reason: "We were told by telephone."}
	for name, c := range map[string]struct {
		acts []said
		want []bool // of each stop, whether the viewer sees the consultation elsewhere
	}{
		"nobody asked":            {nil, []bool{false}},
		"asked, in the caucus":    {[]said{{caucus, "us-head", record}}, []bool{true}},
		"asked, in the room":      {[]said{{direct, "us-head", record}}, nil},
		"asked, in the lobby":     {[]said{{lobby, "ua-head", record}}, nil},
		"waived by who may":       {[]said{{lobby, "ua-head", waiver}}, nil},
		"waived, seen by one":     {[]said{{caucus, "us-head", waiver}}, []bool{true}},
		"another party consulted": {[]said{{direct, "us-head", &talks.ConsultRecord{Parties: []talks.Ref{in("ru")}, Issues: []talks.Ref{in("harbour")}}}}, []bool{false}},
	} {
		var got []bool
		for _, s := range stops(world(c.acts...), offer("open")) {
			if s.Party != in("ua") || !slices.Equal(s.Open, []talks.Ref{in("harbour")}) {
				t.Errorf("%s: %v on %v", name, s.Party, s.Open)
			}
			got = append(got, s.Seen)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: stops %v, want %v", name, got, c.want)
		}
	}
}

// TestBoard: the page counts what stands, each thing with the parties that it affects.
func TestBoard(t *testing.T) {
	w := world(
		said{lobby, "ua-head", &talks.ReactionRecord{Party: in("ua"), To: in("harbour"), Stance: "reject", Text: "Not without us."}},
		said{direct, "ru-head", &talks.IssueOpen{Name: "gate", Title: "The gate"}},
		said{direct, "ru-head", &talks.ProposalTable{Name: "close", Title: "Close it", Text: "Close the gate.", Terms: []talks.Term{{Issue: offer("gate")}}, Parties: []talks.Ref{in("us")}}},
		said{direct, "ru-head", &talks.ProposalTable{Name: "old", Title: "An old one", Text: "Never mind."}},
		said{direct, "ru-head", &talks.ProposalWithdraw{Proposal: offer("old")}},
	)
	b := newBoard(w, start.AddDate(1, 0, 0), choice{}, 0)
	if b.Things != 2 || b.Gaps != 1 || len(b.Rows) != 2 {
		t.Fatalf("%d things, %d gaps, %d rows", b.Things, b.Gaps, len(b.Rows))
	}
	want := map[talks.Ref]tally{
		in("us"): {Affected: 1, InRoom: 1},
		in("ru"): {Affected: 1, InRoom: 1},
		in("ua"): {Affected: 1, Absent: 1, Against: 1, Unmet: 1},
	}
	for _, c := range b.Parties {
		if c.tally != want[c.Party] {
			t.Errorf("%s: %+v, want %+v", c.Party.Name, c.tally, want[c.Party])
		}
	}
	if len(b.Parties) != len(want) {
		t.Errorf("%d parties", len(b.Parties))
	}
	for o, n := range map[choice]int{{Gaps: true}: 1, {Kind: "agreement"}: 0, {Party: in("us")}: 1, {Kind: "proposal", Party: in("ua")}: 1} {
		if got := newBoard(w, start.AddDate(1, 0, 0), o, 0); got.Chosen != n || len(got.Rows) != n {
			t.Errorf("%+v chooses %d", o, got.Chosen)
		}
	}
	if len(b.Said) != 1 || b.Said[0].Party != in("ua") || len(b.Demands) != 1 || len(b.Demands[0].Open) != 1 || b.Demands[0].Things != 1 {
		t.Errorf("said %v, demands %+v", b.Said, b.Demands)
	}
}

// TestPaging: where there are more things than a page has, each stands on exactly one page.
func TestPaging(t *testing.T) {
	var acts []said
	for i := range 2*mostRows + 7 {
		name := "p" + strings.Repeat("x", i%5) + string(rune('a'+i%26)) + strings.Repeat("y", i/26)
		acts = append(acts, said{direct, "us-head", &talks.ProposalTable{Name: name, Title: name, Text: "Open.", Parties: []talks.Ref{in("ua")}}})
	}
	w := world(acts...)
	seen := map[talks.Ref]int{}
	for _, from := range []int{0, mostRows, 2 * mostRows} {
		for _, r := range newBoard(w, start.AddDate(1, 0, 0), choice{}, from).Rows {
			seen[r.Ref]++
		}
	}
	if len(seen) != len(w.Proposals()) {
		t.Errorf("%d of %d things are shown", len(seen), len(w.Proposals()))
	}
	for r, n := range seen {
		if n != 1 {
			t.Errorf("%s is shown %d times", r.Name, n)
		}
	}
	if b := newBoard(w, start, choice{}, 1<<40); len(b.Rows) == 0 {
		t.Error("a place after the last row shows nothing")
	}
	if b := newBoard(w, start, choice{}, -5); b.From != 0 {
		t.Errorf("a place before the first is %d", b.From)
	}
}
