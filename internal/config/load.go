package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

const (
	prefix     = "PARLEY_"
	fileSuffix = "-file"
	// maxSecret is how much of a secret's file is read.
	maxSecret = 64 << 10
)

// Sources are where settings come from, the first before the second before the third.
type Sources struct {
	Flags map[string]string   // by the setting's name; only those that were given
	Env   func(string) string // as os.Getenv
	File  string              // a YAML file; none where it is empty
}

// Loaded is what was set, and where.
type Loaded struct {
	Settings
	from map[string]string // by name: the place of its value, as in --addr, PARLEY_ADDR, parley.yaml:3 or default
	text map[string]string
}

// Load reads the settings. What is wrong with them is [Mistakes].
func Load(src Sources) (*Loaded, error) {
	l := &Loaded{from: map[string]string{}, text: map[string]string{}}
	if err := l.layers(src); err != nil {
		return nil, err
	}
	var ms Mistakes
	at := reflect.ValueOf(&l.Settings).Elem()
	for i := range at.NumField() {
		if name := at.Type().Field(i).Tag.Get("set"); name != "" {
			ms.add(l.assign(at.Field(i), table, name, name))
		}
	}
	l.providers(&ms)
	l.check(&ms)
	if len(ms) > 0 {
		return nil, ms
	}
	return l, nil
}

// Mistakes are all that is wrong with the settings.
type Mistakes []*Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

func (ms *Mistakes) add(m *Mistake) {
	if m != nil {
		*ms = append(*ms, m)
	}
}

// layers merges the sources, the weakest first, and remembers which of them each value is from.
func (l *Loaded) layers(src Sources) error {
	all := koanf.New(".")
	merge := func(p koanf.Provider, parser koanf.Parser, place func(name string) string) error {
		k := koanf.New(".")
		if err := k.Load(p, parser); err != nil {
			return err
		}
		for _, name := range k.Keys() {
			if _, group := k.Get(name).(map[string]any); !group {
				l.from[name] = place(name)
				l.text[name] = k.String(name)
			}
		}
		return all.Merge(k)
	}
	initial := map[string]any{}
	for _, s := range table {
		initial[s.name] = s.initial
	}
	if err := merge(confmap.Provider(initial, "."), nil, func(string) string { return "default" }); err != nil {
		return fmt.Errorf("reading the defaults: %w", err)
	}
	if src.File != "" {
		parser := &yamlParser{src.File, map[string]int{}}
		if err := merge(file.Provider(src.File), parser, func(name string) string { return fmt.Sprintf("%s:%d", src.File, parser.lines[name]) }); err != nil {
			return oneMistake(src.File, err)
		}
	}
	names := l.names()
	environment := env.Provider(".", env.Opt{
		Prefix:      prefix,
		EnvironFunc: func() []string { return environ(src.Env, names) },
		TransformFunc: func(k, v string) (string, any) {
			i := slices.IndexFunc(names, func(n string) bool { return Variable(n) == k })
			return names[i], v
		},
	})
	if err := merge(environment, nil, Variable); err != nil {
		return fmt.Errorf("reading the environment: %w", err)
	}
	flags := map[string]any{}
	for name, v := range src.Flags {
		flags[name] = v
	}
	if err := merge(confmap.Provider(flags, "."), nil, func(name string) string { return "--" + Flag(name) }); err != nil {
		return fmt.Errorf("reading the flags: %w", err)
	}
	return nil
}

func oneMistake(name string, err error) error {
	var m *Mistake
	switch {
	case errors.As(err, &m):
		return Mistakes{m}
	case errors.Is(err, fs.ErrNotExist):
		return Mistakes{{name, "there is no such file", "check the path that --config or PARLEY_CONFIG gives"}}
	}
	return fmt.Errorf("reading the settings: %w", err)
}

// names lists the settings that there can be: a provider's are known once the file has named it.
func (l *Loaded) names() []string {
	var out []string
	add := func(under string, list []setting) {
		for _, s := range list {
			out = append(out, under+s.name)
			if s.secret {
				out = append(out, under+s.name+fileSuffix)
			}
		}
	}
	add("", table)
	for _, id := range l.providerIDs() {
		add("providers."+id+".", providerTable)
	}
	return out
}

func (l *Loaded) providerIDs() []string {
	var ids []string
	for name := range l.text {
		if rest, ok := strings.CutPrefix(name, "providers."); ok {
			id, _, _ := strings.Cut(rest, ".")
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// environ lists the variables that are set, of those that are known.
func environ(get func(string) string, names []string) []string {
	var out []string
	for _, n := range names {
		if v := get(Variable(n)); v != "" {
			out = append(out, Variable(n)+"="+v)
		}
	}
	return out
}

// Variable is the environment's name for a setting, and Flag the command line's.
func Variable(name string) string {
	return prefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))
}

// Flag is the command line's name for a setting, without the hyphens before it.
func Flag(name string) string { return strings.ReplaceAll(name, ".", "-") }

// assign reads a setting's text into its field. name is as in the list, full with what it is below.
func (l *Loaded) assign(to reflect.Value, list []setting, name, full string) *Mistake {
	s := known(list, name)
	text, m := l.secret(s, full)
	if m != nil {
		return m
	}
	wrong := func(reason, remedy string) *Mistake {
		return &Mistake{l.from[full], full + ": " + reason, remedy}
	}
	if len(s.choices) > 0 && !slices.Contains(s.choices, text) {
		return wrong(fmt.Sprintf("%q is none of the choices", text), "write "+strings.Join(s.choices, ", or "))
	}
	switch at := to.Addr().Interface().(type) {
	case *string:
		*at = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return wrong(fmt.Sprintf("%q is no number from 1", text), "write one in digits")
		}
		*at = n
	case *float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || !(f >= 0 && f <= 1) {
			return wrong(fmt.Sprintf("%q is no share", text), "write one from 0 to 1, as in 0.1")
		}
		*at = f
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return wrong(fmt.Sprintf("%q is no length of time", text), "write one as in 90s, 15m or 12h")
		}
		*at = d
	case *[]netip.Prefix:
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			p, err := prefixOf(part)
			if err != nil {
				return wrong(fmt.Sprintf("%q is neither an address nor a network", part), "write them as in 127.0.0.1,10.0.0.0/8")
			}
			*at = append(*at, p)
		}
	}
	return nil
}

func prefixOf(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}

// secret is a setting's text, which for a secret can be in a file that NAME-file names.
func (l *Loaded) secret(s *setting, full string) (string, *Mistake) {
	name := l.text[full+fileSuffix]
	if !s.secret || name == "" {
		return l.text[full], nil
	}
	place := l.from[full+fileSuffix]
	if l.text[full] != "" {
		return "", &Mistake{place, fmt.Sprintf("%s is set too, in %s", full, l.from[full]), "leave one of them out"}
	}
	b, err := os.ReadFile(name)
	switch {
	case err != nil:
		return "", &Mistake{place, err.Error(), "check the path and who may read the file"}
	case len(b) > maxSecret:
		return "", &Mistake{place, name + " is too large for a secret", "check the path"}
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// providers reads those that the file names.
func (l *Loaded) providers(ms *Mistakes) {
	for _, id := range l.providerIDs() {
		p := Provider{ID: id}
		under := "providers." + id + "."
		place := ""
		for name, to := range map[string]*string{"title": &p.Title, "issuer": &p.Issuer, "client-id": &p.ClientID, "client-secret": &p.ClientSecret} {
			ms.add(l.assign(reflect.ValueOf(to).Elem(), providerTable, name, under+name))
			place = cmp.Or(place, l.from[under+name])
		}
		if p.Issuer == "" || p.ClientID == "" {
			ms.add(&Mistake{place, "providers." + id + " needs an issuer and a client-id", "copy both from where you registered this server"})
		}
		p.Title = cmp.Or(p.Title, id)
		l.Providers = append(l.Providers, p)
	}
}

// check looks at what settings mean together.
func (l *Loaded) check(ms *Mistakes) {
	wrong := func(name, reason, remedy string) {
		ms.add(&Mistake{l.from[name], name + ": " + reason, remedy})
	}
	if (l.Cert == "") != (l.Key == "") {
		wrong(map[bool]string{true: "tls.key", false: "tls.cert"}[l.Cert == ""], "the certificate and its key go together", "set tls.cert and tls.key")
	}
	for name, addr := range map[string]string{"addr": l.AddrPort, "metrics.addr": l.Metrics} {
		if _, _, err := net.SplitHostPort(addr); addr != "" && err != nil {
			wrong(name, fmt.Sprintf("%q is no address to listen on", addr), "write it as in 127.0.0.1:8080")
		}
	}
	switch u, err := url.Parse(l.Origin); {
	case l.Origin == "" && len(l.Proxies) == 0 && loopback(l.AddrPort):
	case l.Origin == "":
		wrong("origin", "others than this machine can reach the server, so it has to know its own name", "set it to what browsers are to open, as in https://talks.example")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" || u.User != nil:
		wrong("origin", fmt.Sprintf("%q is no origin", l.Origin), "write it as in https://talks.example, without a path")
	case u.Scheme == "http" && !isLocal(u.Hostname()):
		wrong("origin", "without TLS anybody on the way could read and change everything", "write https://, and set tls.cert and tls.key or a proxy that has them")
	default:
		l.Origin = u.Scheme + "://" + strings.ToLower(u.Host)
	}
	if u, err := url.Parse(l.Traces); l.Traces != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		wrong("traces.endpoint", fmt.Sprintf("%q is no address of a collector", l.Traces), "write it as in http://127.0.0.1:4318")
	}
	if l.Absolute < l.Idle {
		wrong("session.limit", "it is shorter than session.idle", "make it longer")
	}
}

// TraceHeaders are the headers for the collector, as in a=b,c=d.
func (s *Settings) TraceHeaders() map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(s.TraceHead, ",") {
		if k, v, ok := strings.Cut(part, "="); ok {
			out[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	return out
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && isLocal(host)
}

// isLocal reports whether a host's name means the machine itself, whatever a name server says.
func isLocal(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || strings.EqualFold(host, "localhost")
}
