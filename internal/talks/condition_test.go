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
