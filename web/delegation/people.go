package delegation

import (
	"cmp"
	"slices"

	"parley/internal/talks"
)

// person is somebody whom the record names: as a member of a delegation, as one who attended a meeting or as one who spoke. The
// same name at the same party is the same person.
type person struct {
	Name       string
	Office     string // as it was last said
	Part       string // in the delegation: head, member, envoy
	Party      talks.Ref
	Delegation talks.Delegation // empty for who is no member of one
	Meetings   []attended       // in the order of the meetings
	Said       int              // statements
}

// attended is a person's or a party's place at one meeting.
type attended struct {
	Meeting  *talks.Meeting
	Presence talks.Presence
}

type personKey struct {
	party talks.Ref
	name  string
}

// roster gathers persons in the order in which they are met first.
type roster struct {
	at   map[personKey]int
	list []person
}

func (r *roster) get(party talks.Ref, name string) *person {
	k := personKey{party, name}
	i, ok := r.at[k]
	if !ok {
		i = len(r.list)
		r.at[k] = i
		r.list = append(r.list, person{Name: name, Party: party})
	}
	return &r.list[i]
}

// people lists everybody whom the view names, party by party in the order of the parties, members of delegations first.
func people(w *talks.World) []person {
	r := &roster{at: map[personKey]int{}}
	for _, d := range w.Delegations() {
		for _, m := range d.Members {
			p := r.get(d.Party, m.Person)
			p.Delegation, p.Office, p.Part = d.Code, cmp.Or(m.Office, p.Office), m.Part
		}
	}
	for _, m := range w.Meetings() {
		for _, a := range m.Attendees() {
			if a.Person == "" {
				continue
			}
			p := r.get(a.Party, a.Person)
			p.Office = cmp.Or(p.Office, a.Office)
			p.Meetings = append(p.Meetings, attended{m, cmp.Or(a.Presence, "present")})
		}
	}
	for _, s := range w.Statements() {
		if s.Person != "" {
			p := r.get(s.Speaker, s.Person)
			p.Office = cmp.Or(p.Office, s.Office)
			p.Said++
		}
	}
	return byParty(w, r.list)
}

// byParty sorts people by the place of their party; the order within a party, and of parties that are not shown, stays.
func byParty(w *talks.World, list []person) []person {
	place := map[talks.Ref]int{}
	for i, p := range w.Parties() {
		place[p.Ref] = i - len(w.Parties())
	}
	slices.SortStableFunc(list, func(a, b person) int { return place[a.Party] - place[b.Party] })
	return list
}

// of keeps the people of one delegation.
func of(list []person, d talks.Delegation) []person {
	return slices.DeleteFunc(slices.Clone(list), func(p person) bool { return p.Delegation != d })
}
