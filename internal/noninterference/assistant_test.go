package noninterference

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"pgregory.net/rapid"

	"parley/internal/assistant"
	"parley/internal/talks"
)

// TestAssistant: whatever an assistant's tools are asked, worlds that differ only in what its seat does not see answer with the same bytes. What
// it can tell apart at all, a model can be talked into telling.
func TestAssistant(t *testing.T) {
	n := max(1, *pairs/200)
	if testing.Short() {
		n = min(n, 3)
	}
	gen := rapid.Custom(func(rt *rapid.T) string {
		_, difference := compareAssistant(t, rt)
		return difference
	})
	for seed := range n {
		if difference := gen.Example(seed); difference != "" {
			t.Fatalf("with seed %d: %s", seed, difference)
		}
	}
}

// api is the API of a world as the token of a program, which an assistant has.
type api struct {
	t testing.TB
	p *pair
	h *host
}

// Ask sends a request in this process.
func (a api) Ask(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	req := httptest.NewRequestWithContext(ctx, method, path+"?"+query.Encode(), bytes.NewReader(body))
	a.h.sign(req, a.p, byToken)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	a.h.handler.ServeHTTP(w, req)
	if w.Code/100 != 2 {
		return nil, fmt.Errorf("%d %s", w.Code, w.Body)
	}
	return w.Body.Bytes(), nil
}

// toolCall is a question to a tool.
type toolCall struct {
	name string
	args map[string]any
}

// compareAssistant draws worlds and asks an assistant of each the same.
func compareAssistant(t *testing.T, rt *rapid.T) (asked int, difference string) {
	p := drawPair(rt)
	p.gone = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	var calls []toolCall
	var first []string
	for i := range 3 {
		h := p.serve(t, i)
		if i == 0 {
			calls = p.toolCalls(&writer{t: rt}, h.rooms)
		}
		answers := h.assist(t, p, calls)
		h.close()
		if i == 0 {
			first = answers
		}
		for k, a := range answers {
			if a != first[k] {
				return 0, fmt.Sprintf("worlds 0 and %d, %s: the assistant's %v: %s", i, p, calls[k], diff(first[k], a))
			}
		}
	}
	return len(calls), ""
}

// assist asks the assistant of a world.
func (h *host) assist(t testing.TB, p *pair, calls []toolCall) []string {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	here, there := mcp.NewInMemoryTransports()
	s := assistant.New(api{t, p, h}, assistant.Options{Process: processID, Version: "test", Write: true})
	serving, err := s.Connect(ctx, there, nil)
	must(t, err)
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, &mcp.ClientOptions{
		ElicitationHandler: func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"confirm": true}}, nil
		},
	}).Connect(ctx, here, nil)
	must(t, err)
	var out []string
	for _, c := range calls {
		res, err := client.CallTool(ctx, &mcp.CallToolParams{Name: c.name, Arguments: c.args})
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		text := fmt.Sprint(res.IsError, " ")
		for _, part := range res.Content {
			if tc, ok := part.(*mcp.TextContent); ok {
				text += tc.Text
			}
		}
		out = append(out, text)
	}
	_ = client.Close()
	_ = serving.Wait()
	return out
}

// toolCalls are what an assistant is asked, of what its seat sees, of what is hidden and of what is nowhere.
func (p *pair) toolCalls(w *writer, rooms map[string]talks.RoomID) []toolCall {
	calls := []toolCall{
		{"who_am_i", nil},
		{"search", map[string]any{"words": pick(w, []string{"harbour", "world", "world1", "says"})}},
		{"describe_act", map[string]any{"kind": "remark.write"}},
	}
	for _, what := range []string{"rooms", "acts", "timeline", "issues", "positions", "proposals", "meetings", "delegations", "parties", "statements", "sources", "events", "relations", "goals", "access"} {
		calls = append(calls, toolCall{"list", map[string]any{"what": what}})
	}
	for _, what := range []string{"issues", "positions", "proposals", "meetings", "parties", "statements", "sources", "events"} {
		calls = append(calls, toolCall{"read", map[string]any{"what": what, "room": p.anyRoom(w, rooms), "name": p.anyName(w)}})
	}
	for range 3 {
		calls = append(calls, toolCall{"read_room", map[string]any{"room": p.anyRoom(w, rooms), "limit": 2}})
	}
	for _, on := range []string{p.hiddenThing(w, rooms), "lobby/nothing"} {
		calls = append(calls, toolCall{"propose_act", map[string]any{"room": p.anyRoom(w, rooms), "kind": "remark.write", "body": map[string]any{"text": "typed", "on": []string{on}}}})
	}
	return calls
}
