package ledger_test

import (
	"fmt"
	"testing"
)

// TestChecksForgetWhatTheyFound: what an act was refused for is asked again when it is written again.
func TestChecksForgetWhatTheyFound(t *testing.T) {
	l, rooms := open(t, "memory:")
	direct, lobby := rooms["direct"], rooms["lobby"]
	put(t, l, "sa-head", lobby, "party.declare", `{"name":"city","title":"City","kind":"state","role":"affected"}`)
	put(t, l, "sa-head", lobby, "issue.open", `{"name":"quay","title":"Quay"}`)
	put(t, l, "sa-head", lobby, "consult.require", `{"name":"heard","title":"The city is heard","issues":["quay"],"parties":["city"],"before":["tabling"],"ground":"It lives there."}`)
	table := fmt.Sprintf(`{"name":"lease","title":"Lease","text":"The quay is let.","terms":[{"issue":"%s/quay","text":"A year"}]}`, lobby)
	for range 2 {
		if got := try(t, l, "us-head", direct, "proposal.table", table); got != "not-consulted" {
			t.Fatalf("before the waiver: %s", got)
		}
	}
	put(t, l, "sa-head", lobby, "consult.waive", `{"requirement":"heard","reason":"It asked us to go on."}`)
	put(t, l, "us-head", direct, "proposal.table", table)
}
