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
	"@closed", string(id("closed")), "@trio", string(id("trio")), "@tied", string(id("tied")), "@nowhere", string(id("nowhere")))

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
	return h
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
