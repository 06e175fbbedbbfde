// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/netip"
	"strings"
	"time"
)

// prefix stands before the name of a setting in the environment.
const prefix = "ENTENTE_"

// setting is one thing that an operator may set.
type setting struct {
	name     string
	field    field
	standard string // what holds where nothing is set
	secret   bool   // may also be read from a file, and is never shown
	help     string
	example  string
}

// variable returns the name of the setting's environment variable.
func (s setting) variable() string { return prefix + strings.ToUpper(s.name) }

// group is settings under one heading of the reference.
type group struct {
	title    string
	settings []setting
}

// groups is every setting there is.
func groups() []group {
	return []group{
		{"Where things are", []setting{
			{name: "data", standard: "data", example: "/var/lib/entente", field: text(func(c *Config) *string { return &c.Data }),
				help: "Folder of the database (SQLite), the keys, the files and what is being brought in. Made if absent, for its owner alone."},
			{name: "database", secret: true, standard: "", example: "postgres://entente@db.example/entente?sslmode=verify-full",
				field: text(func(c *Config) *string { return &c.Database }, isDatabase),
				help:  "A `postgres://` address, or the path of a SQLite file. Without one, SQLite in `entente.db` in the data folder."},
			{name: "bus", secret: true, standard: "", example: "tls://nats1.example,tls://nats2.example",
				field: text(func(c *Config) *string { return &c.Bus }, isBus),
				help:  "NATS servers, separated by commas, for several nodes. Without them, messages stay in this process: right for one node, wrong for two."},
		}},
		{"Who reaches it", []setting{
			{name: "listen", standard: "localhost:8080", example: ":443", field: text(func(c *Config) *string { return &c.Listen }, isAddress),
				help: "Address (`host:port`) of the public listener."},
			{name: "origin", standard: "", example: "https://entente.example", field: text(func(c *Config) *string { return &c.Origin }, isOrigin),
				help: "What browsers call this server. Passkeys are bound to its host for good: to change it is to enrol everyone anew. `https`, but on localhost. Without it, the listener's own address."},
			{name: "proxies", standard: "", example: "10.0.0.0/8, 192.0.2.7", field: prefixes(func(c *Config) *[]netip.Prefix { return &c.Proxies }),
				help: "Addresses of the proxies in front, separated by commas. From these alone `X-Forwarded-For` is believed; without them every client behind a proxy shares one rate limit."},
		}},
		{"TLS", []setting{
			{name: "tls_certificate", standard: "", example: "/etc/entente/tls.crt", field: text(func(c *Config) *string { return &c.TLSCertificate }),
				help: "PEM file with the certificate and its chain. Read anew within ten seconds of a change, without a restart."},
			{name: "tls_key", standard: "", example: "/etc/entente/tls.key", field: text(func(c *Config) *string { return &c.TLSKey }),
				help: "PEM file with the certificate's key."},
			{name: "acme", standard: "", example: "https://acme-v02.api.letsencrypt.org/directory", field: text(func(c *Config) *string { return &c.ACME }, isHTTPS),
				help: "Directory of an ACME authority (RFC 8555) that certifies the origin's host, by TLS-ALPN-01 on the public listener or HTTP-01 on the redirect listener. Account and certificates are kept in `acme` in the data folder. One node; several put a proxy in front. To set it is to agree to the authority's terms."},
			{name: "acme_email", standard: "", example: "admin@entente.example", field: text(func(c *Config) *string { return &c.ACMEEmail }, isEmail),
				help: "Where the authority writes to about the certificate."},
			{name: "acme_roots", standard: "", example: "/etc/entente/authority.pem", field: text(func(c *Config) *string { return &c.ACMERoots }),
				help: "PEM file of roots by which the authority itself is trusted, where it is one's own."},
			{name: "redirect_listen", standard: "", example: ":80", field: text(func(c *Config) *string { return &c.Redirect }, isAddress),
				help: "Address of a second listener that sends plain HTTP on to the origin, and answers HTTP-01."},
		}},
		{"Who asks too much", []setting{
			{name: "max_connections", standard: "8192", example: "50000", field: number(func(c *Config) *int { return &c.MaxConnections }, 16, 1e6),
				help: "Connections open at once, about 25 KB of memory each. Beyond, those without a request are closed, of strangers first."},
			{name: "address_connections", standard: "128", example: "1000", field: number(func(c *Config) *int { return &c.AddressConnections }, 1, 1e6),
				help: "Connections of one address (IPv6: its /64) on which nobody is signed in. Raise it where thousands of members sit behind one address."},
			{name: "address_rate", standard: "10", example: "100", field: number(func(c *Config) *int { return &c.AddressRate }, 1, 1e6),
				help: "Pages a second of one address on which nobody is signed in; five seconds' worth may come at once."},
			{name: "member_rate", standard: "20", example: "1000", field: number(func(c *Config) *int { return &c.MemberRate }, 1, 1e6),
				help: "Pages a second of one member; five seconds' worth may come at once, a tenth of a second's at the same time. Dear pages (search, export, import) count for more."},
		}},
		{"The journal", []setting{
			{name: "checkpoint", standard: "1m", example: "10s", field: duration(func(c *Config) *time.Duration { return &c.Checkpoint }, time.Second, 24*time.Hour),
				help: "How often a checkpoint of the journal is signed. What was recorded since the last one is proven only by the next."},
			{name: "witnesses", standard: "", example: "https://witness.example witness.example/w1+d38a9d68+BA…", field: text(func(c *Config) *string { return &c.Witnesses }, isPairs),
				help: "Who cosigns the checkpoints: the address (submission prefix of C2SP tlog-witness) and the verifier key of each, all apart by spaces."},
		}},
		{"That nothing is lost", []setting{
			{name: "backup_recipients", standard: "", example: "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq", field: recipients(func(c *Config) *[]string { return &c.Recipients }),
				help: "Public keys that back-ups are sealed to (`age1…`, made by `age-keygen`), separated by commas: any one of their identities opens them. This server needs no identity, and must not have one."},
			{name: "withdrawals", standard: "", example: "/mnt/other/withdrawals.log", field: text(func(c *Config) *string { return &c.Withdrawals }),
				help: "File that the server appends to when something is taken from people (suspended, removed, undone), so that a restore does it again. Ids alone. Best on another disk than the database. Without it, `withdrawals.log` in the data folder."},
		}},
		{"Running it", []setting{
			{name: "log_level", standard: "info", example: "warn", field: text(func(c *Config) *string { return &c.LogLevel }, isOneOf("debug", "info", "warn", "error")),
				help: "`debug`, `info` (one line for each request), `warn` or `error`. Lines are JSON, on standard error."},
			{name: "metrics_listen", standard: "localhost:9464", example: "10.1.0.5:9464", field: text(func(c *Config) *string { return &c.Metrics }, isAddressOrOff),
				help: "Address of the operator's listener: `/metrics`, `/healthz`, and `/readyz` with its reasons. `off` for none. Nobody is asked to sign in there: keep it off public networks."},
			{name: "ready_lag", standard: "10000", example: "50000", field: number(func(c *Config) *int { return &c.ReadyLag }, 0, 1e9),
				help: "How many journal entries a follower (search, open pages) may be behind before this node says that it is not ready. 0: not looked at."},
			{name: "disk_reserve", standard: "256MB", example: "2GB", field: size(func(c *Config) *int64 { return &c.DiskReserve }),
				help: "How much must be free in the data folder for this node to be ready. 0: not looked at."},
			{name: "stop_grace", standard: "0s", example: "10s", field: duration(func(c *Config) *time.Duration { return &c.StopGrace }, 0, 5*time.Minute),
				help: "How long requests are still taken after SIGTERM, while `/readyz` already says no: as long as a balancer takes to see it."},
			{name: "stop_patience", standard: "20s", example: "1m", field: duration(func(c *Config) *time.Duration { return &c.StopPatience }, time.Second, 10*time.Minute),
				help: "How long requests under way are waited for after that."},
		}},
	}
}

func settings() (list []setting) {
	for _, g := range groups() {
		list = append(list, g.settings...)
	}
	return list
}
