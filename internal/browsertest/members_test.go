package browsertest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// steps are the looks ahead of a room's members and of a new room, and forms on the pages of what they change.
var steps = []string{
	"/rooms/{direct}/members?compose=admit", "/rooms/{direct}/members?compose=admit&delegations=ua&delegations=sa",
	"/rooms/{direct}/members?compose=remove&delegations=ru", "/rooms/{direct}/members?compose=leave", "/rooms/{direct}/members?compose=close",
	"/rooms/{direct}/members?compose=update", "/rooms/{direct}/members?compose=update&look=yes&chair=us&observers=ru&rule=majority",
	"/open", "/open?look=yes&members=ru&members=ua&observers=ua&rule=majority",
	"/delegations?compose=party&in={lobby}", "/delegations/us?compose=mandate", "/delegations/us?compose=delegation-update",
	"/parties/{lobby}/russia?compose=relation&in={direct}",
}

// TestLooksAhead looks at each of them on a desk and on a phone, in the light and in the dark, as axe-core does.
func TestLooksAhead(t *testing.T) {
	t.Parallel()
	tools(t)
	axe(t)
	h := open(t)
	p := sit(t, h, "us-head")
	for _, step := range steps {
		path := strings.TrimPrefix(h.at(step), h.url)
		if status := p.visit(h.url + path); status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
			continue
		}
		p.want(`document.querySelector("#compose form, #compose .targets") !== null`, "true")
		for _, c := range combinations {
			p.set(c)
			p.structure(path, c)
			p.usable(path, c)
		}
	}
}

// TestMembers: a head admits a delegation, sees before what it will see, gives it a role, and lets it go: all of it without a script.
func TestMembers(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.visit(h.at("/rooms/{direct}"))
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ua := sit(t, h, "ua-head")
	ua.expect("refused: 404")
	if status := ua.visit(h.at("/rooms/{direct}")); status != http.StatusNotFound {
		t.Fatalf("before it is admitted: %d", status)
	}
	click := func(selector string) { p.do(chromedp.Click(chromedp.CSS(selector))) }

	p.visit(h.at("/rooms/{direct}"))
	click(`.tab-away a[href$="/members"]`)
	p.arrive(`document.querySelector("h1").innerText === "Members of Direct, Riyadh"`)
	click(`#compose a[href*="compose=admit"]`)
	p.arrive(`document.querySelector('#compose input[value="ua"]') !== null`)
	click(`#compose input[value="ua"]`)
	click(`#compose input[name="observers"][value="yes"]`)
	click(`#compose form button`)
	p.arrive(`document.querySelector("#form-admit") !== null`)
	before := h.size("direct")
	p.want(fmt.Sprintf(`document.querySelector("#compose").innerText.includes("all %d entries")`, before), "true")
	p.want(`document.querySelectorAll("#compose .mb-entries li").length`, strconv.FormatInt(before, 10))
	p.do(chromedp.SetValue(chromedp.CSS("#f-reason"), "Asked for"))
	click("#form-admit button")
	p.arrive(`document.querySelector("h1").innerText === "Direct, Riyadh"`)
	if h.size("direct") != before+1 {
		t.Fatal("nothing was recorded")
	}

	// Who came sees all of it, and is told why there is no form.
	if status := ua.visit(h.at("/rooms/{direct}")); status != http.StatusOK {
		t.Fatalf("after it was admitted: %d", status)
	}
	ua.want(`document.querySelectorAll("article.act").length`, strconv.FormatInt(before+1, 10))
	ua.want(`document.querySelector("#compose").innerText.includes("observer in this room")`, "true")
	ua.want(`document.querySelector("#compose form")`, "null")

	// A rule that needs a chair is refused before anything is sent; then it is given one.
	p.visit(h.at("/rooms/{direct}/members?compose=update&look=yes&observers=ua&rule=chair"))
	p.want(`document.querySelector("#compose .wrong").innerText.includes("Name a chair")`, "true")
	p.do(chromedp.SetValue(chromedp.CSS("#mb-chair"), "us"))
	click(`#compose form button`)
	p.arrive(`document.querySelector("#form-update") !== null`)
	click("#form-update button")
	p.arrive(`document.querySelector("h1").innerText === "Direct, Riyadh"`)
	p.visit(h.at("/rooms/{direct}/members"))
	p.want(`document.querySelector(".mb-role-chair").closest("tr").innerText.includes("United States")`, "true")
	p.want(`document.querySelector(".mb-role-observer").closest("tr").innerText.includes("Ukraine")`, "true")

	// It goes; what it loses stands before it.
	ua.visit(h.at("/rooms/{direct}/members?compose=leave"))
	ua.want(`document.querySelector("#compose").innerText.includes("as if the room had never been")`, "true")
	ua.do(chromedp.Click(chromedp.CSS("#form-leave button")))
	ua.arrive(`location.pathname === "` + h.path("") + `"`)
	if status := ua.visit(h.at("/rooms/{direct}")); status != http.StatusNotFound {
		t.Errorf("after it left: %d", status)
	}
}

// TestSearchKeyNarrow: on a phone with a keyboard, the search stands in the menu, which opens for it.
func TestSearchKeyNarrow(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.size(390)
	p.live(h.at("/positions"))
	p.want(`document.querySelector("details[data-menu]").open`, "false")
	p.key("/")
	p.want(`document.activeElement.id`, "search")
	p.want(`document.querySelector("#search").checkVisibility()`, "true")
}

// TestObjectForm: an issue is changed on its own page; what is refused stays there with what was typed.
func TestObjectForm(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.expect("refused: 422")
	p.live(h.at("/delegations/us?compose=mandate&in={direct}"))
	p.do(chromedp.Click(chromedp.CSS(`#f-scope input[value="sign"]`)), chromedp.SetValue(chromedp.CSS("#f-until"), "never"), chromedp.Click(chromedp.CSS("#form-mandate button")))
	p.arrive(`document.querySelector("#f-until-problem") !== null`)
	p.want(`document.querySelector("h1").innerText`, "Delegation of the United States")
	p.want(`document.querySelector('#f-scope input[value="sign"]').checked`, "true")
	p.do(chromedp.SetValue(chromedp.CSS("#f-until"), "2025-12"), chromedp.Click(chromedp.CSS("#form-mandate button")))
	p.arrive(`document.querySelector("h1").innerText === "Direct, Riyadh"`)
	p.want(`[...document.querySelectorAll("article.act")].at(-1).innerText.includes("sign")`, "true")
}
