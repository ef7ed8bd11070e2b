package server

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/talks"
)

// TestConfirm: some time after the log-in, what changes an account waits until its owner has proved again who they are.
func TestConfirm(t *testing.T) {
	var later atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	accounts, err := account.Open(t.Context(), "memory:", account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}), account.WithClock(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	h := openHotel(t, func(c *Config) { c.Accounts = accounts })
	h.accounts = accounts
	g := h.seated("uma", "us-head")
	token := []string{"token", "script", "seat", "harbour/us-head", "days", "7"}
	later.Store(int64(time.Hour))
	if a := g.visit("/account"); !strings.Contains(words(a.body), "Confirm that it is you") || strings.Contains(words(a.body), "Make the token") {
		t.Errorf("an hour later: %s", words(a.body))
	}
	if a := g.post("/account/tokens", token...); a.status != http.StatusForbidden || strings.Contains(a.body, "parley_") {
		t.Errorf("a token without proof: %d", a.status)
	}
	if a := g.post("/account/passkeys/begin"); a.status == http.StatusOK {
		t.Error("a passkey without proof")
	}
	g.post("/account/confirm", "password", "not it").want(t, http.StatusUnprocessableEntity, "")
	before := g.jar[sessionCookie]
	g.post("/account/confirm", "password", goodPassword).want(t, http.StatusSeeOther, "/account?done=confirmed")
	if g.jar[sessionCookie] == before {
		t.Error("the token is the same after its rights grew")
	}
	if a := g.post("/account/tokens", token...); a.status != http.StatusOK || !strings.Contains(a.body, "parley_") {
		t.Errorf("a token with proof: %d %s", a.status, words(a.body))
	}
	if a := g.visit("/account"); strings.Contains(a.body, "parley_") || !strings.Contains(words(a.body), "script reads") {
		t.Errorf("afterwards: %s", words(a.body))
	}
	later.Store(int64(20 * 24 * time.Hour))
	g.visit("/account").want(t, http.StatusSeeOther, "/login?then=%2Faccount")
}

// TestSeatForms: what a head's forms write, what is wrong with them, and who cannot write them.
func TestSeatForms(t *testing.T) {
	h := openHotel(t, nil)
	uma, adam := h.seated("uma", "us-head"), h.seated("adam", "us-adviser")
	a := uma.post("/p/harbour/seats", "do", "grant", "holder", "ru-spy", "role", "head", "person", "Typed", "key", "g1")
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="ru-spy"`) || !strings.Contains(a.body, `value="Typed"`) || !strings.Contains(a.body, `aria-invalid="true"`) {
		t.Errorf("a seat of another delegation: %d %s", a.status, words(a.body))
	}
	if a := uma.post("/p/harbour/seats", "do", "revoke", "holder", "us-head", "key", "g2"); a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict {
		t.Errorf("revoking the last head: %d", a.status)
	}
	uma.post("/p/harbour/seats", "do", "grant", "as", "us-adviser", "holder", "us-x", "role", "adviser").want(t, http.StatusConflict, "")
	uma.post("/p/harbour/seats", "do", "no-such").want(t, http.StatusBadRequest, "")
	for n := range 2 { // a form that is sent twice writes once
		uma.post("/p/harbour/seats", "do", "grant", "holder", "us-press", "role", "observer", "until", "2031", "key", "g3").want(t, http.StatusSeeOther, "/p/harbour/seats")
		if st := h.caucus(t, "us-head"); st.Seats.Get("us-press") == nil || st.Size() != int64(3) {
			t.Errorf("sent %d times the caucus has %d entries", n+1, st.Size())
		}
	}
	if a := uma.visit("/p/harbour/seats?change=us-press"); !strings.Contains(words(a.body), "Change us-press") || !strings.Contains(a.body, `value="2031"`) {
		t.Errorf("the form to change a seat: %s", words(a.body))
	}
	// Nobody else can: not an adviser, not another delegation, not by inviting.
	for _, do := range []string{"grant", "revoke"} {
		if a := adam.post("/p/harbour/seats", "do", do, "holder", "us-press", "role", "head"); a.status != http.StatusUnprocessableEntity && a.status != http.StatusForbidden {
			t.Errorf("an adviser's %s: %d", do, a.status)
		}
	}
	adam.post("/p/harbour/invitations", "seat", "us-press").want(t, http.StatusForbidden, "")
	rita := h.seated("rita", "ru-head")
	for _, seat := range []string{"us-press", "us-head", "us-nobody", "sa-head"} {
		if a := rita.post("/p/harbour/invitations", "seat", seat); a.status == http.StatusOK || strings.Contains(a.body, "/invitation/") {
			t.Errorf("another delegation invites to %s: %d", seat, a.status)
		}
	}
	link := uma.post("/p/harbour/invitations", "seat", "us-press").link(t)
	id := between(uma.visit("/p/harbour/seats").body, `name="id" value="`, `"`)
	rita.post("/p/harbour/invitations/withdraw", "id", id).want(t, http.StatusConflict, "")
	h.guest().visit(link).want(t, http.StatusOK, "")
	uma.post("/p/harbour/invitations/withdraw", "id", id).want(t, http.StatusSeeOther, "/p/harbour/seats")
	h.guest().visit(link).want(t, http.StatusNotFound, "")
}

func (h *hotel) caucus(t *testing.T, seat talks.Seat) *talks.State {
	t.Helper()
	v, err := h.ledger.View(t.Context(), ledger.Viewer{Process: "harbour", Seat: seat})
	if err != nil {
		t.Fatal(err)
	}
	return v.World().CaucusOf(seat.Delegation())
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// TestHeadOfAnother: what a delegation does with the seat of its head, after it accepted, is not told to who invited it, by no answer.
func TestHeadOfAnother(t *testing.T) {
	h := openHotel(t, nil)
	sami, uma := h.seated("sami", "sa-head"), h.seated("uma", "us-head")
	rita := h.guest()
	rita.post(sami.post("/p/harbour/invitations", "seat", "ru-head").link(t), "login", "rita", "name", "Rita", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	open := sami.post("/p/harbour/invitations", "seat", "ua-head")
	open.link(t)
	look := func() string {
		a := sami.visit("/p/harbour/seats")
		for _, seat := range []string{"ru-head", "us-head"} {
			b := sami.post("/p/harbour/invitations", "seat", seat)
			a.body += fmt.Sprint(b.status, between(b.body, `class="problems"`, "</div>"))
		}
		return formKey.ReplaceAllString(a.body, "")
	}
	before := look()
	// Russia's head gives itself another seat and takes the one away that the lobby names.
	rita.post("/p/harbour/seats", "do", "caucus", "key", "c1").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.post("/p/harbour/seats", "do", "grant", "holder", "ru-second", "role", "head", "key", "c2").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.post("/p/harbour/seats", "do", "revoke", "holder", "ru-head", "key", "c3").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
	if after := look(); after != before {
		t.Error("who convenes can tell that a delegation took a seat away")
	}
	uma.visit("/p/harbour").want(t, http.StatusOK, "")
}

// TestHeadOfAnotherLater: nor is it when the accounts would have forgotten the invitation.
func TestHeadOfAnotherLater(t *testing.T) {
	var later atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	accounts, err := account.Open(t.Context(), "memory:", account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}), account.WithClock(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	h := openHotel(t, func(c *Config) { c.Accounts = accounts })
	h.accounts = accounts
	sami := h.seated("sami", "sa-head")
	rita := h.guest()
	rita.post(sami.post("/p/harbour/invitations", "seat", "ru-head").link(t), "login", "rita", "name", "Rita", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	later.Store(int64(100 * 24 * time.Hour))
	for login, g := range map[string]*guest{"sami": sami, "rita": rita} {
		g.post("/login", "login", login, "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	}
	sami.post("/p/harbour/invitations", "seat", "ru-head").want(t, http.StatusConflict, "")
	rita.post("/p/harbour/seats", "do", "caucus", "key", "c1").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.post("/p/harbour/seats", "do", "grant", "holder", "ru-second", "role", "head", "key", "c2").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.post("/p/harbour/seats", "do", "revoke", "holder", "ru-head", "key", "c3").want(t, http.StatusSeeOther, "/p/harbour/seats")
	rita.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
	sami.post("/p/harbour/invitations", "seat", "ru-head").want(t, http.StatusConflict, "")
}

// TestEndedTenures: a seat that is granted anew, and accepted, while the one before it is being ended stays.
func TestEndedTenures(t *testing.T) {
	var s *server
	h := openHotel(t, func(c *Config) { s = &server{Config: *c} })
	uma, adam := h.seated("uma", "us-head"), h.seated("adam", "us-adviser")
	before, _, err := h.ledger.Tenure(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-adviser"})
	if err != nil {
		t.Fatal(err)
	}
	if list := s.endedTenures(t.Context(), "harbour", "us-adviser"); len(list) != 0 {
		t.Errorf("%v has ended", list)
	}
	act := func(kind talks.Kind, payload string) {
		t.Helper()
		if _, err := h.ledger.Append(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"}, h.rooms["caucus"], kind, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	act("seat.revoke", `{"holder":"us-adviser"}`)
	ended := s.endedTenures(t.Context(), "harbour", "us-adviser")
	if len(ended) != 1 || ended[0].Tenure != before {
		t.Fatalf("%v has ended", ended)
	}
	act("seat.grant", `{"holder":"us-adviser","role":"adviser"}`)
	anew := h.guest()
	anew.post(uma.post("/p/harbour/invitations", "seat", "us-adviser").link(t), "login", "anna", "name", "Anna", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	for _, x := range ended {
		s.endHolding(t.Context(), x)
	}
	s.endSeat(t.Context(), "harbour", "seat.grant", []byte(`{"holder":"us-adviser","role":"adviser"}`))
	anew.visit("/p/harbour").want(t, http.StatusOK, "")
	adam.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
}

// TestStoppedWhileRestoring: while a restoration is pending nobody is stopped who could object to it, and whoever could not is.
func TestStoppedWhileRestoring(t *testing.T) {
	h := openHotel(t, nil)
	sami, uma, olga := h.seated("sami", "sa-head"), h.seated("uma", "us-head"), h.operator()
	ids := map[string]string{}
	list, err := h.accounts.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		ids[a.Login] = string(a.ID)
	}
	stop := func(login string) answer { return olga.post("/operator/accounts", "id", ids[login], "state", "off") }
	olga.post("/operator/restore", "process", "harbour", "head", "sa-second", "reason", "Nobody answers").want(t, http.StatusSeeOther, "/operator?done=restored")
	a := stop("sami").want(t, http.StatusConflict, "")
	if !strings.Contains(words(a.body), "while a restoration is pending") {
		t.Errorf("what the operator is told: %s", words(a.body))
	}
	stop("uma").want(t, http.StatusSeeOther, "/operator?done=off")
	uma.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
	sami.post("/p/harbour/seats", "do", "retain", "reason", "I do", "key", "r1").want(t, http.StatusSeeOther, "/p/harbour/seats")
	stop("sami").want(t, http.StatusSeeOther, "/operator?done=off")
	sami.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
}

// TestOperatorLink: the operator's page says that a link for another operator is open, and ends it.
func TestOperatorLink(t *testing.T) {
	h := openHotel(t, nil)
	olga := h.operator()
	const says = "A link for another operator works until"
	if a := olga.visit("/operator"); strings.Contains(words(a.body), says) {
		t.Error("a link is open that was used")
	}
	link := olga.post("/operator/operators").link(t)
	a := olga.visit("/operator")
	id := between(a.body, `action="/operator/operators/withdraw"><input type="hidden" name="id" value="`, `"`)
	if !strings.Contains(words(a.body), says) || id == "" {
		t.Fatalf("an open link is not shown: %s", words(a.body))
	}
	h.seated("uma", "us-head").post("/operator/operators/withdraw", "id", id).want(t, http.StatusNotFound, "")
	h.guest().visit(link).want(t, http.StatusOK, "")
	olga.post("/operator/operators/withdraw", "id", id).want(t, http.StatusSeeOther, "/operator?done=withdrawn")
	h.guest().visit(link).want(t, http.StatusNotFound, "")
	olga.post("/operator/operators/withdraw", "id", id).want(t, http.StatusConflict, "")
	if a := olga.visit("/operator"); strings.Contains(words(a.body), says) {
		t.Error("a link that was withdrawn is open")
	}
}

// formKey finds the keys of forms, which differ from page to page.
var formKey = regexp.MustCompile(`name="key" value="[^"]*"`)

// TestRestored: the convener names a new head for a delegation that nobody leads, everybody in the lobby sees it, and the delegation can
// stop it; for the convener's own the operator does.
func TestRestored(t *testing.T) {
	h := openHotel(t, nil)
	sami, uma := h.seated("sami", "sa-head"), h.seated("uma", "us-head")
	sami.post("/p/harbour/seats", "do", "restore", "delegation", "us", "head", "us-second", "reason", "").want(t, http.StatusUnprocessableEntity, "")
	sami.post("/p/harbour/seats", "do", "restore", "delegation", "us", "head", "us-second", "reason", "Nobody answers", "key", "r1").want(t, http.StatusSeeOther, "/p/harbour/seats")
	for _, g := range []*guest{sami, uma} {
		if a := g.visit("/p/harbour/seats"); !strings.Contains(words(a.body), "us-second as head takes effect, unless its delegation objects, on") || !strings.Contains(words(a.body), "Nobody answers") {
			t.Errorf("a pending restoration: %s", words(a.body))
		}
	}
	if a := sami.visit("/p/harbour/seats"); strings.Contains(words(a.body), "We are led") {
		t.Error("who restores is asked whether it objects")
	}
	uma.post("/p/harbour/seats", "do", "retain", "reason", "I do", "key", "r2").want(t, http.StatusSeeOther, "/p/harbour/seats")
	if a := uma.visit("/p/harbour/seats"); strings.Contains(words(a.body), "us-second") {
		t.Errorf("after it was stopped: %s", words(a.body))
	}
	olga := h.operator()
	if a := olga.post("/operator/restore", "process", "harbour", "head", "us-second", "reason", "x"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the operator restores another delegation: %d", a.status)
	}
	olga.post("/operator/restore", "process", "harbour", "head", "sa-second", "reason", "Nobody of the convener answers").want(t, http.StatusSeeOther, "/operator?done=restored")
	if a := uma.visit("/p/harbour/seats"); !strings.Contains(words(a.body), "Nobody of the convener answers") {
		t.Errorf("the lobby does not show what the operator did: %s", words(a.body))
	}
	// It has not taken effect, so nobody is invited to that seat.
	if a := olga.post("/operator/invite", "process", "harbour"); a.status == http.StatusOK && strings.Contains(words(a.body), "Link for sa-second") {
		t.Error("a restored head is invited before it is one")
	}
}
