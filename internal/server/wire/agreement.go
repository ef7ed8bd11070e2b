package wire

import (
	"time"

	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/talks"
)

// Reason is why something stands as it does.
type Reason struct {
	Code  string      `json:"code" doc:"Which sentence it is."`
	Text  string      `json:"text" doc:"The sentence, in English."`
	Ref   talks.Ref   `json:"ref,omitzero" doc:"What it names."`
	Refs  []talks.Ref `json:"refs,omitzero"`
	Party talks.Ref   `json:"party,omitzero"`
	At    string      `json:"at,omitzero" format:"date-time"`
	N     int         `json:"n,omitzero"`
}

// ReasonsOf returns the wire form of reasons; objects are called by their titles.
func ReasonsOf(w *talks.World, rs []implementation.Reason) []Reason {
	title := func(r talks.Ref) string { _, t := w.Find(r); return t }
	return each(rs, func(r implementation.Reason) Reason {
		return Reason{r.Code, r.English(title), r.Ref, r.Refs, r.Party, known(r.At), r.N}
	})
}

// known writes a time that may not be known: empty where it is not.
func known(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return moment(t)
}

// Decision is how the members of a room stand to a proposal by its rule.
type Decision struct {
	Rule       talks.DecisionRule `json:"rule" doc:"The rule of the room when the proposal was tabled."`
	Chair      talks.Delegation   `json:"chair,omitzero" doc:"Whose word decides, where the rule says so."`
	For        []talks.Delegation `json:"for"`
	Referendum []talks.Delegation `json:"referendum" doc:"Of those, the ones that accepted ad referendum."`
	Against    []talks.Delegation `json:"against"`
	Silent     []talks.Delegation `json:"silent" doc:"Who did not answer, or neither for nor against."`
	Outside    []talks.Delegation `json:"outside" doc:"Of all these, those that no longer speak in the room: they were removed, or made observers. Their last answers count."`
	Left       []talks.Delegation `json:"left" doc:"Spoke in the room when the proposal was tabled and left it of their own accord: they count no more."`
	Newcomers  []talks.Delegation `json:"newcomers" doc:"Speak in the room and did not when the proposal was tabled: they have no vote."`
	Met        bool               `json:"met"`
}

func decisionOf(d talks.Decision) Decision {
	list := func(ds []talks.Delegation) []talks.Delegation { return append([]talks.Delegation{}, ds...) }
	return Decision{
		Rule: d.Rule, Chair: d.Chair, For: list(d.For), Referendum: list(d.Referendum), Against: list(d.Against), Silent: list(d.Silent),
		Outside: list(d.Outside), Left: list(d.Left), Newcomers: list(d.Newcomers), Met: d.Met,
	}
}

// Agreement is an agreement with how it stands and what was done about it.
type Agreement struct {
	Object
	Said         *talks.AgreementAdopt           `json:"said"`
	Stage        implementation.Stage            `json:"stage" enum:"ad-referendum,conditional,adopted,in-force,withdrawn,denounced"`
	Reasons      []Reason                        `json:"reasons" doc:"Why it stands so."`
	InForce      string                          `json:"in_force_since,omitzero" format:"date-time" doc:"Since when it has been in force."`
	Parties      []talks.Ref                     `json:"parties"`
	EntersBy     *talks.Expr                     `json:"in_force,omitzero" doc:"What it enters into force by, as its proposal says; at once where there is nothing."`
	Decision     Decision                        `json:"decision" doc:"By which it was adopted."`
	Pending      []talks.Delegation              `json:"pending" doc:"Those that accepted ad referendum and have still to confirm."`
	Packages     []talks.Ref                     `json:"packages" doc:"Those that it is part of."`
	Awaited      []talks.Ref                     `json:"awaited" doc:"What of them is not agreed yet: nothing is agreed until all of it is."`
	Commitments  []talks.Ref                     `json:"commitments" doc:"The promises that are part of it."`
	Confirmed    []Fact[talks.AgreementConfirm]  `json:"confirmed"`
	Reservations []Fact[talks.AgreementReserve]  `json:"reservations"`
	Signatures   []Fact[talks.AgreementSign]     `json:"signatures" doc:"Each held when it was recorded. “parley verify” checks them without the host."`
	Withdrawn    []Fact[talks.AgreementWithdraw] `json:"withdrawn"`
	Denounced    []Fact[talks.AgreementDenounce] `json:"denounced"`
}

// AgreementOf returns an agreement's wire form, as a book has it.
func AgreementOf(b *implementation.Book, a *implementation.Agreement) Agreement {
	w := b.World()
	out := Agreement{
		Object: objectOf(a.Made), Said: a.AgreementAdopt, Stage: a.Stage, Reasons: ReasonsOf(w, a.Reasons), InForce: known(a.InForceSince), EntersBy: a.InForce,
		Parties: append([]talks.Ref{}, a.Parties...), Decision: decisionOf(a.Decision), Pending: append([]talks.Delegation{}, a.Pending()...),
		Packages: []talks.Ref{}, Awaited: append([]talks.Ref{}, a.Awaited...), Commitments: []talks.Ref{},
		Confirmed: factsOf(a.Confirmed), Reservations: factsOf(a.Reservations), Signatures: factsOf(a.Signatures),
		Withdrawn: factsOf(a.Withdrawn), Denounced: factsOf(a.Denounced),
	}
	for _, k := range w.PackagesOf(a.Agreement) {
		out.Packages = append(out.Packages, k.Ref)
	}
	for _, c := range b.Commitments() {
		if c.Agreement == a.Ref {
			out.Commitments = append(out.Commitments, c.Ref)
		}
	}
	return out
}

// Agreements returns all agreements of a view, as they stand at its time.
func Agreements(v *ledger.View) []Agreement {
	b := implementation.At(v.World(), v.Now())
	return each(b.Agreements(), func(a *implementation.Agreement) Agreement { return AgreementOf(b, a) })
}

// Package is a package with how far it is agreed.
type Package struct {
	Object
	Said *talks.PackageForm `json:"said"`
	Open []talks.Ref        `json:"open" doc:"The items that are not agreed yet."`
}

// Packages returns all packages of a world.
func Packages(w *talks.World) []Package {
	return each(w.Packages(), func(k *talks.Package) Package {
		out := Package{objectOf(k.Made), k.PackageForm, []talks.Ref{}}
		for _, r := range k.Items {
			if !w.Agreed(r) {
				out.Open = append(out.Open, r)
			}
		}
		return out
	})
}

// Affecting is a proposal, an agreement or a commitment with those whom it affects.
type Affecting struct {
	Ref     talks.Ref  `json:"ref"`
	Kind    string     `json:"kind" enum:"proposal,agreement,commitment"`
	Parties []Included `json:"parties"`
}

// Included is a party that something affects, and how far it has a part in it.
type Included struct {
	Party        talks.Ref         `json:"party"`
	As           talks.Involvement `json:"as" enum:"in-room,consulted,absent"`
	Why          []Touch           `json:"why" doc:"Why the thing affects it; nothing where only a requirement names it."`
	Consulted    []Consultation    `json:"consulted"`
	Against      []Objection       `json:"against" doc:"What is on record of it against the thing."`
	Requirements []Requiring       `json:"requirements"`
}

// Touch is why something affects a party.
type Touch struct {
	As    string    `json:"as" enum:"issue,obligor,beneficiary,verifier,named"`
	Issue talks.Ref `json:"issue,omitzero"`
}

// Consultation is one occasion on which a party was consulted.
type Consultation struct {
	Place
	Meeting talks.Ref   `json:"meeting,omitzero" doc:"The meeting; none where the consultation is recorded by itself."`
	Issues  []talks.Ref `json:"issues" doc:"Of those in question, the ones that it was about; none where it was about the thing itself."`
	When    talks.Date  `json:"when,omitzero"`
	Where   string      `json:"where,omitzero"`
	Claimed bool        `json:"claimed" doc:"Another than the party says so."`
}

// Objection is an entry by which a party is on record against something.
type Objection struct {
	Place
	Kind talks.Kind `json:"kind"`
}

// Requiring is a requirement to consult a party on an issue.
type Requiring struct {
	Requirement talks.Ref `json:"requirement"`
	Issue       talks.Ref `json:"issue"`
	Met         bool      `json:"met"`
	Waived      *Place    `json:"waived,omitzero" doc:"The entry that waives it."`
	Passed      []Passed  `json:"passed" doc:"Consultations that do not count towards it."`
	Erased      []Place   `json:"erased" doc:"Of an agreement, where it is not met: the entries by which records of consultations were erased since the adoption."`
}

// Passed is a consultation that does not count towards a requirement.
type Passed struct {
	Place
	Why talks.Discount `json:"why" enum:"by-proposer,illustrative" doc:"It is the word of who put the thing forward, or it is illustrative and the thing is not."`
}

// AffectingOf returns whom something affects; nil for what affects nobody.
func AffectingOf(w *talks.World, r talks.Ref) *Affecting {
	parts := w.Inclusion(r)
	if parts == nil {
		return nil
	}
	return &Affecting{r, w.Object(r), each(parts, includedOf)}
}

func includedOf(in talks.Inclusion) Included {
	return Included{
		Party: in.Party, As: in.As,
		Why: each(in.Why, func(t talks.Touch) Touch { return Touch{t.As, t.Issue} }),
		Consulted: each(in.Consulted, func(c talks.Consultation) Consultation {
			out := Consultation{Place: *PlaceOf(c.Entry), Issues: append([]talks.Ref{}, c.Issues...), When: c.When, Where: c.Where, Claimed: c.Claimed}
			if c.Meeting != nil {
				out.Meeting = c.Meeting.Ref
			}
			return out
		}),
		Against: each(in.Against, func(e *talks.Entry) Objection { return Objection{*PlaceOf(e), e.Kind} }),
		Requirements: each(in.Requirements, func(q talks.Requiring) Requiring {
			out := Requiring{
				Requirement: q.Ref, Issue: q.Issue, Met: q.Met,
				Passed: each(q.Passed, func(c talks.Passed) Passed { return Passed{*PlaceOf(c.Entry), c.Why} }),
				Erased: each(q.Erased, func(e *talks.Entry) Place { return *PlaceOf(e) }),
			}
			if q.Waived != nil {
				out.Waived = PlaceOf(q.Waived.Entry)
			}
			return out
		}),
	}
}

// Requirement is a requirement to consult, with the waivers of it.
type Requirement struct {
	Object
	Said    *talks.ConsultRequire      `json:"said"`
	Waivers []Fact[talks.ConsultWaive] `json:"waivers"`
}

// Requirements returns all requirements to consult of a world.
func Requirements(w *talks.World) []Requirement {
	waivers := w.Waivers()
	return each(w.Requirements(), func(q *talks.Requirement) Requirement {
		out := Requirement{objectOf(q.Made), q.ConsultRequire, []Fact[talks.ConsultWaive]{}}
		for _, f := range waivers {
			if f.Said.Requirement == q.Ref {
				out.Waivers = append(out.Waivers, factOf(f))
			}
		}
		return out
	})
}

// Consultations returns what was recorded of consultations by itself.
func Consultations(w *talks.World) []Fact[talks.ConsultRecord] { return factsOf(w.Consultations()) }
