package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/talks"
)

// watching writes down, from now on, what the page's script does: which items were tinted, and how often it was told of changes.
const watching = `window.kept = document.body; window.tinted = []; window.told = 0;
	addEventListener("changed", () => window.told++, true);
	new MutationObserver((list) => {
		for (const m of list) if (m.target.classList.contains("arrived") && !window.tinted.includes(m.target.id)) window.tinted.push(m.target.id);
	}).observe(document.body, {subtree: true, attributes: true, attributeFilter: ["class"]});`

// still returns the page's markup once it has come to rest.
func (p tab) still() string {
	p.Helper()
	last := ""
	p.poll("rest", func() bool {
		now := p.get(`new Promise((done) => setTimeout(() => done(document.documentElement.outerHTML), 50))`)
		same := now == last
		last = now
		return same
	}, func() string { return "the page goes on changing" })
	return last
}

// TestLive: an act appears on the open pages of those who see its room, without a reload and without disturbing what they type; to
// everybody else nothing at all happens.
func TestLive(t *testing.T) {
	t.Parallel()
	h := open(t)
	ru, ua := sit(t, h, "ru-head"), sit(t, h, "ua-head")
	ru.live(h.at("/rooms/{direct}?compose=remark"))
	ru.do(chromedp.SendKeys(chromedp.CSS("#f-text"), "Half of a remark"))
	ru.run(watching + `document.querySelector("#f-text").setSelectionRange(4, 7)`)
	ua.live(h.at("/rooms/{lobby}"))
	ua.run(watching)
	before := ua.still()

	n := h.act("direct", "us-head", "remark.write", `{"text":"Shall we meet again on Thursday?"}`)
	entry := fmt.Sprintf("#entry-%d", n)
	ru.await(`document.querySelector("` + entry + `")?.innerText.includes("on Thursday")`)
	ru.want(`window.kept === document.body && window.told > 0`, "true") // not loaded again
	ru.want(`document.querySelector("#f-text").value`, "Half of a remark")
	ru.want(`[document.activeElement.id, document.activeElement.selectionStart, document.activeElement.selectionEnd].join()`, "f-text,4,7")
	ru.want(`window.tinted.join()`, strings.TrimPrefix(entry, "#"))
	ru.await(`!document.querySelector(".arrived")`)
	ru.key("!")
	ru.want(`document.querySelector("#f-text").value`, "Half! a remark")

	if after := ua.still(); after != before {
		t.Errorf("the page of somebody who does not sit there changed:\n%s", difference(before, after))
	}
	ua.want(`window.told`, "0")
	// That page does listen: it hears of its own room, and first of that.
	n = h.act("lobby", "us-head", "remark.write", `{"text":"To everybody."}`)
	ua.await(fmt.Sprintf(`document.querySelector("#entry-%d")?.innerText.includes("To everybody.")`, n))
	ua.want(`window.told`, "1")
	if strings.Contains(ua.still(), string(h.rooms["direct"])) {
		t.Error("the page names the room")
	}
}

// difference is where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-100)
	return a[from:min(len(a), i+200)] + "\n---\n" + b[from:min(len(b), i+200)]
}

// TestLiveElsewhere: the table and the positions follow as well.
func TestLiveElsewhere(t *testing.T) {
	t.Parallel()
	h := open(t)
	home, positions := sit(t, h, "us-head"), sit(t, h, "us-head")
	home.live(h.at(""))
	positions.live(h.at("/positions"))
	home.run(watching)
	h.act("direct", "ru-head", "position.record", `{"party":"`+string(h.rooms["lobby"])+`/russia","issue":"`+string(h.rooms["lobby"])+`/territory","text":"Said while you looked","firmness":"red-line"}`)
	home.await(`document.querySelector("#live").innerText.includes("Said while you looked")`)
	home.want(`window.kept === document.body && window.tinted.length > 0`, "true")
	positions.await(`document.querySelector("#live").innerHTML.includes("Said while you looked")`)
}

// TestSeatEnds: who loses the seat while looking is shown what there is to see then.
func TestSeatEnds(t *testing.T) {
	t.Parallel()
	h := locked(t)
	p := sit(t, h, "us-adviser")
	p.live(h.at("/rooms/{direct}"))
	p.expect("refused: 404", "htmx:sse:error")
	h.act("us-caucus", "us-head", "seat.revoke", `{"holder":"us-adviser"}`)
	p.arrive(`document.querySelector("h1")?.innerText === "There is nothing here"`)
	p.want(`document.body.innerHTML.includes("`+string(h.rooms["direct"])+`")`, "false")
}

// TestSeats: another seat is another world. What it does not see is not on the page, and its address gives the page of what never was.
func TestSeats(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.expect("refused: 404")
	direct := h.rooms["direct"]
	p.visit(h.at("/rooms/{direct}"))
	p.want(`document.querySelector("h1").innerText`, "Direct, Riyadh")
	p.take("ua-head")
	p.want(`location.pathname`, h.path(""))
	for _, hidden := range []string{string(direct), "Direct, Riyadh", "US caucus"} {
		p.want(`document.documentElement.outerHTML.includes("`+hidden+`")`, "false")
	}
	p.want(`document.documentElement.outerHTML.includes("Ukrainian caucus")`, "true")
	var pages []string
	for _, room := range []talks.RoomID{direct, "aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if status := p.visit(h.at("/rooms/" + string(room))); status != 404 {
			t.Errorf("%s: status %d", room, status)
		}
		pages = append(pages, p.get(`document.documentElement.outerHTML`))
	}
	if pages[0] != pages[1] {
		t.Errorf("a hidden room and none are told apart:\n%s", difference(pages[0], pages[1]))
	}
	p.visit(h.at("/issues"))
	p.take("us-head")
	p.want(`location.pathname`, h.path("/issues"))
	p.want(`document.body.innerText.includes("Direct, Riyadh")`, "true")
}

// take changes the seat as a visitor of the demonstration does.
func (p tab) take(seat talks.Seat) {
	p.Helper()
	p.run(`document.querySelector("#seat").value = "` + string(seat) + `"; document.querySelector(".seats button").click()`)
	p.arrive(`document.body.dataset.seat === "` + string(seat) + `"`)
}
