package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// shortID is how much of a room's identifier a cursor has: enough to tell a viewer's own rooms apart.
const shortID = 8

func short(id talks.RoomID) string { return string(id[:min(len(id), shortID)]) }

// state is how the rooms of a view stand, as a stream tells it. All streams that see the same rooms share one, and it is written out once
// for all of them.
type state struct {
	cursor string // an event's id and a parameter: room.size pairs, sorted, with hyphens between
	rooms  []talks.RoomID
	sizes  []int64

	mu    sync.Mutex // guards what follows
	from  string     // the cursor that event begins at
	event []byte     // nil where none was asked for
}

var states = talks.NewMemo(func(w *talks.World) *state {
	st := &state{}
	var pairs []string
	for _, s := range w.Rooms() {
		st.rooms, st.sizes = append(st.rooms, s.Room.ID), append(st.sizes, s.Size())
		pairs = append(pairs, short(s.Room.ID)+"."+strconv.FormatInt(s.Size(), 10))
	}
	slices.Sort(pairs)
	st.cursor = strings.Join(pairs, "-")
	return st
})

// stateOf names the state of what a viewer sees: the sizes of its own rooms, and of nothing else.
func stateOf(v *ledger.View) *state { return states.Of(v.World()) }

// since returns the event that leads from the state of an earlier cursor to this one. What cannot be read names no state, so that
// everything counts as changed.
func (st *state) since(before string) ([]byte, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.event != nil && st.from == before {
		return st.event, nil
	}
	old := map[string]int64{}
	for pair := range strings.SplitSeq(before, "-") {
		room, n, _ := strings.Cut(pair, ".")
		if n, err := size(n); err == nil {
			old[room] = n
		}
	}
	rooms := []talks.RoomID{}
	for i, room := range st.rooms {
		if n, ok := old[short(room)]; !ok || n != st.sizes[i] {
			rooms = append(rooms, room)
		}
	}
	data, err := json.Marshal(rooms)
	if err != nil {
		return nil, err
	}
	st.from, st.event = before, fmt.Appendf(nil, "event: changed\nid: %s\ndata: %s\n\n", st.cursor, data)
	return st.event, nil
}
