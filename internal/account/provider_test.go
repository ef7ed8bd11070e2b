package account

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// idp is a provider of OpenID Connect, which other people wrote. Its fields make it misbehave.
type idp struct {
	*storage.Storage
	t      *testing.T
	server *httptest.Server

	nonce    string // in place of the one asked for
	audience []string
	issuer   string // whom its tokens name
	idToken  string // handed out in place of the one just made
	silent   bool   // it hands out none
	keys     op.Storage
	codes    []string // those that came to its token endpoint
	verifier []string
}

// request is a request for a log-in.
type request struct {
	*storage.AuthRequest
	p *idp
}

func (r request) GetNonce() string {
	if r.p.nonce != "" {
		return r.p.nonce
	}
	return r.AuthRequest.GetNonce()
}

func (r request) GetAudience() []string {
	if r.p.audience != nil {
		return r.p.audience
	}
	return r.AuthRequest.GetAudience()
}

func (p *idp) wrap(r op.AuthRequest, err error) (op.AuthRequest, error) {
	if err != nil {
		return nil, err
	}
	return request{r.(*storage.AuthRequest), p}, nil
}

func (p *idp) AuthRequestByID(ctx context.Context, id string) (op.AuthRequest, error) {
	return p.wrap(p.Storage.AuthRequestByID(ctx, id))
}

func (p *idp) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	return p.wrap(p.Storage.AuthRequestByCode(ctx, code))
}

func (p *idp) KeySet(ctx context.Context) ([]op.Key, error) {
	if p.keys != nil {
		return p.keys.KeySet(ctx)
	}
	return p.Storage.KeySet(ctx)
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	p := &idp{t: t}
	var handler http.Handler
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(handler, w, r) }))
	t.Cleanup(p.server.Close)
	clients := map[string]*storage.Client{
		"parley": storage.WebClient("parley", "the client's secret", "https://talks.example/login/oidc/idp/back"),
		"other":  storage.WebClient("other", "another secret", "https://other.example/back"),
	}
	users := storage.NewUserStore(p.server.URL)
	p.Storage = storage.NewStorageWithClients(users, clients)
	var err error
	handler, err = op.NewProvider(&op.Config{CodeMethodS256: true, AuthMethodPost: true}, p, func(bool) (op.IssuerFromRequest, error) {
		return func(r *http.Request) string {
			if p.issuer != "" && strings.HasSuffix(r.URL.Path, "/token") {
				return p.issuer
			}
			return p.server.URL
		}, nil
	}, op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// serve answers a request, and changes what the token endpoint says where it should.
func (p *idp) serve(h http.Handler, w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/token") {
		h.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	p.codes, p.verifier = append(p.codes, form.Get("code")), append(p.verifier, form.Get("code_verifier"))
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	answer := map[string]any{}
	if rec.Code != http.StatusOK || json.Unmarshal(rec.Body.Bytes(), &answer) != nil {
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
		return
	}
	if p.idToken != "" {
		answer["id_token"] = p.idToken
	}
	if p.silent {
		delete(answer, "id_token")
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// to follows one redirect.
func (p *idp) to(address string) *url.URL {
	p.t.Helper()
	r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	u, err := r.Location()
	if err != nil {
		b, _ := io.ReadAll(r.Body)
		p.t.Fatalf("%s does not lead on: %s %s", address, r.Status, b)
	}
	return u
}

// visit lets a person log in at the provider, and returns where they are sent back to.
func (p *idp) visit(redirect, user string) *url.URL {
	p.t.Helper()
	page := p.to(redirect)
	id := page.Query().Get("authRequestID")
	if err := p.CheckUsernamePassword(user, "verysecure", id); err != nil {
		p.t.Fatal(err)
	}
	return p.to(p.server.URL + "/authorize/callback?id=" + id)
}

// token returns an ID token that the provider makes for another client, with a nonce of our choice.
func (p *idp) token(nonce, user string) string {
	p.t.Helper()
	back := p.visit(p.server.URL+"/authorize?"+url.Values{"client_id": {"other"}, "redirect_uri": {"https://other.example/back"}, "response_type": {"code"},
		"scope": {"openid"}, "nonce": {nonce}, "state": {"x"}}.Encode(), user)
	r, err := http.PostForm(p.server.URL+"/oauth/token", url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")},
		"redirect_uri": {"https://other.example/back"}, "client_id": {"other"}, "client_secret": {"another secret"}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct {
		IDToken string `json:"id_token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || answer.IDToken == "" {
		p.t.Fatal(r.Status, err)
	}
	return answer.IDToken
}

// withProvider opens a store at the time that the provider believes in.
func withProvider(t *testing.T) (*world, *idp) {
	t.Helper()
	p := newIDP(t)
	w := open(t, "memory:", WithProviders([]Provider{{ID: "idp", Title: "Ministry", Issuer: p.server.URL, ClientID: "parley", ClientSecret: "the client's secret"}}))
	w.clock.set(time.Now())
	return w, p
}
