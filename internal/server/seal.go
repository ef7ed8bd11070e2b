package server

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/web/agreement"
	sealpage "parley/web/seal"
	"parley/web/ui"
)

// agreementText sends the bytes that are signed for an agreement, as a file.
func (s *server) agreementText(w http.ResponseWriter, r *http.Request) error {
	c, err := s.caller(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	p, err := s.newPage(r, c.Viewer, nil)
	if err != nil {
		return err
	}
	a, text, err := toSign(p, r)
	if err != nil {
		return err
	}
	attach(w, "", a.Ref.Name+".parley-adopt")
	send(w, http.StatusOK, "text/plain; charset=utf-8", text)
	return nil
}

// toSign is the agreement of an address with the bytes that are signed for it.
func toSign(p *ui.Page, r *http.Request) (*talks.Agreement, []byte, error) {
	a := p.W().Agreement(talks.Ref{Room: talks.RoomID(r.PathValue("room")), Name: r.PathValue("name")})
	if a == nil {
		return nil, nil, errNotFound
	}
	text, err := sealpage.Text(p.W(), a, p.Prove)
	return a, text, err
}

// beginSeal gives a device the challenge that stands for an agreement's bytes.
func (s *server) beginSeal(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	_, text, err := toSign(p, r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	challenge := sign.Challenge(text)
	options, err := s.Accounts.BeginAssertion(r.Context(), v.token, challenge)
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, account.ErrOff) {
		return errForbidden // the account has no passkey
	}
	return s.challenged(w, options, base64.RawURLEncoding.EncodeToString(challenge), err)
}

// postSeal records a seal: what a passkey of who is logged in answered. Nobody else's passkey seals under a seat, so that what the record says
// of a seal is what the host checked.
func (s *server) postSeal(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	a, text, err := toSign(p, r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	receipt, err := s.seal(r, p, a, v, text)
	if ps, ok := errors.AsType[talks.Problems](err); ok {
		p.Problems, p.Form = ps, r.PostForm
		p.Path = "agreements/" + string(a.Ref.Room) + "/" + a.Ref.Name
		return s.render(w, r, p, agreement.Show, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	seeOther(w, string(p.EntryURL(receipt.Room, receipt.Index)))
	return nil
}

func (s *server) seal(r *http.Request, p *ui.Page, a *talks.Agreement, v *visitor, text []byte) (*ledger.Receipt, error) {
	got, err := s.Accounts.FinishAssertion(r.Context(), v.token, sign.Challenge(text), []byte(r.PostForm.Get("response")))
	if errors.Is(err, account.ErrDenied) || errors.Is(err, account.ErrNotFound) || errors.Is(err, account.ErrOff) {
		return nil, talks.Problems{talks.NewProblem("bad-signature", "signature", "no passkey of this account answered for these bytes")}
	}
	if err != nil {
		return nil, err
	}
	u := base64.RawURLEncoding.EncodeToString
	act := &talks.AgreementSign{
		Agreement: talks.Ref{Name: a.Ref.Name}, Method: "passkey", Signer: r.PostForm.Get("signer"), Office: r.PostForm.Get("office"),
		Key: u(got.Key), Signature: u(got.Signature), Client: u(got.Client), Data: u(got.Authenticator),
	}
	payload, err := talks.Encode(act)
	if err != nil {
		return nil, err
	}
	return s.Ledger.Append(r.Context(), p.View.Viewer(), a.Ref.Room, act.Kind(), payload)
}

// sealed refuses a seal that does not come from its page, where the host saw whose passkey answered. Any program can make a key pair and call
// it a passkey. A viewer that does not see the room learns nothing: Reach answers first.
func (s *server) sealed(ctx context.Context, v ledger.Viewer, room talks.RoomID, kind talks.Kind, payload []byte) error {
	if kind != "agreement.sign" {
		return nil
	}
	act, err := talks.Decode(kind, payload)
	if said, ok := act.(*talks.AgreementSign); err != nil || !ok || said.Method != "passkey" {
		return nil //nolint:nilerr // what cannot be read is the gate's to refuse
	}
	if err := s.Ledger.Reach(ctx, v, room); err != nil {
		return err
	}
	return talks.Problems{talks.NewProblem("bad-signature", "method", "a seal by passkey is made on the agreement's page, by who is logged in")}
}
