package talks

import (
	"fmt"
	"slices"
	"testing"
)

// TestArriveForesees: what a look ahead says of an admission is what Check says of it, for every room and every delegation, and it says the
// same to whoever sits in the room, however much more they see.
func TestArriveForesees(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("trio"), "ua-head", "remark.write", `{"text":"as said","on":["@lobby/harbour"]}`)
	hidden, whole := 0, h.world()
	for room, s := range h.states {
		for _, d := range []Delegation{"sa", "us", "ru", "ua"} {
			if s.Room.Has(d) || s.Room.Closed != nil || s.Room.Kind == Caucus {
				continue
			}
			a := whole.Arrive(room, d)
			p, err := h.proposed(t, room, s.Room.Opener, Head, "room.admit", fmt.Sprintf(`{"delegations":[%q]}`, d))
			if err != nil {
				t.Fatal(err)
			}
			refused := slices.Contains(codesOf(t, Check(p)), "history-hidden")
			if a.Blocked != refused || (len(a.Unseen()) > 0) != refused || int64(len(a.Entries)) != s.Size() {
				t.Errorf("%s into %.6s: blocked %v with %d things unseen and %d entries, Check refuses: %v", d, room, a.Blocked, len(a.Unseen()), len(a.Entries), refused)
			}
			if refused {
				hidden++
			}
			for _, m := range s.Room.Members {
				b := whole.Of([]Delegation{m}).Arrive(room, d)
				if b == nil || b.Blocked != a.Blocked || !slices.Equal(b.Mentions, a.Mentions) || len(b.Lost) != len(a.Lost) {
					t.Errorf("%s into %.6s: %s foresees something else", d, room, m)
				}
			}
		}
	}
	if hidden == 0 {
		t.Error("no admission was refused")
	}
	if a := whole.Arrive(id("tied"), "ua"); len(a.Unseen()) != 1 || a.Unseen()[0].Ref != (Ref{id("direct"), "border"}) || a.Unseen()[0].By.Index != 1 {
		t.Errorf("what stands against it: %v", a.Unseen())
	}
	if a := whole.Arrive(id("trio"), "sa"); a.Blocked || len(a.Mentions) != 1 || !a.Mentions[0].Seen {
		t.Errorf("what the newcomer sees: %+v", a)
	}
	if whole.Arrive("nowhere", "ua") != nil || whole.Of([]Delegation{"sa"}).Arrive(id("trio"), "sa") != nil {
		t.Error("a room that is not shown is foreseen")
	}
}

func TestDepart(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("trio"), "ua-head", "proposal.table", `{"name":"ours","title":"Ours","text":"All."}`)
	h.write(t, id("trio"), "ua-head", "proposal.table", `{"name":"old","title":"Old","text":"All."}`)
	h.write(t, id("trio"), "ua-head", "proposal.withdraw", `{"proposal":"old"}`)
	h.write(t, id("trio"), "us-head", "proposal.table", `{"name":"theirs","title":"Theirs","text":"Half."}`)
	h.write(t, id("trio"), "us-head", "proposal.table", `{"name":"answered","title":"Answered","text":"Half."}`)
	h.write(t, id("trio"), "ua-head", "proposal.respond", `{"proposal":"answered","answer":"consider"}`)
	h.write(t, id("trio"), "us-head", "meeting.schedule", `{"name":"next","title":"Next","kind":"call"}`)
	v := h.world().Depart(id("trio"), "ua", h.now)
	if v == nil || v.Wrote != 4 || len(v.Entries) != 8 || len(v.Proposals) != 1 || v.Proposals[0].Ref.Name != "ours" ||
		len(v.Unanswered) != 1 || v.Unanswered[0].Ref.Name != "theirs" || len(v.Meetings) != 1 || !slices.Equal(v.Readers, []Delegation{"ru", "us"}) || len(v.Broken) != 0 {
		t.Errorf("ua leaves: %+v", v)
	}
	if v := h.world().Depart(id("direct"), "ru", h.now); len(v.Broken) != 1 || v.Broken[0].Ref != (Ref{id("direct"), "border"}) || v.Broken[0].By.Room != id("tied") {
		t.Errorf("what is named elsewhere: %+v", v)
	}
	if h.world().Depart(id("direct"), "ua", h.now) != nil || h.world().Depart("nowhere", "ua", h.now) != nil {
		t.Error("who does not sit there leaves")
	}
}

func TestSittings(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("trio"), "ua-head", "room.leave", `{}`)
	h.write(t, id("trio"), "us-head", "room.admit", `{"delegations":["ua","sa"]}`)
	h.write(t, id("trio"), "us-head", "room.remove", `{"delegations":["ru"]}`)
	h.write(t, id("trio"), "us-head", "room.update", `{"title":"Other"}`)
	for room, want := range map[string]string{
		"trio": "us#0 ua#2 sa#2", "lobby": "sa#0 us#4 ru#6 ua#8", "caucus": "us#0",
	} {
		got := ""
		for i, x := range h.states[id(room)].Sittings() {
			if i > 0 {
				got += " "
			}
			got += string(x.Delegation) + x.By.Ref().Name
		}
		if got != want {
			t.Errorf("%s: %s, want %s", room, got, want)
		}
	}
	for room, s := range h.states {
		var ds []Delegation
		for _, x := range s.Sittings() {
			ds = append(ds, x.Delegation)
		}
		slices.Sort(ds)
		if !slices.Equal(ds, s.Room.Members) {
			t.Errorf("%.6s: %v sit, the members are %v", room, ds, s.Room.Members)
		}
	}
}
