package server

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/record"
)

func TestFormRecords(t *testing.T) {
	h := open(t, nil)
	post := h.page("/rooms/{direct}/acts")
	body := form("compose", "remark", "text", "On the quay", "key", "k1", "seen", "3")
	a := h.do(http.MethodPost, post, "us-head", body)
	if want := h.page("/rooms/{direct}?from=0#entry-3"); a.status != http.StatusSeeOther || a.header.Get("Location") != want {
		t.Fatalf("%d to %q\n%s", a.status, a.header.Get("Location"), a.body)
	}
	again := h.do(http.MethodPost, post, "us-head", body)
	if again.header.Get("Location") != a.header.Get("Location") {
		t.Errorf("sent twice: %d to %s", again.status, again.header.Get("Location"))
	}
	page := h.get(h.page("/rooms/{direct}"), "ru-head")
	if n := strings.Count(page.body, `id="entry-`); !strings.Contains(page.body, "On the quay") || n != 4 {
		t.Errorf("the room's page has %d entries", n)
	}
	if a := h.get(post, "us-head"); a.status != http.StatusSeeOther || a.header.Get("Location") != h.page("/rooms/{direct}") {
		t.Errorf("asking for the form's address: %d to %s", a.status, a.header.Get("Location"))
	}
}

// What is refused comes back with the reason and with every word that was typed, and nothing is stored.
func TestFormKeepsWhatWasTyped(t *testing.T) {
	h := open(t, nil)
	a := h.do(http.MethodPost, h.page("/rooms/{direct}/acts"), "us-head", form(
		"compose", "statement", "speaker", "lobby/party-ru", "strength", "shouted", "form", "verbatim", "text", "Words <b>worth</b> keeping", "key", "k", "seen", "3"))
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", a.status)
	}
	for _, want := range []string{"Words &lt;b&gt;worth&lt;/b&gt; keeping", `role="alert"`, "<h1>Direct</h1>"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(a.body, "data-live=") {
		t.Error("the page is live, and would be fetched from an address that takes posts only")
	}
	checkHeaders(t, "refused", a)
	if page := h.get(h.page("/rooms/{direct}"), "us-head"); strings.Contains(page.body, "worth keeping") {
		t.Error("it was stored")
	}
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"no field":      {"x=", 422},
		"unknown form":  {form("compose", "shout", "text", "x"), 422},
		"bad seen":      {form("compose", "remark", "text", "x", "seen", "-1"), 400},
		"bad encoding":  {"compose=%zz", 400},
		"not allowed":   {form("compose", "remark", "text", "x"), 422},
		"JSON in forms": {`{"a":1}`, 415},
	} {
		seat := "us-head"
		if name == "not allowed" {
			seat = "us-adviser"
		}
		if a := h.do(http.MethodPost, h.page("/rooms/{direct}/acts"), "", tt.body, func(r *http.Request) { r.Header.Set("Authorization", "Bearer demo:"+seat) }); a.status != tt.status {
			t.Errorf("%s: %d, want %d", name, a.status, tt.status)
		}
	}
}

func TestSeen(t *testing.T) {
	h := open(t, nil)
	lobby, direct, caucus := string(h.rooms["lobby"]), string(h.rooms["direct"]), string(h.rooms["caucus"])
	news := func() string {
		return strings.Join(regexp.MustCompile(`class="fresh">[^<]*`).FindAllString(h.get(h.page("/positions"), "us-head").body, -1), " ")
	}
	mark := func(status int, kv ...string) {
		t.Helper()
		if a := h.do(http.MethodPost, h.page("/seen"), "us-head", form(append(kv, "back", "positions")...)); a.status != status || status == http.StatusSeeOther && a.header.Get("Location") != h.page("/positions") {
			t.Errorf("%d to %s", a.status, a.header.Get("Location"))
		}
	}
	// New is what other delegations wrote: not the issue and the room of this one.
	if got, want := news(), `class="fresh">9 new class="fresh">2 new`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	mark(http.StatusSeeOther, lobby, "9", direct, "2", caucus, "1")
	if got, want := news(), `class="fresh">1 new`; got != want {
		t.Errorf("after two of three entries were seen: %s, want %s", got, want)
	}
	mark(http.StatusSeeOther) // nothing was shown, so nothing was seen
	mark(http.StatusSeeOther, direct, "1")
	mark(http.StatusSeeOther, nowhere, "7")
	mark(http.StatusBadRequest, direct, "-1")
	mark(http.StatusBadRequest, direct, "many")
	if got, want := news(), `class="fresh">1 new`; got != want {
		t.Errorf("after marks that say nothing new: %s, want %s", got, want)
	}
	h.say("direct", "ru-head", "between the page and the click")
	mark(http.StatusSeeOther, direct, "3")
	if got, want := news(), `class="fresh">1 new`; got != want {
		t.Errorf("what came after the page was made: %s, want %s", got, want)
	}
	mark(http.StatusSeeOther, direct, "1000")
	h.say("direct", "us-head", "our own")
	if got := news(); got != "" {
		t.Errorf("all is seen but our own, and still: %s", got)
	}
	h.say("direct", "ru-head", "hello")
	if got, want := news(), `class="fresh">1 new`; got != want {
		t.Errorf("what came since: %s, want %s", got, want)
	}
	// A seat that does not see the room marks nothing there, and is not told.
	if a := h.do(http.MethodPost, h.page("/seen"), "ua-head", form(direct, "1", "back", "positions")); a.status != http.StatusSeeOther {
		t.Errorf("a hidden room: %d", a.status)
	}
}

func TestAPI(t *testing.T) {
	h := open(t, nil)
	var v wire.View
	a := h.get("/api/v1/processes/harbour/view", "us-head")
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.status != 200 || len(v.Rooms) != 3 || v.Role != "head" || len(v.Rooms[0].Entries) != 10 {
		t.Errorf("%d, %v\n%.300s", a.status, err, a.body)
	}
	a = h.do(http.MethodPost, h.acts("direct"), "us-head", `{"kind":"remark.write","body":{"text":"one"},"seen":3,"expect":true,"key":"a"}`)
	var r wire.Receipt
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != http.StatusCreated || r.Index != 3 || r.Room != h.rooms["direct"] {
		t.Fatalf("%d, %v\n%s", a.status, err, a.body)
	}
	if head, err := h.ledger.HostKey().Open([]byte(r.Checkpoint), string(r.Room)); err != nil || head.Size != 4 {
		t.Errorf("the checkpoint: %v, %v", head, err)
	}
	if leaf, err := record.ParseLeaf([]byte(r.Leaf)); err != nil || leaf.Kind != "remark.write" {
		t.Errorf("the leaf: %v, %v", leaf, err)
	}
	if again := h.do(http.MethodPost, h.acts("direct"), "us-head", `{"kind":"remark.write","body":{"text":"one"},"seen":3,"expect":true,"key":"a"}`); again.status != http.StatusOK {
		t.Errorf("the same again: %d", again.status)
	}
	a = h.do(http.MethodPost, h.acts("direct"), "ru-head", `{"kind":"remark.write","body":{"text":"two"},"seen":3,"expect":true}`)
	var d wire.Problem
	if err := json.Unmarshal([]byte(a.body), &d); err != nil || a.status != http.StatusConflict || len(d.Since) != 1 || *d.Size != 4 || string(d.Since[0].Body) != `{"text":"one"}` {
		t.Errorf("a conflict: %d, %v\n%s", a.status, err, a.body)
	}
	var acts wire.RoomActs
	a = h.get(h.acts("direct")+"?from=3", "ru-head")
	if err := json.Unmarshal([]byte(a.body), &acts); err != nil || len(acts.Entries) != 1 || acts.Entries[0].Index != 3 {
		t.Errorf("from 3: %d, %v\n%s", a.status, err, a.body)
	}
	view, _ := h.ledger.View(t.Context(), ledger.Viewer{Process: "harbour", Seat: "ru-head"})
	root := view.Head(h.rooms["direct"]).Root
	if acts.Root != base64.StdEncoding.EncodeToString(root[:]) {
		t.Error("another root")
	}
	a = h.do(http.MethodPost, "/api/v1/processes/harbour/rooms", "ru-head", `{"kind":"room.open","body":{"kind":"direct","title":"New","members":["ru","ua"]}}`)
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != http.StatusCreated || r.Index != 0 || !r.Room.Valid() {
		t.Errorf("opening a room: %d\n%s", a.status, a.body)
	}
}

func TestAPIRefuses(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		body   string
		status int
		code   string
	}{
		{`{"kind":"remark.write","body":{"text":"x"},"extra":1}`, 422, "bad-value"},
		{`{"kind":"remark.write","kind":"remark.write","body":{"text":"x"}}`, 422, "bad-value"},
		{`{"kind":"remark.write","body":{"text":"x"}} {}`, 422, "bad-value"},
		{`{"kind":"remark.write","body":{"text":"x","text":"y"}}`, 422, "bad-value"},
		{`{"kind":"remark.write"}`, 422, "missing"},
		{`{"kind":"remark.shout","body":{}}`, 422, "unknown-act"},
		{`{"kind":"remark.write","body":{"words":"x"}}`, 422, "unknown-field"},
		{`{"kind":"remark.write","body":{"text":7}}`, 422, "wrong-type"},
		{`{"kind":"remark.write","body":{"text":"x"},"expect":true}`, 422, "missing"},
		{`{"kind":"remark.write","body":{"text":"x"},"seen":-1}`, 400, ""},
		{`{"kind":"remark.write","body":{"text":"x"},"seen":1.5}`, 422, "bad-value"},
		{`{"kind":"remark.write","body":{"text":"x"},"key":"` + strings.Repeat("k", 201) + `"}`, 413, "bad-key"},
		{`{"kind":"seat.grant","body":{"holder":"us-x","role":"head"}}`, 403, "not-here"},
		{`{"kind":"issue.open","body":{"name":"quay","title":"Again"}}`, 409, "name-taken"},
		{`{`, 422, "bad-value"},
	} {
		a := h.do(http.MethodPost, h.acts("direct"), "us-head", tt.body)
		var d wire.Problem
		if err := json.Unmarshal([]byte(a.body), &d); err != nil || a.status != tt.status || d.Status != tt.status || d.Detail == "" {
			t.Errorf("%.60s: %d, %v\n%s", tt.body, a.status, err, a.body)
			continue
		}
		if tt.code != "" && (len(d.Problems) == 0 || d.Problems[0].Code != tt.code || d.Problems[0].Reason == "") {
			t.Errorf("%.60s: %+v, want %s", tt.body, d.Problems, tt.code)
		}
		checkHeaders(t, tt.body, a)
	}
	if a := h.do(http.MethodPost, h.acts("direct"), "us-head", form("kind", "remark.write")); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %d", a.status)
	}
	if a := h.do(http.MethodPost, "/api/v1/processes/harbour/rooms", "us-head", `{"kind":"remark.write","body":{"text":"x"}}`); a.status != 422 {
		t.Errorf("a remark in no room: %d", a.status)
	}
	if a := h.get(h.acts("direct"), "us-head"); strings.Count(a.body, `"index"`) != 3 {
		t.Error("something was stored")
	}
}

// Who opens a room is taken there, and who leaves one is taken to the table: the room is not shown any more.
func TestOpenAndLeave(t *testing.T) {
	h := open(t, nil)
	a := h.do(http.MethodPost, h.page("/rooms/{lobby}/acts"), "us-head", form("compose", "open", "title", "New", "kind", "direct", "members", "us", "members", "ua", "key", "k1", "seen", "11"))
	to, _, _ := strings.Cut(a.header.Get("Location"), "?")
	if a.status != http.StatusSeeOther || h.get(to, "ua-head").status != 200 || h.get(to, "ru-head").status != 404 {
		t.Fatalf("%d to %s", a.status, to)
	}
	a = h.do(http.MethodPost, to+"/acts", "ua-head", form("compose", "leave", "key", "k2", "seen", "1"))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != h.page("") || h.get(to, "ua-head").status != 404 {
		t.Errorf("%d to %s", a.status, a.header.Get("Location"))
	}
}
