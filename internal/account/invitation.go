package account

import (
	"context"
	"time"

	"parley/internal/talks"
)

// Holding is a seat of a process in one tenure: the entry of the record that gave it. When the seat is granted anew it is another holding.
type Holding struct {
	Process string
	Seat    talks.Seat
	Tenure  talks.Ref
}

// IsZero reports whether no seat is named.
func (h Holding) IsZero() bool { return h == Holding{} }

// Invitation is a link that makes one person the holder of a seat, or an operator. It works once.
type Invitation struct {
	ID        ID
	Holding   Holding // the seat; zero for an operator's
	Operator  bool    // makes an operator
	By        string  // who invited: a seat, or "operator"
	Created   time.Time
	Expires   time.Time // zero in Invite: after seven days; at most thirty
	Used      time.Time // zero: not yet
	Withdrawn time.Time // zero: not
}

// Registration is a new account: a login, a name, and at least one way to log in.
type Registration struct {
	Login     string
	Name      string
	Password  string // or empty
	Challenge string // of BeginRegister, or empty
	Response  []byte // what navigator.credentials.create answered to it
	Passkey   string // what its owner calls that passkey
	Ticket    string // of FinishExternal, or empty
}

// Invite makes an invitation and returns the token of its link, 43 characters, which is shown once. An earlier invitation to the same seat in the
// same tenure that nobody has used is withdrawn. ErrTaken: somebody holds it. That the one who invites may do so is for the caller to
// establish, with ledger.Invitable.
func (s *Store) Invite(ctx context.Context, i Invitation) (token string, err error) {
	panic("being written")
}

// Invitations lists the invitations to those seats of a process that seats admits, the newest first: open ones, and those used, withdrawn
// or expired within the last 90 days.
func (s *Store) Invitations(ctx context.Context, process string, seats func(talks.Seat) bool) ([]Invitation, error) {
	panic("being written")
}

// Withdraw ends an invitation to a seat of a process that seats admits; ErrNotFound where there is none that is open.
func (s *Store) Withdraw(ctx context.Context, process string, seats func(talks.Seat) bool, id ID) error {
	panic("being written")
}

// Invited reports by nil that a link is open, and by ErrNotFound that it is not, whatever the reason. It says nothing else, and failures
// count towards the limit of the address.
func (s *Store) Invited(ctx context.Context, token string, c Client) error { panic("being written") }

// Accept uses an invitation for the account of a session, once, and chooses the seat: the session is replaced by the one returned. ErrNotFound:
// it is not open. ErrTaken: somebody holds the seat by now.
func (s *Store) Accept(ctx context.Context, invitation string, c Client) (*LogIn, *Invitation, error) {
	panic("being written")
}

// Register makes an account and uses an invitation for it in one transaction, and logs in with the seat chosen. What is wrong with the
// registration is a *Problem and leaves the invitation open.
func (s *Store) Register(ctx context.Context, invitation string, r Registration, c Client) (*LogIn, *Invitation, error) {
	panic("being written")
}

// Operators reports whether there is an operator, or an open invitation for one. Where there is neither, Invite with Operator set makes
// the first.
func (s *Store) Operators(ctx context.Context) (bool, error) { panic("being written") }

// Holdings lists the seats that an account holds, by process and seat.
func (s *Store) Holdings(ctx context.Context, id ID) ([]Holding, error) { panic("being written") }

// Held reports whether an account holds a seat in that tenure.
func (s *Store) Held(ctx context.Context, h Holding) (bool, error) { panic("being written") }

// EndHolding ends a holding, its invitations, its API tokens and the sessions that have chosen it. One that nobody has is no error. The gate does
// not wait for it: a viewer of another tenure sees nothing.
func (s *Store) EndHolding(ctx context.Context, h Holding) error { panic("being written") }

// EndSeat ends all holdings of a seat but the one in that tenure, as EndHolding does; the zero tenure spares none. The server calls it
// when a seat was revoked or granted anew.
func (s *Store) EndSeat(ctx context.Context, process string, seat talks.Seat, but talks.Ref) error {
	panic("being written")
}
