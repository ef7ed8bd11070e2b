//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// silent stops a terminal from showing what is typed. It returns nil for a file that is no terminal, and else what ends the silence.
func silent(f *os.File) (loud func()) {
	was, err := unix.IoctlGetTermios(int(f.Fd()), getTerminal)
	if err != nil {
		return nil
	}
	quiet := *was
	quiet.Lflag = quiet.Lflag&^unix.ECHO | unix.ICANON | unix.ISIG
	if unix.IoctlSetTermios(int(f.Fd()), setTerminal, &quiet) != nil {
		return nil
	}
	return func() { _ = unix.IoctlSetTermios(int(f.Fd()), setTerminal, was) }
}
