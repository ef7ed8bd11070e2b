package processfile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// Script returns the acts as the gate loads them. Each call makes them anew, because loading completes their references in place.
func (f *File) Script() ledger.Script {
	s := ledger.Script{Process: f.Process, Items: make([]ledger.Item, len(f.Acts))}
	for i := range f.Acts {
		a := &f.Acts[i]
		it := ledger.Item{Room: a.Room, Seat: a.Seat, At: a.At, Kind: a.Kind, Erased: a.Erased, Partial: a.Partial}
		it.Act = a.Decode()
		s.Items[i] = it
	}
	return s
}

// Decode returns what the act says, anew each time, with its references as the file has them; nil where it was erased.
func (a *Act) Decode() talks.Act {
	if a.body == nil {
		return nil
	}
	act, _ := talks.Decode(a.Kind, a.body) // Parse has read the same bytes
	return act
}

// Load founds the file's process and returns the identifiers of its rooms by their handles. On any mistake nothing is stored, and
// the error is [Mistakes]; the other errors are those of ledger.Load.
func Load(ctx context.Context, l *ledger.Ledger, f *File) (map[string]talks.RoomID, error) {
	rooms, err := l.Load(ctx, f.Script())
	if err != nil {
		return nil, f.explain(err)
	}
	return rooms, nil
}

// explain gives the gate's refusal of an act its line.
func (f *File) explain(err error) error {
	at, number, kind := f.head, 0, talks.Kind("")
	var item *ledger.ItemError
	if errors.As(err, &item) {
		a := &f.Acts[item.Item]
		at, number, kind = a.node, item.Item+1, a.Kind
	}
	var problems talks.Problems
	var one *talks.Problem
	switch {
	case errors.As(err, &problems):
	case errors.As(err, &one):
		problems = talks.Problems{one}
	case item != nil:
		return fmt.Errorf("%s:%d: act %d (%s): %w", f.Name, at.Line, number, kind, item.Err)
	default:
		return err
	}
	var ms Mistakes
	for _, p := range problems[:min(len(problems), maxMistakes)] {
		if item != nil {
			p = named(p, item.Rooms)
		}
		n := &yaml.Node{}
		if at != nil {
			n = locate(at, p.Field)
		}
		ms = append(ms, &Mistake{
			File: f.Name, Line: n.Line, Column: n.Column, Act: number, Kind: kind,
			Field: p.Field, Code: p.Code, Reason: p.Reason(), Remedy: p.Remedy(),
		})
	}
	return ms
}

// named says a problem in the file's words: with the handles of rooms in place of their identifiers.
func named(p *talks.Problem, rooms map[string]talks.RoomID) *talks.Problem {
	q := *p
	q.Args = slices.Clone(p.Args)
	for i, arg := range q.Args {
		for handle, id := range rooms {
			if rest, ok := strings.CutPrefix(arg, string(id)+"/"); ok {
				q.Args[i] = handle + "/" + rest
			}
		}
	}
	return &q
}

// Seats returns the seats that the file names: the heads of delegations in the order in which they are designated, the convener last of
// them, then the other seats that are granted, then those that only write.
func (f *File) Seats() []talks.Seat {
	var heads, convener, granted, authors []talks.Seat
	for i := range f.Acts {
		a := &f.Acts[i]
		authors = append(authors, a.Seat)
		if a.Kind != "delegation.designate" && a.Kind != "seat.grant" || a.body == nil {
			continue
		}
		act, err := talks.Decode(a.Kind, a.body)
		if err != nil {
			continue
		}
		switch act := act.(type) {
		case *talks.DelegationDesignate:
			if act.Head == f.Acts[0].Seat {
				convener = append(convener, act.Head)
			} else {
				heads = append(heads, act.Head)
			}
		case *talks.SeatGrant:
			granted = append(granted, act.Holder)
		}
	}
	var out []talks.Seat
	for _, s := range slices.Concat(heads, convener, granted, authors) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Start is when the clock of a demonstration starts: what the file says, or the time of the lobby's last act. Everybody sees the lobby, so
// the time tells nobody of the other rooms.
func (f *File) Start() time.Time {
	t := f.Clock
	for i := range f.Acts {
		if f.Clock.IsZero() && f.Acts[i].Room == f.Acts[0].Room && f.Acts[i].At.After(t) {
			t = f.Acts[i].At
		}
	}
	return t
}
