package account

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/talks"
)

func TestSessions(t *testing.T) {
	w := open(t, "memory:")
	first := w.join("ana", seat("us-head"))
	w.clock.add(time.Second)
	second := w.logIn("ana")
	w.clock.add(time.Second)
	if first.Token == second.Token || first.Session.ID == second.Session.ID {
		t.Fatal("two log-ins are one session")
	}

	// Whoever logs in again in the same browser gets a new session, and the old one ends: nobody can plant one.
	c := here
	c.Session = second.Token
	third, err := w.LogInPassword(t.Context(), "ana", good, c)
	if err != nil {
		t.Fatal(err)
	}
	w.gone(second)
	c.Session = "planted"
	if in, err := w.LogInPassword(t.Context(), "ana", good, c); err != nil || in.Token == "planted" {
		t.Fatal(in, err)
	}

	list, err := w.Sessions(t.Context(), first.Session.Account)
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v %v", list, err)
	}
	// Somebody else cannot end it.
	other := w.join("ben", seat("us-two"))
	is(t, w.EndSession(t.Context(), other.Session.Account, first.Session.ID), ErrNotFound)
	lasts(t, first.Session.Ended)
	if err := w.EndSession(t.Context(), first.Session.Account, first.Session.ID); err != nil {
		t.Fatal(err)
	}
	w.gone(first)
	if err := w.EndOthers(t.Context(), third.Token); err != nil {
		t.Fatal(err)
	}
	if list, _ := w.Sessions(t.Context(), first.Session.Account); len(list) != 1 || list[0].ID != third.Session.ID {
		t.Fatalf("%+v", list)
	}
	if _, err := w.Session(t.Context(), other.Token); err != nil {
		t.Fatal("somebody else's session ended:", err)
	}
	if err := w.LogOut(t.Context(), third.Token); err != nil {
		t.Fatal(err)
	}
	w.gone(third)
	if err := w.LogOut(t.Context(), third.Token); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"", "x", third.Token + "x"} {
		_, err := w.Session(t.Context(), token)
		is(t, err, ErrNotFound)
	}
}

func TestSessionsExpire(t *testing.T) {
	t.Run("unused", func(t *testing.T) {
		w := open(t, "memory:")
		in := w.join("ana", seat("us-head"))
		for range 3 {
			w.clock.add(11 * time.Hour)
			if _, err := w.Session(t.Context(), in.Token); err != nil {
				t.Fatal("it ended while it was used:", err)
			}
		}
		w.clock.add(12*time.Hour - time.Minute)
		w.sweep()
		lasts(t, in.Session.Ended)
		w.clock.add(time.Minute)
		w.sweep()
		w.gone(in)
		if list, err := w.Sessions(t.Context(), in.Session.Account); err != nil || len(list) != 0 {
			t.Fatalf("%+v %v", list, err)
		}
	})
	t.Run("old", func(t *testing.T) {
		w := open(t, "memory:")
		in := w.join("ana", seat("us-head"))
		for range 7*24 - 1 {
			w.clock.add(time.Hour)
			s, err := w.Session(t.Context(), in.Token)
			if err != nil {
				t.Fatal("it ended while it was used:", err)
			}
			if !s.Used.Equal(w.clock.now()) {
				t.Fatal("used", s.Used)
			}
		}
		w.clock.add(time.Hour)
		_, err := w.Session(t.Context(), in.Token)
		is(t, err, ErrNotFound)
		w.sweep()
		ended(t, in.Session.Ended)
		w.prune()
		if n := len(storedUses(t, w)); n != 0 {
			t.Errorf("%d sessions are kept that have expired", n)
		}
	})
	t.Run("the clock goes back", func(t *testing.T) {
		w := open(t, "memory:")
		in := w.join("ana", seat("us-head"))
		w.clock.add(-10 * 365 * 24 * time.Hour)
		if _, err := w.Session(t.Context(), in.Token); err != nil {
			t.Error(err)
		}
	})
	t.Run("the sweeper is running", func(t *testing.T) {
		w := open(t, "memory:")
		in := w.join("ana", seat("us-head"))
		w.clock.add(8 * 24 * time.Hour)
		select {
		case <-in.Session.Ended:
		case <-time.After(time.Minute):
			t.Error("nobody swept")
		}
	})
}

// TestUses: a use is stored at most once a minute, in the order in which it was seen.
func TestUses(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	stored := func() time.Time { return storedUses(t, w)[0] }
	begun := stored()
	w.clock.add(30 * time.Second)
	_, _ = w.Session(t.Context(), in.Token)
	w.noteUses()
	if !stored().Equal(begun) {
		t.Error("it was stored twice in a minute")
	}
	w.clock.add(30 * time.Second)
	_, _ = w.Session(t.Context(), in.Token)
	if !stored().Equal(begun) {
		t.Error("a request waited for it to be stored")
	}
	w.noteUses()
	if got := stored(); !got.Equal(begun.Add(time.Minute)) {
		t.Error("it was not stored:", got)
	}
}

// TestChoose: one seat at a time, of those that one holds.
func TestChoose(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	w.join("ben", seat("ru-head"))
	c := here
	c.Session = in.Token
	kyoto := Holding{Process: "kyoto", Seat: "jp-head", Tenure: talks.Ref{Room: "bbbbbbbbbbbbbbbbbbbbbbbbbb", Name: "9"}}
	next, i, err := w.Accept(t.Context(), w.invite(kyoto), c)
	if err != nil || i.Holding != kyoto || next.Session.Holding != kyoto || next.Session.Account != in.Session.Account {
		t.Fatalf("%+v %+v %v", next, i, err)
	}
	w.gone(in)
	list, err := w.Holdings(t.Context(), in.Session.Account)
	if err != nil || len(list) != 2 || list[0] != kyoto || list[1] != seat("us-head") {
		t.Fatalf("%+v %v", list, err)
	}
	token, err := w.Choose(t.Context(), next.Token, seat("us-head"))
	if err != nil || token == next.Token {
		t.Fatal(token, err)
	}
	w.gone(next)
	s, err := w.Session(t.Context(), token)
	if err != nil || s.Holding != seat("us-head") || s.ID != in.Session.ID {
		t.Fatalf("%+v %v", s, err)
	}
	other := seat("us-head")
	other.Tenure.Name = "4"
	for _, h := range []Holding{seat("ru-head"), other, {Process: "riyadh", Seat: "us-head"}, {Process: "oslo", Seat: "us-head", Tenure: kyoto.Tenure}} {
		_, err := w.Choose(t.Context(), token, h)
		is(t, err, ErrNotFound)
	}
	if token, err = w.Choose(t.Context(), token, Holding{}); err != nil {
		t.Fatal(err)
	}
	if s, err := w.Session(t.Context(), token); err != nil || !s.Holding.IsZero() {
		t.Fatalf("%+v %v", s, err)
	}
}

// TestHoldingEnds: with the seat end the sessions that have chosen it and its tokens, and nobody else's.
func TestHoldingEnds(t *testing.T) {
	for name, end := range map[string]func(w *world) error{
		"holding": func(w *world) error { return w.EndHolding(t.Context(), seat("us-head")) },
		"tenures": func(w *world) error {
			list, err := w.Tenures(t.Context(), "riyadh", "us-head")
			for _, h := range list {
				err = errors.Join(err, w.EndHolding(t.Context(), h))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, t.TempDir())
			in := w.join("ana", seat("us-head"))
			unchosen := w.logIn("ana")
			other := w.join("ben", seat("us-two"))
			secret, _, err := w.NewToken(t.Context(), in.Token, seat("us-head"), "reader", false, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			k, err := w.Token(t.Context(), secret)
			if err != nil {
				t.Fatal(err)
			}
			anew := seat("us-head")
			anew.Tenure.Name = "17"
			if err := w.EndHolding(t.Context(), anew); err != nil {
				t.Fatal(err)
			}
			lasts(t, in.Session.Ended) // it was of that tenure
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			w.gone(in)
			ended(t, k.Ended)
			_, err = w.Token(t.Context(), secret)
			is(t, err, ErrNotFound)
			if held, err := w.Held(t.Context(), seat("us-head")); held || err != nil {
				t.Error(held, err)
			}
			for _, in := range []*LogIn{unchosen, other} {
				lasts(t, in.Session.Ended)
				if _, err := w.Session(t.Context(), in.Token); err != nil {
					t.Error(err)
				}
			}
			if err := end(w); err != nil {
				t.Error("it cannot end twice:", err)
			}
			w.invite(seat("us-head")) // and somebody else can be invited
		})
	}
}

// TestEndingRaces: whoever looks a session up while it is ended either is refused or holds a channel that closes; a look-up never
// brings back what has ended.
func TestEndingRaces(t *testing.T) {
	w := open(t, t.TempDir())
	in := w.join("ana", seat("us-head"))
	for round := range 20 {
		in, err := w.LogInPassword(t.Context(), "ana", good, Client{Address: here.Address, Session: in.Token})
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.Choose(t.Context(), in.Token, seat("us-head"))
		if err != nil {
			t.Fatal(err)
		}
		secret, k, err := w.NewToken(t.Context(), token, seat("us-head"), fmt.Sprint(round), true, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for {
					s, err := w.Session(t.Context(), token)
					if errors.Is(err, ErrNotFound) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					select {
					case <-s.Ended:
					case <-time.After(time.Minute):
						t.Error("a session that was looked up never ended")
					default:
					}
				}
			})
			wg.Go(func() {
				for {
					if _, err := w.Token(t.Context(), secret); err != nil {
						if !errors.Is(err, ErrNotFound) {
							t.Error(err)
						}
						return
					}
				}
			})
		}
		if round%2 == 0 {
			err = errors.Join(w.LogOut(t.Context(), token), w.RevokeToken(t.Context(), k.Account, k.ID))
		} else {
			err = errors.Join(w.Disable(t.Context(), k.Account))
		}
		if err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if err := w.Enable(t.Context(), k.Account); err != nil {
			t.Fatal(err)
		}
		_ = w.RevokeToken(t.Context(), k.Account, k.ID)
		if n := len(w.tokens.by); n != 0 {
			t.Fatalf("%d tokens are kept that have ended", n)
		}
	}
}

func TestManySessions(t *testing.T) {
	w := open(t, "memory:")
	first := w.join("ana", seat("us-head"))
	for range sessionMax {
		w.clock.add(time.Second)
		w.logIn("ana")
	}
	w.gone(first)
	if list, err := w.Sessions(t.Context(), first.Session.Account); err != nil || len(list) != sessionMax {
		t.Errorf("%d sessions, %v", len(list), err)
	}
}
