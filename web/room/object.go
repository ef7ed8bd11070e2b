package room

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
)

// The forms that change an object, or say something of one. They stand on the page of what they are about, and a room's page shows one only
// where it is asked for: when it was refused.

var objects = []form{
	{id: "party", kind: "party.declare", apart: true, build: (*builder).party, fields: (*filling).party},
	{id: "party-update", kind: "party.update", apart: true, build: (*builder).partyUpdate, fields: (*filling).partyUpdate},
	{id: "delegation", kind: "delegation.designate", apart: true, build: (*builder).delegation, fields: (*filling).delegation},
	{id: "delegation-update", kind: "delegation.update", apart: true, build: (*builder).delegationUpdate, fields: (*filling).delegationUpdate},
	{id: "mandate", kind: "mandate.issue", apart: true, build: (*builder).mandate, fields: (*filling).mandate},
	{id: "issue-update", kind: "issue.update", apart: true, build: (*builder).issueUpdate, fields: (*filling).issueUpdate},
	{id: "issue-close", kind: "issue.close", apart: true, build: (*builder).issueClose, fields: (*filling).issueClose},
	{id: "meeting-update", kind: "meeting.update", apart: true, build: (*builder).meetingUpdate, fields: (*filling).meetingUpdate},
	{id: "cancel", kind: "meeting.cancel", apart: true, build: (*builder).cancel, fields: (*filling).cancel},
	{id: "minutes", kind: "minutes.open", apart: true, build: (*builder).minutesOpen, fields: (*filling).minutes},
	{id: "minutes-correct", kind: "minutes.correct", apart: true, build: (*builder).minutesCorrect, fields: (*filling).minutesCorrect},
	{id: "minutes-close", kind: "minutes.close", apart: true, build: (*builder).minutesClose, fields: (*filling).minutesClose},
	{id: "relation", kind: "relation.assess", apart: true, build: (*builder).relation, fields: (*filling).relation},
}

// ---- what the forms ask for

func (x *filling) party() []field {
	f := []field{
		needed(x.add(line, "title", x.t("room.field.calls-itself"), nil)),
		hinted(x.t("room.hint.short"), x.add(line, "short", x.t("room.field.short"), nil)),
		needed(x.add(pick, "kind", x.t("room.field.party-kind"), values(talks.PartyTypes, x.p.PartyTypeWord), "state")),
		needed(x.add(pick, "role", x.t("room.field.role"), values(talks.PartyRoles, x.p.PartyRoleWord), "principal")),
		wide(hinted(x.t("room.hint.of"), x.add(checks, "of", x.t("room.field.of"), x.parties()))),
		tall(2, x.add(area, "note", x.t("room.field.note"), nil)),
	}
	return append(f, x.basis()...)
}

func (x *filling) partyUpdate() []field {
	f := []field{x.add(fixed, "party", x.t("room.field.party"), x.parties())}
	q := x.view.Party(x.full("party"))
	if q == nil {
		return f
	}
	var of []string
	for _, r := range q.Of {
		of = append(of, x.ref(r))
	}
	f = append(f,
		x.add(line, "title", x.t("room.field.calls-itself"), nil, q.Title),
		x.add(pick, "role", x.t("room.field.role"), values(talks.PartyRoles, x.p.PartyRoleWord), string(q.Role)),
		wide(hinted(x.t("room.hint.of"), x.add(checks, "of", x.t("room.field.of"), x.partiesBut(q.Ref), of...))),
		tall(2, x.add(area, "note", x.t("room.field.note"), nil, q.Note)),
	)
	return append(f, x.basis()...)
}

func (x *filling) delegation() []field {
	var cs []choice
	for _, q := range x.view.Parties() {
		if !slices.ContainsFunc(x.p.W().Delegations(), func(d *talks.DelegationState) bool { return d.Party == q.Ref }) {
			cs = append(cs, choice{x.ref(q.Ref), q.Title})
		}
	}
	f := []field{
		needed(hinted(x.t("room.hint.speaks-for"), declared(x.add(pick, "party", x.t("room.field.speaks-for"), cs)))),
		needed(hinted(x.t("room.hint.code"), x.add(line, "delegation", x.t("room.field.code"), nil))),
		needed(x.add(line, "title", x.t("room.field.title"), nil)),
		needed(hinted(x.t("room.hint.head"), x.add(line, "head", x.t("room.field.head"), nil))),
		x.add(pick, "level", x.t("room.field.level"), x.optional(values(talks.Levels, x.p.LevelWord))),
	}
	f = append(f, x.people("members", 3)...)
	f = append(f, tall(2, x.add(area, "note", x.t("room.field.note"), nil)))
	return append(f, x.basis()...)
}

func (x *filling) delegationUpdate() []field {
	d := x.p.W().Delegation(x.p.View.Delegation())
	if d == nil {
		return nil
	}
	var names []choice
	for _, m := range d.Members {
		names = append(names, choice{m.Person, m.Person})
	}
	f := []field{
		x.add(fixed, "delegation", x.t("room.field.delegation"), []choice{{string(d.Code), x.p.DelegationTitle(d.Code)}}, string(d.Code)),
		x.add(line, "title", x.t("room.field.title"), nil, d.Title),
		x.add(pick, "level", x.t("room.field.level"), x.optional(values(talks.Levels, x.p.LevelWord)), string(d.Level)),
	}
	f = append(f, x.people("add", 2)...)
	if len(names) > 0 {
		f = append(f, wide(x.add(checks, "remove", x.t("room.field.leaves"), names)))
	}
	f = append(f, tall(2, x.add(area, "note", x.t("room.field.note"), nil, d.Note)))
	return append(f, x.basis()...)
}

var personFields = []string{"person", "office", "part"}

// people asks for persons with their offices, a row each.
func (x *filling) people(name string, spare int) []field {
	var f []field
	for i := range x.rowCount(name, personFields, spare) {
		at := name + "/" + strconv.Itoa(i) + "/"
		f = append(f, in("people",
			x.add(line, at+"person", x.t("room.field.person"), nil),
			x.add(line, at+"office", x.t("room.field.office"), nil),
			x.add(line, at+"part", x.t("room.field.part"), nil))...)
	}
	return f
}

func (x *filling) mandate() []field {
	f := []field{
		needed(wide(x.add(radio, "scope", x.t("room.field.scope"), values(talks.Scopes, x.p.ScopeWord)))),
		wide(hinted(x.t("room.hint.all-issues"), x.add(checks, "issues", x.t("room.field.issues"), x.openIssues()))),
		hinted(x.t("room.hint.date"), x.add(day, "until", x.t("room.field.mandate-until"), nil)),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)),
	}
	return append(f, x.basis()...)
}

func (x *filling) issueUpdate() []field {
	f := []field{x.add(fixed, "issue", x.t("room.field.issue"), x.openIssues())}
	i := x.view.Issue(x.full("issue"))
	if i == nil {
		return f
	}
	f = append(f,
		wide(x.add(line, "title", x.t("room.field.title"), nil, i.Title)),
		tall(2, x.add(area, "question", x.t("room.field.question"), nil, i.Question)),
	)
	if i.Scale == nil {
		f = append(f, hinted(x.t("room.hint.options"), tall(2, x.add(area, "options", x.t("room.field.more-options"), nil))))
	}
	var rest []choice
	for _, q := range x.view.Parties() {
		if !slices.Contains(i.Affects, q.Ref) {
			rest = append(rest, choice{x.ref(q.Ref), q.Title})
		}
	}
	if len(rest) > 0 {
		f = append(f, wide(x.add(checks, "affects", x.t("room.field.more-affected"), rest)))
	}
	return append(f, x.basis()...)
}

func (x *filling) issueClose() []field {
	return append([]field{
		x.add(fixed, "issue", x.t("room.field.issue"), x.openIssues()),
		hinted(x.t("room.hint.outcome"), tall(2, x.add(area, "outcome", x.t("room.field.outcome"), nil))),
	}, x.basis()...)
}

func (x *filling) cancel() []field {
	return append([]field{
		x.subject("meeting", x.t("room.field.meeting"), x.pending()),
		tall(2, x.add(area, "reason", x.t("room.field.reason"), nil)),
	}, x.basis()...)
}

func (x *filling) relation() []field {
	ps := x.parties()
	if r := x.full("between/1"); !x.sent && !r.IsZero() {
		x.from = maps.Clone(x.from)
		x.from.Set("between/1", x.ref(r))
	}
	f := []field{
		needed(x.add(pick, "between/0", x.t("room.field.one-party"), ps, x.own())),
		needed(x.add(pick, "between/1", x.t("room.field.other-party"), x.optional(ps))),
		needed(x.add(pick, "tone", x.t("room.field.tone"), values(talks.Tones, func(t talks.Tone) string { return x.p.Loc.T("act.tone." + string(t)) }), "working")),
		x.add(pick, "trend", x.t("room.field.trend"), x.optional(values(talks.Trends, func(t talks.Trend) string { return x.p.Loc.T("act.trend." + string(t)) }))),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.since"), nil)),
		tall(2, x.add(area, "driver", x.t("room.field.driver"), nil)),
		wide(x.add(pick, "driven_by", x.t("room.field.driven"), x.optional(append(x.events(), x.statements()...)))),
	}
	return append(f, x.basis()...)
}

func (x *filling) events() []choice {
	var out []choice
	for _, v := range x.view.Events() {
		out = append(out, choice{x.ref(v.Ref), clip(v.Title, 60)})
	}
	slices.Reverse(out)
	return out
}

func (x *filling) partiesBut(r talks.Ref) []choice {
	own := x.ref(r)
	return slices.DeleteFunc(x.parties(), func(c choice) bool { return c.value == own })
}

// ---- what they write

func (b *builder) party() talks.Act {
	a := &talks.PartyDeclare{
		Title: b.text("title"), Short: b.text("short"), Type: talks.PartyType(b.text("kind")), Role: talks.PartyRole(b.text("role")),
		Of: b.refs("of"), Note: b.text("note"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "party")
	return a
}

// partyUpdate leaves out what is as it was: the form shows what there is.
func (b *builder) partyUpdate() talks.Act {
	a := &talks.PartyUpdate{Party: b.ref("party"), Title: b.text("title"), Role: talks.PartyRole(b.text("role")), Of: b.refs("of"), Note: b.text("note"), Basis: b.basis()}
	if q := b.view.Party(b.exact(a.Party)); q != nil {
		unchanged(&a.Title, q.Title)
		unchanged(&a.Role, q.Role)
		unchanged(&a.Note, q.Note)
		if slices.Equal(b.exactAll(a.Of), q.Of) {
			a.Of = nil
		}
	}
	return a
}

func (b *builder) delegation() talks.Act {
	return &talks.DelegationDesignate{
		Code: talks.Delegation(b.text("delegation")), Party: b.ref("party"), Title: b.text("title"), Level: talks.Level(b.text("level")),
		Head: talks.Seat(b.text("head")), Members: b.members("members"), Note: b.text("note"), Basis: b.basis(),
	}
}

func (b *builder) delegationUpdate() talks.Act {
	a := &talks.DelegationUpdate{
		Code: talks.Delegation(b.text("delegation")), Title: b.text("title"), Level: talks.Level(b.text("level")),
		Add: b.members("add"), Note: b.text("note"), Basis: b.basis(),
	}
	for _, s := range b.values["remove"] {
		if s = clean(s); s != "" {
			a.Remove = append(a.Remove, s)
		}
	}
	if d := b.view.Delegation(a.Code); d != nil {
		unchanged(&a.Title, d.Title)
		unchanged(&a.Level, d.Level)
		unchanged(&a.Note, d.Note)
	}
	return a
}

func (b *builder) members(name string) []talks.Member {
	var out []talks.Member
	b.rows(name, personFields, func(at string) {
		out = append(out, talks.Member{Person: b.text(at + "person"), Office: b.text(at + "office"), Part: b.text(at + "part")})
	})
	return out
}

func (b *builder) mandate() talks.Act {
	return &talks.MandateIssue{Scope: talks.Scope(b.text("scope")), Issues: b.refs("issues"), Until: b.date("until"), Text: b.text("text"), Basis: b.basis()}
}

func (b *builder) issueUpdate() talks.Act {
	a := &talks.IssueUpdate{Issue: b.ref("issue"), Title: b.text("title"), Question: b.text("question"), Affects: b.refs("affects"), Basis: b.basis()}
	taken := map[string]bool{}
	if i := b.view.Issue(b.exact(a.Issue)); i != nil {
		unchanged(&a.Title, i.Title)
		unchanged(&a.Question, i.Question)
		for _, o := range i.Options {
			taken[o.Name] = true
		}
	}
	for _, title := range b.lines("options") {
		a.Options = append(a.Options, talks.Option{Name: optionName(title, taken), Title: title})
	}
	return a
}

func (b *builder) issueClose() talks.Act {
	return &talks.IssueClose{Issue: b.ref("issue"), Outcome: b.text("outcome"), Basis: b.basis()}
}

func (b *builder) cancel() talks.Act {
	return &talks.MeetingCancel{Meeting: b.ref("meeting"), Reason: b.text("reason"), Basis: b.basis()}
}

// relation adds to the room's relation between the two parties where there is one, and else makes it.
func (b *builder) relation() talks.Act {
	a := &talks.RelationAssess{
		Tone: talks.Tone(b.text("tone")), Trend: talks.Trend(b.text("trend")), When: b.date("when"), Driver: b.text("driver"),
		Drivers: b.refs("driven_by"), Basis: b.basis(),
	}
	var names []string
	for i := range 2 {
		if r := b.ref(fmt.Sprintf("between/%d", i)); !r.IsZero() {
			a.Between = append(a.Between, r)
			names = append(names, r.Name)
		}
	}
	pair := b.exactAll(a.Between)
	if b.state != nil && len(pair) == 2 {
		for r := range b.state.Relations.All() {
			if slices.Equal(r.Between, pair) || (len(r.Between) == 2 && r.Between[0] == pair[1] && r.Between[1] == pair[0]) {
				a.Name = r.Ref.Name
				return a
			}
		}
	}
	a.Name = b.name(strings.Join(names, " "), "relation")
	return a
}

// exact is a reference with its room, as far as that can be told without asking other rooms.
func (b *builder) exact(r talks.Ref) talks.Ref {
	if r.Room == "" && r.Name != "" {
		if full, _, ok := b.view.Resolve(b.room, r.Name); ok {
			return full
		}
	}
	if id, ok := b.handle(string(r.Room)); ok {
		r.Room = id
	}
	return r
}

func (b *builder) exactAll(rs []talks.Ref) []talks.Ref {
	var out []talks.Ref
	for _, r := range rs {
		out = append(out, b.exact(r))
	}
	return out
}

// unchanged empties a field that says what is said already.
func unchanged[T comparable](field *T, is T) {
	if *field == is {
		var zero T
		*field = zero
	}
}
