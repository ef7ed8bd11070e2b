package server

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/talks"
)

func holdingOf(seat talks.Seat, tenure talks.Ref) account.Holding {
	return account.Holding{Process: "harbour", Seat: seat, Tenure: tenure}
}

// revocation is one way in which somebody loses what they had, and what races it.
type revocation struct {
	name string
	room string
	seat bool // whether the whole seat or credential ends, or the room alone
	// begin gives out the keys, and returns how they are taken away again.
	begin func(t *testing.T, h *hotel) (keys []key, take func())
}

// ok fails the test where an answer is an error.
func (a answer) ok(t *testing.T) {
	t.Helper()
	if a.status >= 400 {
		t.Errorf("status %d: %.400s", a.status, words(a.body))
	}
}

// act posts an act to the API with a guest's session.
func (g *guest) act(room string, kind, body string) answer {
	return g.ask(http.MethodPost, g.acts(room), `{"kind":"`+kind+`","body":`+body+`}`)
}

// both are a session and a token of one seat.
func (g *guest) both(seat talks.Seat) []key {
	token, _ := g.token(seat)
	return []key{sessionKey(g), tokenKey(token)}
}

// ahead is how far the ledger's clock was moved.
type ahead struct{ atomic.Int64 }

func (a *ahead) clock(time.Time) time.Time {
	return time.Date(2025, 2, 19, 9, 0, 0, 0, time.UTC).Add(time.Duration(a.Load()))
}

// revocations are all of them but the restoration, whose end comes with time.
func revocations() []revocation {
	return []revocation{
		{"the head revokes a seat", "caucus", true, func(t *testing.T, h *hotel) ([]key, func()) {
			uma := h.seated("uma", "us-head")
			uma.act("caucus", "seat.grant", `{"holder":"us-envoy","role":"delegate"}`).ok(t)
			keys := h.seated("eve", "us-envoy").both("us-envoy")
			return keys, func() { uma.act("caucus", "seat.revoke", `{"holder":"us-envoy"}`).ok(t) }
		}},
		{"a delegation leaves a room", "direct", false, func(t *testing.T, h *hotel) ([]key, func()) {
			rhea := h.seated("rhea", "ru-head")
			return rhea.both("ru-head"), func() { rhea.act("direct", "room.leave", `{}`).ok(t) }
		}},
		{"a delegation is removed from a room", "direct", false, func(t *testing.T, h *hotel) ([]key, func()) {
			uma := h.seated("uma", "us-head")
			return h.seated("rhea", "ru-head").both("ru-head"), func() { uma.act("direct", "room.remove", `{"delegations":["ru"]}`).ok(t) }
		}},
		{"a token is revoked", "caucus", true, func(t *testing.T, h *hotel) ([]key, func()) {
			uma := h.seated("uma", "us-head")
			token, id := uma.token("us-head")
			return []key{tokenKey(token)}, func() { uma.post("/account/tokens/revoke", "id", id).ok(t) }
		}},
		{"a session is ended from another", "caucus", true, func(t *testing.T, h *hotel) ([]key, func()) {
			uma, other := h.seated("uma", "us-head"), h.guest()
			other.post("/login", "login", "uma", "password", goodPassword).want(t, http.StatusSeeOther, "/p/harbour")
			s, err := h.accounts.Session(t.Context(), other.jar[sessionCookie])
			if err != nil {
				t.Fatal(err)
			}
			return []key{sessionKey(other)}, func() { uma.post("/account/sessions/end", "id", string(s.ID)).ok(t) }
		}},
		{"somebody logs out", "caucus", true, func(t *testing.T, h *hotel) ([]key, func()) {
			uma := h.seated("uma", "us-head")
			return []key{sessionKey(uma)}, func() { uma.post("/logout").ok(t) }
		}},
		{"the operator disables an account", "caucus", true, func(t *testing.T, h *hotel) ([]key, func()) {
			olga, uma := h.operator(), h.seated("uma", "us-head")
			keys := uma.both("us-head")
			s, err := h.accounts.Session(t.Context(), uma.jar[sessionCookie])
			if err != nil {
				t.Fatal(err)
			}
			return keys, func() { olga.post("/operator/accounts", "id", string(s.Account), "state", "off").ok(t) }
		}},
	}
}

// raced runs one revocation, and lists what went wrong.
func raced(t *testing.T, c revocation) []string {
	h := openHotel(t, nil)
	keys, take := c.begin(t, h)
	h.say(c.room, "us-head", secret)
	return (&storm{hotel: h, keys: keys, room: c.room, seat: c.seat}).rage(t, take)
}

// TestRevoked: from the moment that a revocation is acknowledged, no request that begins shows or writes anything, by whatever it was revoked
// and however many were under way; and every stream that it opened ends.
func TestRevoked(t *testing.T) {
	for _, c := range revocations() {
		t.Run(c.name, func(t *testing.T) {
			for _, wrong := range raced(t, c) {
				t.Error(wrong)
			}
		})
	}
}

// TestRestorationTakesEffect: whoever held a seat that is restored has nothing from the moment that the restoration takes effect, though nobody
// writes anything then.
func TestRestorationTakesEffect(t *testing.T) {
	var now ahead
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1), ledger.WithClock(now.clock))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), script())
	if err != nil {
		t.Fatal(err)
	}
	h := openHotel(t, func(c *Config) { c.Ledger = l })
	h.ledger, h.rooms = l, rooms
	keys := h.seated("uma", "us-head").both("us-head")
	h.say("caucus", "us-head", secret)
	h.seated("sara", "sa-head").act("lobby", "delegation.restore", `{"delegation":"us","head":"us-head","reason":"who leads it has died"}`).ok(t)
	s := &storm{hotel: h, keys: keys, room: "caucus", seat: true}
	for _, wrong := range s.rage(t, func() { now.Store(int64(talks.RestoreAfter + time.Minute)) }) {
		t.Error(wrong)
	}
	// The seat opens to who is invited to it now.
	if a := h.seated("nina", "us-head").visit("/p/harbour/rooms/" + string(h.rooms["caucus"])); !strings.Contains(a.body, secret) {
		t.Errorf("the head that was restored: %d", a.status)
	}
}

// TestGrantedAgain: a seat that is granted again to somebody else opens nothing to who held it before: not with the session, the token or
// the choice of a seat of before; and the streams of before end, even where both acts come together.
func TestGrantedAgain(t *testing.T) {
	h := openHotel(t, nil)
	uma := h.seated("uma", "us-head")
	uma.act("caucus", "seat.grant", `{"holder":"us-envoy","role":"delegate"}`).ok(t)
	eve := h.seated("eve", "us-envoy")
	keys := eve.both("us-envoy")
	h.say("caucus", "us-head", secret)
	s := &storm{hotel: h, keys: keys, room: "caucus", seat: true}
	for _, wrong := range s.rage(t, func() {
		uma.act("caucus", "seat.revoke", `{"holder":"us-envoy"}`).ok(t)
		uma.act("caucus", "seat.grant", `{"holder":"us-envoy","role":"delegate"}`).ok(t)
	}) {
		t.Error(wrong)
	}
	nina := h.seated("nina", "us-envoy")
	if a := nina.visit("/p/harbour/rooms/" + string(h.rooms["caucus"])); !strings.Contains(a.body, secret) {
		t.Errorf("who holds the seat now: %d", a.status)
	}
	for _, k := range keys {
		for n := range 7 {
			if shown, what := s.read(t.Context(), http.DefaultTransport, k, n); shown {
				t.Errorf("with %s of before: %s", k.name, what)
			}
		}
	}
	eve.post("/seats", "process", "harbour", "seat", "us-envoy")
	if a := eve.visit("/p/harbour"); a.status == http.StatusOK {
		t.Error("who held the seat before chose it again")
	}
}

// TestLeftAndHeardNothing: a stream goes on when its delegation leaves a room, and tells of that room no more.
func TestLeftAndHeardNothing(t *testing.T) {
	h := openHotel(t, nil)
	rhea := h.seated("rhea", "ru-head")
	token, _ := rhea.token("ru-head")
	st := h.listenWith(tokenKey(token))
	st.next(t)
	rhea.act("direct", "room.leave", `{}`).ok(t)
	for range 5 {
		h.say("direct", "us-head", secret)
	}
	h.say("lobby", "us-head", "for all")
	for {
		e := st.next(t)
		if e == "" || strings.Contains(e, string(h.rooms["direct"])) {
			t.Fatalf("after leaving: %q", e)
		}
		if strings.Contains(e, string(h.rooms["lobby"])) {
			return
		}
	}
}
