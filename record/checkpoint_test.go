package record_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	flog "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"parley/record"
)

const roomA, roomB = "aaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbb"

// Another implementation must be able to open what Sign makes, with the key in the form that it knows.
func TestCheckpointIsC2SP(t *testing.T) {
	host, room := testHost(t, 1), talk(t, roomA, "", 5)
	checkpoint := room.checkpoint(t, host)
	pub := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(roomA, pub)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	c, rest, _, err := flog.ParseCheckpoint(checkpoint, roomA, verifier)
	if err != nil {
		t.Fatal(err)
	}
	root := room.tree.Head().Root
	if c.Origin != roomA || c.Size != 5 || !bytes.Equal(c.Hash, root[:]) || len(rest) > 0 {
		t.Errorf("read as %+v and %q", c, rest)
	}
	head, err := host.Public().Open(checkpoint, roomA)
	if err != nil || head != room.tree.Head() {
		t.Errorf("Open: %v, %v", head, err)
	}
}

func TestOpenTakesCosignatures(t *testing.T) {
	host := testHost(t, 1)
	checkpoint := talk(t, roomA, "", 5).checkpoint(t, host)
	skey, _, err := note.GenerateKey(rand.Reader, "witness.example")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	text, sigs, _ := strings.Cut(string(checkpoint), "\n\n")
	cosigned, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	if head, err := host.Public().Open(append(cosigned, sigs...), roomA); err != nil || head.Size != 5 {
		t.Errorf("%v, %v", head, err)
	}
	if _, err := host.Public().Open(cosigned, roomA); err == nil {
		t.Error("a checkpoint with the witness's signature alone was taken")
	}
}

func TestOpenRefusesEveryFlippedBit(t *testing.T) {
	host := testHost(t, 1)
	checkpoint := talk(t, roomA, "", 5).checkpoint(t, host)
	for i := range len(checkpoint) * 8 {
		bad := bytes.Clone(checkpoint)
		bad[i/8] ^= 1 << (i % 8)
		if head, err := host.Public().Open(bad, roomA); err == nil {
			t.Errorf("bit %d: opened as %v:\n%s", i, head, bad)
		}
	}
	for i := range checkpoint {
		if _, err := host.Public().Open(checkpoint[:i], roomA); err == nil {
			t.Errorf("opened although cut to %d bytes", i)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	host := testHost(t, 1)
	checkpoint := talk(t, roomA, "", 5).checkpoint(t, host)
	sign := func(text string) []byte { // as the host would, were it to sign anything
		key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
		_, old, _ := strings.Cut(string(checkpoint), "— "+roomA+" ")
		sig, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(old))
		sig = append(sig[:4], ed25519.Sign(key, []byte(text))...)
		return []byte(text + "\n— " + roomA + " " + base64.StdEncoding.EncodeToString(sig) + "\n")
	}
	if _, err := host.Public().Open(sign(roomA+"\n0\n"+record.EmptyHead.Root.String()+"\n"), roomA); err != nil {
		t.Fatalf("the test signs wrongly: %v", err)
	}
	root := talk(t, roomA, "", 5).tree.Head().Root.String()
	for name, c := range map[string]struct {
		key        record.HostKey
		checkpoint []byte
		room       string
	}{
		"another key":       {testHost(t, 2).Public(), checkpoint, roomA},
		"no key":            {record.HostKey{}, checkpoint, roomA},
		"another room":      {host.Public(), checkpoint, roomB},
		"no room":           {host.Public(), checkpoint, ""},
		"nothing":           {host.Public(), nil, roomA},
		"too long":          {host.Public(), append(bytes.Clone(checkpoint), bytes.Repeat([]byte("— a AAAAAAA=\n"), 2000)...), roomA},
		"extension line":    {host.Public(), sign(roomA + "\n5\n" + root + "\nmore\n"), roomA},
		"leading zero":      {host.Public(), sign(roomA + "\n05\n" + root + "\n"), roomA},
		"huge size":         {host.Public(), sign(roomA + "\n9223372036854775807\n" + root + "\n"), roomA},
		"empty with a root": {host.Public(), sign(roomA + "\n0\n" + root + "\n"), roomA},
		"short root":        {host.Public(), sign(roomA + "\n5\nAAAA\n"), roomA},
		"other origin":      {host.Public(), sign(roomB + "\n5\n" + root + "\n"), roomA},
	} {
		if head, err := c.key.Open(c.checkpoint, c.room); err == nil {
			t.Errorf("%s: opened as %v", name, head)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	host := testHost(t, 1)
	for _, room := range []string{"", "a b", "a+b", "a\nb", "ä"} {
		if c, err := host.Sign(room, record.EmptyHead); err == nil {
			t.Errorf("signed for %q:\n%s", room, c)
		}
	}
	for _, head := range []record.Head{{}, {Size: -1}, {Size: record.MaxSize + 1}} {
		if c, err := host.Sign(roomA, head); err == nil {
			t.Errorf("signed %v:\n%s", head, c)
		}
	}
	if _, err := record.NewHost(make([]byte, 31)); err == nil {
		t.Error("a seed of 31 bytes is taken")
	}
}

func TestHostNeverPrintsItsSecret(t *testing.T) {
	host := testHost(t, 1)
	want := host.Public().String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, host); got != want {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}

func TestHostKeyText(t *testing.T) {
	key := testHost(t, 1).Public()
	text := key.String()
	const want = "parley-host+34750f98+iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w="
	if text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	if got, err := record.ParseHostKey(text); err != nil || got != key {
		t.Errorf("parsed as %s (%v)", got, err)
	}
	for i := range len(text) * 8 {
		bad := []byte(text)
		bad[i/8] ^= 1 << (i % 8)
		if got, err := record.ParseHostKey(string(bad)); err == nil {
			t.Errorf("%q parsed as %s", bad, got)
		}
	}
	for _, bad := range []string{"", text + "\n", " " + text, text[:len(text)-1], strings.ToUpper(text)} {
		if got, err := record.ParseHostKey(bad); err == nil {
			t.Errorf("%q parsed as %s", bad, got)
		}
	}
}

// Each key that ParseHostKey refuses as weak is really one under which a signature that nobody made is good: with R the
// neutral point and S zero it verifies for one message in at most eight.
func TestWeakKeysAreWeakAndRefused(t *testing.T) {
	forged := make([]byte, ed25519.SignatureSize)
	forged[0] = 1
	for _, text := range record.WeakKeys {
		for _, sign := range []byte{0, 0x80} {
			pub, _ := hex.DecodeString(text)
			pub[31] |= sign
			if _, err := record.ParseHostKey(record.HostKeyFrom([32]byte(pub)).String()); err == nil {
				t.Errorf("%x is taken", pub)
			}
			found := false
			for i := range 500 {
				found = found || ed25519.Verify(pub, fmt.Append(nil, i), forged)
			}
			if !found {
				t.Errorf("%x: refused, although nothing was forged under it", pub)
			}
		}
	}
}

// The zero HostKey is one of those keys: to forget the key must not mean to accept forgeries.
func TestZeroHostKeyOpensNothing(t *testing.T) {
	id := sha256.Sum256([]byte(roomA + "\n\x01" + string(make([]byte, 32))))
	forged := append(id[:4:4], make([]byte, ed25519.SignatureSize)...)
	forged[4] = 1
	verifiable := false
	for size := range 500 {
		text := fmt.Sprintf("%s\n%d\n%s\n", roomA, size+1, record.Hash{})
		verifiable = verifiable || ed25519.Verify(make([]byte, 32), []byte(text), forged[4:])
		checkpoint := text + "\n— " + roomA + " " + base64.StdEncoding.EncodeToString(forged) + "\n"
		if head, err := (record.HostKey{}).Open([]byte(checkpoint), roomA); err == nil {
			t.Fatalf("opened as %v:\n%s", head, checkpoint)
		}
	}
	if !verifiable {
		t.Error("the test forges nothing")
	}
}

func FuzzParseHostKey(f *testing.F) {
	f.Add("parley-host+34750f98+iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=")
	f.Add("parley-host+34750f98+iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1x=")
	f.Add("parley-host++")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := record.ParseHostKey(text)
		if err == nil && key.String() != text {
			t.Errorf("%q parsed as %s", text, key)
		}
	})
}

func FuzzOpen(f *testing.F) {
	host, err := record.NewHost(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		f.Fatal(err)
	}
	checkpoint, err := host.Sign(roomA, record.EmptyHead)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(checkpoint)
	f.Add([]byte("a\n\n— a AAAAAAA=\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		head, err := host.Public().Open(data, roomA)
		if err == nil && head != record.EmptyHead {
			t.Errorf("opened a forged checkpoint as %v:\n%s", head, data)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	host, head := testHost(b, 1), record.Head{Size: 100_000}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := host.Sign(roomA, head); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	host := testHost(b, 1)
	checkpoint, err := host.Sign(roomA, record.Head{Size: 100_000})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := host.Public().Open(checkpoint, roomA); err != nil {
			b.Fatal(err)
		}
	}
}
