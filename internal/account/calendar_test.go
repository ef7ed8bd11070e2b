package account

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/account/internal/store"
	"parley/internal/talks"
)

// calendar makes a link to a calendar, and returns its secret.
func (w *world) calendar(in *LogIn, h Holding) (string, *Calendar) {
	w.t.Helper()
	secret, c, err := w.NewCalendar(w.t.Context(), in.Token, h)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret, c
}

func (w *world) calendars(in *LogIn) []Calendar {
	w.t.Helper()
	list, err := w.Calendars(w.t.Context(), in.Session.Account)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// TestCalendars: a link opens the calendar of its seat until its owner ends it, and says when it was last used.
func TestCalendars(t *testing.T) {
	w := open(t, "memory:")
	in, other := w.join("ana", seat("us-head")), w.join("ben", seat("us-two"))
	secret, made := w.calendar(in, seat("us-head"))
	if !regexp.MustCompile(`^[0-9A-Za-z_-]{43}$`).MatchString(secret) || made.Holding != seat("us-head") || !made.Created.Equal(w.clock.now()) {
		t.Fatalf("%q %+v", secret, made)
	}
	second, _ := w.calendar(in, seat("us-head"))
	if second == secret || len(w.calendars(in)) != 2 || len(w.calendars(other)) != 0 || !w.calendars(in)[0].Used.IsZero() {
		t.Fatalf("%+v", w.calendars(in))
	}
	w.clock.add(time.Minute)
	used := w.clock.now()
	for range 3 {
		c, err := w.Calendar(t.Context(), secret, here)
		if err != nil || c.ID != made.ID || c.Account != in.Session.Account || c.Holding != seat("us-head") || !c.Used.Equal(used) {
			t.Fatalf("%+v %v", c, err)
		}
		w.clock.add(time.Minute)
	}
	w.clock.add(calendarNote)
	if c, err := w.Calendar(t.Context(), secret, here); err != nil || !c.Used.Equal(w.clock.now()) {
		t.Fatalf("%+v %v", c, err)
	}
	for _, wrong := range []string{"", secret[1:], secret + "x", strings.Repeat("A", 43), "parley_" + secret} {
		_, err := w.Calendar(t.Context(), wrong, here)
		is(t, err, ErrNotFound)
	}
	// A token opens no calendar, nor a calendar's link anything else.
	_, err := w.Token(t.Context(), secret)
	is(t, err, ErrNotFound)
	_, err = w.Session(t.Context(), secret)
	is(t, err, ErrNotFound)
	_, err = w.Calendar(t.Context(), in.Token, here)
	is(t, err, ErrNotFound)

	is(t, w.EndCalendar(t.Context(), other.Session.Account, made.ID), ErrNotFound)
	if err := w.EndCalendar(t.Context(), in.Session.Account, made.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Calendar(t.Context(), secret, here)
	is(t, err, ErrNotFound)
	is(t, w.EndCalendar(t.Context(), in.Session.Account, made.ID), ErrNotFound)
	if _, err := w.Calendar(t.Context(), second, here); err != nil {
		t.Fatal("the other link ended with it:", err)
	}
}

// TestCalendarsEnd: with the seat, while the account is disabled, and when nobody has used the link for 90 days.
func TestCalendarsEnd(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	w.join("ben", seat("us-two"))
	secret, _ := w.calendar(in, seat("us-head"))
	if err := w.Disable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	_, err := w.Calendar(t.Context(), secret, here)
	is(t, err, ErrNotFound)
	if err := w.Enable(t.Context(), in.Session.Account); err != nil {
		t.Fatal(err)
	}
	for range 3 { // each use puts the end off
		if _, err := w.Calendar(t.Context(), secret, here); err != nil {
			t.Fatal(err)
		}
		w.clock.add(keepFor - calendarNote)
	}
	w.clock.add(calendarNote)
	_, err = w.Calendar(t.Context(), secret, here)
	is(t, err, ErrNotFound)
	in = w.logIn("ana")
	if n := len(w.calendars(in)); n != 0 {
		t.Fatalf("%d links are listed that have ended", n)
	}
	secret, _ = w.calendar(in, seat("us-head"))
	w.prune()
	rows := 0
	if err := w.db.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Calendars(string(in.Session.Account))
		rows = len(list)
		return err
	}); err != nil || rows != 1 {
		t.Fatalf("%d rows are left, not the one that is in use (%v)", rows, err)
	}
	if err := w.EndHolding(t.Context(), seat("us-head")); err != nil {
		t.Fatal(err)
	}
	_, err = w.Calendar(t.Context(), secret, here)
	is(t, err, ErrNotFound)
	if n := len(w.calendars(in)); n != 0 {
		t.Fatalf("%d links outlived the seat", n)
	}
}

// TestWrongCalendars: only the holder of a seat makes a link to its calendar, having proved lately who they are, and not any number.
func TestWrongCalendars(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	w.join("ben", seat("us-two"))
	for name, h := range map[string]Holding{
		"another's":      seat("us-two"),
		"another tenure": {Process: "riyadh", Seat: "us-head", Tenure: talks.Ref{Room: "x", Name: "1"}},
		"none":           {},
	} {
		if _, _, err := w.NewCalendar(t.Context(), in.Token, h); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range calendarMax {
		w.calendar(in, seat("us-head"))
	}
	_, _, err := w.NewCalendar(t.Context(), in.Token, seat("us-head"))
	is(t, err, ErrMany)
	w.clock.add(16 * time.Minute)
	_, _, err = w.NewCalendar(t.Context(), in.Token, seat("us-head"))
	is(t, err, ErrStale)
}

// TestGuessedCalendars: whoever tries many links from one address must wait, and those who use theirs from another need not.
func TestGuessedCalendars(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	secret, _ := w.calendar(in, seat("us-head"))
	for range 2 * w.limits.PerAddress { // what succeeds counts for nothing
		if _, err := w.Calendar(t.Context(), secret, here); err != nil {
			t.Fatal(err)
		}
	}
	var limit *LimitError
	for i := range w.limits.PerAddress {
		if _, err := w.Calendar(t.Context(), "wrong", here); !errors.Is(err, ErrNotFound) {
			t.Fatal(i, err)
		}
	}
	if _, err := w.Calendar(t.Context(), secret, here); !errors.As(err, &limit) || limit.Retry <= 0 {
		t.Fatal("a right link is answered before it must wait:", err)
	}
	if _, err := w.Calendar(t.Context(), secret, Client{Address: netip.MustParseAddr("192.0.2.8")}); err != nil {
		t.Fatal(err)
	}
}
