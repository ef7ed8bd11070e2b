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

	"parley/internal/talks"
)

var pairs = flag.Int("pairs", 10_000, "how many pairs of worlds are compared")

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
	seat := talks.Seat(p.viewer + "-head")
	var questions []request
	var first []string
	var streamed, log string
	for i := range worlds {
		h := p.serve(t, i)
		if i > 0 {
			h.comeAndGo(t, p)
		}
		if i == 0 {
			questions = p.questions(&writer{t: rt}, h.rooms)
		}
		for k, q := range questions {
			a := h.ask(seat, q)
			if i == 0 {
				first = append(first, a)
			}
			if strings.Contains(a, "\nContent-Encoding:") {
				h.close()
				return 0, "an answer is compressed"
			}
			if a != first[k] {
				h.close()
				return 0, fmt.Sprintf("%s: worlds 0 and %d differ for %s in %s:\n%s", q.route, i, seat, q, diff(first[k], a))
			}
		}
		s := h.live(t, p, i)
		l := h.log.String()
		h.close()
		switch {
		case i == 0:
			streamed, log = s, l
		case s != streamed:
			return 0, "live: " + diff(streamed, s)
		case l != log:
			return 0, "log: " + diff(log, l)
		}
	}
	return len(questions) + 2, ""
}

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
