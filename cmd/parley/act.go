package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"parley/client"
	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

type actCmd struct {
	Kind   string `arg:"" help:"The kind of act, as in remark.write; docs/acts.md has them all."`
	Body   string `arg:"" optional:"" help:"What it says, as JSON; @FILE for a file, - or nothing for standard input."`
	Room   string `help:"The room: its identifier, its title, or lobby. Not for room.open."`
	Expect *int64 `help:"Refuse the act if the room has more entries than this."`
	Key    string `help:"Makes it safe to write the same act again: with the same key it is there once."`
	Data   string `help:"The folder with the data, for a process of your own machine."`

	Process string `help:"The process, in a folder."`
	As      string `help:"The seat that writes, in a folder."`
	remote
}

// maxBody is more than any act can have.
const maxBody = 4 * talks.MaxPayload

// Run writes the act and prints its receipt.
func (c *actCmd) Run(p *program) error {
	body, err := c.read(p)
	if err != nil {
		return err
	}
	if c.wanted(p, c.Data) {
		return c.send(p, body)
	}
	return c.append(p, body)
}

func (c *actCmd) read(p *program) ([]byte, error) {
	var from io.Reader = strings.NewReader(c.Body)
	if file, ok := strings.CutPrefix(c.Body, "@"); ok {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		from = f
	} else if c.Body == "" || c.Body == "-" {
		from = p.stdin
	}
	b, err := io.ReadAll(io.LimitReader(from, maxBody))
	if err != nil {
		return nil, fmt.Errorf("reading the act: %w", err)
	}
	return bytes.TrimSpace(b), nil
}

// compose finds the room, and completes the references of an act as the room's view has them. The bytes stay as they are where nothing was
// to be completed.
func (c *actCmd) compose(w *talks.World, own talks.Seat, body []byte) (talks.RoomID, []byte, error) {
	kind := talks.Kind(c.Kind)
	act, err := talks.Decode(kind, body)
	if err != nil {
		return "", nil, err
	}
	open, opens := act.(*talks.RoomOpen)
	var view *talks.World
	var room talks.RoomID
	switch {
	case opens && c.Room != "":
		return "", nil, usage("--room: the act makes the room; leave it out")
	case opens:
		view = w.Of(open.MembersOf(own))
	default:
		if room, err = findRoom(w, c.Room); err != nil {
			return "", nil, err
		}
		view = w.As(room)
	}
	before, err := talks.Encode(act)
	if err != nil {
		return "", nil, err
	}
	if err := talks.Complete(act, room, view, func(string) (talks.RoomID, bool) { return "", false }); err != nil {
		return "", nil, err
	}
	after, err := talks.Encode(act)
	if err != nil {
		return "", nil, err
	}
	if bytes.Equal(before, after) {
		return room, body, nil
	}
	return room, after, nil
}

// findRoom finds a room by its identifier, its title or its kind.
func findRoom(w *talks.World, name string) (talks.RoomID, error) {
	if name == "" {
		return "", usage("--room: say which; one of: %s", roomNames(w))
	}
	var found []talks.RoomID
	for _, s := range w.Rooms() {
		if string(s.Room.ID) == name {
			return s.Room.ID, nil
		}
		if s.Room.Title == name || string(s.Room.Kind) == name {
			found = append(found, s.Room.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", usage("--room: the seat sees no room %q; write one of: %s", name, roomNames(w))
	}
	return "", usage("--room: %q could be several rooms; write the identifier of one of: %s", name, roomNames(w))
}

func roomNames(w *talks.World) string {
	var names []string
	for _, s := range w.Rooms() {
		names = append(names, fmt.Sprintf("%s (%s)", s.Room.ID, s.Room.Title))
	}
	return strings.Join(names, ", ")
}

// send writes the act at a server.
func (c *actCmd) send(p *program, body []byte) error {
	t, err := c.connect(p, c.Process, c.As)
	if err != nil {
		return err
	}
	w, err := t.world(p)
	if err != nil {
		return err
	}
	room, body, err := c.compose(w, talks.Seat(t.me.Seat), body)
	if err != nil {
		return err
	}
	var options []client.AppendOption
	if c.Key != "" {
		options = append(options, client.Key(c.Key))
	}
	if c.Expect != nil {
		options = append(options, client.Expect(*c.Expect))
	}
	var r *client.Receipt
	if room == "" {
		r, err = t.Open(p.ctx, client.Body(body), options...)
	} else {
		r, err = t.Append(p.ctx, string(room), c.Kind, client.Body(body), options...)
	}
	if err != nil {
		if problem, ok := errors.AsType[*client.Problem](err); ok {
			for i := range problem.Problems {
				problem.Problems[i].Field = c.field(problem.Problems[i].Field)
			}
		}
		return sinceOf(p, ofServer(err))
	}
	return wire.Write(p.stdout, &wire.Receipt{
		Room: talks.RoomID(r.Room), Index: r.Index, Time: wire.Moment(r.Time), Leaf: r.Leaf, Checkpoint: r.Checkpoint, Again: r.Again,
	})
}

// field names what is wrong as the command has it.
func (c *actCmd) field(name string) string {
	if c.Expect != nil && name == "seen" {
		return "--expect"
	}
	return name
}

// sinceOf prints what came in between, where that is why an act was refused.
func sinceOf(p *program, err error) error {
	if problem, ok := errors.AsType[*client.Problem](err); ok {
		for _, e := range problem.Since {
			fmt.Fprintf(p.stderr, "parley: %d %s %s %s\n", e.Index, e.Seat, e.Kind, e.Body)
		}
	}
	return err
}

// append writes the act into a folder.
func (c *actCmd) append(p *program, body []byte) error {
	if c.Process == "" || c.As == "" {
		return usage("a folder has no token that says who writes: give --process and --as, or --server")
	}
	l, err := p.openData(cmp.Or(c.Data, "data"))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	view, err := p.view(l, c.Process, c.As, "")
	if err != nil {
		return err
	}
	room, body, err := c.compose(view.World(), view.Seat(), body)
	if err != nil {
		return err
	}
	var options []ledger.AppendOption
	if c.Key != "" {
		options = append(options, ledger.Key(c.Key))
	}
	if c.Expect != nil {
		options = append(options, ledger.Expect(*c.Expect))
	}
	r, err := l.Append(p.ctx, view.Viewer(), room, talks.Kind(c.Kind), body, options...)
	if conflict, ok := errors.AsType[*ledger.ConflictError](err); ok {
		for _, e := range conflict.Since {
			fmt.Fprintf(p.stderr, "parley: %d %s %s\n", e.Index, e.Seat, e.Kind)
		}
		return &exitError{exitUsage, err}
	}
	if problems, ok := errors.AsType[talks.Problems](err); ok {
		for _, problem := range problems {
			problem.Field = c.field(problem.Field)
		}
	}
	if err != nil {
		return err
	}
	return wire.Write(p.stdout, wire.ReceiptOf(r))
}

// skipped counts the acts of a file that are left out, by why.
type skipped struct {
	why   []string
	count map[string]int
}

func (s *skipped) add(why string) {
	if s.count == nil {
		s.count = map[string]int{}
	}
	if !slices.Contains(s.why, why) {
		s.why = append(s.why, why)
	}
	s.count[why]++
}
