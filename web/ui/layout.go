package ui

import (
	_ "embed"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
)

//go:embed en.json
var enJSON []byte

//go:embed base.css
var baseCSS []byte

var _ = message.Register(enJSON)

func init() { asset.Register(asset.Base, baseCSS) }

// noTime asks URLQ for the address without the page's time.
var noTime = url.Values{"at": {""}}

// item is a line of the navigation.
type item struct {
	id, key, text string
	parts         []string
	count         int
}

func (p *Page) items() []item {
	w, t := p.W(), p.Loc.T
	var issues, meetings, sources, proposals, agreements, commitments, events, relations, delegations int
	for _, s := range w.Rooms() {
		issues += s.Issues.Len()
		meetings += s.Meetings.Len()
		sources += s.Sources.Len()
		proposals += s.Proposals.Len()
		agreements += s.Agreements.Len()
		commitments += s.Commitments.Len()
		events += s.Events.Len()
		relations += s.Relations.Len()
	}
	if l := w.Lobby(); l != nil {
		delegations = l.Delegations.Len()
	}
	return []item{
		{"table", "h", t("ui.nav.table"), nil, 0},
		{"timeline", "t", t("ui.nav.timeline"), []string{"timeline"}, 0},
		{"positions", "p", t("ui.nav.positions"), []string{"positions"}, 0},
		{"issues", "i", t("ui.nav.issues"), []string{"issues"}, issues},
		{"proposals", "o", t("ui.nav.proposals"), []string{"proposals"}, proposals},
		{"agreements", "g", t("ui.nav.agreements"), []string{"agreements"}, agreements},
		{"commitments", "c", t("ui.nav.commitments"), []string{"commitments"}, commitments},
		{"inclusion", "n", t("ui.nav.inclusion"), []string{"inclusion"}, 0},
		{"meetings", "m", t("ui.nav.meetings"), []string{"meetings"}, meetings},
		{"events", "y", t("ui.nav.events"), []string{"events"}, events},
		{"relations", "r", t("ui.nav.relations"), []string{"relations"}, relations},
		{"delegations", "d", t("ui.nav.delegations"), []string{"delegations"}, delegations},
		{"sources", "s", t("ui.nav.sources"), []string{"sources"}, sources},
		{"seats", "e", t("ui.nav.seats"), []string{"seats"}, 0},
	}
}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

func (p *Page) processTitle() string {
	if t := p.View.Title(); t != "" {
		return t
	}
	return p.View.Process()
}

// liveAttributes give the island the stream of changes. A page of the past stands still, and so does the answer to a post that was
// refused, which cannot be fetched again.
func (p *Page) liveAttributes() templ.Attributes {
	if p.View.AsOf() || p.Still || len(p.Problems) > 0 {
		return nil
	}
	return templ.Attributes{"data-live": string(p.URLQ(url.Values{"from": {p.Cursor}}, "live"))}
}

func (p *Page) searched() string {
	if p.Path != "search" {
		return ""
	}
	return p.Query.Get("q")
}

// back is where a change of seats comes back to.
func (p *Page) back() string { return p.Path }

// kept are the parameters of the address that a change of date keeps.
func (p *Page) kept() [][2]string {
	var out [][2]string
	for _, k := range slices.Sorted(maps.Keys(p.Query)) {
		if k == "at" || k == "stop" {
			continue
		}
		for _, v := range p.Query[k] {
			out = append(out, [2]string{k, v})
		}
	}
	return out
}

// presentURL is this page in the present.
func (p *Page) presentURL() templ.SafeURL {
	q := maps.Clone(p.Query)
	if q == nil {
		q = url.Values{}
	}
	q.Del("stop")
	q.Set("at", "")
	return p.URLQ(q, p.parts()...)
}

func (p *Page) parts() []string {
	if p.Path == "" {
		return nil
	}
	return []string{p.Path}
}

// stops are the slider's stops. Where the page shows a time that is none of them, it takes the place of the one before it, so that the
// slider says the page's own time and the places of the others stay.
func (p *Page) stops() []time.Time {
	i := p.stop()
	if !p.View.AsOf() || p.Stops[i].Equal(p.View.Now()) {
		return p.Stops
	}
	stops := slices.Clone(p.Stops)
	stops[i] = p.View.Now()
	return stops
}

// stop is the place of the slider: the last stop that is not after the time shown, or the end for the present.
func (p *Page) stop() int {
	if !p.View.AsOf() {
		return len(p.Stops)
	}
	i, there := slices.BinarySearchFunc(p.Stops, p.View.Now(), time.Time.Compare)
	if there {
		return i
	}
	return max(i-1, 0)
}

func (p *Page) stopText() string {
	if !p.View.AsOf() {
		return p.Loc.T("ui.now")
	}
	return p.Loc.DateTime(p.View.Now())
}

func (p *Page) keyList() [][2]string {
	t := p.Loc.T
	list := [][2]string{{"/", t("ui.key.search")}, {"j  k", t("ui.key.step")}, {"c", t("ui.key.compose")}, {"Ctrl Enter", t("ui.key.send")}, {"Esc", t("ui.key.leave")}, {"?", t("ui.key.help")}}
	for _, i := range p.items() {
		list = append(list, [2]string{"g " + i.key, i.text})
	}
	return append(list, [2]string{"g a", t("ui.access")}, [2]string{"g v", t("ui.record")})
}

// room is the room that the page is of, by its address; nil for a page of none.
func (p *Page) room() *talks.State {
	_, rest, _ := strings.Cut(p.Path, "/")
	id, _, _ := strings.Cut(rest, "/")
	return p.W().Room(talks.RoomID(id))
}

// restorations are those of members of the page's room, which were not stopped; on the table, where no room is chosen, those of the lobby.
func (p *Page) restorations() []*talks.Restoration {
	s := p.room()
	if s == nil && p.Path == "" {
		s = p.W().Lobby()
	}
	if s == nil {
		return nil
	}
	return p.W().RestorationsIn(s.Room.ID, p.View.Now())
}

func (p *Page) pending(r *talks.Restoration) bool {
	return r.Stage(p.View.Now()) == talks.RestorationPending
}

// mostStops is how many stops a slider has at most: a hand cannot choose among more.
const mostStops = 60

// Stops returns the stops of the date slider for a world: the distinct minutes of its entries, or where they are too many its
// distinct hours or days, or where those are too many times at even distances. Each is the time of the last entry that it takes in.
func Stops(w *talks.World) []time.Time { return stops.Of(w) }

var stops = talks.NewMemo(func(w *talks.World) []time.Time {
	for _, unit := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour} {
		if stops, ok := lastOfEach(w, unit); ok {
			return stops
		}
	}
	return spread(w)
})

// lastOfEach returns the last time of an entry in each unit of time; false where there are more than a slider has.
func lastOfEach(w *talks.World, unit time.Duration) ([]time.Time, bool) {
	last := map[int64]time.Time{}
	for _, s := range w.Rooms() {
		// Time in a room never runs backwards, so that the next unit's first entry can be searched for.
		for es := s.Entries; len(es) > 0; {
			end := es[0].Time.Truncate(unit).Add(unit)
			n, _ := slices.BinarySearchFunc(es, end, func(e *talks.Entry, t time.Time) int { return e.Time.Compare(t) })
			n = max(n, 1)
			if k := end.Unix(); es[n-1].Time.After(last[k]) {
				last[k] = es[n-1].Time
			}
			if len(last) > mostStops {
				return nil, false
			}
			es = es[n:]
		}
	}
	return slices.SortedFunc(maps.Values(last), time.Time.Compare), true
}

// spread returns stops at even distances in time, each moved back to the last entry before it.
func spread(w *talks.World) []time.Time {
	first, end := w.Time(), w.Time()
	for _, s := range w.Rooms() {
		if t := s.Entries[0].Time; t.Before(first) {
			first = t
		}
	}
	var stops []time.Time
	for i := range mostStops {
		mark := first.Add(end.Sub(first) / (mostStops - 1) * time.Duration(i))
		if i == mostStops-1 {
			mark = end
		}
		if t := lastBefore(w, mark); len(stops) == 0 || t.After(stops[len(stops)-1]) {
			stops = append(stops, t)
		}
	}
	return stops
}

// lastBefore returns the time of the last entry that is not after t.
func lastBefore(w *talks.World, t time.Time) time.Time {
	var last time.Time
	for _, s := range w.Rooms() {
		n, _ := slices.BinarySearchFunc(s.Entries, t.Add(1), func(e *talks.Entry, t time.Time) int { return e.Time.Compare(t) })
		if n > 0 && s.Entries[n-1].Time.After(last) {
			last = s.Entries[n-1].Time
		}
	}
	return last
}
