package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// newClient has one connection for each of n clients.
func newClient(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConns: n, MaxIdleConnsPerHost: n, MaxConnsPerHost: n, DisableCompression: true}}
}

// clients lets n clients do b.N things between them, and reports how many a second, and how long one took: the median and the 99th percentile.
func clients(b *testing.B, n int, do func(client, i int) error) {
	b.Helper()
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	begin := time.Now()
	for c := range n {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				from := time.Now()
				if err := do(c, i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(from)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "req/s")
	percentiles(b, took, "")
}

// percentiles reports the median and the 99th percentile in milliseconds.
func percentiles(b *testing.B, took []time.Duration, what string) {
	b.Helper()
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[(len(took)-1)*p/100]) / float64(time.Millisecond) }
	b.ReportMetric(at(50), "p50-ms"+what)
	b.ReportMetric(at(99), "p99-ms"+what)
}

// ask sends a request and reads the whole of its answer, which has to be of the 200s.
func ask(c *http.Client, method, url, token string, body any) ([]byte, error) {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, url, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, url, res.Status, text)
	}
	return text, err
}

// write is one more act or record.
func (p *peer) write(c *http.Client, client, i int) error {
	token := p.Tokens[client%len(p.Tokens)]
	text := fmt.Sprintf("Remark %d of client %d, of the length that such remarks have.", i, client)
	if p.name == "pocketbase" {
		_, err := ask(c, http.MethodPost, p.URL+"/api/collections/acts/records", token, map[string]any{"room": p.Room, "kind": "remark.write", "text": text})
		return err
	}
	_, err := ask(c, http.MethodPost, p.URL+"/api/v1/processes/"+processID+"/rooms/"+p.Room+"/acts", token, map[string]any{"kind": "remark.write", "body": map[string]any{"text": text}})
	return err
}

// events is a subscription to what is written.
type events struct {
	body io.ReadCloser
	r    *bufio.Reader
}

// subscribe opens a live connection and returns once what is written from now on is told to it.
func (p *peer) subscribe(c *http.Client, i int) (*events, error) {
	token := p.Tokens[i%len(p.Tokens)]
	url := p.URL + "/p/" + processID + "/live"
	if p.name == "pocketbase" {
		url = p.URL + "/api/realtime"
	}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("subscribing: %s", res.Status)
	}
	e := &events{body: res.Body, r: bufio.NewReaderSize(res.Body, 1024)}
	first, err := e.next()
	if err != nil {
		return nil, err
	}
	if p.name == "pocketbase" {
		var hello struct {
			ClientID string `json:"clientId"`
		}
		_, data, _ := strings.Cut(first, "data:")
		if err := json.Unmarshal([]byte(data), &hello); err != nil {
			return nil, err
		}
		_, err = ask(http.DefaultClient, http.MethodPost, p.URL+"/api/realtime", token, map[string]any{"clientId": hello.ClientID, "subscriptions": []string{"acts/*"}})
	}
	return e, err
}

// next reads one event, and passes over signs of life.
func (e *events) next() (string, error) {
	var event strings.Builder
	for {
		line, err := e.r.ReadString('\n')
		if err != nil {
			return "", err
		}
		switch {
		case line != "\n" && !strings.HasPrefix(line, ":"):
			event.WriteString(line)
		case line == "\n" && event.Len() > 0:
			return event.String(), nil
		}
	}
}
