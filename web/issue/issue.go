// Package issue shows the questions on the table: who they affect, where the parties stand, what was said and offered on them.
package issue

import (
	"cmp"
	"slices"
	"strconv"

	"parley/internal/talks"
)

// topic is an issue with what the view has on it.
type topic struct {
	*talks.Issue
	Stances   []stance // by party, in the order of the parties
	Speech    []speech // by party, in the order of the parties; on the issue's own page
	Spoken    int
	Proposals []offer
	Goals     []talks.Fact[talks.GoalRecord]
	Meetings  []*talks.Meeting // with it on the agenda
	Points    []point          // of readouts
}

// stance is where a party stands: what it declared last, and what others attribute to it. Either can be nil.
type stance struct {
	Party      talks.Ref
	Declared   *talks.Fact[talks.PositionRecord]
	Attributed *talks.Fact[talks.PositionRecord]
}

// speech is what one party said on an issue last, in order, and how much that was in all.
type speech struct {
	Party talks.Ref
	Said  []*talks.Statement
	All   int
}

// offer is what a proposal says on an issue.
type offer struct {
	*talks.Proposal
	Terms []talks.Term
}

// point is what a readout says on an issue.
type point struct {
	talks.Fact[talks.ReadoutIssue]
	Point talks.Point
}

// topics lists the issues, those on the table apart from those that are closed.
func topics(w *talks.World) (open, closed []topic) {
	all := gather(w)
	for _, i := range w.Issues() {
		if t := all.topic(i); i.Closed == nil {
			open = append(open, t)
		} else {
			closed = append(closed, t)
		}
	}
	return open, closed
}

// gathered is what issues are looked up in, merged once.
type gathered struct {
	w         *talks.World
	parties   []*talks.Party
	proposals []*talks.Proposal
	goals     []talks.Fact[talks.GoalRecord]
	meetings  []*talks.Meeting
	readouts  []talks.Fact[talks.ReadoutIssue]
}

func gather(w *talks.World) gathered {
	return gathered{
		w: w, parties: w.Parties(), proposals: w.Proposals(), goals: w.Goals(), meetings: w.Meetings(), readouts: w.Readouts(talks.Ref{}),
	}
}

func (g gathered) topic(i *talks.Issue) topic {
	w, t := g.w, topic{Issue: i, Spoken: g.w.CountAbout(i.Ref)}
	for _, p := range g.parties {
		d, a := w.Position(talks.Cell{Issue: i.Ref, Party: p.Ref})
		if d != nil || a != nil {
			t.Stances = append(t.Stances, stance{p.Ref, d, a})
		}
	}
	for _, p := range g.proposals {
		terms := slices.DeleteFunc(slices.Clone(p.Terms), func(x talks.Term) bool { return x.Issue != i.Ref })
		if len(terms) > 0 {
			t.Proposals = append(t.Proposals, offer{p, terms})
		}
	}
	for _, g := range g.goals {
		if slices.Contains(g.Said.Issues, i.Ref) {
			t.Goals = append(t.Goals, g)
		}
	}
	for _, m := range g.meetings {
		if slices.Contains(m.Agenda, i.Ref) {
			t.Meetings = append(t.Meetings, m)
		}
	}
	for _, r := range g.readouts {
		for _, x := range r.Said.Points {
			if x.Issue == i.Ref {
				t.Points = append(t.Points, point{r, x})
			}
		}
	}
	return t
}

// mostSaid is how many statements of a party an issue's page shows; the party's page has all.
const mostSaid = 6

// speeches groups the statements on an issue by who spoke: the parties in their order, then speakers that are not shown.
func speeches(w *talks.World, issue talks.Ref) []speech {
	var out []speech
	at := map[talks.Ref]int{}
	for _, p := range w.Parties() {
		at[p.Ref] = len(out)
		out = append(out, speech{Party: p.Ref})
	}
	for _, s := range w.StatementsAbout(issue) {
		i, ok := at[s.Speaker]
		if !ok {
			i = len(out)
			at[s.Speaker] = i
			out = append(out, speech{Party: s.Speaker})
		}
		out[i].Said = append(out[i].Said, s)
	}
	for i := range out {
		out[i].All = len(out[i].Said)
		out[i].Said = out[i].Said[max(0, out[i].All-mostSaid):]
	}
	return slices.DeleteFunc(out, func(s speech) bool { return len(s.Said) == 0 })
}

// Latest is the position to show where there is room for one: what the party declared, or else what is attributed to it.
func (s stance) Latest() *talks.Fact[talks.PositionRecord] {
	if s.Declared != nil {
		return s.Declared
	}
	return s.Attributed
}

// place is a mark on a scale: X in percent of its length, To the end of a range where there is one, Row its line where marks would
// hide one another.
type place struct {
	Fact  *talks.Fact[talks.PositionRecord]
	Party talks.Ref
	At    float64
	From  float64
	To    float64 // equal to From where it is a single value
	Row   int
}

// The strip's measures: marks nearer than apart percent would hide one another and take a line each, of lineHeight pixels; marks keep
// inset percent from the ends.
const (
	apart      = 7
	inset      = 3
	lineHeight = 22
)

// strip puts the latest positions that have a value on the issue's scale, from low to high; ok is false where the issue has no scale or nobody
// has a value on it.
func strip(i *talks.Issue, stances []stance) (places []place, rows int, ok bool) {
	if i.Scale == nil {
		return nil, 0, false
	}
	for _, s := range stances {
		f := s.Latest()
		if p, ok := onScale(i.Scale, f); ok {
			p.Fact, p.Party = f, s.Party
			places = append(places, p)
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.At, b.At) })
	var ends []float64 // where the last mark of each row ends
	for k := range places {
		p := &places[k]
		for p.Row < len(ends) && p.From-ends[p.Row] < apart {
			p.Row++
		}
		if p.Row == len(ends) {
			ends = append(ends, 0)
		}
		ends[p.Row] = p.To
	}
	return places, len(ends), len(places) > 0
}

// onScale finds the place of a position in percent; ok is false where it has no value, or the issue no scale or one without length.
func onScale(s *talks.Scale, f *talks.Fact[talks.PositionRecord]) (p place, ok bool) {
	if s == nil {
		return p, false
	}
	low, length := s.Min.Float(), s.Max.Float()-s.Min.Float()
	if length <= 0 {
		return p, false
	}
	x := func(d talks.Decimal) float64 {
		return inset + (100-2*inset)*min(1, max(0, (d.Float()-low)/length))
	}
	switch v := f.Said; {
	case v.Value != "":
		p.At = x(v.Value)
		p.From, p.To = p.At, p.At
	case v.From != "" && v.To != "":
		p.From, p.To = x(v.From), x(v.To)
		p.At = (p.From + p.To) / 2
	default:
		return p, false
	}
	return p, true
}

// choice is one option of an issue with who stands for it.
type choice struct {
	talks.Option
	For []stance
}

// choices lists the options with the parties whose latest position is for each.
func choices(i *talks.Issue, stances []stance) []choice {
	var out []choice
	for _, o := range i.Options {
		c := choice{Option: o}
		for _, s := range stances {
			if s.Latest().Said.Option == o.Name {
				c.For = append(c.For, s)
			}
		}
		out = append(out, c)
	}
	return out
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

func px(n int) string { return strconv.Itoa(n) }
