package sign

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"parley/record"
)

// Namespace is what a signature is made for, so that one that was made for something else (a commit, a login, another version) is none here.
const Namespace = "parley-adopt@v1"

// OpenSSH's PROTOCOL.sshsig.
const (
	sshMagic   = "SSHSIG"
	sshHash    = "sha512"
	sshBegin   = "-----BEGIN SSH SIGNATURE-----"
	sshEnd     = "-----END SSH SIGNATURE-----"
	sshWidth   = 70
	sshLongest = 16 << 10 // characters; an RSA key of 8192 bits has 3,300
)

// rsaLeast and rsaMost are how many bits an RSA key has. Below, it can be broken; above, checking it is work that anybody could give the host.
const rsaLeast, rsaMost = 2048, 8192

// keyTypes are the types of keys that can sign, with the algorithms of their signatures. RSA with SHA-1 ("ssh-rsa") and DSA are not among
// them, nor are certificates: whoever made one would sign, not the key's holder.
var keyTypes = map[string][]string{
	ssh.KeyAlgoED25519:    {ssh.KeyAlgoED25519},
	ssh.KeyAlgoECDSA256:   {ssh.KeyAlgoECDSA256},
	ssh.KeyAlgoECDSA384:   {ssh.KeyAlgoECDSA384},
	ssh.KeyAlgoECDSA521:   {ssh.KeyAlgoECDSA521},
	ssh.KeyAlgoSKED25519:  {ssh.KeyAlgoSKED25519},
	ssh.KeyAlgoSKECDSA256: {ssh.KeyAlgoSKECDSA256},
	ssh.KeyAlgoRSA:        {ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
}

// Key is a public SSH key that may sign.
type Key struct{ pub ssh.PublicKey }

// ParseKey reads a public key as a file of OpenSSH has it: its type, its base64, and a comment that says nothing. It refuses keys that are
// weak or of another type than [Namespace]'s signatures can have.
func ParseKey(s string) (Key, error) {
	fields := strings.Fields(s)
	if len(fields) < 2 || strings.ContainsAny(strings.TrimSpace(s), "\r\n") {
		return Key{}, errors.New("it is not a public key on one line, as in ssh-ed25519 AAAA…")
	}
	blob, err := b64.DecodeString(fields[1])
	if err != nil {
		return Key{}, errors.New("its second word is not base64")
	}
	k, err := parseKeyBlob(blob)
	if err != nil {
		return Key{}, err
	}
	if k.pub.Type() != fields[0] {
		return Key{}, fmt.Errorf("it says that it is %.60q, and is %s", fields[0], k.pub.Type())
	}
	return k, nil
}

// parseKeyBlob reads a public key in SSH's wire form, which has to be the only one for the key.
func parseKeyBlob(blob []byte) (Key, error) {
	var head struct {
		Type string
		Rest []byte `ssh:"rest"`
	}
	if err := ssh.Unmarshal(blob, &head); err != nil {
		return Key{}, errors.New("the key cannot be read")
	}
	if keyTypes[head.Type] == nil {
		return Key{}, fmt.Errorf("keys of the type %.60q are not accepted: use ed25519, ECDSA, RSA of %d bits or more, or a security key", head.Type, rsaLeast)
	}
	pub, err := ssh.ParsePublicKey(blob)
	if err != nil || !bytes.Equal(pub.Marshal(), blob) {
		return Key{}, errors.New("the key cannot be read")
	}
	k := Key{pub}
	return k, k.weak()
}

// weak says why a key is too weak.
func (k Key) weak() error {
	if strings.HasPrefix(k.pub.Type(), "sk-") {
		// The application keeps what a security key signs for SSH apart from what it signs for pages (PROTOCOL.u2f).
		var sk struct {
			Type string
			Rest []byte `ssh:"rest"`
		}
		if err := ssh.Unmarshal(k.pub.Marshal(), &sk); err != nil || !strings.HasPrefix(application(sk.Type, sk.Rest), "ssh:") {
			return errors.New("the security key's application is not one of SSH")
		}
	}
	crypto, ok := k.pub.(ssh.CryptoPublicKey)
	if !ok {
		return errors.New("the key cannot be read")
	}
	switch pub := crypto.CryptoPublicKey().(type) {
	case *rsa.PublicKey:
		if n := pub.N.BitLen(); n < rsaLeast || n > rsaMost {
			return fmt.Errorf("an RSA key of %d bits is not accepted: it has %d to %d", n, rsaLeast, rsaMost)
		}
	case ed25519.PublicKey:
		return weakPoint(pub)
	}
	return nil
}

// weakPoint refuses an Ed25519 key of small order. The record knows which they are.
func weakPoint(pub []byte) error {
	sum := sha256.Sum256(pub)
	if _, err := record.ParseHostKey("parley-host+" + hex.EncodeToString(sum[:4]) + "+" + b64.EncodeToString(pub)); err != nil {
		return errors.New("with this key anybody could sign: it is of small order")
	}
	return nil
}

// application is that of a security key, given what follows the type in its wire form.
func application(kind string, rest []byte) string {
	if kind == ssh.KeyAlgoSKECDSA256 {
		var w struct{ Curve, Point, Application string }
		if ssh.Unmarshal(rest, &w) != nil {
			return ""
		}
		return w.Application
	}
	var w struct{ Key, Application string }
	if ssh.Unmarshal(rest, &w) != nil {
		return ""
	}
	return w.Application
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k.pub == nil }

// String is the key's type and base64, as in authorized_keys, without a comment.
func (k Key) String() string { return k.line() }

func (k Key) line() string {
	return k.pub.Type() + " " + b64.EncodeToString(k.pub.Marshal())
}

// Fingerprint is the SHA-256 of the key as ssh-keygen -l writes it.
func (k Key) Fingerprint() string { return fingerprint(k.pub.Marshal()) }

// SSHSignature is a signature as ssh-keygen -Y sign writes it: by a key, for a namespace. ParseSSH makes one.
type SSHSignature struct {
	key  Key
	blob []byte
	sig  *ssh.Signature
}

// sshBlob is what follows the magic and the version in a signature (PROTOCOL.sshsig, "Blob format").
type sshBlob struct {
	Version   uint32
	Key       []byte
	Namespace string
	Reserved  string
	Hash      string
	Signature []byte
}

// ParseSSH reads an armoured signature. It refuses one for another namespace, with another hash than SHA-512, or by a key that may not sign.
func ParseSSH(armoured string) (*SSHSignature, error) {
	blob, err := unarmour(armoured)
	if err != nil {
		return nil, err
	}
	var w sshBlob
	rest, ok := bytes.CutPrefix(blob, []byte(sshMagic))
	if !ok || ssh.Unmarshal(rest, &w) != nil {
		return nil, errors.New("it is not a signature by SSH key: the bytes within the armour cannot be read")
	}
	switch {
	case w.Version != 1:
		return nil, fmt.Errorf("the signature is of version %d, and 1 is known", w.Version)
	case w.Namespace != Namespace:
		return nil, fmt.Errorf("the signature is made for %.60q, not for %q: sign with -n %s", w.Namespace, Namespace, Namespace)
	case w.Hash != sshHash:
		return nil, fmt.Errorf("the signature is over a hash by %.20q, not by %s: sign without -O hashalg", w.Hash, sshHash)
	case w.Reserved != "":
		return nil, errors.New("the signature has something in its reserved place")
	}
	key, err := parseKeyBlob(w.Key)
	if err != nil {
		return nil, err
	}
	s := &SSHSignature{key: key, blob: blob, sig: new(ssh.Signature)}
	if err := ssh.Unmarshal(w.Signature, s.sig); err != nil {
		return nil, errors.New("the signature cannot be read")
	}
	if !slices.Contains(keyTypes[key.pub.Type()], s.sig.Format) {
		return nil, fmt.Errorf("a signature by %.40q is not accepted for a key of the type %s", s.sig.Format, key.pub.Type())
	}
	if !strings.HasPrefix(s.sig.Format, "sk-") && len(s.sig.Rest) > 0 {
		return nil, errors.New("something follows the signature")
	}
	return s, nil
}

// Key is the key that the signature names.
func (s *SSHSignature) Key() Key { return s.key }

// Armoured is the signature as ssh-keygen writes it: the one form that it has.
func (s *SSHSignature) Armoured() string { return armour(s.blob) }

// Verify checks the signature over a text.
func (s *SSHSignature) Verify(text []byte) (Signature, error) {
	if err := s.key.pub.Verify(signedData(text), s.sig); err != nil {
		return Signature{}, errors.New("the signature is not one over these bytes by this key")
	}
	return Signature{Method: "ssh", Fingerprint: s.key.Fingerprint(), Algorithm: s.sig.Format, Key: s.key.line(), Hardware: strings.HasPrefix(s.sig.Format, "sk-")}, nil
}

// signedData is what the key signs (PROTOCOL.sshsig, "Signed Data").
func signedData(text []byte) []byte {
	sum := sha512.Sum512(text)
	return append([]byte(sshMagic), ssh.Marshal(struct{ Namespace, Reserved, Hash, Sum string }{Namespace, "", sshHash, string(sum[:])})...)
}

// SSH signs a text with a key: of a file, or of an agent. RSA signs with SHA-512. The signature is checked before it is returned.
func SSH(text []byte, signer ssh.Signer) (*SSHSignature, error) {
	fail := func(err error) (*SSHSignature, error) { return nil, fmt.Errorf("signing: %w", err) }
	key, err := parseKeyBlob(signer.PublicKey().Marshal())
	if err != nil {
		return fail(err)
	}
	sig, err := signWith(rand.Reader, signer, signedData(text))
	if err != nil {
		return fail(err)
	}
	blob := append([]byte(sshMagic), ssh.Marshal(sshBlob{1, key.pub.Marshal(), Namespace, "", sshHash, ssh.Marshal(sig)})...)
	s, err := ParseSSH(armour(blob))
	if err != nil {
		return fail(err)
	}
	if _, err := s.Verify(text); err != nil {
		return fail(err)
	}
	return s, nil
}

func signWith(random io.Reader, signer ssh.Signer, data []byte) (*ssh.Signature, error) {
	if signer.PublicKey().Type() != ssh.KeyAlgoRSA {
		return signer.Sign(random, data)
	}
	with, ok := signer.(ssh.AlgorithmSigner)
	if !ok {
		return nil, errors.New("the key cannot sign with SHA-512")
	}
	return with.SignWithAlgorithm(random, data, ssh.KeyAlgoRSASHA512)
}

// armour writes a signature as ssh-keygen does.
func armour(blob []byte) string {
	var b strings.Builder
	b.WriteString(sshBegin + "\n")
	for text := base64.StdEncoding.EncodeToString(blob); text != ""; {
		n := min(sshWidth, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString(sshEnd + "\n")
	return b.String()
}

// unarmour reads it. White space may stand where lines end: mail and forms put it there, and it is nothing that was signed.
func unarmour(s string) ([]byte, error) {
	s = strings.TrimSpace(s)
	body, begun := strings.CutPrefix(s, sshBegin)
	body, ended := strings.CutSuffix(body, sshEnd)
	if !begun || !ended || len(s) > sshLongest {
		return nil, fmt.Errorf("it is not a signature by SSH key: it begins with %q and ends with %q", sshBegin, sshEnd)
	}
	blob, err := b64.DecodeString(strings.Join(strings.Fields(body), ""))
	if err != nil {
		return nil, errors.New("it is not a signature by SSH key: what stands between its first and its last line is not base64")
	}
	return blob, nil
}
