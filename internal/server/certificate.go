package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate is a certificate in two files, which is read again when they change.
type Certificate struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex // guards what follows
	now    *tls.Certificate
	read   [2]time.Time // when the files that now is of were written
	looked time.Time
}

// lookEvery is how often the files are looked at.
const lookEvery = 10 * time.Second

// ReadCertificate reads a certificate with its chain, and its key, from PEM files. log is told when a later version cannot be read.
func ReadCertificate(cert, key string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log}
	if err := c.Reload(); err != nil {
		return nil, err
	}
	return c, nil
}

// Reload reads the files again. Where they cannot be used, what was read before stays.
func (c *Certificate) Reload() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reload()
}

func (c *Certificate) reload() error {
	written, err := c.written()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	c.now, c.read, c.looked = &pair, written, time.Now()
	return nil
}

func (c *Certificate) written() (at [2]time.Time, err error) {
	for i, name := range []string{c.cert, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return at, fmt.Errorf("reading the certificate: %w", err)
		}
		at[i] = info.ModTime()
	}
	return at, nil
}

// get is the certificate for a handshake, read again where the files are others than before.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < lookEvery {
		return c.now, nil
	}
	c.looked = time.Now()
	written, err := c.written()
	if err == nil && written != c.read {
		err = c.reload()
	}
	if err != nil {
		c.log.Warn("the certificate is the one that was read before", "error", err)
	}
	return c.now, nil
}

// Config is for a server that has the certificate: TLS 1.2 with forward secrecy, or 1.3.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: c.get,
		NextProtos:     []string{"h2", "http/1.1"},
		// Of 1.2 only what has forward secrecy and authenticated encryption; 1.3 has nothing else.
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
	}
}
