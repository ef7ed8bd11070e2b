package inclusion

import (
	_ "embed"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed inclusion.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("inclusion", css) }

// Beside is the part of the page of a proposal, an agreement or a commitment that says whom it affects: in the room, consulted, absent, or on
// record against it, and which requirements to consult are met. It is worked out of the page's own view. Its heading has the id inclusion.
// Of anything else it shows nothing.
func Beside(p *ui.Page, ref talks.Ref) templ.Component {
	parts := p.W().Inclusion(ref)
	if parts == nil {
		return templ.NopComponent
	}
	return beside(p, ref, parts)
}

// mostConsulted is how many consultations of a party are shown at once, the latest; those before unfold.
const mostConsulted = 3

// summary says in a sentence or two how many parties something affects, and how far they have a part in it.
func summary(p *ui.Page, t tally) string {
	var parts []string
	for _, x := range []struct {
		id string
		n  int
	}{{"inclusion.n-in-room", t.InRoom}, {"inclusion.n-consulted", t.Consulted}, {"inclusion.n-absent", t.Absent}} {
		if x.n > 0 {
			parts = append(parts, p.Loc.N(x.id, x.n))
		}
	}
	out := p.Loc.N("inclusion.affects", t.Affected) + " " + strings.Join(parts, ", ") + "."
	if t.Against > 0 {
		out += " " + p.Loc.N("inclusion.n-against", t.Against)
	}
	return out
}

// asWord says how far a party has a part in something.
func asWord(p *ui.Page, as talks.Involvement) string { return p.Loc.T("inclusion.as." + string(as)) }

// touchWord says why something affects a party.
func touchWord(p *ui.Page, as string) string { return p.Loc.T("inclusion.why." + as) }

// crossAt is where the cross stands: beside the room where the party is in it, else beside the party.
func crossAt(as talks.Involvement) string {
	if as == talks.InRoom {
		return "M19 5L25 11M25 5L19 11"
	}
	return "M28 5L34 11M34 5L28 11"
}

// signWidth is how wide a sign is: as wide as what is drawn in it.
func signWidth(as talks.Involvement, no bool) string {
	switch {
	case as != talks.InRoom && no:
		return "36"
	case as != talks.InRoom || no:
		return "26"
	}
	return "16"
}

// Stops is how many consultations keep the room from adopting a proposal, by what all of its members see.
func Stops(p *ui.Page, proposal talks.Ref) int { return len(waiting(p, proposal)) }

// waiting are the stops of a proposal that could still be adopted.
func waiting(p *ui.Page, ref talks.Ref) []stop {
	x := p.W().Proposal(ref)
	if x == nil || x.Withdrawn != nil || x.Expired(p.View.Now()) {
		return nil
	}
	for _, a := range p.W().Agreements() {
		if a.Proposal == ref {
			return nil
		}
	}
	return stops(p.W(), ref)
}

// consultURL is the address of the form that records a consultation; "" where the viewer may not write one in the thing's room.
func consultURL(p *ui.Page, ref talks.Ref, s stop) templ.SafeURL {
	if room := p.W().Room(ref.Room); p.View.AsOf() || room == nil || !act.May(p, &room.Room, "consult.record") {
		return ""
	}
	q := url.Values{"compose": {"consult"}, "in": {string(ref.Room)}, "parties": {s.Party.String()}}
	for _, r := range s.Open {
		q.Add("issues", r.String())
	}
	return p.URLQ(q, "inclusion") + "#compose"
}

// waiveURL is the address of the form that waives a requirement; "" where the viewer is not entitled to.
func waiveURL(p *ui.Page, ref talks.Ref, s stop) templ.SafeURL {
	room := p.W().Room(ref.Room)
	if p.View.AsOf() || room == nil || !act.May(p, &room.Room, "consult.waive") {
		return ""
	}
	own := p.View.Delegation()
	if s.By.Seat.Delegation() != own && p.W().PartyOf(own) != s.Party {
		return ""
	}
	q := url.Values{
		"compose": {"waive"}, "in": {string(ref.Room)}, "requirement": {s.Ref.String()}, "parties": {s.Party.String()},
		"subject": {ref.String()},
	}
	return p.URLQ(q, "inclusion") + "#compose"
}
