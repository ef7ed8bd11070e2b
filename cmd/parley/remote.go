package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/client"
	"parley/internal/talks"
	"parley/record"
)

// remote is where a command works against a server instead of a folder.
type remote struct {
	Server    string `placeholder:"URL" help:"Work against this server, as the seat of a token. Or PARLEY_SERVER."`
	Token     string `placeholder:"TOKEN" help:"The token. Others on this machine can see it: rather set PARLEY_TOKEN, or give --token-file."`
	TokenFile string `placeholder:"FILE" help:"A file with the token. Or PARLEY_TOKEN_FILE."`
	HostKey   string `placeholder:"KEY" help:"The host's key, as you were told it by another way: what is shown has to be signed with it. Or PARLEY_HOST_KEY."`
	Heads     string `placeholder:"FILE" help:"Keep the signed heads of the rooms that the server shows in this file, and raise the alarm where one does not extend the last. For servers only. Or PARLEY_HEADS."`
}

// talksAt is a process on a server.
type talksAt struct {
	*client.Talks
	client  *client.Client
	me      *client.Me
	process string
	heads   *client.Heads
	host    record.HostKey
}

// wanted reports whether the command is for a server: the flag says so, or the environment does and no folder was given.
func (r *remote) wanted(p *program, data string) bool {
	return r.Server != "" || data == "" && p.env("PARLEY_SERVER") != ""
}

// token is what the flags, a file or the environment have.
func (r *remote) token(p *program) (string, error) {
	if r.Token != "" {
		return r.Token, nil
	}
	file := r.TokenFile
	if file == "" && p.env("PARLEY_TOKEN") != "" {
		return p.env("PARLEY_TOKEN"), nil
	}
	if file = cmp.Or(file, p.env("PARLEY_TOKEN_FILE")); file == "" {
		return "", usage("the server wants to know who asks; set PARLEY_TOKEN, or give --token-file")
	}
	b, err := os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}

// connect asks the server who the token is for. A process of "" is the token's own, and a seat of "" too.
func (r *remote) connect(p *program, process, seat string) (*talksAt, error) {
	token, err := r.token(p)
	if err != nil {
		return nil, err
	}
	t := &talksAt{}
	var options []client.Option
	if s := cmp.Or(r.HostKey, p.env("PARLEY_HOST_KEY")); s != "" {
		if t.host, err = record.ParseHostKey(s); err != nil {
			return nil, usage("--host-key: %v", err)
		}
		options = append(options, client.WithHost(t.host))
	}
	if file := cmp.Or(r.Heads, p.env("PARLEY_HEADS")); file != "" {
		if t.heads, err = client.OpenHeads(filepath.Clean(file)); err != nil {
			return nil, err
		}
		options = append(options, client.WithHeads(t.heads))
	}
	c, err := client.New(cmp.Or(r.Server, p.env("PARLEY_SERVER")), token, options...)
	if err != nil {
		return nil, usage("--server: %v", err)
	}
	if t.me, err = c.Me(p.ctx); errors.As(err, new(*url.Error)) {
		return nil, fmt.Errorf("%w; is the server running, and is --server right?", err)
	} else if err != nil {
		return nil, ofServer(err)
	}
	t.process = cmp.Or(process, t.me.Process)
	if t.process != t.me.Process || seat != "" && seat != t.me.Seat {
		return nil, usage("the token is of %s in %s; leave process and --as out, or give another token", t.me.Seat, t.me.Process)
	}
	t.client, t.Talks = c, c.Talks(t.process)
	return t, nil
}

// check compares the signed heads of all rooms with the host's key and with the heads that were kept, and keeps them; nothing where neither
// was given.
func (t *talksAt) check(p *program) error {
	if t.heads == nil && t.host.IsZero() {
		return nil
	}
	heads, err := t.Heads(p.ctx)
	if err != nil {
		return ofServer(err)
	}
	for _, h := range heads {
		if !t.host.IsZero() && h.Host != t.host.String() {
			return &exitError{exitNo, fmt.Errorf("the server signs as %s, and the host's key is to be %s: it is another host, or one of the keys is wrong", h.Host, t.host)}
		}
		if _, err := t.Check(p.ctx, h.Room); err != nil {
			return ofServer(err)
		}
	}
	return nil
}

// ofServer gives the server's refusals the code of wrong use, and evidence against it that of a wrong record.
func ofServer(err error) error {
	var p *client.Problem
	var fork *client.ForkError
	switch {
	case errors.As(err, &fork):
		return &exitError{exitNo, err}
	case errors.As(err, &p) && p.Status < 500:
		return &exitError{exitUsage, p}
	}
	return err
}

// at is the talks as of a time as a command takes it; now for "".
func (t *talksAt) at(at string) (*client.Talks, error) {
	if at == "" {
		return t.Talks, nil
	}
	when, err := parseAt(at)
	if err != nil {
		return nil, err
	}
	return t.At(when), nil
}

// parseAt reads --at. A day is meant as it ended.
func parseAt(at string) (time.Time, error) {
	d := talks.Date(at)
	if !d.Valid() {
		return time.Time{}, usage("--at: %q is not a time; write one as in 2025-02-18 or 2025-02-18T09:00:00Z", at)
	}
	if d.Exact() {
		return d.Start(), nil
	}
	return d.End().Add(-1), nil
}

// world is what the seat sees, folded here from what the server answers.
func (t *talksAt) world(p *program) (*talks.World, error) {
	v, err := t.View(p.ctx)
	if err != nil {
		return nil, ofServer(err)
	}
	var states []*talks.State
	for _, r := range v.Rooms {
		st := talks.NewState(talks.RoomID(r.Room))
		for _, e := range r.Entries {
			var act talks.Act
			if len(e.Body) > 0 {
				act, _ = talks.Decode(talks.Kind(e.Kind), e.Body) // one of a kind that this program does not know is a line without an act
			}
			entry := talks.NewEntry(st.Room.ID, e.Index, e.Time, talks.Seat(e.Seat), talks.Kind(e.Kind), act)
			entry.Gone = e.Erased
			st.Fold(entry)
		}
		states = append(states, st)
	}
	return talks.NewWorld(states...), nil
}
