package account

import (
	"context"
	"time"
)

// Token lets a program act for one seat. Its secret is "parley_" and 43 characters of base62.
type Token struct {
	ID      ID
	Name    string // what its owner calls it
	Account ID
	Holding Holding
	Write   bool // may write acts; otherwise it reads
	Created time.Time
	Expires time.Time
	Used    time.Time // to the minute; zero: never yet
	Revoked time.Time // zero: not

	// Ended is closed as soon as the token opens nothing any more: revoked, expired, the account disabled, the holding ended. It is
	// nil in a list.
	Ended <-chan struct{}
}

// NewToken makes an API token for a seat that the session's account holds, and returns its secret, which is shown once. The session must be
// recent. The name has 1 to 80 characters; expires is at most a year off, and 90 days where it is zero.
func (s *Store) NewToken(ctx context.Context, session string, h Holding, name string, write bool, expires time.Time) (secret string, t *Token, err error) {
	panic("being written")
}

// Token returns the token of a secret, or ErrNotFound. It notes the use.
func (s *Store) Token(ctx context.Context, secret string) (*Token, error) { panic("being written") }

// Tokens lists the tokens of an account, the newest first, those revoked or expired within the last 90 days among them.
func (s *Store) Tokens(ctx context.Context, id ID) ([]Token, error) { panic("being written") }

// RevokeToken ends a token of an account at once, or returns ErrNotFound.
func (s *Store) RevokeToken(ctx context.Context, id, token ID) error { panic("being written") }
