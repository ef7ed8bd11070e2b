package readout

import (
	"cmp"
	"slices"

	"parley/internal/talks"
)

// Account is one account of a meeting, as it is compared.
type Account struct {
	Points     []talks.Point
	Attendance []talks.Attendee // none where the account does not say who was there
}

// Of is what of a readout is compared.
func Of(r *talks.ReadoutIssue) Account { return Account{r.Points, r.Attendance} }

// Verdict is how accounts stand to each other in one matter.
type Verdict string

// The verdicts. Alike is in wording: see [Difference].
const (
	All    Verdict = "all"    // every account says it, alike
	Some   Verdict = "some"   // more than one says it, alike, and others are silent
	Differ Verdict = "differ" // more than one speaks of it, and not alike
	One    Verdict = "one"    // one says it
)

// Verdicts are in the order in which they are counted.
var Verdicts = []Verdict{All, Some, Differ, One}

// Difference is in what two points differ that are about one matter.
type Difference string

// The differences, in the order in which they are listed. A field that one of two points leaves open is no difference.
const (
	ByOption   Difference = "option"   // of the issue's options
	ByValue    Difference = "value"    // on the issue's scale
	ByWhen     Difference = "when"     // the day of a next step
	ByStrength Difference = "strength" // how strongly it is said
	ByFigures  Difference = "figures"  // numbers and dates in the words
	ByNot      Difference = "not"      // one says not, no or never where the other does not
	ByWords    Difference = "words"    // fewer than three quarters of the words are the same, long ones counting more
)

// Differences are all of them.
var Differences = []Difference{ByOption, ByValue, ByWhen, ByStrength, ByFigures, ByNot, ByWords}

// Span is a part of a text, in bytes: from Start up to End, which is outside.
type Span struct{ Start, End int }

// Said is what one account says of a matter.
type Said struct {
	Point int    // its place in the account's points; -1 where the account is silent
	Own   []Span // the words of the point that no other account uses of this matter, in order; none where nobody else speaks of it
}

// Silent reports whether the account does not speak of the matter.
func (s Said) Silent() bool { return s.Point < 0 }

// Row is one matter: at most one point of each account.
type Row struct {
	Topic   talks.Topic
	Issue   talks.Ref // zero for none
	Said    []Said    // of each account
	Verdict Verdict
	In      []Difference // where Verdict is Differ
}

// Speakers are the places of the accounts that speak of the matter.
func (r *Row) Speakers() []int {
	var out []int
	for i, s := range r.Said {
		if !s.Silent() {
			out = append(out, i)
		}
	}
	return out
}

// Presence is what each account says of somebody: a party as such, or a person of it.
type Presence struct {
	Party   talks.Ref
	Person  string           // as the first account that names it writes it; empty for the party as such
	Said    []talks.Presence // of each account; empty where it does not name it
	Verdict Verdict
}

// Is reports whether both are of one party or one person, whose name may be written otherwise.
func (p *Presence) Is(o *Presence) bool {
	return p.Party == o.Party && (p.Person == "") == (o.Person == "") && name(p.Person) == name(o.Person)
}

// Comparison is accounts side by side.
type Comparison struct {
	Rows []Row // by topic and issue, in the order of the accounts' points
	// Attendance is by party, each followed by its persons, in the order of the accounts. Attending is how many accounts say who was there:
	// those that do not are silent of everybody, and of no consequence for a verdict.
	Attendance []Presence
	Attending  int
}

// Count is how many rows of a topic have a verdict.
func (c *Comparison) Count(t talks.Topic, v Verdict) int {
	n := 0
	for _, r := range c.Rows {
		if r.Topic == t && r.Verdict == v {
			n++
		}
	}
	return n
}

// CountPresent is how many parties and persons have a verdict on their attendance.
func (c *Comparison) CountPresent(v Verdict) int {
	n := 0
	for _, p := range c.Attendance {
		if p.Verdict == v {
			n++
		}
	}
	return n
}

// Compare lays accounts side by side.
//
// Two points can be about one matter where they have the same topic and the same issue. Points that say the same go together first: the
// same words, option, value, date and strength. Of the others, the two that are most alike go together, then the two most alike of those that
// are left, and so on, until nothing is left that is alike enough; a point goes with at most one of each other account. Of equally alike ones
// those come first whose words come first.
//
// How alike two points are is the share of their words that they have in common, where long words count more than short ones and words that
// many points use count less, and words are the same whose first six letters are, English endings aside. A short point that a long one
// contains is near it too. An answer to the issue that both name, or one day, brings them nearer.
func Compare(accounts []Account) *Comparison {
	c := &Comparison{}
	c.Rows = rows(accounts)
	c.Attendance, c.Attending = attendance(accounts)
	return c
}

func rows(accounts []Account) []Row {
	ps, l, weights := points(accounts)
	m := matcher{weights, make([][]int, len(weights)), len(accounts)}
	var out []Row
	for _, g := range groups(ps) {
		first := len(out)
		for _, c := range m.match(g) {
			out = append(out, c.row(l))
		}
		slices.SortFunc(out[first:], func(a, b Row) int { return a.order(&b) })
	}
	return out
}

// order sets rows by the place of their points in the accounts, those that more accounts have first.
func (r *Row) order(o *Row) int {
	a, b := r.speaker(0), o.speaker(0)
	for a < len(r.Said) && b < len(o.Said) {
		if c := cmp.Or(cmp.Compare(a, b), cmp.Compare(r.Said[a].Point, o.Said[b].Point)); c != 0 {
			return c
		}
		a, b = r.speaker(a+1), o.speaker(b+1)
	}
	return cmp.Compare(a, b)
}

// speaker is the first account from i on that speaks of the matter; as many as there are where none does.
func (r *Row) speaker(i int) int {
	for i < len(r.Said) && r.Said[i].Silent() {
		i++
	}
	return i
}
