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
	lobby := l.lobbyOf(process)
	if lobby == nil {
		return "", talks.Ref{}, ErrNotFound
	}
	var seat talks.Seat
	var tenure talks.Ref
	_, err := lobby.locked(ctx, func(r *room) (*snapshot, error) {
		seat, tenure = talks.ConvenerOf(r.book.state, l.clock(r.book.state.Time()).UTC())
		return nil, nil
	})
	return seat, tenure, err
}

// Restore is the host's operator giving the convener's delegation a head again, where nobody leads it any more: it writes
// delegation.restore in the lobby, where everybody designated sees it, and which takes effect talks.RestoreAfter later unless a head of
// that delegation stops it. It is the only act that the operator writes.
//
// The errors are [ErrNotFound] where there is no such process, and those of Append that say what is wrong with the act.
func (l *Ledger) Restore(ctx context.Context, process string, head talks.Seat, reason string) (*Receipt, error) {
	lobby := l.lobbyOf(process)
	if lobby == nil {
		return nil, ErrNotFound
	}
	act := &talks.DelegationRestore{Code: head.Delegation(), Head: head, Reason: reason}
	payload, err := talks.Encode(act)
	if err != nil {
		return nil, err
	}
	a := &appending{
		viewer: Viewer{Process: process, Seat: talks.Operator}, room: lobby.id,
		kind: act.Kind(), act: act, payload: payload, seen: -1, operator: true,
	}
	out, err := l.submit(ctx, request{ctx: ctx, appends: []*appending{a}, reply: make(chan reply, 1)})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// lobbyOf returns the lobby of a process, or nil.
func (l *Ledger) lobbyOf(process string) *room {
	p := l.process(process)
	if p == nil {
		return nil
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.lobby
}
