package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checkModules compares the version of every package that package.json asks for
// with the one that lies in node_modules, so that a forgotten `npm ci` is an error
// rather than an old script.
func checkModules(root string) error {
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := readJSON(filepath.Join(root, "package.json"), &manifest); err != nil {
		return err
	}
	for name, want := range manifest.Dependencies {
		var got struct {
			Version string `json:"version"`
		}
		if err := readJSON(filepath.Join(root, modules, filepath.FromSlash(name), "package.json"), &got); err != nil {
			return fmt.Errorf("%w (%s)", errNoModules, name)
		}
		if got.Version != want {
			return fmt.Errorf("%w (%s is %s, not %s)", errNoModules, name, got.Version, want)
		}
	}
	return nil
}

func readJSON(name string, into any) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// face is one style of one family.
type face struct {
	pack    string   // the package, below @fontsource/
	style   string   // the name of its style sheet, without .css
	subsets []string // the scripts wanted; none means all that the package has
}

// faces are the styles that the pages use, in the order of fonts.css. Plex Sans
// Arabic gives only its Arabic letters: the others come from Plex Sans, which
// shares their design.
var faces = []face{
	{pack: "ibm-plex-sans", style: "400"},
	{pack: "ibm-plex-sans", style: "500"},
	{pack: "ibm-plex-sans", style: "600"},
	{pack: "ibm-plex-serif", style: "400"},
	{pack: "ibm-plex-serif", style: "400-italic"},
	{pack: "ibm-plex-mono", style: "400"},
	{pack: "ibm-plex-mono", style: "500"},
	{pack: "ibm-plex-mono", style: "600"},
	{pack: "ibm-plex-sans-arabic", style: "400", subsets: []string{"arabic"}},
	{pack: "ibm-plex-sans-arabic", style: "500", subsets: []string{"arabic"}},
	{pack: "ibm-plex-sans-arabic", style: "600", subsets: []string{"arabic"}},
}

// fonts reads the faces: fonts.css, the woff2 files that it names, and the licence
// that must travel with them (SIL Open Font License 1.1, condition 2).
func fonts(root string) (map[string][]byte, error) {
	out := map[string][]byte{}
	var css strings.Builder
	for _, f := range faces {
		dir := filepath.Join(root, modules, "@fontsource", f.pack)
		sheet, err := os.ReadFile(filepath.Join(dir, f.style+".css"))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoModules, err)
		}
		rules, names, err := f.rules(string(sheet))
		if err != nil {
			return nil, fmt.Errorf("%s/%s.css: %w", f.pack, f.style, err)
		}
		css.WriteString(rules)
		for _, name := range names {
			body, err := os.ReadFile(filepath.Join(dir, "files", name))
			if err != nil {
				return nil, fmt.Errorf("%w: %w", errNoModules, err)
			}
			out["fonts/"+name] = body
		}
	}
	licence, err := os.ReadFile(filepath.Join(root, modules, "@fontsource", faces[0].pack, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModules, err)
	}
	out["fonts/OFL.txt"] = licence
	out["fonts.css"] = []byte(css.String())
	return out, nil
}
