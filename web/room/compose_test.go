package room_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

// sendable is a form for each kind, as a person would fill it in, that the gate accepts.
var sendable = []struct {
	room string
	seat talks.Seat
	form url.Values
	want string
}{
	{"direct", "us-head", url.Values{"compose": {"statement"}, "speaker": {"russia"}, "strength": {"stated"}, "form": {"verbatim"}, "text": {" No.\r\nNot now. "}, "cites/0/source": {"lobby/report"}, "cites/0/paragraph": {"2"}}, `"text":"No.\nNot now."`},
	{"direct", "ru-head", url.Values{"compose": {"position"}, "party": {"russia"}, "issue": {"territory"}, "value": {"90"}, "firmness": {"firm"}, "salience": {"70"}}, `"salience":70`},
	{"direct", "ru-head", url.Values{"compose": {"proposal"}, "title": {"Staff"}, "text": {"Both."}, "terms/1/issue": {"embassies"}, "terms/1/text": {"restore in FULL"}, "terms/3/issue": {"territory"}, "terms/3/text": {"40"}, "terms/4/issue": {"territory"}, "terms/4/text": {"later"}}, `"name":"staff-2"`},
	{"direct", "us-deputy", url.Values{"compose": {"remark"}, "text": {"Well."}, "on": {"staff", ""}}, `"on":["staff"]`},
	{"direct", "us-head", url.Values{"compose": {"readout"}, "meeting": {"riyadh"}, "by": {"united-states"}, "points/2/text": {"All well"}, "points/2/strength": {"stated"}}, `"points":[{"text":"All well","strength":"stated"}]`},
	{"lobby", "us-head", url.Values{"compose": {"release"}, "title": {"Words"}, "text": {"No."}, "kind": {"statement"}, "release": {"nowhere:1"}}, `{"title":"Words","text":"No.","kind":"statement"}`},
	{"direct", "us-head", url.Values{"compose": {"answer"}, "proposal": {"staff"}, "answer": {"accept"}}, `"answer":"accept"`},
	{"direct", "us-head", url.Values{"compose": {"goal"}, "party": {"united-states"}, "kind": {"goal"}, "strength": {"stated"}, "text": {"An end"}}, `An end`},
	{"direct", "us-head", url.Values{"compose": {"issue"}, "title": {"Territory"}, "options": {"Now\nLater\n\nNow"}}, `{"name":"now-2","title":"Now"}`},
	{"direct", "us-head", url.Values{"compose": {"issue"}, "title": {"!!!"}, "scale/low": {"a"}, "scale/high": {"b"}, "scale/min": {"0"}, "scale/max": {"10"}}, `"name":"issue"`},
	{"direct", "us-head", url.Values{"compose": {"meeting"}, "title": {"Second round"}, "kind": {"meeting"}, "standing": {"hoped"}, "expected": {"russia", "united-states"}}, `"expected":[`},
	{"caucus", "us-head", url.Values{"compose": {"source"}, "title": {"A note"}, "kind": {"note"}}, `"name":"a-note"`},
	{"direct", "us-head", url.Values{"compose": {"event"}, "title": {"A strike"}, "when": {"2025-02"}, "illustrative": {"yes"}}, `"illustrative":true`},
}

func TestCompose(t *testing.T) {
	w := acttest.New(t)
	for _, tt := range sendable {
		t.Run(tt.form.Get("compose"), func(t *testing.T) {
			p, id := w.Page(t, tt.seat), w.Rooms[tt.room]
			kind, payload, err := room.Compose(tt.form, p, id)
			if err != nil || !strings.Contains(string(payload), tt.want) {
				t.Fatalf("%s %s %v, want %s", kind, payload, err, tt.want)
			}
			if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, payload); err != nil {
				t.Errorf("the gate refuses %s: %v", payload, err)
			}
		})
	}
}

// The forms that change a room, in an order in which each has something to do.
func TestGovern(t *testing.T) {
	w := acttest.New(t)
	index := strconv.FormatInt(w.Page(t, "us-head").W().Room(w.Rooms["direct"]).Size(), 10)
	for _, tt := range []struct {
		room string
		seat talks.Seat
		form url.Values
		want string
	}{
		{"direct", "us-head", url.Values{"compose": {"proposal"}, "title": {"Ours"}, "text": {"All."}}, `"name":"ours"`},
		{"direct", "us-head", url.Values{"compose": {"withdraw"}, "proposal": {"ours"}, "reason": {"Too much"}}, `{"proposal":"ours","reason":"Too much"}`},
		{"direct", "us-head", url.Values{"compose": {"erase"}, "entry": {index}, "reason": {"A slip"}}, `{"entry":` + index + `,"name":"ours","reason":"A slip"}`},
		{"lobby", "us-head", url.Values{"compose": {"meeting"}, "title": {"Again"}, "kind": {"meeting"}, "standing": {"agreed"}}, `"name":"again"`},
		{"lobby", "us-head", url.Values{"compose": {"hold"}, "meeting": {"again"}, "started": {"2025-03-01"}, "attendance": {"russia", ""}}, `"attendance":[{"party":"russia"}]`},
		{"direct", "ru-head", url.Values{"compose": {"close"}, "reason": {"Done"}}, `{"reason":"Done"}`},
		{"lobby", "us-head", url.Values{"compose": {"open"}, "title": {"Another"}, "kind": {"direct"}, "members": {"us", "ru"}}, `"members":["us","ru"]`},
		{"Another", "us-head", url.Values{"compose": {"admit"}, "delegations": {"ua"}, "observers": {"yes"}}, `{"delegations":["ua"],"observers":true}`},
		{"Another", "us-head", url.Values{"compose": {"update"}, "title": {"Another"}, "purpose": {"To agree"}, "chair": {"us"}, "rule": {"chair"}, "speak": {"ua"}}, `{"purpose":"To agree","chair":"us","speak":["ua"],"rule":"chair"}`},
		{"Another", "ua-head", url.Values{"compose": {"leave"}}, `{}`},
		{"Another", "us-head", url.Values{"compose": {"remove"}, "delegations": {"ru"}, "reason": {"Over"}}, `{"delegations":["ru"],"reason":"Over"}`},
	} {
		t.Run(tt.form.Get("compose"), func(t *testing.T) {
			p, id := w.Page(t, tt.seat), w.Rooms[tt.room]
			// Who sits in the room is changed on another page; this one leads there.
			own := slices.Contains([]string{"withdraw", "erase", "hold", "proposal", "meeting"}, tt.form.Get("compose"))
			if html := show(t, p, id, url.Values{"compose": tt.form["compose"]}); own != strings.Contains(html, `id="form-`+tt.form.Get("compose")+`"`) || !strings.Contains(html, `/members"`) {
				t.Errorf("the form is here: %v", !own)
			}
			kind, payload, err := room.Compose(tt.form, p, id)
			if err != nil || !strings.Contains(string(payload), tt.want) {
				t.Fatalf("%s %s %v, want %s", kind, payload, err, tt.want)
			}
			if kind == "room.open" {
				id = ""
			}
			receipt, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, payload)
			if err != nil {
				t.Fatalf("the gate refuses %s: %v", payload, err)
			}
			w.Rooms["Another"] = receipt.Room
		})
	}
	for _, bad := range []url.Values{{"compose": {"erase"}}, {"compose": {"erase"}, "entry": {"first"}}} {
		if _, _, err := room.Compose(bad, w.Page(t, "us-head"), w.Rooms["lobby"]); err == nil {
			t.Errorf("%v is composed", bad)
		}
	}
}

func TestComposeProblems(t *testing.T) {
	w := acttest.New(t)
	tests := []struct {
		form        url.Values
		code, field string
	}{
		{url.Values{}, "unknown-act", "compose"},
		{url.Values{"compose": {"room"}}, "unknown-act", "compose"},
		{url.Values{"compose": {"position"}, "salience": {"much"}}, "bad-number", "salience"},
		{url.Values{"compose": {"remark"}, "text": {"x"}, "on": {"a/b/c"}}, "unknown-ref", "on/0"},
		{url.Values{"compose": {"statement"}, "speaker": {"/"}}, "unknown-ref", "speaker"},
		{url.Values{"compose": {"statement"}, "cites/0/paragraph": {"1.5"}}, "bad-number", "cites/0/paragraph"},
	}
	p := w.Page(t, "us-head")
	for _, tt := range tests {
		_, _, err := room.Compose(tt.form, p, w.Rooms["direct"])
		var ps talks.Problems
		if !errors.As(err, &ps) || ps[0].Code != tt.code || ps[0].Field != tt.field || ps[0].Reason() == "" {
			t.Errorf("%v: %v", tt.form, err)
		}
	}
}

var fields = []string{
	"speaker", "strength", "form", "text", "person", "said", "to", "about", "party", "issue", "option", "value", "from", "firmness",
	"salience", "confidence", "rests_on", "since", "title", "terms/0/issue", "terms/0/text", "terms/7/text", "condition", "package", "expires",
	"proposal", "answer", "counter", "on", "meeting", "by", "points/0/text", "points/0/issue", "kind", "question", "options", "scale/low",
	"scale/min", "affects", "starts", "expected", "agenda", "url", "published", "when", "parties", "cites/0/source", "cites/0/paragraph",
	"cites/0/quote", "illustrative", "release", "issues",
	"agreement", "subject", "requirement", "reason", "before", "ground", "items", "in_force/on/0/of", "in_force/how", "when/on/0/of", "when/on/0/is",
	"when/on/3/not", "when/from", "condition", "outcome", "commitment", "claim", "by", "minutes", "paragraph", "paragraphs", "to", "stance", "method", "key", "signature",
	"obligors", "deed", "due/by", "due/of", "due/n", "due/unit", "starts/moment", "zone", "measure/unit", "measure/target", "measure/steps/0/value",
	"measure/steps/19/due/n", "in_return", "pace", "verifiers", "attendance/0/party", "attendance/2/presence", "attendance", "expected/0/person", "clone", "points/0/option",
}

// Where no party is declared yet, a form that wants one says where parties are declared.
func TestUndeclared(t *testing.T) {
	w := acttest.New(t)
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	lobby := &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"}
	rooms, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: []ledger.Item{{Room: "lobby", Seat: "us-head", Kind: lobby.Kind(), Act: lobby, At: time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)}}})
	if err != nil {
		t.Fatal(err)
	}
	view, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "us-head"})
	if err != nil {
		t.Fatal(err)
	}
	q := url.Values{"compose": {"statement"}}
	const words = `href="/p/talks/delegations?compose=party#compose">Parties are declared`
	if html := show(t, &ui.Page{View: view, Loc: message.English(), Key: "key"}, rooms["lobby"], q); strings.Count(html, words) != 1 {
		t.Error("the form does not say where parties are declared")
	}
	if html := show(t, w.Page(t, "us-head"), w.Rooms["lobby"], q); strings.Contains(html, words) {
		t.Error("the form says where parties are declared though there are some")
	}
}

// Whatever comes as a form, the answer is an act that can be read back, or problems; and the page with the form shows.
func TestComposeTotal(t *testing.T) {
	w := acttest.New(t)
	pages := []*ui.Page{w.Page(t, "us-head"), w.Page(t, "us-eyes"), w.Page(t, "ua-head")}
	rooms := []talks.RoomID{w.Rooms["lobby"], w.Rooms["direct"], w.Rooms["caucus"], w.Rooms["closed"], "nowhere"}
	ids := []string{"statement", "position", "proposal", "remark", "readout", "release", "answer", "goal", "issue", "meeting", "event", "source", "", "x",
		"reaction", "commitment", "condition", "package", "consult", "require", "waive", "adopt", "confirm", "reserve", "sign", "withdraw-agreement", "denounce",
		"determine", "report", "end-commitment", "meeting-update", "hold", "minutes", "minutes-correct", "minutes-close"}
	value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"russia", "lobby/russia", "territory", "staff", "riyadh", string(w.Rooms["direct"]) + "/staff", "#1", "12", "-1", "2025-02-18", "yes", "stated",
		acttest.Nasty, "\xff\xfe", "\r\n", "\x00", "a/b/c", strings.Repeat("a", 70), "İ", "ẞ", "\u202e",
	}))
	rapid.Check(t, func(r *rapid.T) {
		form := url.Values{"compose": {rapid.SampledFrom(ids).Draw(r, "compose")}}
		for range rapid.IntRange(0, 12).Draw(r, "n") {
			form.Add(rapid.SampledFrom(fields).Draw(r, "field"), value.Draw(r, "value"))
		}
		p := *rapid.SampledFrom(pages).Draw(r, "page")
		id := rapid.SampledFrom(rooms).Draw(r, "room")
		kind, payload, err := room.Compose(form, &p, id)
		var ps talks.Problems
		switch {
		case errors.As(err, &ps):
			if len(ps) == 0 {
				r.Fatal("no problem is named")
			}
		case err != nil:
			r.Fatalf("%v is not of type Problems", err)
		default:
			a, err := talks.Decode(kind, payload)
			if err != nil || a.Kind() != kind {
				r.Fatalf("%s %s: %v", kind, payload, err)
			}
		}
		p.Form, p.Problems = form, ps
		show(r, &p, id, nil)
	})
}

// show renders a room's page for a form.
func show(t interface{ Fatalf(string, ...any) }, p *ui.Page, id talks.RoomID, q url.Values) string {
	p.Query = q
	c, err := room.Show(p, query{id: string(id), values: q})
	if errors.Is(err, ui.ErrNotFound) && p.W().Room(id) == nil {
		return ""
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("%v", err)
	}
	if p.Compose != nil {
		if err := p.Compose.Render(context.Background(), &b); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return b.String()
}

type query struct {
	id     string
	values url.Values
}

func (q query) Path(string) string     { return q.id }
func (q query) Get(name string) string { return q.values.Get(name) }

func TestBox(t *testing.T) {
	w := acttest.New(t)
	direct, lobby := w.Rooms["direct"], w.Rooms["lobby"]
	tests := []struct {
		name    string
		seat    talks.Seat
		room    talks.RoomID
		query   string
		want    []string
		without []string
	}{
		{"head", "us-head", direct, "", []string{`value="statement"`, "will be seen by", `name="key" value="key"`, `name="seen" value="19"`, `data-draft`}, nil},
		{"observer", "us-eyes", direct, "", []string{"You sit here as an observer"}, []string{"<form"}},
		{"closed", "us-head", w.Rooms["closed"], "", []string{"This room is closed"}, []string{"<form"}},
		{"which issue", "us-head", direct, "compose=position", []string{"A position on which issue?", "restored … ceded", "2 options"}, []string{"<form", "A summit"}},
		{"options", "us-head", direct, "compose=position&issue=" + string(lobby) + "/embassies", []string{"Restore in full", `value="restore"`}, nil},
		{"release where", "us-head", direct, "compose=release&release=" + string(direct) + ":1", []string{"Release words into which room?", "everyone at the table", "caucus only", "no thought"}, []string{"<form"}},
		{"release", "us-head", direct, "compose=release&to=" + string(lobby) + "&release=" + string(direct) + ":1", []string{`action="/p/talks/rooms/` + string(lobby) + `/acts"`, "There is no thought of it.", "everyone at the table"}, nil},
		{"caucus things stay", "us-head", direct, "compose=remark", nil, []string{"café"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			html := show(t, w.Page(t, tt.seat), tt.room, q)
			box := html[strings.Index(html, "compose-title")-60:]
			for _, s := range tt.want {
				if !strings.Contains(box, s) {
					t.Errorf("no %q in\n%s", s, box)
				}
			}
			for _, s := range tt.without {
				if strings.Contains(box, s) {
					t.Errorf("%q in\n%s", s, box)
				}
			}
		})
	}
}

// A refused form keeps what was typed, says what was wrong beside the field, and puts the focus there.
func TestRefused(t *testing.T) {
	w := acttest.New(t)
	p, id := w.Page(t, "us-head"), w.Rooms["direct"]
	form := url.Values{"compose": {"statement"}, "speaker": {"russia"}, "strength": {"stated"}, "form": {"verbatim"}, "text": {"Kept <b>words</b>"}, "said": {"yesterday"}}
	kind, payload, err := room.Compose(form, p, id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, payload)
	var ps talks.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("the gate took it: %v", err)
	}
	p.Problems, p.Form = ps, form
	html := show(t, p, id, nil)
	for _, s := range []string{"Kept &lt;b&gt;words&lt;/b&gt;", `aria-invalid="true"`, `id="f-said-problem"`, "is not a date", "data-refused", `value="yesterday"`, "autofocus", `<details class="fold" open`} {
		if !strings.Contains(html, s) {
			t.Errorf("no %q", s)
		}
	}
}

func TestPages(t *testing.T) {
	w := acttest.New(t)
	p, id := w.Page(t, "us-head"), w.Rooms["lobby"]
	for range 450 {
		if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, "remark.write", []byte(`{"text":"again"}`)); err != nil {
			t.Fatal(err)
		}
	}
	p = w.Page(t, "us-head")
	size := p.W().Room(id).Size()
	said := func(seat talks.Seat) {
		if _, err := w.Ledger.Append(t.Context(), ledger.Viewer{Process: p.View.Process(), Seat: seat}, id, "remark.write", []byte(`{"text":"new"}`)); err != nil {
			t.Fatal(err)
		}
	}
	for _, seat := range []talks.Seat{"us-head", "ru-head", "us-head", "ru-head", "ru-head"} {
		said(seat)
	}
	p = w.Page(t, "us-head")
	p.Marks = map[talks.RoomID]int64{id: size}
	size += 5
	html := show(t, p, id, nil)
	if n := strings.Count(html, `<article`); n != 200 || !strings.Contains(html, ui.EntryID(size-1)+`"`) || !strings.Contains(html, "3 new since you last looked") ||
		!strings.Contains(html, `id="unread"`) || strings.Index(html, `id="unread"`) < strings.Index(html, ui.EntryID(size-5)+`"`) || !strings.Contains(html, fmt.Sprintf(`name="%s" value="%d"`, id, size)) {
		t.Errorf("the newest page has %d entries", n)
	}
	html = show(t, w.Page(t, "us-head"), id, url.Values{"from": {"100"}})
	if strings.Count(html, "<article") != 200 || !strings.Contains(html, `id="entry-100"`) || !strings.Contains(html, `rel="prev"`) || !strings.Contains(html, `rel="next"`) {
		t.Error("the page from 100 does not begin there")
	}
	for _, from := range []string{"-1", "x", "99999999999999999999", "1e3", "460009"} {
		if html = show(t, w.Page(t, "us-head"), id, url.Values{"from": {from}}); strings.Count(html, "<article") != 200 {
			t.Errorf("from=%s shows %d entries", from, strings.Count(html, "<article"))
		}
	}
	if _, err := room.Show(w.Page(t, "ua-head"), query{id: string(w.Rooms["direct"])}); !errors.Is(err, ui.ErrNotFound) {
		t.Errorf("a hidden room: %v", err)
	}
}
