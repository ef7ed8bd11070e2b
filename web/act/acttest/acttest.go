// Package acttest has a small world for the tests of pages: talks in which every kind of act has been done, one entry has been
// erased, and some texts try to be more than text.
package acttest

import (
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// Nasty is a text with markup, and with characters that embed and override the direction of text. Only the embedding ones pass
// the checks of an act; pages must isolate them.
const Nasty = "<script>alert(1)</script> \u2068right\u2069 \u2067to\u2069 left & \"so\" on"

// World is a ledger with talks in it.
type World struct {
	Ledger *ledger.Ledger
	Rooms  map[string]talks.RoomID // by handle: lobby, direct, caucus, closed, pact
}

// New makes the world.
func New(t testing.TB) *World {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(7))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: items()})
	if err != nil {
		t.Fatal(err)
	}
	w := &World{l, rooms}
	w.signed(t)
	return w
}

// Page is a page for a seat, with what the record's pages need.
func (w *World) Page(t testing.TB, seat talks.Seat) *ui.Page {
	t.Helper()
	v := ledger.Viewer{Process: "talks", Seat: seat}
	view, err := w.Ledger.View(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &ui.Page{
		View: view, Loc: message.English(), Key: "key", HostKey: w.Ledger.HostKey().String(),
		Prove: func(room talks.RoomID, index int64) (*ledger.Proof, error) {
			return w.Ledger.Prove(t.Context(), v, room, index)
		},
		Checkpoint: func(room talks.RoomID) ([]byte, error) { return w.Ledger.Checkpoint(t.Context(), v, room) },
	}
}

func ref(room, name string) talks.Ref { return talks.Ref{Room: talks.RoomID(room), Name: name} }

func items() []ledger.Item {
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	var out []ledger.Item
	add := func(room string, seat talks.Seat, a talks.Act) {
		at = at.Add(7 * time.Minute)
		out = append(out, ledger.Item{Room: room, Seat: seat, At: at, Kind: a.Kind(), Act: a})
	}
	lobby(add)
	rooms(add)
	words(add)
	endings(add)
	deal(add)
	return out
}

type adder func(room string, seat talks.Seat, a talks.Act)

func lobby(add adder) {
	const us = "us-head"
	add("lobby", us, &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"})
	for _, p := range [][3]string{{"united-states", "United States", "US"}, {"russia", "Россия", "RU"}, {"ukraine", "Ukraine", "UA"}} {
		add("lobby", us, &talks.PartyDeclare{Name: p[0], Title: p[1], Short: p[2], Type: "state", Role: "principal", Note: Nasty})
	}
	for _, d := range [][2]string{{"us", "united-states"}, {"ru", "russia"}, {"ua", "ukraine"}} {
		add("lobby", us, &talks.DelegationDesignate{
			Code: talks.Delegation(d[0]), Party: ref("", d[1]), Title: "Team " + d[0], Level: "ministers", Head: talks.Seat(d[0] + "-head"),
			Members: []talks.Member{{Person: "A. Person", Office: "minister", Part: "head"}},
		})
	}
	add("lobby", us, &talks.PartyUpdate{Party: ref("", "ukraine"), Role: "affected"})
	add("lobby", "ru-head", &talks.DelegationUpdate{Code: "ru", Add: []talks.Member{{Person: "Ünal Çelik"}}})
	add("lobby", us, &talks.SourceAdd{Name: "report", Title: "A report " + Nasty, Type: "article", Publisher: "A paper", Language: "en", URL: "https://example.org/a", Published: "2025-02-18"})
	add("lobby", us, &talks.IssueOpen{Name: "territory", Title: "Territory", Question: "Whose?", Scale: &talks.Scale{Low: "restored", High: "ceded", Min: "0", Max: "100"}, Affects: []talks.Ref{ref("", "ukraine")}})
	add("lobby", us, &talks.IssueOpen{Name: "embassies", Title: "Embassy staffing", Options: []talks.Option{{Name: "restore", Title: "Restore in full"}, {Name: "wait", Title: "Wait"}}})
	add("lobby", us, &talks.IssueOpen{Name: "summit", Title: "A summit"})
	add("lobby", us, &talks.IssueUpdate{Issue: ref("", "summit"), Question: "When?"})
	add("lobby", us, &talks.IssueClose{Issue: ref("", "summit"), Outcome: "not announced"})
	add("lobby", us, &talks.MeetingSchedule{
		Name: "riyadh", Title: "Riyadh meeting", Type: "meeting", Level: "ministers", Starts: "2025-02-18", Venue: "Palace", Place: "Riyadh",
		Host: ref("", "united-states"), Expected: []talks.Attendee{{Party: ref("", "russia"), Person: "B. Person", Presence: "excused"}}, Agenda: []talks.Ref{ref("", "territory")},
	})
	add("lobby", us, &talks.MeetingHold{Meeting: ref("", "riyadh"), Started: "2025-02-18T09:00:00Z", Attendance: []talks.Attendee{{Party: ref("", "russia")}}})
	add("lobby", us, &talks.MeetingSchedule{Name: "later", Title: "Another", Type: "call", Standing: "hoped"})
	add("lobby", us, &talks.MeetingCancel{Meeting: ref("", "later"), Reason: "no time"})
	add("lobby", us, &talks.DelegationRestore{Code: "ua", Head: "ua-second", Reason: "Nobody answers. " + Nasty})
	add("lobby", "ua-head", &talks.DelegationRetain{Code: "ua", Reason: "We are here."})
	add("lobby", us, &talks.MandateIssue{Scope: "negotiate", Issues: []talks.Ref{ref("", "territory")}, Until: "2025-12"})
}

func rooms(add adder) {
	add("direct", "us-head", &talks.RoomOpen{Type: "direct", Title: "Direct, Riyadh", Purpose: "To talk.", Members: []talks.Delegation{"ru", "us"}})
	add("caucus", "us-head", &talks.RoomOpen{Type: talks.Caucus, Title: "US caucus", Members: []talks.Delegation{"us"}})
	add("caucus", "us-head", &talks.SeatGrant{Holder: "us-deputy", Role: talks.Delegate, Person: "C. Person"})
	add("caucus", "us-head", &talks.SeatGrant{Holder: "us-eyes", Role: talks.Observer, Alternate: "us-deputy", Away: "2025-02-20"})
	add("caucus", "us-head", &talks.SeatGrant{Holder: "us-gone", Role: talks.Adviser, Until: "2026"})
	add("caucus", "us-head", &talks.SeatRevoke{Holder: "us-gone", Reason: "done"})
	add("closed", "us-head", &talks.RoomOpen{Type: "plenary", Title: "Plenary", Members: []talks.Delegation{"ru", "ua", "us"}})
	add("small", "us-head", &talks.RoomOpen{Type: "working-group", Title: "Group", Members: []talks.Delegation{"ru", "us"}})
	add("small", "us-head", &talks.RoomAdmit{Delegations: []talks.Delegation{"ua"}, Reason: "asked for"})
	add("small", "ru-head", &talks.RoomLeave{Reason: "enough"})
	add("small", "us-head", &talks.RoomAdmit{Delegations: []talks.Delegation{"ru"}})
	add("small", "us-head", &talks.RoomUpdate{Purpose: "Details.", Observe: []talks.Delegation{"ua"}, Rule: "majority"})
	add("small", "us-head", &talks.RoomRemove{Delegations: []talks.Delegation{"ua"}})
}

func words(add adder) {
	const us, ru = "us-head", "ru-head"
	cite := talks.Basis{Cites: []talks.Cite{{Source: ref("lobby", "report"), Paragraph: 3, Quote: "no thought"}}}
	hundred := 80
	add("direct", us, &talks.StatementRecord{
		Name: "no-thought", Speaker: ref("lobby", "russia"), Person: "S. Speaker", Office: "foreign minister", To: []talks.Ref{ref("lobby", "united-states")},
		Said: "2025-02-18", Strength: "stated", Form: "verbatim", Text: "There is no thought of it. " + Nasty, Language: "en", About: []talks.Ref{ref("lobby", "territory")}, Basis: cite,
	})
	add("direct", us, &talks.StatementRecord{Speaker: ref("lobby", "united-states"), Strength: "hinted", Form: "paraphrase", Text: "Sanctions may go."})
	add("direct", us, &talks.PositionRecord{
		Party: ref("lobby", "russia"), Issue: ref("lobby", "territory"), Value: "96", Firmness: "red-line", Salience: &hundred, Confidence: &hundred,
		Rests: []talks.Ref{ref("", "no-thought")},
	})
	add("direct", ru, &talks.PositionRecord{Party: ref("lobby", "russia"), Issue: ref("lobby", "embassies"), Option: "restore", Firmness: "preferred", Text: "step by step", Since: "2025"})
	add("direct", ru, &talks.PositionRecord{Party: ref("lobby", "russia"), Issue: ref("lobby", "territory"), From: "80", To: "100", Firmness: "firm"})
	add("direct", us, &talks.GoalRecord{Party: ref("lobby", "russia"), Text: "Reversal of sanctions", Strength: "hinted", Basis: cite})
	add("direct", us, &talks.GoalRecord{Party: ref("lobby", "united-states"), Type: "interest", Text: "An end", Strength: "stated", Issues: []talks.Ref{ref("lobby", "territory")}})
	add("direct", us, &talks.EventRecord{Name: "war", Title: "The war", When: "2022-02", Until: "2025", Parties: []talks.Ref{ref("lobby", "ukraine")}, Figures: []talks.Figure{{Label: "killed", Value: "1234567.5", Unit: "people", Bound: "over"}}, Basis: talks.Basis{Illustrative: true}})
	add("direct", us, &talks.RelationAssess{Name: "us-ru", Between: []talks.Ref{ref("lobby", "united-states"), ref("lobby", "russia")}, Tone: "cool", Trend: "improving", Driver: "the call", Drivers: []talks.Ref{ref("", "war")}})
	add("direct", us, &talks.RelationAssess{Name: "us-ru", Between: []talks.Ref{ref("lobby", "united-states"), ref("lobby", "russia")}, Tone: "working"})
	add("direct", us, &talks.ProposalTable{Name: "staff", Title: "Staff", Text: "Both restore staff.\n\nStep by step.", Package: true, Expires: "2099-03-31", Condition: "an end", Terms: []talks.Term{
		{Issue: ref("lobby", "embassies"), Option: "restore"}, {Issue: ref("lobby", "territory"), Text: "later"}, {Issue: ref("lobby", "territory"), Value: "50", Text: "about"},
	}})
	add("direct", ru, &talks.ProposalRespond{Proposal: ref("", "staff"), Answer: "accept-ad-referendum", Text: "The capital decides."})
	add("direct", ru, &talks.RemarkWrite{Text: Nasty, On: []talks.Ref{ref("", "staff")}})
	add("direct", us, &talks.ReadoutIssue{Meeting: ref("lobby", "riyadh"), By: []talks.Ref{ref("lobby", "united-states"), ref("lobby", "russia")}, Title: "Joint", Points: []talks.Point{
		{Text: "Restore embassies", Issue: ref("lobby", "embassies"), Strength: "committed"}, {Text: "Perhaps a summit", Strength: "hinted"},
	}})
	add("lobby", ru, &talks.ReleaseMake{Title: "On territory", Text: "There is no thought.", Type: "statement", From: "Russia", About: []talks.Ref{ref("", "territory")}})
	add("caucus", us, &talks.RemarkWrite{Text: "For us alone: the café plan."})
}

func endings(add adder) {
	add("direct", "us-head", &talks.ProposalTable{Name: "second", Title: "Second", Text: "Another."})
	add("direct", "us-head", &talks.ProposalWithdraw{Proposal: ref("", "second"), Reason: "changed"})
	add("direct", "us-head", &talks.RemarkWrite{Text: "A slip of the tongue."})
	add("direct", "us-head", &talks.RecordErase{Entry: 17, Reason: "a slip"})
	add("closed", "us-head", &talks.RoomClose{Reason: "over"})
}
