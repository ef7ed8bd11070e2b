package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/server/wire"
)

const apiProcess = "/api/v1/processes/harbour"

// read reads the JSON of an answer of a status.
func read[T any](t *testing.T, a answer, status int) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.status != status {
		t.Fatalf("%d, want %d: %v\n%.600s", a.status, status, err, a.body)
	}
	return v
}

// TestParts: the parts of a long list are together the list as it stood at the first, whatever is written meanwhile.
func TestParts(t *testing.T) {
	h := open(t, nil)
	for i := range 7 {
		h.say("direct", "ru-head", fmt.Sprint("quay ", i))
	}
	for _, list := range []string{"/acts", "/search?q=quay", "/acts?kind=remark.write&kind=issue.open", "/acts?at=2030-01-01T00:00:00Z"} {
		sep := "?"
		if strings.Contains(list, "?") {
			sep = "&"
		}
		want := read[wire.Page[wire.RoomEntry]](t, h.get(apiProcess+list+sep+"limit=1000", "us-head"), http.StatusOK)
		if len(want.Items) < 5 || want.Next != "" {
			t.Fatalf("%s: %d items", list, len(want.Items))
		}
		var got []wire.RoomEntry
		for after := ""; ; {
			p := read[wire.Page[wire.RoomEntry]](t, h.get(apiProcess+list+sep+"limit=2&after="+url.QueryEscape(after), "us-head"), http.StatusOK)
			got = append(got, p.Items...)
			if after = p.Next; after == "" {
				break
			}
			if !strings.Contains(list, "at=") {
				h.say("lobby", "us-head", "quay, meanwhile")
			}
		}
		if len(got) != len(want.Items) {
			t.Errorf("%s: %d items in parts, %d in one", list, len(got), len(want.Items))
		}
		for i := range min(len(got), len(want.Items)) {
			if got[i].Room != want.Items[i].Room || got[i].Index != want.Items[i].Index {
				t.Errorf("%s: item %d is entry %d, want %d", list, i, got[i].Index, want.Items[i].Index)
			}
		}
	}
	// The entries of a room come in its order, and new ones follow.
	var indexes []int64
	for after := ""; ; {
		p := read[wire.RoomActs](t, h.get(h.acts("direct")+"?limit=3&kind=remark.write&after="+after, "us-head"), http.StatusOK)
		for _, e := range p.Entries {
			indexes = append(indexes, e.Index)
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if fmt.Sprint(indexes) != "[3 4 5 6 7 8 9]" {
		t.Errorf("the remarks are %v", indexes)
	}
}

// TestTokens: a token does what it is for and no more, until it is revoked.
func TestTokens(t *testing.T) {
	h := openHotel(t, nil)
	g := h.seated("maria", "us-head")
	ask := func(method, path, body string) answer {
		t.Helper()
		return g.ask(method, apiProcess+path, body)
	}
	reading := read[wire.Token](t, ask(http.MethodPost, "/tokens", `{"name":"minutes","days":3}`), http.StatusCreated)
	writing := read[wire.Token](t, ask(http.MethodPost, "/tokens", `{"name":"clerk","write":true}`), http.StatusCreated)
	if !strings.HasPrefix(reading.Secret, "parley_") || reading.Write || !writing.Write || reading.ID == writing.ID {
		t.Fatalf("%+v, %+v", reading, writing)
	}
	by := func(token wire.Token, method, path, body string) answer {
		t.Helper()
		return h.do(method, path, "", body, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token.Secret) })
	}
	if me := read[wire.Me](t, by(reading, http.MethodGet, "/api/v1/me", ""), http.StatusOK); me.Seat != "us-head" || me.Write {
		t.Errorf("%+v", me)
	}
	remark := `{"kind":"remark.write","body":{"text":"by a program"}}`
	for _, r := range [][2]string{{http.MethodPost, h.acts("direct")}, {http.MethodPost, apiProcess + "/rooms"}, {http.MethodPut, apiProcess + "/marks"}, {http.MethodPost, apiProcess + "/invitations"}, {http.MethodDelete, apiProcess + "/tokens/" + writing.ID}} {
		if p := read[wire.Problem](t, by(reading, r[0], r[1], remark), http.StatusForbidden); p.Type != "/api#problem-read-only" || p.Remedy == "" {
			t.Errorf("%s %s: %+v", r[0], r[1], p)
		}
	}
	if r := read[wire.Receipt](t, by(writing, http.MethodPost, h.acts("direct"), remark), http.StatusCreated); !strings.Contains(r.Leaf, "author us-head") {
		t.Errorf("%+v", r)
	}
	// A token makes no other, so that whoever finds one has no more than it.
	if a := by(writing, http.MethodPost, apiProcess+"/tokens", `{"name":"another","write":true}`); a.status != http.StatusForbidden {
		t.Errorf("a token made another: %d", a.status)
	}
	list := read[wire.All[wire.Token]](t, by(reading, http.MethodGet, apiProcess+"/tokens", ""), http.StatusOK)
	if len(list.Items) != 2 || strings.Contains(fmt.Sprint(list), "parley_") {
		t.Errorf("%+v", list)
	}
	read[wire.Ended](t, ask(http.MethodDelete, "/tokens/"+reading.ID, ""), http.StatusOK)
	if a := by(reading, http.MethodGet, "/api/v1/me", ""); a.status != http.StatusUnauthorized {
		t.Errorf("a revoked token: %d", a.status)
	}
	// Those of others are not there.
	other := h.seated("igor", "ru-head")
	if a := other.ask(http.MethodDelete, apiProcess+"/tokens/"+writing.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("another's token: %d", a.status)
	}
	if l := read[wire.All[wire.Token]](t, other.ask(http.MethodGet, apiProcess+"/tokens", ""), http.StatusOK); len(l.Items) != 0 {
		t.Errorf("another's tokens: %+v", l)
	}
	if a := by(writing, http.MethodGet, "/api/v1/me", ""); a.status != http.StatusOK {
		t.Errorf("the token that was left: %d", a.status)
	}
}

// TestInvitesByAPI: a head invites to the seats of its own delegation, and nobody else does.
func TestInvitesByAPI(t *testing.T) {
	h := openHotel(t, nil)
	head := h.seated("maria", "us-head")
	i := read[wire.Invitation](t, head.ask(http.MethodPost, apiProcess+"/invitations", `{"seat":"us-adviser"}`), http.StatusCreated)
	_, token, ok := strings.Cut(i.Link, "/invitation/")
	if !ok || !i.Open || i.Seat != "us-adviser" {
		t.Fatalf("%+v", i)
	}
	list := read[wire.All[wire.Invitation]](t, head.ask(http.MethodGet, apiProcess+"/invitations", ""), http.StatusOK)
	if len(list.Items) == 0 || strings.Contains(fmt.Sprint(list), token) {
		t.Errorf("%+v", list)
	}
	read[wire.Ended](t, head.ask(http.MethodDelete, apiProcess+"/invitations/"+i.ID, ""), http.StatusOK)
	if a := head.ask(http.MethodDelete, apiProcess+"/invitations/"+i.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("withdrawn twice: %d", a.status)
	}
	for _, seat := range []string{"ru-head", "us-nobody"} {
		if a := head.ask(http.MethodPost, apiProcess+"/invitations", `{"seat":"`+seat+`"}`); a.status < 400 || a.status >= 500 {
			t.Errorf("an invitation to %s: %d", seat, a.status)
		}
	}
	adviser := h.seated("ann", "us-adviser")
	if a := adviser.ask(http.MethodPost, apiProcess+"/invitations", `{"seat":"us-head"}`); a.status != http.StatusForbidden {
		t.Errorf("an adviser invites: %d", a.status)
	}
	if l := read[wire.All[wire.Invitation]](t, adviser.ask(http.MethodGet, apiProcess+"/invitations", ""), http.StatusOK); len(l.Items) != 0 {
		t.Errorf("an adviser sees %+v", l)
	}
	if p := read[wire.Problem](t, head.ask(http.MethodPost, apiProcess+"/invitations", `{"seat":"us-adviser"}`), http.StatusConflict); p.Type != "/api#problem-taken" {
		t.Errorf("%+v", p)
	}
	seats := read[wire.All[wire.Seat]](t, adviser.ask(http.MethodGet, apiProcess+"/seats", ""), http.StatusOK)
	if len(seats.Items) != 2 || seats.Items[0].Seat != "us-head" || seats.Items[1].Role != "adviser" {
		t.Errorf("%+v", seats)
	}
	// Revoked by an act of the API, the seat opens nothing any more.
	act := `{"kind":"seat.revoke","body":{"holder":"us-adviser"}}`
	if a := head.ask(http.MethodPost, h.acts("caucus"), act); a.status != http.StatusCreated {
		t.Fatalf("revoking: %d\n%s", a.status, a.body)
	}
	if a := adviser.ask(http.MethodGet, apiProcess+"/seats", ""); a.status != http.StatusUnauthorized {
		t.Errorf("a revoked seat: %d", a.status)
	}
}
