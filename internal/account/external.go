package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parley/internal/account/internal/store"
)

// Arrival is what comes of going to a provider.
type Arrival struct {
	LogIn    *LogIn   // the account that the provider's account is linked to; nil where nobody has linked it
	External External // who the provider says it is
	Ticket   string   // where LogIn is nil: stands for External in Link and Registration.Ticket, once and within fifteen minutes
	Memo     string   // what BeginExternal was given
}

// provider is one that is set up. What it says of itself is asked for when it is first needed.
type provider struct {
	Provider
	mu     sync.Mutex
	config *oauth2.Config
	verify *oidc.IDTokenVerifier
}

// journey is a browser that was sent to a provider.
type journey struct {
	provider, nonce, verifier, memo string
}

// ticket stands for a provider's account that nobody has linked yet.
type ticket struct {
	issuer, provider, subject, name string
}

func (s *Store) setProviders(list []Provider) {
	s.providers = nil
	for _, p := range list {
		s.providers = append(s.providers, &provider{Provider: p})
	}
}

func (s *Store) settleProviders() error {
	seen := map[string]bool{}
	for _, p := range s.providers {
		u, err := url.Parse(p.Issuer)
		switch {
		case p.ID == "" || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || seen[p.ID]:
			return fmt.Errorf("%q cannot be the ID of a provider: each has its own, of lower-case letters, digits and hyphens", p.ID)
		case err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname()))):
			return fmt.Errorf("%q cannot be the issuer of a provider: write https://…", p.Issuer)
		case p.ClientID == "":
			return fmt.Errorf("the provider %s has no client ID", p.ID)
		}
		seen[p.ID] = true
	}
	return nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// Providers lists the providers that people may log in with: ID, Title and Issuer.
func (s *Store) Providers() []Provider {
	var list []Provider
	for _, p := range s.providers {
		if s.origin != "" {
			list = append(list, Provider{ID: p.ID, Title: p.Title, Issuer: p.Issuer})
		}
	}
	return list
}

// client asks providers: not for long, not for much, and nobody whom they name in turn.
var client = &http.Client{
	Timeout:       10 * time.Second,
	Transport:     little{http.DefaultTransport},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// little reads at most 1 MiB of an answer.
type little struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (l little) RoundTrip(r *http.Request) (*http.Response, error) {
	w, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		w.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(w.Body, 1<<20), w.Body}
	}
	return w, err
}

// ready returns a provider that has said what it is, or ErrOff, or ErrUnavailable.
func (s *Store) ready(ctx context.Context, id string) (*provider, error) {
	i := slices.IndexFunc(s.providers, func(p *provider) bool { return p.ID == id })
	if i < 0 || s.origin == "" {
		return nil, ErrOff
	}
	p := s.providers[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.config != nil {
		return p, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, client), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: asking the provider what it is: %w", ErrUnavailable, err)
	}
	var can struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&can); err != nil {
		return nil, fmt.Errorf("%w: asking the provider what it is: %w", ErrUnavailable, err)
	}
	// The library would try both ways, which shows a code to the provider twice.
	endpoint := found.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(can.Methods) > 0 && !slices.Contains(can.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	if p.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	p.verify = found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.now})
	p.config = &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint,
		RedirectURL: s.origin + "/login/oidc/" + p.ID + "/back", Scopes: append([]string{oidc.ScopeOpenID, "profile"}, p.Scopes...)}
	return p, nil
}

// stateOf is what goes to the provider and comes back in the address: it can be computed from the cookie, and the cookie not from it.
func stateOf(cookie string) string {
	h := sha256.Sum256([]byte("parley state\n" + cookie))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// BeginExternal begins a log-in at a provider: the authorization code flow with PKCE (S256), state and nonce. Send the browser to redirect, and
// keep state in a cookie for FinishExternal, once and within ten minutes. memo is kept here meanwhile and comes back in Arrival.Memo.
// The provider is told to send people back to ORIGIN/login/oidc/PROVIDER/back and nowhere else.
func (s *Store) BeginExternal(ctx context.Context, provider, memo string, c Client) (redirect, state string, err error) {
	fail := func(err error) (string, string, error) { return "", "", fmt.Errorf("going to a provider: %w", err) }
	if _, err := s.try(count{s.begun, place(c.Address)}); err != nil {
		return fail(err)
	}
	p, err := s.ready(ctx, provider)
	if err != nil {
		return fail(err)
	}
	j := journey{provider: p.ID, nonce: s.source.secret("nonce", p.ID), verifier: s.source.secret("verifier", p.ID), memo: memo}
	state = s.source.secret("state", p.ID)
	s.journeys.put(state, j, s.now())
	return p.config.AuthCodeURL(stateOf(state), oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), state, nil
}

// FinishExternal takes the browser back: state is the cookie's, query what the provider added to the address. Whatever does not match is
// ErrDenied. LogIn is set where an account is linked (it may ask for a code), Ticket otherwise.
func (s *Store) FinishExternal(ctx context.Context, provider, state string, query url.Values, c Client) (*Arrival, error) {
	fail := func(err error) (*Arrival, error) { return nil, fmt.Errorf("coming back from a provider: %w", err) }
	try, err := s.try(count{s.addresses, place(c.Address)})
	if err != nil {
		return fail(err)
	}
	p, err := s.ready(ctx, provider)
	if err != nil {
		return fail(err)
	}
	j, ok := s.journeys.take(state, s.now())
	if !ok || j.provider != provider || subtle.ConstantTimeCompare([]byte(stateOf(state)), []byte(query.Get("state"))) != 1 {
		return fail(s.denied("provider"))
	}
	// A provider that says who it is (RFC 9207) must be the one that was asked.
	if query.Get("error") != "" || query.Get("code") == "" || (query.Has("iss") && query.Get("iss") != p.Issuer) {
		return fail(s.denied("provider"))
	}
	t, err := s.exchange(ctx, p, j, query.Get("code"))
	if err != nil {
		return fail(err)
	}
	a := &Arrival{External: External{Provider: p.ID, Subject: t.subject, Name: t.name}, Memo: j.memo}
	var account ID
	err = s.read(ctx, func(tx *store.Tx) error {
		row, err := tx.External(t.issuer, t.subject)
		account = ID(row.Account)
		a.External.Created = row.Created
		return err
	})
	switch {
	case errors.Is(err, ErrNotFound):
		a.Ticket = s.source.secret("ticket", p.ID)
		s.tickets.put(a.Ticket, t, s.now())
	case err != nil:
		return fail(err)
	default:
		a.LogIn, err = s.enter(ctx, account, c, true, func(tx *store.Tx, now *store.Account) error {
			if row, err := tx.External(t.issuer, t.subject); err != nil || row.Account != now.ID {
				return ErrDenied // it was unlinked meanwhile
			}
			return nil
		})
		if err != nil {
			return fail(err)
		}
	}
	try.forgive()
	return a, nil
}

// exchange turns a code into the person whom the provider's signed answer names.
func (s *Store) exchange(ctx context.Context, p *provider, j journey, code string) (t ticket, err error) {
	ctx = oidc.ClientContext(ctx, client)
	answer, err := p.config.Exchange(ctx, code, oauth2.VerifierOption(j.verifier))
	if err != nil {
		if _, refused := errors.AsType[*oauth2.RetrieveError](err); refused {
			return t, s.denied("provider")
		}
		return t, fmt.Errorf("%w: asking the provider who it is: %w", ErrUnavailable, err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := p.verify.Verify(ctx, raw)
	if err != nil || token.Subject == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(j.nonce)) != 1 {
		return t, s.denied("provider")
	}
	var claims struct {
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Party    string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return t, s.denied("provider")
	}
	if (len(token.Audience) > 1 || claims.Party != "") && claims.Party != p.ClientID {
		return t, s.denied("provider") // it is for somebody else, who could bring it here
	}
	t = ticket{issuer: p.Issuer, provider: p.ID, subject: token.Subject, name: token.Subject}
	for _, name := range []string{claims.Username, claims.Name} {
		if name, err := cleanName("name", name); err == nil {
			t.name = name
		}
	}
	return t, nil
}

// link lets an account log in with what a ticket stands for. The ticket is taken by whoever has stored it.
func (s *Store) link(tx *store.Tx, a store.Account, token string) error {
	t, ok := s.tickets.look(token, s.now())
	if !ok {
		return ErrNotFound
	}
	return tx.AddExternal(store.External{Issuer: t.issuer, Subject: t.subject, Account: a.ID, Provider: t.provider, Name: t.name, Created: s.now()})
}

// Link lets the session's account log in with the provider's account that a ticket stands for. The session must be recent; ErrTaken where
// another account has it.
func (s *Store) Link(ctx context.Context, token, ticket string) error {
	err := s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
		if list, err := tx.Externals(a.ID); err != nil || len(list) >= externalMax {
			return errors.Join(err, ErrMany)
		}
		return s.link(tx, *a, ticket)
	})
	if err != nil {
		return fmt.Errorf("linking a provider: %w", err)
	}
	s.tickets.take(ticket, s.now())
	return nil
}

const externalMax = 10 // of one account

// Unlink undoes Link. The session must be recent; ErrLast where it is the only way to log in.
func (s *Store) Unlink(ctx context.Context, token string, e External) error {
	err := s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
		list, err := tx.Externals(a.ID)
		if err != nil {
			return err
		}
		for _, row := range list {
			if x := s.externalOf(row); x.Provider == e.Provider && x.Subject == e.Subject {
				if err := tx.RemoveExternal(a.ID, row.Issuer, row.Subject); err != nil {
					return err
				}
				return wayIn(tx, *a)
			}
		}
		return ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("unlinking a provider: %w", err)
	}
	return nil
}
