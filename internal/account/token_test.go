package account

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/talks"
)

func TestTokens(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	other := w.join("ben", seat("us-two"))
	create := func(name string, write bool, expires time.Time) (string, *Token) {
		t.Helper()
		secret, k, err := w.NewToken(t.Context(), in.Token, seat("us-head"), name, write, expires)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^parley_[0-9A-Za-z]{43}$`).MatchString(secret) {
			t.Fatal(secret)
		}
		return secret, k
	}
	reader, r := create(" minutes ", false, time.Time{})
	w.clock.add(time.Second)
	writer, _ := create("bot", true, w.clock.now().Add(time.Hour))
	if r.Name != "minutes" || !r.Expires.Equal(r.Created.Add(90*24*time.Hour)) {
		t.Fatalf("%+v", r)
	}
	k, err := w.Token(t.Context(), reader)
	if err != nil || k.Write || k.Account != in.Session.Account || k.Holding != seat("us-head") || k.ID != r.ID || k.Ended == nil || !k.Used.Equal(w.clock.now()) {
		t.Fatalf("%+v %v", k, err)
	}
	kw, err := w.Token(t.Context(), writer)
	if err != nil || !kw.Write {
		t.Fatalf("%+v %v", kw, err)
	}
	list, err := w.Tokens(t.Context(), in.Session.Account)
	if err != nil || len(list) != 2 || list[0].Name != "bot" || !list[1].Used.Equal(w.clock.now()) {
		t.Fatalf("%+v %v", list, err)
	}
	for _, secret := range []string{"", "parley_", reader + "x", "parley_" + strings.Repeat("0", 43), strings.ToUpper(reader), reader[7:]} {
		_, err := w.Token(t.Context(), secret)
		is(t, err, ErrNotFound)
	}

	is(t, w.RevokeToken(t.Context(), other.Session.Account, r.ID), ErrNotFound)
	lasts(t, k.Ended)
	if err := w.RevokeToken(t.Context(), in.Session.Account, r.ID); err != nil {
		t.Fatal(err)
	}
	ended(t, k.Ended)
	lasts(t, kw.Ended)
	_, err = w.Token(t.Context(), reader)
	is(t, err, ErrNotFound)
	is(t, w.RevokeToken(t.Context(), in.Session.Account, r.ID), ErrNotFound)

	w.clock.add(time.Hour)
	_, err = w.Token(t.Context(), writer)
	is(t, err, ErrNotFound)
	w.sweep()
	ended(t, kw.Ended)

	in = w.logIn("ana")
	secret, _, err := w.NewToken(t.Context(), in.Token, seat("us-head"), "x", true, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if k, err = w.Token(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if err := w.Disable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	ended(t, k.Ended)
	_, err = w.Token(t.Context(), secret)
	is(t, err, ErrNotFound)
	if err := w.Enable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	if k, err = w.Token(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	lasts(t, k.Ended)
}

func TestWrongTokens(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	w.join("ben", seat("us-two"))
	for name, k := range map[string]struct {
		h       Holding
		name    string
		expires time.Duration
		field   string
	}{
		"no name":        {seat("us-head"), "", time.Hour, "token"},
		"lines":          {seat("us-head"), "a\nb", time.Hour, "token"},
		"past":           {seat("us-head"), "x", -time.Second, "expires"},
		"for ever":       {seat("us-head"), "x", 1000 * 24 * time.Hour, "expires"},
		"another's":      {seat("us-two"), "x", time.Hour, ""},
		"another tenure": {Holding{Process: "riyadh", Seat: "us-head", Tenure: talks.Ref{Room: "x", Name: "1"}}, "x", time.Hour, ""},
		"none":           {Holding{}, "x", time.Hour, ""},
	} {
		_, _, err := w.NewToken(t.Context(), in.Token, k.h, k.name, true, w.clock.now().Add(k.expires))
		if p, ok := errors.AsType[*Problem](err); ok != (k.field != "") || (ok && p.Field != k.field) {
			t.Errorf("%s: %v", name, err)
		} else if !ok {
			is(t, err, ErrNotFound)
		}
	}
	for i := range tokenMax {
		if _, _, err := w.NewToken(t.Context(), in.Token, seat("us-head"), fmt.Sprint(i), true, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := w.NewToken(t.Context(), in.Token, seat("us-head"), "x", true, time.Time{})
	is(t, err, ErrMany)
}
