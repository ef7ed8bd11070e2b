package wire

import (
	"slices"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/talks"
)

// Commitment is a commitment with how it stands.
type Commitment struct {
	Object
	Said     *talks.CommitmentMake      `json:"said"`
	Status   implementation.Status      `json:"status" enum:"dormant,waiting,active,overdue,fulfilled,breached,disputed,lapsed"`
	Reasons  []Reason                   `json:"reasons" doc:"Why it stands so."`
	Since    string                     `json:"since,omitzero" format:"date-time" doc:"Since when it stands so, where that is known."`
	Starts   string                     `json:"starts,omitzero" format:"date-time" doc:"From when it is owed; left out where there is nothing, or it is reckoned from what has not come about."`
	Due      string                     `json:"due,omitzero" format:"date-time" doc:"The first instant after its time."`
	Expires  string                     `json:"expires,omitzero" format:"date-time" doc:"When it lapses if what it depends on has not come about."`
	Return   talks.Ref                  `json:"counterpart,omitzero" doc:"The commitment in return, whichever of the two says so."`
	Value    talks.Decimal              `json:"value,omitzero" doc:"Of its measure: the latest by who decides. Left out where nobody gave one, or what is said differs: see words."`
	Steps    []CommitmentStep           `json:"steps" doc:"Those of its measure."`
	Words    []CommitmentWord           `json:"words" doc:"What each party said last. Words are never averaged."`
	Disagree bool                       `json:"disagree" doc:"Words that decide contradict each other."`
	Ended    *Fact[talks.CommitmentEnd] `json:"ended,omitzero"`
}

// CommitmentWhole is a commitment with every word on it, and what has to come about first.
type CommitmentWhole struct {
	Commitment
	History []CommitmentWord `json:"history" doc:"All words on it, by the date that they speak of."`
	Needs   Needs            `json:"needs"`
}

// CommitmentStep is a step of a measure.
type CommitmentStep struct {
	Title   string        `json:"title,omitzero"`
	Value   talks.Decimal `json:"value"`
	Due     string        `json:"due,omitzero" format:"date-time" doc:"The first instant after its time."`
	Reached string        `json:"reached,omitzero" format:"date-time" doc:"Since when it has been reached. Left out where what is said of it differs."`
	Owed    bool          `json:"owed" doc:"It is owed, and not reached."`
	Reason  Reason        `json:"reason"`
}

// Spoken is who said something, and what it counts for.
type Spoken struct {
	Party    talks.Ref `json:"party"`
	Declared bool      `json:"declared" doc:"The party's own word; false for what another attributes to it."`
	Decides  bool      `json:"decides"`
	Counts   string    `json:"counts_from" format:"date-time" doc:"From when it counts: the day that it speaks of."`
}

// CommitmentWord is what one party says of a commitment.
type CommitmentWord struct {
	Fact[talks.CommitmentReport]
	Spoken
	As implementation.As `json:"as" enum:"verifier,obligor,beneficiary,other" doc:"What the party is to the commitment."`
}

// Condition is a condition with how it stands.
type Condition struct {
	Object
	Said     *talks.ConditionDefine `json:"said"`
	Truth    implementation.Truth   `json:"truth" enum:"met,not-met,impossible,contested"`
	Reasons  []Reason               `json:"reasons" doc:"Why it stands so."`
	Since    string                 `json:"since,omitzero" format:"date-time"`
	Words    []ConditionWord        `json:"words" doc:"What each party said last."`
	Disagree bool                   `json:"disagree" doc:"Words that decide contradict each other."`
}

// ConditionWhole is a condition, and what has to come about first.
type ConditionWhole struct {
	Condition
	Needs Needs `json:"needs"`
}

// ConditionWord is what one party says of a condition.
type ConditionWord struct {
	Fact[talks.ConditionDetermine]
	Spoken
}

// Needs are the fewest things that have to come about for something to.
type Needs struct {
	Possible bool     `json:"possible" doc:"False where it can never come about, as things stand; the reasons then say why."`
	Fewest   bool     `json:"fewest" doc:"It is proved that there is no way with fewer."`
	Things   []Need   `json:"things"`
	Reasons  []Reason `json:"reasons"`
}

// Need is one thing that has to come about, or a date that has to come.
type Need struct {
	Ref    talks.Ref    `json:"ref,omitzero"`
	Moment talks.Moment `json:"moment,omitzero"`
	At     string       `json:"at,omitzero" format:"date-time"`
	Reason Reason       `json:"reason"`
}

// Graph is what waits for what.
type Graph struct {
	Nodes      []GraphNode   `json:"nodes" doc:"All that waits for something or is waited for."`
	Cycles     [][]talks.Ref `json:"cycles" doc:"Circles of things, each of which waits for the next."`
	More       bool          `json:"more_cycles" doc:"There are more circles than are listed."`
	Deadlocks  []Stuck       `json:"deadlocks" doc:"What can never come about, as things stand."`
	Impossible []Unmeetable  `json:"impossible" doc:"Dates that what they wait for cannot meet."`
	Needs      *Needs        `json:"needs,omitzero" doc:"For what ?for= asks about."`
}

// GraphNode is a thing that waits for others, or that others wait for.
type GraphNode struct {
	Ref    talks.Ref   `json:"ref"`
	Kind   string      `json:"kind" enum:"condition,commitment,agreement,meeting,event"`
	Done   bool        `json:"done" doc:"It has come about: met, fulfilled, in force, held, happened."`
	Needs  []GraphEdge `json:"needs" doc:"What it waits for."`
	Blocks []talks.Ref `json:"blocks" doc:"What waits for it."`
}

// GraphEdge is that something waits for something else, or for a date.
type GraphEdge struct {
	To          talks.Ref    `json:"to,omitzero" doc:"Left out for a date."`
	Moment      talks.Moment `json:"moment,omitzero"`
	At          string       `json:"at,omitzero" format:"date-time"`
	Not         bool         `json:"not" doc:"It must not be so."`
	Alternative bool         `json:"alternative" doc:"It is one of several, any of which is enough."`
	So          bool         `json:"so" doc:"It is as it has to be."`
}

// Stuck are things that can never come about.
type Stuck struct {
	Refs    []talks.Ref `json:"refs"`
	Reasons []Reason    `json:"reasons"`
}

// Unmeetable is a thing with a date that cannot be met.
type Unmeetable struct {
	Ref     talks.Ref `json:"ref"`
	Reasons []Reason  `json:"reasons"`
}

func reasonOf(w *talks.World, r implementation.Reason) Reason {
	return ReasonsOf(w, []implementation.Reason{r})[0]
}

// CommitmentOf returns a commitment's wire form, as a book has it.
func CommitmentOf(b *implementation.Book, c *implementation.Commitment) Commitment {
	w := b.World()
	out := Commitment{
		Object: objectOf(c.Made), Said: c.CommitmentMake, Status: c.Status, Reasons: ReasonsOf(w, c.Reasons), Since: known(c.Since),
		Starts: known(c.Starts), Due: known(c.Due), Expires: known(c.Expires), Value: c.Value, Words: each(c.Words, commitmentWord),
		Steps: each(c.Steps, func(s implementation.Step) CommitmentStep {
			return CommitmentStep{s.Title, s.Value, known(s.Due), known(s.Reached), s.Owed, reasonOf(w, s.Reason)}
		}),
		Disagree: c.Disagree, Ended: maybe(c.Ended),
	}
	if o := w.Counterpart(c.Commitment); o != nil {
		out.Return = o.Ref
	}
	return out
}

func commitmentWord(v implementation.Word) CommitmentWord {
	return CommitmentWord{factOf(v.Fact), Spoken{v.Party, v.Declared, v.Decides, moment(v.Date)}, v.As}
}

// CommitmentWholeOf returns a commitment with every word on it.
func CommitmentWholeOf(b *implementation.Book, c *implementation.Commitment) CommitmentWhole {
	return CommitmentWhole{CommitmentOf(b, c), each(c.History(), commitmentWord), NeedsOf(b, c.Ref)}
}

// ConditionOf returns a condition's wire form, as a book has it.
func ConditionOf(b *implementation.Book, c *implementation.Condition) Condition {
	return Condition{
		Object: objectOf(c.Made), Said: c.ConditionDefine, Truth: c.Truth, Reasons: ReasonsOf(b.World(), c.Reasons), Since: known(c.Since),
		Words: each(c.Words, func(v implementation.Determination) ConditionWord {
			return ConditionWord{factOf(v.Fact), Spoken{v.Party, v.Declared, v.Decides, moment(v.Date)}}
		}),
		Disagree: c.Disagree,
	}
}

// ConditionWholeOf returns a condition with what has to come about for it.
func ConditionWholeOf(b *implementation.Book, c *implementation.Condition) ConditionWhole {
	return ConditionWhole{ConditionOf(b, c), NeedsOf(b, c.Ref)}
}

// NeedsOf returns the fewest things that have to come about for something.
func NeedsOf(b *implementation.Book, r talks.Ref) Needs {
	w, ns := b.World(), b.Needs(r, "")
	return Needs{ns.Possible, ns.Fewest, each(ns.Things, func(n implementation.Need) Need {
		return Need{n.Ref, n.Moment, known(n.At), reasonOf(w, n.Reason)}
	}), ReasonsOf(w, ns.Reasons)}
}

// GraphOf returns what waits for what, as a book has it; with the fewest things that have to come about for what is asked about, if anything is.
func GraphOf(b *implementation.Book, asked talks.Ref) *Graph {
	w, g := b.World(), b.Graph()
	out := &Graph{
		Nodes: each(g.Nodes, graphNode), Cycles: each(g.Cycles, slices.Clone[[]talks.Ref]), More: g.More,
		Deadlocks: each(g.Deadlocks, func(d implementation.Deadlock) Stuck {
			return Stuck{append([]talks.Ref{}, d.Refs...), ReasonsOf(w, d.Reasons)}
		}),
		Impossible: each(g.Impossible, func(d implementation.Deadline) Unmeetable { return Unmeetable{d.Ref, ReasonsOf(w, d.Reasons)} }),
	}
	if !asked.IsZero() {
		ns := NeedsOf(b, asked)
		out.Needs = &ns
	}
	return out
}

func graphNode(x implementation.Node) GraphNode {
	return GraphNode{x.Ref, x.Kind, x.Done, each(x.Needs, func(e implementation.Edge) GraphEdge {
		return GraphEdge{e.To, e.Moment, known(e.At), e.Not, e.Alternative, e.So}
	}), append([]talks.Ref{}, x.Blocks...)}
}

// Commitments returns all commitments of a view, as they stand at its time.
func Commitments(v *ledger.View) []Commitment {
	b := implementation.At(v.World(), v.Now())
	return each(b.Commitments(), func(c *implementation.Commitment) Commitment { return CommitmentOf(b, c) })
}

// Conditions returns all conditions of a view, as they stand at its time.
func Conditions(v *ledger.View) []Condition {
	b := implementation.At(v.World(), v.Now())
	return each(b.Conditions(), func(c *implementation.Condition) Condition { return ConditionOf(b, c) })
}
