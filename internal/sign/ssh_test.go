package sign

import (
	"bytes"
	"crypto/dsa" //nolint:staticcheck // that it is refused is what is tested
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// keygen runs OpenSSH's own ssh-keygen.
func keygen(t testing.TB, stdin []byte, args ...string) ([]byte, error) {
	t.Helper()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip("ssh-keygen is not installed: on Debian, apt-get install openssh-client")
	}
	c := exec.CommandContext(t.Context(), program, args...)
	c.Stdin = bytes.NewReader(stdin)
	return c.CombinedOutput()
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// write puts a file into a folder, for nobody else to read.
func write(t testing.TB, dir, name string, b []byte) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What ssh-keygen signs is checked here, and what is signed here ssh-keygen verifies, for every type of key that it can make.
func TestOpenSSH(t *testing.T) {
	b := text(t)
	for name, args := range map[string][]string{
		"ed25519": {"-t", "ed25519"}, "ecdsa 256": {"-t", "ecdsa", "-b", "256"}, "ecdsa 384": {"-t", "ecdsa", "-b", "384"},
		"ecdsa 521": {"-t", "ecdsa", "-b", "521"}, "rsa 2048": {"-t", "rsa", "-b", "2048"}, "rsa 3072": {"-t", "rsa", "-b", "3072"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			key := filepath.Join(dir, "key")
			if out, err := keygen(t, nil, append(args, "-N", "", "-C", "us-head", "-f", key)...); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			pub := string(must(os.ReadFile(key + ".pub"))(t))
			file := write(t, dir, "text", b)
			if out, err := keygen(t, nil, "-Y", "sign", "-f", key, "-n", Namespace, file); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			theirs := string(must(os.ReadFile(file + ".sig"))(t))
			s, err := Check(b, act(pub, theirs))
			if err != nil {
				t.Fatalf("ssh-keygen's signature: %v", err)
			}
			out, err := keygen(t, nil, "-l", "-f", key+".pub")
			if err != nil || !strings.Contains(string(out), " "+s.Fingerprint+" ") {
				t.Errorf("the fingerprint is %s, and ssh-keygen says %s, %v", s.Fingerprint, out, err)
			}
			parsed := must(ParseSSH(theirs))(t)
			if parsed.Armoured() != theirs {
				t.Errorf("armoured anew it is\n%s, not\n%s", parsed.Armoured(), theirs)
			}

			signer := must(ssh.ParsePrivateKey(must(os.ReadFile(key))(t)))(t)
			ours := must(SSH(b, signer))(t)
			if s, err := Check(b, act(pub, ours.Armoured())); err != nil || s.Method != "ssh" || s.Hardware {
				t.Errorf("our own signature: %+v, %v", s, err)
			}
			sig := write(t, dir, "ours.sig", []byte(ours.Armoured()))
			signers := write(t, dir, "signers", []byte("us-* namespaces=\""+Namespace+"\" "+pub))
			verify := []string{"-Y", "verify", "-I", "us-head", "-n", Namespace, "-f", signers, "-s", sig}
			if out, err := keygen(t, b, verify...); err != nil {
				t.Errorf("ssh-keygen does not verify our signature: %v: %s", err, out)
			}
			if out, err := keygen(t, append(bytes.Clone(b), '!'), verify...); err == nil {
				t.Errorf("ssh-keygen verifies it over other bytes: %s", out)
			}
			for _, other := range [][]byte{append(bytes.Clone(b), '!'), b[1:], nil} {
				if s, err := Check(other, act(pub, theirs)); err == nil {
					t.Errorf("it holds over other bytes: %+v", s)
				}
			}
		})
	}
}

// wrongly is a signer's blob with one thing other than it ought to be.
func wrongly(t *testing.T, b []byte, signer ssh.Signer, change func(w *sshBlob, data func(namespace, hash string, sum []byte) []byte)) string {
	t.Helper()
	data := func(namespace, hash string, sum []byte) []byte {
		return append([]byte(sshMagic), ssh.Marshal(struct{ Namespace, Reserved, Hash, Sum string }{namespace, "", hash, string(sum)})...)
	}
	sum := sha512.Sum512(b)
	sig := must(signer.Sign(rand.Reader, data(Namespace, sshHash, sum[:])))(t)
	w := sshBlob{1, signer.PublicKey().Marshal(), Namespace, "", sshHash, ssh.Marshal(sig)}
	change(&w, data)
	return armour(append([]byte(sshMagic), ssh.Marshal(w)...))
}

func TestRefused(t *testing.T) {
	b := text(t)
	_, private := mustKey(t)
	signer := must(ssh.NewSignerFromKey(private))(t)
	pub := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	_, private2 := mustKey(t)
	other := must(ssh.NewSignerFromKey(private2))(t)
	good := must(SSH(b, signer))(t).Armoured()
	sign := func(s ssh.Signer, data []byte) []byte { return ssh.Marshal(must(s.Sign(rand.Reader, data))(t)) }
	sum256, sum512 := sha256.Sum256(b), sha512.Sum512(b)
	type data = func(namespace, hash string, sum []byte) []byte
	cases := map[string]struct{ key, signature, words string }{
		"another key beside it": {string(ssh.MarshalAuthorizedKey(other.PublicKey())), good, "another key"},
		"another key within": {pub, wrongly(t, b, signer, func(w *sshBlob, d data) {
			w.Signature = sign(other, d(Namespace, sshHash, sum512[:]))
		}), "not one over these bytes"},
		"another namespace": {pub, wrongly(t, b, signer, func(w *sshBlob, d data) {
			w.Namespace, w.Signature = "git", sign(signer, d("git", sshHash, sum512[:]))
		}), `made for "git"`},
		"a namespace that only says so": {pub, wrongly(t, b, signer, func(w *sshBlob, d data) {
			w.Signature = sign(signer, d("git", sshHash, sum512[:]))
		}), "not one over these bytes"},
		"sha256": {pub, wrongly(t, b, signer, func(w *sshBlob, d data) {
			w.Hash, w.Signature = "sha256", sign(signer, d(Namespace, "sha256", sum256[:]))
		}), "hash"},
		"version 2":             {pub, wrongly(t, b, signer, func(w *sshBlob, _ data) { w.Version = 2 }), "version 2"},
		"reserved":              {pub, wrongly(t, b, signer, func(w *sshBlob, _ data) { w.Reserved = "x" }), "reserved"},
		"something after":       {pub, armour(append(must(unarmour(good))(t), 0)), "cannot be read"},
		"cut":                   {pub, armour(must(unarmour(good))(t)[:40]), "cannot be read"},
		"no armour":             {pub, "hello", "begins with"},
		"not base64":            {pub, sshBegin + "\n!!!\n" + sshEnd, "base64"},
		"a key with options":    {`command="x" ` + pub, good, "base64"},
		"a key of another name": {strings.Replace(pub, "ssh-ed25519", "ssh-rsa", 1), good, "it says"},
		"no key":                {"", good, "not a public key"},
		"a flipped bit":         {pub, flip(t, good), "not one over these bytes"},
	}
	for name, c := range cases {
		s, err := Check(b, act(c.key, c.signature))
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %+v, %v; want %q", name, s, err, c.words)
		}
	}
	with := act(pub, good)
	with.Client = "e30"
	if _, err := Check(b, with); err == nil {
		t.Error("client data beside a signature by SSH key is accepted")
	}
	with = act(pub, good)
	with.Method = "wax"
	if _, err := Check(b, with); err == nil {
		t.Error("a method that nobody knows is accepted")
	}
	if _, err := Check(b, act(strings.TrimSpace(pub)+" a comment", "\r\n "+strings.ReplaceAll(good, "\n", "\r\n"))); err != nil {
		t.Errorf("what mail does to a signature: %v", err)
	}
}

func mustKey(t testing.TB) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pub, private
}

func flip(t *testing.T, armoured string) string {
	t.Helper()
	blob := must(unarmour(armoured))(t)
	blob[len(blob)-1] ^= 1
	return armour(blob)
}

func TestWeakKeys(t *testing.T) {
	b := text(t)
	line := func(pub ssh.PublicKey) string { return string(ssh.MarshalAuthorizedKey(pub)) }
	small := must(rsa.GenerateKey(rand.Reader, 1024))(t)
	large := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 8192, 1), E: 65537}
	var params dsa.PrivateKey
	params.Parameters = dsa.Parameters{P: new(big.Int).SetBit(big.NewInt(1), 1023, 1), Q: new(big.Int).SetBit(big.NewInt(1), 159, 1), G: big.NewInt(2)}
	params.Y = big.NewInt(4)
	_, private := mustKey(t)
	ca := must(ssh.NewSignerFromKey(private))(t)
	certificate := &ssh.Certificate{Key: ca.PublicKey(), CertType: ssh.UserCert, ValidBefore: ssh.CertTimeInfinity}
	if err := certificate.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ key, words string }{
		"rsa 1024":                 {line(must(ssh.NewPublicKey(&small.PublicKey))(t)), "1024 bits"},
		"rsa 8193":                 {line(must(ssh.NewPublicKey(large))(t)), "8193 bits"},
		"dsa":                      {line(must(ssh.NewPublicKey(&params.PublicKey))(t)), "not accepted"},
		"a certificate":            {line(certificate), "not accepted"},
		"small order":              {line(must(ssh.NewPublicKey(ed25519.PublicKey(make([]byte, 32))))(t)), "anybody could sign"},
		"a security key for pages": {skLine(t, ssh.KeyAlgoSKED25519, private.Public().(ed25519.PublicKey), "https://talks.example"), "application"},
	} {
		if k, err := ParseKey(c.key); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, %v; want %q", name, k, err, c.words)
		}
	}

	// RSA with SHA-1 is refused even where the key is strong.
	key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	signer := must(ssh.NewSignerFromKey(key))(t).(ssh.AlgorithmSigner)
	for algorithm, accepted := range map[string]bool{ssh.KeyAlgoRSA: false, ssh.KeyAlgoRSASHA256: true, ssh.KeyAlgoRSASHA512: true} {
		sig := must(signer.SignWithAlgorithm(rand.Reader, signedData(b), algorithm))(t)
		blob := append([]byte(sshMagic), ssh.Marshal(sshBlob{1, signer.PublicKey().Marshal(), Namespace, "", sshHash, ssh.Marshal(sig)})...)
		if s, err := Check(b, act(line(signer.PublicKey()), armour(blob))); (err == nil) != accepted {
			t.Errorf("%s: %+v, %v", algorithm, s, err)
		}
	}
}

// skLine is the public key of a security key as a file has it.
func skLine(t testing.TB, kind string, key ed25519.PublicKey, application string) string {
	t.Helper()
	blob := ssh.Marshal(struct{ Type, Key, Application string }{kind, string(key), application})
	return kind + " " + base64.StdEncoding.EncodeToString(blob) + " us-head"
}

// token is a security key: it signs SHA-256(application), flags, counter and SHA-256(data), as OpenSSH's PROTOCOL.u2f has it.
type token struct {
	flags byte
	ed    ed25519.PrivateKey
	ec    *ecdsa.PrivateKey
}

func (k token) PublicKey() ssh.PublicKey {
	var blob []byte
	if k.ed != nil {
		blob = ssh.Marshal(struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, string(k.ed.Public().(ed25519.PublicKey)), "ssh:"})
	} else {
		point, err := k.ec.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		blob = ssh.Marshal(struct{ Type, Curve, Point, Application string }{ssh.KeyAlgoSKECDSA256, "nistp256", string(point), "ssh:"})
	}
	pub, err := ssh.ParsePublicKey(blob)
	if err != nil {
		panic(err)
	}
	return pub
}

func (k token) Sign(random io.Reader, data []byte) (*ssh.Signature, error) {
	app, sum := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	rest := binary.BigEndian.AppendUint32([]byte{k.flags}, 5)
	message := append(append(app[:], rest...), sum[:]...)
	if k.ec == nil {
		return &ssh.Signature{Format: ssh.KeyAlgoSKED25519, Blob: ed25519.Sign(k.ed, message), Rest: rest}, nil
	}
	digest := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(random, k.ec, digest[:])
	if err != nil {
		return nil, err
	}
	return &ssh.Signature{Format: ssh.KeyAlgoSKECDSA256, Blob: ssh.Marshal(struct{ R, S *big.Int }{r, s}), Rest: rest}, nil
}

// A signature by a security key holds where somebody touched it, and ssh-keygen says the same.
func TestSecurityKeys(t *testing.T) {
	b := text(t)
	_, ed := mustKey(t)
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	for name, k := range map[string]token{"ed25519": {flags: 1, ed: ed}, "ecdsa": {flags: 5, ec: ec}} {
		s := must(SSH(b, k))(t)
		pub := string(ssh.MarshalAuthorizedKey(k.PublicKey()))
		got, err := Check(b, act(pub, s.Armoured()))
		if err != nil || !got.Hardware {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if _, err := Check(b[1:], act(pub, s.Armoured())); err == nil {
			t.Errorf("%s: it holds over other bytes", name)
		}
		dir := t.TempDir()
		signers, sig := write(t, dir, "signers", []byte("us-head "+pub)), write(t, dir, "sig", []byte(s.Armoured()))
		if out, err := keygen(t, b, "-Y", "verify", "-I", "us-head", "-n", Namespace, "-f", signers, "-s", sig); err != nil {
			t.Errorf("%s: ssh-keygen: %v: %s", name, err, out)
		}
		k.flags = 0
		if _, err := SSH(b, k); err == nil {
			t.Errorf("%s: a signature without a touch is accepted", name)
		}
	}
}

func TestSigners(t *testing.T) {
	_, private := mustKey(t)
	signer := must(ssh.NewSignerFromKey(private))(t)
	key := must(parseKeyBlob(signer.PublicKey().Marshal()))(t).line()
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	for line, has := range map[string]bool{
		"us-head " + key:                            true,
		"us-head " + key + " of the head":           true,
		"ru-head,us-head " + key:                    true,
		"\"us-head\" " + key:                        true,
		"us-* " + key:                               true,
		"* " + key:                                  true,
		"us-*,!us-head " + key:                      false,
		"ru-head " + key:                            false,
		"us-head namespaces=\"parley-*\" " + key:    true,
		"us-head namespaces=\"git,file\" " + key:    false,
		"us-head valid-after=\"20250101\" " + key:   true,
		"us-head valid-after=20250218090001 " + key: false,
		"us-head namespaces=\"" + Namespace + "\",valid-before=\"20250218090001Z\" " + key: true,
		"us-head valid-before=202502180900 " + key:                                         false,
		"us-head cert-authority " + key:                                                    false,
		"us-head ssh-dss AAAA":                                                             false,
		"# us-head " + key:                                                                 false,
		"":                                                                                 false,
	} {
		s, err := ParseSigners([]byte("\n" + line + "\r\n"))
		if err != nil || s.Has("us-head", key, at) != has {
			t.Errorf("%s: %v, want %v", line, err, has)
		}
	}
	for _, line := range []string{"us-head", key, "us-head ssh-ed25519", "us-head ssh-ed25519 !", "us-head shout " + key, "us-head namespaces " + key,
		"us-head cert-authority=1 " + key, "us-head valid-after=\"soon\" " + key, "\"us-head " + key, ", " + key, "us-[a] " + key} {
		if s, err := ParseSigners([]byte(line)); err == nil {
			t.Errorf("%s is read as %+v", line, s)
		}
	}
}

// What ssh-keygen finds in a file of signers for a seat is found here too.
func TestSignersAsOpenSSH(t *testing.T) {
	b, dir := text(t), t.TempDir()
	_, private := mustKey(t)
	signer := must(ssh.NewSignerFromKey(private))(t)
	s := must(SSH(b, signer))(t)
	sig := write(t, dir, "sig", []byte(s.Armoured()))
	for _, line := range []string{"us-head %", "us-* %", "us-*,!us-head %", "u?-head %", "ru-head %", "us-head namespaces=\"git\" %", "us-head namespaces=\"git,parley-adopt@v1\" %",
		"us-head valid-before=\"20200101Z\" %", "us-head valid-after=\"20200101Z\" %", "us-head cert-authority %", "\"us-head,ru-head\" %"} {
		file := []byte(strings.Replace(line, "%", s.Key().String(), 1) + "\n")
		signers := write(t, dir, "signers", file)
		_, err := keygen(t, b, "-Y", "verify", "-I", "us-head", "-n", Namespace, "-f", signers, "-s", sig, "-O", "verify-time=20250218")
		parsed := must(ParseSigners(file))(t)
		if got := parsed.Has("us-head", s.Key().String(), time.Date(2025, 2, 18, 0, 0, 0, 0, time.UTC)); got != (err == nil) {
			t.Errorf("%s: %v here, and ssh-keygen says %v", line, got, err)
		}
	}
}

func FuzzParseSSH(f *testing.F) {
	b := text(f)
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))) // the same in every process that fuzzes
	if err != nil {
		f.Fatal(err)
	}
	s, err := SSH(b, signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s.blob)
	f.Add([]byte(sshMagic))
	f.Fuzz(func(t *testing.T, blob []byte) {
		got, err := ParseSSH(armour(blob))
		if err != nil {
			return
		}
		// What is read has one form, and only what was signed holds.
		if !bytes.Equal(got.blob, blob) || must(ParseSSH(got.Armoured()))(t).Armoured() != got.Armoured() {
			t.Errorf("%x has another form: %x", blob, got.blob)
		}
		if _, err := got.Verify(b); err == nil && !bytes.Equal(blob, s.blob) {
			t.Errorf("%x holds", blob)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG0t4Yl9nV8m3l0X1mC0S1gqXj8l1xQxk0m3sF1oQ9m2 us-head")
	f.Add("sk-ssh-ed25519@openssh.com AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			return
		}
		if again := must(ParseKey(k.String()))(t); again.String() != k.String() || again.Fingerprint() != k.Fingerprint() {
			t.Errorf("%q is %s, and that is %s", s, k, again)
		}
	})
}

func FuzzParseSigners(f *testing.F) {
	f.Add([]byte("us-head,ru-* namespaces=\"parley-adopt@v1\",valid-after=20250101 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG0t4Yl9nV8m3l0X1mC0S1gqXj8l1xQxk0m3sF1oQ9m2 x\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := ParseSigners(file)
		if err != nil {
			return
		}
		for _, l := range s.lines {
			if l.key.IsZero() || len(l.principals) == 0 {
				t.Errorf("%q has a line without a key or a seat: %+v", file, l)
			}
		}
	})
}
