package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/internal/config"
)

// address sets variables to addresses that nobody listens on: address NAME ….
func address(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Setenv(name, l.Addr().String())
		ts.Check(l.Close())
	}
}

// answers waits until an address answers with a text: answers URL TEXT.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	var body []byte
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(args[0])
		if err != nil {
			continue
		}
		body, _ = io.ReadAll(res.Body)
		_ = res.Body.Close()
		if strings.Contains(string(body), args[1]) {
			return
		}
	}
	ts.Fatalf("%s answers %q", args[0], body)
}

// healthy waits until parley health says so: healthy ARGUMENTS ….
func healthy(ts *testscript.TestScript, _ bool, args []string) {
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = ts.Exec("parley", append([]string{"health"}, args...)...); err == nil {
			return
		}
	}
	ts.Fatalf("not healthy: %v", err)
}

// certificate writes one for localhost: certificate CERT KEY.
func certificate(ts *testscript.TestScript, _ bool, args []string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}), 0o600))
}

// TestSettingsAreDocumented: the page for who runs a server has every setting, with what it is where it is left out.
func TestSettingsAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range config.Items() {
		row := "| `" + item.Name + "` |"
		if item.Initial != "" {
			row += " `" + item.Initial + "` |"
		}
		if !strings.Contains(string(b), row) {
			t.Errorf("docs/operations.md has no row %s", row)
		}
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:8080": "127.0.0.1:8080", "[::]:8080": "[::1]:8080", "10.0.0.1:80": "10.0.0.1:80", "talks.example:80": "talks.example:80", "x": "x",
	} {
		if got := reachable(addr); got != want {
			t.Errorf("%s is asked at %s, want %s", addr, got, want)
		}
	}
}
