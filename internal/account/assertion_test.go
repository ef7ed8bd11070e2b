package account

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"testing"
)

// TestAssertion lets a passkey of the session's account sign over what a challenge stands for.
func TestAssertion(t *testing.T) {
	w := open(t, t.TempDir())
	a, in := w.withPasskey("ana", seat("us-head"))
	challenge := sha256.Sum256([]byte("what is signed"))
	asked, err := w.BeginAssertion(t.Context(), in.Token, challenge[:])
	if err != nil {
		t.Fatal(err)
	}
	o := a.options(asked)
	if o.PublicKey.Challenge != b64(challenge[:]) || o.PublicKey.UserVerification != "required" || len(o.PublicKey.AllowCredentials) != 1 || o.PublicKey.RPID != "talks.example" {
		t.Errorf("asked %s", asked)
	}
	answer := func(a *authenticator, challenge [32]byte) []byte {
		return a.sign("talks.example", a.client("webauthn.get", b64(challenge[:])))
	}
	got, err := w.FinishAssertion(t.Context(), in.Token, challenge[:], answer(a, challenge))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(got.Client)
	digest := sha256.Sum256(append(bytes.Clone(got.Authenticator), sum[:]...))
	if !ecdsa.VerifyASN1(&a.key.PublicKey, digest[:], got.Signature) || len(got.Key) == 0 {
		t.Errorf("what was answered cannot be checked: %+v", got)
	}

	// Nothing else is an answer: to another challenge, by another's passkey, by nobody's, of a user that was not verified, cut.
	other := sha256.Sum256([]byte("something else"))
	_, err = w.FinishAssertion(t.Context(), in.Token, other[:], answer(a, challenge))
	is(t, err, ErrDenied)
	b, inB := w.withPasskey("ben", seat("ru-head"))
	_, err = w.FinishAssertion(t.Context(), in.Token, challenge[:], answer(b, challenge))
	is(t, err, ErrDenied)
	_, err = w.FinishAssertion(t.Context(), inB.Token, challenge[:], answer(a, challenge))
	is(t, err, ErrDenied)
	_, err = w.FinishAssertion(t.Context(), "nobody", challenge[:], answer(a, challenge))
	is(t, err, ErrNotFound)
	_, err = w.BeginAssertion(t.Context(), "nobody", challenge[:])
	is(t, err, ErrNotFound)
	a.uv = false
	_, err = w.FinishAssertion(t.Context(), in.Token, challenge[:], answer(a, challenge))
	is(t, err, ErrDenied)
	a.uv, a.origin = true, "https://talks.example.evil.example"
	_, err = w.FinishAssertion(t.Context(), in.Token, challenge[:], answer(a, challenge))
	is(t, err, ErrDenied)
	a.origin = "https://talks.example"
	_, err = w.FinishAssertion(t.Context(), in.Token, challenge[:], answer(a, challenge)[1:])
	is(t, err, ErrDenied)
	_, err = w.FinishAssertion(t.Context(), in.Token, challenge[:], make([]byte, responseMax+1))
	is(t, err, ErrDenied)

	// It is no log-in: the challenge was not made for one.
	_, err = w.FinishPasskey(t.Context(), b64(challenge[:]), answer(a, challenge), here)
	is(t, err, ErrDenied)
	if _, err := w.passkey(a); err != nil {
		t.Error("the passkey does not log in any more:", err)
	}
}

func TestAssertionWithoutPasskey(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("carla", seat("us-head"))
	_, err := w.BeginAssertion(t.Context(), in.Token, make([]byte, 32))
	is(t, err, ErrNotFound)
	_, err = w.FinishAssertion(t.Context(), in.Token, make([]byte, 32), nil)
	is(t, err, ErrNotFound)
}
