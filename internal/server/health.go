package server

import (
	"context"
	"net/http"
	"time"
)

// The routes that machines ask how the server is. They say so to anybody, and nothing else.
const (
	routeHealth = "healthz"
	routeReady  = "readyz"
)

func isProbe(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// health answers that the process lives.
func (s *server) health(w http.ResponseWriter, _ *http.Request) error {
	send(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}

// readyTime is how long looking whether the server is ready may take.
const readyTime = 2 * time.Second

// ready answers whether requests are of use here: the record and the accounts are open, and the server is not about to end.
func (s *server) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, stop := context.WithTimeout(r.Context(), readyTime)
	defer stop()
	if err := s.unready(ctx); err != nil {
		w.Header().Set("Retry-After", "10")
		send(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("not ready\n"))
		return nil
	}
	send(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	return nil
}

func (s *server) unready(ctx context.Context) error {
	select {
	case <-s.draining:
		return errFull
	default:
	}
	if err := s.Ledger.Err(); err != nil {
		return err
	}
	if s.Ready != nil {
		return s.Ready(ctx)
	}
	return nil
}

// Ready says why requests are of no use now, or nil.
func (h *Handler) Ready(ctx context.Context) error { return h.s.unready(ctx) }
