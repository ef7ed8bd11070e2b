package implementation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/talks"
)

// TestCycles compares the circles of random small graphs with those that trying every way finds.
func TestCycles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "nodes")
		to := make([][]int32, n)
		for v := range to {
			for w := range int32(n) {
				if rapid.IntRange(0, 9).Draw(t, "edge") < 4 {
					to[v] = append(to[v], w)
				}
			}
		}
		got, more := cycles(n, func(v int32) []int32 { return to[v] })
		if more {
			t.Fatal("a small graph is too large")
		}
		if want := everyCycle(to); !slices.EqualFunc(got, want, slices.Equal[[]int32]) {
			t.Fatalf("%v has\n  %v\nfound\n  %v", to, want, got)
		}
	})
}

// everyCycle tries every way from every node.
func everyCycle(to [][]int32) [][]int32 {
	var found [][]int32
	var walk func(path []int32)
	walk = func(path []int32) {
		for _, w := range to[path[len(path)-1]] {
			if w == path[0] {
				found = append(found, slices.Clone(path))
			} else if w > path[0] && !slices.Contains(path, w) {
				walk(append(slices.Clip(path), w))
			}
		}
	}
	for v := range to {
		walk([]int32{int32(v)})
	}
	slices.SortFunc(found, func(a, b []int32) int { return cmp.Or(len(a)-len(b), slices.Compare(a, b)) })
	return found
}

// TestComponents: two nodes are in one component exactly if each can be reached from the other, and a component comes after those that it leads to.
func TestComponents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "nodes")
		to := make([][]int32, n)
		reach := make([][]bool, n)
		for v := range to {
			reach[v] = make([]bool, n)
			reach[v][v] = true
			for w := range int32(n) {
				if rapid.IntRange(0, 9).Draw(t, "edge") < 2 {
					to[v], reach[v][w] = append(to[v], w), true
				}
			}
		}
		for k := range n {
			for i := range n {
				for j := range n {
					reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j])
				}
			}
		}
		in := make([]int, n)
		count := 0
		for i, c := range components(n, func(v int32) []int32 { return to[v] }) {
			for _, v := range c {
				in[v] = i
				count++
			}
		}
		if count != n {
			t.Fatalf("%d of %d nodes are in components", count, n)
		}
		for v := range n {
			for w := range n {
				if (in[v] == in[w]) != (reach[v][w] && reach[w][v]) {
					t.Fatalf("%v: %d and %d are in %d and %d", to, v, w, in[v], in[w])
				}
				if reach[v][w] && in[v] < in[w] {
					t.Fatalf("%v: %d leads to %d and comes first", to, v, w)
				}
			}
		}
	})
}

// lot is a handful of things that depend on each other at random.
type lot struct {
	names []string
	whens map[string]*talks.Expr // of conditions that are made of others, and commitments
	pre   map[string][]string    // of meetings
}

// kind is that of a thing: by the first letter of its name.
func kind(name string) string {
	return map[byte]string{'k': "condition", 'c': "commitment", 'm': "meeting"}[name[0]]
}

func drawLot(t *rapid.T, nots bool) *lot {
	l := &lot{whens: map[string]*talks.Expr{}, pre: map[string][]string{}}
	for i := range rapid.IntRange(2, 6).Draw(t, "things") {
		l.names = append(l.names, fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"k", "c", "c", "m"}).Draw(t, "kind"), i))
	}
	for _, n := range l.names {
		switch kind(n) {
		case "condition":
			if rapid.Bool().Draw(t, "made") {
				l.whens[n] = l.drawExpr(t, 2, nots)
			}
		case "commitment":
			if rapid.IntRange(0, 3).Draw(t, "depends") > 0 {
				l.whens[n] = l.drawExpr(t, 2, nots)
			}
		case "meeting":
			for range rapid.IntRange(0, 2).Draw(t, "preconditions") {
				if p := rapid.SampledFrom(l.names).Draw(t, "precondition"); !slices.Contains(l.pre[n], p) {
					l.pre[n] = append(l.pre[n], p)
				}
			}
		}
	}
	return l
}

func (l *lot) drawExpr(t *rapid.T, depth int, nots bool) *talks.Expr {
	switch pick := rapid.IntRange(0, 9).Draw(t, "form"); {
	case depth > 0 && pick < 3:
		return &talks.Expr{All: []talks.Expr{*l.drawExpr(t, depth-1, nots), *l.drawExpr(t, depth-1, nots)}}
	case depth > 0 && pick < 6:
		return &talks.Expr{Any: []talks.Expr{*l.drawExpr(t, depth-1, nots), *l.drawExpr(t, depth-1, nots)}}
	case nots && pick == 6:
		return &talks.Expr{Not: l.drawExpr(t, depth, nots)}
	case nots && pick == 7:
		return &talks.Expr{From: talks.Date(rapid.SampledFrom([]string{"2025-02-10", "2025-03"}).Draw(t, "from"))}
	}
	of := rapid.SampledFrom(l.names).Draw(t, "of")
	e := &talks.Expr{Of: ref(of)}
	if kind(of) == "commitment" {
		moments := []talks.Moment{"fulfilled", "started", "active"}
		if nots {
			moments = append(moments, "overdue", "breached", "lapsed")
		}
		e.Is = rapid.SampledFrom(moments).Draw(t, "is")
	}
	return e
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// make folds the things in an order.
func (l *lot) make(p *press, order []string, due bool) {
	for _, n := range order {
		has := map[string]any{"name": n, "title": n}
		if e := l.whens[n]; e != nil {
			has["when"] = json.RawMessage(short(e))
		}
		switch kind(n) {
		case "condition":
			p.fold("sa", "condition.define", "%s", asJSON(has))
		case "commitment":
			has["deed"], has["obligors"], has["beneficiaries"] = "Do it.", []string{"ru"}, []string{"us"}
			if due {
				has["due"] = map[string]string{"by": "2025-02-20"}
			}
			p.fold("ru", "commitment.make", "%s", asJSON(has))
		case "meeting":
			has["kind"], has["preconditions"] = "meeting", l.pre[n]
			p.fold("sa", "meeting.schedule", "%s", asJSON(has))
		}
	}
}

// short is an expression as JSON, with short names.
func short(e *talks.Expr) []byte {
	b, err := json.Marshal(plain(e))
	if err != nil {
		panic(err)
	}
	return b
}

func plain(e *talks.Expr) map[string]any {
	list := func(es []talks.Expr) []any {
		var out []any
		for i := range es {
			out = append(out, plain(&es[i]))
		}
		return out
	}
	switch {
	case len(e.All) > 0:
		return map[string]any{"all": list(e.All)}
	case len(e.Any) > 0:
		return map[string]any{"any": list(e.Any)}
	case e.Not != nil:
		return map[string]any{"not": plain(e.Not)}
	case e.From != "":
		return map[string]any{"from": e.From}
	}
	out := map[string]any{"of": e.Of.Name}
	if e.Is != "" {
		out["is"] = e.Is
	}
	return out
}

// come finds what comes about if only some things are ever done, by doing whatever can be done until there is nothing more to do.
func (l *lot) come(allowed func(string) bool) map[string]bool {
	so := map[string]bool{}
	for again := true; again; {
		again = false
		for _, n := range l.names {
			can := l.whens[n] == nil || holds(l.whens[n], so)
			for _, p := range l.pre[n] {
				can = can && so[p+"."+usual(p)]
			}
			if !can {
				continue
			}
			done := allowed(n) || (kind(n) == "condition" && l.whens[n] != nil)
			for _, m := range []string{"active", "started", usual(n)} {
				if (m == "active" || done) && !so[n+"."+m] {
					so[n+"."+m], again = true, true
				}
			}
		}
	}
	return so
}

func usual(name string) string {
	return map[string]string{"condition": "met", "commitment": "fulfilled", "meeting": "held"}[kind(name)]
}

func holds(e *talks.Expr, so map[string]bool) bool {
	switch {
	case len(e.All) > 0:
		return !slices.ContainsFunc(e.All, func(k talks.Expr) bool { return !holds(&k, so) })
	case len(e.Any) > 0:
		return slices.ContainsFunc(e.Any, func(k talks.Expr) bool { return holds(&k, so) })
	}
	return so[e.Of.Name+"."+cmp.Or(string(e.Is), usual(e.Of.Name))]
}

// TestDeadlocks: what is said never to come about is what does not when everything is done that can be.
func TestDeadlocks(t *testing.T) {
	base := newStory(t, "majority")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLot(rt, false)
		p := &press{t, base.lobby, base.state.Clone(), base.at}
		l.make(p, l.names, false)
		b := newBook(newIndex(p.world()), base.at.AddDate(0, 1, 0))
		stuck := map[string]bool{}
		for _, d := range b.Graph().Deadlocks {
			for _, r := range d.Refs {
				if stuck[r.Name] {
					rt.Fatalf("%s is stuck twice", r.Name)
				}
				stuck[r.Name] = true
			}
			if len(d.Reasons) == 0 {
				rt.Fatalf("nothing says why %v", d.Refs)
			}
		}
		so := l.come(func(string) bool { return true })
		for _, n := range l.names {
			if come := so[n+"."+usual(n)]; come == stuck[n] {
				rt.Fatalf("%s\n%s comes about: %t, is stuck: %t", l, n, come, stuck[n])
			}
		}
		l.cyclesOf(rt, b)
	})
}

func (l *lot) String() string {
	var out []string
	for _, n := range l.names {
		out = append(out, fmt.Sprintf("%s %s %v", n, short(cmp.Or(l.whens[n], &talks.Expr{From: "-"})), l.pre[n]))
	}
	return strings.Join(out, "\n")
}

// cyclesOf compares the circles of a book with those that trying every way over its edges finds.
func (l *lot) cyclesOf(t *rapid.T, b *Book) {
	g := b.Graph()
	number := map[talks.Ref]int32{}
	for i, n := range g.Nodes {
		number[n.Ref] = int32(i)
	}
	to := make([][]int32, len(g.Nodes))
	for i, n := range g.Nodes {
		for _, e := range n.Needs {
			if w := number[e.To]; !e.To.IsZero() && !e.So && !e.Not && e.Moment != "lapsed" && !slices.Contains(to[i], w) {
				to[i] = append(to[i], w)
			}
		}
		slices.Sort(to[i])
	}
	want := everyCycle(to)
	if len(want) != len(g.Cycles) {
		t.Fatalf("%d circles are found, and there are %d", len(g.Cycles), len(want))
	}
	for i, c := range g.Cycles {
		for j, v := range want[i] {
			if g.Nodes[v].Ref != c[j] {
				t.Fatalf("circle %d is %v", i, c)
			}
		}
	}
}

// TestFewest: no fewer things are enough than those that are named, and those are.
func TestFewest(t *testing.T) {
	base := newStory(t, "majority")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLot(rt, false)
		p := &press{t, base.lobby, base.state.Clone(), base.at}
		l.make(p, l.names, false)
		b := newBook(newIndex(p.world()), base.at.AddDate(0, 1, 0))
		goal := l.names[len(l.names)-1]
		n := b.Needs(ref(goal), "")
		least, enough := -1, goal+"."+usual(goal)
		for set := range 1 << len(l.names) {
			allowed := func(name string) bool {
				i := slices.Index(l.names, name)
				return name == goal || set>>i&1 == 1
			}
			if size := ones(set); (least < 0 || size < least) && l.come(allowed)[enough] {
				least = size
			}
		}
		if n.Possible != (least >= 0) {
			rt.Fatalf("%s\n%s is possible: %t, and takes %d", l, goal, n.Possible, least)
		}
		if !n.Possible {
			return
		}
		if !n.Fewest || len(n.Things) != least {
			rt.Fatalf("%s\n%s takes %d, and %v are named", l, goal, least, n.Things)
		}
		named := func(name string) bool {
			return name == goal || slices.ContainsFunc(n.Things, func(t Need) bool { return t.Ref.Name == name })
		}
		if !l.come(named)[enough] {
			rt.Fatalf("%s\n%s does not come about with %v", l, goal, n.Things)
		}
	})
}

func ones(set int) int {
	n := 0
	for ; set > 0; set >>= 1 {
		n += set & 1
	}
	return n
}

// say is a fact that is drawn: of the facts that one party writes of one thing the order stays.
type say struct {
	who  string
	kind talks.Kind
	js   string
}

func drawSays(t *rapid.T, l *lot) []say {
	var out []say
	for range rapid.IntRange(0, 12).Draw(t, "facts") {
		n := rapid.SampledFrom(l.names).Draw(t, "of")
		who := rapid.SampledFrom([]string{"ru", "us", "ua"}).Draw(t, "who")
		has := map[string]any{"when": fmt.Sprintf("2025-02-%02d", rapid.IntRange(1, 9).Draw(t, "day"))}
		kindOf := talks.Kind("commitment.report")
		switch kind(n) {
		case "condition":
			kindOf = "condition.determine"
			has["condition"], has["outcome"] = n, rapid.SampledFrom(talks.Outcomes).Draw(t, "outcome")
		case "commitment":
			has["commitment"], has["claim"] = n, rapid.SampledFrom(talks.Claims).Draw(t, "claim")
		case "meeting":
			kindOf = "meeting.hold"
			has = map[string]any{"meeting": n, "started": "2025-02-03"}
			who = "sa"
		}
		out = append(out, say{who, kindOf, asJSON(has)})
	}
	return out
}

// shuffled is the facts in another order, but for those of one party on one thing.
func shuffled(says []say, r *rand.Rand) []say {
	groups := map[string][]say{}
	var order []string
	for _, s := range says {
		key := s.who + asJSON(subject(s))
		groups[key] = append(groups[key], s)
		order = append(order, key)
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var out []say
	for _, key := range order {
		out = append(out, groups[key][0])
		groups[key] = groups[key][1:]
	}
	return out
}

func subject(s say) any {
	has := map[string]any{}
	if err := json.Unmarshal([]byte(s.js), &has); err != nil {
		panic(err)
	}
	return []any{has["condition"], has["commitment"], has["meeting"]}
}

// statuses says how all things stand on some days.
func statuses(w *talks.World, names []string) map[string]string {
	out := map[string]string{}
	x := newIndex(w)
	for day := range 12 {
		b := newBook(x, time.Date(2025, 2, day*3, 0, 0, 0, 0, time.UTC))
		for _, n := range names {
			s := strings.Fields(stands(b, n))
			out[fmt.Sprintf("%s on day %d", n, day*3)] = s[0] + " " + s[1]
		}
	}
	return out
}

// TestOrder: how things stand does not depend on the order in which they were promised and defined, nor on that in which different parties spoke.
func TestOrder(t *testing.T) {
	base := newStory(t, "majority")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLot(rt, true)
		says := drawSays(rt, l)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "shuffle"), 1)) //nolint:gosec // drawn
		tell := func(names []string, says []say) map[string]string {
			p := &press{t, base.lobby, base.state.Clone(), base.at}
			l.make(p, names, true)
			for _, s := range says {
				p.fold(s.who, s.kind, "%s", s.js)
			}
			return statuses(p.world(), l.names)
		}
		other := slices.Clone(l.names)
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		a, b := tell(l.names, says), tell(other, shuffled(says, r))
		for _, k := range slices.Sorted(maps.Keys(a)) {
			if a[k] != b[k] {
				rt.Fatalf("%s\n%s is %s, and in another order %s", l, k, a[k], b[k])
			}
		}
	})
}

// TestFulfilledStays: what was fulfilled on one day is neither dormant nor waiting on a later one.
func TestFulfilledStays(t *testing.T) {
	base := newStory(t, "majority")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLot(rt, true)
		p := &press{t, base.lobby, base.state.Clone(), base.at}
		l.make(p, l.names, true)
		for _, s := range drawSays(rt, l) {
			p.fold(s.who, s.kind, "%s", s.js)
		}
		x := newIndex(p.world())
		was := map[talks.Ref]bool{}
		for day := range 40 {
			for _, c := range newBook(x, time.Date(2025, 1, 25+day, 0, 0, 0, 0, time.UTC)).Commitments() {
				was[c.Ref] = was[c.Ref] || c.Status == Fulfilled
				if was[c.Ref] && (c.Status == Dormant || c.Status == Waiting) {
					rt.Fatalf("%s was fulfilled, and is %s on day %d", c.Name, c.Status, day)
				}
			}
		}
	})
}
