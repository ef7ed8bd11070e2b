package implementation

import (
	"time"

	"parley/internal/talks"
)

// Book is how everything stands at a date, in what one world shows. It is for reading, and can be shared.
type Book struct {
	world       *talks.World
	at          time.Time
	commitments []*Commitment
	agreements  []*Agreement
	conditions  []*Condition
	byRef       map[talks.Ref]any
}

// At works out how everything stands at a date. Facts that speak of a later day do not count yet.
func At(w *talks.World, at time.Time) *Book {
	b := &Book{world: w, at: at, byRef: map[talks.Ref]any{}}
	for _, v := range w.Agreements() {
		a := &Agreement{Agreement: v, Stage: Adopted, Awaited: w.Awaited(v)}
		for _, d := range v.Decision.For {
			a.Parties = append(a.Parties, w.PartyOf(d))
		}
		b.agreements = append(b.agreements, a)
		b.byRef[v.Ref] = a
	}
	for _, v := range w.Conditions() {
		c := &Condition{Condition: v, Truth: NotMet}
		b.conditions = append(b.conditions, c)
		b.byRef[v.Ref] = c
	}
	for _, v := range w.Commitments() {
		c := &Commitment{Commitment: v, Status: Active}
		b.commitments = append(b.commitments, c)
		b.byRef[v.Ref] = c
	}
	return b
}

// Date is the date that the book is of.
func (b *Book) Date() time.Time { return b.at }

// World is what the book is made of.
func (b *Book) World() *talks.World { return b.world }

// Commitments are the commitments in the order they were made. The caller leaves them as they are, here and below.
func (b *Book) Commitments() []*Commitment { return b.commitments }

// Agreements are the agreements in the order they were adopted.
func (b *Book) Agreements() []*Agreement { return b.agreements }

// Conditions are the conditions in the order they were defined.
func (b *Book) Conditions() []*Condition { return b.conditions }

// Commitment returns a commitment, or nil.
func (b *Book) Commitment(r talks.Ref) *Commitment { c, _ := b.byRef[r].(*Commitment); return c }

// Agreement returns an agreement, or nil.
func (b *Book) Agreement(r talks.Ref) *Agreement { a, _ := b.byRef[r].(*Agreement); return a }

// Condition returns a condition, or nil.
func (b *Book) Condition(r talks.Ref) *Condition { c, _ := b.byRef[r].(*Condition); return c }

// Holds reports whether an expression is so at the book's date, since when (the zero time for always), and else why it is not.
func (b *Book) Holds(x *talks.Expr) (so bool, since time.Time, why []Reason) {
	return x == nil, time.Time{}, nil
}

// Moment returns when something came about with an object: with an empty moment, what is usual for its kind. It reports false where it has
// not come about.
func (b *Book) Moment(r talks.Ref, m talks.Moment) (time.Time, bool) { return time.Time{}, false }

// Graph is what waits for what.
func (b *Book) Graph() *Graph { return &Graph{} }

// Needs are the fewest things that have to come about for a moment of an object to come about; for an empty moment, what is usual for its
// kind.
func (b *Book) Needs(r talks.Ref, m talks.Moment) Needs { return Needs{} }
