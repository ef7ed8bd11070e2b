package processfile

import (
	"errors"
	"slices"

	"parley/internal/talks"
)

// rehearsal loads the file while it is written, to find the acts that rest on what the file does not have: a consultation that was erased, a
// meeting or an agreement in a room that the view does not show any more. References alone do not tell of those.
type rehearsal struct{ states map[talks.RoomID]*talks.State }

// resting are the kinds of acts that rest on more than what they refer to.
var resting = []talks.Kind{"proposal.table", "agreement.adopt", "agreement.withdraw", "agreement.denounce", "minutes.open", "minutes.correct"}

// newRehearsal returns nil where there is nothing to rehearse.
func newRehearsal(w *talks.World) *rehearsal {
	for _, s := range w.Rooms() {
		if s.Requirements.Len()+s.Agreements.Len()+s.Minutes.Len() > 0 {
			return &rehearsal{map[talks.RoomID]*talks.State{}}
		}
	}
	return nil
}

// next takes the file's next entry, and reports whether it lacks what it rests on.
func (r *rehearsal) next(e *talks.Entry) (lacks bool) {
	if r == nil {
		return false
	}
	s := r.states[e.Room]
	if s == nil {
		s = talks.NewState(e.Room)
		r.states[e.Room] = s
	}
	if e.Act != nil && slices.Contains(resting, e.Kind) {
		lacks = r.refused(s, e)
	}
	s.Fold(e)
	return lacks
}

func (r *rehearsal) refused(s *talks.State, e *talks.Entry) bool {
	w := talks.NewWorld()
	for _, o := range r.states {
		w = w.Merge(talks.NewWorld(o))
	}
	err := talks.Check(talks.Proposed{Room: e.Room, State: s, View: w.As(e.Room), Seat: e.Seat, Role: talks.Head, Time: e.Time, Kind: e.Kind, Act: e.Act})
	var ps talks.Problems
	return errors.As(err, &ps)
}
