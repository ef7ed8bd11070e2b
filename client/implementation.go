package client

import (
	"context"
	"iter"
	"time"
)

// Commitment is a promise with how it stands.
type Commitment struct {
	Object
	Said        Body             `json:"said"`
	Status      string           `json:"status"` // dormant, waiting, active, overdue, fulfilled, breached, disputed or lapsed
	Reasons     []Reason         `json:"reasons"`
	Since       *time.Time       `json:"since"`   // nil where that is not known
	Starts      *time.Time       `json:"starts"`  // from when it is owed; nil where it is reckoned from what has not come about
	Due         *time.Time       `json:"due"`     // the first instant after its time
	Expires     *time.Time       `json:"expires"` // when it lapses if what it depends on has not come about
	Counterpart string           `json:"counterpart"`
	Value       string           `json:"value"` // of its measure, the latest by who decides: a decimal
	Steps       []CommitmentStep `json:"steps"`
	Words       []CommitmentWord `json:"words"`    // what each party said last
	Disagree    bool             `json:"disagree"` // words that decide contradict each other
	Ended       *Fact            `json:"ended"`
	History     []CommitmentWord `json:"history"` // of one commitment: all words on it
	Needs       *Needs           `json:"needs"`   // of one commitment
}

// CommitmentStep is a step of a measure.
type CommitmentStep struct {
	Title   string     `json:"title"`
	Value   string     `json:"value"` // a decimal
	Due     *time.Time `json:"due"`
	Reached *time.Time `json:"reached"`
	Owed    bool       `json:"owed"`
	Reason  Reason     `json:"reason"`
}

// Spoken is who said something, and what it counts for.
type Spoken struct {
	Party      string    `json:"party"`
	Declared   bool      `json:"declared"` // false for what another attributes to the party
	Decides    bool      `json:"decides"`
	CountsFrom time.Time `json:"counts_from"`
}

// CommitmentWord is what one party says of a commitment.
type CommitmentWord struct {
	Fact
	Spoken
	As string `json:"as"` // verifier, obligor, beneficiary or other
}

// Condition is something that promises depend on, with how it stands.
type Condition struct {
	Object
	Said     Body            `json:"said"`
	Truth    string          `json:"truth"` // met, not-met, impossible or contested
	Reasons  []Reason        `json:"reasons"`
	Since    *time.Time      `json:"since"` // nil where that is not known
	Words    []ConditionWord `json:"words"` // what each party said last
	Disagree bool            `json:"disagree"`
	Needs    *Needs          `json:"needs"` // of one condition
}

// ConditionWord is what one party says of a condition.
type ConditionWord struct {
	Fact
	Spoken
}

// Needs are the fewest things that have to come about for something to.
type Needs struct {
	Possible bool     `json:"possible"` // false where it can never come about; the reasons say why
	Fewest   bool     `json:"fewest"`   // it is proved that there is no way with fewer
	Things   []Need   `json:"things"`
	Reasons  []Reason `json:"reasons"`
}

// Need is one thing that has to come about, or a date that has to come.
type Need struct {
	Ref    string     `json:"ref"`
	Moment string     `json:"moment"`
	At     *time.Time `json:"at"`
	Reason Reason     `json:"reason"`
}

// Graph is what waits for what.
type Graph struct {
	Nodes      []GraphNode `json:"nodes"`
	Cycles     [][]string  `json:"cycles"` // each waits for the next, and the last for the first
	MoreCycles bool        `json:"more_cycles"`
	Deadlocks  []struct {
		Refs    []string `json:"refs"`
		Reasons []Reason `json:"reasons"`
	} `json:"deadlocks"` // what can never come about, as things stand
	Impossible []struct {
		Ref     string   `json:"ref"`
		Reasons []Reason `json:"reasons"`
	} `json:"impossible"` // dates that cannot be met
	Needs *Needs `json:"needs"` // for what was asked about
}

// GraphNode is a thing that waits for others, or that others wait for.
type GraphNode struct {
	Ref    string      `json:"ref"`
	Kind   string      `json:"kind"`
	Done   bool        `json:"done"`
	Needs  []GraphEdge `json:"needs"`
	Blocks []string    `json:"blocks"`
}

// GraphEdge is that something waits for something else, or for a date.
type GraphEdge struct {
	To          string     `json:"to"` // empty for a date
	Moment      string     `json:"moment"`
	At          *time.Time `json:"at"`
	Not         bool       `json:"not"`
	Alternative bool       `json:"alternative"`
	So          bool       `json:"so"`
}

// Commitments yields the commitments in the order they were made; only those that stand in one of some ways where there are any.
func (t *Talks) Commitments(ctx context.Context, statuses ...string) iter.Seq2[Commitment, error] {
	q := t.query()
	for _, s := range statuses {
		q.Add("status", s)
	}
	return pages[Commitment](ctx, t.c, t.path("commitments"), q)
}

// Commitment returns a commitment with every word on it and what has to come about first.
func (t *Talks) Commitment(ctx context.Context, ref string) (*Commitment, error) {
	return one[Commitment](ctx, t, "commitments", ref)
}

// Conditions returns the conditions in the order they were defined.
func (t *Talks) Conditions(ctx context.Context) ([]Condition, error) {
	return all[Condition](ctx, t, "conditions")
}

// Condition returns a condition with what has to come about first.
func (t *Talks) Condition(ctx context.Context, ref string) (*Condition, error) {
	return one[Condition](ctx, t, "conditions", ref)
}

// Implementation returns what waits for what. Where a reference is given, the answer has the fewest things that must come about for it.
func (t *Talks) Implementation(ctx context.Context, ref string) (*Graph, error) {
	return get[Graph](ctx, t.c, t.path("implementation"), t.query("for", ref))
}
