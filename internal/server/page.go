package server

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

// show answers with a page made of the viewer's view.
func (s *server) show(show ui.Show) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := s.caller(r, r.PathValue("process"))
		if err != nil {
			return err
		}
		q := r.URL.Query()
		if q.Has("stop") {
			return s.stop(w, r, c.Viewer, q)
		}
		p, err := s.newPage(r, c.Viewer, q)
		if err != nil {
			return err
		}
		p.Who = c.who
		return s.render(w, r, p, notYet(show), http.StatusOK)
	}
}

// render writes a page whole, so that an error on the way is still answered as one.
func (s *server) render(w http.ResponseWriter, r *http.Request, p *ui.Page, show ui.Show, status int) error {
	content, err := show(p, query{r})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := ui.Layout(p, content).Render(r.Context(), &b); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	send(w, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// newPage gathers what a page is made of.
func (s *server) newPage(r *http.Request, v ledger.Viewer, q url.Values) (*ui.Page, error) {
	now, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return nil, err
	}
	view, err := s.viewAt(r, now, q)
	if err != nil {
		return nil, err
	}
	marks, err := s.Ledger.Marks(r.Context(), v)
	if err != nil {
		return nil, err
	}
	path, _ := strings.CutPrefix(r.URL.Path, "/p/"+v.Process)
	p := &ui.Page{
		View: view, Present: now.World(), Loc: locale(r, q), Path: strings.TrimPrefix(path, "/"), Query: q,
		Marks: marks, Key: s.NewKey(now), Stops: ui.Stops(now.World()), Cursor: stateOf(now).cursor,
		HostKey: s.Ledger.HostKey().String(),
		Prove: func(room talks.RoomID, index int64) (*ledger.Proof, error) {
			return s.Ledger.Prove(r.Context(), v, room, index)
		},
		Checkpoint: func(room talks.RoomID) ([]byte, error) { return s.Ledger.Checkpoint(r.Context(), v, room) },
	}
	if s.Demo != nil {
		p.Seats = seatsOffered(now)
	}
	return p, nil
}

// seatsOffered are the seats that a visitor of a demo can change to: the heads that the lobby names, and those of the own delegation. Who
// else has a seat is known in other caucuses only, and an address has its part in what a page tells.
func seatsOffered(v *ledger.View) []talks.Seat {
	seats := []talks.Seat{v.Seat()}
	w := v.World()
	for _, d := range w.Delegations() {
		seats = append(seats, d.Head)
	}
	if caucus := w.CaucusOf(v.Delegation()); caucus != nil {
		for st := range caucus.Seats.All() {
			if st.Revoked == nil {
				seats = append(seats, st.Seat)
			}
		}
	}
	slices.Sort(seats)
	return slices.Compact(seats)
}

// viewAt returns the view that the address asks for: of the present, or of the time that ?at= says.
func (s *server) viewAt(r *http.Request, now *ledger.View, q url.Values) (*ledger.View, error) {
	at, err := parseAt(q)
	if err != nil || at.IsZero() {
		return now, err
	}
	return s.Ledger.ViewAt(r.Context(), now.Viewer(), at)
}

// parseAt reads ?at=, strictly: one time of RFC 3339. It is the zero time where there is none.
func parseAt(q url.Values) (time.Time, error) {
	if !q.Has("at") {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, q.Get("at"))
	if err != nil || len(q["at"]) != 1 || t.Year() < 1000 {
		return time.Time{}, errBadAt
	}
	return t.UTC(), nil
}

// stop answers the date slider of a browser without scripts, which knows a stop by its place: with the address that names the time.
func (s *server) stop(w http.ResponseWriter, r *http.Request, v ledger.Viewer, q url.Values) error {
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(q.Get("stop"))
	if err != nil || n < 0 {
		return errBadNumber
	}
	q = cloneValues(q)
	q.Del("stop")
	q.Del("at")
	if stops := ui.Stops(view.World()); n < len(stops) {
		q.Set("at", ui.FormatAt(stops[n]))
	}
	u := url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: q.Encode()}
	seeOther(w, u.String())
	return nil
}

func cloneValues(q url.Values) url.Values {
	out := url.Values{}
	for k, v := range q {
		out[k] = slices.Clone(v)
	}
	return out
}

// query is what a page reads of the address.
type query struct{ r *http.Request }

func (q query) Path(name string) string { return q.r.PathValue(name) }
func (q query) Get(name string) string  { return q.r.URL.Query().Get(name) }

func locale(r *http.Request, q url.Values) *message.Locale {
	return message.Negotiate(q.Get("lang"), r.Header.Get("Accept-Language"))
}

// pageURL is the address of a path below a process.
func pageURL(process, path string) string {
	u := url.URL{Path: "/p/" + process}
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && part != "." && part != ".." {
			u.Path += "/" + part
		}
	}
	return u.EscapedPath()
}

// seeOther sends a browser on after a post (RFC 9110, section 15.4.4). It has no body: nothing in it could differ.
func seeOther(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusSeeOther)
}

// first answers with the first page: of the demo, of the viewer's process, or with why there is none yet.
func (s *server) first(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, "")
	if err == errNoAccounts { //nolint:errorlint // the fault itself, which nobody wraps
		var b bytes.Buffer
		if err := noAccounts(locale(r, r.URL.Query())).Render(r.Context(), &b); err != nil {
			return err
		}
		send(w, http.StatusOK, "text/html; charset=utf-8", b.Bytes())
		return nil
	}
	if errors.Is(err, errNoSeat) {
		return s.firstUnseated(w, r)
	}
	if err != nil {
		return err
	}
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return err
	}
	seeOther(w, pageURL(view.Process(), ""))
	return nil
}
