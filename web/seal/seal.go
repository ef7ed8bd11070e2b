// Package seal is the part of an agreement's page where a head seals it by passkey, or reads how to sign it by SSH key.
package seal

import (
	_ "embed"
	"slices"

	"github.com/a-h/templ"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed seal.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("seal", css) }

// Form is what stands below the signatures of an agreement for a head who has not signed it yet in both ways: nothing for everybody else, for
// an agreement that has ended, and where the page shows the past.
func Form(p *ui.Page, a *talks.Agreement) templ.Component {
	own := p.View.Delegation()
	open := p.View.Role() == talks.Head && !p.View.AsOf() && !a.Ended() && slices.Contains(a.Bound(), own) && !slices.Contains(a.Pending(), own)
	byPasskey, bySSH := p.Who != nil && !signed(a, own, "passkey"), !signed(a, own, "ssh")
	if !open || !byPasskey && !bySSH {
		return templ.NopComponent
	}
	return form(p, a, byPasskey, bySSH)
}

func signed(a *talks.Agreement, d talks.Delegation, m talks.SignMethod) bool {
	return slices.ContainsFunc(a.Signatures, func(f talks.Fact[talks.AgreementSign]) bool {
		return f.Said.Method == m && f.Seat.Delegation() == d
	})
}

// Text is what is signed for an agreement that a view shows; prove is the gate's for the same viewer.
func Text(w *talks.World, a *talks.Agreement, prove func(room talks.RoomID, index int64) (*ledger.Proof, error)) ([]byte, error) {
	return sign.For(w, a, func(room talks.RoomID, index int64) (sign.Entry, error) {
		proof, err := prove(room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: proof.Leaf, Payload: proof.Payload}, nil
	})
}

// at is an address below an agreement's.
func at(p *ui.Page, a *talks.Agreement, parts ...string) templ.SafeURL {
	return p.URL(append([]string{"agreements", string(a.Ref.Room), a.Ref.Name}, parts...)...)
}

// typed is what a person had typed in a field before the form was refused.
func typed(p *ui.Page, field string) string {
	if !p.Form.Has("seal") {
		return ""
	}
	return p.Form.Get(field)
}
