package talks

import (
	"fmt"
	"slices"
)

// RoomRole is what a delegation is in a room.
type RoomRole string

// What a delegation can be in a room. The zero RoomRole is none of them: it does not sit there. A room need not have a chair.
const (
	RoomChair    RoomRole = "chair"    // speaks, and decides who sits here and when the room ends
	RoomMember   RoomRole = "member"   // speaks
	RoomObserver RoomRole = "observer" // reads, and writes nothing but that it leaves
)

// RoomRoles are the roles in a room, from the one that may do most.
var RoomRoles = []RoomRole{RoomChair, RoomMember, RoomObserver}

// DecisionRule is how the members of a room decide.
type DecisionRule string

// Consensus is the rule of a room that names none.
const Consensus DecisionRule = "consensus"

// DecisionRules are the rules there are: every member that speaks is for it, more than half of them are, or the chair decides.
var DecisionRules = []DecisionRule{Consensus, "majority", "chair"}

// RoomUpdate changes what a room is called and what its members are in it. The chair's delegation writes it, or where there is no
// chair the one that opened the room. What is left out stays as it is. On what was tabled before, those decide who did when it was tabled, by the rule of
// then.
type RoomUpdate struct {
	Title   string       `json:"title,omitzero"`
	Purpose string       `json:"purpose,omitzero"`
	Chair   Delegation   `json:"chair,omitzero"`   // a member, which leads the room from now on
	Observe []Delegation `json:"observe,omitzero"` // members that only read from now on
	Speak   []Delegation `json:"speak,omitzero"`   // observers that speak from now on
	Rule    DecisionRule `json:"rule,omitzero"`
	Basis
}

func (*RoomUpdate) Kind() Kind { return "room.update" }

func (*RoomUpdate) refs(func(place, *Ref)) {}

// RoleOf says what a delegation is in the room; empty where it does not sit there.
func (r *Room) RoleOf(d Delegation) RoomRole {
	switch {
	case !r.Has(d):
		return ""
	case d == r.Chair:
		return RoomChair
	case slices.Contains(r.Observers, d):
		return RoomObserver
	}
	return RoomMember
}

// leads requires the author to be of the delegation that leads the room: the chair's, or where there is none and opener is set the
// one that opened it. Without either, every member leads.
func (c *Checking) leads(opener bool) {
	r, own := &c.State.Room, c.Seat.Delegation()
	switch {
	case r.Chair != "" && own != r.Chair:
		c.fail("only-chair", "", string(r.Chair))
	case r.Chair == "" && opener && own != r.Opener.Delegation():
		c.fail("only-opener", "", string(r.Opener.Delegation()))
	}
}

// seating checks what the members of a room are to be, with the chair and the observers as they would be.
func (c *Checking) seating(members []Delegation, opener, chair Delegation, observers []Delegation, rule DecisionRule) {
	oneOf(c, "rule", rule, DecisionRules, true)
	if rule == "chair" && chair == "" {
		c.fail("rule-chair", "rule")
	}
	if chair != "" && !slices.Contains(members, chair) {
		c.fail("not-member", "chair", string(chair))
		return
	}
	leader := chair
	if leader == "" {
		leader = opener
	}
	if slices.Contains(observers, leader) {
		c.fail("leader-observes", "chair", string(leader))
	}
}

// observers checks the observers that a room is opened with.
func (a *RoomOpen) observers(c *Checking) {
	c.most("observers", len(a.Observers), listLimit)
	for i, d := range a.Observers {
		at := fmt.Sprintf("observers/%d", i)
		switch {
		case !slices.Contains(a.Members, d):
			c.fail("not-member", at, string(d))
		case slices.Contains(a.Observers[:i], d):
			c.fail("twice", at, string(d))
		}
	}
	c.seating(a.Members, c.Seat.Delegation(), a.Chair, a.Observers, a.Rule)
}

func (a *RoomUpdate) check(c *Checking) {
	r := &c.State.Room
	c.leads(true)
	if a.Title+a.Purpose+string(a.Chair)+string(a.Rule) == "" && len(a.Observe)+len(a.Speak) == 0 {
		c.fail("empty-change", "")
	}
	if a.Title != "" {
		c.title("title", a.Title)
	}
	c.text("purpose", a.Purpose, textLimit)
	c.most("observe", len(a.Observe), listLimit)
	for i, d := range a.Observe {
		c.changes(fmt.Sprintf("observe/%d", i), d, a.Observe[:i], RoomObserver)
	}
	c.most("speak", len(a.Speak), listLimit)
	for i, d := range a.Speak {
		c.changes(fmt.Sprintf("speak/%d", i), d, slices.Concat(a.Observe, a.Speak[:i]), RoomMember)
	}
	chair, observers, rule := a.after(r)
	if a.Rule == "" {
		rule = "" // it was right when it was set, and a chair is never taken away
	}
	c.seating(r.Members, r.Opener.Delegation(), chair, observers, rule)
}

// changes checks a delegation that is to get another role.
func (c *Checking) changes(at string, d Delegation, before []Delegation, to RoomRole) {
	role := c.State.Room.RoleOf(d)
	switch {
	case role == "":
		c.fail("not-member", at, string(d))
	case slices.Contains(before, d):
		c.fail("twice", at, string(d))
	case (role == RoomObserver) == (to == RoomObserver):
		c.fail("role-already", at, string(d))
	}
}

// after is what the room's seating is after the change.
func (a *RoomUpdate) after(r *Room) (chair Delegation, observers []Delegation, rule DecisionRule) {
	chair, rule = r.Chair, r.Rule
	set(&chair, a.Chair)
	set(&rule, a.Rule)
	observers = slices.DeleteFunc(slices.Clone(r.Observers), func(d Delegation) bool { return slices.Contains(a.Speak, d) })
	for _, d := range a.Observe {
		observers = withMember(observers, d)
	}
	return chair, observers, rule
}

func (a *RoomUpdate) fold(s *State, _ *Entry) {
	r := &s.Room
	set(&r.Title, a.Title)
	set(&r.Purpose, a.Purpose)
	if r.Kind == Lobby || r.Kind == Caucus {
		return
	}
	r.Chair, r.Observers, r.Rule = a.after(r)
	r.settle()
}

// settle keeps the roles to those who sit in the room, and to one each: a chair speaks.
func (r *Room) settle() {
	if r.Chair != "" && !r.Has(r.Chair) {
		r.Chair = ""
	}
	r.Observers = slices.DeleteFunc(slices.Clone(r.Observers), func(d Delegation) bool { return d == r.Chair || !r.Has(d) })
	if len(r.Observers) == 0 {
		r.Observers = nil
	}
}
