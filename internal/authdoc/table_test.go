package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
)

// TestEveryKind: every kind of act has a row, and whatever the rules add to the authority is stated in the rows and the other way round.
func TestEveryKind(t *testing.T) {
	stated := map[talks.Kind]bool{}
	asked := map[talks.Kind]bool{}
	for _, r := range rows {
		asked[r.kind] = true
		stated[r.kind] = stated[r.kind] || r.refused != ""
	}
	for _, kind := range talks.Catalogue {
		if !asked[kind] {
			t.Errorf("%s has no row", kind)
		}
		if who := talks.Rules[kind].Who != ""; who != stated[kind] {
			t.Errorf("%s: the rules say who else may not: %v; the rows do: %v", kind, who, stated[kind])
		}
	}
	roles := map[talks.Role]bool{}
	for _, c := range columns {
		roles[c.role] = true
	}
	for _, r := range []talks.Role{"", talks.Observer, talks.Adviser, talks.Delegate, talks.Head} {
		if !roles[r] {
			t.Errorf("no column has the role %q", r)
		}
	}
	rooms := map[talks.RoomRole]bool{}
	for _, rel := range relations {
		rooms[rel.role] = true
	}
	for _, r := range append([]talks.RoomRole{""}, talks.RoomRoles...) {
		if !rooms[r] {
			t.Errorf("no relation has the role %q", r)
		}
	}
}

func TestDocumentIsFresh(t *testing.T) {
	got, err := os.ReadFile("../../docs/authority.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != write() {
		t.Error("docs/authority.md is not what the rules say; run make generate")
	}
}

const process = "matrix"

var began = time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)

// world is a process with every relation in it, and everything in every room that an act could be about.
type world struct {
	t     *testing.T
	items []ledger.Item
	size  map[string]int
	// wrote are entries that can be erased, by room and author.
	wrote map[string]map[talks.Delegation]int
	l     *ledger.Ledger
	rooms map[string]talks.RoomID
}

func (w *world) add(room string, seat talks.Seat, a talks.Act) {
	at := began.Add(time.Duration(len(w.items)) * time.Second)
	w.items = append(w.items, ledger.Item{Room: room, Seat: seat, At: at, Kind: a.Kind(), Act: a})
	if a.Kind() == "remark.write" {
		if w.wrote[room] == nil {
			w.wrote[room] = map[talks.Delegation]int{}
		}
		w.wrote[room][seat.Delegation()] = w.size[room]
	}
	w.size[room]++
}

func head(d talks.Delegation) talks.Seat { return talks.Seat(d) + "-head" }

func name(prefix string, d talks.Delegation) talks.Ref {
	return talks.Ref{Name: prefix + "-" + string(d)}
}

// things puts into a room what each of some delegations could change there.
func (w *world) things(room string, by ...talks.Delegation) {
	for _, d := range by {
		seat := head(d)
		w.add(room, seat, &talks.PartyDeclare{Name: name("party", d).Name, Title: "P", Type: "state", Role: "affected"})
		w.add(room, seat, &talks.PartyDeclare{Name: name("further", d).Name, Title: "F", Type: "state", Role: "affected"})
		w.add(room, seat, &talks.IssueOpen{Name: name("issue", d).Name, Title: "I"})
		w.add(room, seat, &talks.ProposalTable{Name: name("offer", d).Name, Title: "O", Text: "x"})
		w.add(room, seat, &talks.RemarkWrite{Text: "x"})
	}
	w.add(room, head(by[0]), &talks.MeetingSchedule{Name: "meeting", Title: "M", Type: "meeting"})
	w.promises(room, by...)
}

// parties are all that have a seat in the world.
var parties = []talks.Ref{name("p", convener), name("p", plain), name("p", "ru")}

// promises puts into a room minutes of a meeting where all were and of one where nobody was, a condition of nobody in particular, and of
// each one, what it owes and what it is owed.
func (w *world) promises(room string, by ...talks.Delegation) {
	first := head(by[0])
	var all []talks.Attendee
	for _, p := range parties {
		all = append(all, talks.Attendee{Party: p})
	}
	w.add(room, first, &talks.MeetingSchedule{Name: "held", Title: "M", Type: "meeting"})
	w.add(room, first, &talks.MeetingHold{Meeting: talks.Ref{Name: "held"}, Attendance: all})
	w.add(room, first, &talks.MeetingSchedule{Name: "apart", Title: "M", Type: "meeting"})
	w.add(room, first, &talks.MeetingHold{Meeting: talks.Ref{Name: "apart"}})
	w.add(room, first, &talks.ConditionDefine{Name: "condition", Title: "C"})
	illustrative := talks.Basis{Illustrative: true}
	for _, d := range by {
		w.add(room, head(d), &talks.MinutesOpen{Name: name("minutes", d).Name, Meeting: talks.Ref{Name: "held"}, Paragraphs: []string{"x"}})
		w.add(room, head(d), &talks.MinutesOpen{Name: name("apart", d).Name, Meeting: talks.Ref{Name: "apart"}, Paragraphs: []string{"x"}})
		w.add(room, head(d), &talks.ConditionDefine{Name: name("condition", d).Name, Title: "C"})
		own, other := []talks.Ref{name("p", d)}, []talks.Ref{name("p", "eu")}
		w.add(room, head(d), &talks.CommitmentMake{Name: name("owes", d).Name, Title: "C", Obligors: own, Beneficiaries: other, Deed: "x"})
		w.add(room, head(d), &talks.CommitmentMake{Name: name("owed", d).Name, Title: "C", Obligors: other, Beneficiaries: own, Deed: "x", Basis: illustrative})
	}
}

// asks puts into a room a requirement of who leads it.
func (w *world) asks(room string, leader talks.Delegation) {
	w.add(room, head(leader), &talks.ConsultRequire{Name: "ask", Title: "A", Issues: []talks.Ref{name("issue", leader)}, Parties: parties, Ground: "x"})
}

// agreements puts into a room what its members agreed: one thing for good, one that those who ask accepted ad referendum, one that nobody
// adopted yet, and, where a majority decides, one that they had no part in.
func (w *world) agreements(room string, majority bool, asking []talks.Delegation, others ...talks.Delegation) {
	w.add(room, head(others[0]), &talks.IssueOpen{Name: "settled", Title: "S"})
	terms := []talks.Term{{Issue: talks.Ref{Name: "settled"}}}
	for _, p := range []string{"agreed", "pending", "decided", "theirs"} {
		if p == "theirs" && !majority {
			continue
		}
		proposal := talks.Ref{Name: "on-" + p}
		if p == "decided" {
			proposal.Name = p
		}
		w.add(room, head(others[0]), &talks.ProposalTable{Name: proposal.Name, Title: "P", Text: "x", Terms: terms, InForce: &talks.Expr{From: "2030"}})
		for _, d := range others[1:] {
			w.add(room, head(d), &talks.ProposalRespond{Proposal: proposal, Answer: "accept"})
		}
		for _, d := range asking {
			answer := map[string]talks.Answer{"agreed": "accept", "pending": "accept-ad-referendum", "decided": "accept", "theirs": "consider"}[p]
			w.add(room, head(d), &talks.ProposalRespond{Proposal: proposal, Answer: answer})
		}
		if p != "decided" {
			w.add(room, head(others[0]), &talks.AgreementAdopt{Name: p, Title: "A", Proposal: proposal})
		}
	}
}

// caucus opens a caucus with a seat for each column.
func (w *world) caucus(d talks.Delegation) {
	room, by := "caucus-"+string(d), head(d)
	seat := func(s string) talks.Seat { return talks.Seat(d) + "-" + talks.Seat(s) }
	w.add(room, by, &talks.RoomOpen{Type: talks.Caucus, Title: "C", Members: []talks.Delegation{d}})
	w.add(room, by, &talks.SeatGrant{Holder: seat("absent"), Role: talks.Head, Alternate: seat("alternate"), Away: "2025-02-10/2025-03-10"})
	for _, c := range columns {
		switch c.seat {
		case "nobody":
		case "alternate":
			w.add(room, by, &talks.SeatGrant{Holder: seat(c.seat), Role: talks.Adviser})
		case "over":
			w.add(room, by, &talks.SeatGrant{Holder: seat(c.seat), Role: talks.Head, Until: "2025-01-31"})
		case "gone", "again":
			w.add(room, by, &talks.SeatGrant{Holder: seat(c.seat), Role: talks.Head})
			w.add(room, by, &talks.SeatRevoke{Holder: seat(c.seat)})
		default:
			w.add(room, by, &talks.SeatGrant{Holder: seat(c.seat), Role: c.role})
		}
	}
	w.add(room, by, &talks.SeatGrant{Holder: seat("again"), Role: talks.Head})
	w.things(room, d)
	w.asks(room, d)
}

// room opens the room of a relation: with a chair, an observer, an end, as the relation has it.
func (w *world) room(rel relation) {
	a := &talks.RoomOpen{Type: rel.kind, Title: "R", Members: []talks.Delegation{"ru", "ua", plain}, Rule: "majority"}
	opener := talks.Delegation("ru")
	if rel.opens {
		opener = plain
	}
	leader := opener
	if rel.led {
		leader = "ru"
		if rel.role == talks.RoomChair {
			leader = plain
		}
		a.Chair = leader
	}
	inside := []talks.Delegation{plain, "ru"}
	if rel.role == "" && rel.room != "left" {
		a.Members, inside = []talks.Delegation{"ru", "ua"}, []talks.Delegation{"ru"}
	}
	w.add(rel.room, head(opener), a)
	w.things(rel.room, inside...)
	w.asks(rel.room, leader)
	if len(inside) > 1 {
		w.agreements(rel.room, true, []talks.Delegation{plain}, "ru", "ua")
	}
	if rel.role == talks.RoomObserver {
		w.add(rel.room, head(leader), &talks.RoomUpdate{Observe: []talks.Delegation{plain}})
	}
	if rel.room == "left" {
		w.add(rel.room, head(plain), &talks.RoomLeave{})
	}
	if rel.ended {
		w.add(rel.room, head(leader), &talks.RoomClose{})
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, size: map[string]int{}, wrote: map[string]map[talks.Delegation]int{}}
	w.add("lobby", head(convener), &talks.RoomOpen{Type: talks.Lobby, Title: "L"})
	for _, d := range []talks.Delegation{convener, plain, "ru", "ua", "eu"} {
		w.add("lobby", head(convener), &talks.PartyDeclare{Name: "p-" + string(d), Title: "P", Type: "state", Role: "principal"})
		if d != "eu" {
			w.add("lobby", head(convener), &talks.DelegationDesignate{Code: d, Party: name("p", d), Title: "D", Head: head(d)})
		}
	}
	w.things("lobby", convener, plain)
	w.asks("lobby", convener)
	w.agreements("lobby", false, []talks.Delegation{convener, plain}, "ru", "ua")
	w.add("lobby", head(convener), &talks.DelegationRestore{Code: plain, Head: "us-restored", Reason: "x"})
	w.add("lobby", head(convener), &talks.DelegationRestore{Code: "ru", Head: "ru-restored", Reason: "x"})
	w.add("lobby", talks.Operator, &talks.DelegationRestore{Code: convener, Head: "sa-restored", Reason: "x"})
	for _, d := range []talks.Delegation{convener, plain, "ru"} {
		w.caucus(d)
	}
	for _, rel := range relations {
		if rel.kind != "" && rel.kind != talks.Lobby && rel.kind != talks.Caucus {
			w.room(rel)
		}
	}
	w.load()
	return w
}

func (w *world) load() {
	w.t.Helper()
	if w.l != nil {
		_ = w.l.Close()
	}
	clock := func(time.Time) time.Time { return began.Add(time.Hour) }
	l, err := ledger.Open(w.t.Context(), "memory:", ledger.WithSeed(3), ledger.WithClock(clock))
	if err != nil {
		w.t.Fatal(err)
	}
	w.l = l
	items := make([]ledger.Item, len(w.items))
	for i, it := range w.items { // loading completes references in place
		payload, err := talks.Encode(it.Act)
		if err != nil {
			w.t.Fatal(err)
		}
		if it.Act, err = talks.Decode(it.Kind, payload); err != nil {
			w.t.Fatal(err)
		}
		items[i] = it
	}
	if w.rooms, err = l.Load(w.t.Context(), ledger.Script{Process: process, Items: items}); err != nil {
		w.t.Fatal(err)
	}
	w.rooms["nowhere"] = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
}

// viewer is the seat of a column, of the delegation of a relation.
func (w *world) viewer(c column, rel relation) ledger.Viewer {
	v := ledger.Viewer{Process: process, Seat: talks.Seat(rel.by) + "-" + talks.Seat(c.seat)}
	if c.late {
		// What gave the seat first: it was taken away since, and given to another.
		i := slices.IndexFunc(w.items, func(it ledger.Item) bool {
			g, ok := it.Act.(*talks.SeatGrant)
			return ok && g.Holder == v.Seat
		})
		room, n := w.items[i].Room, 0
		for _, it := range w.items[:i] {
			if it.Room == room {
				n++
			}
		}
		v.Tenure = talks.Ref{Room: w.rooms[room], Name: "#" + strconv.Itoa(n)}
	}
	return v
}

// payload fills in who asks, and what there is in the room.
func (w *world) payload(r row, rel relation) string {
	other := talks.Delegation("ru")
	if rel.kind == talks.Lobby {
		other = map[talks.Delegation]talks.Delegation{convener: plain, plain: convener}[rel.by]
	}
	payload := r.payload
	if r.signed && rel.role != "" && rel.kind != talks.Caucus {
		key, signature := w.sign(rel, "agreed")
		payload = strings.NewReplacer("$key", key, "$signature", signature).Replace(payload)
	}
	return strings.NewReplacer("$lobby", string(w.rooms["lobby"]), "$own", string(rel.by), "$other", string(other),
		"$mine", strconv.Itoa(w.wrote[rel.room][rel.by]), "$theirs", strconv.Itoa(w.wrote[rel.room][other])).Replace(payload)
}

// sign signs an agreement of a room as it is in the record, with a key of the delegation that asks, and writes both as JSON has them in a text.
func (w *world) sign(rel relation, agreement string) (key, signature string) {
	viewer := ledger.Viewer{Process: process, Seat: head(rel.by)}
	v, err := w.l.View(w.t.Context(), viewer)
	if err != nil {
		w.t.Fatal(err)
	}
	a := v.World().Agreement(talks.Ref{Room: w.rooms[rel.room], Name: agreement})
	text, err := sign.For(v.World(), a, func(room talks.RoomID, index int64) (sign.Entry, error) {
		e, err := w.l.Prove(w.t.Context(), viewer, room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: e.Leaf, Payload: e.Payload}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte(rel.by[:1]), ed25519.SeedSize)))
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := sign.SSH(text, signer)
	if err != nil {
		w.t.Fatal(err)
	}
	quoted := strconv.Quote(s.Armoured())
	return s.Key().String(), quoted[1 : len(quoted)-1]
}

// answer appends the act of a cell and says what came of it.
func (w *world) answer(v ledger.Viewer, room string, kind talks.Kind, payload string) string {
	_, err := w.l.Append(w.t.Context(), v, w.rooms[room], kind, []byte(payload))
	var ps talks.Problems
	switch {
	case err == nil:
		return ""
	case errors.As(err, &ps) && len(ps) == 1:
		return ps[0].Code
	case errors.Is(err, ledger.ErrNotFound) && err.Error() == ledger.ErrNotFound.Error():
		return notFound
	}
	return fmt.Sprintf("%v", err)
}

// TestMatrix appends the act of every cell at the gate.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	defer func() { _ = w.l.Close() }()
	cells, written := 0, 0
	for _, rel := range relations {
		for _, r := range rows {
			if !r.asked(rel) {
				continue
			}
			for _, c := range columns {
				cells++
				want, payload := r.expect(c, rel), w.payload(r, rel)
				v := w.viewer(c, rel)
				got := w.answer(v, rel.room, r.kind, payload)
				if got != want {
					t.Errorf("%s %s by %s in %s: %q, want %q\n%s", r.kind, r.what, c.title, rel.title, got, want, payload)
				}
				if want == notFound { // whatever else is wrong with it
					for _, bad := range []string{`{`, `{"unknown":1}`, `{"text":"` + strings.Repeat("x", talks.MaxPayload) + `"}`} {
						if got := w.answer(v, rel.room, r.kind, bad); got != notFound {
							t.Errorf("%.30s as %s by %s in %s: %q", bad, r.kind, c.title, rel.title, got)
						}
					}
				}
				if got == "" {
					written++
					w.load() // the next cell is asked of the same world
				}
			}
		}
	}
	t.Logf("%d cells, %d of them written", cells, written)
	if cells < 5000 || written < 500 {
		t.Errorf("only %d cells, %d of them written", cells, written)
	}
}
