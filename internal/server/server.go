// Package server answers over HTTP: pages for people, an API for programs, live events for both.
//
// Every answer that depends on who asks is made of a view, and the gate makes views for a viewer that [Config.Authenticate] vouches
// for. Handlers return errors; fail turns them into answers, in one place. What a viewer may not see and what does not exist are one
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
	"runtime"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/internal/talks"
	"parley/web/asset"
)

// Config is what a server needs.
type Config struct {
	Ledger *ledger.Ledger
	// Authenticate says who asks. Nil, and without Demo: nobody can log in, and everything but the first page says so.
	Authenticate func(*http.Request) (ledger.Viewer, bool)
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
	// Streams is how many live connections a seat can have; 64 where it is left out.
	Streams int
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

// server is what the handlers share. It never changes once it is made, except for streams.
type server struct {
	Config
	streams   streams
	heartbeat time.Duration
}

// handler answers a request, or says why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// New returns the handler of everything. Whoever listens uses [Serve], which sets the limits on time.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewKey == nil {
		c.NewKey = func(*ledger.View) string { return rand.Text() }
	}
	if c.Streams == 0 {
		c.Streams = 64
	}
	s := &server{Config: c, heartbeat: heartbeat}
	s.streams.most = c.Streams
	return s.handler()
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
	cross.SetDenyHandler(s.handle("cross-origin", func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))
	return secured(cross.Handler(mux))
}

// secured sets the headers that every answer has. What a handler depends on is set before it runs, so that no path forgets it.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
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
		defer func() {
			if p := recover(); p != nil {
				s.panicked(seen, r, name, p)
			}
			if plant.Is("logged-size") {
				name += s.entries()
			}
			s.Log.Info("request", "method", r.Method, "route", name, "status", seen.status, "bytes", seen.bytes, "took", s.Now().Sub(begin))
		}()
		r.Body = http.MaxBytesReader(seen, r.Body, maxBody)
		// A client that stops reading does not hold a page's memory for ever. The stream sets its own deadlines.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(pageTime))
		if err := h(seen, r); err != nil {
			s.fail(seen, r, name, err)
		}
	})
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

// watched remembers what was answered.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
