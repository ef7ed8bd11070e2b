package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestFaultPages: what says no is a page like the others, and is held to the same rules.
func TestFaultPages(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, tt := range []struct {
		name string
		open func(p tab)
		h1   string
		say  string // a part of what the browser complains of
	}{
		{"nothing there", func(p tab) { p.visit(h.url + "/nowhere") }, "There is nothing here", "404"},
		{"a hidden room", func(p tab) { p.visit(h.at("/rooms/{ru-caucus}")) }, "There is nothing here", "404"},
		{"a bad time", func(p tab) { p.visit(h.at("?at=yesterday")) }, "That is not a time", "400"},
		{"another site's form", func(p tab) {
			p.visit("data:text/html,<form method=post action=" + h.at("/rooms/{direct}/acts") + "><button>Send</button></form>")
			p.do(chromedp.Click(chromedp.CSS("button")))
		}, "Sent from another site", "403"},
		{"a refused act", func(p tab) {
			p.visit(h.at("/rooms/{direct}?compose=remark"))
			p.run(`const f = document.querySelector("#form-remark"); f.noValidate = true; f.requestSubmit()`)
			p.arrive(`document.querySelector("#problems")`)
		}, "Direct, Riyadh", "422"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := sit(t, h, "us-head")
			p.expect("refused: " + tt.say)
			tt.open(p)
			p.arrive(`document.querySelector("h1")?.innerText === "` + tt.h1 + `"`)
			for _, c := range []combination{{1440, "light", false}, {390, "dark", false}} {
				p.set(c)
				p.structure(tt.name, c)
				p.usable(tt.name, c)
			}
		})
	}
}

// TestGuards: what this package relies on does find what it is to find.
func TestGuards(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.visit(h.at("/issues"))
	p.run(`document.body.insertAdjacentHTML("beforeend", '<p style="color: red"><img src="/nowhere.png" onerror="x()"></p>')`)
	p.run(`document.body.style.inlineSize = "9000px"`) // by a script, which the policy lets pass
	p.get("(() => {" + axe(t) + "\n})()")
	if found := p.get(`axe.run(document, {runOnly: ["image-alt"]}).then((r) => r.violations.length)`); found != "1" {
		t.Errorf("axe-core finds %s pictures without words", found)
	}
	if p.get(`document.documentElement.scrollWidth > innerWidth`) != "true" {
		t.Error("what is too wide is not found")
	}
	p.await(`performance.getEntriesByName(new URL("/nowhere.png", location).href).length`)
	var said string
	p.poll("the complaints", func() bool {
		said += strings.Join(p.seen.unexpected(), "\n")
		return strings.Contains(said, "policy: style-src") && strings.Contains(said, "policy: script-src") && strings.Contains(said, "404")
	}, func() string { return said })
}

// TestWithoutScripts takes the main way through the pages in a browser that runs no scripts: from the table into a room, to the form,
// and back to the room with what was written.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.visit(h.url + "/")
	p.arrive(`location.pathname === "` + h.path("") + `"`)
	p.want(`document.querySelector("#live-status").textContent`, "") // nothing promises what does not run
	p.do(chromedp.Click(chromedp.CSS(`nav a[href="` + h.path("/rooms/{direct}") + `"]`)))
	p.arrive(`document.querySelector("h1")?.innerText === "Direct, Riyadh"`)
	before := p.get(`document.querySelectorAll("article.act").length`)
	p.do(chromedp.Click(chromedp.CSS(`.tabs a[href*="compose=statement"]`)))
	p.arrive(`location.search.includes("compose=statement")`)
	p.do(
		chromedp.SendKeys(chromedp.CSS(`#f-text`), "The second round can be prepared without a date."),
		chromedp.Click(chromedp.CSS(`#form-statement button[type=submit]`)),
	)
	p.arrive(`location.hash.startsWith("#entry-") && document.querySelector(location.hash)`)
	p.want(`document.querySelectorAll("article.act").length - `+before, "1")
	p.want(`document.querySelector(location.hash).innerText.includes("The second round can be prepared without a date.")`, "true")
	p.want(`document.querySelector("#f-text").value`, "")

	// The date slider is a form with a button there, and so is the choice of seats.
	p.do(
		chromedp.SetValue(chromedp.CSS("#stop"), p.get(`document.querySelector("#stop").max - 4`)),
		chromedp.Click(chromedp.CSS("#as-of button")),
	)
	p.arrive(`location.search.includes("at=") && document.querySelector(".past-note")`)
	p.visit(h.at("?at=2025-02-18T12:00:00Z"))
	p.do(chromedp.Click(chromedp.CSS(".past-note a")))
	p.arrive(`location.search === "" && !document.querySelector(".past-note")`)
	p.do(chromedp.SetValue(chromedp.CSS("#seat"), "ua-head"), chromedp.Click(chromedp.CSS(".seats button")))
	p.arrive(`document.body.dataset.seat === "ua-head"`)
}
