package account

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/talks"
)

func anySeat(talks.Seat) bool { return true }

func TestInvitations(t *testing.T) {
	w := open(t, "memory:")
	us := func(s talks.Seat) bool { return s.Delegation() == "us" }
	first := w.invite(seat("us-head"))
	w.clock.add(time.Minute)
	second := w.invite(seat("us-head"))
	is(t, w.Invited(t.Context(), first, here), ErrNotFound) // one link a seat
	ru := w.invite(seat("ru-head"))
	other := seat("us-two")
	other.Process = "kyoto"
	w.invite(other)

	list, err := w.Invitations(t.Context(), "riyadh", us)
	if err != nil || len(list) != 2 || list[0].Holding != seat("us-head") || list[1].Withdrawn.IsZero() || !list[0].Used.IsZero() || list[0].By != "us-head" ||
		!list[0].Expires.Equal(w.clock.now().Add(7*24*time.Hour)) {
		t.Fatalf("%+v %v", list, err)
	}
	theirs, err := w.Invitations(t.Context(), "riyadh", func(s talks.Seat) bool { return s == "ru-head" })
	if err != nil || len(theirs) != 1 {
		t.Fatalf("%+v %v", theirs, err)
	}
	is(t, w.Withdraw(t.Context(), "riyadh", us, theirs[0].ID), ErrNotFound)
	is(t, w.Withdraw(t.Context(), "kyoto", anySeat, theirs[0].ID), ErrNotFound)
	if err := w.Withdraw(t.Context(), "riyadh", anySeat, theirs[0].ID); err != nil {
		t.Fatal(err)
	}
	is(t, w.Withdraw(t.Context(), "riyadh", anySeat, theirs[0].ID), ErrNotFound)
	is(t, w.Invited(t.Context(), ru, here), ErrNotFound)

	in, _, err := w.Register(t.Context(), second, Registration{Login: "ana", Name: "Ana", Password: good}, here)
	if err != nil {
		t.Fatal(err)
	}
	is(t, w.Invited(t.Context(), second, here), ErrNotFound)
	c := here
	c.Session = in.Token
	_, _, err = w.Accept(t.Context(), second, c)
	is(t, err, ErrNotFound)
	_, err = w.Invite(t.Context(), Invitation{Holding: seat("us-head"), By: "us-head"})
	is(t, err, ErrTaken)
	anew := seat("us-head")
	anew.Tenure.Name = "17"
	w.invite(anew)

	short, err := w.Invite(t.Context(), Invitation{Holding: seat("us-three"), By: "us-head", Expires: w.clock.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Hour)
	is(t, w.Invited(t.Context(), short, here), ErrNotFound)
	_, _, err = w.Register(t.Context(), short, Registration{Login: "ben", Name: "Ben", Password: good}, here)
	is(t, err, ErrNotFound)
	w.clock.add(100 * 24 * time.Hour)
	if list, err := w.Invitations(t.Context(), "riyadh", anySeat); err != nil || len(list) != 1 || list[0].Used.IsZero() {
		t.Errorf("%+v %v", list, err)
	}
}

func TestWrongInvitations(t *testing.T) {
	w := open(t, "memory:")
	for name, i := range map[string]Invitation{
		"for nobody":            {},
		"for both":              {Holding: seat("us-head"), Operator: true},
		"no tenure":             {Holding: Holding{Process: "riyadh", Seat: "us-head"}},
		"no process":            {Holding: Holding{Seat: "us-head", Tenure: seat("us-head").Tenure}},
		"no seat":               {Holding: seat("US")},
		"past":                  {Holding: seat("us-head"), Expires: w.clock.now()},
		"in the distant future": {Holding: seat("us-head"), Expires: w.clock.now().Add(31 * 24 * time.Hour)},
	} {
		if _, err := w.Invite(t.Context(), i); err == nil {
			t.Errorf("invited: %s", name)
		}
	}
}

// TestManyInvitations: the links of one delegation are counted for it alone, whomever they are for, and what another delegation does with
// those to its seats changes nothing of the answer.
func TestManyInvitations(t *testing.T) {
	w := open(t, "memory:")
	invite := func(by, to string) error {
		_, err := w.Invite(t.Context(), Invitation{Holding: seat(to), By: by})
		return err
	}
	for i := range invitationMax - 1 {
		w.invite(seat(fmt.Sprintf("us-%d", i)))
	}
	is(t, invite("us-head", "ru-head"), nil)
	is(t, invite("us-head", "us-head"), ErrMany)
	is(t, invite("us-two", "us-head"), ErrMany)
	is(t, invite("us-head", "us-0"), nil) // in place of the one before
	is(t, invite("us-head", "ru-head"), nil)
	for _, by := range []string{"sa-head", "usa-head", "operator"} {
		is(t, invite(by, "us-head"), nil) // others do not notice
	}
	if err := w.EndHolding(t.Context(), seat("ru-head")); err != nil {
		t.Fatal(err)
	}
	is(t, invite("us-head", "us-two"), ErrMany)
	if err := w.EndHolding(t.Context(), seat("us-0")); err != nil {
		t.Fatal(err)
	}
	is(t, invite("us-head", "us-two"), nil)
}

// TestAcceptedForGood: whoever invites to a seat that is not their own delegation's gets one answer once somebody has accepted it, for as
// long as the tenure lasts and whether or not it was ended. What was withdrawn is listed for as long as if it had not been.
func TestAcceptedForGood(t *testing.T) {
	for _, by := range []string{"sa-head", "us-two", "operator"} {
		w := open(t, "memory:")
		link, err := w.Invite(t.Context(), Invitation{Holding: seat("us-head"), By: by})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Register(t.Context(), link, Registration{Login: "ana", Name: "Ana", Password: good}, here); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Invite(t.Context(), Invitation{Holding: seat("us-three"), By: "sa-head"}); err != nil {
			t.Fatal(err)
		}
		all := func() (n int) {
			t.Helper()
			w.prune()
			list, err := w.Invitations(t.Context(), "riyadh", anySeat)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		refused := func() {
			t.Helper()
			for _, other := range []string{"sa-head", "operator"} {
				_, err := w.Invite(t.Context(), Invitation{Holding: seat("us-head"), By: other})
				is(t, err, ErrTaken)
			}
		}
		if err := w.EndHolding(t.Context(), seat("us-three")); err != nil {
			t.Fatal(err)
		}
		w.clock.add(keepFor + 24*time.Hour)
		if n := all(); n != 2 {
			t.Errorf("%d are listed before the withdrawn one would have been forgotten", n)
		}
		w.clock.add(keepFor)
		if n := all(); n != 1 {
			t.Errorf("%d are listed, where one was used", n)
		}
		refused()
		if err := w.EndHolding(t.Context(), seat("us-head")); err != nil {
			t.Fatal(err)
		}
		refused()
		if n := all(); n != 1 {
			t.Errorf("%d are listed after the seat has ended", n)
		}
		_, err = w.Invite(t.Context(), Invitation{Holding: seat("us-head"), By: "us-two"})
		is(t, err, nil) // the delegation's own
	}
}

// TestOperatorLink: the open link for another operator is known and can be withdrawn, and an operator who is stopped has no way back by it.
func TestOperatorLink(t *testing.T) {
	w := open(t, "memory:")
	invite := func() string {
		t.Helper()
		token, err := w.Invite(t.Context(), Invitation{Operator: true, By: "operator"})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	listed := func() ID {
		t.Helper()
		i, err := w.OperatorInvitation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if i == nil {
			return ""
		}
		return i.ID
	}
	become := func(login string) ID {
		t.Helper()
		in, _, err := w.Register(t.Context(), invite(), Registration{Login: login, Name: "x", Password: good}, here)
		if err != nil {
			t.Fatal(err)
		}
		return in.Session.Account
	}
	first, second, other := become("olga"), become("omar"), w.join("ana", seat("us-head")).Session.Account
	seatLink := w.invite(seat("us-two"))
	if listed() != "" {
		t.Error("a link that was used is open")
	}
	link := invite()
	is(t, w.WithdrawOperator(t.Context(), "aaaaaaaaaaaaaaaa"), ErrNotFound)
	is(t, w.Disable(t.Context(), other), nil)
	is(t, w.Invited(t.Context(), link, here), nil)
	is(t, w.WithdrawOperator(t.Context(), listed()), nil)
	is(t, w.Invited(t.Context(), link, here), ErrNotFound)

	link = invite()
	is(t, w.Disable(t.Context(), second), nil)
	is(t, w.Invited(t.Context(), link, here), ErrNotFound)
	is(t, w.Invited(t.Context(), seatLink, here), nil)
	if listed() != "" {
		t.Error("a link is open that an operator who was stopped may have")
	}
	link = invite()
	is(t, w.Disable(t.Context(), first), ErrLast)
	is(t, w.Invited(t.Context(), link, here), nil)
}

// TestRegistrations: what is wrong with a registration leaves its link open, and no account behind.
func TestRegistrations(t *testing.T) {
	w := open(t, "memory:")
	w.join("ana", seat("us-head"))
	link := w.invite(seat("us-two"))
	for name, r := range map[string]struct {
		Registration
		field, code string
	}{
		"taken":           {Registration{Login: "ANA", Name: "x", Password: good}, "login", ProblemTaken},
		"short login":     {Registration{Login: "b", Name: "x", Password: good}, "login", ProblemShort},
		"spaces in login": {Registration{Login: "b b b", Name: "x", Password: good}, "login", ProblemForm},
		"slash in login":  {Registration{Login: "b/b", Name: "x", Password: good}, "login", ProblemForm},
		"no name":         {Registration{Login: "ben", Password: good}, "name", ProblemShort},
		"weak":            {Registration{Login: "ben", Name: "x", Password: "password1234"}, "password", ProblemWeak},
		"no way in":       {Registration{Login: "ben", Name: "x"}, "password", ProblemNone},
	} {
		_, _, err := w.Register(t.Context(), link, r.Registration, here)
		if p, ok := errors.AsType[*Problem](err); !ok || p.Field != r.field || p.Code != r.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := w.Register(t.Context(), link, Registration{Login: "ana", Name: "x", Password: good}, here)
	is(t, err, ErrTaken)
	_, _, err = w.Register(t.Context(), link, Registration{Login: "ben", Name: "x", Ticket: "x"}, here)
	is(t, err, ErrNotFound)
	_, _, err = w.Register(t.Context(), link, Registration{Login: "ben", Name: "x", Challenge: "x"}, here)
	is(t, err, ErrDenied)
	if n := len(w.all()); n != 1 {
		t.Fatalf("%d accounts", n)
	}
	if _, _, err := w.Register(t.Context(), link, Registration{Login: "ben", Name: "x", Password: good}, here); err != nil {
		t.Fatal(err)
	}
}

// TestOneAccepts: of fifty who use a link at the same moment, one gets the seat, whether with a new account or with one of theirs; and
// of those who use two links to a seat, one does.
func TestOneAccepts(t *testing.T) {
	w := open(t, t.TempDir(), WithHashing(Hashing{Memory: 8, Passes: 1, Lanes: 1, Together: 50}), WithLimits(Limits{PerAddress: 1000}))
	clients := make([]Client, 50)
	for i := range clients {
		in := w.join(fmt.Sprintf("person-%d", i), seat(fmt.Sprintf("ru-%d", i)))
		clients[i] = here
		clients[i].Session = in.Token
	}
	race := func(one func(i int) error, lose ...error) {
		t.Helper()
		var won atomic.Int64
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 50 {
			wg.Go(func() {
				<-start
				err := one(i)
				if err == nil {
					won.Add(1)
					return
				}
				for _, l := range lose {
					if errors.Is(err, l) {
						return
					}
				}
				t.Error(err)
			})
		}
		close(start)
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d have won", won.Load())
		}
	}
	holders := func(h Holding) (n int) {
		t.Helper()
		for _, a := range w.all() {
			list, err := w.Holdings(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range list {
				if x == h {
					n++
				}
			}
		}
		return n
	}
	link := w.invite(seat("us-head"))
	race(func(i int) error {
		_, _, err := w.Register(t.Context(), link, Registration{Login: fmt.Sprintf("new-%d", i), Name: "x", Password: good}, here)
		return err
	}, ErrNotFound)
	if n := len(w.all()); n != 51 || holders(seat("us-head")) != 1 {
		t.Errorf("%d accounts, %d holders", n, holders(seat("us-head")))
	}
	link = w.invite(seat("us-two"))
	race(func(i int) error {
		_, _, err := w.Accept(t.Context(), link, clients[i])
		return err
	}, ErrNotFound)
	if holders(seat("us-two")) != 1 {
		t.Errorf("%d holders", holders(seat("us-two")))
	}
	// Somebody came by the seat in another way while the link was open.
	var won atomic.Int64
	link = w.invite(seat("us-three"))
	race(func(i int) error {
		if i%2 == 0 {
			_, err := w.Invite(t.Context(), Invitation{Holding: seat("us-three"), By: "us-head"}) // withdraws the link
			if err != nil && !errors.Is(err, ErrTaken) {
				return err
			}
			return ErrNotFound
		}
		_, _, err := w.Accept(t.Context(), link, clients[i])
		if won.Add(1) == 25 && holders(seat("us-three")) == 0 {
			return nil // all came too late
		}
		return err
	}, ErrNotFound, ErrTaken)
}

// TestAcceptNeedsASession: an invitation is accepted by whoever is logged in, and a link is not used up by whoever is not.
func TestAcceptNeedsASession(t *testing.T) {
	w := open(t, "memory:")
	link := w.invite(seat("us-head"))
	for _, session := range []string{"", "x"} {
		c := here
		c.Session = session
		_, _, err := w.Accept(t.Context(), link, c)
		is(t, err, ErrNotFound)
	}
	if err := w.Invited(t.Context(), link, here); err != nil {
		t.Fatal(err)
	}
	in := w.join("ana", seat("us-two"))
	op, err := w.Invite(t.Context(), Invitation{Operator: true, By: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	c := here
	c.Session = in.Token
	next, i, err := w.Accept(t.Context(), op, c)
	if err != nil || !i.Operator || !next.Session.Operator || next.Session.Holding != seat("us-two") {
		t.Fatalf("%+v %+v %v", next, i, err)
	}
	w.gone(in)
}
