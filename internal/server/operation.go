package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"

	"parley/internal/ledger"
	"parley/internal/server/wire"
)

// apiRoot is where the API's addresses begin.
const apiRoot = "/api/v1"

// operation is a line of the API's table: what the document says of it, and how it answers.
type operation struct {
	huma.Operation
	register func(huma.API, huma.Operation) // how huma learns to answer it; nil for what answers by itself
	answer   func(*server) handler          // of what answers by itself: files and streams
}

// route is the operation's line in the table of routes.
func (o *operation) route() Route {
	answer := o.answer
	if answer == nil {
		answer = func(s *server) handler { return s.operate(o.OperationID) }
	}
	return Route{o.Method, o.Path, o.OperationID, answer}
}

// call is one request on its way through huma. What huma would write to the client is kept here until it is whole, and an error is kept as
// it is, so that it is answered in the one place where errors are.
type call struct {
	requested
	*caller
	s      *server
	w      http.ResponseWriter
	r      *http.Request
	again  bool // what was asked for was done before
	status int
	body   bytes.Buffer
	err    error
}

// requested is a request as huma reads it; by its own name an embedded one would hide its method Context.
type requested = huma.Context

// SetStatus keeps the status.
func (c *call) SetStatus(status int) { c.status = status }

// Status is the status that was set.
func (c *call) Status() int { return c.status }

// SetHeader sets a header of the answer.
func (c *call) SetHeader(name, value string) { c.w.Header().Set(name, value) }

// AppendHeader adds to a header of the answer.
func (c *call) AppendHeader(name, value string) { c.w.Header().Add(name, value) }

// BodyWriter keeps the body.
func (c *call) BodyWriter() io.Writer { return &c.body }

// Asked hands an operation the request that it answers. Every input has it.
type Asked struct{ call *call }

// Resolve is called by huma once the parameters are read.
func (a *Asked) Resolve(ctx huma.Context) []error {
	a.call, _ = ctx.(*call)
	return nil
}

func (a *Asked) asked() *call { return a.call }

// output is an answer as huma takes it.
type output[O any] struct {
	Status int
	Body   *O
}

// operate answers an operation of huma's. Who asks is settled before anything is said of what was sent.
func (s *server) operate(id string) handler {
	d := documented()
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := s.caller(r, r.PathValue("process"))
		if err != nil {
			return err
		}
		op := d.operations[id]
		if err := wellAsked(op, r); err != nil {
			return err
		}
		c := &call{requested: humago.NewContext(op, r, w), caller: who, s: s, w: w, r: r}
		d.handlers[id](c)
		if c.err != nil {
			return c.err
		}
		if c.status == http.StatusNoContent {
			w.WriteHeader(c.status)
			return nil
		}
		send(w, c.status, jsonType, c.body.Bytes())
		return nil
	}
}

// wellAsked refuses a parameter that stands twice, and a number that is not there, both of which huma passes over.
func wellAsked(op *huma.Operation, r *http.Request) error {
	q := r.URL.Query()
	var wrong []wire.Detail
	for _, p := range op.Parameters {
		if p.In != "query" || p.Schema.Type == huma.TypeArray {
			continue
		}
		switch vs := q[p.Name]; {
		case len(vs) > 1:
			wrong = append(wrong, wire.Detail{Code: "bad-parameter", Field: p.Name, Reason: "it stands there more than once", Remedy: "give it once"})
		case len(vs) == 1 && vs[0] == "" && p.Schema.Type != huma.TypeString:
			wrong = append(wrong, wire.Detail{Code: "bad-parameter", Field: p.Name, Reason: "it has no value", Remedy: "give a value, or leave it out"})
		}
	}
	if len(wrong) > 0 {
		return &mistakes{errBadParameter, wrong}
	}
	return nil
}

// mistakes are what is wrong with a request before it comes to the talks at all.
type mistakes struct {
	*fault
	list []wire.Detail
}

// Unwrap returns which answer it is.
func (m *mistakes) Unwrap() error { return m.fault }

// wrongParameter is one parameter that cannot be taken.
func wrongParameter(name, reason, remedy string) error {
	return &mistakes{errBadParameter, []wire.Detail{{Code: "bad-parameter", Field: name, Reason: reason, Remedy: remedy}}}
}

// How huma says that something is wrong: with nothing of its own, so that all errors of the host look alike.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return &wire.Problem{Status: status, Title: http.StatusText(status), Detail: msg}
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		if c, ok := ctx.(*call); ok && c.err == nil {
			c.err = refusal(status, errs)
		}
		return huma.NewError(status, msg)
	}
}

// refusal is the error of the house for one of huma's.
func refusal(status int, errs []error) error {
	if status == http.StatusInternalServerError && len(errs) == 1 {
		return errs[0] // the operation's own
	}
	out := &mistakes{fault: errBadParameter}
	for _, err := range errs {
		d := wire.Detail{Code: "bad-parameter", Reason: err.Error(), Remedy: "see the description of the address at /api"}
		if detail, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			where, field, _ := strings.Cut(detail.Location, ".")
			switch where {
			case "path":
				return errNotFound // no such thing can be
			case "query":
				if field == "at" {
					return errBadAt
				}
			case "body":
				d.Code, out.fault = "bad-value", errInvalid
				field = strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(field)
			}
			d.Field, d.Reason = field, detail.Message
		}
		out.list = append(out.list, d)
	}
	switch status {
	case http.StatusRequestEntityTooLarge:
		return errTooLarge
	case http.StatusUnsupportedMediaType:
		return errMediaType
	case http.StatusRequestTimeout:
		return errBadForm
	}
	if len(out.list) == 0 {
		return errBadForm
	}
	return out
}

// recorder is huma's way to a router. It keeps the handlers: the server's own table of routes calls them.
type recorder struct {
	handlers   map[string]func(huma.Context)
	operations map[string]*huma.Operation
}

// Handle keeps the handler of an operation.
func (r *recorder) Handle(op *huma.Operation, h func(huma.Context)) {
	r.handlers[op.OperationID], r.operations[op.OperationID] = h, op
}

// ServeHTTP is not asked: see [recorder].
func (*recorder) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
}

// document is the API as huma knows it.
type document struct {
	recorder
	openAPI *huma.OpenAPI
	json    []byte
}

var (
	documentOnce sync.Once
	theDocument  *document
)

// documented returns the API, which is made once: it depends on nobody.
func documented() *document {
	documentOnce.Do(func() { theDocument = newDocument() })
	return theDocument
}

// jsonFormat is the JSON of the house: strict when reading, and always the same when writing.
var jsonFormat = huma.Format{
	Marshal:   wire.Write,
	Unmarshal: func(b []byte, v any) error { return json.Unmarshal(b, v) },
}

// reads makes an operation that answers with a value.
func reads[I, O any](id, path, tag, summary, text string, f func(*call, *I) (*O, error)) operation {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tag}, Summary: summary, Description: text}
	op.Responses = problems(http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusServiceUnavailable)
	return operation{Operation: op, register: func(api huma.API, op huma.Operation) { register(api, op, f) }}
}

// writes makes an operation that changes something. It answers with a value, and 201 where something is there that was not.
func writes[I, O any](method, id, path, tag, summary, text string, status int, f func(*call, *I) (*O, error)) operation {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tag}, Summary: summary, Description: text, DefaultStatus: status}
	op.MaxBodyBytes, op.BodyReadTimeout = maxBody, readTime
	op.Responses = problems(http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusServiceUnavailable)
	return operation{Operation: op, register: func(api huma.API, op huma.Operation) { register(api, op, f) }}
}

func register[I, O any](api huma.API, op huma.Operation, f func(*call, *I) (*O, error)) {
	status := op.DefaultStatus
	huma.Register(api, op, func(_ context.Context, in *I) (*output[O], error) {
		c := any(in).(interface{ asked() *call }).asked()
		body, err := f(c, in)
		if err != nil {
			return nil, err
		}
		out := &output[O]{Status: status, Body: body}
		if c.again || out.Status == 0 {
			out.Status = http.StatusOK
		}
		return out, nil
	})
}

// problems are the answers of an operation that are problem details.
func problems(statuses ...int) map[string]*huma.Response {
	out := map[string]*huma.Response{}
	for _, status := range append(statuses, http.StatusMisdirectedRequest, http.StatusTooManyRequests, http.StatusInternalServerError) {
		out[statusText(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}},
		}
	}
	return out
}

// view is what the seat sees, now or as of ?at=.
func (c *call) view() (*ledger.View, error) {
	now, err := c.s.Ledger.View(c.r.Context(), c.Viewer)
	if err != nil {
		return nil, err
	}
	return c.s.viewAt(c.r, now, c.r.URL.Query())
}
