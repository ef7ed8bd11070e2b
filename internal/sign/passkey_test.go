package sign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"parley/internal/talks"
)

// device is an authenticator with a browser around it. Its fields make it misbehave.
type device struct {
	origin, kind, rp string
	more             string // of the client data, after a comma
	flags            byte
	sign             func(message []byte) []byte
	cose             []byte
	challenge        []byte // instead of the text's
}

// CBOR as far as a COSE key needs it (RFC 8949): small numbers and byte strings.
func cborInt(n int) []byte {
	switch {
	case n < 0 && n >= -24:
		return []byte{0x20 | byte(-1-n)}
	case n < -24:
		return []byte{0x39, byte((-1 - n) >> 8), byte(-1 - n)}
	}
	return []byte{byte(n)}
}

func cborBytes(b []byte) []byte {
	return append([]byte{0x59, byte(len(b) >> 8), byte(len(b))}, b...)
}

// shortest is cborBytes for up to 255 bytes, in the form that CTAP2 wants.
func shortest(b []byte) []byte {
	if len(b) < 24 {
		return append([]byte{0x40 | byte(len(b))}, b...)
	}
	if len(b) < 256 {
		return append([]byte{0x58, byte(len(b))}, b...)
	}
	return cborBytes(b)
}

func cborMap(pairs ...[]byte) []byte {
	return append([]byte{0xa0 | byte(len(pairs)/2)}, bytes.Join(pairs, nil)...)
}

func es256(t testing.TB) *device {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	point := must(key.PublicKey.Bytes())(t)
	return &device{origin: "https://talks.example", kind: "webauthn.get", rp: "talks.example", flags: flagPresent | flagVerified,
		cose: cborMap(cborInt(1), cborInt(2), cborInt(3), cborInt(-7), cborInt(-1), cborInt(1), cborInt(-2), shortest(point[1:33]), cborInt(-3), shortest(point[33:])),
		sign: func(m []byte) []byte {
			sum := sha256.Sum256(m)
			return must(ecdsa.SignASN1(rand.Reader, key, sum[:]))(t)
		}}
}

func eddsa(t testing.TB) *device {
	t.Helper()
	d := es256(t)
	pub, private := mustKey(t)
	d.cose = cborMap(cborInt(1), cborInt(1), cborInt(3), cborInt(-8), cborInt(-1), cborInt(6), cborInt(-2), shortest(pub))
	d.sign = func(m []byte) []byte { return ed25519.Sign(private, m) }
	return d
}

func rs(t testing.TB, bits, algorithm int) *device {
	t.Helper()
	d := es256(t)
	key := must(rsa.GenerateKey(rand.Reader, bits))(t)
	d.cose = cborMap(cborInt(1), cborInt(3), cborInt(3), cborInt(algorithm), cborInt(-1), shortest(key.N.Bytes()), cborInt(-2), shortest([]byte{1, 0, 1}))
	d.sign = func(m []byte) []byte {
		sum := sha256.Sum256(m)
		return must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]))(t)
	}
	return d
}

func (d *device) seal(text []byte) *talks.AgreementSign {
	challenge := d.challenge
	if challenge == nil {
		challenge = Challenge(text)
	}
	client := fmt.Appendf(nil, `{"type":%q,"challenge":%q,"origin":%q,"crossOrigin":false%s}`, d.kind, base64.RawURLEncoding.EncodeToString(challenge), d.origin, d.more)
	rp := sha256.Sum256([]byte(d.rp))
	data := append(append(rp[:], d.flags), 0, 0, 0, 1)
	sum := sha256.Sum256(client)
	u := base64.RawURLEncoding.EncodeToString
	return &talks.AgreementSign{Agreement: talks.Ref{Name: "harbour"}, Method: "passkey", Key: u(d.cose), Signature: u(d.sign(append(bytes.Clone(data), sum[:]...))),
		Client: u(client), Data: u(data)}
}

func TestSeal(t *testing.T) {
	b := text(t)
	for name, d := range map[string]*device{"ES256": es256(t), "EdDSA": eddsa(t), "RS256": rs(t, 2048, -257)} {
		s, err := Check(b, d.seal(b))
		if err != nil || s.Algorithm != name || s.Method != "passkey" || s.Origin != "https://talks.example" || s.Key != "" ||
			s.Fingerprint != Fingerprint(d.seal(b)) || !strings.HasPrefix(s.Fingerprint, "SHA256:") {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if _, err := Check(b[1:], d.seal(b)); err == nil {
			t.Errorf("%s: it holds over other bytes", name)
		}
	}
	d := es256(t)
	d.rp, d.origin = "example", "https://talks.example:8443"
	if s, err := Check(b, d.seal(b)); err != nil || s.Origin != d.origin {
		t.Errorf("a passkey of the domain above: %+v, %v", s, err)
	}
	d.rp, d.origin, d.more = "localhost", "http://localhost:8080", `,"later":{"a":1}`
	if s, err := Check(b, d.seal(b)); err != nil {
		t.Errorf("a demonstration on this machine, by a browser that says more: %+v, %v", s, err)
	}
}

func TestSealRefused(t *testing.T) {
	b := text(t)
	for name, c := range map[string]struct {
		change func(d *device)
		words  string
	}{
		"a login":               {func(d *device) { d.challenge = make([]byte, 32) }, "other bytes"},
		"the hash alone":        {func(d *device) { h := sha256.Sum256(b); d.challenge = h[:] }, "other bytes"},
		"a registration":        {func(d *device) { d.kind = "webauthn.create" }, "webauthn.get"},
		"another site's":        {func(d *device) { d.rp = "talks.example.org" }, "another site"},
		"no site":               {func(d *device) { d.rp = "" }, "another site"},
		"nobody verified":       {func(d *device) { d.flags = flagPresent }, "verify"},
		"nobody there":          {func(d *device) { d.flags = flagVerified }, "verify"},
		"in a frame":            {func(d *device) { d.more = `,"topOrigin":"https://elsewhere.example"` }, "within another's"},
		"a name twice":          {func(d *device) { d.more = `,"challenge":"x"` }, "JSON"},
		"unprotected":           {func(d *device) { d.origin = "http://talks.example" }, "protected"},
		"an address":            {func(d *device) { d.origin, d.rp = "https://192.0.2.1", "192.0.2.1" }, "address"},
		"no origin":             {func(d *device) { d.origin = "talks.example" }, "origin"},
		"an origin with a path": {func(d *device) { d.origin += "/p" }, "origin"},
		"another's signature":   {func(d *device) { d.sign = es256(t).sign }, "not one over these bytes"},
		"another's key":         {func(d *device) { d.cose = es256(t).cose }, "not one over these bytes"},
		"no key":                {func(d *device) { d.cose = []byte{0xa0} }, "cannot be read"},
		"something after a key": {func(d *device) { d.cose = append(d.cose, 0) }, "cannot be read"},
		"rsa 1024":              {func(d *device) { *d = *rs(t, 1024, -257) }, "1024 bits"},
		"small order": {func(d *device) {
			d.cose = cborMap(cborInt(1), cborInt(1), cborInt(3), cborInt(-8), cborInt(-1), cborInt(6), cborInt(-2), shortest(make([]byte, 32)))
		}, "anybody could sign"},
		"rsa with sha1":          {func(d *device) { *d = *rs(t, 2048, -65535) }, "not accepted"},
		"a signature of nothing": {func(d *device) { d.sign = func([]byte) []byte { return nil } }, "not one over these bytes"},
	} {
		d := es256(t)
		c.change(d)
		if s, err := Check(b, d.seal(b)); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %+v, %v; want %q", name, s, err, c.words)
		}
	}
	for name, change := range map[string]func(a *talks.AgreementSign){
		"padding":         func(a *talks.AgreementSign) { a.Client += "=" },
		"a line break":    func(a *talks.AgreementSign) { a.Signature = a.Signature[:8] + "\n" + a.Signature[8:] },
		"a cut":           func(a *talks.AgreementSign) { a.Data = a.Data[:20] },
		"a changed count": func(a *talks.AgreementSign) { a.Data = a.Data[:len(a.Data)-2] + "_w" },
		"no key":          func(a *talks.AgreementSign) { a.Key = "" },
		"a bad key":       func(a *talks.AgreementSign) { a.Key = "!" },
	} {
		a := es256(t).seal(b)
		change(a)
		if s, err := Check(b, a); err == nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func FuzzCheckPasskey(f *testing.F) {
	b := text(f)
	a := es256(f).seal(b)
	f.Add(a.Key, a.Signature, a.Client, a.Data)
	r := rs(f, 2048, -257).seal(b)
	f.Add(r.Key, r.Signature, r.Client, r.Data)
	f.Fuzz(func(t *testing.T, key, signature, client, data string) {
		s, err := Check(b, &talks.AgreementSign{Method: "passkey", Key: key, Signature: signature, Client: client, Data: data})
		if err == nil && (s.Fingerprint == "" || s.Algorithm == "" || s.Origin == "") {
			t.Errorf("what holds says too little: %+v", s)
		}
	})
}
