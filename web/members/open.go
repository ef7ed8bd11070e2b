package members

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/room"
	"parley/web/ui"
)

// Open shows how a room is opened: first who sits in it and in what role, then who will see what, and last its title. What is decided first
// stands in the address; the words of the room never do.
func Open(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Title = p.Loc.T("members.open.title")
	p.Sub = p.Loc.T("members.open.sub")
	p.Nav = "open"
	if p.View.AsOf() {
		return intro(p), nil
	}
	lobby := p.W().Lobby()
	if lobby == nil || !p.View.Role().AtLeast(talks.Head) {
		p.Compose = nobody(p, p.Loc.T("members.why.head"))
		return intro(p), nil
	}
	if p.Undesignated() {
		p.Compose = undesignated(p)
		return intro(p), nil
	}
	o := &opening{p: p, lobby: lobby, from: p.Query}
	if len(p.Problems) > 0 {
		o.from = p.Form
	}
	o.read()
	p.Compose = openBox(o)
	return intro(p), nil
}

// opening is a room that is about to be opened.
type opening struct {
	p       *ui.Page
	lobby   *talks.State
	from    url.Values
	kind    talks.RoomKind
	seating        // with the own delegation
	ready   bool   // enough is chosen to foresee who sits and sees
	wanting string // the id of what is missing before that, once something was chosen
}

// kinds are the kinds of rooms that the seat can open.
func (o *opening) kinds() []talks.RoomKind {
	return slices.DeleteFunc(slices.Clone(talks.RoomKinds), func(k talks.RoomKind) bool {
		return k == talks.Lobby || (k == talks.Caucus && o.p.W().CaucusOf(o.p.View.Delegation()) != nil)
	})
}

// read takes what is chosen from the address, or from a form that was refused. What is no delegation is passed over.
func (o *opening) read() {
	own := o.p.View.Delegation()
	o.kind = "direct"
	if k := talks.RoomKind(o.from.Get("kind")); slices.Contains(o.kinds(), k) {
		o.kind = k
	}
	o.members = []talks.Delegation{own}
	if o.kind != talks.Caucus {
		for _, v := range o.from["members"] {
			if d := talks.Delegation(strings.TrimSpace(v)); o.p.W().Delegation(d) != nil && !slices.Contains(o.members, d) {
				o.members = append(o.members, d)
			}
		}
	}
	o.rule = talks.Consensus
	if o.kind != talks.Caucus {
		o.seating.read(o.from)
	}
	switch {
	case o.from.Get("look") == "":
	case o.kind != talks.Caucus && len(o.members) < 2:
		o.wanting = "members.open.two"
	default:
		o.wanting = o.problem(own)
		o.ready = o.wanting == ""
	}
}

// ordered are the members in the order in which delegations were designated.
func (o *opening) ordered() []talks.Delegation {
	return slices.DeleteFunc(codes(o.p.W().Delegations()), func(d talks.Delegation) bool { return !o.has(d) })
}

// out are the delegations that will not see the room: of all that sit in the lobby, where the convener's own does before it is designated.
func (o *opening) out() []talks.Delegation {
	return slices.DeleteFunc(slices.Clone(o.lobby.Room.Members), o.has)
}

// shared are the rooms whose things an act of the new room can name: those where all of its members sit. They are what its readers see in
// common.
func (o *opening) shared() []*talks.State {
	return o.p.W().Of(slices.Sorted(slices.Values(o.members))).Rooms()
}

// same are the rooms that have these members already.
func (o *opening) same() []*talks.State {
	sorted := slices.Sorted(slices.Values(o.members))
	return slices.DeleteFunc(slices.Clone(o.shared()), func(s *talks.State) bool {
		return s.Room.Closed != nil || !slices.Equal(s.Room.Members, sorted)
	})
}

// chosen is what was decided on, as the form has it. A caucus has its one member and nothing else to decide.
func (o *opening) chosen() url.Values {
	q := url.Values{"kind": {string(o.kind)}, "members": values(o.members)}
	if o.kind != talks.Caucus {
		q["observers"] = values(o.observers)
		q.Set("rule", string(o.rule))
		if o.chair != "" {
			q.Set("chair", string(o.chair))
		}
	}
	return q
}

// backURL is the page with what was chosen, to choose again.
func (o *opening) backURL() templ.SafeURL {
	q := o.chosen()
	return o.p.URLQ(q, "open") + "#compose"
}

// hidden is what the last step sends along: what was chosen, and that it was looked at.
func (o *opening) hidden() url.Values {
	q := o.chosen()
	q.Set("look", "yes")
	return q
}

// last is the last step: the title, the purpose, and the button.
func (o *opening) last() templ.Component {
	return room.Last(o.p, room.Final{Form: "open", Room: o.lobby.Room.ID, Hidden: o.hidden(), Will: ui.WillRead(o.p, o.members)})
}

// has reports whether a delegation was chosen.
func (o *opening) has(d talks.Delegation) bool { return slices.Contains(o.members, d) }
