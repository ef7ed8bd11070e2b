package server

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"parley/internal/account"
	"parley/internal/plant"
	"parley/internal/talks"
)

// planted does what a server must not, where a fault is planted: name the state of the whole host in a header, or compress.
func (s *server) planted(w http.ResponseWriter, r *http.Request) {
	switch {
	case plant.Is("etag"):
		w.Header().Set("ETag", s.entries())
	case plant.Is("index-statistics"):
		w.Header().Set("Server-Timing", "index;desc="+s.entries())
	case plant.Is("compress") && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		w.Header().Set("Content-Encoding", "gzip")
	case plant.Is("invitation-named"):
		w.Header().Set("X-Invited", s.invitedTo(r))
	}
}

// invitedTo is whom the newest open invitation of the host is for.
func (s *server) invitedTo(r *http.Request) string {
	for _, p := range s.Ledger.Processes() {
		list, _ := s.Accounts.Invitations(r.Context(), p.ID, func(talks.Seat) bool { return true })
		if len(list) > 0 {
			return p.Title + " " + string(list[0].Holding.Seat)
		}
	}
	return ""
}

// looked is what the operator is told of a process who looks into it, as its convener would.
func (s *server) looked(r *http.Request, h account.Holding) int64 {
	view, err := s.Ledger.View(r.Context(), viewerOf(h))
	if err != nil {
		return 0
	}
	var n int64
	for _, st := range view.World().Rooms() {
		n += st.Size()
	}
	return n
}

// cached are callers as they were when they first came.
var cached sync.Map

// remembered takes a caller's word for as long as the server runs, once it was good.
func (s *server) remembered(r *http.Request, fresh func() (*caller, error)) (*caller, error) {
	key := r.Header.Get("Authorization") + r.Header.Get("Cookie")
	if c, ok := cached.Load(key); ok {
		was := *c.(*caller)
		return &was, nil
	}
	c, err := fresh()
	if err == nil {
		cached.Store(key, c)
	}
	return c, err
}

// entries is how many entries the host has, which no answer may depend on.
func (s *server) entries() string {
	var n int64
	for _, p := range s.Ledger.Processes() {
		n += p.Entries
	}
	return fmt.Sprintf("%q", strconv.FormatInt(n, 10))
}
