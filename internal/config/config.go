// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"net/netip"
	"net/url"
	"time"

	"entente.example/internal/loopback"
)

// Config is everything that an operator may set, read and checked.
type Config struct {
	Data     string // folder of the database, the keys and the files
	Database string // a postgres:// address, or the path of a SQLite file
	Listen   string // address of the public listener
	Origin   string // what browsers call this server, e.g. https://entente.example
	Bus      string // NATS servers; empty: in this process
	LogLevel string

	Metrics      string        // address of the operator's listener; empty: none
	ReadyLag     int           // entries a follower may be behind; 0: not looked at
	DiskReserve  int64         // bytes that must be free in the data folder; 0: not looked at
	StopGrace    time.Duration // how long requests are still taken after the word to stop
	StopPatience time.Duration // how long requests under way are waited for; 0: the standard

	Checkpoint time.Duration // how often the journal is signed; 0: the standard
	Witnesses  string        // who cosigns it: address and verifier key of each, all apart by spaces

	TLSCertificate string // PEM files; empty: no TLS by files
	TLSKey         string
	ACME           string // directory of an ACME authority; empty: none
	ACMEEmail      string
	ACMERoots      string         // PEM file of the authority's own roots; empty: the system's
	Redirect       string         // address that sends plain HTTP to the origin; empty: none
	Proxies        []netip.Prefix // whose word on a client's address counts

	MaxConnections     int      // open at once, in all; this and the next three: 0 is the standard
	AddressConnections int      // of one address on which nobody is signed in
	AddressRate        int      // pages a second of one address on which nobody is signed in
	MemberRate         int      // pages a second of one member
	Recipients         []string // age1… that back-ups are sealed to
	Withdrawals        string   // file of what was taken from people; empty: in the data folder

	from map[string]string // where each setting that was given came from
}

// Given reports whether the operator set the setting of that name.
func (c Config) Given(name string) bool { return c.from[name] != "" }

// WithStandards returns c with the standard of each setting for which 0 is no value:
// for a Config that a program made.
func (c Config) WithStandards() Config {
	standard, err := load("", nil)
	if err != nil {
		panic(err) // they are constants, and valid
	}
	c.Checkpoint = cmp.Or(c.Checkpoint, standard.Checkpoint)
	c.StopPatience = cmp.Or(c.StopPatience, standard.StopPatience)
	c.MaxConnections = cmp.Or(c.MaxConnections, standard.MaxConnections)
	c.AddressConnections = cmp.Or(c.AddressConnections, standard.AddressConnections)
	c.AddressRate = cmp.Or(c.AddressRate, standard.AddressRate)
	c.MemberRate = cmp.Or(c.MemberRate, standard.MemberRate)
	return c
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
func (c Config) Local() bool { return loopback.Is(c.Host()) }

// TLS reports whether the public listener itself speaks TLS.
func (c Config) TLS() bool { return c.TLSCertificate != "" || c.ACME != "" }

// Secure reports whether browsers reach this server by https.
func (c Config) Secure() bool {
	origin, err := url.Parse(c.Origin)
	return err == nil && origin.Scheme == "https"
}
