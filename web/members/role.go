package members

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/ui"
)

// governs reports whether a change is the delegation's to make: the chair's where there is one, else the opener's or any member's. A chair
// does not leave.
func governs(p *ui.Page, r *talks.Room, id string) bool {
	own := p.View.Delegation()
	switch {
	case id == "leave":
		return r.Chair != own
	case r.Chair != "":
		return r.Chair == own
	case id == "remove" || id == "update":
		return own == r.Opener.Delegation()
	}
	return true
}

// whyNot is the reason why a seat changes nothing in a room.
func whyNot(p *ui.Page, r *talks.Room) string {
	switch {
	case r.Closed != nil:
		return "members.why.closed"
	case r.Kind == talks.Lobby:
		return "members.why.lobby"
	case r.Kind == talks.Caucus:
		return "members.why.caucus"
	case !p.View.Role().AtLeast(talks.Head):
		return "members.why.head"
	}
	return "members.why.other"
}

// seating is who sits in a room in what role, and how they decide.
type seating struct {
	members   []talks.Delegation
	chair     talks.Delegation
	observers []talks.Delegation
	rule      talks.DecisionRule
}

func seatingOf(r *talks.Room) seating {
	return seating{slices.Clone(r.Members), r.Chair, slices.Clone(r.Observers), r.Rule}
}

// roleOf is what a delegation is in the room, or would be.
func (s *seating) roleOf(d talks.Delegation) talks.RoomRole {
	switch {
	case d == s.chair:
		return talks.RoomChair
	case slices.Contains(s.observers, d):
		return talks.RoomObserver
	}
	return talks.RoomMember
}

// read takes a seating from what was chosen in a form. What does not fit is passed over: a chair that is no member, observers that are none.
func (s *seating) read(from url.Values) {
	if d := talks.Delegation(from.Get("chair")); slices.Contains(s.members, d) {
		s.chair = d
	}
	s.observers = nil
	for _, v := range from["observers"] {
		if d := talks.Delegation(strings.TrimSpace(v)); slices.Contains(s.members, d) && d != s.chair && !slices.Contains(s.observers, d) {
			s.observers = append(s.observers, d)
		}
	}
	if v := talks.DecisionRule(from.Get("rule")); slices.Contains(talks.DecisionRules, v) {
		s.rule = v
	}
}

// problem is the id of what keeps a seating from being, or "". leader leads where there is no chair.
func (s *seating) problem(leader talks.Delegation) string {
	switch {
	case s.rule == "chair" && s.chair == "":
		return "members.rule-needs-chair"
	case s.chair == "" && slices.Contains(s.observers, leader):
		return "members.leader-observes"
	}
	return ""
}

// update is a change of roles and rule: what it would be, and the fields of the act that makes it so.
type update struct {
	seating
	now     seating
	ready   bool   // something was chosen
	wanting string // the id of what is wrong with it
}

// updating reads what was chosen; before anything was, it is the room as it stands.
func (c *change) updating() *update {
	u := &update{seating: seatingOf(&c.s.Room), now: seatingOf(&c.s.Room)}
	if c.from.Get("look") != "" {
		u.read(c.from)
		u.wanting = u.problem(c.s.Room.Opener.Delegation())
		u.ready = u.wanting == ""
	}
	return u
}

// hidden is what the form of the change says besides its words.
func (u *update) hidden() url.Values {
	q := url.Values{"look": {"yes"}, "observers": values(u.observers), "chair": {string(u.chair)}, "rule": {string(u.rule)}}
	for _, d := range u.members {
		was, is := u.now.roleOf(d) == talks.RoomObserver, u.roleOf(d) == talks.RoomObserver
		if is && !was {
			q.Add("observe", string(d))
		} else if was && !is {
			q.Add("speak", string(d))
		}
	}
	return q
}

// moved are the members whose role would be another.
func (u *update) moved() []talks.Delegation {
	return slices.DeleteFunc(slices.Clone(u.members), func(d talks.Delegation) bool { return u.now.roleOf(d) == u.roleOf(d) })
}

// updateLast is the last step of a change of roles: the title, the purpose and the button.
func (c *change) updateLast(u *update) templ.Component { return c.last(u.hidden(), c.s.Room.Members) }

// ruleText says a rule in a sentence.
func ruleText(p *ui.Page, v talks.DecisionRule) string {
	if !slices.Contains(talks.DecisionRules, v) {
		return ""
	}
	return p.Loc.T("members.rule." + string(v))
}

// roleText says in a sentence what a role allows.
func roleText(p *ui.Page, v talks.RoomRole) string {
	if !slices.Contains(talks.RoomRoles, v) {
		return ""
	}
	return p.Loc.T("members.may." + string(v))
}
