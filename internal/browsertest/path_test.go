package browsertest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/webauthn"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// submit fills in a form of the page by the names of its fields, and sends it.
func (p tab) submit(form string, fields map[string]string) {
	p.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		p.Fatal(err)
	}
	p.await(`document.querySelector(` + quoted(form) + `)`)
	p.run(`const form = document.querySelector(` + quoted(form) + `);
		for (const [name, value] of Object.entries(` + string(b) + `)) {
			const all = [...form.querySelectorAll("[name=" + JSON.stringify(name) + "]")].filter((e) => e.type !== "hidden");
			const one = all.find((e) => ["radio", "checkbox"].includes(e.type) && e.value === value);
			if (one) one.checked = true; else if (all.length > 0) all[0].value = value; else throw new Error("no field " + name);
		}
		setTimeout(() => form.querySelector("button:not([name]), button").form.requestSubmit())`)
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string cannot fail
	return string(b)
}

// path is talks from their first day: a host with an operator, and nobody else.
type path struct {
	*entrance
	process string
}

// room returns the identifier of a room by its title, as a seat sees it.
func (h *path) room(seat talks.Seat, title string) string {
	h.Helper()
	v, err := h.ledger.View(h.Context(), ledger.Viewer{Process: h.process, Seat: seat})
	if err != nil {
		h.Fatal(err)
	}
	for _, s := range v.World().Rooms() {
		if s.Room.Title == title || title == "lobby" && s.Room.Kind == talks.Lobby {
			return string(s.Room.ID)
		}
	}
	h.Fatalf("%s sees no room %s", seat, title)
	return ""
}

// link presses Invite for a seat and returns the link that is shown once.
func (h *path) link(p tab, seat string) string {
	h.Helper()
	p.visit(h.url + "/p/" + h.process + "/seats")
	p.run(`setTimeout(() => document.querySelector('form[action$="/invitations"] input[name=seat][value="` + seat + `"]').form.requestSubmit())`)
	p.arrive(`document.querySelector("#invitation")`)
	return p.get(`document.querySelector("#invitation").value`)
}

// comes takes a link with a new account, and stands on the first page of the talks.
func (h *path) comes(link, login, name string) tab {
	h.Helper()
	p := blank(h.T)
	p.register(link, login, name)
	p.arrive(`location.pathname === "/p/` + h.process + `"`)
	return p
}

// TestFromOperatorToDelegates: the whole way in a browser. The operator founds talks and invites the convener; the convener designates two
// delegations and invites their heads, one of whom comes with a passkey; a head gives a seat to a delegate; they talk in two rooms, each
// of which not everybody sees; and a delegate whose seat is revoked is shut out while looking.
func TestFromOperatorToDelegates(t *testing.T) {
	t.Parallel()
	h := &path{openDoors(t), "grain"}
	at := h.url + "/p/grain"

	operator := blank(t)
	operator.register(h.invite(""), "olga", "Olga Orlov")
	operator.arrive(`location.pathname === "/operator"`)
	operator.submit(`form[action="/operator/processes"]`, map[string]string{"title": "Grain talks", "process": "grain", "convener": "un-chair"})
	operator.arrive(`document.body.innerText.includes("Grain talks") && document.querySelector('form[action="/operator/invite"]')`)
	operator.run(`setTimeout(() => document.querySelector('form[action="/operator/invite"] input[value="grain"]').form.requestSubmit())`)
	operator.arrive(`document.querySelector("#link")`)
	link := operator.get(`document.querySelector("#link").value`)
	operator.expect("404")
	if status := operator.visit(at); status == http.StatusOK && operator.get(`location.pathname`) == "/p/grain" {
		t.Error("the operator sees the talks")
	}

	convener := h.comes(link, "uriel", "Uriel Unger")
	lobby := h.room("un-chair", "lobby")
	for _, party := range []map[string]string{{"title": "United Nations", "kind": "organisation", "role": "facilitator"}, {"title": "Northland", "kind": "state", "role": "principal"}, {"title": "Southland", "kind": "state", "role": "principal"}} {
		convener.visit(at + "/delegations?compose=party&in=" + lobby)
		convener.submit("#form-party", party)
		convener.arrive(`location.pathname.includes("/rooms/")`)
	}
	for _, d := range []map[string]string{
		{"party": "united-nations", "delegation": "un", "title": "United Nations team", "head": "un-chair"},
		{"party": "northland", "delegation": "no", "title": "Northland team", "head": "no-head"},
		{"party": "southland", "delegation": "so", "title": "Southland team", "head": "so-head"},
	} {
		convener.visit(at + "/delegations?compose=delegation&in=" + lobby)
		party := d["party"]
		d["party"] = convener.get(`[...document.querySelector("#form-delegation [name=party]").options].find((o) => o.value === "` + party + `" || o.value.endsWith("/` + party + `")).value`)
		convener.submit("#form-delegation", d)
		convener.arrive(`location.pathname.includes("/rooms/")`)
	}

	north := h.comes(h.link(convener, "no-head"), "nora", "Nora North")
	// The head of the other side comes with a passkey and no password.
	south := blank(t)
	call(south, webauthn.Enable, webauthn.EnableParams{})
	call(south, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	south.visit(h.link(convener, "so-head"))
	south.fill("name", "Sol South", "login", "sol")
	south.press("Make it with a passkey")
	south.arrive(`location.pathname === "/p/grain"`)

	north.visit(at + "/seats")
	north.press("Open the caucus")
	north.arrive(`document.querySelector("#grant")`)
	north.fill("holder", "no-trade", "person", "Tara Trade")
	north.run(`document.querySelector("#role").value = "delegate"`)
	north.press("Give the seat")
	north.arrive(`document.querySelector("#seat-no-trade")`)
	delegate := h.comes(h.link(north, "no-trade"), "tara", "Tara Trade")

	// Two rooms: one of all three, and one of the two sides.
	for _, room := range []struct {
		kind, title string
		query       string
	}{{"plenary", "Plenary", "members=un&members=so"}, {"direct", "Side room", "members=so"}} {
		north.visit(at + "/open?look=yes&kind=" + room.kind + "&" + room.query)
		north.submit("#form-open", map[string]string{"title": room.title})
		north.arrive(`document.querySelector("h1").innerText === "` + room.title + `"`)
	}
	side := h.room("no-head", "Side room")
	delegate.visit(at + "/rooms/" + side + "?compose=remark")
	delegate.submit("#form-remark", map[string]string{"text": "Two ports could open in spring."})
	delegate.arrive(`[...document.querySelectorAll("article.act")].at(-1).innerText.includes("Two ports")`)
	south.visit(at + "/rooms/" + side)
	south.want(`document.body.innerText.includes("Two ports could open in spring.")`, "true")
	convener.expect("404")
	if status := convener.visit(at + "/rooms/" + side); status != http.StatusNotFound {
		t.Errorf("the convener is shown the side room: %d", status)
	}
	plenary := h.room("un-chair", "Plenary")
	convener.live(at + "/rooms/" + plenary)
	south.visit(at + "/rooms/" + plenary + "?compose=remark")
	south.submit("#form-remark", map[string]string{"text": "We can speak of ports here too."})
	convener.arrive(`document.body.innerText.includes("We can speak of ports here too.")`) // by itself, for it is live

	// The delegate looks at a live page while the seat ends.
	delegate.live(at + "/rooms/" + side)
	delegate.expect("401", "404", "htmx:sse", "ERR_INCOMPLETE_CHUNKED_ENCODING")
	north.visit(at + "/seats")
	north.run(`document.querySelector("#seat-no-trade .seat-revoke summary").click()`)
	north.press("Revoke no-trade")
	north.arrive(`document.querySelector("#seat-no-trade.seat-gone")`)
	delegate.arrive(`location.pathname === "/login" || location.pathname === "/seats"`)
	delegate.visit(at + "/rooms/" + side)
	delegate.want(`document.body.innerText.includes("Two ports")`, "false")
}
