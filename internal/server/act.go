package server

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/room"
	"parley/web/ui"
)

// parseForm reads the fields of a posted form, and nothing of the address.
func parseForm(r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return errMediaType
	}
	if err := r.ParseForm(); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return errTooLarge
		}
		return errBadForm
	}
	return nil
}

// postAct records what a form says. What is wrong with it is said on the room's page, above the form as it was filled in.
func (s *server) postAct(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	id := talks.RoomID(r.PathValue("room"))
	if p.W().Room(id) == nil {
		return errNotFound
	}
	receipt, err := s.record(r, p, id)
	var ps talks.Problems
	if !errors.As(err, &ps) {
		if err != nil {
			return err
		}
		if r.PostForm.Get("compose") == "leave" { // the room is not shown any more
			seeOther(w, string(p.URL()))
			return nil
		}
		seeOther(w, string(p.EntryURL(receipt.Room, receipt.Index)))
		return nil
	}
	return s.refused(w, r, p, id, ps)
}

// record appends the act of a form. The form's key makes it safe to send twice, and its seen is what the author had before it.
func (s *server) record(r *http.Request, p *ui.Page, id talks.RoomID) (*ledger.Receipt, error) {
	key := r.PostForm.Get("key")
	kind, payload, err := room.Compose(r.PostForm, p, id)
	if err != nil {
		return nil, err
	}
	var options []ledger.AppendOption
	if key != "" {
		options = append(options, ledger.Key(key))
	}
	if seen := r.PostForm.Get("seen"); seen != "" && kind != "room.open" { // nobody has seen anything of a room that is not there yet
		n, err := size(seen)
		if err != nil {
			return nil, err
		}
		// A form that says more than there is was not written by this server's page; what there is, is what can have been seen.
		options = append(options, ledger.Seen(min(n, p.W().Room(id).Size())))
	}
	if kind == "room.open" {
		id = ""
	}
	receipt, err := s.append(r.Context(), p.View.Viewer(), id, kind, payload, options...)
	var conflict *ledger.ConflictError
	if errors.As(err, &conflict) && conflict.Key {
		if again := s.sentAgain(r, p, id, key, kind, payload); again != nil {
			return again, nil
		}
	}
	return receipt, err
}

// sentAgain returns the receipt of a form that is sent a second time: composed anew it differs from the first in the name that was made
// for it, for its own is taken, and in nothing else. It is nil for a form that says something else.
func (s *server) sentAgain(r *http.Request, p *ui.Page, id talks.RoomID, key string, kind talks.Kind, payload []byte) *ledger.Receipt {
	receipt, err := s.Ledger.Answered(r.Context(), p.View.Viewer(), id, key)
	if err != nil {
		return nil
	}
	was := p.W().Entry(id, receipt.Index)
	act, err := talks.Decode(kind, payload)
	if was == nil || was.Act == nil || was.Kind != kind || err != nil {
		return nil
	}
	now := talks.NewEntry(id, receipt.Index, was.Time, was.Seat, kind, act)
	if !bytes.Equal(nameless(was.Act), nameless(now.Act)) {
		return nil
	}
	return receipt
}

// nameless is an act as JSON without the name that it gives.
func nameless(a talks.Act) []byte {
	b, err := talks.Encode(a)
	if err != nil {
		return nil
	}
	fields := map[string]jsontext.Value{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil
	}
	delete(fields, "name")
	out, err := json.Marshal(fields, json.Deterministic(true))
	if err != nil {
		return nil
	}
	return out
}

// size reads a number of entries.
func size(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, errBadNumber
	}
	return n, nil
}

// postSeen marks rooms as read, as far as the page showed them that the form stood on: what came since is new still.
func (s *server) postSeen(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return err
	}
	marks, err := s.Ledger.Marks(r.Context(), v)
	if err != nil {
		return err
	}
	further, err := shown(view.World(), marks, r.PostForm)
	if err != nil {
		return err
	}
	if err := s.Ledger.Mark(r.Context(), v, further); err != nil {
		return err
	}
	seeOther(w, pageURL(view.Process(), back(view, r.PostForm.Get("back"))))
	return nil
}

// shown reads from a form how many entries of each room a page showed, for those rooms where that is more than was marked before, and no
// more than there are. A room that the view does not have is passed over, as is one that is nowhere.
func shown(w *talks.World, marks map[talks.RoomID]int64, form url.Values) (map[talks.RoomID]int64, error) {
	further := map[talks.RoomID]int64{}
	for _, st := range w.Rooms() {
		id := st.Room.ID
		if !form.Has(string(id)) {
			continue
		}
		n, err := size(form.Get(string(id)))
		if err != nil {
			return nil, err
		}
		if n = min(n, st.Size()); n > marks[id] {
			further[id] = n
		}
	}
	return further, nil
}

// toRoom sends a browser that asks for the address of a form to the form's page.
func (s *server) toRoom(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return err
	}
	id := talks.RoomID(r.PathValue("room"))
	if view.World().Room(id) == nil {
		return errNotFound
	}
	seeOther(w, pageURL(v.Process, "rooms/"+string(id)))
	return nil
}
