package table

import (
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// view founds a process and shows it to a seat.
func view(t *testing.T, seat talks.Seat, items ...ledger.Item) *ledger.View {
	t.Helper()
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
		items[i].At = time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: items}); err != nil {
		t.Fatal(err)
	}
	v, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: seat})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func world() []ledger.Item {
	ref := func(s string) talks.Ref { return talks.Ref{Name: s} }
	items := []ledger.Item{{Room: "lobby", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"}}}
	for _, d := range []string{"a", "b", "c"} {
		items = append(items,
			ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.PartyDeclare{Name: "party-" + d, Title: "Party " + d, Type: "state", Role: "principal"}},
			ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.DelegationDesignate{Code: talks.Delegation(d), Party: ref("party-" + d), Title: d, Head: talks.Seat(d + "-head")}})
	}
	return append(items,
		ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.PartyDeclare{Name: "far", Title: "Far away", Type: "state", Role: "affected"}},
		ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.IssueOpen{Name: "land", Title: "Land", Options: []talks.Option{{Name: "all", Title: "All of it"}, {Name: "none", Title: "None"}}}},
		ledger.Item{Room: "direct", Seat: "a-head", Act: &talks.RoomOpen{Type: "direct", Title: "Direct talks", Members: []talks.Delegation{"a", "b"}}},
		ledger.Item{Room: "direct", Seat: "b-head", Act: &talks.PositionRecord{Party: ref("party-b"), Issue: ref("land"), Option: "all", Firmness: "red-line"}},
		ledger.Item{Room: "direct", Seat: "b-head", Act: &talks.ProposalTable{Name: "offer", Title: "An offer", Text: "Half of it"}},
		ledger.Item{Room: "direct", Seat: "a-head", Act: &talks.MeetingSchedule{Name: "first", Title: "First session", Type: "meeting"}},
		ledger.Item{Room: "caucus", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Caucus, Title: "Own caucus", Members: []talks.Delegation{"a"}}})
}

func html(t *testing.T, v *ledger.View, marks map[talks.RoomID]int64) string {
	t.Helper()
	c, err := Show(&ui.Page{View: v, Loc: message.English(), Marks: marks}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `" style="`) {
		t.Error("an inline style: the Content-Security-Policy refuses it")
	}
	return b.String()
}

func TestShow(t *testing.T) {
	got := html(t, view(t, "a-head", world()...), nil)
	for _, want := range []string{
		"tb-band", "tb-ring", "Not at the table", "Far away", "Direct talks", "Own caucus", "An offer", "has not answered",
		"First session", "no date", "Red lines", "All of it", "Mark all as seen", "?without=b", "2 from others",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the page", want)
		}
	}
}

// Who sits in the lobby only sees the table, and nothing that hints at what is beside it.
func TestLobbyOnly(t *testing.T) {
	got := html(t, view(t, "c-head", world()...), nil)
	for _, not := range []string{"tb-band", "tb-ring", "Direct talks", "caucus", "An offer", "Red lines"} {
		if strings.Contains(got, not) {
			t.Errorf("%q on the page of who sits in the lobby", not)
		}
	}
	var lobby []ledger.Item
	for _, it := range world() {
		if it.Room == "lobby" {
			lobby = append(lobby, it)
		}
	}
	if html(t, view(t, "c-head", lobby...), nil) != got {
		t.Error("the page differs from that of a process without the other rooms")
	}
}

func TestNothingNew(t *testing.T) {
	v := view(t, "a-head", world()...)
	marks := map[talks.RoomID]int64{}
	for _, s := range v.World().Rooms() {
		marks[s.Room.ID] = s.Size()
	}
	got := html(t, v, marks)
	if !strings.Contains(got, "You have seen everything") || strings.Contains(got, "Mark all as seen") {
		t.Error("everything is seen, and the page says otherwise")
	}
	// A mark beyond the end, from a time before an erasure of the data folder, is no reason to fail.
	for id := range marks {
		marks[id] = 1000
	}
	html(t, v, marks)
}

func TestAlone(t *testing.T) {
	v := view(t, "a-head", ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}},
		ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.PartyDeclare{Name: "a", Title: "A", Type: "state", Role: "host"}},
		ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.DelegationDesignate{Code: "a", Party: talks.Ref{Name: "a"}, Title: "A", Head: "a-head"}})
	if got := html(t, v, nil); !strings.Contains(got, "No meeting is on record") || !strings.Contains(got, "No proposal is open") {
		t.Error("an empty process does not say what comes next")
	}
}

// The convener alone at the table is told what comes first, until a delegation is there.
func TestConvenerBegins(t *testing.T) {
	lobby := ledger.Item{Room: "lobby", Seat: "a-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}}
	got := html(t, view(t, "a-head", lobby), nil)
	for _, want := range []string{`href="/p/talks/delegations?compose=party#compose"`, `href="/p/talks/delegations?compose=delegation#compose"`, `href="/p/talks/seats"`, "Designate their delegations, your own too"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the convener's empty table", want)
		}
	}
	for _, seat := range []talks.Seat{"a-head", "b-head"} {
		if strings.Contains(html(t, view(t, seat, world()...), nil), "Declare the parties") {
			t.Errorf("%s is told what comes first when others are at the table", seat)
		}
	}
}
