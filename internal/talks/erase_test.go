package talks

import "testing"

// TestErasedNameStaysTaken: what others said of an erased object must never seem to be said of another, so its name is gone for good, in
// a state that saw the erasure as in one that is read from disk after it.
func TestErasedNameStaysTaken(t *testing.T) {
	h := talksHouse(t)
	lobby := id("lobby")
	live := h.states[lobby]
	said := live.Statements.Get("said").By
	at := live.Time()
	live.Fold(NewEntry(lobby, live.Size(), at, "ru-head", "record.erase", &RecordErase{Entry: said.Index, Name: "said"}))
	read := NewState(lobby)
	for _, e := range live.Entries {
		read.Fold(e)
	}
	for which, s := range map[string]*State{"live": live, "read": read} {
		if s.Object("said") != "" || s.Statements.Get("said") != nil {
			t.Errorf("%s: the erased statement is still there", which)
		}
		again := &StatementRecord{Name: "said", Speaker: Ref{lobby, "p-ru"}, Strength: "stated", Form: "verbatim", Text: "Another."}
		err := Check(Proposed{Room: lobby, State: s, View: NewWorld(s), Seat: "ru-head", Role: Head, Time: at, Kind: again.Kind(), Act: again})
		if ps := problemsOf(t, err); len(ps) != 1 || ps[0].Code != "name-taken" {
			t.Errorf("%s: taking the name again gave %v", which, err)
		}
		s.Fold(NewEntry(lobby, s.Size(), at, "ru-head", again.Kind(), again))
		if s.Statements.Get("said") != nil {
			t.Errorf("%s: the name was taken again", which)
		}
	}
}

// TestLastHead: a delegation is never left without a head whose seat lasts.
func TestLastHead(t *testing.T) {
	h := talksHouse(t)
	caucus := id("caucus")
	for _, act := range []Act{
		&SeatGrant{Holder: "us-head", Role: Head, Until: "2020-01-01"},
		&SeatGrant{Holder: "us-head", Role: Delegate},
		&SeatRevoke{Holder: "us-head"},
	} {
		p := Proposed{Room: caucus, State: h.states[caucus], View: NewWorld(h.states[id("lobby")], h.states[caucus]), Seat: "us-head", Role: Head, Kind: act.Kind(), Act: act}
		if ps := problemsOf(t, Check(p)); len(ps) != 1 || ps[0].Code != "last-head" {
			t.Errorf("%T %+v gave %v", act, act, ps)
		}
		// A second head whose seat ends by itself is none to rely on.
		s := h.states[caucus].Clone()
		s.Fold(NewEntry(caucus, s.Size(), s.Time(), "us-head", "seat.grant", &SeatGrant{Holder: "us-two", Role: Head, Until: "2020-01-01"}))
		p.State = s
		if ps := problemsOf(t, Check(p)); len(ps) != 1 || ps[0].Code != "last-head" {
			t.Errorf("with a head for a time, %T %+v gave %v", act, act, ps)
		}
	}
}
