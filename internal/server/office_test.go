package server

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// met is a meeting and a promise in the direct room, with a word that only those who sit there see.
const met = "Zanzibar"

// write appends an act as a seat.
func (h *house) write(room string, seat talks.Seat, kind talks.Kind, body string) {
	h.t.Helper()
	if _, err := h.ledger.Append(h.t.Context(), ledger.Viewer{Process: "harbour", Seat: seat}, h.rooms[room], kind, []byte(body)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) meet() {
	h.t.Helper()
	lobby := string(h.rooms["lobby"])
	h.write("lobby", "us-head", "meeting.schedule", `{"name":"open","title":"For everybody","kind":"meeting","starts":"2025-03-01T10:00:00Z"}`)
	h.write("direct", "us-head", "meeting.schedule", `{"name":"quiet","title":"`+met+`","kind":"meeting","starts":"2025-03-02"}`)
	h.write("lobby", "us-head", "commitment.make", `{"name":"ferry","title":"=Ferry","obligors":["party-us"],"deed":"It runs.","due":{"by":"2025-04-01"}}`)
	h.write("direct", "us-head", "commitment.make", `{"name":"cranes","title":"`+met+` cranes","obligors":["`+lobby+`/party-us"],"deed":"They turn.","due":{"by":"2025-05"}}`)
}

var calendarLink = regexp.MustCompile(`value="[^"]*(/calendar/[A-Za-z0-9_-]{43}/parley\.ics)"`)

// calendar makes a link to the calendar of a seat, and returns its path.
func (g *guest) calendar(seat string) string {
	g.t.Helper()
	a := g.post("/account/calendars", "seat", "harbour/"+seat)
	m := calendarLink.FindStringSubmatch(a.body)
	if a.status != http.StatusOK || m == nil {
		g.t.Fatalf("no link to a calendar: %d %s", a.status, words(a.body))
	}
	return m[1]
}

// TestCalendarLink: a calendar program, which has no cookies, reads by its link what the seat sees, each time anew.
func TestCalendarLink(t *testing.T) {
	var log bytes.Buffer
	h := openHotel(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	h.meet()
	rhea, sara, nobody := h.seated("rhea", "ru-head"), h.seated("sara", "sa-head"), h.guest()
	link := rhea.calendar("ru-head")
	if a := rhea.visit("/account"); strings.Contains(a.body, link) || !strings.Contains(words(a.body), "The calendar of harbour/ru-head") || !strings.Contains(words(a.body), "never used") {
		t.Errorf("the list of links: %s", words(a.body))
	}
	a := nobody.visit(link)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/calendar; charset=utf-8" || a.header.Get("Cache-Control") != "no-store" || len(a.header["Set-Cookie"]) > 0 {
		t.Fatalf("%d %v", a.status, a.header)
	}
	for _, want := range []string{"SUMMARY:For everybody\r\n", "DTSTART:20250301T100000Z\r\n", "SUMMARY:" + met + "\r\n", "DTSTART;VALUE=DATE:20250302\r\n", "SUMMARY:Due: " + met + " cranes\r\n", "DTSTART;VALUE=DATE:20250531\r\n"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("%q is not in\n%s", want, a.body)
		}
	}
	if again := nobody.visit(link); again.body != a.body {
		t.Error("the same view gave other bytes")
	}
	if head := nobody.ask(http.MethodHead, link, ""); head.status != http.StatusOK || head.body != "" || head.header.Get("Content-Length") != a.header.Get("Content-Length") {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	if file := rhea.visit(h.page("/calendar.ics")); file.body != a.body || file.header.Get("Content-Disposition") != `attachment; filename="harbour-ru-head.ics"` {
		t.Errorf("the file to download is another: %v", file.header)
	}
	if other := nobody.visit(sara.calendar("sa-head")); other.status != http.StatusOK || strings.Contains(other.body, met) || !strings.Contains(other.body, "For everybody") {
		t.Errorf("who is not in the room reads\n%s", other.body)
	}
	if early := rhea.visit(h.page("/calendar.ics?at=2025-02-18T09:11:00Z")); early.status != http.StatusOK || strings.Contains(early.body, "BEGIN:VEVENT") {
		t.Errorf("before anything was scheduled: %d\n%s", early.status, early.body)
	}
	// What the delegation sees no more, its calendar has no more.
	rhea.act("direct", "room.leave", `{}`).ok(t)
	if a := nobody.visit(link); a.status != http.StatusOK || strings.Contains(a.body, met) {
		t.Errorf("after the delegation left: %d\n%s", a.status, a.body)
	}
	if secret := strings.Split(link, "/")[2]; strings.Contains(log.String(), secret) || strings.Contains(log.String(), "/calendar/") || !strings.Contains(log.String(), "calendar-feed") {
		t.Errorf("the log: %s", log.String())
	}
}

// TestCalendarLinkEnds: whatever is wrong with a link, the answer is one, to the byte.
func TestCalendarLinkEnds(t *testing.T) {
	h := openHotel(t, nil)
	h.meet()
	olga, uma, nobody := h.operator(), h.seated("uma", "us-head"), h.guest()
	uma.act("caucus", "seat.grant", `{"holder":"us-envoy","role":"delegate"}`).ok(t)
	eve := h.seated("eve", "us-envoy")
	never := nobody.visit("/calendar/" + strings.Repeat("A", 43) + "/parley.ics")
	if never.status != http.StatusNotFound || strings.Contains(never.body, "BEGIN:") {
		t.Fatalf("a link that never was: %d %s", never.status, words(never.body))
	}
	same := func(what, link string, g *guest) {
		t.Helper()
		if a := g.visit(link); a.status != never.status || a.body != never.body || !maps.EqualFunc(a.header, never.header, func(x, y []string) bool { return strings.Join(x, "\n") == strings.Join(y, "\n") }) {
			t.Errorf("%s: %d %v\n%s", what, a.status, a.header, words(a.body))
		}
	}
	good := func(link string) {
		t.Helper()
		if a := nobody.visit(link); a.status != http.StatusOK || !strings.Contains(a.body, met) {
			t.Fatalf("a good link: %d %s", a.status, words(a.body))
		}
	}
	same("no secret at all", "/calendar/x/parley.ics", nobody)
	same("a wrong one, asked for by who is logged in", "/calendar/x/parley.ics", uma)
	same("a token of another kind", "/calendar/"+uma.jar[sessionCookie]+"/parley.ics", nobody)

	link := uma.calendar("us-head")
	good(link)
	ids := regexp.MustCompile(`action="/account/calendars/end"><input type="hidden" name="id" value="([^"]*)"`).FindStringSubmatch(uma.visit("/account").body)
	if ids == nil {
		t.Fatal("the account does not list the link")
	}
	eve.post("/account/calendars/end", "id", ids[1]).want(t, http.StatusNotFound, "")
	good(link)
	uma.post("/account/calendars/end", "id", ids[1]).want(t, http.StatusSeeOther, "/account?done=calendar")
	same("a link that was ended", link, nobody)

	link = eve.calendar("us-envoy")
	good(link)
	session, err := h.accounts.Session(t.Context(), eve.jar[sessionCookie])
	if err != nil {
		t.Fatal(err)
	}
	olga.post("/operator/accounts", "id", string(session.Account), "state", "off").ok(t)
	same("a link of an account that is disabled", link, nobody)
	olga.post("/operator/accounts", "id", string(session.Account), "state", "on").ok(t)
	good(link)
	// The gate alone says that a seat has ended, whether or not the accounts have been told.
	h.write("caucus", "us-head", "seat.revoke", `{"holder":"us-envoy"}`)
	same("a link of a seat that was revoked", link, nobody)
	h.write("caucus", "us-head", "seat.grant", `{"holder":"us-envoy","role":"delegate"}`)
	same("a link of a seat that was granted again", link, nobody)

	if a := uma.post("/account/calendars", "seat", "harbour/ru-head"); a.status != http.StatusNotFound || calendarLink.MatchString(a.body) {
		t.Errorf("a link to another's calendar: %d", a.status)
	}
	if demo := open(t, nil); demo.get("/calendar/x/parley.ics", "us-head").status != http.StatusNotFound {
		t.Error("a demo has links to calendars")
	}
}

// TestMatrixFiles: the matrix has the rows that the seat sees, as a table and as a workbook, and nothing in it is a formula.
func TestMatrixFiles(t *testing.T) {
	h := open(t, nil)
	h.meet()
	rows := func(seat talks.Seat, query string) [][]string {
		t.Helper()
		a := h.get(h.page("/implementation.csv"+query), seat)
		if a.status != http.StatusOK || a.header.Get("Content-Disposition") != `attachment; filename="harbour-`+string(seat)+`-implementation.csv"` {
			t.Fatalf("%d %v", a.status, a.header)
		}
		all, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := rows("us-head", ""); len(got) != 3 || got[1][2] != "'=Ferry" || got[1][5] != "2025-04-01" || got[2][2] != met+" cranes" || got[2][5] != "2025-05-31" || got[2][12] != "2025-05" || got[1][3] != "Party us" || got[1][8] != "overdue" {
		t.Errorf("%q", got)
	}
	if got := rows("ua-head", ""); len(got) != 2 || strings.Contains(strings.Join(got[1], " "), met) {
		t.Errorf("who is not in the room has %q", got)
	}
	if got := rows("us-head", "?at=2025-02-18T09:11:00Z"); len(got) != 1 {
		t.Errorf("before anything was promised: %q", got)
	}
	book := func(seat talks.Seat) string {
		t.Helper()
		a := h.get(h.page("/implementation.xlsx"), seat)
		z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
		if a.status != http.StatusOK || err != nil || a.header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
			t.Fatalf("%d %v %v", a.status, a.header, err)
		}
		if again := h.get(h.page("/implementation.xlsx"), seat); again.body != a.body {
			t.Error("the same view gave other bytes")
		}
		var all strings.Builder
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
		return all.String()
	}
	if got := book("us-head"); !strings.Contains(got, met) || !strings.Contains(got, "=Ferry") || strings.Contains(got, "<f>") {
		t.Error("the workbook lacks a row, or has a formula")
	}
	if got := book("ua-head"); strings.Contains(got, met) || !strings.Contains(got, "=Ferry") {
		t.Error("the workbook of who is not in the room has what is there")
	}
	for _, path := range []string{"/implementation.csv", "/implementation.xlsx", "/calendar.ics", "/calendar"} {
		if a := h.get("/p/nowhere"+path, "us-head"); a.status != http.StatusNotFound {
			t.Errorf("%s of another process: %d", path, a.status)
		}
		if a := h.get(h.page(path+"?at=yesterday"), "us-head"); a.status != http.StatusBadRequest {
			t.Errorf("%s at no time: %d", path, a.status)
		}
	}
}
