package server

import (
	"errors"
	"net/http"
	"net/url"

	"parley/internal/account"
	"parley/web/invitation"
	"parley/web/login"
	"parley/web/ui"
)

// invited is the page of an open invitation, as anybody is shown it, and who is logged in.
func (s *server) invited(r *http.Request) (*invitation.Page, *visitor, error) {
	p := &invitation.Page{Loc: locale(r, r.URL.Query()), Token: r.PathValue("token"), Passkeys: s.Accounts.Passkeys()}
	for _, v := range s.Accounts.Providers() {
		p.Providers = append(p.Providers, login.Provider{ID: v.ID, Title: v.Title})
	}
	v, err := s.visitor(r)
	if errors.Is(err, errWho) {
		return p, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p.Who = v.who()
	return p, v, nil
}

// getInvitation shows what a link is for, which is nothing but that somebody is invited.
func (s *server) getInvitation(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.invited(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.Invited(r.Context(), p.Token, s.client(r)); err != nil {
		return s.notInvited(w, r, p, err)
	}
	return s.shown(w, r, http.StatusOK, invitation.Show(p))
}

// notInvited answers for a link that is not open, and for who has to wait.
func (s *server) notInvited(w http.ResponseWriter, r *http.Request, p *invitation.Page, err error) error {
	if wait, limited := waiting(w, err); limited {
		p.Wait = wait
		return s.shown(w, r, http.StatusTooManyRequests, invitation.Show(p))
	}
	if errors.Is(err, account.ErrNotFound) {
		return s.shown(w, r, http.StatusNotFound, invitation.Closed(p.Loc, p.Who))
	}
	return err
}

// invitedFrom shows an invitation to who comes back from a provider.
func (s *server) invitedFrom(w http.ResponseWriter, r *http.Request, token string, a *account.Arrival) error {
	token, err := url.PathUnescape(token)
	if err != nil {
		return errNotFound
	}
	r.SetPathValue("token", token)
	p, _, err := s.invited(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.Invited(r.Context(), p.Token, s.client(r)); err != nil {
		return s.notInvited(w, r, p, err)
	}
	p.Ticket, p.External, p.Name = a.Ticket, a.External.Name, a.External.Name
	return s.shown(w, r, http.StatusOK, invitation.Show(p))
}

// postInvitation uses a link: for the account that is logged in, or for one that is made.
func (s *server) postInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	p, v, err := s.invited(r)
	if err != nil {
		return err
	}
	if v != nil {
		in, used, err := s.Accounts.Accept(r.Context(), p.Token, s.client(r))
		return s.accepted(w, r, p, in, used, err)
	}
	f := r.PostForm
	p.Login, p.Name, p.Ticket = f.Get("login"), f.Get("name"), f.Get("ticket")
	in, used, err := s.Accounts.Register(r.Context(), p.Token, account.Registration{
		Login: p.Login, Name: p.Name, Password: f.Get("password"), Ticket: p.Ticket,
		Challenge: f.Get("challenge"), Response: []byte(f.Get("response")), Passkey: p.Loc.T("server.first-passkey"),
	}, s.client(r))
	return s.accepted(w, r, p, in, used, err)
}

// accepted answers the use of a link, and leads to what it opens.
func (s *server) accepted(w http.ResponseWriter, r *http.Request, p *invitation.Page, in *account.LogIn, used *account.Invitation, err error) error {
	var wrong *account.Problem
	switch {
	case errors.As(err, &wrong):
		p.Wrong = wrongOf(wrong)
		return s.shown(w, r, http.StatusUnprocessableEntity, invitation.Show(p))
	case errors.Is(err, account.ErrTaken):
		p.Taken = true
		return s.shown(w, r, http.StatusConflict, invitation.Show(p))
	case errors.Is(err, account.ErrDenied):
		p.Denied, p.Ticket = true, ""
		return s.shown(w, r, http.StatusUnprocessableEntity, invitation.Show(p))
	case err != nil:
		return s.notInvited(w, r, p, err)
	}
	s.remember(w, r, in)
	if used.Holding.IsZero() {
		s.setSession(w, r, in.Token)
		seeOther(w, "/operator")
		return nil
	}
	v := &visitor{in.Session, in.Token}
	if _, _, err := s.Ledger.Tenure(r.Context(), viewerOf(used.Holding)); err != nil {
		// The seat ended after the invitation was made. The account is there, and its owner is told.
		v.Holding = used.Holding
		return &seatEnded{v}
	}
	s.setSession(w, r, in.Token)
	seeOther(w, pageURL(used.Holding.Process, ""))
	return nil
}

// wrongOf is what is wrong with what somebody chose, for a page.
func wrongOf(p *account.Problem) *ui.Wrong {
	return &ui.Wrong{Field: p.Field, Code: p.Code, Min: p.Min, Max: p.Max}
}

// beginRegister gives a device the challenge for the passkey of a new account.
func (s *server) beginRegister(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	options, challenge, err := s.Accounts.BeginRegister(r.Context(), r.PathValue("token"), r.PostForm.Get("login"), r.PostForm.Get("name"), s.client(r))
	return s.challenged(w, options, challenge, err)
}
