package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The shape of a @fontsource style sheet: for each subset a comment that names it,
// then one @font-face with a woff2 and a woff file.
var (
	faceRule  = regexp.MustCompile(`(?s)/\* (\S+) \*/\s*@font-face \{(.*?)\}`)
	property  = regexp.MustCompile(`(?m)^\s*(font-family|font-style|font-weight|unicode-range): ([^;]+);`)
	woff2File = regexp.MustCompile(`url\(\./files/([A-Za-z0-9._-]+\.woff2)\)`)
)

// errNoRule means that a package has changed its shape.
var errNoRule = errors.New("no font face in the expected shape")

// rules rewrites a style sheet of the package: the wanted subsets, woff2 only (every
// browser that runs the script reads it), with the paths that parley/web/asset
// expects. It gives the names of the files as well, in order.
func (f face) rules(sheet string) (css string, files []string, err error) {
	var out strings.Builder
	for _, match := range faceRule.FindAllStringSubmatch(sheet, -1) {
		label, body := match[1], match[2]
		if !f.wants(label) {
			continue
		}
		file := woff2File.FindStringSubmatch(body)
		properties := property.FindAllStringSubmatch(body, -1)
		if file == nil || len(properties) != 4 {
			return "", nil, fmt.Errorf("%s: %w", label, errNoRule)
		}
		out.WriteString("@font-face{font-display:swap;")
		for _, p := range properties {
			fmt.Fprintf(&out, "%s:%s;", p[1], p[2])
		}
		fmt.Fprintf(&out, "src:url(fonts/%s) format('woff2')}\n", file[1])
		files = append(files, file[1])
	}
	if len(files) == 0 {
		return "", nil, errNoRule
	}
	return out.String(), files, nil
}

// wants tells from a label like ibm-plex-sans-latin-ext-400-normal whether its
// subset is one of f's.
func (f face) wants(label string) bool {
	if len(f.subsets) == 0 {
		return true
	}
	rest := strings.TrimPrefix(label, f.pack+"-")
	return slices.ContainsFunc(f.subsets, func(subset string) bool {
		weight, found := strings.CutPrefix(rest, subset+"-")
		return found && weight != "" && weight[0] >= '0' && weight[0] <= '9'
	})
}
