package noninterference

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/internal/server"
)

// channel is a way in which systems of this kind told somebody of a room that they were not in.
type channel struct {
	rows    []int // of the list of leaks that systems of this kind had; none for what this one could have alone
	name    string
	where   []string // the routes that could tell; or what else is compared
	planted []string // faults that the comparison must catch; see internal/plant
	by      comparison
}

// comparison draws worlds and compares them. It returns how much was asked, and the first difference; nil is compare.
type comparison func(*testing.T, *rapid.T) (asked int, difference string)

// channels are those that exist by now.
//
// Three rows of the list have nothing to stand for yet. Each gets its line here the day it does:
//   - 10, link previews: the host follows no address that is written in an act, so there is neither a preview nor a cache of one.
//   - 16, attachments and thumbnails: an act is text, and no file is kept beside the record.
//   - 19, mail: the host sends none. Links of invitations are shown to who makes them, once.
//
// Rows 13 to 15 are, beside what is compared here, raced over real connections: see TestRevoked and what follows it in internal/server.
// Of 28, how long an answer takes is not compared. Two limits are the host's as a whole by their nature, all live connections and all requests
// under way: to run into one tells that the host is busy, and nothing of whom.
var channels = []channel{
	{[]int{1}, "search hits", []string{"search", "api-search"}, []string{"see-all:view@search", "see-all:view@api-search"}, nil},
	{[]int{2}, "search ranking from statistics of the whole index", []string{"search"}, []string{"index-statistics"}, nil},
	{[]int{3}, "counts", []string{"access", "record", "api-access", "api-heads"}, []string{"see-all:view@access", "see-all:view@record", "see-all:view@api-access"}, nil},
	{[]int{4}, "aggregates and labels", []string{"positions", "timeline", "api-positions", "api-timeline"}, []string{"see-all:view@positions", "see-all:view@timeline", "see-all:view@api-positions", "see-all:view@api-timeline"}, nil},
	{[]int{5}, "autocomplete: what a form offers", []string{"room", "members", "open"}, []string{"see-all:view@room"}, nil},
	{[]int{6}, "a room's name or existence", []string{"table", "room", "api-rooms", "api-room"}, []string{"see-all:view@table", "check-all", "see-all:view@api-rooms", "see-all:view@api-room"}, nil},
	{[]int{7}, "404 against 403, error texts", []string{"act", "api-append"}, []string{"forbidden"}, nil},
	{[]int{8}, "cross-links and back-references", []string{"issue", "party", "meeting", "source", "proposal", "position"}, []string{"see-all:view@issue", "see-all:view@party", "see-all:view@source", "see-all:view@api-issue", "see-all:view@api-party"}, nil},
	{[]int{8}, "what an act may refer to", []string{"api-append", "act"}, []string{"check-all"}, nil},
	{[]int{9}, "the target of a release", []string{"room"}, []string{"see-all:view@room"}, nil},
	{[]int{11}, "live events", []string{"live", "api-live"}, []string{"tell-all", "see-all:view@live"}, nil},
	{[]int{12}, "words that were taken back", []string{"every answer"}, []string{"kept-erased"}, nil},
	{[]int{13}, "reading after leaving", []string{"room", "api-acts"}, []string{"read-after-leaving"}, nil},
	{[]int{14}, "writing after leaving", []string{"act", "api-append"}, []string{"write-after-leaving"}, nil},
	{[]int{17}, "exports and archives", []string{"export", "archive", "api-view"}, []string{"see-all:view@export", "see-all:archive", "see-all:view@api-view"}, nil},
	{[]int{17}, "workbooks, tables and calendars", []string{"matrix-xlsx", "matrix-csv", "calendar-file", "calendar-feed"}, []string{"see-all:view@calendar-feed", "see-all:view@matrix-xlsx", "see-all:view@matrix-csv", "see-all:view@calendar-file"}, nil},
	{[]int{4}, "what was promised, what waits for what, and how it stands", []string{"commitments", "implementation", "matrix", "api-commitments", "api-implementation"}, []string{"see-all:view@commitments", "see-all:view@implementation", "see-all:view@matrix", "see-all:view@api-commitments", "see-all:view@api-implementation"}, nil},
	{[]int{4}, "whom something affects, and who was consulted", []string{"inclusion", "agreements", "api-inclusion"}, []string{"see-all:view@inclusion", "see-all:view@agreements", "see-all:view@api-inclusion"}, nil},
	{[]int{8}, "reactions to what is shown, and what relations were assessed", []string{"events", "relations", "calendar"}, []string{"see-all:view@calendar", "see-all:view@events", "see-all:view@relations"}, nil},
	{nil, "proofs and record pages", []string{"record-room", "record-entry", "proof", "api-entry", "api-head"}, []string{"see-all:prove"}, nil},
	{[]int{18}, "closed rooms", []string{"table"}, []string{"closed-rooms"}, nil},
	{[]int{20}, "activity streams, what is new", []string{"table", "api-all-acts"}, []string{"see-all:view@table", "see-all:view@api-all-acts"}, nil},
	{[]int{21}, "read receipts", []string{"seen", "table", "api-marks", "api-mark"}, []string{"shared-marks"}, nil},
	{[]int{22}, "member lists", []string{"delegations", "delegation", "api-delegations"}, []string{"see-all:view@delegations", "see-all:view@delegation", "see-all:view@api-delegations"}, nil},
	{[]int{22}, "seats and who holds them", []string{"seats", "my-seats"}, []string{"see-all:view@seats"}, nil},
	{[]int{23}, "invitations before they are used", []string{"invitation"}, []string{"invitation-named"}, nil},
	{[]int{24}, "assistants", []string{"api-search", "api-rooms", "api-statements"}, []string{"see-all:view@api-search", "see-all:view@api-rooms", "see-all:view@api-statements", "token-of-host"}, compareAssistant},
	{[]int{24}, "what is foreseen of a change", []string{"members", "open"}, []string{"see-all:view@members", "see-all:view@open"}, nil},
	{[]int{25}, "programs with a token", []string{"api-view", "api-me"}, []string{"token-of-host"}, nil},
	{[]int{26}, "a shared cache", []string{"every page"}, []string{"shared-cache"}, nil},
	{[]int{26}, "ETag from unfiltered state", []string{"every answer"}, []string{"etag"}, nil},
	{[]int{27}, "compression", []string{"every answer"}, []string{"compress"}, nil},
	{[]int{28}, "identifiers that count", []string{"api-append", "api-open"}, []string{"counted-ids"}, nil},
	{[]int{28}, "logs", []string{"log"}, []string{"logged-size"}, nil},
	{[]int{28}, "limits on live connections", []string{"live", "api-live"}, []string{"shared-streams"}, nil},
	{[]int{28}, "limits on log-ins", []string{"login-password"}, []string{"shared-attempts"}, nil},
	{[]int{28}, "metrics", []string{"metrics"}, []string{"metered-size"}, nil},
	{[]int{29}, "the operator's page", []string{"operator"}, []string{"operator-looks"}, compareOperator},
}

// TestRows: every row of the list has its line, its test of races, or its reason.
func TestRows(t *testing.T) {
	have := map[int]bool{10: true, 16: true, 19: true, 15: true} // the reasons stand above; 15 is TestRevoked of internal/server
	for _, c := range channels {
		for _, row := range c.rows {
			have[row] = true
		}
	}
	for row := 1; row <= 29; row++ {
		if !have[row] {
			t.Errorf("nothing watches row %d", row)
		}
	}
}

// TestChannelsNameRoutes: what the table says can tell is in the router's table, so that a renamed route is not forgotten here.
func TestChannelsNameRoutes(t *testing.T) {
	known := []string{"every page", "every answer", "log", "metrics"}
	for _, r := range server.Routes() {
		known = append(known, r.Name)
	}
	for _, c := range channels {
		for _, w := range c.where {
			if !slices.Contains(known, w) {
				t.Errorf("%s: there is no route %s", c.name, w)
			}
		}
		if len(c.planted) == 0 {
			t.Errorf("%s: no fault is planted", c.name)
		}
	}
}

// TestFaultsArePlanted: every fault that the table names stands somewhere in the program.
func TestFaultsArePlanted(t *testing.T) {
	var code strings.Builder
	for _, dir := range []string{"../ledger", "../server", "../account"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
				b, err := os.ReadFile(dir + "/" + f.Name())
				if err != nil {
					t.Fatal(err)
				}
				code.Write(b)
			}
		}
	}
	planted := regexp.MustCompile(`plant\.Is\("([^"@]+)"`).FindAllStringSubmatch(code.String(), -1)
	for _, c := range channels {
		for _, fault := range c.planted {
			name, _, _ := strings.Cut(fault, "@")
			if !slices.ContainsFunc(planted, func(m []string) bool { return m[1] == name || m[1] == "see-all:" && strings.HasPrefix(name, m[1]) }) {
				t.Errorf("%s: the fault %s is planted nowhere", c.name, fault)
			}
		}
	}
}
