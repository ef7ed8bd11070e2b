package talks

import "time"

// SeatGrant gives a person a place in the delegation whose caucus it is written in. Only that caucus knows who has a seat.
// Granting a seat that is there changes it.
type SeatGrant struct {
	Holder    Seat   `json:"holder"`
	Role      Role   `json:"role"`
	Person    string `json:"person,omitzero"`
	Until     Date   `json:"until,omitzero"`     // the seat ends then
	Alternate Seat   `json:"alternate,omitzero"` // who acts when the holder cannot
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
	Seat    Seat
	Role    Role
	Person  string
	Until   Date
	By      *Entry
	Last    *Entry
	Since   *Entry // the grant since which it holds without a break; nil where it was never granted
	Revoked *Entry // nil while it holds
}

// endedAt reports whether the seat's own date is over.
func (st *SeatState) endedAt(now time.Time) bool {
	return st.Until != "" && !now.Before(st.Until.End())
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
	if a.Alternate != "" {
		c.seat("alternate", a.Alternate)
	}
	// A delegation always has a head whose seat does not end by itself, or it could be left with nobody who can mend it.
	if lasting := a.Role == Head && a.Until == ""; !lasting && c.isHead(a.Holder) && !c.otherHead(a.Holder) {
		c.fail("last-head", "holder", string(a.Holder))
	}
}

func (a *SeatRevoke) check(c *Checking) {
	c.seat("holder", a.Holder)
	if _, ok := c.State.SeatRole(a.Holder); !ok && a.Holder != c.headSeat() {
		c.fail("unknown-seat", "holder", string(a.Holder))
		return
	}
	if c.isHead(a.Holder) && !c.otherHead(a.Holder) {
		c.fail("last-head", "holder", string(a.Holder))
	}
	c.text("reason", a.Reason, textLimit)
}

// seat checks a seat of the own delegation.
func (c *Checking) seat(field string, s Seat) {
	switch {
	case s == "":
		c.fail("missing", field)
	case !s.Valid():
		c.fail("bad-seat", field, string(s))
	case s.Delegation() != c.Seat.Delegation():
		c.fail("other-head", field, string(s), string(c.Seat.Delegation()))
	}
}

// headSeat is the seat that the lobby names as the head of the author's delegation.
func (c *Checking) headSeat() Seat { return c.View.HeadOf(c.Seat.Delegation()) }

// isHead reports whether a seat is a head of the delegation, by the caucus or else by the lobby.
func (c *Checking) isHead(s Seat) bool {
	if role, known := c.State.SeatRole(s); known {
		return role == Head
	}
	return s == c.headSeat()
}

// otherHead reports whether the delegation has a head besides s whose seat does not end by itself.
func (c *Checking) otherHead(s Seat) bool {
	if h := c.headSeat(); h != s && c.State.Seats.Get(string(h)) == nil {
		return true
	}
	for st := range c.State.Seats.All() {
		if st.Seat != s && st.Revoked == nil && st.Role == Head && st.Until == "" {
			return true
		}
	}
	return false
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
	st := &SeatState{Seat: a.Holder, Role: a.Role, Person: a.Person, Until: a.Until, By: e, Last: e, Since: e}
	if old := s.Seats.Get(string(a.Holder)); old != nil {
		st.By = old.By
		if old.Revoked == nil && !old.endedAt(e.Time) {
			st.Since = old.Since
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
