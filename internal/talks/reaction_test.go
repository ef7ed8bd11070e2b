package talks

import "testing"

// TestOnRecordAgainst: a reaction to an agreement is on record against it, the last that a party declares before what is said of it later, and
// none that it took back.
func TestOnRecordAgainst(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("direct"), "us-head", "proposal.table", `{"name":"fence","title":"A fence","text":"A fence around the harbour.","terms":[{"issue":"@lobby/wide"}],"parties":["@lobby/p-us","@lobby/p-ru"]}`)
	h.write(t, id("direct"), "ru-head", "proposal.respond", `{"proposal":"fence","answer":"accept"}`)
	h.write(t, id("direct"), "us-head", "agreement.adopt", `{"name":"fenced","title":"The fence","proposal":"fence"}`)
	agreement := Ref{id("direct"), "fenced"}
	against := func() (out []Stance) {
		for _, in := range h.world().Inclusion(agreement) {
			for _, e := range in.Against {
				out = append(out, e.Act.(*ReactionRecord).Stance)
			}
		}
		return out
	}
	say := func(seat Seat, party, stance string) {
		h.write(t, id("direct"), seat, "reaction.record", `{"party":"@lobby/p-`+party+`","to":"fenced","stance":"`+stance+`","illustrative":true}`)
	}
	if got := against(); len(got) != 0 {
		t.Fatalf("against before anybody spoke: %v", got)
	}
	say("us-head", "ru", "reject")
	if got := against(); len(got) != 1 || got[0] != "reject" {
		t.Fatalf("attributed: %v", got)
	}
	say("ru-head", "ru", "oppose")
	say("us-head", "ru", "reject")
	if got := against(); len(got) != 1 || got[0] != "oppose" {
		t.Fatalf("declared, then attributed: %v", got)
	}
	say("ru-head", "ru", "accept")
	if got := against(); len(got) != 0 {
		t.Fatalf("taken back: %v", got)
	}
}
