package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/internal/talks"
	"parley/web/asset"
)

// patience is how long a test waits for what must come; two cores may be busy with other packages' tests.
const patience = 30 * time.Second

// chromium is the one browser of all tests here. Each test has a profile of its own in it: cookies know no ports, so that tests
// side by side would take each other's seats.
var chromium browser

type browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func (b *browser) start(path string) {
	dir, err := os.MkdirTemp("", "parley-browser-")
	if err != nil {
		b.err = err
		return
	}
	ctx, stopBrowser := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true),
		// A page that is not in front goes on all the same.
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.UserDataDir(dir))
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

// missing fails where tools must be there, and skips elsewhere.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// tools makes sure of the browser and of the pages' script.
func tools(t *testing.T) {
	t.Helper()
	if !asset.HasScripts() {
		missing(t, "the pages' script is not bundled: run `make bundle`, which needs Node 20 and npm")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium is missing: run `script/need test`, or on Debian apt-get install chromium")
	}
	chromium.once.Do(func() { chromium.start(path) })
	if chromium.err != nil {
		t.Fatalf("couldn't start chromium: %v", chromium.err)
	}
}

// axe returns axe-core, which tells what in a page a person could not use.
func axe(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is missing: run `npm ci`, or `make bundle`, which does")
	}
	return string(b)
}

// tab is a page in the browser.
type tab struct {
	*testing.T
	ctx  context.Context
	seen *complaints
}

// complaints gathers what goes wrong in a tab without anybody asking.
type complaints struct {
	mu       sync.Mutex // guards all below
	said     []string
	expected []string // parts of what is meant to go wrong
}

func (c *complaints) add(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

// unexpected takes out what nobody foresaw.
func (c *complaints) unexpected() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said = nil
	return slices.DeleteFunc(said, func(s string) bool {
		return slices.ContainsFunc(c.expected, func(part string) bool { return strings.Contains(s, part) })
	})
}

// guard is run in every page before its own script: it hears of every breach of the policy, the first included.
const guard = `addEventListener("securitypolicyviolation", (e) => console.error("policy: " + e.violatedDirective + " " + e.blockedURI + " " + e.sample));`

// sit opens a tab in which a seat is taken. At the end of the test, whatever the page logged, whatever broke its policy and every
// request that failed is a failure.
func sit(t *testing.T, h *house, seat talks.Seat) tab {
	t.Helper()
	p := blank(t)
	call(p, network.SetCookie, network.SetCookieParams{Name: "seat", Value: string(seat), URL: h.url})
	return p
}

// blank opens a tab.
func blank(t *testing.T) tab {
	t.Helper()
	tools(t)
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("couldn't open a tab: %v", err)
	}
	p := tab{t, ctx, &complaints{}}
	p.listen()
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: guard})
	p.size(1440)
	t.Cleanup(p.calm)
	return p
}

// listen writes down what the console says and which requests fail, until the tab is closed.
func (p tab) listen() {
	// Subscribed here and read beside the test, so that nothing is missed.
	console := chromedp.Console(p.ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if m.Source == "network" || m.Type == chromedp.ConsoleDebug || m.Type == chromedp.ConsoleInfo {
				continue // the requests below say more
			}
			p.seen.add("the console: %s (%s)", m, m.URL)
		}
	}()
	failed := chromedp.Events(p.ctx, network.LoadingFailed)
	go func() {
		for e, err := range failed {
			if err != nil {
				return
			}
			if !e.Canceled { // a page that is left ends its stream
				p.seen.add("a request failed: %s %s", e.Type, e.ErrorText)
			}
		}
	}()
	answered := chromedp.Events(p.ctx, network.ResponseReceived)
	go func() {
		for e, err := range answered {
			if err != nil {
				return
			}
			if e.Response.Status >= 400 {
				p.seen.add("a request was refused: %d %s", e.Response.Status, e.Response.URL)
			}
		}
	}()
}

// expect says what is meant to go wrong, by a part of the words.
func (p tab) expect(parts ...string) {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	p.seen.expected = append(p.seen.expected, parts...)
}

// calm fails the test for what went wrong in the tab.
func (p tab) calm() {
	p.Helper()
	for _, s := range p.seen.unexpected() {
		p.Error(s)
	}
}

// call sends a command of the protocol.
func call[P, R any](p tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	out, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.Fatalf("%s: %v", command.Method, err)
	}
	return out
}

func (p tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// visit opens an address and returns the status of the answer.
func (p tab) visit(url string) int64 {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	res, err := chromedp.Run(ctx, chromedp.NavigateResponse(url))
	if err != nil || res == nil {
		p.Fatalf("%s: %v", url, err)
	}
	return res.Status
}

// live opens a page and waits until its stream of changes is there.
func (p tab) live(url string) {
	p.Helper()
	p.visit(url)
	p.await(`document.querySelector("#live-status")?.dataset.state === "on"`)
}

// get evaluates an expression, or waits for what it promises, and returns it as text.
func (p tab) get(expression string) string {
	p.Helper()
	return p.within(patience, expression)
}

// within is get for what takes longer.
func (p tab) within(most time.Duration, expression string) string {
	p.Helper()
	ctx, stop := context.WithTimeout(p.ctx, most)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => String(await ("+expression+")))()", chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return out
}

// run does something in the page.
func (p tab) run(statements string) { p.Helper(); p.get("(() => {" + statements + "})()") }

func (p tab) want(expression, want string) {
	p.Helper()
	if got := p.get(expression); got != want {
		p.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// await waits until an expression holds. It is asked anew each time, from outside, so that it can wait for another page.
func (p tab) await(expression string) {
	p.Helper()
	deadline := time.Now().Add(patience)
	for {
		ctx, stop := context.WithDeadline(p.ctx, deadline)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		stop()
		switch {
		case ok && err == nil: // an error is a page on its way to another
			return
		case time.Now().After(deadline):
			p.Fatalf("never came true: %s (%v)\n%s", expression, err, p.get("location.href + '\\n' + document.body?.innerText.slice(0, 2000)"))
		}
		time.Sleep(15 * time.Millisecond)
	}
}

// arrive waits for a page of which an expression holds, and until all of it is there.
func (p tab) arrive(expression string) {
	p.Helper()
	p.await("document.readyState === \"complete\" && (" + expression + ")")
}

func (p tab) key(keys string) { p.Helper(); p.do(chromedp.KeyEvent(keys)) }

// size sets how large the window is, in CSS pixels.
func (p tab) size(width int64) { p.Helper(); p.do(chromedp.EmulateViewport(width, 900)) }

// media sets the medium, "" for the screen, and the colour scheme.
func (p tab) media(medium, scheme string) {
	p.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media:    medium,
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "no-preference"}},
	})
}
