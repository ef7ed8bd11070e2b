package browsertest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"parley/record"
)

// poll waits until a function says yes.
func (p tab) poll(what string, done func() bool, found func() string) {
	p.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.Fatalf("%s never came: %s", what, found())
		}
	}
}

// TestDate takes the pages to how things stood, and back.
func TestDate(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.visit(h.at("/rooms/{direct}"))
	p.want(`document.querySelector("#compose") !== null`, "true")
	now := p.get(`document.querySelectorAll("article.act").length`)

	p.do(chromedp.Focus(chromedp.CSS("#stop")))
	for range 3 {
		p.key(kb.ArrowLeft)
	}
	shown := p.get(`document.querySelector("#as-of output").textContent`)
	if shown == "Now" || !strings.Contains(shown, "2025") {
		t.Errorf("while the slider moves it says %q", shown)
	}
	p.arrive(`new URLSearchParams(location.search).has("at") && document.querySelector(".past-note")`)
	p.want(`document.querySelector(".past-note").innerText.includes("As of `+shown+`")`, "true")
	p.want(`document.querySelector("#as-of output").textContent`, shown)
	p.past()
	p.want(`location.pathname`, h.path("/rooms/{direct}"))

	// Every link goes on in the past; the room's own acts were fewer.
	p.do(chromedp.Click(chromedp.CSS(`nav a[data-key="p"]`)))
	p.arrive(`location.pathname === "` + h.path("/positions") + `" && document.querySelector(".past-note")`)
	p.past()
	p.visit(h.at("/rooms/{direct}?at=2025-02-17T15:00:30Z"))
	p.past()
	p.want(`document.querySelectorAll("article.act").length < `+now, "true")
	p.want(`document.querySelectorAll("article.act").length > 0`, "true")

	p.do(chromedp.Click(chromedp.CSS(".past-note a")))
	p.arrive(`location.search === ""`)
	p.want(`document.querySelectorAll("article.act").length`, now)
	p.want(`document.querySelector("#compose form") !== null && !document.querySelector(".past-note")`, "true")
}

// past checks what a page of the past has and lacks.
func (p tab) past() {
	p.Helper()
	p.want(`document.querySelector("#compose, form[data-compose]")`, "null")
	p.want(`document.body.hasAttribute("data-live")`, "false")
	p.want(`[...document.querySelectorAll("nav a[data-key]")].every((a) => new URL(a.href).searchParams.has("at"))`, "true")
	p.want(`document.querySelectorAll("main form[method=post]").length`, "0")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.live(h.at("/rooms/{direct}"))
	p.key("?")
	p.await(`document.querySelector("#keys").open`)
	p.want(`document.querySelector("#keys").contains(document.activeElement)`, "true")
	p.usable("the help", combinations[0])
	p.key(kb.Escape)
	p.await(`!document.querySelector("#keys").open`)
	p.key("j")
	p.want(`document.activeElement.id`, "entry-0")
	p.key("jj")
	p.want(`document.activeElement.id`, "entry-2")
	p.want(`getComputedStyle(document.activeElement).outlineStyle !== "none" || getComputedStyle(document.activeElement).boxShadow !== "none"`, "true")
	p.key("k")
	p.want(`document.activeElement.id`, "entry-1")
	p.key("c")
	p.want(`document.querySelector("#compose").contains(document.activeElement)`, "true")
	p.key(kb.Escape)
	p.run(`document.activeElement.blur()`)
	p.key("/")
	p.want(`document.activeElement.id`, "search")
	p.run(`document.activeElement.value = ""; document.activeElement.blur()`)
	p.key("gp")
	p.await(`location.pathname === "` + h.path("/positions") + `"`)

	// From the address line, the first key leads past the navigation.
	p.visit(h.at(""))
	p.key(kb.Tab)
	p.want(`document.activeElement.className`, "skip")
	p.key(kb.Enter)
	p.await(`document.activeElement.id === "content"`)
}

// TestRefused: what was typed comes back with the problem beside its field, and can be put right.
func TestRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.expect("refused: 422")
	p.live(h.at("/rooms/{direct}?compose=statement"))
	before := h.size("direct")
	p.run(`document.querySelector("#f-said").closest("details").open = true`)
	p.do(
		chromedp.SendKeys(chromedp.CSS("#f-text"), "We agreed on <b>nothing</b> yet."),
		chromedp.SendKeys(chromedp.CSS("#f-said"), "yesterday"),
	)
	p.do(chromedp.Click(chromedp.CSS("#form-statement button[type=submit]")))
	p.arrive(`document.querySelector("#problems")`)
	p.want(`document.querySelector("#f-text").value`, "We agreed on <b>nothing</b> yet.")
	p.want(`document.querySelector("#f-said").value`, "yesterday")
	p.want(`document.activeElement.id`, "f-said")
	p.want(`document.querySelector("#f-said").checkVisibility()`, "true")
	p.want(`document.querySelector("#f-said").getAttribute("aria-invalid")`, "true")
	p.want(`document.querySelector("#f-said").getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).innerText).join(" ").includes("is not a date")`, "true")
	p.want(`document.querySelector("#problems a").getAttribute("href")`, "#f-said")
	if n := h.size("direct"); n != before {
		t.Errorf("%d entries were stored", n-before)
	}
	p.do(chromedp.SetValue(chromedp.CSS("#f-said"), "2025-02-18"), chromedp.Click(chromedp.CSS("#form-statement button[type=submit]")))
	p.arrive(`location.hash.startsWith("#entry-") && document.querySelector(location.hash)?.innerText.includes("We agreed on <b>nothing</b> yet.")`)
	p.visit(h.at("/rooms/{direct}?compose=statement"))
	p.want(`document.querySelector("#f-text").value`, "") // sent, so no draft is left
	p.want(`document.querySelector("#f-said").value`, "")
}

func (h *house) size(room string) int64 {
	h.Helper()
	for _, r := range h.view("sa-head").Rooms {
		if r.Room == h.rooms[room] {
			return r.Size
		}
	}
	for _, r := range h.view("us-head").Rooms {
		if r.Room == h.rooms[room] {
			return r.Size
		}
	}
	h.Fatalf("nobody sees %s", room)
	return 0
}

func TestSearch(t *testing.T) {
	t.Parallel()
	h := open(t)
	for seat, want := range map[string]string{"us-head": "true", "ua-head": "false"} {
		p := sit(t, h, "us-head")
		p.visit(h.at(""))
		if seat != "us-head" {
			p.take("ua-head")
		}
		p.key("/")
		p.run(`document.activeElement.value = ""`)
		p.do(chromedp.KeyEvent("consular"), chromedp.KeyEvent(kb.Enter))
		p.arrive(`location.pathname === "` + h.path("/search") + `"`)
		p.want(`document.querySelector("main").innerText.includes("Consular staff first")`, want)
		p.want(`document.querySelector("main mark") !== null`, want)
		p.want(`document.querySelector("#ask-q").value`, "consular")
	}
}

// TestProof: a person downloads the proof of an entry, and it proves that entry.
func TestProof(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "ru-head")
	dir := t.TempDir()
	if _, err := chromedp.CallBrowser(p.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	}); err != nil {
		t.Fatal(err)
	}
	p.visit(h.at("/rooms/{direct}/record"))
	p.do(chromedp.Click(chromedp.CSS("#entry-2 th a")))
	p.arrive(`document.querySelector('a[href$="/proof"]')`)
	p.do(chromedp.Click(chromedp.CSS(`a[href$="/proof"]`)))
	name := filepath.Join(dir, string(h.rooms["direct"])+"-2.tlog-proof")
	var file []byte
	p.poll("the file", func() bool {
		b, err := os.ReadFile(name)
		file = b
		return err == nil && len(b) > 0
	}, func() string { return name })
	proof, err := record.ParseProof(file)
	if err != nil {
		t.Fatal(err)
	}
	key, err := record.ParseHostKey(h.ledger.HostKey().String())
	if err != nil {
		t.Fatal(err)
	}
	leaf, head, err := record.VerifyProof(proof, nil, key)
	if err != nil || proof.Index != 2 || leaf.Room != string(h.rooms["direct"]) || head.Size != h.size("direct") {
		t.Errorf("index %d of %s in %d: %v", proof.Index, leaf.Room, head.Size, err)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	for _, path := range []string{"", "/rooms/{direct}", "/positions"} {
		p.visit(h.at(path))
		p.media("print", "light")
		p.size(720)
		for _, hidden := range []string{".rail-body", "#as-of", "#compose", ".sheet > footer"} {
			p.want(`document.querySelector("`+hidden+`")?.checkVisibility() ?? false`, "false")
		}
		p.want(`document.querySelector("h1").checkVisibility()`, "true")
		p.want(`getComputedStyle(document.body).color + getComputedStyle(document.documentElement).backgroundColor.replace("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")`, "rgb(0, 0, 0)rgb(255, 255, 255)")
		p.want(`document.documentElement.scrollWidth > innerWidth ? `+wide+` : ""`, "")
		p.media("", "light")
	}
}

// TestDrawing: pointing at a room of the drawn table, or moving the focus to it, dims the others.
func TestDrawing(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.live(h.at(""))
	direct := string(h.rooms["direct"])
	picked := `[...document.querySelectorAll(".picking [data-room]")].filter((e) => e.classList.contains("picked")).every((e) => e.dataset.room === "` + direct + `") &&
		document.querySelectorAll(".picked").length > 1`
	dimmed := `[...document.querySelectorAll(".picking a[data-room]:not(.picked)")].filter((e) => e.checkVisibility()).every((e) => Number(getComputedStyle(e).opacity) < .5) &&
		document.querySelectorAll(".picking a[data-room]:not(.picked)").length > 1`
	at := strings.Split(p.get(`(() => { const r = document.querySelector('.tb-rooms [data-room="`+direct+`"] a').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2].join() })()`), ",")
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, number(t, at[0]), number(t, at[1])))
	p.await(picked)
	p.await(dimmed)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 1, 1))
	p.await(`document.querySelectorAll(".picking").length === 0`)
	p.run(`[...document.querySelectorAll('svg a[data-room="` + direct + `"]:not([tabindex])')].find((e) => e.checkVisibility()).focus()`)
	p.await(picked)
	p.await(dimmed)
	p.run(`document.activeElement.blur()`)
	p.await(`document.querySelectorAll(".picking").length === 0`)
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestRightToLeft: the other direction is an addition, not a rewrite: nothing overflows, and the sides change places.
func TestRightToLeft(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	for _, path := range []string{"", "/rooms/{direct}", "/positions", "/timeline", "/record"} {
		p.size(1440)
		p.visit(h.at(path))
		left := p.get(`document.querySelector(".rail").getBoundingClientRect().left < document.querySelector("main").getBoundingClientRect().left`)
		p.run(`document.documentElement.dir = "rtl"`)
		right := p.get(`document.querySelector(".rail").getBoundingClientRect().left > document.querySelector("main").getBoundingClientRect().left`)
		if left != "true" || right != "true" {
			t.Errorf("%s: the sides stay where they are", path)
		}
		for _, width := range []int64{1440, 390} {
			p.size(width)
			if over := p.get(`document.documentElement.scrollWidth > innerWidth ? document.documentElement.scrollWidth - innerWidth + " " + ` + wide + ` : ""`); over != "" {
				t.Errorf("%s at %d from right to left is wider than the window, by %s", path, width, over)
			}
		}
	}
}
