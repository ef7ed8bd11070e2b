package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"parley/examples"
	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

const doorPassword = "nine lanterns over the quay"

// entrance serves the example to those who log in. Its origin is localhost, which browsers trust as they trust TLS.
type entrance struct {
	*house
	accounts *account.Store
}

func openDoors(t *testing.T) *entrance {
	t.Helper()
	tools(t)
	f, err := processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := processfile.Load(t.Context(), l, f)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origin := fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	accounts, err := account.Open(t.Context(), "memory:", account.WithOrigin(origin, "Parley"), account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	log := slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	handler := server.New(server.Config{Ledger: l, Accounts: accounts, Origin: origin, Log: log, Export: processfile.Export})
	go func() { ended <- server.Serve(ctx, listener, handler, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &entrance{&house{t, l, process, rooms, origin}, accounts}
}

// invite makes a link to a seat of the example; to none for an operator.
func (h *entrance) invite(seat talks.Seat) string {
	h.Helper()
	i := account.Invitation{Operator: seat == "", By: "operator"}
	if seat != "" {
		tenure, _, err := h.ledger.Tenure(h.Context(), ledger.Viewer{Process: process, Seat: seat})
		if err != nil {
			h.Fatal(err)
		}
		i.Holding = account.Holding{Process: process, Seat: seat, Tenure: tenure}
	}
	token, err := h.accounts.Invite(h.Context(), i)
	if err != nil {
		h.Fatal(err)
	}
	return h.url + "/invitation/" + token
}

// fill types into the fields of the page, by their names.
func (p tab) fill(kv ...string) {
	p.Helper()
	for i := 0; i < len(kv); i += 2 {
		p.get(fmt.Sprintf(`(() => { const f = [...document.querySelectorAll('[name=%q]')].find((e) => e.type !== "hidden" && e.checkVisibility()); f.focus(); f.value = %q; return 1 })()`, kv[i], kv[i+1]))
	}
}

// press presses the button that says so.
func (p tab) press(words string) {
	p.Helper()
	p.await(fmt.Sprintf(`[...document.querySelectorAll("button")].some((e) => e.innerText.trim() === %q && e.checkVisibility())`, words))
	p.run(fmt.Sprintf(`setTimeout(() => [...document.querySelectorAll("button")].find((e) => e.innerText.trim() === %q && e.checkVisibility()).click())`, words))
}

// register takes an invitation with a new account and a password.
func (p tab) register(link, login, name string) {
	p.Helper()
	p.visit(link)
	p.fill("name", name, "login", login, "password", doorPassword)
	p.press("Make the account and accept")
}

// both looks at the page as it stands in both schemes, on a desk and on a phone, by all of axe-core's rules.
func (p tab) both(name string) {
	p.Helper()
	for _, c := range combinations {
		p.set(c)
		p.structure(name, c)
		p.usable(name, c)
		p.shot(name, c)
	}
	p.set(combinations[0])
}

// shot keeps a picture of the page where somebody wants to look at it.
func (p tab) shot(name string, c combination) {
	p.Helper()
	dir := os.Getenv("PARLEY_PICTURES")
	if dir == "" {
		return
	}
	all := true
	out := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &all})
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, c.width, c.scheme)), out.Data, 0o600); err != nil {
		p.Fatal(err)
	}
}

// TestComingIn: an invitation, an account, an authenticator app, logging out and in again in two steps.
func TestComingIn(t *testing.T) {
	t.Parallel()
	axe(t)
	h := openDoors(t)
	p := blank(t)
	p.expect("422")
	p.visit(h.url + "/login")
	p.both("login")
	link := h.invite("us-head")
	p.visit(link)
	p.both("invitation")
	p.want(`document.body.innerText.includes("riyadh") || document.body.innerText.includes("us-head")`, "false")
	p.register(link, "uma", "Uma Unger")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.want(`document.querySelector(".who-name").textContent`, "Uma Unger")
	p.both("table")

	p.visit(h.url + "/account")
	p.both("account")
	p.press("Set up an authenticator app")
	p.arrive(`location.pathname === "/account/code"`)
	p.both("setup")
	secret := strings.ReplaceAll(p.get(`document.querySelector(".secret").textContent`), " ", "")
	p.fill("code", "000000")
	p.press("Ask for a code from now on")
	p.arrive(`document.querySelector(".problems")`)
	p.fill("code", code(t, secret))
	p.press("Ask for a code from now on")
	p.arrive(`document.querySelector(".recovery")`)
	p.want(`document.querySelectorAll(".recovery li").length`, "10")
	p.both("recovery")
	recovery := p.get(`document.querySelector(".recovery code").textContent`)

	p.visit(h.url + "/account")
	p.press("Log out")
	p.arrive(`location.pathname === "/login"`)
	p.fill("login", "uma", "password", "not this one")
	p.press("Log in")
	p.arrive(`document.querySelector(".problems")`)
	p.both("denied")
	p.fill("login", "uma", "password", doorPassword)
	p.press("Log in")
	p.arrive(`document.querySelector("#code")`)
	p.both("code")
	p.fill("code", recovery)
	p.press("Log in")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.want(`document.cookie`, "") // scripts see no cookie
	p.visit(h.url + "/account")
	p.want(`document.body.innerText.includes("9 recovery codes are left")`, "true")
}

// code is what an authenticator app shows now.
func code(t *testing.T, secret string) string {
	t.Helper()
	s, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPasskey: an account that is made with a passkey, logs in with it, and gets another.
func TestPasskey(t *testing.T) {
	t.Parallel()
	h := openDoors(t)
	p := blank(t)
	call(p, webauthn.Enable, webauthn.EnableParams{})
	call(p, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	p.visit(h.invite("us-head"))
	p.fill("name", "Uma Unger", "login", "uma")
	p.press("Make it with a passkey")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.expect("401", "sse") // the page's stream ends with the session
	p.press("Log out")
	p.arrive(`location.pathname === "/login"`)
	p.press("Log in with a passkey")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.visit(h.url + "/account")
	p.want(`document.querySelectorAll('form[action="/account/passkeys/remove"]').length`, "1")
	p.press("Remove")
	p.arrive(`document.querySelector(".problems")?.innerText.includes("without a way to log in")`)
	p.expect("409")
}

// TestSeatsPage: a head gives a seat, invites to it, and takes it away again from who sits in it.
func TestSeatsPage(t *testing.T) {
	t.Parallel()
	axe(t)
	h := openDoors(t)
	p := blank(t)
	p.visit(h.url + "/login")
	p.register(h.invite("sa-head"), "sami", "Sami Said")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.visit(h.at("/seats"))
	p.both("seats-convener")

	p = blank(t)
	p.register(h.invite("us-head"), "uma", "Uma Unger")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.visit(h.at("/seats"))
	if p.get(`document.body.innerText.includes("Open the caucus")`) == "true" {
		p.press("Open the caucus")
		p.arrive(`document.querySelector("#grant")`)
	}
	p.fill("holder", "us-legal", "person", "Lee Legal", "until", "2030-06")
	p.press("Give the seat")
	p.arrive(`document.querySelector("#seat-us-legal")`)
	p.both("seats-head")
	p.run(`setTimeout(() => document.querySelector("#seat-us-legal form[action$=invitations] button").click())`)
	p.arrive(`document.querySelector("#invitation")`)
	p.both("seats-link")
	link := p.get(`document.querySelector("#invitation").value`)

	q := blank(t)
	q.register(link, "lee", "Lee Legal")
	q.arrive(`location.pathname === "/p/` + process + `"`)
	q.visit(h.at("/seats"))
	q.both("seats-own")
	q.live(h.at("/timeline"))
	q.expect("401", "htmx:sse", "ERR_INCOMPLETE_CHUNKED_ENCODING") // the stream ends with the seat

	p.visit(h.at("/seats"))
	p.want(`document.querySelector("#seat-us-legal .seat-held") !== null`, "true")
	p.run(`document.querySelector("#seat-us-legal .seat-revoke summary").click()`)
	p.both("seats-revoke")
	p.press("Revoke us-legal")
	p.arrive(`document.querySelector("#seat-us-legal.seat-gone")`)
	// Whoever held it is shown nothing more, without doing anything.
	q.arrive(`location.pathname === "/login" || location.pathname === "/seats"`)
	q.both("ended")
	q.visit(h.url + "/login")
	q.fill("login", "lee", "password", doorPassword)
	q.press("Log in")
	q.arrive(`location.pathname === "/seats"`)
	q.both("my-seats-none")
}

// TestOperatorPage: the host's operator creates a process and invites who convenes it.
func TestOperatorPage(t *testing.T) {
	t.Parallel()
	axe(t)
	h := openDoors(t)
	p := blank(t)
	p.register(h.invite(""), "olga", "Olga Orlov")
	p.arrive(`location.pathname === "/operator"`)
	p.run(`document.querySelector("section[aria-labelledby=found] summary").click()`)
	p.both("operator")
	p.fill("title", "Grain talks", "process", "grain", "convener", "un-head")
	p.press("Create it")
	p.arrive(`document.body.innerText.includes("Grain talks")`)
	p.run(`setTimeout(() => document.querySelector('[aria-label*="un-head"]').click())`)
	p.arrive(`document.querySelector("#link")`)
	p.both("operator-link")
	link := p.get(`document.querySelector("#link").value`)
	p.visit(link)
	p.both("invitation-known")
	p.press("Accept as Olga Orlov")
	p.arrive(`location.pathname === "/p/grain"`)
	p.visit(h.invite("ua-head"))
	p.press("Accept as Olga Orlov")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.visit(h.url + "/seats")
	p.both("my-seats")
	p.visit(h.url + "/account")
	p.run(`document.querySelector("section[aria-labelledby=tokens] summary").click(); document.querySelector("section[aria-labelledby=ways] summary").click()`)
	p.both("account-forms")
	p.fill("token", "Our archive script")
	p.press("Make the token")
	p.arrive(`document.querySelector("#secret")`)
	p.both("token")
	var kind string
	if err := json.Unmarshal([]byte(p.get(`JSON.stringify(document.querySelector("#secret").value.slice(0, 7))`)), &kind); err != nil || kind != "parley_" {
		t.Errorf("the token begins with %q: %v", kind, err)
	}
	p.visit(h.url + "/invitation/none")
	p.expect("404")
	p.both("invitation-closed")
}

// TestWithoutScriptsComingIn: the forms of the doors need no script.
func TestWithoutScriptsComingIn(t *testing.T) {
	t.Parallel()
	h := openDoors(t)
	p := blank(t)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	link := h.invite("us-head")
	p.visit(link)
	p.do(chromedp.SendKeys(chromedp.CSS("#name"), "Uma"), chromedp.SendKeys(chromedp.CSS("#login"), "uma"), chromedp.SendKeys(chromedp.CSS("#password"), doorPassword))
	p.do(chromedp.Click(chromedp.CSS(`form[action^="/invitation/"] button`)))
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.do(chromedp.Click(chromedp.CSS(`.log-out button`)))
	p.arrive(`location.pathname === "/login"`)
	p.do(chromedp.SendKeys(chromedp.CSS("#login"), "uma"), chromedp.SendKeys(chromedp.CSS("#password"), doorPassword), chromedp.Click(chromedp.CSS(`form[action="/login"] button`)))
	p.arrive(`location.pathname === "/p/` + process + `"`)
}
