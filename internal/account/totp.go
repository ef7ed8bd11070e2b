package account

import "context"

// TOTPSetup is what an authenticator app needs (RFC 6238: SHA-1, six digits, 30 seconds).
type TOTPSetup struct {
	Secret string   // base32, in groups of four, for typing
	URL    string   // otpauth://totp/…
	QR     [][]bool // the URL as a QR code, by rows: true is dark. A margin of four light modules belongs around it
}

// BeginTOTP makes a new secret for an authenticator app; it counts once ConfirmTOTP has seen a code of it, within fifteen minutes. The session must be
// recent, and the account have a password or a provider, since a passkey asks for no code.
func (s *Store) BeginTOTP(ctx context.Context, token string) (*TOTPSetup, error) {
	panic("being written")
}

// ConfirmTOTP makes the secret of BeginTOTP the account's and returns ten new recovery codes, which are shown once. A wrong code is ErrDenied.
func (s *Store) ConfirmTOTP(ctx context.Context, token, code string) (recovery []string, err error) {
	panic("being written")
}

// RemoveTOTP makes the account ask for no code any more, and forgets its recovery codes. The session must be recent.
func (s *Store) RemoveTOTP(ctx context.Context, token string) error { panic("being written") }

// NewRecoveryCodes replaces the recovery codes by ten new ones, which are shown once. The session must be recent.
func (s *Store) NewRecoveryCodes(ctx context.Context, token string) ([]string, error) {
	panic("being written")
}
