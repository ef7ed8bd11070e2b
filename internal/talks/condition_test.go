package talks

import "testing"

// TestConditionUpdate: what a condition is made of can be said anew, so that two promises come to wait for each other; the words of before stay
// where they were.
func TestConditionUpdate(t *testing.T) {
	h := talksHouse(t)
	say := func(seat Seat, kind Kind, js string) { h.write(t, id("deal"), seat, kind, js) }
	say("us-head", "condition.define", `{"name":"safe","title":"It is safe to go","determiners":["@lobby/p-us"]}`)
	say("us-head", "commitment.make", `{"name":"go","title":"We go","obligors":["@lobby/p-us"],"deed":"Leave.","when":{"of":"safe"}}`)
	say("ru-head", "commitment.make", `{"name":"stop","title":"We stop","obligors":["@lobby/p-ru"],"deed":"Cease.","when":{"of":"go"}}`)
	before := h.states[id("deal")].Clone()
	say("us-head", "condition.update", `{"condition":"safe","title":"They have stopped","when":{"of":"stop"}}`)

	c := h.states[id("deal")].Conditions.Get("safe")
	if c.Title != "They have stopped" || c.When == nil || c.When.Of.Name != "stop" || len(c.Determiners) != 0 || len(c.Updates) != 1 {
		t.Errorf("%+v", c.ConditionDefine)
	}
	if old := before.Conditions.Get("safe"); old.Title != "It is safe to go" || old.When != nil || len(old.Determiners) != 1 || len(old.Updates) != 0 {
		t.Errorf("a state that was handed out changed: %+v", old.ConditionDefine)
	}
	say("us-head", "condition.update", `{"condition":"safe","determiners":["@lobby/p-ru"]}`)
	if c := h.states[id("deal")].Conditions.Get("safe"); c.When != nil || len(c.Determiners) != 1 {
		t.Errorf("%+v", c.ConditionDefine)
	}
}

// TestRestsOn: nobody changes what others were promised on, through another condition either, nor what it owes under an agreement.
func TestRestsOn(t *testing.T) {
	for _, c := range []struct {
		seat Seat
		kind Kind
		js   string
		want string
	}{
		{"us-head", "commitment.make", `{"name":"go","title":"Go","obligors":["@lobby/p-us"],"deed":"Go.","when":{"of":"near"}}`, ""},
		{"us-head", "commitment.make", `{"name":"go","title":"Go","obligors":["@lobby/p-us"],"deed":"Go.","when":{"of":"near"},"agreement":"treaty"}`, "rested-on"},
		{"ru-head", "commitment.make", `{"name":"go","title":"Go","obligors":["@lobby/p-ru"],"deed":"Go.","when":{"of":"safe"}}`, "rested-on"},
		{"ru-head", "commitment.make", `{"name":"go","title":"Go","obligors":["@lobby/p-ru"],"deed":"Go.","when":{"of":"near"}}`, "rested-on"},
		{"us-head", "proposal.table", `{"name":"other","title":"Other","text":"All.","terms":[{"issue":"@lobby/wide"}],"in_force":{"of":"near"}}`, "rested-on"},
		{"ru-head", "meeting.schedule", `{"name":"sit","title":"Sit","kind":"call","preconditions":["near"]}`, "rested-on"},
	} {
		h := talksHouse(t)
		say := func(seat Seat, kind Kind, js string) { h.write(t, id("deal"), seat, kind, js) }
		say("us-head", "proposal.table", `{"name":"soon","title":"Soon","text":"All of it.","terms":[{"issue":"@lobby/wide"}]}`)
		say("ru-head", "proposal.respond", `{"proposal":"soon","answer":"accept"}`)
		say("us-head", "condition.define", `{"name":"safe","title":"Safe"}`)
		say("us-head", "condition.define", `{"name":"near","title":"Near","when":{"of":"safe"}}`)
		say(c.seat, c.kind, c.js)
		p, err := h.proposed(t, id("deal"), "us-head", Head, "condition.update", `{"condition":"safe","text":"Otherwise."}`)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := Check(p); err != nil {
			got = problemsOf(t, err)[0].Code
		}
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.seat, c.js, got, c.want)
		}
	}
}
