package store

import "time"

const seatIs = " process = ? AND seat = ? AND tenure = ? "

func readSeat(r scanner) (s Seat, err error) {
	err = r.Scan(&s.Process, &s.Seat, &s.Tenure)
	return s, one(err)
}

// Holder returns the account that holds a seat in a tenure, or ErrNotFound.
func (t *Tx) Holder(s Seat) (account string, err error) {
	err = t.tx.QueryRowContext(t.ctx, "SELECT account FROM holding WHERE"+seatIs, s.Process, s.Seat, s.Tenure).Scan(&account)
	return account, one(err)
}

// Holdings lists the seats of an account.
func (t *Tx) Holdings(account string) ([]Seat, error) {
	return list(t, readSeat, "SELECT process, seat, tenure FROM holding WHERE account = ? ORDER BY process, seat, tenure", account)
}

// Tenures lists the tenures in which a seat is held or has an open invitation.
func (t *Tx) Tenures(process, seat string) ([]Seat, error) {
	return list(t, readSeat, `SELECT process, seat, tenure FROM holding WHERE process = ?1 AND seat = ?2
		UNION SELECT process, seat, tenure FROM invitation WHERE process = ?1 AND seat = ?2 AND used = 0 AND withdrawn = 0`, process, seat)
}

// AddHolding gives a seat to an account; ErrTaken where somebody holds it.
func (t *Tx) AddHolding(s Seat, account string, now time.Time) error {
	return t.do("INSERT INTO holding (process, seat, tenure, account, created) VALUES (?, ?, ?, ?, ?)", s.Process, s.Seat, s.Tenure, account, micro(now))
}

// EndHolding removes a holding with its sessions and its links to calendars, withdraws its invitations and revokes its tokens.
func (t *Tx) EndHolding(s Seat, now time.Time) error {
	for _, query := range []string{
		"DELETE FROM holding WHERE" + seatIs,
		"DELETE FROM session WHERE" + seatIs,
		"DELETE FROM calendar WHERE" + seatIs,
	} {
		if err := t.do(query, s.Process, s.Seat, s.Tenure); err != nil {
			return err
		}
	}
	if err := t.WithdrawSeat(s, now); err != nil {
		return err
	}
	return t.do("UPDATE token SET revoked = ? WHERE"+seatIs+"AND revoked = 0", micro(now), s.Process, s.Seat, s.Tenure)
}

const invitationColumns = "hash, id, process, seat, tenure, operator, inviter, created, expires, used, withdrawn"

func readInvitation(r scanner) (i Invitation, err error) {
	err = r.Scan(&i.Hash, &i.ID, &i.Seat.Process, &i.Seat.Seat, &i.Seat.Tenure, &i.Operator, &i.Inviter,
		at{&i.Created}, at{&i.Expires}, at{&i.Used}, at{&i.Withdrawn})
	return i, one(err)
}

// Invitation finds an invitation by its link.
func (t *Tx) Invitation(hash []byte) (Invitation, error) {
	return readInvitation(t.tx.QueryRowContext(t.ctx, "SELECT "+invitationColumns+" FROM invitation WHERE hash = ?", hash))
}

// Invitations lists the invitations to a process, the newest first.
func (t *Tx) Invitations(process string) ([]Invitation, error) {
	return list(t, readInvitation, "SELECT "+invitationColumns+" FROM invitation WHERE process = ? ORDER BY created DESC, id", process)
}

// OperatorInvitation returns the invitation for an operator that can be used at a time, or ErrNotFound. There is one at most.
func (t *Tx) OperatorInvitation(now time.Time) (Invitation, error) {
	return readInvitation(t.tx.QueryRowContext(t.ctx, "SELECT "+invitationColumns+` FROM invitation WHERE process = '' AND operator = 1
		AND used = 0 AND withdrawn = 0 AND expires > ? ORDER BY created DESC, id LIMIT 1`, micro(now)))
}

// OpenInvitations counts the other seats of s's process that by, a delegation or the operator, has invited to with a link that can be used at a
// time. To a seat that is not its own a withdrawn one counts as well: that the seat's delegation withdrew it is nothing to by.
func (t *Tx) OpenInvitations(s Seat, by string, now time.Time) (n int, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT count(DISTINCT seat || ' ' || tenure) FROM invitation WHERE process = ?1 AND NOT (seat = ?2 AND tenure = ?3)
		AND (inviter = ?4 OR substr(inviter, 1, length(?4) + 1) = ?4 || '-') AND used = 0 AND expires > ?5
		AND (withdrawn = 0 OR substr(seat, 1, length(?4) + 1) <> ?4 || '-')`, s.Process, s.Seat, s.Tenure, by, micro(now)).Scan(&n)
	return n, err
}

// Accepted reports whether an invitation to a seat in a tenure was ever used, whatever became of the seat since.
func (t *Tx) Accepted(s Seat) (yes bool, err error) {
	err = t.tx.QueryRowContext(t.ctx, "SELECT EXISTS (SELECT 1 FROM invitation WHERE"+seatIs+"AND used > 0)", s.Process, s.Seat, s.Tenure).Scan(&yes)
	return yes, err
}

// AddInvitation adds an invitation.
func (t *Tx) AddInvitation(i Invitation) error {
	return t.do("INSERT INTO invitation ("+invitationColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", i.Hash, i.ID, i.Seat.Process, i.Seat.Seat,
		i.Seat.Tenure, i.Operator, i.Inviter, micro(i.Created), micro(i.Expires), micro(i.Used), micro(i.Withdrawn))
}

// UseInvitation marks an invitation as used, in one statement with the question whether it is open; ErrNotFound where it is not.
func (t *Tx) UseInvitation(hash []byte, now time.Time) error {
	return t.must("UPDATE invitation SET used = ?1 WHERE hash = ?2 AND used = 0 AND withdrawn = 0 AND expires > ?1", micro(now), hash)
}

// WithdrawInvitation withdraws an invitation that is open, or returns ErrNotFound.
func (t *Tx) WithdrawInvitation(id string, now time.Time) error {
	return t.must("UPDATE invitation SET withdrawn = ?1 WHERE id = ?2 AND used = 0 AND withdrawn = 0 AND expires > ?1", micro(now), id)
}

// WithdrawSeat withdraws the open invitations to a seat in a tenure; those of operators for the zero Seat.
func (t *Tx) WithdrawSeat(s Seat, now time.Time) error {
	return t.do("UPDATE invitation SET withdrawn = ? WHERE"+seatIs+"AND used = 0 AND withdrawn = 0", micro(now), s.Process, s.Seat, s.Tenure)
}
