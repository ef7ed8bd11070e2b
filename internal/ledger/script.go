package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/internal/ledger/internal/raw"
	"parley/internal/talks"
)

// Script is a list of acts that found a process, together or not at all.
type Script struct {
	Process string // the identifier of the process
	Items   []Item // the first opens the lobby
}

// Item is one act of a script.
type Item struct {
	Room   string // the script's own handle for a room, which a room.open with that handle makes
	Seat   talks.Seat
	At     time.Time // when it was written; zero for the clock's time
	Kind   talks.Kind
	Act    talks.Act // its references can be short, or have handles for rooms; they are completed in place
	Erased bool      // the act's words were erased where the script comes from, and Act is nil
	// Partial: the act refers to what the script does not have, or rests on it, because it was erased or is in a room that whoever wrote the
	// script does not see any more. What cannot be found is passed over.
	Partial bool
}

// Load founds a process from a script: every act is checked as if its author had appended it, and all are stored in one transaction,
// or none. It returns the identifiers of the rooms by their handles. The errors are [ErrExists], [ItemError], and those of Append.
//
// It is the operator's: the acts' authors are whom the script names, and their times what it says.
func (l *Ledger) Load(ctx context.Context, s Script) (map[string]talks.RoomID, error) {
	if !ValidProcess(s.Process) {
		return nil, talks.Problems{talks.NewProblem("bad-process", "process", fmt.Sprintf("%q", s.Process))}
	}
	if len(s.Items) == 0 {
		return nil, talks.Problems{talks.NewProblem("no-acts", "acts")}
	}
	r := request{ctx: ctx, script: &s, reply: make(chan reply, 1)}
	receipts, err := l.submit(ctx, r)
	if err != nil {
		return nil, err
	}
	rooms := map[string]talks.RoomID{}
	for i, receipt := range receipts {
		rooms[s.Items[i].Room] = receipt.Room
	}
	return rooms, nil
}

// ValidProcess reports whether s can identify a process: lower-case letters, digits and hyphens, at most 64, as it is part of addresses.
func ValidProcess(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// takeScript stages a whole script, as a group of its own. Nothing else is staged or under way when it is called.
func (l *Ledger) takeScript(t *tips, g *group, r request) {
	all, founded, err := l.stageScript(t, r)
	if err != nil {
		delete(t.processes, r.script.Process)
		r.reply <- reply{err: err}
		return
	}
	g.add(r, all, nil)
	g.founded = founded
}

func (l *Ledger) stageScript(t *tips, r request) ([]*staged, *raw.Process, error) {
	s := r.script
	if l.process(s.Process) != nil {
		return nil, nil, ErrExists
	}
	p := t.newProcess(s.Process)
	t.processes[s.Process] = p
	handles := map[string]talks.RoomID{}
	gone := map[talks.Ref]bool{}
	all := make([]*staged, 0, len(s.Items))
	for i := range s.Items {
		st, err := t.stageItem(r.ctx, p, &s.Items[i], handles, gone)
		if err != nil {
			return nil, nil, &ItemError{Item: i, Err: err, Rooms: handles}
		}
		all = append(all, st)
	}
	lobby := p.lobby.book.state.Room
	title := lobby.Process
	if title == "" {
		title = s.Process
	}
	return all, &raw.Process{ID: s.Process, Title: title, Lobby: string(lobby.ID)}, nil
}

// stageItem stages one act of a script, once its references are complete. gone are the erased entries whose erasure is still to come.
func (t *tips) stageItem(ctx context.Context, p *tipProcess, it *Item, handles map[string]talks.RoomID, gone map[talks.Ref]bool) (*staged, error) {
	a := &appending{viewer: Viewer{Process: p.id, Seat: it.Seat}, room: handles[it.Room], kind: it.Kind, act: it.Act, seen: -1, at: it.At, erased: it.Erased}
	a.operator = it.Seat == talks.Operator && p.lobby != nil
	// A copy has other leaves than the record that it was taken from, so a signature over those holds over none of these. It is kept as
	// what was said, and whoever checks it is told that it does not hold here.
	a.excused = []string{"bad-signature"}
	if it.Partial {
		a.excused = append(a.excused, "unknown-ref", "history-hidden", "not-consulted", "not-held", "only-present", "in-force", "not-adopted")
	}
	if erase, ok := it.Act.(*talks.RecordErase); ok {
		if r := (&talks.Entry{Room: a.room, Index: erase.Entry}).Ref(); gone[r] {
			delete(gone, r)
			a.excused = append(a.excused, "erased-already")
		}
	}
	opens := it.Kind == "room.open"
	switch {
	case p.lobby == nil && !isLobby(it.Act):
		return nil, talks.Problems{talks.NewProblem("lobby-first", "act")}
	case opens && a.room != "":
		return nil, talks.Problems{talks.NewProblem("already-open", "room")}
	case !opens && a.room == "":
		return nil, talks.Problems{talks.NewProblem("founding", "room")}
	case it.Erased && !talks.Rules[it.Kind].Erasable:
		return nil, talks.Problems{talks.NewProblem("erase-kind", "erased", string(it.Kind))}
	case !it.Seat.Valid():
		return nil, talks.Problems{talks.NewProblem("bad-seat", "seat", fmt.Sprintf("%q", string(it.Seat)))}
	}
	if it.Act != nil {
		if err := p.complete(ctx, it, a.room, handles); err != nil {
			return nil, err
		}
		payload, err := talks.Encode(it.Act)
		if err != nil {
			return nil, err
		}
		a.payload = payload
		// What is stored is what is checked: the act is read back from its own bytes.
		if a.act, err = talks.Decode(it.Kind, payload); err != nil {
			return nil, asProblems(err)
		}
	}
	st, err := t.stage(ctx, a)
	if errors.Is(err, ErrNotFound) {
		// A script shows its author everything, so it can be told which of the two it is.
		if a.room != "" && !p.sits(a) {
			return nil, talks.Problems{talks.NewProblem("not-member", "seat", string(it.Seat.Delegation()))}
		}
		return nil, talks.Problems{talks.NewProblem("no-seat", "seat", string(it.Seat))}
	}
	if err == nil && opens {
		handles[it.Room] = st.tip.id
	}
	if err == nil && it.Erased {
		gone[st.entry.Ref()] = true
	}
	return st, err
}

// excuse passes over those problems that the act may have.
func (a *appending) excuse(err error) error {
	var ps talks.Problems
	if len(a.excused) == 0 || !errors.As(err, &ps) {
		return err
	}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p *talks.Problem) bool { return slices.Contains(a.excused, p.Code) })
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func isLobby(a talks.Act) bool {
	open, ok := a.(*talks.RoomOpen)
	return ok && open.Type == talks.Lobby
}

func (p *tipProcess) sits(a *appending) bool {
	return containsAll(p.members[a.room], []talks.Delegation{a.viewer.Seat.Delegation()})
}

// complete gives an act's references their rooms. An act that opens a room is written from the view that its members share.
func (p *tipProcess) complete(ctx context.Context, it *Item, room talks.RoomID, handles map[string]talks.RoomID) error {
	view, err := p.viewFor(ctx, it, room)
	if err != nil {
		return err
	}
	return talks.Complete(it.Act, room, view, func(h string) (talks.RoomID, bool) {
		id, ok := handles[h]
		return id, ok
	})
}

func (p *tipProcess) viewFor(ctx context.Context, it *Item, room talks.RoomID) (*talks.World, error) {
	if open, ok := it.Act.(*talks.RoomOpen); ok {
		if p.lobby == nil {
			return talks.NewWorld(), nil
		}
		return p.viewOf(ctx, open.MembersOf(it.Seat))
	}
	tp, err := p.room(ctx, room)
	if err != nil {
		return nil, err
	}
	return p.view(ctx, tp)
}
