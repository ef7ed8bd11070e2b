package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/web/login"
)

// shown writes a page outside of any process, whole.
func (s *server) shown(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	send(w, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// waiting reports whether an error is that somebody has to wait, and says so in the header.
func waiting(w http.ResponseWriter, err error) (time.Duration, bool) {
	var limit *account.LimitError
	if !errors.As(err, &limit) {
		return 0, false
	}
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(limit.Retry/time.Second))))
	return max(limit.Retry, time.Second), true
}

// loginPage is the log-in page as anybody is shown it.
func (s *server) loginPage(r *http.Request, then string) *login.Page {
	p := &login.Page{Loc: locale(r, r.URL.Query()), Then: local(then), Passkeys: s.Accounts.Passkeys()}
	for _, v := range s.Accounts.Providers() {
		p.Providers = append(p.Providers, login.Provider{ID: v.ID, Title: v.Title})
	}
	return p
}

// getLogin shows the log-in page, or leads on who is logged in.
func (s *server) getLogin(w http.ResponseWriter, r *http.Request) error {
	p := s.loginPage(r, r.URL.Query().Get("then"))
	switch _, err := s.visitor(r); {
	case err == nil && p.Then != "":
		seeOther(w, p.Then)
		return nil
	case err == nil:
		seeOther(w, "/")
		return nil
	case !errors.Is(err, errWho):
		return err
	}
	p.LoggedOut = r.URL.Query().Has("out")
	if s.cookie(r, sessionCookie) != "" {
		p.Ended = true
		s.setCookie(w, r, sessionCookie, "", -1)
	}
	return s.shown(w, r, http.StatusOK, login.Show(p))
}

// postLogin is the first step of a log-in by password.
func (s *server) postLogin(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	p := s.loginPage(r, r.PostForm.Get("then"))
	p.Login = r.PostForm.Get("login")
	in, err := s.Accounts.LogInPassword(r.Context(), p.Login, r.PostForm.Get("password"), s.client(r))
	return s.enter(w, r, p, in, err)
}

// postCode is the second step.
func (s *server) postCode(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	p := s.loginPage(r, r.PostForm.Get("then"))
	p.Step = r.PostForm.Get("step")
	in, err := s.Accounts.LogInCode(r.Context(), p.Step, r.PostForm.Get("code"), s.client(r))
	return s.enter(w, r, p, in, err)
}

// postPasskey takes what a device answered to the challenge of a log-in.
func (s *server) postPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	p := s.loginPage(r, r.PostForm.Get("then"))
	in, err := s.Accounts.FinishPasskey(r.Context(), r.PostForm.Get("challenge"), []byte(r.PostForm.Get("response")), s.client(r))
	if errors.Is(err, account.ErrDenied) {
		p.Elsewhere = true
	}
	return s.enter(w, r, p, in, err)
}

// beginPasskey gives a device its challenge.
func (s *server) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	options, challenge, err := s.Accounts.BeginPasskey(r.Context(), s.client(r))
	return s.challenged(w, options, challenge, err)
}

// challenged answers the script with what a device is asked.
func (s *server) challenged(w http.ResponseWriter, options []byte, challenge string, err error) error {
	if err != nil {
		waiting(w, err)
		return err
	}
	b, err := json.Marshal(struct {
		Options   jsontext.Value `json:"options"`
		Challenge string         `json:"challenge"`
	}{options, challenge})
	if err != nil {
		return err
	}
	send(w, http.StatusOK, jsonType, b)
	return nil
}

// enter answers an attempt to log in: with the session's cookie, with the page of the second step, or with the page of the attempt again.
func (s *server) enter(w http.ResponseWriter, r *http.Request, p *login.Page, in *account.LogIn, err error) error {
	s.countLogIn(in, err)
	wait, limited := waiting(w, err)
	show := login.Show
	if p.Step != "" {
		show = login.Code
	}
	switch {
	case limited:
		p.Wait = wait
		return s.shown(w, r, http.StatusTooManyRequests, show(p))
	case errors.Is(err, account.ErrDenied):
		p.Denied = true
		return s.shown(w, r, http.StatusUnprocessableEntity, show(p))
	case err != nil:
		return err
	case in.Step != "":
		p.Step = in.Step
		return s.shown(w, r, http.StatusOK, login.Code(p))
	}
	s.remember(w, r, in)
	return s.land(w, r, in, p.Then)
}

// remember sets the cookie by which this browser is not slowed down by others' attempts.
func (s *server) remember(w http.ResponseWriter, r *http.Request, in *account.LogIn) {
	if in.Device != "" {
		s.setCookie(w, r, deviceCookie, in.Device, deviceTime)
	}
}

// land leads somebody who has just logged in to where they wanted to go, in the seat that they have there, or to the choice of one.
func (s *server) land(w http.ResponseWriter, r *http.Request, in *account.LogIn, then string) error {
	v := &visitor{in.Session, in.Token}
	holdings, err := s.Accounts.Holdings(r.Context(), v.Account)
	if err != nil {
		return err
	}
	var fitting []account.Holding
	for _, h := range holdings {
		if fits(then, h.Process) && s.holds(r.Context(), h) {
			fitting = append(fitting, h)
		}
	}
	to := then
	switch {
	case len(fitting) == 1:
		if v.token, err = s.Accounts.Choose(r.Context(), v.token, fitting[0]); err != nil {
			return err
		}
		if to == "" {
			to = pageURL(fitting[0].Process, "")
		}
	case to == "" && v.Operator && len(holdings) == 0:
		to = "/operator"
	case to == "" || strings.HasPrefix(to, "/p/"):
		to = withThen("/seats", to)
	}
	s.setSession(w, r, v.token)
	seeOther(w, to)
	return nil
}

// fits reports whether an address is of a process, or of none.
func fits(then, process string) bool {
	rest, below := strings.CutPrefix(then, "/p/"+process)
	return !strings.HasPrefix(then, "/p/") || below && (rest == "" || rest[0] == '/' || rest[0] == '?')
}

// holds reports whether a holding's seat holds still. One that does not is ended.
func (s *server) holds(ctx context.Context, h account.Holding) bool {
	_, _, err := s.Ledger.Tenure(ctx, viewerOf(h))
	if errors.Is(err, ledger.ErrNotFound) {
		s.endHolding(ctx, h)
	}
	return err == nil
}

// logOut ends the session and forgets its cookie.
func (s *server) logOut(w http.ResponseWriter, r *http.Request) error {
	if token := s.cookie(r, sessionCookie); token != "" {
		if err := s.Accounts.LogOut(r.Context(), token); err != nil {
			return err
		}
		s.setCookie(w, r, sessionCookie, "", -1)
	}
	// What the script has kept of what somebody typed goes too (Clear Site Data, section 3.1); the pages themselves no browser keeps.
	w.Header().Set("Clear-Site-Data", `"storage"`)
	seeOther(w, "/login?"+url.Values{"out": {""}}.Encode())
	return nil
}
