package server

import (
	"net/http"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/plant"
	"parley/internal/talks"
	"parley/web/ui"
)

const seatCookie = "seat"

// caller is who a request is from: a seat, and what the credentials that it came with allow.
type caller struct {
	ledger.Viewer
	reads bool            // by a token that only reads
	ended <-chan struct{} // closed when the session or the token ends; nil for what never does
	who   *ui.Who         // is logged in; nil for a token and in a demo

	account account.ID // whose session or token it is; empty in a demo
	session string     // the secret of the session; empty for a token
}

// viewer says on whose behalf a request is. A process of "" is whichever the viewer has. It vouches for who asks and for nothing else:
// whether that seat holds, and what it sees, the gate decides.
func (s *server) viewer(r *http.Request, process string) (ledger.Viewer, error) {
	c, err := s.caller(r, process)
	if err != nil {
		return ledger.Viewer{}, err
	}
	return c.Viewer, nil
}

// caller is viewer with what else the credentials say.
func (s *server) caller(r *http.Request, process string) (*caller, error) {
	c, err := s.authenticated(r)
	if plant.Is("session-cache") {
		c, err = s.remembered(r, func() (*caller, error) { return c, err })
	}
	if err != nil {
		return nil, err
	}
	// Another process than the viewer's own is as good as none.
	if process != "" && process != c.Process {
		return nil, errNotFound
	}
	if c.reads && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, errReadOnly
	}
	return c, nil
}

func (s *server) authenticated(r *http.Request) (*caller, error) {
	if s.Demo != nil {
		v, err := s.demoViewer(r)
		return &caller{Viewer: v}, err
	}
	if s.Accounts != nil {
		if auth := r.Header.Get("Authorization"); auth != "" {
			return s.byToken(r, auth)
		}
		return s.bySession(r)
	}
	if s.Authenticate == nil {
		return nil, errNoAccounts
	}
	v, ok := s.Authenticate(r)
	if !ok {
		return nil, errWho
	}
	return &caller{Viewer: v}, nil
}

// demoViewer takes the seat of "Authorization: Bearer demo:SEAT", or of the cookie, or else the first that holds.
func (s *server) demoViewer(r *http.Request) (ledger.Viewer, error) {
	d := s.Demo
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		seat, ok := strings.CutPrefix(token, "demo:")
		if !strings.EqualFold(scheme, "Bearer") || !ok || !talks.Seat(seat).Valid() {
			return ledger.Viewer{}, errWho
		}
		return ledger.Viewer{Process: d.Process, Seat: talks.Seat(seat)}, nil
	}
	seats := d.Seats
	if c, err := r.Cookie(seatCookie); err == nil {
		seats = slices.Insert(slices.Clone(seats), 0, talks.Seat(c.Value))
	}
	for _, seat := range seats {
		// A cookie of another demo, or of a seat that has ended, must not lock its visitor out.
		v := ledger.Viewer{Process: d.Process, Seat: seat}
		if s.Ledger.Reach(r.Context(), v, "") == nil {
			return v, nil
		}
	}
	return ledger.Viewer{}, errWho
}

// postSeat changes the seat of a demo's visitor.
func (s *server) postSeat(w http.ResponseWriter, r *http.Request) error {
	if s.Demo == nil {
		if _, err := s.viewer(r, ""); err != nil {
			return err
		}
		return errNotFound
	}
	if err := parseForm(r); err != nil {
		return err
	}
	seat := talks.Seat(r.PostForm.Get("seat"))
	view, err := s.Ledger.View(r.Context(), ledger.Viewer{Process: s.Demo.Process, Seat: seat})
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: seatCookie, Value: string(seat), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	seeOther(w, pageURL(view.Process(), back(view, r.PostForm.Get("back"))))
	return nil
}

// back is the page that somebody came from, if it is one and the view has what it shows, and else the nearest that it has. It is only ever
// a path below the process: the address that is made of it is escaped.
func back(v *ledger.View, path string) string {
	w := v.World()
	part := strings.Split(path, "/")
	listed := slices.ContainsFunc(pages, func(p page) bool { return p.path == "/"+part[0] })
	switch {
	case len(part) == 1 && listed:
		return path
	case len(part) > 1 && part[0] == "rooms":
		if w.Room(talks.RoomID(part[1])) != nil {
			return path
		}
	case len(part) == 2 && part[0] == "delegations":
		if w.Delegation(talks.Delegation(part[1])) != nil {
			return path
		}
	case len(part) == 3 && (listed || part[0] == "parties"):
		if w.Object(talks.Ref{Room: talks.RoomID(part[1]), Name: part[2]}) != "" {
			return path
		}
	}
	if listed {
		return part[0]
	}
	return ""
}
