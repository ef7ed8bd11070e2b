package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"parley/internal/account"
	"parley/internal/ledger"
)

// provider is a provider of OpenID Connect, which other people wrote.
type provider struct {
	*storage.Storage
	t   *testing.T
	url string
}

func openProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t}
	var handler http.Handler
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	p.url = s.URL
	client := storage.WebClient("parley", "the client's secret", "http://localhost:8080/login/oidc/idp/back")
	p.Storage = storage.NewStorageWithClients(storage.NewUserStore(p.url), map[string]*storage.Client{"parley": client})
	var err error
	handler, err = op.NewProvider(&op.Config{CodeMethodS256: true, AuthMethodPost: true}, p, op.StaticIssuer(p.url), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// step follows one redirect.
func (p *provider) step(address string) *url.URL {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	u, err := res.Location()
	if err != nil {
		p.t.Fatalf("%s leads nowhere: %s", address, res.Status)
	}
	return u
}

// through sends a guest to the provider, lets them log in there, and returns the address that they come back to.
func (p *provider) through(g *guest, then string) string {
	p.t.Helper()
	a := g.visit("/login/oidc/idp?" + url.Values{"then": {then}}.Encode())
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), p.url) {
		p.t.Fatalf("to the provider: %d %s", a.status, a.header.Get("Location"))
	}
	id := p.step(a.header.Get("Location")).Query().Get("authRequestID")
	if err := p.CheckUsernamePassword("test-user@"+strings.Split(strings.TrimPrefix(p.url, "http://"), ":")[0], "verysecure", id); err != nil {
		p.t.Fatal(err)
	}
	back := p.step(p.url + "/authorize/callback?id=" + id)
	if back.Host != "localhost:8080" {
		p.t.Fatalf("the provider sends back to %s", back)
	}
	return back.RequestURI()
}

// TestProvider: an account that begins at a provider, logs in there, and is linked and unlinked.
func TestProvider(t *testing.T) {
	p := openProvider(t)
	accounts, err := account.Open(t.Context(), "memory:", account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}), account.WithOrigin("http://localhost:8080", "Parley"),
		account.WithProviders([]account.Provider{{ID: "idp", Title: "Ministry", Issuer: p.url, ClientID: "parley", ClientSecret: "the client's secret"}}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	h := openHotel(t, func(c *Config) { c.Accounts = accounts })
	h.accounts = accounts

	// Nobody here is linked with it yet: who only wants to log in is told so, and who was invited can make an account with it.
	g := h.guest()
	if a := g.visit("/login"); !strings.Contains(a.body, `href="/login/oidc/idp"`) {
		t.Errorf("no way to the provider: %s", words(a.body))
	}
	back := p.through(g, "")
	if _, kept := g.jar[stateCookie]; !kept {
		t.Error("no cookie binds the browser to the way there")
	}
	if a := h.guest().visit(back); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "No account here") {
		t.Errorf("another browser comes back: %d %s", a.status, words(a.body))
	}
	if a := g.visit(back); a.status != http.StatusUnprocessableEntity || !strings.Contains(words(a.body), "No account here is linked") {
		t.Errorf("coming back unlinked: %d %s", a.status, words(a.body))
	}
	if a := g.visit(back); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "No account here") {
		t.Errorf("coming back twice: %d", a.status)
	}
	tenure, _, _ := h.ledger.Tenure(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"})
	token, err := accounts.Invite(t.Context(), account.Invitation{Holding: account.Holding{Process: "harbour", Seat: "us-head", Tenure: tenure}, By: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	a := g.visit(p.through(g, "/invitation/"+token))
	_, ticket, ok := strings.Cut(a.body, `name="ticket" value="`)
	if ticket, _, _ = strings.Cut(ticket, `"`); a.status != http.StatusOK || !ok || strings.Contains(a.body, `name="password"`) {
		t.Fatalf("the invitation for who comes from the provider: %d %s", a.status, words(a.body))
	}
	g.post("/invitation/"+token, "login", "uma", "name", "Uma", "ticket", ticket).want(t, http.StatusSeeOther, "/p/harbour")

	// From then on it is a way to log in, and leads to where one wanted to go.
	g.post("/logout").want(t, http.StatusSeeOther, "/login?out=")
	g.visit(p.through(g, "/p/harbour/issues")).want(t, http.StatusSeeOther, "/p/harbour/issues")
	g.visit("/p/harbour/issues").want(t, http.StatusOK, "")
	g.visit(p.through(h.guest(), "//evil.example")).want(t, http.StatusUnprocessableEntity, "")

	// Another account cannot link what this one has, and stays logged in.
	rita := h.seated("rita", "ru-head")
	if a := rita.visit(p.through(rita, "/account")); a.status != http.StatusConflict || !strings.Contains(words(a.body), "belongs to another account") {
		t.Errorf("linking what another has: %d %s", a.status, words(a.body))
	}
	if a := rita.visit("/account"); !strings.Contains(words(a.body), "The person rita") {
		t.Errorf("after that: %s", words(a.body))
	}
	// The last way in is not removed; with a password there is another, and then rita can link it.
	if a := g.post("/account/providers/remove", "provider", "idp", "subject", subjectOf(g.visit("/account").body)); a.status != http.StatusConflict {
		t.Errorf("removing the only way in: %d", a.status)
	}
	g.post("/account/password", "password", goodPassword).want(t, http.StatusSeeOther, "/account?done=password")
	g.post("/account/providers/remove", "provider", "idp", "subject", subjectOf(g.visit("/account").body)).want(t, http.StatusSeeOther, "/account?done=unlinked")
	a = rita.visit(p.through(rita, "/account"))
	_, ticket, ok = strings.Cut(a.body, `name="ticket" value="`)
	if ticket, _, _ = strings.Cut(ticket, `"`); !ok {
		t.Fatalf("whether to link it: %d %s", a.status, words(a.body))
	}
	rita.post("/account/providers", "ticket", ticket).want(t, http.StatusSeeOther, "/account?done=linked")

	h.guest().visit("/login/oidc/none").want(t, http.StatusSeeOther, "/login")
	h.guest().visit("/login/oidc/none/back?code=x").want(t, http.StatusSeeOther, "/login")
}

// subjectOf finds the account at the provider that a page lists.
func subjectOf(body string) string {
	_, s, _ := strings.Cut(body, `name="subject" value="`)
	s, _, _ = strings.Cut(s, `"`)
	return s
}
