package badinput

import (
	"cmp"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/talks"
)

// request is a row of the table: something that is not to be taken, and what is to be said to it.
type request struct {
	name   string
	target string
	status int
	// code and field are those of a problem in an answer of the API; words stand somewhere in the answer. A page says reasons and
	// remedies in words alone.
	code, field string
	words       []string

	method string // GET, or POST where there is a body
	seat   talks.Seat
	kind   string // of the body
	body   string
	header []string // names and values
}

func (r *request) verb() string {
	if r.method != "" || r.body == "" && r.kind == "" {
		return cmp.Or(r.method, http.MethodGet)
	}
	return http.MethodPost
}

const (
	formType = "application/x-www-form-urlencoded"
	acts     = "/api/v1/processes/{P}/rooms/{direct}/acts"
	htmlType = "text/html; charset=utf-8"
)

// check looks at an answer: it is the one expected, it is clear, and it is whole.
func (r *request) check(t *testing.T, a answer) {
	t.Helper()
	if a.status != r.status {
		t.Errorf("status %d, want %d\n%.600s", a.status, r.status, a.body)
	}
	if a.status >= http.StatusInternalServerError {
		t.Error("the server blames itself")
	}
	if a.header.Get("Content-Security-Policy") == "" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers are missing: %v", a.header)
	}
	if r.verb() == http.MethodHead {
		if a.body != "" {
			t.Errorf("an answer to HEAD has a body: %q", a.body)
		}
		return
	}
	text := html.UnescapeString(a.body)
	switch {
	case strings.HasPrefix(r.target, "/api/"):
		r.checkProblem(t, a)
	case strings.HasPrefix(r.target, "/static/"): // no person goes there
	default:
		if a.header.Get("Content-Type") != htmlType || strings.Count(a.body, "<h1") != 1 || !strings.HasSuffix(strings.TrimSpace(a.body), "</html>") {
			t.Errorf("not a whole page: %s\n%.300s", a.header.Get("Content-Type"), a.body)
		}
		if len(r.words) == 0 {
			t.Error("the table says no words for this page")
		}
	}
	for _, w := range r.words {
		if !strings.Contains(text, w) {
			t.Errorf("the answer does not say %q:\n%.900s", w, text)
		}
	}
}

// checkProblem checks an answer of RFC 9457.
func (r *request) checkProblem(t *testing.T, a answer) {
	t.Helper()
	var d struct {
		Type     string
		Title    string
		Status   int
		Detail   string
		Remedy   string
		Problems []struct{ Code, Field, Reason, Remedy string }
	}
	if err := json.Unmarshal([]byte(a.body), &d); err != nil {
		t.Fatalf("%v\n%.300s", err, a.body)
	}
	if a.header.Get("Content-Type") != "application/problem+json" || d.Type == "" || d.Title == "" || d.Status != r.status || d.Detail == "" || d.Remedy == "" {
		t.Errorf("not problem details: %s\n%.300s", a.header.Get("Content-Type"), a.body)
	}
	found := r.code == ""
	for _, p := range d.Problems {
		if p.Code == "" || p.Reason == "" || p.Remedy == "" || strings.Contains(p.Reason+p.Remedy, "{0}") {
			t.Errorf("a problem that is not clear: %+v", p)
		}
		found = found || p.Code == r.code && p.Field == r.field
	}
	if !found {
		t.Errorf("no problem %s at %q among %+v", r.code, r.field, d.Problems)
	}
	if r.code == "" && len(d.Problems) > 0 {
		t.Errorf("problems that the table does not name: %+v", d.Problems)
	}
}

// form writes pairs as a form's fields.
func form(kv ...string) string {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v.Encode()
}

// TestRequests: each is refused with clear words, and leaves nothing.
func TestRequests(t *testing.T) {
	h := open(t)
	before := h.state()
	names := map[string]bool{}
	for _, table := range [][]request{pageRequests, formRequests, apiRequests, actRequests, promiseRequests} {
		for _, r := range table {
			if names[r.name] {
				t.Errorf("two rows are called %s", r.name)
			}
			names[r.name] = true
			t.Run(r.name, func(t *testing.T) {
				r.seat = cmp.Or(r.seat, "us-head")
				if r.seat == nobody {
					r.seat = ""
				}
				r.field = h.fill(r.field)
				r.check(t, h.send(&r))
				if after := h.state(); after != before {
					t.Errorf("something was stored:\n%s\nbefore:\n%s", after, before)
				}
				if s := h.log.complaints(); s != "" {
					t.Errorf("the log complains:\n%s", s)
				}
			})
		}
	}
	if len(names) < 60 {
		t.Errorf("only %d requests", len(names))
	}
	// The server is well after all of it.
	if a := h.send(&request{target: "/p/{P}/rooms/{direct}", seat: "us-head"}); a.status != http.StatusOK {
		t.Errorf("a good request: %d", a.status)
	}
}

// nobody sends no credentials of its own.
const nobody talks.Seat = "nobody"

// TestHidden: what is hidden and what is nowhere are refused in the same bytes, in an address and in an act.
func TestHidden(t *testing.T) {
	h := open(t)
	for _, r := range []request{
		{name: "page", target: "/p/{P}/rooms/ROOM"},
		{name: "record", target: "/p/{P}/rooms/ROOM/record/0"},
		{name: "proof", target: "/p/{P}/rooms/ROOM/record/0/proof"},
		{name: "form", target: "/p/{P}/rooms/ROOM/acts", kind: formType, body: form("compose", "remark", "text", "x")},
		{name: "form of nothing", target: "/p/{P}/rooms/ROOM/acts", kind: formType, body: "x="},
		{name: "acts", target: "/api/v1/processes/{P}/rooms/ROOM/acts"},
		{name: "append", target: "/api/v1/processes/{P}/rooms/ROOM/acts", kind: "application/json", body: `{"kind":"remark.write","body":{"text":"x"}}`},
		{name: "append badly", target: "/api/v1/processes/{P}/rooms/ROOM/acts", kind: "application/json", body: `{`},
		{name: "refer", target: acts, kind: "application/json", body: `{"kind":"remark.write","body":{"text":"x","on":["ROOM/#0"]}}`},
		{name: "agreement", target: "/p/{P}/agreements/ROOM/x"},
		{name: "commitment", target: "/p/{P}/commitments/ROOM/x"},
		{name: "what waits", target: "/p/{P}/implementation?for=ROOM/x"},
		{name: "inclusion", target: "/api/v1/processes/{P}/inclusion/ROOM/x"},
		{name: "promise on", target: acts, kind: "application/json", body: `{"kind":"commitment.make","body":` + owed(`"when":{"all":[{"of":"ROOM/x"},{"not":{"of":"ROOM/#0","moment":"met"}}]},"due":{"of":"ROOM/y","within":"P14D"},"in_return":"ROOM/z"`) + `}`},
		{name: "require", target: acts, kind: "application/json", body: `{"kind":"consult.require","body":{"name":"n","title":"N","issues":["ROOM/x"],"parties":["ROOM/y"],"ground":"x"}}`},
		{name: "react", target: acts, kind: "application/json", body: `{"kind":"reaction.record","body":{"party":"ROOM/y","to":"ROOM/#0","stance":"welcomes"}}`},
	} {
		var got []answer
		for _, room := range []string{"{ua-caucus}", "{nowhere}"} {
			one := r
			one.seat = "us-head"
			one.target, one.body = strings.ReplaceAll(r.target, "ROOM", room), strings.ReplaceAll(r.body, "ROOM", room)
			a := h.send(&one)
			a.body = strings.ReplaceAll(a.body, h.fill(room), "ROOM") // an answer may repeat what was sent
			delete(a.header, "Content-Length")
			got = append(got, a)
		}
		if got[0].status != got[1].status || got[0].body != got[1].body || len(got[0].header) != len(got[1].header) {
			t.Errorf("%s: %d and %d\n%s\n%s", r.name, got[0].status, got[1].status, got[0].body, got[1].body)
		}
	}
}
