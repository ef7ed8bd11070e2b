package search

import (
	"strings"

	"parley/internal/talks"
	"parley/web/ui"
)

// Find returns the entries of a view that fit a question, the newest first, and what could not be made of the question, in words. The
// question is as the page takes it; an empty one finds nothing.
func Find(p *ui.Page, question string) (found []*talks.Entry, notes []string) {
	question = strings.TrimSpace(question)
	if len(question) > maxQuery {
		question = strings.ToValidUTF8(question[:maxQuery], "")
	}
	q := parse(question)
	if !q.empty() {
		found = scan(p, &q)
	}
	for _, n := range q.notes {
		notes = append(notes, p.Loc.T(n.id, "part", n.part))
	}
	return found, notes
}
