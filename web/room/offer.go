package room

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/ui"
)

// Offer is a form on the page of what it is about.
type Offer struct {
	Form   string         // its id
	Rooms  []talks.RoomID // where it can be written; those in which the seat may not are passed over
	Fields url.Values     // what stands in it, but for what is typed
}

// Offers is the box with the forms of a page that is no room's own, one open at a time; nil where the seat can write none of them, or the past
// is shown. ?compose= names the form, and ?in= the room where there is a choice.
func Offers(p *ui.Page, title string, offers ...Offer) templ.Component {
	if p.View.AsOf() {
		return nil
	}
	c := &compose{p: p, title: title, from: p.Query}
	if len(p.Problems) > 0 {
		c.from, c.refused = p.Form, true
	}
	for _, o := range offers {
		f := find(o.Form)
		if f == nil {
			panic("room: no form " + o.Form)
		}
		rooms := writable(p, f, o.Rooms)
		if len(rooms) == 0 {
			continue
		}
		c.forms = append(c.forms, f)
		if c.from.Get("compose") == f.id && c.current == nil {
			c.current, c.chosen, c.rooms = f, true, rooms
			if !c.refused {
				c.from = o.Fields
			}
		}
	}
	if len(c.forms) == 0 {
		return nil
	}
	if c.current != nil {
		in := p.Query.Get("in")
		if c.refused {
			in = c.from.Get("in")
		}
		for _, s := range c.rooms {
			if len(c.rooms) == 1 || string(s.Room.ID) == in {
				c.target = s
			}
		}
	}
	return box(c)
}

// writable are those of some rooms in which the seat may write a form's act.
func writable(p *ui.Page, f *form, rooms []talks.RoomID) []*talks.State {
	var out []*talks.State
	for _, id := range rooms {
		if s := p.W().Room(id); s != nil && act.May(p, &s.Room, f.kind) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Final is a form of which a part was decided on before, and is only sent along.
type Final struct {
	Form   string
	Room   talks.RoomID
	Hidden url.Values      // what was decided on
	Will   templ.Component // who will see it; nil for those who read the room now
}

// Last makes the last step of a change: what is left to write, and the button that records it. It is nil where the seat may not.
func Last(p *ui.Page, v Final) templ.Component {
	f := find(v.Form)
	s := p.W().Room(v.Room)
	if p.View.AsOf() || s == nil || !act.May(p, &s.Room, f.kind) {
		return nil
	}
	c := &compose{p: p, target: s, current: f, chosen: true, from: url.Values{}, hidden: v.Hidden, will: v.Will}
	if len(p.Problems) > 0 {
		c.from, c.refused = p.Form, true
	}
	return theForm(c)
}

// MayWrite reports whether the seat may write the act of a form in a room, by the table of rules alone.
func MayWrite(p *ui.Page, form string, room *talks.Room) bool {
	f := find(form)
	return f != nil && act.May(p, room, f.kind)
}

// Kinds lists the kinds of acts that there are forms for.
func Kinds() []talks.Kind {
	var out []talks.Kind
	for _, list := range everyForm() {
		for _, f := range list {
			out = append(out, f.kind)
		}
	}
	return out
}
