package account

import (
	"context"
	"time"
)

// Session is a browser that somebody is logged in with.
type Session struct {
	ID       ID
	Account  ID
	Login    string
	Name     string
	Operator bool
	Created  time.Time
	Used     time.Time // to the minute
	Expires  time.Time // at the latest; earlier when it is not used (Limits.Idle)
	Proved   time.Time // when the owner last proved who they are
	Agent    string
	Holding  Holding // the seat chosen; zero for none

	// Ended is closed as soon as the session has ended: by log-out, by its owner, by a log-in that replaced it, because it
	// expired, because the account was disabled or because the holding ended. It is nil in a list.
	Ended <-chan struct{}
}

// Session returns the session of a token, or ErrNotFound. It notes the use.
func (s *Store) Session(ctx context.Context, token string) (*Session, error) { panic("being written") }

// LogOut ends a session. A token that opens none is no error.
func (s *Store) LogOut(ctx context.Context, token string) error { panic("being written") }

// Sessions lists the sessions of an account, the last used first.
func (s *Store) Sessions(ctx context.Context, id ID) ([]Session, error) { panic("being written") }

// EndSession ends one session of an account, or returns ErrNotFound.
func (s *Store) EndSession(ctx context.Context, id, session ID) error { panic("being written") }

// EndOthers ends all sessions of the account but that of the token.
func (s *Store) EndOthers(ctx context.Context, token string) error { panic("being written") }

// Choose makes one of the account's holdings, or with the zero Holding none, the seat that the session speaks for. The session gets a
// new token, and what was opened with the old one ends. A holding that the account does not have is ErrNotFound.
func (s *Store) Choose(ctx context.Context, token string, h Holding) (newToken string, err error) {
	panic("being written")
}

// Recent reports whether the owner of a session has proved who they are recently enough for changes to the account.
func (s *Store) Recent(session *Session) bool { panic("being written") }

// Prove proves again who the owner of a session is, by the account's password and, where the account asks for one, a code. The session gets a
// new token. Whoever has no password logs in again instead. It counts towards the limits of log-ins.
func (s *Store) Prove(ctx context.Context, token, password, code string, c Client) (newToken string, err error) {
	panic("being written")
}
