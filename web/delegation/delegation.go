// Package delegation shows the teams that parties have designated, the people in them and what they may do.
package delegation

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// lately is how many statements a delegation's page shows.
const lately = 5

// card is a delegation with what the view has on it.
type card struct {
	*talks.DelegationState
	Rooms    []*talks.State // where it sits, of those that are shown
	Mandates []mandate      // the latest first
	Said     []*talks.Statement
	Spoken   int // all statements of its party
}

// sit finds the rooms.
func (c *card) sit(w *talks.World) {
	for _, s := range w.Rooms() {
		if s.Room.Has(c.Code) {
			c.Rooms = append(c.Rooms, s)
		}
	}
}

// mandate is what a delegation may do, and whether that has ended.
type mandate struct {
	talks.Fact[talks.MandateIssue]
	Over bool
}

// seat is a place in the delegation as its own caucus knows it.
type seat struct {
	talks.Seat
	Role    talks.Role
	Person  string
	Until   talks.Date
	Revoked *talks.Entry
	Over    bool // until has passed
	Named   bool // named by the lobby and not by the caucus
}

// cards lists the delegations with their rooms in the order they were designated.
func cards(w *talks.World) []card {
	var out []card
	for _, d := range w.Delegations() {
		c := card{DelegationState: d}
		c.sit(w)
		out = append(out, c)
	}
	return out
}

// newCard is a delegation with all that the view has on it.
func newCard(w *talks.World, d *talks.DelegationState, now time.Time) card {
	c := card{DelegationState: d}
	c.sit(w)
	for _, m := range slices.Backward(w.Mandates()) {
		if m.Seat.Delegation() == d.Code {
			c.Mandates = append(c.Mandates, mandate{m, m.Said.Until != "" && !m.Said.Until.End().After(now)})
		}
	}
	for _, s := range slices.Backward(w.Statements()) {
		if s.Speaker != d.Party {
			continue
		}
		if c.Spoken++; c.Spoken <= lately {
			c.Said = append(c.Said, s)
		}
	}
	return c
}

// seats lists the places of a delegation where the view has its caucus; ok is false where it does not.
func seats(w *talks.World, d *talks.DelegationState, now time.Time) (list []seat, ok bool) {
	caucus := w.CaucusOf(d.Code)
	if caucus == nil {
		return nil, false
	}
	if _, said := caucus.SeatRole(d.Head); !said {
		list = append(list, seat{Seat: d.Head, Role: talks.Head, Named: true})
	}
	for s := range caucus.Seats.All() {
		list = append(list, seat{
			Seat: s.Seat, Role: s.Role, Person: s.Person, Until: s.Until, Revoked: s.Revoked,
			Over: s.Until != "" && !s.Until.End().After(now),
		})
	}
	slices.SortStableFunc(list, func(a, b seat) int { return a.rank() - b.rank() })
	return list, true
}

// rank puts heads first and seats that have ended last.
func (s seat) rank() int {
	if s.Revoked != nil || s.Over {
		return 9
	}
	return slices.Index([]talks.Role{talks.Head, talks.Delegate, talks.Adviser, talks.Observer}, s.Role)
}
