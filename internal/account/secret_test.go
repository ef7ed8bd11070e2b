package account

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNothingInClear: whatever people do, no password, link, token, code or secret of theirs stands in the files, in any form that it was shown
// in; and the log has neither them nor a name, login, address or identifier.
func TestNothingInClear(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		var log lockedBuffer
		c := &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		s, err := Open(t.Context(), dir, WithClock(c.now), WithHashing(quick), WithOrigin("https://talks.example", "Talks"),
			WithLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		if err != nil {
			rt.Fatal(err)
		}
		w := &world{s, t, c}
		var secrets, names []string
		people := rapid.IntRange(1, 3).Draw(rt, "people")
		for i := range people {
			login, h := fmt.Sprintf("somebody-%d", i), seat(fmt.Sprintf("us-%d", i))
			password := fmt.Sprintf("%s %d", rapid.StringMatching(`[a-z]{6} [k-p]{3}[0-9]{3} [A-Z]{8}`).Draw(rt, "password"), i)
			link := w.invite(h)
			secrets = append(secrets, link)
			in, _, err := w.Register(t.Context(), link, Registration{Login: login, Name: "Person " + login, Password: password}, here)
			if err != nil {
				rt.Skip(err) // a password that is refused
			}
			secrets = append(secrets, password, in.Token, in.Device)
			names = append(names, login, string(in.Session.Account), string(in.Session.ID), "192.0.2.7", string(h.Seat), h.Process)
			for _, what := range rapid.SliceOfN(rapid.SampledFrom([]string{"token", "codes", "log in", "wrong", "password", "choose", "passkey"}), 1, 6).Draw(rt, "acts") {
				switch what {
				case "token":
					secret, k, err := w.NewToken(t.Context(), in.Token, h, "bot", true, time.Time{})
					if err != nil {
						rt.Fatal(err)
					}
					if _, err := w.Token(t.Context(), secret); err != nil {
						rt.Fatal(err)
					}
					secrets, names = append(secrets, secret), append(names, string(k.ID))
				case "codes":
					a, recovery := w.withCodes(in)
					secrets = append(append(secrets, a.secret, string(mustBase32(a.secret))), recovery...)
					for _, r := range recovery {
						secrets = append(secrets, strings.ReplaceAll(r, "-", ""))
					}
				case "log in":
					c.add(time.Minute)
					next, err := w.LogInPassword(t.Context(), login, password, here)
					if err != nil {
						rt.Fatal(err)
					}
					secrets = append(secrets, next.Token, next.Step)
				case "wrong":
					_, _ = w.LogInPassword(t.Context(), login, password+"x", here)
					_, _ = w.LogInPassword(t.Context(), login+"-nobody", password, here)
				case "password":
					secrets = append(secrets, password)
					next := password + " again"
					token, err := w.SetPassword(t.Context(), in.Token, password, next, here)
					if err != nil {
						rt.Fatal(err)
					}
					password, in.Token = next, token
					secrets = append(secrets, next, token)
				case "choose":
					if in.Token, err = w.Choose(t.Context(), in.Token, h); err != nil {
						rt.Fatal(err)
					}
					secrets = append(secrets, in.Token)
				case "passkey":
					a := newAuthenticator(t)
					asked, challenge, err := w.BeginAddPasskey(t.Context(), in.Token)
					if err != nil {
						rt.Fatal(err)
					}
					if _, err := w.FinishAddPasskey(t.Context(), in.Token, challenge, "x", a.create(asked)); err != nil {
						rt.Fatal(err)
					}
					secrets = append(secrets, challenge)
				}
			}
		}
		search := func(when string) {
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil || len(files) < 3 {
				rt.Fatal(files, err)
			}
			for _, file := range files {
				b, err := os.ReadFile(file)
				if err != nil {
					rt.Fatal(err)
				}
				for _, secret := range secrets {
					for _, form := range forms(secret) {
						if len(form) > 5 && bytes.Contains(b, form) {
							rt.Errorf("%s has %q in clear, %s", filepath.Base(file), form, when)
						}
					}
				}
			}
		}
		search("while the store is open")
		if err := s.Close(); err != nil {
			rt.Fatal(err)
		}
		search("after it was closed")
		for _, word := range append(secrets, names...) {
			if word != "" && strings.Contains(log.String(), word) {
				rt.Errorf("the log has %q", word)
			}
		}
	})
}

// forms are the ways in which a secret could lie in a file.
func forms(secret string) [][]byte {
	b := []byte(secret)
	all := [][]byte{b, []byte(strings.TrimPrefix(secret, tokenPrefix)), []byte(strings.ToUpper(secret))}
	if raw, err := b64decode(secret); err == nil {
		all = append(all, raw)
	}
	return all
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
