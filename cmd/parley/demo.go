package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

type demoCmd struct {
	File string  `arg:"" optional:"" help:"The process file."`
	Addr string  `default:"127.0.0.1:8080" help:"The address to listen on."`
	Data string  `default:"data/demo" help:"The folder for the data, or memory: for none."`
	Seed *uint64 `help:"Make identifiers, keys and the clock functions of this number, so that anybody can make the same world again."`
}

// Run loads the file where the folder does not have its process yet, and serves it with a choice of seats.
func (c *demoCmd) Run(p *program) error {
	f, err := c.parse(p)
	if err != nil {
		return err
	}
	options := []ledger.Option{ledger.WithClock(elapsing(f.Start(), time.Now)), ledger.WithLog(p.log())}
	if c.Seed != nil {
		options = append(options, ledger.WithClock(stepping(f.Start())), ledger.WithSeed(*c.Seed))
	}
	l, err := ledger.Open(p.ctx, c.Data, options...)
	if err != nil {
		return err
	}
	defer shut(l)
	if c.Seed != nil {
		if err := c.seeded(p, l); err != nil {
			return err
		}
	}
	switch _, err := processfile.Load(p.ctx, l, f); {
	case errors.Is(err, ledger.ErrExists):
		if err := p.compare(l, f, c.Data); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	seats := holding(p.ctx, l, f)
	if len(seats) == 0 {
		return usage("%s: no seat of the file holds; designate a delegation in the lobby", f.Name)
	}
	config := server.Config{Ledger: l, Demo: &server.Demo{Process: f.Process, Seats: seats}, Export: processfile.Export, Log: p.log()}
	if c.Seed != nil {
		config.NewKey = seededKey
	}
	return p.serve(l, config, c.Addr, func(url string) {
		fmt.Fprintf(p.stdout, "Parley shows %s at %s\n", f.Process, url)
	})
}

// seeded checks that a folder was made with the seed: the host's key then is the seed's.
func (c *demoCmd) seeded(p *program, l *ledger.Ledger) error {
	of, err := ledger.Open(p.ctx, "memory:", ledger.WithSeed(*c.Seed))
	if err != nil {
		return err
	}
	defer shut(of)
	if l.HostKey() != of.HostKey() {
		return usage("--seed: %s was made without this seed; choose another --data, or memory:", c.Data)
	}
	return nil
}

func (c *demoCmd) parse(p *program) (*processfile.File, error) {
	if c.File == "" {
		return processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
	}
	return p.parseFile(c.File)
}

// elapsing is a clock that starts at a time and goes on as time does. It never shows a moment before the last entry that it is told of,
// which is of an earlier run.
func elapsing(start time.Time, now func() time.Time) ledger.Clock {
	began := now()
	return func(last time.Time) time.Time {
		t := start.Add(now().Sub(began))
		if t.Before(last) {
			return last
		}
		return t
	}
}

// stepping is a clock that is a function of what is seen alone: two worlds that look the same to a viewer have the same time.
func stepping(start time.Time) ledger.Clock {
	return func(last time.Time) time.Time {
		if next := last.Add(time.Second); next.After(start) {
			return next
		}
		return start
	}
}

// seededKey makes a form's idempotency key of what its page shows, so that a page is the same in two worlds that look the same. Two forms
// of one moment share a key, and the second of them is told of the first: for comparing worlds, not for talks.
func seededKey(v *ledger.View) string {
	h := sha256.New()
	fmt.Fprintln(h, v.Process(), v.Seat())
	for _, s := range v.World().Rooms() {
		fmt.Fprintln(h, s.Room.ID, v.Head(s.Room.ID).Root)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// compare says so where the folder has other acts of the process than the file; the folder's stay.
func (p *program) compare(l *ledger.Ledger, f *processfile.File, data string) error {
	same, err := sameProcess(p.ctx, l, f)
	if err != nil {
		return err
	}
	if !same {
		fmt.Fprintf(p.stdout, "%s has %s already, with other acts than %s. It is kept as it is. To show the file, name another folder with --data, or remove this one.\n", data, f.Process, f.Name)
	}
	return nil
}

// sameProcess compares, seat by seat, what the file would show with what the folder showed at the time of the file's last act.
func sameProcess(ctx context.Context, l *ledger.Ledger, f *processfile.File) (bool, error) {
	fresh, err := ledger.Open(ctx, "memory:")
	if err != nil {
		return false, err
	}
	defer func() { _ = fresh.Close() }()
	if _, err := processfile.Load(ctx, fresh, f); err != nil {
		return false, err
	}
	last := f.Acts[0].At
	for i := range f.Acts {
		if f.Acts[i].At.After(last) {
			last = f.Acts[i].At
		}
	}
	for _, seat := range f.Seats() {
		var texts [2]string
		for i, l := range []*ledger.Ledger{fresh, l} {
			view, err := l.ViewAt(ctx, ledger.Viewer{Process: f.Process, Seat: seat}, last)
			if errors.Is(err, ledger.ErrNotFound) {
				continue // the seat sees nothing, which is to be so in both
			}
			var b strings.Builder
			if err == nil {
				err = processfile.Export(ctx, view, &b)
			}
			if err != nil {
				return false, err
			}
			texts[i] = b.String()
		}
		if texts[0] != texts[1] {
			return false, nil
		}
	}
	return true, nil
}

// holding returns the seats of a file that hold now.
func holding(ctx context.Context, l *ledger.Ledger, f *processfile.File) []talks.Seat {
	var out []talks.Seat
	for _, s := range f.Seats() {
		if _, err := l.View(ctx, ledger.Viewer{Process: f.Process, Seat: s}); err == nil {
			out = append(out, s)
		}
	}
	return out
}
