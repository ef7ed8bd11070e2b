package store

import "time"

// Calendar is a row of its table.
type Calendar struct {
	Hash          []byte
	ID, Account   string
	Seat          Seat
	Created, Used time.Time
}

const calendarColumns = "hash, id, account, process, seat, tenure, created, used"

func readCalendar(r scanner) (c Calendar, err error) {
	err = r.Scan(&c.Hash, &c.ID, &c.Account, &c.Seat.Process, &c.Seat.Seat, &c.Seat.Tenure, at{&c.Created}, at{&c.Used})
	return c, one(err)
}

// Calendar finds a calendar's link by its secret.
func (t *Tx) Calendar(hash []byte) (Calendar, error) {
	return readCalendar(t.tx.QueryRowContext(t.ctx, "SELECT "+calendarColumns+" FROM calendar WHERE hash = ?", hash))
}

// Calendars lists the calendars' links of an account, the newest first.
func (t *Tx) Calendars(account string) ([]Calendar, error) {
	return list(t, readCalendar, "SELECT "+calendarColumns+" FROM calendar WHERE account = ? ORDER BY created DESC, id", account)
}

// AddCalendar adds a calendar's link.
func (t *Tx) AddCalendar(c Calendar) error {
	return t.do("INSERT INTO calendar ("+calendarColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", c.Hash, c.ID, c.Account, c.Seat.Process, c.Seat.Seat,
		c.Seat.Tenure, micro(c.Created), micro(c.Used))
}

// EndCalendar removes a calendar's link of an account, or returns ErrNotFound.
func (t *Tx) EndCalendar(account, id string) error {
	return t.must("DELETE FROM calendar WHERE account = ? AND id = ?", account, id)
}

// UseCalendar notes when a calendar's link was last used.
func (t *Tx) UseCalendar(hash []byte, used time.Time) error {
	return t.do("UPDATE calendar SET used = ?1 WHERE hash = ?2 AND used < ?1", micro(used), hash)
}
