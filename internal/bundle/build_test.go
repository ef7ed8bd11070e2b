package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const sheet = `/* ibm-plex-sans-latin-ext-400-normal */
@font-face {
  font-family: 'IBM Plex Sans';
  font-style: normal;
  font-display: swap;
  font-weight: 400;
  src: url(./files/a-latin-ext.woff2) format('woff2'), url(./files/a-latin-ext.woff) format('woff');
  unicode-range: U+0100-02BA;
}

/* ibm-plex-sans-latin-400-normal */
@font-face {
  font-family: 'IBM Plex Sans';
  font-style: normal;
  font-display: swap;
  font-weight: 400;
  src: url(./files/a-latin.woff2) format('woff2'), url(./files/a-latin.woff) format('woff');
  unicode-range: U+0000-00FF;
}`

func TestRules(t *testing.T) {
	all := face{pack: "ibm-plex-sans", style: "400"}
	css, files, err := all.rules(sheet)
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	if strings.Contains(css, ".woff)") || strings.Contains(css, "./files") || strings.Count(css, "@font-face") != 2 {
		t.Errorf("rewritten to:\n%s", css)
	}
	one := face{pack: "ibm-plex-sans", style: "400", subsets: []string{"latin"}}
	if _, files, err := one.rules(sheet); err != nil || len(files) != 1 || files[0] != "a-latin.woff2" {
		t.Errorf("latin alone: %v, %v", files, err)
	}
	none := face{pack: "ibm-plex-sans", style: "400", subsets: []string{"greek"}}
	if _, _, err := none.rules(sheet); !errors.Is(err, errNoRule) {
		t.Errorf("a subset that is not there: %v", err)
	}
	if _, _, err := all.rules(strings.ReplaceAll(sheet, "unicode-range", "range")); !errors.Is(err, errNoRule) {
		t.Errorf("another shape: %v", err)
	}
}

// project makes a root with our own TypeScript and the packages of this repository.
func project(t *testing.T) string {
	t.Helper()
	top := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(top, modules, "htmx.org")); err != nil {
		if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
			t.Fatal("node_modules is missing: run `npm ci`")
		}
		t.Skip("node_modules is missing: run `npm ci`")
	}
	root := t.TempDir()
	for _, name := range []string{"package.json", lock} {
		copyFile(t, filepath.Join(top, name), filepath.Join(root, name))
	}
	ts, err := filepath.Glob(filepath.Join(top, islands, "*.ts"))
	if err != nil || len(ts) == 0 {
		t.Fatalf("no TypeScript: %v", err)
	}
	for _, name := range ts {
		copyFile(t, name, filepath.Join(root, islands, filepath.Base(name)))
	}
	abs, err := filepath.Abs(filepath.Join(top, modules))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(abs, filepath.Join(root, modules)); err != nil {
		t.Fatal(err)
	}
	return root
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	body, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, body, 0o644); err != nil {
		t.Fatal(err)
	}
}

// tree reads everything below dir, by name.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[rel] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBuild(t *testing.T) {
	a, b := project(t), project(t)
	dist := filepath.Join(a, outDir)
	first, err := Build(t.Context(), a, false)
	if err != nil || first.Fresh {
		t.Fatalf("%+v, %v", first, err)
	}
	if _, err := Build(t.Context(), b, false); err != nil {
		t.Fatal(err)
	}
	made := tree(t, dist)
	other := tree(t, filepath.Join(b, outDir))
	if len(made) != len(other) {
		t.Fatalf("%d files, and %d in another folder", len(made), len(other))
	}
	for name, body := range made {
		if other[name] != body {
			t.Errorf("%s differs in another folder", name)
		}
	}
	if again, err := Build(t.Context(), a, false); err != nil || !again.Fresh {
		t.Errorf("again: %+v, %v", again, err)
	}

	stale := filepath.Join(dist, "fonts", "old.woff2")
	copyFile(t, filepath.Join(a, lock), stale)
	if err := os.WriteFile(filepath.Join(a, entry), []byte("console.log(1)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	changed, err := Build(t.Context(), a, false)
	if err != nil || changed.Fresh || changed.JS >= first.JS {
		t.Errorf("after a change: %+v, %v", changed, err)
	}
	if _, err := os.Stat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an old file is still there: %v", err)
	}
}

// The pages' Content-Security-Policy is default-src 'self': nothing may be evaluated,
// named from elsewhere, or fetched as a source map.
func TestScriptKeepsThePolicy(t *testing.T) {
	js, err := script(project(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`\beval\(`, `new Function\(`, `sourceMappingURL`, `setAttribute\("style"`, `https?://[^w]`} {
		if found := regexp.MustCompile(bad).Find(js); found != nil {
			t.Errorf("the script has %q", found)
		}
	}
	if bytes.Contains(js, []byte("/node_modules/")) {
		t.Error("the script names a path of this machine")
	}
}

func TestBuildSaysWhatIsMissing(t *testing.T) {
	root := project(t)
	if err := os.Remove(filepath.Join(root, modules)); err != nil {
		t.Fatal(err)
	}
	_, err := Build(t.Context(), root, false)
	if !errors.Is(err, errNoModules) || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("without packages: %v", err)
	}

	root = project(t)
	if err := os.WriteFile(filepath.Join(root, entry), []byte("import './nowhere'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(t.Context(), root, false); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a wrong import: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, stamp)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a failed build left a stamp")
	}
}
