package ledger

import (
	"context"
	"errors"
	"time"

	"parley/internal/talks"
)

// Outcome is what became of an act that somebody wrote.
type Outcome int

// What becomes of acts.
const (
	Stored      Outcome = iota
	Repeated            // its key was used before for the same act
	Refused             // something was wrong with it, or its seat may not write it
	Conflicting         // the room had moved on
	Unseen              // there is no such room for its writer
	Unavailable         // the disk is full or read-only
	Abandoned           // its writer did not wait; it may be stored all the same
	Failed              // the record is closed, or something else went wrong
)

// Observer is told of what is written and how long that took, for counting. It is told neither who wrote nor where nor what. Its functions
// are called by several goroutines and must return at once; nil ones are not called.
type Observer struct {
	Appended  func(Outcome)
	Committed func(acts int, took time.Duration, err error) // a group of acts in one transaction, durable unless err is set
}

// WithObserver sets who is told.
func WithObserver(o Observer) Option { return func(l *Ledger) { l.observer = o } }

func (o *Observer) appended(r *Receipt, err error) {
	if o.Appended != nil {
		o.Appended(outcome(r, err))
	}
}

func (o *Observer) committed(acts int, begin time.Time, err error) {
	if o.Committed != nil {
		o.Committed(acts, time.Since(begin), err)
	}
}

func outcome(r *Receipt, err error) Outcome {
	var problems talks.Problems
	var conflict *ConflictError
	switch {
	case err == nil && r.Again:
		return Repeated
	case err == nil:
		return Stored
	case errors.As(err, &problems):
		return Refused
	case errors.As(err, &conflict):
		return Conflicting
	case errors.Is(err, ErrNotFound):
		return Unseen
	case errors.Is(err, ErrUnavailable):
		return Unavailable
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Abandoned
	}
	return Failed
}
