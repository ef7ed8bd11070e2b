package talks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestElectorate: who decides on a proposal, and by what rule, is settled when it is tabled. Whoever leads the room can neither silence who is against
// it, nor bring in others, nor decide by another rule.
func TestElectorate(t *testing.T) {
	type step struct {
		seat Seat
		kind Kind
		js   string
	}
	answer := func(who, answer string) step {
		return step{Seat(who + "-head"), "proposal.respond", `{"proposal":"plan","answer":"` + answer + `"}`}
	}
	remove, observe := step{"us-head", "room.remove", `{"delegations":["ru"]}`}, step{"us-head", "room.update", `{"observe":["ru"]}`}
	rule := func(r string) step { return step{"us-head", "room.update", `{"rule":"` + r + `"}`} }
	leave := func(who string) step { return step{Seat(who + "-head"), "room.leave", `{}`} }
	admit := func(who string) step { return step{"us-head", "room.admit", `{"delegations":["` + who + `"]}`} }
	chair := func(from, to string) step {
		return step{Seat(from + "-head"), "room.update", `{"chair":"` + to + `"}`}
	}
	for _, c := range []struct {
		name, rule string
		steps      []step
		// who decides by what rule, who is for it, against, silent; who is outside, has left, came since
		want string
		met  bool
	}{
		{"as it is", "consensus", nil, "consensus: us | | ru ua | | |", false},
		{"who is against is removed", "consensus", []step{answer("ua", "accept"), answer("ru", "reject"), remove}, "consensus: ua us | ru | | ru | |", false},
		{"who is against is made an observer", "consensus", []step{answer("ua", "accept"), answer("ru", "reject"), observe}, "consensus: ua us | ru | | ru | |", false},
		{"who said nothing is removed", "consensus", []step{answer("ua", "accept"), remove}, "consensus: ua us | | ru | ru | |", false},
		{"who is against leaves", "consensus", []step{answer("ua", "accept"), answer("ru", "reject"), leave("ru")}, "consensus: ua us | | | | ru |", true},
		{"and comes back", "consensus", []step{answer("ua", "accept"), answer("ru", "reject"), leave("ru"), admit("ru")}, "consensus: ua us | | | | ru |", true},
		{"an observer leaves", "consensus", []step{answer("ua", "accept"), observe, leave("ru")}, "consensus: ua us | | | | ru |", true},
		{"who is removed and let in again has its vote", "consensus", []step{remove, admit("ru"), answer("ua", "accept"), answer("ru", "accept")}, "consensus: ru ua us | | | | |", true},
		{"a majority instead of all", "consensus", []step{answer("ua", "accept"), answer("ru", "reject"), rule("majority")}, "consensus: ua us | ru | | | |", false},
		{"the chair instead of all", "consensus", []step{answer("ru", "reject"), rule("chair")}, "consensus: us | ru | ua | | |", false},
		{"others are brought in", "majority", []step{answer("ru", "reject"), answer("ua", "reject"), admit("sa"), answer("sa", "accept")}, "majority: us | ru ua | | | | sa", false},
		{"all instead of a majority", "majority", []step{answer("ua", "accept"), rule("consensus"), admit("sa")}, "majority: ua us | | ru | | | sa", true},
		{"half of those who are left", "majority", []step{leave("ru"), leave("ua")}, "majority: us | | | | ru ua |", true},
		{"half of those who were there", "majority", []step{remove}, "majority: us | | ru ua | ru | |", false},
		{"the chair decides", "chair", nil, "chair us: us | | ru ua | | |", true},
		{"another chair", "chair", []step{answer("us", "reject"), chair("us", "ru"), answer("ru", "accept")}, "chair us: ru | us | ua | | |", false},
		{"another chair, which removes the one before", "chair", []step{answer("us", "reject"), chair("us", "ru"), answer("ru", "accept"), {"ru-head", "room.remove", `{"delegations":["us"]}`}}, "chair us: ru | us | ua | us | |", false},
		{"the chair left", "chair", []step{answer("us", "reject"), chair("us", "ru"), leave("us"), answer("ru", "accept")}, "chair ru: ru | | ua | | us |", true},
		{"the chair left to one that came since", "chair", []step{admit("sa"), chair("us", "sa"), leave("us"), answer("sa", "accept")}, "chair sa: sa | | ru ua | | us |", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := talksHouse(t)
			h.write(t, id("hall"), "us-head", "room.open", `{"kind":"plenary","title":"Hall","members":["us","ru","ua"],"chair":"us","rule":"`+c.rule+`"}`)
			h.write(t, id("hall"), "us-head", "proposal.table", `{"name":"plan","title":"A plan","text":"All of it.","terms":[{"issue":"@lobby/wide"}]}`)
			for _, s := range c.steps {
				h.write(t, id("hall"), s.seat, s.kind, s.js)
			}
			s := h.states[id("hall")]
			d := s.Room.Decide(s.Proposals.Get("plan"))
			says := strings.TrimSpace(string(d.Rule)+" "+string(d.Chair)) + ":"
			for i, ds := range [][]Delegation{d.For, d.Against, d.Silent, d.Outside, d.Left, d.Newcomers} {
				if i > 0 {
					says += " |"
				}
				for _, m := range ds {
					says += " " + string(m)
				}
			}
			if says != c.want || d.Met != c.met {
				t.Errorf("%s %v, want\n%s %v", says, d.Met, c.want, c.met)
			}
			lead := s.Room.Chair
			p, err := h.proposed(t, id("hall"), Seat(lead+"-head"), Head, "agreement.adopt", `{"name":"pact","title":"P","proposal":"plan"}`)
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(p); (err == nil) != c.met {
				t.Errorf("adopting it: %v", err)
			}
		})
	}
}

// TestElectorateIsShared: proposals that the same members decide on have one list of them, and what a state was asked before stays as it was.
func TestElectorateIsShared(t *testing.T) {
	h := talksHouse(t)
	three := id("three")
	table := func(name string) {
		h.write(t, three, "us-head", "proposal.table", `{"name":"`+name+`","title":"P","text":"x"}`)
	}
	table("first")
	table("second")
	before := h.states[three].Clone()
	h.write(t, three, "ru-head", "room.leave", `{}`)
	table("third")
	s := h.states[three]
	first, second, third := s.Proposals.Get("first"), s.Proposals.Get("second"), s.Proposals.Get("third")
	if &first.Electorate.Voters[0] != &second.Electorate.Voters[0] {
		t.Error("two lists of the same members")
	}
	if got := fmt.Sprint(third.Electorate.Voters, first.Electorate.Voters); got != "[ua us] [ru ua us]" {
		t.Error(got)
	}
	if d := before.Room.Decide(before.Proposals.Get("first")); len(d.Left) > 0 || !slices.Contains(d.Silent, "ru") {
		t.Errorf("a state that was handed out changed: %+v", d)
	}
	if d := s.Room.Decide(first); !slices.Equal(d.Left, []Delegation{"ru"}) {
		t.Errorf("%+v", d)
	}
	// Erasing folds the room anew, and nothing of who decides is lost.
	h.write(t, three, "us-head", "remark.write", `{"text":"A word too many."}`)
	h.write(t, three, "us-head", "record.erase", `{"entry":`+last(h, "three")+`}`)
	if d := s.Room.Decide(s.Proposals.Get("first")); !slices.Equal(d.Left, []Delegation{"ru"}) || len(d.Silent) != 1 {
		t.Errorf("after an erasure: %+v", d)
	}
}

// TestInForceIsDecided: what an agreement enters into force by is what its members answered to.
func TestInForceIsDecided(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("deal"), "us-head", "proposal.table", `{"name":"soon","title":"Soon","text":"All of it.","terms":[{"issue":"@lobby/wide"}],"in_force":{"of":"truce"}}`)
	h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"soon","answer":"accept"}`)
	h.write(t, id("deal"), "us-head", "agreement.adopt", `{"name":"deed","title":"Deed","proposal":"soon"}`)
	if x := h.states[id("deal")].Agreements.Get("deed").InForce; x == nil || x.Of != (Ref{id("deal"), "truce"}) {
		t.Errorf("%+v", x)
	}
	// And nobody changes what it says by another name.
	p, err := h.proposed(t, id("deal"), "us-head", Head, "condition.update", `{"condition":"truce","text":"Otherwise."}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := codesOf(t, Check(p)); !slices.Contains(got, "rested-on") {
		t.Errorf("%v", got)
	}
}
