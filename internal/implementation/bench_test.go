package implementation

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/internal/talks"
)

// press folds acts into a room without asking whether they are right, so that a world can be as large as it has to be.
type press struct {
	tb    testing.TB
	lobby *talks.State
	state *talks.State
	at    time.Time
}

func newPress(tb testing.TB) *press {
	s := newStory(tb, "majority")
	return &press{tb, s.lobby, s.state, s.at}
}

func (p *press) fold(who string, kind talks.Kind, format string, args ...any) {
	p.tb.Helper()
	act, err := talks.Decode(kind, fmt.Appendf(nil, format, args...))
	if err != nil {
		p.tb.Fatal(err)
	}
	talks.Refs(act, func(_ string, r *talks.Ref) {
		if r.Name != "" {
			*r = ref(r.Name)
		}
	})
	p.state.Fold(talks.NewEntry(roomID, p.state.Size(), p.at, talks.Seat(who+"-head"), kind, act))
}

func (p *press) world() *talks.World { return talks.NewWorld(p.lobby, p.state) }

// benchWorld has n commitments. Of ten, four depend on another or on a condition, two begin or are due some time after another; every hundred are of
// one agreement; one in ten comes with a condition, which is made of two others or determined; there are three reports on every two.
func benchWorld(tb testing.TB, n int) *talks.World {
	tb.Helper()
	p := newPress(tb)
	r := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // the same world each time
	sides := []string{"ru", "us", "ua"}
	pact := ""
	for i := range n {
		p.at = p.at.Add(time.Minute)
		who := sides[i%3]
		if i%100 == 0 {
			pact = fmt.Sprintf("g%d", i)
			p.fold("us", "proposal.table", `{"name":"p%d","title":"Terms","text":"Terms."}`, i)
			p.fold("us", "agreement.adopt", `{"name":%q,"title":"Pact","proposal":"p%d"}`, pact, i)
			p.fold("sa", "meeting.schedule", `{"name":"m%d","title":"A meeting","kind":"meeting"}`, i)
		}
		if i%10 == 0 {
			when := ""
			if i%20 == 0 && i > 40 {
				when = fmt.Sprintf(`,"when":{"any":[{"of":"k%d"},{"of":"c%d"}]}`, (i-20)/10*10, i-11)
			}
			p.fold("sa", "condition.define", `{"name":"k%d","title":"A condition"%s}`, i, when)
			if when == "" && i%30 == 0 {
				p.fold("sa", "condition.determine", `{"condition":"k%d","outcome":"met"}`, i)
			}
		}
		more := fmt.Sprintf(`,"due":{"by":"2025-%02d"}`, 1+i%12)
		if i > 100 {
			other := i - 1 - r.IntN(100)
			switch i % 10 {
			case 1, 2:
				more += fmt.Sprintf(`,"when":{"of":"c%d"}`, other)
			case 3:
				more += fmt.Sprintf(`,"when":{"all":[{"of":"k%d"},{"not":{"of":"c%d","is":"breached"}}]}`, other/10*10, other)
			case 4:
				more += fmt.Sprintf(`,"when":{"any":[{"of":"m%d"},{"of":"c%d","is":"active"}]}`, other/100*100, other)
			case 5:
				more = fmt.Sprintf(`,"due":{"of":"c%d","within":"P14D","zone":"Europe/Kyiv"}`, other)
			case 6:
				more = fmt.Sprintf(`,"starts":{"of":"c%d","moment":"started","day":3},"measure":{"unit":"posts","baseline":"0","target":"10","steps":[{"value":"5","due":{"by":"2025-06"}},{"value":"10"}]}`, other)
			}
		}
		p.fold(who, "commitment.make", `{"name":"c%d","title":"A promise","deed":"Do it.","obligors":[%q],"beneficiaries":[%q],"agreement":%q%s}`, i, who, sides[(i+1)%3], pact, more)
		if i%2 == 0 {
			p.fold(who, "commitment.report", `{"commitment":"c%d","claim":"progress"}`, i)
		}
		if i%3 == 0 {
			p.fold(who, "commitment.report", `{"commitment":"c%d","claim":"done","when":"2025-02-01"}`, i)
		}
		if i%3 == 1 {
			p.fold(sides[(i+1)%3], "commitment.report", `{"commitment":"c%d","claim":"not-done"}`, i)
		}
		if i%3 == 2 {
			p.fold("sa", "commitment.report", `{"commitment":"c%d","claim":"progress","party":%q}`, i, who)
		}
	}
	return p.world()
}

func benchSizes(b *testing.B) []int {
	b.Helper()
	if testing.Short() {
		return []int{100}
	}
	return []int{100, 1_000, 10_000, 100_000}
}

// cpu reports what the processors did since it was called, the garbage collector's part included: what the clock says depends on what else the machine
// does.
func cpu(b *testing.B) func() {
	b.Helper()
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	from := spent()
	return func() { b.ReportMetric(float64((spent()-from).Microseconds())/1000/float64(b.N), "cpu-ms/op") }
}

// BenchmarkBook works out all statuses of a world that nobody has asked yet (first), of another date of the same world (date), and what
// blocks what at a date (graph).
func BenchmarkBook(b *testing.B) {
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, n := range benchSizes(b) {
		w := benchWorld(b, n)
		b.Run(strconv.Itoa(n)+"/first", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				newBook(newIndex(w), day)
			}
		})
		x := newIndex(w)
		b.Run(strconv.Itoa(n)+"/date", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				newBook(x, day)
			}
		})
		b.Run(strconv.Itoa(n)+"/graph", func(b *testing.B) {
			book := newBook(x, day)
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				book.forecasts = sync.OnceValue(book.newForecasts)
				book.newGraph()
			}
		})
		b.Run(strconv.Itoa(n)+"/all", func(b *testing.B) {
			defer cpu(b)()
			for b.Loop() {
				newBook(newIndex(w), day).Graph()
			}
		})
		b.Run(strconv.Itoa(n)+"/needs", func(b *testing.B) {
			book := newBook(x, day)
			book.Graph()
			for b.Loop() {
				book.Needs(ref(fmt.Sprintf("c%d", n-1)), "")
			}
		})
	}
}
