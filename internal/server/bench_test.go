package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// largeProcess is a process of about n acts in three rooms, with ten issues and eight parties; most acts are positions and what
// they rest on.
func largeProcess(n int) ledger.Script {
	at := time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)
	var items []ledger.Item
	add := func(room string, seat talks.Seat, a talks.Act) {
		at = at.Add(time.Minute)
		items = append(items, ledger.Item{Room: room, Seat: seat, At: at, Kind: a.Kind(), Act: a})
	}
	add("lobby", "d0-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"})
	var codes []talks.Delegation
	var parties, issues []talks.Ref
	for i := range 8 {
		code := talks.Delegation(fmt.Sprintf("d%d", i))
		party := talks.Ref{Name: fmt.Sprintf("party-%d", i)}
		add("lobby", "d0-head", &talks.PartyDeclare{Name: party.Name, Title: "Party " + string(code), Type: "state", Role: "principal"})
		add("lobby", "d0-head", &talks.DelegationDesignate{Code: code, Party: party, Title: "Delegation", Head: talks.Seat(code + "-head")})
		codes, parties = append(codes, code), append(parties, talks.Ref{Room: "lobby", Name: party.Name})
	}
	for i := range 10 {
		issue := talks.Ref{Name: fmt.Sprintf("issue-%d", i)}
		add("lobby", "d0-head", &talks.IssueOpen{Name: issue.Name, Title: "An issue", Scale: &talks.Scale{Low: "less", High: "more", Min: "0", Max: "100"}})
		issues = append(issues, talks.Ref{Room: "lobby", Name: issue.Name})
	}
	add("pair", "d0-head", &talks.RoomOpen{Type: "direct", Title: "Pair", Members: codes[:2]})
	add("all", "d0-head", &talks.RoomOpen{Type: "plenary", Title: "All", Members: codes})
	rooms := []string{"lobby", "pair", "all"}
	for i := 0; len(items) < n; i++ {
		d := i % 2
		room, seat := rooms[i%3], talks.Seat(codes[d]+"-head")
		about := []talks.Ref{issues[i%10]}
		add(room, seat, &talks.StatementRecord{Name: fmt.Sprintf("said-%d", i), Speaker: parties[d], Strength: "stated", Form: "paraphrase", Text: "What was said this time, at some length, so that it is like what people say.", About: about})
		p := &talks.PositionRecord{Party: parties[i%8], Issue: about[0], Value: talks.Decimal(strconv.Itoa(i % 101)), Firmness: talks.Firmnesses[i%4], Text: "Where it stands."}
		p.Rests = []talks.Ref{{Name: fmt.Sprintf("said-%d", i)}}
		add(room, seat, p)
	}
	return ledger.Script{Process: "large", Items: items}
}

// BenchmarkPages asks for pages of processes of three sizes, each page a hundred times at least, and reports the median and the
// 99th percentile of what one takes: no network, all else.
func BenchmarkPages(b *testing.B) {
	sizes := []int{1_000, 10_000, 100_000}
	if testing.Short() {
		sizes = sizes[:1]
	}
	for _, n := range sizes {
		l, err := ledger.Open(b.Context(), "memory:", ledger.WithSeed(1))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Load(b.Context(), largeProcess(n)); err != nil {
			b.Fatal(err)
		}
		h := New(Config{Ledger: l, Demo: &Demo{Process: "large", Seats: []talks.Seat{"d0-head"}}})
		for _, page := range []string{"positions", "", "timeline", "meetings", "search?q=length", "issues", "positions?at=2025-01-01T15:00:00Z"} {
			b.Run(fmt.Sprintf("acts=%d/page=%s", n, page), func(b *testing.B) { askPage(b, h, "/p/large/"+page) })
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func askPage(b *testing.B, h http.Handler, path string) {
	if path == "/p/large/" {
		path = "/p/large"
	}
	took := make([]time.Duration, 0, 256)
	for b.Loop() {
		w := httptest.NewRecorder()
		begin := time.Now()
		h.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil))
		took = append(took, time.Since(begin))
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d", path, w.Code)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
