package proposal

import (
	"errors"
	"maps"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// address is what stands in the address of a page.
type address map[string]string

func (a address) Path(name string) string { return a[name] }
func (a address) Get(name string) string  { return a[name] }

// example loads the example and returns a page of each of some seats, now and as it stood early.
func example(t *testing.T) []*ui.Page {
	t.Helper()
	f, err := os.Open("../../examples/riyadh-2025/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := processfile.Parse(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if _, err := processfile.Load(t.Context(), l, file); err != nil {
		t.Fatal(err)
	}
	var pages []*ui.Page
	for _, seat := range []talks.Seat{"us-head", "ua-head", "us-observer"} {
		v := ledger.Viewer{Process: file.Process, Seat: seat}
		now, err := l.View(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		early, err := l.ViewAt(t.Context(), v, now.World().Lobby().Entries[12].Time)
		if err != nil {
			t.Fatal(err)
		}
		for _, view := range []*ledger.View{now, early} {
			pages = append(pages, &ui.Page{View: view, Loc: message.English(), Query: url.Values{}})
		}
	}
	return pages
}

// render makes a page and returns its HTML. It fails the test on an error, and on a placeholder of a message that nobody filled.
func render(t *testing.T, p *ui.Page, show ui.Show, a address) string {
	t.Helper()
	c, err := show(p, a)
	if err != nil {
		t.Fatalf("%v as %s: %v", a, p.View.Seat(), err)
	}
	html := text(t, c)
	if strings.Contains(html, "{{") || p.Title == "" || p.Nav == "" {
		t.Errorf("%v as %s: title %q, nav %q", a, p.View.Seat(), p.Title, p.Nav)
	}
	return html
}

func text(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// at is the address of an object's page.
func at(r talks.Ref, more address) address {
	a := address{"room": string(r.Room), "name": r.Name}
	maps.Copy(a, more)
	return a
}

// TestPages: every proposal of the example has its page; who may answer is led to the form, and nobody else.
func TestPages(t *testing.T) {
	for _, p := range example(t) {
		render(t, p, List, nil)
		for _, x := range p.W().Proposals() {
			html := render(t, p, Show, at(x.Ref, nil))
			may := !p.View.AsOf() && p.View.Role() == talks.Head && x.By.Seat.Delegation() != p.View.Delegation() && x.Withdrawn == nil
			if got := strings.Contains(html, "compose=answer"); got != may {
				t.Errorf("%s can answer %s: %v, want %v", p.View.Seat(), x.Title, got, may)
			}
		}
		if _, err := Show(p, address{"room": string(lobby), "name": "nothing"}); !errors.Is(err, ui.ErrNotFound) {
			t.Errorf("a proposal that is not there: %v", err)
		}
	}
}

// TestWhoDecides: the page of a proposal says who decides and why others do not, and what it enters into force by.
func TestWhoDecides(t *testing.T) {
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	plan := talks.Ref{Name: "plan"}
	items := []ledger.Item{{Room: "lobby", Seat: "aa-head", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Deciding"}}}
	add := func(room string, seat talks.Seat, a talks.Act) {
		items = append(items, ledger.Item{Room: room, Seat: seat, Act: a})
	}
	for _, d := range []talks.Delegation{"aa", "bb", "cc", "dd", "ee"} {
		add("lobby", "aa-head", &talks.PartyDeclare{Name: string(d), Title: string(d), Type: "state", Role: "principal"})
		add("lobby", "aa-head", &talks.DelegationDesignate{Code: d, Party: talks.Ref{Name: string(d)}, Title: string(d), Head: talks.Seat(d + "-head")})
	}
	add("hall", "aa-head", &talks.RoomOpen{Type: "plenary", Title: "Hall", Members: []talks.Delegation{"aa", "bb", "cc", "dd"}, Chair: "aa"})
	add("hall", "aa-head", &talks.ConditionDefine{Name: "thaw", Title: "The ice has gone"})
	add("hall", "aa-head", &talks.ProposalTable{Name: "plan", Title: "A plan", Text: "All of it.", InForce: &talks.Expr{Of: talks.Ref{Name: "thaw"}}})
	add("hall", "bb-head", &talks.ProposalRespond{Proposal: plan, Answer: "accept"})
	add("hall", "cc-head", &talks.ProposalRespond{Proposal: plan, Answer: "reject"})
	add("hall", "aa-head", &talks.RoomRemove{Delegations: []talks.Delegation{"cc"}})
	add("hall", "dd-head", &talks.RoomLeave{})
	add("hall", "aa-head", &talks.RoomAdmit{Delegations: []talks.Delegation{"ee"}})
	for i := range items {
		items[i].Kind, items[i].At = items[i].Act.Kind(), start.Add(time.Duration(i)*time.Minute)
	}
	rooms, err := l.Load(t.Context(), ledger.Script{Process: "talks", Items: items})
	if err != nil {
		t.Fatal(err)
	}
	v, err := l.View(t.Context(), ledger.Viewer{Process: "talks", Seat: "aa-head"})
	if err != nil {
		t.Fatal(err)
	}
	p := &ui.Page{View: v, Loc: message.English(), Query: url.Values{}}
	html := strings.Join(strings.Fields(render(t, p, Show, at(talks.Ref{Room: rooms["hall"], Name: "plan"}, nil))), " ")
	for _, want := range []string{
		"2 of 3 are for it. That is not enough.", "Those decide who spoke in the room when it was tabled, by the rule of then.",
		"speaks here no longer; its last answer counts", "has left the room; counts no more", "came after it was tabled; has no vote",
		"it has to be tabled anew", "Once it is adopted, as soon as this is so:", "The ice has gone",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
