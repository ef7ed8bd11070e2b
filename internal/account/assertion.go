package account

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"parley/internal/account/internal/store"
)

// Assertion is what a passkey answered to a challenge that stands for something: the four parts with which anybody can check it.
type Assertion struct {
	Key           []byte // the passkey's public key, as COSE has it
	Signature     []byte // over Authenticator and the SHA-256 of Client
	Client        []byte // clientDataJSON
	Authenticator []byte // authenticatorData
}

// BeginAssertion asks a passkey of the session's account for its signature over a challenge, which the caller has made of what is to be signed:
// 32 bytes. options is the JSON for navigator.credentials.get, as {"publicKey": …}. It is ErrNotFound where the account has no passkey.
//
// Nothing is kept: the challenge is no secret, and an answer to it says the same whenever it comes. It opens no session, for a log-in has a
// challenge that was made for it, and takes that once.
func (s *Store) BeginAssertion(ctx context.Context, token string, challenge []byte) (options []byte, err error) {
	fail := func(err error) ([]byte, error) { return nil, fmt.Errorf("asking for a passkey's signature: %w", err) }
	if s.web == nil {
		return fail(ErrOff)
	}
	_, p, err := s.personOf(ctx, token)
	if err != nil {
		return fail(err)
	}
	asked, _, err := s.asking(p, challenge)
	if err != nil {
		return fail(err)
	}
	if options, err = write(asked); err != nil {
		return fail(err)
	}
	return options, nil
}

// FinishAssertion checks what navigator.credentials.get answered, as PublicKeyCredential.toJSON gives it: by a passkey of the session's
// account, over this challenge, for this host's origin, its user verified. Otherwise it is ErrDenied.
func (s *Store) FinishAssertion(ctx context.Context, token string, challenge, response []byte) (*Assertion, error) {
	fail := func(err error) (*Assertion, error) { return nil, fmt.Errorf("taking a passkey's signature: %w", err) }
	if s.web == nil {
		return fail(ErrOff)
	}
	_, p, err := s.personOf(ctx, token)
	if err != nil {
		return fail(err)
	}
	_, session, err := s.asking(p, challenge)
	if err != nil {
		return fail(err)
	}
	if len(response) > responseMax {
		return fail(ErrDenied)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return fail(ErrDenied)
	}
	used, err := s.web.ValidateLogin(p, *session, parsed)
	if err != nil {
		return fail(ErrDenied)
	}
	if used.Authenticator.CloneWarning {
		s.log.Warn("a passkey counts backwards: there may be a copy of it")
		return fail(ErrDenied)
	}
	err = s.change(ctx, func(tx *store.Tx, _ *after) error {
		_, a, err := s.sessionRow(tx, token)
		if err != nil {
			return err
		}
		return s.notePasskey(tx, &a, used)
	})
	if err != nil {
		return fail(err)
	}
	raw := parsed.Raw.AssertionResponse
	return &Assertion{Key: used.PublicKey, Signature: raw.Signature, Client: raw.ClientDataJSON, Authenticator: raw.AuthenticatorData}, nil
}

// personOf is a session's account with its passkeys.
func (s *Store) personOf(ctx context.Context, token string) (*Session, person, error) {
	session, a, err := s.owner(ctx, token)
	if err != nil {
		return nil, person{}, err
	}
	p := person{handle: a.Handle, login: a.Login, name: a.Name}
	err = s.read(ctx, func(tx *store.Tx) error { p.passkeys, err = tx.Passkeys(a.ID); return err })
	return session, p, err
}

// asking is what a browser is asked, and what its answer is held against. Both follow from the account and the challenge.
func (s *Store) asking(p person, challenge []byte) (*protocol.CredentialAssertion, *webauthn.SessionData, error) {
	if len(p.passkeys) == 0 {
		return nil, nil, ErrNotFound
	}
	return s.web.BeginLogin(p, webauthn.WithChallenge(challenge))
}
