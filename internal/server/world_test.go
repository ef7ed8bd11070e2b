package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// nowhere has the form of a room's identifier and never was one.
const nowhere = "aaaaaaaaaaaaaaaaaaaaaaaaaa"

// script is three delegations in a lobby, a room of two of them, and a caucus.
func script() ledger.Script {
	ref := func(s string) talks.Ref { return talks.Ref{Name: s} }
	items := []ledger.Item{{Room: "lobby", Seat: "sa-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Harbour talks"}}}
	for _, d := range []string{"sa", "us", "ru", "ua"} {
		items = append(items,
			ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.PartyDeclare{Name: "party-" + d, Title: "Party " + d, Type: "state", Role: "principal"}},
			ledger.Item{Room: "lobby", Seat: "sa-head", Act: &talks.DelegationDesignate{Code: talks.Delegation(d), Party: ref("party-" + d), Title: "Team " + d, Head: talks.Seat(d + "-head")}},
		)
	}
	items = append(items,
		ledger.Item{Room: "lobby", Seat: "us-head", Act: &talks.IssueOpen{Name: "harbour", Title: "Harbour", Scale: &talks.Scale{Low: "closed", High: "open", Min: "0", Max: "10"}}},
		ledger.Item{Room: "direct", Seat: "us-head", Act: &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"us", "ru"}}},
		ledger.Item{Room: "caucus", Seat: "us-head", Act: &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{"us"}}},
		ledger.Item{Room: "caucus", Seat: "us-head", Act: &talks.SeatGrant{Holder: "us-adviser", Role: talks.Adviser}},
		ledger.Item{Room: "direct", Seat: "ru-head", Act: &talks.IssueOpen{Name: "quay", Title: "Quay"}},
		ledger.Item{Room: "direct", Seat: "ru-head", Act: &talks.PositionRecord{Party: ref("party-ru"), Issue: ref("harbour"), Value: "7", Firmness: "firm"}},
	)
	for i := range items {
		items[i].Kind = items[i].Act.Kind()
		items[i].At = time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC)
	}
	return ledger.Script{Process: "harbour", Items: items}
}

// house is a server over the script's world, with its own clients.
type house struct {
	t      *testing.T
	ledger *ledger.Ledger
	rooms  map[string]talks.RoomID
	url    string
}

// open starts a server on the script's world. change may be nil.
func open(t *testing.T, change func(*Config)) *house {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), script())
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Ledger: l, NewKey: func(*ledger.View) string { return "fresh-key" }, Demo: &Demo{"harbour", []talks.Seat{"us-head", "ru-head", "ua-head", "us-adviser"}}}
	if change != nil {
		change(&c)
	}
	s := httptest.NewServer(New(c))
	t.Cleanup(s.Close)
	return &house{t, l, rooms, s.URL}
}

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request as a seat; "" sends no credentials. A body that begins with { is JSON, another one a form's.
func (h *house) do(method, path string, seat talks.Seat, body string, change ...func(*http.Request)) answer {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if seat != "" {
		req.Header.Set("Authorization", "Bearer demo:"+string(seat))
	}
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, f := range change {
		f(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Header.Del("Date")
	return answer{res.StatusCode, res.Header, string(b)}
}

func (h *house) get(path string, seat talks.Seat) answer {
	h.t.Helper()
	return h.do(http.MethodGet, path, seat, "")
}

// page is the address of a page of the process; a word in braces is a room.
func (h *house) page(path string) string {
	for name, id := range h.rooms {
		path = strings.ReplaceAll(path, "{"+name+"}", string(id))
	}
	return "/p/harbour" + path
}

func (h *house) acts(room string) string {
	return "/api/v1/processes/harbour/rooms/" + string(h.rooms[room]) + "/acts"
}

// say records a remark.
func (h *house) say(room string, seat talks.Seat, text string) {
	h.t.Helper()
	_, err := h.ledger.Append(context.WithoutCancel(h.t.Context()), ledger.Viewer{Process: "harbour", Seat: seat}, h.rooms[room], "remark.write", []byte(`{"text":"`+text+`"}`))
	if err != nil {
		h.t.Fatal(err)
	}
}

// form writes pairs as a form's fields.
func form(kv ...string) string {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v.Encode()
}
