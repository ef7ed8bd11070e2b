package server

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/web/login"
	"parley/web/ui"
)

// The cookies of this server. Over TLS their names begin with __Host-, which browsers hold to this host alone, to TLS and to the whole of
// the site (RFC 6265bis, section 4.1.3.2).
const (
	sessionCookie = "parley"
	deviceCookie  = "parley-device"
	stateCookie   = "parley-oidc"
	hostPrefix    = "__Host-"
)

const (
	deviceTime = 365 * 24 * time.Hour
	stateTime  = 10 * time.Minute
	// maxThen is how long an address can be that one is sent on to.
	maxThen = 2000
)

// visitor is somebody who is logged in, whatever seat they have chosen.
type visitor struct {
	*account.Session
	token string
}

// visitor says who is logged in. A browser without a session, and one whose session has ended, are errWho.
func (s *server) visitor(r *http.Request) (*visitor, error) {
	if s.Accounts == nil {
		return nil, errNoAccounts
	}
	token := s.cookie(r, sessionCookie)
	if token == "" {
		return nil, errWho
	}
	session, err := s.Accounts.Session(r.Context(), token)
	if errors.Is(err, account.ErrNotFound) {
		return nil, errWho
	}
	if err != nil {
		return nil, err
	}
	return &visitor{session, token}, nil
}

// who is what the frame of a page says of who is logged in.
func (v *visitor) who() *ui.Who { return &ui.Who{Name: v.Name, Operator: v.Operator} }

// bySession is the caller that a session speaks for.
func (s *server) bySession(r *http.Request) (*caller, error) {
	v, err := s.visitor(r)
	if err != nil {
		return nil, err
	}
	if v.Holding.IsZero() {
		return nil, errNoSeat
	}
	c := &caller{Viewer: viewerOf(v.Holding), ended: v.Ended, who: v.who(), account: v.Account, session: v.token}
	switch _, _, err := s.Ledger.Tenure(r.Context(), c.Viewer); {
	case errors.Is(err, ledger.ErrNotFound):
		return nil, &seatEnded{v}
	case err != nil:
		return nil, err
	}
	return c, nil
}

// byToken is the caller that an API token speaks for. One whose seat has ended is as good as none.
func (s *server) byToken(r *http.Request, auth string) (*caller, error) {
	scheme, secret, _ := strings.Cut(auth, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, errWho
	}
	t, err := s.Accounts.Token(r.Context(), secret)
	if errors.Is(err, account.ErrNotFound) {
		return nil, errWho
	}
	if err != nil {
		return nil, err
	}
	c := &caller{Viewer: viewerOf(t.Holding), reads: !t.Write, ended: t.Ended, account: t.Account}
	if plant.Is("token-of-host") {
		h, _ := s.convening(r, c.Process)
		c.Viewer = viewerOf(h)
	}
	switch _, _, err := s.Ledger.Tenure(r.Context(), c.Viewer); {
	case errors.Is(err, ledger.ErrNotFound):
		s.endHolding(r.Context(), t.Holding)
		return nil, errWho
	case err != nil:
		return nil, err
	}
	return c, nil
}

func viewerOf(h account.Holding) ledger.Viewer {
	return ledger.Viewer{Process: h.Process, Seat: h.Seat, Tenure: h.Tenure}
}

// seatEnded is the answer to a session whose seat has ended: its owner stays logged in, and is told so.
type seatEnded struct{ *visitor }

func (*seatEnded) Error() string { return "the seat of the session has ended" }

// unseat lets the session of a seat that has ended go on without one, and ends the holding with all else that rests on it.
func (s *server) unseat(w http.ResponseWriter, r *http.Request, v *visitor) error {
	ctx := context.WithoutCancel(r.Context())
	token, err := s.Accounts.Choose(ctx, v.token, account.Holding{})
	if err != nil && !errors.Is(err, account.ErrNotFound) {
		return err
	}
	s.endHolding(ctx, v.Holding)
	if err == nil {
		s.setSession(w, r, token)
	}
	return nil
}

// endHolding ends what rests on a holding whose seat has ended. The gate shows its holder nothing, whether or not this succeeds.
func (s *server) endHolding(ctx context.Context, h account.Holding) {
	if err := s.Accounts.EndHolding(context.WithoutCancel(ctx), h); err != nil {
		s.Log.Error("couldn't end a holding", "error", err)
	}
}

// tls reports whether a browser speaks TLS with the host, as far as cookies go: once that is set up, they are never sent without.
func (s *server) tls(r *http.Request) bool { return s.door.https || s.door.secure(r) }

// cookieName is the name of a cookie for this request.
func (s *server) cookieName(r *http.Request, name string) string {
	if s.tls(r) {
		return hostPrefix + name
	}
	return name
}

// cookie returns the value of one of this server's cookies. Two of a name were not set by this server both, so that they count for nothing.
func (s *server) cookie(r *http.Request, name string) string {
	if all := r.CookiesNamed(s.cookieName(r, name)); len(all) == 1 {
		return all[0].Value
	}
	return ""
}

// setCookie sets one of this server's cookies: for the whole host and no other, out of reach of scripts, and not sent along with what other
// sites' pages post. A lasting of 0 is until the browser is closed, and below 0 the cookie is removed.
func (s *server) setCookie(w http.ResponseWriter, r *http.Request, name, value string, lasting time.Duration) {
	c := &http.Cookie{
		Name: s.cookieName(r, name), Value: value, Path: "/", Secure: s.tls(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(lasting / time.Second),
	}
	if lasting < 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *server) setSession(w http.ResponseWriter, r *http.Request, token string) {
	s.setCookie(w, r, sessionCookie, token, 0)
}

// client is where a request comes from, as the accounts count attempts and name sessions.
func (s *server) client(r *http.Request) account.Client {
	c := account.Client{Address: s.door.address(r), Agent: r.UserAgent(), Session: s.cookie(r, sessionCookie), Device: s.cookie(r, deviceCookie)}
	if !c.Address.IsValid() {
		c.Address = netip.IPv6Unspecified()
	}
	return c
}

// origin is where browsers find the server, for links that are sent to others.
func (s *server) origin(r *http.Request) string {
	if s.Origin != "" {
		return strings.TrimSuffix(s.Origin, "/")
	}
	u := url.URL{Scheme: "http", Host: r.Host}
	if s.tls(r) {
		u.Scheme = "https"
	}
	return u.String()
}

// within are the beginnings of addresses that one can be sent on to after logging in.
var within = []string{"/p/", "/seats", "/account", "/operator", "/invitation/"}

// local returns an address of this server that one can be sent on to, or "" for any text that could be or lead to something else: another
// host's, another header, an address that is read in two ways.
func local(then string) string {
	if len(then) > maxThen || !strings.HasPrefix(then, "/") || strings.ContainsFunc(then, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '\\' }) {
		return ""
	}
	u, err := url.Parse(then)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" || path.Clean(u.Path) != u.Path {
		return ""
	}
	for _, p := range within {
		if u.Path == p || strings.HasPrefix(u.Path, strings.TrimSuffix(p, "/")+"/") {
			return u.RequestURI()
		}
	}
	return ""
}

// wayIn is the address to which somebody is sent who asks for a page without being logged in or without a seat; "" where the error is
// answered as it is. It depends on the address that was asked for and on nothing that the host has.
func (s *server) wayIn(r *http.Request, f *fault) string {
	if s.Accounts == nil || strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/api" || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return ""
	}
	then := ""
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		then = local(r.URL.RequestURI())
	}
	switch f {
	case errWho:
		return login.URL(then)
	case errNoSeat:
		return withThen("/seats", then)
	}
	return ""
}

func withThen(to, then string) string {
	if then == "" {
		return to
	}
	return to + "?" + url.Values{"then": {then}}.Encode()
}

// doors is a handler of who logs in and of accounts. Where there are none, it is as any address that is none.
func doors(h func(*server) handler) func(*server) handler {
	return func(s *server) handler {
		if s.Accounts != nil {
			return h(s)
		}
		return func(_ http.ResponseWriter, r *http.Request) error {
			if _, err := s.viewer(r, ""); err != nil {
				return err
			}
			return errNotFound
		}
	}
}

// firstUnseated leads who is logged in without a seat to where they can go on.
func (s *server) firstUnseated(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	to := "/seats"
	if v.Operator {
		holdings, err := s.Accounts.Holdings(r.Context(), v.Account)
		if err != nil {
			return err
		}
		if len(holdings) == 0 {
			to = "/operator"
		}
	}
	seeOther(w, to)
	return nil
}
