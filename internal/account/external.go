package account

import (
	"context"
	"net/url"
)

// Arrival is what comes of going to a provider.
type Arrival struct {
	LogIn    *LogIn   // the account that the provider's account is linked to; nil where nobody has linked it
	External External // who the provider says it is
	Ticket   string   // where LogIn is nil: stands for External in Link and Registration.Ticket, once and within fifteen minutes
	Memo     string   // what BeginExternal was given
}

// Providers lists the providers that people may log in with: ID, Title and Issuer.
func (s *Store) Providers() []Provider { panic("being written") }

// BeginExternal begins a log-in at a provider: the authorization code flow with PKCE (S256), state and nonce. Send the browser to redirect, and
// keep state in a cookie for FinishExternal, once and within ten minutes. memo is kept here meanwhile and comes back in Arrival.Memo.
// The provider is told to send people back to ORIGIN/login/oidc/PROVIDER/back and nowhere else.
func (s *Store) BeginExternal(ctx context.Context, provider, memo string, c Client) (redirect, state string, err error) {
	panic("being written")
}

// FinishExternal takes the browser back: state is the cookie's, query what the provider added to the address. Whatever does not match is
// ErrDenied. LogIn is set where an account is linked (it may ask for a code), Ticket otherwise.
func (s *Store) FinishExternal(ctx context.Context, provider, state string, query url.Values, c Client) (*Arrival, error) {
	panic("being written")
}

// Link lets the session's account log in with the provider's account that a ticket stands for. The session must be recent; ErrTaken where
// another account has it.
func (s *Store) Link(ctx context.Context, token, ticket string) error { panic("being written") }

// Unlink undoes Link. The session must be recent; ErrLast where it is the only way to log in.
func (s *Store) Unlink(ctx context.Context, token string, e External) error { panic("being written") }
