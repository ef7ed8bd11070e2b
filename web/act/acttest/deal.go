package acttest

import (
	"crypto/ed25519"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
)

// deal is what two of them agree in a room of their own, and what becomes of it.
func deal(add adder) {
	const us, ru = "us-head", "ru-head"
	russia, america, ukraine := ref("lobby", "russia"), ref("lobby", "united-states"), ref("lobby", "ukraine")
	territory, embassies := ref("lobby", "territory"), ref("lobby", "embassies")
	example := talks.Basis{Illustrative: true}
	add("pact", us, &talks.RoomOpen{Type: "proximity", Title: "Pact", Members: []talks.Delegation{"ru", "us"}})
	add("pact", us, &talks.MeetingSchedule{Name: "talk", Title: "A talk", Type: "meeting", Starts: "2025-03", Agenda: []talks.Ref{territory}})
	add("pact", us, &talks.MeetingUpdate{Meeting: ref("", "talk"), Standing: "announced", Format: "proximity", Starts: "2025-03-01", Preconditions: []talks.Ref{ref("lobby", "riyadh")}})
	add("pact", us, &talks.MeetingHold{Meeting: ref("", "talk"), Attendance: []talks.Attendee{{Party: russia}, {Party: america}, {Party: ukraine, Person: "D. Person", Presence: "absent"}}})
	add("pact", us, &talks.MinutesOpen{Name: "talk-minutes", Meeting: ref("", "talk"), Paragraphs: []string{"They met. " + Nasty, "They parted."}})
	add("pact", ru, &talks.MinutesCorrect{Minutes: ref("", "talk-minutes"), Paragraph: 2, Text: "They parted as friends.", Reason: "more exact"})
	add("pact", us, &talks.MinutesClose{Minutes: ref("", "talk-minutes")})
	add("pact", ru, &talks.ReactionRecord{Party: russia, To: ref("", "talk"), Stance: "welcome", Text: "A good talk. " + Nasty})
	add("pact", us, &talks.ReactionRecord{Party: ukraine, To: ref("", "talk"), Stance: "reject", When: "2025-03", Text: "Talks without us will fail.", Basis: example})

	add("pact", us, &talks.ConsultRequire{Name: "ask", Title: "Ask Ukraine", Issues: []talks.Ref{territory}, Parties: []talks.Ref{ukraine}, Ground: "It is its territory."})
	add("pact", us, &talks.ConsultRecord{Parties: []talks.Ref{ukraine}, Issues: []talks.Ref{territory}, When: "2025-02-17", Place: "Kyiv", Text: "It said no.", Basis: example})
	add("pact", us, &talks.ConsultWaive{Requirement: ref("", "ask"), Parties: []talks.Ref{ukraine}, Reason: "It was asked."})

	add("pact", us, &talks.ConditionDefine{Name: "quiet", Title: "The guns are silent", Text: "For seven days.", Issue: territory, Determiners: []talks.Ref{russia, america}})
	add("pact", us, &talks.ConditionUpdate{Condition: ref("", "quiet"), Text: "Seen from the quay."})
	add("pact", ru, &talks.ConditionDetermine{Condition: ref("", "quiet"), Party: russia, Outcome: "met", When: "2025-03-03", Text: "All is quiet."})
	add("pact", us, &talks.ConditionDefine{Name: "both", Title: "Quiet, and no second talk", When: &talks.Expr{All: []talks.Expr{
		{Of: ref("", "quiet")}, {Not: &talks.Expr{Any: []talks.Expr{{Of: ref("", "talk"), Is: "held"}, {From: "2030"}}}}, {From: "2025-03", Until: "2099"},
	}}})

	add("pact", us, &talks.ProposalTable{Name: "accord", Title: "Accord", Text: "Staff return.", Terms: []talks.Term{{Issue: embassies, Option: "restore"}}, InForce: &talks.Expr{Of: ref("", "both")}, Parties: []talks.Ref{ukraine}})
	add("pact", ru, &talks.ProposalRespond{Proposal: ref("", "accord"), Answer: "accept"})
	add("pact", us, &talks.ProposalTable{Name: "annex", Title: "Annex", Text: "And how.", Terms: []talks.Term{{Issue: territory, Value: "50"}}})
	add("pact", ru, &talks.ProposalRespond{Proposal: ref("", "annex"), Answer: "accept-ad-referendum"})
	add("pact", us, &talks.PackageForm{Name: "whole", Title: "The whole", Items: []talks.Ref{ref("", "accord"), ref("", "annex")}, Text: "Nothing without the other."})
	add("pact", us, &talks.AgreementAdopt{Name: "accord-agreed", Title: "The accord", Proposal: ref("", "accord")})
	add("pact", us, &talks.AgreementAdopt{Name: "annex-agreed", Title: "The annex", Proposal: ref("", "annex")})
	add("pact", ru, &talks.AgreementConfirm{Agreement: ref("", "annex-agreed"), Text: "The capital agrees."})
	add("pact", ru, &talks.AgreementReserve{Agreement: ref("", "accord-agreed"), Type: "reservation", Issue: embassies, Text: "Not in winter."})

	add("pact", us, &talks.ProposalTable{Name: "memo", Title: "Memo", Text: "On small things."})
	add("pact", ru, &talks.ProposalRespond{Proposal: ref("", "memo"), Answer: "accept"})
	add("pact", us, &talks.AgreementAdopt{Name: "memo-agreed", Title: "The memo", Proposal: ref("", "memo")})

	promises(add, russia, america)
	add("pact", us, &talks.AgreementWithdraw{Agreement: ref("", "accord-agreed"), Reason: "Changed our mind."})
	add("pact", ru, &talks.AgreementDenounce{Agreement: ref("", "memo-agreed"), Effective: "2026", Reason: "No use."})
}

// signed adds a signature, which is over the record's own bytes and so comes after them.
func (w *World) signed(t testing.TB) {
	t.Helper()
	a := w.Sign(t, "us-head", 0)
	a.Signer, a.Office = "A. Person", "minister "+Nasty
	payload, err := talks.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Ledger.Append(t.Context(), ledger.Viewer{Process: "talks", Seat: "us-head"}, w.Rooms["pact"], a.Kind(), payload); err != nil {
		t.Fatal(err)
	}
}

// Sign signs the agreement annex-agreed of the room pact as a seat, with the key of a number.
func (w *World) Sign(t testing.TB, seat talks.Seat, key byte) *talks.AgreementSign {
	t.Helper()
	v := ledger.Viewer{Process: "talks", Seat: seat}
	view, err := w.Ledger.View(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	agreement := talks.Ref{Room: w.Rooms["pact"], Name: "annex-agreed"}
	text, err := sign.For(view.World(), view.World().Agreement(agreement), func(room talks.RoomID, index int64) (sign.Entry, error) {
		p, err := w.Ledger.Prove(t.Context(), v, room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: p.Leaf, Payload: p.Payload}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = key
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sign.SSH(text, signer)
	if err != nil {
		t.Fatal(err)
	}
	return &talks.AgreementSign{Agreement: ref("", agreement.Name), Method: "ssh", Key: s.Key().String(), Signature: s.Armoured()}
}

func promises(add adder, russia, america talks.Ref) {
	const us, ru = "us-head", "ru-head"
	steps := func(a, b talks.Due) []talks.Step {
		return []talks.Step{{Title: "Half", Value: "50", Due: a}, {Value: "100", Due: b}}
	}
	talk := ref("", "talk")
	add("pact", us, &talks.CommitmentMake{
		Name: "staff", Title: "Staff at the embassy", Obligors: []talks.Ref{america}, Beneficiaries: []talks.Ref{russia}, Deed: "Bring the staff back. " + Nasty,
		Issue: ref("lobby", "embassies"), Agreement: ref("", "annex-agreed"), Article: "1",
		Measure: &talks.Measure{Unit: "posts", Baseline: "0", Target: "100", Steps: steps(talks.Due{By: "2025-06"}, talks.Due{Of: talk, Moment: "held", Within: "P1Y2M3DT4H5M"})},
		When:    &talks.Expr{Any: []talks.Expr{{Of: ref("", "both"), Is: "met"}, {Of: ref("", "accord-agreed"), Is: "in-force"}}},
		Starts:  talks.Due{Of: talk, Day: 1, Zone: "Europe/Kyiv"}, Due: talks.Due{Of: talk, Within: "P1Y"}, Expires: talks.Due{By: "2027"},
		Verifiers: []talks.Ref{russia}, Evidence: "The diplomatic list.",
	})
	add("pact", ru, &talks.CommitmentMake{
		Name: "staff-too", Title: "Staff in return", Obligors: []talks.Ref{russia}, Beneficiaries: []talks.Ref{america}, Deed: "The same.",
		Measure:  &talks.Measure{Unit: "posts", Baseline: "0", Target: "100", Steps: steps(talks.Due{Of: talk}, talks.Due{})},
		InReturn: ref("", "staff"), Pace: "step-for-step",
	})
	add("pact", us, &talks.CommitmentReport{Commitment: ref("", "staff"), Party: america, Claim: "progress", Value: "20", When: "2025-04", Text: "Twenty are back."})
	add("pact", ru, &talks.CommitmentReport{Commitment: ref("", "staff"), Claim: "not-done"})
	add("pact", us, &talks.CommitmentMake{Name: "visas", Title: "Visas", Obligors: []talks.Ref{america}, Deed: "Visas for all."})
	add("pact", us, &talks.CommitmentEnd{Commitment: ref("", "visas"), Ground: "withdrawn", Reason: "No time."})
}
