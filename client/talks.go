package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Talks is one process, as the token's seat sees it.
type Talks struct {
	c       *Client
	process string
	at      time.Time
}

// Talks returns a process. Whether there is one, its methods find.
func (c *Client) Talks(process string) *Talks { return &Talks{c: c, process: process} }

// At returns the talks as they stood at a time, for reading.
func (t *Talks) At(at time.Time) *Talks { return &Talks{t.c, t.process, at} }

func (t *Talks) path(parts ...string) string {
	var b strings.Builder
	b.WriteString("/processes/" + url.PathEscape(t.process))
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

// query is pairs of parameters; those without a value are left out.
func (t *Talks) query(kv ...string) url.Values {
	q := url.Values{}
	if !t.at.IsZero() {
		q.Set("at", t.at.UTC().Format(time.RFC3339Nano))
	}
	for i := 0; i < len(kv); i += 2 {
		if kv[i+1] != "" {
			q.Add(kv[i], kv[i+1])
		}
	}
	return q
}

// split takes a reference apart: room/name.
func split(ref string) (room, name string) {
	room, name, _ = strings.Cut(ref, "/")
	return room, name
}

func all[T any](ctx context.Context, t *Talks, what string) ([]T, error) {
	return items[T](ctx, t.c, t.path(what), t.query())
}

func one[T any](ctx context.Context, t *Talks, what, ref string) (*T, error) {
	room, name := split(ref)
	return get[T](ctx, t.c, t.path(what, room, name), t.query())
}

// View returns every room that the seat sees with every entry.
func (t *Talks) View(ctx context.Context) (*View, error) {
	return get[View](ctx, t.c, t.path("view"), t.query())
}

// ViewJSON copies the view's JSON to a writer, as it comes.
func (t *Talks) ViewJSON(ctx context.Context, w io.Writer) error {
	return t.c.file(ctx, t.path("view"), t.query(), w)
}

// Rooms returns the rooms: the lobby first, then in the order they were opened.
func (t *Talks) Rooms(ctx context.Context) ([]Room, error) { return all[Room](ctx, t, "rooms") }

// Room returns a room.
func (t *Talks) Room(ctx context.Context, room string) (*Room, error) {
	return get[Room](ctx, t.c, t.path("rooms", room), t.query())
}

// Acts yields the entries of a room from an index on, in order; only those of the given kinds where there are any.
func (t *Talks) Acts(ctx context.Context, room string, from int64, kinds ...string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		q := t.query("from", strconv.FormatInt(from, 10), "limit", "1000")
		for _, k := range kinds {
			q.Add("kind", k)
		}
		for {
			r, err := get[RoomActs](ctx, t.c, t.path("rooms", room, "acts"), q)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range r.Entries {
				e.Room = r.Room
				if !yield(e, nil) {
					return
				}
			}
			if r.Next == "" {
				return
			}
			q.Del("from")
			q.Set("after", r.Next)
		}
	}
}

// Latest yields the entries of all rooms, the newest first; only those of the given kinds where there are any.
func (t *Talks) Latest(ctx context.Context, kinds ...string) iter.Seq2[Entry, error] {
	q := t.query()
	for _, k := range kinds {
		q.Add("kind", k)
	}
	return pages[Entry](ctx, t.c, t.path("acts"), q)
}

// Search yields the entries that fit a question, the newest first.
func (t *Talks) Search(ctx context.Context, question string) iter.Seq2[Entry, error] {
	return pages[Entry](ctx, t.c, t.path("search"), t.query("q", question))
}

// Timeline yields all that has a date, the earliest first. Each of from and to is a date, or empty.
func (t *Talks) Timeline(ctx context.Context, from, to string) iter.Seq2[Dated, error] {
	return pages[Dated](ctx, t.c, t.path("timeline"), t.query("from", from, "to", to))
}

// Statements yields what parties said, by when they said it; only what is about an object where one is given.
func (t *Talks) Statements(ctx context.Context, about string) iter.Seq2[Statement, error] {
	return pages[Statement](ctx, t.c, t.path("statements"), t.query("about", about))
}

// Positions returns where each party stands on each issue.
func (t *Talks) Positions(ctx context.Context) ([]Stand, error) {
	return all[Stand](ctx, t, "positions")
}

// PositionsOn returns where each party stands on an issue, with the history.
func (t *Talks) PositionsOn(ctx context.Context, issue string) ([]Stand, error) {
	l, err := one[list[Stand]](ctx, t, "positions", issue)
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// Issues returns the issues in the order they were opened.
func (t *Talks) Issues(ctx context.Context) ([]Issue, error) { return all[Issue](ctx, t, "issues") }

// Issue returns an issue with positions and statements.
func (t *Talks) Issue(ctx context.Context, ref string) (*Issue, error) {
	return one[Issue](ctx, t, "issues", ref)
}

// Proposals returns the proposals in the order they were tabled.
func (t *Talks) Proposals(ctx context.Context) ([]Proposal, error) {
	return all[Proposal](ctx, t, "proposals")
}

// Proposal returns a proposal.
func (t *Talks) Proposal(ctx context.Context, ref string) (*Proposal, error) {
	return one[Proposal](ctx, t, "proposals", ref)
}

// Meetings returns the meetings by when they began or are to begin.
func (t *Talks) Meetings(ctx context.Context) ([]Meeting, error) {
	return all[Meeting](ctx, t, "meetings")
}

// Meeting returns a meeting.
func (t *Talks) Meeting(ctx context.Context, ref string) (*Meeting, error) {
	return one[Meeting](ctx, t, "meetings", ref)
}

// Delegations returns the delegations in the order they were designated.
func (t *Talks) Delegations(ctx context.Context) ([]Delegation, error) {
	return all[Delegation](ctx, t, "delegations")
}

// Delegation returns a delegation by its code.
func (t *Talks) Delegation(ctx context.Context, code string) (*Delegation, error) {
	return get[Delegation](ctx, t.c, t.path("delegations", code), t.query())
}

// Parties returns the parties in the order they were declared.
func (t *Talks) Parties(ctx context.Context) ([]Party, error) { return all[Party](ctx, t, "parties") }

// Party returns a party with its goals and positions.
func (t *Talks) Party(ctx context.Context, ref string) (*Party, error) {
	return one[Party](ctx, t, "parties", ref)
}

// Sources returns the sources in the order they were added.
func (t *Talks) Sources(ctx context.Context) ([]Source, error) { return all[Source](ctx, t, "sources") }

// Events returns what happened outside the rooms, by when it did.
func (t *Talks) Events(ctx context.Context) ([]Event, error) { return all[Event](ctx, t, "events") }

// Relations returns how parties stand to each other.
func (t *Talks) Relations(ctx context.Context) ([]Relation, error) {
	return all[Relation](ctx, t, "relations")
}

// Goals returns what parties are after.
func (t *Talks) Goals(ctx context.Context) ([]Fact, error) { return all[Fact](ctx, t, "goals") }

// Access returns who sees what, as far as the seat knows.
func (t *Talks) Access(ctx context.Context) (*Access, error) {
	return get[Access](ctx, t.c, t.path("access"), t.query())
}

// Entry returns an entry with the proof that it stands in the room's signed tree. The proof is checked where the host's key is known, and the
// entry's body is then the payload, as it was recorded.
func (t *Talks) Entry(ctx context.Context, room string, index int64) (*Proof, error) {
	p, err := t.entry(ctx, room, index)
	if err != nil {
		return nil, err
	}
	if t.c.heads == nil {
		return p, nil
	}
	return p, t.checkProof(ctx, p, room, index)
}

func (t *Talks) entry(ctx context.Context, room string, index int64) (*Proof, error) {
	return get[Proof](ctx, t.c, t.path("rooms", room, "acts", strconv.FormatInt(index, 10)), nil)
}

// Heads returns the signed heads of all rooms.
func (t *Talks) Heads(ctx context.Context) ([]Head, error) { return all[Head](ctx, t, "record") }

// Marks returns how many entries of each room the seat has marked as read.
func (t *Talks) Marks(ctx context.Context) (map[string]int64, error) {
	m, err := get[marks](ctx, t.c, t.path("marks"), nil)
	if err != nil {
		return nil, err
	}
	return m.Seen, nil
}

type marks struct {
	Seen map[string]int64 `json:"seen"`
}

// Mark marks entries as read. A mark never goes back.
func (t *Talks) Mark(ctx context.Context, seen map[string]int64) error {
	body, err := bodyOf(marks{seen})
	if err != nil {
		return err
	}
	_, err = call[marks](ctx, t.c, &request{method: http.MethodPut, path: t.path("marks"), body: body})
	return err
}

// Archive writes all that the seat may see, with proofs, as a file that record.Verify checks.
func (t *Talks) Archive(ctx context.Context, w io.Writer) error {
	return t.c.file(ctx, t.path("archive"), nil, w)
}

// Export writes what the seat sees as a process file.
func (t *Talks) Export(ctx context.Context, w io.Writer) error {
	return t.c.file(ctx, t.path("export"), t.query(), w)
}

// appending is what else is said of an act.
type appending struct {
	key    string
	own    bool // the key is the caller's
	seen   int64
	expect bool
}

// AppendOption says more of an act.
type AppendOption func(*appending)

// Key is the idempotency key, where the caller keeps its own, so that another run of a program is known to write the same act.
func Key(key string) AppendOption { return func(a *appending) { a.key, a.own = key, true } }

// Seen says how many entries of the room the author had seen. The record binds the act to them.
func Seen(n int64) AppendOption { return func(a *appending) { a.seen = n } }

// Expect is Seen, and has the act refused where the room has more entries: the error is a [*Problem] with those that came in between.
func Expect(n int64) AppendOption { return func(a *appending) { a.seen, a.expect = n, true } }

// Append records an act in a room, once, however often it has to be sent. The body is JSON as [Body], []byte or string, which is stored byte
// for byte, or a value that is written as JSON. The act is durable when it returns without an error.
//
// Where the host's key is known, the client has looked up the act by then, and found it as it was sent: these bytes, by this seat, as an entry
// that was not there before, after as many as [Seen] or [Expect] said. Of an act that an earlier run sent with the same [Key] the last two are
// that run's. Where there is a receipt and it could not be checked, the error is an [*UncheckedError].
func (t *Talks) Append(ctx context.Context, room, kind string, body any, options ...AppendOption) (*Receipt, error) {
	return t.append(ctx, t.path("rooms", room, "acts"), room, kind, body, options)
}

// Open opens a room by its act room.open.
func (t *Talks) Open(ctx context.Context, body any, options ...AppendOption) (*Receipt, error) {
	return t.append(ctx, t.path("rooms"), "", "room.open", body, options)
}

func (t *Talks) append(ctx context.Context, path, room, kind string, body any, options []AppendOption) (*Receipt, error) {
	a := &appending{seen: -1}
	for _, o := range options {
		o(a)
	}
	if a.key == "" {
		a.key, a.own = rand.Text(), false
	}
	b, err := bodyOf(body)
	if err != nil {
		return nil, err
	}
	b = bytes.Trim(b, " \t\r\n") // what stands around the JSON is no part of it
	sent, err := envelope(kind, b, a)
	if err != nil {
		return nil, err
	}
	var s *sending
	if t.c.heads != nil {
		if s, err = t.sending(ctx, room, kind, b, a); err != nil {
			return nil, err
		}
	}
	r, err := call[Receipt](ctx, t.c, &request{method: http.MethodPost, path: path, body: sent})
	if err != nil || s == nil {
		return r, err
	}
	return r, t.checkReceipt(ctx, r, s)
}
