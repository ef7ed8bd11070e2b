package talks

import (
	"slices"
	"time"
)

// RestoreAfter is how long a restoration waits before it takes effect, so that whoever still heads the delegation can stop it.
const RestoreAfter = 72 * time.Hour

// Operator is the seat that stands for the host's operator where it has to act in a process: it restores the convener's delegation, and
// can do nothing else. No delegation has its code.
const Operator Seat = "operator-host"

// DelegationRestore gives a delegation that nobody leads any more a head again: the seat that it names is a head of the delegation from
// 72 hours after the act, unless a head of the delegation writes delegation.retain before. A head of the convener's delegation writes it;
// for the convener's own delegation the host's operator does. Everybody in the lobby sees it, and what came of it.
type DelegationRestore struct {
	Code   Delegation `json:"delegation"`
	Head   Seat       `json:"head"`   // the seat that leads from then on; whoever had it before has it no longer
	Reason string     `json:"reason"` // why nobody leads the delegation, and who says so
	Basis
}

// DelegationRetain says that a delegation is led, and so stops a restoration that has not taken effect. A head of the delegation itself
// writes it.
type DelegationRetain struct {
	Code   Delegation `json:"delegation"`
	Reason string     `json:"reason,omitzero"`
	Basis
}

// Restoration is what became of a delegation.restore.
type Restoration struct {
	By         *Entry
	Delegation Delegation
	Head       Seat
	Reason     string
	Effective  time.Time // when it takes effect, unless it is stopped before
	Retained   *Entry    // what stopped it; nil where nothing did

	tenure Ref // By, made ready
}

// RestorationStage is how far a restoration is.
type RestorationStage string

// The stages of a restoration.
const (
	RestorationPending   RestorationStage = "pending"
	RestorationEffective RestorationStage = "effective"
	RestorationRetained  RestorationStage = "retained"
)

// Stage says how far the restoration is at a time.
func (r *Restoration) Stage(at time.Time) RestorationStage {
	switch {
	case r.Retained != nil:
		return RestorationRetained
	case at.Before(r.Effective):
		return RestorationPending
	}
	return RestorationEffective
}

func (*DelegationRestore) Kind() Kind { return "delegation.restore" }
func (*DelegationRetain) Kind() Kind  { return "delegation.retain" }

func (*DelegationRestore) refs(func(place, *Ref)) {}
func (*DelegationRetain) refs(func(place, *Ref))  {}

// convenes reports whether a code is that of the convener's delegation, designated or not.
func (s *State) convenes(d Delegation) bool { return d == s.Room.Convener.Delegation() }

func (a *DelegationRestore) check(c *Checking) {
	operator := c.Seat == Operator
	if !operator && !c.State.convenes(c.Seat.Delegation()) {
		c.fail("only-convener", "", string(c.State.Room.Convener))
		return
	}
	own := c.State.convenes(a.Code)
	switch {
	case a.Code == "":
		c.fail("missing", "delegation")
	case operator && !own:
		c.fail("only-convener", "delegation", string(c.State.Room.Convener)) // whether there is such a delegation is nothing to the operator
	case !operator && own:
		c.fail("only-operator", "delegation", string(a.Code))
	case !own && c.State.Delegations.Get(string(a.Code)) == nil:
		c.fail("unknown-code", "delegation", string(a.Code))
	case c.State.pending(a.Code, c.Time):
		c.fail("restore-pending", "delegation", string(a.Code))
	}
	switch {
	case a.Head == "":
		c.fail("missing", "head")
	case !a.Head.Valid():
		c.fail("bad-seat", "head", string(a.Head))
	case a.Head.Delegation() != a.Code:
		c.fail("other-head", "head", string(a.Head), string(a.Code))
	}
	c.words("reason", a.Reason)
}

func (a *DelegationRetain) check(c *Checking) {
	switch own := c.Seat.Delegation(); {
	case a.Code == "":
		c.fail("missing", "delegation")
	case a.Code != own:
		c.fail("only-own", "delegation", string(a.Code))
	case !c.State.pending(own, c.Time):
		c.fail("nothing-pending", "delegation", string(own))
	}
	c.text("reason", a.Reason, textLimit)
}

// pending reports whether a restoration of a delegation is still to take effect.
func (s *State) pending(d Delegation, at time.Time) bool {
	return slices.ContainsFunc(s.Restorations, func(r *Restoration) bool { return r.Delegation == d && r.Stage(at) == RestorationPending })
}

func (a *DelegationRestore) fold(s *State, e *Entry) {
	if s.Room.Kind != Lobby || !a.Head.Valid() || a.Head.Delegation() != a.Code {
		return
	}
	s.Restorations = append(s.Restorations, &Restoration{By: e, Delegation: a.Code, Head: a.Head, Reason: a.Reason, Effective: e.Time.Add(RestoreAfter), tenure: e.Ref()})
}

// fold stops what is pending. The restorations are replaced, never changed in place.
func (a *DelegationRetain) fold(s *State, e *Entry) {
	if e.Seat.Delegation() != a.Code || !s.pending(a.Code, e.Time) {
		return
	}
	rs := slices.Clone(s.Restorations)
	for i, r := range rs {
		if r.Delegation == a.Code && r.Stage(e.Time) == RestorationPending {
			stopped := *r
			stopped.Retained = e
			rs[i] = &stopped
		}
	}
	s.Restorations = rs
}

// Restorations returns every restoration that was written, in order. How far each is depends on the time: see [Restoration.Stage].
func (w *World) Restorations() []*Restoration {
	if w.lobby == nil {
		return nil
	}
	return w.lobby.Restorations
}

// RestorationsIn returns the restorations of a room's members that are pending or in effect at a time, in order: what everybody in
// the room has to be told, because somebody new may speak for a member, and read what it reads.
func (w *World) RestorationsIn(room RoomID, at time.Time) []*Restoration {
	s := w.byID[room]
	if s == nil {
		return nil
	}
	var rs []*Restoration
	for _, r := range w.Restorations() {
		if s.Room.Has(r.Delegation) && r.Stage(at) != RestorationRetained {
			rs = append(rs, r)
		}
	}
	return rs
}
