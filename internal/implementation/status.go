package implementation

import (
	"time"

	"parley/internal/talks"
)

// Status is how a commitment stands at a date.
type Status string

// The statuses. The package's documentation says what they mean.
const (
	Dormant   Status = "dormant"
	Waiting   Status = "waiting"
	Active    Status = "active"
	Overdue   Status = "overdue"
	Fulfilled Status = "fulfilled"
	Breached  Status = "breached"
	Disputed  Status = "disputed"
	Lapsed    Status = "lapsed"
)

// Statuses are the values there are.
var Statuses = []Status{Dormant, Waiting, Active, Overdue, Fulfilled, Breached, Disputed, Lapsed}

// Stage is how an agreement stands at a date.
type Stage string

// The stages.
const (
	AdReferendum Stage = "ad-referendum" // somebody accepted ad referendum and has not confirmed
	Conditional  Stage = "conditional"   // on the rest of its package: nothing is agreed until everything is
	Adopted      Stage = "adopted"       // and what it enters into force by has not come about
	InForce      Stage = "in-force"
	Withdrawn    Stage = "withdrawn" // before it was in force
	Denounced    Stage = "denounced"
)

// Stages are the values there are.
var Stages = []Stage{AdReferendum, Conditional, Adopted, InForce, Withdrawn, Denounced}

// Truth is how a condition stands at a date.
type Truth string

// The truths.
const (
	Met        Truth = "met"
	NotMet     Truth = "not-met"
	Impossible Truth = "impossible" // it can no longer be met
	Contested  Truth = "contested"  // those whose words decide contradict each other
)

// Truths are the values there are.
var Truths = []Truth{Met, NotMet, Impossible, Contested}

// As is what a party is to a commitment that it speaks of.
type As string

// The places that a party can have. Who has several is the first of them.
const (
	AsVerifier    As = "verifier"
	AsObligor     As = "obligor"
	AsBeneficiary As = "beneficiary" // one of those named, or where none are named anybody who is not obliged
	AsOther       As = "other"
)

// Commitment is a commitment with its status at the book's date.
type Commitment struct {
	*talks.Commitment
	Status  Status
	Reasons []Reason
	Since   time.Time // when the status began; zero where nothing says so

	// The first instant at which it is owed, the first after its time, and the first at which it lapses if its condition has not come about;
	// zero where there is none, or it is reckoned from what has not come about.
	Starts, Due, Expires time.Time

	Steps    []Step
	Words    []Word        // the last word of each party, in the order in which they first spoke
	Disagree bool          // whether last words contradict each other
	Value    talks.Decimal // of the measure, the latest by who decides; empty where nobody gave one, or words differ
	Values   []Word        // the last words that give a value, where they differ

	history []Word
}

// History returns all words on the commitment up to the book's date, by the date that they speak of and then in the order in which they were
// written. The caller leaves it as it is.
func (c *Commitment) History() []Word { return c.history }

// Step is a step of a commitment's measure.
type Step struct {
	talks.Step
	Due     time.Time // the first instant after its time; zero where it is not known
	Reached time.Time // since when it has been reached; zero where it has not
	Owed    bool      // and not reached
	Reason  Reason
}

// Word is what one party says of a commitment.
type Word struct {
	talks.Fact[talks.CommitmentReport]
	Party    talks.Ref
	As       As
	Declared bool // the party's own word, and not what another attributes to it
	Decides  bool
	Date     time.Time // from when it counts
	day      bool
}

// Agreement is an agreement with its stage at the book's date.
type Agreement struct {
	*talks.Agreement
	Stage        Stage
	Reasons      []Reason
	InForceSince time.Time
	Awaited      []talks.Ref // issues and proposals of its packages that are not agreed yet
	Parties      []talks.Ref // those that are bound by it, or would be
}

// Ended reports whether there is no agreement any more: so many took back their consent before it was in force, or denounced it. Unlike
// [talks.Agreement.Ended] it knows what the agreement enters into force by.
func (a *Agreement) Ended() bool { return a.Stage == Withdrawn || a.Stage == Denounced }

// Condition is a condition with its truth at the book's date.
type Condition struct {
	*talks.Condition
	Truth    Truth
	Since    time.Time // zero where nothing says so
	Reasons  []Reason
	Words    []Determination // the last word of each party, in the order in which they first spoke
	Disagree bool
}

// Determination is what one party says of a condition.
type Determination struct {
	talks.Fact[talks.ConditionDetermine]
	Party    talks.Ref
	Declared bool // the party's own word, and not what another attributes to it
	Decides  bool
	Date     time.Time // from when it counts
	day      bool
}
