package noninterference

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/server"
)

// channel is a way in which systems of this kind told somebody of a room that they were not in.
type channel struct {
	name    string
	where   []string // the routes that could tell; or what else is compared
	planted []string // faults that the comparison must catch; see internal/plant
}

// channels are those that exist by now. Mail, attachments, link previews, invitations, assistants, integrations and operator's pages
// do not exist yet; each gets its row the day it does.
var channels = []channel{
	{"search hits", []string{"search"}, []string{"see-all:view@search"}},
	{"search ranking from statistics of the whole index", []string{"search"}, []string{"index-statistics"}},
	{"counts", []string{"access", "record"}, []string{"see-all:view@access", "see-all:view@record"}},
	{"aggregates and labels", []string{"positions", "timeline"}, []string{"see-all:view@positions", "see-all:view@timeline"}},
	{"autocomplete: what a form offers", []string{"room"}, []string{"see-all:view@room"}},
	{"a room's name or existence", []string{"table", "room"}, []string{"see-all:view@table", "check-all"}},
	{"404 against 403, error texts", []string{"act", "api-append"}, []string{"forbidden"}},
	{"cross-links and back-references", []string{"issue", "party", "meeting", "source", "proposal", "position"}, []string{"see-all:view@issue", "see-all:view@party", "see-all:view@source"}},
	{"what an act may refer to", []string{"api-append", "act"}, []string{"check-all"}},
	{"the target of a release", []string{"room"}, []string{"see-all:view@room"}},
	{"live events", []string{"live"}, []string{"tell-all", "see-all:view@live"}},
	{"reading after leaving", []string{"room", "api-acts"}, []string{"read-after-leaving"}},
	{"writing after leaving", []string{"act", "api-append"}, []string{"write-after-leaving"}},
	{"exports and archives", []string{"export", "archive", "api-view"}, []string{"see-all:view@export", "see-all:archive", "see-all:view@api-view"}},
	{"proofs and record pages", []string{"record-room", "record-entry", "proof"}, []string{"see-all:prove"}},
	{"closed rooms", []string{"table"}, []string{"closed-rooms"}},
	{"activity streams, what is new", []string{"table"}, []string{"see-all:view@table"}},
	{"read receipts", []string{"seen", "table"}, []string{"shared-marks"}},
	{"member lists", []string{"delegations", "delegation"}, []string{"see-all:view@delegations"}},
	{"a shared cache", []string{"every page"}, []string{"shared-cache"}},
	{"ETag from unfiltered state", []string{"every answer"}, []string{"etag"}},
	{"compression", []string{"every answer"}, []string{"compress"}},
	{"identifiers that count", []string{"api-append", "api-open"}, []string{"counted-ids"}},
	{"logs", []string{"log"}, []string{"logged-size"}},
}

// TestChannelsNameRoutes: what the table says can tell is in the router's table, so that a renamed route is not forgotten here.
func TestChannelsNameRoutes(t *testing.T) {
	known := []string{"every page", "every answer", "log"}
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
	for _, dir := range []string{"../ledger", "../server"} {
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
