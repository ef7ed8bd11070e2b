package room

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
	"parley/web/ui"
)

// The forms by which members agree: packages, agreements and what is done about them, who is to be consulted before, and how parties take it.

// agreeing are offered on a room's page in a list of their own, but for those that stand on the page of what they are about.
var agreeing = []form{
	{id: "commitment", kind: "commitment.make", agree: true, build: (*builder).commitment, fields: (*filling).commitment},
	{id: "condition", kind: "condition.define", agree: true, build: (*builder).condition, fields: (*filling).condition},
	{id: "package", kind: "package.form", agree: true, build: (*builder).pack, fields: (*filling).pack, of: leads},
	{id: "consult", kind: "consult.record", agree: true, build: (*builder).consult, fields: (*filling).consult},
	{id: "require", kind: "consult.require", agree: true, build: (*builder).require, fields: (*filling).require, of: leads},
	{id: "waive", kind: "consult.waive", apart: true, build: (*builder).waive, fields: (*filling).waive},
	{id: "adopt", kind: "agreement.adopt", apart: true, build: (*builder).adopt, fields: (*filling).adopt},
	{id: "confirm", kind: "agreement.confirm", apart: true, build: (*builder).confirm, fields: (*filling).confirm},
	{id: "reserve", kind: "agreement.reserve", apart: true, build: (*builder).reserve, fields: (*filling).reserve},
	{id: "sign", kind: "agreement.sign", apart: true, build: (*builder).sign, fields: (*filling).sign},
	{id: "withdraw-agreement", kind: "agreement.withdraw", apart: true, build: (*builder).withdrawAgreement, fields: (*filling).withdrawAgreement},
	{id: "denounce", kind: "agreement.denounce", apart: true, build: (*builder).denounce, fields: (*filling).denounce},
	{id: "condition-update", kind: "condition.update", apart: true, build: (*builder).conditionUpdate, fields: (*filling).conditionUpdate},
	{id: "determine", kind: "condition.determine", apart: true, build: (*builder).determine, fields: (*filling).determine},
	{id: "report", kind: "commitment.report", apart: true, build: (*builder).report, fields: (*filling).report},
	{id: "end-commitment", kind: "commitment.end", apart: true, build: (*builder).endCommitment, fields: (*filling).endCommitment},
}

// leads reports whether the seat's delegation leads a room: as its chair, or where there is none as the one that opened it.
func leads(p *ui.Page, s *talks.State) bool {
	if s.Room.Chair != "" {
		return s.Room.Chair == p.View.Delegation()
	}
	return s.Room.Opener.Delegation() == p.View.Delegation()
}

// Seeing are the rooms of the seat whose members all see an object: those in which something can be said of it.
func Seeing(p *ui.Page, r talks.Ref) []talks.RoomID {
	var out []talks.RoomID
	for _, s := range p.W().Rooms() {
		if p.W().As(s.Room.ID).Object(r) != "" {
			out = append(out, s.Room.ID)
		}
	}
	return out
}

// ---- what the forms ask for

func (x *filling) pack() []field {
	var refs []talks.Ref
	for _, v := range x.view.Issues() {
		if v.Closed == nil {
			refs = append(refs, v.Ref)
		}
	}
	for _, v := range x.view.Proposals() {
		if v.Withdrawn == nil {
			refs = append(refs, v.Ref)
		}
	}
	return append([]field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(wide(hinted(x.t("room.hint.items"), x.add(checks, "items", x.t("room.field.items"), x.named(refs))))),
		tall(2, x.add(area, "text", x.t("room.field.text"), nil)),
	}, x.basis()...)
}

// adopt begins with the title of what is adopted.
func (x *filling) adopt() []field {
	var cs []choice
	if s := x.p.W().Room(x.room); s != nil {
		for v := range s.Proposals.All() {
			if v.Withdrawn == nil {
				cs = append(cs, choice{x.ref(v.Ref), v.Title})
			}
		}
	}
	_, title := x.view.Find(x.full("proposal"))
	f := []field{
		x.subject("proposal", x.t("room.field.adopted"), cs),
		needed(wide(hinted(x.t("room.hint.agreement-title"), x.add(line, "title", x.t("room.field.agreement-title"), nil, title)))),
	}
	return append(f, x.basis()...)
}

// agreements are the room's agreements that stand.
func (x *filling) agreements() []choice {
	var cs []choice
	if s := x.p.W().Room(x.room); s != nil {
		for v := range s.Agreements.All() {
			if !v.Ended() {
				cs = append(cs, choice{x.ref(v.Ref), v.Title})
			}
		}
	}
	return cs
}

func (x *filling) agreement() field {
	return x.subject("agreement", x.t("room.field.agreement"), x.agreements())
}

func (x *filling) confirm() []field {
	return append([]field{x.agreement(), tall(2, x.add(area, "text", x.t("room.field.text"), nil))}, x.basis()...)
}

func (x *filling) reserve() []field {
	f := []field{
		x.agreement(),
		needed(wide(x.add(radio, "kind", x.t("room.field.reservation"), values(talks.Reservations, x.p.ReservationWord)))),
		wide(hinted(x.t("room.hint.against"), x.add(pick, "against", x.t("room.field.against"), x.optional(x.reservations())))),
		needed(tall(3, x.add(area, "text", x.t("room.field.in-words"), nil))),
		x.add(pick, "issue", x.t("room.field.about-issue"), x.optional(x.openIssues())),
	}
	return append(f, x.basis()...)
}

// reservations are those of other delegations to the form's agreement, by their entries.
func (x *filling) reservations() []choice {
	g := x.view.Agreement(x.full("agreement"))
	if g == nil {
		return nil
	}
	var cs []choice
	for _, f := range g.Reservations {
		if g.Reserved(f.Index, x.p.View.Delegation()) != nil {
			cs = append(cs, choice{strconv.FormatInt(f.Index, 10), strings.ToUpper(string(f.Seat.Delegation())) + ": " + clip(f.Said.Text, 60)})
		}
	}
	return cs
}

// sign takes a signature that was made elsewhere: no key comes near this page.
func (x *filling) sign() []field {
	name := cmp.Or(x.full("agreement").Name, "NAME")
	hint := x.p.Loc.T("room.hint.signature", "name", name, "room", string(x.room))
	return append([]field{
		x.agreement(),
		x.add(fixed, "method", x.t("room.field.method"), values(talks.SignMethods[:1], x.p.SignMethodWord), string(talks.SignMethods[0])),
		x.add(line, "signer", x.t("room.field.signer"), nil),
		x.add(line, "office", x.t("room.field.office"), nil),
		needed(hinted(x.t("room.hint.key"), tall(2, x.add(area, "key", x.t("room.field.key"), nil)))),
		needed(hinted(hint, tall(6, x.add(area, "signature", x.t("room.field.signature"), nil)))),
	}, x.basis()...)
}

func (x *filling) withdrawAgreement() []field {
	return append(append([]field{x.agreement()}, x.reason()...), x.basis()...)
}

func (x *filling) denounce() []field {
	f := []field{
		x.agreement(),
		hinted(x.t("room.hint.effective"), x.add(day, "effective", x.t("room.field.effective"), nil)),
	}
	return append(append(f, x.reason()...), x.basis()...)
}

func (x *filling) consult() []field {
	var proposals []choice
	for _, v := range x.view.Proposals() {
		proposals = append(proposals, choice{x.ref(v.Ref), v.Title})
	}
	f := []field{
		needed(wide(declared(x.add(checks, "parties", x.t("room.field.consulted"), x.parties())))),
		wide(hinted(x.t("room.hint.consulted-on"), x.add(checks, "issues", x.t("room.field.issues"), x.openIssues()))),
		wide(x.add(pick, "subject", x.t("room.field.consulted-proposal"), x.optional(proposals))),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.when"), nil)),
		x.add(line, "place", x.t("room.field.place"), nil),
		tall(3, x.add(area, "text", x.t("room.field.consultation"), nil)),
	}
	return append(f, x.basis()...)
}

func (x *filling) require() []field {
	f := []field{
		needed(wide(x.add(line, "title", x.t("room.field.title"), nil))),
		needed(wide(declared(x.add(checks, "parties", x.t("room.field.to-consult"), x.parties())))),
		needed(wide(x.add(checks, "issues", x.t("room.field.issues"), x.openIssues()))),
		needed(wide(x.add(checks, "before", x.t("room.field.before"), values(talks.Stages, x.p.StageWord), "adopting"))),
		needed(hinted(x.t("room.hint.ground"), tall(2, x.add(area, "ground", x.t("room.field.ground"), nil)))),
	}
	return append(f, x.basis()...)
}

// waive offers the parties that the requirement names; where it is not chosen yet, all.
func (x *filling) waive() []field {
	var cs, proposals []choice
	for _, v := range x.view.Requirements() {
		cs = append(cs, choice{x.ref(v.Ref), v.Title})
	}
	for _, v := range x.view.Proposals() {
		if v.Withdrawn == nil {
			proposals = append(proposals, choice{x.ref(v.Ref), v.Title})
		}
	}
	parties := x.parties()
	if q := x.view.Requirement(x.full("requirement")); q != nil {
		parties = slices.DeleteFunc(parties, func(c choice) bool {
			r, ok := x.parse(c.value)
			return !ok || !slices.Contains(q.Parties, r)
		})
	}
	f := []field{
		x.subject("requirement", x.t("room.field.requirement"), cs),
		wide(hinted(x.t("room.hint.waive-parties"), x.add(checks, "parties", x.t("room.field.waived-for"), parties))),
		wide(x.add(pick, "subject", x.t("room.field.waived-proposal"), append([]choice{{"", x.t("room.all-proposals")}}, proposals...))),
		needed(tall(2, x.add(area, "reason", x.t("room.field.why"), nil))),
	}
	return append(f, x.basis()...)
}

// reaction offers what parties can take one way or another.
func (x *filling) reaction() []field {
	var refs []talks.Ref
	for _, v := range x.view.Events() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Meetings() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Proposals() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Agreements() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Commitments() {
		refs = append(refs, v.Ref)
	}
	for _, v := range x.view.Issues() {
		refs = append(refs, v.Ref)
	}
	f := []field{
		x.subject("to", x.t("room.field.reacts-to"), x.named(refs)),
		needed(declared(x.add(pick, "party", x.t("room.field.party"), x.parties(), x.own()))),
		hinted(x.t("room.hint.date"), x.add(day, "when", x.t("room.field.when"), nil)),
		needed(wide(x.add(radio, "stance", x.t("room.field.stance"), values(talks.Stances, x.p.StanceWord)))),
		tall(3, x.add(area, "text", x.t("room.field.in-words"), nil)),
	}
	f = append(f, in("more", wide(x.add(pick, "rests_on", x.t("room.field.rests"), x.optional(x.statements()))))...)
	return append(f, x.basis()...)
}

// ---- what they write

func (b *builder) pack() talks.Act {
	a := &talks.PackageForm{Title: b.text("title"), Items: b.refs("items"), Text: b.text("text"), Basis: b.basis()}
	a.Name = b.name(a.Title, "package")
	return a
}

func (b *builder) adopt() talks.Act {
	a := &talks.AgreementAdopt{Title: b.text("title"), Proposal: b.ref("proposal"), Basis: b.basis()}
	a.Name = b.name(a.Title, "agreement")
	return a
}

func (b *builder) confirm() talks.Act {
	return &talks.AgreementConfirm{Agreement: b.ref("agreement"), Text: b.text("text"), Basis: b.basis()}
}

func (b *builder) reserve() talks.Act {
	a := &talks.AgreementReserve{
		Agreement: b.ref("agreement"), Type: talks.Reservation(b.text("kind")), Issue: b.ref("issue"), Text: b.text("text"), Basis: b.basis(),
	}
	if n := b.number("against"); n != nil {
		a.Against = int64(*n)
	}
	return a
}

func (b *builder) sign() talks.Act {
	return &talks.AgreementSign{
		Agreement: b.ref("agreement"), Method: talks.SignMethod(b.text("method")), Signer: b.text("signer"), Office: b.text("office"),
		Key: b.text("key"), Signature: b.text("signature"), Basis: b.basis(),
	}
}

func (b *builder) withdrawAgreement() talks.Act {
	return &talks.AgreementWithdraw{Agreement: b.ref("agreement"), Reason: b.text("reason"), Basis: b.basis()}
}

func (b *builder) denounce() talks.Act {
	return &talks.AgreementDenounce{Agreement: b.ref("agreement"), Effective: b.date("effective"), Reason: b.text("reason"), Basis: b.basis()}
}

func (b *builder) consult() talks.Act {
	return &talks.ConsultRecord{
		Parties: b.refs("parties"), Issues: b.refs("issues"), Subject: b.ref("subject"), When: b.date("when"), Place: b.text("place"),
		Text: b.text("text"), Basis: b.basis(),
	}
}

func (b *builder) require() talks.Act {
	a := &talks.ConsultRequire{
		Title: b.text("title"), Issues: b.refs("issues"), Parties: b.refs("parties"), Ground: b.text("ground"), Basis: b.basis(),
	}
	for _, s := range b.values["before"] {
		if s = clean(s); s != "" {
			a.Before = append(a.Before, talks.Stage(s))
		}
	}
	a.Name = b.name(a.Title, "requirement")
	return a
}

func (b *builder) waive() talks.Act {
	return &talks.ConsultWaive{
		Requirement: b.ref("requirement"), Parties: b.refs("parties"), Subject: b.ref("subject"), Reason: b.text("reason"), Basis: b.basis(),
	}
}

func (b *builder) reaction() talks.Act {
	return &talks.ReactionRecord{
		Party: b.ref("party"), To: b.ref("to"), Stance: talks.Stance(b.text("stance")), When: b.date("when"), Text: b.text("text"),
		Rests: b.refs("rests_on"), Basis: b.basis(),
	}
}
