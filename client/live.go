package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Change says which of the seat's rooms have new entries, or that the seat sits in other rooms now.
type Change struct {
	ID    string   // names the state after the change; [Talks.Live] resumes from it
	Rooms []string // those with new entries; empty where only the rooms themselves changed
}

// errSlow ends a connection on which nothing came for long, not even the server's sign of life.
var errSlow = errors.New("nothing came from the server")

// silence is how long a connection may be silent. The server says every 20 seconds that it is there.
const silence = 90 * time.Second

// Live yields what changes in what the seat sees, from a state on: the ID of the last change that the caller knows, or "" for the present. Lost
// connections are made again, and nothing is missed. It ends when the context does, and with an error when the seat has ended.
func (t *Talks) Live(ctx context.Context, from string) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		wait := t.c.pause
		for {
			came := false
			more, after, err := t.stream(ctx, from, func(c Change) bool {
				from, came = c.ID, true
				return c.Rooms == nil || yield(c, nil)
			})
			if !more || ctx.Err() != nil {
				return
			}
			var p *Problem
			if errors.As(err, &p) && p.Status < 500 && p.Status != http.StatusTooManyRequests {
				yield(Change{}, err)
				return
			}
			if came {
				wait = t.c.pause
			}
			if wait = min(wait*2, 30*time.Second); after > 0 {
				wait = after
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait + rand.N(wait/2+1)):
			}
		}
	}
}

// stream reads one connection to its end. It calls each with every event: one without rooms tells where the stream stands. It returns whether
// each wants more, and when the server wants to be asked again.
func (t *Talks) stream(ctx context.Context, from string, each func(Change) bool) (more bool, after time.Duration, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &request{method: http.MethodGet, path: t.path("live"), accept: "text/event-stream"}
	if from != "" {
		r.header = http.Header{"Last-Event-Id": {from}}
	}
	res, err := t.c.once(ctx, r)
	if err != nil {
		return true, 0, fmt.Errorf("listening: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	alive := time.AfterFunc(silence, func() { cancel(errSlow) })
	defer alive.Stop()
	e := event{}
	lines := bufio.NewReader(res.Body)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return true, e.retry, err
		}
		alive.Reset(silence)
		c, ok, err := e.line(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return true, e.retry, err
		}
		if ok && !each(c) {
			return false, 0, nil
		}
	}
}

// event gathers the lines of one event (HTML, section 9.2.6).
type event struct {
	name, id string
	data     []string
	retry    time.Duration
}

func (e *event) line(s string) (c Change, ok bool, err error) {
	if s != "" {
		field, value, _ := strings.Cut(s, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = append(e.data, value)
		case "retry":
			if n, err := strconv.Atoi(value); err == nil {
				e.retry = time.Duration(n) * time.Millisecond
			}
		}
		return c, false, nil
	}
	defer func() { e.name, e.data = "", nil }()
	c.ID = e.id
	if e.name == "changed" {
		c.Rooms = []string{}
		if err := json.Unmarshal([]byte(strings.Join(e.data, "\n")), &c.Rooms); err != nil {
			return c, false, fmt.Errorf("reading an event: %w", err)
		}
		return c, true, nil
	}
	return c, e.id != "", nil
}
