package ledger

import (
	"context"

	"parley/internal/talks"
)

// Tenure returns the entry that gave a viewer's seat to who holds it now, and the seat's role, or [ErrNotFound] where the seat
// does not hold, or not in the tenure that the viewer has.
func (l *Ledger) Tenure(ctx context.Context, v Viewer) (talks.Ref, talks.Role, error) {
	p := l.process(v.Process)
	if p == nil || !v.Seat.Valid() {
		return talks.Ref{}, "", ErrNotFound
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if l.over() {
		return talks.Ref{}, "", ErrStopped
	}
	authority, err := p.authority(ctx, v.Seat)
	if err != nil {
		return talks.Ref{}, "", err
	}
	if !v.holds(authority) {
		return talks.Ref{}, "", ErrNotFound
	}
	return authority.Tenure, authority.Role, nil
}

// Invitable returns the tenure that an invitation to a seat is for, if by may invite to it: a head of a delegation to every seat
// that its delegation has; a head of the convener's delegation to the seat that the lobby names as another delegation's head. What
// another delegation's caucus says is nothing to the answer. That nobody has the seat yet is for who keeps the accounts to see.
//
// The errors are [ErrNotFound] where by does not hold its seat, and talks.Problems.
func (l *Ledger) Invitable(ctx context.Context, by Viewer, seat talks.Seat) (talks.Ref, error) {
	view, err := l.View(ctx, by)
	if err != nil {
		return talks.Ref{}, err
	}
	return view.world.Invitable(by.Seat, view.Role(), seat, view.now)
}

// Convener returns the seat that convenes a process and its tenure, for the host's operator, whose invitation to it is the first.
// It tells nothing that is not settled when the process is founded or by the operator itself. The error is [ErrNotFound] where
// there is no such process.
func (l *Ledger) Convener(ctx context.Context, process string) (talks.Seat, talks.Ref, error) {
	p := l.process(process)
	if p == nil {
		return "", talks.Ref{}, ErrNotFound
	}
	var seat talks.Seat
	var tenure talks.Ref
	_, err := p.lobby.locked(ctx, func(r *room) (*snapshot, error) {
		seat, tenure = talks.ConvenerOf(r.book.state, l.clock(r.book.state.Time()).UTC())
		return nil, nil
	})
	return seat, tenure, err
}
