package server

import (
	"errors"
	"slices"

	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
	"parley/web/search"
)

// InProcess is the part of an address that names the process.
type InProcess struct {
	Process string `path:"process" pattern:"^[a-z0-9][a-z0-9-]{0,63}$" doc:"The process." example:"riyadh-2025"`
}

// InRoom is the part of an address that names a room.
type InRoom struct {
	Room talks.RoomID `path:"room" doc:"The room."`
}

// Named is the part of an address that names an object.
type Named struct {
	InRoom
	Name string `path:"name" pattern:"^#?[^\\s/.#?%]{1,64}$" doc:"The object's name in its room: the part of its reference after the slash." example:"territory"`
}

func (n *Named) ref() talks.Ref { return talks.Ref{Room: n.Room, Name: n.Name} }

// Past asks for the talks as they stood.
type Past struct {
	At string `query:"at" format:"date-time" doc:"Answer as the talks stood at this time. The seat's present rooms decide what it sees of then." example:"2025-02-18T12:00:00Z"`
}

// Paged asks for a part of a long list.
type Paged struct {
	After string `query:"after" maxLength:"200" doc:"Begin after what came before: what an answer has at next."`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many items at most."`
}

// The inputs of operations that read.
type (
	askMe      struct{ Asked }
	askProcess struct {
		Asked
		InProcess
		Past
	}
	askRoom struct {
		Asked
		InProcess
		InRoom
		Past
	}
	askNamed struct {
		Asked
		InProcess
		Named
		Past
	}
	askDelegation struct {
		Asked
		InProcess
		Delegation talks.Delegation `path:"delegation" doc:"The delegation's code."`
		Past
	}
	askActs struct {
		Asked
		InProcess
		InRoom
		Past
		Paged
		From int64    `query:"from" minimum:"0" doc:"Begin with the entry of this index. Not together with after."`
		Kind []string `query:"kind,explode" maxItems:"40" doc:"Only acts of these kinds. Can stand several times."`
	}
	askAllActs struct {
		Asked
		InProcess
		Past
		Paged
		Kind []string `query:"kind,explode" maxItems:"40" doc:"Only acts of these kinds. Can stand several times."`
	}
	askEntry struct {
		Asked
		InProcess
		InRoom
		Index int64 `path:"index" minimum:"0" doc:"The entry's place in the room, from 0."`
	}
	askHead struct {
		Asked
		InProcess
		InRoom
		Since int64 `query:"since" minimum:"0" doc:"The size of a tree that you saw before. The answer proves that the present one extends it."`
	}
	askTimeline struct {
		Asked
		InProcess
		Past
		Paged
		From string   `query:"from" maxLength:"60" doc:"Leave out what ended before this date, as in 2025-02 or 2025-02-18." example:"2025-02"`
		To   string   `query:"to" maxLength:"60" doc:"Leave out what begins after this date." example:"2025-02-28"`
		What []string `query:"what,explode" enum:"meeting,statement,event,position,proposal,readout" maxItems:"10" doc:"Only these. Can stand several times."`
	}
	askStatements struct {
		Asked
		InProcess
		Past
		Paged
		About   talks.Ref `query:"about" maxLength:"120" doc:"Only those about this object: a reference, room/name."`
		Speaker talks.Ref `query:"speaker" maxLength:"120" doc:"Only those of this party: a reference, room/name."`
	}
	askSearch struct {
		Asked
		InProcess
		Past
		Paged
		Q string `query:"q" maxLength:"1000" doc:"Words that must all be there, in any order; “in quotes” for a phrase. Filters: kind: party: room: by: before: after: without:" example:"kind:statement territory"`
	}
)

// found is the answer to a search.
type found struct {
	wire.Page[wire.RoomEntry]
	Total int      `json:"total" doc:"How many entries fit."`
	Notes []string `json:"notes,omitzero" doc:"What could not be made of the question."`
}

func me(c *call, _ *askMe) (*wire.Me, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	return &wire.Me{
		Process: v.Process(), Title: v.Title(), Seat: v.Seat(), Delegation: v.Delegation(), Party: v.World().PartyOf(v.Delegation()),
		Role: v.Role(), Write: !c.reads, Now: wire.Moment(v.Now()), Host: c.s.Ledger.HostKey().String(),
	}, nil
}

func processes(c *call, _ *askMe) (*wire.All[wire.Process], error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	return &wire.All[wire.Process]{Items: []wire.Process{wire.ProcessOf(v)}}, nil
}

func process(c *call, _ *askProcess) (*wire.Process, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	p := wire.ProcessOf(v)
	return &p, nil
}

func wholeView(c *call, _ *askProcess) (*wire.View, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	return wire.Of(v)
}

// all makes an operation that answers with all of a kind that a view has.
func all[T any](list func(*ledger.View) []T) func(*call, *askProcess) (*wire.All[T], error) {
	return func(c *call, _ *askProcess) (*wire.All[T], error) {
		v, err := c.view()
		if err != nil {
			return nil, err
		}
		return &wire.All[T]{Items: list(v)}, nil
	}
}

// inWorld makes a list of a view out of one of its world.
func inWorld[T any](list func(*talks.World) []T) func(*ledger.View) []T {
	return func(v *ledger.View) []T { return list(v.World()) }
}

// one makes an operation that answers with one object of a view. get returns nil for what the view does not have.
func one[T any](get func(*ledger.View, talks.Ref) *T) func(*call, *askNamed) (*T, error) {
	return func(c *call, in *askNamed) (*T, error) {
		v, err := c.view()
		if err != nil {
			return nil, err
		}
		out := get(v, in.ref())
		if out == nil {
			return nil, errNotFound
		}
		return out, nil
	}
}

// wired makes the wire form of what was found, if anything was.
func wired[A, B any](a *A, f func(*A) B) *B {
	if a == nil {
		return nil
	}
	b := f(a)
	return &b
}

func oneParty(v *ledger.View, r talks.Ref) *wire.PartyWhole {
	return wired(v.World().Party(r), func(p *talks.Party) wire.PartyWhole { return *wire.PartyWholeOf(v.World(), p) })
}

func oneIssue(v *ledger.View, r talks.Ref) *wire.IssueWhole {
	return wired(v.World().Issue(r), func(i *talks.Issue) wire.IssueWhole { return *wire.IssueWholeOf(v.World(), i) })
}

func onePositions(v *ledger.View, r talks.Ref) *wire.All[wire.Stand] {
	return wired(v.World().Issue(r), func(i *talks.Issue) wire.All[wire.Stand] {
		return wire.All[wire.Stand]{Items: wire.StandsOf(v.World(), i.Ref)}
	})
}

func oneProposal(v *ledger.View, r talks.Ref) *wire.Proposal {
	return wired(v.World().Proposal(r), func(p *talks.Proposal) wire.Proposal { return wire.ProposalOf(v, p) })
}

func oneMeeting(v *ledger.View, r talks.Ref) *wire.Meeting {
	return wired(v.World().Meeting(r), func(m *talks.Meeting) wire.Meeting { return wire.MeetingOf(v, m) })
}

func oneSource(v *ledger.View, r talks.Ref) *wire.Source {
	return wired(v.World().Source(r), wire.SourceOf)
}

func oneStatement(v *ledger.View, r talks.Ref) *wire.Statement {
	return wired(v.World().Statement(r), func(s *talks.Statement) wire.Statement { return wire.StatementOf(v.World(), s) })
}

func oneEvent(v *ledger.View, r talks.Ref) *wire.Event {
	return wired(v.World().Event(r), wire.EventOf)
}

func oneRelation(v *ledger.View, r talks.Ref) *wire.Relation {
	return wired(v.World().Relation(r), wire.RelationOf)
}

func oneDelegation(c *call, in *askDelegation) (*wire.Delegation, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	d := v.World().Delegation(in.Delegation)
	if d == nil {
		return nil, errNotFound
	}
	out := wire.DelegationOf(v.World(), d)
	return &out, nil
}

func oneRoom(c *call, in *askRoom) (*wire.Room, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	st := v.World().Room(in.Room)
	if st == nil {
		return nil, errNotFound
	}
	out := wire.RoomOf(v, st)
	return &out, nil
}

// roomActs answers with the acts of a room, in its order.
func roomActs(c *call, in *askActs) (*wire.RoomActs, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	st := v.World().Room(in.Room)
	if st == nil {
		return nil, errNotFound
	}
	from := in.From
	if in.After != "" {
		if in.From != 0 {
			return nil, wrongParameter("from", "it stands beside after", "give one of them")
		}
		if from, err = placeAfter(in.After); err != nil {
			return nil, err
		}
	}
	out := wire.RoomHead(v, st)
	left := st.Entries[min(from, st.Size()):]
	var es []*talks.Entry
	for i, e := range left {
		if len(in.Kind) > 0 && !slices.Contains(in.Kind, string(e.Kind)) {
			continue
		}
		if len(es) == in.Limit {
			out.Next = afterPlace(from + int64(i))
			break
		}
		es = append(es, e)
	}
	if out.Entries, err = wire.Entries(es); err != nil {
		return nil, err
	}
	return out, nil
}

// allActs answers with the acts of all rooms of a view, the newest first.
func allActs(c *call, in *askAllActs) (*wire.Page[wire.RoomEntry], error) {
	return turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.RoomEntry, error) {
		var es []*talks.Entry
		for e := range v.World().Entries() {
			if len(in.Kind) == 0 || slices.Contains(in.Kind, string(e.Kind)) {
				es = append(es, e)
			}
		}
		return wire.RoomEntries(es)
	})
}

func oneEntry(c *call, in *askEntry) (*wire.Proof, error) {
	p, err := c.s.Ledger.Prove(c.r.Context(), c.Viewer, in.Room, in.Index)
	if err != nil {
		return nil, err
	}
	return wire.ProofOf(p, c.s.Ledger.HostKey())
}

func dated(c *call, in *askTimeline) (*wire.Page[wire.Dated], error) {
	for name, d := range map[string]talks.Date{"from": talks.Date(in.From), "to": talks.Date(in.To)} {
		if d != "" && !d.Valid() {
			return nil, wrongParameter(name, "it is not a date", "write 2025, 2025-02, 2025-02-18 or 2025-02-18T09:00:00Z")
		}
	}
	return turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.Dated, error) {
		return slices.DeleteFunc(wire.Timeline(v.World()), func(d wire.Dated) bool {
			return len(in.What) > 0 && !slices.Contains(in.What, d.What) ||
				in.From != "" && !d.When.End().After(talks.Date(in.From).Start()) ||
				in.To != "" && !d.When.Start().Before(talks.Date(in.To).End())
		}), nil
	})
}

func statements(c *call, in *askStatements) (*wire.Page[wire.Statement], error) {
	return turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.Statement, error) {
		return slices.DeleteFunc(wire.Statements(v.World()), func(s wire.Statement) bool {
			return !in.About.IsZero() && !slices.Contains(s.Said.About, in.About) || !in.Speaker.IsZero() && s.Said.Speaker != in.Speaker
		}), nil
	})
}

func find(c *call, in *askSearch) (*found, error) {
	p, err := c.s.newPage(c.r, c.Viewer, nil)
	if err != nil {
		return nil, err
	}
	out := &found{}
	page, err := turn(c, in.After, in.Limit, func(v *ledger.View) ([]wire.RoomEntry, error) {
		p.View = v
		es, notes := search.Find(p, in.Q)
		out.Total, out.Notes = len(es), notes
		return wire.RoomEntries(es)
	})
	if err != nil {
		return nil, err
	}
	out.Page = *page
	return out, nil
}

func whoSees(c *call, _ *askProcess) (*wire.Access, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	return wire.AccessOf(v.World()), nil
}

// head answers with the signed head of a room, and the proof that it extends an older one.
func head(c *call, in *askHead) (*wire.Head, error) {
	x, err := c.s.Ledger.Extend(c.r.Context(), c.Viewer, in.Room, in.Since)
	if _, more := errors.AsType[talks.Problems](err); more {
		return nil, wrongParameter("since", "the room never had so many entries", "if the host showed you so many, keep what it signed: it has two records")
	}
	if err != nil {
		return nil, err
	}
	out := wire.HeadOf(in.Room, x.Head, x.Checkpoint, c.s.Ledger.HostKey(), x.Hashes)
	return &out, nil
}

// heads answers with the signed heads of all rooms that the seat sees.
func heads(c *call, _ *askProcess) (*wire.All[wire.Head], error) {
	v, err := c.s.Ledger.View(c.r.Context(), c.Viewer)
	if err != nil {
		return nil, err
	}
	out := &wire.All[wire.Head]{Items: []wire.Head{}}
	for _, st := range v.World().Rooms() {
		x, err := c.s.Ledger.Extend(c.r.Context(), c.Viewer, st.Room.ID, 0)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, wire.HeadOf(st.Room.ID, x.Head, x.Checkpoint, c.s.Ledger.HostKey(), nil))
	}
	return out, nil
}

// marks answers with how far the seat has read each room.
func marks(c *call, _ *askProcess) (*wire.Marks, error) {
	ms, err := c.s.Ledger.Marks(c.r.Context(), c.Viewer)
	if err != nil {
		return nil, err
	}
	return &wire.Marks{Seen: ms}, nil
}
