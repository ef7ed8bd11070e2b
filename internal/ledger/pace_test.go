package ledger

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		if p.hold(1) {
			t.Error("the first act waits")
		}
		p.handed(1)
		time.Sleep(4 * time.Millisecond)
		p.stored(0)
		if p.hold(1) {
			t.Error("a single writer waits")
		}
		p.handed(60)
		time.Sleep(4 * time.Millisecond)
		p.stored(50) // 110 writers: 60 were answered, 50 wait
		if !p.hold(50) || !p.hold(109) || p.hold(110) {
			t.Error("a group waits for those who were answered, and for nobody else")
		}
		start := time.Now()
		<-p.timer.C
		if p.hold(50) || time.Since(start) != 2*time.Millisecond {
			t.Errorf("it waited for %v", time.Since(start))
		}
		p.handed(2000)
		time.Sleep(time.Second)
		p.stored(2000)
		if p.hold(paceGroup) {
			t.Error("a large group waits")
		}
		start = time.Now()
		<-p.timer.C
		if time.Since(start) != paceLimit {
			t.Errorf("it waited for %v", time.Since(start))
		}
	})
}
