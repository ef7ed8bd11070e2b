package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/record"
)

type backupCmd struct {
	Data   string `help:"The folder with the data (PARLEY_DATA, else data)."`
	Output string `short:"o" required:"" help:"The file to write (tar), a folder if it ends with a slash, or - for standard output."`
	folder
}

// Run writes the backup, beside a running server or without one.
func (c *backupCmd) Run(p *program) error {
	if err := c.find(p, &c.Data, nil); err != nil {
		return err
	}
	var report *ledger.BackupReport
	write := func(work string) func(io.Writer) error {
		return func(w io.Writer) (err error) {
			report, err = ledger.WriteBackup(p.ctx, c.Data, work, w)
			return err
		}
	}
	out := p.stdout
	var err error
	switch info, there := os.Stat(c.Output); {
	case c.Output == "-":
		err, out = p.output(c.Output, write(c.Data)), p.stderr
	case strings.HasSuffix(c.Output, "/"), there == nil && info.IsDir():
		report, err = ledger.BackupFolder(p.ctx, c.Data, c.Output)
	case there == nil:
		return usage("-o: %s is there already; name a new file", c.Output)
	default:
		err = p.output(c.Output, write(filepath.Dir(c.Output)))
	}
	if err != nil {
		return wrongData(err)
	}
	fmt.Fprintf(out, "%d rooms with %d entries, %d bytes, as of %s\n", len(report.Rooms), report.Entries, report.Bytes, report.Time.Format(time.RFC3339))
	fmt.Fprintf(out, "sum %s\n", report.Sum)
	fmt.Fprintln(out, "The backup has the host's private key and the words of all rooms. Keep it as you keep the data.")
	return nil
}

type restoreCmd struct {
	From        string `arg:"" help:"The backup: a file, a folder, or - for standard input."`
	Data        string `help:"The folder to make (PARLEY_DATA, else data). It must be empty, or not be there."`
	Host        string `help:"The key that the host must have."`
	Pin         string `help:"The file with pinned checkpoints, of which the backup must not fall short (PARLEY_PIN)."`
	AcceptOlder bool   `help:"Restore the backup although it falls short of the pin."`
	folder
}

// Run restores the backup. A wrong one is exit code 1, and leaves nothing behind.
func (c *restoreCmd) Run(p *program) error {
	if err := c.find(p, &c.Data, &c.Pin); err != nil {
		return err
	}
	o := ledger.Restoring{Data: c.Data, Pin: c.Pin, AcceptOlder: c.AcceptOlder}
	if c.Host != "" {
		key, err := record.ParseHostKey(c.Host)
		if err != nil {
			return usage("--host: %v", err)
		}
		o.Host = key
	}
	info, err := os.Stat(c.From)
	switch {
	case c.From == "-":
		o.Tar = p.stdin
	case err != nil:
		return err
	case info.IsDir():
		o.Folder = c.From
	default:
		f, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		o.Tar = f
	}
	report, accepted, err := ledger.Restore(p.ctx, o)
	if err != nil {
		return wrongData(err)
	}
	printRooms(p.stdout, report.Rooms)
	printAccepted(p.stdout, accepted)
	fmt.Fprintf(p.stdout, "%d rooms with %d entries, as of %s, are in %s\n", len(report.Rooms), report.Entries, report.Time.Format(time.RFC3339), c.Data)
	fmt.Fprintf(p.stdout, "host %s\nsum %s\n", report.Host, report.Sum)
	fmt.Fprintf(p.stdout, "Seats, tokens, passwords and sessions are as they were at %s: revoke again what was revoked since, before you serve it.\n", report.Time.Format(time.RFC3339))
	return nil
}

type fsckCmd struct {
	Data string `help:"The folder with the data (PARLEY_DATA, else data)."`
	Pin  string `help:"The file with pinned checkpoints, of which the data must not fall short (PARLEY_PIN)."`
	folder
}

// Run checks a folder and changes nothing. Where something is wrong the exit code is 1.
func (c *fsckCmd) Run(p *program) error {
	if err := c.find(p, &c.Data, &c.Pin); err != nil {
		return err
	}
	report, err := ledger.Check(p.ctx, c.Data, c.Pin)
	if err != nil {
		return err
	}
	printRooms(p.stdout, report.Rooms)
	for _, f := range report.Faults {
		fmt.Fprintf(p.stdout, "WRONG %s: %s\n  %s\n", f.Place, f.Reason, f.Remedy)
	}
	if n := len(report.Faults); n > 0 {
		return &exitError{exitNo, fmt.Errorf("%s: %d faults", c.Data, n)}
	}
	fmt.Fprintf(p.stdout, "%d rooms with %d entries are what the host signed\nhost %s\n", len(report.Rooms), report.Entries, report.Host)
	return nil
}

// wrongData gives what is wrong with data its exit code.
func wrongData(err error) error {
	switch {
	case errors.As(err, new(*ledger.FaultsError)), errors.Is(err, ledger.ErrOlder):
		return &exitError{exitNo, err}
	case errors.Is(err, ledger.ErrOccupied):
		return &exitError{exitUsage, err}
	}
	return err
}

func printRooms(w io.Writer, rooms []ledger.RoomSize) {
	for _, r := range rooms {
		erased := ""
		if r.Erased > 0 {
			erased = fmt.Sprintf("  erased %d", r.Erased)
		}
		fmt.Fprintf(w, "room %s  %d entries  root %s%s\n", r.Room, r.Size, r.Root, erased)
	}
}

// printAccepted says what --accept-older let pass.
func printAccepted(w io.Writer, faults []ledger.PinFault) {
	for _, f := range faults {
		fmt.Fprintf(w, "ACCEPTED room %s: %s\n", f.Room, f.Reason())
	}
}
