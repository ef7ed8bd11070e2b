package readout

import (
	"slices"

	"parley/internal/talks"
)

// row is the cluster as a row.
func (c *cluster) row(l *lexicon) Row {
	one := c.one()
	accounts := len(c.of)
	r := Row{Topic: one.About(), Issue: one.Issue, Said: make([]Said, accounts)}
	var ps []*point
	for i, p := range c.of {
		r.Said[i].Point = -1
		if p != nil {
			ps = append(ps, p)
			r.Said[i].Point = p.place
		}
	}
	for i, p := range ps {
		for _, o := range ps[i+1:] {
			p.differ(o, l, &r.In)
		}
	}
	slices.SortFunc(r.In, func(a, b Difference) int { return slices.Index(Differences, a) - slices.Index(Differences, b) })
	switch {
	case len(ps) == 1:
		r.Verdict = One
	case len(r.In) > 0:
		r.Verdict = Differ
	case len(ps) < accounts:
		r.Verdict = Some
	default:
		r.Verdict = All
	}
	if len(ps) > 1 {
		for _, p := range ps {
			r.Said[p.account].Own = p.own(ps)
		}
	}
	return r
}

// differ notes in what two points differ.
func (p *point) differ(o *point, l *lexicon, in *[]Difference) {
	note := func(d Difference, so bool) {
		if so && !slices.Contains(*in, d) {
			*in = append(*in, d)
		}
	}
	note(ByOption, p.Option != "" && o.Option != "" && p.Option != o.Option)
	note(ByValue, p.Value != "" && o.Value != "" && plain(p.Value) != plain(o.Value))
	note(ByWhen, p.When != "" && o.When != "" && p.When != o.When)
	note(ByStrength, p.Strength != "" && o.Strength != "" && p.Strength != o.Strength)
	note(ByFigures, figuresDiffer(p, o, l))
	note(ByNot, p.nots != o.nots)
	note(ByWords, wording(p, o, l) < alike)
}

// figuresDiffer reports whether one point has a number or a date in its words that the other has neither in its words nor in its fields. The
// year of a full date counts only where both say a year.
func figuresDiffer(p, o *point, l *lexicon) bool {
	missing := func(a, b *point) bool {
		for _, t := range a.hard {
			if !slices.Contains(b.hard, t) && !slices.Contains(b.soft, t) && !slices.Contains(b.given(l), t) {
				return true
			}
		}
		return false
	}
	return missing(p, o) || missing(o, p) || (len(p.soft) > 0 && len(o.soft) > 0 && !slices.Equal(p.soft, o.soft))
}

// given are the figures of a point's fields.
func (p *point) given(l *lexicon) []int32 {
	var out []int32
	for _, w := range l.split(l.split(nil, string(p.When)), string(p.Value)) {
		if w.figure {
			out = append(out, w.number)
		}
	}
	return out
}

// wording is the share of the words of two points that both have, in thousandths, long words counting more.
func wording(p, o *point, l *lexicon) int {
	common := 0
	for i, k := 0, 0; i < len(p.stems) && k < len(o.stems); {
		switch s, t := p.stems[i], o.stems[k]; {
		case s < t:
			i++
		case s > t:
			k++
		default:
			common += l.entries[s].length
			i, k = i+1, k+1
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
	if !slices.ContainsFunc(all, func(o *point) bool { return o.key != p.key }) {
		return nil
	}
	shared := func(w word) bool {
		return slices.ContainsFunc(all, func(o *point) bool {
			if o == p {
				return false
			}
			_, found := slices.BinarySearch(o.texts, w.number)
			return found
		})
	}
	marked := make([]bool, len(p.Text))
	var letters []word // those in common that are no figures
	for _, w := range p.words {
		if !shared(w) {
			for i := w.start; i < w.end; i++ {
				marked[i] = true
			}
		} else if !w.figure {
			letters = append(letters, w)
		}
	}
	for _, w := range letters {
		clear(marked[w.start:w.end])
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
	l := newLexicon()
	for _, w := range l.split(nil, s) {
		b = append(append(b, l.text(w)...), ' ')
	}
	if len(b) == 0 {
		return s
	}
	return string(b)
}
