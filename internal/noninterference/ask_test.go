package noninterference

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/internal/server"
	"parley/internal/talks"
)

// asked is how many of a hundred pairs ask a route, and seldom how many ask one that takes as long as twenty others: the page of the API,
// which depends on nobody, and the workbook. Every route is asked in hundreds of pairs all the same.
const (
	asked  = 20
	seldom = 5
)

// slow are the routes that are asked seldom.
var slow = []string{"api-page", "matrix-xlsx"}

// always are the routes that every pair asks: those where a planted fault stands, so that it is found sooner.
var always []string

// questions is what the viewer can ask: routes of the router's table, of what it sees, of what is hidden, and of what is nowhere.
func (p *pair) questions(w *writer, h *host) []request {
	var out []request
	for _, rt := range server.Routes() {
		if strings.HasSuffix(rt.Name, "live") || rt.Name == "seat" { // asked in a way of their own; taking another seat is being another viewer
			continue
		}
		share := asked
		if slices.Contains(slow, rt.Name) {
			share = seldom
		}
		if !slices.Contains(always, rt.Name) && !w.chance(share) {
			continue
		}
		for range 1 + w.n(2) {
			q := p.question(w, rt, h)
			q.as = p.by(w, rt)
			out = append(out, q)
		}
	}
	// A reference to what is hidden is refused like one to nothing, in a room whose view the gate works out.
	out = append(out, request{
		as: bySession, route: "api-append", method: "POST", target: "/api/v1/processes/" + processID + "/rooms/" + string(h.rooms["with"]) + "/acts",
		kind: "application/json", body: fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, p.hiddenThing(w, h.rooms)),
	})
	for _, target := range []string{"/nowhere", "/p/other", "/api/v1/processes/other/view", "/p/" + processID + "/nowhere"} {
		out = append(out, request{as: bySession, route: "none", method: pick(w, []string{"GET", "PUT", "DELETE"}), target: target})
	}
	return out
}

// by is who asks a route. What can end a session is done with the aide's: the head's stays.
func (p *pair) by(w *writer, rt server.Route) asker {
	switch {
	case entrance(rt):
		return pick(w, []asker{byAide, byAide, byAide, byNobody, byToken})
	case strings.HasPrefix(rt.Pattern, "/api/"):
		return pick(w, []asker{byToken, byToken, byToken, byReader, bySession, byAide, byNobody})
	}
	return pick(w, []asker{bySession, bySession, bySession, bySession, bySession, byAide, byToken, byReader, byNobody})
}

// entrance reports whether a route is of those who log in, of accounts and of the host's operator.
func entrance(rt server.Route) bool {
	for _, under := range []string{"/login", "/logout", "/invitation/", "/seats", "/account", "/operator"} {
		if strings.HasPrefix(rt.Pattern, under) {
			return true
		}
	}
	return false
}

// question is one request to a route.
func (p *pair) question(w *writer, rt server.Route, h *host) request {
	target := p.target(w, rt, h)
	if rt.Method == http.MethodGet {
		q := pick(w, queries(p))
		if w.chance(15) {
			q = pick(w, []string{"for=", "clone=", "room=", "thing="}) + url.QueryEscape(string(p.anyRoom(w, h.rooms))+"/"+p.anyName(w))
		}
		if w.chance(6) {
			q = strings.TrimPrefix(q+"&on=2025-0"+strconv.Itoa(1+w.n(9))+"-14", "&")
		}
		if q != "" {
			target += "?" + q
		}
		return request{route: rt.Name, method: pick(w, []string{"GET", "GET", "GET", "HEAD"}), target: target}
	}
	r := request{route: rt.Name, method: rt.Method, target: target}
	if strings.HasPrefix(rt.Pattern, "/api/") {
		r.kind, r.body = "application/json", p.json(w, rt, h)
		if w.chance(20) {
			r.header = [2]string{"Idempotency-Key", p.anyName(w)}
		}
		return r
	}
	r.kind, r.body = "application/x-www-form-urlencoded", p.form(w, rt, h)
	return r
}

// queries are what can stand after the question mark; a page ignores what it does not know.
func queries(p *pair) []string {
	return []string{
		"", "", "q=harbour", "q=world", "q=world1", "q=Party&kind=statement.record", "q=kind:position.record", "at=2025-02-10T12:00:00Z", "at=2025-02-10T10:30:00Z&q=common",
		"at=never", "without=dd", "without=" + string(p.viewer), "issue=harbour", "from=0", "compose=position", "compose=release", "stop=2",
		"party=party-aa", "from=2025-02-10&to=2025-02-11", "limit=2", "limit=2&at=2025-02-10T12:00:00Z", "kind=statement.record&limit=1", "since=1", "since=40",
		"compose=admit", "compose=admit&delegations=dd&delegations=cc", "compose=admit&delegations=bb&observers=yes", "compose=leave", "compose=close",
		"compose=remove&delegations=bb", "compose=update&look=yes&rule=majority", "look=yes&members=bb&members=dd&observers=dd&kind=plenary",
		"compose=party", "compose=relation", "compose=mandate", "compose=issue-update",
		"status=overdue", "status=waiting&party=party-bb", "compose=meeting&clone=n1", "compose=report", "compose=commitment", "compose=adopt", "compose=consult", "month=2025-02",
		"what=statement&limit=3", "after=ZW50cnkgMQ", "q=harbour&limit=1", "then=/p/talks/rooms/hidden", "done=name", "out=", "ended=",
	}
}

// anyRoom is a room that the viewer sees, one that it does not, or none; whether hidden ones exist differs from world to world.
func (p *pair) anyRoom(w *writer, rooms map[string]talks.RoomID) talks.RoomID {
	switch w.n(6) {
	case 2:
		return p.gone
	case 0:
		if id, ok := rooms[pick(w, p.unseen)]; ok {
			return id
		}
		return "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	case 1:
		return "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	}
	return rooms[pick(w, p.seen)]
}

func (p *pair) anyName(w *writer) string {
	return pick(w, []string{"harbour", "paper", "party-aa", "party-dd", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "#3", "nothing", "round", "truce", "calm", "offer", "deal", "pledge", "return", "ask"})
}

func (p *pair) anySeat(w *writer) string {
	return pick(w, []string{string(p.viewer) + "-head", string(p.viewer) + "-aide", string(p.viewer) + "-third", "aa-head", "dd-head", "dd-s0", "bb-adviser", "cc-second", "zz-head"})
}

// anyID is the identifier of something of the viewer's own accounts, or of nothing.
func (p *pair) anyID(w *writer, h *host) string {
	if h.doors == nil || w.chance(30) {
		return "aaaaaaaaaaaaaaaa"
	}
	return pick(w, h.doors.ids)
}

// target fills in a route's pattern.
func (p *pair) target(w *writer, rt server.Route, h *host) string {
	path := strings.TrimSuffix(rt.Pattern, "{$}")
	for strings.Contains(path, "{") {
		from := strings.Index(path, "{")
		to := strings.Index(path, "}")
		var v string
		switch path[from+1 : to] {
		case "process":
			v = processID
		case "room":
			v = string(p.anyRoom(w, h.rooms))
		case "name":
			v = p.anyName(w)
		case "index":
			v = strconv.Itoa(w.n(12))
		case "delegation":
			v = pick(w, []string{"aa", "dd", "zz"})
		case "seat":
			v = p.anySeat(w)
		case "id", "invitation", "session":
			v = p.anyID(w, h)
		case "token":
			v = p.anyLink(w, rt, h)
		case "secret":
			v = p.anyCalendar(w, h)
		case "provider":
			v = pick(w, []string{"sso", "none"})
		default:
			panic("the test does not know what to put into " + rt.Pattern)
		}
		path = path[:from] + url.PathEscape(v) + path[to+1:]
	}
	return path
}

// anyCalendar is the secret of the viewer's calendar, or of none.
func (p *pair) anyCalendar(w *writer, h *host) string {
	if h.doors == nil || w.chance(30) {
		return "nothing"
	}
	return h.doors.feed
}

// anyLink is the token of an invitation, or of none. Only the first is used: the others make one another viewer.
func (p *pair) anyLink(w *writer, rt server.Route, h *host) string {
	switch {
	case h.doors == nil || w.chance(30):
		return "nothing"
	case rt.Method != http.MethodGet:
		return h.doors.invited[0]
	}
	return pick(w, h.doors.invited)
}

// hiddenThing is an object of a room that the viewer does not see, as it is in the first world.
func (p *pair) hiddenThing(w *writer, rooms map[string]talks.RoomID) string {
	for range 20 {
		it := pick(w, p.hidden[0])
		if a, ok := it.Act.(*talks.StatementRecord); ok {
			return string(rooms[it.Room]) + "/" + a.Name
		}
	}
	return string(rooms[pick(w, p.hidden[0]).Room]) + "/#0"
}
