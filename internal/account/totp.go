package account

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp/totp"

	"parley/internal/account/internal/store"
)

// TOTPSetup is what an authenticator app needs (RFC 6238: SHA-1, six digits, 30 seconds).
type TOTPSetup struct {
	Secret string   // base32, in groups of four, for typing
	URL    string   // otpauth://totp/…
	QR     [][]bool // the URL as a QR code, by rows: true is dark. A margin of four light modules belongs around it
}

// setup is a secret that waits for its first code.
type setup struct{ secret []byte }

const (
	totpPeriod    = 30 * time.Second
	totpSkew      = 1 // steps that a clock may be off
	recoveryCodes = 10
	recoverySize  = 15 // bytes: 120 bits, so that a plain hash is enough
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// BeginTOTP makes a new secret for an authenticator app; it counts once ConfirmTOTP has seen a code of it, within fifteen minutes. The session must be
// recent, and the account have a password or a provider, since a passkey asks for no code.
func (s *Store) BeginTOTP(ctx context.Context, token string) (*TOTPSetup, error) {
	fail := func(err error) (*TOTPSetup, error) { return nil, fmt.Errorf("setting up one-time codes: %w", err) }
	session, a, err := s.owner(ctx, token)
	if err != nil {
		return fail(err)
	}
	if !s.Recent(session) {
		return fail(ErrStale)
	}
	title := s.title
	if title == "" {
		title = "Parley"
	}
	secret := s.source.bytes(20, "totp", a.Login)
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(title, ":", " "), AccountName: a.Login, Secret: secret})
	if err != nil {
		return fail(err)
	}
	code, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return fail(err)
	}
	t := &TOTPSetup{URL: key.URL()}
	for i, c := range key.Secret() {
		if i > 0 && i%4 == 0 {
			t.Secret += " "
		}
		t.Secret += string(c)
	}
	for y := range code.Bounds().Dy() {
		row := make([]bool, code.Bounds().Dx())
		for x := range row {
			r, _, _, _ := code.At(x, y).RGBA()
			row[x] = r == 0
		}
		t.QR = append(t.QR, row)
	}
	s.setups.put(string(session.ID), setup{secret}, s.now())
	return t, nil
}

// ConfirmTOTP makes the secret of BeginTOTP the account's and returns ten new recovery codes, which are shown once. A wrong code is ErrDenied.
func (s *Store) ConfirmTOTP(ctx context.Context, token, code string) (recovery []string, err error) {
	fail := func(err error) ([]string, error) { return nil, fmt.Errorf("setting up one-time codes: %w", err) }
	session, _, err := s.owner(ctx, token)
	if err != nil {
		return fail(err)
	}
	now := s.now()
	set, ok := s.setups.take(string(session.ID), now)
	if !ok {
		return fail(ErrNotFound)
	}
	step, ok := codeStep(set.secret, plainCode(code), now)
	if !ok {
		s.setups.again(string(session.ID), set, now)
		return fail(ErrDenied)
	}
	err = s.alter(ctx, token, func(tx *store.Tx, a *store.Account) (err error) {
		if a.Sealed, err = s.seal(set.secret, ID(a.ID)); err != nil {
			return err
		}
		a.Step = step
		if err := tx.SetAccount(*a); err != nil {
			return err
		}
		recovery, err = s.newRecovery(tx, a)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return recovery, nil
}

// RemoveTOTP makes the account ask for no code any more, and forgets its recovery codes. The session must be recent.
func (s *Store) RemoveTOTP(ctx context.Context, token string) error {
	err := s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
		a.Sealed, a.Step = nil, 0
		if err := tx.SetAccount(*a); err != nil {
			return err
		}
		return tx.SetRecovery(a.ID, nil)
	})
	if err != nil {
		return fmt.Errorf("removing one-time codes: %w", err)
	}
	return nil
}

// NewRecoveryCodes replaces the recovery codes by ten new ones, which are shown once. The session must be recent.
func (s *Store) NewRecoveryCodes(ctx context.Context, token string) ([]string, error) {
	var codes []string
	err := s.alter(ctx, token, func(tx *store.Tx, a *store.Account) (err error) {
		if a.Sealed == nil {
			return ErrNotFound
		}
		codes, err = s.newRecovery(tx, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("making recovery codes: %w", err)
	}
	return codes, nil
}

// newRecovery replaces the recovery codes: 24 characters of base32 in groups of six.
func (s *Store) newRecovery(tx *store.Tx, a *store.Account) (codes []string, err error) {
	var hashes [][]byte
	for range recoveryCodes {
		code := lower32.EncodeToString(s.source.bytes(recoverySize, "recovery", a.Login))
		hash := recoveryHash(code)
		hashes = append(hashes, hash[:])
		codes = append(codes, strings.Join([]string{code[:6], code[6:12], code[12:18], code[18:]}, "-"))
	}
	return codes, tx.SetRecovery(a.ID, hashes)
}

func recoveryHash(code string) [32]byte { return hashOf("recovery", code) }

// plainCode is a code as it was typed, without spaces and hyphens and in lower case.
func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "").Replace(code[:min(len(code), 100)]))
}

// codeStep returns the time step whose code it is: the one now, or one beside it.
func codeStep(secret []byte, code string, now time.Time) (step int64, ok bool) {
	text := base32Plain.EncodeToString(secret)
	for d := -totpSkew; d <= totpSkew; d++ {
		at := now.Add(time.Duration(d) * totpPeriod)
		want, err := totp.GenerateCode(text, at)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at.Unix()/int64(totpPeriod/time.Second), true
		}
	}
	return step, ok
}

// useCode uses up a code of the authenticator app or a recovery code; ErrDenied where it is neither, or was used before.
func (s *Store) useCode(tx *store.Tx, a *store.Account, code string) error {
	if a.Sealed == nil {
		return ErrDenied
	}
	code = plainCode(code)
	if len(code) != 6 {
		hash := recoveryHash(code)
		if err := tx.UseRecovery(a.ID, hash[:]); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return ErrDenied
	}
	secret, err := s.unseal(a.Sealed, ID(a.ID))
	if err != nil {
		s.log.Error("a secret of one-time codes was sealed with another key; recovery codes still work")
		return ErrDenied
	}
	step, ok := codeStep(secret, code, s.now())
	if !ok || step <= a.Step {
		return ErrDenied
	}
	a.Step = step
	return tx.SetAccount(*a)
}
