package talks

import "testing"

// TestOwedTogether: one of several who owe something cannot free all of them.
func TestOwedTogether(t *testing.T) {
	for ground, want := range map[string]string{
		`{"commitment":"both","ground":"withdrawn"}`:                  "only-beneficiary",
		`{"commitment":"both","ground":"replaced","by":"word"}`:       "only-beneficiary",
		`{"commitment":"word","ground":"withdrawn"}`:                  "",
		`{"commitment":"word","ground":"replaced","by":"@deal/both"}`: "",
	} {
		h := talksHouse(t)
		h.write(t, id("deal"), "us-head", "commitment.make",
			`{"name":"both","title":"Both","obligors":["@lobby/p-us","@lobby/p-ru"],"beneficiaries":["@lobby/p-ua"],"deed":"Pull back.","illustrative":true}`)
		p, err := h.proposed(t, id("deal"), "us-head", Head, "commitment.end", ground)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := Check(p); err != nil {
			got = problemsOf(t, err)[0].Code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", ground, got, want)
		}
	}
}
