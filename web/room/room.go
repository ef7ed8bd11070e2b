// Package room shows a room: what was done in it, in order, who can see that, and the box in which more is written.
package room

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed room.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("room", css) }

// pageSize is how many entries a page shows. Permalinks name a place at most 100 entries before theirs, so it is never less.
const pageSize = 200

// feed is the part of a room's entries that a page shows.
type feed struct {
	room     *talks.State
	days     []dayOf
	from, to int64 // which entries: from is shown, to is not
	unread   int64 // the first entry that is new to the seat; -1 where none is
}

// dayOf is the entries of one day.
type dayOf struct {
	start   time.Time
	entries []*talks.Entry
}

// Show shows a room. ?from= names the first entry, the last two hundred are shown without it; ?compose= names the form.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	s := p.W().Room(talks.RoomID(q.Path("room")))
	if s == nil {
		return nil, ui.ErrNotFound
	}
	p.Title = s.Room.Title
	p.Sub = s.Room.Purpose
	p.Compose = composing(p, s, q)
	return page(p, newFeed(p, s, q.Get("from"))), nil
}

func newFeed(p *ui.Page, s *talks.State, from string) *feed {
	size := s.Size()
	f := &feed{room: s, from: max(0, size-pageSize), to: size, unread: -1}
	if n, err := strconv.ParseInt(from, 10, 64); err == nil && n >= 0 && n < size {
		f.from, f.to = n, min(size, n+pageSize)
	}
	if p.New(s) > 0 {
		for f.unread = max(0, p.Marks[s.Room.ID]); !p.IsNew(s.Entries[f.unread]); {
			f.unread++
		}
	}
	for _, e := range s.Entries[f.from:f.to] {
		day := e.Time.UTC().Truncate(24 * time.Hour)
		if n := len(f.days); n == 0 || !f.days[n-1].start.Equal(day) {
			f.days = append(f.days, dayOf{start: day})
		}
		last := &f.days[len(f.days)-1]
		last.entries = append(last.entries, e)
	}
	return f
}

// earlier and later are where the pages before and after this one begin.
func (f *feed) earlier(p *ui.Page) templ.SafeURL {
	return p.URLQ(url.Values{"from": {strconv.FormatInt(max(0, f.from-pageSize), 10)}}, "rooms", string(f.room.Room.ID))
}

func (f *feed) later(p *ui.Page) templ.SafeURL {
	return p.URLQ(url.Values{"from": {strconv.FormatInt(f.to, 10)}}, "rooms", string(f.room.Room.ID))
}

// newest is the address of the newest entry, on whatever page it is.
func (f *feed) newest(p *ui.Page) templ.SafeURL {
	if f.to == f.room.Size() {
		return templ.SafeURL("#newest")
	}
	return p.URL("rooms", string(f.room.Room.ID)) + "#newest"
}

// firstNew is the address of the first entry that is new to the seat, on whatever page it is.
func (f *feed) firstNew(p *ui.Page) templ.SafeURL {
	if f.unread >= f.from && f.unread < f.to {
		return "#unread"
	}
	return p.EntryURL(f.room.Room.ID, f.unread)
}

// composing is the box in which the seat writes, or the reason why there is none.
func composing(p *ui.Page, s *talks.State, q ui.Query) templ.Component {
	if p.View.AsOf() {
		return nil // the frame says that the past is shown
	}
	c := &compose{p: p, state: s, target: s, forms: offered(p, s), from: p.Query, title: p.Loc.T("room.compose")}
	if len(p.Problems) > 0 {
		c.from, c.refused = p.Form, true
	}
	if f := find(c.from.Get("compose")); f != nil && (slices.Contains(c.forms, f) || (f.apart && c.refused && act.May(p, &s.Room, f.kind))) {
		c.current, c.chosen = f, true
	} else if len(c.forms) > 0 {
		c.current = c.forms[0]
	} else {
		return noBox(p, &s.Room, p.Loc.T(whyNot(p, &s.Room)))
	}
	if c.current.id == "release" && !c.refused {
		c.target = nil
		for _, t := range c.targets() {
			if string(t.Room.ID) == q.Get("to") {
				c.target = t
			}
		}
	}
	return box(c)
}

// whyNot is the reason why a seat writes nothing in a room.
func whyNot(p *ui.Page, room *talks.Room) string {
	switch {
	case room.Closed != nil:
		return "room.why.closed"
	case p.View.Role() == talks.Observer:
		return "room.why.observer"
	case room.RoleOf(p.View.Delegation()) == talks.RoomObserver:
		return "room.why.observes"
	case p.View.Role() == talks.Adviser:
		return "room.why.adviser"
	}
	return "room.why.other"
}

// compose is a box with one form open, or none.
type compose struct {
	p       *ui.Page
	title   string
	state   *talks.State   // the room whose page it is; nil on another page
	target  *talks.State   // the room that is written into; nil while there is a choice of rooms
	rooms   []*talks.State // of which one is to be chosen
	forms   []*form
	current *form           // nil while none is open
	chosen  bool            // the form was asked for
	from    url.Values      // what stands in the form
	refused bool            // from was typed, and refused
	hidden  url.Values      // what was decided on before, and is sent along
	will    templ.Component // who will see it, where that is not who reads the room now
	fs      []field
}

// targets are the rooms that a release can go to: those where the seat may write one, but for the one that the words come from.
func (c *compose) targets() []*talks.State {
	var out []*talks.State
	e := c.source()
	for _, s := range c.p.W().Rooms() {
		if (e == nil || e.Room != s.Room.ID) && act.May(c.p, &s.Room, "release.make") {
			out = append(out, s)
		}
	}
	return out
}

// fields makes the form's fields once.
func (c *compose) fields() []field {
	if c.fs != nil || c.target == nil {
		return c.fs
	}
	x := &filling{p: c.p, room: c.target.Room.ID, view: c.p.W().As(c.target.Room.ID), from: c.from, sent: c.refused, used: map[string]bool{}}
	if c.refused {
		for prefix, names := range repeated {
			x.from = compact(x.from, prefix, names)
		}
	}
	c.fs = slices.DeleteFunc(c.current.fields(x), func(f field) bool { return c.hidden.Has(f.name) })
	focusFirst(c.fs)
	return c.fs
}

// part lists the fields of a part of the form.
func (c *compose) part(name string) []field {
	var out []field
	for _, f := range c.fields() {
		if f.part == name {
			out = append(out, f)
		}
	}
	return out
}

// step is the fields of one step of a measure.
type step struct {
	title  string
	fields []field
}

// steps are the fields of the part of that name, step by step.
func (c *compose) steps() []step {
	var out []step
	for _, f := range c.part("steps") {
		if strings.HasSuffix(f.name, "/title") {
			out = append(out, step{title: c.p.Loc.T("room.step", "n", strconv.Itoa(len(out)+1))})
		}
		if n := len(out) - 1; n >= 0 {
			out[n].fields = append(out[n].fields, f)
		}
	}
	return out
}

// unfolded reports whether something in a part has been filled in or refused, so that it must be seen.
func (c *compose) unfolded(part string) bool {
	return slices.ContainsFunc(c.part(part), func(f field) bool {
		return f.problem != nil || f.shown || (f.value() != "" && c.from.Has(f.name))
	})
}

// needsIssue reports whether an issue has to be chosen before there is a form.
func (c *compose) needsIssue() bool {
	if c.current == nil || c.current.id != "position" || c.target == nil {
		return false
	}
	x := &filling{p: c.p, room: c.target.Room.ID, view: c.p.W().As(c.target.Room.ID), from: c.from}
	return x.chosenIssue() == nil
}

// issues are the issues that a position can be taken on.
func (c *compose) issues() []*talks.Issue {
	var out []*talks.Issue
	for _, i := range c.p.W().As(c.target.Room.ID).Issues() {
		if i.Closed == nil {
			out = append(out, i)
		}
	}
	return out
}

// scope says in a few words what answers an issue has.
func scope(p *ui.Page, i *talks.Issue) string {
	switch {
	case i.Scale != nil:
		return p.Loc.T("room.scope.scale", "low", i.Scale.Low, "high", i.Scale.High)
	case len(i.Options) > 0:
		return p.Loc.N("room.scope.options", len(i.Options))
	}
	return p.Loc.T("room.scope.words")
}

func (c *compose) url(kv ...string) templ.SafeURL {
	q := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		q.Set(kv[i], kv[i+1])
	}
	if c.state == nil {
		return c.p.URLQ(q, c.p.Path) + "#compose"
	}
	return c.p.URLQ(q, "rooms", string(c.state.Room.ID)) + "#compose"
}

// page is where the form stands, where that is not the page of its room.
func (c *compose) page() string {
	if c.state == nil {
		return c.p.Path
	}
	return ""
}

func (c *compose) action() templ.SafeURL {
	return c.p.URL("rooms", string(c.target.Room.ID), "acts")
}

// source is the entry that a release copies, or nil.
func (c *compose) source() *talks.Entry {
	e, _, _, _, _ := act.Released(c.p, c.from.Get("release"))
	return e
}

// draft names what the browser keeps of unfinished words: one draft for a form, and one for each entry that is released.
func (c *compose) draft() string {
	return fmt.Sprintf("%s/%s/%s/%s", c.target.Room.ID, c.current.id, cmp.Or(c.from.Get("issue"), c.from.Get("clone")), c.from.Get("release"))
}

// sentAlong is what the form carries besides its fields, in a fixed order.
func (c *compose) sentAlong() [][2]string {
	var out [][2]string
	if v := c.from.Get("release"); c.current.id == "release" && v != "" {
		out = append(out, [2]string{"release", v})
	}
	for _, k := range slices.Sorted(maps.Keys(c.hidden)) {
		for _, v := range c.hidden[k] {
			out = append(out, [2]string{k, v})
		}
	}
	return out
}

func (c *compose) label(f *form) string { return c.p.Loc.T("room.form." + f.id) }

func sizeOf(s *talks.State) string { return strconv.FormatInt(s.Size(), 10) }

// fieldOf finds the field that a problem is shown beside, or nil for a problem of the act as a whole.
func (c *compose) fieldOf(q *talks.Problem) *field {
	for i := range c.fields() {
		if f := &c.fs[i]; f.problem == q || (f.name == q.Field && q.Field != "") {
			return f
		}
	}
	return nil
}
