package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"parley/client"
	"parley/internal/ledger"
	"parley/internal/server"
	"parley/record"
)

func TestReads(t *testing.T) {
	w := serve(t, nil)
	us := w.as(t, "us-head")
	ctx := t.Context()
	view, err := us.View(ctx)
	if err != nil || view.Seat != "us-head" || len(view.Rooms) < 3 {
		t.Fatalf("%+v, %v", view, err)
	}
	rooms, err := us.Rooms(ctx)
	if err != nil || len(rooms) != len(view.Rooms) || rooms[0].Kind != "lobby" || rooms[0].Members[0].Role == "" {
		t.Errorf("rooms: %+v, %v", rooms, err)
	}
	n := 0
	for e, err := range us.Acts(ctx, w.room("lobby"), 5) {
		if err != nil {
			t.Fatal(err)
		}
		if want := view.Rooms[0].Entries[5+n]; !reflect.DeepEqual(e.Body, want.Body) || e.Index != want.Index || e.Room != w.room("lobby") {
			t.Errorf("entry %d: %+v", n, e)
		}
		n++
	}
	if n != len(view.Rooms[0].Entries)-5 {
		t.Errorf("%d entries from 5 on", n)
	}
	issue, err := us.Issue(ctx, w.room("lobby")+"/territory")
	if err != nil || issue.Title == "" || len(issue.Positions) == 0 {
		t.Errorf("issue: %+v, %v", issue, err)
	}
	if past, err := us.At(time.Date(2025, 2, 10, 12, 0, 0, 0, time.UTC)).Rooms(ctx); err != nil || len(past) >= len(rooms) {
		t.Errorf("in the past: %d rooms, %v", len(past), err)
	}
	for _, seq := range []func() (int, error){
		func() (n int, err error) {
			for _, err = range us.Timeline(ctx, "", "") {
				n++
			}
			return n, err
		},
		func() (n int, err error) {
			for _, err = range us.Statements(ctx, "") {
				n++
			}
			return n, err
		},
		func() (n int, err error) {
			for _, err = range us.Search(ctx, "kind:statement") {
				n++
			}
			return n, err
		},
		func() (n int, err error) {
			for _, err = range us.Latest(ctx, "position.record") {
				n++
			}
			return n, err
		},
	} {
		if n, err := seq(); n == 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if _, err := us.Room(ctx, w.room("ua-caucus")); !client.IsNotFound(err) {
		t.Errorf("a room of others: %v", err)
	}
}

// TestKnowsAllFields: what the server answers with has no field that the client does not know.
func TestKnowsAllFields(t *testing.T) {
	w := serve(t, nil)
	lobby := "/" + w.room("lobby") + "/"
	for path, v := range map[string]any{
		"/me": new(client.Me), "/processes": list[client.Process](), "/view": new(client.View), "/rooms": list[client.Room](), "/rooms/" + w.room("direct"): new(client.Room),
		"/rooms" + lobby + "acts": new(client.RoomActs), "/rooms" + lobby + "acts/0": new(client.Proof), "/acts": list[client.Entry](), "/rooms" + lobby + "record": new(client.Head),
		"/record": list[client.Head](), "/timeline": list[client.Dated](), "/positions": list[client.Stand](), "/positions" + lobby + "territory": list[client.Stand](),
		"/issues": list[client.Issue](), "/issues" + lobby + "territory": new(client.Issue), "/proposals": list[client.Proposal](), "/meetings": list[client.Meeting](),
		"/delegations": list[client.Delegation](), "/delegations/us": new(client.Delegation), "/parties": list[client.Party](), "/parties" + lobby + "russia": new(client.Party),
		"/sources": list[client.Source](), "/statements": list[client.Statement](), "/events": list[client.Event](), "/relations": list[client.Relation](), "/goals": list[client.Fact](),
		"/agreements": list[client.Agreement](), "/agreements/" + w.room("direct") + "/embassies": new(client.Agreement), "/packages": list[client.Package](),
		"/inclusion": list[client.Affecting](), "/inclusion/" + w.room("direct") + "/embassies": new(client.Affecting), "/requirements": list[client.Requirement](),
		"/consultations": list[client.Fact](),
		"/access":        new(client.Access), "/seats": list[client.Seat](), "/tokens": list[client.Token](), "/invitations": list[client.Invitation](),
	} {
		at := w.url + "/api/v1/processes/riyadh-2025" + path
		if path == "/me" || path == "/processes" {
			at = w.url + "/api/v1" + path
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer demo:us-head")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.UnmarshalRead(res.Body, v, json.RejectUnknownMembers(true)); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %v", path, res.StatusCode, err)
		}
		_ = res.Body.Close()
	}
}

func list[T any]() any {
	return new(struct {
		Items []T    `json:"items"`
		Next  string `json:"next"`
	})
}

// TestAppendOnce: an act whose answers are lost is recorded once.
func TestAppendOnce(t *testing.T) {
	var lost atomic.Int32
	w := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && lost.Add(1) <= 3 {
				next.ServeHTTP(httptest.NewRecorder(), r) // it is recorded, and nobody hears of it
				if lost.Load() == 2 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	})
	us := w.as(t, "us-head", client.WithHost(w.key))
	before, err := us.Room(t.Context(), w.room("direct"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := us.Append(t.Context(), w.room("direct"), "remark.write", client.Body(`{"text": "Once."}`))
	if err != nil || !r.Again || r.Index != before.Size {
		t.Fatalf("%+v, %v", r, err)
	}
	after, err := us.Room(t.Context(), w.room("direct"))
	if err != nil || after.Size != before.Size+1 {
		t.Errorf("%d entries, before %d; %v", after.Size, before.Size, err)
	}
	p, err := us.Entry(t.Context(), w.room("direct"), r.Index)
	if err != nil || string(p.Payload) != `{"text": "Once."}` {
		t.Errorf("%q is not what was sent: %v", p.Payload, err)
	}
}

func TestConflictAndProblems(t *testing.T) {
	w := serve(t, nil)
	us := w.as(t, "us-head")
	_, err := us.Append(t.Context(), w.room("direct"), "remark.write", client.Fields{"text": "Late."}, client.Expect(1))
	var p *client.Problem
	if !errors.As(err, &p) || !client.IsConflict(err) || p.Code() != "conflict" || len(p.Since) == 0 || int64(len(p.Since)) != p.Size-1 {
		t.Errorf("%v", err)
	}
	_, err = us.Append(t.Context(), w.room("direct"), "remark.write", client.Fields{"txt": 1})
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity || p.Problems[0].Field != "txt" || p.Remedy == "" || p.Problems[0].Remedy == "" {
		t.Errorf("%v", err)
	}
	_, err = us.Append(t.Context(), w.room("direct"), "remark.shout", client.Fields{"text": "x"})
	if !errors.As(err, &p) || p.Problems[0].Field != "kind" {
		t.Errorf("%v", err)
	}
	if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", `{"text":`); err == nil {
		t.Error("half of an object was sent")
	}
	for _, address := range []string{"", "talks.example", "ftp://talks.example", "https://a:b@talks.example", "https://talks.example?x=y"} {
		if _, err := client.New(address, "t"); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

// TestFork: a host that shows another record than before is found out, at the next run of the program too.
func TestFork(t *testing.T) {
	var other atomic.Pointer[http.Handler]
	w := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if h := other.Load(); h != nil {
				next = *h
			}
			next.ServeHTTP(w, r)
		})
	})
	file := filepath.Join(t.TempDir(), "heads.json")
	heads, err := client.OpenHeads(file)
	if err != nil {
		t.Fatal(err)
	}
	us := w.as(t, "us-head", client.WithHost(w.key), client.WithHeads(heads))
	for i := range 3 {
		if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", client.Fields{"text": fmt.Sprint("kept ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if heads, err = client.OpenHeads(file); err != nil || heads.Checkpoint(w.room("direct")) == "" {
		t.Fatalf("nothing is kept: %v", err)
	}
	us = w.as(t, "us-head", client.WithHost(w.key), client.WithHeads(heads))
	if _, err := us.Check(t.Context(), w.room("direct")); err != nil {
		t.Fatal(err)
	}
	// The same host, with the same key, and another history of the same room: shorter at first, then longer.
	twin, stop, err := start(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var h http.Handler = server.New(server.Config{Ledger: twin.ledger, Demo: &server.Demo{Process: "riyadh-2025"}})
	other.Store(&h)
	for i := range 6 {
		_, err := us.Check(t.Context(), w.room("direct"))
		var fork *client.ForkError
		if !errors.As(err, &fork) || fork.Room != w.room("direct") {
			t.Fatalf("with %d other entries: %v", i, err)
		}
		if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", client.Fields{"text": fmt.Sprint("other ", i)}); !errors.As(err, &fork) {
			t.Fatalf("a receipt of another record: %v", err)
		}
	}
	if head, err := w.key.Open([]byte(heads.Checkpoint(w.room("direct"))), w.room("direct")); err != nil || head.Size == 0 {
		t.Errorf("what was kept is gone: %v", err)
	}
	// A host with another key is another host.
	wrong, err := record.NewHost(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.as(t, "us-head", client.WithHost(wrong.Public())).Check(t.Context(), w.room("direct")); err == nil {
		t.Error("a host that was not asked for is believed")
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.OpenHeads(file); err == nil {
		t.Error("half a file is read")
	}
}

// TestLive: changes come, connections that break are made again, and nothing is missed meanwhile.
func TestLive(t *testing.T) {
	var connections atomic.Int32
	w := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/live") && connections.Add(1) == 1 {
				ctx, cancel := context.WithTimeout(r.Context(), 500*time.Millisecond) // the first connection breaks
				defer cancel()
				r = r.WithContext(ctx)
			}
			next.ServeHTTP(w, r)
		})
	})
	us := w.as(t, "us-head")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	say := func(room, text string) {
		v := ledger.Viewer{Process: "riyadh-2025", Seat: "ru-head"}
		if _, err := w.ledger.Append(ctx, v, w.rooms[room], "remark.write", []byte(`{"text":"`+text+`"}`)); err != nil {
			t.Error(err)
		}
	}
	var saying sync.WaitGroup
	saying.Go(func() {
		for _, after := range []struct {
			connections int32
			room, text  string
		}{{1, "direct", "first"}, {2, "lobby", "second"}} {
			for connections.Load() < after.connections && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			say(after.room, after.text)
		}
	})
	defer saying.Wait() // a change is told before its writer hears of it, and the writer is still at it
	seen := map[string]bool{}
	for c, err := range us.Live(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range c.Rooms {
			seen[r] = true
		}
		if seen[w.room("lobby")] {
			break
		}
	}
	if !seen[w.room("lobby")] {
		t.Errorf("heard only of %v", seen)
	}
	bad := w.as(t, "us-nobody")
	for _, err := range bad.Live(ctx, "") {
		if !client.IsNotFound(err) {
			t.Errorf("a seat that is none: %v", err)
		}
	}
}

func TestMarks(t *testing.T) {
	w := serve(t, nil)
	us := w.as(t, "us-head")
	if err := us.Mark(t.Context(), map[string]int64{w.room("lobby"): 5}); err != nil {
		t.Fatal(err)
	}
	if err := us.Mark(t.Context(), map[string]int64{w.room("lobby"): 3}); err != nil {
		t.Fatal(err)
	}
	if m, err := us.Marks(t.Context()); err != nil || m[w.room("lobby")] != 5 {
		t.Errorf("%v, %v", m, err)
	}
	if err := us.Mark(t.Context(), map[string]int64{w.room("ua-caucus"): 3}); !client.IsNotFound(err) {
		t.Errorf("a room of others: %v", err)
	}
}

// TestPatience: a server that is busy is asked again when it says, and one that refuses is not.
func TestPatience(t *testing.T) {
	var asked atomic.Int32
	status := http.StatusTooManyRequests
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
	}))
	defer s.Close()
	c, err := client.New(s.URL, "t", client.WithRetries(2, time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		status int
		times  int32
	}{{429, 3}, {503, 3}, {502, 3}, {500, 1}, {403, 1}, {404, 1}} {
		status = tt.status
		asked.Store(0)
		if _, err := c.Me(t.Context()); err == nil || asked.Load() != tt.times {
			t.Errorf("%d: asked %d times, %v", tt.status, asked.Load(), err)
		}
	}
}
