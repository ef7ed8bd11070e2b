package config

import (
	"net/netip"
	"time"
)

// Settings are all that can be set. Each field's tag is the setting's name.
type Settings struct {
	Data       string         `set:"data"`
	AddrPort   string         `set:"addr"`
	Origin     string         `set:"origin"` // without a slash at its end; empty for a server that only this machine reaches
	Name       string         `set:"name"`
	Proxies    []netip.Prefix `set:"proxies"`
	Pin        string         `set:"pin"`
	Drain      time.Duration  `set:"drain"`
	Cert       string         `set:"tls.cert"`
	Key        string         `set:"tls.key"`
	Metrics    string         `set:"metrics.addr"`
	LogFormat  string         `set:"log.format"`
	LogLevel   string         `set:"log.level"`
	Traces     string         `set:"traces.endpoint"`
	TraceHead  string         `set:"traces.headers"`
	TraceShare float64        `set:"traces.share"`
	Idle       time.Duration  `set:"session.idle"`
	Absolute   time.Duration  `set:"session.limit"`

	Connections   int `set:"limit.connections"`
	ConnectionsOf int `set:"limit.connections-address"`
	Streams       int `set:"limit.streams"`
	StreamsOf     int `set:"limit.streams-address"`
	StreamsSeat   int `set:"limit.streams-seat"`
	Requests      int `set:"limit.requests"`
	RequestsOf    int `set:"limit.requests-address"`

	Providers []Provider // by identifier
}

// Provider is a provider of OpenID Connect that people may log in with.
type Provider struct{ ID, Title, Issuer, ClientID, ClientSecret string }

// setting is what is known of one of them. Its kind is the field's.
type setting struct {
	name    string
	initial string
	help    string
	secret  bool // never printed; NAME-file names a file that has it
	choices []string
}

// table has the settings in the order in which they are shown.
var table = []setting{
	{name: "data", initial: "data", help: "The folder with the data, as parley init made it."},
	{name: "addr", initial: "127.0.0.1:8080", help: "The address to listen on."},
	{name: "origin", help: "Where browsers find the server, as in https://talks.example. It may be left out where only this machine reaches the server."},
	{name: "name", initial: "Parley", help: "What the server is called where people log in."},
	{name: "proxies", help: "Addresses or networks of the proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed, as in 127.0.0.1,10.0.0.0/8."},
	{name: "pin", help: "A file outside of the data folder that keeps the rooms' checkpoints, so that older data are refused."},
	{name: "drain", initial: "10s", help: "How long requests that are under way may take when the server is to end."},
	{name: "tls.cert", help: "A PEM file with the certificate and its chain. It is read again when it changes, and on SIGHUP."},
	{name: "tls.key", help: "A PEM file with the certificate's key."},
	{name: "metrics.addr", help: "An address of its own for Prometheus metrics, as in 127.0.0.1:9090. None where it is left out."},
	{name: "log.format", initial: "text", help: "text or json.", choices: []string{"text", "json"}},
	{name: "log.level", initial: "info", help: "The least that is logged: debug, info, warn or error.", choices: []string{"debug", "info", "warn", "error"}},
	{name: "traces.endpoint", help: "A collector that takes OpenTelemetry traces over HTTP, as in http://127.0.0.1:4318. None where it is left out."},
	{name: "traces.headers", help: "What is sent along to the collector, as in authorization=TOKEN.", secret: true},
	{name: "traces.share", initial: "1", help: "The share of requests that is traced, from 0 to 1."},
	{name: "session.idle", initial: "12h", help: "A session that is not used for so long ends."},
	{name: "session.limit", initial: "168h", help: "A session that is so old ends."},
	{name: "limit.connections", initial: "20000", help: "Connections in all."},
	{name: "limit.connections-address", initial: "1024", help: "Connections from one address; those of proxies do not count."},
	{name: "limit.streams", initial: "10000", help: "Live connections in all."},
	{name: "limit.streams-address", initial: "512", help: "Live connections from one address."},
	{name: "limit.streams-seat", initial: "64", help: "Live connections of one seat."},
	{name: "limit.requests", initial: "4096", help: "Requests under way in all."},
	{name: "limit.requests-address", initial: "512", help: "Requests under way from one address."},
}

// providerTable has what is set for each provider, below providers.ID.
var providerTable = []setting{
	{name: "title", help: "What its button says."},
	{name: "issuer", help: "Its issuer, as in https://accounts.example."},
	{name: "client-id", help: "What it knows this server by."},
	{name: "client-secret", help: "What this server proves that with.", secret: true},
}

func known(list []setting, name string) *setting {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}
