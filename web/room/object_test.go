package room_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/delegation"
	"parley/web/issue"
	"parley/web/meeting"
	"parley/web/party"
	"parley/web/room"
	"parley/web/ui"
)

// elsewhere are the acts whose forms another package has: who holds which seat is changed on the page of seats.
var elsewhere = map[talks.Kind]string{
	"seat.grant": "seats", "seat.revoke": "seats", "delegation.restore": "seats", "delegation.retain": "seats",
}

// TestEveryAct: there is a form for every kind of act that a person can write.
func TestEveryAct(t *testing.T) {
	kinds := room.Kinds()
	for _, k := range talks.Catalogue {
		if n := len(slices.DeleteFunc(slices.Clone(kinds), func(o talks.Kind) bool { return o != k })); n > 1 || (n == 0) != (elsewhere[k] != "") {
			t.Errorf("%s has %d forms here", k, n)
		}
	}
}

// where is a page with forms: what shows it, and what its address says.
type where struct {
	show ui.Show
	path string
	at   map[string]string
}

func (w where) Path(name string) string { return w.at[name] }
func (w where) Get(string) string       { return "" }

// look renders a page and its forms.
func look(t *testing.T, p *ui.Page, w where, q url.Values) string {
	t.Helper()
	p.Path, p.Query = w.path, q
	c, err := w.show(p, w)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("<!-- forms -->")
	if p.Compose != nil {
		if err := p.Compose.Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestObjects: each form stands on the page of what it is about, for those who may write it and not for others; what it makes, the gate takes.
func TestObjects(t *testing.T) {
	w := acttest.New(t)
	lobby := string(w.Rooms["lobby"])
	object := func(show ui.Show, path, name string) where {
		return where{show, path + "/" + lobby + "/" + name, map[string]string{"room": lobby, "name": name}}
	}
	delegations := where{delegation.List, "delegations", nil}
	for _, tt := range []struct {
		on   where
		seat talks.Seat
		not  talks.Seat // who is not offered it
		in   string
		form url.Values
		want string
	}{
		{delegations, "ru-head", "us-eyes", "lobby", url.Values{"compose": {"party"}, "title": {"European allies"}, "short": {"EU"}, "kind": {"coalition"}, "role": {"ally"}, "of": {"ukraine"}}, `{"name":"european-allies","title":"European allies","short":"EU","kind":"coalition","role":"ally","of":["ukraine"]}`},
		{delegations, "us-head", "ru-head", "lobby", url.Values{"compose": {"delegation"}, "party": {"european-allies"}, "delegation": {"eu"}, "title": {"Team eu"}, "head": {"eu-head"}, "members/1/person": {"A. Person"}, "members/1/office": {"envoy"}}, `"members":[{"person":"A. Person","office":"envoy"}]`},
		{where{delegation.Show, "delegations/ru", map[string]string{"delegation": "ru"}}, "ru-head", "us-head", "lobby", url.Values{"compose": {"delegation-update"}, "delegation": {"ru"}, "title": {"Team ru"}, "level": {"ministers"}, "remove": {"A. Person"}, "add/0/person": {"B. Person"}}, `{"delegation":"ru","add":[{"person":"B. Person"}],"remove":["A. Person"]}`},
		{where{delegation.Show, "delegations/us", map[string]string{"delegation": "us"}}, "us-head", "us-deputy", "direct", url.Values{"compose": {"mandate"}, "scope": {"sign"}, "issues": {lobby + "/embassies"}, "until": {"2026"}}, `{"scope":"sign","issues":["` + lobby + `/embassies"],"until":"2026"}`},
		{object(party.Show, "parties", "ukraine"), "ua-head", "ru-head", "lobby", url.Values{"compose": {"party-update"}, "party": {"ukraine"}, "title": {"Ukraine"}, "role": {"principal"}, "note": {acttest.Nasty}}, `{"party":"ukraine","role":"principal"}`},
		{object(party.Show, "parties", "russia"), "us-head", "us-eyes", "direct", url.Values{"compose": {"relation"}, "between/0": {lobby + "/russia"}, "between/1": {lobby + "/united-states"}, "tone": {"friendly"}, "driven_by": {"war", ""}}, `"name":"us-ru"`},
		{object(party.Show, "parties", "ukraine"), "us-head", "us-eyes", "direct", url.Values{"compose": {"relation"}, "between/0": {lobby + "/russia"}, "between/1": {lobby + "/ukraine"}, "tone": {"hostile"}, "trend": {"steady"}}, `"name":"russia-ukraine"`},
		{object(issue.Show, "issues", "territory"), "us-head", "ru-head", "lobby", url.Values{"compose": {"issue-update"}, "issue": {"territory"}, "title": {"Territory"}, "question": {"Whose is it?"}, "affects": {"russia"}}, `{"issue":"territory","question":"Whose is it?","affects":["russia"]}`},
		{object(issue.Show, "issues", "embassies"), "us-head", "ru-head", "lobby", url.Values{"compose": {"issue-update"}, "issue": {"embassies"}, "options": {"In part\nWait"}}, `{"issue":"embassies","options":[{"name":"in-part","title":"In part"},{"name":"wait-2","title":"Wait"}]}`},
		{object(issue.Show, "issues", "territory"), "us-head", "ru-head", "lobby", url.Values{"compose": {"issue-close"}, "issue": {"territory"}, "outcome": {"Left for later"}}, `{"issue":"territory","outcome":"Left for later"}`},
	} {
		t.Run(tt.form.Get("compose"), func(t *testing.T) {
			id, mine := w.Rooms[tt.in], `id="form-`+tt.form.Get("compose")+`"`
			q := url.Values{"compose": tt.form["compose"], "in": {string(id)}}
			p := w.Page(t, tt.seat)
			html := look(t, p, tt.on, q)
			for _, want := range []string{mine, `name="page" value="` + tt.on.path + `"`, `name="in" value="` + string(id) + `"`, `/rooms/` + string(id) + `/acts"`, "will be seen by"} {
				if !strings.Contains(html, want) {
					t.Errorf("no %s", want)
				}
			}
			if closed := look(t, w.Page(t, tt.seat), tt.on, nil); strings.Contains(closed, "<form") || !strings.Contains(closed, "compose="+tt.form.Get("compose")) {
				t.Error("the page itself does not lead to its form, or has it open")
			}
			if strings.Contains(look(t, w.Page(t, tt.not), tt.on, q), mine) {
				t.Errorf("%s is offered it", tt.not)
			}
			kind, payload, err := room.Compose(tt.form, p, id)
			if err != nil || !strings.Contains(string(payload), tt.want) {
				t.Fatalf("%s %s %v, want %s", kind, payload, err, tt.want)
			}
			if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, payload); err != nil {
				t.Errorf("the gate refuses %s: %v", payload, err)
			}
		})
	}
	if html := look(t, w.Page(t, "us-head"), object(issue.Show, "issues", "territory"), nil); !strings.HasSuffix(html, "<!-- forms -->") {
		t.Error("a closed issue can be changed")
	}
}

// TestCancel: a meeting that was neither held nor cancelled can be cancelled on its page.
func TestCancel(t *testing.T) {
	w := acttest.New(t)
	p, id := w.Page(t, "us-head"), w.Rooms["direct"]
	if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, "meeting.schedule", []byte(`{"name":"round","title":"A round","kind":"meeting"}`)); err != nil {
		t.Fatal(err)
	}
	on := where{meeting.Show, "meetings/" + string(id) + "/round", map[string]string{"room": string(id), "name": "round"}}
	form := url.Values{"compose": {"cancel"}, "meeting": {"round"}, "reason": {"No room"}}
	p = w.Page(t, "ru-head")
	if html := look(t, p, on, url.Values{"compose": {"cancel"}}); !strings.Contains(html, `id="form-cancel"`) || !strings.Contains(html, `name="meeting" value="round"`) {
		t.Errorf("no form: %s", html)
	}
	kind, payload, err := room.Compose(form, p, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, payload); err != nil {
		t.Fatal(err)
	}
	if html := look(t, w.Page(t, "ru-head"), on, nil); !strings.Contains(html, "No room") || strings.Contains(html, "compose=cancel") {
		t.Error("a cancelled meeting can be cancelled again")
	}
}

// TestObjectRefused: a form that was refused stands on its page with what was typed.
func TestObjectRefused(t *testing.T) {
	w := acttest.New(t)
	p, lobby := w.Page(t, "us-head"), string(w.Rooms["lobby"])
	form := url.Values{"compose": {"issue-update"}, "issue": {"territory"}, "title": {"Territory"}, "question": {"Whose?"}, "in": {lobby}}
	kind, payload, err := room.Compose(form, p, w.Rooms["lobby"])
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Ledger.Append(t.Context(), p.View.Viewer(), w.Rooms["lobby"], kind, payload)
	p.Problems, p.Form = talks.Problems{}, form
	if ps, ok := err.(talks.Problems); ok { //nolint:errorlint // the error itself
		p.Problems = ps
	}
	html := look(t, p, where{issue.Show, "issues/" + lobby + "/territory", map[string]string{"room": lobby, "name": "territory"}}, nil)
	for _, want := range []string{"nothing is changed", "data-refused", `value="Territory"`, `id="form-issue-update"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
}
