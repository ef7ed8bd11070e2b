package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"strings"
	"sync"
)

// source is where identifiers and secrets come from: the operating system, or a seed. What a seed gives depends on what it is for and on how
// many were made for that before, so what happens to one seat changes nothing for another.
type source struct {
	seeded bool
	seed   [8]byte
	mu     sync.Mutex
	count  map[string]uint64 // by label
}

func (s *source) plant(seed uint64) {
	s.seeded, s.count = true, map[string]uint64{}
	binary.BigEndian.PutUint64(s.seed[:], seed)
}

// bytes returns at most 32 bytes.
func (s *source) bytes(n int, labels ...string) []byte {
	if !s.seeded {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails: it ends the program instead
		return b
	}
	label := strings.Join(labels, "\x00")
	s.mu.Lock()
	k := s.count[label]
	s.count[label]++
	s.mu.Unlock()
	mac := hmac.New(sha256.New, s.seed[:])
	_ = binary.Write(mac, binary.BigEndian, k)
	mac.Write([]byte(label))
	return mac.Sum(nil)[:n]
}

var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// id returns an identifier: 80 bits.
func (s *source) id(labels ...string) ID {
	return ID(lower32.EncodeToString(s.bytes(10, append([]string{"id"}, labels...)...)))
}

// secret returns 256 bits as 43 characters of base64url.
func (s *source) secret(labels ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.bytes(32, append([]string{"secret"}, labels...)...))
}

const (
	tokenPrefix = "parley_"
	base62Size  = 43 // the characters of 256 bits
)

// token returns the secret of an API token: 256 bits as 43 characters of base62, after a prefix that scanners for lost secrets can look for.
func (s *source) token(labels ...string) string {
	n := new(big.Int).SetBytes(s.bytes(32, append([]string{"token"}, labels...)...))
	text := n.Text(62)
	return tokenPrefix + strings.Repeat("0", base62Size-len(text)) + text
}

// hashOf is what is stored of a secret of 256 bits. Nothing slower is needed: nobody goes through so many.
func hashOf(kind, secret string) [sha256.Size]byte {
	return sha256.Sum256([]byte("parley " + kind + "\n" + secret))
}
