package proposal

import (
	_ "embed"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	impl "parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/event"
	"parley/web/implementation"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed proposal.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("proposal", css) }

// List shows the proposals: open, answered, withdrawn or expired.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "proposals"
	p.Title = p.Loc.T("proposal.title")
	p.Sub = p.Loc.T("proposal.sub")
	return list(p, newTable(p.W(), p.View.Now())), nil
}

// Show shows one proposal with its terms and every answer to it.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	x := p.W().Proposal(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if x == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "proposals"
	p.Title = x.Title
	p.Compose = room.Offers(p, p.Loc.T("proposal.take"), event.ReactionOffer(p, x.Ref))
	return show(p, newOffer(p.W(), x, answered(p.W().Proposals())[x.Ref], p.View.Now())), nil
}

// statusWord says how a proposal stands.
func statusWord(p *ui.Page, s status) string { return p.Loc.T("proposal.status." + string(s)) }

// State is the word for how a proposal stands; "" where there is none by that name.
func State(p *ui.Page, r talks.Ref) string {
	x := p.W().Proposal(r)
	if x == nil {
		return ""
	}
	return statusWord(p, newOffer(p.W(), x, nil, p.View.Now()).Status)
}

// Standing says how many of those who decide on a proposal are for it, and whether that is enough; "" where its room is not seen.
func Standing(p *ui.Page, x *talks.Proposal) string {
	s := p.W().Room(x.Ref.Room)
	if s == nil {
		return ""
	}
	return standing(p, s.Room.Decide(x))
}

// respondURL is the address of the form for an answer, in the proposal's room.
func respondURL(p *ui.Page, o offer) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {"answer"}, "proposal": {o.Ref.Name}}, "rooms", string(o.Ref.Room)) + "#compose"
}

// withdrawURL is the address of the form that takes a proposal off the table; "" where the viewer cannot.
func withdrawURL(p *ui.Page, o offer) templ.SafeURL {
	if o.Withdrawn != nil || o.By.Seat.Delegation() != p.View.Delegation() {
		return ""
	}
	return room.FormURL(p, o.Ref.Room, "withdraw", url.Values{"proposal": {o.Ref.Name}})
}

// tableURL is the address of the form for a proposal in a room.
func tableURL(p *ui.Page, room talks.RoomID) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {"proposal"}}, "rooms", string(room)) + "#compose"
}

// respondable reports whether the viewer can answer now. Who tabled it has nothing to answer.
func respondable(p *ui.Page, o offer) bool {
	room := p.W().Room(o.Ref.Room)
	return room != nil && o.Withdrawn == nil && o.By.Seat.Delegation() != p.View.Delegation() && act.May(p, &room.Room, "proposal.respond")
}

// respondWord asks for a first answer or for another.
func respondWord(p *ui.Page, o offer) string {
	if slices.ContainsFunc(o.Replies, func(r reply) bool { return r.Delegation == p.View.Delegation() && r.Last != nil }) {
		return p.Loc.T("proposal.respond-again")
	}
	return p.Loc.T("proposal.respond")
}

// rooms are the rooms where the viewer can table a proposal.
func rooms(p *ui.Page) []*talks.State {
	var out []*talks.State
	for _, s := range p.W().Rooms() {
		if s.Room.Kind != talks.Lobby && s.Room.Kind != talks.Caucus && act.May(p, &s.Room, "proposal.table") {
			out = append(out, s)
		}
	}
	return out
}

// signs are the shapes of answers, in a box of 16; each answer's word stands beside its shape.
var signs = map[talks.Answer]string{
	"accept":               "M3 8.5l3.5 3.5L13 4.5",
	"accept-ad-referendum": "M3 8.5l3.5 3.5L13 4.5",
	"consider":             "M3.5 8h.01M8 8h.01M12.5 8h.01",
	"counter":              "M3 5.5h9M9.5 3l2.5 2.5L9.5 8M13 10.5H4M6.5 8L4 10.5L6.5 13",
	"reject":               "M4 4l8 8M12 4l-8 8",
}

// packages are those that a proposal, or an issue of it, is part of, as far as all who sit in its room see them: no others bind it.
func packages(p *ui.Page, x *talks.Proposal) []*talks.Package {
	issues := x.Issues()
	return slices.DeleteFunc(p.W().As(x.Ref.Room).Packages(), func(k *talks.Package) bool {
		return !slices.ContainsFunc(k.Items, func(r talks.Ref) bool { return r == x.Ref || slices.Contains(issues, r) })
	})
}

// adopted is the agreement that a proposal became, or nil. It stays adopted when the agreement has ended.
func adopted(p *ui.Page, x *talks.Proposal) *impl.Agreement {
	all := implementation.Book(p).Agreements()
	i := slices.IndexFunc(all, func(a *impl.Agreement) bool { return a.Proposal == x.Ref })
	if i < 0 {
		return nil
	}
	return all[i]
}

// adoptURL is the address of the form that adopts a proposal; "" where the viewer cannot.
func adoptURL(p *ui.Page, o offer) templ.SafeURL {
	return room.FormURL(p, o.Ref.Room, "adopt", url.Values{"proposal": {o.Ref.Name}})
}

// voter is a delegation with its part in a decision: its answer, or none.
type voter struct {
	talks.Delegation
	As    talks.Answer
	Since string // what became of it since: "outside", "left" or "newcomer"; empty for nothing
}

// counts reports whether the delegation is one of those who decide.
func (v voter) counts() bool { return v.Since == "" || v.Since == "outside" }

// votes are the members that a decision counts, in the order of the lobby: who is for, who is against, and who said neither; and among them those
// that it does not count, though they were there or are now.
func votes(p *ui.Page, d talks.Decision) []voter {
	part := map[talks.Delegation]talks.Answer{}
	for _, m := range d.For {
		part[m] = "accept"
	}
	for _, m := range d.Referendum {
		part[m] = "accept-ad-referendum"
	}
	for _, m := range d.Against {
		part[m] = "reject"
	}
	for _, m := range slices.Concat(d.Silent, d.Left, d.Newcomers) {
		part[m] = ""
	}
	since := map[talks.Delegation]string{}
	for word, ds := range map[string][]talks.Delegation{"outside": d.Outside, "left": d.Left, "newcomer": d.Newcomers} {
		for _, m := range ds {
			since[m] = word
		}
	}
	var out []voter
	for _, x := range p.W().Delegations() {
		if a, ok := part[x.Code]; ok {
			out = append(out, voter{x.Code, a, since[x.Code]})
		}
	}
	return out
}

// voteWord says a member's part in a decision.
func voteWord(p *ui.Page, a talks.Answer) string {
	if a == "" {
		return p.Loc.T("proposal.undecided")
	}
	return p.AnswerWord(a)
}

// standing says how many are for, and whether that is enough.
func standing(p *ui.Page, d talks.Decision) string {
	all := len(d.For) + len(d.Against) + len(d.Silent)
	out := p.Loc.N("proposal.for-of", len(d.For), "all", p.Loc.Number(float64(all)))
	if d.Met {
		return out + " " + p.Loc.T("proposal.enough")
	}
	return out + " " + p.Loc.T("proposal.not-enough")
}

// missing says what the rule still asks for.
func missing(p *ui.Page, d talks.Decision) string {
	switch d.Rule {
	case "majority":
		all := len(d.For) + len(d.Against) + len(d.Silent)
		return p.Loc.N("proposal.missing-majority", all/2+1-len(d.For))
	case "chair":
		return p.Loc.T("proposal.missing-chair")
	}
	return p.Loc.N("proposal.missing-consensus", len(d.Against)+len(d.Silent))
}
