package talks

import (
	"strings"
	"testing"
	"time"
)

// at writes acts at given hours after the house's beginning, past what Check would refuse.
func (h *house) at(tb testing.TB, hour int, room RoomID, seat Seat, kind Kind, js string) *Entry {
	tb.Helper()
	act, err := Decode(kind, []byte(js))
	if err != nil {
		tb.Fatal(err)
	}
	s := h.states[room]
	e := NewEntry(room, s.Size(), newHouse().now.Add(time.Duration(hour)*time.Hour), seat, kind, act)
	s.Fold(e)
	return e
}

// authority tells of a seat at an hour: its role, and "+" and the place of the entry that is its tenure.
func (h *house) authority(seat Seat, hour int) string {
	a := AuthorityOf(seat, h.states[id("lobby")], h.states[id("caucus")], newHouse().now.Add(time.Duration(hour)*time.Hour))
	if a.Role == "" {
		return strings.TrimSpace("none " + a.Tenure.Name)
	}
	where := "lobby"
	if a.Tenure.Room == id("caucus") {
		where = "caucus"
	}
	return string(a.Role) + " " + where
}

// TestRestoration: a restored seat leads after three days and not before, whatever the caucus said of it until then; what the caucus says
// afterwards counts again; and who had the seat before has another tenure.
func TestRestoration(t *testing.T) {
	h := talksHouse(t)
	lobby, caucus := id("lobby"), id("caucus")
	h.at(t, 10, caucus, "us-head", "seat.grant", `{"holder":"us-aide","role":"adviser","until":"2025-02-19"}`)
	h.at(t, 10, caucus, "us-head", "seat.grant", `{"holder":"us-two","role":"head"}`)
	before := h.world().Authority("us-head", newHouse().now.Add(20*time.Hour))
	for _, seat := range []Seat{"us-head", "us-aide", "us-new"} {
		h.at(t, 24, lobby, "sa-head", "delegation.restore", `{"delegation":"us","head":"`+string(seat)+`","reason":"x"}`)
	}
	for _, c := range []struct {
		seat Seat
		hour int
		want string
	}{
		{"us-head", 24, "head lobby"}, {"us-aide", 12, "adviser caucus"}, {"us-aide", 24 + 71, "none"}, {"us-new", 24 + 71, "none"},
		{"us-head", 24 + 72, "head lobby"}, {"us-aide", 24 + 72, "head lobby"}, {"us-new", 24 + 72, "head lobby"}, {"us-two", 24 + 72, "head caucus"},
		{"us-other", 24 + 72, "none"},
	} {
		if got := h.authority(c.seat, c.hour); got != c.want {
			t.Errorf("%s after %d hours: %s, want %s", c.seat, c.hour, got, c.want)
		}
	}
	late := newHouse().now.Add(100 * time.Hour)
	after := h.world().Authority("us-head", late)
	if after.Tenure == before.Tenure || after.Role != Head {
		t.Errorf("the seat's tenure was %v and is %v", before, after)
	}
	if a := h.world().Authority("us-new", newHouse().now.Add(30*time.Hour)); !a.Until.Equal(newHouse().now.Add((24 + 72) * time.Hour)) {
		t.Errorf("it can change at %v", a.Until)
	}
	// The caucus's word after it.
	tenure := h.world().Authority("us-new", late).Tenure
	h.at(t, 101, caucus, "us-new", "seat.grant", `{"holder":"us-new","role":"head","person":"N. New"}`)
	if a := h.world().Authority("us-new", late.Add(10*time.Hour)); a.Tenure != tenure || a.Role != Head {
		t.Errorf("granted what it has: %v, was %v", a, tenure)
	}
	h.at(t, 102, caucus, "us-new", "seat.revoke", `{"holder":"us-head"}`)
	if got := h.authority("us-head", 103); got != "none" {
		t.Errorf("revoked afterwards: %s", got)
	}
	h.at(t, 104, caucus, "us-new", "seat.grant", `{"holder":"us-head","role":"delegate"}`)
	if got := h.authority("us-head", 105); got != "delegate caucus" {
		t.Errorf("granted afterwards: %s", got)
	}
	seats := h.states[lobby].headSeats("us", late)
	if len(seats) != 3 {
		t.Errorf("the lobby names %v", seats)
	}
}

// TestBreakAndRestoration: what the caucus wrote of a seat before a restoration took effect breaks nothing after it, though its date comes
// later; what it wrote since does.
func TestBreakAndRestoration(t *testing.T) {
	type word struct {
		hour    int
		payload string // none where the seat is revoked
	}
	lasting := `{"holder":"us-back","role":"head","alternate":"us-aide"}`
	until := func(day string) string { return `{"holder":"us-back","role":"head","until":"` + day + `"}` }
	for _, c := range []struct {
		name  string
		words []word // the restoration takes effect after 96 hours, on the morning of the twenty-second
		want  string
	}{
		{"nothing", nil, "head lobby"},
		{"a date before it", []word{{1, until("2025-02-19")}, {200, lasting}}, "head lobby"},
		{"a date after it, written before", []word{{1, until("2025-02-25")}, {200, lasting}}, "head lobby"},
		{"such a date, and two grants", []word{{1, until("2025-02-25")}, {200, until("2025-03-05")}, {210, lasting}}, "head lobby"},
		{"such a date, which did not come", []word{{1, until("2025-02-25")}, {100, lasting}}, "head lobby"},
		{"such a date, and one that came", []word{{1, until("2025-02-25")}, {190, until("2025-02-26")}, {220, lasting}}, "head caucus"},
		{"such a date, and a revocation", []word{{1, until("2025-02-25")}, {190, ""}, {220, lasting}}, "head caucus"},
		{"a revocation before it", []word{{1, until("2025-02-25")}, {50, ""}, {200, lasting}}, "head lobby"},
		{"a revocation after it", []word{{1, lasting}, {100, ""}, {200, lasting}}, "head caucus"},
		{"a date after it, written after", []word{{100, until("2025-02-25")}, {200, lasting}}, "head caucus"},
		{"a date that was over when it was written", []word{{100, until("2025-02-19")}, {200, lasting}}, "head caucus"},
	} {
		h := talksHouse(t)
		h.at(t, 24, id("lobby"), "sa-head", "delegation.restore", `{"delegation":"us","head":"us-back","reason":"x"}`)
		for _, w := range c.words {
			kind := Kind("seat.grant")
			if w.payload == "" {
				kind, w.payload = "seat.revoke", `{"holder":"us-back"}`
			}
			h.at(t, w.hour, id("caucus"), "us-head", kind, w.payload)
		}
		if got := h.authority("us-back", 230); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestRetained: what a head stops in time never takes effect, and what it says too late stops nothing.
func TestRetained(t *testing.T) {
	for _, c := range []struct {
		hour int
		want RestorationStage
	}{{25, RestorationRetained}, {24 + 71, RestorationRetained}, {24 + 72, RestorationEffective}, {24 + 80, RestorationEffective}} {
		h := talksHouse(t)
		lobby := id("lobby")
		h.at(t, 24, lobby, "sa-head", "delegation.restore", `{"delegation":"us","head":"us-new","reason":"x"}`)
		h.at(t, 24, lobby, "sa-head", "delegation.restore", `{"delegation":"ru","head":"ru-new","reason":"x"}`)
		before := h.states[lobby].Clone()
		h.at(t, c.hour, lobby, "ru-head", "delegation.retain", `{"delegation":"us"}`)
		h.at(t, c.hour, lobby, "us-head", "delegation.retain", `{"delegation":"us"}`)
		late := newHouse().now.Add(200 * time.Hour)
		rs := h.world().Restorations()
		us, ru := rs[len(rs)-2], rs[len(rs)-1]
		if us.Stage(late) != c.want || ru.Stage(late) != RestorationEffective {
			t.Errorf("stopped after %d hours: %s, and the other's %s", c.hour, us.Stage(late), ru.Stage(late))
		}
		if (h.authority("us-new", 200) == "none") != (c.want == RestorationRetained) {
			t.Errorf("stopped after %d hours: %s", c.hour, h.authority("us-new", 200))
		}
		if before.Restorations[len(rs)-2].Retained != nil {
			t.Error("an older state changed")
		}
		told := 0
		for _, r := range h.world().RestorationsIn(id("direct"), late) {
			if r.Delegation == "us" || r.Delegation == "ru" {
				told++
			} else {
				t.Errorf("the room is told of %s", r.Delegation)
			}
		}
		if want := map[RestorationStage]int{RestorationRetained: 1, RestorationEffective: 2}[c.want]; told != want {
			t.Errorf("the room is told of %d, want %d", told, want)
		}
	}
}

// TestOperatorIsNobody: the operator's seat has no authority, whatever rooms say of it.
func TestOperatorIsNobody(t *testing.T) {
	h := talksHouse(t)
	h.at(t, 1, id("lobby"), "sa-head", "delegation.designate", `{"delegation":"operator","party":"p-eu","title":"A","head":"operator-host"}`)
	h.at(t, 1, id("caucus"), "us-head", "seat.grant", `{"holder":"operator-host","role":"head"}`)
	if got := h.authority(Operator, 2); got != "none" {
		t.Errorf("it is %s", got)
	}
}

// TestConvenerRestored: the operator's restoration names who is invited to convene, also before the convener's delegation is designated.
func TestConvenerRestored(t *testing.T) {
	h := newHouse()
	lobby := id("lobby")
	h.write(t, lobby, "ch-head", "room.open", `{"kind":"lobby","title":"Lobby"}`)
	e := h.at(t, 1, lobby, Operator, "delegation.restore", `{"delegation":"ch","head":"ch-two","reason":"x"}`)
	for hour, want := range map[int]Seat{72: "ch-head", 73: "ch-two"} {
		now := newHouse().now.Add(time.Duration(hour) * time.Hour)
		seat, tenure := ConvenerOf(h.states[lobby], now)
		if seat != want || (seat == "ch-two") != (tenure == e.Ref()) {
			t.Errorf("after %d hours %s convenes, since %v", hour, seat, tenure)
		}
		if a := AuthorityOf("ch-two", h.states[lobby], nil, now); (a.Role == Head) != (want == "ch-two") {
			t.Errorf("after %d hours ch-two is %q", hour, a.Role)
		}
		if a := AuthorityOf("ch-head", h.states[lobby], nil, now); a.Role != Head {
			t.Errorf("after %d hours ch-head is %q", hour, a.Role)
		}
	}
}

// TestAlternate: an alternate has the holder's role while the holder is away and once it has ended, if it is a seat itself and the
// holder's was not taken away; it keeps its own besides, and nobody stands in for who stands in.
func TestAlternate(t *testing.T) {
	h := talksHouse(t)
	caucus := id("caucus")
	grant := func(hour int, js string) { t.Helper(); h.at(t, hour, caucus, "us-head", "seat.grant", js) }
	grant(0, `{"holder":"us-b","role":"adviser","alternate":"us-c","away":"2026"}`)
	grant(0, `{"holder":"us-c","role":"observer"}`)
	grant(0, `{"holder":"us-gone","role":"observer"}`)
	h.at(t, 0, caucus, "us-head", "seat.revoke", `{"holder":"us-gone"}`)
	grant(1, `{"holder":"us-a","role":"head","alternate":"us-b","away":"2025-02-20/2025-02-21","until":"2025-02-25"}`)
	grant(1, `{"holder":"us-d","role":"delegate","alternate":"us-gone","away":"2026"}`)
	grant(1, `{"holder":"us-e","role":"delegate","alternate":"us-nobody","away":"2026"}`)
	grant(1, `{"holder":"us-f","role":"observer","alternate":"us-two","away":"2026"}`)
	grant(1, `{"holder":"us-two","role":"delegate"}`)
	day := func(d int) int { return 24*(d-18) - 9 } // the house begins at nine on the eighteenth
	for _, c := range []struct {
		seat Seat
		hour int
		want string
	}{
		{"us-b", 2, "adviser caucus"}, {"us-b", day(20) - 1, "adviser caucus"}, {"us-b", day(20), "head caucus"}, {"us-b", day(22) - 1, "head caucus"},
		{"us-b", day(22), "adviser caucus"}, {"us-b", day(26) - 1, "adviser caucus"}, {"us-b", day(26), "head caucus"},
		{"us-a", day(20), "head caucus"}, {"us-a", day(26), "none"},
		{"us-c", day(20), "adviser caucus"}, // for us-b, and not for whom us-b stands in
		{"us-gone", 2, "none"}, {"us-nobody", 2, "none"}, {"us-two", 2, "delegate caucus"},
	} {
		if got := h.authority(c.seat, c.hour); got != c.want {
			t.Errorf("%s after %d hours: %s, want %s", c.seat, c.hour, got, c.want)
		}
	}
	until := func(hour int) time.Time {
		return AuthorityOf("us-b", h.states[id("lobby")], h.states[caucus], newHouse().now.Add(time.Duration(hour)*time.Hour)).Until
	}
	for _, hours := range [][2]int{{2, day(20)}, {day(20), day(22)}, {day(22), day(26)}} {
		if got, want := until(hours[0]), newHouse().now.Add(time.Duration(hours[1])*time.Hour); !got.Equal(want) {
			t.Errorf("after %d hours it can change at %v, want %v", hours[0], got, want)
		}
	}
	h.at(t, day(27), caucus, "us-head", "seat.revoke", `{"holder":"us-a"}`)
	if got := h.authority("us-b", day(27)+1); got != "adviser caucus" {
		t.Errorf("for who was revoked: %s", got)
	}
	// Who stands in for a head is none that the delegation can be left with.
	p, err := h.proposed(t, caucus, "us-head", Head, "seat.revoke", `{"holder":"us-head"}`)
	if err != nil {
		t.Fatal(err)
	}
	p.Time = newHouse().now.Add(time.Duration(day(20)) * time.Hour)
	if got := codesOf(t, Check(p)); len(got) != 1 || got[0] != "last-head" {
		t.Errorf("the last head beside an alternate: %v", got)
	}
}

// TestRoles: what delegations are in a room, as acts change it.
func TestRoles(t *testing.T) {
	h := talksHouse(t)
	is := func(room, want string) {
		t.Helper()
		var got []string
		for _, d := range []Delegation{"ru", "sa", "ua", "us"} {
			if role := h.states[id(room)].Room.RoleOf(d); role != "" {
				got = append(got, string(d)+" "+string(role))
			}
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s: %s, want %s", room, got, want)
		}
	}
	is("lobby", "ru member, sa chair, ua member, us member")
	is("caucus", "us member")
	is("trio", "ru member, ua member, us member")
	is("led", "ru member, ua observer, us chair")
	h.write(t, id("led"), "us-head", "room.admit", `{"delegations":["sa"],"observers":true}`)
	is("led", "ru member, sa observer, ua observer, us chair")
	before := h.states[id("led")].Clone()
	h.write(t, id("led"), "us-head", "room.update", `{"chair":"ru","speak":["ua"],"observe":["us"]}`)
	is("led", "ru chair, sa observer, ua member, us observer")
	h.write(t, id("led"), "us-head", "room.leave", `{}`)
	h.write(t, id("led"), "ru-head", "room.remove", `{"delegations":["sa"]}`)
	h.write(t, id("led"), "ru-head", "room.admit", `{"delegations":["sa","us"]}`)
	is("led", "ru chair, sa member, ua member, us member")
	if before.Room.RoleOf("us") != RoomChair || before.Room.RoleOf("sa") != RoomObserver {
		t.Error("an older state changed")
	}
	// What Check lets nobody do is folded all the same, and leaves a room without a chair.
	h.at(t, 90, id("led"), "ru-head", "room.leave", `{}`)
	is("led", "sa member, ua member, us member")
	for room, want := range map[string]DecisionRule{"led": "chair", "trio": Consensus, "lobby": Consensus} {
		if got := h.states[id(room)].Room.Rule; got != want {
			t.Errorf("%s decides by %s, want %s", room, got, want)
		}
	}
}
