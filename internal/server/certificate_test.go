package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writePair makes a certificate for localhost, and writes it where a server reads it.
func writePair(t *testing.T, dir, name string, written time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, written, written); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestCertificate: a certificate that is replaced is used from then on, and one that cannot be read is not.
func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	begin := time.Now().Add(-time.Hour)
	var log bytes.Buffer
	cert, key := writePair(t, dir, "first", begin)
	c, err := ReadCertificate(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	f := fortify(t, nil, nil, WithTLS(c))
	shake := func(change func(*tls.Config)) (tls.ConnectionState, error) {
		config := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}}
		if change != nil {
			change(config)
		}
		conn := tls.Client(f.dial("127.0.0.1"), config)
		err := conn.HandshakeContext(t.Context())
		return conn.ConnectionState(), err
	}
	name := func() string {
		state, err := shake(nil)
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].Subject.CommonName
	}
	state, err := shake(nil)
	if err != nil || state.Version != tls.VersionTLS13 || state.NegotiatedProtocol != "h2" {
		t.Errorf("version %x, protocol %q: %v", state.Version, state.NegotiatedProtocol, err)
	}
	for version, ok := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true} {
		if _, err := shake(func(c *tls.Config) { c.MinVersion, c.MaxVersion = version, version }); (err == nil) != ok {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
	weak := []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	if _, err := shake(func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, weak }); err == nil {
		t.Error("a weak cipher suite is taken")
	}
	writePair(t, dir, "second", begin.Add(time.Minute))
	if got := name(); got != "first" {
		t.Errorf("the files were looked at again at once: %s", got)
	}
	c.lookAgain()
	if got := name(); got != "second" {
		t.Errorf("after the files were replaced: %s", got)
	}
	if err := os.WriteFile(cert, []byte("half a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.lookAgain()
	if got := name(); got != "second" || !strings.Contains(log.String(), "read before") {
		t.Errorf("after the file was spoilt: %s, and the log has %s", got, log.String())
	}
	if err := c.Reload(); err == nil {
		t.Error("a spoilt file is read")
	}
	writePair(t, dir, "third", begin.Add(2*time.Minute))
	if err := c.Reload(); err != nil || name() != "third" {
		t.Errorf("after a hangup: %v", err)
	}
}

// lookAgain makes the next handshake look at the files.
func (c *Certificate) lookAgain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looked = time.Time{}
}
