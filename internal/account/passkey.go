package account

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"parley/internal/account/internal/store"
)

// ceremony is one that a browser was asked for.
type ceremony struct {
	session    webauthn.SessionData
	account    ID     // whose a new passkey will be; empty in a log-in
	invitation string // the ID of the invitation that will make the account, or empty
	handle     []byte // of that account
	login      string
}

const (
	passkeyMax  = 20      // of one account
	responseMax = 1 << 16 // bytes of a browser's answer
)

// settlePasskeys sets up what browsers are asked for: a passkey that the device finds by itself, and that verifies its user, so that it counts
// as two factors. Attestation, which would say who made the device, is not asked for.
func (s *Store) settlePasskeys(scheme string) error {
	if _, err := netip.ParseAddr(s.host); err == nil || (scheme != "https" && s.host != "localhost" && !strings.HasSuffix(s.host, ".localhost")) {
		return nil // browsers have passkeys for names only, and over TLS only
	}
	required := true
	var err error
	s.web, err = webauthn.New(&webauthn.Config{
		RPID: s.host, RPDisplayName: s.title, RPOrigins: []string{s.origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &required, ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return fmt.Errorf("setting up passkeys: %w", err)
	}
	return nil
}

// person is an account as the library wants it.
type person struct {
	handle      []byte
	login, name string
	passkeys    []store.Passkey
}

func (p person) WebAuthnID() []byte          { return p.handle }
func (p person) WebAuthnName() string        { return p.login }
func (p person) WebAuthnDisplayName() string { return p.name }

func (p person) WebAuthnCredentials() []webauthn.Credential {
	var list []webauthn.Credential
	for _, row := range p.passkeys {
		c := webauthn.Credential{ID: row.ID, PublicKey: row.Public, AttestationType: "none", AttestationFormat: "none", Flags: flagsOf(row),
			Authenticator: webauthn.Authenticator{AAGUID: row.AAGUID, SignCount: row.Counter}}
		for t := range strings.FieldsSeq(row.Transports) {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		list = append(list, c)
	}
	return list
}

func flagsOf(row store.Passkey) webauthn.CredentialFlags {
	return webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(row.Flags))
}

// Passkeys reports whether passkeys can be used here: WithOrigin has named a host.
func (s *Store) Passkeys() bool { return s.web != nil }

// BeginPasskey begins a log-in by passkey. options is the JSON for navigator.credentials.get, as {"publicKey": …}; challenge goes back to
// FinishPasskey, once and within five minutes.
func (s *Store) BeginPasskey(_ context.Context, c Client) (options []byte, challenge string, err error) {
	fail := func(err error) ([]byte, string, error) {
		return nil, "", fmt.Errorf("beginning with a passkey: %w", err)
	}
	if s.web == nil {
		return fail(ErrOff)
	}
	if _, err := s.try(count{s.begun, place(c.Address)}); err != nil {
		return fail(err)
	}
	assertion, session, err := s.web.BeginDiscoverableLogin(webauthn.WithChallenge(s.source.bytes(32, "challenge")))
	if err != nil {
		return fail(err)
	}
	return s.asked(assertion, ceremony{session: *session})
}

// asked keeps a ceremony and writes what the browser needs.
func (s *Store) asked(options any, c ceremony) ([]byte, string, error) {
	b, err := write(options)
	if err != nil {
		return nil, "", err
	}
	s.passkeys.put(c.session.Challenge, c, s.now())
	return b, c.session.Challenge, nil
}

// write writes what a browser is asked as the library has it.
func write(options any) ([]byte, error) {
	b, err := jsonv1.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("writing what a passkey is asked: %w", err)
	}
	return b, nil
}

// FinishPasskey logs in with what navigator.credentials.get answered, as PublicKeyCredential.toJSON gives it. The authenticator must have
// verified its user, so there is no second step.
func (s *Store) FinishPasskey(ctx context.Context, challenge string, response []byte, c Client) (*LogIn, error) {
	fail := func(err error) (*LogIn, error) { return nil, fmt.Errorf("logging in with a passkey: %w", err) }
	if s.web == nil {
		return fail(ErrOff)
	}
	try, err := s.try(count{s.addresses, place(c.Address)})
	if err != nil {
		return fail(err)
	}
	begun, ok := s.passkeys.take(challenge, s.now())
	if !ok || begun.session.UserID != nil || len(response) > responseMax {
		return fail(s.denied("passkey"))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return fail(s.denied("passkey"))
	}
	var account ID
	user := func(_, handle []byte) (webauthn.User, error) {
		var p person
		err := s.read(ctx, func(tx *store.Tx) error {
			a, err := tx.AccountByHandle(handle)
			if err != nil {
				return err
			}
			account, p = ID(a.ID), person{handle: a.Handle, login: a.Login, name: a.Name}
			p.passkeys, err = tx.Passkeys(a.ID)
			return err
		})
		return p, err
	}
	_, used, err := s.web.ValidatePasskeyLogin(user, begun.session, parsed)
	if err != nil {
		return fail(s.denied("passkey"))
	}
	if used.Authenticator.CloneWarning {
		s.log.Warn("a passkey counts backwards: there may be a copy of it")
		return fail(s.denied("passkey"))
	}
	in, err := s.enter(ctx, account, c, false, func(tx *store.Tx, a *store.Account) error { return s.notePasskey(tx, a, used) })
	if err != nil {
		return fail(err)
	}
	try.forgive()
	return in, nil
}

// notePasskey stores that a passkey was used, and looks at its counter once more: another log-in may have come in between.
func (s *Store) notePasskey(tx *store.Tx, a *store.Account, used *webauthn.Credential) error {
	rows, err := tx.Passkeys(a.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !bytes.Equal(row.ID, used.ID) {
			continue
		}
		if n := used.Authenticator.SignCount; n <= row.Counter && n+row.Counter > 0 {
			return ErrDenied
		}
		row.Counter, row.Flags, row.Used = used.Authenticator.SignCount, byte(used.Flags.ProtocolValue()), s.now()
		return tx.SetPasskey(row)
	}
	return ErrDenied
}

// BeginAddPasskey begins to add a passkey to the session's account; the session must be recent. options is the JSON for
// navigator.credentials.create, as {"publicKey": …}.
func (s *Store) BeginAddPasskey(ctx context.Context, token string) (options []byte, challenge string, err error) {
	fail := func(err error) ([]byte, string, error) { return nil, "", fmt.Errorf("adding a passkey: %w", err) }
	if s.web == nil {
		return fail(ErrOff)
	}
	session, a, err := s.owner(ctx, token)
	if err != nil {
		return fail(err)
	}
	if !s.Recent(session) {
		return fail(ErrStale)
	}
	p := person{handle: a.Handle, login: a.Login, name: a.Name}
	if err := s.read(ctx, func(tx *store.Tx) error { p.passkeys, err = tx.Passkeys(a.ID); return err }); err != nil {
		return fail(err)
	}
	if len(p.passkeys) >= passkeyMax {
		return fail(ErrMany)
	}
	if options, challenge, err = s.beginPasskey(p, ceremony{account: ID(a.ID)}); err != nil {
		return fail(err)
	}
	return options, challenge, nil
}

func (s *Store) beginPasskey(p person, c ceremony) ([]byte, string, error) {
	creation, session, err := s.web.BeginRegistration(p,
		webauthn.WithExclusions(webauthn.Credentials(p.WebAuthnCredentials()).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = s.source.bytes(32, "challenge")
			return nil
		})
	if err != nil {
		return nil, "", err
	}
	c.session, c.handle, c.login = *session, p.handle, p.login
	return s.asked(creation, c)
}

// made checks what a browser answered to beginPasskey.
func (s *Store) made(c ceremony, name string, response []byte) (*store.Passkey, error) {
	if name == "" {
		name = "passkey"
	}
	name, err := cleanName("passkey", name)
	if err != nil {
		return nil, err
	}
	if len(response) > responseMax {
		return nil, ErrDenied
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, s.denied("passkey")
	}
	made, err := s.web.CreateCredential(person{handle: c.handle, login: c.login}, c.session, parsed)
	if err != nil {
		return nil, s.denied("passkey")
	}
	var transports []string
	for _, t := range made.Transport {
		if len(t) <= 20 && !strings.ContainsAny(string(t), " \t\n") && len(transports) < 10 {
			transports = append(transports, string(t))
		}
	}
	return &store.Passkey{ID: made.ID, Account: string(c.account), Name: name, Public: made.PublicKey, Flags: byte(made.Flags.ProtocolValue()),
		AAGUID: made.Authenticator.AAGUID, Counter: made.Authenticator.SignCount, Transports: strings.Join(transports, " "), Created: s.now()}, nil
}

// FinishAddPasskey adds the passkey that navigator.credentials.create answered. name is what its owner calls it: up to 80 characters.
func (s *Store) FinishAddPasskey(ctx context.Context, token, challenge, name string, response []byte) (*Passkey, error) {
	fail := func(err error) (*Passkey, error) { return nil, fmt.Errorf("adding a passkey: %w", err) }
	if s.web == nil {
		return fail(ErrOff)
	}
	begun, ok := s.passkeys.take(challenge, s.now())
	if !ok || begun.account == "" {
		return fail(s.denied("passkey"))
	}
	row, err := s.made(begun, name, response)
	if err != nil {
		return fail(err)
	}
	err = s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
		if ID(a.ID) != begun.account {
			return ErrDenied
		}
		if rows, err := tx.Passkeys(a.ID); err != nil || len(rows) >= passkeyMax {
			return errors.Join(err, ErrMany)
		}
		return tx.AddPasskey(*row)
	})
	if err != nil {
		return fail(err)
	}
	p := passkeyOf(*row)
	return &p, nil
}

// RemovePasskey removes a passkey. The session must be recent; ErrLast where it is the only way to log in.
func (s *Store) RemovePasskey(ctx context.Context, token, passkey string) error {
	id, err := base64.RawURLEncoding.DecodeString(passkey)
	if err == nil {
		err = s.alter(ctx, token, func(tx *store.Tx, a *store.Account) error {
			if err := tx.RemovePasskey(a.ID, id); err != nil {
				return err
			}
			return wayIn(tx, *a)
		})
	} else {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("removing a passkey: %w", err)
	}
	return nil
}

// RenamePasskey changes what its owner calls a passkey.
func (s *Store) RenamePasskey(ctx context.Context, token, passkey, name string) error {
	name, err := cleanName("passkey", name)
	if err == nil {
		err = s.change(ctx, func(tx *store.Tx, _ *after) error {
			_, a, err := s.sessionRow(tx, token)
			if err != nil {
				return err
			}
			rows, err := tx.Passkeys(a.ID)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if passkeyOf(row).ID == passkey {
					row.Name = name
					return tx.SetPasskey(row)
				}
			}
			return ErrNotFound
		})
	}
	if err != nil {
		return fmt.Errorf("renaming a passkey: %w", err)
	}
	return nil
}

// BeginRegister begins to make a passkey for an account that an invitation will make. login and name are what the device shows.
// Hand challenge and the answer to Register.
func (s *Store) BeginRegister(ctx context.Context, invitation, login, name string, c Client) (options []byte, challenge string, err error) {
	fail := func(err error) ([]byte, string, error) {
		return nil, "", fmt.Errorf("registering with a passkey: %w", err)
	}
	if s.web == nil {
		return fail(ErrOff)
	}
	if _, err := s.try(count{s.begun, place(c.Address)}); err != nil {
		return fail(err)
	}
	row, err := s.invited(ctx, invitation, c)
	if err != nil {
		return fail(err)
	}
	if login, err = cleanLogin(login); err != nil {
		return fail(err)
	}
	if name, err = cleanName("name", name); err != nil {
		return fail(err)
	}
	p := person{handle: s.source.bytes(32, "handle", login), login: login, name: name}
	if options, challenge, err = s.beginPasskey(p, ceremony{invitation: row.ID}); err != nil {
		return fail(err)
	}
	return options, challenge, nil
}

// registered returns the passkey of a registration and the handle that it knows the account by.
func (s *Store) registered(r Registration, row store.Invitation) (*store.Passkey, []byte, error) {
	if s.web == nil {
		return nil, nil, ErrOff
	}
	begun, ok := s.passkeys.take(r.Challenge, s.now())
	if !ok || begun.invitation != row.ID || begun.handle == nil {
		return nil, nil, s.denied("passkey")
	}
	p, err := s.made(begun, r.Passkey, r.Response)
	return p, begun.handle, err
}
