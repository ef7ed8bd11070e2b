package server

import (
	"slices"

	"parley/web/access"
	"parley/web/agreement"
	"parley/web/calendar"
	"parley/web/commitment"
	"parley/web/delegation"
	"parley/web/event"
	"parley/web/implementation"
	"parley/web/inclusion"
	"parley/web/issue"
	"parley/web/meeting"
	"parley/web/members"
	"parley/web/party"
	"parley/web/positions"
	"parley/web/proposal"
	"parley/web/record"
	"parley/web/relation"
	"parley/web/room"
	"parley/web/search"
	"parley/web/source"
	"parley/web/table"
	"parley/web/timeline"
	"parley/web/ui"
)

// Route is one line of the table of routes. Tests walk the table, so that a new page is covered the day it is added.
type Route struct {
	Method  string
	Pattern string // of http.ServeMux; GET also answers HEAD
	Name    string // what the log says of a request instead of its path

	make func(*server) handler
}

// Routes returns all routes but the one of static files, which depend on nobody.
func Routes() []Route { return slices.Clone(routes()) }

// page is a page below /p/{process}: a function of a view.
type page struct {
	path string
	name string
	show ui.Show
}

var pages = []page{
	{"", "table", table.Show},
	{"/timeline", "timeline", timeline.Show},
	{"/positions", "positions", positions.Show},
	{"/positions/{room}/{name}", "position", positions.Issue},
	{"/issues", "issues", issue.List},
	{"/issues/{room}/{name}", "issue", issue.Show},
	{"/proposals", "proposals", proposal.List},
	{"/proposals/{room}/{name}", "proposal", proposal.Show},
	{"/agreements", "agreements", agreement.List},
	{"/agreements/{room}/{name}", "agreement", agreement.Show},
	{"/inclusion", "inclusion", inclusion.Show},
	{"/meetings", "meetings", meeting.List},
	{"/meetings/{room}/{name}", "meeting", meeting.Show},
	{"/calendar", "calendar", calendar.Show},
	{"/events", "events", event.List},
	{"/events/{room}/{name}", "event", event.Show},
	{"/relations", "relations", relation.List},
	{"/relations/{room}/{name}", "relation", relation.Show},
	{"/commitments", "commitments", commitment.List},
	{"/commitments/{room}/{name}", "commitment", commitment.Show},
	{"/conditions/{room}/{name}", "condition", commitment.Condition},
	{"/implementation", "implementation", implementation.Show},
	{"/implementation/matrix", "matrix", implementation.Matrix},
	{"/delegations", "delegations", delegation.List},
	{"/delegations/{delegation}", "delegation", delegation.Show},
	{"/parties/{room}/{name}", "party", party.Show},
	{"/sources", "sources", source.List},
	{"/sources/{room}/{name}", "source", source.Show},
	{"/rooms/{room}", "room", room.Show},
	{"/rooms/{room}/members", "members", members.Show},
	{"/open", "open", members.Open},
	{"/rooms/{room}/record", "record-room", record.Room},
	{"/rooms/{room}/record/{index}", "record-entry", record.Entry},
	{"/record", "record", record.Show},
	{"/access", "access", access.Show},
	{"/search", "search", search.Show},
}

const (
	below = "/p/{process}"
)

func routes() []Route {
	var rs []Route
	for _, p := range pages {
		rs = append(rs, Route{"GET", below + p.path, p.name, func(s *server) handler { return s.show(p.show) }})
	}
	for _, o := range operations() {
		rs = append(rs, o.route())
	}
	rs = append(rs, entrances()...)
	return append(rs,
		Route{"GET", "/healthz", routeHealth, func(s *server) handler { return s.health }},
		Route{"GET", "/readyz", routeReady, func(s *server) handler { return s.ready }},
		Route{"GET", "/{$}", "first", func(s *server) handler { return s.first }},
		Route{"POST", "/demo/seat", "seat", func(s *server) handler { return s.postSeat }},
		Route{"GET", below + "/rooms/{room}/acts", "room-again", func(s *server) handler { return s.toRoom }},
		Route{"POST", below + "/rooms/{room}/acts", "act", func(s *server) handler { return s.postAct }},
		Route{"POST", below + "/seen", "seen", func(s *server) handler { return s.postSeen }},
		Route{"GET", below + "/rooms/{room}/record/{index}/proof", "proof", func(s *server) handler { return s.proof }},
		Route{"GET", below + "/live", "live", func(s *server) handler { return s.live }},
		Route{"GET", below + "/export", "export", func(s *server) handler { return s.export }},
		Route{"GET", below + "/archive", "archive", func(s *server) handler { return s.archive }},
		Route{"GET", below + "/agreements/{room}/{name}/text", "agreement-text", func(s *server) handler { return s.agreementText }},
		Route{"POST", below + "/agreements/{room}/{name}/seal/begin", "seal-begin", func(s *server) handler { return s.beginSeal }},
		Route{"POST", below + "/agreements/{room}/{name}/seal", "seal", func(s *server) handler { return s.postSeal }},
		Route{"GET", below + "/calendar.ics", "calendar-file", func(s *server) handler { return s.calendarFile }},
		Route{"GET", "/calendar/{secret}/parley.ics", "calendar-feed", doors(func(s *server) handler { return s.calendarFeed })},
		Route{"GET", below + "/implementation.xlsx", "matrix-xlsx", func(s *server) handler { return s.matrixXLSX }},
		Route{"GET", below + "/implementation.csv", "matrix-csv", func(s *server) handler { return s.matrixCSV }},
		Route{"GET", "/api", "api-page", func(s *server) handler { return s.apiPage }},
		Route{"GET", "/api/openapi.json", "api-document", func(s *server) handler { return s.apiDocument }},
	)
}
