package processfile

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// Export writes what a view shows as a process file: every entry of its rooms, by time. Loading the file into another ledger shows
// the same seat the same, and from one seed with the same identifiers. The text depends on the view alone.
//
// Two things stand in for what the view does not show and the acts need all the same: a caucus that grants a seat which another
// delegation keeps to itself, with the least role that its acts need; and partial: true at an act whose references, or what else it
// rests on, cannot be found any more.
//
// An act of a kind that this program does not know is an error: it cannot be loaded, and leaving it out would shift the entries after it.
func Export(ctx context.Context, v *ledger.View, w io.Writer) error {
	e := &exporter{view: v.World(), delegation: v.Delegation(), seat: v.Seat(), w: writer{fields: fieldsOf{}}}
	e.name()
	e.header(v)
	stands := e.standIns()
	e.rehearsal = newRehearsal(e.view)
	for i, entry := range e.order() {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, s := range stands[entry] {
			e.standIn(s)
		}
		if err := e.entry(entry); err != nil {
			return fmt.Errorf("exporting entry %d of %s: %w", entry.Index, entry.Room, err)
		}
	}
	if _, err := e.w.WriteTo(w); err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	return nil
}

type exporter struct {
	view       *talks.World
	delegation talks.Delegation
	seat       talks.Seat
	handles    map[talks.RoomID]string
	taken      map[string]bool                // handles
	names      map[string]int                 // in how many rooms there is an object of that name
	makers     map[talks.Ref]*talks.Entry     // who made an object
	caucuses   map[talks.Delegation]string    // handles of caucuses that stand in for unseen ones
	last       map[talks.Delegation]time.Time // of the last act of such a caucus
	ordered    []*talks.Entry
	rehearsal  *rehearsal
	w          writer
}

// name gives the rooms their handles, and finds which object each name stands for.
func (e *exporter) name() {
	e.handles, e.taken = map[talks.RoomID]string{}, map[string]bool{}
	e.caucuses, e.last = map[talks.Delegation]string{}, map[talks.Delegation]time.Time{}
	kinds := map[talks.RoomKind]int{}
	for _, s := range e.view.Rooms() {
		kinds[s.Room.Kind]++
	}
	for _, s := range e.view.Rooms() {
		r := &s.Room
		h := string(r.Kind)
		if slug := talks.Slug(r.Title); kinds[r.Kind] > 1 && talks.ValidName(slug) {
			h = slug
		}
		if r.Kind == talks.Caucus && len(r.Members) == 1 {
			h = string(r.Members[0]) + "-caucus"
		}
		e.handles[r.ID] = e.free(h)
	}
	e.names, e.makers = map[string]int{}, map[talks.Ref]*talks.Entry{}
	for _, s := range e.view.Rooms() {
		for _, m := range made(s) {
			e.makers[m.Ref] = m.By
			e.names[m.Ref.Name]++
		}
	}
}

// free makes a handle that no other room has.
func (e *exporter) free(h string) string {
	name := h
	for n := 2; e.taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", h, n)
	}
	e.taken[name] = true
	return name
}

// made lists what the acts of a room have made.
func made(s *talks.State) (ms []talks.Made) {
	for v := range s.Parties.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Issues.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Meetings.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Sources.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Statements.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Events.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Relations.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Proposals.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Minutes.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Packages.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Agreements.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Conditions.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Commitments.All() {
		ms = append(ms, v.Made)
	}
	for v := range s.Requirements.All() {
		ms = append(ms, v.Made)
	}
	return ms
}

// maker returns the entry that made what a reference of an entry names; nil where it cannot be found, or was not there yet: then the
// name was that of something else, which is gone.
func (e *exporter) maker(of *talks.Entry, r talks.Ref) *talks.Entry {
	m := e.makers[r]
	if m == nil && e.view.Object(r) == "entry" {
		var i int64
		if _, err := fmt.Sscanf(r.Name, "#%d", &i); err == nil {
			m = e.view.Entry(r.Room, i)
		}
	}
	switch {
	case m == nil, m.Room == of.Room && m.Index >= of.Index, m.Time.After(of.Time):
		return nil
	}
	return m
}

func (e *exporter) header(v *ledger.View) {
	title := ""
	if l := e.view.Lobby(); l != nil {
		title = l.Room.Process
	}
	fmt.Fprintf(&e.w.b, "# What %s sees of %s", e.seat, v.Process())
	if v.AsOf() {
		fmt.Fprintf(&e.w.b, ", as of %s", stamp(v.Now()))
	}
	e.w.b.WriteString(".\n")
	e.w.field("", "process", v.Process(), textType)
	if title != "" {
		e.w.field("", "title", title, textType)
	}
	e.w.b.WriteString("\nacts:\n")
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z") }

// item writes the fields that every act has.
func (e *exporter) item(room string, seat talks.Seat, at time.Time, kind talks.Kind) {
	e.w.b.WriteByte('\n')
	e.w.field("- ", fieldRoom, room, textType)
	e.w.field("  ", fieldSeat, string(seat), textType)
	e.w.b.WriteString("  at: " + stamp(at) + "\n")
	e.w.field("  ", fieldAct, string(kind), textType)
}

func (e *exporter) entry(entry *talks.Entry) error {
	if entry.Act == nil && !entry.Gone {
		return fmt.Errorf("this program does not know the act %s; use a newer one", entry.Kind)
	}
	e.item(e.handles[entry.Room], entry.Seat, entry.Time, entry.Kind)
	partial := e.rehearsal.next(entry)
	if entry.Gone {
		e.w.b.WriteString("  erased: true\n")
		return nil
	}
	payload, err := talks.Encode(entry.Act)
	if err != nil {
		return err
	}
	act, err := talks.Decode(entry.Kind, payload) // a copy, whose references can be changed
	if err != nil {
		return err
	}
	talks.Refs(act, func(_ string, r *talks.Ref) { partial = e.short(entry, r) || partial })
	if entry.Kind == "room.admit" {
		for id := range e.view.Room(entry.Room).Refers {
			partial = partial || e.view.Room(id) == nil
		}
	}
	if partial {
		e.w.b.WriteString("  partial: true\n")
	}
	if payload, err = talks.Encode(act); err != nil {
		return err
	}
	return e.w.object("  ", payload, e.w.fields.act(entry.Kind))
}

// short writes a reference as short as it can be without meaning something else, and reports whether it cannot be found.
func (e *exporter) short(entry *talks.Entry, r *talks.Ref) (lost bool) {
	if r.IsZero() {
		return false
	}
	lost = e.maker(entry, *r) == nil
	switch {
	case !lost && (r.Room == entry.Room || e.names[r.Name] == 1 && !strings.HasPrefix(r.Name, "#")): // every room has its own #5
		r.Room = ""
	case e.handles[r.Room] != "":
		r.Room = talks.RoomID(e.handles[r.Room])
	}
	return lost
}

// stand is a seat that another delegation granted where the view does not show it.
type stand struct {
	seat talks.Seat
	role talks.Role
	at   time.Time
}

// standIns finds the seats that wrote what the view shows and were granted where it does not, each at the first of its entries in the
// order of the file.
func (e *exporter) standIns() map[*talks.Entry][]*stand {
	first := map[*talks.Entry][]*stand{}
	seats := map[talks.Seat]*stand{}
	lobby := e.view.Lobby()
	if lobby == nil {
		return first
	}
	for _, entry := range e.order() {
		seat := entry.Seat
		d := seat.Delegation()
		if head := e.view.HeadOf(d); d == e.delegation || head == "" || seat == head || seat == lobby.Room.Convener {
			continue
		}
		s := seats[seat]
		if s == nil {
			s = &stand{seat, talks.Observer, entry.Time}
			seats[seat] = s
			first[entry] = append(first[entry], s)
		}
		if need := talks.Rules[entry.Kind].Authority; !s.role.AtLeast(need) {
			s.role = need
		}
	}
	return first
}

// standIn writes the grant of such a seat, in a caucus that it opens if need be.
func (e *exporter) standIn(s *stand) {
	d := s.seat.Delegation()
	head := e.view.HeadOf(d)
	if s.at.Before(e.last[d]) {
		s.at = e.last[d]
	}
	e.last[d] = s.at
	if e.caucuses[d] == "" {
		e.caucuses[d] = e.free(string(d) + "-caucus")
		fmt.Fprintf(&e.w.b, "\n# %s does not see the caucus of %s. This one stands in for it, so that the file can be loaded.\n", e.seat, d)
		e.item(e.caucuses[d], head, s.at, "room.open")
		e.w.b.WriteString("  kind: caucus\n  title: Stands in for the caucus\n  members: [" + scalar(string(d), textType, true) + "]\n")
	}
	e.item(e.caucuses[d], head, s.at, "seat.grant")
	e.w.field("  ", "holder", string(s.seat), textType)
	e.w.field("  ", "role", string(s.role), textType)
}

// order returns the view's entries by time, moved as little as is needed for each to stand after what it needs: rooms have clocks of their
// own, so that of two entries with one time the second can rest on the first, whatever their rooms are called.
func (e *exporter) order() []*talks.Entry {
	if e.ordered == nil {
		e.ordered = newGraph(e).sorted()
	}
	return e.ordered
}
