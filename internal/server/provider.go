package server

import (
	"errors"
	"net/http"
	"strings"

	"parley/internal/account"
	"parley/web/login"

	accountpage "parley/web/account"
)

// toProvider sends a browser to a provider of OpenID Connect. A link leads here and no form: a form's answer may not lead to another site
// (CSP, section 6.4.1, form-action).
func (s *server) toProvider(w http.ResponseWriter, r *http.Request) error {
	redirect, state, err := s.Accounts.BeginExternal(r.Context(), r.PathValue("provider"), local(r.URL.Query().Get("then")), s.client(r))
	if errors.Is(err, account.ErrOff) {
		return s.nowhere(r)
	}
	if err != nil {
		waiting(w, err)
		return err
	}
	s.setCookie(w, r, stateCookie, state, stateTime)
	seeOther(w, redirect)
	return nil
}

// nowhere is the answer to an address that is none, for whoever asks.
func (s *server) nowhere(r *http.Request) error {
	if _, err := s.viewer(r, ""); err != nil {
		return err
	}
	return errNotFound
}

// fromProvider takes back who was sent to a provider: logs in whoever has linked the account there, and else asks what it is for.
func (s *server) fromProvider(w http.ResponseWriter, r *http.Request) error {
	p := s.loginPage(r, "")
	client := s.client(r)
	was, err := s.visitor(r)
	if err != nil && !errors.Is(err, errWho) {
		return err
	}
	if was != nil {
		client.Session = "" // somebody who is logged in stays so until it is clear what they came for
	}
	state := s.cookie(r, stateCookie)
	if state != "" {
		s.setCookie(w, r, stateCookie, "", -1)
	}
	a, err := s.Accounts.FinishExternal(r.Context(), r.PathValue("provider"), state, r.URL.Query(), client)
	if errors.Is(err, account.ErrOff) {
		return s.nowhere(r)
	}
	if err != nil {
		p.Elsewhere = true
		return s.enter(w, r, p, nil, err)
	}
	p.Then = local(a.Memo)
	linking := was != nil && p.Then == "/account"
	switch {
	case a.LogIn != nil && linking:
		return s.linkedAlready(w, r, was, a)
	case a.LogIn != nil:
		if was != nil && a.LogIn.Token != "" {
			if err := s.Accounts.LogOut(r.Context(), was.token); err != nil {
				return err
			}
		}
		return s.enter(w, r, p, a.LogIn, nil)
	case linking:
		return s.shown(w, r, http.StatusOK, accountpage.ShowLink(p.Loc, was.who(), a.Ticket, s.providerTitle(a.External.Provider), a.External.Name))
	case was == nil && strings.HasPrefix(p.Then, "/invitation/"):
		return s.invitedFrom(w, r, strings.TrimPrefix(p.Then, "/invitation/"), a)
	}
	p.Unlinked = true
	return s.shown(w, r, http.StatusUnprocessableEntity, login.Show(p))
}

// linkedAlready answers who wants to link what an account has. The session that the provider's word opened is not wanted.
func (s *server) linkedAlready(w http.ResponseWriter, r *http.Request, was *visitor, a *account.Arrival) error {
	if a.LogIn.Token != "" {
		if err := s.Accounts.LogOut(r.Context(), a.LogIn.Token); err != nil {
			return err
		}
	}
	return s.accountPage(w, r, was, http.StatusConflict, func(p *accountpage.Page) { p.Refused = "taken" })
}

// providerTitle is what a provider is called.
func (s *server) providerTitle(id string) string {
	for _, v := range s.Accounts.Providers() {
		if v.ID == id {
			return v.Title
		}
	}
	return id
}
