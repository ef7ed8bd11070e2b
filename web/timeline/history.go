package timeline

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"parley/internal/talks"
	"parley/web/table/plot"
)

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
	lanes   []int     // the places of the parties
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

// history is everything in a world that has a date, in the order of time. Nothing is put into words there: of a long history most is not
// shown.
type history struct {
	course
	mu      sync.Mutex // owns courses
	courses map[string]*course
}

// course is the history of some kinds of things.
type course struct {
	items []*item
	reach []time.Time // the latest end of the items up to each
	first time.Time
	last  time.Time
	busy  window // the span that holds most of it
}

var histories = talks.NewMemo(func(w *talks.World) *history {
	return &history{course: newCourse(collect(w)), courses: map[string]*course{}}
})

// of returns the history of the kinds that are chosen; of all where none is. There are as many as there are choices of kinds.
func (h *history) of(chosen []string) *course {
	mask := make([]byte, len(kinds))
	for i, k := range kinds {
		if slices.Contains(chosen, k) {
			mask[i] = 1
		}
	}
	if n := bytes.Count(mask, []byte{1}); n == 0 || n == len(kinds) {
		return &h.course
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.courses[string(mask)]
	if c == nil {
		var items []*item
		for _, it := range h.items {
			if slices.Contains(chosen, it.kind) {
				items = append(items, it)
			}
		}
		fresh := newCourse(items)
		c = &fresh
		h.courses[string(mask)] = c
	}
	return c
}

func newCourse(items []*item) course {
	c := course{items: items}
	if len(items) == 0 {
		return c
	}
	c.first, c.last = items[0].first, items[len(items)-1].first
	times := make([]time.Time, len(items))
	c.reach = make([]time.Time, len(items))
	end := items[0].after
	for i, it := range items {
		times[i] = it.first
		if it.after.After(end) {
			end = it.after
		}
		c.reach[i] = end
	}
	c.busy = days(c.first, c.last)
	spans := []time.Duration{7 * dayLong, 31 * dayLong, 92 * dayLong, 366 * dayLong, 1830 * dayLong}
	if from, to, ok := plot.Dense(times, spans, 0.6); ok && plot.Seconds(c.first, c.last) > 2*7*86400 {
		c.busy = days(from, to)
	}
	c.busy.chosen = "busy"
	return c
}

// presets are the windows on offer: the span that holds most of what there is, the last day and week of it, and all.
func (c *course) presets(now time.Time) []window {
	if len(c.items) == 0 {
		return nil
	}
	n, _ := slices.BinarySearchFunc(c.items, now.Add(1), byFirst)
	past := c.items[max(n-1, 0)].first
	all := days(c.first, c.last)
	all.chosen = "all"
	week := days(past.AddDate(0, 0, -6), past)
	week.chosen = "week"
	today := days(past, past)
	today.chosen = "day"
	return []window{c.busy, today, week, all}
}

func byFirst(it *item, t time.Time) int { return it.first.Compare(t) }

// cut returns the items of a window, and how many are before and after it. It looks only at those that can be in it.
func (c *course) cut(w window) (inside []*item, earlier, later int) {
	high, _ := slices.BinarySearchFunc(c.items, w.to, byFirst)
	low, _ := slices.BinarySearchFunc(c.reach[:high], w.from, func(end, t time.Time) int {
		if end.After(t) {
			return 1
		}
		return -1
	})
	inside = make([]*item, 0, high-low)
	for _, it := range c.items[low:high] {
		if it.after.After(w.from) {
			inside = append(inside, it)
		}
	}
	return inside, high - len(inside), len(c.items) - high
}

// collect finds everything that has a date, in the order of time.
func collect(w *talks.World) []*item {
	var out []*item
	index := map[talks.Ref]int{}
	for i, q := range w.Parties() {
		index[q.Ref] = i
	}
	add := func(it *item) {
		if it.dated() {
			it.seat(index)
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
			add(&item{kind: "statement", form: "statement", date: v.Said, ref: v.Ref, entry: v.By, parties: one(v.Speaker), what: v})
		}
		for v := range s.Events.All() {
			add(&item{kind: "event", form: "event", date: v.When, until: v.Until, ref: v.Ref, entry: v.By, parties: v.Parties, what: v})
		}
		for q := range s.Proposals.All() {
			add(&item{kind: "proposal", form: "proposal", ref: q.Ref, entry: q.By, parties: one(w.PartyOf(q.By.Seat.Delegation())), what: q})
		}
		for c, fs := range s.Positions {
			for _, f := range fs {
				add(&item{kind: "position", form: "position", date: f.Said.Since, ref: f.Ref(), entry: f.Entry, parties: one(c.Party), what: f})
			}
		}
	}
	// Positions come from a map: only a total order makes two answers the same.
	slices.SortFunc(out, func(a, b *item) int {
		if c := a.first.Compare(b.first); c != 0 {
			return c
		}
		if a.entry == b.entry {
			return 0
		}
		if a.entry.Before(b.entry) {
			return -1
		}
		return 1
	})
	return out
}

// seat finds the places of the item's parties in the order of parties, each once; -1 for none, and for a party that nobody declared: a fold
// holds whatever was recorded.
func (it *item) seat(index map[talks.Ref]int) {
	for _, r := range it.parties {
		i, ok := index[r]
		if !ok {
			i = -1
		}
		if !slices.Contains(it.lanes, i) {
			it.lanes = append(it.lanes, i)
		}
	}
	if len(it.lanes) == 0 {
		it.lanes = noLane
	}
}

var noLane = []int{-1}

func one(r talks.Ref) []talks.Ref {
	if r.IsZero() {
		return nil
	}
	return []talks.Ref{r}
}

func meetingItem(m *talks.Meeting) *item {
	it := &item{kind: "meeting", form: string(m.Type), date: m.When(), until: m.Ends, ref: m.Ref, entry: m.By, what: m}
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
