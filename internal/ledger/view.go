package ledger

import (
	"time"

	"parley/internal/talks"
	"parley/record"
)

// Viewer is a seat in a process. The zero Viewer sees nothing. Whoever makes one vouches that the request comes from the
// holder of that seat; whether the seat holds, and what it may see, the gate decides anew at each call.
type Viewer struct {
	Process string
	Seat    talks.Seat
	// Tenure is the entry that gave the seat to this holder, as [Ledger.Tenure] has it. A seat that was taken away and given to
	// somebody else since is another's, and this Viewer sees nothing. The zero Tenure is whoever holds the seat: for the own data
	// on the own machine, and for demonstrations.
	Tenure talks.Ref
}

// holds reports whether the viewer is who holds the seat in that authority.
func (v Viewer) holds(s talks.Authority) bool {
	return s.Role != "" && (v.Tenure.IsZero() || v.Tenure == s.Tenure)
}

// View is what a viewer may see at one moment. Only the gate makes one; it is immutable and may be kept, but then it goes on
// showing that moment.
type View struct {
	viewer    Viewer
	authority talks.Authority
	title     string
	world     *talks.World
	heads     map[talks.RoomID]record.Head
	now       time.Time
	at        time.Time // zero for the present
}

// Viewer returns the viewer.
func (v *View) Viewer() Viewer { return v.viewer }

// Process returns the identifier of the process.
func (v *View) Process() string { return v.viewer.Process }

// Title returns the title of the process.
func (v *View) Title() string { return v.title }

// Seat returns the viewer's seat.
func (v *View) Seat() talks.Seat { return v.viewer.Seat }

// Delegation returns the viewer's delegation.
func (v *View) Delegation() talks.Delegation { return v.viewer.Seat.Delegation() }

// Role returns the authority of the viewer's seat.
func (v *View) Role() talks.Role { return v.authority.Role }

// Tenure returns the entry that gave the seat to who has it now.
func (v *View) Tenure() talks.Ref { return v.authority.Tenure }

// World returns what the viewer's rooms show together.
func (v *View) World() *talks.World { return v.world }

// Head returns the tree head of a room at the time of the view; the empty tree's for a room that is not shown.
func (v *View) Head(room talks.RoomID) record.Head {
	if h, ok := v.heads[room]; ok {
		return h
	}
	return record.EmptyHead
}

// Now is the time of the host's clock when the view was made, or the time that it shows.
func (v *View) Now() time.Time {
	if v.AsOf() {
		return v.at
	}
	return v.now
}

// AsOf reports whether the view shows the past.
func (v *View) AsOf() bool { return !v.at.IsZero() }
