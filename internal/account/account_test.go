package account

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/talks"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"),
		goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"))
}

// quick is work that tests can wait for.
var quick = Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 4}

const (
	good  = "grows moss on the north side"
	good2 = "seven herons, one still pond"
)

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// world is a store with a clock.
type world struct {
	*Store
	t     *testing.T
	clock *clock
}

func open(t *testing.T, dsn string, options ...Option) *world {
	t.Helper()
	c := &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	options = append([]Option{WithClock(c.now), WithHashing(quick), WithOrigin("https://talks.example", "Talks")}, options...)
	s, err := Open(t.Context(), dsn, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &world{s, t, c}
}

var here = Client{Address: netip.MustParseAddr("192.0.2.7"), Agent: "Browser/1.0"}

func seat(name string) Holding {
	return Holding{Process: "riyadh", Seat: talks.Seat(name), Tenure: talks.Ref{Room: "aaaaaaaaaaaaaaaaaaaaaaaaaa", Name: "3"}}
}

// invite returns the token of an invitation to a seat.
func (w *world) invite(h Holding) string {
	w.t.Helper()
	token, err := w.Invite(w.t.Context(), Invitation{Holding: h, By: "us-head"})
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// join registers an account with a password that holds a seat.
func (w *world) join(login string, h Holding) *LogIn {
	w.t.Helper()
	in, _, err := w.Register(w.t.Context(), w.invite(h), Registration{Login: login, Name: "Person " + login, Password: good}, here)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) logIn(login string) *LogIn {
	w.t.Helper()
	in, err := w.LogInPassword(w.t.Context(), login, good, here)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// is fails unless err is of that kind.
func is(t *testing.T, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got the error %v instead of %v", err, kind)
	}
}

// gone fails unless a token opens no session any more and what was opened with it has learnt of that.
func (w *world) gone(in *LogIn) {
	w.t.Helper()
	_, err := w.Session(w.t.Context(), in.Token)
	is(w.t, err, ErrNotFound)
	ended(w.t, in.Session.Ended)
}

func ended(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	default:
		t.Fatal("what was opened has not ended")
	}
}

func lasts(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
		t.Fatal("what was opened has ended")
	default:
	}
}

// TestSettingUp tells how a host gets its operator, and a seat its holder.
func TestSettingUp(t *testing.T) {
	w := open(t, t.TempDir())
	if has, err := w.Operators(t.Context()); has || err != nil {
		t.Fatal(has, err)
	}
	link, err := w.Invite(t.Context(), Invitation{Operator: true, By: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	if has, err := w.Operators(t.Context()); !has || err != nil {
		t.Fatal(has, err)
	}
	op, i, err := w.Register(t.Context(), link, Registration{Login: "Root-Op", Name: " The operator ", Password: good}, here)
	if err != nil {
		t.Fatal(err)
	}
	if !op.Session.Operator || op.Session.Login != "root-op" || op.Session.Name != "The operator" || !op.Session.Holding.IsZero() || !i.Operator || i.Used.IsZero() {
		t.Fatalf("%+v %+v", op.Session, i)
	}
	_, _, err = w.Register(t.Context(), link, Registration{Login: "second", Name: "Second", Password: good}, here)
	is(t, err, ErrNotFound)

	w.clock.add(time.Minute)
	in := w.join("ana", seat("us-head"))
	if in.Session.Operator || in.Session.Holding != seat("us-head") || in.Session.Agent != "Browser/1.0" || len(in.Token) != 43 {
		t.Fatalf("%+v", in.Session)
	}
	a, err := w.Account(t.Context(), in.Session.Account)
	if err != nil || !a.Password || a.TOTP || a.Operator || a.Login != "ana" || len(a.Passkeys)+len(a.External)+a.RecoveryLeft != 0 {
		t.Fatalf("%+v %v", a, err)
	}
	list, err := w.Accounts(t.Context())
	if err != nil || len(list) != 2 || list[0].Login != "ana" || list[1].Login != "root-op" || !list[1].Operator {
		t.Fatalf("%+v %v", list, err)
	}

	is(t, w.Disable(t.Context(), op.Session.Account), ErrLast)
	if _, err := w.Session(t.Context(), op.Token); err != nil {
		t.Fatal("the last operator was logged out:", err)
	}
	if err := w.Disable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	w.gone(in)
	_, err = w.LogInPassword(t.Context(), "ana", good, here)
	is(t, err, ErrDenied)
	if err := w.Enable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	w.logIn("ana")
	is(t, w.Disable(t.Context(), "nobody"), ErrNotFound)
}

// TestKept: what was stored is there after a restart, and the files are the owner's alone.
func TestKept(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	in := w.join("ana", seat("us-head"))
	token, _, err := w.NewToken(t.Context(), in.Token, seat("us-head"), "reader", false, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrInUse) {
		t.Fatalf("the folder was opened twice: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Session(t.Context(), in.Token); !errors.Is(err, ErrStopped) {
		t.Errorf("a closed store answers %v", err)
	}
	for _, file := range []string{filepath.Join(dir, fileName), filepath.Join(dir, keyName), filepath.Join(dir, fileName+".lock")} {
		st, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if st.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", filepath.Base(file), st.Mode())
		}
	}
	w = open(t, dir)
	if s, err := w.Session(t.Context(), in.Token); err != nil || s.Login != "ana" {
		t.Errorf("%+v %v", s, err)
	}
	if k, err := w.Token(t.Context(), token); err != nil || k.Holding != seat("us-head") {
		t.Errorf("%+v %v", k, err)
	}
	w.logIn("ana")
}

// TestSeeds: with a seed, secrets follow from it, and what one account does changes nothing for another.
func TestSeeds(t *testing.T) {
	tokens := func(others bool) (all []string) {
		w := open(t, "memory:", WithSeed(7))
		if others {
			w.join("zoe", seat("ru-head"))
			w.logIn("zoe")
		}
		in := w.join("ana", seat("us-head"))
		token, k, err := w.NewToken(t.Context(), in.Token, seat("us-head"), "reader", false, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		again := w.logIn("ana")
		return []string{in.Token, string(in.Session.ID), string(in.Session.Account), token, string(k.ID), again.Token, in.Device, w.invite(seat("us-two"))}
	}
	one, two := tokens(false), tokens(true)
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("%d: %s is not %s", i, one[i], two[i])
		}
	}
	if one[0] == one[5] {
		t.Error("two sessions have one token")
	}
	if a, b := open(t, "memory:").join("ana", seat("us-head")), open(t, "memory:").join("ana", seat("us-head")); a.Token == b.Token {
		t.Error("without a seed, two stores have one token")
	}
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]Option{
		"no scheme": WithOrigin("talks.example", "x"),
		"a path":    WithOrigin("https://talks.example/x", "x"),
		"no memory": WithHashing(Hashing{Memory: 1, Passes: 1, Lanes: 4}),
		"no passes": WithHashing(Hashing{Memory: 64, Lanes: 1}),
		"provider over http": func(s *Store) {
			WithOrigin("https://t.example", "x")(s)
			WithProviders([]Provider{{ID: "a", Issuer: "http://idp.example", ClientID: "x"}})(s)
		},
		"two providers": func(s *Store) {
			WithOrigin("https://t.example", "x")(s)
			WithProviders([]Provider{{ID: "a", Issuer: "https://idp.example", ClientID: "x"}, {ID: "a", Issuer: "https://idp.example", ClientID: "x"}})(s)
		},
	} {
		if s, err := Open(t.Context(), "memory:", o); err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
		}
	}
	if _, err := Open(t.Context(), ""); err == nil {
		t.Error("opened no folder")
	}
	for origin, want := range map[string]bool{"https://talks.example": true, "http://localhost:8080": true, "http://127.0.0.1:8080": false, "http://talks.example": false,
		"https://192.0.2.1": false, "": false} {
		if w := open(t, "memory:", WithOrigin(origin, "x")); w.Passkeys() != want {
			t.Errorf("passkeys at %q: %v", origin, w.Passkeys())
		}
	}
}
