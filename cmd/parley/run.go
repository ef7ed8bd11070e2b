package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/alecthomas/kong"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
	"parley/record"
)

// The exit codes.
const (
	exitOK      = 0
	exitNo      = 1 // the answer is no: what was to be verified is wrong
	exitUsage   = 2 // wrong use, or wrong input
	exitIO      = 3 // something cannot be read or written
	exitStopped = 4 // the record stopped itself, because it cannot be certain of what is on disk
)

type commands struct {
	Init    initCmd    `cmd:"" help:"Make a data folder, and a link for the operator's account."`
	Config  configCmd  `cmd:"" help:"Print the settings of the server, and where each comes from."`
	Health  healthCmd  `cmd:"" help:"Ask a running server of these settings how it is."`
	Demo    demoCmd    `cmd:"" help:"Load a process file, the talks in Riyadh where none is named, and show it from any of its seats."`
	Serve   serveCmd   `cmd:"" help:"Serve the processes of a data folder."`
	Load    loadCmd    `cmd:"" help:"Load a process file into a data folder: all of it, or on any mistake nothing. At a server: up to the first act that is refused."`
	Export  exportCmd  `cmd:"" help:"Write what a seat sees as a process file."`
	Show    showCmd    `cmd:"" help:"Print what a seat sees, of a process file or of a process in a data folder."`
	Act     actCmd     `cmd:"" help:"Write one act, at a server or in a data folder, and print its receipt."`
	Sign    signCmd    `cmd:"" help:"Sign an agreement by SSH key as a head, or write what is to be signed."`
	Archive archiveCmd `cmd:"" help:"Write what a seat may see with proofs, for parley verify."`
	MCP     mcpCmd     `cmd:"" name:"mcp" help:"Serve one seat to an assistant, over the Model Context Protocol on standard input and output."`
	Verify  verifyCmd  `cmd:"" help:"Check an archive without the host, and name the first entry that is wrong."`
	Backup  backupCmd  `cmd:"" help:"Write a copy of a data folder, also while it is being served."`
	Restore restoreCmd `cmd:"" help:"Make a data folder of a backup, after checking all that is in it."`
	Fsck    fsckCmd    `cmd:"" help:"Check all that a data folder holds, also while it is being served, and change nothing."`
	Seats   seatsCmd   `cmd:"" help:"List the seats that a process file names."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// program is what a command works with.
type program struct {
	ctx    context.Context
	env    func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// exitError is an error with the code that the program ends with.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// exited carries kong's wish to end the program, after --help, up to run.
type exited int

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exited:
			code = int(p)
		default:
			panic(p)
		}
	}()
	c := commands{Init: initCmd{settings: newSettings()}, Config: configCmd{newSettings()}, Health: healthCmd{settings: newSettings()}, Serve: serveCmd{settings: newSettings()}}
	parser, err := kong.New(&c,
		kong.Name("parley"),
		kong.Description("Talks between parties who do not trust each other: each seat sees what it may see, and can check the record."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(n int) { panic(exited(n)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the commands above are wrong
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "parley: %v; see parley --help\n", err)
		return exitUsage
	}
	if err := parsed.Run(&program{ctx, env, stdin, stdout, stderr}); err != nil {
		return report(stderr, err)
	}
	return exitOK
}

// report says what went wrong and finds the code for it.
func report(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "parley: "+strings.ReplaceAll(err.Error(), "\n", "\nparley: ")+remedy(err))
	var exit *exitError
	var wrong *record.VerifyError
	var mistakes processfile.Mistakes
	var problems talks.Problems
	switch {
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &wrong):
		return exitNo
	case errors.As(err, &mistakes), errors.As(err, &problems), errors.Is(err, ledger.ErrNotFound), errors.Is(err, ledger.ErrExists):
		return exitUsage
	}
	return exitIO
}

// remedy says what to do about what the operating system refused.
func remedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "; check the path"
	case errors.Is(err, fs.ErrPermission):
		return "; check the permissions"
	case errors.Is(err, ledger.ErrUnavailable):
		return "; make room on the disk, or make it writable, and try again"
	}
	return ""
}
