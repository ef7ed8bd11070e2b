// Package relation shows how two parties stand to each other, by whose word, since when, and what drove it there.
package relation

import (
	_ "embed"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/room"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

//go:embed relation.css
var css []byte

var _ = message.Register(enJSON)

func init() { asset.Register("relation", css) }

// List shows where each relation stands, from hostile to allied, by the word of each who says so.
func List(p *ui.Page, _ ui.Query) (templ.Component, error) {
	p.Nav = "relations"
	p.Title, p.Sub = p.Loc.T("relation.title"), p.Loc.T("relation.sub")
	var rooms []talks.RoomID
	for _, s := range p.W().Rooms() {
		rooms = append(rooms, s.Room.ID)
	}
	p.Compose = room.Offers(p, p.Loc.T("relation.assess"), room.Offer{Form: "relation", Rooms: rooms})
	var all []course
	for _, r := range p.W().Relations() {
		all = append(all, newCourse(p.W(), r))
	}
	return list(p, all), nil
}

// Show shows one relation over time, with what drove each change.
func Show(p *ui.Page, q ui.Query) (templ.Component, error) {
	r := p.W().Relation(talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")})
	if r == nil {
		return nil, ui.ErrNotFound
	}
	p.Nav = "relations"
	p.Title = Title(p, r)
	fields := url.Values{}
	for i, b := range r.Between {
		fields.Set("between/"+strconv.Itoa(i), b.String())
	}
	p.Compose = room.Offers(p, p.Loc.T("relation.again"), room.Offer{Form: "relation", Rooms: []talks.RoomID{r.Ref.Room}, Fields: fields})
	c := newCourse(p.W(), r)
	var ds []drawing
	for _, f := range frames {
		ds = append(ds, draw(p, f, &c))
	}
	return show(p, &c, ds), nil
}

// Title is the two parties by name.
func Title(p *ui.Page, r *talks.Relation) string {
	if len(r.Between) != 2 {
		return r.Ref.Name
	}
	return p.Loc.T("relation.between", "one", p.ObjectTitle(r.Between[0]), "other", p.ObjectTitle(r.Between[1]))
}

// word is what one delegation said of the relation at a time.
type word struct {
	talks.Fact[talks.RelationAssess]
	N    int       // its place in the course, from 1
	By   talks.Ref // the party whose delegation says it; zero where that is not designated
	Tone int       // its place from the worst; -1 for a tone that there is none of
	At   time.Time // the beginning of what its date can mean
}

// course is a relation with what was said of it, in the order of the time that it speaks of.
type course struct {
	*talks.Relation
	Words []word
	By    []talks.Ref // who speaks of it, in the order of their first word
}

func newCourse(w *talks.World, r *talks.Relation) course {
	c := course{Relation: r}
	for _, f := range r.Assessments {
		x := word{Fact: f, By: w.PartyOf(f.Seat.Delegation()), Tone: slices.Index(talks.Tones, f.Said.Tone), At: f.Time.UTC()}
		if f.Said.When.Valid() {
			x.At = f.Said.When.Start()
		}
		c.Words = append(c.Words, x)
	}
	slices.SortStableFunc(c.Words, func(a, b word) int { return a.At.Compare(b.At) })
	for i := range c.Words {
		c.Words[i].N = i + 1
		if by := c.Words[i].By; !slices.Contains(c.By, by) {
			c.By = append(c.By, by)
		}
	}
	return c
}

// of are the words of one party, in order.
func (c *course) of(by talks.Ref) []word {
	return slices.DeleteFunc(slices.Clone(c.Words), func(x word) bool { return x.By != by })
}

// last is each party's last word, in the order of their first.
func (c *course) last() []word {
	var out []word
	for _, by := range c.By {
		ws := c.of(by)
		out = append(out, ws[len(ws)-1])
	}
	return out
}

// when is the date that a word speaks of, as exactly as it is known.
func (x *word) when() talks.Date {
	if x.Said.When != "" {
		return x.Said.When
	}
	return talks.Date(x.Time.UTC().Format(time.RFC3339))
}

// until is the end of what its date can mean.
func (x *word) until() time.Time {
	if x.Said.When.Valid() {
		return x.Said.When.End()
	}
	return x.At
}

// compose asks a page for its form.
var compose = url.Values{"compose": {"relation"}}

// change is from what tone the same party's word before was: empty for its first, or where it stayed.
func (c *course) change(x word) talks.Tone {
	ws := c.of(x.By)
	i := slices.IndexFunc(ws, func(y word) bool { return y.N == x.N })
	if i < 1 || ws[i-1].Said.Tone == x.Said.Tone {
		return ""
	}
	return ws[i-1].Said.Tone
}

// toneWord and trendWord say a value; one that is in no catalogue is said as it is.
func toneWord(p *ui.Page, t talks.Tone) string {
	if !slices.Contains(talks.Tones, t) {
		return string(t)
	}
	return p.Loc.T("act.tone." + string(t))
}

func trendWord(p *ui.Page, t talks.Trend) string {
	if !slices.Contains(talks.Trends, t) {
		return string(t)
	}
	return p.Loc.T("act.trend." + string(t))
}
