package act

import (
	"slices"
	"strconv"
	"time"

	"parley/internal/talks"
)

// Tellers of what is agreed and promised, and of what goes before.

func meetingUpdate(t *telling, a *talks.MeetingUpdate) {
	t.say("act.say.meeting.update", "who", t.who(), "meeting", ref(a.Meeting))
	t.row("act.row.title", text(a.Title))
	if a.Standing != "" {
		t.row("act.row.standing", one(t, "ui.standing.", a.Standing, talks.Standings))
	}
	t.arrangements(a)
	t.note(a.Note)
}

// arrangements are what is arranged for a meeting.
func (t *telling) arrangements(a *talks.MeetingUpdate) {
	t.row("act.row.when", t.dates(a.Starts, a.Ends)...)
	t.row("act.row.where", t.join(a.Venue, a.Place))
	t.row("act.row.host", ref(a.Host))
	if a.Format != "" {
		t.row("act.row.format", one(t, "ui.format.", a.Format, talks.MeetingFormats))
	}
	t.level(a.Level)
	t.row("act.row.expected", t.attendees(a.Expected)...)
	t.row("act.row.agenda", t.refs(a.Agenda)...)
	t.row("act.row.preconditions", t.refs(a.Preconditions)...)
}

func minutesOpen(t *telling, a *talks.MinutesOpen) {
	t.say("act.say.minutes.open", "who", t.who(), "meeting", ref(a.Meeting))
	for _, p := range a.Paragraphs {
		t.note(p)
	}
}

func minutesCorrect(t *telling, a *talks.MinutesCorrect) {
	t.say("act.say.minutes.correct", "who", t.who(), "n", bit{plain: strconv.Itoa(a.Paragraph), own: true}, "minutes", ref(a.Minutes))
	t.note(a.Text)
	t.row("act.row.why", text(a.Reason))
}

func minutesClose(t *telling, a *talks.MinutesClose) {
	t.say("act.say.minutes.close", "who", t.who(), "minutes", ref(a.Minutes))
}

func reactionRecord(t *telling, a *talks.ReactionRecord) {
	t.say("act.say.reaction.record", "party", ref(a.Party), "stance", one(t, "ui.stance.", a.Stance, talks.Stances), "to", ref(a.To))
	t.party = a.Party
	t.note(a.Text)
	t.row("act.row.when", t.date(a.When))
	t.row("act.row.rests", t.refs(a.Rests)...)
}

func consultRequire(t *telling, a *talks.ConsultRequire) {
	t.say("act.say.consult.require", "who", t.who(), "requirement", t.object(a.Name, a.Title))
	t.row("act.row.to-consult", t.refs(a.Parties)...)
	t.row("act.row.issues", t.refs(a.Issues)...)
	before := a.Before
	if len(before) == 0 {
		before = []talks.Stage{"adopting"}
	}
	stages := make([]bit, len(before))
	for i, s := range before {
		stages[i] = one(t, "ui.stage.", s, talks.Stages)
	}
	t.row("act.row.before", t.list(stages)...)
	t.row("act.row.ground", text(a.Ground))
}

func consultRecord(t *telling, a *talks.ConsultRecord) {
	t.say("act.say.consult.record", "parties", t.refs(a.Parties))
	t.parties = a.Parties
	t.note(a.Text)
	t.row("act.row.issues", t.refs(a.Issues)...)
	t.row("act.row.subject", ref(a.Subject))
	t.row("act.row.when", t.date(a.When))
	t.row("act.row.where", text(a.Place))
}

func consultWaive(t *telling, a *talks.ConsultWaive) {
	t.say("act.say.consult.waive", "who", t.who(), "requirement", ref(a.Requirement))
	t.note(a.Reason)
	t.row("act.row.waived-for", t.refs(a.Parties)...)
	t.row("act.row.subject", ref(a.Subject))
}

func packageForm(t *telling, a *talks.PackageForm) {
	t.say("act.say.package.form", "who", t.who(), "package", t.object(a.Name, a.Title))
	t.note(a.Text)
	t.row("act.row.items", t.refs(a.Items)...)
}

func agreementAdopt(t *telling, a *talks.AgreementAdopt) {
	t.say("act.say.agreement.adopt", "proposal", ref(a.Proposal), "agreement", t.object(a.Name, a.Title))
}

func agreementConfirm(t *telling, a *talks.AgreementConfirm) {
	t.say("act.say.agreement.confirm", "who", t.who(), "agreement", ref(a.Agreement))
	t.note(a.Text)
}

func agreementReserve(t *telling, a *talks.AgreementReserve) {
	t.say("act.say.agreement.reserve", "who", t.who(), "agreement", ref(a.Agreement), "kind", one(t, "ui.reservation.", a.Type, talks.Reservations))
	t.note(a.Text)
	if a.Against != 0 {
		t.row("act.row.against", ref(talks.Ref{Room: t.e.Room, Name: "#" + strconv.FormatInt(a.Against, 10)}))
	}
	t.row("act.row.issues", ref(a.Issue))
}

func agreementSign(t *telling, a *talks.AgreementSign) {
	t.say("act.say.agreement.sign", "who", t.who(), "agreement", ref(a.Agreement), "method", one(t, "ui.sign.", a.Method, talks.SignMethods))
	t.row("act.row.signer", t.join(a.Signer, a.Office))
	t.row("act.row.key", text(a.Key))
}

func agreementWithdraw(t *telling, a *talks.AgreementWithdraw) {
	t.say("act.say.agreement.withdraw", "who", t.who(), "agreement", ref(a.Agreement))
	t.note(a.Reason)
}

func agreementDenounce(t *telling, a *talks.AgreementDenounce) {
	t.say("act.say.agreement.denounce", "who", t.who(), "agreement", ref(a.Agreement))
	t.note(a.Reason)
	t.row("act.row.effective", t.date(a.Effective))
}

func conditionDefine(t *telling, a *talks.ConditionDefine) {
	t.say("act.say.condition.define", "who", t.who(), "condition", t.object(a.Name, a.Title))
	t.note(a.Text)
	t.row("act.row.issues", ref(a.Issue))
	t.row("act.row.made-of", t.expr(a.When)...)
	t.row("act.row.determiners", t.refs(a.Determiners)...)
}

func conditionUpdate(t *telling, a *talks.ConditionUpdate) {
	t.say("act.say.condition.update", "who", t.who(), "condition", ref(a.Condition))
	t.row("act.row.title", text(a.Title))
	t.note(a.Text)
	t.row("act.row.made-of", t.expr(a.When)...)
	t.row("act.row.determiners", t.refs(a.Determiners)...)
}

func conditionDetermine(t *telling, a *talks.ConditionDetermine) {
	t.say("act.say.condition.determine", "who", t.speaker(a.Party), "condition", ref(a.Condition), "outcome", one(t, "ui.outcome.", a.Outcome, talks.Outcomes))
	t.party = a.Party
	t.note(a.Text)
	t.row("act.row.since", t.date(a.When))
}

// speaker is whose word an entry is: the party that it names, or else its author.
func (t *telling) speaker(party talks.Ref) bit {
	if party.IsZero() {
		return t.who()
	}
	return ref(party)
}

func commitmentMake(t *telling, a *talks.CommitmentMake) {
	t.say("act.say.commitment.make", "obligors", t.refs(a.Obligors), "commitment", t.object(a.Name, a.Title))
	if a.Agreement.IsZero() {
		t.parties = a.Obligors
	}
	t.note(a.Deed)
	t.row("act.row.to", t.refs(a.Beneficiaries)...)
	t.row("act.row.issues", ref(a.Issue))
	if a.Article != "" {
		t.row("act.row.agreement", ref(a.Agreement), t.word("act.comma"), text(a.Article))
	} else {
		t.row("act.row.agreement", ref(a.Agreement))
	}
	t.measure(a.Measure)
	t.row("act.row.depends", t.expr(a.When)...)
	t.row("act.row.starts", t.due(a.Starts)...)
	t.row("act.row.due", t.due(a.Due)...)
	t.row("act.row.lapses", t.due(a.Expires)...)
	t.row("act.row.in-return", ref(a.InReturn))
	if a.Pace != "" {
		t.row("act.row.pace", one(t, "ui.pace.", a.Pace, talks.Paces))
	}
	t.row("act.row.verifiers", t.refs(a.Verifiers)...)
	t.row("act.row.evidence", text(a.Evidence))
}

func (t *telling) measure(m *talks.Measure) {
	if m == nil {
		return
	}
	t.row("act.row.measure", t.phrase("act.measure", "from", t.number(m.Baseline), "to", t.number(m.Target), "unit", text(m.Unit))...)
	for _, s := range m.Steps {
		bits := []bit{t.number(s.Value)}
		if s.Title != "" {
			bits = []bit{text(s.Title), t.word("act.colon"), t.number(s.Value)}
		}
		if due := t.due(s.Due); len(due) > 0 {
			bits = append(append(bits, t.word("act.comma")), due...)
		}
		t.row("act.row.step", bits...)
	}
}

func commitmentReport(t *telling, a *talks.CommitmentReport) {
	t.say("act.say.commitment.report", "who", t.speaker(a.Party), "commitment", ref(a.Commitment), "claim", one(t, "ui.claim.", a.Claim, talks.Claims))
	t.party = a.Party
	t.note(a.Text)
	if a.Value != "" {
		t.row("act.row.value", t.number(a.Value))
	}
	t.row("act.row.when", t.date(a.When))
}

func commitmentEnd(t *telling, a *talks.CommitmentEnd) {
	t.say("act.say.commitment.end", "who", t.who(), "commitment", ref(a.Commitment), "ground", one(t, "ui.end.", a.Ground, talks.Releases))
	t.note(a.Reason)
	t.row("act.row.replaced", ref(a.By))
}

// thing is something that comes about, with what comes about with it where that is said.
func (t *telling) thing(r talks.Ref, m talks.Moment) []bit {
	if m == "" {
		return []bit{ref(r)}
	}
	return []bit{ref(r), {plain: " "}, t.word("act.paren-open"), t.momentWord(m), t.word("act.paren-close")}
}

func (t *telling) momentWord(m talks.Moment) bit {
	for _, kind := range []string{"condition", "commitment", "agreement", "meeting", "event"} {
		if slices.Contains(talks.MomentsOf(kind), m) {
			return t.word("ui.moment." + string(m))
		}
	}
	return text(string(m))
}

// expr is what has to be so, in words; nothing for nothing.
func (t *telling) expr(x *talks.Expr) []bit {
	switch {
	case x == nil:
		return nil
	case len(x.All) > 0:
		return t.several("act.and", x.All)
	case len(x.Any) > 0:
		return t.several("act.or", x.Any)
	case x.Not != nil:
		return t.phrase("act.not", "what", t.inside(x.Not))
	case !x.Of.IsZero():
		return t.thing(x.Of, x.Is)
	case x.From != "" && x.Until == "":
		return t.phrase("act.from", "from", t.date(x.From))
	}
	return t.dates(x.From, x.Until)
}

func (t *telling) several(between string, xs []talks.Expr) []bit {
	var out []bit
	for i := range xs {
		if i > 0 {
			out = append(out, t.word(between))
		}
		out = append(out, t.inside(&xs[i])...)
	}
	return out
}

// inside is an expression inside another: in parentheses where it has parts of its own.
func (t *telling) inside(x *talks.Expr) []bit {
	bits := t.expr(x)
	if len(x.All)+len(x.Any) < 2 {
		return bits
	}
	return append(append([]bit{t.word("act.paren-open")}, bits...), t.word("act.paren-close"))
}

// due is a moment in words; nothing where nothing is said.
func (t *telling) due(d talks.Due) []bit {
	var bits []bit
	switch of := t.thing(d.Of, d.Moment); {
	case d.By != "":
		bits = t.phrase("act.due.by", "date", t.date(d.By))
	case !d.Relative():
		return nil
	case d.Day != 0:
		bits = t.phrase("act.due.day", "n", bit{plain: strconv.Itoa(d.Day), own: true}, "of", of)
	case d.Within != "":
		bits = t.phrase("act.due.within", "span", t.span(d.Within), "of", of)
	default:
		bits = t.phrase("act.due.on", "of", of)
	}
	if d.Zone != "" {
		bits = append(bits, bit{plain: " "}, t.word("act.paren-open"), text(d.Zone), t.word("act.paren-close"))
	}
	return bits
}

// span is a period in words: years or months, days, hours and minutes; what cannot be read stands as it was written.
func (t *telling) span(s talks.Span) bit {
	months, days, clock := s.Parts()
	var parts []string
	add := func(id string, n int) {
		if n != 0 {
			parts = append(parts, t.l.N(id, n))
		}
	}
	if s.Valid() {
		add("act.years", months/12)
		add("act.months", months%12)
		add("act.days", days)
		add("act.hours", int(clock/time.Hour))
		add("act.minutes", int(clock%time.Hour/time.Minute))
	}
	if len(parts) == 0 {
		return text(string(s))
	}
	b := t.join(parts...)
	b.own = true
	return b
}
