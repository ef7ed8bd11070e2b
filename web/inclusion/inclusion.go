// Package inclusion shows of each thing that is promised or agreed whom it affects, and whether they are in the room, were consulted, are absent,
// or are on record against it: beside the thing itself, and as one page for the process.
package inclusion

import (
	"slices"
	"time"

	"parley/internal/talks"
)

// thing is a proposal, an agreement or a commitment with those whom it affects.
type thing struct {
	Ref   talks.Ref
	Kind  string // as the world names it
	Title string
	By    *talks.Entry
	Over  func(time.Time) bool // whether it is not on the table any more: withdrawn, run out, ended
	Parts []talks.Inclusion
	tally
}

// tally counts the parties that something affects.
type tally struct {
	Affected, InRoom, Consulted, Absent, Against int
	Unmet                                        int // requirements that are neither met nor waived
}

func count(parts []talks.Inclusion) tally {
	var t tally
	for _, in := range parts {
		t.add(in)
	}
	return t
}

func (t *tally) add(in talks.Inclusion) {
	t.Affected++
	switch in.As {
	case talks.InRoom:
		t.InRoom++
	case talks.Consulted:
		t.Consulted++
	default:
		t.Absent++
	}
	if len(in.Against) > 0 {
		t.Against++
	}
	for _, r := range in.Requirements {
		if open(r) {
			t.Unmet++
		}
	}
}

// gap reports whether somebody is left out, stands against it, or was not consulted as required.
func (t *tally) gap() bool { return t.Absent+t.Against+t.Unmet > 0 }

// open reports whether a requirement has still to be met.
func open(r talks.Requiring) bool { return !r.Met && r.Waived == nil }

// ground is why something affects a party, with all the issues that do.
type ground struct {
	As     string
	Issues []talks.Ref
}

func grounds(in talks.Inclusion) []ground {
	var out []ground
	for _, t := range in.Why {
		i := slices.IndexFunc(out, func(g ground) bool { return g.As == t.As })
		if i < 0 {
			i = len(out)
			out = append(out, ground{As: t.As})
		}
		if !t.Issue.IsZero() {
			out[i].Issues = append(out[i].Issues, t.Issue)
		}
	}
	return out
}

// demand is a requirement to consult a party, with all of a thing's issues that it names.
type demand struct {
	*talks.Requirement
	Open   []talks.Ref // issues on which the party is still to be consulted
	Waived *talks.Fact[talks.ConsultWaive]
	Passed []talks.Passed // consultations that do not count towards it, where it is open
	Erased []*talks.Entry // what erased a record of a consultation since the adoption, where it is open
}

// demands gathers what is required of consulting a party, requirement by requirement.
func demands(in talks.Inclusion) []demand {
	var out []demand
	for _, r := range in.Requirements {
		i := slices.IndexFunc(out, func(d demand) bool { return d.Requirement == r.Requirement })
		if i < 0 {
			i = len(out)
			out = append(out, demand{Requirement: r.Requirement})
		}
		if open(r) {
			out[i].Open = append(out[i].Open, r.Issue)
			out[i].Erased = r.Erased
			for _, c := range r.Passed {
				if !slices.Contains(out[i].Passed, c) {
					out[i].Passed = append(out[i].Passed, c)
				}
			}
		}
		if !r.Met && r.Waived != nil {
			out[i].Waived = r.Waived
		}
	}
	return out
}

// stop is a party that has to be consulted before something can be adopted.
type stop struct {
	Party talks.Ref
	demand
	Seen bool // the viewer sees a consultation that the room does not
}

// stops are what keeps a room from adopting a proposal: worked out of what all of its members see, as the check of the act is, and of nothing
// else. Where the viewer sees more, it says so.
func stops(w *talks.World, proposal talks.Ref) []stop {
	var out []stop
	room := w.As(proposal.Room)
	if room.Proposal(proposal) == nil {
		return nil
	}
	own := w.Inclusion(proposal)
	for _, in := range room.Inclusion(proposal) {
		for _, d := range demands(in) {
			if len(d.Open) == 0 || !d.Binds("adopting") {
				continue
			}
			i := slices.IndexFunc(own, func(o talks.Inclusion) bool { return o.Party == in.Party })
			seen := i >= 0 && !slices.ContainsFunc(own[i].Requirements, func(r talks.Requiring) bool {
				return r.Ref == d.Ref && open(r)
			})
			out = append(out, stop{in.Party, d, seen})
		}
	}
	return out
}

// things are all that a world has which can affect parties: proposals and agreements, the latest first, then commitments in the order they were
// made. A proposal that was adopted is over: it stands as an agreement.
var things = talks.NewMemo(func(w *talks.World) []thing {
	var out []thing
	adopted := map[talks.Ref]bool{}
	for _, a := range w.Agreements() {
		adopted[a.Proposal] = true
	}
	for _, p := range slices.Backward(w.Proposals()) {
		out = append(out, thing{Ref: p.Ref, Kind: "proposal", Title: p.Title, By: p.By, Over: func(t time.Time) bool { return adopted[p.Ref] || p.Withdrawn != nil || p.Expired(t) }})
	}
	for _, a := range slices.Backward(w.Agreements()) {
		out = append(out, thing{Ref: a.Ref, Kind: "agreement", Title: a.Title, By: a.By, Over: func(time.Time) bool { return a.Ended() }})
	}
	for _, c := range w.Commitments() {
		out = append(out, thing{Ref: c.Ref, Kind: "commitment", Title: c.Title, By: c.By, Over: func(time.Time) bool { return c.Ended != nil }})
	}
	for i := range out {
		out[i].Parts = w.Inclusion(out[i].Ref)
		out[i].tally = count(out[i].Parts)
	}
	return out
})

// against is what is on record of a party against something: a fact, and what it is against.
type against struct {
	Party talks.Ref
	To    talks.Ref
	*talks.Entry
}

// others are the last reactions against something of parties that it does not affect, as far as is on record.
func others(w *talks.World, ref talks.Ref, parts []talks.Inclusion) []against {
	to := []talks.Ref{ref}
	if a := w.Agreement(ref); a != nil {
		to = append(to, a.Proposal)
	}
	var out []against
	for _, r := range to {
		for _, f := range w.Reactions(r) {
			party := f.Said.Party
			affected := slices.ContainsFunc(parts, func(in talks.Inclusion) bool { return in.Party == party })
			if last := w.Reaction(r, party); !affected && last.Entry == f.Entry && f.Said.Stance.Against() {
				out = append(out, against{party, r, f.Entry})
			}
		}
	}
	return out
}

// objections are what parties are on record with against anything that a world shows, the latest first: their last reactions, and answers that
// refuse a proposal.
var objections = talks.NewMemo(func(w *talks.World) []against {
	var out []against
	add := func(o against) {
		if !slices.ContainsFunc(out, func(a against) bool { return a.Entry == o.Entry }) {
			out = append(out, o)
		}
	}
	for _, f := range w.Reactions(talks.Ref{}) {
		if last := w.Reaction(f.Said.To, f.Said.Party); last.Entry == f.Entry && f.Said.Stance.Against() {
			add(against{f.Said.Party, f.Said.To, f.Entry})
		}
	}
	for _, p := range w.Proposals() {
		for _, r := range p.Answers() {
			if r.Said.Answer == "reject" {
				add(against{w.PartyOf(r.Seat.Delegation()), p.Ref, r.Entry})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b against) int { return b.Time.Compare(a.Time) })
	return out
})
