package account

import (
	"errors"
	"testing"
	"time"
)

// withPasskey registers an account that has a passkey and no password.
func (w *world) withPasskey(login string, h Holding) (*authenticator, *LogIn) {
	w.t.Helper()
	a := newAuthenticator(w.t)
	link := w.invite(h)
	asked, challenge, err := w.BeginRegister(w.t.Context(), link, login, "Person "+login, here)
	if err != nil {
		w.t.Fatal(err)
	}
	in, _, err := w.Register(w.t.Context(), link, Registration{Login: login, Name: "Person " + login, Challenge: challenge, Response: a.create(asked), Passkey: "laptop"}, here)
	if err != nil {
		w.t.Fatal(err)
	}
	return a, in
}

// get lets a device answer a log-in.
func (w *world) passkey(a *authenticator) (*LogIn, error) {
	w.t.Helper()
	asked, challenge, err := w.BeginPasskey(w.t.Context(), here)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.FinishPasskey(w.t.Context(), challenge, a.get(asked), here)
}

func TestPasskeys(t *testing.T) {
	w := open(t, t.TempDir())
	a, in := w.withPasskey("ana", seat("us-head"))
	if in.Session.Holding != seat("us-head") {
		t.Fatalf("%+v", in.Session)
	}
	_, err := w.LogInPassword(t.Context(), "ana", "", here)
	is(t, err, ErrDenied)
	w.clock.add(time.Hour)
	again, err := w.passkey(a)
	if err != nil || again.Session.Account != in.Session.Account || again.Step != "" {
		t.Fatal(again, err)
	}
	acc, err := w.Account(t.Context(), in.Session.Account)
	if err != nil || len(acc.Passkeys) != 1 || acc.Passkeys[0].Name != "laptop" || !acc.Passkeys[0].Used.Equal(w.clock.now()) || acc.Passkeys[0].Synced || acc.Password {
		t.Fatalf("%+v %v", acc, err)
	}

	// A second one, which is kept in a cloud.
	second := newAuthenticator(t)
	second.be, second.bs = true, true
	asked, challenge, err := w.BeginAddPasskey(t.Context(), again.Token)
	if err != nil {
		t.Fatal(err)
	}
	if o := second.options(asked); len(o.PublicKey.ExcludeCredentials) != 1 || o.PublicKey.RP.ID != "talks.example" || o.PublicKey.User.Name != "ana" {
		t.Errorf("asked %s", asked)
	}
	p, err := w.FinishAddPasskey(t.Context(), again.Token, challenge, "", second.create(asked))
	if err != nil || p.Name != "passkey" || !p.Synced {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := w.passkey(second); err != nil {
		t.Fatal(err)
	}
	if err := w.RenamePasskey(t.Context(), again.Token, p.ID, "phone"); err != nil {
		t.Fatal(err)
	}
	is(t, w.RenamePasskey(t.Context(), again.Token, "AAAA", "phone"), ErrNotFound)
	if err := w.RemovePasskey(t.Context(), again.Token, acc.Passkeys[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.passkey(a); !errors.Is(err, ErrDenied) {
		t.Error("a passkey that was removed opens:", err)
	}
	is(t, w.RemovePasskey(t.Context(), again.Token, p.ID), ErrLast)
	for _, id := range []string{"", "AAAA", "%"} {
		is(t, w.RemovePasskey(t.Context(), again.Token, id), ErrNotFound)
	}

	w.clock.add(16 * time.Minute)
	_, _, err = w.BeginAddPasskey(t.Context(), again.Token)
	is(t, err, ErrStale)
	is(t, w.RemovePasskey(t.Context(), again.Token, p.ID), ErrStale)
	if err := w.Disable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	_, err = w.passkey(second)
	is(t, err, ErrDenied)
}

// TestPasskeysRefused has what a device, a browser or a thief may do wrong.
func TestPasskeysRefused(t *testing.T) {
	w := open(t, "memory:")
	for name, wrong := range map[string]func(a *authenticator){
		"its user is not verified":      func(a *authenticator) { a.uv = false },
		"its user is not there":         func(a *authenticator) { a.up = false },
		"another origin":                func(a *authenticator) { a.origin = "https://talks.example.evil.example" },
		"another port":                  func(a *authenticator) { a.origin = "https://talks.example:8443" },
		"without TLS":                   func(a *authenticator) { a.origin = "http://talks.example" },
		"another RP":                    func(a *authenticator) { a.rp = "evil.example" },
		"in a frame of somebody else's": func(a *authenticator) { a.cross = true },
	} {
		t.Run(name, func(t *testing.T) {
			w.clock.add(time.Hour)
			h := seat("us-" + string(rune('a'+len(w.all()))))
			login := "person-" + string(rune('a'+len(w.all())))
			a, in := w.withPasskey(login, h)
			wrong(a)
			_, err := w.passkey(a)
			is(t, err, ErrDenied)

			b := newAuthenticator(t)
			wrong(b)
			asked, challenge, err := w.BeginAddPasskey(t.Context(), in.Token)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.FinishAddPasskey(t.Context(), in.Token, challenge, "x", b.create(asked))
			is(t, err, ErrDenied)

			link := w.invite(seat("us-free"))
			asked, challenge, err = w.BeginRegister(t.Context(), link, login+"2", "x", here)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = w.Register(t.Context(), link, Registration{Login: login + "2", Name: "x", Challenge: challenge, Response: b.create(asked)}, here)
			is(t, err, ErrDenied)
			if err := w.Invited(t.Context(), link, here); err != nil {
				t.Error("the link was used up:", err)
			}
		})
	}

	a, in := w.withPasskey("zoe", seat("us-zoe"))
	if _, err := w.passkey(a); err != nil {
		t.Fatal(err)
	}
	t.Run("a challenge twice", func(t *testing.T) {
		asked, challenge, err := w.BeginPasskey(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		response := a.get(asked)
		if _, err := w.FinishPasskey(t.Context(), challenge, response, here); err != nil {
			t.Fatal(err)
		}
		_, err = w.FinishPasskey(t.Context(), challenge, response, here)
		is(t, err, ErrDenied)
	})
	t.Run("the answer to another challenge", func(t *testing.T) {
		asked, _, err := w.BeginPasskey(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		_, challenge, err := w.BeginPasskey(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.FinishPasskey(t.Context(), challenge, a.get(asked), here)
		is(t, err, ErrDenied)
	})
	t.Run("a challenge that is old", func(t *testing.T) {
		asked, challenge, err := w.BeginPasskey(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.add(5 * time.Minute)
		_, err = w.FinishPasskey(t.Context(), challenge, a.get(asked), here)
		is(t, err, ErrDenied)
	})
	t.Run("a challenge for something else", func(t *testing.T) {
		in := w.fresh(a)
		asked, challenge, err := w.BeginAddPasskey(t.Context(), in.Token)
		if err != nil {
			t.Fatal(err)
		}
		o := a.options(asked)
		_, err = w.FinishPasskey(t.Context(), challenge, a.sign("talks.example", a.client("webauthn.get", o.PublicKey.Challenge)), here)
		is(t, err, ErrDenied)
		_, challenge, err = w.BeginPasskey(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.FinishAddPasskey(t.Context(), in.Token, challenge, "x", newAuthenticator(t).create(asked))
		is(t, err, ErrDenied)
	})
	t.Run("another link's challenge", func(t *testing.T) {
		asked, challenge, err := w.BeginRegister(t.Context(), w.invite(seat("us-one-link")), "lin", "x", here)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Register(t.Context(), w.invite(seat("us-another-link")), Registration{Login: "lin", Name: "x", Challenge: challenge,
			Response: newAuthenticator(t).create(asked)}, here)
		is(t, err, ErrDenied)
	})
	t.Run("somebody else's challenge", func(t *testing.T) {
		_, other := w.withPasskey("eve", seat("us-eve"))
		in := w.fresh(a)
		asked, challenge, err := w.BeginAddPasskey(t.Context(), in.Token)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.FinishAddPasskey(t.Context(), other.Token, challenge, "x", newAuthenticator(t).create(asked))
		is(t, err, ErrDenied)
	})
	t.Run("a copy of the device", func(t *testing.T) {
		thief := *a
		if _, err := w.passkey(a); err != nil {
			t.Fatal(err)
		}
		_, err := w.passkey(&thief)
		is(t, err, ErrDenied)
	})
	t.Run("another key", func(t *testing.T) {
		thief := newAuthenticator(t)
		thief.id, thief.handle, thief.count = a.id, a.handle, 100
		_, err := w.passkey(thief)
		is(t, err, ErrDenied)
	})
	t.Run("another's handle", func(t *testing.T) {
		b, _ := w.withPasskey("max", seat("us-max"))
		b.handle = a.handle
		_, err := w.passkey(b)
		is(t, err, ErrDenied)
	})
	t.Run("a passkey that somebody has", func(t *testing.T) {
		_, other := w.withPasskey("kim", seat("us-kim"))
		asked, challenge, err := w.BeginAddPasskey(t.Context(), other.Token)
		if err != nil {
			t.Fatal(err)
		}
		b := *a
		_, err = w.FinishAddPasskey(t.Context(), other.Token, challenge, "x", b.create(asked))
		is(t, err, ErrTaken)
	})
	for name, response := range map[string]string{"nothing": "", "no JSON": "{", "no answer": "{}", "much": string(make([]byte, responseMax+1))} {
		t.Run(name, func(t *testing.T) {
			_, challenge, err := w.BeginPasskey(t.Context(), here)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.FinishPasskey(t.Context(), challenge, []byte(response), here)
			is(t, err, ErrDenied)
		})
	}
	if _, err := w.Session(t.Context(), in.Token); err != nil {
		t.Error(err)
	}
}

// fresh logs in anew.
func (w *world) fresh(a *authenticator) *LogIn {
	w.t.Helper()
	in, err := w.passkey(a)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) all() []Account {
	w.t.Helper()
	list, err := w.Accounts(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// TestPasskeysAtHome: a browser on the same machine needs no TLS.
func TestPasskeysAtHome(t *testing.T) {
	w := open(t, "memory:", WithOrigin("http://localhost:8080", "Talks"))
	in := w.join("ana", seat("us-head"))
	asked, challenge, err := w.BeginAddPasskey(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthenticator(t)
	a.origin = "http://localhost:8080"
	if _, err := w.FinishAddPasskey(t.Context(), in.Token, challenge, "laptop", a.create(asked)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.passkey(a); err != nil {
		t.Fatal(err)
	}
	a.origin = "http://localhost:8081"
	_, err = w.passkey(a)
	is(t, err, ErrDenied)
}

// TestNoPasskeys: where the server has no name, there are none.
func TestNoPasskeys(t *testing.T) {
	w := open(t, "memory:", WithOrigin("http://127.0.0.1:8080", "x"))
	in := w.join("ana", seat("us-head"))
	_, _, err := w.BeginPasskey(t.Context(), here)
	is(t, err, ErrOff)
	_, err = w.FinishPasskey(t.Context(), "x", nil, here)
	is(t, err, ErrOff)
	_, _, err = w.BeginAddPasskey(t.Context(), in.Token)
	is(t, err, ErrOff)
	_, err = w.FinishAddPasskey(t.Context(), in.Token, "x", "x", nil)
	is(t, err, ErrOff)
	_, _, err = w.BeginRegister(t.Context(), "x", "ana", "x", here)
	is(t, err, ErrOff)
	_, _, err = w.Register(t.Context(), w.invite(seat("us-two")), Registration{Login: "ben", Name: "x", Challenge: "x"}, here)
	is(t, err, ErrOff)
}
