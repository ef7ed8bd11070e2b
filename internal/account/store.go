package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"parley/internal/account/internal/store"
)

// Store keeps accounts. Its methods may be called by many goroutines at once.
type Store struct {
	now           func() time.Time
	source        source
	origin, title string
	host          string // of origin
	hashing       Hashing
	limits        Limits
	log           *slog.Logger
	db            *store.DB
	key           [32]byte // seals what must be read again
	hasher        hasher

	sessions *live[Session]
	tokens   *live[Token]

	accounts, addresses, codes, begun *meter

	steps     *pending[step]
	passkeys  *pending[ceremony]
	journeys  *pending[journey]
	tickets   *pending[ticket]
	setups    *pending[setup]
	providers []*provider
	web       *webauthn.WebAuthn // nil: passkeys are off

	closed atomic.Bool
	quit   chan struct{}
	swept  sync.WaitGroup
}

const (
	fileName = "accounts.db"
	keyName  = "accounts.key"
)

// Open opens the accounts of a data folder (the file accounts.db in it, and accounts.key, which seals what cannot be hashed), making both where
// they are missing, or a new set in memory for the dsn "memory:". One process at a time can have a folder open (ErrInUse).
// The caller must close the store.
func Open(ctx context.Context, dsn string, options ...Option) (_ *Store, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("opening the accounts: %w", err)
		}
	}()
	s := &Store{
		now:     time.Now,
		log:     slog.New(slog.DiscardHandler),
		hashing: Hashing{Memory: 64 << 10, Passes: 3, Lanes: 4, Together: 2},
		quit:    make(chan struct{}),
	}
	for _, o := range options {
		o(s)
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	path := ""
	switch dsn {
	case "":
		return nil, errors.New("no folder is named; name one, or memory: for none")
	case "memory:":
		copy(s.key[:], s.source.bytes(32, "key"))
	default:
		path = filepath.Join(dsn, fileName)
	}
	if s.db, err = store.Open(ctx, path); err != nil {
		if errors.Is(err, store.ErrInUse) {
			return nil, fmt.Errorf("%w: %w", ErrInUse, err)
		}
		return nil, fault(err)
	}
	if path != "" {
		if err := s.readKey(filepath.Join(dsn, keyName)); err != nil {
			return nil, errors.Join(err, s.db.Close())
		}
	}
	s.swept.Go(s.sweeping)
	return s, nil
}

// settle works out what follows from the options.
func (s *Store) settle() error {
	l := &s.limits
	for _, d := range []struct {
		d        *time.Duration
		fallback time.Duration
	}{{&l.AccountEvery, time.Minute}, {&l.AddressEvery, 6 * time.Second}, {&l.Idle, 12 * time.Hour}, {&l.Absolute, 7 * 24 * time.Hour}, {&l.Recent, 15 * time.Minute}} {
		if *d.d == 0 {
			*d.d = d.fallback
		}
	}
	if l.PerAccount == 0 {
		l.PerAccount = 10
	}
	if l.PerAddress == 0 {
		l.PerAddress = 60
	}
	s.accounts, s.addresses = newMeter(l.PerAccount, l.AccountEvery), newMeter(l.PerAddress, l.AddressEvery)
	// Whoever guesses codes has the password already, so each further guess costs the more.
	s.codes = newMeter(l.PerAccount, 5*l.AccountEvery)
	s.begun = newMeter(beginsPerAddress, time.Second)
	s.sessions = newLive(s.sessionExpired)
	s.tokens = newLive(func(t *Token, _, now time.Time) bool { return !now.Before(t.Expires) })
	s.steps, s.passkeys = newPending[step](5*time.Minute, pendingMax), newPending[ceremony](5*time.Minute, pendingMax)
	s.journeys, s.tickets = newPending[journey](10*time.Minute, pendingMax), newPending[ticket](15*time.Minute, pendingMax)
	s.setups = newPending[setup](15*time.Minute, pendingMax)
	if err := s.hasher.set(s.hashing, &s.source); err != nil {
		return err
	}
	if s.origin == "" {
		return nil
	}
	u, err := url.Parse(s.origin)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%q is not an origin: write https://host or https://host:port", s.origin)
	}
	s.host = u.Hostname()
	if err := s.settleProviders(); err != nil {
		return err
	}
	return s.settlePasskeys(u.Scheme)
}

const (
	pendingMax       = 10_000 // of each kind
	beginsPerAddress = 120    // ceremonies begun from one address before the next must wait a second
)

// Close stores when sessions and tokens were last used and lets go of the folder. Ended channels stay open.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	close(s.quit)
	s.swept.Wait()
	s.noteUses()
	return s.db.Close()
}

// Failed is closed when the store has stopped itself, because it could not be certain of what is on disk. The process should end.
func (s *Store) Failed() <-chan struct{} { return s.db.Failed() }

// Err says why the store cannot be used: ErrStopped, or nil.
func (s *Store) Err() error {
	select {
	case <-s.db.Failed():
		return ErrStopped
	default:
	}
	if s.closed.Load() {
		return ErrStopped
	}
	return nil
}

// fault turns an error of the storage into one of ours.
func fault(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, store.ErrTaken):
		return ErrTaken
	case errors.Is(err, store.ErrFull):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case errors.Is(err, store.ErrUncertain):
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return err
}

func (s *Store) read(ctx context.Context, f func(*store.Tx) error) error {
	if err := s.Err(); err != nil {
		return err
	}
	return fault(s.db.Read(ctx, f))
}

// after is what a change does to sessions and tokens in use, once it is stored.
type after struct {
	session, token func(hash [sha256.Size]byte, account ID, h Holding) bool // to be ended
	reread         []ID                                                     // accounts
}

// change runs f in a transaction, and when it is durable ends and forgets what f has put into after.
func (s *Store) change(ctx context.Context, f func(tx *store.Tx, a *after) error) error {
	if err := s.Err(); err != nil {
		return err
	}
	var a after
	if err := s.db.Write(ctx, func(tx *store.Tx) error { a = after{}; return f(tx, &a) }); err != nil {
		return fault(err)
	}
	if a.session != nil {
		s.sessions.end(func(hash [sha256.Size]byte, e *entry[Session]) bool { return a.session(hash, e.account, e.holding) })
	}
	if a.token != nil {
		s.tokens.end(func(hash [sha256.Size]byte, e *entry[Token]) bool { return a.token(hash, e.account, e.holding) })
	}
	for _, id := range a.reread {
		s.sessions.reread(id)
		s.tokens.reread(id)
	}
	return nil
}

// endSession adds a session to those that end.
func (a *after) endSession(which func(hash [sha256.Size]byte, account ID, h Holding) bool) {
	before := a.session
	a.session = func(hash [sha256.Size]byte, account ID, h Holding) bool {
		return which(hash, account, h) || (before != nil && before(hash, account, h))
	}
}

func (a *after) endHash(gone [sha256.Size]byte) {
	a.endSession(func(hash [sha256.Size]byte, _ ID, _ Holding) bool { return hash == gone })
}

// endHolding adds the sessions and tokens of a holding to those that end.
func (a *after) endHolding(gone Holding) {
	of := func(_ [sha256.Size]byte, _ ID, h Holding) bool { return h == gone }
	a.endSession(of)
	before := a.token
	a.token = func(hash [sha256.Size]byte, account ID, h Holding) bool {
		return of(hash, account, h) || (before != nil && before(hash, account, h))
	}
}

// endAccount adds the sessions and tokens of an account to those that end.
func (a *after) endAccount(gone ID) {
	of := func(_ [sha256.Size]byte, id ID, _ Holding) bool { return id == gone }
	a.session, a.token = of, of
}

// sweeping ends what expires within a second, notes uses every ten, and forgets what is long past every hour.
func (s *Store) sweeping() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for n := 1; ; n++ {
		select {
		case <-s.quit:
			return
		case <-t.C:
		}
		s.sweep()
		if n%10 == 0 {
			s.noteUses()
		}
		if n%3600 == 60 {
			s.prune()
		}
	}
}

func (s *Store) sweep() {
	now := s.now()
	s.sessions.sweep(now)
	s.tokens.sweep(now)
}

// noteUses stores when sessions and tokens were last used. Where that fails they seem to have been used a little earlier.
func (s *Store) noteUses() {
	sessions, tokens := s.sessions.unstored(), s.tokens.unstored()
	if len(sessions)+len(tokens) == 0 {
		return
	}
	err := s.db.Write(context.Background(), func(tx *store.Tx) error {
		for hash, used := range sessions {
			if err := tx.UseSession(hash[:], used); err != nil {
				return err
			}
		}
		for hash, used := range tokens {
			if err := tx.UseToken(hash[:], used); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.log.Warn("couldn't store when sessions were used", "err", err)
	}
}

// keepFor is how long used, withdrawn, revoked and expired things are listed.
const keepFor = 90 * 24 * time.Hour

func (s *Store) prune() {
	now := s.now()
	err := s.db.Write(context.Background(), func(tx *store.Tx) error {
		return tx.Prune(now.Add(-s.limits.Idle), now.Add(-s.limits.Absolute), now.Add(-keepFor))
	})
	if err != nil {
		s.log.Warn("couldn't forget old sessions", "err", err)
	}
}
