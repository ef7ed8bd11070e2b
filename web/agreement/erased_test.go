package agreement

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// TestErased: the page of an agreement says so where it rests on what was erased since, and which consultations count for nothing.
func TestErased(t *testing.T) {
	var items []ledger.Item
	size := map[string]int64{}
	add := func(room string, seat talks.Seat, a talks.Act) int64 {
		at := time.Date(2025, 2, 17, 8, len(items), 0, 0, time.UTC)
		items = append(items, ledger.Item{Room: room, Seat: seat, At: at, Kind: a.Kind(), Act: a})
		size[room]++
		return size[room] - 1
	}
	ref := func(name string) talks.Ref { return talks.Ref{Name: name} }
	add("lobby", "aa-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Ice"})
	for _, d := range []talks.Delegation{"aa", "bb", "cc"} {
		add("lobby", "aa-head", &talks.PartyDeclare{Name: string(d), Title: string(d), Type: "state", Role: "principal"})
		add("lobby", "aa-head", &talks.DelegationDesignate{Code: d, Party: ref(string(d)), Title: string(d), Head: talks.Seat(d + "-head")})
	}
	add("lobby", "aa-head", &talks.IssueOpen{Name: "ice", Title: "The ice"})
	add("lobby", "aa-head", &talks.SourceAdd{Name: "paper", Title: "A paper", Type: "note"})
	add("lobby", "aa-head", &talks.ConsultRequire{Name: "ask", Title: "Ask cc", Issues: []talks.Ref{ref("ice")}, Parties: []talks.Ref{ref("cc")}, Ground: "It is its ice."})
	thaw := add("lobby", "aa-head", &talks.EventRecord{Name: "thaw", Title: "The thaw", When: "2025-02-16"})
	add("hall", "bb-head", &talks.RoomOpen{Type: "direct", Title: "Hall", Members: []talks.Delegation{"aa", "bb"}})
	add("hall", "bb-head", &talks.ProposalTable{Name: "plan", Title: "A plan", Text: "All.", Terms: []talks.Term{{Issue: ref("ice")}}, InForce: &talks.Expr{Of: ref("thaw")}})
	add("hall", "aa-head", &talks.ProposalRespond{Proposal: ref("plan"), Answer: "accept"})
	add("lobby", "bb-head", &talks.ConsultRecord{Parties: []talks.Ref{ref("cc")}, Issues: []talks.Ref{ref("ice")}, Basis: talks.Basis{Cites: []talks.Cite{{Source: ref("paper")}}}})
	asked := add("lobby", "cc-head", &talks.ConsultRecord{Parties: []talks.Ref{ref("cc")}, Issues: []talks.Ref{ref("ice")}})
	add("hall", "bb-head", &talks.AgreementAdopt{Name: "pact", Title: "The pact", Proposal: ref("plan")})

	page := func(rest ...ledger.Item) string {
		l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		rooms, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: slices.Concat(items, rest)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "aa-head"})
		if err != nil {
			t.Fatal(err)
		}
		html := render(t, &ui.Page{View: v, Loc: message.English(), Query: url.Values{}}, Show, address{"room": string(rooms["hall"]), "name": "pact"})
		return strings.Join(strings.Fields(html), " ")
	}
	says := []string{"which was erased", "A record of a consultation was erased since the adoption", "Does not count, as the word of who put this forward:", "Still to be consulted"}
	html := page()
	for _, s := range says {
		if strings.Contains(html, s) {
			t.Errorf("before anything is erased the page says %q", s)
		}
	}
	erase := func(minute int, seat talks.Seat, entry int64, name string) ledger.Item {
		a := &talks.RecordErase{Entry: entry, Name: name}
		return ledger.Item{Room: "lobby", Seat: seat, At: time.Date(2025, 2, 18, 8, minute, 0, 0, time.UTC), Kind: a.Kind(), Act: a}
	}
	html = page(erase(0, "aa-head", thaw, "thaw"), erase(1, "cc-head", asked, ""))
	for _, s := range says {
		if !strings.Contains(html, s) {
			t.Errorf("the page does not say %q", s)
		}
	}
}
