package readout

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

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
	texts, stems   []int32  // of its words, by their numbers, each once, sorted
	weight         []int    // of each stem in this comparison
	total          int      // of the weights
	long           int      // of the lengths of the stems
	hard, soft     []string // figures in its words, each once, sorted; soft ones are years that a date need not say
	key            string   // equal for points that say the same
	nots           int
}

// lexicon numbers words. Which number a word has is of no consequence.
type lexicon struct {
	number map[string]int32
	length []int // of each word, in letters
}

func (l *lexicon) of(s string) int32 {
	n, ok := l.number[s]
	if !ok {
		n = int32(len(l.length))
		l.number[s] = n
		l.length = append(l.length, utf8.RuneCountInString(s))
	}
	return n
}

func (l *lexicon) read(p *point) {
	p.words = split(p.Text)
	p.texts, p.stems = make([]int32, len(p.words)), make([]int32, len(p.words))
	for i := range p.words {
		w := &p.words[i]
		w.number = l.of(w.text)
		p.texts[i], p.stems[i] = w.number, w.number
		if w.stem != w.text {
			p.stems[i] = l.of(w.stem)
		}
		switch {
		case w.not:
			p.nots++
		case w.year:
			p.soft = append(p.soft, w.text)
		case w.figure:
			p.hard = append(p.hard, w.text)
		}
	}
	p.texts, p.stems, p.hard, p.soft = once(p.texts), once(p.stems), once(p.hard), once(p.soft)
}

// once sorts a list and leaves each of it once.
func once[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

func points(accounts []Account) ([]*point, *lexicon) {
	var out []*point
	l := &lexicon{number: map[string]int32{}}
	for a := range accounts {
		for i := range accounts[a].Points {
			p := &point{Point: &accounts[a].Points[i], account: a, place: i}
			l.read(p)
			p.key = p.same()
			out = append(out, p)
		}
	}
	used := make([]int, len(l.length)) // how many points use a stem
	for _, p := range out {
		for _, s := range p.stems {
			used[s]++
		}
	}
	for _, p := range out {
		p.weight = make([]int, len(p.stems))
		for k, s := range p.stems {
			p.weight[k] = l.length[s] * int(math.Round(100*math.Log1p(float64(len(out))/float64(used[s]))))
			p.total += p.weight[k]
			p.long += l.length[s]
		}
	}
	return out, l
}

// same writes what a point says so that two that say the same are written the same.
func (p *point) same() string {
	var b strings.Builder
	b.Grow(len(p.Text) + 16)
	for _, w := range p.words {
		b.WriteString(w.text)
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

// groups are the points of each topic and issue. Their order is of no consequence.
func groups(ps []*point) [][]*point {
	type matter struct {
		topic talks.Topic
		issue talks.Ref
	}
	by := map[matter]int{}
	var out [][]*point
	for _, p := range ps {
		m := matter{p.About(), p.Issue}
		k, ok := by[m]
		if !ok {
			k = len(out)
			by[m] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], p)
	}
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

// match puts points of a topic and an issue together.
func match(ps []*point, l *lexicon, accounts int) []*cluster {
	cs := identical(ps, accounts)
	edges := near(cs, l)
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
				out = append(out, &cluster{of: make([]*point, accounts)})
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
// that use each stem.
func near(cs []*cluster, l *lexicon) []edge {
	ps := make([]*point, len(cs))
	uses := make([][]int, len(l.length))
	for i, c := range cs {
		ps[i] = c.one()
		for _, s := range ps[i].stems {
			uses[s] = append(uses[s], i)
		}
	}
	var out []edge
	common := make([]int, len(cs))
	for a, p := range ps {
		clear(common)
		for k, s := range p.stems {
			users := uses[s]
			after, found := slices.BinarySearch(users, a)
			if found {
				after++
			}
			for _, b := range users[after:] {
				common[b] += p.weight[k]
			}
		}
		for b := a + 1; b < len(ps); b++ {
			if share := p.share(ps[b], common[b]); share >= enough && !overlap(cs[a], cs[b]) {
				out = append(out, edge{share, a, b})
			}
		}
	}
	return out
}

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
