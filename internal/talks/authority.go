package talks

import "time"

// Authority is what a seat is at one moment.
type Authority struct {
	// Role is what the seat may do; empty where it does not hold.
	Role Role
	// Tenure is the entry that gave the seat to who has it: it stays the same while the seat holds without a break, and is another
	// once the seat was revoked or had ended and was granted again. Zero where the seat does not hold.
	Tenure Ref
	// Until is the first moment at which it can be another though nobody writes anything; zero for never.
	Until time.Time
}

// AuthorityOf says what a seat is at a time: nothing, unless the lobby names it as the convener or as the head of a delegation, or
// the delegation's caucus has granted it. What the caucus says counts before what the lobby says, so that a head can be replaced.
// lobby and caucus can be nil. It is a function of these two rooms and of the time, and of nothing else.
func AuthorityOf(seat Seat, lobby, caucus *State, now time.Time) Authority {
	if lobby == nil || !seat.Valid() {
		return Authority{}
	}
	var own Authority
	if seat == lobby.Room.Convener {
		// The convener acts before its delegation is designated: somebody must designate the first.
		own = Authority{Role: Head, Tenure: Ref{lobby.Room.ID, indexName(0)}}
	}
	d := lobby.Delegations.Get(string(seat.Delegation()))
	if d == nil {
		return own
	}
	if seat == d.Head && own.Role == "" {
		own = Authority{Role: Head, Tenure: d.By.Ref()}
	}
	if caucus == nil {
		return own
	}
	st := caucus.Seats.Get(string(seat))
	switch {
	case st == nil:
		return own
	case st.Revoked != nil || st.endedAt(now):
		return Authority{}
	case own.Tenure.IsZero() || st.Since != st.By:
		own.Tenure = st.Since.Ref()
	}
	own.Role = st.Role
	own.ends(st.Until.End(), now)
	return own
}

// ends notes a moment at which it can change, if it is still to come.
func (s *Authority) ends(at, now time.Time) {
	if at.After(now) && (s.Until.IsZero() || at.Before(s.Until)) {
		s.Until = at
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
		if s := w.Authority(seat, now); s.Role != "" {
			return s.Tenure, nil
		}
		return fail("unknown-seat", string(seat))
	case w.Lobby() == nil || own != w.Lobby().Room.Convener.Delegation():
		return fail("only-own", string(d))
	}
	// Without the caucus, which the convener does not see: only what the lobby says of that seat.
	if s := AuthorityOf(seat, w.Lobby(), nil, now); s.Role != "" {
		return s.Tenure, nil
	}
	return fail("unknown-seat", string(seat))
}

// ConvenerOf returns the seat that convenes and its tenure, as the lobby has it at a time.
func ConvenerOf(lobby *State, now time.Time) (Seat, Ref) {
	seat := lobby.Room.Convener
	return seat, AuthorityOf(seat, lobby, nil, now).Tenure
}
