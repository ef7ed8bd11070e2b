package server

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// door is what a server knows of the way by which requests come.
type door struct {
	host    string         // of the origin, with its port; empty where any will do
	https   bool           // the origin's scheme
	local   bool           // only this machine's own names will do
	proxies []netip.Prefix // whose word is taken
}

// newDoor reads an origin as in https://talks.example. What is no origin is as good as none; the program refuses it before.
func newDoor(c Config) door {
	d := door{proxies: c.Proxies, local: c.Local}
	if u, err := url.Parse(c.Origin); err == nil {
		d.host, d.https = strings.ToLower(u.Host), u.Scheme == "https"
	}
	return d
}

// trusts reports whether an address is a proxy's.
func (d *door) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(d.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// peer is the address at the other end of the connection; the zero one where there is none, as in a test.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// address is the client's. A proxy adds the address of who asked it to the right end of X-Forwarded-For, so the client is the
// right-most one that no trusted proxy has: what is further left, anybody can have written. Without a trusted proxy the header counts for
// nothing.
func (d *door) address(r *http.Request) netip.Addr {
	a := peer(r)
	if !d.trusts(a) {
		return a
	}
	for _, header := range slices.Backward(r.Header.Values("X-Forwarded-For")) {
		for _, part := range slices.Backward(strings.Split(header, ",")) {
			next, err := forwarded(strings.TrimSpace(part))
			if err != nil {
				return a // what a proxy of ours could not have written ends what can be believed
			}
			if a = next; !d.trusts(a) {
				return a
			}
		}
	}
	return a
}

// forwarded reads an address with or without a port.
func forwarded(s string) (netip.Addr, error) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), nil
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err
}

// secure reports whether the client speaks TLS: with us, or as a trusted proxy says with it.
func (d *door) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	proto := r.Header.Values("X-Forwarded-Proto")
	return len(proto) == 1 && strings.EqualFold(proto[0], "https") && d.trusts(peer(r))
}

// admits reports whether a request is for this host. A page of another name that was made to point here (DNS rebinding) would otherwise be
// of one origin with ours.
func (d *door) admits(r *http.Request) bool {
	host := strings.ToLower(r.Host)
	if d.host == "" && d.local {
		return isLocal(host)
	}
	if d.host == "" {
		return true
	}
	return host == d.host || host+defaultPort(d.https) == d.host || host == d.host+defaultPort(d.https)
}

// isLocal reports whether a host, with or without a port, is the machine itself whatever a name server says.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.IsLoopback() || host == "localhost"
}

func defaultPort(https bool) string {
	if https {
		return ":443"
	}
	return ":80"
}

// block is what limits are counted by: an IPv4 address, or the /64 of an IPv6 one, which is the least that anybody is given.
func block(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
