package account

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	user  = "test-user2" // at the provider
	user1 = "test-user@127.0.0.1"
)

// arrive goes to the provider and comes back.
func (w *world) arrive(p *idp, who string) (*Arrival, error) {
	w.t.Helper()
	redirect, state, err := w.BeginExternal(w.t.Context(), "idp", "memo", here)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.FinishExternal(w.t.Context(), "idp", state, p.visit(redirect, who).Query(), here)
}

func TestExternal(t *testing.T) {
	w, p := withProvider(t)
	redirect, state, err := w.BeginExternal(t.Context(), "idp", "where I was", here)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(redirect)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("redirect_uri") != "https://talks.example/login/oidc/idp/back" || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" ||
		len(q.Get("code_challenge")) != 43 || len(q.Get("nonce")) != 43 || len(q.Get("state")) != 43 || q.Get("state") == state || q.Get("client_id") != "parley" {
		t.Fatal(redirect)
	}
	back := p.visit(redirect, user)
	if !strings.HasPrefix(back.String(), "https://talks.example/login/oidc/idp/back?") {
		t.Fatal(back)
	}
	a, err := w.FinishExternal(t.Context(), "idp", state, back.Query(), here)
	if err != nil || a.LogIn != nil || a.Ticket == "" || a.Memo != "where I was" || a.External.Subject != "id2" || a.External.Provider != "idp" {
		t.Fatalf("%+v %v", a, err)
	}
	if len(p.codes) != 1 || len(p.verifier[0]) != 43 {
		t.Errorf("the provider was shown %v with %v", p.codes, p.verifier)
	}

	// Nobody has it: it comes with an invitation.
	link := w.invite(seat("us-head"))
	in, _, err := w.Register(t.Context(), link, Registration{Login: "ana", Name: "Ana", Ticket: a.Ticket}, here)
	if err != nil {
		t.Fatal(err)
	}
	acc, err := w.Account(t.Context(), in.Session.Account)
	if err != nil || len(acc.External) != 1 || acc.External[0].Provider != "idp" || acc.External[0].Subject != "id2" || acc.Password {
		t.Fatalf("%+v %v", acc, err)
	}
	again, err := w.arrive(p, user)
	if err != nil || again.LogIn == nil || again.LogIn.Session.Account != acc.ID || again.Ticket != "" {
		t.Fatalf("%+v %v", again, err)
	}
	is(t, w.Link(t.Context(), in.Token, a.Ticket), ErrNotFound) // it was used
	is(t, w.Unlink(t.Context(), in.Token, acc.External[0]), ErrLast)
	is(t, w.Unlink(t.Context(), in.Token, External{Provider: "idp", Subject: "id1"}), ErrNotFound)

	// Another account links another, and cannot take this one.
	ben := w.join("ben", seat("us-two"))
	b, err := w.arrive(p, user1)
	if err != nil || b.LogIn != nil {
		t.Fatal(err)
	}
	c, err := w.arrive(p, user1)
	if err != nil || c.LogIn != nil {
		t.Fatal(err)
	}
	if err := w.Link(t.Context(), ben.Token, b.Ticket); err != nil {
		t.Fatal(err)
	}
	is(t, w.Link(t.Context(), in.Token, c.Ticket), ErrTaken)
	if err := w.Unlink(t.Context(), ben.Token, External{Provider: "idp", Subject: "id1"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Link(t.Context(), in.Token, c.Ticket); err != nil {
		t.Fatal(err)
	}
	if err := w.Unlink(t.Context(), in.Token, acc.External[0]); err != nil {
		t.Fatal(err)
	}

	// An account that asks for codes asks here too, and a disabled one is refused.
	app, _ := w.withCodes(in)
	again, err = w.arrive(p, user1)
	if err != nil || again.LogIn.Step == "" || again.LogIn.Token != "" {
		t.Fatalf("%+v %v", again, err)
	}
	w.clock.add(30 * time.Second)
	if _, err := w.LogInCode(t.Context(), again.LogIn.Step, app.code(), here); err != nil {
		t.Fatal(err)
	}
	if err := w.Disable(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.arrive(p, user1)
	is(t, err, ErrDenied)
}

// TestExternalRefused has what a provider, somebody between, or another site may do wrong.
func TestExternalRefused(t *testing.T) {
	w, p := withProvider(t)
	in := w.join("ana", seat("us-head"))
	a, err := w.arrive(p, user)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Link(t.Context(), in.Token, a.Ticket); err != nil {
		t.Fatal(err)
	}
	otherKeys := newIDP(t).Storage
	for name, wrong := range map[string]func(q url.Values, state *string, j journey){
		"another state in the address": func(q url.Values, _ *string, _ journey) { q.Set("state", stateOf("x")) },
		"no state in the address":      func(q url.Values, _ *string, _ journey) { q.Del("state") },
		"no cookie":                    func(_ url.Values, state *string, _ journey) { *state = "" },
		"another's cookie": func(_ url.Values, state *string, _ journey) {
			_, other, err := w.BeginExternal(t.Context(), "idp", "", here)
			if err != nil {
				t.Fatal(err)
			}
			*state = other
		},
		"the address as the cookie": func(q url.Values, state *string, _ journey) { *state = q.Get("state") },
		"no code":                   func(q url.Values, _ *string, _ journey) { q.Del("code") },
		"another code":              func(q url.Values, _ *string, _ journey) { q.Set("code", "x") },
		"the provider refuses":      func(q url.Values, _ *string, _ journey) { q.Set("error", "access_denied") },
		"another issuer in the address": func(q url.Values, _ *string, _ journey) {
			q.Set("iss", "https://evil.example")
		},
		"another nonce":  func(url.Values, *string, journey) { p.nonce = "x" },
		"another issuer": func(url.Values, *string, journey) { p.issuer = "https://evil.example" },
		"another key":    func(url.Values, *string, journey) { p.keys = otherKeys },
		"no ID token":    func(url.Values, *string, journey) { p.silent = true },
		"nonsense":       func(url.Values, *string, journey) { p.idToken = "a.b.c" },
		"no signature":   func(url.Values, *string, journey) { p.idToken = "eyJhbGciOiJub25lIn0.e30." },
		"for somebody else who names us too": func(_ url.Values, _ *string, j journey) {
			p.audience = []string{"other", "parley"}
			p.idToken = p.token(j.nonce, user)
		},
		"for somebody else":  func(_ url.Values, _ *string, j journey) { p.idToken = p.token(j.nonce, user) },
		"the journey is old": func(url.Values, *string, journey) { w.clock.add(10 * time.Minute) },
		"the code was stolen and used": func(q url.Values, _ *string, j journey) {
			// Whoever has the code and not the verifier gets nothing, and nobody gets anything after.
			p.codes = nil
			if _, err := w.exchange(t.Context(), w.providers[0], journey{nonce: j.nonce, verifier: strings.Repeat("x", 43)}, q.Get("code")); err == nil {
				t.Error("a code was good without its verifier")
			}
			if _, err := w.exchange(t.Context(), w.providers[0], j, q.Get("code")); err != nil {
				q.Set("code", "gone")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				p.nonce, p.issuer, p.keys, p.silent, p.idToken, p.audience = "", "", nil, false, "", nil
				w.providers[0].config = nil // its keys are asked for again
				w.clock.set(time.Now())
			}()
			redirect, state, err := w.BeginExternal(t.Context(), "idp", "", here)
			if err != nil {
				t.Fatal(err)
			}
			q := p.visit(redirect, user).Query()
			w.journeys.mu.Lock()
			j := w.journeys.items[state].value
			w.journeys.mu.Unlock()
			if name == "another key" {
				w.providers[0].config = nil
			}
			wrong(q, &state, j)
			got, err := w.FinishExternal(t.Context(), "idp", state, q, here)
			if err == nil {
				t.Fatalf("%+v", got)
			}
			is(t, err, ErrDenied)
		})
	}
	t.Run("an ID token that has expired", func(t *testing.T) {
		redirect, state, err := w.BeginExternal(t.Context(), "idp", "", here)
		if err != nil {
			t.Fatal(err)
		}
		q := p.visit(redirect, user).Query()
		w.journeys.ttl = 2 * time.Hour
		w.journeys.mu.Lock()
		j := w.journeys.items[state].value
		w.journeys.mu.Unlock()
		w.clock.add(2 * time.Hour)
		w.journeys.put("later", j, w.clock.now())
		q.Set("state", stateOf("later"))
		_, err = w.FinishExternal(t.Context(), "idp", "later", q, here)
		is(t, err, ErrDenied)
		w.clock.add(-2 * time.Hour)
	})
	t.Run("once", func(t *testing.T) {
		redirect, state, err := w.BeginExternal(t.Context(), "idp", "", here)
		if err != nil {
			t.Fatal(err)
		}
		q := p.visit(redirect, user).Query()
		got, err := w.FinishExternal(t.Context(), "idp", state, q, here)
		if err != nil || got.LogIn == nil {
			t.Fatal(got, err)
		}
		_, err = w.FinishExternal(t.Context(), "idp", state, q, here)
		is(t, err, ErrDenied)
		// And on the way of another journey the provider refuses the code.
		_, state, err = w.BeginExternal(t.Context(), "idp", "", here)
		if err != nil {
			t.Fatal(err)
		}
		q.Set("state", stateOf(state))
		_, err = w.FinishExternal(t.Context(), "idp", state, q, here)
		is(t, err, ErrDenied)
	})
	t.Run("for us among others", func(t *testing.T) {
		p.audience = []string{"other", "parley"}
		defer func() { p.audience = nil }()
		if got, err := w.arrive(p, user); err != nil || got.LogIn == nil {
			t.Fatal(got, err)
		}
	})
}

func TestProviders(t *testing.T) {
	w, p := withProvider(t)
	if list := w.Providers(); len(list) != 1 || list[0].Title != "Ministry" || list[0].ClientSecret != "" || list[0].ClientID != "" {
		t.Fatalf("%+v", list)
	}
	_, _, err := w.BeginExternal(t.Context(), "nobody", "", here)
	is(t, err, ErrOff)
	_, err = w.FinishExternal(t.Context(), "nobody", "", nil, here)
	is(t, err, ErrOff)
	redirect, state, err := w.BeginExternal(t.Context(), "idp", "", here)
	if err != nil {
		t.Fatal(err)
	}
	q := p.visit(redirect, user).Query()
	p.server.Close()
	_, err = w.FinishExternal(t.Context(), "idp", state, q, here)
	is(t, err, ErrUnavailable)
	w.providers[0].config = nil
	_, _, err = w.BeginExternal(t.Context(), "idp", "", here)
	is(t, err, ErrUnavailable)
	begun := 0
	for ; begun < 1000; begun++ {
		if _, _, err := w.BeginExternal(t.Context(), "idp", "", here); isLimit(err) {
			break
		}
	}
	if begun > beginsPerAddress {
		t.Errorf("%d journeys were begun", begun)
	}
	if list := open(t, "memory:").Providers(); list != nil {
		t.Errorf("%+v", list)
	}
}
