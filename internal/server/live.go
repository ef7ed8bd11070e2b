package server

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"time"

	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/internal/telemetry"
)

const (
	// heartbeat is how often a stream says that it is there, so that a dead connection is noticed at both ends.
	heartbeat = 20 * time.Second
	// slowTime is how long a reader may take to accept one event.
	slowTime = 10 * time.Second
)

// streams counts the live connections: of each seat, of each address, and in all. A seat's count depends on nothing but that seat.
type streams struct {
	seats     tally[ledger.Viewer]
	addresses tally[netip.Addr]
}

// enter counts one more, or says why there can be none.
func (s *streams) enter(v ledger.Viewer, from netip.Addr) error {
	if plant.Is("shared-streams") {
		v = ledger.Viewer{}
	}
	if s.seats.enter(v) != admitted {
		return errBusy
	}
	switch s.addresses.enter(from) {
	case tooMany:
		s.seats.leave(v)
		return errManyStreams
	case full:
		s.seats.leave(v)
		return errFull
	}
	return nil
}

func (s *streams) leave(v ledger.Viewer, from netip.Addr) {
	if plant.Is("shared-streams") {
		v = ledger.Viewer{}
	}
	s.seats.leave(v)
	s.addresses.leave(from)
}

// live streams what changes in what the viewer sees (HTML, section 9.2). It resumes after Last-Event-ID, or from the state that the
// page was made of, and ends when the seat does.
func (s *server) live(w http.ResponseWriter, r *http.Request) error {
	c, err := s.caller(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	v := c.Viewer
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
	address := block(s.door.address(r))
	if err := s.streams.enter(v, address); err != nil {
		s.Meter.NotLetIn(telemetry.ByStreams)
		return err
	}
	defer s.streams.leave(v, address)
	s.Meter.Live(1)
	defer s.Meter.Live(-1)
	if plant.Is("endless-streams") {
		c.ended = nil
	}
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
	s.follow(r, st, c, changes)
	return nil
}

// follow tells of changes until the reader goes, the seat or what vouches for it ends, or the server does.
func (s *server) follow(r *http.Request, st *stream, c *caller, changes <-chan ledger.Change) {
	tick := time.NewTicker(s.heartbeat)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-c.ended:
			return
		case <-s.draining:
			// Not all at once: thousands that come back in one moment are a load that nobody needs.
			_ = st.write(fmt.Appendf(nil, "retry: %d\n\n", 1000+rand.IntN(4000)))
			return
		case _, ok := <-changes:
			if !ok {
				return
			}
			view, verr := s.Ledger.View(r.Context(), c.Viewer)
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
		st.from = stateOf(v).cursor
	}
	if st.from != stateOf(v).cursor {
		return st.tell(v)
	}
	return st.write(fmt.Appendf(nil, "id: %s\n\n", st.from))
}

func (st *stream) tell(v *ledger.View) error {
	now := stateOf(v)
	if st.from == now.cursor {
		return nil
	}
	event, err := now.since(st.from)
	if err != nil {
		return err
	}
	st.from = now.cursor
	return st.write(event)
}

// write sends bytes now, to a reader that takes them in time.
func (st *stream) write(b []byte) error {
	_ = st.rc.SetWriteDeadline(time.Now().Add(slowTime))
	if _, err := st.w.Write(b); err != nil {
		return err
	}
	return st.rc.Flush()
}
