package talks

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// line is an entry before it is one: folding the same lines twice shares nothing.
type line struct {
	room    RoomID
	kind    Kind
	payload string
	seat    Seat
	at      time.Time
	index   int64
}

// entry reads the line; an act that cannot be read stays opaque, as in the gate.
func (l line) entry() *Entry {
	act, err := Decode(l.kind, []byte(l.payload))
	if err != nil {
		act = nil
	}
	return NewEntry(l.room, l.index, l.at, l.seat, l.kind, act)
}

var (
	drawRooms = []RoomID{id("one"), id("two"), id("three")}
	drawNames = []string{"a", "b", "c", "#0", "#1", "#3", "p-us", "ميناء"}
	drawSeats = []Seat{"us-head", "ru-head", "ru-aide", "ua-head", "", "nonsense"}
	// drawWords are values for all kinds of text fields, so that enumerations and codes are often hit.
	drawWords = []string{"", "x", "us", "ru", "ua", "us-head", "ru-aide", "head", "adviser", "lobby", "caucus", "direct", "state", "principal",
		"firm", "stated", "accept", "reject", "counter", "verbatim", "cool", "2025", "2025-02-18", "2025-02-10/2025-02-16", "1", "-0.5", "A. Head",
		"accept-ad-referendum", "P14D", "waived", "present", "majority", "consensus"}
)

// upTo draws a number below n, each alike. The library's own ranges prefer small numbers, with which little happens.
func upTo(t *rapid.T, n int) int {
	v := 0
	for range 8 {
		v *= 2
		if rapid.Bool().Draw(t, "bit") {
			v++
		}
	}
	return v % n
}

func pick[T any](t *rapid.T, of []T) T { return of[upTo(t, len(of))] }

// pool is what entries are drawn from.
type pool struct {
	kinds []Kind
	names []string
	own   int // of ten references, how many are to the own room
}

// everything is the whole catalogue.
var everything = pool{kinds: Catalogue, names: drawNames, own: 5}

// families are the kinds of acts that change the same objects: drawn together, they meet.
var families = [][]Kind{
	{"party.declare", "party.update"}, {"delegation.designate", "delegation.update"}, {"delegation.restore", "delegation.retain"}, {"seat.grant", "seat.revoke"},
	{"room.update", "room.admit", "room.remove", "room.leave", "room.close"}, {"issue.open", "issue.update", "issue.close"},
	{"meeting.schedule", "meeting.update", "meeting.hold", "meeting.cancel"}, {"meeting.schedule", "meeting.hold", "minutes.open", "minutes.correct", "minutes.close", "record.erase"},
	{"proposal.table", "proposal.respond", "proposal.withdraw"}, {"relation.assess"},
	{"proposal.table", "proposal.respond", "agreement.adopt", "agreement.confirm", "agreement.reserve", "agreement.sign", "agreement.withdraw", "agreement.denounce", "package.form"},
	{"condition.define", "condition.update", "condition.determine"}, {"commitment.make", "commitment.report", "commitment.end", "record.erase"},
	{"issue.open", "proposal.table", "consult.require", "consult.record", "consult.waive"}, {"event.record", "reaction.record", "record.erase"},
	{"position.record", "record.erase"}, {"goal.record", "mandate.issue"}, {"readout.issue"}, {"remark.write", "release.make", "record.erase"},
	{"statement.record", "source.add", "event.record"},
}

// drawPool draws everything or one family, so that its acts come in numbers.
func drawPool(t *rapid.T) pool {
	if rapid.Bool().Draw(t, "everything") {
		return everything
	}
	return pool{kinds: pick(t, families), names: drawNames[:2], own: 9}
}

// drawAct fills the fields of an act of a kind with whatever can be decoded, whether or not Check would let it through.
func (p pool) drawAct(t *rapid.T, kind Kind) Act {
	a := New(kind)
	fill := reflect.ValueOf(a).Elem()
	for _, v := range fill.Fields() {
		p.drawValue(t, v, 0)
	}
	return a
}

func (p pool) drawValue(t *rapid.T, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[Ref]() {
		r := Ref{Name: pick(t, p.names)}
		if n := upTo(t, 10); n >= p.own {
			switch n % 3 {
			case 0:
				r = Ref{}
			case 1:
				r.Room = pick(t, drawRooms)
			case 2:
				r.Room = "handle"
			}
		}
		v.Set(reflect.ValueOf(r))
		return
	}
	switch v.Kind() {
	case reflect.String:
		words := drawWords
		if strings.HasSuffix(v.Type().String(), "string") || v.Type() == reflect.TypeFor[Delegation]() {
			words = slices.Concat(p.names, p.names, p.names, p.names, drawWords)
		}
		v.SetString(pick(t, words))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(upTo(t, 10) - 1))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Struct:
		for _, v := range v.Fields() {
			p.drawValue(t, v, depth+1)
		}
	case reflect.Slice:
		if depth > 3 { // conditions hold conditions
			return
		}
		n := upTo(t, 3)
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			p.drawValue(t, v.Index(i), depth+1)
		}
	case reflect.Pointer:
		if depth < 6 && rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			p.drawValue(t, v.Elem(), depth+1)
		}
	default:
		t.Fatalf("cannot draw a %s", v.Type())
	}
}

// drawLines draws the entries of a room, which often begin with its opening. Their times run forward where ordered is true.
func (p pool) drawLines(t *rapid.T, room RoomID, at int, most int, ordered bool) []line {
	when := newHouse().now.Add(time.Duration(at) * time.Minute)
	var lines []line
	for i := range upTo(t, most+1) {
		l := line{room: room, index: int64(i), seat: pick(t, drawSeats)}
		l.kind = pick(t, p.kinds)
		if i == 0 && upTo(t, 4) > 0 {
			l.kind = "room.open"
		}
		if upTo(t, 10) == 0 {
			l.kind, l.payload = "room.unfold", `{}`
		} else {
			b, err := Encode(p.drawAct(t, l.kind))
			if err != nil {
				t.Fatalf("%s: %v", l.kind, err)
			}
			l.payload = string(b)
		}
		if ordered {
			when = when.Add(time.Duration(upTo(t, 4)) * time.Minute)
			l.at = when
		} else {
			l.at = when.Add(time.Duration((upTo(t, 200) - 100)) * time.Hour)
		}
		lines = append(lines, l)
	}
	return lines
}

// foldLines is the reference: one state, entry by entry.
func foldLines(room RoomID, lines []line) *State {
	s := NewState(room)
	for _, l := range lines {
		s.Fold(l.entry())
	}
	return s
}
