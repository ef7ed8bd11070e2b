package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/talks"
)

// hotel is a server over the script's world with accounts, as a host runs it.
type hotel struct {
	*house
	accounts *account.Store
}

// guest is a browser: it keeps cookies and does not follow where it is sent.
type guest struct {
	*hotel
	jar map[string]string
}

const goodPassword = "nine lanterns over the quay"

// openHotel starts a server with accounts and one operator's invitation. change may be nil.
func openHotel(t *testing.T, change func(*Config)) *hotel {
	t.Helper()
	accounts, err := account.Open(t.Context(), "memory:", account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}),
		account.WithOrigin("http://localhost:8080", "Parley"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	h := open(t, func(c *Config) {
		c.Demo, c.Accounts = nil, accounts
		if change != nil {
			change(c)
		}
	})
	return &hotel{h, accounts}
}

func (h *hotel) guest() *guest { return &guest{h, map[string]string{}} }

// ask sends a request with the guest's cookies and keeps those that come back. A body is a form's.
func (g *guest) ask(method, path, body string, change ...func(*http.Request)) answer {
	g.t.Helper()
	a := g.do(method, path, "", body, append([]func(*http.Request){func(r *http.Request) {
		for k, v := range g.jar {
			r.AddCookie(&http.Cookie{Name: k, Value: v})
		}
	}}, change...)...)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if g.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(g.jar, c.Name)
		}
	}
	return a
}

func (g *guest) visit(path string) answer { g.t.Helper(); return g.ask(http.MethodGet, path, "") }

func (g *guest) post(path string, kv ...string) answer {
	g.t.Helper()
	return g.ask(http.MethodPost, path, form(kv...), func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") })
}

// want fails the test where an answer has another status, or leads elsewhere.
func (a answer) want(t *testing.T, status int, location string) answer {
	t.Helper()
	if a.status != status || a.header.Get("Location") != location {
		t.Fatalf("status %d to %q, want %d to %q\n%.600s", a.status, a.header.Get("Location"), status, location, words(a.body))
	}
	return a
}

var markup = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)

func words(body string) string {
	return strings.Join(strings.Fields(markup.ReplaceAllString(body, " ")), " ")
}

// link finds the link of an invitation that a page shows, as a path.
var link = regexp.MustCompile(`value="[^"]*(/invitation/[A-Za-z0-9_-]+)"`)

func (a answer) link(t *testing.T) string {
	t.Helper()
	m := link.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no link: %d\n%.600s", a.status, words(a.body))
	}
	return m[1]
}

// operator is a guest who runs the host.
func (h *hotel) operator() *guest {
	h.t.Helper()
	token, err := h.accounts.Invite(h.t.Context(), account.Invitation{Operator: true, By: "operator"})
	if err != nil {
		h.t.Fatal(err)
	}
	g := h.guest()
	g.post("/invitation/"+token, "login", "olga", "name", "Olga", "password", goodPassword).want(h.t, http.StatusSeeOther, "/operator")
	return g
}

// seated is a new guest who holds a seat and has chosen it, invited as its head or the operator would.
func (h *hotel) seated(login string, seat talks.Seat) *guest {
	h.t.Helper()
	tenure, _, err := h.ledger.Tenure(h.t.Context(), ledger.Viewer{Process: "harbour", Seat: seat})
	if err != nil {
		h.t.Fatal(err)
	}
	token, err := h.accounts.Invite(h.t.Context(), account.Invitation{Holding: account.Holding{Process: "harbour", Seat: seat, Tenure: tenure}, By: "operator"})
	if err != nil {
		h.t.Fatal(err)
	}
	g := h.guest()
	g.post("/invitation/"+token, "login", login, "name", "The person "+login, "password", goodPassword).want(h.t, http.StatusSeeOther, "/p/harbour")
	return g
}

// TestFromOperatorToDelegate walks the way by which everybody comes in: the operator founds a process and invites who convenes it, who
// designates and invites a head, who gives a seat and invites to it.
func TestFromOperatorToDelegate(t *testing.T) {
	h := openHotel(t, nil)
	olga := h.operator()
	olga.visit("/").want(t, http.StatusSeeOther, "/operator")
	olga.visit("/p/harbour").want(t, http.StatusSeeOther, "/seats?then=%2Fp%2Fharbour")
	olga.post("/operator/processes", "title", "Grain talks", "process", "grain", "convener", "un-head").want(t, http.StatusSeeOther, "/operator")
	if a := olga.post("/operator/processes", "title", "Grain talks", "process", "grain", "convener", "un-head"); a.status != http.StatusUnprocessableEntity || !strings.Contains(words(a.body), "short name already") {
		t.Errorf("a second process of the name: %d %s", a.status, words(a.body))
	}
	first := olga.post("/operator/invite", "process", "grain").link(t)

	una := h.guest()
	if a := una.visit(first); a.status != http.StatusOK || strings.Contains(strings.ToLower(a.body), "grain") || strings.Contains(a.body, "un-head") {
		t.Fatalf("an invitation shows what it is for: %d\n%s", a.status, words(a.body))
	}
	una.post(first, "login", "una", "name", "Una", "password", "short").want(t, http.StatusUnprocessableEntity, "")
	una.post(first, "login", "una", "name", "Una", "password", goodPassword).want(t, http.StatusSeeOther, "/p/grain")
	h.guest().visit(first).want(t, http.StatusNotFound, "")
	if a := una.visit("/p/grain"); a.status != http.StatusOK || !strings.Contains(words(a.body), "Una Log out") {
		t.Fatalf("the convener's first page: %d %s", a.status, words(a.body))
	}
	lobby := roomIn(t, h.ledger, "grain", "un-head", talks.Lobby)
	write := func(kind talks.Kind, body string) {
		if _, err := h.ledger.Append(t.Context(), ledger.Viewer{Process: "grain", Seat: "un-head"}, lobby, kind, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	write("party.declare", `{"name":"coast","title":"Coast","kind":"state","role":"principal"}`)
	write("delegation.designate", `{"delegation":"co","party":"coast","title":"Coast team","head":"co-head"}`)

	second := una.post("/p/grain/invitations", "seat", "co-head", "as", "un-head").link(t)
	if again := una.post("/p/grain/invitations", "seat", "co-head").link(t); again == second {
		t.Error("a second link is the first")
	} else {
		h.guest().visit(second).want(t, http.StatusNotFound, "")
		second = again
	}
	carl := h.guest()
	carl.post(second, "login", "carl", "name", "Carl", "password", goodPassword).want(t, http.StatusSeeOther, "/p/grain")
	if a := una.post("/p/grain/invitations", "seat", "co-head"); a.status != http.StatusConflict {
		t.Errorf("inviting to a seat that is held: %d", a.status)
	}
	if a := carl.visit("/p/grain/seats"); !strings.Contains(words(a.body), "no caucus yet") {
		t.Errorf("without a caucus: %s", words(a.body))
	}
	carl.post("/p/grain/seats", "do", "caucus", "key", "k1", "as", "co-head").want(t, http.StatusSeeOther, "/p/grain/seats")
	carl.post("/p/grain/seats", "do", "grant", "holder", "co-legal", "role", "adviser", "person", "L. Legal", "key", "k2").want(t, http.StatusSeeOther, "/p/grain/seats")
	third := carl.post("/p/grain/invitations", "seat", "co-legal").link(t)

	lena := h.guest()
	lena.post(third, "login", "lena", "name", "Lena", "password", goodPassword).want(t, http.StatusSeeOther, "/p/grain")
	if a := lena.visit("/p/grain/seats"); a.status != http.StatusOK || !strings.Contains(words(a.body), "co-legal") || !strings.Contains(words(a.body), "Led by co-head") || strings.Contains(a.body, "<button>Give") {
		t.Errorf("an adviser's page of seats: %d %s", a.status, words(a.body))
	}
	// Whoever convenes is told that the invitation was accepted, and nothing of the seats that the delegation gives.
	if a := una.visit("/p/grain/seats"); !strings.Contains(words(a.body), "invitation accepted") || strings.Contains(a.body, "co-legal") {
		t.Errorf("the convener's page of seats: %s", words(a.body))
	}
	// Lena accepts a second seat, in other talks, with the account that she has, and chooses between them.
	tenure, _, _ := h.ledger.Tenure(t.Context(), ledger.Viewer{Process: "harbour", Seat: "ua-head"})
	token, err := h.accounts.Invite(t.Context(), account.Invitation{Holding: account.Holding{Process: "harbour", Seat: "ua-head", Tenure: tenure}, By: "sa-head"})
	if err != nil {
		t.Fatal(err)
	}
	if a := lena.visit("/invitation/" + token); !strings.Contains(words(a.body), "Accept as Lena") {
		t.Errorf("an invitation for who is logged in: %s", words(a.body))
	}
	lena.post("/invitation/"+token).want(t, http.StatusSeeOther, "/p/harbour")
	lena.visit("/p/grain").want(t, http.StatusNotFound, "")
	if a := lena.visit("/seats"); !strings.Contains(words(a.body), "Grain talks") || !strings.Contains(words(a.body), "Harbour talks") {
		t.Errorf("two seats: %s", words(a.body))
	}
	before := lena.jar[sessionCookie]
	lena.post("/seats", "process", "grain", "seat", "co-legal").want(t, http.StatusSeeOther, "/p/grain")
	if lena.jar[sessionCookie] == before {
		t.Error("choosing another seat kept the token")
	}
	lena.visit("/p/grain").want(t, http.StatusOK, "")
	lena.post("/seats", "process", "grain", "seat", "co-legal", "then", "/p/harbour/issues").want(t, http.StatusSeeOther, "/p/grain")
	lena.post("/seats", "process", "grain", "seat", "co-legal", "then", "/p/grain/issues").want(t, http.StatusSeeOther, "/p/grain/issues")
	lena.post("/seats", "process", "grain", "seat", "un-head").want(t, http.StatusSeeOther, "/seats?ended=")
}

func roomIn(t *testing.T, l *ledger.Ledger, process string, seat talks.Seat, kind talks.RoomKind) talks.RoomID {
	t.Helper()
	v, err := l.View(t.Context(), ledger.Viewer{Process: process, Seat: seat})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range v.World().Rooms() {
		if r.Room.Kind == kind {
			return r.Room.ID
		}
	}
	t.Fatalf("%s sees no %s", seat, kind)
	return ""
}

// TestNobodyIsToldAnything: who is not logged in gets the same answer whatever the address has, by every method.
func TestNobodyIsToldAnything(t *testing.T) {
	h := openHotel(t, nil)
	g := h.guest()
	for _, path := range []string{"/p/harbour", "/p/nowhere", h.page("/rooms/{direct}"), h.page("/rooms/" + nowhere), "/p/harbour/seats", "/p/harbour/archive", "/nothing", "/operator", "/account", "/p/harbour/rooms/x/record/1/proof"} {
		a := g.visit(path)
		then := "/login?" + url.Values{"then": {path}}.Encode()
		if to := a.header.Get("Location"); a.status != http.StatusSeeOther || to != "/login" && to != then || a.body != "" {
			t.Errorf("%s: %d to %s", path, a.status, to)
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			g.ask(method, path, "x=y").want(t, http.StatusSeeOther, "/login")
		}
		if a := g.ask(http.MethodGet, path, "", func(r *http.Request) { r.Header.Set("Accept", "text/event-stream") }); a.status != http.StatusUnauthorized {
			t.Errorf("%s as a stream: %d", path, a.status)
		}
	}
	var first string
	for _, path := range []string{"/api/v1/processes/harbour/view", "/api/v1/processes/nowhere/view", "/api/v1/nothing"} {
		a := g.visit(path)
		if first == "" {
			first = a.body
		}
		if a.status != http.StatusUnauthorized || a.header.Get("Content-Type") != "application/problem+json" || a.body != first {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

// TestLogIn: one answer for whatever is wrong; a session that was there before is not taken over; logging out ends it.
func TestLogIn(t *testing.T) {
	h := openHotel(t, nil)
	h.seated("uma", "us-head")
	g := h.guest()
	g.jar[sessionCookie] = "a-token-that-an-attacker-chose-and-planted-her"
	planted := g.jar[sessionCookie]
	if a := g.visit("/login"); a.status != http.StatusOK || !strings.Contains(words(a.body), "Your session has ended") {
		t.Errorf("the log-in page: %d %s", a.status, words(a.body))
	}
	g.jar[sessionCookie] = planted
	none := g.post("/login", "login", "nobody", "password", goodPassword).want(t, http.StatusUnprocessableEntity, "")
	wrong := g.post("/login", "login", "uma", "password", "not this one at all").want(t, http.StatusUnprocessableEntity, "")
	if strings.ReplaceAll(none.body, "nobody", "uma") != wrong.body {
		t.Error("the page of a wrong password differs from that of an account that is none")
	}
	g.post("/login", "login", "uma", "password", goodPassword, "then", "/p/harbour/positions?x=y").want(t, http.StatusSeeOther, "/p/harbour/positions?x=y")
	token := g.jar[sessionCookie]
	if token == planted || len(token) < 40 {
		t.Fatalf("the session is %q", token)
	}
	g.visit("/login").want(t, http.StatusSeeOther, "/")
	g.visit("/").want(t, http.StatusSeeOther, "/p/harbour")
	other := h.guest()
	other.jar[sessionCookie] = token
	other.visit("/p/harbour").want(t, http.StatusOK, "")
	// A log-in ends the session that the browser had, and every change of rights changes the token.
	g.post("/login", "login", "uma", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	other.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
	other.jar[sessionCookie] = g.jar[sessionCookie]
	a := g.post("/logout").want(t, http.StatusSeeOther, "/login?out=")
	if len(g.jar) > 1 || a.header.Get("Clear-Site-Data") == "" {
		t.Errorf("after logging out: %v %v", g.jar, a.header)
	}
	other.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
}

// TestOpenRedirect: logging in leads to this server's own pages and nowhere else, and an address makes no header.
func TestOpenRedirect(t *testing.T) {
	h := openHotel(t, nil)
	h.seated("uma", "us-head")
	for then, want := range map[string]string{
		"/p/harbour/issues":               "/p/harbour/issues",
		"/account?x=1":                    "/account?x=1",
		"/p/grain":                        "/seats?then=%2Fp%2Fgrain",
		"//evil.example":                  "/p/harbour",
		"https://evil.example/p/harbour":  "/p/harbour",
		"/\\evil.example":                 "/p/harbour",
		"/p/../../evil":                   "/p/harbour",
		"/p//evil.example":                "/p/harbour",
		"\t//evil.example":                "/p/harbour",
		"/p/x\r\nSet-Cookie: a=b":         "/p/harbour",
		"/p/x\nLocation: //evil":          "/p/harbour",
		"/login":                          "/p/harbour",
		"/logout":                         "/p/harbour",
		"/static/x":                       "/p/harbour",
		"javascript:alert(1)":             "/p/harbour",
		"/accountant":                     "/p/harbour",
		"/p/harbour#fragment":             "/p/harbour",
		"/p/" + strings.Repeat("x", 3000): "/p/harbour",
	} {
		g := h.guest()
		a := g.post("/login", "login", "uma", "password", goodPassword, "then", then).want(t, http.StatusSeeOther, want)
		for _, c := range a.header["Set-Cookie"] {
			if strings.HasPrefix(c, "a=") {
				t.Errorf("%q made a cookie", then)
			}
		}
		// What the page of the log-in and the choice of seats carry along is checked before it is written.
		if a := h.guest().visit("/login?" + url.Values{"then": {then}}.Encode()); strings.Contains(a.body, "evil") {
			t.Errorf("the log-in page carries %q", then)
		}
		if a := g.post("/seats", "process", "harbour", "seat", "us-head", "then", then); strings.Contains(a.header.Get("Location"), "evil") {
			t.Errorf("choosing a seat leads to %q", a.header.Get("Location"))
		}
	}
}

// TestCookies: what the cookies say of themselves, with TLS and without.
func TestCookies(t *testing.T) {
	h := openHotel(t, nil)
	g := h.seated("uma", "us-head")
	a := g.post("/login", "login", "uma", "password", goodPassword)
	if c := cookieOf(a, sessionCookie); !strings.Contains(c, "; Path=/; HttpOnly; SameSite=Lax") || strings.Contains(c, "Secure") || strings.Contains(c, "Domain") {
		t.Errorf("over plain HTTP the cookie is %q", c)
	}
	tls := New(Config{Ledger: h.ledger, Accounts: h.accounts, Origin: "https://talks.example"})
	send := func(body string, cookie *http.Cookie, method, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Host = "talks.example"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if cookie != nil {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		tls.ServeHTTP(w, r)
		return w
	}
	w := send(form("login", "uma", "password", goodPassword), nil, http.MethodPost, "/login")
	var session *http.Cookie
	for _, c := range w.Result().Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("over TLS a cookie is %q", c.Raw)
		}
		if c.Name == hostPrefix+sessionCookie {
			session = c
		}
	}
	if session == nil {
		t.Fatalf("no session: %d %v", w.Code, w.Header())
	}
	if w := send("", session, http.MethodGet, "/p/harbour"); w.Code != http.StatusOK {
		t.Errorf("with its cookie: %d", w.Code)
	}
	// A cookie without the prefix can have been set by a host beside this one, or without TLS.
	if w := send("", &http.Cookie{Name: sessionCookie, Value: session.Value}, http.MethodGet, "/p/harbour"); w.Code != http.StatusSeeOther {
		t.Errorf("with a cookie of another name: %d", w.Code)
	}
}

func cookieOf(a answer, name string) string {
	for _, c := range a.header["Set-Cookie"] {
		if strings.HasPrefix(c, name+"=") {
			return c
		}
	}
	return ""
}

// TestFramesAndForgery: every answer forbids frames and caches, and a form that another site's page sends is refused before anything else.
func TestFramesAndForgery(t *testing.T) {
	h := openHotel(t, nil)
	g := h.seated("uma", "us-head")
	for _, path := range []string{"/login", "/seats", "/account", "/p/harbour/seats", "/invitation/none", "/operator", "/login/oidc/none", "/nothing"} {
		checkHeaders(t, path, g.visit(path))
		checkHeaders(t, path+" for nobody", h.guest().visit(path))
	}
	for _, rt := range Routes() {
		if rt.Method != http.MethodPost {
			continue
		}
		path := regexp.MustCompile(`{[^}]*}`).ReplaceAllString(strings.ReplaceAll(rt.Pattern, "{process}", "harbour"), "x")
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
			a := g.ask(http.MethodPost, path, "login=x", func(r *http.Request) { r.Header.Set(header[0], header[1]) })
			if a.status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", rt.Pattern, header, a.status)
			}
		}
	}
	g.visit("/p/harbour").want(t, http.StatusOK, "")
}

// TestSeatEnds: whoever holds a seat that is revoked, or given to somebody else, is shut out at once: pages, tokens and open streams.
func TestSeatEnds(t *testing.T) {
	h := openHotel(t, nil)
	head, adviser := h.seated("uma", "us-head"), h.seated("adam", "us-adviser")
	m := regexp.MustCompile(`value="(parley_[^"]*)"`).FindStringSubmatch(adviser.post("/account/tokens", "token", "script", "seat", "harbour/us-adviser", "days", "7").body)
	if m == nil {
		t.Fatal("no token was made")
	}
	bearer := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+m[1]) }
	api := "/api/v1/processes/harbour/view"
	if a := h.guest().ask(http.MethodGet, api, "", bearer); a.status != http.StatusOK {
		t.Fatalf("with a token: %d %s", a.status, a.body)
	}
	if a := h.guest().ask(http.MethodPost, h.acts("caucus"), `{"kind":"remark.write","body":{"text":"x"}}`, bearer); a.status != http.StatusForbidden || !strings.Contains(a.body, "read-only") && !strings.Contains(a.body, "may read and not write") {
		t.Errorf("writing with a token that reads: %d %s", a.status, a.body)
	}
	byCookie, byToken := h.stream(adviser, nil), h.stream(h.guest(), bearer)
	head.post("/p/harbour/seats", "do", "revoke", "holder", "us-adviser", "reason", "gone", "key", "r1").want(t, http.StatusSeeOther, "/p/harbour/seats")
	for name, s := range map[string]<-chan struct{}{"session": byCookie, "token": byToken} {
		select {
		case <-s:
		case <-time.After(patience):
			t.Errorf("the stream of the %s goes on after the seat was revoked", name)
		}
	}
	if a := h.guest().ask(http.MethodGet, api, "", bearer); a.status != http.StatusUnauthorized {
		t.Errorf("the token after the seat was revoked: %d", a.status)
	}
	adviser.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")
	adviser.post("/login", "login", "adam", "password", goodPassword).want(t, http.StatusSeeOther, "/seats")
	if a := adviser.visit("/seats"); !strings.Contains(words(a.body), "You hold no seat yet") {
		t.Errorf("the seats of who has none: %s", words(a.body))
	}
	// Given again, the seat is another's: the old invitation and the old holder have no part in it.
	head.post("/p/harbour/seats", "do", "grant", "holder", "us-adviser", "role", "adviser", "key", "r2").want(t, http.StatusSeeOther, "/p/harbour/seats")
	adviser.visit("/p/harbour").want(t, http.StatusSeeOther, "/seats?then=%2Fp%2Fharbour")
	head.post("/p/harbour/invitations", "seat", "us-adviser").link(t)
}

// stream opens a live stream and returns a channel that is closed when it ends.
func (h *hotel) stream(g *guest, change func(*http.Request)) <-chan struct{} {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+"/p/harbour/live", http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	for k, v := range g.jar {
		req.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	if change != nil {
		change(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		h.t.Fatalf("the stream: %d", res.StatusCode)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}()
	return ended
}

// TestStreamsEnd: a stream ends with the session, the account or the token that it rests on.
func TestStreamsEnd(t *testing.T) {
	h := openHotel(t, nil)
	olga := h.operator()
	for name, end := range map[string]func(g *guest){
		"logging out":   func(g *guest) { g.post("/logout") },
		"choosing anew": func(g *guest) { g.post("/seats", "process", "harbour", "seat", "ru-head") },
		"a stopped account": func(*guest) {
			m := regexp.MustCompile(`name="id" value="([^"]*)"`).FindStringSubmatch(olga.visit("/operator").body)
			olga.post("/operator/accounts", "id", m[1], "state", "off").want(t, http.StatusSeeOther, "/operator?done=off")
			olga.post("/operator/accounts", "id", m[1], "state", "on").want(t, http.StatusSeeOther, "/operator?done=on")
		},
	} {
		g := h.guest()
		if g.post("/login", "login", "rita", "password", goodPassword).status != http.StatusSeeOther {
			g = h.seated("rita", "ru-head")
		}
		s := h.stream(g, nil)
		end(g)
		select {
		case <-s:
		case <-time.After(patience):
			t.Errorf("the stream goes on after %s", name)
		}
	}
}

// TestSeatThatEndedElsewhere: a session whose seat ended without this server's doing is told so in plain words, and goes on without a seat.
func TestSeatThatEndedElsewhere(t *testing.T) {
	h := openHotel(t, nil)
	g := h.seated("adam", "us-adviser")
	caucus := h.rooms["caucus"]
	if _, err := h.ledger.Append(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"}, caucus, "seat.revoke", []byte(`{"holder":"us-adviser"}`)); err != nil {
		t.Fatal(err)
	}
	g.visit("/p/harbour").want(t, http.StatusSeeOther, "/seats?ended=")
	if a := g.visit("/seats?ended="); a.status != http.StatusOK || !strings.Contains(words(a.body), "has ended") {
		t.Errorf("%d %s", a.status, words(a.body))
	}
	g.visit("/account").want(t, http.StatusOK, "")
}

// TestWaiting: too many attempts are answered with how long to wait, whether there is such an account or not.
func TestWaiting(t *testing.T) {
	h := openHotel(t, nil)
	h.seated("uma", "us-head")
	for _, login := range []string{"uma", "nobody"} {
		g := h.guest()
		for n := range 30 {
			a := g.post("/login", "login", login, "password", "wrong wrong wrong")
			if a.status == http.StatusTooManyRequests {
				if a.header.Get("Retry-After") == "" || !strings.Contains(words(a.body), "Too many attempts. Wait") {
					t.Errorf("%s: %v %s", login, a.header, words(a.body))
				}
				break
			}
			if n == 29 {
				t.Errorf("%s can be tried for ever", login)
			}
		}
	}
}

// TestEveryEntrance asks for each page of the doors, as nobody and as somebody who holds a seat: each is a page or leads to one, has the
// headers that all answers have and nothing that the policy would refuse, and answers HEAD as it answers GET.
func TestEveryEntrance(t *testing.T) {
	h := openHotel(t, nil)
	olga := h.operator()
	guests := map[string]*guest{"nobody": h.guest(), "a head": h.seated("uma", "us-head"), "the operator": olga}
	for _, rt := range entrances() {
		if rt.Method != http.MethodGet {
			continue
		}
		path := strings.NewReplacer("{process}", "harbour", "{token}", "none", "{provider}", "none").Replace(rt.Pattern)
		for name, g := range guests {
			who := name + " at " + rt.Pattern
			a := g.visit(path)
			if a.status >= http.StatusInternalServerError || a.status == http.StatusUnauthorized {
				t.Errorf("%s: status %d", who, a.status)
			}
			checkHeaders(t, who, a)
			if m := unsafeMarkup.FindString(a.body); m != "" {
				t.Errorf("%s has %q", who, m)
			}
			if head := g.ask(http.MethodHead, path, ""); head.status != a.status || head.body != "" || head.header.Get("Content-Type") != a.header.Get("Content-Type") {
				t.Errorf("%s: HEAD differs: %d", who, head.status)
			}
		}
	}
	for path, words := range map[string]string{"/account": "Where you are logged in", "/seats": "Harbour talks", "/p/harbour/seats": "Seats of your delegation"} {
		if a := guests["a head"].visit(path); a.status != http.StatusOK || !strings.Contains(a.body, words) {
			t.Errorf("%s: %d without %q", path, a.status, words)
		}
	}
	// For anybody else there is no operator's page, as there is nothing at an address that is none.
	none := guests["a head"].visit("/nothing")
	if a := guests["a head"].visit("/operator"); a.status != none.status || a.body != none.body {
		t.Error("the operator's page is not as one that is none")
	}
	if a := olga.visit("/operator"); strings.Contains(a.body, "us-head") || strings.Contains(a.body, "Direct") || strings.Contains(a.body, "us-adviser") {
		t.Error("the operator's page shows what is in a room")
	}
}

// TestAccountPage: what one does on one's own page is done to one's own account, and says so.
func TestAccountPage(t *testing.T) {
	h := openHotel(t, nil)
	uma, rita := h.seated("uma", "us-head"), h.seated("rita", "ru-head")
	uma.post("/account/name", "name", "Uma the Second").want(t, http.StatusSeeOther, "/account?done=name")
	if a := uma.visit("/account?done=name"); !strings.Contains(words(a.body), "Your name was changed") || !strings.Contains(words(a.body), "Uma the Second") {
		t.Errorf("%s", words(a.body))
	}
	second := h.guest()
	second.post("/login", "login", "uma", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
	ids := regexp.MustCompile(`name="id" value="([^"]*)"`).FindAllStringSubmatch(uma.visit("/account").body, -1)
	if len(ids) != 1 {
		t.Fatalf("%d other sessions are listed", len(ids))
	}
	// Another's session is none of one's business.
	rita.post("/account/sessions/end", "id", ids[0][1]).want(t, http.StatusNotFound, "")
	second.visit("/p/harbour").want(t, http.StatusOK, "")
	uma.post("/account/sessions/end", "id", ids[0][1]).want(t, http.StatusSeeOther, "/account?done=session")
	second.visit("/p/harbour").want(t, http.StatusSeeOther, "/login?then=%2Fp%2Fharbour")

	if a := uma.post("/account/password", "old", "not it", "password", goodPassword+" still"); a.status != http.StatusUnprocessableEntity || !strings.Contains(words(a.body), "The password you have now was not right") {
		t.Errorf("a wrong old password: %d %s", a.status, words(a.body))
	}
	before := uma.jar[sessionCookie]
	uma.post("/account/password", "old", goodPassword, "password", goodPassword+" still").want(t, http.StatusSeeOther, "/account?done=password")
	if uma.jar[sessionCookie] == before {
		t.Error("the token is the same after the password was changed")
	}
	h.guest().post("/login", "login", "uma", "password", goodPassword).want(t, http.StatusUnprocessableEntity, "")
	if a := uma.post("/account/tokens", "token", "x", "seat", "harbour/ru-head", "days", "7"); a.status != http.StatusNotFound {
		t.Errorf("a token for another's seat: %d", a.status)
	}
	if a := uma.post("/account/passkeys/remove", "id", "none"); a.status != http.StatusNotFound {
		t.Errorf("removing a passkey that is none: %d", a.status)
	}
}
