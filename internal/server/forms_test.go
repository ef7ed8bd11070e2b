package server

import (
	"net/http"
	"net/url"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

// TestEveryActHasAForm walks the catalogue: what a program can write, a person can write on a page.
func TestEveryActHasAForm(t *testing.T) {
	h := open(t, nil)
	view, err := h.ledger.View(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"})
	if err != nil {
		t.Fatal(err)
	}
	forms := map[talks.Kind]bool{}
	for _, k := range room.Kinds() {
		forms[k] = true
	}
	for _, do := range []string{"grant", "revoke", "restore", "retain"} {
		p := &ui.Page{View: view, Loc: message.English()}
		if _, act := seatAct(p, &http.Request{PostForm: url.Values{"do": {do}}}); act != nil {
			forms[act.Kind()] = true
		}
	}
	for _, k := range talks.Catalogue {
		if !forms[k] {
			t.Errorf("%s has no form", k)
		}
	}
}
