package noninterference

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/ledger"
	"parley/internal/server"
	"parley/internal/talks"
)

// What the host's operator sees of a process is, beside who convenes it and when that invitation was used, two numbers: how many rooms it has
// and how many entries all of them have together. They tell, to who looks again and again, that a room was opened and that something was
// written, and when; never where, by whom, what, of what kind or of what length. Accounts are listed with their logins and names, and without
// their seats. The metrics have the same two numbers for the host as a whole, and how many requests there were by route: that somebody
// asked for a room's page, and no word on which room.

// TestOperator: worlds in which the viewer of before sees the same, and which have equally many rooms and entries, are the same to the host's
// operator, whatever is in their rooms, and to whoever reads the metrics and the log.
func TestOperator(t *testing.T) {
	n := max(1, *pairs/100)
	if testing.Short() {
		n = min(n, 5)
	}
	gen := rapid.Custom(func(rt *rapid.T) string {
		_, difference := compareOperator(t, rt)
		return difference
	})
	for seed := range n {
		if difference := gen.Example(seed); difference != "" {
			t.Fatalf("with seed %d: %s", seed, difference)
		}
	}
}

// compareOperator draws two worlds of equal sizes and asks them all as the host's operator.
func compareOperator(t *testing.T, rt *rapid.T) (asked int, difference string) {
	p := drawPair(rt)
	p.demo = false
	p.even()
	w := &writer{t: rt}
	var questions []request
	var first *observed
	for i := range 2 {
		h := p.serve(t, i)
		h.size()
		if i == 0 {
			p.gone = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
			questions = p.operatorQuestions(w, h)
		}
		o := &observed{}
		for _, q := range questions {
			o.answers = append(o.answers, h.ask(t, p, q))
		}
		o.metrics, o.log = h.metrics(t), h.log.String()
		if word := h.named(o.metrics + o.log); word != "" {
			h.close()
			return 0, "the metrics or the log name " + word
		}
		h.close()
		if i == 0 {
			first = o
		} else if d := first.differs(o, questions); d != "" {
			return 0, fmt.Sprintf("worlds of equal sizes, %s: %s", p, d)
		}
	}
	return len(questions), ""
}

// operatorQuestions are the operator's own pages and forms, and of everything else what who has no seat gets.
func (p *pair) operatorQuestions(w *writer, h *host) []request {
	page := request{as: byHost, route: "operator", method: http.MethodGet, target: "/operator"}
	out := []request{page}
	for _, rt := range server.Routes() {
		own := strings.HasPrefix(rt.Pattern, "/operator")
		if strings.HasSuffix(rt.Name, "live") || rt.Name == "seat" || !own && !w.chance(20) || rt.Name == "logout" || rt.Name == "account-confirm" {
			continue
		}
		q := p.question(w, rt, h)
		q.as = byHost
		out = append(out, q)
	}
	return append(out, page)
}

// named is a word of the talks that stands in a text where none may; "" where there is none.
func (h *host) named(text string) string {
	words := []string{"Harbour", "world0", "world1", "common", "-aide", headLogin, otherLogin, operatorLogin, "Name of", `"` + processID + `"`}
	for _, d := range codes {
		words = append(words, string(d)+"-head")
	}
	for _, id := range h.rooms {
		words = append(words, string(id))
	}
	for _, word := range words {
		if strings.Contains(text, word) {
			return word
		}
	}
	return ""
}

// even lets the first two worlds have equally many rooms and entries: others open more rooms and say more in the one that has fewer.
func (p *pair) even() {
	count := func(i int) (rooms, entries int) {
		handles := map[string]bool{}
		for _, it := range p.hidden[i] {
			handles[it.Room] = true
		}
		return len(handles), len(p.hidden[i])
	}
	r0, e0 := count(0)
	r1, e1 := count(1)
	rooms := max(r0, r1)
	entries := max(e0+rooms-r0, e1+rooms-r1)
	for i := range 2 {
		others := p.others()[:2]
		items := &p.hidden[i]
		at := (*items)[len(*items)-1].At
		add := func(room string, a talks.Act) {
			at = at.Add(time.Minute)
			*items = append(*items, ledger.Item{Room: room, Seat: talks.Seat(others[0] + "-head"), At: at, Kind: a.Kind(), Act: a})
		}
		for r, _ := count(i); r < rooms; r, _ = count(i) {
			add(fmt.Sprintf("more-%d", r), &talks.RoomOpen{Type: "direct", Title: fmt.Sprintf("More %d of world%d", r, i), Members: slices.Clone(others)})
		}
		for len(*items) < entries {
			add("caucus-"+string(others[0]), &talks.RemarkWrite{Text: fmt.Sprintf("world%d says more", i)})
		}
	}
}
