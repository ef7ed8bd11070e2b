package act

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
)

// tellers has one function for each kind of act.
var tellers = map[talks.Kind]func(*telling, talks.Act){
	"party.declare": as(partyDeclare), "party.update": as(partyUpdate),
	"delegation.designate": as(delegationDesignate), "delegation.update": as(delegationUpdate),
	"delegation.restore": as(delegationRestore), "delegation.retain": as(delegationRetain), "mandate.issue": as(mandateIssue),
	"seat.grant": as(seatGrant), "seat.revoke": as(seatRevoke),
	"room.open": as(roomOpen), "room.update": as(roomUpdate), "room.admit": as(roomAdmit), "room.remove": as(roomRemove), "room.leave": as(roomLeave), "room.close": as(roomClose),
	"issue.open": as(issueOpen), "issue.update": as(issueUpdate), "issue.close": as(issueClose),
	"meeting.schedule": as(meetingSchedule), "meeting.update": as(meetingUpdate), "meeting.hold": as(meetingHold), "meeting.cancel": as(meetingCancel),
	"readout.issue": as(readoutIssue), "minutes.open": as(minutesOpen), "minutes.correct": as(minutesCorrect), "minutes.close": as(minutesClose),
	"source.add": as(sourceAdd), "statement.record": as(statementRecord),
	"position.record": as(positionRecord), "goal.record": as(goalRecord),
	"event.record": as(eventRecord), "reaction.record": as(reactionRecord), "relation.assess": as(relationAssess),
	"proposal.table": as(proposalTable), "proposal.respond": as(proposalRespond), "proposal.withdraw": as(proposalWithdraw),
	"consult.require": as(consultRequire), "consult.record": as(consultRecord), "consult.waive": as(consultWaive),
	"package.form": as(packageForm), "agreement.adopt": as(agreementAdopt), "agreement.confirm": as(agreementConfirm), "agreement.reserve": as(agreementReserve),
	"agreement.sign": as(agreementSign), "agreement.withdraw": as(agreementWithdraw), "agreement.denounce": as(agreementDenounce),
	"condition.define": as(conditionDefine), "condition.update": as(conditionUpdate), "condition.determine": as(conditionDetermine),
	"commitment.make": as(commitmentMake), "commitment.report": as(commitmentReport), "commitment.end": as(commitmentEnd),
	"remark.write": as(remarkWrite), "release.make": as(releaseMake), "record.erase": as(recordErase),
}

// as makes a teller of one for a kind's own struct.
func as[A talks.Act](f func(*telling, A)) func(*telling, talks.Act) {
	return func(t *telling, a talks.Act) {
		if v, ok := a.(A); ok {
			f(t, v)
		}
	}
}

func partyDeclare(t *telling, a *talks.PartyDeclare) {
	t.say("act.say.party.declare", "who", t.who(), "party", t.object(a.Name, a.Title),
		"kind", one(t, "ui.party-type.", a.Type, talks.PartyTypes), "role", one(t, "ui.party-role.", a.Role, talks.PartyRoles))
	t.party = talks.Ref{Room: t.e.Room, Name: a.Name}
	t.row("act.row.of", t.refs(a.Of)...)
	t.note(a.Note)
}

func partyUpdate(t *telling, a *talks.PartyUpdate) {
	t.say("act.say.party.update", "who", t.who(), "party", ref(a.Party))
	t.party = a.Party
	t.row("act.row.title", text(a.Title))
	if a.Role != "" {
		t.row("act.row.role", one(t, "ui.party-role.", a.Role, talks.PartyRoles))
	}
	t.row("act.row.of", t.refs(a.Of)...)
	t.note(a.Note)
}

func delegationDesignate(t *telling, a *talks.DelegationDesignate) {
	t.say("act.say.delegation.designate", "party", ref(a.Party), "title", text(a.Title))
	t.row("act.row.delegation", deleg(a.Code))
	t.level(a.Level)
	t.row("act.row.head", text(string(a.Head)))
	t.row("act.row.members", t.members(a.Members)...)
	t.note(a.Note)
}

func delegationUpdate(t *telling, a *talks.DelegationUpdate) {
	t.say("act.say.delegation.update", "delegation", deleg(a.Code))
	t.row("act.row.title", text(a.Title))
	t.level(a.Level)
	t.row("act.row.added", t.members(a.Add)...)
	t.row("act.row.removed", t.join(a.Remove...))
	t.note(a.Note)
}

func delegationRestore(t *telling, a *talks.DelegationRestore) {
	t.say("act.say.delegation.restore", "who", t.who(), "delegation", deleg(a.Code), "seat", text(string(a.Head)),
		"when", text(t.l.DateTime(t.e.Time.Add(talks.RestoreAfter))))
	t.note(a.Reason)
}

func delegationRetain(t *telling, a *talks.DelegationRetain) {
	t.say("act.say.delegation.retain", "who", t.who())
	t.note(a.Reason)
}

func (t *telling) level(v talks.Level) {
	if v != "" {
		t.row("act.row.level", one(t, "ui.level.", v, talks.Levels))
	}
}

func (t *telling) members(ms []talks.Member) []bit {
	bits := make([]bit, len(ms))
	for i, m := range ms {
		bits[i] = text(m.Person)
		if more := t.join(m.Part, m.Office).plain; more != "" {
			bits[i] = text(t.l.T("act.member", "person", m.Person, "office", more))
		}
	}
	return t.semicolons(bits)
}

// semicolons separates what has commas inside.
func (t *telling) semicolons(bits []bit) []bit {
	var out []bit
	for i, b := range bits {
		if i > 0 {
			out = append(out, bit{plain: t.l.T("act.semicolon"), own: true})
		}
		out = append(out, b)
	}
	return out
}

func mandateIssue(t *telling, a *talks.MandateIssue) {
	t.say("act.say.mandate.issue", "who", t.who(), "scope", one(t, "ui.scope.", a.Scope, talks.Scopes))
	t.row("act.row.issues", t.refs(a.Issues)...)
	t.row("act.row.until", t.date(a.Until))
	t.note(a.Text)
}

func seatGrant(t *telling, a *talks.SeatGrant) {
	roles := []talks.Role{talks.Observer, talks.Adviser, talks.Delegate, talks.Head}
	t.say("act.say.seat.grant", "who", t.who(), "seat", text(string(a.Holder)), "role", one(t, "ui.role.", a.Role, roles))
	t.row("act.row.person", text(a.Person))
	t.row("act.row.until", t.date(a.Until))
	t.row("act.row.alternate", text(string(a.Alternate)))
	t.row("act.row.away", t.date(a.Away))
}

func seatRevoke(t *telling, a *talks.SeatRevoke) {
	t.say("act.say.seat.revoke", "who", t.who(), "seat", text(string(a.Holder)))
	t.note(a.Reason)
}

func roomOpen(t *telling, a *talks.RoomOpen) {
	t.say("act.say.room.open", "who", t.who(), "title", text(a.Title), "kind", one(t, "ui.room.", a.Type, talks.RoomKinds))
	t.row("act.row.process", text(a.Process))
	t.row("act.row.members", t.delegs(a.Members)...)
	t.seating(a.Chair, a.Rule)
	t.row("act.row.observers", t.delegs(a.Observers)...)
	t.note(a.Purpose)
}

func roomUpdate(t *telling, a *talks.RoomUpdate) {
	t.say("act.say.room.update", "who", t.who())
	t.row("act.row.title", text(a.Title))
	t.seating(a.Chair, a.Rule)
	t.row("act.row.observe", t.delegs(a.Observe)...)
	t.row("act.row.speak", t.delegs(a.Speak)...)
	t.note(a.Purpose)
}

// seating is who leads a room, and how it decides.
func (t *telling) seating(chair talks.Delegation, rule talks.DecisionRule) {
	if chair != "" {
		t.row("act.row.chair", deleg(chair))
	}
	if rule != "" {
		t.row("act.row.rule", one(t, "ui.rule.", rule, talks.DecisionRules))
	}
}

func roomAdmit(t *telling, a *talks.RoomAdmit) {
	id := "act.say.room.admit"
	if a.Observers {
		id = "act.say.room.admit-observers"
	}
	t.say(id, "who", t.who(), "delegations", t.delegs(a.Delegations))
	t.note(a.Reason)
}

func roomRemove(t *telling, a *talks.RoomRemove) {
	t.say("act.say.room.remove", "who", t.who(), "delegations", t.delegs(a.Delegations))
	t.note(a.Reason)
}

func roomLeave(t *telling, a *talks.RoomLeave) {
	t.say("act.say.room.leave", "who", t.who())
	t.note(a.Reason)
}

func roomClose(t *telling, a *talks.RoomClose) {
	t.say("act.say.room.close", "who", t.who())
	t.note(a.Reason)
}

func issueOpen(t *telling, a *talks.IssueOpen) {
	t.say("act.say.issue.open", "who", t.who(), "issue", t.object(a.Name, a.Title))
	t.row("act.row.question", text(a.Question))
	t.row("act.row.options", t.options(a.Options)...)
	if s := a.Scale; s != nil {
		t.row("act.row.scale", t.phrase("act.scale", "low", text(s.Low), "high", text(s.High),
			"min", t.number(s.Min), "max", t.number(s.Max), "unit", text(s.Unit))...)
	}
	t.row("act.row.affects", t.refs(a.Affects)...)
}

func (t *telling) options(os []talks.Option) []bit {
	bits := make([]bit, len(os))
	for i, o := range os {
		bits[i] = text(o.Title)
	}
	return t.semicolons(bits)
}

// number is a decimal as it was written, with the language's marks where nothing is lost by them.
func (t *telling) number(d talks.Decimal) bit {
	if d.Valid() && len(d) <= 15 {
		return bit{plain: t.l.Number(d.Float()), own: true}
	}
	return text(string(d))
}

func issueUpdate(t *telling, a *talks.IssueUpdate) {
	t.say("act.say.issue.update", "who", t.who(), "issue", ref(a.Issue))
	t.row("act.row.title", text(a.Title))
	t.row("act.row.question", text(a.Question))
	t.row("act.row.options-added", t.options(a.Options)...)
	t.row("act.row.affects-added", t.refs(a.Affects)...)
}

func issueClose(t *telling, a *talks.IssueClose) {
	t.say("act.say.issue.close", "who", t.who(), "issue", ref(a.Issue))
	t.note(a.Outcome)
}

func meetingSchedule(t *telling, a *talks.MeetingSchedule) {
	standing := a.Standing
	if standing == "" {
		standing = "agreed"
	}
	t.say("act.say.meeting.schedule", "who", t.who(), "meeting", t.object(a.Name, a.Title),
		"kind", one(t, "ui.meeting.", a.Type, talks.MeetingTypes), "standing", one(t, "ui.standing.", standing, talks.Standings))
	t.arrangements(&talks.MeetingUpdate{
		Format: a.Format, Level: a.Level, Starts: a.Starts, Ends: a.Ends, Venue: a.Venue, Place: a.Place, Host: a.Host, Expected: a.Expected,
		Agenda: a.Agenda, Preconditions: a.Preconditions,
	})
	t.note(a.Note)
}

func (t *telling) attendees(as []talks.Attendee) []bit {
	items := make([][]bit, len(as))
	for i, a := range as {
		items[i] = []bit{ref(a.Party)}
		if who := t.join(a.Person, a.Office); who.plain != "" {
			items[i] = t.phrase("act.attendee", "person", who, "party", ref(a.Party))
		}
		if a.Presence != "" && a.Presence != "present" {
			items[i] = append(items[i], bit{plain: " "}, t.word("act.paren-open"), one(t, "ui.presence.", a.Presence, talks.Presences), t.word("act.paren-close"))
		}
	}
	var out []bit
	for i, item := range items {
		if i > 0 {
			out = append(out, bit{plain: t.l.T("act.semicolon"), own: true})
		}
		out = append(out, item...)
	}
	return out
}

func meetingHold(t *telling, a *talks.MeetingHold) {
	t.say("act.say.meeting.hold", "who", t.who(), "meeting", ref(a.Meeting))
	t.row("act.row.when", t.dates(a.Started, a.Ended)...)
	t.row("act.row.where", text(a.Venue))
	t.row("act.row.present", t.attendees(a.Attendance)...)
	t.note(a.Note)
}

func meetingCancel(t *telling, a *talks.MeetingCancel) {
	t.say("act.say.meeting.cancel", "who", t.who(), "meeting", ref(a.Meeting))
	t.note(a.Reason)
}

func readoutIssue(t *telling, a *talks.ReadoutIssue) {
	id := "act.say.readout.issue"
	if len(a.By) > 1 {
		id = "act.say.readout.joint"
	}
	t.say(id, "by", t.refs(a.By), "meeting", ref(a.Meeting))
	if a.Title != "" {
		t.say("act.titled", "lead", t.lead, "title", text(a.Title))
	}
	t.parties = a.By
	t.note(a.Text)
	t.points = len(a.Points) > 0
	for _, p := range a.Points {
		w := words{text: p.Text, strength: p.Strength, hinted: p.Strength == "hinted"}
		if p.Topic != "" && p.Topic != talks.Topics[0] {
			w.topic = one(t, "ui.topic.", p.Topic, talks.Topics).plain
		}
		if !p.Issue.IsZero() {
			w.about = []bit{ref(p.Issue)}
			if p.Option != "" || p.Value != "" {
				w.about = append(append(w.about, t.word("act.colon")), t.stance(p.Issue, p.Option, p.Value, "", "")...)
			}
		}
		w.when = t.date(p.When)
		t.words = append(t.words, w)
	}
	t.row("act.row.present", t.attendees(a.Attendance)...)
}

func sourceAdd(t *telling, a *talks.SourceAdd) {
	t.say("act.say.source.add", "who", t.who(), "source", t.object(a.Name, a.Title), "kind", one(t, "ui.source.", a.Type, talks.SourceTypes))
	t.row("act.row.publisher", t.join(a.Publisher, a.Author))
	t.row("act.row.published", t.date(a.Published))
	t.row("act.row.address", text(a.URL))
	t.note(a.Note)
}

func statementRecord(t *telling, a *talks.StatementRecord) {
	if who := t.join(a.Person, a.Office); who.plain != "" {
		t.say("act.say.statement.person", "speaker", ref(a.Speaker), "person", who)
	} else {
		t.say("act.say.statement.record", "speaker", ref(a.Speaker))
	}
	t.party, t.strength = a.Speaker, a.Strength
	t.words = append(t.words, words{text: a.Text, lang: a.Language, verbatim: a.Form == "verbatim", hinted: a.Strength == "hinted"})
	t.row("act.row.said", t.date(a.Said))
	t.row("act.row.to", t.refs(a.To)...)
	t.row("act.row.about", t.refs(a.About)...)
}

func positionRecord(t *telling, a *talks.PositionRecord) {
	t.say("act.say.position.record", "party", ref(a.Party), "issue", ref(a.Issue), "stance", t.stance(a.Issue, a.Option, a.Value, a.From, a.To))
	t.party, t.firmness = a.Party, a.Firmness
	if a.Option == "" && a.Value+a.From != "" {
		t.place = &place{a.Issue, a.Value, a.From, a.To}
	}
	t.note(a.Text)
	t.row("act.row.since", t.date(a.Since))
	t.row("act.row.salience", t.percent(a.Salience))
	t.row("act.row.confidence", t.percent(a.Confidence))
	t.row("act.row.rests", t.refs(a.Rests)...)
}

// stance is an answer to an issue; in a page an option has its title, which is the issue's to give.
func (t *telling) stance(issue talks.Ref, option string, value, from, to talks.Decimal) []bit {
	switch {
	case option != "":
		return []bit{optionBit(issue, option)}
	case value != "":
		return []bit{t.number(value)}
	case from != "" && to != "":
		return t.phrase("act.span", "from", t.number(from), "to", t.number(to))
	}
	return []bit{t.word("act.in-words")}
}

func goalRecord(t *telling, a *talks.GoalRecord) {
	id := "act.say.goal.record"
	if a.Type == "interest" {
		id = "act.say.goal.interest"
	}
	t.say(id, "party", ref(a.Party))
	t.party, t.strength = a.Party, a.Strength
	t.words = append(t.words, words{text: a.Text, hinted: a.Strength == "hinted"})
	t.row("act.row.issues", t.refs(a.Issues)...)
	t.row("act.row.rests", t.refs(a.Rests)...)
}

func eventRecord(t *telling, a *talks.EventRecord) {
	t.say("act.say.event.record", "event", t.object(a.Name, a.Title))
	t.note(a.Text)
	t.row("act.row.when", t.dates(a.When, a.Until)...)
	t.row("act.row.parties", t.refs(a.Parties)...)
	t.row("act.row.about", t.refs(a.About)...)
	for _, f := range a.Figures {
		bits := []bit{text(f.Label), t.word("act.colon")}
		if slices.Contains([]string{"over", "about", "under"}, f.Bound) {
			bits = append(bits, t.word("act.bound."+f.Bound), bit{plain: " ", own: true})
		}
		bits = append(bits, t.number(f.Value))
		if f.Unit != "" {
			bits = append(bits, bit{plain: " ", own: true}, text(f.Unit))
		}
		t.row("act.row.figure", bits...)
	}
}

func relationAssess(t *telling, a *talks.RelationAssess) {
	tone := one(t, "act.tone.", a.Tone, talks.Tones)
	if a.Trend == "" {
		t.say("act.say.relation.assess", "between", t.refs(a.Between), "tone", tone)
	} else {
		t.say("act.say.relation.trend", "between", t.refs(a.Between), "tone", tone, "trend", one(t, "act.trend.", a.Trend, talks.Trends))
	}
	t.note(a.Driver)
	t.row("act.row.when", t.date(a.When))
	t.row("act.row.driven", t.refs(a.Drivers)...)
}

func proposalTable(t *telling, a *talks.ProposalTable) {
	t.say("act.say.proposal.table", "who", t.who(), "proposal", t.object(a.Name, a.Title))
	t.note(a.Text)
	for _, m := range a.Terms {
		bits := append([]bit{ref(m.Issue), t.word("act.colon")}, t.stance(m.Issue, m.Option, m.Value, "", "")...)
		if strings.TrimSpace(m.Text) != "" {
			if m.Option == "" && m.Value == "" {
				bits = bits[:2]
			} else {
				bits = append(bits, t.word("act.semicolon"))
			}
			bits = append(bits, text(m.Text))
		}
		t.row("act.row.term", bits...)
	}
	t.row("act.row.condition", text(a.Condition))
	t.row("act.row.in-force", t.expr(a.InForce)...)
	if a.Package {
		t.row("act.row.package", t.word("act.package"))
	}
	t.row("act.row.names", t.refs(a.Parties)...)
	t.row("act.row.expires", t.date(a.Expires))
}

func proposalRespond(t *telling, a *talks.ProposalRespond) {
	t.say("act.say.proposal.respond", "who", t.who(), "proposal", ref(a.Proposal), "answer", one(t, "ui.answer.", a.Answer, talks.Answers))
	t.note(a.Text)
	t.row("act.row.counter", ref(a.Counter))
}

func proposalWithdraw(t *telling, a *talks.ProposalWithdraw) {
	t.say("act.say.proposal.withdraw", "who", t.who(), "proposal", ref(a.Proposal))
	t.note(a.Reason)
}

func remarkWrite(t *telling, a *talks.RemarkWrite) {
	t.say("act.say.remark.write", "who", t.who())
	t.note(a.Text)
	t.row("act.row.on", t.refs(a.On)...)
}

func releaseMake(t *telling, a *talks.ReleaseMake) {
	t.say("act.say.release.make", "who", t.who(), "title", text(a.Title), "kind", t.enum("act.release.", a.Type, slices.Contains(talks.ReleaseTypes, a.Type)))
	t.note(a.Text)
	t.row("act.row.words-of", text(a.From))
	t.row("act.row.about", t.refs(a.About)...)
}

func recordErase(t *telling, a *talks.RecordErase) {
	t.say("act.say.record.erase", "who", t.who(), "entry", ref(talks.Ref{Room: t.e.Room, Name: "#" + strconv.FormatInt(a.Entry, 10)}))
	t.note(a.Reason)
}

// Kinds lists the kinds of acts that have a teller, for the test that compares them with the catalogue.
func Kinds() []talks.Kind { return slices.Sorted(maps.Keys(tellers)) }
