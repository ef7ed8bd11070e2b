package talks

import (
	"slices"
	"time"
)

// SeatGrant gives a person a place in the delegation whose caucus it is written in. Only that caucus knows who has a seat.
// Granting a seat that is there changes it: what is left out, but for the person, is so no longer.
type SeatGrant struct {
	Holder Seat   `json:"holder"`
	Role   Role   `json:"role"`
	Person string `json:"person,omitzero"`
	Until  Date   `json:"until,omitzero"` // the seat ends then
	// Alternate is another seat of the delegation, which has this one's role besides its own while the holder is away, and once this seat
	// has ended by its date. It has to be a seat itself.
	Alternate Seat `json:"alternate,omitzero"`
	// Away is when the holder is away: until a date, or from one to another.
	Away Date `json:"away,omitzero"`
	Basis
}

// SeatRevoke ends a seat of the own delegation.
type SeatRevoke struct {
	Holder Seat   `json:"holder"`
	Reason string `json:"reason,omitzero"`
	Basis
}

// SeatState is a seat as it stands.
type SeatState struct {
	Seat      Seat
	Role      Role
	Person    string
	Until     Date
	Alternate Seat
	Away      Date
	By        *Entry
	Last      *Entry
	Since     *Entry // the grant since which it holds without a break; nil where it was never granted
	Revoked   *Entry // nil while it holds

	broke  time.Time // when it was written what ended it before Since; the zero time where nothing ever did
	tenure Ref       // Since, made ready: each act asks for it
}

// endedAt reports whether the seat's own date is over.
func (st *SeatState) endedAt(now time.Time) bool {
	return st.Until != "" && !now.Before(st.Until.End())
}

// away returns from when to when the holder is away; zero times for never. A date that is no interval is the end, from the grant on.
func (st *SeatState) away() (from, until time.Time) {
	if st.Away == "" {
		return from, until
	}
	from = st.Last.Time
	if _, _, interval := st.Away.Interval(); interval {
		from = st.Away.Start()
	}
	return from, st.Away.End()
}

func (st *SeatState) awayAt(now time.Time) bool {
	from, until := st.away()
	return !now.Before(from) && now.Before(until)
}

func (*SeatGrant) Kind() Kind  { return "seat.grant" }
func (*SeatRevoke) Kind() Kind { return "seat.revoke" }

func (*SeatGrant) refs(func(place, *Ref))  {}
func (*SeatRevoke) refs(func(place, *Ref)) {}

func (a *SeatGrant) check(c *Checking) {
	c.seat("holder", a.Holder)
	oneOf(c, "role", a.Role, roles, false)
	c.line("person", a.Person)
	c.date("until", a.Until)
	c.date("away", a.Away)
	switch {
	case a.Alternate == "" && a.Away != "":
		c.fail("away-alone", "away")
	case a.Alternate != "" && a.Alternate == a.Holder:
		c.fail("alternate-self", "alternate", string(a.Holder))
	case a.Alternate != "":
		c.seat("alternate", a.Alternate)
	}
	// A delegation always has a head whose seat does not end by itself, or it could be left with nobody who can mend it.
	if lasting := a.Role == Head && a.Until == ""; !lasting && c.isHead(a.Holder) && !c.otherHead(a.Holder) {
		c.fail("last-head", "holder", string(a.Holder))
	}
}

func (a *SeatRevoke) check(c *Checking) {
	if !c.seat("holder", a.Holder) {
		return
	}
	if c.State.Seats.Get(string(a.Holder)) == nil && !slices.Contains(c.headSeats(), a.Holder) {
		c.fail("unknown-seat", "holder", string(a.Holder))
		return
	}
	if c.isHead(a.Holder) && !c.otherHead(a.Holder) {
		c.fail("last-head", "holder", string(a.Holder))
	}
	c.text("reason", a.Reason, textLimit)
}

// seat checks a seat of the own delegation.
func (c *Checking) seat(field string, s Seat) bool {
	switch {
	case s == "":
		c.fail("missing", field)
	case !s.Valid():
		c.fail("bad-seat", field, string(s))
	case s.Delegation() != c.Seat.Delegation():
		c.fail("other-head", field, string(s), string(c.Seat.Delegation()))
	default:
		return true
	}
	return false
}

// headSeats are the seats that the lobby names as heads of the author's delegation.
func (c *Checking) headSeats() []Seat {
	if c.View.Lobby() == nil {
		return nil
	}
	return c.View.Lobby().headSeats(c.Seat.Delegation(), c.Time)
}

// isHead reports whether a seat is a head of the delegation by itself.
func (c *Checking) isHead(s Seat) bool {
	return c.View.Lobby() != nil && ownAuthority(s, c.View.Lobby(), c.State, c.Time).Role == Head
}

// otherHead reports whether the delegation has a head besides s whose seat does not end by itself.
func (c *Checking) otherHead(s Seat) bool {
	lasts := func(o Seat) bool {
		return o != s && c.isHead(o) && ownAuthority(o, c.View.Lobby(), c.State, c.Time).Until.IsZero()
	}
	for st := range c.State.Seats.All() {
		if lasts(st.Seat) {
			return true
		}
	}
	return slices.ContainsFunc(c.headSeats(), lasts)
}

// SeatRole returns the role that a caucus grants to a seat, and whether it says anything of it. A revoked seat has no role.
func (s *State) SeatRole(seat Seat) (Role, bool) {
	st := s.Seats.Get(string(seat))
	switch {
	case st == nil:
		return "", false
	case st.Revoked != nil:
		return "", true
	}
	return st.Role, true
}

func (a *SeatGrant) fold(s *State, e *Entry) {
	st := &SeatState{
		Seat: a.Holder, Role: a.Role, Person: a.Person, Until: a.Until, Alternate: a.Alternate, Away: a.Away,
		By: e, Last: e, Since: e, tenure: e.Ref(),
	}
	if old := s.Seats.Get(string(a.Holder)); old != nil {
		st.By = old.By
		if old.Revoked != nil || old.endedAt(e.Time) {
			st.broke = old.Last.Time // and not the date itself: a restoration makes nothing of the dates that were written before it
		} else {
			st.Since, st.broke, st.tenure = old.Since, old.broke, old.tenure
		}
		if st.Person == "" {
			st.Person = old.Person
		}
	}
	s.Seats.put(string(a.Holder), st)
}

func (a *SeatRevoke) fold(s *State, e *Entry) {
	if s.Seats.Get(string(a.Holder)) == nil {
		s.Seats.put(string(a.Holder), &SeatState{Seat: a.Holder, By: e, Last: e})
	}
	s.Seats.change(string(a.Holder), func(st *SeatState) { st.Last, st.Revoked = e, e })
}
