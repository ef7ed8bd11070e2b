package server

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// TestDiskFull: on a full disk pages are shown, acts by form and by API are answered with 503 and when to try again, and are written when
// there is room.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=4194304,mode=700"); err != nil {
		t.Skipf("mounting a small disk needs root: %v", err)
	}
	t.Cleanup(func() { // after the ledger has let go of it
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	l, err := ledger.Open(t.Context(), dir, ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.Load(t.Context(), script()); err != nil {
		t.Fatal(err)
	}
	h := open(t, func(c *Config) { c.Ledger = l })
	h.ledger = l
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	// Longer than what the log has blocks for already.
	act := fmt.Sprintf(`{"kind":"remark.write","body":{"text":%q}}`, strings.Repeat("much ", 3500))
	refused := answer{}
	for range 20 {
		if refused = h.do(http.MethodPost, h.acts("direct"), "us-head", act); refused.status != http.StatusCreated {
			break
		}
	}
	if refused.status != http.StatusServiceUnavailable || refused.header.Get("Retry-After") == "" || !strings.HasPrefix(refused.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("an act on a full disk: %d, %v, %s", refused.status, refused.header, refused.body)
	}
	byForm := h.do(http.MethodPost, h.page("/rooms/{direct}/acts"), "us-head", form("compose", "remark", "text", strings.Repeat("much ", 3500), "key", "k1", "seen", "3"))
	if byForm.status != http.StatusServiceUnavailable || byForm.header.Get("Retry-After") == "" || !strings.HasPrefix(byForm.header.Get("Content-Type"), "text/html") {
		t.Errorf("a form on a full disk: %d, %v", byForm.status, byForm.header)
	}
	for _, seat := range []talks.Seat{"us-head", "ru-head"} {
		if a := h.get(h.page("/rooms/{direct}"), seat); a.status != http.StatusOK {
			t.Errorf("%s reads on a full disk: %d", seat, a.status)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if a := h.do(http.MethodPost, h.acts("direct"), "us-head", act); a.status != http.StatusCreated {
		t.Errorf("when there is room: %d, %s", a.status, a.body)
	}
}
