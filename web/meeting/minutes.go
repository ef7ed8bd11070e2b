package meeting

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/ui"
)

// minutesOf are the minutes of a meeting, in the order in which they were opened.
func minutesOf(w *talks.World, meeting talks.Ref) []*talks.Minutes {
	var out []*talks.Minutes
	for _, s := range w.Rooms() {
		for m := range s.Minutes.All() {
			if m.Meeting == meeting {
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *talks.Minutes) int { return a.By.Time.Compare(b.By.Time) })
	return out
}

// mayCorrect reports whether the viewer's delegation is one that can correct minutes: the one that opened them, or one whose party was there.
func mayCorrect(p *ui.Page, m *talks.Meeting, x *talks.Minutes) bool {
	own := p.View.Delegation()
	return x.By.Seat.Delegation() == own || m.Attended(p.W().PartyOf(own))
}

// correctURL is the form that corrects a paragraph of minutes, on the meeting's page; 0 is for one more paragraph.
func correctURL(p *ui.Page, m *talks.Meeting, x *talks.Minutes, paragraph int) templ.SafeURL {
	q := url.Values{"compose": {"minutes-correct"}, "minutes": {x.Ref.Name}}
	if paragraph > 0 {
		q.Set("paragraph", strconv.Itoa(paragraph))
	}
	return p.URLQ(q, "meetings", string(m.Ref.Room), m.Ref.Name) + "#compose"
}

func closeURL(p *ui.Page, m *talks.Meeting, x *talks.Minutes) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {"minutes-close"}, "minutes": {x.Ref.Name}}, "meetings", string(m.Ref.Room), m.Ref.Name) + "#compose"
}

func openURL(p *ui.Page, m *talks.Meeting) templ.SafeURL {
	return p.URLQ(url.Values{"compose": {"minutes"}}, "meetings", string(m.Ref.Room), m.Ref.Name) + "#compose"
}

// before is what stood in a paragraph before each of its corrections, in order: the paragraph as it was opened first. A paragraph that a
// correction added had nothing before.
func before(x *talks.Minutes, n int, q talks.Paragraph) []string {
	var out []string
	was := ""
	if n <= len(x.Paragraphs) {
		was = x.Paragraphs[n-1]
	}
	for _, c := range q.Corrections {
		out = append(out, was)
		was = c.Said.Text
	}
	return out
}

// paragraphID is the id of a paragraph's element.
func paragraphID(x *talks.Minutes, n int) string {
	return "p-" + string(x.Ref.Room) + "-" + x.Ref.Name + "-" + strconv.Itoa(n)
}
