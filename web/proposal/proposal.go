// Package proposal shows the offers on the table and what each delegation answered.
package proposal

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// status is how a proposal stands. Its values are message identifiers below proposal.status.
type status string

const (
	open      status = "open"      // somebody has still to answer, or to make up its mind
	accepted  status = "accepted"  // every other delegation of the room accepted, if only ad referendum
	rejected  status = "rejected"  // somebody's last answer is no
	expired   status = "expired"   // its time ran out before all had answered
	withdrawn status = "withdrawn" // by who tabled it
)

// offer is a proposal with how it stands.
type offer struct {
	*talks.Proposal
	Status  status
	Replies []reply     // of each delegation of the room but the one that tabled it
	Counter []talks.Ref // proposals that answer it
	To      []talks.Ref // proposals that it answers
	Missing int         // delegations that have not answered
}

// reply is what one delegation answered last, or that it has not.
type reply struct {
	talks.Delegation
	Last    *talks.Fact[talks.ProposalRespond] // nil where there is no answer
	Before  int                                // earlier answers
	Outside bool                               // it no longer sits in the room
}

// table is the proposals of a view by how they stand, the latest first.
type table struct {
	Open     []offer
	Answered []offer // accepted or rejected
	Over     []offer // withdrawn or expired
}

func newTable(w *talks.World, now time.Time) table {
	var t table
	all := w.Proposals()
	to := answered(all)
	for _, p := range slices.Backward(all) {
		switch o := newOffer(w, p, to[p.Ref], now); o.Status {
		case open:
			t.Open = append(t.Open, o)
		case accepted, rejected:
			t.Answered = append(t.Answered, o)
		default:
			t.Over = append(t.Over, o)
		}
	}
	return t
}

// answered finds for each counter-proposal the proposals that it answers.
func answered(all []*talks.Proposal) map[talks.Ref][]talks.Ref {
	to := map[talks.Ref][]talks.Ref{}
	for _, p := range all {
		for _, r := range p.Responses {
			if list := to[r.Said.Counter]; !slices.Contains(list, p.Ref) {
				to[r.Said.Counter] = append(list, p.Ref)
			}
		}
	}
	return to
}

// newOffer finds how a proposal stands at a time. to are the proposals that it answers.
func newOffer(w *talks.World, p *talks.Proposal, to []talks.Ref, now time.Time) offer {
	o := offer{Proposal: p, Replies: replies(w, p), To: to}
	yes := 0
	for _, r := range o.Replies {
		switch {
		case r.Last == nil:
			o.Missing++
		case r.Last.Said.Answer == "accept" || r.Last.Said.Answer == "accept-ad-referendum":
			yes++
		}
	}
	switch {
	case p.Withdrawn != nil:
		o.Status = withdrawn
	case slices.ContainsFunc(p.Answers(), func(r talks.Fact[talks.ProposalRespond]) bool { return r.Said.Answer == "reject" }):
		o.Status = rejected
	case len(o.Replies) > 0 && yes == len(o.Replies):
		o.Status = accepted
	case p.Expired(now):
		o.Status = expired
	default:
		o.Status = open
	}
	for _, r := range p.Responses {
		if c := r.Said.Counter; !c.IsZero() && !slices.Contains(o.Counter, c) {
			o.Counter = append(o.Counter, c)
		}
	}
	return o
}

// replies lists the delegations of the proposal's room but the one that tabled it, in the order of the lobby, each with its last answer; then
// those that answered and sit there no more.
func replies(w *talks.World, p *talks.Proposal) []reply {
	var out []reply
	own := p.By.Seat.Delegation()
	room := w.Room(p.Ref.Room)
	for _, d := range w.Delegations() {
		if room != nil && room.Room.Has(d.Code) && d.Code != own {
			out = append(out, reply{Delegation: d.Code})
		}
	}
	for _, a := range p.Answers() {
		d := a.Seat.Delegation()
		i := slices.IndexFunc(out, func(r reply) bool { return r.Delegation == d })
		if i < 0 {
			i = len(out)
			out = append(out, reply{Delegation: d, Outside: room == nil || !room.Room.Has(d)})
		}
		out[i].Last = &a
		for _, r := range p.Responses {
			if r.Seat.Delegation() == d {
				out[i].Before++
			}
		}
		out[i].Before--
	}
	return out
}
