package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

const (
	loginMin = 3
	loginMax = 64
	nameMax  = 80
	agentMax = 200
)

// cleanLogin gives a login the form in which it is unique, or returns a *Problem: letters and digits of any script, and . _ - @ +, in
// lower case and one normal form (PRECIS's UsernameCaseMapped, RFC 8265).
func cleanLogin(login string) (string, error) {
	if len(login) > 4*loginMax {
		return "", &Problem{Field: "login", Code: ProblemLong, Min: loginMin, Max: loginMax}
	}
	l, err := precis.UsernameCaseMapped.String(login)
	if err != nil && login != "" {
		return "", &Problem{Field: "login", Code: ProblemForm}
	}
	switch n := utf8.RuneCountInString(l); {
	case n < loginMin:
		return "", &Problem{Field: "login", Code: ProblemShort, Min: loginMin, Max: loginMax}
	case n > loginMax:
		return "", &Problem{Field: "login", Code: ProblemLong, Min: loginMin, Max: loginMax}
	}
	for _, c := range l {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && !strings.ContainsRune("._-@+", c) {
			return "", &Problem{Field: "login", Code: ProblemForm}
		}
	}
	return l, nil
}

// cleanName trims a name that a person gives, in one normal form, or returns a *Problem: 1 to 80 characters on one line, none that
// is not seen or turns the direction of what stands around it.
func cleanName(field, name string) (string, error) {
	name = strings.TrimSpace(norm.NFC.String(name))
	switch n := utf8.RuneCountInString(name); {
	case n < 1:
		return "", &Problem{Field: field, Code: ProblemShort, Min: 1, Max: nameMax}
	case n > nameMax:
		return "", &Problem{Field: field, Code: ProblemLong, Min: 1, Max: nameMax}
	}
	for _, c := range name {
		joins := c == '\u200c' || c == '\u200d' // which Persian and Indic scripts need
		if c == utf8.RuneError || (!unicode.IsPrint(c) && !joins) {
			return "", &Problem{Field: field, Code: ProblemForm}
		}
	}
	return name, nil
}

// cleanAgent is what a browser says it is, as far as it can be shown.
func cleanAgent(agent string) string {
	n := 0
	return strings.Map(func(c rune) rune {
		if n++; n > agentMax || c == utf8.RuneError || !unicode.IsPrint(c) {
			return -1
		}
		return c
	}, agent[:min(len(agent), 8*agentMax)])
}
