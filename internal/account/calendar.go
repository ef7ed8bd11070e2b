package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/account/internal/store"
)

// Calendar is a link that lets a calendar program read the calendar of one seat, and nothing else. Its secret is 43 characters of base64url.
// It ends with the holding, when it is ended, and when nobody has used it for 90 days.
type Calendar struct {
	ID      ID
	Account ID
	Holding Holding
	Created time.Time
	Used    time.Time // to the hour; zero: never yet
}

const (
	calendarMax  = 20 // of one account
	calendarNote = time.Hour
)

func calendarOf(row store.Calendar) *Calendar {
	return &Calendar{ID: ID(row.ID), Account: ID(row.Account), Holding: holdingOf(row.Seat), Created: row.Created, Used: row.Used}
}

// over reports whether the link has not been used for so long that it has ended.
func (c *Calendar) over(now time.Time) bool {
	last := c.Used
	if last.IsZero() {
		last = c.Created
	}
	return !now.Before(last.Add(keepFor))
}

// NewCalendar makes a link to the calendar of a seat that the session's account holds, and returns its secret, which is shown once. The session
// must be recent. ErrNotFound: the account does not hold the seat. ErrMany: it has as many links as it can have.
func (s *Store) NewCalendar(ctx context.Context, session string, h Holding) (secret string, c *Calendar, err error) {
	err = s.alter(ctx, session, func(tx *store.Tx, a *store.Account) error {
		if holder, err := tx.Holder(rowOf(h)); err != nil || holder != a.ID {
			return errors.Join(err, ErrNotFound)
		}
		rows, err := tx.Calendars(a.ID)
		if err != nil {
			return err
		}
		if len(rows) >= calendarMax {
			return ErrMany
		}
		labels := []string{"calendar", a.Login, h.Process, string(h.Seat)}
		secret = s.source.secret(labels...)
		hash := hashOf("calendar", secret)
		row := store.Calendar{Hash: hash[:], ID: string(s.source.id(labels...)), Account: a.ID, Seat: rowOf(h), Created: s.now()}
		c = calendarOf(row)
		return tx.AddCalendar(row)
	})
	if err != nil {
		return "", nil, fmt.Errorf("making a link to a calendar: %w", err)
	}
	return secret, c, nil
}

// Calendar returns the link of a secret, or ErrNotFound whatever is wrong with it. It notes the use. Failures count towards the limit of the
// client's address.
func (s *Store) Calendar(ctx context.Context, secret string, client Client) (*Calendar, error) {
	fail := func(err error) (*Calendar, error) { return nil, fmt.Errorf("opening a calendar: %w", err) }
	try, err := s.try(count{s.addresses, place(client.Address)})
	if err != nil {
		return fail(err)
	}
	var c *Calendar
	hash, now := hashOf("calendar", secret), s.now()
	err = s.read(ctx, func(tx *store.Tx) error {
		row, err := tx.Calendar(hash[:])
		if err != nil {
			return err
		}
		c = calendarOf(row)
		a, err := tx.AccountByID(row.Account)
		if err != nil {
			return err
		}
		holder, err := tx.Holder(row.Seat)
		if err == nil && (holder != row.Account || a.Disabled || c.over(now)) {
			return ErrNotFound
		}
		return err
	})
	if !errors.Is(err, ErrNotFound) {
		try.forgive()
	}
	if err != nil {
		return fail(err)
	}
	if now.Sub(c.Used) >= calendarNote {
		c.Used = now
		// A calendar that cannot be noted as used is shown all the same.
		if err := s.change(ctx, func(tx *store.Tx, _ *after) error { return tx.UseCalendar(hash[:], now) }); err != nil {
			s.log.Warn("couldn't store when a calendar was used", "err", err)
		}
	}
	return c, nil
}

// Calendars lists an account's links to calendars that have not ended, the newest first.
func (s *Store) Calendars(ctx context.Context, id ID) ([]Calendar, error) {
	var list []Calendar
	now := s.now()
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Calendars(string(id))
		for _, row := range rows {
			if c := calendarOf(row); !c.over(now) {
				list = append(list, *c)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing links to calendars: %w", err)
	}
	return list, nil
}

// EndCalendar ends an account's link to a calendar at once, or returns ErrNotFound.
func (s *Store) EndCalendar(ctx context.Context, id, calendar ID) error {
	err := s.change(ctx, func(tx *store.Tx, _ *after) error { return tx.EndCalendar(string(id), string(calendar)) })
	if err != nil {
		return fmt.Errorf("ending a link to a calendar: %w", err)
	}
	return nil
}
