package account

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"parley/internal/account/internal/store"
)

// ID is a random identifier of an account, a session, an invitation or a token: 16 characters of lower-case base32. It is no secret
// and opens nothing.
type ID string

// Account is a person who may log in.
type Account struct {
	ID       ID
	Login    string // unique, as PRECIS's UsernameCaseMapped writes it (RFC 8265)
	Name     string // what the person is called, for the person's own pages
	Operator bool   // creates processes and sees sizes; it sees no room for that
	Disabled bool
	Created  time.Time

	Password     bool // has one
	Passkeys     []Passkey
	TOTP         bool // asks for a code after the password
	RecoveryLeft int  // unused recovery codes
	External     []External
}

// Passkey is a credential of WebAuthn that an account can log in with.
type Passkey struct {
	ID      string // the credential's identifier, base64url
	Name    string // what its owner calls it
	Synced  bool   // the device's maker keeps copies of it (backup state)
	Created time.Time
	Used    time.Time // zero: never yet
}

// External is an account at a provider of OpenID Connect.
type External struct {
	Provider string // Provider.ID, or the issuer where it is no longer set up
	Subject  string // the provider's identifier of the person
	Name     string // what the provider calls the person
	Created  time.Time
}

// Client is where a request comes from.
type Client struct {
	Address netip.Addr // limits are counted by it; an IPv6 address by its /64
	Agent   string     // what the browser says it is; the owner sees it beside the session
	Session string     // the session token that the browser had before, which a log-in ends; empty for none
	Device  string     // the device token that an earlier log-in gave this browser (LogIn.Device); empty for none
}

// LogIn is what comes of a log-in: a session, or the Step that is still missing.
type LogIn struct {
	Token   string   // the session's secret, 43 characters, for the cookie; empty where Step is set
	Session *Session // what Token opens
	Step    string   // set where a code is asked for: hand it to LogInCode within five minutes
	Device  string   // a token for a long-lived cookie: attempts by others do not slow this browser down
}

// Provider is a provider of OpenID Connect that people may log in with.
type Provider struct {
	ID           string // part of addresses: lower-case letters, digits and hyphens
	Title        string // on the button
	Issuer       string // https://…; http only for a loopback address
	ClientID     string
	ClientSecret string
	Scopes       []string // beside openid and profile
}

// Hashing is the work of argon2id (RFC 9106) for one password.
type Hashing struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
	// Together is how many passwords are hashed at the same time; more wait, and of those who wait at most sixteen times as many.
	Together int
}

// Limits are how many attempts may fail, and how long sessions last. A zero field keeps its default.
type Limits struct {
	PerAccount   int           // failed attempts for one login before the next must wait; 10
	AccountEvery time.Duration // after which one more is let through; 1 minute
	PerAddress   int           // failed attempts from one address (IPv6: from one /64) before the next must wait; 60
	AddressEvery time.Duration // 6 seconds
	Idle         time.Duration // a session ends when it has not been used for so long; 12 hours
	Absolute     time.Duration // and when it is so old; 7 days
	Recent       time.Duration // how long a log-in counts as a proof for changes to the account; 15 minutes
}

// Option changes how a store is opened.
type Option func(*Store)

// WithClock replaces the host's clock.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithSeed makes identifiers, tokens and challenges functions of the seed, of what they are for and of how many of those there were. It is
// for tests: with a known seed every secret is known.
func WithSeed(seed uint64) Option { return func(s *Store) { s.source.plant(seed) } }

// WithOrigin says where browsers find the server (https://host[:port], or http:// for a loopback name) and what it is called. Passkeys
// are bound to the host's name, and providers send people back to the origin. Without it there are neither.
func WithOrigin(origin, name string) Option {
	return func(s *Store) { s.origin, s.title = origin, name }
}

// WithProviders sets the providers that people may log in with.
func WithProviders(list []Provider) Option { return func(s *Store) { s.setProviders(list) } }

// WithHashing replaces the work that a password costs. Passwords stored with other work are hashed again at the next log-in.
func WithHashing(h Hashing) Option { return func(s *Store) { s.hashing = h } }

// WithLimits replaces limits; a zero field keeps its default.
func WithLimits(l Limits) Option { return func(s *Store) { s.limits = l } }

// WithLog sets where the store reports what happens. It never writes who it happens to: no login, name, identifier or address.
func WithLog(log *slog.Logger) Option { return func(s *Store) { s.log = log } }

// Account returns an account, or ErrNotFound.
func (s *Store) Account(ctx context.Context, id ID) (*Account, error) {
	var a *Account
	err := s.read(ctx, func(tx *store.Tx) error {
		row, err := tx.AccountByID(string(id))
		if err != nil {
			return err
		}
		a = accountOf(row)
		if a.RecoveryLeft, err = tx.Recovery(row.ID); err != nil {
			return err
		}
		passkeys, err := tx.Passkeys(row.ID)
		if err != nil {
			return err
		}
		for _, p := range passkeys {
			a.Passkeys = append(a.Passkeys, passkeyOf(p))
		}
		externals, err := tx.Externals(row.ID)
		for _, e := range externals {
			a.External = append(a.External, s.externalOf(e))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("finding an account: %w", err)
	}
	return a, nil
}

func accountOf(row store.Account) *Account {
	return &Account{ID: ID(row.ID), Login: row.Login, Name: row.Name, Operator: row.Operator, Disabled: row.Disabled, Created: row.Created,
		Password: row.Password != "", TOTP: row.Sealed != nil}
}

func passkeyOf(row store.Passkey) Passkey {
	return Passkey{ID: base64.RawURLEncoding.EncodeToString(row.ID), Name: row.Name, Synced: flagsOf(row).BackupState, Created: row.Created, Used: row.Used}
}

func (s *Store) externalOf(row store.External) External {
	e := External{Provider: row.Issuer, Subject: row.Subject, Name: row.Name, Created: row.Created}
	for _, p := range s.providers {
		if p.Issuer == row.Issuer {
			e.Provider = p.ID
		}
	}
	return e
}

// SetName changes what an account's owner is called: 1 to 80 characters.
func (s *Store) SetName(ctx context.Context, token, name string) error {
	name, err := cleanName("name", name)
	if err == nil {
		err = s.change(ctx, func(tx *store.Tx, after *after) error {
			_, a, err := s.sessionRow(tx, token)
			if err != nil {
				return err
			}
			a.Name = name
			after.reread = append(after.reread, ID(a.ID))
			return tx.SetAccount(a)
		})
	}
	if err != nil {
		return fmt.Errorf("changing a name: %w", err)
	}
	return nil
}

// Accounts lists all accounts for the operator, by login, without their passkeys, providers and seats.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var list []Account
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Accounts()
		for _, row := range rows {
			list = append(list, *accountOf(row))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	return list, nil
}

// Disable ends an account's sessions at once and refuses log-ins and API tokens until Enable. It is the operator's; the last operator
// that is not disabled cannot be (ErrLast). With an operator end the open invitations for operators, whoever made them: one of them
// could be that operator's own way back.
func (s *Store) Disable(ctx context.Context, id ID) error {
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		a, err := tx.AccountByID(string(id))
		if err != nil {
			return err
		}
		a.Disabled = true
		if err := cmp.Or(tx.SetAccount(a), tx.EndSessions(a.ID, nil)); err != nil {
			return err
		}
		after.endAccount(id)
		if a.Operator {
			if err := tx.WithdrawSeat(store.Seat{}, s.now()); err != nil {
				return err
			}
		}
		if n, err := tx.Operators(); err != nil || (a.Operator && n == 0) {
			return cmp.Or(err, ErrLast)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("disabling an account: %w", err)
	}
	return nil
}

// Enable lets a disabled account log in again.
func (s *Store) Enable(ctx context.Context, id ID) error {
	err := s.change(ctx, func(tx *store.Tx, _ *after) error {
		a, err := tx.AccountByID(string(id))
		if err != nil {
			return err
		}
		a.Disabled = false
		return tx.SetAccount(a)
	})
	if err != nil {
		return fmt.Errorf("enabling an account: %w", err)
	}
	return nil
}
