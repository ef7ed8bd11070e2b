// Package problem says in a reader's language what is wrong with an act and what would be right.
//
// The English texts are those of package talks, which the API answers with; the catalogue here is made of them, by this package's test with
// the flag -update, so that there is one place to write them.
package problem

import (
	_ "embed"
	"strconv"

	"parley/internal/talks"
	"parley/web/message"
)

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

// places is how many arguments a text has at most.
const places = 4

// Reason says what is wrong.
func Reason(l *message.Locale, p *talks.Problem) string {
	if reason, _ := talks.ProblemTexts(p.Code); reason == "" {
		return p.Reason()
	}
	return l.T("problem."+p.Code+".reason", arguments(p)...)
}

// Remedy says what would be right.
func Remedy(l *message.Locale, p *talks.Problem) string {
	if _, remedy := talks.ProblemTexts(p.Code); remedy == "" {
		return p.Remedy()
	}
	return l.T("problem."+p.Code+".remedy", arguments(p)...)
}

// arguments are a problem's as a text of the catalogue names them: a0, a1, …
func arguments(p *talks.Problem) []any {
	kv := make([]any, 0, 2*places)
	for i := range places {
		arg := ""
		if i < len(p.Args) {
			arg = p.Args[i]
		}
		kv = append(kv, "a"+strconv.Itoa(i), arg)
	}
	return kv
}
