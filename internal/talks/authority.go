package talks

import (
	"slices"
	"time"
)

// Authority is what a seat is at one moment.
type Authority struct {
	// Role is what the seat may do; empty where it does not hold.
	Role Role
	// Tenure is the entry that gave the seat to who has it: it stays the same while the seat holds without a break, and is another
	// once the seat was revoked or had ended and was granted again, or once a restoration gave it away. Zero where it does not hold.
	Tenure Ref
	// Until is the first moment at which this can be another though nobody writes anything; zero for never.
	Until time.Time
}

// AuthorityOf says what a seat is at a time: nothing, unless the lobby names it as the convener, as the head of a delegation or as one
// restored, or the delegation's caucus has granted it. What the caucus says counts before what the lobby says, so that a head can be
// replaced, but not before a restoration that took effect since. An alternate has the holder's role besides its own while the holder is
// away or has ended. lobby and caucus can be nil. It is a function of these two rooms and of the time, and of nothing else.
func AuthorityOf(seat Seat, lobby, caucus *State, now time.Time) Authority {
	if lobby == nil || !seat.Valid() || seat.Delegation() == Operator.Delegation() {
		return Authority{}
	}
	a := ownAuthority(seat, lobby, caucus, now)
	for _, r := range lobby.Restorations {
		if r.Head == seat && r.Stage(now) == RestorationPending {
			a.ends(r.Effective, now)
		}
	}
	if a.Role == "" || caucus == nil {
		return a
	}
	for st := range caucus.Seats.All() {
		if st.Alternate != seat || st.Revoked != nil || st.Last.Time.Before(namedBy(st.Seat, lobby, now).since) {
			continue
		}
		from, until := st.away()
		a.ends(from, now)
		a.ends(until, now)
		a.ends(st.Until.End(), now)
		if (st.awayAt(now) || st.endedAt(now)) && st.Role.AtLeast(a.Role) {
			a.Role = st.Role
		}
	}
	return a
}

// ownAuthority is what a seat is by itself, whoever else it may act for.
func ownAuthority(seat Seat, lobby, caucus *State, now time.Time) Authority {
	named := namedBy(seat, lobby, now)
	if caucus == nil {
		return named.Authority
	}
	st := caucus.Seats.Get(string(seat))
	switch {
	case st == nil || st.Last.Time.Before(named.since):
		return named.Authority
	case st.Revoked != nil || st.endedAt(now):
		return Authority{}
	}
	a := Authority{Role: st.Role, Tenure: named.Tenure}
	if named.Role == "" || (!st.broke.IsZero() && !st.broke.Before(named.since)) {
		a.Tenure = st.tenure
	}
	a.ends(st.Until.End(), now)
	return a
}

// naming is what the lobby says of a seat. since is when a restoration said so last: what the caucus said before does not count any more.
type naming struct {
	Authority
	since time.Time // the zero time where no restoration did
}

func namedBy(seat Seat, lobby *State, now time.Time) (n naming) {
	if seat == lobby.Room.Convener {
		// The convener acts before its delegation is designated: somebody must designate the first.
		n.Authority = Authority{Role: Head, Tenure: Ref{lobby.Room.ID, "#0"}}
	} else if d := lobby.Delegations.Get(string(seat.Delegation())); d != nil && d.Head == seat {
		n.Authority = Authority{Role: Head, Tenure: d.tenure}
	}
	for _, r := range lobby.Restorations {
		if r.Head == seat && r.Stage(now) == RestorationEffective {
			n = naming{Authority{Role: Head, Tenure: r.tenure}, r.Effective}
		}
	}
	return n
}

// headSeats are the seats that the lobby names as heads of a delegation, at a time.
func (s *State) headSeats(d Delegation, now time.Time) []Seat {
	var seats []Seat
	if st := s.Delegations.Get(string(d)); st != nil {
		seats = append(seats, st.Head)
	}
	if s.convenes(d) {
		seats = append(seats, s.Room.Convener)
	}
	for _, r := range s.Restorations {
		if r.Delegation == d && r.Stage(now) == RestorationEffective {
			seats = append(seats, r.Head)
		}
	}
	slices.Sort(seats)
	return slices.Compact(seats)
}

// ends notes a moment at which it can change, if it is still to come.
func (a *Authority) ends(at, now time.Time) {
	if at.After(now) && (a.Until.IsZero() || at.Before(a.Until)) {
		a.Until = at
	}
}

// Authority says what a seat is at a time, as far as the world shows the rooms that say it.
func (w *World) Authority(seat Seat, at time.Time) Authority {
	return AuthorityOf(seat, w.Lobby(), w.CaucusOf(seat.Delegation()), at)
}

// Invitable returns the tenure that an invitation to a seat by another is for. The author's role is what the gate has established.
// The error is of type [Problems].
func (w *World) Invitable(by Seat, role Role, seat Seat, now time.Time) (Ref, error) {
	fail := func(code string, args ...string) (Ref, error) { return Ref{}, Problems{problem(code, "seat", args...)} }
	own, d := by.Delegation(), seat.Delegation()
	switch {
	case !seat.Valid():
		return fail("bad-seat", string(seat))
	case role != Head:
		return fail("only-heads", string(own))
	case own == d:
		if a := w.Authority(seat, now); a.Role != "" {
			return a.Tenure, nil
		}
		return fail("unknown-seat", string(seat))
	case w.Lobby() == nil || !w.Lobby().convenes(own):
		return fail("only-own", string(d))
	}
	// Without the caucus, which the convener does not see: only what the lobby says of that seat.
	if n := namedBy(seat, w.Lobby(), now); n.Role != "" {
		return n.Tenure, nil
	}
	return fail("unknown-seat", string(seat))
}

// ConvenerOf returns the seat that convenes and its tenure: the one that founded the process, or the one that the operator restored last.
func ConvenerOf(lobby *State, now time.Time) (Seat, Ref) {
	seat := lobby.Room.Convener
	for _, r := range lobby.Restorations {
		if lobby.convenes(r.Delegation) && r.Stage(now) == RestorationEffective {
			seat = r.Head
		}
	}
	return seat, namedBy(seat, lobby, now).Tenure
}
