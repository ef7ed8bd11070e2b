// Package island_test drives the script in a real browser, against a small server
// that does what the pages' server does: a page, an event stream and a form.
package island_test

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/web/asset"
)

// room is the server: a list of lines, and whoever listens to it.
type room struct {
	mu      sync.Mutex // owns everything below
	lines   []string
	posted  []string // the idempotency keys that arrived
	streams map[chan struct{}]bool
	kick    chan struct{} // closed to end all streams
	gone    bool          // the seat was taken away
	slow    time.Duration // before a post is answered
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{len .Lines}} lines</title>
<link rel="stylesheet" href="{{.CSS}}"><script src="{{.JS}}" defer></script></head>
<body data-live="/live" data-seat="us-head">
<nav id="nav" data-live-part><a href="/?home" data-key="h">Home</a> <b id="count">{{len .Lines}}</b></nav>
<p id="live-status" role="status" data-on="live" data-off="reconnecting"></p>
<form data-asof method="get"><input type="range" name="stop" min="0" max="2" value="2" list="stops">
<input type="hidden" name="at" disabled><output>now</output><button>Go</button>
<datalist id="stops"><option value="0" label="Monday" data-at="2025-02-17T09:00:00Z"></option>
<option value="1" label="Tuesday" data-at="2025-02-18T09:00:00Z"></option><option value="2" label="now"></option></datalist></form>
<form action="/" role="search"><input type="search" id="q" data-search></form>
<main id="live" data-at="{{.Token}}">
<svg data-drawing width="200" height="40"><a data-room="r1" href="#r1"><rect id="r1" width="40" height="40"/></a>
<a data-room="r2" href="#r2"><rect id="r2" x="60" width="40" height="40"/></a><g data-rooms="r1" id="p1"><rect x="120" width="40" height="40"/></g></svg>
<details id="more"><summary>More</summary><p>inside</p></details>
<ol id="list">{{range $i, $l := .Lines}}<li id="line-{{$i}}" data-item tabindex="-1">{{$l}}</li>{{end}}</ol>
<p><time id="t" datetime="2025-02-18T09:00:00Z">18 Feb 2025, 09:00 UTC</time></p>
<form id="compose" data-compose data-draft="room/remark" method="post" action="/">
<input type="hidden" name="key" value="key-{{.Token}}"><input type="hidden" id="seen" data-fresh name="seen" value="{{len .Lines}}">
<p id="audience" data-fresh>{{len .Lines}} will see this</p>
<select name="kind" id="kind"><option>remark</option><option>statement</option></select>
<textarea name="text" id="text" autofocus></textarea><button id="send">Send</button></form>
</main>
<button data-dialog="keys" id="help">?</button><dialog id="keys"><form method="dialog"><button>Close</button></form></dialog>
</body></html>`))

func (r *room) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'self'")
	r.mu.Lock()
	gone, slow := r.gone, r.slow
	r.mu.Unlock()
	switch {
	case gone:
		http.Error(w, "no such page", http.StatusNotFound)
	case req.URL.Path == "/live":
		r.stream(w, req)
	case req.Method == http.MethodPost:
		time.Sleep(slow)
		r.mu.Lock()
		r.posted = append(r.posted, req.FormValue("key"))
		r.mu.Unlock()
		r.say(req.FormValue("text"))
		http.Redirect(w, req, "/", http.StatusSeeOther)
	default:
		r.mu.Lock()
		data := map[string]any{"Lines": slices.Clone(r.lines), "Token": r.token()}
		r.mu.Unlock()
		data["CSS"], data["JS"] = asset.URL(asset.Stylesheet), asset.URL(asset.Script)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, data) // the browser may have left
	}
}

// token names the state; the caller holds mu.
func (r *room) token() string { return "t" + strconv.Itoa(len(r.lines)) }

func (r *room) stream(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	wake := make(chan struct{}, 1)
	wake <- struct{}{}
	r.mu.Lock()
	r.streams[wake] = true
	kick := r.kick
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.streams, wake)
		r.mu.Unlock()
	}()
	for {
		select {
		case <-req.Context().Done():
			return
		case <-kick:
			return
		case <-wake:
			r.mu.Lock()
			token := r.token()
			r.mu.Unlock()
			fmt.Fprintf(w, "event: changed\ndata: %s\n\n", token)
			w.(http.Flusher).Flush()
		}
	}
}

func (r *room) say(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	for wake := range r.streams {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// hangUp ends every stream; with a line, the line comes while nobody listens.
func (r *room) hangUp(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	close(r.kick)
	r.kick = make(chan struct{})
}

// chromium is the one browser of all tests here; each test has a tab of its own.
var chromium browser

type browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func (b *browser) start(path string) {
	dir, err := os.MkdirTemp("", "parley-island-")
	if err != nil {
		b.err = err
		return
	}
	ctx, stopBrowser := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.UserDataDir(dir))
	ctx, stopTab := chromedp.NewContext(ctx)
	b.ctx, b.err = ctx, chromedp.Do(ctx)
	b.stop = func() {
		stopTab()
		stopBrowser()
		_ = os.RemoveAll(dir) // what is left is in the system's temporary folder
	}
}

func TestMain(m *testing.M) {
	defer func() {
		if chromium.stop != nil {
			chromium.stop()
		}
	}()
	m.Run()
}

// tab is a page in the browser.
type tab struct {
	*testing.T
	ctx context.Context
	url string
}

// missing fails when tools must be there, and skips otherwise.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// browse opens the page of r in a new tab, and fails the test at its end for
// anything that the page complained of, a breach of its policy above all.
func browse(t *testing.T, r *room) tab {
	t.Helper()
	if !asset.HasScripts() {
		missing(t, "the script is not bundled: run `make bundle`")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium is missing: run script/need test")
	}
	r.streams, r.kick = map[chan struct{}]bool{}, make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", r)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })

	chromium.once.Do(func() { chromium.start(path) })
	if chromium.err != nil {
		t.Fatalf("couldn't start chromium: %v", chromium.err)
	}
	ctx, stop := chromedp.NewContext(chromium.ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("couldn't open a tab: %v", err)
	}
	go complain(ctx, t)
	p := tab{t, ctx, server.URL}
	p.do(chromedp.Navigate(server.URL))
	p.await(`document.querySelector("#live-status").textContent === "live"`)
	return p
}

// complain reports what the browser logs, besides the network errors that a test causes
// itself. It runs beside the test until the tab is closed.
func complain(ctx context.Context, t *testing.T) {
	t.Helper()
	for message, err := range chromedp.Console(ctx) {
		if err != nil || ctx.Err() != nil {
			return
		}
		if message.Source != "network" && !strings.Contains(message.Text, "htmx:sse:error") {
			t.Errorf("the browser says: %s", message)
		}
	}
}

func (p tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, 20*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// get evaluates an expression to a text.
func (p tab) get(expression string) string {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, 20*time.Second)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return out
}

func (p tab) want(expression, want string) {
	p.Helper()
	if got := p.get(expression); got != want {
		p.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// await waits until the expression holds.
func (p tab) await(expression string) {
	p.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		ctx, stop := context.WithDeadline(p.ctx, deadline)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		stop()
		switch {
		case ok && err == nil: // an error is a page on its way to another
			return
		case time.Now().After(deadline):
			p.Fatalf("never came true: %s (%v)\nlines: %s", expression, err, p.get("document.body?.innerText"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (p tab) key(keys string) { p.Helper(); p.do(chromedp.KeyEvent(keys)) }

func (p tab) lines(n int) {
	p.Helper()
	p.await(`document.querySelectorAll("#list li").length === ` + strconv.Itoa(n))
}

// What comes appears at once; what a person is doing stays as it is.
func TestLive(t *testing.T) {
	r := &room{lines: []string{"one", "two"}}
	p := browse(t, r)
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), "half a sen"))
	p.get(`(document.querySelector("#more").open = true, document.querySelector("#text").setSelectionRange(4, 4),
		window.kept = document.querySelector("#line-0"), 1)`)
	r.say("three")
	p.lines(3)
	p.want(`document.querySelector("#line-2").classList.contains("arrived")`, "true")
	p.want(`document.querySelector("#line-1").classList.contains("arrived")`, "false")
	p.want(`window.kept === document.querySelector("#line-0")`, "true")
	p.want(`document.querySelector("#text").value`, "half a sen")
	p.want(`document.activeElement.id + document.activeElement.selectionStart`, "text4")
	p.want(`document.querySelector("#more").open`, "true")
	p.want(`document.querySelector("#seen").value`, "3")
	p.want(`document.querySelector("#audience").textContent`, "3 will see this")
	p.want(`document.querySelector("[name=key]").value`, "key-t2") // the form's own key stays
	p.want(`document.querySelector("#count").textContent`, "3")    // a part outside of #live
	p.want(`document.title`, "3 lines")
	p.want(`document.querySelector("#live").dataset.at`, "t3")
	p.await(`!document.querySelector(".arrived")`)
	for i := range 50 {
		r.say(strconv.Itoa(i))
	}
	p.lines(53)
	p.want(`document.querySelector("#text").value`, "half a sen")
	p.want(`history.length`, "2") // about:blank and the page: nothing was pushed
}

// A form that nobody has touched follows the page whole.
func TestLiveUntouchedForm(t *testing.T) {
	r := &room{lines: []string{"one"}}
	p := browse(t, r)
	p.get(`(document.activeElement.blur(), 1)`)
	r.say("two")
	p.lines(2)
	p.want(`document.querySelector("[name=key]").value`, "key-t2")
	p.want(`document.activeElement.tagName`, "BODY") // autofocus does not steal the focus again
}

func TestReconnect(t *testing.T) {
	r := &room{lines: []string{"one"}}
	p := browse(t, r)
	r.hangUp(func() { r.lines = append(r.lines, "while away") })
	p.lines(2)
	p.await(`document.querySelector("#live-status").textContent === "live"`)
	r.say("three")
	p.lines(3)
}

// Without a seat the page shows what anybody would see there.
func TestRemoved(t *testing.T) {
	r := &room{lines: []string{"one"}}
	p := browse(t, r)
	r.hangUp(func() { r.gone = true })
	p.await(`document.body.innerText.includes("no such page")`)
}

func TestKeys(t *testing.T) {
	p := browse(t, &room{lines: []string{"one", "two"}})
	p.get(`(document.activeElement.blur(), 1)`)
	p.key("j")
	p.want(`document.activeElement.id`, "line-0")
	p.key("j")
	p.key("j")
	p.want(`document.activeElement.id`, "line-1")
	p.key("k")
	p.want(`document.activeElement.id`, "line-0")
	p.key("?")
	p.want(`document.querySelector("#keys").open`, "true")
	p.key("j") // a dialog has the keyboard for itself
	p.key("\x1b")
	p.await(`!document.querySelector("#keys").open`)
	p.get(`(document.addEventListener("keydown", (e) => window.last = e.key + e.defaultPrevented), 1)`)
	p.key("/")
	p.want(`window.last`, "/true")
	p.want(`document.activeElement.id`, "q")
	p.get(`(document.querySelector("#q").value = "", 1)`) // the driver types what a keyboard would not have
	p.key("c?gh")                                         // typed, not obeyed
	p.want(`document.querySelector("#q").value + location.search`, "c?gh")
	p.key("\x1b")
	p.want(`document.activeElement.tagName`, "BODY")
	p.key("c")
	p.want(`document.activeElement.id`, "kind")
	p.get(`(document.activeElement.blur(), 1)`)
	p.key("gh")
	p.await(`location.search === "?home"`)
}

func TestDraft(t *testing.T) {
	r := &room{lines: []string{"one"}, slow: 300 * time.Millisecond}
	p := browse(t, r)
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), "a draft"))
	p.get(`(document.querySelector("#kind").value = "statement", document.querySelector("#kind").dispatchEvent(new Event("input", {bubbles: true})), 1)`)
	p.do(chromedp.Navigate(p.url + "/?at=2025-02-18T09:00:00Z"))
	p.await(`document.querySelector("#text")?.value === "a draft"`)
	p.want(`document.querySelector("#kind").value`, "statement")

	p.get(`(document.querySelector("#send").click(), document.querySelector("#send").click(), 1)`)
	p.await(`document.querySelectorAll("#list li").length === 2 && document.querySelector("#text")?.value === ""`)
	r.mu.Lock()
	posted := slices.Clone(r.posted)
	r.mu.Unlock()
	if len(posted) != 1 {
		t.Errorf("sent %d times: %v", len(posted), posted)
	}
	p.want(`Object.keys(sessionStorage).length`, "0")

	p.do(chromedp.SendKeys(chromedp.CSS("#text"), "by key"))
	p.get(`(document.querySelector("#text").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true})), 1)`)
	p.lines(3)
}

func TestAsOf(t *testing.T) {
	p := browse(t, &room{lines: []string{"one"}})
	p.get(`((r) => { r.value = "1"; r.dispatchEvent(new Event("input", {bubbles: true})) })(document.querySelector("input[type=range]"))`)
	p.want(`document.querySelector("output").textContent`, "Tuesday")
	p.want(`location.search`, "")
	p.get(`(document.querySelector("input[type=range]").dispatchEvent(new Event("change", {bubbles: true})), 1)`)
	p.await(`location.search === "?at=2025-02-18T09%3A00%3A00Z"`)
}

func TestDrawingAndTimes(t *testing.T) {
	p := browse(t, &room{lines: []string{"one"}})
	over := func(id string) {
		p.get(`(document.querySelector("` + id + `").dispatchEvent(new PointerEvent("pointerover", {bubbles: true})), 1)`)
	}
	over("#r1")
	p.want(`[...document.querySelectorAll(".picked")].map((e) => e.dataset.room ?? e.id).join()`, "r1,p1")
	p.want(`document.querySelector("[data-drawing]").classList.contains("picking")`, "true")
	over("#t")
	p.want(`document.querySelectorAll(".picked, .picking").length`, "0")
	p.want(`document.querySelector("#t").textContent`, "18 Feb 2025, 09:00 UTC")
	p.await(`document.querySelector("#t").title.includes("2025")`)
}
