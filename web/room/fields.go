package room

import (
	"cmp"
	"slices"
	"strconv"

	"parley/internal/talks"
	"parley/web/act"
)

// The fields of each form. Those that nearly every use needs come first; the rest is in the parts "more" and "basis".

func (x *filling) strengths() []choice { return values(talks.Strengths, x.p.StrengthWord) }

func (x *filling) statement() []field {
	f := []field{
		needed(declared(x.add(pick, "speaker", x.t("room.field.speaker"), x.parties(), x.own()))),
		needed(x.add(pick, "strength", x.t("room.field.strength"), x.strengths(), "stated")),
		needed(wide(x.add(radio, "form", x.t("room.field.form"), values(talks.Forms, x.p.FormWord), "paraphrase"))),
		needed(tall(4, x.add(area, "text", x.t("room.field.words"), nil))),
	}
	f = append(f, in("more",
		x.add(line, "person", x.t("room.field.person"), nil),
		x.add(line, "office", x.t("room.field.office"), nil),
		hinted(x.t("room.hint.date"), x.add(day, "said", x.t("room.field.said"), nil)),
		wide(x.add(checks, "to", x.t("room.field.to"), x.parties())),
		wide(x.add(checks, "about", x.t("room.field.about"), x.openIssues())),
	)...)
	return append(f, x.basis()...)
}

// position asks for the answer that its issue has: one of the options, a place on the scale, or words. The issue is chosen
// before, so that no script is needed to know which.
func (x *filling) position() []field {
	f := []field{
		x.add(fixed, "issue", x.t("room.field.issue"), x.openIssues()),
		needed(declared(x.add(pick, "party", x.t("room.field.party"), x.parties(), x.own()))),
	}
	issue := x.chosenIssue()
	switch {
	case issue == nil:
	case len(issue.Options) > 0:
		var cs []choice
		for _, o := range issue.Options {
			cs = append(cs, choice{o.Name, o.Title})
		}
		f = append(f, wide(x.add(radio, "option", x.t("room.field.option"), append(cs, choice{"", x.t("room.in-words")}))))
	case issue.Scale != nil:
		s := issue.Scale
		hint := x.p.Loc.T("room.hint.scale", "min", string(s.Min), "low", s.Low, "max", string(s.Max), "high", s.High)
		f = append(f, wide(hinted(hint, x.add(number, "value", x.t("room.field.value"), nil))),
			x.add(number, "from", x.t("room.field.from"), nil), x.add(number, "to", x.t("room.field.to-value"), nil))
	}
	f = append(f,
		needed(x.add(pick, "firmness", x.t("room.field.firmness"), values(talks.Firmnesses, x.p.FirmnessWord), "preferred")),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)))
	f = append(f, in("more",
		hinted(x.t("room.hint.hundred"), x.add(number, "salience", x.t("room.field.salience"), nil)),
		hinted(x.t("room.hint.hundred"), x.add(number, "confidence", x.t("room.field.confidence"), nil)),
		hinted(x.t("room.hint.date"), x.add(day, "since", x.t("room.field.since"), nil)),
		wide(x.add(pick, "rests_on", x.t("room.field.rests"), x.optional(x.statements()))),
	)...)
	return append(f, x.basis()...)
}

// chosenIssue is the issue that a position is written on, or nil.
func (x *filling) chosenIssue() *talks.Issue {
	var r talks.Ref
	if r.UnmarshalText([]byte(x.from.Get("issue"))) != nil || r.IsZero() {
		return nil
	}
	if r.Room == "" {
		full, _, ok := x.view.Resolve(x.room, r.Name)
		if !ok {
			return nil
		}
		r = full
	}
	if i := x.view.Issue(r); i != nil && i.Closed == nil {
		return i
	}
	return nil
}

func (x *filling) proposal() []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(tall(5, x.add(area, "text", x.t("room.field.proposal"), nil))),
	}
	issues := x.optional(x.openIssues())
	for i := range x.rowCount("terms", termFields, 2) {
		at := "terms/" + strconv.Itoa(i) + "/"
		f = append(f, in("terms",
			x.add(pick, at+"issue", x.t("room.field.term-issue"), issues),
			x.add(line, at+"text", x.t("room.field.term"), nil))...)
	}
	f = append(f, in("more",
		wide(x.add(line, "condition", x.t("room.field.condition"), nil)),
		hinted(x.t("room.hint.date"), x.add(day, "expires", x.t("room.field.expires"), nil)),
		x.add(tick, "package", x.t("room.field.package"), nil),
		wide(hinted(x.t("room.hint.names"), x.add(checks, "parties", x.t("room.field.names"), x.parties()))),
	)...)
	return append(append(f, x.depends("in_force", "in-force")...), x.basis()...)
}

func (x *filling) answer() []field {
	var open, all []choice
	for _, v := range x.view.Proposals() {
		c := choice{x.ref(v.Ref), v.Title}
		all = append(all, c)
		if v.Ref.Room == x.room && v.Withdrawn == nil {
			open = append(open, c)
		}
	}
	return append([]field{
		needed(wide(x.add(pick, "proposal", x.t("room.field.answered"), open))),
		needed(wide(x.add(radio, "answer", x.t("room.field.answer"), values(talks.Answers, x.p.AnswerWord)))),
		tall(3, x.add(area, "text", x.t("room.field.text"), nil)),
		wide(x.add(pick, "counter", x.t("room.field.counter"), x.optional(all))),
	}, x.basis()...)
}

func (x *filling) remark() []field {
	return []field{
		needed(tall(4, x.add(area, "text", x.t("room.field.remark"), nil))),
		wide(x.add(pick, "on", x.t("room.field.on"), x.optional(x.things()))),
	}
}

func (x *filling) readout() []field {
	f := []field{
		needed(x.add(pick, "meeting", x.t("room.field.meeting"), x.meetings())),
		x.add(line, "title", x.t("room.field.title-free"), nil),
		needed(wide(hinted(x.t("room.hint.joint"), declared(x.add(checks, "by", x.t("room.field.by"), x.parties(), x.own()))))),
	}
	issues, strengths := x.optional(x.openIssues()), x.optional(x.strengths())
	topics := values(talks.Topics, x.p.TopicWord)
	topics[0].value = "" // an outcome is what is meant where nothing is said
	for i := range max(3, x.rowCount("points", pointFields, 1)) {
		at := "points/" + strconv.Itoa(i) + "/"
		row := in("points",
			wide(x.add(line, at+"text", x.t("room.field.point"), nil)),
			x.add(pick, at+"topic", x.t("room.field.topic"), topics),
			x.add(pick, at+"issue", x.t("room.field.point-issue"), issues),
			x.add(pick, at+"strength", x.t("room.field.strength"), strengths),
			x.add(line, at+"option", x.t("room.field.point-answer"), nil),
			x.add(day, at+"when", x.t("room.field.point-when"), nil))
		row[4].problem = cmp.Or(row[4].problem, x.p.Problem(at+"value"))
		f = append(f, row...)
	}
	f = append(f, x.attendance("attendance", x.t("room.field.was-there"), nil)...)
	f = append(f, tall(3, x.add(area, "text", x.t("room.field.account"), nil)))
	return append(f, x.basis()...)
}

func (x *filling) release() []field {
	var title, text, kind string
	if _, a, b, k, ok := act.Released(x.p, x.from.Get("release")); ok {
		title, text, kind = a, b, k
	}
	kinds := make([]choice, len(talks.ReleaseTypes))
	for i, k := range talks.ReleaseTypes {
		kinds[i] = choice{k, x.t("act.release." + k)}
	}
	return []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil, title))),
		needed(tall(6, x.add(area, "text", x.t("room.field.released"), nil, text))),
		needed(x.add(pick, "kind", x.t("room.field.release-kind"), kinds, kind)),
		hinted(x.t("room.hint.whose"), x.add(line, "from", x.t("room.field.whose"), nil)),
		wide(x.add(checks, "about", x.t("room.field.about"), x.openIssues())),
	}
}

func (x *filling) goal() []field {
	kinds := []choice{{"goal", x.t("room.goal")}, {"interest", x.t("room.interest")}}
	f := []field{
		needed(declared(x.add(pick, "party", x.t("room.field.party"), x.parties(), x.own()))),
		needed(x.add(pick, "kind", x.t("room.field.kind"), kinds, "goal")),
		needed(x.add(pick, "strength", x.t("room.field.strength"), x.strengths(), "stated")),
		needed(tall(3, x.add(area, "text", x.t("room.field.goal"), nil))),
		wide(x.add(checks, "issues", x.t("room.field.about"), x.openIssues())),
	}
	f = append(f, in("more", wide(x.add(pick, "rests_on", x.t("room.field.rests"), x.optional(x.statements()))))...)
	return append(f, x.basis()...)
}

func (x *filling) issue() []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		wide(x.add(line, "question", x.t("room.field.question"), nil)),
		hinted(x.t("room.hint.options"), tall(3, x.add(area, "options", x.t("room.field.options"), nil))),
	}
	f = append(f, in("scale",
		x.add(line, "scale/low", x.t("room.field.low"), nil), x.add(number, "scale/min", x.t("room.field.min"), nil),
		x.add(line, "scale/high", x.t("room.field.high"), nil), x.add(number, "scale/max", x.t("room.field.max"), nil),
		x.add(line, "scale/unit", x.t("room.field.unit"), nil),
	)...)
	f = append(f, wide(x.add(checks, "affects", x.t("room.field.affects"), x.parties())))
	return append(f, x.basis()...)
}

func (x *filling) source() []field {
	return []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(x.add(pick, "kind", x.t("room.field.kind"), values(talks.SourceTypes, x.p.SourceTypeWord), "article")),
		hinted(x.t("room.hint.date"), x.add(day, "published", x.t("room.field.published"), nil)),
		x.add(line, "publisher", x.t("room.field.publisher"), nil),
		x.add(line, "author", x.t("room.field.author"), nil),
		wide(x.add(line, "url", x.t("room.field.url"), nil)),
		hinted(x.t("room.hint.source-text"), tall(4, x.add(area, "text", x.t("room.field.source-text"), nil))),
		tall(2, x.add(area, "note", x.t("room.field.note"), nil)),
	}
}

func (x *filling) event() []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.event"), nil))),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.when"), nil)),
		x.add(day, "until", x.t("room.field.until"), nil),
		tall(3, x.add(area, "text", x.t("room.field.text"), nil)),
		wide(x.add(checks, "parties", x.t("room.field.parties"), x.parties())),
		wide(x.add(checks, "about", x.t("room.field.about"), x.openIssues())),
	}
	return append(f, x.basis()...)
}

func (x *filling) basis() []field {
	return in("basis",
		wide(x.add(pick, "cites/0/source", x.t("room.field.source"), x.optional(x.sources()))),
		x.add(number, "cites/0/paragraph", x.t("room.field.paragraph"), nil),
		wide(x.add(line, "cites/0/quote", x.t("room.field.quote"), nil)),
		wide(x.add(tick, "illustrative", x.t("room.field.illustrative"), nil)))
}

// focusFirst marks the first field that has a problem.
func focusFirst(fs []field) {
	if i := slices.IndexFunc(fs, func(f field) bool { return f.problem != nil && f.widget != fixed }); i >= 0 {
		fs[i].focus = true
	}
}
