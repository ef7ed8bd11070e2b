package browsertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"parley/examples"
	"parley/internal/server"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

// makers says by which act the objects are made that a route's {name} stands for, by the first part of the route's path.
var makers = map[string][]talks.Kind{
	"positions": {"issue.open"},
	"issues":    {"issue.open"},
	"proposals": {"proposal.table"},
	"meetings":  {"meeting.schedule", "meeting.hold"},
	"parties":   {"party.declare"},
	"sources":   {"source.add"},

	"agreements":  {"agreement.adopt"},
	"commitments": {"commitment.make"},
	"conditions":  {"condition.define"},
	"events":      {"event.record"},
	"relations":   {"relation.assess"},
}

// addresses fills in a route's pattern with all that the view has for it.
func addresses(v *wire.View, pattern string) []string {
	path := strings.NewReplacer("{process}", v.Process, "{$}", "").Replace(pattern)
	var out []string
	add := func(kv ...string) {
		for i := 1; i < len(kv); i += 2 {
			kv[i] = url.PathEscape(kv[i])
		}
		if s := strings.NewReplacer(kv...).Replace(path); !strings.Contains(s, "{") && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	part, _, _ := strings.Cut(strings.TrimPrefix(path, "/p/"+v.Process+"/"), "/")
	add()
	for _, r := range v.Rooms {
		add("{room}", string(r.Room))
		for _, d := range r.Members {
			add("{delegation}", string(d))
		}
		for _, e := range r.Entries {
			add("{room}", string(r.Room), "{index}", strconv.FormatInt(e.Index, 10))
			var body struct{ Name string }
			if slices.Contains(makers[part], e.Kind) && json.Unmarshal(e.Body, &body) == nil && body.Name != "" {
				add("{room}", string(r.Room), "{name}", body.Name)
			}
		}
	}
	return out
}

// pagesOf lists the addresses of all pages for a seat, route by route. What a route answers with says whether it is a page: the
// router's table alone decides what is looked at. missing are the patterns of the routes of which there is nothing to show.
func pagesOf(h *house, seat talks.Seat) (out map[string][]string, missing []string) {
	h.Helper()
	v := h.view(seat)
	out = map[string][]string{}
	for _, rt := range server.Routes() {
		if rt.Method != http.MethodGet || ofDoors(rt) || strings.HasPrefix(rt.Pattern, "/api/v1/") {
			continue // what is below the last answers programs
		}
		all := addresses(v, rt.Pattern)
		if len(all) == 0 {
			missing = append(missing, rt.Pattern)
			continue
		}
		res, _ := h.ask(http.MethodHead, all[0], seat, "")
		if kind := res.Header.Get("Content-Type"); res.StatusCode == http.StatusSeeOther || strings.HasPrefix(kind, "text/html") {
			out[rt.Name] = all
		}
	}
	if len(out) < 20 {
		h.Errorf("only %d routes answer with a page", len(out))
	}
	return out, missing
}

// ofDeals reports whether an address is of what was agreed and promised.
func ofDeals(path string) bool {
	parts := strings.Split(path, "/")
	return len(parts) > 3 && slices.Contains([]string{"agreements", "commitments", "conditions", "implementation", "inclusion", "calendar"}, parts[3])
}

// ofDoors reports whether a route is of who logs in, which a demonstration has no use for.
func ofDoors(rt server.Route) bool {
	part, _, _ := strings.Cut(strings.TrimPrefix(rt.Pattern, "/"), "/")
	return slices.Contains([]string{"login", "invitation", "seats", "account", "operator", "calendar"}, part)
}

// few keeps the first, the middle and the last: enough to see pages of one sort with little and with much in them.
func few(all []string) []string {
	if len(all) < 4 {
		return all
	}
	return []string{all[0], all[len(all)/2], all[len(all)-1]}
}

// combination is a width and a colour scheme.
type combination struct {
	width   int64
	scheme  string
	colours bool // what depends on the width alone was looked at already
}

func (c combination) String() string { return fmt.Sprintf("%d %s", c.width, c.scheme) }

var combinations = []combination{{1440, "light", false}, {1440, "dark", true}, {390, "dark", false}, {390, "light", true}}

// set makes the tab a window of that sort.
func (p tab) set(c combination) { p.Helper(); p.size(c.width); p.media("", c.scheme) }

// structure checks what every page has.
func (p tab) structure(path string, c combination) {
	p.Helper()
	checks := [][2]string{
		{`document.querySelectorAll("h1").length`, "1"},
		{`document.querySelector("h1")?.innerText.trim() !== ""`, "true"},
		{`document.title.trim() !== ""`, "true"},
		{`document.querySelectorAll("main").length`, "1"},
		{`document.documentElement.lang`, "en"},
		{`document.documentElement.scrollWidth > innerWidth ? "wider, by " + ` + wide + ` : ""`, ""},
		{`[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(" ")`, ""},
		{`matchMedia("(prefers-color-scheme: dark)").matches`, strconv.FormatBool(c.scheme == "dark")},
	}
	// All in one question: two cores have better to do than to carry messages.
	var all []string
	for _, check := range checks {
		all = append(all, "String("+check[0]+")")
	}
	var got []string
	if err := json.Unmarshal([]byte(p.get("JSON.stringify(["+strings.Join(all, ",")+"])")), &got); err != nil {
		p.Fatal(err)
	}
	for i, check := range checks {
		if got[i] != check[1] {
			p.Errorf("%s at %s: %s is %q, want %q", path, c, check[0], got[i], check[1])
		}
	}
}

// wide names what reaches beyond the window.
const wide = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll"))
	.slice(0, 4).map((e) => e.tagName + "." + e.getAttribute("class")).join(" ")`

// usable lets axe-core look at the page as it stands: by all of its rules, or by those about colours, which alone depend on the scheme.
func (p tab) usable(path string, c combination) {
	p.Helper()
	if p.get(`typeof axe`) == "undefined" {
		p.get("(() => {" + axe(p.T) + "\n})()")
	}
	rules := "undefined"
	if c.colours {
		rules = `["color-contrast", "link-in-text-block"]`
	}
	// The API's page has a form for each act: alone on two cores that takes some seconds, beside other packages' tests a minute.
	said := p.within(5*patience, `axe.run(document, {resultTypes: ["violations"], preload: false, runOnly: `+rules+`}).then((r) => r.violations.map((v) =>
		v.id + ": " + v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " ").slice(0, 240)).join(" || ")).join("\n"))`)
	if said != "" {
		p.Errorf("%s at %s: axe-core finds\n%s", path, c, said)
	}
}

// TestEveryPage looks at each page of the router's table as two seats, one of which is looked at by axe-core too: on a desk and on a
// phone, in the light and in the dark. What was agreed and promised it looks at in another process too, which has more of it. A route of which
// neither has anything to show fails the test.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	tools(t)
	axe(t)
	riyadh, minsk := open(t), openFile(t, examples.MinskName, examples.Minsk)
	deals, lacking := pagesOf(minsk, "ua-head")
	maps.DeleteFunc(deals, func(_ string, paths []string) bool { return !ofDeals(paths[0]) })
	for _, seat := range []talks.Seat{"us-head", "ua-head"} {
		pages, missing := pagesOf(riyadh, seat)
		for _, pattern := range missing {
			if slices.Contains(lacking, pattern) {
				t.Errorf("the test has nothing to fill into %s; teach it what the route shows", pattern)
			}
		}
		everyPage(t, riyadh, seat, pages, seat == "us-head")
	}
	everyPage(t, minsk, "ua-head", deals, true)
}

// everyPage looks at pages as a seat. Two tabs share the work, as there are two cores.
func everyPage(t *testing.T, h *house, seat talks.Seat, pages map[string][]string, closely bool) {
	names := slices.Sorted(maps.Keys(pages))
	var next atomic.Int64
	for n := range 2 {
		t.Run(fmt.Sprintf("%s %s %d", h.process, seat, n+1), func(t *testing.T) {
			t.Parallel()
			p := sit(t, h, seat)
			for i := next.Add(1) - 1; i < int64(len(names)); i = next.Add(1) - 1 {
				some := few(pages[names[i]])
				for k, path := range some {
					switch {
					case !closely:
						p.look(h, path)
					case k == len(some)/2:
						p.look(h, path, combinations...)
					case k == 0: // the largest page: every room's list begins with the lobby
						p.look(h, path, combinations[i%2*2])
					default:
						p.look(h, path)
					}
				}
			}
		})
	}
}

// look opens a page and checks it in each combination, and in some of them closely.
func (p tab) look(h *house, path string, closely ...combination) {
	p.Helper()
	p.set(combinations[0])
	if status := p.visit(h.url + path); status != http.StatusOK {
		p.Errorf("%s: status %d", path, status)
		return
	}
	if p.get(`location.pathname`) != path {
		closely = nil // it leads to the page of another route
	}
	for _, c := range combinations {
		p.set(c)
		p.structure(path, c)
		if slices.Contains(closely, c) {
			p.usable(path, c)
		}
	}
	for _, s := range p.seen.unexpected() {
		p.Errorf("%s: %s", path, s)
	}
}
