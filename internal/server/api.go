package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/go-json-experiment/json"

	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

const jsonType = "application/json"

// apiView answers with all that the seat sees, now or as of ?at=.
func (s *server) apiView(w http.ResponseWriter, r *http.Request) error {
	view, err := s.apiViewer(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := wire.WriteView(&b, view); err != nil {
		return err
	}
	send(w, http.StatusOK, jsonType, b.Bytes())
	return nil
}

// apiViewer returns the view that a request of the API asks for.
func (s *server) apiViewer(r *http.Request) (*ledger.View, error) {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return nil, err
	}
	view, err := s.Ledger.View(r.Context(), v)
	if err != nil {
		return nil, err
	}
	return s.viewAt(r, view, r.URL.Query())
}

// apiActs answers with a room's acts, from the index ?from= on.
func (s *server) apiActs(w http.ResponseWriter, r *http.Request) error {
	view, err := s.apiViewer(r)
	if err != nil {
		return err
	}
	st := view.World().Room(talks.RoomID(r.PathValue("room")))
	if st == nil {
		return errNotFound
	}
	var from int64
	if q := r.URL.Query(); q.Has("from") {
		if from, err = size(q.Get("from")); err != nil {
			return err
		}
	}
	out, err := wire.Room(view, st, from)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := wire.Write(&b, out); err != nil {
		return err
	}
	send(w, http.StatusOK, jsonType, b.Bytes())
	return nil
}

// apiAppend records an act, and answers with its receipt: 201 for a new one, 200 for one that its key shows to be there already.
// Without a room in the address it opens one.
func (s *server) apiAppend(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	// Whether there is such a room is settled before anything is said of what was sent.
	id := talks.RoomID(r.PathValue("room"))
	if err := s.Ledger.Reach(r.Context(), v, id); err != nil {
		return err
	}
	act, err := readAct(r)
	if err != nil {
		return err
	}
	options, err := optionsOf(act)
	if err != nil {
		return err
	}
	if id == "" && act.Kind != "room.open" {
		return talks.Problems{talks.NewProblem("founding", "kind")}
	}
	receipt, err := s.Ledger.Append(r.Context(), v, id, act.Kind, act.Body, options...)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := wire.Write(&b, wire.ReceiptOf(receipt)); err != nil {
		return err
	}
	status := http.StatusCreated
	if receipt.Again {
		status = http.StatusOK
	}
	send(w, status, jsonType, b.Bytes())
	return nil
}

// readAct reads the body strictly: one object, no unknown or duplicate names, nothing after it.
func readAct(r *http.Request) (*wire.Act, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != jsonType {
		return nil, errMediaType
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return nil, errTooLarge
		}
		return nil, errBadForm
	}
	var a wire.Act
	if err := json.Unmarshal(b, &a, json.RejectUnknownMembers(true)); err != nil {
		return nil, talks.Problems{talks.NewProblem("bad-value", "", err.Error())}
	}
	if len(a.Body) == 0 {
		return nil, talks.Problems{talks.NewProblem("missing", "body")}
	}
	return &a, nil
}

func optionsOf(a *wire.Act) ([]ledger.AppendOption, error) {
	var options []ledger.AppendOption
	if a.Key != "" {
		options = append(options, ledger.Key(a.Key))
	}
	switch {
	case a.Seen == nil && a.Expect:
		return nil, talks.Problems{talks.NewProblem("missing", "seen")}
	case a.Seen != nil && *a.Seen < 0:
		return nil, errBadNumber
	case a.Seen != nil && a.Expect:
		options = append(options, ledger.Expect(*a.Seen))
	case a.Seen != nil:
		options = append(options, ledger.Seen(*a.Seen))
	}
	return options, nil
}
