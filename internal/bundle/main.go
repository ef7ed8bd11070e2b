// Command bundle makes what the pages load besides themselves: it joins the
// TypeScript of web/island with htmx into one script, and copies the fonts with
// their style sheet. Its output is embedded by parley/web/asset.
//
//	go run ./internal/bundle [-root DIR] [-force]
//
// npm only fetches packages (npm ci); nothing of theirs runs here. The same inputs
// give the same bytes, on every machine. Nothing is written when no input changed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args, os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, _ func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "the folder with package.json")
	force := flags.Bool("force", false, "write even when no input changed")
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	report, err := Build(ctx, *root, *force)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, report)
	return err
}
