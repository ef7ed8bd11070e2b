package noninterference

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

// host is one world being served.
type host struct {
	ledger  *ledger.Ledger
	rooms   map[string]talks.RoomID
	handler http.Handler
	log     *bytes.Buffer
}

// serve serves world i, with a clock and keys that are the same for all.
func (p *pair) serve(t testing.TB, i int) *host {
	h := &host{log: &bytes.Buffer{}}
	h.ledger, h.rooms = p.load(t, i)
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	h.handler = server.New(server.Config{
		Ledger: h.ledger,
		Demo:   &server.Demo{Process: processID, Seats: []talks.Seat{"aa-head"}},
		Export: processfile.Export,
		Log:    log,
		Now:    func() time.Time { return start },
		NewKey: func(*ledger.View) string { return "a-key" },
	})
	return h
}

func (h *host) close() { _ = h.ledger.Close() }

// request is something that can be asked, the same of every world.
type request struct {
	route  string // of the router's table
	method string
	target string
	kind   string // content type
	body   string
	header [2]string
}

func (r request) String() string { return r.method + " " + r.target + " " + r.body }

// answer is everything that comes back: status, headers, body.
func (h *host) ask(seat talks.Seat, r request) string {
	req := httptest.NewRequest(r.method, r.target, strings.NewReader(r.body))
	req.Header.Set("Authorization", "Bearer demo:"+string(seat))
	req.Header.Set("Accept-Encoding", "gzip, br, zstd")
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	if r.header[0] != "" {
		req.Header.Set(r.header[0], r.header[1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, req)
	var b strings.Builder
	fmt.Fprintln(&b, w.Code)
	names := make([]string, 0, len(w.Header()))
	for k := range w.Header() {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		fmt.Fprintf(&b, "%s: %q\n", k, w.Header()[k])
	}
	b.WriteString(w.Body.String())
	return b.String()
}

// live opens a stream, lets something be written where the viewer does not sit and then where it does, and returns the stream's
// bytes up to what the latter made it say.
func (h *host) live(t testing.TB, p *pair, i int) string {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	w := &stream{header: http.Header{}, grew: make(chan struct{}, 64)}
	req := httptest.NewRequestWithContext(ctx, "GET", "/p/"+processID+"/live", nil)
	req.Header.Set("Authorization", "Bearer demo:"+string(p.viewer)+"-head")
	done := make(chan struct{})
	go func() { h.handler.ServeHTTP(w, req); close(done) }()
	<-w.grew // the stream's first words: it watches from now on
	changes, err := h.ledger.Watch(ctx, ledger.Viewer{Process: processID, Seat: talks.Seat(p.viewer + "-head")})
	if err != nil {
		t.Fatal(err)
	}
	other := slices.DeleteFunc(slices.Clone(codes), func(d talks.Delegation) bool { return d == p.viewer })[0]
	for n := range i + 1 { // the worlds differ in how much happens where the viewer does not sit
		h.append(t, talks.Seat(other+"-head"), "caucus-"+string(other), fmt.Sprintf("unseen %d %d", i, n))
	}
	h.append(t, talks.Seat(p.viewer+"-head"), "lobby", "seen by all")
	for deadline := time.After(20 * time.Second); ; {
		select {
		case <-w.grew:
			// What the gate told is joined by now, and names the rooms of all of it.
			told := fmt.Sprint(<-changes)
			cancel()
			<-done
			return w.text() + told
		case <-deadline:
			cancel()
			<-done
			return fmt.Sprintln(w.text(), "and then nothing in world", i)
		}
	}
}

// comeAndGo lets somebody open a room with the viewer, who leaves it again, and others read and mark what they have read. None of
// it is left to be seen.
func (h *host) comeAndGo(t testing.TB, p *pair) talks.RoomID {
	t.Helper()
	others := slices.DeleteFunc(slices.Clone(codes), func(d talks.Delegation) bool { return d == p.viewer })
	by := func(d talks.Delegation) ledger.Viewer {
		return ledger.Viewer{Process: processID, Seat: talks.Seat(d + "-head")}
	}
	write := func(d talks.Delegation, room talks.RoomID, kind talks.Kind, body string) *ledger.Receipt {
		r, err := h.ledger.Append(t.Context(), by(d), room, kind, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	room := write(others[0], "", "room.open", fmt.Sprintf(`{"kind":"direct","title":"Gone","members":["%s","%s"]}`, others[0], p.viewer)).Room
	write(p.viewer, room, "remark.write", `{"text":"while I was here"}`)
	write(others[0], room, "room.admit", fmt.Sprintf(`{"delegations":["%s"]}`, others[1]))
	write(p.viewer, room, "room.leave", `{}`)
	write(others[0], room, "remark.write", `{"text":"after you left"}`)
	if err := h.ledger.Mark(t.Context(), by(others[0]), map[talks.RoomID]int64{h.rooms["lobby"]: 3}); err != nil {
		t.Fatal(err)
	}
	return room
}

func (h *host) append(t testing.TB, seat talks.Seat, room, text string) {
	t.Helper()
	v := ledger.Viewer{Process: processID, Seat: seat}
	if _, err := h.ledger.Append(t.Context(), v, h.rooms[room], "remark.write", fmt.Appendf(nil, `{"text":%q}`, text)); err != nil {
		t.Fatal(err)
	}
}

// questions is what the viewer can ask: every route of the router's table, of what it sees, of what is hidden, and of what is nowhere.
func (p *pair) questions(w *writer, rooms map[string]talks.RoomID) []request {
	var out []request
	for _, rt := range server.Routes() {
		switch {
		case strings.HasSuffix(rt.Name, "live") || rt.Name == "seat": // asked in a way of their own; taking another seat is being another viewer
			continue
		case rt.Method == http.MethodGet:
			for range 1 + w.n(2) {
				target := p.target(w, rt.Pattern, rooms)
				if q := pick(w, p.queries()); q != "" {
					target += "?" + q
				}
				out = append(out, request{route: rt.Name, method: pick(w, []string{"GET", "GET", "GET", "HEAD"}), target: target})
			}
		default:
			out = append(out, p.posts(w, rt, rooms)...)
		}
	}
	// A reference to what is hidden is refused like one to nothing, in a room whose view the gate works out.
	out = append(out, request{
		route: "api-append", method: "POST", target: "/api/v1/processes/" + processID + "/rooms/" + string(rooms["with"]) + "/acts",
		kind: "application/json", body: fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, p.hiddenThing(w, rooms)),
	})
	for _, target := range []string{"/nowhere", "/p/other", "/api/v1/processes/other/view", "/p/" + processID + "/nowhere"} {
		out = append(out, request{route: "none", method: pick(w, []string{"GET", "PUT", "DELETE"}), target: target})
	}
	return out
}

// queries are what can stand after the question mark; a page ignores what it does not know.
func (p *pair) queries() []string {
	return []string{
		"", "", "q=harbour", "q=world", "q=world1", "q=Party&kind=statement.record", "q=kind:position.record", "at=2025-02-10T12:00:00Z", "at=2025-02-10T10:30:00Z&q=common",
		"at=never", "without=dd", "without=" + string(p.viewer), "issue=harbour", "from=0", "compose=position", "compose=release", "stop=2",
		"party=party-aa", "from=2025-02-10&to=2025-02-11", "limit=2", "limit=2&at=2025-02-10T12:00:00Z", "kind=statement.record&limit=1", "since=1", "since=40",
		"compose=admit", "compose=admit&delegations=dd&delegations=cc", "compose=admit&delegations=bb&observers=yes", "compose=leave", "compose=close",
		"compose=remove&delegations=bb", "compose=update&look=yes&rule=majority", "look=yes&members=bb&members=dd&observers=dd&kind=plenary",
		"compose=party", "compose=relation", "compose=mandate", "compose=issue-update",
		"what=statement&limit=3", "after=ZW50cnkgMQ", "q=harbour&limit=1",
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
	return pick(w, []string{"harbour", "paper", "party-aa", "party-dd", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "#3", "nothing"})
}

// target fills in a route's pattern.
func (p *pair) target(w *writer, pattern string, rooms map[string]talks.RoomID) string {
	path := strings.TrimSuffix(pattern, "{$}")
	for strings.Contains(path, "{") {
		from := strings.Index(path, "{")
		to := strings.Index(path, "}")
		var v string
		switch path[from+1 : to] {
		case "process":
			v = processID
		case "room":
			v = string(p.anyRoom(w, rooms))
		case "name":
			v = p.anyName(w)
		case "index":
			v = strconv.Itoa(w.n(12))
		case "provider", "token":
			v = "nobodys"
		case "id":
			v = "nothing"
		case "delegation":
			v = pick(w, []string{"aa", "dd", "zz"})
		default:
			panic("the test does not know what to put into " + pattern)
		}
		path = path[:from] + url.PathEscape(v) + path[to+1:]
	}
	return path
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

// posts are requests that write, well and badly: what they answer must not depend on what is hidden, nor must what they leave behind.
func (p *pair) posts(w *writer, rt server.Route, rooms map[string]talks.RoomID) []request {
	target := p.target(w, rt.Pattern, rooms)
	form := "application/x-www-form-urlencoded"
	switch {
	case rt.Name == "api-mark":
		body := fmt.Sprintf(`{"seen":{"%s":%d,"%s":%d}}`, rooms["lobby"], w.n(12), p.anyRoom(w, rooms), w.n(12))
		return []request{{route: rt.Name, method: rt.Method, target: target, kind: "application/json", body: body}}
	case strings.HasPrefix(rt.Pattern, "/api/"):
		return []request{{route: rt.Name, method: rt.Method, target: target, kind: "application/json", body: p.json(w, rooms)}}
	case rt.Name == "act":
		values := url.Values{"compose": {pick(w, []string{"remark", "statement", "position", "no-such", "party", "relation", "update", "admit"})}, "text": {"typed"}, "seen": {"3"}}
		values.Set("issue", string(p.anyRoom(w, rooms))+"/"+p.anyName(w))
		values.Set("party", "party-aa")
		values.Set("speaker", "party-aa")
		values.Set("firmness", "firm")
		values.Set("page", pick(w, []string{"", "nowhere", "open", "positions", "rooms/" + string(p.anyRoom(w, rooms)) + "/members", "issues/" + values.Get("issue")}))
		return []request{{route: rt.Name, method: "POST", target: target, kind: form, body: values.Encode()}}
	}
	marks := url.Values{"back": {"positions"}}
	for _, room := range []talks.RoomID{rooms["lobby"], p.anyRoom(w, rooms), p.anyRoom(w, rooms)} {
		marks.Set(string(room), strconv.Itoa(w.n(12)))
	}
	return []request{{route: rt.Name, method: "POST", target: target, kind: form, body: marks.Encode()}}
}

// json is the body of an act for the API: in order, or referring to what may be hidden, or making a name that may be taken elsewhere.
func (p *pair) json(w *writer, rooms map[string]talks.RoomID) string {
	name, room := p.anyName(w), p.anyRoom(w, rooms)
	return pick(w, []string{
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, p.hiddenThing(w, rooms)),
		`{"kind":"remark.write","body":{"text":"typed"},"key":"` + name + `"}`,
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s/%s"]}}`, room, name),
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, name),
		`{"kind":"issue.open","body":{"name":"` + strings.Trim(name, "#") + `","title":"T"}}`,
		`{"kind":"room.admit","body":{"delegations":["dd","cc"]}}`,
		`{"kind":"room.open","body":{"kind":"direct","title":"Direct","members":["aa","bb","cc","dd"]}}`,
		`{"kind":"room.open","body":{"kind":"caucus","title":"C","members":["` + string(p.viewer) + `"]}}`,
		`{"kind":"record.erase","body":{"entry":` + strconv.Itoa(w.n(20)) + `}}`,
		`{"kind":"remark.write","body":{"text":"late"},"seen":1,"expect":true}`,
		`{"kind":"seat.grant","body":{"holder":"dd-adviser","role":"adviser"}}`,
		`{"kind":`,
	})
}

// stream records what a live connection is sent.
type stream struct {
	header http.Header
	bytes.Buffer
	status int
	grew   chan struct{}
}

func (s *stream) Header() http.Header         { return s.header }
func (s *stream) WriteHeader(status int)      { s.status = status }
func (s *stream) Write(b []byte) (int, error) { return s.Buffer.Write(b) }

// FlushError tells the test that there is something new.
func (s *stream) FlushError() error { s.grew <- struct{}{}; return nil }

func (s *stream) SetReadDeadline(time.Time) error  { return nil }
func (s *stream) SetWriteDeadline(time.Time) error { return nil }

func (s *stream) text() string { return fmt.Sprintln(s.status, s.header) + s.String() }
