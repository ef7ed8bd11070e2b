// Package server answers over HTTP: pages for people, an API for programs, live events for both.
//
// Every answer that depends on who asks is made of a view, and the gate makes views for a viewer whom a session or a token of
// [Config.Accounts] vouches for. Handlers return errors; fail turns them into answers, in one place. What a viewer may not see and what does not exist are one
// answer, byte for byte.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/internal/talks"
	"parley/internal/telemetry"
	"parley/web/asset"
)

// Config is what a server needs.
type Config struct {
	Ledger *ledger.Ledger
	// Authenticate says who asks, where there are no accounts: where one seat alone is served, and in tests of pages.
	Authenticate func(*http.Request) (ledger.Viewer, bool)
	// Accounts say who may log in and which seats they hold; nil in a demo.
	Accounts *account.Store
	// Demo lets anybody take any of its seats. It is for demonstrations alone.
	Demo *Demo
	// Export writes a process file of what a view shows; nil where there is none.
	Export func(ctx context.Context, v *ledger.View, w io.Writer) error
	// Log gets one line a request, with the name of its route and never its path, and the faults of the server.
	Log *slog.Logger
	// Now is the clock that requests are timed with.
	Now func() time.Time
	// NewKey makes the idempotency key for the forms of a page; crypto/rand's text where it is left out. What it makes may
	// depend on what the page shows and on nothing else.
	NewKey func(v *ledger.View) string
	// Limits bound what is under way.
	Limits Limits
	// Origin is where browsers find the server, as in https://talks.example. What asks for another host is refused. Empty takes any.
	Origin string
	// Local: where there is no origin, only what asks for this machine itself is answered (localhost and its addresses).
	Local bool
	// Proxies are those whose word is taken on who a client is, and on whether it speaks TLS.
	Proxies []netip.Prefix
	// Ready says what keeps the server from being of use, beside the record; nil where nothing can.
	Ready func(context.Context) error
	// Meter counts, and Tracer tells of, each request. Nil for neither.
	Meter  *telemetry.Meter
	Tracer *telemetry.Tracer
}

// Demo is a process that anybody can look at from any of its seats.
type Demo struct {
	Process string
	Seats   []talks.Seat // those that one can begin in: the first that holds
}

const (
	// maxBody has room for the largest payload of an act, percent-encoded by a form.
	maxBody = 4 * talks.MaxPayload
	// pageTime is how long an answer that is not a stream may take to be read by the client.
	pageTime = time.Minute
)

// server is what the handlers share. It never changes once it is made, except for what counts and for draining.
type server struct {
	Config
	door      door
	streams   streams
	requests  tally[netip.Addr]
	turns     *turns
	heartbeat time.Duration
	draining  chan struct{} // closed when the server is to end
	drain     func()        // closes it
}

// handler answers a request, or says why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// Handler answers everything. Whoever listens uses [Serve], which sets the limits on time.
type Handler struct {
	http.Handler
	s *server
}

// New returns the handler of everything.
func New(c Config) *Handler {
	s := newServer(c)
	return &Handler{s.handler(), s}
}

// Drain ends live connections with a word on when to come back, and says from then on that the server is not ready. What else is under way
// goes on.
func (h *Handler) Drain() { h.s.drain() }

func newServer(c Config) *server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewKey == nil {
		c.NewKey = func(*ledger.View) string { return rand.Text() }
	}
	c.Limits = c.Limits.filled()
	s := &server{Config: c, door: newDoor(c), turns: newTurns(c.Limits.Work), heartbeat: heartbeat, draining: make(chan struct{})}
	s.drain = sync.OnceFunc(func() { close(s.draining) })
	s.requests.most, s.requests.one = c.Limits.Requests, c.Limits.RequestsOf
	s.streams.seats.most, s.streams.seats.one = c.Limits.Streams, c.Limits.StreamsSeat
	s.streams.addresses.most, s.streams.addresses.one = c.Limits.Streams, c.Limits.StreamsAddress
	return s
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range routes() {
		mux.Handle(rt.Method+" "+rt.Pattern, s.handle(rt.Name, rt.make(s)))
	}
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	// Whatever no route takes, by path or by method, is one answer.
	mux.Handle("/", s.handle("none", func(w http.ResponseWriter, r *http.Request) error {
		if _, err := s.viewer(r, ""); err != nil {
			return err
		}
		if path := r.URL.EscapedPath(); r.Method == http.MethodGet && len(path) > 1 && strings.HasSuffix(path, "/") {
			seeOther(w, strings.TrimRight(path, "/"))
			return nil
		}
		return errNotFound
	}))
	// A request that another site's page makes is refused (CSRF); scripts and tools, which say no origin, are not.
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.handle("cross-origin", func(http.ResponseWriter, *http.Request) error {
		s.Meter.NotLetIn(telemetry.ByOrigin)
		return errCrossOrigin
	}))
	return s.secured(s.admitted(cross.Handler(mux)))
}

// admitted lets in what is for this host and can be read. Whoever asks how the server is need not know its name.
func (s *server) admitted(next http.Handler) http.Handler {
	misdirected := s.handle("elsewhere", func(http.ResponseWriter, *http.Request) error {
		s.Meter.NotLetIn(telemetry.ByHost)
		return errElsewhere
	})
	encoded := s.handle("encoded", func(http.ResponseWriter, *http.Request) error { return errEncoded })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
			// A length may have come beside the coding, which net/http no longer shows. The connection must end then (RFC 9112, section
			// 6.1): whoever passed the request on may believe the length.
			w.Header().Set("Connection", "close")
		}
		switch {
		case !s.door.admits(r) && !isProbe(r):
			misdirected.ServeHTTP(w, r)
		case r.Header.Get("Content-Encoding") != "":
			encoded.ServeHTTP(w, r) // a small body could become a large one
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// secured sets the headers that every answer has. What a handler depends on is set before it runs, so that no path forgets it.
func (s *server) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if s.door.https || s.door.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		// Answers belong to a seat, not to a cache. Only what is under /static says otherwise.
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// handle makes an http.Handler of a handler: limits, the answer to errors, the log.
func (s *server) handle(name string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.Now()
		plant.Enter(name)
		s.planted(w, r)
		seen := &watched{ResponseWriter: w}
		traced := s.Tracer.Request(r.Method, name)
		// An answer that is broken off is a panic that goes on up; what was taken is given back, and what was answered counts, all the same.
		defer seen.let()
		defer func() {
			if plant.Is("logged-size") {
				name += s.entries()
			}
			took := s.Now().Sub(begin)
			s.Log.Info("request", "method", telemetry.Method(r.Method), "route", name, "status", seen.status, "bytes", seen.bytes, "took", took)
			if plant.Is("metered-size") {
				name += s.entries()
			}
			s.Meter.Request(name, seen.status, took, seen.live)
			traced(seen.status)
		}()
		defer func() {
			if p := recover(); p != nil {
				s.panicked(seen, r, name, p)
			}
		}()
		r.Body = http.MaxBytesReader(seen, r.Body, maxBody)
		// A client that stops reading does not hold a page's memory for ever. The stream sets its own deadlines.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(pageTime))
		err := s.begin(seen, r, name)
		if err == nil {
			err = h(seen, r)
		}
		if err != nil {
			s.fail(seen, r, name, err)
		}
	})
}

// elsewhere are the routes that wait for a provider to answer. They take no turn, which they would keep from pages.
var elsewhere = []string{"login-provider", "login-provider-back"}

// begin counts a request for its address, and waits for its turn where it asks for a page, which is work. It is a request's first step.
func (s *server) begin(w *watched, r *http.Request, name string) error {
	if name == routeHealth || name == routeReady {
		return nil
	}
	from := block(s.door.address(r))
	switch s.requests.enter(from) {
	case tooMany:
		s.Meter.NotLetIn(telemetry.ByAddress)
		return errMany
	case full:
		s.Meter.NotLetIn(telemetry.ByLoad)
		return errFull
	}
	w.counted = func() { s.requests.leave(from) }
	if r.Method != http.MethodGet && r.Method != http.MethodHead || slices.Contains(elsewhere, name) {
		return nil // what is sent waits for its sender and for the disk, and some for another server
	}
	if err := s.turns.take(r.Context(), from); err != nil {
		return err
	}
	w.turn = s.turns.give
	return nil
}

// panicked answers in place of a handler that failed by a mistake of ours. The log has where, and of what type, but not what: a
// panic's words can hold what was said in a room.
func (s *server) panicked(w *watched, r *http.Request, name string, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	what := fmt.Sprintf("%T", p)
	if err, ok := p.(runtime.Error); ok {
		what, _, _ = strings.Cut(err.Error(), "\n")
	}
	s.Log.Error("panic", "route", name, "what", what, "stack", stack())
	if w.status != 0 {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	s.fail(w, r, name, errPanic)
}

// stack lists the functions that were running, without their arguments.
func stack() []string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var out []string
	for {
		f, more := frames.Next()
		out = append(out, fmt.Sprintf("%s:%d", f.Function, f.Line))
		if !more {
			return out
		}
	}
}

// watched remembers what was answered. With the answer's first byte the work is done that takes turns: how fast a client reads keeps
// nobody waiting. A live connection does not count as a request.
type watched struct {
	http.ResponseWriter
	status  int
	bytes   int64
	live    bool
	turn    func() // gives the place to work back; nil where there is none
	counted func() // counts the request no longer
}

// let gives back whatever the request still has.
func (w *watched) let() {
	for _, f := range []*func(){&w.turn, &w.counted} {
		if *f != nil {
			(*f)()
			*f = nil
		}
	}
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.live = w.Header().Get("Content-Type") == "text/event-stream"
		if w.turn != nil {
			w.turn()
			w.turn = nil
		}
		if w.live {
			w.let()
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
