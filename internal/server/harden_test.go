package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/talks"
)

// fort is a server as the program runs it, on a socket of its own.
type fort struct {
	*house
	addr string
	stop context.CancelFunc
	done chan error
}

// fortify serves the script's world by [Serve].
func fortify(t *testing.T, change func(*Config), listen func(net.Listener) net.Listener, options ...Serving) *fort {
	t.Helper()
	h := open(t, nil)
	c := Config{Ledger: h.ledger, Demo: &Demo{"harbour", []talks.Seat{"us-head", "ru-head", "ua-head"}}, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&c)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fort{house: h, addr: l.Addr().String(), done: make(chan error, 1)}
	h.url = "http://" + f.addr
	if listen != nil {
		l = listen(l)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	f.stop = stop
	handler := New(c)
	go func() { f.done <- Serve(ctx, l, handler, c.Log, options...) }()
	t.Cleanup(func() {
		stop()
		if err := <-f.done; err != nil {
			t.Error(err)
		}
		f.done <- nil
	})
	return f
}

// dial opens a connection from an address of this machine.
func (f *fort) dial(from string) net.Conn {
	f.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(f.t.Context(), "tcp", f.addr)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(2 * readTime))
	return c
}

// raw sends bytes as they are and reads the answer, of which the body is read only as far as it comes at once.
func (f *fort) raw(request string) (*http.Response, string) {
	f.t.Helper()
	c := f.dial("127.0.0.1")
	if _, err := io.WriteString(c, request); err != nil {
		f.t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, err.Error()
	}
	b, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	_ = res.Body.Close()
	return res, string(b)
}

// serves checks that somebody else is served meanwhile.
func (f *fort) serves(what string) {
	f.t.Helper()
	if a := f.get(f.page(""), "us-head"); a.status != http.StatusOK {
		f.t.Errorf("%s: a page is answered with %d", what, a.status)
	}
}

const bearer = "Authorization: Bearer demo:us-head\r\n"

func TestOversizedHeaders(t *testing.T) {
	f := fortify(t, nil, nil)
	for name, request := range map[string]string{
		"a long header":  "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
		"many headers":   "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Many: x\r\n", 8000) + "\r\n",
		"a long address": "GET /" + strings.Repeat("x", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		res, body := f.raw(request)
		if res == nil || res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %v %s", name, res, body)
		}
		f.serves(name)
	}
}

// TestOversizedBodies: a body is refused at its limit, whether its length is said, left open or a lie.
func TestOversizedBodies(t *testing.T) {
	f := fortify(t, nil, nil)
	for _, path := range []string{f.page("/rooms/{direct}/acts"), f.page("/seen"), f.acts("direct")} {
		kind := "application/x-www-form-urlencoded"
		if strings.HasPrefix(path, "/api") {
			kind = "application/json"
		}
		head := "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + bearer + "Content-Type: " + kind + "\r\nConnection: close\r\n"
		c := f.dial("127.0.0.1")
		go func() {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			chunk := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat("x", 64<<10))
			for range 2 * maxBody / (64 << 10) {
				if _, err := io.WriteString(c, chunk); err != nil {
					return
				}
			}
		}()
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s without end: %v %v", path, res, err)
		}
		if res, _ := f.raw(head + "Content-Length: 9223372036854775808\r\n\r\nx"); res == nil || res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s with a length that is none: %v", path, res)
		}
		f.serves(path)
	}
}

// TestSlowClients: hundreds of clients that send a byte now and then keep nobody waiting, and are cut off.
func TestSlowClients(t *testing.T) {
	f := fortify(t, nil, nil)
	var slow []net.Conn
	for i := range 300 {
		c := f.dial(fmt.Sprintf("127.0.0.%d", 2+i%4))
		text := "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
		if i%2 == 0 {
			text = "POST " + f.page("/seen") + " HTTP/1.1\r\nHost: x\r\n" + bearer + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
		}
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	for range 20 {
		for _, c := range slow[:20] {
			_, _ = io.WriteString(c, "x")
		}
		f.serves("among slow clients")
	}
	// Those that never end their headers are cut off; the others have until readTime.
	_ = slow[1].SetReadDeadline(time.Now().Add(headerTime + patience))
	if b, err := io.ReadAll(slow[1]); err != nil {
		t.Errorf("a client that does not end its headers is waited for: %q %v", b, err)
	}
}

// TestSlowReaders: clients that ask for pages and read nothing take no place from those who do.
func TestSlowReaders(t *testing.T) {
	f := fortify(t, func(c *Config) { c.Limits.Work = 2 }, nil)
	for range 30 {
		c := f.dial("127.0.0.2")
		_ = c.(*net.TCPConn).SetReadBuffer(1024)
		request := "GET " + f.page("") + " HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n"
		if _, err := io.WriteString(c, strings.Repeat(request, 20)); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		f.serves("among readers who read nothing")
	}
}

// TestManyConnections: one address can open only so many, and others are served all the same.
func TestManyConnections(t *testing.T) {
	f := fortify(t, nil, func(l net.Listener) net.Listener { return Limited(l, ListenLimits{All: 100, One: 50}) })
	open := 0
	for range 200 {
		c := f.dial("127.0.0.2")
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := c.Read(make([]byte, 1)); isTimeout(err) {
			open++
		}
	}
	if open > 50 {
		t.Errorf("%d connections of one address are open", open)
	}
	f.serves("beside an address with all its connections")
}

// TestFlood: an address with more under way than it may have is told so, and its flood does not keep another waiting.
func TestFlood(t *testing.T) {
	f := fortify(t, func(c *Config) { c.Limits.RequestsOf = 8 }, nil)
	// Requests whose bodies do not come are under way.
	var held []net.Conn
	for range 8 {
		c := f.dial("127.0.0.2")
		_, _ = io.WriteString(c, "POST "+f.page("/seen")+" HTTP/1.1\r\nHost: x\r\n"+bearer+"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n")
		held = append(held, c)
	}
	get := func(from, path string) int {
		c := f.dial(from)
		_, _ = io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n"+bearer+"Connection: close\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		return res.StatusCode
	}
	status := 0
	for end := time.Now().Add(patience); status != http.StatusTooManyRequests && time.Now().Before(end); {
		status = get("127.0.0.2", f.page(""))
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("a ninth is answered with %d", status)
	}
	if status := get("127.0.0.2", "/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
	f.serves("beside a flood")
	for _, c := range held {
		_ = c.Close()
	}
	for end := time.Now().Add(patience); get("127.0.0.2", f.page("")) != http.StatusOK; {
		if time.Now().After(end) {
			t.Fatal("requests that ended still count")
		}
	}
}

// TestStreamExhaustion: live connections are bounded for an address and in all, and those that are open go on.
func TestStreamExhaustion(t *testing.T) {
	f := fortify(t, func(c *Config) { c.Limits.StreamsAddress, c.Limits.Streams = 3, 5 }, nil)
	live := func(from, seat string) (*http.Response, *bufio.Reader) {
		c := f.dial(from)
		_, _ = io.WriteString(c, "GET "+f.page("/live")+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo:"+seat+"\r\n\r\n")
		r := bufio.NewReader(c)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusOK {
			r = bufio.NewReader(res.Body)
			_, _ = r.ReadString('\n')
		}
		return res, r
	}
	_, first := live("127.0.0.2", "us-head")
	live("127.0.0.2", "ru-head")
	live("127.0.0.2", "ua-head")
	if res, _ := live("127.0.0.2", "us-head"); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth of an address: %d", res.StatusCode)
	}
	live("127.0.0.3", "us-head")
	live("127.0.0.4", "us-head")
	if res, _ := live("127.0.0.5", "us-head"); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("a sixth: %d", res.StatusCode)
	}
	f.serves("with all live connections taken")
	f.say("direct", "ru-head", "still told")
	for end := time.Now().Add(patience); ; {
		line, err := first.ReadString('\n')
		if strings.HasPrefix(line, "event: changed") {
			break
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("the first connection is not told of what changed: %q %v", line, err)
		}
	}
}
