package account

import "context"

// Passkeys reports whether passkeys can be used here: WithOrigin has named a host.
func (s *Store) Passkeys() bool { panic("being written") }

// BeginPasskey begins a log-in by passkey. options is the JSON for navigator.credentials.get, as {"publicKey": …}; challenge goes back to
// FinishPasskey, once and within five minutes.
func (s *Store) BeginPasskey(ctx context.Context, c Client) (options []byte, challenge string, err error) {
	panic("being written")
}

// FinishPasskey logs in with what navigator.credentials.get answered, as PublicKeyCredential.toJSON gives it. The authenticator must have
// verified its user, so there is no second step.
func (s *Store) FinishPasskey(ctx context.Context, challenge string, response []byte, c Client) (*LogIn, error) {
	panic("being written")
}

// BeginAddPasskey begins to add a passkey to the session's account; the session must be recent. options is the JSON for
// navigator.credentials.create, as {"publicKey": …}.
func (s *Store) BeginAddPasskey(ctx context.Context, token string) (options []byte, challenge string, err error) {
	panic("being written")
}

// FinishAddPasskey adds the passkey that navigator.credentials.create answered. name is what its owner calls it: up to 80 characters.
func (s *Store) FinishAddPasskey(ctx context.Context, token, challenge, name string, response []byte) (*Passkey, error) {
	panic("being written")
}

// RemovePasskey removes a passkey. The session must be recent; ErrLast where it is the only way to log in.
func (s *Store) RemovePasskey(ctx context.Context, token, passkey string) error {
	panic("being written")
}

// RenamePasskey changes what its owner calls a passkey.
func (s *Store) RenamePasskey(ctx context.Context, token, passkey, name string) error {
	panic("being written")
}

// BeginRegister begins to make a passkey for an account that an invitation will make. login and name are what the device shows.
// Hand challenge and the answer to Register.
func (s *Store) BeginRegister(ctx context.Context, invitation, login, name string, c Client) (options []byte, challenge string, err error) {
	panic("being written")
}
