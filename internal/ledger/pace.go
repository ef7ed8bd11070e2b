package ledger

import "time"

// paceLimit is the longest that a group waits for further writers, and paceGroup the most acts that one waits for: in a larger
// group an fsync costs less than its acts do, and it is better to check the next ones meanwhile.
const (
	paceLimit = 5 * time.Millisecond
	paceGroup = 128
)

// pace says when a group should wait for those who have just been answered and are likely to write again.
//
// Without it, writers who each wait for their receipt fall into two crowds that take turns, and every fsync carries half of them.
// A group waits until it has as many acts as the last two together, and at most half as long as the last one took to
// store: so a single writer never waits, and nobody waits where storing is quick.
type pace struct {
	sent  time.Time // when the last group was handed over
	size  int       // how many acts it had
	want  int       // how many the next one should have
	until time.Time // how long to wait for them
	timer *time.Timer
}

func newPace() *pace {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &pace{timer: t}
}

// handed is called when a group of so many acts is handed over.
func (p *pace) handed(acts int) { p.sent, p.size = time.Now(), acts }

// stored is called when it has been stored, while so many acts wait already.
func (p *pace) stored(waiting int) {
	now := time.Now()
	wait := min(now.Sub(p.sent)/2, paceLimit)
	p.want, p.until = min(p.size+waiting, paceGroup), now.Add(wait)
	p.timer.Reset(wait)
}

// hold reports whether a group of so many acts should wait; the timer fires when it should no longer.
func (p *pace) hold(acts int) bool { return acts < p.want && time.Now().Before(p.until) }
