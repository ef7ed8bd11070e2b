package server

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

const jsonType = "application/json"

// The inputs of operations that write follow.
type (
	// askAppend has no body for huma: an act is stored and hashed as the bytes that came, so it is read as them, and strictly.
	askAppend struct {
		Asked
		InProcess
		InRoom
		Sent
	}
	askOpen struct {
		Asked
		InProcess
		Sent
	}
	// Sent is what goes along with an act.
	Sent struct {
		Key string `header:"Idempotency-Key" maxLength:"200" doc:"Makes it safe to send the same act again: it is answered as it was the first time. The same as the field key."`
	}
	askMark struct {
		Asked
		InProcess
		Body wire.Marks
	}
)

func (c *call) append(id talks.RoomID, header string) (*wire.Receipt, error) {
	// Whether there is such a room is settled before anything is said of what was sent.
	if err := c.s.Ledger.Reach(c.r.Context(), c.Viewer, id); err != nil {
		return nil, err
	}
	act, err := readAct(c.r)
	if err != nil {
		return nil, err
	}
	switch {
	case act.Key == "":
		act.Key = header
	case header != "" && header != act.Key:
		return nil, wrongParameter("Idempotency-Key", "it is not the key that stands in the body", "give one of them, or the same")
	}
	options, err := optionsOf(act)
	if err != nil {
		return nil, err
	}
	if id == "" && act.Kind != "room.open" {
		return nil, talks.Problems{talks.NewProblem("founding", "kind")}
	}
	receipt, err := c.s.append(c.r.Context(), c.Viewer, id, act.Kind, act.Body, options...)
	if err != nil {
		return nil, ofRequest(err)
	}
	c.again = receipt.Again
	return wire.ReceiptOf(receipt), nil
}

// ofRequest names the fields of a request as a client knows them: the kind of an act stands in the field kind.
func ofRequest(err error) error {
	var ps talks.Problems
	if !errors.As(err, &ps) || !slices.ContainsFunc(ps, func(p *talks.Problem) bool { return p.Field == "act" }) {
		return err
	}
	out := make(talks.Problems, len(ps))
	for i, p := range ps {
		q := *p
		if q.Field == "act" {
			q.Field = "kind"
		}
		out[i] = &q
	}
	return out
}

func appendAct(c *call, in *askAppend) (*wire.Receipt, error) { return c.append(in.Room, in.Key) }

// openRoom records the act that opens a room, which has no address before it.
func openRoom(c *call, in *askOpen) (*wire.Receipt, error) { return c.append("", in.Key) }

// mark remembers how far the seat has read. It never goes back, and never beyond what there is.
func mark(c *call, in *askMark) (*wire.Marks, error) {
	ms, err := c.s.Ledger.Marks(c.r.Context(), c.Viewer)
	if err != nil {
		return nil, err
	}
	further := map[talks.RoomID]int64{}
	for room, n := range in.Body.Seen {
		if n < 0 {
			return nil, &mistakes{errInvalid, []wire.Detail{{
				Code: "bad-value", Field: "seen/" + string(room), Reason: "it is less than nothing", Remedy: "write a whole number of entries",
			}}}
		}
		if n > ms[room] {
			further[room] = n
		}
	}
	if err := c.s.Ledger.Mark(c.r.Context(), c.Viewer, further); err != nil {
		return nil, err
	}
	return marks(c, nil)
}

// apiViewer returns the view that a request for a file asks for.
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
		return nil, &mistakes{errBadNumber, []wire.Detail{{Code: "bad-value", Field: "seen", Reason: "it is less than nothing", Remedy: "write a whole number of entries"}}}
	case a.Seen != nil && a.Expect:
		options = append(options, ledger.Expect(*a.Seen))
	case a.Seen != nil:
		options = append(options, ledger.Seen(*a.Seen))
	}
	return options, nil
}

func statusText(status int) string { return strconv.Itoa(status) }
