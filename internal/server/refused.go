package server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/room"
	"parley/web/ui"
)

// refused shows what is wrong with a form above the form as it was filled in: on the page where it stood, or where that has no such form any
// more, on the page of its room.
func (s *server) refused(w http.ResponseWriter, r *http.Request, p *ui.Page, id talks.RoomID, ps talks.Problems) error {
	p.Problems, p.Form = ps, r.PostForm
	show := func(p *ui.Page, _ ui.Query) (templ.Component, error) {
		path := p.Form.Get("page")
		if stood, values := pageAt(path); stood != nil {
			p.Path = path
			content, err := stood(p, values)
			if !errors.Is(err, ui.ErrNotFound) && p.Compose != nil {
				return content, err
			}
		}
		p.Path = "rooms/" + string(id)
		return room.Show(p, address{"room": string(id)})
	}
	return s.render(w, r, p, show, http.StatusUnprocessableEntity)
}

// address is what a path below a process says to a page. It says nothing after the question mark.
type address map[string]string

func (a address) Path(name string) string { return a[name] }
func (a address) Get(string) string       { return "" }

// pageAt finds the page of a path below a process, and what the path says to it; nil where there is none.
func pageAt(path string) (ui.Show, address) {
	parts := strings.Split(path, "/")
	for _, p := range pages {
		pattern := strings.Split(strings.TrimPrefix(p.path, "/"), "/")
		if path == "" || len(pattern) != len(parts) {
			continue
		}
		values := address{}
		for i, part := range pattern {
			if name, ok := strings.CutPrefix(part, "{"); ok {
				values[strings.TrimSuffix(name, "}")] = parts[i]
			} else if part != parts[i] {
				values = nil
				break
			}
		}
		if values != nil {
			return p.show, values
		}
	}
	return nil, nil
}

// notYet is a page that says so of what the viewer sees now and what was not there at the time that it asks for. Of what the viewer does not
// see now, it says what the page itself says.
func notYet(show ui.Show) ui.Show {
	return func(p *ui.Page, q ui.Query) (templ.Component, error) {
		content, err := show(p, q)
		if !errors.Is(err, ui.ErrNotFound) || !p.View.AsOf() {
			return content, err
		}
		if e, title := maker(p.Present, q); e != nil && e.Time.After(p.View.Now()) {
			p.Title, p.Sub, p.Compose = title, "", nil
			return ui.NotYet(p, e), nil
		}
		return nil, err
	}
}

// maker is the entry that made what an address names, and what that is called; nil for what the world does not have.
func maker(w *talks.World, q ui.Query) (*talks.Entry, string) {
	if d := w.Delegation(talks.Delegation(q.Path("delegation"))); d != nil {
		return d.By, d.Title
	}
	r := talks.Ref{Room: talks.RoomID(q.Path("room")), Name: q.Path("name")}
	if s := w.Room(r.Room); s != nil && r.Name == "" {
		return s.Entries[0], s.Room.Title
	}
	if by, title := w.Find(r); by != nil {
		return by, title
	}
	return nil, ""
}
