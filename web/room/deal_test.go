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

	"parley/internal/talks"
	"parley/web/act/acttest"
	"parley/web/room"
	"parley/web/ui"
)

// offer renders the form of an object's page.
func offer(t *testing.T, p *ui.Page, o room.Offer) string {
	t.Helper()
	p.Path, p.Query = "somewhere", url.Values{"compose": {o.Form}}
	box := room.Offers(p, "Changes", o)
	if box == nil {
		return ""
	}
	var b strings.Builder
	if err := box.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// write composes a form and lets the gate take it.
func write(t *testing.T, w *acttest.World, seat talks.Seat, id talks.RoomID, form url.Values) (payload string, err error) {
	t.Helper()
	p := w.Page(t, seat)
	kind, b, err := room.Compose(form, p, id)
	if err != nil {
		return "", err
	}
	_, err = w.Ledger.Append(t.Context(), p.View.Viewer(), id, kind, b)
	return string(b), err
}

// TestDeal: from a consultation to the end of a promise, each act by its form, as a person fills it in: the form is offered to those who may
// write it and to no others, with what the page decided, and what it makes, the gate takes.
func TestDeal(t *testing.T) {
	w := acttest.New(t)
	lobby := string(w.Rooms["lobby"])
	russia, america, ukraine := lobby+"/russia", lobby+"/united-states", lobby+"/ukraine"
	territory, embassies := lobby+"/territory", lobby+"/embassies"
	at := func(name, value string) url.Values { return url.Values{name: {value}} }
	for _, tt := range []struct {
		seat, not talks.Seat
		fields    url.Values
		form      url.Values
		want      string
	}{
		{"us-head", "us-deputy", nil, url.Values{"compose": {"require"}, "title": {"Ask them"}, "issues": {territory}, "parties": {ukraine}, "before": {"tabling", "adopting"}, "ground": {"It is theirs"}}, `"name":"ask-them","title":"Ask them","issues":["` + territory + `"],"parties":["` + ukraine + `"],"before":["tabling","adopting"],"ground":"It is theirs"`},
		{"us-deputy", "us-eyes", nil, url.Values{"compose": {"consult"}, "parties": {ukraine}, "issues": {territory}, "when": {"2025-02"}, "place": {"Kyiv"}, "illustrative": {"yes"}}, `"when":"2025-02","place":"Kyiv","illustrative":true`},
		{"us-head", "us-deputy", at("requirement", "ask-them"), url.Values{"compose": {"waive"}, "requirement": {"ask-them"}, "parties": {ukraine}, "reason": {"They said all"}}, `{"requirement":"ask-them","parties":["` + ukraine + `"],"reason":"They said all"}`},
		{"us-deputy", "us-eyes", nil, url.Values{"compose": {"condition"}, "title": {"A truce"}, "text": {"For a week"}, "determiners": {russia, america}}, `"name":"a-truce"`},
		{"us-deputy", "us-eyes", nil, url.Values{"compose": {"condition"}, "title": {"Truce or time"}, "when/how": {"any"}, "when/on/0/of": {"a-truce"}, "when/on/2/of": {lobby + "/riyadh"}, "when/on/2/is": {"held"}, "when/on/2/not": {"yes"}, "when/from": {"2026"}}, `"when":{"any":[{"of":"a-truce"},{"not":{"of":"` + lobby + `/riyadh","is":"held"}},{"from":"2026"}]}`},
		{"us-head", "us-eyes", nil, url.Values{"compose": {"proposal"}, "title": {"Plan"}, "text": {"All."}, "terms/0/issue": {embassies}, "terms/0/text": {"restore"}, "parties": {ukraine}, "in_force/on/1/of": {"truce-or-time"}}, `"in_force":{"of":"truce-or-time"},"parties":["` + ukraine + `"]`},
		{"ru-head", "us-eyes", nil, url.Values{"compose": {"answer"}, "proposal": {"plan"}, "answer": {"accept-ad-referendum"}}, `accept-ad-referendum`},
		{"us-head", "us-deputy", nil, url.Values{"compose": {"package"}, "title": {"One"}, "items": {"plan", embassies}}, `"items":["plan","` + embassies + `"]`},
		{"ru-head", "us-eyes", at("condition", "a-truce"), url.Values{"compose": {"determine"}, "condition": {"a-truce"}, "party": {russia}, "outcome": {"met"}, "when": {"2025-02-20"}}, `{"condition":"a-truce","party":"` + russia + `","outcome":"met","when":"2025-02-20"}`},
		{"us-head", "us-deputy", at("proposal", "plan"), url.Values{"compose": {"adopt"}, "proposal": {"plan"}, "title": {"The plan"}}, `"title":"The plan","proposal":"plan"`},
		{"ru-head", "us-deputy", at("agreement", "the-plan"), url.Values{"compose": {"confirm"}, "agreement": {"the-plan"}, "text": {"Yes"}}, `{"agreement":"the-plan","text":"Yes"}`},
		{"ru-head", "us-deputy", at("agreement", "the-plan"), url.Values{"compose": {"reserve"}, "agreement": {"the-plan"}, "kind": {"declaration"}, "issue": {embassies}, "text": {"As we read it"}}, `"kind":"declaration","issue":"` + embassies + `"`},
		{"ru-head", "us-deputy", at("agreement", "the-plan"), url.Values{"compose": {"reserve"}, "agreement": {"the-plan"}, "kind": {"reservation"}, "text": {"Not in winter"}}, `"kind":"reservation","text":"Not in winter"`},
		{"us-head", "us-deputy", at("agreement", "the-plan"), url.Values{"compose": {"reserve"}, "agreement": {"the-plan"}, "kind": {"objection"}, "against": {"last"}, "text": {"In winter too"}}, `"kind":"objection","against":`},
		{"us-head", "us-deputy", nil, url.Values{
			"compose": {"commitment"}, "title": {"Staff"}, "deed": {"Bring them back"}, "obligors": {america}, "beneficiaries": {russia}, "issue": {embassies},
			"agreement": {"the-plan"}, "article": {"1"}, "measure/unit": {"posts"}, "measure/baseline": {"0"}, "measure/target": {"100"},
			"measure/steps/0/value": {"50"}, "measure/steps/0/due/of": {"a-truce"}, "measure/steps/0/due/n": {"14"}, "measure/steps/0/due/unit": {"D"},
			"measure/steps/2/title": {"All"}, "measure/steps/2/value": {"100"}, "measure/steps/2/due/by": {"2026"}, "when/on/0/of": {"a-truce"}, "when/on/0/is": {"met"},
			"due/of": {lobby + "/riyadh"}, "due/n": {"48"}, "due/unit": {"H"}, "starts/of": {"a-truce"}, "starts/n": {"1"}, "starts/unit": {"day"}, "expires/by": {"2030"},
			"zone": {"Europe/Kyiv"}, "verifiers": {ukraine}, "evidence": {"A list"},
		}, `"measure":{"unit":"posts","baseline":"0","target":"100","steps":[{"value":"50","due":{"of":"a-truce","within":"P14D","zone":"Europe/Kyiv"}},{"title":"All","value":"100","due":{"by":"2026","zone":"Europe/Kyiv"}}]},"when":{"of":"a-truce","is":"met"},"starts":{"of":"a-truce","day":1,"zone":"Europe/Kyiv"},"due":{"of":"` + lobby + `/riyadh","within":"PT48H","zone":"Europe/Kyiv"},"expires":{"by":"2030","zone":"Europe/Kyiv"}`},
		{"ru-head", "us-deputy", nil, url.Values{
			"compose": {"commitment"}, "title": {"Staff"}, "deed": {"The same"}, "obligors": {russia}, "beneficiaries": {america}, "measure/unit": {"posts"},
			"measure/baseline": {"10"}, "measure/target": {"0"}, "measure/steps/0/value": {"5"}, "measure/steps/1/value": {"0"}, "in_return": {"staff-2"}, "pace": {"step-for-step"},
		}, `"name":"staff-3"`},
		{"us-deputy", "us-eyes", at("commitment", "staff-2"), url.Values{"compose": {"report"}, "commitment": {"staff-2"}, "party": {america}, "claim": {"progress"}, "value": {"20"}, "when": {"2026"}, "text": {"On the way"}}, `"claim":"progress","value":"20"`},
		{"ru-head", "us-deputy", at("commitment", "staff-2"), url.Values{"compose": {"end-commitment"}, "commitment": {"staff-2"}, "ground": {"waived"}, "reason": {"Enough"}}, `{"commitment":"staff-2","ground":"waived","reason":"Enough"}`},
		{"us-deputy", "us-eyes", at("to", "the-plan"), url.Values{"compose": {"reaction"}, "to": {"the-plan"}, "party": {america}, "stance": {"welcome"}, "text": {"At last"}}, `"to":"the-plan","stance":"welcome"`},
		{"us-head", "us-deputy", at("agreement", "the-plan"), url.Values{"compose": {"withdraw-agreement"}, "agreement": {"the-plan"}, "reason": {"Too slow"}}, `{"agreement":"the-plan","reason":"Too slow"}`},
		{"us-head", "us-eyes", nil, url.Values{"compose": {"proposal"}, "title": {"Memo"}, "text": {"Small."}}, `memo`},
		{"ru-head", "us-eyes", nil, url.Values{"compose": {"answer"}, "proposal": {"memo"}, "answer": {"accept"}}, `accept`},
		{"us-head", "us-deputy", at("proposal", "memo"), url.Values{"compose": {"adopt"}, "proposal": {"memo"}, "title": {"The memo"}}, `{"name":"the-memo","title":"The memo","proposal":"memo"}`},
		{"ru-head", "us-deputy", at("agreement", "the-memo"), url.Values{"compose": {"denounce"}, "agreement": {"the-memo"}, "effective": {"2027"}, "reason": {"No use"}}, `{"agreement":"the-memo","effective":"2027","reason":"No use"}`},
	} {
		t.Run(tt.form.Get("compose"), func(t *testing.T) {
			id, mine := w.Rooms["direct"], `id="form-`+tt.form.Get("compose")+`"`
			o := room.Offer{Form: tt.form.Get("compose"), Rooms: []talks.RoomID{id}, Fields: tt.fields}
			html := offer(t, w.Page(t, tt.seat), o)
			if tt.form.Get("against") == "last" { // the reservation that was just made, by its entry
				n := strconv.FormatInt(w.Page(t, tt.seat).W().Room(id).Size()-1, 10)
				tt.form.Set("against", n)
				if !strings.Contains(html, `<option value="`+n+`">RU: Not in winter</option>`) {
					t.Errorf("the reservation cannot be chosen:\n%s", html)
				}
			}
			if !strings.Contains(html, mine) || !strings.Contains(html, "will be seen by") {
				t.Fatalf("no form:\n%s", html)
			}
			for name, v := range tt.fields {
				if !strings.Contains(html, `<input type="hidden" name="`+name+`" value="`+v[0]+`"`) {
					t.Errorf("what the page decided does not stand fast: %s", name)
				}
			}
			for name := range tt.form {
				if name != "compose" && !strings.Contains(html, `name="`+name+`"`) {
					t.Errorf("the form has no field %s", name)
				}
			}
			if strings.Contains(offer(t, w.Page(t, tt.not), o), mine) {
				t.Errorf("%s is offered it", tt.not)
			}
			payload, err := write(t, w, tt.seat, id, tt.form)
			if err != nil || !strings.Contains(payload, tt.want) {
				t.Fatalf("%s %v, want %s", payload, err, tt.want)
			}
		})
	}
}

// TestSign: a signature made elsewhere is handed in by the form, as a browser sends it; one that was made with another's key is refused beside
// it.
func TestSign(t *testing.T) {
	w := acttest.New(t)
	id := w.Rooms["pact"]
	form := func(key byte) url.Values {
		a := w.Sign(t, "ru-head", key)
		return url.Values{
			"compose": {"sign"}, "agreement": {"annex-agreed"}, "method": {"ssh"}, "signer": {"B. Person"}, "key": {a.Key + "\r\n"},
			"signature": {strings.ReplaceAll(a.Signature, "\n", "\r\n")},
		}
	}
	html := offer(t, w.Page(t, "ru-head"), room.Offer{Form: "sign", Rooms: []talks.RoomID{id}, Fields: url.Values{"agreement": {"annex-agreed"}}})
	if !strings.Contains(html, "parley sign annex-agreed --room "+string(id)) || !strings.Contains(html, `name="method" value="ssh"`) {
		t.Errorf("it is not said how to sign:\n%s", html)
	}
	_, err := write(t, w, "ru-head", id, form(0))
	var ps talks.Problems
	if !errors.As(err, &ps) || ps[0].Code != "bad-signature" {
		t.Fatalf("a key that another signed with: %v", err)
	}
	p := w.Page(t, "ru-head")
	p.Problems, p.Form = ps, form(0)
	if html := show(t, p, id, nil); !strings.Contains(html, `id="f-key-problem"`) {
		t.Error("nothing is said beside the key")
	}
	if payload, err := write(t, w, "ru-head", id, form(1)); err != nil || !strings.Contains(payload, `"signer":"B. Person"`) {
		t.Errorf("%s %v", payload, err)
	}
}

// TestMeetings: a meeting is changed, held with those who came and those who did not, and its minutes are opened, corrected and closed.
func TestMeetings(t *testing.T) {
	w := acttest.New(t)
	id, lobby := w.Rooms["direct"], string(w.Rooms["lobby"])
	russia, america := lobby+"/russia", lobby+"/united-states"
	for _, tt := range []struct {
		seat   talks.Seat
		fields url.Values
		form   url.Values
		shows  string
		want   string
	}{
		{"us-head", url.Values{"clone": {lobby + "/riyadh"}}, url.Values{
			"compose": {"meeting"}, "title": {"Second round"}, "kind": {"summit"}, "standing": {"hoped"}, "format": {"shuttle"}, "expected": {america},
			"expected/1/party": {russia}, "expected/1/person": {"B. Person"}, "preconditions": {lobby + "/riyadh"}, "agenda": {lobby + "/territory"},
		}, `value="B. Person"`, `"format":"shuttle","standing":"hoped","expected":[{"party":"` + russia + `","person":"B. Person"},{"party":"` + america + `"}],"agenda":["` + lobby + `/territory"],"preconditions":["` + lobby + `/riyadh"]`},
		{"us-head", url.Values{"meeting": {"second-round"}}, url.Values{
			"compose": {"meeting-update"}, "meeting": {"second-round"}, "title": {"Second round"}, "standing": {"announced"}, "format": {"shuttle"}, "starts": {"2025-03"},
			"expected": {america}, "expected/0/party": {russia}, "expected/0/person": {"B. Person"}, "agenda": {lobby + "/territory"}, "preconditions": {lobby + "/riyadh"},
		}, `value="Second round"`, `{"meeting":"second-round","standing":"announced","starts":"2025-03"}`},
		{"us-head", url.Values{"meeting": {"second-round"}}, url.Values{
			"compose": {"hold"}, "meeting": {"second-round"}, "started": {"2025-03-04"}, "attendance": {america, russia}, "attendance/0/party": {russia},
			"attendance/0/person": {"B. Person"}, "attendance/0/presence": {"excused"},
		}, `value="B. Person"`, `"attendance":[{"party":"` + russia + `","person":"B. Person","presence":"excused"},{"party":"` + america + `"}]`},
		{"us-head", url.Values{"meeting": {"second-round"}}, url.Values{"compose": {"minutes"}, "meeting": {"second-round"}, "paragraphs": {"They met.\r\nAll.\r\n \r\n\r\nThey parted."}}, "An empty line ends", `"name":"second-round-minutes","meeting":"second-round","paragraphs":["They met.\nAll.","They parted."]`},
		{"us-head", url.Values{"minutes": {"second-round-minutes"}, "paragraph": {"1"}}, url.Values{"compose": {"minutes-correct"}, "minutes": {"second-round-minutes"}, "paragraph": {"3"}, "text": {"They will meet again."}}, ">They met.\nAll.</textarea>", `{"minutes":"second-round-minutes","paragraph":3,"text":"They will meet again."}`},
		{"us-head", url.Values{"minutes": {"second-round-minutes"}}, url.Values{"compose": {"minutes-close"}, "minutes": {"second-round-minutes"}}, "Second round", `{"minutes":"second-round-minutes"}`},
		{"ru-head", url.Values{"meeting": {"second-round"}}, url.Values{
			"compose": {"readout"}, "meeting": {"second-round"}, "by": {russia}, "points/0/text": {"Both"}, "points/0/issue": {lobby + "/embassies"}, "points/0/option": {"restore in full"},
			"points/1/text": {"Half"}, "points/1/issue": {lobby + "/territory"}, "points/1/option": {"50"}, "points/2/text": {"Again"}, "points/2/topic": {"next-step"}, "points/2/when": {"2025-04"},
			"attendance": {america},
		}, "Tells of", `"points":[{"text":"Both","issue":"` + lobby + `/embassies","option":"restore"},{"text":"Half","issue":"` + lobby + `/territory","value":"50"},{"text":"Again","topic":"next-step","when":"2025-04"}],"attendance":[{"party":"` + america + `"}]`},
	} {
		t.Run(tt.form.Get("compose"), func(t *testing.T) {
			html := offer(t, w.Page(t, tt.seat), room.Offer{Form: tt.form.Get("compose"), Rooms: []talks.RoomID{id}, Fields: tt.fields})
			if !strings.Contains(html, tt.shows) {
				t.Errorf("no %q in\n%s", tt.shows, html)
			}
			payload, err := write(t, w, tt.seat, id, tt.form)
			if err != nil || !strings.Contains(payload, tt.want) {
				t.Fatalf("%s %v, want %s", payload, err, tt.want)
			}
		})
	}
}

// TestClone: what is cloned is what all in the room see of the meeting, but for its days and how firm it was; what they do not see is not.
func TestClone(t *testing.T) {
	w := acttest.New(t)
	html := show(t, w.Page(t, "us-head"), w.Rooms["direct"], url.Values{"compose": {"meeting"}, "clone": {string(w.Rooms["lobby"]) + "/riyadh"}})
	for _, want := range []string{`value="Riyadh meeting"`, `value="Palace"`, `value="B. Person"`, `value="ministers" selected`, `name="agenda" value="` + string(w.Rooms["lobby"]) + `/territory" checked`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(html, `value="2025-02-18"`) {
		t.Error("the new meeting has the day of the old one")
	}
	html = show(t, w.Page(t, "us-head"), w.Rooms["lobby"], url.Values{"compose": {"meeting"}, "clone": {string(w.Rooms["pact"]) + "/talk"}})
	if strings.Contains(html, "A talk") {
		t.Error("a meeting that not all in the room see is cloned into it")
	}
}

// TestMany: where there is too much to choose from, a thing is named; what it can be named by, the form says.
func TestMany(t *testing.T) {
	w := acttest.New(t)
	p, id := w.Page(t, "us-head"), w.Rooms["direct"]
	for i := range 301 {
		if _, err := w.Ledger.Append(t.Context(), p.View.Viewer(), id, "meeting.schedule", fmt.Appendf(nil, `{"name":"round-%d","title":"Round %d","kind":"call"}`, i, i)); err != nil {
			t.Fatal(err)
		}
	}
	html := show(t, w.Page(t, "us-head"), id, url.Values{"compose": {"commitment"}})
	if !strings.Contains(html, `<input id="f-due-of" type="text" name="due/of"`) || !strings.Contains(html, "name, or room/name") || strings.Contains(html, "Round 7") {
		t.Error("the list is too long to be looked through")
	}
	form := url.Values{"compose": {"commitment"}, "title": {"T"}, "deed": {"D"}, "obligors": {"united-states"}, "due/of": {"round-0"}, "when/on/1/of": {"lobby/riyadh"}}
	if payload, err := write(t, w, "us-head", id, form); err != nil || !strings.Contains(payload, `"when":{"of":"`+string(w.Rooms["lobby"])+`/riyadh"},"due":{"of":"round-0"}`) {
		t.Errorf("%s %v", payload, err)
	}
	html = offer(t, w.Page(t, "us-head"), room.Offer{Form: "meeting", Rooms: []talks.RoomID{id}, Fields: url.Values{"clone": {"round-0"}}})
	if n := strings.Count(html, `name="preconditions"`); n != 300 || !strings.Contains(html, ": Round 300") || strings.Contains(html, ": Round 0<") {
		t.Errorf("%d things to wait for", n)
	}
}

// TestBeside: what the gate finds wrong inside a condition, a time, a step, a point or a row of people is said beside the field that says it.
func TestBeside(t *testing.T) {
	w := acttest.New(t)
	id, lobby := w.Rooms["direct"], string(w.Rooms["lobby"])
	promise := func(more ...string) url.Values {
		form := url.Values{"compose": {"commitment"}, "title": {"T"}, "deed": {"D"}, "obligors": {lobby + "/united-states"}}
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	for _, tt := range []struct {
		form url.Values
		code string
		want string // the field that it is said beside, as the form has it then
	}{
		{promise("when/on/0/of", "war", "when/on/0/is", "met"), "not-one-of", "when/on/0/is"},
		{promise("when/on/0/of", "war", "when/on/2/of", lobby+"/riyadh", "when/on/2/is", "met", "when/on/2/not", "yes"), "not-one-of", "when/on/1/is"},
		{promise("when/on/1/of", "gone"), "unknown-ref", "when/on/0/of"},
		{promise("when/on/0/of", "war", "when/from", "soon"), "bad-date", "when/from"},
		{promise("when/from", "2026", "when/until", "2025"), "ends-early", "when/until"},
		{promise("due/by", "2026", "due/n", "3"), "one-due", "due/by"},
		{promise("due/of", "war", "due/n", "0"), "out-of-range", "due/n"},
		{promise("due/of", "war", "due/n", "900000"), "bad-span", "due/n"},
		{promise("due/of", lobby+"/territory"), "wrong-object", "due/of"},
		{promise("due/by", "2026", "zone", "Nowhere"), "bad-zone", "zone"},
		{promise("measure/unit", "posts", "measure/baseline", "0", "measure/target", "9", "measure/steps/2/value", "10"), "step-order", "measure/steps/0/value"},
		{promise("measure/unit", "posts", "measure/baseline", "0", "measure/target", "9", "measure/steps/1/value", "3", "measure/steps/1/due/by", "x"), "bad-date", "measure/steps/0/due/by"},
		{promise("pace", "step-for-step"), "missing", "in_return"},
		{url.Values{"compose": {"readout"}, "meeting": {lobby + "/riyadh"}, "by": {lobby + "/united-states"}, "points/1/text": {"x"}, "points/1/issue": {lobby + "/territory"}, "points/1/option": {"101"}}, "off-scale", "points/0/option"},
		{url.Values{"compose": {"readout"}, "meeting": {lobby + "/riyadh"}, "by": {lobby + "/united-states"}, "points/1/text": {"x"}, "points/1/issue": {lobby + "/embassies"}, "points/1/option": {"never"}}, "no-such-option", "points/0/option"},
		{url.Values{"compose": {"meeting"}, "title": {"M"}, "kind": {"call"}, "expected/1/person": {"Somebody"}}, "missing", "expected/0/party"},
	} {
		t.Run(tt.code, func(t *testing.T) {
			_, err := write(t, w, "us-head", id, tt.form)
			var ps talks.Problems
			if !errors.As(err, &ps) || !slices.ContainsFunc(ps, func(q *talks.Problem) bool { return q.Code == tt.code }) {
				t.Fatalf("%v, want %s", err, tt.code)
			}
			p := w.Page(t, "us-head")
			p.Problems, p.Form = ps, tt.form
			html := show(t, p, id, nil)
			fid := "f-" + strings.NewReplacer("/", "-", "_", "-").Replace(tt.want)
			if !strings.Contains(html, `id="`+fid+`-problem"`) || !strings.Contains(html, `href="#`+fid+`"`) {
				t.Errorf("nothing is said beside %s", tt.want)
			}
		})
	}
}
