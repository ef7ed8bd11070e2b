package event

import (
	"slices"

	"parley/internal/talks"
	"parley/web/ui"
)

// reaction is how a party takes a thing.
type reaction struct {
	Party talks.Ref
	talks.Fact[talks.ReactionRecord]
	Others []talks.Fact[talks.ReactionRecord] // what it said, or was said of it, besides
}

// column is the reactions of one stance.
type column struct {
	Stance    talks.Stance
	Reactions []reaction
}

// gathered is how all parties take a thing.
type gathered struct {
	Columns []column   // of each stance, from the warmest
	All     []reaction // by stance, and then in the order of the parties
	Against int        // are on record against it
}

func gather(p *ui.Page, to talks.Ref) gathered {
	var g gathered
	w := p.W()
	facts := w.Reactions(to)
	var parties []talks.Ref
	for _, f := range facts {
		if !slices.Contains(parties, f.Said.Party) {
			parties = append(parties, f.Said.Party)
		}
	}
	slices.SortStableFunc(parties, func(a, b talks.Ref) int { return p.PartyIndex(a) - p.PartyIndex(b) })
	var all []reaction
	for _, q := range parties {
		stands := w.Reaction(to, q)
		if stands == nil {
			continue
		}
		r := reaction{Party: q, Fact: *stands}
		for _, f := range facts {
			if f.Said.Party == q && f.Entry != stands.Entry {
				r.Others = append(r.Others, f)
			}
		}
		all = append(all, r)
	}
	for _, s := range talks.Stances {
		c := column{Stance: s}
		for _, r := range all {
			if r.Said.Stance == s {
				c.Reactions = append(c.Reactions, r)
			}
		}
		if s.Against() {
			g.Against += len(c.Reactions)
		}
		g.Columns = append(g.Columns, c)
		g.All = append(g.All, c.Reactions...)
	}
	return g
}

// signs are the pictures of stances, in a box of 16: two arrows up, a tick, dots, a wave, a cross, a barred octagon.
var signs = map[talks.Stance]string{
	"welcome": "M3.5 8L8 3.5L12.5 8M3.5 12.5L8 8L12.5 12.5",
	"accept":  "M2.5 8.5L6.5 12.5L13.5 4",
	"note":    "M3 8h.01M8 8h.01M13 8h.01",
	"doubt":   "M2 9.5C4 5 6 5 8 8S12 11 14 6.5",
	"oppose":  "M3.5 3.5L12.5 12.5M12.5 3.5L3.5 12.5",
	"reject":  "M5.2 1.5H10.8L14.5 5.2V10.8L10.8 14.5H5.2L1.5 10.8V5.2ZM5 8H11",
}
