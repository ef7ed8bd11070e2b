package noninterference

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// codes are the delegations of a random world. The first convenes.
var codes = []talks.Delegation{"aa", "bb", "cc", "dd"}

var start = time.Date(2025, 2, 10, 9, 0, 0, 0, time.UTC)

const processID = "talks"

// worlds is how many worlds are made of what one viewer sees: each but the first makes a pair with the first.
const worlds = 5

// pair is worlds that differ only in rooms where the viewer does not sit.
type pair struct {
	viewer talks.Delegation
	demo   bool // whether anybody takes any seat, as in a demonstration, or people have accounts
	// stream is the address of the viewer's live connection, and listens what it is opened with.
	stream  string
	listens asker
	// shared is what is in all; hidden is what only one of them has.
	shared []ledger.Item
	hidden [worlds][]ledger.Item
	// handles of the rooms that the viewer sees, and of all that it does not see in any world.
	seen, unseen []string
	gone         talks.RoomID // a room that the viewer left while the world was running; in the first world it never was
}

// room is what the generator remembers of a room while it writes acts that will be accepted.
type room struct {
	handle  string
	members []talks.Delegation // those that speak
	leader  talks.Delegation   // the chair, or who opened it
	size    int
	names   map[string]string // object by name
	issues  []talks.Ref
	parties []talks.Ref
	sources []talks.Ref
	said    []talks.Ref
	meets   []talks.Ref
	offers  []talks.Ref
	mine    map[talks.Delegation][]int64 // entries that can be erased
	made    map[int64]string             // the names of the objects that they made
}

// writer writes random acts that are in order.
type writer struct {
	t     *rapid.T
	items []ledger.Item
	at    time.Time
	lobby *room
	tag   string // tells the words of one world from those of another
	// restored are the delegations that a restoration was written for; true while nobody has stopped it.
	restored map[talks.Delegation]bool
}

func (w *writer) n(limit int) int { return rapid.IntRange(0, limit-1).Draw(w.t, "n") }

func (w *writer) chance(percent int) bool { return w.n(100) < percent }

func pick[T any](w *writer, of []T) T { return of[w.n(len(of))] }

func (w *writer) write(r *room, by talks.Delegation, a talks.Act) {
	w.at = w.at.Add(time.Duration(1+w.n(20)) * time.Minute)
	w.items = append(w.items, ledger.Item{Room: r.handle, Seat: talks.Seat(by + "-head"), At: w.at, Kind: a.Kind(), Act: a})
	if talks.Rules[a.Kind()].Erasable {
		r.mine[by] = append(r.mine[by], int64(r.size))
		r.made[int64(r.size)] = talks.NameMade(&talks.Entry{Act: a})
	}
	r.size++
}

func newRoom(handle string, members ...talks.Delegation) *room {
	return &room{handle: handle, members: members, names: map[string]string{}, mine: map[talks.Delegation][]int64{}, made: map[int64]string{}}
}

// name takes a name that is free in the room, from a pool so small that rooms share names.
func (w *writer) name(r *room, what string) (string, bool) {
	n := fmt.Sprintf("n%d", w.n(12))
	if r.names[n] != "" {
		return "", false
	}
	r.names[n] = what
	return n, true
}

func (w *writer) words() string {
	return fmt.Sprintf("%s says %s", w.tag, pick(w, []string{"the harbour stays open", "not one metre", "with observers", "in three steps", "<b>&amp;\"quoted\"</b>", "ميناء"}))
}

// in returns objects that an act of room r may refer to: its own and the lobby's.
func (w *writer) in(r *room, of func(*room) []talks.Ref) []talks.Ref {
	refs := slices.Clone(of(r))
	if r != w.lobby {
		for _, o := range of(w.lobby) {
			refs = append(refs, talks.Ref{Room: "lobby", Name: o.Name})
		}
	}
	return refs
}

func issues(r *room) []talks.Ref  { return r.issues }
func parties(r *room) []talks.Ref { return r.parties }
func sources(r *room) []talks.Ref { return r.sources }
func said(r *room) []talks.Ref    { return r.said }
func meets(r *room) []talks.Ref   { return r.meets }

// setup opens the lobby and designates everybody.
func (w *writer) setup() {
	w.lobby = newRoom("lobby", codes...)
	w.write(w.lobby, "aa", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Harbour talks"})
	for _, d := range codes {
		name := "party-" + string(d)
		w.lobby.names[name] = "party"
		w.write(w.lobby, "aa", &talks.PartyDeclare{Name: name, Title: "Party " + string(d), Short: string(d), Type: "state", Role: "principal"})
		w.write(w.lobby, "aa", &talks.DelegationDesignate{Code: d, Party: talks.Ref{Name: name}, Title: string(d), Head: talks.Seat(d + "-head")})
		w.lobby.parties = append(w.lobby.parties, talks.Ref{Name: name})
	}
	w.lobby.names["harbour"], w.lobby.names["paper"] = "issue", "source"
	w.write(w.lobby, "aa", &talks.IssueOpen{Name: "harbour", Title: "Harbour", Scale: &talks.Scale{Low: "closed", High: "open", Min: "0", Max: "10"}})
	w.write(w.lobby, "aa", &talks.SourceAdd{Name: "paper", Title: "A paper", Type: "article"})
	w.lobby.issues = []talks.Ref{{Name: "harbour"}}
	w.lobby.sources = []talks.Ref{{Name: "paper"}}
}

// open opens a room that nobody chairs.
func (w *writer) open(handle, title string, members ...talks.Delegation) *room {
	return w.openBy(pick(w, members), handle, title, members...)
}

func (w *writer) openBy(opener talks.Delegation, handle, title string, members ...talks.Delegation) *room {
	r := newRoom(handle, members...)
	kind := talks.RoomKind("direct")
	if len(members) == 1 {
		kind = talks.Caucus
	}
	r.leader = opener
	w.write(r, opener, &talks.RoomOpen{Type: kind, Title: title, Members: members})
	return r
}

// openLed opens a room of at least two, often with a chair, an observer and a rule.
func (w *writer) openLed(handle, title string, members ...talks.Delegation) *room {
	if w.chance(50) {
		return w.open(handle, title, members...)
	}
	r := newRoom(handle, members...)
	opener := pick(w, members)
	r.leader = pick(w, members)
	a := &talks.RoomOpen{Type: "plenary", Title: title, Members: members, Chair: r.leader, Rule: pick(w, talks.DecisionRules)}
	if d := pick(w, members); d != r.leader && len(members) > 2 {
		a.Observers = []talks.Delegation{d}
		r.members = slices.DeleteFunc(slices.Clone(members), func(m talks.Delegation) bool { return m == d })
	}
	w.write(r, opener, a)
	return r
}

// lead changes who leads a delegation or a room: in the lobby the convener restores a delegation, or the delegation stops it.
func (w *writer) lead(r *room, by talks.Delegation) {
	switch {
	case r == w.lobby && w.restored[by]:
		w.restored[by] = false
		w.write(r, by, &talks.DelegationRetain{Code: by, Reason: w.words()})
	case r == w.lobby:
		d := pick(w, codes[1:])
		if _, done := w.restored[d]; !done {
			w.restored[d] = true
			w.write(r, codes[0], &talks.DelegationRestore{Code: d, Head: talks.Seat(d + "-second"), Reason: w.words()})
		}
	case len(r.members) > 1:
		chair := pick(w, r.members)
		w.write(r, r.leader, &talks.RoomUpdate{Title: w.words(), Purpose: w.words(), Chair: chair, Rule: pick(w, talks.DecisionRules)})
		r.leader = chair
	}
}

// fill writes n random acts into rooms.
func (w *writer) fill(rooms []*room, n int) {
	for range n {
		r := pick(w, rooms)
		w.random(r, pick(w, r.members))
	}
}

func (w *writer) random(r *room, by talks.Delegation) {
	basis := talks.Basis{Illustrative: true}
	if w.chance(50) {
		basis = talks.Basis{Cites: []talks.Cite{{Source: pick(w, w.in(r, sources)), Paragraph: 1 + w.n(9), Quote: w.words()}}}
	}
	party, issue := pick(w, w.in(r, parties)), pick(w, w.in(r, issues))
	switch w.n(15) {
	case 14:
		w.lead(r, by)
	case 0:
		if name, ok := w.name(r, "issue"); ok {
			w.write(r, by, &talks.IssueOpen{Name: name, Title: w.words(), Options: []talks.Option{{Name: "a", Title: w.words()}, {Name: "b", Title: "B"}}, Basis: basis})
			r.issues = append(r.issues, talks.Ref{Name: name})
		}
	case 1:
		if name, ok := w.name(r, "party"); ok {
			w.write(r, by, &talks.PartyDeclare{Name: name, Title: w.words(), Type: "movement", Role: "affected", Basis: basis})
			r.parties = append(r.parties, talks.Ref{Name: name})
		}
	case 2:
		if name, ok := w.name(r, "source"); ok {
			w.write(r, by, &talks.SourceAdd{Name: name, Title: w.words(), Type: "note"})
			r.sources = append(r.sources, talks.Ref{Name: name})
		}
	case 3, 4:
		if name, ok := w.name(r, "statement"); ok {
			w.write(r, by, &talks.StatementRecord{Name: name, Speaker: party, Strength: pick(w, talks.Strengths), Form: pick(w, talks.Forms), Text: w.words(), About: []talks.Ref{issue}, Basis: basis})
			r.said = append(r.said, talks.Ref{Name: name})
		}
	case 5, 6:
		p := &talks.PositionRecord{Party: party, Issue: issue, Firmness: pick(w, talks.Firmnesses), Text: w.words(), Basis: basis}
		if issue.Name == "harbour" {
			p.Value = talks.Decimal(strconv.Itoa(w.n(11)))
		}
		if s := w.in(r, said); len(s) > 0 && w.chance(50) {
			p.Rests = []talks.Ref{pick(w, s)}
		}
		w.write(r, by, p)
	case 7:
		w.write(r, by, &talks.GoalRecord{Party: party, Text: w.words(), Strength: "hinted", Issues: []talks.Ref{issue}, Basis: basis})
	case 8:
		if name, ok := w.name(r, "event"); ok {
			w.write(r, by, &talks.EventRecord{Name: name, Title: w.words(), When: "2025-02", Parties: []talks.Ref{party}, Basis: basis})
		}
	case 9:
		if name, ok := w.name(r, "meeting"); ok {
			w.write(r, by, &talks.MeetingSchedule{Name: name, Title: w.words(), Type: "meeting", Starts: "2025-02-18", Expected: []talks.Attendee{{Party: party}}, Agenda: []talks.Ref{issue}, Basis: basis})
			r.meets = append(r.meets, talks.Ref{Name: name})
		}
	case 10:
		if m := w.in(r, meets); len(m) > 0 {
			w.write(r, by, &talks.ReadoutIssue{Meeting: pick(w, m), By: []talks.Ref{party}, Text: w.words(), Basis: basis})
		}
	case 11:
		if name, ok := w.name(r, "proposal"); ok {
			w.write(r, by, &talks.ProposalTable{Name: name, Title: w.words(), Text: w.words(), Terms: []talks.Term{{Issue: issue, Text: w.words()}}, Basis: basis})
			r.offers = append(r.offers, talks.Ref{Name: name})
		}
	case 12:
		if len(r.offers) > 0 {
			w.write(r, by, &talks.ProposalRespond{Proposal: pick(w, r.offers), Answer: pick(w, talks.Answers[:3]), Text: w.words()})
		} else {
			w.write(r, by, &talks.RemarkWrite{Text: w.words(), On: []talks.Ref{issue}})
		}
	case 13:
		w.write(r, by, &talks.ReleaseMake{Title: w.words(), Text: w.words(), Type: "note", Basis: basis})
	}
}

// erasedWords were said where the viewer sits, and erased. No answer has them.
const erasedWords = "words that were erased"

// others are the delegations but the viewer's own.
func (p *pair) others() []talks.Delegation {
	return slices.DeleteFunc(slices.Clone(codes), func(d talks.Delegation) bool { return d == p.viewer })
}

// drawPair draws worlds that differ only in what the viewer does not see.
func drawPair(t *rapid.T) *pair {
	w := &writer{t: t, at: start, tag: "common", restored: map[talks.Delegation]bool{}}
	w.setup()
	p := &pair{viewer: pick(w, codes), demo: w.chance(40)}
	p.stream = pick(w, []string{"/p/" + processID + "/live", "/api/v1/processes/" + processID + "/live"})
	p.listens = pick(w, []asker{bySession, byToken, byReader})
	others := p.others()
	caucus := w.open("caucus", "Caucus", p.viewer)
	w.write(caucus, p.viewer, &talks.SeatGrant{Holder: talks.Seat(p.viewer + "-aide"), Role: pick(w, []talks.Role{talks.Head, talks.Delegate}), Person: "An aide"})
	with := w.openLed("with", "Direct", p.viewer, pick(w, others))
	prefix := len(w.items)
	regretted, by := int64(with.size), pick(w, with.members)
	w.write(with, by, &talks.RemarkWrite{Text: erasedWords})
	w.fill([]*room{w.lobby, caucus, with}, 4+w.n(8))
	w.write(with, by, &talks.RecordErase{Entry: regretted, Reason: "said in error"})
	p.shared, p.seen = w.items, []string{"lobby", "caucus", "with"}
	for i := range p.hidden {
		h := &writer{t: t, at: w.items[prefix-1].At, tag: fmt.Sprintf("world%d", i)}
		h.lobby = lobbyAfter(w.items[:prefix])
		h.hide(p, others)
		p.hidden[i] = h.items
		for _, it := range h.items {
			if !slices.Contains(p.unseen, it.Room) {
				p.unseen = append(p.unseen, it.Room)
			}
		}
	}
	return p
}

// lobbyAfter is what hidden rooms may refer to of the lobby: what is there before any of them is opened.
func lobbyAfter(items []ledger.Item) *room {
	r := newRoom("lobby", codes...)
	for _, it := range items {
		if a, ok := it.Act.(*talks.PartyDeclare); ok {
			r.parties = append(r.parties, talks.Ref{Name: a.Name})
		}
	}
	r.issues = []talks.Ref{{Name: "harbour"}}
	r.sources = []talks.Ref{{Name: "paper"}}
	return r
}

// hide writes the rooms that the viewer does not see: at least three, so that a world has at least six.
func (w *writer) hide(p *pair, others []talks.Delegation) {
	var rooms []*room
	for _, d := range others {
		rooms = append(rooms, w.open("caucus-"+string(d), w.tag, d))
	}
	for i := range w.n(3) {
		// The same title as a room that the viewer sees: a name taken there must tell nothing here.
		rooms = append(rooms, w.openLed(fmt.Sprintf("hidden-%d", i), pick(w, []string{"Direct", w.tag}), others[:2+w.n(2)]...))
	}
	if w.chance(30) {
		left := w.openBy(others[0], "left", w.tag, others[0], p.viewer)
		w.write(left, others[0], &talks.RemarkWrite{Text: w.words()})
		w.write(left, others[0], &talks.RoomAdmit{Delegations: []talks.Delegation{others[1]}})
		w.write(left, p.viewer, &talks.RoomLeave{})
		left.members = others[:2]
		rooms = append(rooms, left)
	}
	if d := others[0]; w.chance(50) {
		w.write(rooms[0], d, &talks.SeatGrant{Holder: talks.Seat(d + "-adviser"), Role: talks.Adviser, Person: w.tag})
		w.write(rooms[0], d, &talks.SeatGrant{Holder: talks.Seat(d + "-second"), Role: pick(w, []talks.Role{talks.Head, talks.Observer}), Until: "2025-02-12", Alternate: talks.Seat(d + "-adviser"), Away: "2025-02-11/2025-02-11"})
	}
	w.fill(rooms, w.n(10))
	if closed := rooms[len(rooms)-1]; len(closed.members) > 1 && w.chance(30) {
		w.write(closed, closed.leader, &talks.RoomClose{Reason: w.tag})
		rooms = rooms[:len(rooms)-1]
	}
	if r := pick(w, rooms); w.chance(30) {
		for _, d := range r.members {
			if es := r.mine[d]; len(es) > 0 {
				k := pick(w, es)
				w.write(r, d, &talks.RecordErase{Entry: k, Name: r.made[k], Reason: w.tag})
				break
			}
		}
	}
}

// script weaves the hidden acts of world i among the shared ones, by time.
func (p *pair) script(i int) ledger.Script {
	items := append(slices.Clone(p.shared), p.hidden[i]...)
	slices.SortStableFunc(items, func(a, b ledger.Item) int { return a.At.Compare(b.At) })
	for k := range items {
		payload, err := talks.Encode(items[k].Act)
		if err != nil {
			panic(err)
		}
		if items[k].Act, err = talks.Decode(items[k].Kind, payload); err != nil { // loading completes references in place
			panic(err)
		}
	}
	return ledger.Script{Process: processID, Items: items}
}

// clock is a function of what is seen and nothing else, as in a seeded demonstration.
func clock(last time.Time) time.Time {
	if base := start.AddDate(0, 0, 8); last.Before(base) {
		return base
	}
	return last.Add(time.Second)
}

// load makes the ledger of world i.
func (p *pair) load(t testing.TB, i int, options ...ledger.Option) (*ledger.Ledger, map[string]talks.RoomID) {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", append([]ledger.Option{ledger.WithSeed(7), ledger.WithClock(clock)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := l.Load(t.Context(), p.script(i))
	if err != nil {
		t.Fatal(err)
	}
	return l, rooms
}
