package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"parley/internal/account/internal/store"
)

// step is a log-in that waits for a code.
type step struct {
	account ID
	tried   int
}

const stepTries = 5

// LogInPassword logs in with a password. What is wrong is always ErrDenied, or a *LimitError, and costs the same work.
func (s *Store) LogInPassword(ctx context.Context, login, password string, c Client) (*LogIn, error) {
	key, err := cleanLogin(login)
	if err != nil {
		key = "\x00" + login[:min(len(login), 1024)] // nobody has it, and it is counted all the same
	}
	a, stored, err := s.lookUp(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("logging in: %w", err)
	}
	try, err := s.try(s.counts(key, a.ID, c)...)
	if err != nil {
		return nil, fmt.Errorf("logging in: %w", err)
	}
	prepared, _ := prepare(password)
	ok, again, err := s.hasher.verify(ctx, stored, prepared)
	if err != nil {
		try.forgive() // it was not compared
		return nil, fmt.Errorf("logging in: %w", err)
	}
	if !ok || a.Disabled {
		return nil, fmt.Errorf("logging in: %w", s.denied("password"))
	}
	rehashed := ""
	if again {
		if rehashed, err = s.hasher.hash(ctx, prepared); err != nil {
			try.forgive()
			return nil, fmt.Errorf("logging in: %w", err)
		}
	}
	in, err := s.enter(ctx, ID(a.ID), c, true, func(tx *store.Tx, a *store.Account) error {
		if a.Password != stored {
			return ErrDenied // it was changed meanwhile
		}
		if rehashed == "" {
			return nil
		}
		a.Password = rehashed
		return tx.SetAccount(*a)
	})
	if err != nil {
		return nil, fmt.Errorf("logging in: %w", err)
	}
	try.forgive()
	return in, nil
}

// lookUp finds an account by its login. One that is not there has no password, as one that logs in by passkey.
func (s *Store) lookUp(ctx context.Context, login string) (a store.Account, password string, err error) {
	err = s.read(ctx, func(tx *store.Tx) error {
		a, err = tx.AccountByLogin(login)
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return store.Account{}, "", err
	}
	return a, a.Password, nil
}

// counts is what an attempt at a login is counted by. A browser that has logged in to it before is counted apart, so that nobody can
// keep an account's owner out by guessing.
func (s *Store) counts(login, account string, c Client) []count {
	key := "login " + login
	if known := s.knownDevice(ID(account), c.Device); known && account != "" {
		key = "device " + c.Device
	}
	return []count{{s.accounts, key}, {s.addresses, place(c.Address)}}
}

// denied is the answer to a log-in that failed.
func (s *Store) denied(way string) error {
	s.log.Info("log-in refused", "way", way)
	return ErrDenied
}

// enter opens a session for an account that has proved who it is, or asks for a code where codes allows and the account wants one. check sees
// the account as it is now, in the transaction.
func (s *Store) enter(ctx context.Context, id ID, c Client, codes bool, check func(*store.Tx, *store.Account) error) (*LogIn, error) {
	var in *LogIn
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		a, err := tx.AccountByID(string(id))
		if err != nil || a.Disabled {
			return ErrDenied
		}
		if err := check(tx, &a); err != nil {
			return err
		}
		if codes && a.Sealed != nil {
			in = &LogIn{Step: s.source.secret("step", a.Login)}
			return nil
		}
		in, err = s.begin(tx, after, a, c, Holding{})
		return err
	})
	if errors.Is(err, ErrDenied) {
		return nil, s.denied("account")
	}
	if err != nil {
		return nil, err
	}
	if in.Step != "" {
		s.steps.put(in.Step, step{account: id}, s.now())
		return in, nil
	}
	return s.opened(ctx, in)
}

// opened fills in the session of a log-in that has been stored.
func (s *Store) opened(ctx context.Context, in *LogIn) (*LogIn, error) {
	var err error
	if in.Session, err = s.Session(ctx, in.Token); err != nil {
		return nil, err
	}
	s.log.Info("logged in")
	return in, nil
}

const sessionMax = 50 // of one account; the one that was not used for longest makes room

// begin stores a new session in place of the one that the browser had.
func (s *Store) begin(tx *store.Tx, after *after, a store.Account, c Client, h Holding) (*LogIn, error) {
	if c.Session != "" {
		old := hashOf("session", c.Session)
		row, err := tx.Session(old[:])
		if err == nil && row.Account == a.ID && h.IsZero() {
			h = holdingOf(row.Seat)
		}
		if err := tx.EndSession(old[:]); err != nil {
			return nil, err
		}
		after.endHash(old)
	}
	others, err := tx.Sessions(a.ID)
	if err != nil {
		return nil, err
	}
	for len(others) >= sessionMax {
		last := others[len(others)-1]
		others = others[:len(others)-1]
		if err := tx.EndSession(last.Hash); err != nil {
			return nil, err
		}
		after.endHash([sha256.Size]byte(last.Hash))
	}
	in := &LogIn{Token: s.source.secret("session", a.Login), Device: c.Device}
	if !s.knownDevice(ID(a.ID), c.Device) {
		in.Device = s.deviceToken(ID(a.ID), s.source.secret("device", a.Login)[:22])
	}
	hash, now := hashOf("session", in.Token), s.now()
	return in, tx.AddSession(store.Session{Hash: hash[:], ID: string(s.source.id("session", a.Login)), Account: a.ID, Created: now, Used: now, Proved: now,
		Agent: cleanAgent(c.Agent), Seat: rowOf(h)})
}

// LogInCode is the second step of a log-in: a code of the authenticator app, or a recovery code, which is then used up. A step allows
// five attempts.
func (s *Store) LogInCode(ctx context.Context, token, code string, c Client) (*LogIn, error) {
	now := s.now()
	st, ok := s.steps.take(token, now)
	if !ok {
		return nil, fmt.Errorf("logging in with a code: %w", s.denied("step"))
	}
	try, err := s.try(count{s.codes, "code " + string(st.account)}, count{s.addresses, place(c.Address)})
	if err != nil {
		s.steps.again(token, st, now)
		return nil, fmt.Errorf("logging in with a code: %w", err)
	}
	in, err := s.enter(ctx, st.account, c, false, func(tx *store.Tx, a *store.Account) error { return s.useCode(tx, a, code) })
	if err != nil {
		if st.tried++; st.tried < stepTries {
			s.steps.again(token, st, now)
		}
		return nil, fmt.Errorf("logging in with a code: %w", err)
	}
	try.forgive()
	return in, nil
}

// SetPassword sets or replaces the password of the session's account. Where there is one, old must be it; where there is none, the session
// must be recent (ErrStale). A password that is refused is a *Problem. The session gets a new token, and the account's other sessions end. Where the account
// asks for codes the session is not recent by that.
func (s *Store) SetPassword(ctx context.Context, token, old, password string, c Client) (newToken string, err error) {
	fail := func(err error) (string, error) { return "", fmt.Errorf("setting a password: %w", err) }
	session, a, err := s.owner(ctx, token)
	if err != nil {
		return fail(err)
	}
	if a.Password == "" && !s.Recent(session) {
		return fail(ErrStale)
	}
	if a.Password != "" {
		if err := s.samePassword(ctx, a, old, c); err != nil {
			return fail(err)
		}
	}
	if err := CheckPassword(password, a.Login, a.Name); err != nil {
		return fail(err)
	}
	prepared, _ := prepare(password)
	hashed, err := s.hasher.hash(ctx, prepared)
	if err != nil {
		return fail(err)
	}
	err = s.change(ctx, func(tx *store.Tx, after *after) error {
		row, now, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		if now.Password != a.Password {
			return ErrStale // it was changed meanwhile
		}
		now.Password = hashed
		if err := tx.SetAccount(now); err != nil {
			return err
		}
		if now.Sealed == nil {
			row.Proved = s.now() // otherwise the code is missing
		}
		if newToken, err = s.rotate(tx, after, row, now.Login); err != nil {
			return err
		}
		keep := hashOf("session", newToken)
		return s.endOthers(tx, after, now.ID, keep)
	})
	if err != nil {
		return fail(err)
	}
	return newToken, nil
}

// samePassword checks the password of an account that is logged in already, counted as a log-in is.
func (s *Store) samePassword(ctx context.Context, a store.Account, password string, c Client) error {
	try, err := s.try(s.counts(a.Login, a.ID, c)...)
	if err != nil {
		return err
	}
	prepared, _ := prepare(password)
	ok, _, err := s.hasher.verify(ctx, a.Password, prepared)
	if err != nil {
		try.forgive()
		return err
	}
	if !ok {
		return s.denied("password")
	}
	try.forgive()
	return nil
}

// RemovePassword leaves passkeys and providers as the ways to log in. The session must be recent; ErrLast where there are none.
func (s *Store) RemovePassword(ctx context.Context, token string) error {
	err := s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
		a.Password = ""
		if err := tx.SetAccount(*a); err != nil {
			return err
		}
		return wayIn(tx, *a)
	})
	if err != nil {
		return fmt.Errorf("removing a password: %w", err)
	}
	return nil
}

// wayIn returns ErrLast where an account has no way to log in.
func wayIn(tx *store.Tx, a store.Account) error {
	if a.Password != "" {
		return nil
	}
	passkeys, err := tx.Passkeys(a.ID)
	if err != nil || len(passkeys) > 0 {
		return err
	}
	externals, err := tx.Externals(a.ID)
	if err != nil || len(externals) > 0 {
		return err
	}
	return ErrLast
}
