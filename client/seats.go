package client

import (
	"context"
	"net/http"
	"time"
)

// Seat is a seat of the own delegation.
type Seat struct {
	Seat      string `json:"seat"`
	Role      string `json:"role"` // what it may do now; empty where it has ended
	Person    string `json:"person"`
	Until     string `json:"until"`
	Alternate string `json:"alternate"`
	Away      string `json:"away"`
	Granted   *Place `json:"granted"`
	Revoked   *Place `json:"revoked"`
}

// Invitation is the newest invitation to a seat.
type Invitation struct {
	ID      string    `json:"id"`
	Seat    string    `json:"seat"`
	Open    bool      `json:"open"`
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used"`
	Link    string    `json:"link"` // only in the answer that made it
}

// Token is a token of the own seat.
type Token struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Write   bool      `json:"write"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used"` // zero where it never was
	Revoked time.Time `json:"revoked"`
	Secret  string    `json:"secret"` // only in the answer that made it
}

// Seats returns the seats of the own delegation. Acts change them: seat.grant and seat.revoke, in the caucus.
func (t *Talks) Seats(ctx context.Context) ([]Seat, error) { return all[Seat](ctx, t, "seats") }

// Invitations returns the newest invitation to each seat that the seat can invite to.
func (t *Talks) Invitations(ctx context.Context) ([]Invitation, error) {
	return all[Invitation](ctx, t, "invitations")
}

// Invite makes an invitation, which ends an earlier one to the same seat. Its link is in the answer and nowhere else; where the
// answer is lost and the request is sent again, the link of the later one counts.
func (t *Talks) Invite(ctx context.Context, seat string) (*Invitation, error) {
	body, err := bodyOf(Fields{"seat": seat})
	if err != nil {
		return nil, err
	}
	return call[Invitation](ctx, t.c, &request{method: http.MethodPost, path: t.path("invitations"), body: body})
}

// Withdraw ends an invitation.
func (t *Talks) Withdraw(ctx context.Context, id string) error { return t.end(ctx, "invitations", id) }

// Tokens returns the tokens of the own account for this seat.
func (t *Talks) Tokens(ctx context.Context) ([]Token, error) { return all[Token](ctx, t, "tokens") }

// Revoke ends a token at once.
func (t *Talks) Revoke(ctx context.Context, id string) error { return t.end(ctx, "tokens", id) }

func (t *Talks) end(ctx context.Context, what, id string) error {
	_, err := call[struct{}](ctx, t.c, &request{method: http.MethodDelete, path: t.path(what, id)})
	return err
}
