package server

import (
	"slices"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

// The inputs of operations on what was promised.
type (
	askCommitments struct {
		Asked
		InProcess
		Past
		Paged
		Status    []string  `query:"status,explode" enum:"dormant,waiting,active,overdue,fulfilled,breached,disputed,lapsed" maxItems:"8" doc:"Only those that stand so. Can stand several times."`
		Party     talks.Ref `query:"party" maxLength:"120" doc:"Only those that this party owes, is owed, or verifies: a reference, room/name."`
		Agreement talks.Ref `query:"agreement" maxLength:"120" doc:"Only those that are part of this agreement: a reference, room/name."`
	}
	askImplementation struct {
		Asked
		InProcess
		Past
		For talks.Ref `query:"for" maxLength:"120" doc:"Say too what the fewest things are that have to come about for this one: a reference, room/name."`
	}
)

// commitments answers with the commitments in the order they were made.
func commitments(c *call, in *askCommitments) (*wire.Page[wire.Commitment], error) {
	return turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.Commitment, error) {
		return slices.DeleteFunc(wire.Commitments(v), func(m wire.Commitment) bool {
			s := m.Said
			of := slices.Contains(s.Obligors, in.Party) || slices.Contains(s.Beneficiaries, in.Party) || slices.Contains(s.Verifiers, in.Party)
			return len(in.Status) > 0 && !slices.Contains(in.Status, string(m.Status)) ||
				!in.Party.IsZero() && !of || !in.Agreement.IsZero() && s.Agreement != in.Agreement
		}), nil
	})
}

func oneCommitment(v *ledger.View, r talks.Ref) *wire.CommitmentWhole {
	b := implementation.At(v.World(), v.Now())
	return wired(b.Commitment(r), func(m *implementation.Commitment) wire.CommitmentWhole { return wire.CommitmentWholeOf(b, m) })
}

func oneCondition(v *ledger.View, r talks.Ref) *wire.ConditionWhole {
	b := implementation.At(v.World(), v.Now())
	return wired(b.Condition(r), func(d *implementation.Condition) wire.ConditionWhole { return wire.ConditionWholeOf(b, d) })
}

// blocking answers with what waits for what.
func blocking(c *call, in *askImplementation) (*wire.Graph, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	if !in.For.IsZero() && len(talks.MomentsOf(v.World().Object(in.For))) == 0 {
		return nil, errNotFound
	}
	return wire.GraphOf(implementation.At(v.World(), v.Now()), in.For), nil
}
