package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"parley/internal/config"
)

// healthTime is how long a server may take to say how it is.
const healthTime = 5 * time.Second

type healthCmd struct {
	settings
	Ready bool `help:"Ask whether requests are of use, not only whether the program lives."`
}

// Run asks the server of the same settings how it is. Not well is exit code 1.
func (c *healthCmd) Run(p *program) error {
	s, err := c.load(p)
	if err != nil {
		return err
	}
	path := "/healthz"
	if c.Ready {
		path = "/readyz"
	}
	addr, scheme := s.Metrics, "http"
	if addr == "" {
		addr = s.AddrPort
		if s.Cert != "" {
			scheme = "https"
		}
	}
	client := &http.Client{Timeout: healthTime, Transport: &http.Transport{TLSClientConfig: ownTLS(&s.Settings)}}
	req, err := http.NewRequestWithContext(p.ctx, http.MethodGet, scheme+"://"+reachable(addr)+path, http.NoBody)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return &exitError{exitNo, fmt.Errorf("the server does not answer: %w", err)}
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return &exitError{exitNo, fmt.Errorf("the server answers %s", res.Status)}
	}
	fmt.Fprintln(p.stdout, "ok")
	return nil
}

// reachable is an address that can be asked where one listens at all addresses. It needs no name server, and no file with names.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	switch {
	case err != nil:
	case host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		return net.JoinHostPort("127.0.0.1", port)
	case ip != nil && ip.IsUnspecified():
		return net.JoinHostPort("::1", port)
	}
	return addr
}

// ownTLS trusts the certificate that the server has, whatever its name and whoever signed it.
func ownTLS(s *config.Settings) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // what is asked is the server's own certificate, compared byte for byte below
		VerifyConnection: func(cs tls.ConnectionState) error {
			pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
			if err != nil {
				return err
			}
			if len(cs.PeerCertificates) == 0 || !bytes.Equal(cs.PeerCertificates[0].Raw, pair.Certificate[0]) {
				return errors.New("it has another certificate than the file " + s.Cert)
			}
			return nil
		},
	}
}

// disk looks whether the data folder takes what is written, every so often.
type disk struct {
	folder string
	looked time.Time
	err    error
}

// lookEvery is how long an answer of a disk counts.
const lookEvery = 15 * time.Second

func (d *disk) look() error {
	if time.Since(d.looked) > lookEvery {
		d.looked, d.err = time.Now(), tryWrite(d.folder)
	}
	return d.err
}

// tryWrite writes a block to a file without a name that lasts, and has it put on the disk.
func tryWrite(folder string) error {
	f, err := os.CreateTemp(folder, ".try-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4096))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}
