package noninterference

import (
	"fmt"
	"maps"
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
	truths  []talks.Ref                  // conditions that somebody determines
	owed    []talks.Ref                  // commitments
	deals   []talks.Ref                  // agreements
	asks    []talks.Ref                  // requirements to consult
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
func truths(r *room) []talks.Ref  { return r.truths }
func owed(r *room) []talks.Ref    { return r.owed }
func deals(r *room) []talks.Ref   { return r.deals }

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
	w.lobby.names["harbour"], w.lobby.names["quay"], w.lobby.names["paper"] = "issue", "issue", "source"
	w.write(w.lobby, "aa", &talks.IssueOpen{Name: "harbour", Title: "Harbour", Scale: &talks.Scale{Low: "closed", High: "open", Min: "0", Max: "10"}})
	w.write(w.lobby, "aa", &talks.IssueOpen{Name: "quay", Title: "Quay"}) // on which nobody is ever to be consulted: see agree
	w.write(w.lobby, "aa", &talks.SourceAdd{Name: "paper", Title: "A paper", Type: "article"})
	w.lobby.issues = []talks.Ref{{Name: "harbour"}}
	w.lobby.sources = []talks.Ref{{Name: "paper"}}
	w.lobby.leader = codes[0]
	w.promised()
}

// promised writes into the lobby what hidden rooms speak of: a meeting, a condition, an agreement, two promises in return for each other and a
// requirement to consult.
func (w *writer) promised() {
	l := w.lobby
	ref := func(name string) talks.Ref { return talks.Ref{Name: name} }
	maps.Copy(l.names, map[string]string{"round": "meeting", "truce": "condition", "calm": "condition", "offer": "proposal", "deal": "agreement", "pledge": "commitment", "return": "commitment", "ask": "requirement"})
	w.write(l, "aa", &talks.MeetingSchedule{Name: "round", Title: "A round", Type: "meeting", Agenda: []talks.Ref{ref("harbour")}})
	w.write(l, "aa", &talks.MeetingHold{Meeting: ref("round"), Started: "2025-02-10", Attendance: []talks.Attendee{{Party: ref("party-aa")}, {Party: ref("party-bb"), Presence: "excused"}}})
	w.write(l, "aa", &talks.ConditionDefine{Name: "truce", Title: "A truce"})
	w.write(l, "aa", &talks.ConditionDefine{Name: "calm", Title: "Calm", When: &talks.Expr{All: []talks.Expr{{Of: ref("truce")}, {From: "2025-02-11"}}}})
	w.write(l, "aa", &talks.ProposalTable{Name: "offer", Title: "An offer", Text: "All of it.", Terms: []talks.Term{{Issue: ref("harbour"), Value: "5"}}, InForce: &talks.Expr{Of: ref("truce")}})
	for _, d := range codes[1:] {
		w.write(l, d, &talks.ProposalRespond{Proposal: ref("offer"), Answer: "accept"})
	}
	w.write(l, "aa", &talks.AgreementAdopt{Name: "deal", Title: "The deal", Proposal: ref("offer")})
	steps := []talks.Step{{Value: "2", Due: talks.Due{Of: ref("deal"), Within: "P2D"}}, {Value: "4"}}
	w.write(l, "aa", &talks.CommitmentMake{
		Name: "pledge", Title: "A pledge", Obligors: []talks.Ref{ref("party-aa")}, Beneficiaries: []talks.Ref{ref("party-bb")}, Deed: "Open it.", Issue: ref("harbour"),
		When: &talks.Expr{Of: ref("calm")}, Due: talks.Due{Of: ref("truce"), Within: "P3D"}, Measure: &talks.Measure{Unit: "berths", Baseline: "0", Target: "4", Steps: steps},
	})
	w.write(l, "bb", &talks.CommitmentMake{
		Name: "return", Title: "In return", Obligors: []talks.Ref{ref("party-bb")}, Beneficiaries: []talks.Ref{ref("party-aa")}, Deed: "Pay.", InReturn: ref("pledge"), Pace: "step-for-step",
		Measure: &talks.Measure{Unit: "berths", Baseline: "0", Target: "4", Steps: []talks.Step{{Value: "1"}, {Value: "4"}}}, Verifiers: []talks.Ref{ref("party-cc")},
	})
	w.write(l, "aa", &talks.ConsultRequire{Name: "ask", Title: "Ask all", Issues: []talks.Ref{ref("harbour")}, Parties: l.parties, Ground: "So agreed."})
	l.meets, l.truths, l.owed = []talks.Ref{ref("round")}, []talks.Ref{ref("truce")}, []talks.Ref{ref("pledge"), ref("return")}
	l.deals, l.asks = []talks.Ref{ref("deal")}, []talks.Ref{ref("ask")}
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
	switch w.n(24) {
	default:
		w.promise(r, by, party, issue, basis)
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

// promise writes what is met for, required, agreed, promised and said of promises.
func (w *writer) promise(r *room, by talks.Delegation, party, issue talks.Ref, basis talks.Basis) {
	own := talks.Ref{Room: "lobby", Name: "party-" + string(by)}
	shared := len(r.members) > 1
	switch w.n(12) {
	case 0:
		to := slices.Concat(w.in(r, meets), w.in(r, owed), w.in(r, deals), []talks.Ref{issue})
		w.write(r, by, &talks.ReactionRecord{Party: party, To: pick(w, to), Stance: pick(w, talks.Stances), Text: w.words(), Basis: basis})
	case 1:
		w.write(r, by, &talks.ConsultRecord{Parties: []talks.Ref{party}, Issues: []talks.Ref{issue}, Place: w.tag, Text: w.words(), Basis: basis})
	case 2:
		w.write(r, by, &talks.ConsultWaive{Requirement: talks.Ref{Room: "lobby", Name: "ask"}, Parties: []talks.Ref{own}, Reason: w.words()})
	case 3, 4:
		w.write(r, by, &talks.ConditionDetermine{Condition: pick(w, w.in(r, truths)), Party: party, Outcome: pick(w, talks.Outcomes), When: "2025-02-12", Text: w.words(), Basis: basis})
	case 5, 6:
		w.write(r, by, &talks.CommitmentReport{Commitment: pick(w, w.in(r, owed)[:1]), Party: party, Claim: pick(w, talks.Claims), When: "2025-02-13", Text: w.words(), Basis: basis})
		w.write(r, by, &talks.CommitmentReport{Commitment: talks.Ref{Room: "lobby", Name: pick(w, []string{"pledge", "return"})}, Claim: pick(w, talks.Claims), Value: talks.Decimal(strconv.Itoa(w.n(5))), Text: w.words()})
	case 7:
		if name, ok := w.name(r, "condition"); ok {
			w.write(r, by, &talks.ConditionDefine{Name: name, Title: w.words(), Issue: issue})
			w.write(r, by, &talks.ConditionUpdate{Condition: talks.Ref{Name: name}, Text: w.words()})
			r.truths = append(r.truths, talks.Ref{Name: name})
		}
	case 8:
		if name, ok := w.name(r, "commitment"); ok {
			w.write(r, by, &talks.CommitmentMake{
				Name: name, Title: w.words(), Obligors: []talks.Ref{own}, Beneficiaries: []talks.Ref{party}, Deed: w.words(), Issue: issue, When: &talks.Expr{Of: pick(w, w.in(r, truths))},
				Due: talks.Due{By: pick(w, []talks.Date{"2025-02-14", "2025"})}, InReturn: pick(w, append(w.in(r, owed), talks.Ref{})), Verifiers: []talks.Ref{party},
			})
			r.owed = append(r.owed, talks.Ref{Name: name})
			if w.chance(20) {
				w.write(r, by, &talks.CommitmentEnd{Commitment: talks.Ref{Name: name}, Ground: "withdrawn", Reason: w.words()})
			}
		}
	case 9:
		w.meet(r, by, party, issue, basis)
	case 10:
		if shared {
			w.agree(r)
		}
	case 11:
		if name, ok := w.name(r, "requirement"); ok && r.leader != "" {
			w.write(r, r.leader, &talks.ConsultRequire{Name: name, Title: w.words(), Issues: []talks.Ref{issue}, Parties: []talks.Ref{party}, Ground: w.words()})
		}
		if all := w.in(r, issues); shared && len(all) > 1 {
			if name, ok := w.name(r, "package"); ok {
				w.write(r, r.leader, &talks.PackageForm{Name: name, Title: w.words(), Items: all[:2]})
			}
		}
	}
}

// meet schedules a summit, changes it, and often holds it, with minutes and a readout.
func (w *writer) meet(r *room, by talks.Delegation, party, issue talks.Ref, basis talks.Basis) {
	name, ok := w.name(r, "meeting")
	if !ok {
		return
	}
	m := talks.Ref{Name: name}
	w.write(r, by, &talks.MeetingSchedule{Name: name, Title: w.words(), Type: "summit", Standing: "hoped", Agenda: []talks.Ref{issue}, Preconditions: w.in(r, truths)[:1], Expected: []talks.Attendee{{Party: party}}})
	w.write(r, by, &talks.MeetingUpdate{Meeting: m, Standing: "announced", Starts: "2025-03-01", Venue: w.words()})
	r.meets = append(r.meets, m)
	if w.chance(50) {
		return
	}
	w.write(r, by, &talks.MeetingHold{Meeting: m, Started: "2025-02-09", Attendance: []talks.Attendee{{Party: party}}})
	if minutes, ok := w.name(r, "minutes"); ok {
		w.write(r, by, &talks.MinutesOpen{Name: minutes, Meeting: m, Paragraphs: []string{w.words()}})
		w.write(r, by, &talks.MinutesCorrect{Minutes: talks.Ref{Name: minutes}, Paragraph: 1 + w.n(2), Text: w.words()})
	}
	w.write(r, by, &talks.ReadoutIssue{Meeting: m, By: []talks.Ref{party}, Points: []talks.Point{{Text: w.words(), Issue: issue}, {Text: w.words(), Topic: "next-step"}}, Attendance: []talks.Attendee{{Party: party}}, Basis: basis})
}

// agree has all members of a room decide for something and adopt it.
func (w *writer) agree(r *room) {
	offer, ok := w.name(r, "proposal")
	if !ok {
		return
	}
	deal, ok := w.name(r, "agreement")
	if !ok {
		return
	}
	table := &talks.ProposalTable{
		Name: offer, Title: w.words(), Text: w.words(), Terms: []talks.Term{{Issue: talks.Ref{Room: "lobby", Name: "quay"}}}, Parties: w.in(r, parties)[:1],
	}
	if w.chance(50) {
		table.InForce = &talks.Expr{Of: pick(w, w.in(r, truths))}
	}
	w.write(r, r.members[0], table)
	for _, d := range r.members[1:] {
		w.write(r, d, &talks.ProposalRespond{Proposal: talks.Ref{Name: offer}, Answer: "accept"})
	}
	last := r.members[len(r.members)-1]
	w.write(r, r.members[0], &talks.AgreementAdopt{Name: deal, Title: w.words(), Proposal: talks.Ref{Name: offer}})
	w.write(r, last, &talks.AgreementReserve{Agreement: talks.Ref{Name: deal}, Type: "declaration", Text: w.words()})
	r.deals = append(r.deals, talks.Ref{Name: deal})
	// Words that were adopted cannot be erased.
	for _, d := range r.members {
		r.mine[d] = slices.DeleteFunc(r.mine[d], func(i int64) bool { return r.made[i] == offer || i >= int64(r.size-len(r.members)-2) })
	}
	if w.chance(30) {
		w.write(r, last, &talks.AgreementDenounce{Agreement: talks.Ref{Name: deal}, Reason: w.words()})
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
	r.meets, r.truths, r.owed = []talks.Ref{{Name: "round"}}, []talks.Ref{{Name: "truce"}}, []talks.Ref{{Name: "pledge"}, {Name: "return"}}
	r.deals, r.asks = []talks.Ref{{Name: "deal"}}, []talks.Ref{{Name: "ask"}}
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
