package server

import (
	"net/http"
	"testing"
)

// TestFormSentTwice: a form that is sent twice is answered as it was the first time, and one that says something else under the same key
// is not taken for it.
func TestFormSentTwice(t *testing.T) {
	h := open(t, nil)
	path := "/p/harbour/rooms/" + string(h.rooms["direct"]) + "/acts"
	form := "compose=proposal&title=A+pier&text=We+build+a+pier.&key=one"
	first := h.do(http.MethodPost, path, "us-head", form)
	again := h.do(http.MethodPost, path, "us-head", form)
	if first.status != http.StatusSeeOther || again.status != first.status || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("first %d %s, then %d %s", first.status, first.header.Get("Location"), again.status, again.header.Get("Location"))
	}
	other := h.do(http.MethodPost, path, "us-head", "compose=proposal&title=A+pier&text=We+build+two+piers.&key=one")
	if other.status != http.StatusConflict {
		t.Errorf("other words under the same key: %d, want a conflict", other.status)
	}
}
