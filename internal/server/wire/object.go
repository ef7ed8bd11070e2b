package wire

import (
	"encoding/base64"
	"slices"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// Place is where something stands in the record, when it was written and by which seat.
type Place struct {
	Room  talks.RoomID `json:"room"`
	Index int64        `json:"index" minimum:"0" doc:"The entry's place in its room, from 0."`
	Time  string       `json:"time" format:"date-time"`
	Seat  talks.Seat   `json:"seat"`
}

// PlaceOf returns where an entry stands; nil for none.
func PlaceOf(e *talks.Entry) *Place {
	if e == nil {
		return nil
	}
	return &Place{Room: e.Room, Index: e.Index, Time: moment(e.Time), Seat: e.Seat}
}

// Object is what every named thing has.
type Object struct {
	Ref     talks.Ref `json:"ref" doc:"The name by which acts refer to it."`
	Made    *Place    `json:"made" doc:"The entry that made it."`
	Changed *Place    `json:"changed" doc:"The last entry that changed it."`
}

func objectOf(m talks.Made) Object { return Object{m.Ref, PlaceOf(m.By), PlaceOf(m.Last)} }

// Fact is an act that stands by itself, in its place.
type Fact[T any] struct {
	Place
	Said *T `json:"said" doc:"What the act says."`
}

func factOf[T any](f talks.Fact[T]) Fact[T] { return Fact[T]{*PlaceOf(f.Entry), f.Said} }

func factsOf[T any](fs []talks.Fact[T]) []Fact[T] { return each(fs, factOf[T]) }

func maybe[T any](f *talks.Fact[T]) *Fact[T] {
	if f == nil {
		return nil
	}
	v := factOf(*f)
	return &v
}

func each[A, B any](as []A, f func(A) B) []B {
	out := make([]B, 0, len(as))
	for _, a := range as {
		out = append(out, f(a))
	}
	return out
}

// Party is a party as it stands.
type Party struct {
	Object
	Title      string           `json:"title"`
	Short      string           `json:"short"`
	Kind       talks.PartyType  `json:"kind"`
	Role       talks.PartyRole  `json:"role"`
	Of         []talks.Ref      `json:"of,omitzero"`
	Note       string           `json:"note,omitzero"`
	Delegation talks.Delegation `json:"delegation,omitzero" doc:"The delegation that speaks for it."`
}

// PartyOf returns a party's wire form.
func PartyOf(w *talks.World, p *talks.Party) Party {
	out := Party{Object: objectOf(p.Made), Title: p.Title, Short: p.Short, Kind: p.Type, Role: p.Role, Of: p.Of, Note: p.Note}
	for _, d := range w.Delegations() {
		if d.Party == p.Ref {
			out.Delegation = d.Code
		}
	}
	return out
}

// PartyWhole is a party with all that is on record of it.
type PartyWhole struct {
	Party
	Goals     []Fact[talks.GoalRecord] `json:"goals"`
	Positions []Stand                  `json:"positions"`
}

// PartyWholeOf returns a party with all that is on record of it.
func PartyWholeOf(w *talks.World, p *talks.Party) *PartyWhole {
	out := &PartyWhole{Party: PartyOf(w, p), Goals: []Fact[talks.GoalRecord]{}, Positions: []Stand{}}
	for _, g := range w.Goals() {
		if g.Said.Party == p.Ref {
			out.Goals = append(out.Goals, factOf(g))
		}
	}
	for _, i := range w.Issues() {
		if s, ok := standOf(w, talks.Cell{Issue: i.Ref, Party: p.Ref}); ok {
			out.Positions = append(out.Positions, s)
		}
	}
	return out
}

// Issue is an issue as it stands.
type Issue struct {
	Object
	Title    string         `json:"title"`
	Question string         `json:"question,omitzero"`
	Options  []talks.Option `json:"options,omitzero"`
	Scale    *talks.Scale   `json:"scale,omitzero"`
	Affects  []talks.Ref    `json:"affects,omitzero"`
	Closed   *Place         `json:"closed,omitzero" doc:"The entry that took it off the table."`
	Outcome  string         `json:"outcome,omitzero"`
}

// IssueOf returns an issue's wire form.
func IssueOf(i *talks.Issue) Issue {
	return Issue{objectOf(i.Made), i.Title, i.Question, i.Options, i.Scale, i.Affects, PlaceOf(i.Closed), i.Outcome}
}

// IssueWhole is an issue with what parties said and where they stand on it.
type IssueWhole struct {
	Issue
	Positions  []Stand     `json:"positions"`
	Statements []Statement `json:"statements"`
}

// IssueWholeOf returns an issue with what parties said and where they stand on it.
func IssueWholeOf(w *talks.World, i *talks.Issue) *IssueWhole {
	out := &IssueWhole{Issue: IssueOf(i), Positions: StandsOf(w, i.Ref)}
	out.Statements = each(w.StatementsAbout(i.Ref), func(s *talks.Statement) Statement { return StatementOf(w, s) })
	return out
}

// Position is what one act says of a party's place on an issue.
type Position struct {
	Fact[talks.PositionRecord]
	Declared bool `json:"declared" doc:"The party's own delegation wrote it; false for what another attributes to it."`
}

func positionOf(w *talks.World, f *talks.Fact[talks.PositionRecord]) *Position {
	if f == nil {
		return nil
	}
	return &Position{factOf(*f), w.Declared(f.Entry, f.Said.Party)}
}

// Stand is where a party stands on an issue: by its own word, and by that of others.
type Stand struct {
	Issue      talks.Ref  `json:"issue"`
	Party      talks.Ref  `json:"party"`
	Declared   *Position  `json:"declared,omitzero" doc:"The latest that the party declared itself."`
	Attributed *Position  `json:"attributed,omitzero" doc:"The latest that another attributes to it."`
	History    []Position `json:"history,omitzero" doc:"All that is on record, by when it was recorded."`
}

func standOf(w *talks.World, c talks.Cell) (Stand, bool) {
	declared, attributed := w.Position(c)
	if declared == nil && attributed == nil {
		return Stand{}, false
	}
	return Stand{Issue: c.Issue, Party: c.Party, Declared: positionOf(w, declared), Attributed: positionOf(w, attributed)}, true
}

// StandsOf returns where each party stands on an issue, with the history of it.
func StandsOf(w *talks.World, issue talks.Ref) []Stand {
	out := []Stand{}
	for _, p := range w.Parties() {
		c := talks.Cell{Issue: issue, Party: p.Ref}
		s, ok := standOf(w, c)
		if !ok {
			continue
		}
		s.History = each(w.Positions(c), func(f talks.Fact[talks.PositionRecord]) Position { return *positionOf(w, &f) })
		out = append(out, s)
	}
	return out
}

// Positions returns where each party stands on each issue.
func Positions(w *talks.World) []Stand {
	out := []Stand{}
	for _, i := range w.Issues() {
		for _, p := range w.Parties() {
			if s, ok := standOf(w, talks.Cell{Issue: i.Ref, Party: p.Ref}); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// Proposal is an offer with the answers to it.
type Proposal struct {
	Object
	Said       *talks.ProposalTable          `json:"said"`
	Electorate Electorate                    `json:"electorate" doc:"Who decides on it, as the room was when it was tabled."`
	Answers    []Fact[talks.ProposalRespond] `json:"answers" doc:"The last answer of each delegation."`
	Responses  []Fact[talks.ProposalRespond] `json:"responses" doc:"All answers, in the order they were written."`
	Withdrawn  *Fact[talks.ProposalWithdraw] `json:"withdrawn,omitzero"`
	Open       bool                          `json:"open" doc:"It is on the table: not withdrawn, not expired, not rejected by anybody's last answer."`
}

// Electorate is who decides on a proposal, and by what rule.
type Electorate struct {
	Rule   talks.DecisionRule `json:"rule"`
	Chair  talks.Delegation   `json:"chair,omitzero" doc:"That the room had."`
	Voters []talks.Delegation `json:"voters" doc:"The members that spoke. Who has left the room of its own accord since counts no more."`
}

// ProposalOf returns a proposal's wire form, as it stands at the time of a view.
func ProposalOf(v *ledger.View, p *talks.Proposal) Proposal {
	e := Electorate{p.Electorate.Rule, p.Electorate.Chair, append([]talks.Delegation{}, p.Electorate.Voters...)}
	return Proposal{objectOf(p.Made), p.ProposalTable, e, factsOf(p.Answers()), factsOf(p.Responses), maybe(p.Withdrawn), p.Open(v.Now())}
}

// Meeting is a meeting with what was said of it afterwards.
type Meeting struct {
	Object
	Scheduled *talks.MeetingSchedule     `json:"scheduled"`
	When      talks.Date                 `json:"when,omitzero" doc:"When it began, or is to begin."`
	Upcoming  bool                       `json:"upcoming"`
	Held      *Fact[talks.MeetingHold]   `json:"held,omitzero"`
	Cancelled *Fact[talks.MeetingCancel] `json:"cancelled,omitzero"`
	Readouts  []Fact[talks.ReadoutIssue] `json:"readouts"`
}

// MeetingOf returns a meeting's wire form, as it stands at the time of a view.
func MeetingOf(v *ledger.View, m *talks.Meeting) Meeting {
	return Meeting{
		objectOf(m.Made), &m.MeetingSchedule, m.When(), m.Upcoming(v.Now()), maybe(m.Held), maybe(m.Cancelled), factsOf(v.World().Readouts(m.Ref)),
	}
}

// Delegation is a designated delegation as it stands.
type Delegation struct {
	Delegation talks.Delegation           `json:"delegation"`
	Party      talks.Ref                  `json:"party"`
	Title      string                     `json:"title"`
	Level      talks.Level                `json:"level,omitzero"`
	Head       talks.Seat                 `json:"head"`
	Members    []talks.Member             `json:"members,omitzero"`
	Made       *Place                     `json:"made"`
	Changed    *Place                     `json:"changed"`
	Mandates   []Fact[talks.MandateIssue] `json:"mandates"`
	Rooms      []talks.RoomID             `json:"rooms" doc:"Those of its rooms that the seat sees."`
}

// DelegationOf returns a delegation's wire form.
func DelegationOf(w *talks.World, d *talks.DelegationState) Delegation {
	out := Delegation{
		Delegation: d.Code, Party: d.Party, Title: d.Title, Level: d.Level, Head: d.Head, Members: d.Members,
		Made: PlaceOf(d.By), Changed: PlaceOf(d.Last), Mandates: []Fact[talks.MandateIssue]{}, Rooms: []talks.RoomID{},
	}
	for _, m := range w.Mandates() {
		if m.Seat.Delegation() == d.Code {
			out.Mandates = append(out.Mandates, factOf(m))
		}
	}
	for _, s := range w.Rooms() {
		if s.Room.Has(d.Code) {
			out.Rooms = append(out.Rooms, s.Room.ID)
		}
	}
	return out
}

// Source is a source.
type Source struct {
	Object
	Said *talks.SourceAdd `json:"said"`
}

// SourceOf returns a source's wire form.
func SourceOf(s *talks.Source) Source { return Source{objectOf(s.Made), s.SourceAdd} }

// Statement is something that a party said.
type Statement struct {
	Object
	Declared bool                   `json:"declared" doc:"The speaker's own delegation wrote it; false for what another attributes to it."`
	When     talks.Date             `json:"when" doc:"When it was said, as far as it is known."`
	Said     *talks.StatementRecord `json:"said"`
}

// StatementOf returns a statement's wire form.
func StatementOf(w *talks.World, s *talks.Statement) Statement {
	return Statement{objectOf(s.Made), w.Declared(s.By, s.Speaker), s.When(), s.StatementRecord}
}

// Event is something that happened outside the rooms.
type Event struct {
	Object
	When talks.Date         `json:"when" doc:"When it happened, as far as it is known."`
	Said *talks.EventRecord `json:"said"`
}

// EventOf returns an event's wire form.
func EventOf(e *talks.Event) Event { return Event{objectOf(e.Made), e.Date(), e.EventRecord} }

// Relation is how two parties stand to each other.
type Relation struct {
	Object
	Between     []talks.Ref                  `json:"between"`
	Assessments []Fact[talks.RelationAssess] `json:"assessments"`
}

// RelationOf returns a relation's wire form.
func RelationOf(r *talks.Relation) Relation {
	return Relation{objectOf(r.Made), r.Between, factsOf(r.Assessments)}
}

// Goals returns what parties are after.
func Goals(w *talks.World) []Fact[talks.GoalRecord] { return factsOf(w.Goals()) }

// Parties are those of a view, in the order of the pages; so are the lists below.
func Parties(w *talks.World) []Party {
	return each(w.Parties(), func(p *talks.Party) Party { return PartyOf(w, p) })
}

// Issues are in the order they were opened.
func Issues(w *talks.World) []Issue { return each(w.Issues(), IssueOf) }

// Proposals are in the order they were tabled.
func Proposals(v *ledger.View) []Proposal {
	return each(v.World().Proposals(), func(p *talks.Proposal) Proposal { return ProposalOf(v, p) })
}

// Meetings are by when they began or are to begin.
func Meetings(v *ledger.View) []Meeting {
	return each(v.World().Meetings(), func(m *talks.Meeting) Meeting { return MeetingOf(v, m) })
}

// Delegations are in the order they were designated.
func Delegations(w *talks.World) []Delegation {
	return each(w.Delegations(), func(d *talks.DelegationState) Delegation { return DelegationOf(w, d) })
}

// Sources are in the order they were added.
func Sources(w *talks.World) []Source { return each(w.Sources(), SourceOf) }

// Statements are by when they were said.
func Statements(w *talks.World) []Statement {
	return each(w.Statements(), func(s *talks.Statement) Statement { return StatementOf(w, s) })
}

// Events are by when they happened.
func Events(w *talks.World) []Event { return each(w.Events(), EventOf) }

// Relations are in the order they were first assessed.
func Relations(w *talks.World) []Relation { return each(w.Relations(), RelationOf) }

// Head is the head of a room's tree, with the host's signature over it.
type Head struct {
	Room       talks.RoomID `json:"room"`
	Size       int64        `json:"size" minimum:"0" doc:"Entries in the tree."`
	Root       string       `json:"root" doc:"The root of the tree (RFC 6962), in base64."`
	Checkpoint string       `json:"checkpoint" doc:"The host's signed note over size and root (C2SP tlog-checkpoint)."`
	Host       string       `json:"host" doc:"The host's public key. Compare it with the one that you were told another way."`
	Extends    []string     `json:"extends,omitzero" doc:"The proof that the tree extends the one of ?since entries (RFC 6962, section 2.1.2), in base64."`
}

// HeadOf returns the wire form of a signed head.
func HeadOf(room talks.RoomID, head record.Head, checkpoint []byte, host record.HostKey, hashes []record.Hash) Head {
	return Head{room, head.Size, head.Root.String(), string(checkpoint), host.String(), each(hashes, record.Hash.String)}
}

// Proof is one entry with all that is needed to check it against the room's signed tree.
type Proof struct {
	Entry      Entry        `json:"entry"`
	Room       talks.RoomID `json:"room"`
	Leaf       string       `json:"leaf" doc:"What was hashed into the tree."`
	Salt       string       `json:"salt,omitzero" doc:"In base64; gone once the entry is erased."`
	Payload    string       `json:"payload,omitzero" doc:"The act's bytes as they arrived, in base64; gone once the entry is erased."`
	Size       int64        `json:"size" minimum:"0"`
	Root       string       `json:"root"`
	Hashes     []string     `json:"hashes" doc:"The way from the leaf to the root (RFC 6962, section 2.1.1), in base64."`
	Checkpoint string       `json:"checkpoint"`
	Host       string       `json:"host"`
}

// ProofOf returns a proof's wire form.
func ProofOf(p *ledger.Proof, host record.HostKey) (*Proof, error) {
	es, err := Entries([]*talks.Entry{p.Entry})
	if err != nil {
		return nil, err
	}
	return &Proof{
		Entry: es[0], Room: p.Entry.Room, Leaf: string(p.Leaf), Salt: base64.StdEncoding.EncodeToString(p.Salt),
		Payload: base64.StdEncoding.EncodeToString(p.Payload), Size: p.Head.Size, Root: p.Head.Root.String(),
		Hashes: each(p.Hashes, record.Hash.String), Checkpoint: string(p.Checkpoint), Host: host.String(),
	}, nil
}

// Access is who sees what, as far as the seat knows: the rooms of the view by delegations.
type Access struct {
	Delegations []talks.Delegation `json:"delegations"`
	Rooms       []RoomAccess       `json:"rooms"`
	Entries     int64              `json:"entries" doc:"In all of these rooms together."`
}

// RoomAccess is who sees a room.
type RoomAccess struct {
	Room    talks.RoomID       `json:"room"`
	Title   string             `json:"title"`
	Entries int64              `json:"entries"`
	Sees    []talks.Delegation `json:"sees"`
	Blind   []talks.Delegation `json:"blind" doc:"Those of the list that do not see it."`
}

// AccessOf returns who sees what of a view.
func AccessOf(w *talks.World) *Access {
	out := &Access{Delegations: []talks.Delegation{}, Rooms: []RoomAccess{}}
	for _, d := range w.Delegations() {
		out.Delegations = append(out.Delegations, d.Code)
	}
	for _, s := range w.Rooms() {
		for _, d := range s.Room.Members {
			if !slices.Contains(out.Delegations, d) {
				out.Delegations = append(out.Delegations, d)
			}
		}
	}
	for _, s := range w.Rooms() {
		r := RoomAccess{s.Room.ID, s.Room.Title, s.Size(), []talks.Delegation{}, []talks.Delegation{}}
		for _, d := range out.Delegations {
			if s.Room.Has(d) {
				r.Sees = append(r.Sees, d)
			} else {
				r.Blind = append(r.Blind, d)
			}
		}
		out.Entries += r.Entries
		out.Rooms = append(out.Rooms, r)
	}
	return out
}
