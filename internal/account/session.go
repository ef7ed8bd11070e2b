package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"parley/internal/account/internal/store"
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

// sessionExpired reports whether a session has not been used for too long, or is too old.
func (s *Store) sessionExpired(v *Session, used, now time.Time) bool {
	return now.Sub(used) >= s.limits.Idle || !now.Before(v.Expires)
}

// Session returns the session of a token, or ErrNotFound. It notes the use.
func (s *Store) Session(ctx context.Context, token string) (*Session, error) {
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("finding a session: %w", err)
	}
	hash, now := hashOf("session", token), s.now()
	for {
		e, v, gen := s.sessions.find(hash, now)
		if v == nil {
			var used time.Time
			err := s.read(ctx, func(tx *store.Tx) error {
				row, a, err := s.sessionRow(tx, token)
				if err != nil {
					return err
				}
				v, used = s.sessionOf(row, a), row.Used
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("finding a session: %w", err)
			}
			if e = s.sessions.keep(hash, gen, v, v.Account, v.Holding, used, now); e == nil {
				continue
			}
		}
		session := *v
		session.Used, session.Ended = time.UnixMicro(e.used.Load()).UTC(), e.ended
		return &session, nil
	}
}

func (s *Store) sessionOf(row store.Session, a store.Account) *Session {
	return &Session{ID: ID(row.ID), Account: ID(row.Account), Login: a.Login, Name: a.Name, Operator: a.Operator, Created: row.Created, Used: row.Used,
		Expires: row.Created.Add(s.limits.Absolute), Proved: row.Proved, Agent: row.Agent, Holding: holdingOf(row.Seat)}
}

// sessionRow finds a session that has not ended, and its account.
func (s *Store) sessionRow(tx *store.Tx, token string) (store.Session, store.Account, error) {
	hash := hashOf("session", token)
	row, err := tx.Session(hash[:])
	if err != nil {
		return row, store.Account{}, err
	}
	a, err := tx.AccountByID(row.Account)
	if err != nil {
		return row, a, err
	}
	if a.Disabled || s.sessionExpired(s.sessionOf(row, a), row.Used, s.now()) {
		return row, a, store.ErrNotFound
	}
	return row, a, nil
}

// owner finds a session and its account as they are now.
func (s *Store) owner(ctx context.Context, token string) (session *Session, a store.Account, err error) {
	err = s.read(ctx, func(tx *store.Tx) error {
		row, account, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		session, a = s.sessionOf(row, account), account
		return nil
	})
	return session, a, err
}

// alter changes the account of a session that must be recent.
func (s *Store) alter(ctx context.Context, token string, f func(*store.Tx, *store.Account) error) error {
	return s.change(ctx, func(tx *store.Tx, after *after) error {
		row, a, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		if !s.Recent(s.sessionOf(row, a)) {
			return ErrStale
		}
		after.reread = append(after.reread, ID(a.ID))
		return f(tx, &a)
	})
}

// rotate gives a session a new token; what was opened with the old one ends.
func (s *Store) rotate(tx *store.Tx, after *after, row store.Session, login string) (token string, err error) {
	if err := tx.EndSession(row.Hash); err != nil {
		return "", err
	}
	after.endHash([sha256.Size]byte(row.Hash))
	token = s.source.secret("session", login)
	hash := hashOf("session", token)
	row.Hash, row.Used = hash[:], s.now()
	return token, tx.AddSession(row)
}

// endOthers ends the sessions of an account but one.
func (s *Store) endOthers(tx *store.Tx, after *after, account string, keep [sha256.Size]byte) error {
	after.endSession(func(hash [sha256.Size]byte, id ID, _ Holding) bool { return id == ID(account) && hash != keep })
	return tx.EndSessions(account, keep[:])
}

// LogOut ends a session. A token that opens none is no error.
func (s *Store) LogOut(ctx context.Context, token string) error {
	hash := hashOf("session", token)
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		after.endHash(hash)
		return tx.EndSession(hash[:])
	})
	if err != nil {
		return fmt.Errorf("logging out: %w", err)
	}
	return nil
}

// Sessions lists the sessions of an account, the last used first.
func (s *Store) Sessions(ctx context.Context, id ID) ([]Session, error) {
	s.noteUses()
	var list []Session
	err := s.read(ctx, func(tx *store.Tx) error {
		a, err := tx.AccountByID(string(id))
		if err != nil {
			return err
		}
		rows, err := tx.Sessions(string(id))
		for _, row := range rows {
			if v := s.sessionOf(row, a); !s.sessionExpired(v, v.Used, s.now()) {
				list = append(list, *v)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	return list, nil
}

// EndSession ends one session of an account, or returns ErrNotFound.
func (s *Store) EndSession(ctx context.Context, id, session ID) error {
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		rows, err := tx.Sessions(string(id))
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID == string(session) {
				after.endHash([sha256.Size]byte(row.Hash))
				return tx.EndSession(row.Hash)
			}
		}
		return ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// EndOthers ends all sessions of the account but that of the token.
func (s *Store) EndOthers(ctx context.Context, token string) error {
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		_, a, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		return s.endOthers(tx, after, a.ID, hashOf("session", token))
	})
	if err != nil {
		return fmt.Errorf("ending sessions: %w", err)
	}
	return nil
}

// Choose makes one of the account's holdings, or with the zero Holding none, the seat that the session speaks for. The session gets a
// new token, and what was opened with the old one ends. A holding that the account does not have is ErrNotFound.
func (s *Store) Choose(ctx context.Context, token string, h Holding) (newToken string, err error) {
	err = s.change(ctx, func(tx *store.Tx, after *after) error {
		row, a, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		if !h.IsZero() {
			if holder, err := tx.Holder(rowOf(h)); err != nil || holder != a.ID {
				return errors.Join(err, ErrNotFound)
			}
		}
		row.Seat = rowOf(h)
		newToken, err = s.rotate(tx, after, row, a.Login)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("choosing a seat: %w", err)
	}
	return newToken, nil
}

// Recent reports whether the owner of a session has proved who they are recently enough for changes to the account.
func (s *Store) Recent(session *Session) bool { return s.now().Sub(session.Proved) < s.limits.Recent }

// Prove proves again who the owner of a session is, by the account's password and, where the account asks for one, a code. The session gets a
// new token. Whoever has no password logs in again instead. It counts towards the limits of log-ins.
func (s *Store) Prove(ctx context.Context, token, password, code string, c Client) (newToken string, err error) {
	fail := func(err error) (string, error) { return "", fmt.Errorf("confirming who it is: %w", err) }
	_, a, err := s.owner(ctx, token)
	if err != nil {
		return fail(err)
	}
	if err := s.samePassword(ctx, a, password, c); err != nil {
		return fail(err)
	}
	try, err := s.try(count{s.codes, "code " + a.ID})
	if err != nil {
		return fail(err)
	}
	err = s.change(ctx, func(tx *store.Tx, after *after) error {
		row, now, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		if now.Password != a.Password || now.Password == "" {
			return ErrDenied
		}
		if now.Sealed != nil {
			if err := s.useCode(tx, &now, code); err != nil {
				return err
			}
		}
		row.Proved = s.now()
		newToken, err = s.rotate(tx, after, row, now.Login)
		return err
	})
	if err != nil {
		if errors.Is(err, ErrDenied) {
			err = s.denied("proof")
		}
		return fail(err)
	}
	try.forgive()
	return newToken, nil
}
