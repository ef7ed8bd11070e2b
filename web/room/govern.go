package room

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/ui"
)

// The forms that change a room, or what stands in it, instead of adding to it: who sits there, whether it is open, what is withdrawn, what is
// erased. They are acts like all others, and go the same way.

// governing are offered behind the others, each only where there is something that it could do.
var governing = []form{
	{id: "hold", kind: "meeting.hold", govern: true, build: (*builder).hold, fields: (*filling).hold, of: func(p *ui.Page, s *talks.State) bool { return len(notHeld(s)) > 0 }},
	{id: "withdraw", kind: "proposal.withdraw", govern: true, build: (*builder).withdraw, fields: (*filling).withdraw, of: func(p *ui.Page, s *talks.State) bool { return len(own(p, s)) > 0 }},
	{id: "erase", kind: "record.erase", govern: true, build: (*builder).erase, fields: (*filling).erase, of: func(*ui.Page, *talks.State) bool { return true }},
	{id: "admit", kind: "room.admit", apart: true, build: (*builder).admit, fields: (*filling).admit},
	{id: "update", kind: "room.update", apart: true, build: (*builder).update, fields: (*filling).update},
	{id: "remove", kind: "room.remove", apart: true, build: (*builder).remove, fields: (*filling).remove},
	{id: "leave", kind: "room.leave", apart: true, build: (*builder).leave, fields: (*filling).reason},
	{id: "close", kind: "room.close", apart: true, build: (*builder).close, fields: (*filling).reason},
	{id: "open", kind: "room.open", apart: true, build: (*builder).open, fields: (*filling).open},
}

// notHeld are the room's meetings that can still be held.
func notHeld(s *talks.State) []*talks.Meeting {
	var out []*talks.Meeting
	for m := range s.Meetings.All() {
		if m.Held == nil && m.Cancelled == nil {
			out = append(out, m)
		}
	}
	return out
}

// own are the room's proposals that the delegation tabled and can withdraw.
func own(p *ui.Page, s *talks.State) []*talks.Proposal {
	var out []*talks.Proposal
	for v := range s.Proposals.All() {
		if v.Withdrawn == nil && v.By.Seat.Delegation() == p.View.Delegation() {
			out = append(out, v)
		}
	}
	return out
}

// outside are the delegations that do not sit in the room.
func outside(p *ui.Page, s *talks.State) []*talks.DelegationState {
	return slices.DeleteFunc(p.W().Delegations(), func(d *talks.DelegationState) bool { return s.Room.Has(d.Code) })
}

// refersBeyond reports whether the room's history refers to what a delegation cannot see, so that it cannot be admitted.
func refersBeyond(p *ui.Page, s *talks.State, d talks.Delegation) bool {
	for id := range s.Refers {
		if r := p.W().As(s.Room.ID).Room(id); r == nil || !r.Room.Has(d) {
			return true
		}
	}
	return false
}

func (x *filling) delegations(ds []*talks.DelegationState) []choice {
	var out []choice
	for _, d := range ds {
		out = append(out, choice{string(d.Code), x.p.DelegationTitle(d.Code)})
	}
	return out
}

func (x *filling) reason() []field {
	return []field{tall(2, x.add(area, "reason", x.t("room.field.reason"), nil))}
}

// update asks what the room is called; roles and rule were decided on before.
func (x *filling) update() []field {
	r := &x.p.W().Room(x.room).Room
	return []field{
		wide(x.add(line, "title", x.t("room.field.title"), nil, r.Title)),
		wide(x.add(line, "purpose", x.t("room.field.purpose"), nil, r.Purpose)),
	}
}

// remove offers the other members.
func (x *filling) remove() []field {
	var cs []choice
	for _, d := range x.p.W().Room(x.room).Room.Members {
		if d != x.p.View.Delegation() {
			cs = append(cs, choice{string(d), x.p.DelegationTitle(d)})
		}
	}
	return append([]field{needed(wide(x.add(checks, "delegations", x.t("room.field.removed"), cs)))}, x.reason()...)
}

// admit offers those who can be admitted, and says of the others why they cannot.
func (x *filling) admit() []field {
	s := x.p.W().Room(x.room)
	var can []*talks.DelegationState
	var cannot []string
	for _, d := range outside(x.p, s) {
		if refersBeyond(x.p, s, d.Code) {
			cannot = append(cannot, x.p.DelegationTitle(d.Code))
		} else {
			can = append(can, d)
		}
	}
	hint := x.p.Loc.N("room.hint.admit", int(s.Size()), "day", x.p.Loc.Day(s.Room.Opened))
	if len(cannot) > 0 {
		hint += " " + x.p.Loc.T("room.hint.not-admitted", "who", strings.Join(cannot, ", "))
	}
	return append([]field{needed(wide(hinted(hint, x.add(checks, "delegations", x.t("room.field.admitted"), x.delegations(can)))))}, x.reason()...)
}

func (x *filling) open() []field {
	kinds := slices.DeleteFunc(slices.Clone(talks.RoomKinds), func(k talks.RoomKind) bool {
		return k == talks.Lobby || (k == talks.Caucus && x.p.W().CaucusOf(x.p.View.Delegation()) != nil)
	})
	return []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(x.add(pick, "kind", x.t("room.field.room-kind"), values(kinds, x.p.RoomKindWord), "direct")),
		x.add(line, "purpose", x.t("room.field.purpose"), nil),
		needed(wide(hinted(x.t("room.hint.open"), x.add(checks, "members", x.t("room.field.members"), x.delegations(x.p.W().Delegations()), string(x.p.View.Delegation()))))),
	}
}

func (x *filling) withdraw() []field {
	var cs []choice
	for _, v := range own(x.p, x.p.W().Room(x.room)) {
		cs = append(cs, choice{x.ref(v.Ref), v.Title})
	}
	return append([]field{needed(wide(x.add(pick, "proposal", x.t("room.field.withdrawn"), cs)))}, x.reason()...)
}

func (x *filling) erase() []field {
	return append([]field{
		needed(hinted(x.t("room.hint.erase"), x.add(number, "entry", x.t("room.field.entry"), nil))),
	}, x.reason()...)
}

func (b *builder) codes(name string) []talks.Delegation {
	var out []talks.Delegation
	for _, s := range b.values[name] {
		if s = strings.TrimSpace(clean(s)); s != "" {
			out = append(out, talks.Delegation(s))
		}
	}
	return out
}

func (b *builder) admit() talks.Act {
	return &talks.RoomAdmit{Delegations: b.codes("delegations"), Observers: b.checked("observers"), Reason: b.text("reason")}
}

func (b *builder) remove() talks.Act {
	return &talks.RoomRemove{Delegations: b.codes("delegations"), Reason: b.text("reason")}
}

func (b *builder) leave() talks.Act { return &talks.RoomLeave{Reason: b.text("reason")} }

func (b *builder) close() talks.Act { return &talks.RoomClose{Reason: b.text("reason")} }

func (b *builder) open() talks.Act {
	return &talks.RoomOpen{
		Type: talks.RoomKind(b.text("kind")), Title: b.text("title"), Purpose: b.text("purpose"), Members: b.codes("members"),
		Chair: talks.Delegation(b.text("chair")), Observers: b.codes("observers"), Rule: talks.DecisionRule(b.text("rule")),
	}
}

// update leaves out what is as it was.
func (b *builder) update() talks.Act {
	a := &talks.RoomUpdate{
		Title: b.text("title"), Purpose: b.text("purpose"), Chair: talks.Delegation(b.text("chair")), Rule: talks.DecisionRule(b.text("rule")),
		Observe: b.codes("observe"), Speak: b.codes("speak"),
	}
	if b.state != nil {
		r := &b.state.Room
		unchanged(&a.Title, r.Title)
		unchanged(&a.Purpose, r.Purpose)
		unchanged(&a.Chair, r.Chair)
		unchanged(&a.Rule, r.Rule)
	}
	return a
}

func (b *builder) withdraw() talks.Act {
	return &talks.ProposalWithdraw{Proposal: b.ref("proposal"), Reason: b.text("reason")}
}

// erase takes the number of an entry, and keeps the name of the object that the entry made.
func (b *builder) erase() talks.Act {
	a := &talks.RecordErase{Entry: -1, Reason: b.text("reason")}
	if n := b.number("entry"); n != nil {
		a.Entry = int64(*n)
		if e := b.view.Entry(b.room, a.Entry); e != nil {
			a.Name = talks.NameMade(e)
		}
	} else if len(b.problems) == 0 {
		b.fail("missing", "entry")
	}
	return a
}

// FormURL is the address of a form of a room's page, with some of its fields filled in; "" where the seat cannot write it there.
func FormURL(p *ui.Page, room talks.RoomID, id string, fields url.Values) templ.SafeURL {
	s := p.W().Room(room)
	f := find(id)
	if s == nil || f == nil || !act.May(p, &s.Room, f.kind) || (f.of != nil && !f.of(p, s)) {
		return ""
	}
	q := url.Values{"compose": {id}}
	maps.Copy(q, fields)
	return p.URLQ(q, "rooms", string(room)) + "#compose"
}
