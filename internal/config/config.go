// SPDX-License-Identifier: Apache-2.0

// Package config reads the settings of a server from a file and from the
// environment, and checks them: a setting that is wrong is named.
package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"entente.example/internal/fault"
)

// Config is everything that an operator may set. Each setting is also an
// environment variable: ENTENTE_ and its name in upper case.
type Config struct {
	Data     string `koanf:"data"`     // folder of the database, the keys and the files
	Database string `koanf:"database"` // a postgres:// address; empty: SQLite in the data folder
	Listen   string `koanf:"listen"`   // address to listen on
	Origin   string `koanf:"origin"`   // what browsers call this server, e.g. https://entente.example
	Bus      string `koanf:"bus"`      // NATS servers; empty: in this process
	LogLevel string `koanf:"log_level"`
}

const prefix = "ENTENTE_"

// Load reads the file of that name, if it is not empty, and then the
// environment, which wins.
func Load(name string) (Config, error) {
	k := koanf.New(".")
	if name != "" {
		if err := k.Load(file.Provider(name), toml.Parser()); err != nil {
			return Config{}, fmt.Errorf("read settings file: %w", err)
		}
	}
	fromEnv := env.Provider(".", env.Opt{Prefix: prefix, TransformFunc: func(name, value string) (string, any) {
		return strings.ToLower(strings.TrimPrefix(name, prefix)), value
	}})
	if err := k.Load(fromEnv, nil); err != nil {
		return Config{}, fmt.Errorf("read settings from the environment: %w", err)
	}
	var c Config
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	return c.filled().checked()
}

func (c Config) filled() Config {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&c.Data, "data")
	set(&c.Listen, "localhost:8080")
	set(&c.Database, filepath.Join(c.Data, "entente.db"))
	set(&c.Origin, "http://"+c.Listen)
	set(&c.LogLevel, "info")
	return c
}

func (c Config) checked() (Config, error) {
	wrong := func(field, why string) (Config, error) {
		return Config{}, fault.Wrap(fault.Invalid, "error.internal", fmt.Errorf("setting %s%s: %s", prefix, strings.ToUpper(field), why)).On(field)
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		return wrong("listen", "want host:port, have "+c.Listen)
	}
	origin, err := url.Parse(c.Origin)
	if err != nil || origin.Host == "" || origin.Path != "" && origin.Path != "/" {
		return wrong("origin", "want https://host or https://host:port, have "+c.Origin)
	}
	if origin.Scheme != "https" && !c.Local() {
		return wrong("origin", "passkeys and cookies need https, but on localhost: "+c.Origin)
	}
	if strings.Contains(c.Database, "://") && !strings.HasPrefix(c.Database, "postgres://") {
		return wrong("database", "want a postgres:// address or the path of a file")
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		return wrong("log_level", "want debug, info, warn or error, have "+c.LogLevel)
	}
	c.Origin = strings.TrimSuffix(c.Origin, "/")
	return c, os.MkdirAll(c.Data, 0o700)
}

// Host returns the host that browsers know this server by: the relying party of
// its passkeys (WebAuthn).
func (c Config) Host() string {
	origin, err := url.Parse(c.Origin)
	if err != nil {
		return ""
	}
	return origin.Hostname()
}

// Local reports whether the server is for this machine alone.
func (c Config) Local() bool {
	host := c.Host()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
