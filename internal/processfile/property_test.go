package processfile_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
)

// player makes talks by trying random acts at the gate: what it refuses is not part of them.
type player struct {
	t     *testing.T
	rand  *rand.Rand
	l     *ledger.Ledger
	seats []talks.Seat
	now   time.Time
	names int
}

const playedProcess = "played"

func (p *player) n(limit int) int { return p.rand.IntN(limit) }

func any1[T any](p *player, of []T) T { return of[p.n(len(of))] }

// pieces make texts of what is hard to write in YAML.
var pieces = []string{
	"word", "Ünï-cøde", "日本語", "ابت", " ", "  ", "\n", "\n\n", "\t", ": ", "#", " #", "- ", "'", "\"", "\\", "{", "[", "]", ",", "&a", "*a", "!x", "%", "@",
	"|", ">", "yes", "no", "null", "~", "12", "0x1", "1e3", "2025-02-18", "---", "...", "?", "<<", "\u00a0", "\u2028", "\u200f", "\ufeff", "😀", "a long run of words to be folded over several lines ",
}

func (p *player) text() string {
	var b strings.Builder
	for range 1 + p.n(6) {
		b.WriteString(any1(p, pieces))
	}
	if strings.TrimSpace(b.String()) == "" {
		return "x" + b.String()
	}
	return b.String()
}

func (p *player) line() string { return strings.NewReplacer("\n", " ", "\t", " ").Replace(p.text()) }

func (p *player) name() string {
	// Few names, so that rooms have the same ones.
	return any1(p, []string{"a", "b", "c", "d", "e", "yes", "12", "дом"})
}

func (p *player) title() string { p.names++; return fmt.Sprintf("%s %d", p.line(), p.names) }

func (p *player) play(seat talks.Seat, room talks.RoomID, a talks.Act) talks.RoomID {
	talks.Refs(a, func(_ string, r *talks.Ref) {
		if r.Room == room {
			r.Room = ""
		}
	})
	payload, err := talks.Encode(a)
	if err != nil {
		p.t.Fatal(err)
	}
	receipt, err := p.l.Append(p.t.Context(), ledger.Viewer{Process: playedProcess, Seat: seat}, room, a.Kind(), payload)
	if err != nil {
		var problems talks.Problems
		if !errors.As(err, &problems) && !errors.Is(err, ledger.ErrNotFound) {
			p.t.Fatal(err)
		}
		return ""
	}
	return receipt.Room
}

// refs picks references of a room's view, some of them wrong.
func (p *player) refs(w *talks.World, most int, kinds ...string) (out []talks.Ref) {
	var all []talks.Ref
	for _, s := range w.Rooms() {
		for _, name := range []string{"a", "b", "c", "d", "e", "yes", "12", "дом", "chair", "north", "south", "east", "#1", "a-agreed", "b-agreed", "c-agreed", "d-agreed", "e-agreed", "yes-agreed"} {
			what := s.Object(name)
			for _, k := range kinds {
				if what == k {
					all = append(all, talks.Ref{Room: s.Room.ID, Name: name})
				}
			}
		}
	}
	for range p.n(most + 1) {
		if len(all) > 0 {
			out = append(out, any1(p, all))
		}
	}
	return out
}

func (p *player) ref(w *talks.World, kinds ...string) talks.Ref {
	for range 3 {
		if rs := p.refs(w, 2, kinds...); len(rs) > 0 {
			return rs[0]
		}
	}
	return talks.Ref{Name: "chair"}
}

func (p *player) codes() []talks.Delegation {
	all := []talks.Delegation{"n", "s", "e", "ch"}
	return all[p.n(3):][:1+p.n(1)+p.n(2)]
}

// pause keeps what a seat may do the same during a millisecond: the order of a view does not tell which of two acts in different rooms was
// first, and so not whether a seat that gained and lost its authority within one wrote before or after.
func (p *player) pause() { p.now = p.now.Add(time.Millisecond) }

func (p *player) step() {
	if p.n(3) == 0 {
		p.now = p.now.Add(time.Duration(p.n(3)) * 40 * time.Millisecond)
	}
	seat := any1(p, p.seats)
	v, err := p.l.View(p.t.Context(), ledger.Viewer{Process: playedProcess, Seat: seat})
	if err != nil {
		return
	}
	rooms := v.World().Rooms()
	s := any1(p, rooms)
	w := v.World().As(s.Room.ID)
	room, own := s.Room.ID, seat.Delegation()
	b := talks.Basis{Illustrative: true}
	for _, c := range p.refs(w, 2, "source") {
		b.Cites = append(b.Cites, talks.Cite{Source: c, Paragraph: p.n(3), Quote: p.text()})
	}
	if p.n(5) == 0 {
		p.govern(seat, room, v.World())
		return
	}
	switch p.n(36) {
	default:
		p.promise(seat, room, w)
	case 0:
		open := &talks.RoomOpen{Type: any1(p, talks.RoomKinds[1:]), Title: p.title(), Purpose: p.text(), Members: append(p.codes(), own), Basis: b}
		if p.n(3) == 0 {
			open.Chair, open.Observers, open.Rule = any1(p, open.Members), open.Members[:p.n(2)], any1(p, talks.DecisionRules)
		}
		p.play(seat, "", open)
	case 1:
		p.play(seat, "", &talks.RoomOpen{Type: talks.Caucus, Title: p.title(), Members: []talks.Delegation{own}})
	case 2:
		p.play(seat, room, &talks.RoomAdmit{Delegations: p.codes()[:1]})
	case 3:
		p.play(seat, room, &talks.RoomRemove{Delegations: p.codes()[:1], Reason: p.text()})
	case 4:
		p.play(seat, room, &talks.RoomLeave{Reason: p.text()})
	case 5:
		if p.n(6) == 0 {
			p.play(seat, room, &talks.RoomClose{})
		}
	case 6, 7:
		p.pause()
		defer p.pause()
		role := any1(p, []talks.Role{talks.Adviser, talks.Delegate, talks.Head})
		p.play(seat, room, &talks.SeatGrant{Holder: any1(p, p.seats), Role: role, Person: p.line()})
	case 8:
		p.pause()
		defer p.pause()
		p.play(seat, room, &talks.SeatRevoke{Holder: any1(p, p.seats)})
	case 9:
		p.play(seat, room, &talks.IssueOpen{Name: p.name(), Title: p.title(), Question: p.text(), Options: []talks.Option{{Name: "x", Title: p.line()}, {Name: "yes", Title: "Yes"}}, Affects: p.refs(w, 2, "party"), Basis: b})
	case 10:
		p.play(seat, room, &talks.IssueOpen{Name: p.name(), Title: p.title(), Scale: &talks.Scale{Low: p.line(), High: "h", Min: "-1.5", Max: "100"}})
	case 11:
		if i := p.ref(w, "issue"); p.n(2) == 0 {
			p.play(seat, room, &talks.IssueUpdate{Issue: i, Options: []talks.Option{{Name: any1(p, []string{"z", "w"}), Title: "Z"}}})
		} else {
			p.play(seat, room, &talks.IssueClose{Issue: i})
		}
	case 12, 13:
		n := p.n(101)
		p.play(seat, room, &talks.PositionRecord{Party: p.ref(w, "party"), Issue: p.ref(w, "issue"), Option: any1(p, []string{"", "x", "yes", "z", "w"}), Firmness: "firm", Salience: &n, Text: p.text(), Rests: p.refs(w, 2, "statement"), Since: "2025", Basis: b})
	case 14:
		p.play(seat, room, &talks.StatementRecord{Name: p.name(), Speaker: p.ref(w, "party"), Strength: "stated", Form: "verbatim", Text: p.text(), About: p.refs(w, 3, "issue", "party", "statement", "entry"), Basis: b})
	case 15:
		p.play(seat, room, &talks.SourceAdd{Name: p.name(), Title: p.title(), Type: "note", Text: p.text(), Published: "2025-02-18", Basis: b})
	case 16:
		p.play(seat, room, &talks.ProposalTable{Name: p.name(), Title: p.title(), Text: p.text(), Terms: []talks.Term{{Issue: p.ref(w, "issue"), Option: any1(p, []string{"x", "z"})}}})
	case 17:
		p.play(seat, room, &talks.ProposalRespond{Proposal: p.ref(w, "proposal"), Answer: "consider", Text: p.text()})
	case 18:
		p.play(seat, room, &talks.RemarkWrite{Text: p.text(), On: p.refs(w, 4, "issue", "party", "statement", "source", "proposal", "entry", "event")})
	case 19, 20:
		e := s.Entries[p.n(int(s.Size()))]
		p.play(seat, room, &talks.RecordErase{Entry: e.Index, Name: talks.NameMade(e), Reason: p.text()})
	case 21:
		p.play(seat, room, &talks.EventRecord{Name: p.name(), Title: p.title(), Figures: []talks.Figure{{Label: p.line(), Value: "12.50", Unit: p.line()}}, About: p.refs(w, 2, "issue", "statement")})
	}
}

// promise plays what is met for, agreed, required, promised and reported.
func (p *player) promise(seat talks.Seat, room talks.RoomID, w *talks.World) {
	b, own := talks.Basis{Illustrative: true}, w.PartyOf(seat.Delegation())
	due := talks.Due{Of: p.ref(w, "meeting", "agreement", "condition"), Within: "P14D", Zone: "Europe/Kyiv"}
	when := &talks.Expr{All: []talks.Expr{{Of: p.ref(w, "commitment", "condition", "event")}, {Not: &talks.Expr{From: "2026"}}}}
	switch p.n(20) {
	case 0:
		p.play(seat, room, &talks.MeetingSchedule{Name: p.name(), Title: p.title(), Type: "summit", Format: "shuttle", Agenda: p.refs(w, 2, "issue"), Preconditions: p.refs(w, 2, "condition", "agreement")})
	case 1:
		p.play(seat, room, &talks.MeetingUpdate{Meeting: p.ref(w, "meeting"), Standing: "announced", Expected: []talks.Attendee{{Party: p.ref(w, "party")}}})
	case 2, 3:
		p.play(seat, room, &talks.MeetingHold{Meeting: p.ref(w, "meeting"), Attendance: []talks.Attendee{{Party: p.ref(w, "party")}, {Party: p.ref(w, "party"), Presence: "excused"}}})
	case 4:
		meeting, minutes := talks.Ref{Name: p.name()}, talks.Ref{Name: p.name()}
		p.play(seat, room, &talks.MeetingSchedule{Name: meeting.Name, Title: p.title(), Type: "meeting", Agenda: p.refs(w, 2, "issue")})
		p.play(seat, room, &talks.MeetingHold{Meeting: meeting, Attendance: []talks.Attendee{{Party: own}, {Party: p.ref(w, "party")}}})
		p.play(seat, room, &talks.MinutesOpen{Name: minutes.Name, Meeting: any1(p, []talks.Ref{meeting, p.ref(w, "meeting")}), Paragraphs: []string{p.text(), p.text()}})
		p.play(any1(p, p.seats), room, &talks.MinutesCorrect{Minutes: minutes, Paragraph: 1 + p.n(3), Text: p.text()})
		if p.n(3) == 0 {
			p.play(seat, room, &talks.MinutesClose{Minutes: minutes})
		}
	case 5:
		p.play(seat, room, &talks.MinutesCorrect{Minutes: p.ref(w, "minutes"), Paragraph: 1 + p.n(3), Text: p.text(), Reason: p.text()})
	case 6:
		p.play(seat, room, &talks.MinutesClose{Minutes: p.ref(w, "minutes")})
	case 7:
		p.play(seat, room, &talks.ReadoutIssue{Meeting: p.ref(w, "meeting"), By: []talks.Ref{own}, Points: []talks.Point{{Text: p.text(), Topic: "next-step", Issue: p.ref(w, "issue"), When: "2025"}}})
	case 8:
		p.play(seat, room, &talks.ReactionRecord{Party: own, To: p.ref(w, "meeting", "issue", "proposal", "agreement"), Stance: any1(p, talks.Stances), Text: p.text()})
	case 9:
		p.play(seat, room, &talks.ConsultRequire{Name: p.name(), Title: p.title(), Issues: p.refs(w, 2, "issue"), Parties: p.refs(w, 2, "party"), Before: talks.Stages[:1+p.n(2)], Ground: p.text()})
	case 10:
		p.play(seat, room, &talks.ConsultRecord{Parties: p.refs(w, 3, "party"), Issues: p.refs(w, 2, "issue"), Text: p.text(), Basis: b})
	case 11:
		p.play(seat, room, &talks.ConsultWaive{Requirement: p.ref(w, "requirement"), Parties: []talks.Ref{own}, Reason: p.text()})
	case 12:
		p.play(seat, room, &talks.PackageForm{Name: p.name(), Title: p.title(), Items: p.refs(w, 3, "issue", "proposal")})
	case 13:
		p.agree(room, w)
	case 14:
		p.play(seat, room, &talks.AgreementReserve{Agreement: p.ref(w, "agreement"), Type: "declaration", Text: p.text()})
		p.play(seat, room, any1(p, []talks.Act{&talks.AgreementConfirm{Agreement: p.ref(w, "agreement")}, &talks.AgreementWithdraw{Agreement: p.ref(w, "agreement")}, &talks.AgreementDenounce{Agreement: p.ref(w, "agreement"), Effective: "2026"}}))
	case 15:
		name := p.name()
		p.play(seat, room, &talks.ConditionDefine{Name: name, Title: p.title(), When: any1(p, []*talks.Expr{nil, when})})
		p.play(seat, room, &talks.ConditionUpdate{Condition: any1(p, []talks.Ref{{Name: name}, p.ref(w, "condition")}), Text: p.text()})
	case 16:
		p.play(seat, room, &talks.ConditionDetermine{Condition: p.ref(w, "condition"), Outcome: any1(p, talks.Outcomes), Text: p.text()})
	case 17:
		name := p.name()
		p.play(seat, room, &talks.CommitmentMake{
			Name: name, Title: p.title(), Obligors: []talks.Ref{own}, Beneficiaries: p.refs(w, 2, "party"), Deed: p.text(), When: any1(p, []*talks.Expr{nil, when}), Due: any1(p, []talks.Due{{}, due}),
			InReturn: any1(p, []talks.Ref{{}, p.ref(w, "commitment")}), Measure: &talks.Measure{Unit: p.line(), Baseline: "0", Target: "9.50", Steps: []talks.Step{{Value: "4", Due: talks.Due{By: "2025"}}}},
		})
		p.play(any1(p, p.seats), room, &talks.CommitmentReport{Commitment: talks.Ref{Name: name}, Claim: any1(p, talks.Claims), Value: "3", Text: p.text()})
		if p.n(2) == 0 {
			p.play(any1(p, p.seats), room, &talks.CommitmentEnd{Commitment: talks.Ref{Name: name}, Ground: any1(p, talks.Releases[:2])})
		}
	case 18:
		p.play(seat, room, &talks.CommitmentReport{Commitment: p.ref(w, "commitment"), Claim: any1(p, talks.Claims), Value: "3", Text: p.text()})
	case 19:
		p.play(seat, room, &talks.CommitmentEnd{Commitment: p.ref(w, "commitment"), Ground: any1(p, talks.Releases[:2]), Reason: p.text()})
	}
}

// agree has the heads of a room table something, answer it and adopt it, if they may.
func (p *player) agree(room talks.RoomID, w *talks.World) {
	members := w.Room(room).Room.Members
	head := talks.Seat(any1(p, members)) + "-head"
	name := p.name()
	offer := &talks.ProposalTable{Name: name, Title: p.title(), Text: p.text(), InForce: any1(p, []*talks.Expr{nil, {From: "2025-02-01"}})}
	for _, issue := range p.refs(w, 1, "issue") {
		offer.Terms = []talks.Term{{Issue: issue, Text: p.text()}}
	}
	p.play(head, room, offer)
	proposal := talks.Ref{Name: name}
	for _, d := range members {
		p.play(talks.Seat(d)+"-head", room, &talks.ProposalRespond{Proposal: proposal, Answer: any1(p, talks.Answers[:2]), Text: p.text()})
	}
	agreement := talks.Ref{Name: p.name() + "-agreed"}
	p.play(head, room, &talks.AgreementAdopt{Name: agreement.Name, Title: p.title(), Proposal: proposal})
	for _, d := range members {
		p.play(talks.Seat(d)+"-head", room, &talks.AgreementConfirm{Agreement: agreement})
	}
	p.play(head, room, any1(p, []talks.Act{&talks.AgreementDenounce{Agreement: agreement}, &talks.AgreementWithdraw{Agreement: agreement}, &talks.RemarkWrite{Text: "x"}}))
}

// govern plays what changes who leads.
func (p *player) govern(seat talks.Seat, room talks.RoomID, w *talks.World) {
	d, others := p.codes()[0], w.Rooms()
	for _, s := range others[p.n(len(others)):] {
		if s.Room.RoleOf(seat.Delegation()) == talks.RoomChair {
			room = s.Room.ID // where it has more to say
		}
	}
	switch p.n(16) {
	default:
		p.play(seat, room, &talks.RoomUpdate{Title: p.title(), Purpose: p.text(), Chair: any1(p, []talks.Delegation{"", d}), Observe: p.codes()[:p.n(2)], Speak: p.codes()[:p.n(2)], Rule: any1(p, talks.DecisionRules)})
	case 0:
		p.pause()
		defer p.pause()
		p.play(seat, room, &talks.DelegationRestore{Code: d, Head: talks.Seat(d) + any1(p, []talks.Seat{"-a", "-head"}), Reason: p.text()})
		p.now = p.now.Add(time.Duration(p.n(100)) * time.Hour)
	case 1:
		p.pause()
		defer p.pause()
		if r, err := p.l.Restore(p.t.Context(), playedProcess, any1(p, []talks.Seat{"ch-head", "ch-a"}), p.text()); err == nil && r.Index == 0 {
			p.t.Error("a lobby that begins with a restoration")
		}
	case 2:
		p.play(seat, room, &talks.DelegationRetain{Code: seat.Delegation(), Reason: p.text()})
	case 3, 4:
		p.play(seat, room, &talks.RoomAdmit{Delegations: []talks.Delegation{d}, Observers: true})
	case 5, 6, 7:
		if c := w.CaucusOf(seat.Delegation()); c != nil {
			room = c.Room.ID
		}
		p.pause()
		defer p.pause()
		grant := &talks.SeatGrant{Holder: any1(p, p.seats), Role: any1(p, []talks.Role{talks.Delegate, talks.Head})}
		grant.Alternate = talks.Seat(grant.Holder.Delegation()) + any1(p, []talks.Seat{"-a", "-head"})
		grant.Away = talks.Date(p.now.Add(time.Duration(p.n(48)) * time.Hour).UTC().Format(time.RFC3339))
		if p.n(2) == 0 {
			grant.Until = talks.Date(p.now.AddDate(0, 0, 1+p.n(5)).UTC().Format(time.DateOnly))
		}
		p.play(seat, room, grant)
	}
}

const playedHead = `
process: played
acts:
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: room.open, kind: lobby, title: Lobby}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: chair, title: Chair, kind: person, role: facilitator}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: north, title: North, kind: state, role: principal}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: south, title: South, kind: state, role: principal}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: party.declare, name: east, title: East, kind: state, role: principal}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: ch, party: chair, title: Chair, head: ch-head}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: "n", party: north, title: North, head: n-head}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: s, party: south, title: South, head: s-head}
- {room: lobby, seat: ch-head, at: 2025-01-01T09:00:00Z, act: delegation.designate, delegation: e, party: east, title: East, head: e-head}
- {room: n-caucus, seat: n-head, at: 2025-01-01T09:00:00Z, act: room.open, kind: caucus, title: North, members: ["n"]}
- {room: n-caucus, seat: n-head, at: 2025-01-01T09:00:00Z, act: seat.grant, holder: n-a, role: delegate}
- {room: s-caucus, seat: s-head, at: 2025-01-01T09:00:00Z, act: room.open, kind: caucus, title: South, members: [s]}
- {room: s-caucus, seat: s-head, at: 2025-01-01T09:00:00Z, act: seat.grant, holder: s-a, role: head}
`

func TestExportOfPlayedTalksComesBack(t *testing.T) {
	head := parse(t, "played", playedHead)
	partial, erased, stands := 0, 0, 0
	kinds := map[string]int{"delegation.restore": 0, "delegation.retain": 0, "room.update": 0, "operator-host": 0, "observers: true": 0, "away:": 0, "chair:": 0}
	for _, k := range talks.Catalogue {
		concept, _, _ := strings.Cut(string(k), ".")
		if slices.Contains([]string{"minutes", "reaction", "consult", "package", "agreement", "condition", "commitment"}, concept) && k != "agreement.sign" {
			kinds["act: "+string(k)+"\n"] = 0 // a signature holds over one record alone
		}
	}
	count := 100
	if testing.Short() {
		count = 40
	}
	for seed := range count {
		p := &player{t: t, rand: rand.New(rand.NewPCG(uint64(seed), 1)), now: head.Start()}
		p.seats = []talks.Seat{"ch-head", "n-head", "s-head", "e-head", "n-a", "s-a", "e-a"}
		clock := func(time.Time) time.Time { return p.now }
		l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(7), ledger.WithClock(clock))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := processfile.Load(t.Context(), l, head); err != nil {
			t.Fatal(err)
		}
		p.l = l
		for range 40 + p.n(160) {
			p.step()
		}
		for _, seat := range p.seats {
			if _, err := l.View(t.Context(), ledger.Viewer{Process: playedProcess, Seat: seat}); err == nil {
				text := comesBack(t, l, playedProcess, seat)
				for k := range kinds {
					kinds[k] += strings.Count(text, k)
				}
				partial += strings.Count(text, "\n  partial: true\n")
				erased += strings.Count(text, "\n  erased: true\n")
				stands += strings.Count(text, "# "+string(seat)+" does not see the caucus")
			}
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d partial acts, %d erased, %d stand-ins", partial, erased, stands)
	if partial == 0 || erased == 0 || stands == 0 {
		t.Error("the talks had none of what is hard")
	}
	for k, n := range kinds {
		if n == 0 && !testing.Short() {
			t.Errorf("the talks had no %s", k)
		}
	}
	t.Log(kinds)
}
