package sign

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"parley/internal/talks"
)

// Signature is what a signature that holds says of itself.
type Signature struct {
	Method      talks.SignMethod
	Fingerprint string // SHA-256 of the public key as OpenSSH writes it: SHA256: and 43 characters of base64. The same form for a passkey's COSE key
	Algorithm   string // ssh: the signature's, as in ssh-ed25519 or rsa-sha2-512; passkey: COSE's name, as in ES256
	Key         string // ssh: the key's type and base64, as in a list of signers, without a comment; empty for a passkey
	Hardware    bool   // ssh: the key is in a security key, and somebody touched it
	Origin      string // passkey: the page's origin, as the browser had it
}

// Check checks the signature of an act over the text of its agreement. The error says in words what is wrong with it.
//
// A signature that holds is by the key in the act and over these very bytes. Whose key that is, it does not say.
func Check(text []byte, a *talks.AgreementSign) (Signature, error) {
	switch a.Method {
	case "ssh":
		return checkSSH(text, a)
	case "passkey":
		return checkPasskey(text, a)
	}
	return Signature{}, fmt.Errorf("%q is no way to sign", a.Method)
}

func checkSSH(text []byte, a *talks.AgreementSign) (Signature, error) {
	if a.Client != "" || a.Data != "" {
		return Signature{}, errors.New("a signature by SSH key has no client data and no authenticator data")
	}
	s, err := ParseSSH(a.Signature)
	if err != nil {
		return Signature{}, err
	}
	key, err := ParseKey(a.Key)
	if err != nil {
		return Signature{}, fmt.Errorf("the public key: %w", err)
	}
	if key.line() != s.key.line() {
		return Signature{}, errors.New("the signature is by another key than the one that stands beside it")
	}
	return s.Verify(text)
}

// Fingerprint is that of the key in an act, whether or not the signature holds; empty where the key cannot be read.
func Fingerprint(a *talks.AgreementSign) string {
	if a.Method == "ssh" {
		if key, err := ParseKey(a.Key); err == nil {
			return key.Fingerprint()
		}
		return ""
	}
	if key, err := u64.DecodeString(a.Key); err == nil {
		return fingerprint(key)
	}
	return ""
}

func fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
