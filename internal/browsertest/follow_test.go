package browsertest

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestWhoWillSee: while somebody types, who will see the words and how much was seen before them follow the room.
func TestWhoWillSee(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.live(h.at("/rooms/{allies}?compose=remark"))
	p.do(chromedp.SendKeys(chromedp.CSS("#f-text"), "For the three of us"))
	p.want(`document.querySelector("#compose-fresh").innerText.includes("RU")`, "false")
	n := h.act("allies", "ua-head", "room.admit", `{"delegations":["ru"]}`)
	p.await(fmt.Sprintf(`document.querySelector("#entry-%d")`, n))
	p.await(`document.querySelector("#compose-fresh").innerText.includes("RU")`)
	p.want(`document.querySelector("#form-remark [name=seen]").value`, strconv.FormatInt(n+1, 10))
	p.want(`document.querySelector("#f-text").value`, "For the three of us")
}

// TestAnotherSeatElsewhere: in two tabs of one browser, taking a seat in one never mixes the worlds of two seats on the page of the other.
func TestAnotherSeatElsewhere(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := sit(t, h, "us-head")
	p.live(h.at("/rooms/{lobby}"))
	call(p, network.SetCookie, network.SetCookieParams{Name: "seat", Value: "ua-head", URL: h.url}) // as the other tab has it
	n := h.act("lobby", "sa-head", "remark.write", `{"text":"To everybody."}`)
	p.arrive(fmt.Sprintf(`document.querySelector("#entry-%d")`, n))
	p.arrive(`document.body.dataset.seat === "ua-head"`)
	p.want(`document.querySelector(".brand .seat").innerText.includes("ua-head")`, "true")
	p.want(`document.querySelector("#nav").innerText.includes("Ukrainian caucus")`, "true")
}
