package ui

import (
	"slices"

	"parley/internal/talks"
)

// The words of the values that acts have. An empty or unknown value is said as it is.

// StrengthWord says how strongly something was said.
func (p *Page) StrengthWord(s talks.Strength) string {
	return p.word(string(s), func() string { return p.Loc.T("ui.strength." + string(s)) })
}

// FirmnessWord says how far a position can be moved.
func (p *Page) FirmnessWord(f talks.Firmness) string {
	return p.word(string(f), func() string { return p.Loc.T("ui.firmness." + string(f)) })
}

// LevelWord says how high a delegation or a meeting is.
func (p *Page) LevelWord(v talks.Level) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.level." + string(v)) })
}

// ScopeWord says what a mandate allows.
func (p *Page) ScopeWord(v talks.Scope) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.scope." + string(v)) })
}

// RoomKindWord says what a room is for.
func (p *Page) RoomKindWord(v talks.RoomKind) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.room." + string(v)) })
}

// RoomRoleWord says what a delegation is in a room.
func (p *Page) RoomRoleWord(v talks.RoomRole) string {
	if !slices.Contains(talks.RoomRoles, v) {
		return string(v)
	}
	return p.Loc.T("ui.room-role." + string(v))
}

// RuleWord says how the members of a room decide.
func (p *Page) RuleWord(v talks.DecisionRule) string {
	if !slices.Contains(talks.DecisionRules, v) {
		return string(v)
	}
	return p.Loc.T("ui.rule." + string(v))
}

// PartyTypeWord says what sort of actor a party is.
func (p *Page) PartyTypeWord(v talks.PartyType) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.party-type." + string(v)) })
}

// PartyRoleWord says the part a party plays.
func (p *Page) PartyRoleWord(v talks.PartyRole) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.party-role." + string(v)) })
}

// RoleWord says what a seat may do.
func (p *Page) RoleWord(v talks.Role) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.role." + string(v)) })
}

// MeetingTypeWord says the form of a meeting.
func (p *Page) MeetingTypeWord(v talks.MeetingType) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.meeting." + string(v)) })
}

// StandingWord says how firm it is that a meeting will take place.
func (p *Page) StandingWord(v talks.Standing) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.standing." + string(v)) })
}

// PresenceWord says whether somebody expected came.
func (p *Page) PresenceWord(v talks.Presence) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.presence." + string(v)) })
}

// AnswerWord says what a delegation answers to a proposal.
func (p *Page) AnswerWord(v talks.Answer) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.answer." + string(v)) })
}

// SourceTypeWord says what a source is.
func (p *Page) SourceTypeWord(v talks.SourceType) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.source." + string(v)) })
}

// FormWord says whether words are the speaker's own.
func (p *Page) FormWord(v talks.Form) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.form." + string(v)) })
}

// FormatWord says how those who meet face each other.
func (p *Page) FormatWord(v talks.MeetingFormat) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.format." + string(v)) })
}

// TopicWord says what a point of an account tells of.
func (p *Page) TopicWord(v talks.Topic) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.topic." + string(v)) })
}

// StanceWord says how a party takes something.
func (p *Page) StanceWord(v talks.Stance) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.stance." + string(v)) })
}

// StageWord says what a consultation has to come before.
func (p *Page) StageWord(v talks.Stage) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.stage." + string(v)) })
}

// ReservationWord says what a party declares of an agreement.
func (p *Page) ReservationWord(v talks.Reservation) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.reservation." + string(v)) })
}

// SignMethodWord says how an agreement is signed.
func (p *Page) SignMethodWord(v talks.SignMethod) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.sign." + string(v)) })
}

// OutcomeWord says what somebody says of a condition.
func (p *Page) OutcomeWord(v talks.Outcome) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.outcome." + string(v)) })
}

// ClaimWord says what somebody reports of a commitment.
func (p *Page) ClaimWord(v talks.Claim) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.claim." + string(v)) })
}

// PaceWord says how two commitments in return for each other go together.
func (p *Page) PaceWord(v talks.Pace) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.pace." + string(v)) })
}

// EndWord says why a commitment ended without having been done.
func (p *Page) EndWord(v talks.Release) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.end." + string(v)) })
}

// MomentWord says what comes about with something: of a commitment "fulfilled" is "done".
func (p *Page) MomentWord(v talks.Moment) string {
	return p.word(string(v), func() string { return p.Loc.T("ui.moment." + string(v)) })
}

// ObjectWord says what sort of thing an object is, as the world names it; an unknown sort is said as it is.
func (p *Page) ObjectWord(kind string) string {
	return p.word(kind, func() string { return p.Loc.T("ui.object." + kind) })
}

// Objects are the sorts of things that acts make and that have titles of their own.
var Objects = []string{
	"party", "issue", "meeting", "minutes", "source", "statement", "event", "relation", "proposal", "package", "agreement", "condition",
	"commitment", "requirement",
}

// KindWord says what kind of act it is; an unknown kind is said as it is.
func (p *Page) KindWord(k talks.Kind) string {
	if _, ok := talks.Rules[k]; !ok {
		return string(k)
	}
	return p.Loc.T("ui.kind." + string(k))
}

// word guards against values that are in no catalogue: folds are total, so that a record can hold what Check would refuse today.
func (p *Page) word(v string, say func() string) string {
	if v == "" || !known[v] {
		return v
	}
	return say()
}

// known are the values that the catalogue has words for.
var known = func() map[string]bool {
	m := map[string]bool{}
	add(m, talks.Strengths)
	add(m, talks.Firmnesses)
	add(m, talks.Levels)
	add(m, talks.Scopes)
	add(m, talks.RoomKinds)
	add(m, talks.PartyTypes)
	add(m, talks.PartyRoles)
	add(m, []talks.Role{talks.Observer, talks.Adviser, talks.Delegate, talks.Head})
	add(m, talks.MeetingTypes)
	add(m, talks.Standings)
	add(m, talks.Presences)
	add(m, talks.Answers)
	add(m, talks.SourceTypes)
	add(m, talks.Forms)
	add(m, talks.MeetingFormats)
	add(m, talks.Topics)
	add(m, talks.Stances)
	add(m, talks.Stages)
	add(m, talks.Reservations)
	add(m, talks.SignMethods)
	add(m, talks.Outcomes)
	add(m, talks.Claims)
	add(m, talks.Paces)
	add(m, talks.Releases)
	add(m, Objects)
	for _, kind := range Objects {
		add(m, talks.MomentsOf(kind))
	}
	return m
}()

func add[S ~string](m map[string]bool, vs []S) {
	for _, v := range vs {
		m[string(v)] = true
	}
}
