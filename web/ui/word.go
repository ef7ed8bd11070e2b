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
	return m
}()

func add[S ~string](m map[string]bool, vs []S) {
	for _, v := range vs {
		m[string(v)] = true
	}
}
