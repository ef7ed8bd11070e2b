package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The limits on time and size that a client meets before a handler does. A stream of changes has no limit on the whole of its answer; it
// sets a deadline for each write.
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10
	closeTime  = 5 * time.Second
	// maxStreams bounds the requests that one connection of HTTP/2 has under way.
	maxStreams = 100
)

// Serving says more about how to serve.
type Serving func(*serving)

type serving struct {
	grace time.Duration
	cert  *Certificate
}

// Grace sets how long answers that are under way may take when the server is to end; 5 seconds where it is left out.
func Grace(d time.Duration) Serving { return func(s *serving) { s.grace = d } }

// WithTLS makes the server speak TLS.
func WithTLS(c *Certificate) Serving { return func(s *serving) { s.cert = c } }

// Serve answers on a listener until the context ends. Then live connections are ended, and other answers that are under way are finished,
// unless they take too long.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, options ...Serving) error {
	o := serving{grace: closeTime}
	for _, f := range options {
		f(&o)
	}
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	s := newHTTPServer(h, log)
	s.BaseContext = func(net.Listener) context.Context { return base }
	ended := make(chan error, 1)
	go func() {
		if o.cert != nil {
			s.TLSConfig = o.cert.Config()
			ended <- s.ServeTLS(l, "", "")
			return
		}
		ended <- s.Serve(l)
	}()
	select {
	case err := <-ended:
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	if d, ok := h.(interface{ Drain() }); ok {
		s.RegisterOnShutdown(d.Drain) // which is when the listener is closed: who is sent away does not come back to this server
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.grace)
	defer cancel()
	if err := s.Shutdown(wait); err != nil {
		stop() // who still waits is told so, where there is anybody
		_ = s.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	}
	return nil
}

// newHTTPServer sets the limits. Without them a client that sends a byte a minute keeps a connection for ever.
func newHTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
	}
	if log != nil {
		s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	}
	return s
}
