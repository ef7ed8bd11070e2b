package account

import "context"

// LogInPassword logs in with a password. What is wrong is always ErrDenied, or a *LimitError, and costs the same work.
func (s *Store) LogInPassword(ctx context.Context, login, password string, c Client) (*LogIn, error) {
	panic("being written")
}

// LogInCode is the second step of a log-in: a code of the authenticator app, or a recovery code, which is then used up. A step allows
// five attempts.
func (s *Store) LogInCode(ctx context.Context, step, code string, c Client) (*LogIn, error) {
	panic("being written")
}

// SetPassword sets or replaces the password of the session's account. Where there is one, old must be it; where there is none, the session
// must be recent (ErrStale). A password that is refused is a *Problem. The session gets a new token, and the account's other sessions end.
func (s *Store) SetPassword(ctx context.Context, token, old, password string, c Client) (newToken string, err error) {
	panic("being written")
}

// RemovePassword leaves passkeys and providers as the ways to log in. The session must be recent; ErrLast where there are none.
func (s *Store) RemovePassword(ctx context.Context, token string) error { panic("being written") }

// CheckPassword says as a *Problem why a password is refused for an account of that login and name, or nil.
func CheckPassword(password, login, name string) error { panic("being written") }
