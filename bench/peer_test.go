package bench

import (
	"strconv"
	"sync"
	"testing"
	"time"
)

var servers = []string{"parley", "pocketbase"}

// users is how many seats or users subscribe between them.
const users = 200

// BenchmarkWrite writes an act, or creates a record, by one, 16 and 256 clients.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1, 16, 256} {
		for _, name := range servers {
			b.Run("clients="+strconv.Itoa(n)+"/server="+name, func(b *testing.B) {
				p := start(b, name, n)
				c := newClient(n)
				if err := p.write(c, 0, -1); err != nil {
					b.Fatal(err)
				}
				clients(b, n, func(client, i int) error { return p.write(c, client, i) })
			})
		}
	}
}

// BenchmarkLast measures from a write to the last of a thousand subscribers who are told of it.
func BenchmarkLast(b *testing.B) {
	const subscribers = 1000
	for _, name := range servers {
		b.Run("subscribers="+strconv.Itoa(subscribers)+"/server="+name, func(b *testing.B) {
			p := start(b, name, users)
			told, _ := subscribeAll(b, p, subscribers)
			c := newClient(1)
			took := make([]time.Duration, b.N)
			b.ResetTimer()
			for i := range b.N {
				begin := time.Now()
				if err := p.write(c, 0, i); err != nil {
					b.Fatal(err)
				}
				var last time.Time
				for range subscribers {
					if t := <-told; t.After(last) {
						last = t
					}
				}
				took[i] = last.Sub(begin)
			}
			b.StopTimer()
			percentiles(b, took, "-last")
		})
	}
}

// BenchmarkConnections measures the memory of a server with five thousand live connections.
func BenchmarkConnections(b *testing.B) {
	const subscribers = 5000
	for _, name := range servers {
		b.Run("open="+strconv.Itoa(subscribers)+"/server="+name, func(b *testing.B) {
			for range b.N {
				p := start(b, name, users)
				before := p.memory(b)
				_, closeAll := subscribeAll(b, p, subscribers)
				b.ReportMetric((p.memory(b)-before)/subscribers/1024, "KiB/connection")
				b.ReportMetric(p.memory(b)/(1<<20), "MiB")
				closeAll()
			}
		})
	}
}

// subscribeAll opens n live connections. The channel has the moment of each event at each of them.
func subscribeAll(b *testing.B, p *peer, n int) (told <-chan time.Time, closeAll func()) {
	b.Helper()
	c := newClient(n)
	moments := make(chan time.Time, n)
	all := make([]*events, n)
	var wg sync.WaitGroup
	limit := make(chan struct{}, 32)
	for i := range n {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			e, err := p.subscribe(c, i)
			if err != nil {
				b.Error(err)
				return
			}
			all[i] = e
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	for _, e := range all {
		go func() {
			for {
				if _, err := e.next(); err != nil {
					return
				}
				moments <- time.Now()
			}
		}()
	}
	closeAll = func() {
		for _, e := range all {
			_ = e.body.Close()
		}
	}
	b.Cleanup(closeAll)
	return moments, closeAll
}
