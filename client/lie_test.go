package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-json-experiment/json"

	"parley/client"
	"parley/internal/ledger"
	"parley/internal/server"
	"parley/internal/talks"
)

// liar stands before a host and changes what it says, or does something meanwhile.
type liar struct {
	before func(*http.Request) (answer any)             // nil passes the request on
	after  func(r *http.Request, answer map[string]any) // of an answer that is no problem
}

func (l *liar) between(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.before != nil {
			if answer := l.before(r); answer != nil {
				say(w, answer)
				return
			}
		}
		a := httptest.NewRecorder()
		next.ServeHTTP(a, r)
		answer := map[string]any{}
		if l.after != nil && a.Code < 300 && json.Unmarshal(a.Body.Bytes(), &answer) == nil {
			l.after(r, answer)
			say(w, answer)
			return
		}
		maps.Copy(w.Header(), a.Header())
		w.WriteHeader(a.Code)
		_, _ = w.Write(a.Body.Bytes())
	})
}

func say(w http.ResponseWriter, answer any) {
	if p, ok := answer.(*client.Problem); ok {
		w.WriteHeader(p.Status)
	}
	_ = json.MarshalWrite(w, answer)
}

// isEntry says whether one entry with its proof is asked for.
func isEntry(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/acts/")
}

func isHead(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/record") }

const noted = `{"text": "Noted."}`

// put records an act without the client.
func (w *world) put(t *testing.T, seat, room, kind, body string, options ...ledger.AppendOption) *ledger.Receipt {
	t.Helper()
	v := ledger.Viewer{Process: "riyadh-2025", Seat: talks.Seat(seat)}
	r, err := w.ledger.Append(t.Context(), v, w.rooms[room], talks.Kind(kind), []byte(body), options...)
	if err != nil {
		t.Error(err)
	}
	return r
}

// receipt is what the host would have said of an act.
func receipt(r *ledger.Receipt, again bool) any {
	return map[string]any{"room": string(r.Room), "index": r.Index, "time": r.Time, "leaf": string(r.Leaf), "checkpoint": string(r.Checkpoint), "again": again}
}

// refused: the client has to see through it, and not to take it for anything else.
func refused(t *testing.T, err error, words string) {
	t.Helper()
	var p *client.Problem
	var unchecked *client.UncheckedError
	if err == nil || !strings.Contains(err.Error(), words) || errors.As(err, &p) || errors.As(err, &unchecked) {
		t.Errorf("%q is not in: %v", words, err)
	}
}

// TestReceiptOfAnother: a host that throws an act away, and answers with the receipt of an older one, is found out.
func TestReceiptOfAnother(t *testing.T) {
	for _, c := range []struct {
		name, seat, room, body string
		again                  bool
		options                []client.AppendOption
		words                  string // empty where nothing is wrong
	}{
		{"other words", "us-head", "direct", `{"text":"Something else."}`, false, nil, "before the act was sent"},
		{"another seat", "ru-head", "direct", noted, false, nil, "an act of ru-head"},
		{"another room", "us-head", "lobby", noted, false, nil, "the host answered for another act"},
		{"the same words", "us-head", "direct", noted, false, nil, "before the act was sent"},
		{"the same words again", "us-head", "direct", noted, true, nil, "before the act was sent"},
		{"the same words, and a key", "us-head", "direct", noted, false, []client.AppendOption{client.Key("k")}, "before the act was sent"},
		{"another's words, and a key", "us-head", "direct", `{"text":"Something else."}`, true, []client.AppendOption{client.Key("k")}, "does not have the words that were sent"},
		{"other spaces, and a key", "us-head", "direct", `{"text":"Noted."}`, true, []client.AppendOption{client.Key("k")}, "does not have the words that were sent"},
		{"what was seen", "us-head", "direct", noted, false, []client.AppendOption{client.Seen(2)}, "and not 2"},
		{"an earlier run", "us-head", "direct", noted, true, []client.AppendOption{client.Key("k"), client.Seen(2)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			lie := &liar{}
			w := serve(t, lie.between)
			old := w.put(t, c.seat, c.room, "remark.write", c.body)
			lie.before = func(r *http.Request) any {
				if r.Method != http.MethodPost {
					return nil
				}
				return receipt(old, c.again)
			}
			r, err := w.as(t, "us-head", client.WithHost(w.key)).Append(t.Context(), w.room("direct"), "remark.write", client.Body(noted), c.options...)
			if c.words != "" {
				refused(t, err, c.words)
			} else if err != nil || r.Index != old.Index {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// TestReceiptChanged: a receipt of the act with anything else in it is refused.
func TestReceiptChanged(t *testing.T) {
	var first map[string]any
	lie := &liar{}
	w := serve(t, lie.between)
	us := w.as(t, "us-head", client.WithHost(w.key))
	lie.after = func(r *http.Request, a map[string]any) {
		if r.Method == http.MethodPost {
			first = maps.Clone(a)
		}
	}
	if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", "\n "+noted+"\n"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field string
		value func(old any) any
		words string
	}{
		{"index", func(any) any { return 0 }, "another entry stands there"},
		{"index", func(old any) any { return old.(float64) - 1 }, "another entry stands there"},
		{"index", func(old any) any { return 1e6 }, "could not be checked"},
		{"time", func(any) any { return "2025-02-18T09:00:00.000Z" }, "another time"},
		{"leaf", func(any) any { return first["leaf"] }, "another time"},
		{"leaf", func(any) any { return "" }, "leaf"},
		{"checkpoint", func(any) any { return first["checkpoint"] }, "a tree without the act"},
		{"checkpoint", func(any) any { return "" }, "checkpoint"},
		{"room", func(any) any { return w.room("lobby") }, "the host answered for another act"},
	} {
		lie.after = func(r *http.Request, a map[string]any) {
			if r.Method == http.MethodPost {
				a[c.field] = c.value(a[c.field])
			}
		}
		if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", noted); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

// TestActChanged: a host that records something else than was sent is found out.
func TestActChanged(t *testing.T) {
	for _, c := range []struct{ name, old, new, words string }{
		{"words", "Noted.", "Agreed.", "does not have the words"},
		{"seen", `"seen":3`, `"seen":1`, "had seen 1 entries, and not 3"},
		{"spaces", `{"text": `, `{"text":`, "does not have the words"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lie := &liar{before: func(r *http.Request) any {
				if r.Method == http.MethodPost {
					b, err := io.ReadAll(r.Body)
					if err != nil || !bytes.Contains(b, []byte(c.old)) {
						t.Errorf("%s, %v", b, err)
					}
					b = bytes.Replace(b, []byte(c.old), []byte(c.new), 1)
					r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
				}
				return nil
			}}
			w := serve(t, lie.between)
			_, err := w.as(t, "us-head", client.WithHost(w.key)).Append(t.Context(), w.room("direct"), "remark.write", noted, client.Seen(3))
			refused(t, err, c.words)
		})
	}
}

// TestReceiptWhileRoomGrows: others write between any two questions.
func TestReceiptWhileRoomGrows(t *testing.T) {
	var more atomic.Int32
	lie := &liar{}
	w := serve(t, lie.between)
	lie.before = func(r *http.Request) any {
		if (isEntry(r) || isHead(r)) && more.Add(-1) >= 0 {
			w.put(t, "ru-head", "direct", "remark.write", `{"text":"And we."}`)
		}
		return nil
	}
	us := w.as(t, "us-head", client.WithHeads(&client.Heads{}))
	for n := range int32(8) {
		more.Store(n)
		if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", noted); err != nil {
			t.Errorf("%d more: %v", n, err)
		}
	}
	// A room that never rests cannot be checked, and nobody is accused.
	more.Store(1 << 20)
	var unchecked *client.UncheckedError
	if _, err := us.Append(t.Context(), w.room("direct"), "remark.write", noted); !errors.As(err, &unchecked) || !strings.Contains(err.Error(), "the room grew") {
		t.Error(err)
	}
}

// TestReceiptUnchecked: what cannot be checked is said, and is no refusal of the act.
func TestReceiptUnchecked(t *testing.T) {
	unchecked := func(t *testing.T, r *client.Receipt, err error, words string) {
		t.Helper()
		var u *client.UncheckedError
		var p *client.Problem
		if !errors.As(err, &u) || r == nil || u.Index != r.Index || u.Room != r.Room || errors.As(err, &p) || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v, %v", r, err)
		}
	}
	t.Run("erased", func(t *testing.T) {
		lie := &liar{}
		w := serve(t, lie.between)
		erase := true
		lie.after = func(r *http.Request, a map[string]any) {
			if r.Method == http.MethodPost && erase {
				w.put(t, "us-head", "direct", "record.erase", fmt.Sprintf(`{"entry":%v}`, a["index"]))
				erase = false
			}
		}
		us := w.as(t, "us-head", client.WithHost(w.key))
		r, err := us.Append(t.Context(), w.room("direct"), "remark.write", noted, client.Key("k"))
		unchecked(t, r, err, "its words have been erased")
		r, err = us.Append(t.Context(), w.room("direct"), "remark.write", `{"text":"Other words."}`, client.Key("k"))
		unchecked(t, r, err, "its words have been erased")
		if p, err := us.Entry(t.Context(), r.Room, r.Index); err != nil || !p.Entry.Erased || p.Entry.Body != nil {
			t.Errorf("%+v, %v", p, err)
		}
	})
	t.Run("left", func(t *testing.T) {
		w := serve(t, nil)
		us := w.as(t, "us-head", client.WithHost(w.key))
		rooms, err := us.Rooms(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, room := range rooms {
			for _, m := range room.Members {
				if room.Kind == "consultation" && m.Delegation == "us" && m.Role != "chair" {
					r, err := us.Append(t.Context(), room.Room, "room.leave", client.Fields{})
					unchecked(t, r, err, "the seat does not see the room any more")
					return
				}
			}
		}
		t.Error("there is no room to leave")
	})
	t.Run("silent", func(t *testing.T) {
		lie := &liar{before: func(r *http.Request) any {
			if isEntry(r) {
				return &client.Problem{Title: "Not now", Status: http.StatusServiceUnavailable}
			}
			return nil
		}}
		w := serve(t, lie.between)
		r, err := w.as(t, "us-head", client.WithHost(w.key)).Append(t.Context(), w.room("direct"), "remark.write", noted)
		unchecked(t, r, err, "Not now")
	})
}

// TestReceiptOnFork: a host that shows the act in one record, and has signed the receipt in another, is found out.
func TestReceiptOnFork(t *testing.T) {
	twin, stop, err := start(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	other := server.New(server.Config{Ledger: twin.ledger, Demo: &server.Demo{Process: "riyadh-2025"}})
	var forked string // the size that the fork is asked about
	lie := &liar{}
	w := serve(t, func(next http.Handler) http.Handler {
		return lie.between(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isHead(r) && forked != "" && r.URL.Query().Get("since") == forked {
				other.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		}))
	})
	us := w.as(t, "us-head", client.WithHost(w.key))
	if _, err := us.Check(t.Context(), w.room("direct")); err != nil {
		t.Fatal(err)
	}
	// The two records part after what was kept, and are as long in the end.
	lie.after = func(r *http.Request, a map[string]any) {
		if r.Method == http.MethodPost {
			w.put(t, "ru-head", "direct", "remark.write", `{"text":"One."}`)
			w.put(t, "ru-head", "direct", "remark.write", `{"text":"Two."}`)
			twin.put(t, "ru-head", "direct", "remark.write", `{"text":"Another."}`)
			x := twin.put(t, "ru-head", "direct", "remark.write", `{"text":"And another."}`)
			a["checkpoint"], forked = string(x.Checkpoint), fmt.Sprint(x.Index+1)
			twin.put(t, "ru-head", "direct", "remark.write", `{"text":"The last."}`)
		}
	}
	_, err = us.Append(t.Context(), w.room("direct"), "remark.write", noted)
	var fork *client.ForkError
	if !errors.As(err, &fork) || fork.Older == "" || fork.Newer == "" || fork.Older == fork.Newer {
		t.Errorf("%v", err)
	}
}

// TestEntryChanged: an entry that is shown otherwise than it was recorded is refused.
func TestEntryChanged(t *testing.T) {
	lie := &liar{}
	w := serve(t, lie.between)
	us := w.as(t, "us-head", client.WithHost(w.key))
	w.put(t, "us-head", "direct", "remark.write", noted)
	r := w.put(t, "us-head", "direct", "remark.write", noted)
	w.put(t, "us-head", "direct", "remark.write", noted)
	entry := func(field string, value any) func(map[string]any) {
		return func(a map[string]any) { a["entry"].(map[string]any)[field] = value }
	}
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		words  string // empty where the entry is good
	}{
		{"nothing", func(map[string]any) {}, ""},
		{"body", entry("body", map[string]any{"text": "Agreed."}), ""},
		{"no body", entry("body", nil), ""},
		{"index", entry("index", 3), "the host showed another"},
		{"time", entry("time", "2025-02-18T09:00:00.000Z"), "the host showed another"},
		{"seat", entry("seat", "ru-head"), "the host showed another"},
		{"kind", entry("kind", "proposal.table"), "the host showed another"},
		{"room of the entry", entry("room", w.room("lobby")), "the host showed another"},
		{"room", func(a map[string]any) { a["room"] = w.room("lobby") }, "the host showed another"},
		{"size", func(a map[string]any) { a["size"] = 1 }, "size and root"},
		{"root", func(a map[string]any) { a["root"] = "" }, "size and root"},
		{"payload", func(a map[string]any) { a["payload"] = []byte(`{"text":"Agreed."}`) }, "the host changed them"},
		{"no payload", func(a map[string]any) { a["payload"] = nil }, "the host keeps them back"},
		{"empty payload", func(a map[string]any) { a["payload"] = "" }, "the host keeps them back"},
		{"short salt", func(a map[string]any) { a["salt"] = "AAAA" }, "the host keeps them back"},
		{"erased with words", entry("erased", true), "is said to be erased"},
	} {
		lie.after = func(r *http.Request, a map[string]any) {
			if isEntry(r) {
				c.change(a)
			}
		}
		p, err := us.Entry(t.Context(), w.room("direct"), r.Index)
		if c.words != "" {
			refused(t, err, c.words)
		} else if err != nil || string(p.Entry.Body) != noted {
			t.Errorf("%s: %+v, %v", c.name, p, err)
		}
	}
}

// TestRefusalIsNoFork: only a host that says it never had so many entries is accused of two records.
func TestRefusalIsNoFork(t *testing.T) {
	lie := &liar{}
	w := serve(t, lie.between)
	us := w.as(t, "us-head", client.WithHost(w.key))
	if _, err := us.Check(t.Context(), w.room("direct")); err != nil {
		t.Fatal(err)
	}
	for field, fork := range map[string]bool{"": false, "room": false, "since": true} {
		lie.before = func(r *http.Request) any {
			return &client.Problem{Title: "No", Status: http.StatusBadRequest, Problems: []client.Detail{{Code: "bad-parameter", Field: field, Reason: "no", Remedy: "no"}}}
		}
		_, err := us.Check(t.Context(), w.room("direct"))
		var f *client.ForkError
		var p *client.Problem
		if errors.As(err, &f) != fork || errors.As(err, &p) == fork {
			t.Errorf("%q: %v", field, err)
		}
	}
}
