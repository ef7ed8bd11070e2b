package account

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/account/internal/store"
)

func TestCheckPassword(t *testing.T) {
	for password, code := range map[string]string{
		good: "", good2: "",
		"correct horse battery staple":               "",
		"Tr0ub4dor&3 rides again":                    "",
		"k7#vQz!m2Lp9":                               "",
		"سبعة طيور على بحيرة":                        "",
		"七つの鷺と静かな池の朝焼け":                              "",
		strings.Repeat("ab1 cd2-", 32):               "",
		"":                                           ProblemShort,
		"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301": ProblemShort, // six letters
		"elevenchars":                                ProblemShort,
		strings.Repeat("xy8!qW-z", 32) + "x":         ProblemLong,
		strings.Repeat("é", 300):                     ProblemLong,
		"line\nbreak is not typed":                   ProblemForm,
		"bad \xff bytes in the middle":               ProblemForm,
		"password1234":                               ProblemWeak,
		"Password123!":                               ProblemWeak,
		"P@ssw0rd2026!!":                             ProblemWeak,
		"passwordpassword":                           ProblemWeak,
		"123456789012":                               ProblemWeak,
		"987654321098":                               ProblemWeak,
		"qwertyuiop12":                               ProblemWeak,
		"1q2w3e4r5t6y":                               ProblemWeak,
		"1qaz2wsx3edc":                               ProblemWeak,
		"zxcvbnm,.asdf":                              ProblemWeak,
		"aaaaaaaaaaaaaaaa":                           ProblemWeak,
		"abcabcabcabcabc":                            ProblemWeak,
		"xyzzyxyzzyxyzzy":                            ProblemWeak,
		"iloveyou iloveyou":                          ProblemWeak,
		"Welcome2Parley!":                            ProblemWeak,
		"treatysummit2026":                           ProblemWeak,
		"ana.petrova2026!":                           ProblemWeak, // the account's own login and name
		"йцукенгшщзхъ":                               ProblemWeak,
		"administrator1":                             ProblemWeak,
		"DonaldTrump2025":                            ProblemWeak,
		"letmeinletmein":                             ProblemWeak,
		"spring2026summer":                           ProblemWeak,
		"111222333444555":                            ProblemWeak,
		"a1b2c3d4e5f6g7h8 mostly a row but spaced":   "",
	} {
		err := CheckPassword(password, "ana.petrova", "Ana Petrova")
		var p *Problem
		switch got := errors.As(err, &p); {
		case code == "" && err != nil:
			t.Errorf("%q is refused: %v", password, err)
		case code != "" && (!got || p.Code != code || p.Field != "password"):
			t.Errorf("%q: got %v, want %s", password, err, code)
		}
	}
}

// TestPasswordForms: what looks the same is the same password, whatever system it was typed on.
func TestPasswordForms(t *testing.T) {
	w := open(t, "memory:")
	composed, decomposed := "a café beside the quay", "a cafe\u0301 beside\u00a0the\u3000quay"
	_, _, err := w.Register(t.Context(), w.invite(seat("us-head")), Registration{Login: "Ana", Name: "Ana", Password: composed}, here)
	if err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"ana", "ANA", "Ana", "ａｎａ"} {
		for _, password := range []string{composed, decomposed} {
			if _, err := w.LogInPassword(t.Context(), login, password, here); err != nil {
				t.Errorf("%q %q: %v", login, password, err)
			}
		}
	}
	for _, password := range []string{"A café beside the quay", composed + " ", "", "\x00", strings.Repeat("x", 1<<20), "\xff"} {
		w.clock.add(time.Hour)
		_, err := w.LogInPassword(t.Context(), "ana", password, here)
		is(t, err, ErrDenied)
	}
	for _, login := range []string{"", "a", "an a", "nobody", "\x00", strings.Repeat("x", 1<<16), "\xff", "ana\n"} {
		w.clock.add(time.Hour)
		_, err := w.LogInPassword(t.Context(), login, composed, here)
		is(t, err, ErrDenied)
	}
}

// TestRehash: a password that was stored with other work is stored anew when it is next used.
func TestRehash(t *testing.T) {
	dir := t.TempDir()
	stored := func(w *world) (s string) {
		t.Helper()
		if err := w.read(t.Context(), func(tx *store.Tx) error {
			a, err := tx.AccountByLogin("ana")
			s = a.Password
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	w := open(t, dir)
	w.join("ana", seat("us-head"))
	before := stored(w)
	w.logIn("ana")
	if stored(w) != before || !strings.HasPrefix(before, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%s became %s", before, stored(w))
	}
	_ = w.Close()
	w = open(t, dir, WithHashing(Hashing{Memory: 128, Passes: 2, Lanes: 2}))
	_, err := w.LogInPassword(t.Context(), "ana", good2, here)
	is(t, err, ErrDenied)
	if stored(w) != before {
		t.Fatal("a wrong password was hashed anew")
	}
	w.logIn("ana")
	if s := stored(w); !strings.HasPrefix(s, "$argon2id$v=19$m=128,t=2,p=2$") {
		t.Fatal(s)
	}
	w.logIn("ana")
}

func TestSetPassword(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	other := w.logIn("ana")
	_, err := w.SetPassword(t.Context(), in.Token, good2, good2, here)
	is(t, err, ErrDenied)
	var p *Problem
	if _, err = w.SetPassword(t.Context(), in.Token, good, "ana ana ana ana", here); !errors.As(err, &p) || p.Code != ProblemWeak {
		t.Fatal(err)
	}
	is(t, w.RemovePassword(t.Context(), in.Token), ErrLast)
	w.clock.add(time.Hour) // the old password is proof enough
	token, err := w.SetPassword(t.Context(), in.Token, good, good2, here)
	if err != nil {
		t.Fatal(err)
	}
	w.gone(in)
	w.gone(other)
	if s, err := w.Session(t.Context(), token); err != nil || !w.Recent(s) || s.Holding != seat("us-head") {
		t.Fatal(s, err)
	}
	_, err = w.LogInPassword(t.Context(), "ana", good, here)
	is(t, err, ErrDenied)
	if _, err := w.LogInPassword(t.Context(), "ana", good2, here); err != nil {
		t.Fatal(err)
	}

	// Without a password one can be set by whoever has just logged in.
	a, in := w.withPasskey("ben", seat("us-two"))
	w.clock.add(time.Hour)
	_, err = w.SetPassword(t.Context(), in.Token, "", good, here)
	is(t, err, ErrStale)
	in = w.fresh(a)
	if token, err = w.SetPassword(t.Context(), in.Token, "", good, here); err != nil {
		t.Fatal(err)
	}
	w.logIn("ben")
	if err := w.RemovePassword(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	_, err = w.LogInPassword(t.Context(), "ben", good, here)
	is(t, err, ErrDenied)
}

func TestProve(t *testing.T) {
	w := open(t, "memory:")
	in := w.join("ana", seat("us-head"))
	w.clock.add(15 * time.Minute)
	s, err := w.Session(t.Context(), in.Token)
	if err != nil || w.Recent(s) {
		t.Fatal(s, err)
	}
	_, _, err = w.NewToken(t.Context(), in.Token, seat("us-head"), "reader", false, time.Time{})
	is(t, err, ErrStale)
	_, err = w.Prove(t.Context(), in.Token, good2, "", here)
	is(t, err, ErrDenied)
	token, err := w.Prove(t.Context(), in.Token, good, "", here)
	if err != nil {
		t.Fatal(err)
	}
	w.gone(in)
	if s, err = w.Session(t.Context(), token); err != nil || !w.Recent(s) || s.ID != in.Session.ID {
		t.Fatal(s, err)
	}
	if err := w.SetName(t.Context(), token, "Ana P."); err != nil {
		t.Fatal(err)
	}
	if s, err = w.Session(t.Context(), token); err != nil || s.Name != "Ana P." {
		t.Fatal(s, err)
	}
	lasts(t, s.Ended)
	for _, name := range []string{"", "  ", "a\nb", "a\u202eb", strings.Repeat("x", 81), "\xff"} {
		var p *Problem
		if err := w.SetName(t.Context(), token, name); !errors.As(err, &p) || p.Field != "name" {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestHashingIsBounded: of many log-ins at once a few are hashed, a few wait, and the rest are told to come back; and whoever was told so has
// not used up an attempt.
func TestHashingIsBounded(t *testing.T) {
	w := open(t, "memory:", WithHashing(Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 1}))
	w.join("ana", seat("us-head"))
	w.hasher.slots <- struct{}{} // one is being hashed, until we say so
	var wg sync.WaitGroup
	var mu sync.Mutex
	counts := map[string]int{}
	for range 40 {
		wg.Go(func() {
			_, err := w.LogInPassword(t.Context(), "ana", good, here)
			var limit *LimitError
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				counts["in"]++
			case errors.As(err, &limit):
				counts["later"]++
			default:
				t.Error(err)
			}
		})
	}
	for w.hasher.waiting.Load() < 10 { // as many as one login may try at once
		time.Sleep(time.Millisecond)
	}
	<-w.hasher.slots
	wg.Wait()
	if counts["in"] < 10 || counts["in"]+counts["later"] != 40 {
		t.Errorf("%v", counts)
	}
	w.hasher.slots <- struct{}{}
	w.hasher.waiting.Store(17)
	for range 30 {
		_, err := w.LogInPassword(t.Context(), "ana", good, here)
		if limit, ok := errors.AsType[*LimitError](err); !ok || limit.Retry != 2*time.Second {
			t.Fatal(err)
		}
	}
	w.hasher.waiting.Store(0)
	<-w.hasher.slots
	w.logIn("ana")
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$c3Vtc3Vtc3Vtc3Vtc3Vtc3Vtc3Vtc3Vtc3Vtc3Vtc3U")
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c3Vtc3Vtc3Vtc3Vtc3U")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Add("$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c3Vtc3Vtc3Vtc3Vtc3U")
	f.Add("$2a$10$x")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Errorf("%q is read as %q", s, p)
		}
		if err := (Hashing{p.memory, p.passes, p.lanes, 1}).check(); err != nil {
			t.Errorf("%q asks for too much: %v", s, err)
		}
	})
}

func FuzzForms(f *testing.F) {
	for _, s := range []string{"ana", "Ana Petrova", "ａｎａ", "\u202e", "\xff", "a\u0301", "İstanbul", "ß", "ﬀ", "", "١٢٣", "ΑΣ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if l, err := cleanLogin(s); err == nil {
			if again, err := cleanLogin(l); err != nil || again != l {
				t.Errorf("the login %q becomes %q and then %q (%v)", s, l, again, err)
			}
			if strings.ContainsAny(l, " \n\x00/") || !utf8.ValidString(l) {
				t.Errorf("a login is %q", l)
			}
		}
		if n, err := cleanName("name", s); err == nil {
			if again, err := cleanName("name", n); err != nil || again != n {
				t.Errorf("the name %q becomes %q and then %q (%v)", s, n, again, err)
			}
		}
		if a := cleanAgent(s); !utf8.ValidString(a) || utf8.RuneCountInString(a) > agentMax {
			t.Errorf("an agent is %q", a)
		}
		if p, ok := prepare(s); ok {
			if again, ok := prepare(p); !ok || again != p {
				t.Errorf("the password %q becomes %q and then %q", s, p, again)
			}
		}
		if n := strength(s, s, "x"); n > utf8.RuneCountInString(s)+len(s) || n < 0 {
			t.Errorf("%q is of the strength %d", s, n)
		}
		_ = plainCode(s)
	})
}

// TestChangedMeanwhile: a password that is changed while it is being compared opens nothing any more.
func TestChangedMeanwhile(t *testing.T) {
	w := open(t, "memory:", WithHashing(Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 1}))
	in := w.join("ana", seat("us-head"))
	w.hasher.slots <- struct{}{}
	answer := make(chan error)
	go func() {
		_, err := w.LogInPassword(t.Context(), "ana", good, here)
		answer <- err
	}()
	for w.hasher.waiting.Load() < 1 {
		time.Sleep(time.Millisecond)
	}
	if err := w.change(t.Context(), func(tx *store.Tx, _ *after) error {
		a, err := tx.AccountByID(string(in.Session.Account))
		if err != nil {
			return err
		}
		a.Password = w.hasher.nobody.String()
		return tx.SetAccount(a)
	}); err != nil {
		t.Fatal(err)
	}
	<-w.hasher.slots
	is(t, <-answer, ErrDenied)
}
