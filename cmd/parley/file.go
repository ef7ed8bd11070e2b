package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"parley/internal/processfile"
)

// parseFile reads a process file; - is standard input.
func (p *program) parseFile(name string) (*processfile.File, error) {
	if name == "-" {
		return processfile.Parse("standard input", p.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return processfile.Parse(name, f)
}

// output writes to a file whole or not at all, readable by its owner alone; or to standard output where no file is named.
func (p *program) output(name string, write func(io.Writer) error) (err error) {
	if name == "" || name == "-" {
		return write(p.stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".parley-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = fmt.Errorf("writing %s: %w", name, err)
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	// The bytes must be on disk before the name is, or a crash leaves an empty file under it.
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
