package sign

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

var update = flag.Bool("update", false, "print the worked example anew")

// TestVector holds the worked example of docs/record.md to what is done here: an Ed25519 signature is a function of key and text.
func TestVector(t *testing.T) {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	signer := must(ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed)))(t)
	b := text(t)
	s := must(SSH(b, signer))(t)
	sum := sha256.Sum256(b)
	lines := "the bytes, each line with its newline\n" + indent(string(b)) + "\n" +
		"SHA-256    " + base64.StdEncoding.EncodeToString(sum[:]) + "\n" +
		"challenge  " + base64.RawURLEncoding.EncodeToString(Challenge(b)) + "\n" +
		"key        " + s.Key().String() + "\n" +
		"print      " + s.Key().Fingerprint() + "\n" +
		"signature\n" + indent(s.Armoured())
	if *update {
		t.Log("\n" + lines)
	}
	page := string(must(os.ReadFile("../../docs/record.md"))(t))
	if !strings.Contains(page, "```text\n"+lines+"```\n") {
		t.Errorf("docs/record.md does not have\n%s", lines)
	}
}

func indent(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line == "\n" {
			b.WriteString(line)
		} else {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}
