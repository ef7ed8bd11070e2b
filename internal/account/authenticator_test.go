package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// authenticator is a device that keeps passkeys, with the browser around it: ES256, no attestation. Its fields make it misbehave.
type authenticator struct {
	t      *testing.T
	origin string // where the browser is
	rp     string // whom the device signs for; what it was asked where it is empty
	uv     bool   // it verifies its user
	up     bool   // its user is present
	be, bs bool   // the passkey can be copied, and is
	cross  bool   // the page is in a frame of another
	count  uint32

	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &authenticator{t: t, origin: "https://talks.example", uv: true, up: true, key: key, id: id}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) decode(s string) []byte {
	a.t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// cbor of what is needed: byte strings, text, small numbers and maps in the order given.
func cborHead(kind byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{kind<<5 | byte(n)}
	case n < 256:
		return []byte{kind<<5 | 24, byte(n)}
	}
	return []byte{kind<<5 | 25, byte(n >> 8), byte(n)}
}

func cborBytes(b []byte) []byte { return append(cborHead(2, len(b)), b...) }
func cborText(s string) []byte  { return append(cborHead(3, len(s)), s...) }

func cborInt(n int) []byte {
	if n < 0 {
		return cborHead(1, -1-n)
	}
	return cborHead(0, n)
}

func cborMap(pairs ...[]byte) []byte {
	m := cborHead(5, len(pairs)/2)
	for _, p := range pairs {
		m = append(m, p...)
	}
	return m
}

// data is the authenticator data (WebAuthn, 6.1).
func (a *authenticator) data(rp string, attested []byte) []byte {
	if a.rp != "" {
		rp = a.rp
	}
	h := sha256.Sum256([]byte(rp))
	var flags byte
	for i, set := range []bool{a.up, false, a.uv, a.be, a.bs, false, attested != nil} {
		if set {
			flags |= 1 << i
		}
	}
	d := append(h[:], flags)
	d = binary.BigEndian.AppendUint32(d, a.count)
	return append(d, attested...)
}

func (a *authenticator) client(kind, challenge string) []byte {
	a.t.Helper()
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": a.cross})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

type options struct {
	PublicKey struct {
		Challenge string
		RPID      string `json:"rpId"`
		RP        struct{ ID, Name string }
		User      struct{ ID, Name, DisplayName string }
		Params    []struct{ Alg int } `json:"pubKeyCredParams"`

		UserVerification       string
		AllowCredentials       []any
		ExcludeCredentials     []struct{ ID string }
		AuthenticatorSelection struct {
			ResidentKey, UserVerification string
			RequireResidentKey            bool
		}
		Attestation string
	}
}

func (a *authenticator) options(b []byte) options {
	a.t.Helper()
	var o options
	if err := json.Unmarshal(b, &o); err != nil {
		a.t.Fatal(err)
	}
	return o
}

// create answers navigator.credentials.create.
func (a *authenticator) create(asked []byte) []byte {
	a.t.Helper()
	o := a.options(asked)
	sel := o.PublicKey.AuthenticatorSelection
	if sel.ResidentKey != "required" || !sel.RequireResidentKey || sel.UserVerification != "required" || (o.PublicKey.Attestation != "none" && o.PublicKey.Attestation != "") {
		a.t.Errorf("the browser was asked %s", asked)
	}
	a.handle = a.decode(o.PublicKey.User.ID)
	pub, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	cose := cborMap(cborInt(1), cborInt(2), cborInt(3), cborInt(-7), cborInt(-1), cborInt(1), cborInt(-2), cborBytes(pub[1:33]), cborInt(-3), cborBytes(pub[33:]))
	attested := append(make([]byte, 16), byte(len(a.id)>>8), byte(len(a.id)))
	attested = append(append(attested, a.id...), cose...)
	object := cborMap(cborText("fmt"), cborText("none"), cborText("attStmt"), cborMap(), cborText("authData"), cborBytes(a.data(o.PublicKey.RP.ID, attested)))
	return a.answer(map[string]any{"clientDataJSON": b64(a.client("webauthn.create", o.PublicKey.Challenge)), "attestationObject": b64(object),
		"transports": []string{"internal", "hybrid"}})
}

// get answers navigator.credentials.get.
func (a *authenticator) get(asked []byte) []byte {
	a.t.Helper()
	o := a.options(asked)
	if o.PublicKey.UserVerification != "required" || len(o.PublicKey.AllowCredentials) > 0 {
		a.t.Errorf("the browser was asked %s", asked)
	}
	return a.sign(o.PublicKey.RPID, a.client("webauthn.get", o.PublicKey.Challenge))
}

func (a *authenticator) sign(rp string, client []byte) []byte {
	a.t.Helper()
	a.count++
	data := a.data(rp, nil)
	h := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), h[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(a.handle)})
}

func (a *authenticator) answer(response map[string]any) []byte {
	a.t.Helper()
	b, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}
