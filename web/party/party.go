// Package party shows everything on record of one party: where it stands, what it is after, what it said, whom it met.
package party

import (
	"cmp"
	"slices"
	"time"

	"parley/internal/talks"
)

// most is how many statements a page shows; search has the rest.
const most = 200

// profile is all that a view has on one party.
type profile struct {
	*talks.Party
	Delegations []*talks.DelegationState // that speak for it
	Members     []*talks.Party           // that say they belong to it
	Stances     []stance
	Goals       []talks.Fact[talks.GoalRecord]
	Spoken      spoken
	Relations   []relation
	Meetings    []attended
	Events      []*talks.Event
}

// stance is where a party stands on one issue: what it declared last, and what others attribute to it. Either can be nil.
type stance struct {
	*talks.Issue
	Declared   *talks.Fact[talks.PositionRecord]
	Attributed *talks.Fact[talks.PositionRecord]
	Records    int // how many positions there have been
}

// spoken is what a party said, in the order in which it was said.
type spoken struct {
	All    int
	Shown  []*talks.Statement // the last most, of all or of those on the issue that is asked for
	Left   int                // earlier ones, which are not shown
	Topics []topic
	Issue  talks.Ref // what is asked for; zero for everything
}

// topic is an issue that a party spoke about, and how often.
type topic struct {
	*talks.Issue
	N int
}

// attended is a party's place at one meeting.
type attended struct {
	*talks.Meeting
	People   []talks.Attendee
	Presence talks.Presence
}

// newProfile gathers what a view has on a party. about narrows its statements to one issue.
func newProfile(w *talks.World, p *talks.Party, about talks.Ref) profile {
	v := profile{
		Party: p, Stances: stances(w, p.Ref), Spoken: speech(w, p.Ref, about),
		Relations: relations(w, p.Ref), Meetings: meetings(w, p.Ref),
	}
	for _, d := range w.Delegations() {
		if d.Party == p.Ref {
			v.Delegations = append(v.Delegations, d)
		}
	}
	for _, o := range w.Parties() {
		if slices.Contains(o.Of, p.Ref) {
			v.Members = append(v.Members, o)
		}
	}
	for _, g := range w.Goals() {
		if g.Said.Party == p.Ref {
			v.Goals = append(v.Goals, g)
		}
	}
	for _, e := range w.Events() {
		if slices.Contains(e.Parties, p.Ref) {
			v.Events = append(v.Events, e)
		}
	}
	return v
}

// stances lists the issues on which something of a party is on record.
func stances(w *talks.World, party talks.Ref) []stance {
	var out []stance
	for _, i := range w.Issues() {
		c := talks.Cell{Issue: i.Ref, Party: party}
		s := stance{Issue: i, Records: len(w.Positions(c))}
		if s.Declared, s.Attributed = w.Position(c); s.Records > 0 {
			out = append(out, s)
		}
	}
	return out
}

// speech lists a party's statements, and the issues that they are about with the one most spoken of first.
func speech(w *talks.World, party, about talks.Ref) spoken {
	v := spoken{Issue: about}
	n := map[talks.Ref]int{}
	for _, s := range w.Statements() {
		if s.Speaker != party {
			continue
		}
		v.All++
		for _, r := range s.About {
			n[r]++
		}
		if about.IsZero() || slices.Contains(s.About, about) {
			v.Shown = append(v.Shown, s)
		}
	}
	for _, i := range w.Issues() {
		if n[i.Ref] > 0 {
			v.Topics = append(v.Topics, topic{i, n[i.Ref]})
		}
	}
	v.Left = max(0, len(v.Shown)-most)
	v.Shown = v.Shown[v.Left:]
	slices.SortStableFunc(v.Topics, func(a, b topic) int { return b.N - a.N })
	return v
}

// meetings lists the meetings where a party, or a person that belongs to it, attends or is expected.
func meetings(w *talks.World, party talks.Ref) []attended {
	var out []attended
	for _, m := range w.Meetings() {
		a := attended{Meeting: m}
		for _, x := range m.Attendees() {
			if !stands(w, x.Party, party) {
				continue
			}
			a.People = append(a.People, x)
			// The party came where anybody of it did.
			if p := cmp.Or(x.Presence, "present"); a.Presence == "" || p == "present" {
				a.Presence = p
			}
		}
		if a.Presence != "" {
			out = append(out, a)
		}
	}
	return out
}

// stands reports whether an attendee's party is the party, or a person of it.
func stands(w *talks.World, r, party talks.Ref) bool {
	if r == party {
		return true
	}
	p := w.Party(r)
	return p != nil && p.Type == "person" && slices.Contains(p.Of, party)
}

// relation is how a party stands to another, assessment by assessment.
type relation struct {
	*talks.Relation
	Other talks.Ref
	Steps []step // by the time that they speak of
}

// step is one assessment in its place on the chart.
type step struct {
	talks.Fact[talks.RelationAssess]
	N     int        // from 1
	When  talks.Date // as far as it is known
	Level int        // of the tone: 0 is the worst
}

// relations lists a party's relations, those with the most assessments first.
func relations(w *talks.World, party talks.Ref) []relation {
	var out []relation
	for _, r := range w.Relations() {
		k := slices.Index(r.Between, party)
		if k < 0 || len(r.Between) != 2 {
			continue
		}
		out = append(out, relation{Relation: r, Other: r.Between[1-k], Steps: steps(r)})
	}
	slices.SortStableFunc(out, func(a, b relation) int { return len(b.Steps) - len(a.Steps) })
	return out
}

func steps(r *talks.Relation) []step {
	var out []step
	for _, a := range r.Assessments {
		when := cmp.Or(a.Said.When, talks.Date(a.Time.UTC().Format(time.RFC3339)))
		out = append(out, step{Fact: a, When: when, Level: max(0, slices.Index(talks.Tones, a.Said.Tone))})
	}
	slices.SortStableFunc(out, func(a, b step) int { return a.When.Start().Compare(b.When.Start()) })
	for i := range out {
		out[i].N = i + 1
	}
	return out
}
