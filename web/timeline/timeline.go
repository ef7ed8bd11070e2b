// Package timeline shows what happened when: calls, meetings, statements, events, positions and proposals, in lanes by party on an axis of
// time, and the same as a list.
package timeline

import (
	_ "embed"
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
	c := prepare(p, q.Get("from"), q.Get("to"), kinds)
	c.turn(q.Get("list"))
	return page(p, c), nil
}

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
	kinds    []string // chosen; none for all
	presets  []window
	any      bool // there is something with a date at all
	earlier  int
	later    int
	inside   []*item // those of the window
	days     []group
	skipped  int // items of the window that are later than those listed
	listed   int
	undated  []*talks.Meeting
	drawings []drawing
}

// group is a day of the list, or a month or a year for what is known no better.
type group struct {
	date  talks.Date
	items []*item
}

// mostListed is how many items a page of the list has at most.
const mostListed = 300

func prepare(p *ui.Page, from, to string, chosen []string) content {
	c := content{kinds: chosen}
	course := histories.Of(p.W()).of(chosen)
	for _, m := range p.W().Meetings() {
		if m.When() == "" && m.Cancelled == nil && (len(chosen) == 0 || slices.Contains(chosen, "meeting")) {
			c.undated = append(c.undated, m)
		}
	}
	if c.any = len(course.items) > 0; !c.any {
		return c
	}
	c.presets = course.presets(p.View.Now())
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
	c.inside, c.earlier, c.later = course.cut(c.window)
	c.turn("")
	order := arranged(c.inside)
	for _, f := range frames {
		c.drawings = append(c.drawings, draw(p, f, c.window, order))
	}
	return c
}

// turn fills the list with a page of the window's items, by day, the latest first. skip is how many later ones are passed over. A page ends
// with a day, unless the day alone is more than a page.
func (c *content) turn(skip string) {
	c.days, c.skipped, c.listed = nil, 0, 0
	if n, err := strconv.Atoi(skip); err == nil && n > 0 && n < len(c.inside) {
		c.skipped = n
	}
	left := c.inside[:len(c.inside)-c.skipped]
	for i := len(left) - 1; i >= 0 && c.listed < mostListed; i-- {
		d := left[i].day()
		if n := len(c.days); n == 0 || c.days[n-1].date != d {
			c.days = append(c.days, group{date: d})
		}
		last := &c.days[len(c.days)-1]
		last.items = append(last.items, left[i])
		c.listed++
	}
	if n := len(c.days); n > 1 && c.listed < len(left) && left[len(left)-c.listed-1].day() == c.days[n-1].date {
		c.listed -= len(c.days[n-1].items)
		c.days = c.days[:n-1]
	}
}

// day is what an item is listed under.
func (it *item) day() talks.Date {
	if it.exact() {
		return talks.Date(it.first.Format(time.DateOnly))
	}
	return it.date
}

// left is how many items of the window come before those that are listed.
func (c *content) left() int { return len(c.inside) - c.skipped - c.listed }

// listURL is the address of another page of the list.
func (c *content) listURL(p *ui.Page, skip int) templ.SafeURL {
	q := c.query(c.kinds)
	if skip > 0 {
		q.Set("list", strconv.Itoa(skip))
	}
	return p.URLQ(q, "timeline") + "#tl-days"
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
	case "meeting", "proposal", "event":
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
func (it *item) open(now time.Time) bool {
	switch v := it.what.(type) {
	case *talks.Meeting:
		return v.Held == nil
	case *talks.Statement:
		return v.Strength == "hinted" || v.Strength == "reported" || v.Strength == "denied"
	case *talks.Proposal:
		return !v.Open(now)
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
