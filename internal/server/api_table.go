package server

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/server/wire"
)

// api is where the addresses of a process begin.
const api = apiRoot + "/processes/{process}"

// The groups of operations, in the order in which the documentation has them.
const (
	tagWho     = "Who you are"
	tagRoom    = "Rooms and acts"
	tagLive    = "Changes"
	tagTalks   = "The talks"
	tagSeats   = "Your delegation"
	tagRecord  = "The record"
	aboutWrite = "The act is durable when it is answered. With a key it can be sent again safely: the same act is answered as it was the first " +
		"time, with status 200. With expect it is refused where the room has more entries than seen, with those that came in between."
)

// operations is the table of the API. The document, the documentation and the routes are made of it.
func operations() []operation {
	return slices.Concat(aboutRooms(), aboutTalks(), aboutSeats(), aboutRecord())
}

func aboutRooms() []operation {
	return []operation{
		reads("api-me", apiRoot+"/me", tagWho, "Who you are", "The seat that the credentials are for, and what they allow.", me),
		reads("api-processes", apiRoot+"/processes", tagWho, "Your processes", "The process in which the credentials hold a seat.", processes),
		reads("api-process", api, tagWho, "A process", "", process),

		reads("api-view", api+"/view", tagRoom, "All that you see", "Every room of the seat with every entry. For long talks, ask room by room.", wholeView),
		reads("api-rooms", api+"/rooms", tagRoom, "Rooms", "The lobby first, then in the order they were opened.", all(wire.Rooms)),
		writes(http.MethodPost, "api-open", api+"/rooms", tagRoom, "Open a room", "Records the act room.open, and with it makes the room. "+aboutWrite, http.StatusCreated, openRoom),
		reads("api-room", api+"/rooms/{room}", tagRoom, "A room", "Its members, its kind and its size, without what was said in it.", oneRoom),
		reads("api-acts", api+"/rooms/{room}/acts", tagRoom, "Acts of a room", "In the order of the room, from the first on.", roomActs),
		writes(http.MethodPost, "api-append", api+"/rooms/{room}/acts", tagRoom, "Record an act", "All kinds of acts are written here. "+aboutWrite, http.StatusCreated, appendAct),
		reads("api-entry", api+"/rooms/{room}/acts/{index}", tagRoom, "One entry", "With the proof that it stands in the room's signed tree.", oneEntry),
		reads("api-all-acts", api+"/acts", tagRoom, "Acts of all rooms", "The newest first.", allActs),

		plain("api-live", api+"/live", tagLive, "Live events",
			"Server-sent events (HTML, section 9.2). An event “changed” says which of your rooms have new entries; its id names the state that you "+
				"have then. Send it as Last-Event-ID, or as ?from=, to be told at once of what came since. The stream ends when the seat does.",
			[]*huma.Param{queryParam("from", "The id of the last event."), headerParam("Last-Event-ID", "The id of the last event, as browsers send it.")},
			"text/event-stream", "Events", func(s *server) handler { return s.live }),
		reads("api-marks", api+"/marks", tagLive, "What you have read", "How many entries of each room the seat has marked as read. Nobody else sees it.", marks),
		writes(http.MethodPut, "api-mark", api+"/marks", tagLive, "Mark as read", "Rooms that are left out stay as they are, and a mark never goes back.", http.StatusOK, mark),
	}
}

func aboutTalks() []operation {
	return []operation{
		reads("api-timeline", api+"/timeline", tagTalks, "The timeline", "All that has a date, the earliest first.", dated),
		reads("api-positions", api+"/positions", tagTalks, "Positions", "Where each party stands on each issue: by its own word, and as others attribute it.", all(inWorld(wire.Positions))),
		reads("api-position", api+"/positions/{room}/{name}", tagTalks, "Positions on an issue", "With their history.", one(onePositions)),
		reads("api-issues", api+"/issues", tagTalks, "Issues", "", all(inWorld(wire.Issues))),
		reads("api-issue", api+"/issues/{room}/{name}", tagTalks, "An issue", "With positions and statements.", one(oneIssue)),
		reads("api-proposals", api+"/proposals", tagTalks, "Proposals", "With the answers to them.", all(wire.Proposals)),
		reads("api-proposal", api+"/proposals/{room}/{name}", tagTalks, "A proposal", "", one(oneProposal)),
		reads("api-agreements", api+"/agreements", tagTalks, "Agreements", "With how each stands, and why.", all(wire.Agreements)),
		reads("api-agreement", api+"/agreements/{room}/{name}", tagTalks, "An agreement", "", one(oneAgreement)),
		reads("api-packages", api+"/packages", tagTalks, "Packages", "Of which nothing is agreed until all of it is.", all(inWorld(wire.Packages))),
		reads("api-inclusion", api+"/inclusion", tagTalks, "Inclusion",
			"Whom each proposal, agreement and commitment affects, and whether they are in the room, were consulted, are absent, or are on record against it. "+
				"It follows from what the seat sees and from nothing else, so two seats can rightly be answered differently.", affecting),
		reads("api-inclusion-of", api+"/inclusion/{room}/{name}", tagTalks, "Inclusion in one thing", "A proposal, an agreement or a commitment.", one(oneInclusion)),
		reads("api-requirements", api+"/requirements", tagTalks, "Requirements to consult", "With the waivers of them.", all(inWorld(wire.Requirements))),
		reads("api-consultations", api+"/consultations", tagTalks, "Consultations", "What is recorded by itself. A meeting that was held counts too, of those who were there.", all(inWorld(wire.Consultations))),
		reads("api-commitments", api+"/commitments", tagTalks, "Commitments", "What was promised, with how each stands and why.", commitments),
		reads("api-commitment", api+"/commitments/{room}/{name}", tagTalks, "A commitment", "With every word on it, and the fewest things that have to come about for it.", one(oneCommitment)),
		reads("api-conditions", api+"/conditions", tagTalks, "Conditions", "What promises depend on, and whether it is so.", all(wire.Conditions)),
		reads("api-condition", api+"/conditions/{room}/{name}", tagTalks, "A condition", "With the fewest things that have to come about for it.", one(oneCondition)),
		reads("api-implementation", api+"/implementation", tagTalks, "What waits for what",
			"What blocks what, circles, what can never come about and dates that cannot be met, each with its reasons.", blocking),
		reads("api-meetings", api+"/meetings", tagTalks, "Meetings", "With what was said of them afterwards.", all(wire.Meetings)),
		reads("api-meeting", api+"/meetings/{room}/{name}", tagTalks, "A meeting", "", one(oneMeeting)),
		reads("api-delegations", api+"/delegations", tagTalks, "Delegations", "Those that the lobby names.", all(inWorld(wire.Delegations))),
		reads("api-delegation", api+"/delegations/{delegation}", tagTalks, "A delegation", "", oneDelegation),
		reads("api-parties", api+"/parties", tagTalks, "Parties", "", all(inWorld(wire.Parties))),
		reads("api-party", api+"/parties/{room}/{name}", tagTalks, "A party", "With its goals and its positions.", one(oneParty)),
		reads("api-sources", api+"/sources", tagTalks, "Sources", "", all(inWorld(wire.Sources))),
		reads("api-source", api+"/sources/{room}/{name}", tagTalks, "A source", "", one(oneSource)),
		reads("api-statements", api+"/statements", tagTalks, "Statements", "By when they were said.", statements),
		reads("api-statement", api+"/statements/{room}/{name}", tagTalks, "A statement", "", one(oneStatement)),
		reads("api-events", api+"/events", tagTalks, "Events", "What happened outside the rooms, by when it did.", all(inWorld(wire.Events))),
		reads("api-event", api+"/events/{room}/{name}", tagTalks, "An event", "", one(oneEvent)),
		reads("api-relations", api+"/relations", tagTalks, "Relations", "How parties stand to each other.", all(inWorld(wire.Relations))),
		reads("api-relation", api+"/relations/{room}/{name}", tagTalks, "A relation", "", one(oneRelation)),
		reads("api-goals", api+"/goals", tagTalks, "Goals", "What parties are after.", all(inWorld(wire.Goals))),
		reads("api-search", api+"/search", tagTalks, "Search", "Entries by their words and by what they name, the newest first.", find),
		reads("api-access", api+"/access", tagTalks, "Who sees what", "The rooms that you see, by delegations.", whoSees),
	}
}

func aboutSeats() []operation {
	return []operation{
		reads("api-seats", api+"/seats", tagSeats, "Seats", "Those of your own delegation, as its caucus has them. Acts change them: seat.grant and seat.revoke.", all(wire.Seats)),
		reads("api-invitations", api+"/invitations", tagSeats, "Invitations", "The newest to each seat that you can invite to. Only a head can.", invitations),
		writes(http.MethodPost, "api-invite", api+"/invitations", tagSeats, "Invite to a seat", "Makes a link that works once. An earlier one to the same seat ends.", http.StatusCreated, newInvitation),
		writes(http.MethodDelete, "api-uninvite", api+"/invitations/{id}", tagSeats, "Withdraw an invitation", "", http.StatusOK, endInvitation),
		reads("api-tokens", api+"/tokens", tagSeats, "Tokens", "Those of your account for this seat.", tokens),
		writes(http.MethodPost, "api-new-token", api+"/tokens", tagSeats, "Make a token", "It takes a session, from a browser: a token makes no other.", http.StatusCreated, newToken),
		writes(http.MethodDelete, "api-revoke-token", api+"/tokens/{id}", tagSeats, "Revoke a token", "Whatever uses it is refused from then on, and its live connections end.", http.StatusOK, endToken),
	}
}

func aboutRecord() []operation {
	return []operation{
		reads("api-heads", api+"/record", tagRecord, "Signed heads", "Of all rooms that you see. Keep them: a later head has to extend them.", heads),
		reads("api-head", api+"/rooms/{room}/record", tagRecord, "The signed head of a room", "With the proof that the tree extends the one that you saw before.", head),
		plain("api-archive", api+"/archive", tagRecord, "The archive", "All that you may see, with proofs, as a file that “parley verify” checks without the host.",
			nil, "text/plain", "An archive", func(s *server) handler { return s.archive }),
		plain("api-export", api+"/export", tagRecord, "The process file", "What you see as YAML, which “parley load” takes.",
			[]*huma.Param{atParam()}, "text/yaml", "A process file", func(s *server) handler { return s.export }),
	}
}

// plain makes an operation that answers by itself: a file or a stream.
func plain(id, path, tag, summary, text string, params []*huma.Param, kind, what string, answer func(*server) handler) operation {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tag}, Summary: summary, Description: text}
	op.Parameters = append([]*huma.Param{{
		Name: "process", In: "path", Required: true, Description: "The process.", Example: "riyadh-2025",
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: `^[a-z0-9][a-z0-9-]{0,63}$`},
	}}, params...)
	op.Responses = problems(http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusServiceUnavailable)
	media := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	if kind == "text/yaml" {
		media.Schema = &huma.Schema{Description: "See docs/process-file.md."}
	}
	op.Responses["200"] = &huma.Response{Description: what, Content: map[string]*huma.MediaType{kind: media}}
	return operation{Operation: op, answer: answer}
}

func queryParam(name, doc string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
}

func headerParam(name, doc string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
}

func atParam() *huma.Param {
	p := queryParam("at", "Answer as the talks stood at this time.")
	p.Schema.Format = "date-time"
	return p
}
