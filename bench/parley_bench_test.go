package bench

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// BenchmarkRead opens the page of a room of 500 acts, its acts over the API, and the positions page, by one, 16 and 256 clients.
func BenchmarkRead(b *testing.B) {
	pages := []struct{ name, path string }{
		{"room", "/p/" + processID + "/rooms/%s"},
		{"acts", "/api/v1/processes/" + processID + "/rooms/%s/acts"},
		{"positions", "/p/" + processID + "/positions"},
	}
	for _, page := range pages {
		for _, n := range []int{1, 16, 256} {
			b.Run("page="+page.name+"/clients="+strconv.Itoa(n), func(b *testing.B) {
				p := start(b, "parley", n)
				c := newClient(n)
				url := p.URL + page.path
				if page.name != "positions" {
					url = fmt.Sprintf(url, p.Room)
				}
				text, err := ask(c, http.MethodGet, url, p.Tokens[0], nil)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(text)))
				clients(b, n, func(client, _ int) error {
					_, err := ask(c, http.MethodGet, url, p.Tokens[client%len(p.Tokens)], nil)
					return err
				})
			})
		}
	}
}

// BenchmarkRevoke measures from a head's sending of a revocation to the end of the live connection of the seat that it revokes.
func BenchmarkRevoke(b *testing.B) {
	const most = 200
	p := start(b, "parley", 2*most)
	c := newClient(2)
	took := make([]time.Duration, b.N)
	for i := range b.N {
		if i == most {
			b.Fatalf("at most %d", most)
		}
		e, err := p.subscribe(c, 2*i) // the even seats are of the first delegation
		if err != nil {
			b.Fatal(err)
		}
		ended := make(chan time.Time)
		go func() {
			for {
				if _, err := e.next(); err != nil {
					ended <- time.Now()
					return
				}
			}
		}()
		begin := time.Now()
		body := map[string]any{"kind": "seat.revoke", "body": map[string]any{"holder": fmt.Sprintf("aa-s%d", 2*i)}}
		if _, err := ask(c, http.MethodPost, p.URL+"/api/v1/processes/"+processID+"/rooms/"+p.Caucus+"/acts", p.Head, body); err != nil {
			b.Fatal(err)
		}
		took[i] = (<-ended).Sub(begin)
		_ = e.body.Close()
	}
	percentiles(b, took, "-closed")
}
