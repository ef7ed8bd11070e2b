// Package agreement shows what was agreed: how each agreement stands and why, its text and terms as they were adopted, who decided for it and who
// signed it, what it waits for, and the packages of which nothing is agreed until all of it is.
package agreement

import (
	"slices"

	"parley/internal/implementation"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/web/ui"
)

// deal is an agreement with all that its page shows.
type deal struct {
	*implementation.Agreement
	Text        *talks.Proposal // nil where the words of the proposal are gone
	Packages    []bundle
	Commitments []*implementation.Commitment
	Signatures  []signature
	Signable    []byte // the bytes that are signed; nil where they cannot be had
	Unsigned    []talks.Delegation
}

// signature is a signature and what checking it says.
type signature struct {
	talks.Fact[talks.AgreementSign]
	sign.Signature
	Checked bool
	Err     error // what is wrong with it, where it was checked
}

// bundle is a package with how far it is agreed.
type bundle struct {
	*talks.Package
	Items  []item
	Agreed int
}

// item is an issue or a proposal of a package, and the agreements that settle it.
type item struct {
	Ref    talks.Ref
	Agreed bool
	By     []*talks.Agreement // that stand, whether or not somebody has still to confirm
}

// newBundle says how far a package is agreed, as a world shows. Whether it binds an agreement is a question for the world of that one's room.
func newBundle(w *talks.World, k *talks.Package) bundle {
	b := bundle{Package: k}
	for _, r := range k.Items {
		it := item{Ref: r, Agreed: w.Agreed(r)}
		for _, a := range w.Agreements() {
			if !a.Ended() && settles(w, a, r) {
				it.By = append(it.By, a)
			}
		}
		if it.Agreed {
			b.Agreed++
		}
		b.Items = append(b.Items, it)
	}
	return b
}

func settles(w *talks.World, a *talks.Agreement, item talks.Ref) bool {
	p := w.Proposal(a.Proposal)
	return a.Proposal == item || p != nil && slices.Contains(p.Issues(), item)
}

// newDeal gathers what the page of an agreement shows.
func newDeal(p *ui.Page, b *implementation.Book, a *implementation.Agreement) deal {
	w := p.W()
	d := deal{Agreement: a, Text: w.Proposal(a.Proposal), Signable: signable(p, a.Agreement)}
	for _, k := range w.PackagesOf(a.Agreement) {
		d.Packages = append(d.Packages, newBundle(w.As(a.Ref.Room), k))
	}
	for _, c := range b.Commitments() {
		if c.Agreement == a.Ref {
			d.Commitments = append(d.Commitments, c)
		}
	}
	for _, f := range a.Signatures {
		s := signature{Fact: f}
		if d.Signable != nil {
			s.Checked = true
			s.Signature, s.Err = sign.Check(d.Signable, f.Said)
		}
		d.Signatures = append(d.Signatures, s)
	}
	for _, m := range a.Bound() {
		if !slices.ContainsFunc(a.Signatures, func(f talks.Fact[talks.AgreementSign]) bool { return f.Seat.Delegation() == m }) {
			d.Unsigned = append(d.Unsigned, m)
		}
	}
	return d
}

// signable are the exact bytes that are signed for an agreement, made of its two entries as the record has them; nil where they cannot be had,
// as where the words of one were erased.
func signable(p *ui.Page, a *talks.Agreement) []byte {
	if p.Prove == nil {
		return nil
	}
	text, err := sign.For(p.W(), a, func(room talks.RoomID, index int64) (sign.Entry, error) {
		proof, err := p.Prove(room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: proof.Leaf, Payload: proof.Payload}, nil
	})
	if err != nil {
		return nil
	}
	return text
}

// ready are the proposals that their rooms can adopt now by their rule, and have not: those that the viewer could go on with.
func ready(p *ui.Page) []*talks.Proposal {
	var out []*talks.Proposal
	w, now := p.W(), p.View.Now()
	for _, x := range slices.Backward(w.Proposals()) {
		room := w.Room(x.Ref.Room)
		if room == nil || room.Room.Kind == talks.Caucus || room.Room.Closed != nil || x.Withdrawn != nil || x.Expired(now) || !room.Room.Decide(x).Met {
			continue
		}
		if !slices.ContainsFunc(w.Agreements(), func(a *talks.Agreement) bool { return a.Proposal == x.Ref }) {
			out = append(out, x)
		}
	}
	return out
}
