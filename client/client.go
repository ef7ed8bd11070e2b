package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"parley/record"
)

// maxAnswer bounds how much of an answer that is not a file is read.
const maxAnswer = 256 << 20

// Client talks to one server with one token. Its methods may be called by many goroutines at once.
type Client struct {
	base    string
	token   string
	http    *http.Client
	host    record.HostKey
	heads   *Heads
	retries int
	pause   time.Duration
	own     *atomic.Pointer[string] // the token's seat, once it is known
}

// Option changes a client.
type Option func(*Client)

// WithHTTP takes another HTTP client than http.DefaultClient.
func WithHTTP(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithHost pins the host's key, as you were told it another way. Receipts that it did not sign, or that are not of the act that was sent, are
// errors.
func WithHost(key record.HostKey) Option { return func(c *Client) { c.host = key } }

// WithHeads keeps the signed heads of rooms, so that a host that changes its record is found out.
func WithHeads(h *Heads) Option { return func(c *Client) { c.heads = h } }

// WithRetries says how often a request is sent again that met no answer, or a server that cannot answer now: 4 times where it is left out. The
// first pause doubles each time.
func WithRetries(n int, first time.Duration) Option {
	return func(c *Client) { c.retries, c.pause = n, first }
}

// New returns a client of the server at an address, as in https://talks.example.
func New(address, token string, options ...Option) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is not a server's address: write it as in https://talks.example", address)
	}
	if u.User != nil {
		return nil, errors.New("the server's address has a name in it: give the token apart from it")
	}
	c := &Client{base: strings.TrimRight(u.String(), "/"), token: token, http: http.DefaultClient, retries: 4, pause: 200 * time.Millisecond, own: &atomic.Pointer[string]{}}
	for _, o := range options {
		o(c)
	}
	if c.heads == nil && !c.host.IsZero() {
		c.heads = &Heads{}
	}
	return c, nil
}

// Me returns who the token is for.
func (c *Client) Me(ctx context.Context) (*Me, error) { return get[Me](ctx, c, "/me", nil) }

// seat is the token's seat, which is asked for once.
func (c *Client) seat(ctx context.Context) (string, error) {
	if s := c.own.Load(); s != nil {
		return *s, nil
	}
	me, err := c.Me(ctx)
	if err != nil {
		return "", err
	}
	c.own.Store(&me.Seat)
	return me.Seat, nil
}

// Processes returns the processes in which the token holds a seat.
func (c *Client) Processes(ctx context.Context) ([]Process, error) {
	return items[Process](ctx, c, "/processes", nil)
}

// request is one request of the API.
type request struct {
	method string
	path   string // below /api/v1, or of the server where whole is set
	whole  bool
	query  url.Values
	body   []byte // JSON
	accept string
	header http.Header
}

// do sends a request, again where that is safe and can help, and returns an answer that is not a problem.
func (c *Client) do(ctx context.Context, r *request) (*http.Response, error) {
	for try := 0; ; try++ {
		res, err := c.once(ctx, r)
		if err == nil {
			return res, nil
		}
		pause, again := c.again(err, try)
		if !again || ctx.Err() != nil {
			return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
		case <-time.After(pause):
		}
	}
}

// again says whether and when to try again. All that this client sends can be sent twice: what writes has a key.
func (c *Client) again(err error, try int) (time.Duration, bool) {
	if try >= c.retries {
		return 0, false
	}
	pause := c.pause << try
	pause += rand.N(pause/2 + 1) // many clients that lost one server do not come back in one moment
	var p *Problem
	if !errors.As(err, &p) {
		return pause, true
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return max(pause, p.after), true
	}
	return 0, false
}

func (c *Client) once(ctx context.Context, r *request) (*http.Response, error) {
	address := c.base + r.path
	if !r.whole {
		address = c.base + "/api/v1" + r.path
	}
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", r.accept)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(req.Header, r.header)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode < 300 {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }()
	return nil, problemOf(res)
}

// problemOf reads a problem; what is none, such as a proxy's page, becomes one.
func problemOf(res *http.Response) *Problem {
	p := &Problem{}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil || json.Unmarshal(b, p) != nil || p.Title == "" {
		p = &Problem{Title: res.Status, Detail: "The server did not answer as a Parley server does."}
	}
	p.Status = res.StatusCode
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 && n < 3600 {
		p.after = time.Duration(n) * time.Second
	}
	return p
}

// call sends a request and reads the answer's JSON.
func call[T any](ctx context.Context, c *Client, r *request) (*T, error) {
	r.accept = "application/json"
	res, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	out := new(T)
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err == nil {
		err = json.Unmarshal(b, out)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the answer to %s %s: %w", r.method, r.path, err)
	}
	return out, nil
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (*T, error) {
	return call[T](ctx, c, &request{method: http.MethodGet, path: path, query: query})
}

type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

func items[T any](ctx context.Context, c *Client, path string, query url.Values) ([]T, error) {
	l, err := get[list[T]](ctx, c, path, query)
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// pages yields the items of a long list, part by part.
func pages[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q := maps.Clone(query)
		for {
			l, err := get[list[T]](ctx, c, path, q)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, v := range l.Items {
				if !yield(v, nil) {
					return
				}
			}
			if l.Next == "" {
				return
			}
			q.Set("after", l.Next)
		}
	}
}

// file copies an answer to a writer.
func (c *Client) file(ctx context.Context, path string, query url.Values, w io.Writer) error {
	res, err := c.do(ctx, &request{method: http.MethodGet, path: path, query: query, accept: "*/*"})
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(w, res.Body); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}
