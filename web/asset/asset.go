// Package asset serves what pages load besides themselves: one stylesheet, one
// script, the fonts and small pictures. Every path holds a hash of the bytes that
// it answers with, so that a browser may keep it for ever and never ask again.
//
// Nothing here depends on who asks: there is no seat, no process and no clock, and
// the answer to a path is the same for everybody.
package asset

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Stylesheet is the name of the one stylesheet: fonts, then base, then the rest by name.
const Stylesheet = "parley.css"

// Script is the name of the one script. It exists only after internal/bundle ran.
const Script = "parley.js"

// Base is the name of the part of the stylesheet that comes before all other parts.
const Base = "base"

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

// fontSheet is what internal/bundle writes; its url() are names of this package.
const fontSheet = "fonts.css"

//go:embed all:dist
var dist embed.FS

//go:embed island.css
var islandCSS []byte

//go:embed favicon.svg
var favicon []byte

// shelf collects what the packages of the pages register while they are
// initialised; the first reader seals it, and from then on it never changes.
type shelf struct {
	mu     sync.Mutex // owns parts, files and sealed
	parts  map[string][]byte
	files  map[string][]byte
	sealed bool
	once   sync.Once // builds ready
	ready  map[string]file
}

// file is one thing to serve.
type file struct {
	body []byte
	hash string // the first 16 hexadecimal digits of SHA-256(body)
	kind string // media type
}

var std = newShelf(must(fs.Sub(dist, "dist")))

func must(sub fs.FS, err error) fs.FS {
	if err != nil {
		panic(err)
	}
	return sub
}

// newShelf starts with the files of built, which internal/bundle wrote or which is empty.
func newShelf(built fs.FS) *shelf {
	s := &shelf{parts: map[string][]byte{}, files: map[string][]byte{}}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		s.files[name], err = fs.ReadFile(built, name)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("asset: couldn't read the built files: %v", err))
	}
	s.register("island", islandCSS)
	s.registerFile("favicon.svg", favicon)
	return s
}

// Register adds one part to the stylesheet. A page's package calls it from its
// init with its own name and its embedded CSS. The part named Base comes first and
// the others follow in the order of their names, whatever the order of the calls.
//
// It panics when the name is taken or empty, or when the stylesheet has been read
// already: both are mistakes of the program, not of its input.
func Register(name string, css []byte) { std.register(name, css) }

// RegisterFile adds a file (a picture, say) to what is served. The name may hold
// slashes; its ending decides the media type. It panics where Register does, and
// when the ending is not one that this package knows.
func RegisterFile(name string, body []byte) { std.registerFile(name, body) }

// URL gives the path of a file, with the hash of its content: URL(Stylesheet) is
// like "/static/0123456789abcdef/parley.css". It panics when there is no such file;
// ask HasScripts before asking for Script.
func URL(name string) string { return std.url(name) }

// HasScripts says whether the script was bundled into this program. Without it
// every page works, but does not change by itself.
func HasScripts() bool { return std.has(Script) }

// HasFonts says whether the fonts were bundled into this program. Without them the
// pages use the fonts of the reader's system.
func HasFonts() bool { return std.has(fontSheet) }

func (s *shelf) register(name string, css []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.parts[name]; taken || s.sealed || name == "" {
		panic(fmt.Sprintf("asset: stylesheet part %q registered twice, too late or without a name", name))
	}
	s.parts[name] = css
}

func (s *shelf) registerFile(name string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.files[name]; taken || s.sealed || !fs.ValidPath(name) || name == Stylesheet {
		panic(fmt.Sprintf("asset: file %q registered twice, too late or with a wrong name", name))
	}
	if _, ok := kinds[path.Ext(name)]; !ok {
		panic(fmt.Sprintf("asset: file %q has an ending of unknown media type", name))
	}
	s.files[name] = body
}

func (s *shelf) url(name string) string {
	f, ok := s.all()[name]
	if !ok {
		panic(fmt.Sprintf("asset: no file %q", name))
	}
	return address(f.hash, name)
}

func (s *shelf) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.files[name]
	return ok
}

// all seals the shelf and gives everything that is served, by name. The map is
// never written after that, so readers need no lock.
func (s *shelf) all() map[string]file {
	s.once.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sealed = true
		s.ready = make(map[string]file, len(s.files)+1)
		for name, body := range s.files {
			if kind, ok := kinds[path.Ext(name)]; ok && name != fontSheet {
				s.ready[name] = newFile(body, kind)
			}
		}
		s.ready[Stylesheet] = newFile(s.stylesheet(), kinds[".css"])
	})
	return s.ready
}

// fontURL finds the references of fonts.css, which internal/bundle writes as
// url(fonts/NAME.woff2) and nothing else.
var fontURL = regexp.MustCompile(`url\((fonts/[A-Za-z0-9._-]+)\)`)

// stylesheet joins the parts. The font faces come first, with the hashed paths of
// the fonts put in, so that the stylesheet's own hash covers the fonts as well.
func (s *shelf) stylesheet() []byte {
	var out bytes.Buffer
	if css, ok := s.files[fontSheet]; ok {
		out.Write(fontURL.ReplaceAllFunc(css, func(ref []byte) []byte {
			name := string(fontURL.FindSubmatch(ref)[1])
			f, ok := s.ready[name]
			if !ok {
				panic(fmt.Sprintf("asset: %s names %s, which is not there", fontSheet, name))
			}
			return []byte("url(" + address(f.hash, name) + ")")
		}))
	}
	names := make([]string, 0, len(s.parts))
	for name := range s.parts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(&out, "/* %s */\n%s\n", name, bytes.TrimSpace(s.parts[name]))
	}
	return out.Bytes()
}

// rank puts Base before everything else.
func rank(name string) int {
	if name == Base {
		return 0
	}
	return 1
}

func newFile(body []byte, kind string) file {
	sum := sha256.Sum256(body)
	return file{body: body, hash: hex.EncodeToString(sum[:8]), kind: kind}
}

func address(hash, name string) string { return Prefix + hash + "/" + name }
