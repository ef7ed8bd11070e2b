// Package table is the first page of a process: the table, drawn with the parties round it and the rooms that join them, and beside it
// what is new, what was met and what is open.
//
// The drawing is made of the view and of nothing else. It has no place kept free for what the view does not have.
package table

import (
	"cmp"
	_ "embed"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/table/plot"
	"parley/web/ui"
)

//go:embed table.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("table", css) }

// The most that the lists beside the drawing show; each says where the rest is.
const (
	mostNew       = 12
	mostMeetings  = 3
	mostProposals = 4
	mostRed       = 6
)

// Show is the page.
func Show(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Title, p.Sub, p.Nav = p.Loc.T("table.title"), p.Loc.T("table.sub"), "table"
	return page(p, prepare(p)), nil
}

// content is all that the template shows.
type content struct {
	drawings []drawing
	company  company
	rooms    []roomLine
	news     []news
	more     int  // new acts that are not shown
	begins   bool // the viewer convenes, and nobody is at the table yet
	unseen   bool // there is something to mark as seen
	meetings
	proposals []tabled
	proposed  int // all open proposals
	red       []redLine
	redMore   int
	others    []talks.Delegation // whose view the viewer can ask about
}

func prepare(p *ui.Page) content {
	w := p.W()
	c := content{company: gather(w, func(q *talks.Party) string { return note(p, q) })}
	for _, f := range frames {
		c.drawings = append(c.drawings, lay(f, c.company))
	}
	c.begins = p.Convenes() && len(c.company.guests) == 0
	c.rooms = roomLines(p)
	c.news, c.more = newActs(p)
	c.unseen = slices.ContainsFunc(c.rooms, func(l roomLine) bool { return l.fresh > 0 })
	c.meetings = meet(w.Meetings(), p)
	c.proposals, c.proposed = open(w, p.View.Now())
	c.red, c.redMore = redLines(w)
	for _, d := range w.Delegations() {
		if d.Code != p.View.Delegation() {
			c.others = append(c.others, d.Code)
		}
	}
	return c
}

// note is the line under a party's name: its part, where it is not that of a principal.
func note(p *ui.Page, q *talks.Party) string {
	if q.Role == "principal" {
		return ""
	}
	return p.PartyRoleWord(q.Role)
}

// roomLine is a room in the list that says the same as the drawing.
type roomLine struct {
	*talks.State
	fresh int
}

func roomLines(p *ui.Page) []roomLine {
	var out []roomLine
	for _, s := range p.W().Rooms() {
		out = append(out, roomLine{s, p.New(s)})
	}
	return out
}

// news is what is new in a room, the latest first.
type news struct {
	room    *talks.State
	entries []*talks.Entry
	fresh   int // how many there are, shown or not
}

// newActs gives the latest acts that are new to the seat, by room, the room with the latest first; and how many more there are.
func newActs(p *ui.Page) (out []news, more int) {
	left := 0
	for _, s := range p.W().Rooms() {
		left += p.New(s)
	}
	more = max(0, left-mostNew)
	left = min(left, mostNew)
	for e := range p.W().Entries() {
		if left == 0 {
			break
		}
		s := p.W().Room(e.Room)
		if !p.IsNew(e) {
			continue
		}
		i := slices.IndexFunc(out, func(n news) bool { return n.room == s })
		if i < 0 {
			i = len(out)
			out = append(out, news{room: s, fresh: p.New(s)})
		}
		out[i].entries = append(out[i].entries, e)
		left--
	}
	return out, more
}

// meetings are the next ones and the last ones.
type meetings struct{ next, last []*talks.Meeting }

func meet(all []*talks.Meeting, p *ui.Page) meetings {
	var m meetings
	for _, x := range all {
		switch {
		case x.Cancelled != nil:
		case x.Upcoming(p.View.Now()):
			m.next = append(m.next, x)
		default:
			m.last = append(m.last, x)
		}
	}
	// What is announced or agreed stands before what is only proposed or hoped for; within that, by date.
	slices.SortStableFunc(m.next, func(a, b *talks.Meeting) int {
		return cmp.Compare(slices.Index(talks.Standings, b.Standing), slices.Index(talks.Standings, a.Standing))
	})
	slices.Reverse(m.last)
	m.next, m.last = m.next[:min(len(m.next), mostMeetings)], m.last[:min(len(m.last), mostMeetings)]
	return m
}

// tabled is an open proposal with who has answered and who has not.
type tabled struct {
	*talks.Proposal
	answers []talks.Fact[talks.ProposalRespond]
	waiting []talks.Delegation
}

// open gives the latest open proposals, and how many there are.
func open(w *talks.World, now time.Time) (out []tabled, all int) {
	ps := w.Proposals()
	slices.Reverse(ps)
	for _, q := range ps {
		if !q.Open(now) {
			continue
		}
		t := tabled{Proposal: q, answers: q.Answers()}
		for _, d := range members(w, q.Ref.Room) {
			answered := func(f talks.Fact[talks.ProposalRespond]) bool { return f.Seat.Delegation() == d }
			if d != q.By.Seat.Delegation() && !slices.ContainsFunc(t.answers, answered) {
				t.waiting = append(t.waiting, d)
			}
		}
		if len(t.waiting) == 0 && !slices.ContainsFunc(t.answers, pending) {
			continue // everybody has accepted
		}
		if all++; len(out) < mostProposals {
			out = append(out, t)
		}
	}
	return out, all
}

// pending reports whether an answer leaves a proposal open.
func pending(f talks.Fact[talks.ProposalRespond]) bool {
	return f.Said.Answer != "accept" && f.Said.Answer != "accept-ad-referendum"
}

func members(w *talks.World, room talks.RoomID) []talks.Delegation {
	if s := w.Room(room); s != nil {
		return s.Room.Members
	}
	return nil
}

// redLine is where a party says, or is said, not to give way.
type redLine struct {
	issue *talks.Issue
	party *talks.Party
	talks.Fact[talks.PositionRecord]
}

// redLines gives the red lines that stand on open issues; a party's own word goes before what others say of it.
func redLines(w *talks.World) (out []redLine, more int) {
	parties := w.Parties()
	for _, i := range w.Issues() {
		if i.Closed != nil {
			continue
		}
		for _, q := range parties {
			declared, attributed := w.Position(talks.Cell{Issue: i.Ref, Party: q.Ref})
			f := declared
			if f == nil {
				f = attributed
			}
			if f == nil || f.Said.Firmness != "red-line" {
				continue
			}
			if len(out) == mostRed {
				more++
				continue
			}
			out = append(out, redLine{i, q, *f})
		}
	}
	return out, more
}

// stance says what a position is, in the issue's own words.
func (r redLine) stance(p *ui.Page) string {
	if o, ok := r.issue.Option(r.Said.Option); ok {
		return o.Title
	}
	return r.Said.Text
}

// positionsOf is the address of an issue's row of the positions.
func positionsOf(p *ui.Page, i *talks.Issue) templ.SafeURL {
	return p.URL("positions", string(i.Ref.Room), i.Ref.Name)
}

func without(p *ui.Page, d talks.Delegation) templ.SafeURL {
	return p.URLQ(url.Values{"without": {string(d)}}, "access")
}

// The attributes of SVG.

func n(f float64) string { return plot.N(f) }

func (d *drawing) viewBox() string { return "0 0 " + n(d.width) + " " + n(d.H) }

func (d *drawing) id(part string) string { return "table-" + d.name + "-" + part }

func (d *drawing) fade(i int) string { return d.id("fade" + strconv.Itoa(i)) }

// outline is where a party's shape stands and how large it is drawn: the shapes of ui are 10 around the origin.
func (g seated) outline() string {
	return "translate(" + n(g.X) + " " + n(g.Y) + ") scale(" + strconv.FormatFloat(g.R/10, 'f', 2, 64) + ")"
}

// codeY is the base of the letters in a party's shape, which sit lower where it has a roof.
func (g seated) codeY(size float64) float64 {
	y := g.Y + size*0.36
	switch g.index % 5 {
	case 1:
		y += g.R * 0.12
	case 3:
		y += g.R * 0.2
	}
	return y
}

// codeSize shrinks a long code to its shape's width.
func (g seated) codeSize(size float64) float64 {
	room := g.R * 1.5
	if g.index%5 == 3 {
		room = g.R * 1.15
	}
	return max(min(size, size*room/max(plot.Width(g.code, size), 1)), 11*g.R/27)
}

func (g guest) ids() string {
	s := make([]string, len(g.rooms))
	for i, r := range g.rooms {
		s[i] = string(r)
	}
	return strings.Join(s, " ")
}

// badge is the number by which a drawing names a room whose name had no place in it, with the class that shows it beside that drawing only;
// "" where the room has its name in every drawing.
func (c *content) badge(id talks.RoomID) (number, class string) {
	classes := []string{"tb-no"}
	for _, d := range c.drawings {
		for _, s := range d.Shapes {
			if s.id == id && s.Badge > 0 {
				number = strconv.Itoa(s.Badge)
				classes = append(classes, "tb-no-"+d.name)
			}
		}
	}
	return number, strings.Join(classes, " ")
}

// attending are the parties at a meeting, each once; who was absent is left out.
func attending(m *talks.Meeting) []talks.Ref {
	var out []talks.Ref
	for _, a := range m.Attendees() {
		if a.Presence != "absent" && a.Presence != "excused" && !slices.Contains(out, a.Party) {
			out = append(out, a.Party)
		}
	}
	return out
}
