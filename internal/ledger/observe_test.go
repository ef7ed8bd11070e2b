package ledger

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"parley/internal/talks"
)

func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		receipt *Receipt
		err     error
		want    Outcome
	}{
		{&Receipt{}, nil, Stored},
		{&Receipt{Again: true}, nil, Repeated},
		{nil, talks.Problems{talks.NewProblem("missing", "text")}, Refused},
		{nil, &ConflictError{}, Conflicting},
		{nil, ErrNotFound, Unseen},
		{nil, fmt.Errorf("appending: %w", ErrUnavailable), Unavailable},
		{nil, context.Canceled, Abandoned},
		{nil, ErrStopped, Failed},
		{nil, errors.New("other"), Failed},
	} {
		if got := outcome(tt.receipt, tt.err); got != tt.want {
			t.Errorf("%v, %v: %d, want %d", tt.receipt, tt.err, got, tt.want)
		}
	}
}
