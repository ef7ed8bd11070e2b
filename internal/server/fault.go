package server

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/server/wire"
	"parley/internal/talks"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

// fault is an error with an answer of its own: a status and the id of its words in the catalogue.
type fault struct {
	status int
	id     string
}

func (f *fault) Error() string { return f.id }

// The faults that handlers return. Each has a title, a text and, for people, what to do.
var (
	errNotFound     = &fault{http.StatusNotFound, "not-found"}
	errNoAccounts   = &fault{http.StatusUnauthorized, "no-accounts"}
	errWho          = &fault{http.StatusUnauthorized, "who"}
	errNoSeat       = &fault{http.StatusForbidden, "no-seat"}
	errReadOnly     = &fault{http.StatusForbidden, "read-only"}
	errBadAt        = &fault{http.StatusBadRequest, "bad-at"}
	errBadNumber    = &fault{http.StatusBadRequest, "bad-number"}
	errBadParameter = &fault{http.StatusBadRequest, "bad-parameter"}
	errBadForm      = &fault{http.StatusBadRequest, "bad-form"}
	errMediaType    = &fault{http.StatusUnsupportedMediaType, "media-type"}
	errCrossOrigin  = &fault{http.StatusForbidden, "cross-origin"}
	errTooLarge     = &fault{http.StatusRequestEntityTooLarge, "too-large"}
	errBusy         = &fault{http.StatusServiceUnavailable, "busy"}
	errUnavailable  = &fault{http.StatusServiceUnavailable, "unavailable"}
	errStopped      = &fault{http.StatusServiceUnavailable, "stopped"}
	errForbidden    = &fault{http.StatusForbidden, "forbidden"}
	errInvalid      = &fault{http.StatusUnprocessableEntity, "invalid"}
	errConflict     = &fault{http.StatusConflict, "conflict"}
	errTaken        = &fault{http.StatusConflict, "taken"}
	errOtherSeat    = &fault{http.StatusConflict, "other-seat"}
	errElsewhere    = &fault{http.StatusMisdirectedRequest, "elsewhere"}
	errEncoded      = &fault{http.StatusUnsupportedMediaType, "encoded"}
	errMany         = &fault{http.StatusTooManyRequests, "many"}
	errManyStreams  = &fault{http.StatusTooManyRequests, "many-streams"}
	errFull         = &fault{http.StatusServiceUnavailable, "full"}
	errPanic        = &fault{http.StatusInternalServerError, "internal"}
)

// faultOf says which fault an error is.
func faultOf(err error) *fault {
	var f *fault
	var conflict *ledger.ConflictError
	var ps talks.Problems
	var big *http.MaxBytesError
	var limit *account.LimitError
	var ended *seatEnded
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, ledger.ErrNotFound), errors.Is(err, ui.ErrNotFound):
		return errNotFound
	case errors.As(err, &conflict):
		return errConflict
	case errors.As(err, &ps):
		return classes[worst(ps)]
	case errors.As(err, &big):
		return errTooLarge
	case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, account.ErrUnavailable):
		return errUnavailable
	case errors.Is(err, ledger.ErrStopped), errors.Is(err, ledger.ErrCorrupt), errors.Is(err, account.ErrStopped):
		return errStopped
	case errors.As(err, &limit):
		return errMany
	case errors.As(err, &ended):
		return errWho
	case errors.Is(err, account.ErrTaken), errors.Is(err, account.ErrMany):
		return errTaken
	case errors.Is(err, account.ErrNotFound), errors.Is(err, account.ErrOff):
		return errNotFound
	case errors.Is(err, account.ErrDenied), errors.Is(err, account.ErrStale):
		return errForbidden
	}
	return errPanic
}

// classes are the faults of what is wrong with an act. What an act names and its room does not have is a mistake in the act: the address
// of the request was right.
var classes = map[talks.Class]*fault{
	talks.Forbidden: errForbidden,
	talks.TooLarge:  errTooLarge,
	talks.Conflict:  errConflict,
	talks.NotFound:  errInvalid,
	talks.Invalid:   errInvalid,
}

// worst is the class of problems that decides on the answer: who may not write at all is told that first.
func worst(ps talks.Problems) talks.Class {
	for _, c := range []talks.Class{talks.Forbidden, talks.TooLarge, talks.Invalid, talks.NotFound, talks.Conflict} {
		for _, p := range ps {
			if p.Class == c {
				return c
			}
		}
	}
	return talks.Invalid
}

// fail answers an error: a page for people, problem details (RFC 9457) for programs. It is the only place that does.
func (s *server) fail(w *watched, r *http.Request, route string, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is there to be told
	}
	f := faultOf(err)
	if f.status >= http.StatusInternalServerError && f != errPanic || f == errPanic && !errors.Is(err, errPanic) {
		s.Log.Error("fault", "route", route, "status", f.status, "error", err)
	}
	if w.status != 0 {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	h := w.Header()
	h.Del("Content-Disposition")
	if ended, ok := errors.AsType[*seatEnded](err); ok {
		if err := s.unseat(w, r, ended.visitor); err != nil {
			s.Log.Error("fault", "route", route, "error", err)
		} else if s.wayIn(r, errNoSeat) != "" {
			seeOther(w, "/seats?ended=")
			return
		}
	}
	if to := s.wayIn(r, f); to != "" {
		seeOther(w, to)
		return
	}
	if f.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="parley"`)
	}
	if f.status == http.StatusServiceUnavailable || f.status == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "10")
	}
	l := message.Negotiate(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language"))
	if strings.HasPrefix(r.URL.Path, "/api/") {
		send(w, f.status, "application/problem+json", problemJSON(l, f, err))
		return
	}
	var b bytes.Buffer
	if err := faultPage(l, f, problemsIn(err)).Render(context.WithoutCancel(r.Context()), &b); err != nil {
		s.Log.Error("fault", "route", route, "error", err)
	}
	send(w, f.status, "text/html; charset=utf-8", b.Bytes())
}

func problemsIn(err error) talks.Problems {
	var ps talks.Problems
	errors.As(err, &ps)
	return ps
}

// problemJSON is an error as problem details.
func problemJSON(l *message.Locale, f *fault, err error) []byte {
	d := wire.Problem{
		Type: "/api#problem-" + f.id, Title: l.T("server.title." + f.id), Status: f.status, Detail: l.T("server.text." + f.id), Remedy: l.T("server.remedy." + f.id),
	}
	for _, p := range problemsIn(err) {
		d.Problems = append(d.Problems, wire.Detail{Code: p.Code, Field: p.Field, Reason: p.Reason(), Remedy: p.Remedy()})
	}
	if wrong, ok := errors.AsType[*mistakes](err); ok {
		d.Problems = append(d.Problems, wrong.list...)
	}
	if conflict, ok := errors.AsType[*ledger.ConflictError](err); ok {
		d.Detail = conflict.Error()
		if !conflict.Key {
			d.Size = &conflict.Size
			d.Since, _ = wire.Entries(conflict.Since) // an act that was read can be written
		}
	}
	b, err := json.Marshal(&d)
	if err != nil {
		return []byte(`{"type":"about:blank","status":500}`)
	}
	return append(b, '\n')
}

// send writes a whole answer. Its length is known, so that HEAD says the same as GET.
func send(w http.ResponseWriter, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away has nobody to report to
}
