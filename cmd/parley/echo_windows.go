package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// silent stops a console from showing what is typed. It returns nil for a file that is no console, and else what ends the silence.
func silent(f *os.File) (loud func()) {
	var was uint32
	if windows.GetConsoleMode(windows.Handle(f.Fd()), &was) != nil ||
		windows.SetConsoleMode(windows.Handle(f.Fd()), was&^windows.ENABLE_ECHO_INPUT|windows.ENABLE_LINE_INPUT|windows.ENABLE_PROCESSED_INPUT) != nil {
		return nil
	}
	return func() { _ = windows.SetConsoleMode(windows.Handle(f.Fd()), was) }
}
