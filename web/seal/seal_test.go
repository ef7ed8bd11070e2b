package seal

import (
	"net/url"
	"strings"
	"testing"

	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/ui"
)

// Who may still sign in a way is offered it, and nobody else is.
func TestForm(t *testing.T) {
	w := acttest.New(t)
	annex := talks.Ref{Room: w.Rooms["pact"], Name: "annex-agreed"}
	for name, c := range map[string]struct {
		seat         talks.Seat
		who          *ui.Who
		ssh, passkey bool
	}{
		"signed by SSH key, logged in":       {"us-head", &ui.Who{Name: "A. Person"}, false, true},
		"signed by SSH key, a demonstration": {"us-head", nil, false, false},
		"not signed, a demonstration":        {"ru-head", nil, true, false},
		"not signed, logged in":              {"ru-head", &ui.Who{Name: "A. Person"}, true, true},
	} {
		p := w.Page(t, c.seat)
		p.Who = c.who
		a := p.W().Agreement(annex)
		if a == nil {
			t.Fatalf("%s: no agreement", name)
		}
		bound := false
		for _, d := range a.Bound() {
			bound = bound || d == c.seat.Delegation()
		}
		if !bound || a.Ended() {
			t.Fatalf("%s: the world has changed: %v is bound to it", name, a.Bound())
		}
		var b strings.Builder
		if err := Form(p, a).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if offered := b.Len() > 0; offered != (c.ssh || c.passkey) {
			t.Errorf("%s: a heading without a form:\n%s", name, b.String())
		}
		if ssh, passkey := strings.Contains(b.String(), "parley sign"), strings.Contains(b.String(), "data-passkey"); ssh != c.ssh || passkey != c.passkey {
			t.Errorf("%s: by SSH key %v, by passkey %v\n%s", name, ssh, passkey, b.String())
		}
	}
}

// What was typed and what was wrong with it stand in the form that was refused.
func TestRefused(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	p.Who = &ui.Who{Name: "A. Person"}
	p.Form = url.Values{"seal": {"passkey"}, "signer": {"<A.>"}}
	p.Problems = talks.Problems{talks.NewProblem("bad-signature", "signature", "no passkey")}
	var b strings.Builder
	if err := Form(p, p.W().Agreement(talks.Ref{Room: w.Rooms["pact"], Name: "annex-agreed"})).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`value="&lt;A.&gt;"`, "no passkey", `role="alert"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is missing from\n%s", want, b.String())
		}
	}
}
