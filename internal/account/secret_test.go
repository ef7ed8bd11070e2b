package account

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestNothingInClear: whatever people do, in whatever order, no password, link, token, code or secret of theirs stands in the files, in
// any form that it was shown in; and the log has neither them nor a name, login, address or identifier.
func TestNothingInClear(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(1, seed))
		dir := t.TempDir()
		var log lockedBuffer
		w := open(t, dir, WithLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		var secrets, names []string
		for i := range 2 {
			p := &secretive{w: w, login: fmt.Sprintf("somebody-%d", i), h: seat(fmt.Sprintf("us-%d", i)), password: fmt.Sprintf("walrus %x tea", r.Uint64())}
			p.begin()
			acts := []func(){p.token, p.calendar, p.codes, p.logIn, p.wrong, p.change, p.choose, p.passkey, p.logIn}
			r.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
			for _, act := range acts {
				act()
			}
			secrets, names = append(secrets, p.secrets...), append(names, p.names...)
		}
		search := func(when string) {
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil || len(files) < 3 {
				t.Fatal(files, err)
			}
			for _, file := range files {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, secret := range secrets {
					for _, form := range forms(secret) {
						if len(form) > 5 && bytes.Contains(b, form) {
							t.Errorf("%s has %q in clear, %s", filepath.Base(file), form, when)
						}
					}
				}
			}
		}
		search("while the store is open")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		search("after it was closed")
		for _, word := range append(secrets, names...) {
			if word != "" && strings.Contains(log.String(), word) {
				t.Errorf("the log has %q", word)
			}
		}
		if log.String() == "" {
			t.Error("the log is empty")
		}
	}
}

// secretive is somebody who uses everything that is secret, and remembers it.
type secretive struct {
	w               *world
	login, password string
	h               Holding
	in              *LogIn
	app             *app
	secrets, names  []string
}

func (p *secretive) must(err error) {
	p.w.t.Helper()
	if err != nil {
		p.w.t.Fatal(err)
	}
}

func (p *secretive) begin() {
	link := p.w.invite(p.h)
	in, _, err := p.w.Register(p.w.t.Context(), link, Registration{Login: p.login, Name: "Person " + p.login, Password: p.password}, here)
	p.must(err)
	p.in = in
	p.secrets = append(p.secrets, link, p.password, in.Token, in.Device)
	p.names = append(p.names, p.login, string(in.Session.Account), string(in.Session.ID), "192.0.2.7", string(p.h.Seat), p.h.Process)
}

func (p *secretive) token() {
	secret, k, err := p.w.NewToken(p.w.t.Context(), p.in.Token, p.h, "bot", true, time.Time{})
	p.must(err)
	_, err = p.w.Token(p.w.t.Context(), secret)
	p.must(err)
	p.secrets, p.names = append(p.secrets, secret), append(p.names, string(k.ID))
}

func (p *secretive) calendar() {
	secret, c, err := p.w.NewCalendar(p.w.t.Context(), p.in.Token, p.h)
	p.must(err)
	_, err = p.w.Calendar(p.w.t.Context(), secret, here)
	p.must(err)
	p.secrets, p.names = append(p.secrets, secret), append(p.names, string(c.ID))
}

func (p *secretive) codes() {
	a, recovery := p.w.withCodes(p.in)
	p.app = &a
	raw, err := base32Plain.DecodeString(a.secret)
	p.must(err)
	p.secrets = append(append(p.secrets, a.secret, string(raw)), recovery...)
	for _, r := range recovery {
		p.secrets = append(p.secrets, strings.ReplaceAll(r, "-", ""))
	}
}

func (p *secretive) logIn() {
	p.w.clock.add(time.Minute)
	next, err := p.w.LogInPassword(p.w.t.Context(), p.login, p.password, here)
	p.must(err)
	p.secrets = append(p.secrets, next.Token, next.Step)
	if next.Step != "" {
		next, err = p.w.LogInCode(p.w.t.Context(), next.Step, p.app.code(), here)
		p.must(err)
		p.secrets = append(p.secrets, next.Token)
	}
}

func (p *secretive) wrong() {
	_, err := p.w.LogInPassword(p.w.t.Context(), p.login, p.password+"x", here)
	is(p.w.t, err, ErrDenied)
	_, err = p.w.LogInPassword(p.w.t.Context(), p.login+"-nobody", p.password, here)
	is(p.w.t, err, ErrDenied)
}

func (p *secretive) change() {
	next := p.password + " again"
	token, err := p.w.SetPassword(p.w.t.Context(), p.in.Token, p.password, next, here)
	p.must(err)
	p.password, p.in.Token = next, token
	p.secrets = append(p.secrets, next, token)
}

func (p *secretive) choose() {
	token, err := p.w.Choose(p.w.t.Context(), p.in.Token, p.h)
	p.must(err)
	p.in.Token = token
	p.secrets = append(p.secrets, token)
}

func (p *secretive) passkey() {
	a := newAuthenticator(p.w.t)
	asked, challenge, err := p.w.BeginAddPasskey(p.w.t.Context(), p.in.Token)
	p.must(err)
	_, err = p.w.FinishAddPasskey(p.w.t.Context(), p.in.Token, challenge, "x", a.create(asked))
	p.must(err)
	p.secrets = append(p.secrets, challenge)
}

// forms are the ways in which a secret could lie in a file.
func forms(secret string) [][]byte {
	b := []byte(secret)
	all := [][]byte{b, []byte(strings.TrimPrefix(secret, tokenPrefix)), []byte(strings.ToUpper(secret))}
	if raw, err := base64.RawURLEncoding.DecodeString(secret); err == nil {
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
