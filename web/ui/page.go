// Package ui has what all pages share: what a page is given, its frame, and the small components in which every page says the
// same thing in the same way: a party's token, who can see a fact, how strongly something was said.
//
// A page's package exports functions of type [Show]. They make the content; the frame, with the heading that they set, is
// [Layout]'s. Nothing here reads a ledger: a page is a function of a view and a locale.
package ui

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
)

// ErrNotFound is a Show's answer for what the view does not have, whether it is nowhere or only hidden.
var ErrNotFound = errors.New("not found")

// Page is what a page is made from. A request has its own; it is used by one goroutine.
type Page struct {
	View    *ledger.View
	Loc     *message.Locale
	Present *talks.World // what the viewer sees now, where View shows the past; nil where it shows the present
	Path    string       // below /p/{process}/, as in "positions"; empty for the table
	Query   url.Values   // of the request

	// Title and Sub are the heading and the line under it, and Nav the item of the navigation that is marked. The Show
	// function sets them. Layout writes the only h1, so that content begins with h2.
	Title, Sub, Nav string
	// Compose is what is shown below the content: forms that write. The Show function may set it. It stands in an element with the id
	// compose. When something new comes, a form in which somebody is at work is left alone, but for what is marked data-fresh.
	Compose templ.Component

	Problems []*talks.Problem // of a post that was refused
	Form     url.Values       // what a person had typed in it

	Seats  []talks.Seat // that can be switched to; in a demo only
	Who    *Who         // is logged in; nil in a demo
	Still  bool         // the answer to a post, which cannot be asked for again: the page does not change by itself
	Marks  map[talks.RoomID]int64
	Key    string      // a fresh idempotency key for forms
	Stops  []time.Time // of the date slider, the earliest first; see the function Stops
	Cursor string      // names the state that is shown, for the stream of changes

	// What the record's pages need of the gate besides the view, for this viewer; they may be nil where no such page is made.
	Prove      func(room talks.RoomID, index int64) (*ledger.Proof, error)
	Checkpoint func(room talks.RoomID) ([]byte, error)
	HostKey    string // the host's public key, as record.HostKey writes it

	index map[talks.Ref]int // the parties' places; made when first wanted
}

// Query is what the address of a page says.
type Query interface {
	// Path returns what stands in the address for a name of the route's pattern, unescaped.
	Path(name string) string
	// Get returns the first value of a name after the question mark, or "".
	Get(name string) string
}

// Show makes the content of a page and sets the page's title. It returns ErrNotFound for what the view does not have.
type Show func(p *Page, q Query) (templ.Component, error)

// W returns the world that the page shows.
func (p *Page) W() *talks.World { return p.View.World() }

// URL returns the address of a page of this process, its parts escaped, as it stands at the time that this page shows.
func (p *Page) URL(parts ...string) templ.SafeURL { return p.URLQ(nil, parts...) }

// URLQ is URL with further parameters. The page's own time is kept unless q has another, or an empty one for the present.
func (p *Page) URLQ(q url.Values, parts ...string) templ.SafeURL {
	var b strings.Builder
	b.WriteString("/p/")
	b.WriteString(url.PathEscape(p.View.Process()))
	for _, part := range parts {
		for piece := range strings.SplitSeq(part, "/") {
			b.WriteByte('/')
			b.WriteString(url.PathEscape(piece))
		}
	}
	at, on := "", ""
	if p.View.AsOf() {
		at = p.At()
	}
	if _, ok := p.On(); ok && len(parts) > 0 && slices.Contains(dayPages, parts[0]) {
		on = p.Query.Get("on")
	}
	if len(q) == 0 && at == "" && on == "" {
		return templ.SafeURL(b.String())
	}
	all := url.Values{}
	maps.Copy(all, q)
	if at != "" && !all.Has("at") {
		all.Set("at", at)
	}
	if all.Get("at") == "" {
		all.Del("at")
	}
	if on != "" && !all.Has("on") {
		all.Set("on", on)
	}
	if all.Get("on") == "" {
		all.Del("on")
	}
	if s := all.Encode(); s != "" {
		b.WriteByte('?')
		b.WriteString(s)
	}
	return templ.SafeURL(b.String())
}

// dayPages are the pages on what was promised, which can be asked how it stands on another day: they go on asking for that day.
var dayPages = []string{"commitments", "conditions", "implementation", "implementation.xlsx", "implementation.csv"}

// On returns the last instant of the day that the address of a page on what was promised asks for by ?on=; ok is false where it asks for
// none, or for what is no day. What is on record is that of the page's own time: On says only from when one looks at it.
func (p *Page) On() (t time.Time, ok bool) {
	if first, _, _ := strings.Cut(p.Path, "/"); !slices.Contains(dayPages, first) {
		return time.Time{}, false
	}
	return EndOfDay(p.Query.Get("on"))
}

// EndOfDay reads a day, as in 2025-02-18, and returns its last instant in UTC; ok is false for what is no day.
func EndOfDay(s string) (t time.Time, ok bool) {
	d := talks.Date(s)
	if len(d) != len(time.DateOnly) || !d.Valid() {
		return time.Time{}, false
	}
	return d.End().Add(-time.Nanosecond), true
}

// DeclareURL is a form of the page of the delegations: party or delegation.
func (p *Page) DeclareURL(form string) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {form}}, "delegations") + "#compose"
}

// At returns the time that the page shows, as an address has it, or "" for the present.
func (p *Page) At() string {
	if !p.View.AsOf() {
		return ""
	}
	return FormatAt(p.View.Now())
}

// FormatAt writes a time as the parameter at has it.
func FormatAt(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// entryStep is the step in which permalinks name the first entry of a page of a room. A page shows more than that, so that the
// entry stays on the page that its link names however far the room grows.
const entryStep = 100

// EntryURL returns the permalink of an entry: its room's page, from a place not far before it.
func (p *Page) EntryURL(room talks.RoomID, index int64) templ.SafeURL {
	q := url.Values{"from": {strconv.FormatInt(index/entryStep*entryStep, 10)}}
	return p.URLQ(q, "rooms", string(room)) + templ.SafeURL("#"+EntryID(index))
}

// EntryID is the id of an entry's element on its room's page.
func EntryID(index int64) string { return "entry-" + strconv.FormatInt(index, 10) }

// objectPages are the folders of the pages that objects have of their own, by kind.
var objectPages = map[string]string{
	"party": "parties", "issue": "issues", "meeting": "meetings", "source": "sources", "proposal": "proposals", "event": "events",
	"relation": "relations", "agreement": "agreements", "condition": "conditions", "commitment": "commitments",
}

// ObjectURL returns the address where an object is shown: its own page, or its entry in its room; "" for what the view does not have.
func (p *Page) ObjectURL(r talks.Ref) templ.SafeURL {
	if folder := objectPages[p.W().Object(r)]; folder != "" {
		return p.URL(folder, string(r.Room), r.Name)
	}
	if by, _ := p.W().Find(r); by != nil {
		return p.EntryURL(by.Room, by.Index)
	}
	return ""
}

// ObjectTitle returns what an object is called, or its name where the view does not have it.
func (p *Page) ObjectTitle(r talks.Ref) string {
	_, title := p.W().Find(r)
	if p.W().Object(r) == "statement" {
		return clip(title, 80)
	}
	return title
}

// clip shortens a text at a space, to at most n characters and a mark.
func clip(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	cut := string(rs[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}

// New returns how many entries of a room are new to the seat: those since it last marked the room as seen that its own delegation did not
// write. In the past nothing is new.
func (p *Page) New(s *talks.State) int {
	if p.View.AsOf() {
		return 0
	}
	return s.Since(p.Marks[s.Room.ID], p.View.Delegation())
}

// IsNew reports whether an entry is one of those that New counts.
func (p *Page) IsNew(e *talks.Entry) bool {
	return !p.View.AsOf() && e.Index >= p.Marks[e.Room] && e.Seat.Delegation() != p.View.Delegation()
}

// Problem returns what was wrong with a field of the act that was refused, or nil.
func (p *Page) Problem(field string) *talks.Problem {
	i := slices.IndexFunc(p.Problems, func(q *talks.Problem) bool { return q.Field == field })
	if i < 0 {
		return nil
	}
	return p.Problems[i]
}
