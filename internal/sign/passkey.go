package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"parley/internal/talks"
)

// sealDomain keeps the challenge of a seal apart from every other hash.
const sealDomain = "parley-seal/1\n"

// Challenge is what a passkey is asked to sign for a text: SHA-256("parley-seal/1\n" || text).
func Challenge(text []byte) []byte {
	h := sha256.New()
	h.Write([]byte(sealDomain))
	h.Write(text)
	return h.Sum(nil)
}

// u64 is the base64url of WebAuthn: without padding, and one text for a value.
var u64 = base64.RawURLEncoding.Strict()

// algorithms are those of a passkey that may seal, by their COSE numbers (RFC 9053, RFC 8812). RSA with SHA-1 is not one.
var algorithms = map[webauthncose.COSEAlgorithmIdentifier]string{
	webauthncose.AlgES256: "ES256", webauthncose.AlgES384: "ES384", webauthncose.AlgES512: "ES512", webauthncose.AlgEdDSA: "EdDSA",
	webauthncose.AlgRS256: "RS256", webauthncose.AlgRS384: "RS384", webauthncose.AlgRS512: "RS512",
	webauthncose.AlgPS256: "PS256", webauthncose.AlgPS384: "PS384", webauthncose.AlgPS512: "PS512",
}

// The flags of authenticator data (WebAuthn Level 3, section 6.1).
const (
	flagPresent  = 1 << 0 // somebody touched the device
	flagVerified = 1 << 2 // the device knows who
)

// clientData is what the browser says of a ceremony (WebAuthn Level 3, section 5.8.1). It can say more, which is passed over.
type clientData struct {
	Type        string `json:"type"`
	Challenge   string `json:"challenge"`
	Origin      string `json:"origin"`
	CrossOrigin bool   `json:"crossOrigin"`
	TopOrigin   string `json:"topOrigin"`
}

// checkPasskey checks an assertion (WebAuthn Level 3, section 7.2, as far as it can be checked without the host: the steps that ask which
// credentials an account has are the server's, when the act is written).
func checkPasskey(text []byte, a *talks.AgreementSign) (Signature, error) {
	key, err := u64.DecodeString(a.Key)
	if err != nil {
		return Signature{}, errors.New("the passkey's public key is not base64url")
	}
	signature, err1 := u64.DecodeString(a.Signature)
	client, err2 := u64.DecodeString(a.Client)
	data, err3 := u64.DecodeString(a.Data)
	if err := errors.Join(err1, err2, err3); err != nil || strings.ContainsAny(a.Key+a.Signature+a.Client+a.Data, "\r\n") {
		return Signature{}, errors.New("the seal's signature, client data or authenticator data is not base64url")
	}
	said, err := checkClient(text, client)
	if err != nil {
		return Signature{}, err
	}
	if err := checkData(data, said.Origin); err != nil {
		return Signature{}, err
	}
	pub, algorithm, err := parseCOSE(key)
	if err != nil {
		return Signature{}, err
	}
	sum := sha256.Sum256(client)
	if ok, err := webauthncose.VerifySignature(pub, append(slices.Clone(data), sum[:]...), signature); err != nil || !ok {
		return Signature{}, errors.New("the seal is not one over these bytes by this passkey")
	}
	return Signature{Method: "passkey", Fingerprint: fingerprint(key), Algorithm: algorithm, Origin: said.Origin}, nil
}

// checkClient checks what the browser said: that it was asked for this text, on a page that is not within another's.
func checkClient(text, client []byte) (*clientData, error) {
	said := new(clientData)
	if err := json.Unmarshal(client, said); err != nil {
		return nil, errors.New("the seal's client data is not JSON as browsers write it")
	}
	switch {
	case said.Type != "webauthn.get":
		return nil, fmt.Errorf("the seal's client data is of a %.40q, not of a webauthn.get", said.Type)
	case said.Challenge != u64.EncodeToString(Challenge(text)):
		return nil, errors.New("the seal is over other bytes than those of this agreement")
	case said.CrossOrigin || said.TopOrigin != "":
		return nil, errors.New("the seal was made on a page within another's")
	}
	return said, nil
}

// checkData checks authenticator data: made for the origin's host or a domain above it, with a person present whom the device knew, and
// nothing behind it but extensions.
func checkData(data []byte, origin string) error {
	if len(data) < 37 {
		return errors.New("the seal's authenticator data is too short")
	}
	if data[32]&flagPresent == 0 || data[32]&flagVerified == 0 {
		return errors.New("the device did not verify who sealed")
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return errors.New("the seal names no page's origin")
	}
	host := u.Hostname()
	if local := host == "localhost" || strings.HasSuffix(host, ".localhost"); u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return errors.New("the seal was not made over a protected connection")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return errors.New("the seal names an address, and browsers have passkeys for names only")
	}
	for name := host; name != ""; _, name, _ = strings.Cut(name, ".") {
		if sum := sha256.Sum256([]byte(name)); bytes.Equal(sum[:], data[:32]) {
			return nil
		}
	}
	return errors.New("the device made the seal for another site than the page's")
}

// parseCOSE reads a passkey's public key (RFC 9052, section 7).
func parseCOSE(key []byte) (pub any, algorithm string, err error) {
	if pub, err = webauthncose.ParsePublicKey(key); err != nil {
		return nil, "", errors.New("the passkey's public key cannot be read")
	}
	var id int64
	switch k := pub.(type) {
	case webauthncose.EC2PublicKeyData:
		id = k.Algorithm
	case webauthncose.OKPPublicKeyData:
		id = k.Algorithm
		if err := weakPoint(k.XCoord); err != nil {
			return nil, "", err
		}
	case webauthncose.RSAPublicKeyData:
		id = k.Algorithm
		if n := new(big.Int).SetBytes(k.Modulus).BitLen(); n < rsaLeast || n > rsaMost {
			return nil, "", fmt.Errorf("an RSA key of %d bits is not accepted: it has %d to %d", n, rsaLeast, rsaMost)
		}
	}
	algorithm = algorithms[webauthncose.COSEAlgorithmIdentifier(id)]
	if algorithm == "" {
		return nil, "", errors.New("the passkey's algorithm is not accepted")
	}
	return pub, algorithm, nil
}
