package main

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/client"
	"parley/internal/assistant"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
)

type mcpCmd struct {
	Process string `arg:"" optional:"" help:"The process; with a server the token's."`
	As      string `help:"The seat; with a server the token's."`
	Data    string `help:"The folder with the data, for a process of your own machine."`
	Write   bool   `help:"Let the assistant propose acts. Each is recorded only once the person in front of it has seen it and confirmed it."`
	remote
}

// Run serves one seat to the assistant that started the command, over standard input and output, until that ends.
func (c *mcpCmd) Run(p *program) error {
	api, process, err := c.open(p)
	if err != nil {
		return err
	}
	s := assistant.New(api, assistant.Options{Process: process, Version: version(), Write: c.Write})
	err = s.Run(p.ctx, &mcp.IOTransport{Reader: io.NopCloser(p.stdin), Writer: unclosed{p.stdout}})
	if errors.Is(err, io.EOF) || p.ctx.Err() != nil {
		return nil //nolint:nilerr // its input ended, or it was told to end: that is how the command is ended
	}
	return err
}

// unclosed is standard output, which is not the transport's to close.
type unclosed struct{ io.Writer }

// Close does nothing.
func (unclosed) Close() error { return nil }

// open returns the API of a server as the token's seat, or of a folder's process as the seat that is named.
func (c *mcpCmd) open(p *program) (assistant.API, string, error) {
	if c.wanted(p, c.Data) {
		t, err := c.connect(p, c.Process, c.As)
		if err != nil {
			return nil, "", err
		}
		return t.client, t.process, nil
	}
	if c.Data == "" || c.Process == "" || c.As == "" {
		return nil, "", usage("whose seat? Give --server and a token, or a process with --data and --as")
	}
	l, err := p.openData(c.Data)
	if err != nil {
		return nil, "", err
	}
	if _, err := p.view(l, c.Process, c.As, ""); err != nil {
		_ = l.Close()
		return nil, "", err
	}
	api, err := p.serveSeat(l, ledger.Viewer{Process: c.Process, Seat: talks.Seat(c.As)})
	return api, c.Process, err
}

// serveSeat answers the API as one seat to this program alone, which knows the token, until the program ends. So an assistant has the same way
// in, and the same gate before it, whether the record is here or elsewhere.
func (p *program) serveSeat(l *ledger.Ledger, v ledger.Viewer) (*client.Client, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(p.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	token := rand.Text()
	h := server.New(server.Config{
		Ledger: l, Export: processfile.Export, Log: p.log(), Local: true,
		Authenticate: func(r *http.Request) (ledger.Viewer, bool) {
			return v, subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+token)) == 1
		},
	})
	go func() { _ = server.Serve(p.ctx, listener, h, p.log()); _ = l.Close() }()
	return client.New("http://"+listener.Addr().String(), token)
}
