// Package timeline shows what happened when: calls, meetings, statements, events, positions and proposals, in lanes by party on an axis of
// time, and the same as a list.
package timeline

import (
	"cmp"
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/table/plot"
	"parley/web/ui"
)

//go:embed timeline.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("timeline", css) }

// Show is the page.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	p.Title, p.Sub, p.Nav = p.Loc.T("timeline.title"), p.Loc.T("timeline.sub"), "timeline"
	kinds := slices.DeleteFunc(slices.Clone(p.Query["kind"]), func(k string) bool { return !slices.Contains(kinds, k) })
	return page(p, prepare(p, q.Get("from"), q.Get("to"), kinds)), nil
}

// kinds are what the timeline has, as the filter names them. Calls, meetings, summits and letters are meetings there.
var kinds = []string{"meeting", "statement", "event", "position", "proposal"}

// item is one thing that happened.
type item struct {
	kind    string     // of kinds
	form    string     // what its sign shows: kind, or the form of a meeting
	date    talks.Date // its own; empty where it has its entry's
	until   talks.Date
	ref     talks.Ref
	entry   *talks.Entry
	parties []talks.Ref
	first   time.Time // what the date can mean: from this instant
	after   time.Time // up to this one, which is outside
	what    any       // *talks.Meeting, *talks.Statement, *talks.Event, *talks.Proposal or talks.Fact[talks.PositionRecord]
}

// start and end are the first instant and the one after the last that the item can mean.
func (it *item) start() time.Time { return it.first }
func (it *item) end() time.Time   { return it.after }

// dated reads the item's dates, once: of a long history each is compared many times. What has no date of its own has its entry's. It is
// false for what cannot be put on an axis.
func (it *item) dated() bool {
	if it.date == "" {
		it.first = it.entry.Time.UTC().Truncate(time.Second)
		it.after = it.first.Add(time.Second)
		return true
	}
	it.first, it.after = it.date.Start(), it.date.End()
	if end := it.until.End(); end.After(it.after) {
		it.after = end
	}
	return it.date.Valid()
}

// exact reports whether the item's instant is known.
func (it *item) exact() bool { return it.date == "" || it.date.Exact() }

// known is the item's date as it is said.
func (it *item) known() talks.Date {
	if it.date == "" {
		return talks.Date(it.first.Format(time.RFC3339))
	}
	return it.date
}

// collect finds everything that has a date, in the order of time. Nothing is put into words here: of a long history most is not shown.
func collect(w *talks.World) []item {
	var out []item
	add := func(it item) {
		if it.dated() {
			out = append(out, it)
		}
	}
	for _, s := range w.Rooms() {
		for m := range s.Meetings.All() {
			if m.When() != "" {
				add(meetingItem(m))
			}
		}
		for v := range s.Statements.All() {
			add(item{kind: "statement", form: "statement", date: v.Said, ref: v.Ref, entry: v.By, parties: one(v.Speaker), what: v})
		}
		for v := range s.Events.All() {
			add(item{kind: "event", form: "event", date: v.When, until: v.Until, ref: v.Ref, entry: v.By, parties: v.Parties, what: v})
		}
		for q := range s.Proposals.All() {
			add(item{kind: "proposal", form: "proposal", ref: q.Ref, entry: q.By, parties: one(w.PartyOf(q.By.Seat.Delegation())), what: q})
		}
		for c, fs := range s.Positions {
			for _, f := range fs {
				add(item{kind: "position", form: "position", date: f.Said.Since, ref: f.Ref(), entry: f.Entry, parties: one(c.Party), what: f})
			}
		}
	}
	// Positions come from a map: only a total order makes two answers the same.
	slices.SortFunc(out, func(a, b item) int {
		return cmp.Or(a.first.Compare(b.first), a.entry.Time.Compare(b.entry.Time), cmp.Compare(a.entry.Room, b.entry.Room), cmp.Compare(a.entry.Index, b.entry.Index))
	})
	return out
}

func one(r talks.Ref) []talks.Ref {
	if r.IsZero() {
		return nil
	}
	return []talks.Ref{r}
}

func meetingItem(m *talks.Meeting) item {
	it := item{kind: "meeting", form: string(m.Type), date: m.When(), until: m.Ends, ref: m.Ref, entry: m.By, what: m}
	if m.Held != nil && m.Held.Said.Ended != "" {
		it.until = m.Held.Said.Ended
	}
	for _, a := range m.Attendees() {
		if a.Presence != "absent" && a.Presence != "excused" && !slices.Contains(it.parties, a.Party) {
			it.parties = append(it.parties, a.Party)
		}
	}
	return it
}

// rough reports whether the date is known to no better than a month, or is that of something which lasted.
func (it *item) rough() bool { return plot.Seconds(it.start(), it.end()) > 86400 }

// window is the span of time that is shown.
type window struct {
	from, to time.Time
	chosen   string // of the presets, or "own"
}

const dayLong = 24 * time.Hour

// parseWindow reads the two ends, each a day or an instant; to is a day's end. ok is false where they make no window.
func parseWindow(from, to string) (w window, ok bool) {
	a, b := talks.Date(from), talks.Date(to)
	if !a.Valid() || !b.Valid() || !b.End().After(a.Start()) {
		return w, false
	}
	end := b.End()
	if b.Exact() {
		end = b.Start()
	}
	if !end.After(a.Start()) {
		return w, false
	}
	return window{a.Start(), end, "own"}, true
}

// days widens a window to whole days.
func days(from, to time.Time) window {
	w := window{from: floor(from), to: floor(to)}
	if !w.to.After(to) {
		w.to = w.to.AddDate(0, 0, 1)
	}
	return w
}

func floor(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// presets are the windows on offer, for items in the order of time: the span that holds most of what there is, the last day and week of it, and all.
func presets(items []item, now time.Time) []window {
	if len(items) == 0 {
		return nil
	}
	first, last := items[0].start(), items[0].start()
	past := first
	times := make([]time.Time, len(items))
	for i := range items {
		t := items[i].start()
		times[i] = t
		if t.After(last) {
			last = t
		}
		if t.After(past) && !t.After(now) {
			past = t
		}
	}
	all := days(first, last)
	all.chosen = "all"
	busy := all
	if from, to, ok := plot.Dense(times, []time.Duration{7 * dayLong, 31 * dayLong, 92 * dayLong, 366 * dayLong, 1830 * dayLong}, 0.6); ok && plot.Seconds(first, last) > 2*7*86400 {
		busy = days(from, to)
	}
	busy.chosen = "busy"
	week := days(past.AddDate(0, 0, -6), past)
	week.chosen = "week"
	today := days(past, past)
	today.chosen = "day"
	return []window{busy, today, week, all}
}

// query is a window as parameters of an address.
func (w window) query(kinds []string) url.Values {
	q := url.Values{"from": {bound(w.from)}}
	if floor(w.to).Equal(w.to) {
		q.Set("to", bound(w.to.AddDate(0, 0, -1)))
	} else {
		q.Set("to", bound(w.to))
	}
	if len(kinds) > 0 {
		q["kind"] = kinds
	}
	return q
}

func bound(t time.Time) string {
	if floor(t).Equal(t) {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

// moved is the window of the same length before or after it.
func (w window) moved(by int) window {
	l := w.to.Sub(w.from)
	return window{w.from.Add(time.Duration(by) * l), w.to.Add(time.Duration(by) * l), "own"}
}

// content is all that the template shows.
type content struct {
	window
	kinds         []string // chosen; none for all
	presets       []window
	any           bool // there is something with a date at all
	earlier       int
	later         int
	days          []group
	left          int // items of the window that the list leaves out
	undated       []*talks.Meeting
	drawings      []drawing
	countInWindow int
}

// group is a day of the list, or a month or a year for what is known no better.
type group struct {
	date  talks.Date
	items []item
}

// mostListed is how many items the list has; the window can be narrowed to see others.
const mostListed = 250

func prepare(p *ui.Page, from, to string, chosen []string) content {
	c := content{kinds: chosen}
	items := collect(p.W())
	if len(chosen) > 0 {
		items = slices.DeleteFunc(items, func(it item) bool { return !slices.Contains(chosen, it.kind) })
	}
	for _, m := range p.W().Meetings() {
		if m.When() == "" && m.Cancelled == nil && (len(chosen) == 0 || slices.Contains(chosen, "meeting")) {
			c.undated = append(c.undated, m)
		}
	}
	if c.any = len(items) > 0; !c.any {
		return c
	}
	c.presets = presets(items, p.View.Now())
	c.window = c.presets[0]
	if w, ok := parseWindow(from, to); ok {
		c.window = w
		for _, s := range c.presets {
			if s.from.Equal(w.from) && s.to.Equal(w.to) {
				c.chosen = s.chosen
				break
			}
		}
	}
	inside := c.cut(items)
	c.countInWindow = len(inside)
	c.list(inside)
	for _, f := range frames {
		c.drawings = append(c.drawings, draw(p, f, c.window, inside))
	}
	return c
}

// cut gives the items of the window, and counts those before and after it.
func (c *content) cut(items []item) []item {
	var inside []item
	for _, it := range items {
		switch {
		case !it.end().After(c.from):
			c.earlier++
		case !it.start().Before(c.to):
			c.later++
		default:
			inside = append(inside, it)
		}
	}
	return inside
}

// list groups the items by day, the latest first.
func (c *content) list(items []item) {
	for _, it := range slices.Backward(items) {
		if c.left = len(items) - mostListed; c.listed() == mostListed {
			return
		}
		d := it.date
		if it.exact() {
			d = talks.Date(it.start().Format(time.DateOnly))
		}
		i := slices.IndexFunc(c.days, func(g group) bool { return g.date == d })
		if i < 0 {
			i = len(c.days)
			c.days = append(c.days, group{date: d})
		}
		c.days[i].items = append(c.days[i].items, it)
	}
	c.left = 0
}

func (c *content) listed() int {
	n := 0
	for _, g := range c.days {
		n += len(g.items)
	}
	return n
}

// title says an item in a line.
func (it *item) title(p *ui.Page) string {
	switch v := it.what.(type) {
	case *talks.Meeting:
		return v.Title
	case *talks.Statement:
		return v.Text
	case *talks.Event:
		return v.Title
	case *talks.Proposal:
		return v.Title
	case talks.Fact[talks.PositionRecord]:
		return p.Loc.T("timeline.position-on", "issue", p.ObjectTitle(v.Said.Issue), "firmness", p.FirmnessWord(v.Said.Firmness))
	}
	return ""
}

// href is where an item is shown in full.
func (it *item) href(p *ui.Page) templ.SafeURL {
	switch it.kind {
	case "meeting", "proposal":
		return p.ObjectURL(it.ref)
	}
	return act.URL(p, it.entry)
}

// word says what kind of thing an item is.
func (it *item) word(p *ui.Page) string {
	if m, ok := it.what.(*talks.Meeting); ok {
		return p.MeetingTypeWord(m.Type)
	}
	return p.Loc.T("timeline.kind." + it.kind)
}

// hover says an item for who points at it.
func (it *item) hover(p *ui.Page) string {
	var codes []string
	for _, r := range it.parties {
		if c := p.PartyCode(r); c != "" {
			codes = append(codes, c)
		}
	}
	return p.Loc.T("timeline.hover", "when", p.Loc.Known(it.known()), "kind", it.word(p), "parties", strings.Join(codes, ", "), "title", plot.Cut(it.title(p), 1, 80))
}

// firmness is that of a position; empty for everything else.
func (it *item) firmness() talks.Firmness {
	if f, ok := it.what.(talks.Fact[talks.PositionRecord]); ok {
		return f.Said.Firmness
	}
	return ""
}

// open reports whether an item is only hoped for, hinted or not yet held: its sign is an outline then.
func (it *item) open() bool {
	switch v := it.what.(type) {
	case *talks.Meeting:
		return v.Held == nil
	case *talks.Statement:
		return v.Strength == "hinted" || v.Strength == "reported" || v.Strength == "denied"
	case *talks.Proposal:
		return !v.Open()
	}
	return false
}

// class is the colour of an item in the list: its party's, where it has just one.
func (it *item) class(p *ui.Page) string {
	if len(it.parties) == 1 {
		return p.PartyClass(it.parties[0])
	}
	return ""
}

// noTime keeps the page's time out of the action of a form, which has it in a field.
var noTime = url.Values{"at": {""}}

func n(f float64) string { return plot.N(f) }

func current(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}
