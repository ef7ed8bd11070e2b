package server

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"parley/internal/account"
	"parley/internal/talks"
	"parley/web/login"

	accountpage "parley/web/account"
)

// accountActs are what one can do on the page of one's own account, by the end of their addresses. Each returns the id of the words that
// say what was done, and answers by itself where it has more to show.
var accountActs = []struct {
	path string
	do   func(*server, http.ResponseWriter, *http.Request, *visitor) (done string, err error)
}{
	{"name", (*server).setName},
	{"confirm", (*server).confirm},
	{"password", (*server).setPassword},
	{"password/remove", (*server).removePassword},
	{"passkeys", (*server).addPasskey},
	{"passkeys/remove", (*server).removePasskey},
	{"code", (*server).beginCode},
	{"code/confirm", (*server).confirmCode},
	{"code/remove", (*server).removeCode},
	{"recovery", (*server).newRecovery},
	{"providers", (*server).linkProvider},
	{"providers/remove", (*server).unlinkProvider},
	{"sessions/end", (*server).endSession},
	{"sessions/end-others", (*server).endOthers},
	{"tokens", (*server).newToken},
	{"tokens/revoke", (*server).revokeToken},
	{"calendars", (*server).newCalendar},
	{"calendars/end", (*server).endCalendar},
}

// errShown says that the answer was written already.
var errShown = errors.New("the answer is written")

// getAccount shows one's own account.
func (s *server) getAccount(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	return s.accountPage(w, r, v, http.StatusOK, func(p *accountpage.Page) {
		if done := r.URL.Query().Get("done"); p.Loc.Has("account.done." + done) {
			p.Done = done
		}
	})
}

// accountAct makes the handler of something that one does on the page of one's own account.
func accountAct(do func(*server, http.ResponseWriter, *http.Request, *visitor) (string, error)) func(*server) handler {
	return func(s *server) handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			v, err := s.visitor(r)
			if err != nil {
				return err
			}
			if err := parseForm(r); err != nil {
				return err
			}
			done, err := do(s, w, r, v)
			switch {
			case errors.Is(err, errShown):
				return nil
			case err != nil:
				return s.notDone(w, r, v, err)
			}
			seeOther(w, "/account?done="+done)
			return nil
		}
	}
}

// notDone shows the account with why something was not done.
func (s *server) notDone(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	status, why := http.StatusUnprocessableEntity, ""
	wait, limited := waiting(w, err)
	var wrong *account.Problem
	switch {
	case limited:
		status = http.StatusTooManyRequests
	case errors.As(err, &wrong):
	case errors.Is(err, account.ErrDenied) && r.PostForm.Has("old"):
		why = "password"
	case errors.Is(err, account.ErrDenied):
		why = "denied"
	case errors.Is(err, account.ErrStale):
		status, why = http.StatusForbidden, "stale"
	case errors.Is(err, account.ErrLast):
		status, why = http.StatusConflict, "last"
	case errors.Is(err, account.ErrMany):
		status, why = http.StatusConflict, "many"
	case errors.Is(err, account.ErrTaken):
		status, why = http.StatusConflict, "taken"
	case errors.Is(err, account.ErrNotFound):
		status, why = http.StatusNotFound, "gone"
	default:
		return err
	}
	return s.accountPage(w, r, v, status, func(p *accountpage.Page) {
		p.Refused, p.Wait, p.Typed = why, wait, r.PostForm.Get("token")
		if wrong != nil {
			p.Wrong = wrongOf(wrong)
		}
	})
}

// accountPage shows an account, with what change adds.
func (s *server) accountPage(w http.ResponseWriter, r *http.Request, v *visitor, status int, change func(*accountpage.Page)) error {
	p, err := s.newAccountPage(r, v)
	if err != nil {
		return err
	}
	change(p)
	return s.shown(w, r, status, accountpage.Show(p))
}

func (s *server) newAccountPage(r *http.Request, v *visitor) (*accountpage.Page, error) {
	ctx := r.Context()
	a, err := s.Accounts.Account(ctx, v.Account)
	if err != nil {
		return nil, err
	}
	p := &accountpage.Page{
		Loc: locale(r, r.URL.Query()), Who: v.who(), Login: a.Login, Name: a.Name, Recent: s.Accounts.Recent(v.Session),
		Password: a.Password, Code: a.TOTP, RecoveryLeft: a.RecoveryLeft, CanPasskey: s.Accounts.Passkeys(),
	}
	for _, k := range a.Passkeys {
		p.Passkeys = append(p.Passkeys, accountpage.Passkey{ID: k.ID, Name: k.Name, Synced: k.Synced, Created: k.Created, Used: k.Used})
	}
	linked := map[string]bool{}
	for _, e := range a.External {
		linked[e.Provider] = true
		p.Externals = append(p.Externals, accountpage.External{Provider: e.Provider, Subject: e.Subject, Title: s.providerTitle(e.Provider), Name: e.Name, Created: e.Created})
	}
	for _, o := range s.Accounts.Providers() {
		if !linked[o.ID] {
			p.Providers = append(p.Providers, login.Provider{ID: o.ID, Title: o.Title})
		}
	}
	return p, errors.Join(s.addSessions(r, v, p), s.addTokens(r, v, p), s.addCalendars(r, v, p))
}

func (s *server) addSessions(r *http.Request, v *visitor, p *accountpage.Page) error {
	sessions, err := s.Accounts.Sessions(r.Context(), v.Account)
	for _, x := range sessions {
		p.Sessions = append(p.Sessions, accountpage.Session{
			ID: string(x.ID), Agent: x.Agent, Current: x.ID == v.ID, Created: x.Created, Used: x.Used, Seat: place(x.Holding),
		})
	}
	return err
}

func (s *server) addTokens(r *http.Request, v *visitor, p *accountpage.Page) error {
	tokens, err := s.Accounts.Tokens(r.Context(), v.Account)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		p.Tokens = append(p.Tokens, accountpage.Token{
			ID: string(t.ID), Name: t.Name, Seat: place(t.Holding), Write: t.Write, Created: t.Created, Expires: t.Expires, Used: t.Used,
			Ended: !t.Revoked.IsZero() || !t.Expires.After(s.Now()),
		})
	}
	holdings, err := s.Accounts.Holdings(r.Context(), v.Account)
	for _, h := range holdings {
		p.Seats = append(p.Seats, accountpage.Seat{Value: place(h), Text: place(h)})
	}
	return err
}

// place writes where a holding is, for its owner.
func place(h account.Holding) string {
	if h.IsZero() {
		return ""
	}
	return h.Process + "/" + string(h.Seat)
}

func (s *server) setName(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "name", s.Accounts.SetName(r.Context(), v.token, r.PostForm.Get("name"))
}

func (s *server) confirm(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	token, err := s.Accounts.Prove(r.Context(), v.token, r.PostForm.Get("password"), r.PostForm.Get("code"), s.client(r))
	if err != nil {
		return "", err
	}
	s.setSession(w, r, token)
	return "confirmed", nil
}

func (s *server) setPassword(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	token, err := s.Accounts.SetPassword(r.Context(), v.token, r.PostForm.Get("old"), r.PostForm.Get("password"), s.client(r))
	if err != nil {
		return "", err
	}
	s.setSession(w, r, token)
	return "password", nil
}

func (s *server) removePassword(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "password-removed", s.Accounts.RemovePassword(r.Context(), v.token)
}

// beginAddPasskey gives a device the challenge for a new passkey.
func (s *server) beginAddPasskey(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	options, challenge, err := s.Accounts.BeginAddPasskey(r.Context(), v.token)
	if errors.Is(err, account.ErrStale) {
		return errForbidden
	}
	return s.challenged(w, options, challenge, err)
}

func (s *server) addPasskey(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	f := r.PostForm
	_, err := s.Accounts.FinishAddPasskey(r.Context(), v.token, f.Get("challenge"), f.Get("passkey"), []byte(f.Get("response")))
	return "passkey", err
}

func (s *server) removePasskey(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "passkey-removed", s.Accounts.RemovePasskey(r.Context(), v.token, r.PostForm.Get("id"))
}

func (s *server) beginCode(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	setup, err := s.Accounts.BeginTOTP(r.Context(), v.token)
	if err != nil {
		return "", err
	}
	page := accountpage.ShowSetup(locale(r, r.URL.Query()), v.who(), &accountpage.Setup{Secret: setup.Secret, QR: setup.QR})
	return "", orShown(s.shown(w, r, http.StatusOK, page))
}

// orShown is errShown where an answer could be written.
func orShown(err error) error {
	if err != nil {
		return err
	}
	return errShown
}

func (s *server) confirmCode(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	codes, err := s.Accounts.ConfirmTOTP(r.Context(), v.token, r.PostForm.Get("code"))
	if errors.Is(err, account.ErrDenied) {
		return "", orShown(s.shown(w, r, http.StatusUnprocessableEntity, accountpage.ShowSetup(locale(r, r.URL.Query()), v.who(), nil)))
	}
	return s.showRecovery(w, r, v, codes, err)
}

func (s *server) newRecovery(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	codes, err := s.Accounts.NewRecoveryCodes(r.Context(), v.token)
	return s.showRecovery(w, r, v, codes, err)
}

func (s *server) showRecovery(w http.ResponseWriter, r *http.Request, v *visitor, codes []string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return "", orShown(s.shown(w, r, http.StatusOK, accountpage.ShowRecovery(locale(r, r.URL.Query()), v.who(), codes)))
}

func (s *server) removeCode(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "code-removed", s.Accounts.RemoveTOTP(r.Context(), v.token)
}

func (s *server) linkProvider(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "linked", s.Accounts.Link(r.Context(), v.token, r.PostForm.Get("ticket"))
}

func (s *server) unlinkProvider(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	e := account.External{Provider: r.PostForm.Get("provider"), Subject: r.PostForm.Get("subject")}
	return "unlinked", s.Accounts.Unlink(r.Context(), v.token, e)
}

func (s *server) endSession(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "session", s.Accounts.EndSession(r.Context(), v.Account, account.ID(r.PostForm.Get("id")))
}

func (s *server) endOthers(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "sessions", s.Accounts.EndOthers(r.Context(), v.token)
}

// newToken makes a token and shows its secret, once.
func (s *server) newToken(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	f := r.PostForm
	days, err := strconv.Atoi(f.Get("days"))
	if err != nil || days < 1 || days > 365 {
		return "", &account.Problem{Field: "expires", Code: account.ProblemRange}
	}
	h, err := s.heldAt(r, v, f.Get("seat"))
	if err != nil {
		return "", err
	}
	secret, t, err := s.Accounts.NewToken(r.Context(), v.token, h, f.Get("token"), f.Get("write") == "yes", s.Now().Add(time.Duration(days)*24*time.Hour))
	if err != nil {
		return "", err
	}
	made := accountpage.Token{Name: t.Name, Seat: place(h), Write: t.Write, Expires: t.Expires}
	return "", orShown(s.shown(w, r, http.StatusOK, accountpage.ShowToken(locale(r, r.URL.Query()), v.who(), made, secret)))
}

func (s *server) revokeToken(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "token", s.Accounts.RevokeToken(r.Context(), v.Account, account.ID(r.PostForm.Get("id")))
}

// heldAt finds the holding of an account by where it is.
func (s *server) heldAt(r *http.Request, v *visitor, at string) (account.Holding, error) {
	holdings, err := s.Accounts.Holdings(r.Context(), v.Account)
	if err != nil {
		return account.Holding{}, err
	}
	for _, h := range holdings {
		if place(h) == at {
			return h, nil
		}
	}
	return account.Holding{}, account.ErrNotFound
}

// held finds the holding of an account for a seat of a process.
func (s *server) held(r *http.Request, v *visitor, process string, seat talks.Seat) (account.Holding, error) {
	return s.heldAt(r, v, place(account.Holding{Process: process, Seat: seat}))
}
