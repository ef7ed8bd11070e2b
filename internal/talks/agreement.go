package talks

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// Reservation is what a party declares of an agreement that it adopts.
type Reservation string

// Reservations are the values there are (Vienna Convention on the Law of Treaties, articles 2 and 19 to 23).
var Reservations = []Reservation{"reservation", "declaration", "objection"}

// SignMethod is how an agreement is signed.
type SignMethod string

// SignMethods are the values there are. A signature by an SSH key proves that its holder signed these bytes, whatever the host says; a seal
// by passkey proves it only as far as the host is trusted to have shown what was sealed.
var SignMethods = []SignMethod{"ssh", "passkey"}

// PackageForm binds issues and proposals together: nothing of them is agreed until all of it is. Like all order of a room it is its chair's to
// lay down, or its opener's where there is no chair: else anybody could keep others' agreements waiting.
type PackageForm struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Items []Ref  `json:"items"` // issues and proposals
	Text  string `json:"text,omitzero"`
	Basis
}

// AgreementAdopt adopts a proposal of the room once those who decide on it have decided for it. What is agreed is what they answered to: the words
// and the terms of the proposal, and what it says that it enters into force by. Nobody adds to that by adopting it. Who decides, and by what rule,
// is as it was when the proposal was tabled: see proposal.table.
type AgreementAdopt struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Proposal Ref    `json:"proposal"`
	Basis
}

// AgreementConfirm is the last word of a delegation that accepted ad referendum.
type AgreementConfirm struct {
	Agreement Ref    `json:"agreement"`
	Text      string `json:"text,omitzero"`
	Basis
}

// AgreementReserve adds a reservation or a declaration to an agreement, or objects to another's reservation (Vienna Convention on the Law of
// Treaties, articles 19 and 20).
type AgreementReserve struct {
	Agreement Ref         `json:"agreement"`
	Type      Reservation `json:"kind"`
	Against   int64       `json:"against,omitzero"` // of an objection: the entry of this room that is the reservation
	Issue     Ref         `json:"issue,omitzero"`   // that it is about
	Text      string      `json:"text"`
	Basis
}

// AgreementSign is a head's signature over the exact bytes of an agreement. docs/record.md says what these are.
type AgreementSign struct {
	Agreement Ref        `json:"agreement"`
	Method    SignMethod `json:"method"`
	Signer    string     `json:"signer,omitzero"` // the person
	Office    string     `json:"office,omitzero"`
	Key       string     `json:"key"`                    // ssh: the public key, as in authorized_keys; passkey: its COSE key in base64url
	Signature string     `json:"signature"`              // ssh: armoured SSHSIG; passkey: base64url
	Client    string     `json:"client,omitzero"`        // passkey: clientDataJSON in base64url
	Data      string     `json:"authenticator,omitzero"` // passkey: authenticatorData in base64url
	Basis
}

// AgreementWithdraw takes back a delegation's consent before the agreement is in force. Where it turns out that the agreement was in force, by what it
// enters into force by, it counts as a denunciation.
type AgreementWithdraw struct {
	Agreement Ref    `json:"agreement"`
	Reason    string `json:"reason,omitzero"`
	Basis
}

// AgreementDenounce ends an agreement for the author's delegation.
type AgreementDenounce struct {
	Agreement Ref    `json:"agreement"`
	Effective Date   `json:"effective,omitzero"` // when it takes effect; at once where it is left out
	Reason    string `json:"reason,omitzero"`
	Basis
}

// Package is a package.
type Package struct {
	Made
	*PackageForm
}

// Agreement is an agreement with what was done about it since. Whether it is in force can depend on other things: see the package
// implementation.
type Agreement struct {
	Made
	*AgreementAdopt
	InForce      *Expr    // what it enters into force by, as the proposal says; at once where there is nothing
	Decision     Decision // by which it was adopted
	Confirmed    []Fact[AgreementConfirm]
	Reservations []Fact[AgreementReserve]
	Signatures   []Fact[AgreementSign]
	Withdrawn    []Fact[AgreementWithdraw]
	Denounced    []Fact[AgreementDenounce]
}

// Pending are the delegations that accepted ad referendum and have not confirmed.
func (a *Agreement) Pending() []Delegation {
	return slices.DeleteFunc(slices.Clone(a.Decision.Referendum), func(d Delegation) bool {
		return slices.ContainsFunc(a.Confirmed, func(f Fact[AgreementConfirm]) bool { return f.Seat.Delegation() == d })
	})
}

// Left reports whether a delegation took back its consent or denounced the agreement.
func (a *Agreement) Left(d Delegation) bool {
	return slices.ContainsFunc(a.Withdrawn, func(f Fact[AgreementWithdraw]) bool { return f.Seat.Delegation() == d }) ||
		slices.ContainsFunc(a.Denounced, func(f Fact[AgreementDenounce]) bool { return f.Seat.Delegation() == d })
}

// Bound are the delegations that decided for the agreement and have not left it.
func (a *Agreement) Bound() []Delegation {
	return slices.DeleteFunc(slices.Clone(a.Decision.For), a.Left)
}

// Reserved returns the reservation that an entry is, if a delegation can object to it: another's. It is nil for anything else.
func (a *Agreement) Reserved(entry int64, by Delegation) *Fact[AgreementReserve] {
	i := slices.IndexFunc(a.Reservations, func(f Fact[AgreementReserve]) bool {
		return f.Index == entry && f.Said.Type == "reservation" && f.Seat.Delegation() != by
	})
	if i < 0 {
		return nil
	}
	return &a.Reservations[i]
}

// Ended reports whether so many have left that there is no agreement any more: all but one, or under the rule of consensus anybody who took
// back the consent that it rests on before it was in force. A denunciation counts from when it is written, though it can take effect later.
//
// Where it enters into force by other things, only the package implementation can tell whether it was; it is not ended here then, so that those who are
// still bound can go on with it.
func (a *Agreement) Ended() bool {
	left := len(a.Bound()) < len(a.Decision.For)
	return left && (len(a.Bound()) < 2 || (a.Decision.Rule == Consensus && slices.ContainsFunc(a.Withdrawn, a.early)))
}

// early reports whether it is certain that consent was taken back before the agreement was in force: it was still to be confirmed, or dates alone
// decide, by which the act was checked.
func (a *Agreement) early(f Fact[AgreementWithdraw]) bool {
	follows := false
	a.InForce.Each(func(x *Expr) { follows = follows || !x.Of.IsZero() })
	return !follows || slices.ContainsFunc(a.Decision.Referendum, func(d Delegation) bool {
		return !slices.ContainsFunc(a.Confirmed, func(c Fact[AgreementConfirm]) bool { return c.Seat.Delegation() == d && c.Index < f.Index })
	})
}

func (*PackageForm) Kind() Kind       { return "package.form" }
func (*AgreementAdopt) Kind() Kind    { return "agreement.adopt" }
func (*AgreementConfirm) Kind() Kind  { return "agreement.confirm" }
func (*AgreementReserve) Kind() Kind  { return "agreement.reserve" }
func (*AgreementSign) Kind() Kind     { return "agreement.sign" }
func (*AgreementWithdraw) Kind() Kind { return "agreement.withdraw" }
func (*AgreementDenounce) Kind() Kind { return "agreement.denounce" }

func (a *PackageForm) refs(f func(place, *Ref)) { eachRef(f, "items", a.Items) }
func (a *AgreementAdopt) refs(f func(place, *Ref)) {
	f(place{list: "proposal", index: -1}, &a.Proposal)
}
func (a *AgreementConfirm) refs(f func(place, *Ref)) { agreementRef(f, &a.Agreement) }
func (a *AgreementReserve) refs(f func(place, *Ref)) {
	agreementRef(f, &a.Agreement)
	f(place{list: "issue", index: -1}, &a.Issue)
}
func (a *AgreementSign) refs(f func(place, *Ref))     { agreementRef(f, &a.Agreement) }
func (a *AgreementWithdraw) refs(f func(place, *Ref)) { agreementRef(f, &a.Agreement) }
func (a *AgreementDenounce) refs(f func(place, *Ref)) { agreementRef(f, &a.Agreement) }

func agreementRef(f func(place, *Ref), r *Ref) { f(place{list: "agreement", index: -1}, r) }

func (a *PackageForm) check(c *Checking) {
	c.leads(true)
	c.name(a.Name, false)
	c.title("title", a.Title)
	c.text("text", a.Text, textLimit)
	if len(a.Items) < 2 {
		c.fail("few-items", "items")
	}
	c.refList("items", a.Items, "")
	for i, r := range a.Items {
		if what := c.View.Object(r); what != "" && what != "issue" && what != "proposal" {
			c.fail("wrong-object", place{"items", i, ""}.String(), shortRef(c.Room, r), what, "issue or proposal")
		}
	}
}

func (a *AgreementAdopt) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	if !c.own("proposal", a.Proposal, "proposal") {
		return
	}
	p := c.State.Proposals.Get(a.Proposal.Name)
	if p.Withdrawn != nil || p.Expired(c.Time) {
		c.fail("proposal-over", "proposal")
		return
	}
	if c.adopted(a.Proposal) {
		return
	}
	if d := c.State.Room.Decide(p); !d.Met {
		c.fail("rule-not-met", "proposal", string(d.Rule), join(slices.Concat(d.Against, d.Silent)))
		return
	}
	c.consulted("adopting", "proposal", offered(p.Ref, c.Room, p.By.Seat.Delegation(), p.ProposalTable))
}

// adopted refuses what comes too late for a proposal that was adopted. It stays adopted when the agreement has ended: the answers that it
// rested on were to another question than whether to adopt it once more.
func (c *Checking) adopted(proposal Ref) bool {
	o := c.State.adopted(proposal)
	if o != nil {
		c.fail("adopted-already", "proposal", o.Ref.Name)
	}
	return o != nil
}

// adopted returns the agreement by which a proposal of the room was adopted, or nil.
func (s *State) adopted(proposal Ref) *Agreement {
	for o := range s.Agreements.All() {
		if o.Proposal == proposal {
			return o
		}
	}
	return nil
}

// agreement finds the agreement of this room that an act changes, to which the author's delegation is a party.
func (c *Checking) agreement(r Ref) *Agreement {
	if !c.own("agreement", r, "agreement") {
		return nil
	}
	a, own := c.State.Agreements.Get(r.Name), c.Seat.Delegation()
	switch {
	case a.Ended():
		c.fail("agreement-over", "agreement")
		return nil
	case !slices.Contains(a.Decision.For, own):
		c.fail("not-bound", "agreement", string(own))
		return nil
	case a.Left(own):
		c.fail("left-already", "agreement", string(own))
		return nil
	}
	return a
}

func (a *AgreementConfirm) check(c *Checking) {
	c.text("text", a.Text, textLimit)
	if g := c.agreement(a.Agreement); g != nil && !slices.Contains(g.Pending(), c.Seat.Delegation()) {
		c.fail("nothing-to-confirm", "agreement", string(c.Seat.Delegation()))
	}
}

func (a *AgreementReserve) check(c *Checking) {
	oneOf(c, "kind", a.Type, Reservations, false)
	c.maybe("issue", a.Issue, "issue")
	c.words("text", a.Text)
	g := c.agreement(a.Agreement)
	switch objects := a.Type == "objection"; {
	case !objects && a.Against != 0:
		c.fail("only-objection", "against")
	case objects && a.Against == 0:
		c.fail("missing", "against")
	case objects && g != nil && g.Reserved(a.Against, c.Seat.Delegation()) == nil:
		c.fail("no-reservation", "against", strconv.FormatInt(a.Against, 10))
	}
}

func (a *AgreementSign) check(c *Checking) {
	oneOf(c, "method", a.Method, SignMethods, false)
	c.line("signer", a.Signer)
	c.line("office", a.Office)
	for _, f := range []struct{ field, value string }{{"key", a.Key}, {"signature", a.Signature}, {"client", a.Client}, {"authenticator", a.Data}} {
		c.text(f.field, f.value, textLimit)
	}
	if a.Key == "" {
		c.fail("missing", "key")
	}
	if a.Signature == "" {
		c.fail("missing", "signature")
	}
	if sealed := a.Client != "" && a.Data != ""; a.Method == "passkey" && !sealed {
		c.fail("missing", "authenticator")
	}
	g := c.agreement(a.Agreement)
	if g == nil {
		return
	}
	if slices.ContainsFunc(g.Signatures, func(f Fact[AgreementSign]) bool {
		return f.Said.Method == a.Method && f.Seat.Delegation() == c.Seat.Delegation()
	}) {
		c.fail("signed-already", "agreement", string(c.Seat.Delegation()))
	}
	if slices.Contains(g.Pending(), c.Seat.Delegation()) {
		c.fail("confirm-first", "agreement")
	}
}

func (a *AgreementWithdraw) check(c *Checking) {
	c.text("reason", a.Reason, textLimit)
	if g := c.agreement(a.Agreement); g != nil && c.View.surely(g.InForce, true, c.Time) && len(g.Pending()) == 0 && len(c.View.Awaited(g)) == 0 {
		c.fail("in-force", "agreement")
	}
}

// surely reports whether it is certain that what an agreement enters into force by is so, or where so is false, that it is not: dates, meetings and
// events. What follows from other promises is not looked at: see the package implementation.
func (w *World) surely(x *Expr, so bool, at time.Time) bool {
	past := func(d Date) bool { return !d.Start().After(at) }
	switch {
	case x == nil:
		return so
	case x.Not != nil:
		return w.surely(x.Not, !so, at)
	case len(x.All)+len(x.Any) > 0:
		if (len(x.Any) > 0) == so { // one is enough for any to be so, and for all not to be
			return slices.ContainsFunc(slices.Concat(x.All, x.Any), func(y Expr) bool { return w.surely(&y, so, at) })
		}
		return !slices.ContainsFunc(slices.Concat(x.All, x.Any), func(y Expr) bool { return !w.surely(&y, so, at) })
	case x.From != "" || x.Until != "":
		return so == ((x.From == "" || past(x.From)) && (x.Until == "" || at.Before(x.Until.End())))
	case !so:
		return false // it can have been said to be so on a day that is past
	}
	if m := w.Meeting(x.Of); m != nil && m.Held != nil {
		return past(dateOr(cmp.Or(m.Held.Said.Started, m.Starts), m.Held.Entry))
	}
	e := w.Event(x.Of)
	return e != nil && past(dateOr(e.When, e.By))
}

func (a *AgreementDenounce) check(c *Checking) {
	c.date("effective", a.Effective)
	c.text("reason", a.Reason, textLimit)
	if g := c.agreement(a.Agreement); g != nil && (len(g.Pending()) > 0 || len(c.View.Awaited(g)) > 0) {
		c.fail("not-adopted", "agreement")
	}
}

func (a *PackageForm) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "package", a.Name); ok {
		s.Packages.put(m.Ref.Name, &Package{m, a})
	}
}

func (a *AgreementAdopt) fold(s *State, e *Entry) {
	p := s.Proposals.Get(a.Proposal.Name)
	if p == nil || a.Proposal.Room != s.Room.ID {
		return
	}
	if m, ok := s.made(e, "agreement", a.Name); ok {
		s.Agreements.put(m.Ref.Name, &Agreement{Made: m, AgreementAdopt: a, InForce: p.InForce, Decision: s.Room.Decide(p)})
	}
}

func (s *State) changeAgreement(r Ref, e *Entry, change func(*Agreement)) {
	if r.Room != s.Room.ID {
		return
	}
	s.Agreements.change(r.Name, func(g *Agreement) {
		g.Last = e
		change(g)
	})
}

func (a *AgreementConfirm) fold(s *State, e *Entry) {
	s.changeAgreement(a.Agreement, e, func(g *Agreement) { g.Confirmed = with(g.Confirmed, e, a) })
}

func (a *AgreementReserve) fold(s *State, e *Entry) {
	s.changeAgreement(a.Agreement, e, func(g *Agreement) { g.Reservations = with(g.Reservations, e, a) })
}

func (a *AgreementSign) fold(s *State, e *Entry) {
	s.changeAgreement(a.Agreement, e, func(g *Agreement) { g.Signatures = with(g.Signatures, e, a) })
}

func (a *AgreementWithdraw) fold(s *State, e *Entry) {
	s.changeAgreement(a.Agreement, e, func(g *Agreement) { g.Withdrawn = with(g.Withdrawn, e, a) })
}

func (a *AgreementDenounce) fold(s *State, e *Entry) {
	s.changeAgreement(a.Agreement, e, func(g *Agreement) { g.Denounced = with(g.Denounced, e, a) })
}

// with adds a fact to a list that is shared.
func with[T any](list []Fact[T], e *Entry, said *T) []Fact[T] {
	return append(slices.Clip(list), Fact[T]{e, said})
}

// Agreement returns an agreement, or nil.
func (w *World) Agreement(r Ref) *Agreement {
	return get(w, r, func(s *State) *objects[Agreement] { return &s.Agreements })
}

// Agreements returns the agreements in the order they were adopted.
func (w *World) Agreements() []*Agreement {
	return gather(w, func(s *State) *objects[Agreement] { return &s.Agreements }, func(v *Agreement) *Entry { return v.By })
}

// Package returns a package, or nil.
func (w *World) Package(r Ref) *Package {
	return get(w, r, func(s *State) *objects[Package] { return &s.Packages })
}

// Packages returns the packages in the order they were formed.
func (w *World) Packages() []*Package {
	return gather(w, func(s *State) *objects[Package] { return &s.Packages }, func(v *Package) *Entry { return v.By })
}

// PackagesOf returns the packages that an agreement is part of: those that have its proposal, or an issue of it, among their items, that were
// formed before it was adopted, and that all who sit in its room see. Who adopted it knew of them, and they are the same for every reader.
func (w *World) PackagesOf(a *Agreement) []*Package {
	room := w.As(a.Ref.Room)
	return slices.DeleteFunc(slices.Clone(packages.Of(room)), func(k *Package) bool {
		return !k.formedBefore(a) || !slices.ContainsFunc(k.Items, func(r Ref) bool { return room.settles(a, r) })
	})
}

// formedBefore reports whether the package was formed before an agreement was adopted. At one moment in two rooms nobody can say so.
func (k *Package) formedBefore(a *Agreement) bool {
	if k.By.Room == a.By.Room {
		return k.By.Index < a.By.Index
	}
	return k.By.Time.Before(a.By.Time)
}

// settles reports whether an agreement settles an item of a package.
func (w *World) settles(a *Agreement, item Ref) bool {
	p := w.Proposal(a.Proposal)
	return a.Proposal == item || (p != nil && slices.Contains(p.Issues(), item))
}

// Awaited are the items of an agreement's packages that are not agreed yet, in the order of the packages: those that no agreement settles
// that stands and that nobody has still to confirm, as far as all see who sit in its room. As long as there are any, the agreement is conditional.
func (w *World) Awaited(a *Agreement) []Ref {
	room := w.As(a.Ref.Room)
	var out []Ref
	for _, k := range w.PackagesOf(a) {
		for _, item := range k.Items {
			if !slices.Contains(out, item) && !room.Agreed(item) {
				out = append(out, item)
			}
		}
	}
	return out
}

// Agreed reports whether an agreement settles an issue or a proposal that stands and that nobody has still to confirm.
func (w *World) Agreed(item Ref) bool { return agreed.Of(w)[item] }

var (
	packages = NewMemo((*World).Packages)
	agreed   = NewMemo(func(w *World) map[Ref]bool {
		all := map[Ref]bool{}
		for _, a := range w.Agreements() {
			if a.Ended() || len(a.Pending()) > 0 {
				continue
			}
			all[a.Proposal] = true
			if p := w.Proposal(a.Proposal); p != nil {
				for _, issue := range p.Issues() {
					all[issue] = true
				}
			}
		}
		return all
	})
)
