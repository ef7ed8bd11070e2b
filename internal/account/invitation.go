package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/account/internal/store"
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

func holdingOf(row store.Seat) Holding {
	h := Holding{Process: row.Process, Seat: talks.Seat(row.Seat)}
	_ = h.Tenure.UnmarshalText([]byte(row.Tenure)) // rowOf wrote it
	return h
}

func rowOf(h Holding) store.Seat {
	return store.Seat{Process: h.Process, Seat: string(h.Seat), Tenure: h.Tenure.String()}
}

func invitationOf(row store.Invitation) *Invitation {
	return &Invitation{ID: ID(row.ID), Holding: holdingOf(row.Seat), Operator: row.Operator, By: row.Inviter, Created: row.Created, Expires: row.Expires,
		Used: row.Used, Withdrawn: row.Withdrawn}
}

const (
	invitationFor  = 7 * 24 * time.Hour
	invitationMost = 30 * 24 * time.Hour
	invitationMax  = 200 // seats of a process that one delegation, or the operator, can have open links to, so that one cannot use up another's
)

// Invite makes an invitation and returns the token of its link, 43 characters, which is shown once. An earlier invitation to the same seat in the
// same tenure that nobody has used is withdrawn. ErrTaken: somebody holds it, or where another delegation or the operator invites, somebody
// has accepted it in that tenure, whatever the seat's own delegation did with it since. That the one who invites may do so is for the caller to
// establish, with ledger.Invitable.
func (s *Store) Invite(ctx context.Context, i Invitation) (token string, err error) {
	now := s.now()
	if i.Expires.IsZero() {
		i.Expires = now.Add(invitationFor)
	}
	switch {
	case i.Operator != i.Holding.IsZero():
		err = errors.New("it is either for a seat or for an operator")
	case !i.Operator && (i.Holding.Process == "" || !i.Holding.Seat.Valid() || i.Holding.Tenure.IsZero()):
		err = errors.New("no seat is named, or not since when")
	case !now.Before(i.Expires), i.Expires.After(now.Add(invitationMost)):
		err = &Problem{Field: "expires", Code: ProblemRange}
	}
	if err != nil {
		return "", fmt.Errorf("inviting: %w", err)
	}
	row, by := rowOf(i.Holding), talks.Seat(i.By).Delegation() // for the operator the word itself
	token = s.source.secret("invitation", row.Process, row.Seat)
	hash := hashOf("invitation", token)
	err = s.change(ctx, func(tx *store.Tx, _ *after) error {
		if !i.Operator {
			if _, err := tx.Holder(row); !errors.Is(err, store.ErrNotFound) {
				return cmp.Or(err, ErrTaken)
			}
			if taken, err := tx.Accepted(row); err != nil || taken && by != i.Holding.Seat.Delegation() {
				return cmp.Or(err, ErrTaken)
			}
		}
		if err := tx.WithdrawSeat(row, now); err != nil {
			return err
		}
		if n, err := tx.OpenInvitations(row, string(by), now); err != nil || n >= invitationMax {
			return cmp.Or(err, ErrMany)
		}
		return tx.AddInvitation(store.Invitation{Hash: hash[:], ID: string(s.source.id("invitation", row.Process, row.Seat)), Seat: row,
			Operator: i.Operator, Inviter: i.By, Created: now, Expires: i.Expires})
	})
	if err != nil {
		return "", fmt.Errorf("inviting: %w", err)
	}
	s.log.Info("invited", "operator", i.Operator)
	return token, nil
}

// Invitations lists the invitations to those seats of a process that seats admits, the newest first: those that were used, and those that
// would be open without having been withdrawn, or have expired within the last 90 days.
func (s *Store) Invitations(ctx context.Context, process string, seats func(talks.Seat) bool) ([]Invitation, error) {
	var list []Invitation
	since := s.now().Add(-keepFor)
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Invitations(process)
		for _, row := range rows {
			i := invitationOf(row)
			past := i.Used.IsZero() && i.Expires.Before(since)
			if !i.Operator && seats(i.Holding.Seat) && !past {
				list = append(list, *i)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing invitations: %w", err)
	}
	return list, nil
}

// Withdraw ends an invitation to a seat of a process that seats admits; ErrNotFound where there is none that is open.
func (s *Store) Withdraw(ctx context.Context, process string, seats func(talks.Seat) bool, id ID) error {
	err := s.change(ctx, func(tx *store.Tx, _ *after) error {
		rows, err := tx.Invitations(process)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID == string(id) && !row.Operator && seats(talks.Seat(row.Seat.Seat)) {
				return tx.WithdrawInvitation(row.ID, s.now())
			}
		}
		return ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("withdrawing an invitation: %w", err)
	}
	return nil
}

// invited counts an attempt at a link, which a link that is open takes back, and returns its row.
func (s *Store) invited(ctx context.Context, token string, c Client) (row store.Invitation, err error) {
	try, err := s.try(count{s.addresses, place(c.Address)})
	if err != nil {
		return row, err
	}
	hash := hashOf("invitation", token)
	err = s.read(ctx, func(tx *store.Tx) error {
		row, err = tx.Invitation(hash[:])
		if err == nil && (!row.Used.IsZero() || !row.Withdrawn.IsZero() || !s.now().Before(row.Expires)) {
			return ErrNotFound
		}
		return err
	})
	if !errors.Is(err, ErrNotFound) {
		try.forgive()
	}
	return row, err
}

// Invited reports by nil that a link is open, and by ErrNotFound that it is not, whatever the reason. It says nothing else, and failures
// count towards the limit of the address.
func (s *Store) Invited(ctx context.Context, token string, c Client) error {
	if _, err := s.invited(ctx, token, c); err != nil {
		return fmt.Errorf("opening an invitation: %w", err)
	}
	return nil
}

// use uses an invitation for an account: once, whoever comes at the same time.
func (s *Store) use(tx *store.Tx, row store.Invitation, a *store.Account) error {
	if err := tx.UseInvitation(row.Hash, s.now()); err != nil {
		return err
	}
	if row.Operator {
		a.Operator = true
		return tx.SetAccount(*a)
	}
	return tx.AddHolding(row.Seat, a.ID, s.now())
}

// Accept uses an invitation for the account of a session, once, and chooses the seat: the session is replaced by the one returned. ErrNotFound:
// it is not open. ErrTaken: somebody holds the seat by now.
func (s *Store) Accept(ctx context.Context, invitation string, c Client) (*LogIn, *Invitation, error) {
	fail := func(err error) (*LogIn, *Invitation, error) {
		return nil, nil, fmt.Errorf("accepting an invitation: %w", err)
	}
	row, err := s.invited(ctx, invitation, c)
	if err != nil {
		return fail(err)
	}
	in := &LogIn{Device: c.Device}
	err = s.change(ctx, func(tx *store.Tx, after *after) error {
		session, a, err := s.sessionRow(tx, c.Session)
		if err != nil {
			return err
		}
		if err := s.use(tx, row, &a); err != nil {
			return err
		}
		if !row.Operator {
			session.Seat = row.Seat
		}
		after.reread = append(after.reread, ID(a.ID))
		in.Token, err = s.rotate(tx, after, session, a.Login)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return s.entered(ctx, in, row)
}

// entered fills in what comes of an invitation that has been used.
func (s *Store) entered(ctx context.Context, in *LogIn, row store.Invitation) (*LogIn, *Invitation, error) {
	in, err := s.opened(ctx, in)
	if err != nil {
		return nil, nil, fmt.Errorf("accepting an invitation: %w", err)
	}
	row.Used = in.Session.Used
	return in, invitationOf(row), nil
}

// Register makes an account and uses an invitation for it in one transaction, and logs in with the seat chosen. What is wrong with the
// registration is a *Problem and leaves the invitation open.
func (s *Store) Register(ctx context.Context, invitation string, r Registration, c Client) (*LogIn, *Invitation, error) {
	fail := func(err error) (*LogIn, *Invitation, error) { return nil, nil, fmt.Errorf("registering: %w", err) }
	row, err := s.invited(ctx, invitation, c)
	if err != nil {
		return fail(err)
	}
	a, passkey, err := s.registering(ctx, r, row)
	if err != nil {
		return fail(err)
	}
	var in *LogIn
	err = s.change(ctx, func(tx *store.Tx, after *after) error {
		if err := tx.AddAccount(a); err != nil {
			if errors.Is(err, store.ErrTaken) {
				err = &Problem{Field: "login", Code: ProblemTaken}
			}
			return err
		}
		if passkey != nil {
			if err := tx.AddPasskey(*passkey); err != nil {
				return err
			}
		}
		if r.Ticket != "" {
			if err := s.link(tx, a, r.Ticket); err != nil {
				return err
			}
		}
		if err := s.use(tx, row, &a); err != nil {
			return err
		}
		in, err = s.begin(tx, after, a, c, holdingOf(row.Seat))
		return err
	})
	if err != nil {
		return fail(err)
	}
	s.tickets.take(r.Ticket, s.now())
	return s.entered(ctx, in, row)
}

// registering makes the rows of a registration, or says what is wrong with it.
func (s *Store) registering(ctx context.Context, r Registration, row store.Invitation) (a store.Account, passkey *store.Passkey, err error) {
	login, err := cleanLogin(r.Login)
	if err != nil {
		return a, nil, err
	}
	name, err := cleanName("name", r.Name)
	if err != nil {
		return a, nil, err
	}
	if r.Password == "" && r.Challenge == "" && r.Ticket == "" {
		return a, nil, &Problem{Field: "password", Code: ProblemNone}
	}
	a = store.Account{ID: string(s.source.id("account", login)), Login: login, Name: name, Created: s.now(), Handle: s.source.bytes(32, "handle", login)}
	if r.Password != "" {
		if err := CheckPassword(r.Password, login, name); err != nil {
			return a, nil, err
		}
		prepared, _ := prepare(r.Password)
		if a.Password, err = s.hasher.hash(ctx, prepared); err != nil {
			return a, nil, err
		}
	}
	if r.Challenge != "" {
		if passkey, a.Handle, err = s.registered(r, row); err != nil {
			return a, nil, err
		}
		passkey.Account = a.ID
	}
	return a, passkey, nil
}

// OperatorInvitation returns the invitation for an operator that is open, or nil: a new one takes the place of the one before.
func (s *Store) OperatorInvitation(ctx context.Context) (*Invitation, error) {
	var i *Invitation
	err := s.read(ctx, func(tx *store.Tx) error {
		row, err := tx.OperatorInvitation(s.now())
		if err == nil {
			i = invitationOf(row)
		}
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("looking for an operator's invitation: %w", err)
	}
	return i, nil
}

// WithdrawOperator ends the open invitation for an operator of that identifier, or returns ErrNotFound.
func (s *Store) WithdrawOperator(ctx context.Context, id ID) error {
	err := s.change(ctx, func(tx *store.Tx, _ *after) error {
		row, err := tx.OperatorInvitation(s.now())
		if err != nil || row.ID != string(id) {
			return cmp.Or(err, ErrNotFound)
		}
		return tx.WithdrawInvitation(row.ID, s.now())
	})
	if err != nil {
		return fmt.Errorf("withdrawing an operator's invitation: %w", err)
	}
	return nil
}

// Operators reports whether there is an operator, or an open invitation for one. Where there is neither, Invite with Operator set makes
// the first.
func (s *Store) Operators(ctx context.Context) (bool, error) {
	var accounts int
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		accounts, err = tx.Operators()
		return err
	})
	if err != nil {
		return false, fmt.Errorf("looking for an operator: %w", err)
	}
	if accounts > 0 {
		return true, nil
	}
	open, err := s.OperatorInvitation(ctx)
	return open != nil, err
}

// Holdings lists the seats that an account holds, by process and seat.
func (s *Store) Holdings(ctx context.Context, id ID) ([]Holding, error) {
	var list []Holding
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Holdings(string(id))
		for _, row := range rows {
			list = append(list, holdingOf(row))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing seats: %w", err)
	}
	return list, nil
}

// Held reports whether an account holds a seat in that tenure.
func (s *Store) Held(ctx context.Context, h Holding) (bool, error) {
	err := s.read(ctx, func(tx *store.Tx) error {
		_, err := tx.Holder(rowOf(h))
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a seat's holder: %w", err)
	}
	return true, nil
}

// EndHolding ends a holding, its invitations, its API tokens and the sessions that have chosen it. One that nobody has is no error. The gate does
// not wait for it: a viewer of another tenure sees nothing.
func (s *Store) EndHolding(ctx context.Context, h Holding) error {
	err := s.change(ctx, func(tx *store.Tx, after *after) error {
		after.endHolding(h)
		return tx.EndHolding(rowOf(h), s.now())
	})
	if err != nil {
		return fmt.Errorf("ending a holding: %w", err)
	}
	return nil
}

// Tenures lists the holdings of a seat, in each tenure that somebody has or is invited to. The server asks the gate for each when a seat was
// revoked or granted anew, and ends those that do not hold.
func (s *Store) Tenures(ctx context.Context, process string, seat talks.Seat) ([]Holding, error) {
	var list []Holding
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Tenures(process, string(seat))
		for _, row := range rows {
			list = append(list, holdingOf(row))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the tenures of a seat: %w", err)
	}
	return list, nil
}
