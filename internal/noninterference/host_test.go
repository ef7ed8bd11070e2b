package noninterference

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
	"parley/internal/telemetry"
)

// host is one world being served.
type host struct {
	ledger  *ledger.Ledger
	rooms   map[string]talks.RoomID
	handler http.Handler
	log     *bytes.Buffer
	meter   *telemetry.Meter
	doors   *doors // nil in a demonstration, where anybody takes any seat
}

// doors are the accounts of a world.
type doors struct {
	store   *account.Store
	jars    map[string]map[string]string // cookies, by login
	tokens  map[asker]string             // of the API
	invited []string                     // tokens of links, the same in all worlds
	aide    account.Holding              // the aide's seat
	ids     []string                     // of sessions, tokens, invitations and calendars
	feed    string                       // the secret of the head's calendar
}

const goodPassword = "nine lanterns over the quay"

// The logins of a world with accounts.
const (
	operatorLogin = "olga" // runs the host
	headLogin     = "vera" // the viewer's head
	aideLogin     = "sam"  // another seat of the viewer's delegation
	otherLogin    = "otto" // the head of another delegation
)

// asker is on whose behalf something is asked, and with what.
type asker string

const (
	bySession asker = "session" // the viewer's head, in a browser
	byAide    asker = "aide"    // another seat of its delegation, in a browser
	byToken   asker = "token"   // a program of the head's that writes
	byReader  asker = "reader"  // one that reads
	byNobody  asker = "nobody"
	byHost    asker = "operator"
)

var elsewhere = netip.MustParseAddr("198.51.100.7")

// serve serves world i, with a clock and keys that are the same for all.
func (p *pair) serve(t testing.TB, i int) *host {
	h := &host{log: &bytes.Buffer{}, meter: telemetry.New("test")}
	h.ledger, h.rooms = p.load(t, i)
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	c := server.Config{
		Ledger: h.ledger,
		Export: processfile.Export,
		Log:    log,
		Meter:  h.meter,
		Now:    func() time.Time { return start },
		NewKey: func(*ledger.View) string { return "a-key" },
		// A seat has one live connection, so that one more of somebody else's would count if it were counted together.
		Limits: server.Limits{StreamsSeat: 1},
	}
	if p.demo {
		c.Demo = &server.Demo{Process: processID, Seats: []talks.Seat{"aa-head"}}
	} else {
		h.admit(t, p, i, log)
		c.Accounts = h.doors.store
	}
	h.handler = server.New(c)
	h.log.Reset()
	return h
}

// size lets the metrics have the sizes of the host, as the program does.
func (h *host) size() {
	h.meter.Sizes(func() telemetry.Sizes {
		var z telemetry.Sizes
		for _, info := range h.ledger.Processes() {
			z.Processes++
			z.Rooms += info.Rooms
			z.Entries += info.Entries
		}
		return z
	})
}

func (h *host) close() {
	if h.doors != nil {
		_ = h.doors.store.Close()
	}
	_ = h.ledger.Close()
}

// admit makes the accounts of a world: those that are the same in all, and what others do with theirs, which is not.
func (h *host) admit(t testing.TB, p *pair, i int, log *slog.Logger) {
	t.Helper()
	store, err := account.Open(t.Context(), "memory:", account.WithSeed(9), account.WithClock(func() time.Time { return start }), account.WithLog(log),
		account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}), account.WithOrigin("http://localhost:8080", "Parley"),
		account.WithProviders([]account.Provider{{ID: "sso", Title: "Single sign-on", Issuer: "http://127.0.0.1:1", ClientID: "parley", ClientSecret: "secret"}}))
	must(t, err)
	h.doors = &doors{store: store, jars: map[string]map[string]string{}, tokens: map[asker]string{}}
	h.register(t, operatorLogin, account.Invitation{Operator: true})
	h.register(t, headLogin, account.Invitation{Holding: h.holding(t, p.viewer+"-head")})
	h.doors.aide = h.holding(t, p.viewer+"-aide")
	h.register(t, aideLogin, account.Invitation{Holding: h.doors.aide})
	h.register(t, otherLogin, account.Invitation{Holding: h.holding(t, p.others()[0]+"-head")})
	session := h.doors.jars[headLogin]["parley"]
	for _, as := range []asker{byToken, byReader} {
		secret, made, err := store.NewToken(t.Context(), session, h.holding(t, p.viewer+"-head"), "program", as == byToken, start.Add(time.Hour))
		must(t, err)
		h.doors.tokens[as] = secret
		h.doors.ids = append(h.doors.ids, string(made.ID))
	}
	feed, calendar, err := store.NewCalendar(t.Context(), session, h.holding(t, p.viewer+"-head"))
	must(t, err)
	h.doors.feed = feed
	h.doors.ids = append(h.doors.ids, string(calendar.ID))
	for _, inv := range []account.Invitation{
		{Holding: account.Holding{Process: processID, Seat: talks.Seat(p.viewer + "-third"), Tenure: h.doors.aide.Tenure}},
		{Holding: account.Holding{Process: processID, Seat: talks.Seat(p.others()[1] + "-head"), Tenure: h.holding(t, p.others()[1]+"-head").Tenure}},
		{Operator: true},
	} {
		inv.By = "operator"
		token, err := store.Invite(t.Context(), inv)
		must(t, err)
		h.doors.invited = append(h.doors.invited, token)
	}
	h.stir(t, p, i)
	h.doors.note(t)
}

// note gathers the identifiers that the viewer's own accounts can name.
func (d *doors) note(t testing.TB) {
	for _, login := range []string{headLogin, aideLogin} {
		s, err := d.store.Session(t.Context(), d.jars[login]["parley"])
		must(t, err)
		d.ids = append(d.ids, string(s.ID), string(s.Account))
	}
	slices.Sort(d.ids)
}

// stir is what others do with their accounts where the viewer does not see it: more in each world than in the one before.
func (h *host) stir(t testing.TB, p *pair, i int) {
	t.Helper()
	d := h.doors
	other := p.others()[0]
	session := d.jars[otherLogin]["parley"]
	for k := range i {
		seat := fmt.Sprintf("%s-s%d", other, k)
		held := account.Holding{Process: processID, Seat: talks.Seat(seat), Tenure: talks.Ref{Room: h.rooms["caucus-"+string(other)], Name: fmt.Sprintf("#%d", k+1)}}
		token, err := d.store.Invite(t.Context(), account.Invitation{Holding: held, By: string(other + "-head")})
		must(t, err)
		if k%2 == 0 {
			in, _, err := d.store.Accept(t.Context(), token, account.Client{Address: elsewhere, Session: session})
			must(t, err)
			session = in.Token
			_, _, err = d.store.NewToken(t.Context(), session, held, "hidden", true, start.Add(time.Hour))
			must(t, err)
			_, _, err = d.store.NewCalendar(t.Context(), session, held)
			must(t, err)
		}
	}
	session, err := d.store.Choose(t.Context(), session, h.holding(t, other+"-head"))
	must(t, err)
	d.jars[otherLogin]["parley"] = session
	if i > 0 {
		// Somebody guesses at another account from another address until they have to wait.
		for range 11 {
			_, err := d.store.LogInPassword(t.Context(), otherLogin, "not this one at all", account.Client{Address: elsewhere})
			if err == nil {
				t.Fatal("a wrong password opened an account")
			}
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holding is a seat of the process in its present tenure.
func (h *host) holding(t testing.TB, seat talks.Delegation) account.Holding {
	t.Helper()
	tenure, _, err := h.ledger.Tenure(t.Context(), ledger.Viewer{Process: processID, Seat: talks.Seat(seat)})
	must(t, err)
	return account.Holding{Process: processID, Seat: talks.Seat(seat), Tenure: tenure}
}

func (h *host) register(t testing.TB, login string, inv account.Invitation) {
	t.Helper()
	inv.By = "operator"
	token, err := h.doors.store.Invite(t.Context(), inv)
	must(t, err)
	in, _, err := h.doors.store.Register(t.Context(), token, account.Registration{Login: login, Name: "Name of " + login, Password: goodPassword}, account.Client{Address: elsewhere})
	must(t, err)
	h.doors.jars[login] = map[string]string{"parley": in.Token}
}

// request is something that can be asked, the same of every world.
type request struct {
	as     asker
	route  string // of the router's table
	method string
	target string
	kind   string // content type
	body   string
	header [2]string
}

func (r request) String() string {
	return string(r.as) + ": " + r.method + " " + r.target + " " + r.body
}

// sign puts the credentials of who asks on a request, and returns the cookies that it keeps, if it is a browser.
func (h *host) sign(req *http.Request, p *pair, as asker) (jar map[string]string) {
	if h.doors == nil {
		seat := p.viewer + "-head"
		if as == byAide {
			seat = p.viewer + "-aide"
		}
		req.Header.Set("Authorization", "Bearer demo:"+string(seat))
		return nil
	}
	switch as {
	case byToken, byReader:
		req.Header.Set("Authorization", "Bearer "+h.doors.tokens[as])
	case bySession:
		jar = h.doors.jars[headLogin]
	case byAide:
		jar = h.doors.jars[aideLogin]
	case byHost:
		jar = h.doors.jars[operatorLogin]
	}
	for k, v := range jar {
		req.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	return jar
}

// answer is everything that comes back: status, headers, body.
func (h *host) ask(t testing.TB, p *pair, r request) string {
	if r.as == byAide {
		h.enterAgain(t)
	}
	req := httptest.NewRequest(r.method, r.target, strings.NewReader(r.body))
	jar := h.sign(req, p, r.as)
	req.Header.Set("Accept-Encoding", "gzip, br, zstd")
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	if r.header[0] != "" {
		req.Header.Set(r.header[0], r.header[1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, req)
	if jar != nil {
		for _, c := range w.Result().Cookies() {
			if jar[c.Name] = c.Value; c.MaxAge < 0 {
				delete(jar, c.Name)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintln(&b, w.Code)
	names := make([]string, 0, len(w.Header()))
	for k := range w.Header() {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		fmt.Fprintf(&b, "%s: %q\n", k, w.Header()[k])
	}
	b.WriteString(w.Body.String())
	return b.String()
}

// enterAgain logs the aide in again where what it did before has ended its session, as far as it still can.
func (h *host) enterAgain(t testing.TB) {
	if h.doors == nil {
		return
	}
	jar := h.doors.jars[aideLogin]
	s, err := h.doors.store.Session(t.Context(), jar["parley"])
	if err == nil && !s.Holding.IsZero() {
		return
	}
	if err != nil {
		in, err := h.doors.store.LogInPassword(t.Context(), aideLogin, goodPassword, account.Client{Address: elsewhere})
		if err != nil || in.Session == nil {
			return
		}
		jar["parley"] = in.Token
	}
	if token, err := h.doors.store.Choose(t.Context(), jar["parley"], h.doors.aide); err == nil {
		jar["parley"] = token
	}
}

// invitations are the pages of links before they are used. All must be one page, whatever they are for.
func (h *host) invitations(t testing.TB, p *pair) (page, difference string) {
	if h.doors == nil {
		return "", ""
	}
	for _, token := range h.doors.invited {
		a := strings.ReplaceAll(h.ask(t, p, request{as: byNobody, route: "invitation", method: "GET", target: "/invitation/" + token}), token, "TOKEN")
		if !strings.HasPrefix(a, "200\n") {
			return "", "an invitation is not open: " + clip(a)
		}
		if page == "" {
			page = a
		}
		if a != page {
			return "", "what a link is for can be read from its page: " + diff(page, a)
		}
	}
	return page, ""
}

// metrics are the host's own counts, without how long things took and what the runtime says of itself.
func (h *host) metrics(t testing.TB) string {
	w := httptest.NewRecorder()
	h.meter.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	b, err := io.ReadAll(w.Result().Body)
	must(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "parley_") && !strings.Contains(line, "_seconds_") {
			out.WriteString(line)
		}
	}
	return out.String()
}
