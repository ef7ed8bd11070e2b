package server

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/talks"
)

// TestRefusedWhereItStood: a form that is refused is shown again on the page where it stood, if that has it, and else on its room's.
func TestRefusedWhereItStood(t *testing.T) {
	h := open(t, nil)
	lobby, direct := string(h.rooms["lobby"]), string(h.rooms["direct"])
	issue := "issues/" + lobby + "/harbour"
	for name, tt := range map[string]struct {
		room   string
		seat   talks.Seat
		fields []string
		title  string
		want   string
	}{
		"object":          {"lobby", "us-head", []string{"compose", "issue-update", "issue", "harbour", "title", "Harbour", "page", issue, "in", lobby}, "Harbour", `id="form-issue-update"`},
		"members":         {"direct", "us-head", []string{"compose", "update", "title", "Direct", "look", "yes", "rule", "consensus", "page", "rooms/" + direct + "/members", "in", direct}, "Members of Direct", `id="form-update"`},
		"a new room":      {"lobby", "us-head", []string{"compose", "open", "look", "yes", "kind", "direct", "members", "us", "members", "ru", "purpose", "Kept", "page", "open", "in", lobby}, "Open a room", `value="Kept"`},
		"no such page":    {"direct", "us-head", []string{"compose", "statement", "text", "Kept", "page", "nowhere/at/all"}, "Direct", ">Kept<"},
		"not its page":    {"direct", "us-head", []string{"compose", "statement", "text", "Kept", "page", "positions"}, "Direct", ">Kept<"},
		"hidden":          {"lobby", "ua-head", []string{"compose", "statement", "text", "Kept", "page", "rooms/" + direct + "/members"}, "Lobby", ">Kept<"},
		"without a page":  {"lobby", "us-head", []string{"compose", "issue-update", "issue", "harbour", "title", "Harbour"}, "Lobby", `id="form-issue-update"`},
		"never was there": {"lobby", "ua-head", []string{"compose", "statement", "text", "Kept", "page", "rooms/" + nowhere + "/members"}, "Lobby", ">Kept<"},
	} {
		a := h.do(http.MethodPost, h.page("/rooms/{"+tt.room+"}/acts"), tt.seat, form(append(tt.fields, "key", "k-"+name, "seen", "1")...))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "<h1>"+tt.title+"</h1>") || !strings.Contains(a.body, tt.want) || !strings.Contains(a.body, `role="alert"`) {
			t.Errorf("%s: %d, no %s under %s:\n%s", name, a.status, tt.want, tt.title, a.body)
		}
	}
}

// TestNotYet: a page of something at a time before it was there says so, to who sees it now; to who does not, it is nothing at all times.
func TestNotYet(t *testing.T) {
	h := open(t, nil)
	const early, late = "?at=2025-02-18T09:00:30Z", "?at=2025-02-18T09:40:00Z"
	lobby := string(h.rooms["lobby"])
	for _, path := range []string{"/rooms/{direct}", "/rooms/{direct}/members", "/rooms/{direct}/record", "/issues/" + lobby + "/harbour", "/parties/" + lobby + "/party-us", "/delegations/us"} {
		a := h.get(h.page(path)+early, "us-head")
		if a.status != http.StatusOK || !strings.Contains(a.body, "This was not there yet") || strings.Contains(a.body, `method="post" action="/p/`) {
			t.Errorf("%s before it was there: %d", path, a.status)
		}
		if a := h.get(h.page(path)+late, "us-head"); a.status != http.StatusOK || strings.Contains(a.body, "not there yet") {
			t.Errorf("%s when it was there: %d", path, a.status)
		}
	}
	for _, path := range []string{"/rooms/{direct}", "/rooms/{direct}/members", "/issues/" + string(h.rooms["direct"]) + "/quay", "/rooms/" + nowhere, "/issues/" + lobby + "/nothing"} {
		if a, b := h.get(h.page(path)+early, "ua-head"), h.get(h.page("/rooms/"+nowhere)+early, "ua-head"); a.status != http.StatusNotFound || a.body != b.body {
			t.Errorf("%s to who does not see it: %d", path, a.status)
		}
	}
}
