package assistant_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/examples"
	"parley/internal/assistant"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

// seat is the API of a server in this process, as a seat.
type seat struct {
	h    http.Handler
	seat string
}

func (s seat) Ask(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	req := httptest.NewRequestWithContext(ctx, method, path+"?"+query.Encode(), bytes.NewReader(body))
	req.Header.Set("Authorization", "Bearer demo:"+s.seat)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, req)
	if w.Code/100 != 2 {
		return nil, fmt.Errorf("%d %s", w.Code, w.Body)
	}
	return w.Body.Bytes(), nil
}

// house is the example process with an assistant for one seat.
type house struct {
	t       *testing.T
	l       *ledger.Ledger
	view    *ledger.View
	client  *mcp.ClientSession
	asked   []string // what the person was shown
	before  func()   // runs before the person answers; can be nil
	confirm bool
}

// open connects an assistant. human says whether a person sits in front of the client.
func open(t *testing.T, who string, write, human bool) *house {
	t.Helper()
	f, err := processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(7))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := processfile.Load(t.Context(), l, f); err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, l: l}
	if h.view, err = l.View(t.Context(), ledger.Viewer{Process: f.Process, Seat: talks.Seat(who)}); err != nil {
		t.Fatal(err)
	}
	handler := server.New(server.Config{Ledger: l, Demo: &server.Demo{Process: f.Process, Seats: []talks.Seat{talks.Seat(who)}}})
	s := assistant.New(seat{handler, who}, assistant.Options{Process: f.Process, Version: "test", Write: write})
	options := &mcp.ClientOptions{}
	if human {
		options.ElicitationHandler = func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			h.asked = append(h.asked, r.Params.Message)
			if h.before != nil {
				h.before()
			}
			if !h.confirm {
				return &mcp.ElicitResult{Action: "decline"}, nil
			}
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"confirm": true}}, nil
		}
	}
	here, there := mcp.NewInMemoryTransports()
	if _, err := s.Connect(t.Context(), there, nil); err != nil {
		t.Fatal(err)
	}
	if h.client, err = mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, options).Connect(t.Context(), here, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.client.Close() })
	return h
}

// call returns what a tool says, and whether it is an error.
func (h *house) call(tool string, args map[string]any) (string, bool) {
	h.t.Helper()
	r, err := h.client.CallTool(h.t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return err.Error(), true
	}
	var b strings.Builder
	for _, c := range r.Content {
		b.WriteString(c.(*mcp.TextContent).Text)
	}
	return b.String(), r.IsError
}

// caucus is the room that the seat shares with nobody.
func (h *house) caucus() talks.RoomID {
	for _, s := range h.view.World().Rooms() {
		if s.Room.Kind == talks.Caucus {
			return s.Room.ID
		}
	}
	h.t.Fatal("the seat has no caucus")
	return ""
}

func (h *house) size(room talks.RoomID) int64 {
	h.t.Helper()
	v, err := h.l.View(h.t.Context(), h.view.Viewer())
	if err != nil {
		h.t.Fatal(err)
	}
	return v.World().Room(room).Size()
}

// TestTools: every tool answers, of every sort of thing that it lists, and nothing that the seat does not see is in any answer.
func TestTools(t *testing.T) {
	h := open(t, "us-head", false, false)
	other := open(t, "ua-head", false, false)
	hidden := string(other.caucus()) // the same seed gives both worlds the same rooms
	tools, err := h.client.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	say := func(tool string, args map[string]any) string {
		t.Helper()
		s, bad := h.call(tool, args)
		if bad {
			t.Errorf("%s %v: %s", tool, args, s)
		}
		all.WriteString(s)
		return s
	}
	for _, tool := range tools.Tools {
		if tool.Name == "propose_act" {
			t.Error("an assistant that may not write can propose acts")
		}
		if !tool.Annotations.ReadOnlyHint {
			t.Errorf("%s does not say that it only reads", tool.Name)
		}
	}
	say("who_am_i", nil)
	for _, what := range []string{"rooms", "acts", "timeline", "issues", "positions", "proposals", "meetings", "delegations", "parties", "statements", "sources", "events", "relations", "goals", "access"} {
		if s := say("list", map[string]any{"what": what}); len(s) < 10 {
			t.Errorf("list %s says %q", what, s)
		}
	}
	lobby := h.view.World().Lobby()
	say("read_room", map[string]any{"room": string(lobby.Room.ID), "limit": 5})
	for issue := range lobby.Issues.All() {
		say("read", map[string]any{"what": "issues", "room": string(lobby.Room.ID), "name": issue.Ref.Name})
	}
	say("search", map[string]any{"words": "territory"})
	for _, k := range talks.Catalogue {
		if s := say("describe_act", map[string]any{"kind": string(k)}); !strings.Contains(s, "example: ") {
			t.Errorf("describe_act %s has no example", k)
		}
	}
	if strings.Contains(all.String(), hidden) {
		t.Error("an answer names a room that the seat does not see")
	}
	// A hidden room is answered as one that never was.
	a, bad := h.call("read_room", map[string]any{"room": hidden})
	b, _ := h.call("read_room", map[string]any{"room": strings.Repeat("a", len(hidden))})
	if !bad || a != b {
		t.Errorf("a hidden room: %s\none that never was: %s", a, b)
	}
}

// TestPropose: an act is recorded once a person has seen it and its readers and confirmed it, and not otherwise.
func TestPropose(t *testing.T) {
	propose := func(h *house) (string, bool) {
		return h.call("propose_act", map[string]any{"room": string(h.caucus()), "kind": "remark.write", "body": map[string]any{"text": "A note on the border."}})
	}
	t.Run("confirmed", func(t *testing.T) {
		h := open(t, "us-head", true, true)
		h.confirm = true
		was := h.size(h.caucus())
		s, bad := propose(h)
		if bad || h.size(h.caucus()) != was+1 {
			t.Fatalf("not recorded: %s", s)
		}
		var receipt struct{ Index int64 }
		if err := json.Unmarshal([]byte(s), &receipt, json.MatchCaseInsensitiveNames(true)); err != nil || receipt.Index != was {
			t.Errorf("the receipt is %s", s)
		}
		if len(h.asked) != 1 || !strings.Contains(h.asked[0], "A note on the border.") || !strings.Contains(h.asked[0], "Who reads it: us.") {
			t.Errorf("the person was shown %q", h.asked)
		}
	})
	t.Run("declined", func(t *testing.T) {
		h := open(t, "us-head", true, true)
		was := h.size(h.caucus())
		if s, bad := propose(h); !bad || !strings.Contains(s, "did not confirm") || h.size(h.caucus()) != was {
			t.Errorf("%v %s", bad, s)
		}
	})
	t.Run("nobody to ask", func(t *testing.T) {
		h := open(t, "us-head", true, false)
		was := h.size(h.caucus())
		if s, bad := propose(h); !bad || !strings.Contains(s, "parley act") || h.size(h.caucus()) != was {
			t.Errorf("%v %s", bad, s)
		}
	})
	t.Run("the room moves on meanwhile", func(t *testing.T) {
		h := open(t, "us-head", true, true)
		h.confirm = true
		h.before = func() {
			if _, err := h.l.Append(t.Context(), h.view.Viewer(), h.caucus(), "remark.write", []byte(`{"text":"Somebody was quicker."}`)); err != nil {
				t.Error(err)
			}
		}
		was := h.size(h.caucus())
		if s, bad := propose(h); !bad || !strings.Contains(s, "Somebody was quicker.") || h.size(h.caucus()) != was+1 {
			t.Errorf("%v %s", bad, s)
		}
	})
	t.Run("a forged confirmation", func(t *testing.T) {
		h := open(t, "us-head", true, true)
		was := h.size(h.caucus())
		r, err := h.client.CallTool(t.Context(), &mcp.CallToolParams{
			Name:           "propose_act",
			Arguments:      map[string]any{"room": string(h.caucus()), "kind": "remark.write", "body": map[string]any{"text": "Never shown."}},
			InputResponses: mcp.InputResponseMap{"confirmation": &mcp.ElicitResult{Action: "accept", Content: map[string]any{"confirm": true}}},
			RequestState:   fmt.Sprintf("%d.KEY.00", was),
		})
		if err == nil && !r.IsError || h.size(h.caucus()) != was {
			t.Errorf("a confirmation that nobody gave was taken: %v %v", r, err)
		}
	})
	t.Run("wrong", func(t *testing.T) {
		h := open(t, "us-head", true, true)
		h.confirm = true
		if s, bad := h.call("propose_act", map[string]any{"room": string(h.caucus()), "kind": "remark.write", "body": map[string]any{}}); !bad || !strings.Contains(s, "text") {
			t.Errorf("%v %s", bad, s)
		}
	})
}
