package talks

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// id makes a room identifier that a person can tell from another.
func id(name string) RoomID { return RoomID(name + strings.Repeat("a", 26-len(name))) }

// handles lets the JSON of a test name rooms: "@lobby/harbour".
var handles = strings.NewReplacer("@lobby", string(id("lobby")), "@direct", string(id("direct")), "@caucus", string(id("caucus")),
	"@closed", string(id("closed")), "@trio", string(id("trio")), "@tied", string(id("tied")), "@nowhere", string(id("nowhere")),
	"@deal", string(id("deal")), "@three", string(id("three")), "@led", string(id("led")))

// house is a process without a gate: rooms as states, and nothing that keeps anybody out but Check.
type house struct {
	states map[RoomID]*State
	now    time.Time
}

func newHouse() *house {
	return &house{states: map[RoomID]*State{}, now: time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)}
}

func (h *house) world() *World {
	w := NewWorld()
	for _, s := range h.states {
		w = w.Merge(NewWorld(s))
	}
	return w
}

// proposed is an act as the gate would propose it.
func (h *house) proposed(tb testing.TB, room RoomID, seat Seat, role Role, kind Kind, js string) (Proposed, error) {
	tb.Helper()
	act, err := Decode(kind, []byte(handles.Replace(js)))
	if err != nil {
		return Proposed{}, err
	}
	p := Proposed{Room: room, State: h.states[room], Seat: seat, Role: role, Time: h.now, Kind: kind, Act: act}
	NewEntry(room, 0, h.now, seat, kind, act)
	if p.State != nil {
		p.View = h.world().As(room)
	} else if open, ok := act.(*RoomOpen); ok {
		p.View = h.world().Of(open.MembersOf(seat))
		if open.Type == Lobby || len(open.Members) == 0 || p.View.Lobby() == nil {
			p.View = h.world().Of([]Delegation{seat.Delegation()})
		}
	} else {
		p.View = NewWorld()
	}
	return p, nil
}

// write appends an act that must be right.
func (h *house) write(tb testing.TB, room RoomID, seat Seat, kind Kind, js string) {
	tb.Helper()
	p, err := h.proposed(tb, room, seat, Head, kind, js)
	if err == nil {
		err = Check(p)
	}
	if err != nil {
		tb.Fatalf("%s in %s: %v", kind, room, err)
	}
	if p.State == nil {
		p.State = NewState(room)
		h.states[room] = p.State
	}
	h.now = h.now.Add(time.Minute)
	p.State.Fold(NewEntry(room, p.State.Size(), h.now, seat, kind, p.Act))
}

// talksHouse is a process with something of everything in it.
func talksHouse(tb testing.TB) *house {
	tb.Helper()
	h := newHouse()
	lobby := func(seat Seat, kind Kind, js string) { h.write(tb, id("lobby"), seat, kind, js) }
	lobby("sa-head", "room.open", `{"kind":"lobby","title":"Lobby","process":"Harbour talks"}`)
	for _, d := range []string{"sa", "us", "ru", "ua"} {
		lobby("sa-head", "party.declare", `{"name":"p-`+d+`","title":"`+d+`","kind":"state","role":"principal"}`)
		lobby("sa-head", "delegation.designate", `{"delegation":"`+d+`","party":"p-`+d+`","title":"`+d+`","head":"`+d+`-head","members":[{"person":"A. Head"}]}`)
	}
	lobby("sa-head", "party.declare", `{"name":"p-eu","title":"eu","kind":"coalition","role":"ally"}`)
	lobby("us-head", "issue.open", `{"name":"harbour","title":"Harbour","scale":{"low":"closed","high":"open","min":"0","max":"10"}}`)
	lobby("sa-head", "issue.open", `{"name":"colour","title":"Colour","options":[{"name":"red","title":"Red"},{"name":"blue","title":"Blue"}]}`)
	lobby("ru-head", "issue.open", `{"name":"wide","title":"A wide question"}`)
	lobby("ru-head", "issue.open", `{"name":"done","title":"Done"}`)
	lobby("ru-head", "issue.close", `{"issue":"done"}`)
	lobby("us-head", "source.add", `{"name":"paper","title":"A paper","kind":"article"}`)
	lobby("us-head", "meeting.schedule", `{"name":"call","title":"A call","kind":"call"}`)
	lobby("us-head", "meeting.schedule", `{"name":"held","title":"A meeting","kind":"meeting"}`)
	lobby("us-head", "meeting.hold", `{"meeting":"held"}`)
	lobby("us-head", "meeting.schedule", `{"name":"off","title":"Another","kind":"meeting"}`)
	lobby("us-head", "meeting.cancel", `{"meeting":"off"}`)
	lobby("ru-head", "statement.record", `{"name":"said","speaker":"p-ru","strength":"stated","form":"verbatim","text":"We hear."}`)
	lobby("ru-head", "relation.assess", `{"name":"ru-us","between":["p-ru","p-us"],"tone":"cool"}`)
	lobby("us-head", "proposal.table", `{"name":"offer","title":"An offer","text":"Open it."}`)
	lobby("us-head", "proposal.table", `{"name":"gone","title":"An old offer","text":"Close it."}`)
	lobby("us-head", "proposal.withdraw", `{"proposal":"gone"}`)
	lobby("ru-head", "remark.write", `{"text":"A word too many."}`)
	lobby("ru-head", "record.erase", `{"entry":`+last(h, "lobby")+`}`)

	lobby("sa-head", "delegation.restore", `{"delegation":"ua","head":"ua-new","reason":"Nobody answers."}`)

	h.write(tb, id("direct"), "us-head", "room.open", `{"kind":"direct","title":"Direct","members":["us","ru"]}`)
	h.write(tb, id("direct"), "us-head", "issue.open", `{"name":"border","title":"Border"}`)
	h.write(tb, id("tied"), "us-head", "room.open", `{"kind":"consultation","title":"Tied","members":["us","ru"]}`)
	h.write(tb, id("tied"), "us-head", "remark.write", `{"text":"see there","on":["@direct/border"]}`)
	h.write(tb, id("trio"), "us-head", "room.open", `{"kind":"plenary","title":"Trio","members":["us","ru","ua"]}`)
	h.write(tb, id("led"), "us-head", "room.open", `{"kind":"plenary","title":"Led","members":["us","ru","ua"],"chair":"us","observers":["ua"],"rule":"chair"}`)
	h.write(tb, id("closed"), "us-head", "room.open", `{"kind":"direct","title":"Closed","members":["us","ru"]}`)
	h.write(tb, id("closed"), "us-head", "remark.write", `{"text":"before the end"}`)
	h.write(tb, id("closed"), "us-head", "room.close", `{}`)
	h.write(tb, id("caucus"), "us-head", "room.open", `{"kind":"caucus","title":"Caucus","members":["us"]}`)
	h.write(tb, id("caucus"), "us-head", "seat.grant", `{"holder":"us-adviser","role":"adviser"}`)
	h.write(tb, id("caucus"), "us-head", "issue.open", `{"name":"harbour","title":"What the harbour is worth to us"}`)
	h.deals(tb)
	return h
}

// deals are what was agreed and promised: in a room of two, who decide together, in one of three, and in one that a chair leads.
func (h *house) deals(tb testing.TB) {
	tb.Helper()
	deal := func(seat Seat, kind Kind, js string) { h.write(tb, id("deal"), seat, kind, js) }
	deal("us-head", "room.open", `{"kind":"working-group","title":"Deal","members":["us","ru"]}`)
	deal("us-head", "issue.open", `{"name":"toll","title":"The toll","options":[{"name":"high","title":"High"},{"name":"low","title":"Low"}]}`)
	deal("us-head", "issue.open", `{"name":"fee","title":"The fee"}`)
	const wide = `,"terms":[{"issue":"@lobby/wide"}]`
	for _, p := range []struct{ name, answer, terms string }{
		{"plain", "accept", ""}, {"later", "accept-ad-referendum", ""}, {"former", "accept", ""}, {"ready", "accept", wide},
		{"tolled", "accept", `,"terms":[{"issue":"toll","option":"low"}]`}, {"one", "accept", ""}, {"two", "consider", wide},
	} {
		deal("us-head", "proposal.table", `{"name":"`+p.name+`","title":"Proposal `+p.name+`","text":"All of it."`+p.terms+`}`)
		deal("ru-head", "proposal.respond", `{"proposal":"`+p.name+`","answer":"`+p.answer+`"}`)
	}
	deal("us-head", "package.form", `{"name":"bundle","title":"Both","items":["one","two"]}`)
	deal("us-head", "agreement.adopt", `{"name":"treaty","title":"Treaty","proposal":"plain"}`)
	deal("us-head", "agreement.adopt", `{"name":"pending","title":"Not yet","proposal":"later"}`)
	deal("us-head", "agreement.adopt", `{"name":"half","title":"Half of it","proposal":"one"}`)
	deal("us-head", "agreement.adopt", `{"name":"past","title":"Past","proposal":"former"}`)
	deal("ru-head", "agreement.denounce", `{"agreement":"past"}`)
	deal("us-head", "agreement.sign", `{"agreement":"treaty","method":"ssh","key":"k","signature":"s"}`)

	deal("us-head", "meeting.schedule", `{"name":"sitting","title":"A sitting","kind":"meeting","agenda":["fee"]}`)
	deal("us-head", "meeting.hold", `{"meeting":"sitting","started":"2025-02-17","attendance":[{"party":"@lobby/p-us"},{"party":"@lobby/p-ru","presence":"absent"}]}`)
	deal("us-head", "minutes.open", `{"name":"notes","meeting":"sitting","paragraphs":["We sat.","We rose."]}`)
	deal("us-head", "minutes.open", `{"name":"shut","meeting":"sitting","paragraphs":["We sat."]}`)
	deal("us-head", "minutes.close", `{"minutes":"shut"}`)

	deal("us-head", "condition.define", `{"name":"truce","title":"The guns are silent"}`)
	deal("us-head", "condition.define", `{"name":"calm","title":"It is calm","when":{"all":[{"of":"truce"},{"from":"2025-03"}]}}`)
	deal("us-head", "condition.define", `{"name":"relied","title":"Relied upon"}`)
	deal("ru-head", "commitment.make", `{"name":"relying","title":"Relying","obligors":["@lobby/p-ru"],"deed":"Wait.","when":{"of":"relied"}}`)
	deal("us-head", "commitment.make", `{"name":"word","title":"Our word","obligors":["@lobby/p-us"],"beneficiaries":["@lobby/p-ru"],"deed":"Open the harbour."}`)
	deal("us-head", "commitment.make", `{"name":"ships","title":"Ships","obligors":["@lobby/p-us"],"beneficiaries":["@lobby/p-ru"],"deed":"Let ships pass.","agreement":"treaty","article":"2",
		"measure":{"unit":"ships","baseline":"0","target":"10","steps":[{"value":"5"},{"value":"10"}]}}`)
	deal("us-head", "commitment.make", `{"name":"shared","title":"To both","obligors":["@lobby/p-us"],"beneficiaries":["@lobby/p-ru","@lobby/p-sa"],"deed":"Tell both."}`)
	deal("ru-head", "commitment.end", `{"commitment":"shared","ground":"waived"}`)
	deal("us-head", "commitment.make", `{"name":"gone","title":"Gone","obligors":["@lobby/p-us"],"deed":"Nothing."}`)
	deal("us-head", "commitment.end", `{"commitment":"gone","ground":"withdrawn"}`)

	deal("us-head", "consult.require", `{"name":"ask","title":"Ask those who pay","issues":["toll"],"parties":["@lobby/p-ua","@lobby/p-eu"],"ground":"They pay."}`)
	deal("us-head", "consult.require", `{"name":"ask-first","title":"Ask before","issues":["fee"],"parties":["@lobby/p-ua"],"before":["tabling"],"ground":"They pay."}`)

	three := func(seat Seat, kind Kind, js string) { h.write(tb, id("three"), seat, kind, js) }
	three("us-head", "room.open", `{"kind":"plenary","title":"Three","members":["us","ru","ua"]}`)
	three("us-head", "proposal.table", `{"name":"pact","title":"A pact","text":"All of it."}`)
	three("ru-head", "proposal.respond", `{"proposal":"pact","answer":"accept"}`)
	three("ua-head", "proposal.respond", `{"proposal":"pact","answer":"accept"}`)
	three("ua-head", "agreement.adopt", `{"name":"pact-of-three","title":"The pact","proposal":"pact"}`)
	three("ua-head", "agreement.denounce", `{"agreement":"pact-of-three","effective":"2026"}`)
	three("us-head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"reservation","text":"Not in winter."}`)

	h.write(tb, id("lobby"), "us-head", "meeting.schedule", `{"name":"dated","title":"With a date","kind":"call","starts":"2025-03","ends":"2025-04"}`)
	h.write(tb, id("led"), "ru-head", "proposal.table", `{"name":"theirs","title":"Theirs","text":"As they say."}`)
	h.write(tb, id("led"), "us-head", "proposal.table", `{"name":"plan","title":"A plan","text":"As I say."}`)
	h.write(tb, id("led"), "us-head", "agreement.adopt", `{"name":"planned","title":"The plan","proposal":"plan"}`)
}

// last is the index of a room's last entry, as JSON.
func last(h *house, room string) string {
	return indexName(h.states[id(room)].Size() - 1)[1:]
}

func codesOf(tb testing.TB, err error) []string {
	tb.Helper()
	var codes []string
	for _, p := range problemsOf(tb, err) {
		codes = append(codes, p.Code)
	}
	return slices.Compact(codes)
}
