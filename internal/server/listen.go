package server

import (
	"net"
	"net/netip"
	"slices"
	"sync"

	"parley/internal/telemetry"
)

// ListenLimits bound the connections that a listener takes. A field that is left out, or negative, is no limit.
type ListenLimits struct {
	All    int            // connections
	One    int            // connections from one address (of IPv6: one /64)
	Exempt []netip.Prefix // proxies, whose connections are many people's
	Meter  *telemetry.Meter
}

// Limited returns a listener that closes connections beyond the limits as soon as they come: a client that opens thousands and says nothing
// leaves room for the others.
func Limited(l net.Listener, limits ListenLimits) net.Listener {
	none := int(^uint(0) >> 1)
	if limits.All <= 0 {
		limits.All = none
	}
	if limits.One <= 0 {
		limits.One = none
	}
	return &limited{Listener: l, limits: limits, open: tally[netip.AddrPort]{most: limits.All, one: limits.One}}
}

type limited struct {
	net.Listener
	limits ListenLimits
	open   tally[netip.AddrPort]
}

// Accept returns the next connection that is within the limits.
func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := l.key(conn)
		if l.open.enter(from) == admitted {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { l.open.leave(from) })}, nil
		}
		l.limits.Meter.NotLetIn(telemetry.ByConnections)
		_ = conn.Close()
	}
}

// key is what a connection counts for: its address, or itself alone where it is a proxy's.
func (l *limited) key(conn net.Conn) netip.AddrPort {
	ap, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.AddrPort{}
	}
	a := ap.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(l.limits.Exempt, func(p netip.Prefix) bool { return p.Contains(a) }) {
		return ap
	}
	return netip.AddrPortFrom(block(a), 0)
}

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection, which counts no longer.
func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
