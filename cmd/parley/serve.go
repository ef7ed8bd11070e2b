package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"

	"parley/internal/account"
	"parley/internal/config"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/telemetry"
	"parley/web/asset"
)

type serveCmd struct {
	settings
	AcceptOlder bool `help:"Start although the record falls short of the pin, and pin what is there. What was written since is lost."`
}

// host is a server with all that it works with.
type host struct {
	*program
	set      *config.Loaded
	log      *slog.Logger
	ledger   *ledger.Ledger
	accounts *account.Store
	meter    *telemetry.Meter
	tracer   *telemetry.Tracer
	cert     *server.Certificate // nil without TLS
	listener net.Listener
	metrics  net.Listener // nil for none

	mu   sync.Mutex // guards disk
	disk disk
}

// Run serves what the folder has. Nobody can take another's seat here.
func (c *serveCmd) Run(p *program) error {
	set, err := c.load(p)
	if err != nil {
		return err
	}
	if err := hasRecord(set.Data); err != nil {
		return err
	}
	h := &host{program: p, set: set, log: logger(&set.Settings, p.stderr), meter: telemetry.New(version()), disk: disk{folder: set.Data}}
	defer h.close()
	if err := h.open(c.AcceptOlder); err != nil {
		return err
	}
	if err := h.tell(); err != nil {
		return err
	}
	handler := server.New(h.config())
	h.meter.Sizes(func() telemetry.Sizes { return h.sizes(handler) })
	options := []server.Serving{server.Grace(set.Drain)}
	if h.cert != nil {
		options = append(options, server.WithTLS(h.cert))
	}
	limited := server.Limited(h.listener, server.ListenLimits{All: set.Connections, One: set.ConnectionsOf, Exempt: set.Proxies, Meter: h.meter})
	servers := []func(context.Context) error{func(ctx context.Context) error { return server.Serve(ctx, limited, handler, h.log, options...) }}
	if h.metrics != nil {
		servers = append(servers, func(ctx context.Context) error {
			return server.Serve(ctx, h.metrics, h.operators(handler), h.log)
		})
	}
	return p.until(h.ledger, h.accounts, servers...)
}

// open opens everything, so that what is wrong is said before anything is served.
func (h *host) open(acceptOlder bool) (err error) {
	s := &h.set.Settings
	if s.Cert != "" {
		if h.cert, err = server.ReadCertificate(s.Cert, s.Key, h.log); err != nil {
			return err
		}
		h.reloadOnHangup()
	}
	if h.listener, err = h.listen(s.AddrPort); err != nil {
		return err
	}
	if s.Metrics != "" {
		if h.metrics, err = h.listen(s.Metrics); err != nil {
			return err
		}
	}
	if s.Traces != "" {
		h.tracer, err = telemetry.NewTracer(h.ctx, telemetry.TracerOptions{Endpoint: s.Traces, Headers: s.TraceHeaders(), Share: s.TraceShare, Version: version(), Log: h.log})
		if err != nil {
			return err
		}
	}
	options := []ledger.Option{ledger.WithLog(h.log), ledger.WithObserver(ledger.Observer{Appended: h.appended, Committed: h.meter.Commit})}
	if s.Pin != "" {
		options = append(options, ledger.WithPin(s.Pin))
	}
	if acceptOlder {
		options = append(options, ledger.AcceptOlder())
	}
	if h.ledger, err = ledger.Open(h.ctx, s.Data, options...); err != nil {
		return wrongData(err)
	}
	var providers []account.Provider
	for _, p := range s.Providers {
		providers = append(providers, account.Provider{ID: p.ID, Title: p.Title, Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret})
	}
	h.accounts, err = account.Open(h.ctx, s.Data, account.WithLog(h.log), account.WithOrigin(h.origin(), s.Name), account.WithProviders(providers),
		account.WithLimits(account.Limits{Idle: s.Idle, Absolute: s.Absolute}))
	return err
}

func (h *host) origin() string { return origin(&h.set.Settings, h.listener.Addr().String()) }

func (h *host) config() server.Config {
	s := &h.set.Settings
	return server.Config{
		Ledger: h.ledger, Accounts: h.accounts, Export: processfile.Export, Log: h.log, Meter: h.meter, Tracer: h.tracer,
		Origin: s.Origin, Local: s.Origin == "", Proxies: s.Proxies,
		Limits: server.Limits{Streams: s.Streams, StreamsSeat: s.StreamsSeat, StreamsAddress: s.StreamsOf, Requests: s.Requests, RequestsOf: s.RequestsOf},
		Ready:  func(context.Context) error { return h.accounts.Err() },
	}
}

// tell says where the server is, and what is still to be done.
func (h *host) tell() error {
	what := "processes"
	n := len(h.ledger.Processes())
	if n == 1 {
		what = "process"
	}
	fmt.Fprintf(h.stdout, "Parley serves %d %s at %s\n", n, what, h.origin())
	fmt.Fprintf(h.stdout, "The host's key is %s\n", h.ledger.HostKey())
	if h.metrics != nil {
		fmt.Fprintf(h.stdout, "Metrics are at http://%s/metrics\n", shownAddr(h.metrics.Addr()))
	}
	for _, line := range h.ledger.Accepted() {
		fmt.Fprintln(h.stdout, line)
	}
	there, err := h.accounts.Operators(h.ctx)
	if err != nil {
		return err
	}
	if !there {
		fmt.Fprintf(h.stdout, "Nobody can log in yet: there is no operator, and no link to become one. Stop the server and make one with: parley init --link --data %s\n", h.set.Data)
	}
	h.noScripts()
	return nil
}

// operators answers at the address for who runs the host.
func (h *host) operators(handler *server.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.meter.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		err := handler.Ready(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		word := map[bool]string{true: "yes", false: "no"}
		z := h.sizes(handler)
		fmt.Fprintf(w, "ready: %s\nwritable: %s\npinned: %s\n", word[err == nil], word[z.Writable], word[z.Pinned])
	})
	return mux
}

// sizes are those of the whole host.
func (h *host) sizes(handler *server.Handler) telemetry.Sizes {
	ctx, stop := context.WithTimeout(context.Background(), healthTime)
	defer stop()
	z := telemetry.Sizes{Ready: handler.Ready(ctx) == nil, Pinned: h.ledger.PinErr() == nil}
	for _, p := range h.ledger.Processes() {
		z.Processes++
		z.Rooms += p.Rooms
		z.Entries += p.Entries
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	z.Writable = h.disk.look() == nil
	return z
}

var outcomes = map[ledger.Outcome]telemetry.Appended{
	ledger.Stored: telemetry.Stored, ledger.Repeated: telemetry.Repeated, ledger.Refused: telemetry.Refused, ledger.Conflicting: telemetry.Conflict,
	ledger.Unseen: telemetry.Unseen, ledger.Unavailable: telemetry.Unavailable, ledger.Abandoned: telemetry.Abandoned, ledger.Failed: telemetry.Failed,
}

func (h *host) appended(o ledger.Outcome) { h.meter.Append(outcomes[o]) }

// reloadOnHangup reads the certificate again on SIGHUP, until the program is told to end.
func (h *host) reloadOnHangup() {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	context.AfterFunc(h.ctx, func() { signal.Stop(hangup) })
	go func() {
		for {
			select {
			case <-h.ctx.Done():
				return
			case <-hangup:
				if err := h.cert.Reload(); err != nil {
					h.log.Warn("the certificate is the one that was read before", "error", err)
				}
			}
		}
	}()
}

// close closes what was opened, the record last: what was acknowledged is on disk already.
func (h *host) close() {
	for _, l := range []net.Listener{h.listener, h.metrics} {
		if l != nil {
			_ = l.Close() // closed already where it served
		}
	}
	if h.accounts != nil && h.accounts.Err() == nil {
		_ = h.accounts.Close()
	}
	if h.ledger != nil {
		shut(h.ledger)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(h.ctx), healthTime)
	defer stop()
	_ = h.tracer.Close(ctx)
}

// version is the program's, as the build knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// serve answers until the program is told to end, or until the record stops itself.
func (p *program) serve(l *ledger.Ledger, config server.Config, addr string, ready func(url string)) error {
	listener, err := p.listen(addr)
	if err != nil {
		return err
	}
	ready("http://" + shownAddr(listener.Addr()))
	p.noScripts()
	return p.until(l, nil, func(ctx context.Context) error {
		return server.Serve(ctx, listener, server.New(config), p.log())
	})
}

func (p *program) listen(addr string) (net.Listener, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(p.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w; choose another address with --addr", addr, err)
	}
	return listener, nil
}

func (p *program) noScripts() {
	if !asset.HasScripts() {
		fmt.Fprintln(p.stdout, "Every page works without scripts. For live pages and the fonts, run `make bundle` where the source is (it needs Node and npm), and build again.")
	}
}

// until runs the servers until all have ended, or until the record or the accounts stop themselves: then the program ends at once, because
// what it would go on to show might not be what is on disk. When one server ends, the others do.
func (p *program) until(l *ledger.Ledger, a *account.Store, serve ...func(context.Context) error) error {
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	ended := make(chan error, len(serve))
	for _, f := range serve {
		go func() {
			defer stop()
			ended <- f(ctx)
		}()
	}
	var accounts <-chan struct{}
	if a != nil {
		accounts = a.Failed()
	}
	var all error
	for range serve {
		select {
		case err := <-ended:
			all = errors.Join(all, err)
		case <-l.Failed():
			return &exitError{exitStopped, fmt.Errorf("the record stopped itself: %w; check the disk, then start again", l.Err())}
		case <-accounts:
			return &exitError{exitStopped, errors.New("the accounts stopped themselves, because it is not certain what is on disk; check the disk, then start again")}
		}
	}
	return all
}

// shut closes a record that did not stop itself: one that did may be waiting for its disk for ever, and the program is to end.
func shut(l *ledger.Ledger) {
	if l.Err() == nil {
		_ = l.Close()
	}
}

// shownAddr is an address that a browser can open.
func shownAddr(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// log writes warnings and faults for who runs the program.
func (p *program) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
