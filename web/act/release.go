package act

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/ui"
)

// releaseTypes is what an act's words are called when they are copied into another room. Only such acts have words to release.
var releaseTypes = map[talks.Kind]string{
	"statement.record": "statement", "position.record": "position", "goal.record": "goal", "proposal.table": "proposal",
	"readout.issue": "readout", "remark.write": "remark", "mandate.issue": "note", "event.record": "note",
	"relation.assess": "note", "release.make": "note", "minutes.open": "note", "minutes.correct": "note", "reaction.record": "note",
	"consult.record": "note", "condition.define": "note", "condition.update": "note", "condition.determine": "note", "commitment.make": "note", "commitment.report": "note",
}

// May reports whether a seat of the view may write acts of a kind in a room, by the table of rules alone: its role, the kind
// of room, whether the room is open and whether the page shows the present. What else an act needs, its check says.
func May(p *ui.Page, room *talks.Room, kind talks.Kind) bool {
	rule, ok := talks.Rules[kind]
	if !ok || room.Closed != nil || p.View.AsOf() || !room.Has(p.View.Delegation()) {
		return false
	}
	if kind != "room.leave" && room.RoleOf(p.View.Delegation()) == talks.RoomObserver {
		return false
	}
	need := rule.Authority
	if room.Kind == talks.Caucus && rule.InCaucus != "" {
		need = rule.InCaucus
	}
	if !p.View.Role().AtLeast(need) {
		return false
	}
	if len(rule.Rooms) == 0 {
		return true
	}
	return slices.Contains(rule.Rooms, room.Kind)
}

// canRelease reports whether the seat has another room to bring the entry's words into.
func canRelease(p *ui.Page, t *telling) bool {
	if releaseTypes[t.e.Kind] == "" || t.e.Act == nil {
		return false
	}
	for _, s := range p.W().Rooms() {
		if s.Room.ID != t.e.Room && May(p, &s.Room, "release.make") {
			return true
		}
	}
	return false
}

// ReleaseURL is where a release of an entry begins: in its own room, where the room that it goes to is chosen.
func ReleaseURL(p *ui.Page, e *talks.Entry) templ.SafeURL {
	q := url.Values{"compose": {"release"}, "release": {fmt.Sprintf("%s:%d", e.Room, e.Index)}}
	return p.URLQ(q, "rooms", string(e.Room)) + "#compose"
}

// Released finds the entry that a release is to copy, from the form room:index, and what a release of it begins with: its title,
// its words and what they are. The words are a copy; nothing in them names the room or the entry they come from. ok is false
// where the viewer does not see such an entry, or it has no words.
func Released(p *ui.Page, from string) (e *talks.Entry, title, words, kind string, ok bool) {
	room, index, _ := strings.Cut(from, ":")
	n, err := strconv.ParseInt(index, 10, 64)
	if err != nil {
		return nil, "", "", "", false
	}
	e = p.W().Entry(talks.RoomID(room), n)
	if e == nil || e.Act == nil || releaseTypes[e.Kind] == "" {
		return nil, "", "", "", false
	}
	return e, shorten(Title(p, e), 150), Words(p.Loc, e), releaseTypes[e.Kind], true
}
