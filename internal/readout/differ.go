package readout

import (
	"slices"

	"parley/internal/talks"
)

// row is the cluster as a row.
func (c *cluster) row(l *lexicon, accounts int) Row {
	one := c.one()
	r := Row{Topic: one.About(), Issue: one.Issue, Said: make([]Said, accounts)}
	var ps []*point
	for i, p := range c.of {
		r.Said[i].Point = -1
		if p != nil {
			ps = append(ps, p)
			r.Said[i].Point = p.place
		}
	}
	in := map[Difference]bool{}
	for i, p := range ps {
		for _, o := range ps[i+1:] {
			p.differ(o, l, in)
		}
	}
	switch {
	case len(ps) == 1:
		r.Verdict = One
	case len(in) > 0:
		r.Verdict = Differ
	case len(ps) < accounts:
		r.Verdict = Some
	default:
		r.Verdict = All
	}
	for _, d := range Differences {
		if in[d] {
			r.In = append(r.In, d)
		}
	}
	if len(ps) > 1 {
		for _, p := range ps {
			r.Said[p.account].Own = p.own(ps)
		}
	}
	return r
}

// differ notes in what two points differ.
func (p *point) differ(o *point, l *lexicon, in map[Difference]bool) {
	note := func(d Difference, so bool) {
		if so {
			in[d] = true
		}
	}
	note(ByOption, p.Option != "" && o.Option != "" && p.Option != o.Option)
	note(ByValue, p.Value != "" && o.Value != "" && plain(p.Value) != plain(o.Value))
	note(ByWhen, p.When != "" && o.When != "" && p.When != o.When)
	note(ByStrength, p.Strength != "" && o.Strength != "" && p.Strength != o.Strength)
	note(ByFigures, figuresDiffer(p, o))
	note(ByNot, p.nots != o.nots)
	note(ByWords, wording(p, o, l) < alike)
}

// figuresDiffer reports whether one point has a number or a date in its words that the other has neither in its words nor in its fields. The
// year of a full date counts only where both say a year.
func figuresDiffer(p, o *point) bool {
	missing := func(a, b *point) bool {
		for _, t := range a.hard {
			if !slices.Contains(b.hard, t) && !slices.Contains(b.soft, t) && !slices.Contains(b.given(), t) {
				return true
			}
		}
		return false
	}
	return missing(p, o) || missing(o, p) || (len(p.soft) > 0 && len(o.soft) > 0 && !slices.Equal(p.soft, o.soft))
}

// given are the figures of a point's fields.
func (p *point) given() []string {
	var out []string
	for _, w := range append(split(string(p.When)), split(string(p.Value))...) {
		if w.figure {
			out = append(out, w.text)
		}
	}
	return out
}

// wording is the share of the words of two points that both have, in thousandths, long words counting more.
func wording(p, o *point, l *lexicon) int {
	common := 0
	for _, s := range p.stems {
		if _, found := slices.BinarySearch(o.stems, s); found {
			common += l.length[s]
		}
	}
	if p.long+o.long == 0 {
		return 1000 // neither has a word: signs alone
	}
	return 2 * common * 1000 / (p.long + o.long)
}

// own finds the words of a point that none of the others has; those that are parted by nothing but a space stand together. In scripts where
// words overlap, a letter that is part of a shared word is shared. A date is marked whole.
func (p *point) own(all []*point) []Span {
	shared := func(w word) bool {
		return slices.ContainsFunc(all, func(o *point) bool {
			_, found := slices.BinarySearch(o.texts, w.number)
			return o != p && found
		})
	}
	marked := make([]bool, len(p.Text))
	mark := func(w word, on bool) {
		for i := w.start; i < w.end; i++ {
			marked[i] = on
		}
	}
	for _, w := range p.words {
		if !shared(w) {
			mark(w, true)
		}
	}
	for _, w := range p.words {
		if !w.figure && shared(w) {
			mark(w, false)
		}
	}
	var out []Span
	for i, on := range marked {
		switch n := len(out); {
		case !on:
		case n > 0 && (out[n-1].End == i || (out[n-1].End == i-1 && p.Text[i-1] == ' ')):
			out[n-1].End = i + 1
		default:
			out = append(out, Span{i, i + 1})
		}
	}
	return out
}

// somebody is a party, or a person of it by the folded name.
type somebody struct {
	party  talks.Ref
	person string
}

// attendance compares who was there, by party and by person. A party as such was there where the account says so of it or of anybody of it.
func attendance(accounts []Account) ([]Presence, int) {
	var out []Presence
	index := map[somebody]int{}
	attending := 0
	find := func(k somebody, name string) *Presence {
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, Presence{Party: k.party, Person: name, Said: make([]talks.Presence, len(accounts))})
		}
		return &out[i]
	}
	for a, x := range accounts {
		if len(x.Attendance) > 0 {
			attending++
		}
		for _, t := range x.Attendance {
			as := t.Presence
			if as == "" {
				as = talks.Presences[0]
			}
			better(&find(somebody{party: t.Party}, "").Said[a], as)
			if t.Person != "" {
				better(&find(somebody{t.Party, name(t.Person)}, t.Person).Said[a], as)
			}
		}
	}
	for i := range out {
		out[i].Verdict = attended(out[i].Said, attending)
	}
	place := map[talks.Ref]int{}
	for i, p := range out {
		if p.Person == "" {
			place[p.Party] = i
		}
	}
	slices.SortStableFunc(out, func(a, b Presence) int { return place[a.Party] - place[b.Party] })
	return out, attending
}

// better keeps the stronger of two words of one account on somebody: that it came, then that it was excused, then that it was absent.
func better(field *talks.Presence, as talks.Presence) {
	rank := func(p talks.Presence) int { return slices.Index([]talks.Presence{"absent", "excused", "present"}, p) }
	if *field == "" || rank(as) > rank(*field) {
		*field = as
	}
}

func attended(said []talks.Presence, attending int) Verdict {
	var first talks.Presence
	n := 0
	for _, s := range said {
		switch {
		case s == "":
			continue
		case n > 0 && s != first:
			return Differ
		}
		first = s
		n++
	}
	switch {
	case n < 2:
		return One
	case n < attending:
		return Some
	}
	return All
}

// name is a person's name as it is compared: its words without case and signs.
func name(s string) string {
	var b []byte
	for _, w := range split(s) {
		b = append(append(b, w.text...), ' ')
	}
	if len(b) == 0 {
		return s
	}
	return string(b)
}
