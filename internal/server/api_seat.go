package server

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"parley/internal/account"
	"parley/internal/server/wire"
	"parley/internal/talks"
	"parley/web/seats"
)

// The inputs of operations on the own delegation's seats.
type (
	askID struct {
		Asked
		InProcess
		ID string `path:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"Its identifier."`
	}
	askInvite struct {
		Asked
		InProcess
		Body wire.Invite
	}
	askToken struct {
		Asked
		InProcess
		Body wire.NewToken
	}
)

// tokenDays is how long a token works where nothing is said.
const tokenDays = 90

// doors are the seats that the caller can invite to, with their invitations; none where there are no accounts.
func (c *call) doors() (*seats.Doors, error) {
	p, err := c.s.newPage(c.r, c.Viewer, nil)
	if err != nil {
		return nil, err
	}
	return c.s.doorsOf(c.r, p)
}

func invitationOf(seat talks.Seat, i *seats.Invitation) wire.Invitation {
	out := wire.Invitation{ID: i.ID, Seat: seat, Open: i.Open, Expires: wire.Moment(i.Expires)}
	if !i.Used.IsZero() {
		out.Used = wire.Moment(i.Used)
	}
	return out
}

// invitations answers with the newest invitation to each seat that the caller can invite to.
func invitations(c *call, _ *askProcess) (*wire.All[wire.Invitation], error) {
	d, err := c.doors()
	if err != nil {
		return nil, err
	}
	out := &wire.All[wire.Invitation]{Items: []wire.Invitation{}}
	for seat, i := range d.Newest {
		out.Items = append(out.Items, invitationOf(seat, i))
	}
	slices.SortFunc(out.Items, func(a, b wire.Invitation) int { return cmp.Compare(a.Seat, b.Seat) })
	return out, nil
}

// newInvitation invites somebody to a seat. The link is in the answer and nowhere else.
func newInvitation(c *call, in *askInvite) (*wire.Invitation, error) {
	if c.s.Accounts == nil {
		return nil, errNotFound
	}
	p, err := c.s.newPage(c.r, c.Viewer, nil)
	if err != nil {
		return nil, err
	}
	token, err := c.s.inviteTo(c.r, p, in.Body.Seat)
	if err != nil {
		return nil, err
	}
	d, err := c.s.doorsOf(c.r, p)
	if err != nil {
		return nil, err
	}
	i := d.Newest[in.Body.Seat]
	if i == nil {
		return nil, errNotFound // withdrawn since
	}
	out := invitationOf(in.Body.Seat, i)
	out.Link = c.s.origin(c.r) + "/invitation/" + token
	return &out, nil
}

func endInvitation(c *call, in *askID) (*wire.Ended, error) {
	d, err := c.doors()
	if err != nil {
		return nil, err
	}
	if !d.Open {
		return nil, errNotFound
	}
	mine := withdrawable(d, c.Seat.Delegation(), in.ID)
	if err := c.s.Accounts.Withdraw(c.r.Context(), c.Process, mine, account.ID(in.ID)); err != nil {
		return nil, err
	}
	return &wire.Ended{ID: in.ID}, nil
}

// ownTokens are the tokens of the caller's account for the caller's seat; none where there are no accounts.
func (c *call) ownTokens() ([]account.Token, error) {
	if c.s.Accounts == nil {
		return nil, nil
	}
	list, err := c.s.Accounts.Tokens(c.r.Context(), c.account)
	return slices.DeleteFunc(list, func(t account.Token) bool { return viewerOf(t.Holding) != c.Viewer }), err
}

func tokenOf(t *account.Token) wire.Token {
	out := wire.Token{ID: string(t.ID), Name: t.Name, Write: t.Write, Created: wire.Moment(t.Created), Expires: wire.Moment(t.Expires)}
	if !t.Used.IsZero() {
		out.Used = wire.Moment(t.Used)
	}
	if !t.Revoked.IsZero() {
		out.Revoked = wire.Moment(t.Revoked)
	}
	return out
}

func tokens(c *call, _ *askProcess) (*wire.All[wire.Token], error) {
	list, err := c.ownTokens()
	if err != nil {
		return nil, err
	}
	out := &wire.All[wire.Token]{Items: []wire.Token{}}
	for i := range list {
		out.Items = append(out.Items, tokenOf(&list[i]))
	}
	return out, nil
}

// newToken makes a token of the own seat. It takes a session: a token makes no other, so that whoever finds one has no more than it.
func newToken(c *call, in *askToken) (*wire.Token, error) {
	if c.s.Accounts == nil || c.session == "" {
		return nil, errForbidden
	}
	days := cmp.Or(in.Body.Days, tokenDays)
	h := account.Holding{Process: c.Process, Seat: c.Seat, Tenure: c.Tenure}
	secret, t, err := c.s.Accounts.NewToken(c.r.Context(), c.session, h, in.Body.Name, in.Body.Write, c.s.Now().Add(time.Duration(days)*24*time.Hour))
	if wrong, ok := errors.AsType[*account.Problem](err); ok {
		return nil, &mistakes{errInvalid, []wire.Detail{{Code: "bad-value", Field: wrong.Field, Reason: wrong.Error(), Remedy: "correct it"}}}
	}
	if err != nil {
		return nil, err
	}
	out := tokenOf(t)
	out.Secret = secret
	return &out, nil
}

func endToken(c *call, in *askID) (*wire.Ended, error) {
	list, err := c.ownTokens()
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(list, func(t account.Token) bool { return string(t.ID) == in.ID }) {
		return nil, errNotFound
	}
	if err := c.s.Accounts.RevokeToken(c.r.Context(), c.account, account.ID(in.ID)); err != nil {
		return nil, err
	}
	return &wire.Ended{ID: in.ID}, nil
}
