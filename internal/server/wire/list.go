package wire

import (
	"slices"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// All is everything of a kind that the seat sees.
type All[T any] struct {
	Items []T `json:"items"`
}

// Page is a part of a long list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitzero" doc:"What to send as ?after= for the next part; left out at the end."`
}

// Me is who asks.
type Me struct {
	Process    string           `json:"process"`
	Title      string           `json:"title"`
	Seat       talks.Seat       `json:"seat"`
	Delegation talks.Delegation `json:"delegation"`
	Party      talks.Ref        `json:"party,omitzero" doc:"The party that the delegation speaks for."`
	Role       talks.Role       `json:"role"`
	Write      bool             `json:"write" doc:"The credentials allow writing; false for a token that only reads."`
	Now        string           `json:"now" format:"date-time" doc:"The time by the host's clock."`
	Host       string           `json:"host" doc:"The host's public key."`
}

// Process is a process in which the seat sits.
type Process struct {
	Process string     `json:"process"`
	Title   string     `json:"title"`
	Seat    talks.Seat `json:"seat"`
	Role    talks.Role `json:"role"`
	Rooms   int        `json:"rooms" doc:"Those that the seat sees."`
	Entries int64      `json:"entries" doc:"In those rooms together."`
	Latest  string     `json:"latest" format:"date-time" doc:"The time of the last of them."`
}

// ProcessOf returns what a view says of its process.
func ProcessOf(v *ledger.View) Process {
	w := v.World()
	return Process{v.Process(), v.Title(), v.Seat(), v.Role(), len(w.Rooms()), w.Size(), moment(w.Time())}
}

// Moment writes a time with the three decimals that the record has.
func Moment(t time.Time) string { return moment(t) }

// RoomEntry is an entry with the room that it stands in.
type RoomEntry struct {
	Room talks.RoomID `json:"room"`
	Entry
}

// RoomEntries returns the wire form of entries of several rooms.
func RoomEntries(es []*talks.Entry) ([]RoomEntry, error) {
	plain, err := Entries(es)
	if err != nil {
		return nil, err
	}
	out := make([]RoomEntry, len(es))
	for i, e := range es {
		out[i] = RoomEntry{e.Room, plain[i]}
	}
	return out, nil
}

// Dated is something that has a date.
type Dated struct {
	When    talks.Date  `json:"when" doc:"When it happened or is to happen, as far as it is known."`
	What    string      `json:"what" enum:"meeting,statement,event,position,proposal,readout"`
	Text    string      `json:"text" doc:"Its title or its words."`
	Ref     talks.Ref   `json:"ref" doc:"What it is: an object, or the entry where it stands."`
	Parties []talks.Ref `json:"parties" doc:"Whom it is about."`
	Made    *Place      `json:"made"`
}

// Timeline returns all that has a date, by when it begins. What has none is left out.
func Timeline(w *talks.World) []Dated {
	out := []Dated{}
	add := func(when talks.Date, what, text string, ref talks.Ref, e *talks.Entry, parties ...talks.Ref) {
		if when == "" {
			return
		}
		out = append(out, Dated{when, what, text, ref, append([]talks.Ref{}, parties...), PlaceOf(e)})
	}
	for _, m := range w.Meetings() {
		var ps []talks.Ref
		for _, a := range m.Attendees() {
			if !slices.Contains(ps, a.Party) {
				ps = append(ps, a.Party)
			}
		}
		add(m.When(), "meeting", m.Title, m.Ref, m.By, ps...)
	}
	for _, s := range w.Statements() {
		add(s.When(), "statement", s.Text, s.Ref, s.By, s.Speaker)
	}
	for _, e := range w.Events() {
		add(e.Date(), "event", e.Title, e.Ref, e.By, e.Parties...)
	}
	for _, p := range w.Proposals() {
		own := w.PartyOf(p.By.Seat.Delegation())
		if own.IsZero() {
			add(dateOf(p.By), "proposal", p.Title, p.Ref, p.By)
		} else {
			add(dateOf(p.By), "proposal", p.Title, p.Ref, p.By, own)
		}
	}
	for _, r := range w.Readouts(talks.Ref{}) {
		add(dateOf(r.Entry), "readout", r.Said.Title, r.Ref(), r.Entry, r.Said.By...)
	}
	for _, i := range w.Issues() {
		for _, p := range w.Parties() {
			for _, f := range w.Positions(talks.Cell{Issue: i.Ref, Party: p.Ref}) {
				when := f.Said.Since
				if when == "" {
					when = dateOf(f.Entry)
				}
				add(when, "position", i.Title, f.Ref(), f.Entry, p.Ref)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Dated) int { return a.When.Start().Compare(b.When.Start()) })
	return out
}

func dateOf(e *talks.Entry) talks.Date { return talks.Date(e.Time.UTC().Format(time.RFC3339)) }
