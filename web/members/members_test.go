package members_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/members"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

// address is what the address of a page says.
type address struct{ room string }

func (a address) Path(name string) string {
	if name == "room" {
		return a.room
	}
	return ""
}
func (a address) Get(string) string { return "" }

// look renders a page of a seat and its forms.
func look(t *testing.T, p *ui.Page, show ui.Show, id talks.RoomID, query string) string {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	p.Query = q
	c, err := show(p, address{string(id)})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if p.Compose != nil {
		if err := p.Compose.Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// write appends an act as a seat.
func write(t *testing.T, w *acttest.World, seat talks.Seat, id talks.RoomID, kind talks.Kind, body string) talks.RoomID {
	t.Helper()
	r, err := w.Ledger.Append(t.Context(), w.Page(t, seat).View.Viewer(), id, kind, []byte(body))
	if err != nil {
		t.Fatalf("%s %s: %v", kind, body, err)
	}
	return r.Room
}

func wants(t *testing.T, html string, want, without []string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(html, s) {
			t.Errorf("no %q in\n%s", s, html)
		}
	}
	for _, s := range without {
		if strings.Contains(html, s) {
			t.Errorf("%q in\n%s", s, html)
		}
	}
}

// TestMembers: who sits, in what role, since when and by whose act, and which changes are whose to make.
func TestMembers(t *testing.T) {
	w := acttest.New(t)
	led := write(t, w, "us-head", "", "room.open", `{"kind":"plenary","title":"Led","members":["us","ru","ua"],"chair":"us","observers":["ua"],"rule":"chair"}`)
	for _, tt := range []struct {
		name          string
		seat          talks.Seat
		room          talks.RoomID
		want, without []string
	}{
		{"opener", "us-head", w.Rooms["direct"], []string{"2 members", ">member<", "room opened", "No chair", "by consensus", "compose=admit", "compose=remove", "compose=update", "compose=leave", "compose=close"}, []string{">observer<"}},
		{"another member", "ru-head", w.Rooms["direct"], []string{"compose=admit", "compose=leave", "compose=close"}, []string{"compose=remove", "compose=update"}},
		{"delegate", "us-deputy", w.Rooms["direct"], []string{"Only the head of a delegation"}, []string{"compose="}},
		{"chair", "us-head", led, []string{"3 members", ">chair<", ">observer<", "the chair decides", "compose=remove", "compose=update"}, []string{"compose=leave", "compose=admit"}},
		{"member of a led room", "ru-head", led, []string{"compose=leave"}, []string{"compose=admit", "compose=close", "compose=update"}},
		{"observer", "ua-head", led, []string{"compose=leave"}, []string{"compose=admit", "compose=close", "compose=update"}},
		{"closed", "us-head", w.Rooms["closed"], []string{"nobody comes or goes"}, []string{"compose="}},
		{"lobby", "us-head", w.Rooms["lobby"], []string{"delegation designated", "Every delegation that the convener designates"}, []string{"compose="}},
		{"caucus", "us-head", w.Rooms["caucus"], []string{"one delegation’s alone"}, []string{"compose="}},
		{"came later", "us-head", w.Rooms["small"], []string{"2 members", "admission", "enough", "asked for"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, look(t, w.Page(t, tt.seat), members.Show, tt.room, ""), tt.want, tt.without)
		})
	}
	if _, err := members.Show(w.Page(t, "ua-head"), address{string(w.Rooms["direct"])}); err != ui.ErrNotFound { //nolint:errorlint // the error itself
		t.Errorf("a room that is not shown: %v", err)
	}
}

// TestLookAhead: every change is foreseen, and what is foreseen stands beside the form that makes it so.
func TestLookAhead(t *testing.T) {
	w := acttest.New(t)
	direct := w.Rooms["direct"]
	tied := write(t, w, "us-head", "", "room.open", `{"kind":"consultation","title":"Tied","members":["us","ru"]}`)
	write(t, w, "us-head", tied, "remark.write", `{"text":"as tabled","on":["`+string(direct)+`/staff"]}`)
	for _, tt := range []struct {
		name          string
		seat          talks.Seat
		room          talks.RoomID
		query         string
		want, without []string
	}{
		{"whom to admit", "us-head", direct, "compose=admit", []string{`method="get"`, `value="ua"`, "would see all 19 entries"}, []string{`method="post"`}},
		{"what the newcomer sees", "us-head", direct, "compose=admit&delegations=ua&delegations=zz&delegations=ru", []string{"all 19 entries", "position <b>3</b>", "There is no thought of it.", "Riyadh meeting", "Who reads afterwards", `id="form-admit"`, `name="delegations" value="ua"`, "and nobody else"}, []string{"cannot be admitted", `value="zz"`, `value="ru"`}},
		{"as an observer", "us-head", direct, "compose=admit&delegations=ua&observers=yes", []string{`name="observers" value="yes"`, "writes nothing but that it leaves"}, nil},
		{"nobody known", "us-head", direct, "compose=admit&delegations=zz", []string{"Whom to admit"}, []string{"form-admit"}},
		{"what stands against it", "us-head", tied, "compose=admit&delegations=ua", []string{"Team ua cannot be admitted", ">Staff</a>", "Direct, Riyadh", "entry 1 refers to it", "Open a new room", "/open?kind=consultation&amp;members="}, []string{`id="form-admit"`}},
		{"warned before", "us-head", tied, "compose=admit", []string{"cannot be admitted: 1 thing it cannot see"}, nil},
		{"whom to remove", "us-head", direct, "compose=remove", []string{`value="ru"`, `method="get"`}, []string{`value="us"`}},
		{"what the removed loses", "us-head", direct, "compose=remove&delegations=ru", []string{"Team ru will lose", "All 19 entries", "Named elsewhere", ">Staff</a>", `id="form-remove"`}, nil},
		{"what the leaver loses", "us-head", direct, "compose=leave", []string{"Your delegation will lose", ">Staff</a>", `id="form-leave"`, "Its words stay"}, nil},
		{"what ends", "ru-head", direct, "compose=close", []string{"All 19 entries stay", ">Staff</a>", `id="form-close"`}, nil},
		{"roles", "us-head", direct, "compose=update", []string{`name="chair"`, `name="rule"`, `name="observers"`}, []string{`method="post"`}},
		{"what changes", "us-head", direct, "compose=update&look=yes&chair=us&observers=ru&rule=majority", []string{">chair<", ">observer<", "by majority", `id="form-update"`, `name="observe" value="ru"`, `name="title"`}, nil},
		{"a rule without a chair", "us-head", direct, "compose=update&look=yes&rule=chair", []string{"Name a chair"}, []string{"form-update"}},
		{"who leads observes", "us-head", direct, "compose=update&look=yes&observers=us", []string{"cannot only observe"}, []string{"form-update"}},
		{"not his to change", "ru-head", direct, "compose=update&look=yes&chair=ru", []string{"compose=admit"}, []string{"form-update"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, look(t, w.Page(t, tt.seat), members.Show, tt.room, tt.query), tt.want, tt.without)
		})
	}
}

// TestAhead: what the look ahead sends along, the gate takes.
func TestAhead(t *testing.T) {
	w := acttest.New(t)
	direct := w.Rooms["direct"]
	for _, tt := range []struct {
		query, title, want string
	}{
		{"compose=update&look=yes&chair=us&observers=ru&rule=majority", "Direct, Riyadh", `{"chair":"us","observe":["ru"],"rule":"majority"}`},
		{"compose=update&look=yes&chair=ru&rule=majority", "Direct, Riyadh", `{"chair":"ru","speak":["ru"]}`},
	} {
		seat := talks.Seat("us-head")
		html := look(t, w.Page(t, seat), members.Show, direct, tt.query)
		p := w.Page(t, seat)
		kind, payload, err := room.Compose(sent(t, html, url.Values{"title": {tt.title}}), p, direct)
		if err != nil || string(payload) != tt.want {
			t.Fatalf("%s: %s %v, want %s", tt.query, payload, err, tt.want)
		}
		if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), direct, kind, payload); err != nil {
			t.Fatal(err)
		}
	}
}

// sent is what a browser sends of the page's post form, with what is typed.
func sent(t *testing.T, html string, typed url.Values) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(html, `method="post"`)
	if !ok {
		t.Fatalf("no form in\n%s", html)
	}
	form, _, _ = strings.Cut(form, "</form>")
	for _, input := range strings.Split(form, "<input ")[1:] {
		if !strings.Contains(input, `type="hidden"`) {
			continue
		}
		name, value := part(input, `name="`), part(input, `value="`)
		typed.Add(name, value)
	}
	return typed
}

func part(s, from string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, `"`)
	return s
}

// TestOpen: a room is opened in two steps, and between them stands who will sit and see.
func TestOpen(t *testing.T) {
	w := acttest.New(t)
	for _, tt := range []struct {
		name, query   string
		seat          talks.Seat
		want, without []string
	}{
		{"choose", "", "us-head", []string{`name="members" value="ru"`, `name="observers"`, `name="chair"`, "Show who will sit and see"}, []string{`method="post"`, `value="caucus"`}},
		{"as suggested", "members=ua&kind=plenary", "us-head", []string{`value="ua" checked`, `value="plenary" selected`}, []string{`value="ru" checked`}},
		{"alone", "look=yes", "us-head", []string{"needs a second delegation"}, []string{`method="post"`}},
		{"a chair that is none", "look=yes&members=ru&rule=chair&chair=ua", "us-head", []string{"Name a chair"}, []string{`method="post"`}},
		{"ahead", "look=yes&members=ru&members=zz&observers=ru&kind=direct&rule=majority", "us-head", []string{"Team ru", ">observer<", "by majority", "Does not see it", ">UA<", `id="form-open"`, `name="title"`, "Direct, Riyadh", "will be seen by"}, []string{"zz", `name="members" value="ua"`}},
		{"delegate", "look=yes&members=ru", "us-deputy", []string{"Only the head"}, []string{"<form"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, look(t, w.Page(t, tt.seat), members.Open, "", tt.query), tt.want, tt.without)
		})
	}
	html := look(t, w.Page(t, "us-head"), members.Open, "", "look=yes&members=ru&members=ua&observers=ua&kind=plenary&rule=chair&chair=us")
	p := w.Page(t, "us-head")
	kind, payload, err := room.Compose(sent(t, html, url.Values{"title": {"New"}}), p, w.Rooms["lobby"])
	if want := `{"kind":"plenary","title":"New","members":["us","ru","ua"],"chair":"us","observers":["ua"],"rule":"chair"}`; err != nil || string(payload) != want {
		t.Fatalf("%s %v, want %s", payload, err, want)
	}
	receipt, err := w.Ledger.Append(t.Context(), p.View.Viewer(), "", kind, payload)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, look(t, w.Page(t, "ua-head"), members.Show, receipt.Room, ""), []string{">chair<", ">observer<"}, nil)
	caucus := look(t, w.Page(t, "ru-head"), members.Open, "", "look=yes&kind=caucus&members=us&chair=us")
	kind, payload, err = room.Compose(sent(t, caucus, url.Values{"title": {"Ours"}}), w.Page(t, "ru-head"), w.Rooms["lobby"])
	if err != nil || kind != "room.open" || string(payload) != `{"kind":"caucus","title":"Ours","members":["ru"]}` {
		t.Errorf("a caucus: %s %v", payload, err)
	}
	if _, err := w.Ledger.Append(t.Context(), w.Page(t, "ru-head").View.Viewer(), "", kind, payload); err != nil {
		t.Error(err)
	}
}

// TestRefused: what the gate refuses comes back where it was sent from, with what was chosen and typed.
func TestRefused(t *testing.T) {
	w := acttest.New(t)
	p := w.Page(t, "us-head")
	p.Problems = talks.Problems{talks.NewProblem("missing", "title")}
	p.Form = url.Values{"compose": {"open"}, "look": {"yes"}, "kind": {"direct"}, "members": {"us", "ru"}, "rule": {"majority"}, "purpose": {"Kept <words>"}}
	wants(t, look(t, p, members.Open, "", ""), []string{"Kept &lt;words&gt;", "data-refused", "by majority", `href="#f-title"`}, nil)

	p = w.Page(t, "us-head")
	p.Problems = talks.Problems{talks.NewProblem("history-hidden", "delegations/0", "ua")}
	p.Form = url.Values{"compose": {"admit"}, "delegations": {"ua"}, "reason": {"Kept <words>"}}
	wants(t, look(t, p, members.Show, w.Rooms["direct"], ""), []string{"Kept &lt;words&gt;", "refers to what", `name="delegations" value="ua"`}, []string{`href="#f-delegations"`})
}

// TestHiddenRooms: what the viewer does not see has no part in what it is shown: with or without rooms of others the page is the same.
func TestHiddenRooms(t *testing.T) {
	one, other := acttest.New(t), acttest.New(t)
	for _, w := range []*acttest.World{one, other} {
		w.Rooms["ours"] = write(t, w, "ua-head", "", "room.open", `{"kind":"direct","title":"Ours","members":["ua","us"]}`)
	}
	hidden := write(t, other, "us-head", "", "room.open", `{"kind":"plenary","title":"Hidden","members":["us","ru"]}`)
	write(t, other, "us-head", hidden, "remark.write", `{"text":"unseen"}`)
	for _, query := range []string{"", "compose=admit", "compose=admit&delegations=ru", "compose=leave", "compose=close", "compose=update"} {
		a := look(t, one.Page(t, "ua-head"), members.Show, one.Rooms["ours"], query)
		b := look(t, other.Page(t, "ua-head"), members.Show, other.Rooms["ours"], query)
		if a != b {
			t.Errorf("%s: the pages differ", query)
		}
	}
}

// TestUndesignated: while the convener's delegation sits in the lobby without being designated, it is one that does not see a new room, and
// opens none itself.
func TestUndesignated(t *testing.T) {
	s := ledger.Script{Process: "talks"}
	for i, a := range []talks.Act{
		&talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"},
		&talks.PartyDeclare{Name: "us", Title: "US", Type: "state", Role: "principal"},
		&talks.PartyDeclare{Name: "ru", Title: "RU", Type: "state", Role: "principal"},
		&talks.DelegationDesignate{Code: "us", Party: talks.Ref{Name: "us"}, Title: "US", Head: "us-head"},
		&talks.DelegationDesignate{Code: "ru", Party: talks.Ref{Name: "ru"}, Title: "RU", Head: "ru-head"},
	} {
		s.Items = append(s.Items, ledger.Item{Room: "lobby", Seat: "sa-head", Kind: a.Kind(), Act: a, At: time.Date(2025, 2, 18, 9, i, 0, 0, time.UTC)})
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.Load(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	page := func(seat talks.Seat) *ui.Page {
		view, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: seat})
		if err != nil {
			t.Fatal(err)
		}
		return &ui.Page{View: view, Loc: message.English(), Key: "key"}
	}
	wants(t, look(t, page("us-head"), members.Open, "", "look=yes&members=ru&kind=direct"), []string{"Does not see it", `title="SA"`}, []string{"Everyone at the table sits in it"})
	wants(t, look(t, page("sa-head"), members.Open, "", "look=yes&members=us&members=ru"), []string{"Your own delegation is not designated yet"}, []string{"<form"})
}
