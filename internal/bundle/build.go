package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Where things are, below the root.
const (
	entry   = "web/island/main.ts"
	islands = "web/island"
	modules = "node_modules"
	lock    = "package-lock.json"
	outDir  = "web/asset/dist"
	stamp   = outDir + "/.inputs"
)

// recipe changes whenever this package would write other bytes from the same
// inputs: raise it with such a change, so that an old output is not kept.
const recipe = "parley-bundle/1"

// errNoModules tells the person what to do first.
var errNoModules = errors.New("node_modules is missing or does not fit package-lock.json: run `npm ci` first")

// Report says what Build did.
type Report struct {
	Fresh bool // no input had changed and nothing was written
	Files int  // how many files the output has
	Bytes int  // how large they are together
	JS    int  // how large the script is
}

// String gives one line for a person.
func (r Report) String() string {
	if r.Fresh {
		return "bundle: nothing changed"
	}
	return fmt.Sprintf("bundle: %d files, %d KB, of which the script %d KB", r.Files, r.Bytes/1024, r.JS/1024)
}

// Build writes web/asset/dist below root. Files of an earlier build that are no
// longer wanted are removed. The stamp is written last, so that a build that was
// cut off is done again.
func Build(ctx context.Context, root string, force bool) (Report, error) {
	inputs, err := digest(root)
	if err != nil {
		return Report{}, err
	}
	if old, err := os.ReadFile(filepath.Join(root, stamp)); err == nil && string(old) == inputs && !force {
		return Report{Fresh: true}, nil
	}
	out, err := fonts(root)
	if err != nil {
		return Report{}, err
	}
	js, err := script(root)
	if err != nil {
		return Report{}, err
	}
	out["parley.js"] = js
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	if err := write(filepath.Join(root, outDir), out); err != nil {
		return Report{}, err
	}
	if err := os.WriteFile(filepath.Join(root, stamp), []byte(inputs), 0o644); err != nil {
		return Report{}, fmt.Errorf("couldn't note what was built from: %w", err)
	}
	report := Report{Files: len(out), JS: len(js)}
	for _, body := range out {
		report.Bytes += len(body)
	}
	return report, nil
}

// digest names the inputs: the recipe, our own TypeScript, and the lock file, which
// pins every package by the hash of its content. That what lies in node_modules is
// what the lock file says is checked by version; npm ci has checked the hashes.
func digest(root string) (string, error) {
	if err := checkModules(root); err != nil {
		return "", err
	}
	names := []string{lock}
	err := filepath.WalkDir(filepath.Join(root, islands), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) == ".ts" {
			rel, err := filepath.Rel(root, name)
			names = append(names, rel)
			return err
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("couldn't list %s: %w", islands, err)
	}
	slices.Sort(names)
	sum := sha256.New()
	fmt.Fprintln(sum, recipe)
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return "", fmt.Errorf("couldn't read an input: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s\n", filepath.ToSlash(name), len(body), body)
	}
	return hex.EncodeToString(sum.Sum(nil)) + "\n", nil
}

// script bundles the islands. The output is one classic script without source map,
// eval or anything fetched later, and keeps to ES2022.
func script(root string) ([]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{entry},
		Outfile:           "parley.js",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Sourcemap:         api.SourceMapNone,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors)+len(result.Warnings) > 0 {
		text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		text = append(text, api.FormatMessages(result.Warnings, api.FormatMessagesOptions{Kind: api.WarningMessage})...)
		return nil, fmt.Errorf("couldn't bundle %s:\n%s", entry, strings.Join(text, ""))
	}
	if len(result.OutputFiles) != 1 {
		return nil, fmt.Errorf("%s became %d files, not one", entry, len(result.OutputFiles))
	}
	return result.OutputFiles[0].Contents, nil
}

// write makes dir hold exactly files, besides names with a leading dot. The stamp
// goes first: while the folder is neither old nor new, it says so.
func write(dir string, files map[string][]byte) error {
	if err := os.Remove(filepath.Join(dir, filepath.Base(stamp))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("couldn't remove the stamp: %w", err)
	}
	if err := removeOld(dir, files); err != nil {
		return err
	}
	for name, body := range files {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, body) {
			continue // keeps the time of the file, for tools that look at it
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return fmt.Errorf("couldn't make a folder: %w", err)
		}
		if err := os.WriteFile(target, body, 0o644); err != nil {
			return fmt.Errorf("couldn't write %s: %w", name, err)
		}
	}
	return nil
}

func removeOld(dir string, files map[string][]byte) error {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if _, wanted := files[filepath.ToSlash(rel)]; wanted {
			return nil
		}
		return os.Remove(name)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't remove an old file: %w", err)
	}
	return nil
}
