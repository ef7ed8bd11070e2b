package server

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/ledger"
)

// TestPastSaysWhoReadsNow: a page of the past shows a fact to whoever was admitted since, so it names them among those who can see it.
func TestPastSaysWhoReadsNow(t *testing.T) {
	h := open(t, nil)
	us := ledger.Viewer{Process: "harbour", Seat: "us-head"}
	direct := h.rooms["direct"]
	past := "/p/harbour/rooms/" + string(direct) + "?at=2025-02-18T10:00:00Z"
	before := h.do(http.MethodGet, past, "us-head", "")
	if _, err := h.ledger.Append(t.Context(), us, direct, "room.admit", []byte(`{"delegations":["ua"]}`)); err != nil {
		t.Fatal(err)
	}
	after := h.do(http.MethodGet, past, "us-head", "")
	if before.status != http.StatusOK || after.status != http.StatusOK {
		t.Fatalf("%d, %d", before.status, after.status)
	}
	tokens := func(a answer) int { return strings.Count(a.body, `title="Team ua"`) }
	if tokens(after) <= tokens(before) {
		t.Errorf("who was admitted since is named %d times before and %d times after", tokens(before), tokens(after))
	}
}
