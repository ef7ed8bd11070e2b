package room

import (
	"cmp"
	"strconv"

	"parley/internal/talks"
)

// The forms of what is promised: conditions, commitments, and what is said of them.

// ---- what the forms ask for

func (x *filling) condition() []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.condition-title"), nil))),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)),
		x.add(pick, "issue", x.t("room.field.issue"), x.optional(x.openIssues())),
		wide(hinted(x.t("room.hint.determiners"), x.add(checks, "determiners", x.t("room.field.determiners"), x.parties()))),
	}
	return append(append(f, x.depends("when", "made-of")...), x.basis()...)
}

func (x *filling) conditionUpdate() []field {
	var cs []choice
	for _, v := range x.view.Conditions() {
		cs = append(cs, choice{x.ref(v.Ref), v.Title})
	}
	f := []field{x.subject("condition", x.t("room.field.condition-of"), cs)}
	v := x.view.Condition(x.full("condition"))
	if v == nil {
		return f
	}
	f = append(f,
		wide(x.add(line, "title", x.t("room.field.condition-title"), nil, v.Title)),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil, v.Text)),
		wide(hinted(x.t("room.hint.determiners-anew"), x.add(checks, "determiners", x.t("room.field.determiners"), x.parties()))),
	)
	return append(append(f, x.depends("when", "made-of")...), x.basis()...)
}

func (x *filling) determine() []field {
	var cs []choice
	for _, v := range x.view.Conditions() {
		if v.When == nil {
			cs = append(cs, choice{x.ref(v.Ref), v.Title})
		}
	}
	return append([]field{
		x.subject("condition", x.t("room.field.condition-of"), cs),
		needed(wide(x.add(radio, "outcome", x.t("room.field.determined"), values(talks.Outcomes, x.p.OutcomeWord)))),
		x.speaker(),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.since"), nil)),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)),
	}, x.basis()...)
}

// speaker asks in whose name something is said: the own party where nothing else is chosen.
func (x *filling) speaker() field {
	return hinted(x.t("room.hint.whose-word"), declared(x.add(pick, "party", x.t("room.field.whose-word"), x.optional(x.parties()), x.own())))
}

var stepFields = []string{"title", "value", "due/by", "due/of"}

func (x *filling) commitment() []field {
	parties := x.parties()
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(tall(3, x.add(area, "deed", x.t("room.field.deed"), nil))),
		needed(wide(declared(x.add(checks, "obligors", x.t("room.field.obligors"), parties, x.own())))),
		wide(hinted(x.t("room.hint.beneficiaries"), x.add(checks, "beneficiaries", x.t("room.field.beneficiaries"), parties))),
		x.add(pick, "issue", x.t("room.field.issue"), x.optional(x.openIssues())),
	}
	var agreements []choice
	for _, v := range x.view.Agreements() {
		if !v.Ended() {
			agreements = append(agreements, choice{x.ref(v.Ref), v.Title})
		}
	}
	f = append(f,
		hinted(x.t("room.hint.part-of"), x.add(pick, "agreement", x.t("room.field.part-of"), x.optional(agreements))),
		x.add(line, "article", x.t("room.field.article"), nil))
	f = append(append(f, x.moment("due", "due")...), in("due", x.zone())...)
	f = append(f, x.depends("when", "when")...)
	f = append(f, x.measure()...)
	paces := values(talks.Paces, x.p.PaceWord)
	paces[0].value = "" // together is what is meant where nothing is said
	f = append(f, in("return",
		wide(x.one("in_return", x.t("room.field.in-return"), x.optional(x.commitments(nil)))),
		wide(hinted(x.t("room.hint.pace"), x.add(pick, "pace", x.t("room.field.pace"), paces))))...)
	f = append(f, in("verified",
		wide(hinted(x.t("room.hint.verifiers"), x.add(checks, "verifiers", x.t("room.field.verifiers"), parties))),
		tall(2, x.add(area, "evidence", x.t("room.field.evidence"), nil)))...)
	f = append(f, x.moment("starts", "starts")...)
	f = append(f, x.moment("expires", "expires")...)
	return append(f, x.basis()...)
}

// zone asks where the days of all its dates begin and end.
func (x *filling) zone() field {
	f := hinted(x.t("room.hint.zone"), x.add(line, "zone", x.t("room.field.zone"), nil))
	for _, q := range x.p.Problems {
		if q.Code == "bad-zone" {
			f.problem = q
		}
	}
	return f
}

// measure asks by what it is measured, and for the steps on the way.
func (x *filling) measure() []field {
	f := in("measure",
		x.add(line, "measure/unit", x.t("room.field.measure-unit"), nil),
		x.add(number, "measure/baseline", x.t("room.field.baseline"), nil),
		x.add(number, "measure/target", x.t("room.field.target"), nil))
	f[0].problem = cmp.Or(f[0].problem, x.p.Problem("measure/steps"))
	for i := range max(3, x.rowCount("measure/steps", stepFields, 1)) {
		at := "measure/steps/" + strconv.Itoa(i) + "/"
		f = append(f, in("steps",
			x.add(line, at+"title", x.t("room.field.step"), nil),
			x.add(number, at+"value", x.t("room.field.step-value"), nil))...)
		f = append(f, x.moment(at+"due", "steps")...)
	}
	return f
}

// commitments are those that can be reported on or replaced, but for one.
func (x *filling) commitments(but *talks.Commitment) []choice {
	var cs []choice
	for _, v := range x.view.Commitments() {
		if v.Ended == nil && (but == nil || v.Ref != but.Ref) {
			cs = append(cs, choice{x.ref(v.Ref), v.Title})
		}
	}
	return cs
}

// report asks for a value where the commitment has a measure.
func (x *filling) report() []field {
	f := []field{
		x.subject("commitment", x.t("room.field.commitment"), x.commitments(nil)),
		needed(wide(x.add(radio, "claim", x.t("room.field.claim"), values(talks.Claims, x.p.ClaimWord)))),
		x.speaker(),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.when"), nil)),
	}
	m := x.view.Commitment(x.full("commitment"))
	switch {
	case m != nil && m.Measure != nil:
		hint := x.p.Loc.T("room.hint.measure", "unit", m.Measure.Unit, "from", string(m.Measure.Baseline), "to", string(m.Measure.Target))
		f = append(f, hinted(hint, x.add(number, "value", x.t("room.field.reported"), nil)))
	case m == nil:
		f = append(f, hinted(x.t("room.hint.measured"), x.add(number, "value", x.t("room.field.reported"), nil)))
	}
	f = append(f, tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)))
	return append(f, x.basis()...)
}

func (x *filling) endCommitment() []field {
	var cs []choice
	for _, v := range x.view.Commitments() {
		if v.Ended == nil && v.Ref.Room == x.room {
			cs = append(cs, choice{x.ref(v.Ref), v.Title})
		}
	}
	f := []field{
		x.subject("commitment", x.t("room.field.commitment"), cs),
		needed(wide(x.add(radio, "ground", x.t("room.field.end-ground"), values(talks.Releases, func(v talks.Release) string { return x.t("room.end." + string(v)) })))),
		wide(x.one("by", x.t("room.field.replaced-by"), x.optional(x.commitments(x.view.Commitment(x.full("commitment")))))),
	}
	return append(append(f, x.reason()...), x.basis()...)
}

// ---- what they write

func (b *builder) condition() talks.Act {
	a := &talks.ConditionDefine{
		Title: b.text("title"), Text: b.text("text"), Issue: b.ref("issue"), When: b.expr("when"), Determiners: b.refs("determiners"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "condition")
	return a
}

// conditionUpdate leaves out what is as it was: the form shows what there is.
func (b *builder) conditionUpdate() talks.Act {
	a := &talks.ConditionUpdate{
		Condition: b.ref("condition"), Title: b.text("title"), Text: b.text("text"), When: b.expr("when"), Determiners: b.refs("determiners"), Basis: b.basis(),
	}
	if v := b.view.Condition(b.exact(a.Condition)); v != nil {
		unchanged(&a.Title, v.Title)
		unchanged(&a.Text, v.Text)
	}
	return a
}

func (b *builder) determine() talks.Act {
	return &talks.ConditionDetermine{
		Condition: b.ref("condition"), Party: b.ref("party"), Outcome: talks.Outcome(b.text("outcome")), When: b.date("when"), Text: b.text("text"),
		Basis: b.basis(),
	}
}

func (b *builder) commitment() talks.Act {
	a := &talks.CommitmentMake{
		Title: b.text("title"), Obligors: b.refs("obligors"), Beneficiaries: b.refs("beneficiaries"), Deed: b.text("deed"), Issue: b.ref("issue"),
		Agreement: b.ref("agreement"), Article: b.text("article"), Measure: b.measure(), When: b.expr("when"), Starts: b.due("starts"),
		Due: b.due("due"), Expires: b.due("expires"), InReturn: b.ref("in_return"), Pace: talks.Pace(b.text("pace")),
		Verifiers: b.refs("verifiers"), Evidence: b.text("evidence"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "commitment")
	return a
}

func (b *builder) measure() *talks.Measure {
	m := talks.Measure{Unit: b.text("measure/unit"), Baseline: b.decimal("measure/baseline"), Target: b.decimal("measure/target")}
	b.rows("measure/steps", stepFields, func(at string) {
		m.Steps = append(m.Steps, talks.Step{Title: b.text(at + "title"), Value: b.decimal(at + "value"), Due: b.due(at + "due")})
	})
	if m.Unit == "" && m.Baseline == "" && m.Target == "" && len(m.Steps) == 0 {
		return nil
	}
	return &m
}

func (b *builder) report() talks.Act {
	return &talks.CommitmentReport{
		Commitment: b.ref("commitment"), Party: b.ref("party"), Claim: talks.Claim(b.text("claim")), Value: b.decimal("value"), When: b.date("when"),
		Text: b.text("text"), Basis: b.basis(),
	}
}

func (b *builder) endCommitment() talks.Act {
	return &talks.CommitmentEnd{
		Commitment: b.ref("commitment"), Ground: talks.Release(b.text("ground")), By: b.ref("by"), Reason: b.text("reason"), Basis: b.basis(),
	}
}
