package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// write makes a settings file and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func variables(kv ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(kv); i += 2 {
			if kv[i] == name {
				return kv[i+1]
			}
		}
		return ""
	}
}

// TestTable: each field is a setting and each setting a field, so that none can be set without effect.
func TestTable(t *testing.T) {
	var fields []string
	at := reflect.TypeFor[Settings]()
	for f := range at.Fields() {
		if name := f.Tag.Get("set"); name != "" {
			fields = append(fields, name)
		}
	}
	var names []string
	for _, s := range table {
		names = append(names, s.name)
		if s.help == "" {
			t.Errorf("%s has no help", s.name)
		}
	}
	slices.Sort(fields)
	slices.Sort(names)
	if !slices.Equal(fields, names) {
		t.Errorf("fields %v\nsettings %v", fields, names)
	}
	seen := map[string]string{}
	for _, n := range names {
		if other := seen[Variable(n)]; other != "" {
			t.Errorf("%s and %s are one variable", n, other)
		}
		seen[Variable(n)] = n
	}
}

// TestOrder: a flag before the environment before the file before the default.
func TestOrder(t *testing.T) {
	file := write(t, "addr: 127.0.0.1:1\nname: From the file\ntls:\n  cert: c.pem\n  key: k.pem\nproxies: [127.0.0.1, 10.1.2.3/8]\norigin: https://Talks.Example\n")
	l, err := Load(Sources{
		File: file, Env: variables("PARLEY_ADDR", "127.0.0.1:2", "PARLEY_TLS_KEY", "other.pem", "PARLEY_SESSION_IDLE", "90s"),
		Flags: map[string]string{"addr": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if l.AddrPort != "127.0.0.1:3" || l.Key != "other.pem" || l.Cert != "c.pem" || l.Name != "From the file" || l.Idle != 90*time.Second || l.Data != "data" {
		t.Errorf("%+v", l.Settings)
	}
	if l.Origin != "https://talks.example" || len(l.Proxies) != 2 || l.Proxies[1].String() != "10.0.0.0/8" || l.Proxies[0].String() != "127.0.0.1/32" {
		t.Errorf("%+v", l.Settings)
	}
	var b strings.Builder
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"127.0.0.1:3", "--addr", "PARLEY_TLS_KEY", file + ":2", file + ":4", `"From the file"`, "default"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

func TestSecrets(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s3cret-of-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := write(t, `origin: http://localhost:8080
providers:
  one:
    issuer: https://one.example
    client-id: parley
    client-secret-file: `+secret+`
  two:
    issuer: https://two.example
    client-id: parley
    title: Two
`)
	l, err := Load(Sources{File: file, Env: variables("PARLEY_PROVIDERS_TWO_CLIENT_SECRET", "s3cret-of-env", "PARLEY_TRACES_HEADERS", "authorization=s3cret-too, b = c")})
	if err != nil {
		t.Fatal(err)
	}
	want := []Provider{{"one", "one", "https://one.example", "parley", "s3cret-of-file"}, {"two", "Two", "https://two.example", "parley", "s3cret-of-env"}}
	if !slices.Equal(l.Providers, want) {
		t.Errorf("%+v", l.Providers)
	}
	if h := l.TraceHeaders(); h["authorization"] != "s3cret-too" || h["b"] != "c" {
		t.Errorf("%v", h)
	}
	var b strings.Builder
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "s3cret") || strings.Count(b.String(), "hidden") != 3 {
		t.Errorf("secrets are not hidden:\n%s", b.String())
	}
	for _, i := range Items() {
		if s := known(table, i.Name); s != nil && s.secret {
			t.Errorf("the secret %s can be a flag", i.Name)
		}
	}
}

// TestMistakes: what is wrong is told with its place and what to do.
func TestMistakes(t *testing.T) {
	for _, tt := range []struct {
		file string
		env  []string
		want []string
	}{
		{file: "adr: x\n", want: []string{"parley.yaml:1", "no setting adr", "addr may be meant"}},
		{file: "addr: 127.0.0.1:1\nzebra: 1\n", want: []string{"parley.yaml:2", "no setting zebra", "lists all"}},
		{file: "tls:\n  certificate: x\n", want: []string{"parley.yaml:2", "no setting tls.certificate"}},
		{file: "addr: 127.0.0.1:1\naddr: 127.0.0.1:2\n", want: []string{"addr"}},
		{file: "addr: [1, 2]\n", want: []string{"parley.yaml:1", "must be one value"}},
		{file: "tls: cert.pem\n", want: []string{"parley.yaml:1", "names and values"}},
		{file: "- a\n", want: []string{"parley.yaml:1", "names and values"}},
		{file: "addr: 127.0.0.1:1\n---\naddr: 127.0.0.1:2\n", want: []string{"more than one document"}},
		{file: "a: [\n", want: []string{"parley.yaml"}},
		{file: "name: &n x\norigin: *n\n", want: []string{"must be one value"}},
		{file: "session:\n  idle: soon\n", want: []string{"parley.yaml:2", "session.idle", "length of time", "12h"}},
		{env: []string{"PARLEY_SESSION_LIMIT", "1m"}, want: []string{"PARLEY_SESSION_LIMIT", "shorter than session.idle"}},
		{env: []string{"PARLEY_LIMIT_STREAMS", "-1"}, want: []string{"PARLEY_LIMIT_STREAMS", "no number"}},
		{env: []string{"PARLEY_LOG_FORMAT", "xml"}, want: []string{"text, or json"}},
		{env: []string{"PARLEY_TRACES_SHARE", "NaN"}, want: []string{"from 0 to 1"}},
		{env: []string{"PARLEY_TRACES_ENDPOINT", "127.0.0.1:4318"}, want: []string{"http://127.0.0.1:4318"}},
		{env: []string{"PARLEY_PROXIES", "10.0.0.0/8 talks", "PARLEY_ORIGIN", "https://talks.example"}, want: []string{`"talks"`, "neither an address"}},
		{env: []string{"PARLEY_TLS_CERT", "c.pem"}, want: []string{"PARLEY_TLS_CERT", "go together"}},
		{env: []string{"PARLEY_ADDR", "8080"}, want: []string{"no address to listen on"}},
		{env: []string{"PARLEY_ADDR", "0.0.0.0:8080"}, want: []string{"origin", "https://talks.example"}},
		{env: []string{"PARLEY_PROXIES", "127.0.0.1"}, want: []string{"origin"}},
		{env: []string{"PARLEY_ORIGIN", "http://talks.example"}, want: []string{"without TLS"}},
		{env: []string{"PARLEY_ORIGIN", "https://talks.example/p"}, want: []string{"without a path"}},
		{env: []string{"PARLEY_ORIGIN", "talks.example"}, want: []string{"no origin"}},
		{env: []string{"PARLEY_TRACES_HEADERS_FILE", "nowhere"}, want: []string{"PARLEY_TRACES_HEADERS_FILE", "nowhere", "check the path"}},
		{env: []string{"PARLEY_TRACES_HEADERS_FILE", "x", "PARLEY_TRACES_HEADERS", "a=b"}, want: []string{"set too", "leave one"}},
		{file: "providers:\n  One:\n    issuer: x\n", want: []string{"parley.yaml:2", "no setting providers.One"}},
		{file: "providers:\n  one:\n    issuer: x\n", want: []string{"needs an issuer and a client-id"}},
		{file: "providers:\n  one:\n    secret: x\n", want: []string{"parley.yaml:3", "no setting providers.one.secret"}},
	} {
		src := Sources{Env: variables(tt.env...)}
		if tt.file != "" {
			src.File = write(t, tt.file)
		}
		_, err := Load(src)
		if err == nil {
			t.Errorf("%q %v is taken", tt.file, tt.env)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q %v: no %q in %q", tt.file, tt.env, want, err)
			}
		}
	}
	if _, err := Load(Sources{Env: variables(), File: filepath.Join(t.TempDir(), "none.yaml")}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// FuzzFile: whatever a file has, it is read or told what is wrong.
func FuzzFile(f *testing.F) {
	for _, s := range []string{"", "addr: x", "tls: {cert: a, key: b}", "providers: {a: {issuer: x}}", "a: &a [*a]", "? {a: b}\n: c", "!!binary x: y", "<<: {addr: x}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		p := &yamlParser{"f", map[string]int{}}
		_, _ = p.Unmarshal(b)
	})
}
