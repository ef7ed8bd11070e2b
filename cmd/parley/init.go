package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/internal/account"
	"parley/internal/config"
	"parley/internal/ledger"
)

type initCmd struct {
	settings
	Link bool `help:"Print a new link for an operator's account, for a folder that is there already. The server must not be running."`
}

// Run makes a data folder, with the host's key and with accounts, and prints the link for the first account: the operator's.
func (c *initCmd) Run(p *program) error {
	s, err := c.load(p)
	if err != nil {
		return err
	}
	if strings.HasSuffix(s.Data, ":") || strings.Contains(s.Data, "://") {
		return usage("--data: %s is no folder; name one", s.Data)
	}
	if !c.Link {
		if err := makeFolder(s.Data); err != nil {
			return err
		}
	} else if err := hasRecord(s.Data); err != nil {
		return err
	}
	if !c.Link {
		l, err := ledger.Open(p.ctx, s.Data)
		if err != nil {
			return err
		}
		key := l.HostKey()
		if err := l.Close(); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s is ready.\nThe host's key is %s\nTell it to the parties by another way than this server: with it they check what they are shown.\n\n", s.Data, key)
	}
	return p.operatorLink(s)
}

// operatorLink makes and prints a link that makes whoever opens it first an operator.
func (p *program) operatorLink(s *config.Loaded) error {
	a, err := account.Open(p.ctx, s.Data)
	if errors.Is(err, account.ErrInUse) {
		return usage("%s is being served, or another command has it open; stop that first", s.Data)
	}
	if err != nil {
		return err
	}
	token, err := a.Invite(p.ctx, account.Invitation{Operator: true, By: "operator"})
	if err := errors.Join(err, a.Close()); err != nil {
		return fmt.Errorf("making the operator's link: %w", err)
	}
	fmt.Fprintf(p.stdout, "Open this once, when the server runs, to make the operator's account. It is shown here and nowhere else:\n  %s/invitation/%s\n", origin(&s.Settings, s.AddrPort), token)
	fmt.Fprintf(p.stdout, "It is for a server at %s; give init the same --addr or --origin as serve.\n", cmp.Or(s.Origin, s.AddrPort))
	fmt.Fprintf(p.stdout, "Whoever opens it first is the operator. Start the server with: parley serve --data %s\n", s.Data)
	return nil
}

// hasRecord says what to do where a folder has no record.
func hasRecord(data string) error {
	_, err := os.Stat(filepath.Join(data, "parley.db"))
	if errors.Is(err, fs.ErrNotExist) {
		return usage("there is no record in %s; make one with: parley init --data %s", data, data)
	}
	return err
}

// makeFolder makes the folder for the data, for its owner alone. What is in use for something else it leaves alone.
func makeFolder(data string) error {
	entries, err := os.ReadDir(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(filepath.Clean(data)), 0o755); err != nil {
			return err
		}
		return os.Mkdir(data, 0o700)
	case err != nil:
		return err
	}
	for _, e := range entries {
		if e.Name() == "parley.db" {
			return usage("%s has a record already; serve it with: parley serve --data %s, or make a new operator's link with: parley init --link --data %s", data, data, data)
		}
	}
	for _, e := range entries {
		if e.Name() != "lost+found" { // of a disk of its own
			return usage("%s has other files, as %s; name a folder that is empty or not there", data, e.Name())
		}
	}
	return os.Chmod(data, 0o700)
}
