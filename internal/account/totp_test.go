package account

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// app is an authenticator app.
type app struct {
	w      *world
	secret string
}

func (a app) code() string {
	a.w.t.Helper()
	code, err := totp.GenerateCode(a.secret, a.w.clock.now())
	if err != nil {
		a.w.t.Fatal(err)
	}
	return code
}

// withCodes sets up an app for a session's account.
func (w *world) withCodes(in *LogIn) (app, []string) {
	w.t.Helper()
	set, err := w.BeginTOTP(w.t.Context(), in.Token)
	if err != nil {
		w.t.Fatal(err)
	}
	a := app{w, strings.ReplaceAll(set.Secret, " ", "")}
	recovery, err := w.ConfirmTOTP(w.t.Context(), in.Token, a.code())
	if err != nil {
		w.t.Fatal(err)
	}
	return a, recovery
}

func (w *world) step(login string) string {
	w.t.Helper()
	in := w.logIn(login)
	if in.Step == "" || in.Token != "" || in.Session != nil {
		w.t.Fatalf("%+v", in)
	}
	return in.Step
}

func TestCodes(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	in := w.join("ana", seat("us-head"))
	set, err := w.BeginTOTP(t.Context(), in.Token)
	if err != nil || !strings.HasPrefix(set.URL, "otpauth://totp/Talks:ana?") || len(set.QR) < 21 || len(set.QR) != len(set.QR[0]) || !set.QR[0][0] || set.QR[7][7] {
		t.Fatalf("%+v %v", set, err)
	}
	_, err = w.ConfirmTOTP(t.Context(), in.Token, "000000")
	is(t, err, ErrDenied)
	if w.logIn("ana").Step != "" {
		t.Fatal("a code is asked for that nobody has seen to work")
	}
	a, recovery := w.withCodes(in)
	if len(recovery) != 10 || len(recovery[0]) != 27 || recovery[0] == recovery[1] {
		t.Fatal(recovery)
	}

	step := w.step("ana")
	_, err = w.LogInCode(t.Context(), step, a.code(), here)
	is(t, err, ErrDenied) // it was used to set the app up
	w.clock.add(30 * time.Second)
	next, err := w.LogInCode(t.Context(), step, " "+a.code()[:3]+" "+a.code()[3:]+" ", here)
	if err != nil || next.Session.Account != in.Session.Account {
		t.Fatal(err)
	}
	_, err = w.LogInCode(t.Context(), step, a.code(), here)
	is(t, err, ErrDenied) // the step was taken
	_, err = w.LogInCode(t.Context(), w.step("ana"), a.code(), here)
	is(t, err, ErrDenied) // the code was used

	// A code of the step before is taken, unless a later one was used; one of two before is not.
	w.clock.add(90 * time.Second)
	old := a.code()
	w.clock.add(30 * time.Second)
	if _, err = w.LogInCode(t.Context(), w.step("ana"), old, here); err != nil {
		t.Fatal(err)
	}
	w.clock.add(30 * time.Second)
	old = a.code()
	w.clock.add(60 * time.Second)
	_, err = w.LogInCode(t.Context(), w.step("ana"), old, here)
	is(t, err, ErrDenied)

	// Recovery codes, each once, however they are typed.
	in, err = w.LogInCode(t.Context(), w.step("ana"), strings.ToUpper(strings.ReplaceAll(recovery[3], "-", " ")), here)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.LogInCode(t.Context(), w.step("ana"), recovery[3], here)
	is(t, err, ErrDenied)
	if acc, err := w.Account(t.Context(), in.Session.Account); err != nil || acc.RecoveryLeft != 9 || !acc.TOTP {
		t.Fatalf("%+v %v", acc, err)
	}
	anew, err := w.NewRecoveryCodes(t.Context(), in.Token)
	if err != nil || len(anew) != 10 {
		t.Fatal(anew, err)
	}
	_, err = w.LogInCode(t.Context(), w.step("ana"), recovery[4], here)
	is(t, err, ErrDenied)

	// Proving again asks for a code too.
	w.clock.add(time.Minute)
	_, err = w.Prove(t.Context(), in.Token, good, "", here)
	is(t, err, ErrDenied)
	if _, err = w.Prove(t.Context(), in.Token, good, a.code(), here); err != nil {
		t.Fatal(err)
	}

	// With another key file codes of the app are refused, and recovery codes work.
	key := w.key
	w.key[0]++
	w.clock.add(time.Minute)
	_, err = w.LogInCode(t.Context(), w.step("ana"), a.code(), here)
	is(t, err, ErrDenied)
	if in, err = w.LogInCode(t.Context(), w.step("ana"), anew[0], here); err != nil {
		t.Fatal(err)
	}
	w.key = key
	if err := w.RemoveTOTP(t.Context(), in.Token); err != nil {
		t.Fatal(err)
	}
	if w.logIn("ana").Token == "" {
		t.Error("a code is asked for")
	}
	_, err = w.NewRecoveryCodes(t.Context(), in.Token)
	is(t, err, ErrNotFound)
}

// TestPasswordIsNoCode: a new password alone does not count as a proof where the account asks for codes, so it cannot take the codes away.
func TestPasswordIsNoCode(t *testing.T) {
	w := open(t, "memory:")
	in, plain := w.join("ana", seat("us-head")), w.join("ben", seat("us-two"))
	a, _ := w.withCodes(in)
	w.clock.add(time.Hour)
	token, err := w.SetPassword(t.Context(), in.Token, good, good2, here)
	if err != nil {
		t.Fatal(err)
	}
	is(t, w.RemoveTOTP(t.Context(), token), ErrStale)
	_, err = w.NewRecoveryCodes(t.Context(), token)
	is(t, err, ErrStale)
	if token, err = w.Prove(t.Context(), token, good2, a.code(), here); err != nil {
		t.Fatal(err)
	}
	is(t, w.RemoveTOTP(t.Context(), token), nil)

	if token, err = w.SetPassword(t.Context(), plain.Token, good, good2, here); err != nil {
		t.Fatal(err)
	}
	if s, err := w.Session(t.Context(), token); err != nil || !w.Recent(s) {
		t.Error("without codes the password is no proof", err)
	}
}

// TestSteps: the second step of a log-in ends after five attempts, or five minutes, and codes are limited however many steps are begun.
func TestSteps(t *testing.T) {
	w := open(t, "memory:")
	a, _ := w.withCodes(w.join("ana", seat("us-head")))
	w.clock.add(time.Minute)
	step := w.step("ana")
	for range stepTries {
		_, err := w.LogInCode(t.Context(), step, "000000", here)
		is(t, err, ErrDenied)
	}
	_, err := w.LogInCode(t.Context(), step, a.code(), here)
	is(t, err, ErrDenied)
	step = w.step("ana")
	w.clock.add(5 * time.Minute)
	_, err = w.LogInCode(t.Context(), step, a.code(), here)
	is(t, err, ErrDenied)
	for _, step := range []string{"", "x"} {
		_, err = w.LogInCode(t.Context(), step, a.code(), here)
		is(t, err, ErrDenied)
	}

	tried := 0
	for ; ; tried++ {
		if tried > 50 {
			t.Fatal("codes can be guessed without end")
		}
		if _, err := w.LogInCode(t.Context(), w.step("ana"), "000000", here); isLimit(err) {
			break
		}
	}
	step = w.step("ana")
	if _, err := w.LogInCode(t.Context(), step, a.code(), here); !isLimit(err) {
		t.Fatal(err)
	}
	w.clock.add(4 * time.Minute) // the step is still good, and an attempt is free again with the next
	w.clock.add(50 * time.Second)
	if _, err := w.LogInCode(t.Context(), step, a.code(), here); err != nil && !isLimit(err) {
		t.Fatal(err)
	}
	w.clock.add(10 * time.Minute)
	if _, err := w.LogInCode(t.Context(), w.step("ana"), a.code(), here); err != nil {
		t.Fatal(err)
	}
	if err := w.Disable(t.Context(), w.all()[0].ID); err != nil {
		t.Fatal(err)
	}
}

// TestDisabledBetweenSteps: what happened between the steps of a log-in counts.
func TestDisabledBetweenSteps(t *testing.T) {
	w := open(t, "memory:")
	a, _ := w.withCodes(w.join("ana", seat("us-head")))
	w.clock.add(time.Minute)
	step := w.step("ana")
	if err := w.Disable(t.Context(), w.all()[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.LogInCode(t.Context(), step, a.code(), here)
	is(t, err, ErrDenied)
}

// TestCodesRemovedBetweenSteps: a step that waits for a code is worth nothing without one.
func TestCodesRemovedBetweenSteps(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	a, recovery := w.withCodes(in)
	w.clock.add(time.Minute)
	step := w.step("ana")
	if err := w.RemoveTOTP(t.Context(), in.Token); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{a.code(), recovery[0], ""} {
		_, err := w.LogInCode(t.Context(), step, code, here)
		is(t, err, ErrDenied)
	}
}

// TestCodesNeedASession: what is set up belongs to the session that began it.
func TestCodesNeedASession(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	set, err := w.BeginTOTP(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	a := app{w, strings.ReplaceAll(set.Secret, " ", "")}
	other := w.join("ben", seat("us-two"))
	_, err = w.ConfirmTOTP(t.Context(), other.Token, a.code())
	is(t, err, ErrNotFound)
	w.clock.add(15 * time.Minute)
	_, err = w.ConfirmTOTP(t.Context(), in.Token, a.code())
	is(t, err, ErrNotFound)
	_, err = w.BeginTOTP(t.Context(), in.Token)
	is(t, err, ErrStale)
	is(t, w.RemoveTOTP(t.Context(), in.Token), ErrStale)
	_, err = w.BeginTOTP(t.Context(), "x")
	is(t, err, ErrNotFound)
}
