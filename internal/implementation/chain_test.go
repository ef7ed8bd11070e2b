package implementation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"parley/internal/talks"
)

// TestChain: things that wait for each other in a line, or all in one circle, can be as many as there is room for.
func TestChain(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 5_000
	}
	for _, circle := range []bool{false, true} {
		t.Run(fmt.Sprintf("circle %t", circle), func(t *testing.T) {
			p := newPress(t)
			for i := range n {
				when := fmt.Sprintf(`,"when":{"of":"c%d","is":"active"}`, i-1)
				if i == 0 {
					when = `,"when":{"of":"k"}`
					if circle {
						when = fmt.Sprintf(`,"when":{"of":"c%d","is":"active"}`, n-1)
					}
				}
				p.fold("ru", "commitment.make", `{"name":"c%d","title":"A promise","deed":"Do it.","obligors":["ru"]%s}`, i, when)
			}
			p.fold("sa", "condition.define", `{"name":"k","title":"A condition"}`)
			last := ref(fmt.Sprintf("c%d", n-1))
			b := At(p.world(), p.at.AddDate(0, 1, 0))
			g, needs := b.Graph(), b.Needs(last, "active")
			if c := b.Commitment(last); c.Status != Dormant {
				t.Errorf("the last is %s", c.Status)
			}
			if circle {
				if len(g.Cycles) != 1 || len(g.Cycles[0]) != n || len(g.Deadlocks) != 1 || needs.Possible {
					t.Errorf("%d circles, %d deadlocks, possible: %t", len(g.Cycles), len(g.Deadlocks), needs.Possible)
				}
				return
			}
			if len(g.Cycles) != 0 || len(g.Deadlocks) != 0 || len(needs.Things) != 1 || !needs.Fewest || needs.Things[0].Ref != ref("k") {
				t.Errorf("%d circles, %d deadlocks, needs %v", len(g.Cycles), len(g.Deadlocks), needs.Things)
			}
			if top := g.Nodes[len(g.Nodes)-1].Layer; top != 0 && g.Nodes[n].Layer != n {
				t.Errorf("the last is in layer %d", g.Nodes[n].Layer)
			}
			p.fold("sa", "condition.determine", `{"condition":"k","outcome":"met","when":"2025-01-20"}`)
			b = At(p.world(), p.at.AddDate(0, 1, 0))
			if c := b.Commitment(last); c.Status != Active || c.Since.Format(time.DateOnly) != "2025-01-20" {
				t.Errorf("the last is %s since %s", c.Status, c.Since)
			}
		})
	}
}

// TestMoreCycles: of a knot with more circles than anybody can look at some are listed, and it is said that there are more.
func TestMoreCycles(t *testing.T) {
	to := make([][]int32, 30)
	for v := range to {
		for w := range int32(30) {
			to[v] = append(to[v], w)
		}
	}
	found, more := cycles(30, func(v int32) []int32 { return to[v] })
	if !more || len(found) < 1_000 {
		t.Errorf("%d are found, more: %t", len(found), more)
	}
	for _, c := range found {
		seen := map[int32]bool{}
		for _, v := range c {
			if seen[v] || v < c[0] {
				t.Fatalf("%v is no circle", c)
			}
			seen[v] = true
		}
	}
}

// TestManyChoices: where there are too many ways, the answer is one of them, and says that there can be fewer.
func TestManyChoices(t *testing.T) {
	p := newPress(t)
	for i := range 80 {
		p.fold("sa", "condition.define", `{"name":"k%d","title":"A condition"}`, i)
	}
	var all []string
	for i := range 99 {
		all = append(all, fmt.Sprintf(`{"any":[{"of":"k%d"},{"of":"k%d"},{"of":"k%d"}]}`, i*7%80, i*i*13%80, (i*i*i+5)%80))
	}
	half := len(all) / 4
	for i := range 4 {
		p.fold("sa", "condition.define", `{"name":"m%d","title":"Made","when":{"all":[%s]}}`, i, strings.Join(all[i*half:(i+1)*half], ","))
	}
	p.fold("ru", "commitment.make", `{"name":"c","title":"A promise","deed":"Do it.","obligors":["ru"],"when":{"all":[{"of":"m0"},{"of":"m1"},{"of":"m2"},{"of":"m3"}]}}`)
	b := At(p.world(), p.at)
	n := b.Needs(ref("c"), "")
	if !n.Possible || n.Fewest || len(n.Things) == 0 {
		t.Fatalf("possible: %t, fewest: %t, %d things", n.Possible, n.Fewest, len(n.Things))
	}
	for _, need := range n.Things {
		p.fold("sa", "condition.determine", `{"condition":%q,"outcome":"met"}`, need.Ref.Name)
	}
	if c := At(p.world(), p.at).Commitment(ref("c")); c.Status != Active {
		t.Errorf("with all of them it is %s", c.Status)
	}
}

// TestReasons: every reason that is given has a sentence, and every sentence is used.
func TestReasons(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	code := regexp.MustCompile(`(?:Code(?:: | = |:=? ?)|code(?: :?= ))"([a-z-]+)"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllSubmatch(src, -1) {
			used[string(m[1])] = true
		}
	}
	for _, kind := range []string{"condition", "commitment", "agreement", "meeting", "event"} {
		for _, m := range talks.MomentsOf(kind) {
			for _, prefix := range []string{"not-", "is-", "need-"} {
				used[prefix+string(m)] = true
			}
		}
	}
	for _, o := range talks.Outcomes {
		used["says-"+string(o)] = true
	}
	for _, r := range talks.Releases {
		used[string(r)] = true
	}
	for _, c := range talks.Claims {
		used[string(c)] = true
	}
	for _, more := range []string{"need-step", "need-agreed"} { // of wants that are no moments
		used[more] = true
	}
	for c := range used {
		if !strings.HasSuffix(c, "-") && Texts[c] == "" {
			t.Errorf("%q has no sentence", c)
		}
	}
	for c := range Texts {
		if !used[c] {
			t.Errorf("%q is never said", c)
		}
	}
}

func TestEnglish(t *testing.T) {
	title := func(r talks.Ref) string { return strings.ToUpper(r.Name) }
	day := time.Date(2025, 3, 14, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		r    Reason
		want string
	}{
		{Reason{Code: "done", Party: ref("ru")}, "RU says that it is done."},
		{Reason{Code: "owed-until", At: lastOf(day)}, "It is owed until 13 March 2025."},
		{Reason{Code: "owed-until", At: lastOf(day.Add(-2 * time.Hour)), Zone: "Europe/Kyiv"}, "It is owed until 13 March 2025 (Europe/Kyiv)."},
		{Reason{Code: "owed-until", At: lastOf(day), Zone: "Europe/Kyiv"}, "It is owed until 13 March 2025, 23:59 UTC."},
		{Reason{Code: "starts", At: day.Add(90 * time.Minute)}, "It begins on 14 March 2025, 01:30 UTC."},
		{Reason{Code: "turn", Ref: ref("a"), N: 2}, "It is the other side’s turn: “A” has made 2 of its steps."},
		{Reason{Code: "none", Refs: []talks.Ref{ref("a"), ref("b")}}, "None of these has come about: “A”, “B”."},
	} {
		if got := c.r.English(title); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	x := &talks.Expr{All: []talks.Expr{{Of: ref("vote"), Is: "held"}, {Any: []talks.Expr{{From: "2025"}, {Not: &talks.Expr{Of: ref("truce"), Is: "breached"}}}}}}
	if got, want := ExprEnglish(x, title), "VOTE is held and (from 2025 or not (TRUCE is broken))"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		due  talks.Due
		want string
	}{
		{talks.Due{By: "2015"}, "2015"},
		{talks.Due{Of: ref("pull"), Moment: "started", Day: 1}, "day 1 from when PULL is started"},
		{talks.Due{Of: ref("pull"), Within: "P1Y2M14D", Zone: "Europe/Kyiv"}, "within 1 year and 2 months and 14 days from when PULL is fulfilled (Europe/Kyiv)"},
		{talks.Due{Of: ref("pull"), Within: "PT48H"}, "within 48 hours from when PULL is fulfilled"},
		{talks.Due{}, ""},
	} {
		if got := DueEnglish(c.due, "commitment", title); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// FuzzExpr: whatever an expression says, everything can be worked out, and the laws of logic hold as far as it is known whether it is so.
func FuzzExpr(f *testing.F) {
	for _, s := range []string{
		`{"of":"k"}`, `{"of":"m","is":"held"}`, `{"all":[{"of":"k"},{"not":{"of":"a","is":"breached"}}]}`, `{"any":[{"from":"2025-02"},{"of":"x"}]}`,
		`{"not":{"any":[{"until":"2025-01-10"},{"of":"a","is":"overdue"}]}}`, `{"of":"x","is":"active"}`, `{}`, `{"all":[]}`, `{"of":"nothing"}`,
		`{"from":"2025-01-01","until":"2025-01-03/2026"}`, `{"of":"e"}`, `{"of":"paper"}`,
	} {
		f.Add([]byte(s))
	}
	base := newPress(f)
	base.fold("sa", "condition.define", `{"name":"k","title":"A condition"}`)
	base.fold("sa", "meeting.schedule", `{"name":"m","title":"A meeting","kind":"meeting","preconditions":["x"]}`)
	base.fold("sa", "event.record", `{"name":"e","title":"An event","when":"2025-02-01"}`)
	base.fold("ru", "commitment.make", `{"name":"a","title":"A","deed":"Do it.","obligors":["ru"],"due":{"by":"2025-01-20"}}`)
	base.fold("us", "commitment.report", `{"commitment":"a","claim":"breached","when":"2025-01-25"}`)
	f.Fuzz(func(t *testing.T, js []byte) {
		var e talks.Expr
		if json.Unmarshal(js, &e, json.RejectUnknownMembers(true)) != nil {
			return
		}
		size := 0
		e.Each(func(*talks.Expr) { size++ })
		if size > 1000 || bytes.Count(js, []byte("[")) > 50 {
			return
		}
		p := &press{t, base.lobby, base.state.Clone(), base.at}
		act := &talks.CommitmentMake{Name: "x", Title: "X", Deed: "Do it.", Obligors: []talks.Ref{ref("ru")}, When: &e}
		entry := talks.NewEntry(roomID, p.state.Size(), p.at, "ru-head", act.Kind(), act)
		p.state.Fold(entry)
		x := newIndex(p.world())
		for _, at := range []time.Time{p.at.AddDate(0, 0, 5), p.at.AddDate(0, 0, 30), p.at.AddDate(2, 0, 0)} {
			b := newBook(x, at)
			so, _, why := b.Holds(&e)
			if so == (len(why) > 0) && (len(e.Any)+len(e.All) > 0 || !e.Of.IsZero()) {
				t.Errorf("%s is so: %t, for %v", js, so, why)
			}
			if contrary, _, _ := b.Holds(&talks.Expr{Not: &e}); contrary && so {
				t.Errorf("%s and its contrary are so", js)
			}
			twice, _, _ := b.Holds(&talks.Expr{Not: &talks.Expr{Not: &e}})
			both, _, _ := b.Holds(&talks.Expr{All: []talks.Expr{e, e}})
			if twice != so || both != so {
				t.Errorf("%s: %t, twice contrary %t, with itself %t", js, so, twice, both)
			}
			if c := b.Commitment(ref("x")); (c.Status == Active) != so && c.Status != Lapsed {
				t.Errorf("%s is so: %t, and what depends on it is %s", js, so, c.Status)
			}
			g, n := b.Graph(), b.Needs(ref("x"), "active")
			for _, d := range g.Deadlocks {
				if d.Refs[0] == ref("x") && (n.Possible || so) {
					t.Errorf("%s: stuck, and possible", js)
				}
			}
			ExprEnglish(&e, func(r talks.Ref) string { return r.Name })
		}
	})
}

// TestShared: a book is for many readers at once.
func TestShared(t *testing.T) {
	w := benchWorld(t, 300)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			b := At(w, time.Date(2025, 7, 1+i%3, 0, 0, 0, 0, time.UTC))
			if n := b.Needs(ref(fmt.Sprintf("c%d", 290+i)), ""); !n.Possible && len(n.Reasons) == 0 {
				t.Errorf("nothing says why c%d cannot come about", 290+i)
			}
			if _, _, why := b.Holds(&talks.Expr{Of: ref("c299"), Is: "lapsed"}); len(b.Graph().Nodes) == 0 || len(b.Matrix()) != 300 || len(why) != 1 {
				t.Errorf("%d nodes", len(b.Graph().Nodes))
			}
		})
	}
	all.Wait()
}
