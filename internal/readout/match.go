package readout

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"parley/internal/talks"
)

// Shares are in thousandths. Sums are of whole numbers, so that they are the same in whatever order they are made.
const (
	enough     = 400 // two points that are less alike than this are about two matters
	answered   = 400 // for naming an answer to the issue, each its own
	sameAnswer = 500 // for naming the same
	sameDay    = 150
	contained  = 600 // for all words of the shorter point, where the other says more
	alike      = 750 // of the words, for points to be found alike
)

// point is a point of an account with its words.
type point struct {
	*talks.Point
	account, place int
	words          []word
	texts, stems   []int32 // of its words, by their numbers, each once, sorted
	total          int     // of the weights of the stems
	long           int     // of their lengths
	hard, soft     []int32 // figures in its words, each once, sorted; soft ones are years that a date need not say
	key            string  // equal for points that say the same
	nots           int
}

func (l *lexicon) read(p *point) {
	p.words = l.split(make([]word, 0, len(p.Text)/5+1), p.Text)
	n := len(p.words)
	numbers := make([]int32, 2*n)
	p.texts, p.stems = numbers[:n:n], numbers[n:]
	for i, w := range p.words {
		p.texts[i], p.stems[i] = w.number, l.entries[w.number].stem
		switch {
		case w.not:
			p.nots++
		case w.year:
			p.soft = append(p.soft, w.number)
		case w.figure:
			p.hard = append(p.hard, w.number)
		}
	}
	p.texts, p.stems, p.hard, p.soft = once(p.texts), once(p.stems), once(p.hard), once(p.soft)
	p.key = p.same(l)
}

// once sorts a list and leaves each of it once.
func once(list []int32) []int32 {
	slices.Sort(list)
	return slices.Compact(list)
}

// points reads the points of all accounts, and what each stem weighs in their comparison.
func points(accounts []Account) ([]*point, *lexicon, []int) {
	var out []*point
	l := newLexicon()
	for a := range accounts {
		ps := make([]point, len(accounts[a].Points))
		for i := range ps {
			p := &ps[i]
			p.Point, p.account, p.place = &accounts[a].Points[i], a, i
			l.read(p)
			out = append(out, p)
		}
	}
	used := make([]int, len(l.entries)) // how many points use a stem
	for _, p := range out {
		for _, s := range p.stems {
			used[s]++
		}
	}
	weights := make([]int, len(l.entries))
	for s, n := range used {
		if n > 0 {
			weights[s] = l.entries[s].length * int(math.Round(100*math.Log1p(float64(len(out))/float64(n))))
		}
	}
	for _, p := range out {
		for _, s := range p.stems {
			p.total += weights[s]
			p.long += l.entries[s].length
		}
	}
	return out, l, weights
}

// same writes what a point says so that two that say the same are written the same.
func (p *point) same(l *lexicon) string {
	var b strings.Builder
	b.Grow(len(p.Text) + 16)
	for _, w := range p.words {
		b.WriteString(l.text(w))
		b.WriteByte(' ')
	}
	for _, s := range []string{p.Option, plain(p.Value), string(p.When), string(p.Strength)} {
		b.WriteByte(0)
		b.WriteString(s)
	}
	return b.String()
}

// plain is a decimal without what does not count: 10.50 and 10.5 are one.
func plain(d talks.Decimal) string {
	s := string(d)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// groups are the points of each topic and issue: by topic, and then by where the accounts first speak of the issue.
func groups(ps []*point) [][]*point {
	type matter struct {
		topic talks.Topic
		issue talks.Ref
	}
	by := map[matter]int{}
	issues := map[talks.Ref]int{}
	var out [][]*point
	for _, p := range ps {
		if _, ok := issues[p.Issue]; !ok {
			issues[p.Issue] = len(issues)
		}
		m := matter{p.About(), p.Issue}
		k, ok := by[m]
		if !ok {
			k = len(out)
			by[m] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], p)
	}
	slices.SortFunc(out, func(a, b []*point) int {
		return cmp.Or(
			cmp.Compare(slices.Index(talks.Topics, a[0].About()), slices.Index(talks.Topics, b[0].About())),
			cmp.Compare(issues[a[0].Issue], issues[b[0].Issue]))
	})
	return out
}

// cluster is points of different accounts that are about one matter.
type cluster struct {
	of   []*point // of each account, or nil
	into *cluster // what it was joined with
}

func (c *cluster) root() *cluster {
	for c.into != nil {
		c = c.into
	}
	return c
}

// join moves the points of o to c; false where both have one of the same account.
func (c *cluster) join(o *cluster) bool {
	for i := range c.of {
		if c.of[i] != nil && o.of[i] != nil {
			return false
		}
	}
	for i, p := range o.of {
		if p != nil {
			c.of[i] = p
		}
	}
	o.into = c
	return true
}

// edge is two clusters of points that say the same, by their places, the lower first.
type edge struct{ share, a, b int }

// matcher puts points together.
type matcher struct {
	weights  []int   // of each stem
	uses     [][]int // of each stem, the clusters that use it: while near looks for pairs, and empty otherwise
	accounts int
}

// match puts points of a topic and an issue together.
func (m *matcher) match(ps []*point) []*cluster {
	cs := identical(ps, m.accounts)
	edges := m.near(cs)
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	for _, e := range edges {
		if a, b := cs[e.a].root(), cs[e.b].root(); a != b {
			a.join(b)
		}
	}
	return slices.DeleteFunc(cs, func(c *cluster) bool { return c.into != nil })
}

// identical puts the points together that say the same: where an account says it several times, the first with the first of the others, the
// second with the second. They come in the order of what they say, which no account has a part in.
func identical(ps []*point, accounts int) []*cluster {
	ps = slices.Clone(ps)
	slices.SortFunc(ps, func(a, b *point) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.account, b.account), cmp.Compare(a.Text, b.Text), cmp.Compare(a.place, b.place))
	})
	var out []*cluster
	all := make([]cluster, len(ps))
	of := make([]*point, len(ps)*accounts)
	for i := 0; i < len(ps); {
		end := i
		for end < len(ps) && ps[end].key == ps[i].key {
			end++
		}
		first := len(out)
		k := 0
		for j := i; j < end; j++ {
			if k++; j == i || ps[j].account != ps[j-1].account {
				k = 0
			}
			if first+k == len(out) {
				c := &all[len(out)]
				c.of, of = of[:accounts:accounts], of[accounts:]
				out = append(out, c)
			}
			out[first+k].of[ps[j].account] = ps[j]
		}
		i = end
	}
	return out
}

// one is a point of the cluster: before any is joined, all of them say the same.
func (c *cluster) one() *point {
	for _, p := range c.of {
		if p != nil {
			return p
		}
	}
	return nil
}

// near are the pairs that can go together. What the words have in common is added up for one point against all others at once, by the points
// that use each stem. The clusters are taken by the first account that each has a point of: those with the same one are not held against each
// other.
func (m *matcher) near(cs []*cluster) []edge {
	ps := make([]*point, len(cs))
	first := make([][]int, m.accounts)
	for i, c := range cs {
		ps[i] = c.one()
		if !c.full() {
			first[ps[i].account] = append(first[ps[i].account], i)
		}
	}
	var out []edge
	var before []int // those of the accounts before
	common := make([]int, len(cs))
	for _, own := range first {
		for _, a := range own {
			p := ps[a]
			clear(common)
			for _, s := range p.stems {
				weight := m.weights[s]
				for _, b := range m.uses[s] {
					common[b] += weight
				}
			}
			for _, b := range before {
				if share := p.share(ps[b], common[b]); share >= enough && !overlap(cs[a], cs[b]) {
					out = append(out, edge{share, min(a, b), max(a, b)})
				}
			}
		}
		for _, a := range own {
			for _, s := range ps[a].stems {
				m.uses[s] = append(m.uses[s], a)
			}
		}
		before = append(before, own...)
	}
	for _, a := range before {
		for _, s := range ps[a].stems {
			m.uses[s] = m.uses[s][:0]
		}
	}
	return out
}

// full reports whether each account has a point in the cluster.
func (c *cluster) full() bool { return !slices.Contains(c.of, nil) }

func overlap(a, b *cluster) bool {
	for i := range a.of {
		if a.of[i] != nil && b.of[i] != nil {
			return true
		}
	}
	return false
}

// share is how alike two points of a topic and an issue are. common is the weight of the words that both have.
func (p *point) share(o *point, common int) int {
	words := 0
	if p.total > 0 && o.total > 0 {
		words = max(2*common*1000/(p.total+o.total), common*contained/min(p.total, o.total))
	}
	s := words
	switch {
	case (p.Option != "" && p.Option == o.Option) || (p.Value != "" && plain(p.Value) == plain(o.Value)):
		s = sameAnswer + words/2
	case (p.Option != "" && o.Option != "") || (p.Value != "" && o.Value != ""):
		s = answered + words/2
	}
	if p.When != "" && p.When == o.When {
		s += sameDay
	}
	return s
}
