package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"parley/internal/account/internal/store"
)

// readKey reads the key file, or makes one (0600).
func (s *Store) readKey(path string) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := store.Create(path); err != nil {
			return fmt.Errorf("making the key: %w", err)
		}
		b = s.source.bytes(32, "key")
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("making the key: %w", err)
		}
		_, err = f.Write(b)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("making the key: %w", errors.Join(err, os.Remove(path)))
		}
	} else if err != nil {
		return fmt.Errorf("reading the key: %w", err)
	}
	if len(b) != len(s.key) {
		return fmt.Errorf("the key in %s has %d bytes instead of %d; put back the file that belongs to these accounts, or remove it, "+
			"after which one-time codes have to be set up again", path, len(b), len(s.key))
	}
	copy(s.key[:], b)
	return nil
}

// derive returns a key for one purpose.
func (s *Store) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte("parley " + purpose))
	return mac.Sum(nil)
}

func (s *Store) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.derive("seal"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal encrypts what must be read again, for one account and no other (AES-256-GCM, the nonce first).
func (s *Store) seal(plain []byte, account ID) ([]byte, error) {
	a, err := s.aead()
	if err != nil {
		return nil, err
	}
	nonce := s.source.bytes(a.NonceSize(), "nonce")
	return a.Seal(nonce, nonce, plain, []byte(account)), nil
}

// unseal is the reverse of seal. It fails where the key is another.
func (s *Store) unseal(sealed []byte, account ID) ([]byte, error) {
	a, err := s.aead()
	if err != nil {
		return nil, err
	}
	if len(sealed) < a.NonceSize() {
		return nil, errors.New("what is sealed is too short")
	}
	return a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], []byte(account))
}

// deviceToken marks a browser as one that an account has logged in with: a random part and its MAC with the account, base64url, a
// full stop between. It proves nothing but that its bearer is counted apart from everybody else.
func (s *Store) deviceToken(account ID, random string) string {
	mac := hmac.New(sha256.New, s.derive("device"))
	mac.Write([]byte(string(account) + "\n" + random))
	return random + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// knownDevice reports whether a token is one of that account's.
func (s *Store) knownDevice(account ID, token string) bool {
	random, _, ok := strings.Cut(token, ".")
	return ok && len(token) <= 200 && hmac.Equal([]byte(s.deviceToken(account, random)), []byte(token))
}
