package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
)

// TestShutdown: when the server is to end, it says that it is not ready, live connections end with a word on when to come back, what is under way
// is finished and in the record, and nothing new is let in.
func TestShutdown(t *testing.T) {
	f := fortify(t, nil, nil, Grace(patience))
	streams := make([]*listener, 10)
	for i := range streams {
		streams[i] = f.listen("us-head", "")
		streams[i].next(t)
	}
	// A request is under way: its head is here and its body is not.
	body := `{"kind":"remark.write","body":{"text":"on the way"}}`
	c := f.dial("127.0.0.1")
	_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", f.acts("direct"), bearer, len(body))
	time.Sleep(100 * time.Millisecond)
	before := f.ledger.Processes()[0].Entries
	f.stop()
	for i, st := range streams {
		var last string
		for e := range st.events {
			last = e
		}
		if !strings.HasPrefix(last, "retry: ") {
			t.Errorf("stream %d ended with %q", i, last)
		}
	}
	d := net.Dialer{Timeout: patience}
	if late, err := d.DialContext(t.Context(), "tcp", f.addr); err == nil {
		_ = late.SetDeadline(time.Now().Add(patience))
		_, _ = io.WriteString(late, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := http.ReadResponse(bufio.NewReader(late), nil); err == nil {
			t.Error("a new connection is answered")
		}
		_ = late.Close()
	}
	_, _ = io.WriteString(c, body)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("what was under way: %v %v", res, err)
	}
	if after := f.ledger.Processes()[0].Entries; after != before+1 {
		t.Errorf("%d entries were added", after-before)
	}
	if err := <-f.done; err != nil {
		t.Error(err)
	}
	f.done <- nil
	if _, err := f.ledger.View(t.Context(), ledger.Viewer{Process: "harbour", Seat: "us-head"}); err != nil {
		t.Errorf("the record was closed with the server: %v", err)
	}
}

// TestShutdownDoesNotWaitForEver: a client that never sends its body does not keep the server.
func TestShutdownDoesNotWaitForEver(t *testing.T) {
	f := fortify(t, nil, nil, Grace(200*time.Millisecond))
	c := f.dial("127.0.0.1")
	_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: application/json\r\nContent-Length: 10\r\n\r\n", f.acts("direct"), bearer)
	time.Sleep(50 * time.Millisecond)
	f.stop()
	select {
	case err := <-f.done:
		if err != nil {
			t.Error(err)
		}
		f.done <- nil
	case <-time.After(patience):
		t.Error("the server waits")
	}
}
