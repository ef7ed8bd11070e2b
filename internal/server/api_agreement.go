package server

import (
	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

type askInclusion struct {
	Asked
	InProcess
	Past
	Paged
}

func oneAgreement(v *ledger.View, r talks.Ref) *wire.Agreement {
	b := implementation.At(v.World(), v.Now())
	return wired(b.Agreement(r), func(a *implementation.Agreement) wire.Agreement { return wire.AgreementOf(b, a) })
}

func oneInclusion(v *ledger.View, r talks.Ref) *wire.Affecting { return wire.AffectingOf(v.World(), r) }

// affecting answers with all that can affect parties: the proposals, then the agreements, then the commitments, each in the order they were made.
func affecting(c *call, in *askInclusion) (*wire.Page[wire.Affecting], error) {
	return turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.Affecting, error) {
		w := v.World()
		var refs []talks.Ref
		for _, p := range w.Proposals() {
			refs = append(refs, p.Ref)
		}
		for _, a := range w.Agreements() {
			refs = append(refs, a.Ref)
		}
		for _, m := range w.Commitments() {
			refs = append(refs, m.Ref)
		}
		out := make([]wire.Affecting, 0, len(refs))
		for _, r := range refs {
			if a := wire.AffectingOf(w, r); a != nil {
				out = append(out, *a)
			}
		}
		return out, nil
	})
}
