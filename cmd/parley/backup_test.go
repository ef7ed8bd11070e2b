package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/examples"
)

// damage changes the first place where a file has a text: damage FILE TEXT.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	at := bytes.Index(text, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	text[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

// TestBackupBesideServer: a folder that is being served is backed up and checked, and the backup is restored; the pin says that an older
// one is older.
func TestBackupBesideServer(t *testing.T) {
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	if err := os.WriteFile(at("riyadh.yaml"), []byte(examples.Riyadh), 0o600); err != nil {
		t.Fatal(err)
	}
	parley := func(want int, args ...string) string {
		t.Helper()
		var out, complaint strings.Builder
		if code := run(t.Context(), args, func(string) string { return "" }, strings.NewReader(""), &out, &complaint); code != want {
			t.Errorf("parley %s: exit code %d, want %d: %s", strings.Join(args, " "), code, want, complaint.String())
		}
		return out.String() + complaint.String()
	}
	parley(exitOK, "load", at("riyadh.yaml"), "--data", at("data"))
	url, _ := started(t, "serve", "--addr", "127.0.0.1:0", "--data", at("data"))
	parley(exitOK, "backup", "--data", at("data"), "-o", at("b.tar"))
	parley(exitOK, "fsck", "--data", at("data"))
	if code, _ := get(t, url+"/", ""); code == 0 {
		t.Error("the server is gone")
	}
	parley(exitOK, "restore", at("b.tar"), "--data", at("restored"))
	if out := parley(exitOK, "fsck", "--data", at("restored")); strings.Contains(out, "WRONG") {
		t.Error(out)
	}
	if out := parley(exitIO, "fsck", "--data", at("restored"), "--pin", at("none")); !strings.Contains(out, "reading the pin") {
		t.Error(out)
	}
}
