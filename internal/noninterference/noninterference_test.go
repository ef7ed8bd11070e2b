package noninterference

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// pairs is what make test has time for; make pairs compares more.
var pairs = flag.Int("pairs", 4000, "how many pairs of worlds are compared")

// strands is how many goroutines share the pairs.
const strands = 2

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(m.Run())
}

// TestTwoWorlds: whatever a viewer asks, worlds that differ only in what it does not see answer with the same bytes.
func TestTwoWorlds(t *testing.T) {
	n := *pairs
	if testing.Short() {
		n = min(n, 200)
	}
	checks := (n + strands*(worlds-1) - 1) / (strands * (worlds - 1))
	if testing.Short() {
		checks *= 5 // of which rapid makes a fifth in short mode
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	var compared, asked atomic.Int64
	t.Run("", func(t *testing.T) {
		for i := range strands {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(rt *rapid.T) {
					k, bad := compare(t, rt)
					if bad != "" {
						rt.Fatal(bad)
					}
					asked.Add(int64(k))
					compared.Add(worlds - 1)
				})
			})
		}
	})
	t.Logf("%d pairs of worlds, %d answers", compared.Load(), asked.Load())
	if got := compared.Load(); got < int64(n) && !t.Failed() {
		t.Errorf("%d pairs were compared, want %d", got, n)
	}
}

// compare draws worlds and asks them all the same. It returns how much was asked of each, and the first difference.
func compare(t *testing.T, rt *rapid.T) (asked int, difference string) {
	p := drawPair(rt)
	before := p.serve(t, 1)
	p.gone = before.comeAndGo(t, p)
	before.close()
	var questions []request
	var first *observed
	for i := range worlds {
		h := p.serve(t, i)
		if i > 0 {
			h.comeAndGo(t, p)
		} else {
			questions = p.questions(&writer{t: rt}, h)
		}
		o := h.observe(t, p, i, questions)
		h.close()
		if o.wrong != "" {
			return 0, o.wrong
		}
		if first == nil {
			first = o
		}
		if d := first.differs(o, questions); d != "" {
			return 0, fmt.Sprintf("worlds 0 and %d, %s: %s", i, p, d)
		}
	}
	return len(questions) + 2, ""
}

// observed is everything that a viewer, and what the host keeps of its requests, can have seen of one world.
type observed struct {
	wrong      string // what no world may show, whatever others do
	invitation string
	answers    []string
	metrics    string
	heard      string
	log        string
}

// observe asks a world everything and listens to it.
func (h *host) observe(t *testing.T, p *pair, i int, questions []request) *observed {
	o := &observed{}
	if o.invitation, o.wrong = h.invitations(t, p); o.wrong != "" {
		return o
	}
	for _, q := range questions {
		a := h.ask(t, p, q)
		switch {
		case strings.Contains(a, "\nContent-Encoding:"):
			o.wrong = q.String() + ": an answer is compressed"
			return o
		case strings.Contains(a, erasedWords):
			o.wrong = q.String() + ": what was erased is answered: " + clip(a[max(0, strings.Index(a, erasedWords)-200):])
			return o
		}
		o.answers = append(o.answers, a)
	}
	o.metrics = h.metrics(t)
	o.heard, o.log = h.live(t, p, i)
	return o
}

// differs shows the first difference of two worlds, and "" where there is none.
func (o *observed) differs(b *observed, questions []request) string {
	if o.invitation != b.invitation {
		return "invitation: " + diff(o.invitation, b.invitation)
	}
	for k, a := range o.answers {
		if a != b.answers[k] {
			return fmt.Sprintf("%s by %s:\n%s", questions[k].route, questions[k], diff(a, b.answers[k]))
		}
	}
	for _, c := range []struct{ what, a, b string }{{"metrics", o.metrics, b.metrics}, {"live", o.heard, b.heard}, {"log", o.log, b.log}} {
		if c.a != c.b {
			return c.what + ": " + diff(c.a, c.b)
		}
	}
	return ""
}

func (p *pair) String() string { return fmt.Sprintf("%s, demo %v", p.viewer, p.demo) }

// diff shows where two texts part.
func diff(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-200)
	return fmt.Sprintf("at byte %d:\n--- %s\n+++ %s", i, clip(a[from:]), clip(b[from:]))
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 500)], "?") }
