package agreement

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	impl "parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/event"
	"parley/web/implementation"
	"parley/web/message"
	"parley/web/proposal"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed agreement.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("agreement", css) }

// List shows the agreements, the latest first, what could be adopted now, and the packages.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "agreements"
	p.Title = p.Loc.T("agreement.title")
	p.Sub = p.Loc.T("agreement.sub")
	b := implementation.Book(p)
	all := slices.Clone(b.Agreements())
	slices.Reverse(all)
	var bundles []bundle
	for _, k := range slices.Backward(p.W().Packages()) {
		bundles = append(bundles, newBundle(p.W(), k))
	}
	var shared []talks.RoomID
	for _, s := range p.W().Rooms() {
		if s.Room.Kind != talks.Caucus {
			shared = append(shared, s.Room.ID)
		}
	}
	p.Compose = room.Offers(p, p.Loc.T("agreement.bind"), room.Offer{Form: "package", Rooms: shared})
	return list(p, b, all, bundles, ready(p)), nil
}

// Show shows one agreement: its stage with the reason, its text as adopted, who decided, signed and made reservations, what it waits for, and
// the promises that are part of it.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	b := implementation.Book(p)
	a := b.Agreement(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if a == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "agreements"
	p.Title = a.Title
	p.Compose = offers(p, a)
	return show(p, b, newDeal(p, b, a)), nil
}

// offers are the forms by which the viewer goes on with an agreement: those that the rules can allow its delegation now.
func offers(p *ui.Page, a *impl.Agreement) templ.Component {
	own := p.View.Delegation()
	name := url.Values{"agreement": {a.Ref.Name}}
	in := []talks.RoomID{a.Ref.Room}
	var out []room.Offer
	add := func(form string) { out = append(out, room.Offer{Form: form, Rooms: in, Fields: name}) }
	if slices.Contains(a.Bound(), own) && !a.Ended() {
		if slices.Contains(a.Pending(), own) {
			add("confirm")
		} else if !slices.ContainsFunc(a.Signatures, func(f talks.Fact[talks.AgreementSign]) bool {
			return f.Seat.Delegation() == own && f.Said.Method == "ssh"
		}) {
			add("sign")
		}
		add("reserve")
		switch {
		case a.Stage != impl.InForce:
			add("withdraw-agreement")
		default:
			add("denounce")
		}
	}
	seeing := room.Seeing(p, a.Ref)
	out = append(out,
		room.Offer{Form: "commitment", Rooms: seeing, Fields: url.Values{"agreement": {a.Ref.String()}}},
		event.ReactionOffer(p, a.Ref))
	return room.Offers(p, p.Loc.T("agreement.go-on"), out...)
}

// inOrder are parties in the order of their declaration, each once.
func inOrder(p *ui.Page, rs []talks.Ref) []talks.Ref {
	out := slices.DeleteFunc(slices.Clone(rs), talks.Ref.IsZero)
	slices.SortStableFunc(out, func(a, b talks.Ref) int { return cmp.Compare(p.PartyIndex(a), p.PartyIndex(b)) })
	return slices.Compact(out)
}

// bundleID is the id of a package's element on the page of the agreements.
func bundleID(k *talks.Package) string { return "package-" + string(k.Ref.Room) + "-" + k.Ref.Name }

// needsURL is the page of what has to come about before an agreement is in force.
func needsURL(p *ui.Page, r talks.Ref) templ.SafeURL {
	return p.URLQ(url.Values{"for": {r.String()}}, "implementation")
}

// total is how many promises of an agreement have a status.
type total struct {
	impl.Status
	N int
}

// statuses count the promises of an agreement by how they stand.
func statuses(b *impl.Book, a *impl.Agreement) []total {
	n := map[impl.Status]int{}
	for _, c := range b.Commitments() {
		if c.Agreement == a.Ref {
			n[c.Status]++
		}
	}
	var out []total
	for _, s := range impl.Statuses {
		if n[s] > 0 {
			out = append(out, total{s, n[s]})
		}
	}
	return out
}

// packState says what is so of a package: nothing is agreed until everything is.
func packState(p *ui.Page, k bundle) string {
	if k.Agreed == len(k.Items) {
		return p.Loc.T("agreement.all-agreed")
	}
	return p.Loc.T("agreement.until-all")
}

// itemWord says how an item of a package stands.
func itemWord(p *ui.Page, it item) string {
	switch {
	case it.Agreed:
		return p.Loc.T("agreement.item-agreed")
	case len(it.By) > 0:
		return p.Loc.T("agreement.item-pending")
	}
	if s := proposal.State(p, it.Ref); s != "" {
		return s
	}
	return p.Loc.T("agreement.item-open")
}

// confirmed is a delegation's confirmation, or nil.
func confirmed(a *talks.Agreement, d talks.Delegation) *talks.Fact[talks.AgreementConfirm] {
	i := slices.IndexFunc(a.Confirmed, func(f talks.Fact[talks.AgreementConfirm]) bool { return f.Seat.Delegation() == d })
	if i < 0 {
		return nil
	}
	return &a.Confirmed[i]
}

// standing reports whether an agreement at a stage is one that can be signed.
func standing(s impl.Stage) bool { return s != impl.Withdrawn && s != impl.Denounced }

// signer is who signed, as the act says it, or else the seat.
func signer(p *ui.Page, s signature) string {
	switch {
	case s.Said.Signer == "":
		return string(s.Seat)
	case s.Said.Office == "":
		return s.Said.Signer
	}
	return p.Loc.T("agreement.signer", "name", s.Said.Signer, "office", s.Said.Office)
}

// verdict says what checking a signature found.
func verdict(p *ui.Page, s signature) string {
	switch {
	case s.Err != nil:
		return p.Loc.T("agreement.wrong", "why", s.Err.Error())
	case !s.Checked:
		return p.Loc.T("agreement.unchecked")
	case s.Hardware:
		return p.Loc.T("agreement.holds-hardware")
	}
	return p.Loc.T("agreement.holds")
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
