package ledger

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"parley/internal/plant"
	"parley/internal/talks"
	"parley/record"
)

// tips are the rooms as they will be once everything staged is durable. The sequencer alone touches them. When a group could not be
// stored they are thrown away and made again from what is durable.
type tips struct {
	ledger    *Ledger
	processes map[string]*tipProcess
}

type tipProcess struct {
	tips    *tips
	id      string
	public  *process // nil for one that is being founded
	title   string
	lobby   *tip
	rooms   map[talks.RoomID]*tip
	members map[talks.RoomID][]talks.Delegation // of all rooms, read or not
	views   map[talks.RoomID]*talks.World       // each room as a viewer, while no membership changes
	caucus  map[talks.Delegation]*tip
}

type tip struct {
	id      talks.RoomID
	public  *room // nil for one that is being opened
	book    *book
	members []talks.Delegation // when the views were made
	head    record.Head        // of the book's tree
}

// process returns the tips of a process, or ErrNotFound.
func (t *tips) process(_ context.Context, id string) (*tipProcess, error) {
	if p := t.processes[id]; p != nil {
		return p, nil
	}
	public := t.ledger.process(id)
	if public == nil {
		return nil, ErrNotFound
	}
	p := t.newProcess(id)
	p.public, p.title = public, public.title
	// The committer alone changes what is read here, and nothing is under way when tips are made: see run.
	public.mu.RLock()
	for _, r := range public.rooms {
		p.members[r.id] = r.members
	}
	public.mu.RUnlock()
	t.processes[id] = p
	return p, nil
}

func (t *tips) newProcess(id string) *tipProcess {
	return &tipProcess{
		tips: t, id: id,
		rooms:   map[talks.RoomID]*tip{},
		members: map[talks.RoomID][]talks.Delegation{},
		views:   map[talks.RoomID]*talks.World{},
		caucus:  map[talks.Delegation]*tip{},
	}
}

// room returns the tip of a room, made from what is durable where it is not there yet.
func (p *tipProcess) room(ctx context.Context, id talks.RoomID) (*tip, error) {
	if tp := p.rooms[id]; tp != nil {
		return tp, nil
	}
	if p.public == nil {
		return nil, ErrNotFound
	}
	p.public.mu.RLock()
	public := p.public.rooms[id]
	p.public.mu.RUnlock()
	if public == nil {
		return nil, ErrNotFound
	}
	public.mu.Lock()
	defer public.mu.Unlock()
	if err := public.load(ctx); err != nil {
		return nil, err
	}
	tp := &tip{id: id, public: public, book: public.book.clone()}
	tp.head = tp.book.tree.Head()
	tp.members = tp.book.state.Room.Members
	p.rooms[id] = tp
	return tp, nil
}

func (p *tipProcess) getLobby(ctx context.Context) (*tip, error) {
	if p.lobby == nil && p.public != nil {
		tp, err := p.room(ctx, p.public.lobby.id)
		if err != nil {
			return nil, err
		}
		p.lobby = tp
	}
	return p.lobby, nil
}

// getCaucus returns the caucus of a delegation, or nil: among the rooms whose only member it is, the one of that kind.
func (p *tipProcess) getCaucus(ctx context.Context, d talks.Delegation) (*talks.State, error) {
	if tp := p.caucus[d]; tp != nil {
		return tp.book.state, nil
	}
	for id, ms := range p.members {
		if len(ms) != 1 || ms[0] != d {
			continue
		}
		tp, err := p.room(ctx, id)
		if err != nil {
			return nil, err
		}
		if tp.book.state.Room.Kind == talks.Caucus {
			p.caucus[d] = tp
			return tp.book.state, nil
		}
	}
	return nil, nil
}

// target finds the room that an act goes to, and makes a new one for an act that opens it. It answers ErrNotFound where the author's
// delegation does not sit there.
func (p *tipProcess) target(ctx context.Context, a *appending) (*tip, error) {
	if a.room == "" {
		if a.kind != "room.open" {
			return nil, talks.Problems{talks.NewProblem("founding", "act")}
		}
		id := p.newID(a)
		return &tip{id: id, book: newBook(id), head: record.EmptyHead}, nil
	}
	ms := p.members[a.room]
	if _, ok := slices.BinarySearch(ms, a.viewer.Seat.Delegation()); !ok && !a.operator && !plant.Is("write-after-leaving") {
		return nil, ErrNotFound
	}
	return p.room(ctx, a.room)
}

// newID finds an identifier that is free. From the operating system every one is; from a seed, the first is free unless the seat
// opened a room with the very same act before, which it can see.
func (p *tipProcess) newID(a *appending) talks.RoomID {
	for try := 0; ; try++ {
		id := p.tips.ledger.source.room(p.id, a.viewer.Seat, a.payload, try)
		if _, taken := p.members[id]; !taken {
			return id
		}
	}
}

// repeat looks whether the idempotency key was used before: in the room, or for one that the act opens, for a room whose first act it
// was. The author sits in that one, unless it left, and then it sees nothing of it and opens another.
func (p *tipProcess) repeat(ctx context.Context, tp *tip, a *appending) error {
	key := keyHash(a.viewer.Seat, a.key)
	if key == nil {
		return nil
	}
	at := []*tip{tp}
	if a.room == "" {
		for id, ms := range p.members {
			if !containsAll(ms, []talks.Delegation{a.viewer.Seat.Delegation()}) {
				continue
			}
			r, err := p.room(ctx, id)
			if err != nil {
				return err
			}
			at = append(at, r)
		}
	}
	for _, tp := range at {
		u, ok := tp.book.keys[[32]byte(key)]
		if !ok || (a.room == "" && u.index != 0) {
			continue
		}
		was := tp.book.state.Entries[u.index]
		if was.Kind != a.kind || !was.Gone && u.payload != sha256.Sum256(a.payload) {
			return &ConflictError{Room: tp.id, Size: tp.book.state.Size(), Key: true}
		}
		return errRepeat{tp.id, u.index}
	}
	return nil
}

// seen returns the head that the author had before it.
func (tp *tip) seen(a *appending) (record.Head, error) {
	size := tp.book.state.Size()
	if a.expect && a.seen != size {
		if a.seen < 0 || a.seen > size {
			return record.Head{}, talks.Problems{talks.NewProblem("out-of-range", "seen", strconv.FormatInt(a.seen, 10), "0", strconv.FormatInt(size, 10))}
		}
		return record.Head{}, &ConflictError{Room: tp.id, Size: size, Since: slices.Clone(tp.book.state.Entries[a.seen:])}
	}
	if a.seen < 0 {
		return tp.head, nil
	}
	if a.seen > size {
		return record.Head{}, talks.Problems{talks.NewProblem("out-of-range", "seen", strconv.FormatInt(a.seen, 10), "0", strconv.FormatInt(size, 10))}
	}
	return tp.book.tree.HeadAt(a.seen)
}

// role says what a seat may do once everything staged is durable, or answers ErrNotFound where that is nothing or where the seat is
// somebody else's by then. The host's operator has one act to write.
func (p *tipProcess) role(ctx context.Context, a *appending, now time.Time) (talks.Role, error) {
	v := a.viewer
	lobby, err := p.getLobby(ctx)
	if err != nil {
		return "", err
	}
	if lobby == nil {
		return talks.Head, nil // who founds a process convenes it
	}
	if a.operator {
		if a.kind == "delegation.restore" && a.room == lobby.id {
			return talks.Head, nil
		}
		return "", ErrNotFound
	}
	caucus, err := p.getCaucus(ctx, v.Seat.Delegation())
	if err != nil {
		return "", err
	}
	authority := talks.AuthorityOf(v.Seat, lobby.book.state, caucus, now)
	if !v.holds(authority) {
		return "", ErrNotFound
	}
	return authority.Role, nil
}

// check asks the talks whether an act may be appended, in its room's own view.
func (p *tipProcess) check(ctx context.Context, tp *tip, a *appending, e *talks.Entry, role talks.Role) error {
	lobby, err := p.getLobby(ctx)
	if err != nil {
		return err
	}
	proposed := talks.Proposed{Room: tp.id, Seat: a.viewer.Seat, Role: role, Time: e.Time, Kind: a.kind, Act: e.Act}
	if lobby == nil {
		proposed.View = talks.NewWorld()
		return talks.Check(proposed)
	}
	if tp.book.state.Size() > 0 {
		proposed.State = tp.book.state
		proposed.View, err = p.view(ctx, tp)
	} else if open, ok := a.act.(*talks.RoomOpen); ok {
		proposed.View, err = p.viewOf(ctx, futureMembers(open, a.viewer.Seat, &lobby.book.state.Room))
	}
	if err != nil {
		return err
	}
	if a.erased {
		return nil
	}
	if err = talks.Check(proposed); err == nil {
		err = p.signature(ctx, tp, e)
	}
	return a.excuse(err)
}

// futureMembers are those whose common view an act that opens a room is checked against. The author is always one of them, so
// that what is wrong with the act never tells more than the author sees; a code that nobody has is not.
func futureMembers(open *talks.RoomOpen, author talks.Seat, lobby *talks.Room) []talks.Delegation {
	ms := slices.DeleteFunc(open.MembersOf(author), func(d talks.Delegation) bool { return !lobby.Has(d) })
	own := author.Delegation()
	if i, found := slices.BinarySearch(ms, own); !found {
		ms = slices.Insert(ms, i, own)
	}
	return ms
}

// view returns a room as a viewer. The world looks into the tips, so it stays right while they grow, until a membership changes; what was
// worked out of it does not, and is left behind.
func (p *tipProcess) view(ctx context.Context, tp *tip) (*talks.World, error) {
	if w := p.views[tp.id]; w != nil {
		return w.Anew(), nil
	}
	room := &tp.book.state.Room
	if room.Kind == talks.Lobby { // as talks.World.As has it
		p.views[tp.id] = talks.NewWorld(tp.book.state)
		return p.views[tp.id], nil
	}
	w, err := p.viewOf(ctx, room.Members)
	if err == nil {
		p.views[tp.id] = w
	}
	return w, err
}

// viewOf merges the rooms where all of a sorted list of delegations sit; where the list is empty there are none.
func (p *tipProcess) viewOf(ctx context.Context, members []talks.Delegation) (*talks.World, error) {
	var states []*talks.State
	for id, ms := range p.members {
		if (len(members) == 0 || !containsAll(ms, members)) && !plant.Is("check-all") {
			continue
		}
		tp, err := p.room(ctx, id)
		if err != nil {
			return nil, err
		}
		states = append(states, tp.book.state)
	}
	return talks.NewWorld(states...), nil
}

// containsAll reports whether each of some is in all; both are sorted.
func containsAll(all, some []talks.Delegation) bool {
	for _, d := range some {
		if _, ok := slices.BinarySearch(all, d); !ok {
			return false
		}
	}
	return true
}

// moved keeps track of who sits where after an act of a room.
func (p *tipProcess) moved(tp *tip) {
	now := tp.book.state.Room.Members
	if p.rooms[tp.id] != nil && slices.Equal(now, tp.members) {
		return
	}
	p.rooms[tp.id] = tp
	tp.members = now
	p.members[tp.id] = now
	p.views = map[talks.RoomID]*talks.World{}
	if tp.book.state.Room.Kind == talks.Lobby {
		p.lobby = tp
	}
}
