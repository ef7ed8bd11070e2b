package meeting

import (
	"net/url"
	"slices"

	"parley/internal/readout"
	"parley/internal/talks"
	"parley/web/issue"
	"parley/web/ui"
)

// account is one readout with its points.
type account struct {
	talks.Fact[talks.ReadoutIssue]
}

// accounts lists a meeting's readouts, joint ones first.
func accounts(w *talks.World, meeting talks.Ref) []account {
	var out []account
	for _, r := range w.Readouts(meeting) {
		out = append(out, account{r})
	}
	slices.SortStableFunc(out, func(a, b account) int { return len(b.Said.By) - len(a.Said.By) })
	return out
}

// key names an account in an address.
func (a account) key() string { return a.Ref().String() }

// mostSides is how many accounts are laid side by side at most, and fewSides how many where nobody chose.
const (
	mostSides = 6
	fewSides  = 3
)

// sides are accounts of a meeting side by side.
type sides struct {
	All   []account
	Shown []account // that are compared, in the order of All
	*readout.Comparison
	Topics []matters
	// Who is what the accounts say of who was there. Where only one of them does, it stands beside the meeting's record.
	Who      []readout.Presence
	Recorded map[somebody]talks.Presence // by the meeting's record
	Record   bool                        // the record has an attendance
}

type somebody struct {
	party  talks.Ref
	person string
}

// matters are the rows of a topic.
type matters struct {
	Topic  talks.Topic
	Issues []onIssue
}

// onIssue are the rows on an issue; the zero Ref is for those on none.
type onIssue struct {
	Issue talks.Ref
	Rows  []readout.Row
}

// newSides compares the accounts that an address names, or else the last of each who gives any.
func newSides(w *talks.World, m *talks.Meeting, with []string) sides {
	s := sides{All: accounts(w, m.Ref)}
	for _, a := range s.All {
		if slices.Contains(with, a.key()) && len(s.Shown) < mostSides {
			s.Shown = append(s.Shown, a)
		}
	}
	if len(s.Shown) == 0 {
		s.Shown = latest(s.All)
	}
	in := make([]readout.Account, len(s.Shown))
	for i, a := range s.Shown {
		in[i] = readout.Of(a.Said)
	}
	s.Comparison = readout.Compare(in)
	s.Topics = byTopic(m, s.Rows)
	s.attend(m, in)
	return s
}

// latest are the last accounts of each who gives any, the first few of them.
func latest(all []account) []account {
	var out []account
	for _, a := range all {
		same := func(b account) bool {
			return slices.Equal(sorted(a.Said.By), sorted(b.Said.By)) && a.Seat.Delegation() == b.Seat.Delegation()
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = a
		} else {
			out = append(out, a)
		}
	}
	return out[:min(len(out), fewSides)]
}

func sorted(rs []talks.Ref) []string {
	var out []string
	for _, r := range rs {
		out = append(out, r.String())
	}
	slices.Sort(out)
	return out
}

// byTopic sets rows by topic, and in a topic by issue: those of the agenda first, what is on no issue last.
func byTopic(m *talks.Meeting, rows []readout.Row) []matters {
	var out []matters
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].Topic != r.Topic {
			out = append(out, matters{Topic: r.Topic})
		}
		t := &out[len(out)-1]
		i := slices.IndexFunc(t.Issues, func(x onIssue) bool { return x.Issue == r.Issue })
		if i < 0 {
			i = len(t.Issues)
			t.Issues = append(t.Issues, onIssue{Issue: r.Issue})
		}
		t.Issues[i].Rows = append(t.Issues[i].Rows, r)
	}
	rank := func(r talks.Ref) int {
		if r.IsZero() {
			return len(m.Agenda) + 1
		}
		if i := slices.Index(m.Agenda, r); i >= 0 {
			return i
		}
		return len(m.Agenda)
	}
	for _, t := range out {
		slices.SortStableFunc(t.Issues, func(a, b onIssue) int { return rank(a.Issue) - rank(b.Issue) })
	}
	return out
}

// silent reports whether an account that is shown does not say who was there.
func (s *sides) silent() bool {
	return slices.ContainsFunc(s.Shown, func(a account) bool { return len(a.Said.Attendance) == 0 })
}

// attend finds what is said of who was there.
func (s *sides) attend(m *talks.Meeting, in []readout.Account) {
	s.Who = s.Attendance
	s.Recorded = map[somebody]talks.Presence{}
	if m.Held == nil || len(m.Held.Said.Attendance) == 0 || s.Attending == 0 {
		return
	}
	s.Record = true
	all := readout.Compare(append([]readout.Account{{Attendance: m.Held.Said.Attendance}}, in...)).Attendance
	alone := s.Attending < 2
	s.Who = nil
	for _, x := range all {
		s.Recorded[somebody{x.Party, x.Person}] = x.Said[0]
		v := x.Verdict
		x.Said = x.Said[1:]
		if !alone {
			i := slices.IndexFunc(s.Attendance, func(y readout.Presence) bool {
				return y.Party == x.Party && slices.Equal(y.Said, x.Said) && (y.Person == "") == (x.Person == "")
			})
			if i < 0 {
				v = "" // nobody's account names it
			} else {
				v = s.Attendance[i].Verdict
			}
		}
		x.Verdict = v
		s.Who = append(s.Who, x)
	}
}

// tally is a column of the counts: a verdict, and for what one alone says, whose account it is.
type tally struct {
	Verdict readout.Verdict
	Side    int // -1 where it is of no one account
}

// tallies are the columns of the counts.
func (s *sides) tallies() []tally {
	out := []tally{{readout.All, -1}}
	if len(s.Shown) > 2 {
		out = append(out, tally{readout.Some, -1})
	}
	out = append(out, tally{readout.Differ, -1})
	for i := range s.Shown {
		out = append(out, tally{readout.One, i})
	}
	return out
}

// count is how many matters of a topic a column has. Who was there counts by party and by person, besides what is said of it in words.
func (s *sides) count(topic talks.Topic, t tally) int {
	n := 0
	for i := range s.Rows {
		if r := &s.Rows[i]; r.Topic == topic && r.Verdict == t.Verdict && (t.Side < 0 || !r.Said[t.Side].Silent()) {
			n++
		}
	}
	if topic == "attendance" && s.Attending > 1 {
		for _, x := range s.Attendance {
			if x.Verdict == t.Verdict && (t.Side < 0 || x.Said[t.Side] != "") {
				n++
			}
		}
	}
	return n
}

// total is how many matters of a topic there are.
func (s *sides) total(topic talks.Topic) int {
	n := 0
	for _, t := range s.tallies() {
		n += s.count(topic, t)
	}
	return n
}

// mostMarks is how many marks stand beside a count: more are not told apart at a glance.
const mostMarks = 12

// piece is a part of a text: words that only this account uses of the matter, or others.
type piece struct {
	Text string
	Own  bool
}

func pieces(text string, own []readout.Span) []piece {
	var out []piece
	at := 0
	for _, o := range own {
		if o.Start > at {
			out = append(out, piece{text[at:o.Start], false})
		}
		out = append(out, piece{text[o.Start:o.End], true})
		at = o.End
	}
	if at < len(text) {
		out = append(out, piece{text[at:], false})
	}
	return out
}

// verdictWord says how the accounts stand to each other in a matter. For what one alone says, the token of whose account it is follows.
func (s *sides) verdictWord(p *ui.Page, v readout.Verdict) string {
	switch v {
	case readout.All:
		if len(s.Shown) == 2 {
			return p.Loc.T("meeting.both")
		}
		return p.Loc.T("meeting.all-say")
	case readout.Some:
		return p.Loc.T("meeting.some-say")
	case readout.Differ:
		return p.Loc.T("meeting.differ")
	}
	return p.Loc.T("meeting.only")
}

func differenceWord(p *ui.Page, d readout.Difference) string {
	return p.Loc.T("meeting.by." + string(d))
}

func topicTitle(p *ui.Page, t talks.Topic) string {
	switch t {
	case "outcome":
		return p.Loc.T("meeting.topic.outcome")
	case "attendance":
		return p.Loc.T("meeting.topic.attendance")
	case "next-step":
		return p.Loc.T("meeting.topic.next-step")
	}
	return p.TopicWord(t)
}

// stance is the answer to the issue that a point says was agreed, in words; empty for none.
func stance(p *ui.Page, x *talks.Point) string {
	i := p.W().Issue(x.Issue)
	if i == nil || (x.Option == "" && x.Value == "") {
		return ""
	}
	return issue.Answer(p, i, x.Option, x.Value, "", "")
}

// declarer is a party that the account speaks for and its author does not, where there is one: a joint account is its author's word
// that it is joint, and is shown as attributed until the others say it themselves.
func declarer(p *ui.Page, a account) talks.Ref {
	own := p.W().PartyOf(a.Seat.Delegation())
	for _, r := range a.Said.By {
		if r != own {
			return r
		}
	}
	return a.Said.By[0]
}

func (s *sides) shows(a account) bool {
	return slices.ContainsFunc(s.Shown, func(b account) bool { return b.Entry == a.Entry })
}

// seenWord says how the accounts stand to each other on somebody's attendance.
func (s *sides) seenWord(p *ui.Page, x readout.Presence) string {
	switch x.Verdict {
	case readout.Differ:
		return p.Loc.T("meeting.seen.differ")
	case readout.One:
		return p.Loc.T("meeting.seen.one")
	case readout.Some:
		return p.Loc.T("meeting.seen.some")
	}
	return p.Loc.T("meeting.seen.alike")
}

// sideClass is the colour of the marks of what one party alone says.
func sideClass(p *ui.Page, s *sides, t tally) string {
	if t.Side < 0 || len(s.Shown[t.Side].Said.By) != 1 {
		return ""
	}
	return p.PartyClass(s.Shown[t.Side].Said.By[0])
}

func topicID(t talks.Topic) string { return "topic-" + string(t) }

// noTime keeps the page's time out of the action of a form, which has it in a field.
var noTime = url.Values{"at": {""}}
