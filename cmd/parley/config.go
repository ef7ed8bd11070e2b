package main

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"parley/internal/config"
)

// settings are the flags of all settings. Those of the commands that have them are made of the one list that there is.
type settings struct {
	Config string `help:"A YAML file with settings (PARLEY_CONFIG)." placeholder:"FILE"`
	kong.Plugins
}

// newSettings has a flag for each setting, which is nil unless it is given.
func newSettings() settings {
	var fields []reflect.StructField
	for i, item := range config.Items() {
		help := item.Help + " (" + item.Variable
		if item.Initial != "" {
			help += ", else " + item.Initial
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("Setting%d", i),
			Type: reflect.TypeFor[*string](),
			Tag:  reflect.StructTag(fmt.Sprintf(`name:%q help:%q placeholder:%q`, item.Flag, help+")", strings.ToUpper(item.Flag[strings.LastIndex(item.Flag, "-")+1:]))),
		})
	}
	return settings{Plugins: kong.Plugins{reflect.New(reflect.StructOf(fields)).Interface()}}
}

// load reads the settings from the flags that were given, the environment and the file.
func (s *settings) load(p *program) (*config.Loaded, error) {
	flags := map[string]string{}
	at := reflect.ValueOf(s.Plugins[0]).Elem()
	for i, item := range config.Items() {
		if v, ok := reflect.TypeAssert[*string](at.Field(i)); ok && v != nil {
			flags[item.Name] = *v
		}
	}
	file := s.Config
	if file == "" {
		file = p.env("PARLEY_CONFIG")
	}
	l, err := config.Load(config.Sources{Flags: flags, Env: p.env, File: file})
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return l, nil
}

// folder is the folder of a command that needs nothing else of the settings.
type folder struct {
	Config string `help:"A YAML file with settings (PARLEY_CONFIG)." placeholder:"FILE"`
}

// find fills in what was not given of the folder and the pin as the server's settings have it. A pin of nil is not asked for.
func (f *folder) find(p *program, data, pin *string) error {
	if *data != "" && (pin == nil || *pin != "") {
		return nil
	}
	l, err := config.Load(config.Sources{Env: p.env, File: cmp.Or(f.Config, p.env("PARLEY_CONFIG"))})
	if err != nil {
		return &exitError{exitUsage, err}
	}
	*data = cmp.Or(*data, l.Data)
	if pin != nil {
		*pin = cmp.Or(*pin, l.Pin)
	}
	return nil
}

type configCmd struct {
	settings
}

// Run prints what is set, and where.
func (c *configCmd) Run(p *program) error {
	l, err := c.load(p)
	if err != nil {
		return err
	}
	return l.Print(p.stdout)
}

// origin is where browsers find a server that listens at an address: what is set, or this machine.
func origin(s *config.Settings, addr string) string {
	if s.Origin != "" {
		return s.Origin
	}
	u := url.URL{Scheme: "http", Host: "localhost"}
	if s.Cert != "" {
		u.Scheme = "https"
	}
	if _, port, err := net.SplitHostPort(addr); err == nil {
		u.Host = net.JoinHostPort("localhost", port)
	}
	return u.String()
}

// logger writes for who runs the server, as the settings say.
func logger(s *config.Settings, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
