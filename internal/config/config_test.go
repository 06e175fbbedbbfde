// SPDX-License-Identifier: Apache-2.0

package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite docs/settings.md")

func written(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		environ []string
		want    []string
	}{
		"an unknown key of the file":           {file: `colour = "red"`, want: []string{"colour", "settings.toml", "none of this name"}},
		"a table of the file":                  {file: "[tls]\ncertificate = \"x\"", want: []string{"tls.certificate"}},
		"an unknown variable":                  {environ: []string{"ENTENTE_COLOUR=red"}, want: []string{"colour (ENTENTE_COLOUR)"}},
		"no file for what is no secret":        {environ: []string{"ENTENTE_LISTEN_FILE=/x"}, want: []string{"listen_file"}},
		"several, all at once":                 {environ: []string{"ENTENTE_LISTEN=8080", "ENTENTE_READY_LAG=-1", "ENTENTE_STOP_GRACE=9"}, want: []string{"listen (ENTENTE_LISTEN): want host:port", "ready_lag", "stop_grace"}},
		"plain http for others":                {environ: []string{"ENTENTE_ORIGIN=http://entente.example"}, want: []string{"origin", "https"}},
		"an origin with a path":                {environ: []string{"ENTENTE_ORIGIN=https://entente.example/x"}, want: []string{"origin"}},
		"another database":                     {environ: []string{"ENTENTE_DATABASE=mysql://root:hunter2@db"}, want: []string{"database", "postgres://"}},
		"a key without its certificate":        {environ: []string{"ENTENTE_TLS_KEY=x", "ENTENTE_ORIGIN=https://e.example"}, want: []string{"tls_key", "go together"}},
		"a certificate and an authority":       {environ: []string{"ENTENTE_TLS_KEY=x", "ENTENTE_TLS_CERTIFICATE=x", "ENTENTE_ACME=https://ca.example/d", "ENTENTE_ORIGIN=https://e.example"}, want: []string{"not both"}},
		"a proxy that is no address":           {environ: []string{"ENTENTE_PROXIES=balancer"}, want: []string{"proxies"}},
		"a size that is none":                  {environ: []string{"ENTENTE_DISK_RESERVE=much"}, want: []string{"disk_reserve"}},
		"a secret twice":                       {environ: []string{"ENTENTE_BUS=nats://a", "ENTENTE_BUS_FILE=/x"}, want: []string{"bus", "one of them"}},
		"a secret's file that is not there":    {environ: []string{"ENTENTE_BUS_FILE=/nowhere/x"}, want: []string{"bus_file"}},
		"a redirect with nowhere to go":        {environ: []string{"ENTENTE_REDIRECT_LISTEN=:80"}, want: []string{"redirect_listen"}},
		"a file that is no TOML":               {file: "data data", want: []string{"settings file"}},
		"a recipient that is a secret key":     {environ: []string{"ENTENTE_BACKUP_RECIPIENTS=AGE-SECRET-KEY-1QYQSZQGP"}, want: []string{"backup_recipients", "age1"}},
		"a recipient that was copied in part":  {environ: []string{"ENTENTE_BACKUP_RECIPIENTS=age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq,age1qyqszqgpqyq"}, want: []string{"backup_recipients"}},
		"a log level that nobody has heard of": {environ: []string{"ENTENTE_LOG_LEVEL=loud"}, want: []string{"log_level", "debug, info"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := ""
			if c.file != "" {
				file = written(t, c.file)
			}
			_, err := load(file, c.environ)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q tells a secret", err)
			}
		})
	}
}

func TestTheEnvironmentWinsOverTheFileAndTheFileOverWhatIsStandard(t *testing.T) {
	file := written(t, "listen = \"localhost:1\"\nlog_level = \"warn\"\nproxies = [\"10.0.0.0/8\", \"192.0.2.7\"]\nready_lag = 5\nbus = \"nats://of-the-file\"\n")
	secret := written(t, "nats://user:hunter2@bus.example\n")
	c, err := load(file, []string{"ENTENTE_LISTEN=localhost:2", "ENTENTE_BUS_FILE=" + secret, "ENTENTE_DATA=/tmp/x", "ENTENTE_TEST_WITHOUT=postgres", "PATH=/bin", "ENTENTE_STOP_PATIENCE=1m"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "localhost:2" || c.LogLevel != "warn" || len(c.Proxies) != 2 || c.ReadyLag != 5 || c.Bus != "nats://user:hunter2@bus.example" ||
		c.Database != "/tmp/x/entente.db" || c.Origin != "http://localhost:2" || c.DiskReserve != 256e6 || c.StopPatience != time.Minute {
		t.Errorf("%+v", c)
	}
	var shown strings.Builder
	if err := c.Show(&shown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"localhost:2 ", "ENTENTE_LISTEN", "settings.toml", "file named by ENTENTE_BUS_FILE", "standard", "nats://(secret)@bus.example", "256MB"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%q is not in\n%s", want, &shown)
		}
	}
	if strings.Contains(shown.String(), "hunter2") {
		t.Error("a secret is shown")
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for value, want := range map[string]string{
		"data/entente.db": "data/entente.db",
		"postgres://ann:hunter2@db/x?password=hunter2": "postgres://(secret)@db/x?(secret)",
		"nats://hunter2@one, tls://two":                "nats://(secret)@one,tls://two",
		"postgres://ann:hunt%zz@db":                    hidden,
	} {
		if got := masked(value); got != want {
			t.Errorf("%q is shown as %q; want %q", value, got, want)
		}
	}
}

// reference is docs/settings.md.
func reference() string {
	var b strings.Builder
	b.WriteString(`# Settings

<!-- Made from internal/config/settings.go by: go test ./internal/config -update -->

Each setting is a line of a TOML file (` + "`entente --config FILE serve`" + `) and an environment variable, which wins. A name that does not exist is an error,
so is a value that cannot be; all that is wrong is listed at once, each with its name and where it was found. ` + "`entente settings`" + ` prints what
holds, where it came from, and no secret. Settings are read at the start: to change one, restart, which loses nothing (see [operate.md](operate.md)).

Where a row says *secret*, the value may lie in a file of its own: put its path into the name with ` + "`_file`" + ` (` + "`_FILE`" + `) behind it.
`)
	for _, g := range groups() {
		fmt.Fprintf(&b, "\n## %s\n\n| setting | variable | if not set | what it does |\n| --- | --- | --- | --- |\n", g.title)
		for _, s := range g.settings {
			secret := ""
			if s.secret {
				secret = " *Secret.*"
			}
			standard := "-"
			if s.standard != "" {
				standard = "`" + s.standard + "`"
			}
			fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s%s For example `%s`. |\n", s.name, s.variable(), standard, s.help, secret, s.example)
		}
	}
	return b.String()
}

func TestTheReferenceIsCurrent(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "settings.md")
	if *update {
		if err := os.WriteFile(name, []byte(reference()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil || string(text) != reference() {
		t.Errorf("docs/settings.md is not what the settings are (%v): go test ./internal/config -update", err)
	}
}

func TestEachExampleIsOneThatIsTaken(t *testing.T) {
	for _, s := range settings() {
		var c Config
		if err := s.field.read(&c, s.example); err != nil {
			t.Errorf("%s: the example %q: %v", s.name, s.example, err)
		}
		if err := s.field.read(&c, s.standard); err != nil {
			t.Errorf("%s: what is standard, %q: %v", s.name, s.standard, err)
		}
	}
}

func TestAConfigOfAProgramGetsTheStandards(t *testing.T) {
	c := Config{MemberRate: 3}.WithStandards()
	if c.MemberRate != 3 || c.MaxConnections != 8192 || c.AddressConnections != 128 || c.AddressRate != 10 || c.Checkpoint != time.Minute || c.StopPatience != 20*time.Second {
		t.Errorf("%+v", c)
	}
	if c.ReadyLag != 0 || c.DiskReserve != 0 {
		t.Errorf("what may be 0 did not stay it: %+v", c)
	}
}
