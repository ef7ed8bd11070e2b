package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/internal/talks"
	"parley/web/operator"
)

// byOperator is the one whom an invitation of the host's operator names.
const byOperator = "operator"

// inviteTime is how long an operator's invitation is open.
const inviteTime = 7 * 24 * time.Hour

// field is a value of a form without the space around it.
func field(f url.Values, name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(f.Get(name), "\r\n", "\n"), "\uFFFD"))
}

// operator says who is logged in, if it is the host's operator. For anybody else there is no such page.
func (s *server) operator(r *http.Request) (*visitor, error) {
	v, err := s.visitor(r)
	if err != nil {
		return nil, err
	}
	if !v.Operator {
		return nil, errNotFound
	}
	return v, nil
}

// getOperator shows processes with their sizes, and accounts. No view is made for it.
func (s *server) getOperator(w http.ResponseWriter, r *http.Request) error {
	v, err := s.operator(r)
	if err != nil {
		return err
	}
	return s.operatorPage(w, r, v, http.StatusOK, func(p *operator.Page) {
		if done := r.URL.Query().Get("done"); p.Loc.Has("operator.done." + done) {
			p.Done = done
		}
	})
}

func (s *server) operatorPage(w http.ResponseWriter, r *http.Request, v *visitor, status int, change func(*operator.Page)) error {
	p := &operator.Page{Loc: locale(r, r.URL.Query()), Who: v.who()}
	for _, info := range s.Ledger.Processes() {
		x := operator.Process{ID: info.ID, Title: info.Title, Rooms: info.Rooms, Entries: info.Entries}
		h, err := s.convening(r, info.ID)
		if err != nil {
			return err
		}
		x.Convener = h.Seat
		if plant.Is("operator-looks") {
			x.Entries = s.looked(r, h)
		}
		i, err := s.toConvener(r, h)
		if err != nil {
			return err
		}
		if i != nil {
			// Whether it was withdrawn, because the convener's delegation took the seat away, is nothing to the operator.
			x.Invite = &operator.Invitation{Expires: i.Expires, Used: i.Used, Open: s.isUnused(*i)}
		}
		p.Processes = append(p.Processes, x)
	}
	accounts, err := s.Accounts.Accounts(r.Context())
	if err != nil {
		return err
	}
	switch i, err := s.Accounts.OperatorInvitation(r.Context()); {
	case err != nil:
		return err
	case i != nil:
		p.Invite = &operator.Invitation{ID: string(i.ID), Expires: i.Expires, Open: true}
	}
	for _, a := range accounts {
		p.Accounts = append(p.Accounts, operator.Account{
			ID: string(a.ID), Login: a.Login, Name: a.Name, Operator: a.Operator, Disabled: a.Disabled, Own: a.ID == v.Account, Created: a.Created,
		})
	}
	change(p)
	return s.shown(w, r, status, operator.Show(p))
}

// convening is the seat that convenes a process, as a holding.
func (s *server) convening(r *http.Request, process string) (account.Holding, error) {
	seat, tenure, err := s.Ledger.Convener(r.Context(), process)
	return account.Holding{Process: process, Seat: seat, Tenure: tenure}, err
}

// toConvener is the newest invitation of the operator's to the seat that convenes, in its present tenure; nil where there is none.
func (s *server) toConvener(r *http.Request, h account.Holding) (*account.Invitation, error) {
	list, err := s.Accounts.Invitations(r.Context(), h.Process, func(seat talks.Seat) bool { return seat == h.Seat })
	return newest(list, func(i account.Invitation) bool { return i.Holding == h && i.By == byOperator }), err
}

// operatorAct makes the handler of something that the host's operator does.
func operatorAct(do func(*server, http.ResponseWriter, *http.Request, *visitor) error) func(*server) handler {
	return func(s *server) handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			v, err := s.operator(r)
			if err != nil {
				return err
			}
			if err := parseForm(r); err != nil {
				return err
			}
			return do(s, w, r, v)
		}
	}
}

// operatorRefused shows the operator's page with what is wrong with a form.
func (s *server) operatorRefused(w http.ResponseWriter, r *http.Request, v *visitor, do string, err error) error {
	var ps talks.Problems
	exists := errors.Is(err, ledger.ErrExists)
	if !exists && !errors.As(err, &ps) {
		return err
	}
	return s.operatorPage(w, r, v, http.StatusUnprocessableEntity, func(p *operator.Page) {
		p.Problems, p.Form = ps, map[string]string{"do": do}
		for name := range r.PostForm {
			p.Form[name] = r.PostForm.Get(name)
		}
		if p.Form["do"] = do; exists {
			p.Refused = "exists"
		}
	})
}

// createProcess founds a process by its first act: the convener's seat opens the lobby.
func (s *server) createProcess(w http.ResponseWriter, r *http.Request, v *visitor) error {
	f := r.PostForm
	open := &talks.RoomOpen{Type: talks.Lobby, Title: locale(r, r.URL.Query()).T("server.lobby"), Process: field(f, "title")}
	_, err := s.Ledger.Load(r.Context(), ledger.Script{Process: field(f, "process"), Items: []ledger.Item{
		{Room: string(talks.Lobby), Seat: talks.Seat(field(f, "convener")), Kind: open.Kind(), Act: open},
	}})
	if err != nil {
		return s.operatorRefused(w, r, v, "found", err)
	}
	seeOther(w, "/operator")
	return nil
}

// inviteConvener makes the link for the one who convenes a process.
func (s *server) inviteConvener(w http.ResponseWriter, r *http.Request, v *visitor) error {
	h, err := s.convening(r, r.PostForm.Get("process"))
	if err != nil {
		return err
	}
	switch i, err := s.toConvener(r, h); {
	case err != nil:
		return err
	case i != nil && !i.Used.IsZero():
		return s.operatorPage(w, r, v, http.StatusConflict, func(p *operator.Page) { p.Refused = "taken" })
	}
	return s.operatorInvites(w, r, v, account.Invitation{Holding: h, By: byOperator})
}

// inviteOperator makes the link for another operator.
func (s *server) inviteOperator(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.operatorInvites(w, r, v, account.Invitation{Operator: true, By: byOperator})
}

func (s *server) operatorInvites(w http.ResponseWriter, r *http.Request, v *visitor, i account.Invitation) error {
	i.Expires = s.Now().Add(inviteTime)
	token, err := s.Accounts.Invite(r.Context(), i)
	if why := notInvitable(err); why != "" {
		return s.operatorPage(w, r, v, http.StatusConflict, func(p *operator.Page) { p.Refused = why })
	}
	if err != nil {
		return err
	}
	return s.operatorPage(w, r, v, http.StatusOK, func(p *operator.Page) {
		p.Link = &operator.Link{Seat: i.Holding.Seat, URL: s.origin(r) + "/invitation/" + token, Expires: i.Expires}
	})
}

// switchAccount stops an account, or lets it log in again.
func (s *server) switchAccount(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, state := account.ID(r.PostForm.Get("id")), r.PostForm.Get("state")
	var err error
	var pending bool
	switch state {
	case "off":
		if pending, err = s.mayRetain(r, id); err == nil && !pending {
			err = s.Accounts.Disable(r.Context(), id)
		}
	case "on":
		err = s.Accounts.Enable(r.Context(), id)
	default:
		return errBadForm
	}
	refused := func(status int, why string) error {
		return s.operatorPage(w, r, v, status, func(p *operator.Page) { p.Refused = why })
	}
	switch {
	case pending:
		return refused(http.StatusConflict, "restoring")
	case errors.Is(err, account.ErrLast):
		return refused(http.StatusConflict, "last")
	case errors.Is(err, account.ErrNotFound):
		return refused(http.StatusNotFound, "gone")
	case err != nil:
		return err
	}
	seeOther(w, "/operator?done="+state)
	return nil
}

// mayRetain reports whether an account has a seat in a delegation while a restoration of it is pending: then it is not stopped, so that whoever
// leads the delegation can object.
func (s *server) mayRetain(r *http.Request, id account.ID) (bool, error) {
	holdings, err := s.Accounts.Holdings(r.Context(), id)
	if err != nil {
		return false, err
	}
	for _, h := range holdings {
		view, err := s.Ledger.View(r.Context(), viewerOf(h))
		if errors.Is(err, ledger.ErrNotFound) {
			continue // it has ended
		}
		if err != nil {
			return false, err
		}
		for _, x := range view.World().Restorations() {
			if x.Delegation == h.Seat.Delegation() && x.Stage(view.Now()) == talks.RestorationPending {
				return true, nil
			}
		}
	}
	return false, nil
}

// withdrawOperator ends the open link for another operator.
func (s *server) withdrawOperator(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Accounts.WithdrawOperator(r.Context(), account.ID(r.PostForm.Get("id")))
	if errors.Is(err, account.ErrNotFound) {
		return s.operatorPage(w, r, v, http.StatusConflict, func(p *operator.Page) { p.Refused = "gone" })
	}
	if err != nil {
		return err
	}
	seeOther(w, "/operator?done=withdrawn")
	return nil
}

// restoreConvener gives the convener's delegation a head again, in the sight of everybody in the lobby.
func (s *server) restoreConvener(w http.ResponseWriter, r *http.Request, v *visitor) error {
	f := r.PostForm
	if _, err := s.Ledger.Restore(r.Context(), f.Get("process"), talks.Seat(field(f, "head")), field(f, "reason")); err != nil {
		return s.operatorRefused(w, r, v, "restore", err)
	}
	seeOther(w, "/operator?done=restored")
	return nil
}
