package account

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func isLimit(err error) bool {
	var l *LimitError
	return errors.As(err, &l)
}

// from is a client at an address.
func from(address string) Client { return Client{Address: netip.MustParseAddr(address)} }

// attempts are the answers to wrong log-ins, as text, each from another address.
func (w *world) attempts(login string, n int) (answers []string) {
	for i := range n {
		_, err := w.LogInPassword(w.t.Context(), login, "not the password", from(fmt.Sprintf("198.51.100.%d", i)))
		answers = append(answers, fmt.Sprint(err))
	}
	return answers
}

// TestLimitsTellNothing: the answers to log-ins are the same, one by one, whether the account exists, has a password, or is disabled.
func TestLimitsTellNothing(t *testing.T) {
	w := open(t, "memory:")
	w.join("ana", seat("us-head"))
	w.withPasskey("ben", seat("us-two"))
	if err := w.Disable(t.Context(), w.join("kim", seat("us-kim")).Session.Account); err != nil {
		t.Fatal(err)
	}
	want := w.attempts("nobody", 14)
	if want[9] != "logging in: "+ErrDenied.Error() || want[10] != "logging in: too many attempts; try again in 60 seconds" {
		t.Fatal(want)
	}
	for _, login := range []string{"ana", "ben", "kim", "No Login"} {
		for i, got := range w.attempts(login, 14) {
			if got != want[i] {
				t.Errorf("%s, attempt %d: %s instead of %s", login, i, got, want[i])
			}
		}
	}
	// And the right password does not help before there is room for an attempt; nor does it tell that it is right.
	_, err := w.LogInPassword(t.Context(), "ana", good, here)
	if fmt.Sprint(err) != want[10] {
		t.Error(err)
	}
	w.clock.add(time.Minute)
	w.logIn("ana")
	w.clock.add(time.Hour)
	for range 30 {
		w.logIn("ana") // what succeeds is not counted
	}
}

// TestKnownBrowsers: somebody who guesses cannot keep out the owner's own browser.
func TestKnownBrowsers(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	other := w.join("ben", seat("us-two"))
	w.attempts("ana", 20)
	c := from("203.0.113.9")
	for _, device := range []string{"", other.Device, "x.y", in.Device + "x", "x" + in.Device} {
		c.Device = device
		if _, err := w.LogInPassword(t.Context(), "ana", good, c); !isLimit(err) {
			t.Errorf("with the device %q: %v", device, err)
		}
	}
	c.Device = in.Device
	again, err := w.LogInPassword(t.Context(), "ana", good, c)
	if err != nil || again.Device != in.Device {
		t.Fatal(err)
	}
	for range 10 {
		_, err := w.LogInPassword(t.Context(), "ana", good2, c)
		is(t, err, ErrDenied)
	}
	if _, err := w.LogInPassword(t.Context(), "ana", good, c); !isLimit(err) {
		t.Error("a known browser can guess without end:", err)
	}
}

// TestAddresses: what one address, or one subscriber's IPv6 network, may try at all accounts together and at links.
func TestAddresses(t *testing.T) {
	w := open(t, "memory:")
	link := w.invite(seat("us-head"))
	for i := range 60 {
		var err error
		c := from(fmt.Sprintf("2001:db8:1:2::%x", i+1))
		if i%2 == 0 {
			_, err = w.LogInPassword(t.Context(), fmt.Sprint("nobody", i), good, c)
			is(t, err, ErrDenied)
		} else {
			is(t, w.Invited(t.Context(), fmt.Sprint("guess", i), c), ErrNotFound)
		}
	}
	c := from("2001:db8:1:2:ffff::1")
	_, err := w.LogInPassword(t.Context(), "nobody", good, c)
	if !isLimit(err) || !isLimit(w.Invited(t.Context(), link, c)) {
		t.Error("no limit:", err)
	}
	_, _, err = w.Register(t.Context(), link, Registration{Login: "ana", Name: "Ana", Password: good}, c)
	if !isLimit(err) {
		t.Error(err)
	}
	_, err = w.FinishPasskey(t.Context(), "x", nil, c)
	if !isLimit(err) {
		t.Error(err)
	}
	for _, a := range []string{"2001:db8:1:3::1", "192.0.2.1", "::ffff:192.0.2.1"} {
		if err := w.Invited(t.Context(), link, from(a)); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	w.clock.add(6 * time.Second)
	if err := w.Invited(t.Context(), link, c); err != nil {
		t.Error(err)
	}
	if place(netip.MustParseAddr("::ffff:192.0.2.1")) != place(netip.MustParseAddr("192.0.2.1")) || place(netip.Addr{}) == "" {
		t.Error("an address has two names")
	}
	if place(netip.MustParseAddr("fe80::1%eth0")) != place(netip.MustParseAddr("fe80::2%eth1")) {
		t.Error("a zone counts")
	}
	begun := 0
	for ; begun < 1000; begun++ {
		if _, _, err := w.BeginPasskey(t.Context(), here); isLimit(err) {
			break
		}
	}
	if begun != beginsPerAddress {
		t.Errorf("%d ceremonies were begun", begun)
	}
}

// TestMeter: a meter never lets through more than a bucket of its size would, and of few keys exactly as many.
func TestMeter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const burst, every = 5, time.Minute
		m := newMeter(burst, every)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		level := map[string]float64{}
		at := map[string]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")
			if last, ok := at[key]; ok {
				level[key] = max(0, level[key]-float64(now.Sub(last))/float64(every))
			}
			at[key] = now
			if rapid.IntRange(0, 4).Draw(t, "back") == 0 {
				m.back(key, now)
				level[key] = max(0, level[key]-1)
				continue
			}
			wait := m.take(key, now)
			if over := level[key] + 1 - burst; (over > 1e-6) != (wait > 0) {
				t.Fatalf("%s at %f: wait %v", key, level[key], wait)
			} else if over <= 1e-6 {
				level[key]++
			}
		}
	})
	m := newMeter(3, time.Minute)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for range 3 {
		m.take("target", now)
	}
	for i := range 1000 { // whoever tries many others frees nobody
		m.take(fmt.Sprint("other", i), now)
	}
	if m.take("target", now) == 0 {
		t.Error("a key was forgotten")
	}
	if m.take("fresh", now.Add(-time.Hour)) != 0 {
		t.Error("a clock that was set back lets nobody in")
	}
}

// TestPending: what was begun can be taken once, and is forgotten when it is old or when there is too much of it.
func TestPending(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	p := newPending[int](time.Minute, 3)
	for i := range 5 {
		p.put(fmt.Sprint(i), i, now)
	}
	for i := range 5 {
		if v, ok := p.take(fmt.Sprint(i), now); ok != (i >= 2) || (ok && v != i) {
			t.Error(i, v, ok)
		}
		if _, ok := p.take(fmt.Sprint(i), now); ok {
			t.Error(i, "was taken twice")
		}
	}
	p.put("x", 7, now)
	if v, ok := p.look("x", now); v != 7 || !ok {
		t.Error(v, ok)
	}
	v, _ := p.take("x", now)
	p.again("x", v+1, now)
	if v, ok := p.take("x", now.Add(59*time.Second)); v != 8 || !ok {
		t.Error(v, ok)
	}
	p.again("x", 9, now.Add(time.Minute))
	p.put("y", 1, now)
	for _, key := range []string{"x", "y", "z"} {
		if _, ok := p.look(key, now.Add(time.Minute)); ok {
			t.Error(key, "is there")
		}
		if _, ok := p.take(key, now.Add(time.Minute)); ok {
			t.Error(key, "is there")
		}
	}
	p.put("z", 1, now.Add(time.Hour))
	if len(p.items) != 1 || len(p.order) != 1 {
		t.Errorf("%d and %d are kept", len(p.items), len(p.order))
	}
}

// TestSameWork: a password is hashed whoever's it is said to be, by construction: each of these waits for its turn to be hashed.
func TestSameWork(t *testing.T) {
	w := open(t, "memory:", WithHashing(Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 1}))
	w.join("ana", seat("us-head"))
	w.withPasskey("ben", seat("us-two"))
	if err := w.Disable(t.Context(), w.join("kim", seat("us-kim")).Session.Account); err != nil {
		t.Fatal(err)
	}
	if h := &w.hasher; h.nobody.memory != h.h.Memory || h.nobody.passes != h.h.Passes || h.nobody.lanes != h.h.Lanes || len(h.nobody.salt) != saltSize || len(h.nobody.sum) != sumSize {
		t.Errorf("the hash of nobody is %v", h.nobody)
	}
	for _, login := range []string{"ana", "ben", "kim", "nobody", "No Login", ""} {
		for _, password := range []string{good, "short", "", "\xff", "bad\x00byte"} {
			w.clock.add(time.Hour)
			w.hasher.slots <- struct{}{}
			done := make(chan error)
			go func() {
				_, err := w.LogInPassword(t.Context(), login, password, here)
				done <- err
			}()
			for w.hasher.waiting.Load() == 0 {
				select {
				case err := <-done:
					t.Fatalf("%q %q: answered without hashing: %v", login, password, err)
				case <-time.After(time.Millisecond):
				}
			}
			<-w.hasher.slots
			if err := <-done; (err == nil) != (login == "ana" && password == good) {
				t.Errorf("%q %q: %v", login, password, err)
			}
		}
	}
}

// TestRefusedAttemptsAreFree: what one limit refuses is not counted by another, so whoever is stopped at an address fills nobody's account.
func TestRefusedAttemptsAreFree(t *testing.T) {
	w := open(t, "memory:")
	w.join("ana", seat("us-head"))
	bad := from("203.0.113.66")
	for range 60 {
		is(t, w.Invited(t.Context(), "guess", bad), ErrNotFound)
	}
	for range 30 {
		if _, err := w.LogInPassword(t.Context(), "ana", good2, bad); !isLimit(err) {
			t.Fatal(err)
		}
	}
	w.logIn("ana")
}
