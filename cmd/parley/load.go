package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"parley/client"
	"parley/internal/processfile"
	"parley/internal/talks"
)

// sending is a process file on its way to a server, act by act.
type sending struct {
	p       *program
	t       *talksAt
	file    *processfile.File
	world   *talks.World
	handles map[string]talks.RoomID // the file's names for rooms
	sent    int
	skipped skipped
}

// send appends the acts of a file that the token's seat wrote to the talks at a server, in their order and in the rooms that are there. It
// stops at the first that is refused; what was recorded before it stays, and is known for the same when the file is sent again.
func (c *loadCmd) send(p *program, f *processfile.File) error {
	t, err := c.connect(p, "", "")
	if err != nil {
		return err
	}
	s := &sending{p: p, t: t, file: f, handles: map[string]talks.RoomID{}}
	if s.world, err = t.world(p); err != nil {
		return err
	}
	for i := range f.Acts {
		if err := s.act(i); err != nil {
			fmt.Fprintf(p.stdout, "%s: %d acts recorded before that\n", t.process, s.sent)
			return fmt.Errorf("%s:%d: act %d (%s): %w", f.Name, f.Acts[i].Line(), i+1, f.Acts[i].Kind, err)
		}
	}
	fmt.Fprintf(p.stdout, "%s: %d acts recorded as %s, with the server's own times\n", t.process, s.sent, t.me.Seat)
	for _, why := range s.skipped.why {
		fmt.Fprintf(p.stdout, "  %d skipped: %s\n", s.skipped.count[why], why)
	}
	return nil
}

// act sends one act, or says why it is left out.
func (s *sending) act(i int) error {
	a := &s.file.Acts[i]
	act := a.Decode()
	room, known := s.room(a)
	switch {
	case string(a.Seat) != s.t.me.Seat:
		s.skipped.add("of the seat " + string(a.Seat))
		return nil
	case act == nil:
		s.skipped.add("erased where the file comes from")
		return nil
	case a.Kind == "record.erase" || placed(act):
		s.skipped.add("it names entries by their places, which are others there")
		return nil
	case a.Kind == "room.open" && known:
		s.skipped.add("the room is there")
		return nil
	case a.Kind != "room.open" && !known:
		s.skipped.add("the seat sees no room " + a.Room)
		return nil
	}
	view := s.world.As(room)
	if open, ok := act.(*talks.RoomOpen); ok {
		view = s.world.Of(open.MembersOf(a.Seat))
	}
	handle := func(h string) (talks.RoomID, bool) {
		id, ok := s.find(h)
		return id, ok
	}
	if err := talks.Complete(act, room, view, handle); err != nil {
		return err
	}
	body, err := talks.Encode(act)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%s", s.file.Process, i, a.Kind, body))
	key := client.Key("load-" + hex.EncodeToString(sum[:16]))
	var r *client.Receipt
	if room == "" {
		r, err = s.t.Open(s.p.ctx, client.Body(body), key)
	} else {
		r, err = s.t.Append(s.p.ctx, string(room), string(a.Kind), client.Body(body), key)
	}
	if err != nil {
		return sinceOf(s.p, ofServer(err))
	}
	s.sent++
	s.handles[a.Room] = talks.RoomID(r.Room)
	return s.seen(r, a.Kind, act)
}

// seen brings what the seat sees up to date with an act of its own.
func (s *sending) seen(r *client.Receipt, kind talks.Kind, act talks.Act) (err error) {
	st := s.world.Room(talks.RoomID(r.Room))
	if st == nil || st.Size() != r.Index {
		s.world, err = s.t.world(s.p) // others wrote too
		return err
	}
	st.Fold(talks.NewEntry(st.Room.ID, r.Index, r.Time, talks.Seat(s.t.me.Seat), kind, act))
	var states []*talks.State
	states = append(states, s.world.Rooms()...)
	s.world = talks.NewWorld(states...)
	return nil
}

// room is the room of an act.
func (s *sending) room(a *processfile.Act) (talks.RoomID, bool) { return s.find(a.Room) }

// find finds the room that a handle of the file means: one that the file opened here, one by its identifier, or the only one that the seat
// sees of that kind and title.
func (s *sending) find(handle string) (talks.RoomID, bool) {
	if id, ok := s.handles[handle]; ok {
		return id, true
	}
	if s.world.Room(talks.RoomID(handle)) != nil {
		return talks.RoomID(handle), true
	}
	var open *talks.RoomOpen
	for i := range s.file.Acts {
		if a := &s.file.Acts[i]; a.Room == handle && a.Kind == "room.open" {
			open, _ = a.Decode().(*talks.RoomOpen)
			break
		}
	}
	var found []talks.RoomID
	for _, st := range s.world.Rooms() {
		r := &st.Room
		if handle == string(r.Kind) && r.Kind == talks.Lobby || open != nil && r.Kind == open.Type && (r.Title == open.Title || r.Kind == talks.Lobby) {
			found = append(found, r.ID)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	s.handles[handle] = found[0]
	return found[0], true
}

// placed reports whether an act names an entry by its place in a room.
func placed(a talks.Act) bool {
	found := false
	talks.Refs(a, func(_ string, r *talks.Ref) { found = found || strings.HasPrefix(r.Name, "#") })
	return found
}
