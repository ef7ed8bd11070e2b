package talks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestDecide has the rules by which the members of a room decide. The answers are in the order in which they were given; us tabled it.
func TestDecide(t *testing.T) {
	for _, c := range []struct {
		rule      DecisionRule
		observers string
		answers   string
		// who is for it, of those ad referendum, against, silent
		yes, referendum, no, silent string
		met                         bool
	}{
		{"consensus", "", "", "us", "", "", "ru ua", false},
		{"consensus", "", "ru:accept ua:accept", "ru ua us", "", "", "", true},
		{"", "", "ru:accept ua:accept", "ru ua us", "", "", "", true},
		{"consensus", "", "ru:accept ua:accept-ad-referendum", "ru ua us", "ua", "", "", true},
		{"consensus", "", "ru:accept ua:reject", "ru us", "", "ua", "", false},
		{"consensus", "", "ru:accept ua:reject ua:accept", "ru ua us", "", "", "", true},
		{"consensus", "", "ru:accept ua:accept ua:consider", "ru us", "", "", "ua", false},
		{"consensus", "", "ru:accept ua:accept us:reject", "ru ua", "", "us", "", false},
		{"consensus", "", "ru:accept ua:counter", "ru us", "", "", "ua", false},
		{"consensus", "ua", "ru:accept", "ru us", "", "", "", true},
		{"consensus", "ua", "ru:accept sa:reject", "ru us", "", "", "", true},
		{"majority", "", "", "us", "", "", "ru ua", false},
		{"majority", "", "ru:accept ua:reject", "ru us", "", "ua", "", true},
		{"majority", "", "ru:accept-ad-referendum", "ru us", "ru", "", "ua", true},
		{"majority", "ua", "", "us", "", "", "ru", false},
		{"majority", "ua", "ru:accept", "ru us", "", "", "", true},
		{"chair", "", "", "us", "", "", "ru ua", true},
		{"chair", "", "us:consider ru:accept ua:accept", "ru ua", "", "", "us", false},
		{"chair", "", "ru:reject ua:reject", "us", "", "ru ua", "", true},
	} {
		t.Run(strings.Join([]string{string(c.rule), c.observers, c.answers}, "/"), func(t *testing.T) {
			r := &Room{Members: []Delegation{"ru", "ua", "us"}, Rule: c.rule, Chair: "us"}
			for d := range strings.FieldsSeq(c.observers) {
				r.Observers = append(r.Observers, Delegation(d))
			}
			p := &Proposal{Made: Made{By: &Entry{Seat: "us-head"}}, Electorate: r.electorate()}
			for a := range strings.FieldsSeq(c.answers) {
				d, answer, _ := strings.Cut(a, ":")
				p.Responses = append(p.Responses, Fact[ProposalRespond]{&Entry{Seat: Seat(d + "-head")}, &ProposalRespond{Answer: Answer(answer)}})
			}
			d := r.Decide(p)
			got := fmt.Sprint(codes(d.For), codes(d.Referendum), codes(d.Against), codes(d.Silent), d.Met)
			if want := fmt.Sprint([]string{c.yes}, []string{c.referendum}, []string{c.no}, []string{c.silent}, c.met); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	if d := (&Room{}).Decide(&Proposal{Made: Made{By: &Entry{Seat: "us-head"}}}); d.Met {
		t.Error("a room without members decides")
	}
}

func codes(ds []Delegation) []string {
	s := make([]string, len(ds))
	for i, d := range ds {
		s[i] = string(d)
	}
	return []string{strings.Join(s, " ")}
}

// TestEnded: under each rule, when those who left an agreement leave none behind.
func TestEnded(t *testing.T) {
	for _, c := range []struct {
		rule                 DecisionRule
		parties              int
		withdrawn, denounced string
		ended                bool
	}{
		{"consensus", 2, "", "", false}, {"consensus", 2, "a", "", true}, {"consensus", 2, "", "a", true},
		{"consensus", 3, "a", "", true}, {"consensus", 3, "", "a", false}, {"consensus", 3, "", "a b", true},
		{"majority", 3, "a", "", false}, {"majority", 3, "a b", "", true}, {"majority", 3, "a", "b", true},
		{"chair", 1, "", "", false}, {"chair", 1, "", "a", true}, {"chair", 2, "a", "", true}, {"chair", 4, "a", "b", false},
	} {
		a := &Agreement{Decision: Decision{Rule: c.rule, For: []Delegation{"a", "b", "c", "d"}[:c.parties]}}
		for d := range strings.FieldsSeq(c.withdrawn) {
			a.Withdrawn = append(a.Withdrawn, Fact[AgreementWithdraw]{&Entry{Seat: Seat(d + "-head")}, &AgreementWithdraw{}})
		}
		for d := range strings.FieldsSeq(c.denounced) {
			a.Denounced = append(a.Denounced, Fact[AgreementDenounce]{&Entry{Seat: Seat(d + "-head")}, &AgreementDenounce{}})
		}
		if a.Ended() != c.ended {
			t.Errorf("%s of %d, %q withdrew and %q denounced: ended %v", c.rule, c.parties, c.withdrawn, c.denounced, a.Ended())
		}
	}
}

// TestEndedByWithdrawal: where other things decide whether an agreement was in force when consent was taken back, this package says of none that it
// has ended by that alone.
func TestEndedByWithdrawal(t *testing.T) {
	follows := &Expr{Any: []Expr{{From: "2030"}, {Of: Ref{Name: "truce"}}}}
	for _, c := range []struct {
		inForce   *Expr
		confirmed int64 // when the third did
		ended     bool
	}{
		{nil, 1, true}, {&Expr{From: "2030"}, 1, true}, {follows, 1, false}, {follows, 9, true},
	} {
		a := &Agreement{InForce: c.inForce, Decision: Decision{Rule: Consensus, For: []Delegation{"a", "b", "c"}, Referendum: []Delegation{"c"}}}
		a.Confirmed = []Fact[AgreementConfirm]{{&Entry{Seat: "c-head", Index: c.confirmed}, &AgreementConfirm{}}}
		a.Withdrawn = []Fact[AgreementWithdraw]{{&Entry{Seat: "a-head", Index: 5}, &AgreementWithdraw{}}}
		if a.Ended() != c.ended {
			t.Errorf("%+v, confirmed at %d: ended %v", c.inForce, c.confirmed, a.Ended())
		}
	}
}

// TestPackage: nothing is agreed until everything is agreed. What makes an agreement conditional was there before it was adopted and is seen by
// all who sit in its room, so that nobody can suspend alone what was agreed, and all are told the same.
func TestPackage(t *testing.T) {
	h := talksHouse(t)
	deal := id("deal")
	awaited := func(name string) string {
		var names []string
		for _, r := range h.world().Awaited(h.world().Agreement(Ref{deal, name})) {
			names = append(names, r.Name)
		}
		return strings.Join(names, " ")
	}
	if got := awaited("half"); got != "two" {
		t.Errorf("half of a package waits for %q", got)
	}
	if got := awaited("treaty"); got != "" {
		t.Errorf("an agreement of no package waits for %q", got)
	}
	h.write(t, deal, "us-head", "package.form", `{"name":"afterwards","title":"Afterwards","items":["plain","toll"]}`)
	if got := awaited("treaty"); got != "" {
		t.Errorf("an agreement waits for %q since a package was formed after it", got)
	}
	// A package that only two of three see is none for the three.
	h.write(t, id("three"), "us-head", "proposal.table", `{"name":"second","title":"A second","text":"More."}`)
	h.write(t, id("direct"), "us-head", "package.form", `{"name":"hidden","title":"Between us","items":["@three/second","border"]}`)
	h.write(t, id("three"), "ru-head", "proposal.respond", `{"proposal":"second","answer":"accept"}`)
	h.write(t, id("three"), "ua-head", "proposal.respond", `{"proposal":"second","answer":"accept"}`)
	h.write(t, id("three"), "us-head", "agreement.adopt", `{"name":"second-pact","title":"Second","proposal":"second"}`)
	for _, viewer := range []Delegation{"us", "ru", "ua"} {
		w := h.world().Of([]Delegation{viewer})
		if got := w.Awaited(w.Agreement(Ref{id("three"), "second-pact"})); len(got) > 0 {
			t.Errorf("%s is told that it waits for %v", viewer, got)
		}
	}
	// Accepted ad referendum it is not agreed yet; confirmed, it is, and both are.
	h.write(t, deal, "ru-head", "proposal.respond", `{"proposal":"two","answer":"accept-ad-referendum"}`)
	h.write(t, deal, "us-head", "agreement.adopt", `{"name":"other-half","title":"The other half","proposal":"two"}`)
	if a, b := awaited("half"), awaited("other-half"); a != "two" || b != "two" {
		t.Errorf("ad referendum: %q, %q", a, b)
	}
	h.write(t, deal, "ru-head", "agreement.confirm", `{"agreement":"other-half"}`)
	if a, b := awaited("half"), awaited("other-half"); a != "" || b != "" {
		t.Errorf("confirmed: %q, %q", a, b)
	}
	h.write(t, deal, "ru-head", "agreement.denounce", `{"agreement":"other-half"}`)
	if got := awaited("half"); got != "two" {
		t.Errorf("once the other half has ended: %q", got)
	}
}

// TestAgreementRestsOnItsAnswers: answers that come after the adoption or are erased change nothing of who is bound.
func TestAgreementRestsOnItsAnswers(t *testing.T) {
	h := talksHouse(t)
	deal := h.states[id("deal")]
	deal.Fold(NewEntry(id("deal"), deal.Size(), h.now, "ru-head", "proposal.respond", &ProposalRespond{Proposal: Ref{Name: "plain"}, Answer: "reject"}))
	if got := deal.Agreements.Get("treaty").Bound(); !slices.Equal(got, []Delegation{"ru", "us"}) {
		t.Errorf("bound after an answer that came late: %v", got)
	}
	if got := deal.Agreements.Get("pending").Pending(); !slices.Equal(got, []Delegation{"ru"}) {
		t.Errorf("still to confirm: %v", got)
	}
}

// TestWaivedByEach: what is owed to two ends with the second waiver, and each speaks for itself.
func TestWaivedByEach(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("deal"), "us-head", "room.admit", `{"delegations":["sa"]}`)
	shared := func() *Commitment { return h.states[id("deal")].Commitments.Get("shared") }
	if m := shared(); m.Ended != nil || len(m.Waived) != 1 {
		t.Fatalf("after one of two waived it: %+v", m)
	}
	s := h.states[id("deal")]
	s.Fold(NewEntry(s.Room.ID, s.Size(), h.now, "ru-head", "commitment.end", &CommitmentEnd{Commitment: Ref{Name: "shared"}, Ground: "waived"}))
	if m := shared(); m.Ended != nil || len(m.Waived) != 1 {
		t.Fatalf("after one waived it twice: %+v", m)
	}
	h.write(t, id("deal"), "sa-head", "commitment.end", `{"commitment":"shared","ground":"waived"}`)
	if m := shared(); m.Ended == nil || m.Ended.Seat != "sa-head" || len(m.Waived) != 2 {
		t.Fatalf("after both waived it: %+v", m)
	}
}

// TestCounterpart: each of two commitments in return for each other finds the other, whichever says so.
func TestCounterpart(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("deal"), "ru-head", "commitment.make", `{"name":"answer","title":"In return","obligors":["@lobby/p-ru"],"deed":"Likewise.","in_return":"word"}`)
	w := h.world()
	word, answer, ships := w.Commitment(Ref{id("deal"), "word"}), w.Commitment(Ref{id("deal"), "answer"}), w.Commitment(Ref{id("deal"), "ships"})
	if w.Counterpart(word) != answer || w.Counterpart(answer) != word || w.Counterpart(ships) != nil {
		t.Errorf("%v, %v, %v", w.Counterpart(word), w.Counterpart(answer), w.Counterpart(ships))
	}
}

// TestWithdrawInForce: consent is taken back only as long as it is not certain that the agreement is in force; from then on one denounces it.
func TestWithdrawInForce(t *testing.T) {
	for _, c := range []struct {
		inForce string
		want    string
	}{
		{`{"from":"2025-01"}`, "in-force"},
		{`{"from":"2099"}`, ""},
		{`{"all":[{"from":"2025-01"},{"of":"sitting"}]}`, "in-force"},
		{`{"all":[{"from":"2025-01"},{"of":"@lobby/dated"}]}`, ""},
		{`{"any":[{"from":"2099"},{"of":"sitting"}]}`, "in-force"},
		{`{"not":{"of":"truce"}}`, ""},
		{`{"not":{"until":"2025-01"}}`, "in-force"},
		{`{"not":{"from":"2025-01"}}`, ""},
		{`{"not":{"any":[{"from":"2099"},{"until":"2025-01"}]}}`, "in-force"},
		{`{"not":{"any":[{"from":"2099"},{"of":"truce"}]}}`, ""},
		{`{"not":{"all":[{"from":"2099"},{"of":"truce"}]}}`, "in-force"},
		{`{"not":{"not":{"of":"sitting"}}}`, "in-force"},
		{`{"of":"truce"}`, ""},
	} {
		h := talksHouse(t)
		deal := id("deal")
		h.write(t, deal, "us-head", "proposal.table", `{"name":"soon","title":"Soon","text":"All of it.","terms":[{"issue":"@lobby/wide"}],"in_force":`+c.inForce+`}`)
		h.write(t, deal, "ru-head", "proposal.respond", `{"proposal":"soon","answer":"accept"}`)
		h.write(t, deal, "us-head", "agreement.adopt", `{"name":"deed","title":"Deed","proposal":"soon"}`)
		p, err := h.proposed(t, deal, "ru-head", Head, "agreement.withdraw", `{"agreement":"deed"}`)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := Check(p); err != nil {
			got = problemsOf(t, err)[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.inForce, got, c.want)
		}
	}
}
