package talks

import (
	"fmt"
	"slices"
	"time"
)

// Answer is what a delegation says to a proposal.
type Answer string

// Answers are the values there are. Accepting ad referendum leaves the last word to the capital.
var Answers = []Answer{"accept", "accept-ad-referendum", "consider", "counter", "reject"}

// Term is what a proposal says on one issue.
type Term struct {
	Issue  Ref     `json:"issue"`
	Option string  `json:"option,omitzero"`
	Value  Decimal `json:"value,omitzero"`
	Text   string  `json:"text,omitzero"`
}

// ProposalTable puts an offer on the table of a room, with its terms issue by issue where it has them. The members that speak in the room at that moment
// decide on it, by the rule and with the chair of that moment: who has left since counts no more, who was removed or made an observer still does,
// and who came since has no vote. For the room as it has become to decide, it is tabled anew.
type ProposalTable struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Terms     []Term `json:"terms,omitzero"`
	Condition string `json:"condition,omitzero"` // what it depends on, in words
	InForce   *Expr  `json:"in_force,omitzero"`  // what it enters into force by, once it is adopted; at once where there is nothing
	Package   bool   `json:"package,omitzero"`   // its terms stand or fall together
	Parties   []Ref  `json:"parties,omitzero"`   // that it names, besides those that its issues affect
	Expires   Date   `json:"expires,omitzero"`
	Basis
}

// ProposalRespond is a delegation's answer to a proposal in the room where it was tabled. Its last answer stands.
type ProposalRespond struct {
	Proposal Ref    `json:"proposal"`
	Answer   Answer `json:"answer"`
	Text     string `json:"text,omitzero"`
	Counter  Ref    `json:"counter,omitzero"` // the counter-proposal
	Basis
}

// ProposalWithdraw takes a proposal off the table. The delegation that tabled it writes it.
type ProposalWithdraw struct {
	Proposal Ref    `json:"proposal"`
	Reason   string `json:"reason,omitzero"`
	Basis
}

// Proposal is a proposal as it stands.
type Proposal struct {
	Made
	*ProposalTable
	Electorate Electorate // who decides on it
	Responses  []Fact[ProposalRespond]
	Withdrawn  *Fact[ProposalWithdraw]
}

// Answers returns the last answer of each delegation, in the order of their first.
func (p *Proposal) Answers() []Fact[ProposalRespond] {
	var out []Fact[ProposalRespond]
	for _, r := range p.Responses {
		i := slices.IndexFunc(out, func(o Fact[ProposalRespond]) bool { return o.Seat.Delegation() == r.Seat.Delegation() })
		if i < 0 {
			out = append(out, r)
		} else {
			out[i] = r
		}
	}
	return out
}

// Expired reports whether the time of the proposal is over at t.
func (p *Proposal) Expired(t time.Time) bool { return p.Expires != "" && !t.Before(p.Expires.End()) }

// Open reports whether the proposal is on the table at t: not withdrawn, its time not over, and not rejected by the last answer of anybody.
func (p *Proposal) Open(t time.Time) bool {
	return p.Withdrawn == nil && !p.Expired(t) && !slices.ContainsFunc(p.Answers(), func(r Fact[ProposalRespond]) bool { return r.Said.Answer == "reject" })
}

func (*ProposalTable) Kind() Kind    { return "proposal.table" }
func (*ProposalRespond) Kind() Kind  { return "proposal.respond" }
func (*ProposalWithdraw) Kind() Kind { return "proposal.withdraw" }

func (a *ProposalTable) refs(f func(place, *Ref)) {
	for i := range a.Terms {
		f(place{"terms", i, "issue"}, &a.Terms[i].Issue)
	}
	eachRef(f, "parties", a.Parties)
	a.InForce.refs(f, "in_force")
}

func (a *ProposalRespond) refs(f func(place, *Ref)) {
	f(place{list: "proposal", index: -1}, &a.Proposal)
	f(place{list: "counter", index: -1}, &a.Counter)
}

func (a *ProposalWithdraw) refs(f func(place, *Ref)) {
	f(place{list: "proposal", index: -1}, &a.Proposal)
}

func (a *ProposalTable) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	c.words("text", a.Text)
	c.most("terms", len(a.Terms), listLimit)
	for i, t := range a.Terms {
		at := fmt.Sprintf("terms/%d/", i)
		if c.ref(at+"issue", t.Issue, "issue") {
			c.stance(at, t.Issue, t.Option, t.Value, "", "")
		}
		c.text(at+"text", t.Text, textLimit)
	}
	c.text("condition", a.Condition, textLimit)
	c.expr("in_force", a.InForce)
	c.refList("parties", a.Parties, "party")
	c.date("expires", a.Expires)
	c.consulted("tabling", "terms", offered(Ref{}, c.Room, c.Seat.Delegation(), a))
}

// Issues are the issues of the terms, each once.
func (a *ProposalTable) Issues() []Ref {
	var out []Ref
	for _, t := range a.Terms {
		if !slices.Contains(out, t.Issue) {
			out = append(out, t.Issue)
		}
	}
	return out
}

func (a *ProposalRespond) check(c *Checking) {
	if c.own("proposal", a.Proposal, "proposal") {
		if p := c.State.Proposals.Get(a.Proposal.Name); p.Withdrawn != nil || p.Expired(c.Time) {
			c.fail("proposal-over", "proposal")
		} else {
			c.adopted(a.Proposal)
		}
	}
	oneOf(c, "answer", a.Answer, Answers, false)
	c.text("text", a.Text, textLimit)
	if c.maybe("counter", a.Counter, "proposal") && a.Answer != "counter" {
		c.fail("counter-needed", "counter")
	}
}

func (a *ProposalWithdraw) check(c *Checking) {
	if c.own("proposal", a.Proposal, "proposal") {
		p := c.State.Proposals.Get(a.Proposal.Name)
		if own := p.By.Seat.Delegation(); own != c.Seat.Delegation() {
			c.fail("only-own", "proposal", string(own))
		}
		if p.Withdrawn != nil {
			c.fail("proposal-over", "proposal")
		} else {
			c.adopted(a.Proposal)
		}
	}
	c.text("reason", a.Reason, textLimit)
}

func (a *ProposalTable) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "proposal", a.Name); ok {
		s.Proposals.put(m.Ref.Name, &Proposal{Made: m, ProposalTable: a, Electorate: s.Room.electorate()})
	}
}

func (a *ProposalRespond) fold(s *State, e *Entry) {
	if a.Proposal.Room != s.Room.ID {
		return
	}
	s.Proposals.change(a.Proposal.Name, func(p *Proposal) {
		p.Last = e
		p.Responses = append(slices.Clip(p.Responses), Fact[ProposalRespond]{e, a})
	})
}

func (a *ProposalWithdraw) fold(s *State, e *Entry) {
	if a.Proposal.Room != s.Room.ID {
		return
	}
	s.Proposals.change(a.Proposal.Name, func(p *Proposal) {
		if p.Withdrawn == nil {
			p.Last, p.Withdrawn = e, &Fact[ProposalWithdraw]{e, a}
		}
	})
}
