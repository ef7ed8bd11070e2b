package server

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"parley/internal/ledger"
	"parley/internal/talks"
)

const (
	// heartbeat is how often a stream says that it is there, so that a dead connection is noticed at both ends.
	heartbeat = 20 * time.Second
	// slowTime is how long a reader may take to accept one event.
	slowTime = 10 * time.Second
	// shortID is how much of a room's identifier a cursor has: enough to tell a viewer's own rooms apart.
	shortID = 8
)

// streams counts the live connections of each seat. A seat's count depends on nothing but that seat.
type streams struct {
	mu   sync.Mutex // guards open
	open map[ledger.Viewer]int
	most int
}

func (s *streams) enter(v ledger.Viewer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[ledger.Viewer]int{}
	}
	if s.open[v] >= s.most {
		return false
	}
	s.open[v]++
	return true
}

func (s *streams) leave(v ledger.Viewer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[v]--; s.open[v] <= 0 {
		delete(s.open, v)
	}
}

// cursor names the state of what a viewer sees: the sizes of its own rooms, and of nothing else.
type cursor map[string]int64

func cursorOf(v *ledger.View) cursor {
	c := cursor{}
	for _, s := range v.World().Rooms() {
		c[short(s.Room.ID)] = s.Size()
	}
	return c
}

func short(id talks.RoomID) string { return string(id[:min(len(id), shortID)]) }

// String writes the cursor as an event's id or as a parameter: room.size pairs, sorted, with hyphens between.
func (c cursor) String() string {
	pairs := make([]string, 0, len(c))
	for room, n := range c {
		pairs = append(pairs, room+"."+strconv.FormatInt(n, 10))
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "-")
}

// changedSince returns the rooms of the view that stood otherwise in an earlier cursor's text, and whether anything did. What cannot be
// read names no state, so that everything counts as changed.
func changedSince(v *ledger.View, before string) ([]talks.RoomID, bool) {
	now := cursorOf(v)
	if before == now.String() {
		return nil, false
	}
	old := cursor{}
	for pair := range strings.SplitSeq(before, "-") {
		room, n, _ := strings.Cut(pair, ".")
		if n, err := size(n); err == nil {
			old[room] = n
		}
	}
	rooms := []talks.RoomID{}
	for _, s := range v.World().Rooms() {
		if n, ok := old[short(s.Room.ID)]; !ok || n != s.Size() {
			rooms = append(rooms, s.Room.ID)
		}
	}
	return rooms, true
}

// live streams what changes in what the viewer sees (HTML, section 9.2). It resumes after Last-Event-ID, or from the state that the
// page was made of, and ends when the seat does.
func (s *server) live(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	// Watching begins before the state is looked at: what comes between the two is told twice rather than not at all.
	changes, err := s.Ledger.Watch(r.Context(), v)
	if err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if !s.streams.enter(v) {
		return errBusy
	}
	defer s.streams.leave(v)
	from := r.Header.Get("Last-Event-ID")
	if from == "" {
		from = r.URL.Query().Get("from")
	}
	st := &stream{w: w, rc: http.NewResponseController(w), from: from}
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return err
	}
	// The whole request was read; a deadline for reading would end the connection that waits.
	_ = st.rc.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies hold streams back otherwise
	w.WriteHeader(http.StatusOK)
	if err := st.begin(view); err != nil {
		return nil // the reader is gone or too slow, and nobody is there to be told
	}
	s.follow(r, st, v, changes)
	return nil
}

// follow tells of changes until the reader goes, the seat ends or the server does.
func (s *server) follow(r *http.Request, st *stream, v ledger.Viewer, changes <-chan ledger.Change) {
	tick := time.NewTicker(s.heartbeat)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case _, ok := <-changes:
			if !ok {
				return
			}
			view, verr := s.Ledger.View(r.Context(), v)
			if verr != nil {
				return
			}
			err = st.tell(view)
		case <-tick.C:
			err = st.write([]byte(": still here\n\n"))
		}
		if err != nil {
			return
		}
	}
}

// stream is one live connection.
type stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	from string // the state that the reader has
}

// begin tells the reader at once where it stands: what changed since its state, or only the id to resume from.
func (st *stream) begin(v *ledger.View) error {
	if st.from == "" {
		st.from = cursorOf(v).String()
	}
	if _, changed := changedSince(v, st.from); changed {
		return st.tell(v)
	}
	return st.write(fmt.Appendf(nil, "id: %s\n\n", st.from))
}

func (st *stream) tell(v *ledger.View) error {
	rooms, changed := changedSince(v, st.from)
	if !changed {
		return nil
	}
	data, err := json.Marshal(rooms)
	if err != nil {
		return err
	}
	st.from = cursorOf(v).String()
	return st.write(fmt.Appendf(nil, "event: changed\nid: %s\ndata: %s\n\n", st.from, data))
}

// write sends bytes now, to a reader that takes them in time.
func (st *stream) write(b []byte) error {
	_ = st.rc.SetWriteDeadline(time.Now().Add(slowTime))
	if _, err := st.w.Write(b); err != nil {
		return err
	}
	return st.rc.Flush()
}
