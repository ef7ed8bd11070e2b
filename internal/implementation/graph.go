package implementation

import (
	"time"

	"parley/internal/talks"
)

// Graph is what waits for what.
type Graph struct {
	Nodes []Node // conditions, commitments, agreements, meetings and events that wait for something or are waited for
	// Cycles are the circles of things each of which waits for the next to come about, none of which has; each begins with the thing that
	// stands first among the nodes.
	Cycles [][]talks.Ref
	More   bool // there are more cycles than it is of use to list
	// Deadlocks are what can never come about, as things stand.
	Deadlocks []Deadlock
	// Impossible are dates that what they wait for cannot meet.
	Impossible []Deadline
}

// Node is a thing that waits for others, or that others wait for.
type Node struct {
	Ref    talks.Ref
	Kind   string      // as [talks.World.Object] says
	Needs  []Edge      // what it waits for
	Blocks []talks.Ref // what waits for it
	Done   bool        // it has come about: met, fulfilled, in force, held, happened
	Layer  int         // for drawing from left to right: more than that of anything it needs, circles aside
}

// Edge is that something waits for something else, or for a date.
type Edge struct {
	To          talks.Ref // zero for a date
	Moment      talks.Moment
	Not         bool      // it must not be so
	Alternative bool      // it is one of several, any of which is enough
	So          bool      // it is as it has to be
	At          time.Time // a date
}

// Deadlock is something that can never come about, or several that wait for each other.
type Deadlock struct {
	Refs    []talks.Ref
	Reasons []Reason
}

// Deadline is a date that cannot be met.
type Deadline struct {
	Ref     talks.Ref
	Reasons []Reason
}

// Needs are the fewest things that have to come about for something else to.
type Needs struct {
	Things   []Need
	Possible bool // false where it can never come about; Reasons then says why
	Fewest   bool // it is proved that there is no way with fewer
	Reasons  []Reason
}

// Need is one thing that has to come about, or a date that has to come.
type Need struct {
	Ref    talks.Ref
	Moment talks.Moment
	At     time.Time
	Reason Reason
}

// Graph is what waits for what. It is worked out when it is first asked for.
func (b *Book) Graph() *Graph { return b.graph() }

// Needs are the fewest things that have to come about for a moment of an object to come about; for an empty moment, what is usual for its
// kind.
func (b *Book) Needs(r talks.Ref, m talks.Moment) Needs { return Needs{} }
