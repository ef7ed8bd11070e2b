package ledger

import (
	"time"

	"parley/internal/talks"
)

// authority says what a seat may do: nothing, unless the lobby names it as the convener or as the head of a delegation, or the
// delegation's caucus has granted it. What the caucus says counts before what the lobby says, so that a head can be replaced.
// caucus can be nil.
func authority(seat talks.Seat, lobby, caucus *talks.State, now time.Time) talks.Role {
	if lobby == nil || !seat.Valid() {
		return ""
	}
	d := lobby.Delegations.Get(string(seat.Delegation()))
	if d == nil {
		// The convener acts before its delegation is designated: somebody must designate the first.
		if seat == lobby.Room.Convener {
			return talks.Head
		}
		return ""
	}
	if caucus != nil {
		if role, known := caucus.SeatRole(seat); known {
			if st := caucus.Seats.Get(string(seat)); st.Until != "" && !now.Before(st.Until.End()) {
				return ""
			}
			return role
		}
	}
	if seat == d.Head || seat == lobby.Room.Convener {
		return talks.Head
	}
	return ""
}
