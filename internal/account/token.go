package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/account/internal/store"
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

const (
	tokenFor  = 90 * 24 * time.Hour
	tokenMost = 366 * 24 * time.Hour
	tokenMax  = 50 // of one account, that still work
)

func tokenOf(row store.Token) *Token {
	return &Token{ID: ID(row.ID), Name: row.Name, Account: ID(row.Account), Holding: holdingOf(row.Seat), Write: row.Writes, Created: row.Created,
		Expires: row.Expires, Used: row.Used, Revoked: row.Revoked}
}

// NewToken makes an API token for a seat that the session's account holds, and returns its secret, which is shown once. The session must be
// recent. The name has 1 to 80 characters; expires is at most a year off, and 90 days where it is zero.
func (s *Store) NewToken(ctx context.Context, session string, h Holding, name string, write bool, expires time.Time) (secret string, t *Token, err error) {
	fail := func(err error) (string, *Token, error) { return "", nil, fmt.Errorf("making a token: %w", err) }
	now := s.now()
	if name, err = cleanName("token", name); err != nil {
		return fail(err)
	}
	if expires.IsZero() {
		expires = now.Add(tokenFor)
	}
	if !now.Before(expires) || expires.After(now.Add(tokenMost)) {
		return fail(&Problem{Field: "expires", Code: ProblemRange})
	}
	err = s.alter(ctx, session, func(tx *store.Tx, a *store.Account) error {
		if holder, err := tx.Holder(rowOf(h)); err != nil || holder != a.ID {
			return errors.Join(err, ErrNotFound)
		}
		rows, err := tx.Tokens(a.ID)
		if err != nil {
			return err
		}
		n := 0
		for _, row := range rows {
			if row.Revoked.IsZero() && now.Before(row.Expires) {
				n++
			}
		}
		if n >= tokenMax {
			return ErrMany
		}
		labels := []string{a.Login, h.Process, string(h.Seat)}
		secret = s.source.token(labels...)
		hash := hashOf("token", secret)
		row := store.Token{Hash: hash[:], ID: string(s.source.id(append([]string{"token"}, labels...)...)), Account: a.ID, Name: name, Seat: rowOf(h),
			Writes: write, Created: now, Expires: expires}
		t = tokenOf(row)
		return tx.AddToken(row)
	})
	if err != nil {
		return fail(err)
	}
	return secret, t, nil
}

// Token returns the token of a secret, or ErrNotFound. It notes the use.
func (s *Store) Token(ctx context.Context, secret string) (*Token, error) {
	fail := func(err error) (*Token, error) { return nil, fmt.Errorf("finding a token: %w", err) }
	if err := s.Err(); err != nil {
		return fail(err)
	}
	if len(secret) != len(tokenPrefix)+base62Size || !strings.HasPrefix(secret, tokenPrefix) {
		return fail(ErrNotFound)
	}
	hash, now := hashOf("token", secret), s.now()
	for {
		e, v, gen := s.tokens.find(hash, now)
		if v == nil {
			var err error
			if v, err = s.readToken(ctx, hash, now); err != nil {
				return fail(err)
			}
			if e = s.tokens.keep(hash, gen, v, v.Account, v.Holding, v.Used, now); e == nil {
				continue
			}
		}
		t := *v
		t.Used, t.Ended = time.UnixMicro(e.used.Load()).UTC(), e.ended
		return &t, nil
	}
}

// readToken finds a token that opens something.
func (s *Store) readToken(ctx context.Context, hash [sha256.Size]byte, now time.Time) (t *Token, err error) {
	err = s.read(ctx, func(tx *store.Tx) error {
		row, err := tx.Token(hash[:])
		if err != nil {
			return err
		}
		a, err := tx.AccountByID(row.Account)
		if err != nil {
			return err
		}
		holder, err := tx.Holder(row.Seat)
		if err != nil || holder != row.Account || a.Disabled || !row.Revoked.IsZero() || !now.Before(row.Expires) {
			return errors.Join(err, ErrNotFound)
		}
		t = tokenOf(row)
		return nil
	})
	return t, err
}

// Tokens lists the tokens of an account, the newest first, those revoked or expired within the last 90 days among them.
func (s *Store) Tokens(ctx context.Context, id ID) ([]Token, error) {
	s.noteUses()
	since := s.now().Add(-keepFor)
	var list []Token
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Tokens(string(id))
		for _, row := range rows {
			if row.Expires.After(since) && (row.Revoked.IsZero() || row.Revoked.After(since)) {
				list = append(list, *tokenOf(row))
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing tokens: %w", err)
	}
	return list, nil
}

// RevokeToken ends a token of an account at once, or returns ErrNotFound.
func (s *Store) RevokeToken(ctx context.Context, id, token ID) error {
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		rows, err := tx.Tokens(string(id))
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID == string(token) {
				after.token = func(hash [sha256.Size]byte, _ ID, _ Holding) bool { return hash == [sha256.Size]byte(row.Hash) }
			}
		}
		return tx.RevokeToken(string(id), string(token), s.now())
	})
	if err != nil {
		return fmt.Errorf("revoking a token: %w", err)
	}
	return nil
}
