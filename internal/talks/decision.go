package talks

import (
	"maps"
	"slices"
)

// Electorate is who decides on a proposal and by what rule: as its room was when the proposal was tabled. Whoever leads a room could else decide
// for all, by taking away the voice of those who are against, by bringing others in, or by another rule.
type Electorate struct {
	Rule   DecisionRule
	Chair  Delegation   // that the room had; empty for none
	Voters []Delegation // the members that spoke; sorted, and shared by all who ask
}

// electorate is who decides on what is tabled now. Proposals that the same members decide on share the list of them.
func (r *Room) electorate() Electorate {
	n, same := 0, true
	for _, m := range r.Members {
		if r.RoleOf(m) != RoomObserver {
			same = same && n < len(r.voters) && r.voters[n] == m
			n++
		}
	}
	if !same || n != len(r.voters) {
		r.voters = slices.DeleteFunc(slices.Clone(r.Members), func(m Delegation) bool { return r.RoleOf(m) == RoomObserver })
	}
	return Electorate{Rule: r.Rule, Chair: r.Chair, Voters: slices.Clip(r.voters)}
}

// leaves notes that a delegation went out of the room of its own accord. The map is replaced, never changed: clones share it.
func (r *Room) leaves(d Delegation, index int64) {
	r.left = maps.Clone(r.left)
	if r.left == nil {
		r.left = map[Delegation]int64{}
	}
	r.left[d] = index
}

// leftSince reports whether a delegation has left the room of its own accord since a proposal was tabled, even if it came back.
func (r *Room) leftSince(d Delegation, p *Proposal) bool {
	at, ok := r.left[d]
	return ok && at > p.By.Index
}

// Decision is how those who decide on a proposal stand to it: the members that spoke in its room when it was tabled, by the rule of then. Who has
// left the room of its own accord since counts no more; who was removed, or made an observer, still does, and its last answer stands. Who came since
// has no vote; for the room as it is now to decide, the proposal is tabled anew.
type Decision struct {
	Rule       DecisionRule
	Chair      Delegation   // whose word decides, where the rule says so: the chair of then, or if that one left, that of now
	For        []Delegation // its author among them, unless it answered otherwise
	Referendum []Delegation // of those, the ones that accepted ad referendum
	Against    []Delegation
	Silent     []Delegation // who did not answer, or neither for nor against
	Outside    []Delegation // of all these, those that no longer speak in the room: they were removed, or made observers
	Left       []Delegation // spoke in the room then, and have left it of their own accord
	Newcomers  []Delegation // speak in the room, and did not then
	Met        bool
}

// Decide says how those who decide on a proposal of the room stand to it.
func (r *Room) Decide(p *Proposal) Decision {
	d := Decision{Rule: p.Electorate.Rule}
	voters := p.Electorate.Voters
	if d.Rule == "" {
		d.Rule = Consensus
	}
	if d.Rule == "chair" {
		if d.Chair = p.Electorate.Chair; d.Chair == "" || r.leftSince(d.Chair, p) {
			d.Chair = r.Chair
			if d.Chair != "" {
				voters = withMember(voters, d.Chair)
			}
		}
	}
	answers := map[Delegation]Answer{p.By.Seat.Delegation(): "accept"}
	for _, a := range p.Answers() {
		answers[a.Seat.Delegation()] = a.Said.Answer
	}
	n := 0
	for _, m := range voters {
		if m != d.Chair && r.leftSince(m, p) {
			d.Left = append(d.Left, m)
			continue
		}
		n++
		d.count(m, answers[m])
		if role := r.RoleOf(m); role == "" || role == RoomObserver {
			d.Outside = append(d.Outside, m)
		}
	}
	for _, m := range r.Members {
		if _, votes := slices.BinarySearch(voters, m); !votes && r.RoleOf(m) != RoomObserver {
			d.Newcomers = append(d.Newcomers, m)
		}
	}
	switch d.Rule {
	case "majority":
		d.Met = 2*len(d.For) > n
	case "chair":
		d.Met = slices.Contains(d.For, d.Chair)
	default:
		d.Met = n > 0 && len(d.For) == n
	}
	return d
}

func (d *Decision) count(m Delegation, a Answer) {
	switch a {
	case "accept-ad-referendum":
		d.Referendum = append(d.Referendum, m)
		d.For = append(d.For, m)
	case "accept":
		d.For = append(d.For, m)
	case "reject":
		d.Against = append(d.Against, m)
	default:
		d.Silent = append(d.Silent, m)
	}
}
