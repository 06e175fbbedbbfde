// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// forTests reports whether a variable is one of the project's own tests: no setting.
func forTests(variable string) bool {
	return strings.HasPrefix(variable, prefix+"TEST_") || variable == prefix+"SHARED_DATA"
}

// given is the text of a setting and where it was found.
type given struct{ text, from string }

// Load reads the file of that name, if it is not empty, and then the
// environment, which wins. Its error names every setting that is wrong.
func Load(name string) (Config, error) { return load(name, os.Environ()) }

func load(name string, environ []string) (Config, error) {
	found := map[string]given{}
	var errs []error
	if name != "" {
		errs = append(errs, fromFile(name, found))
	}
	fromEnviron(environ, found)
	c := Config{from: map[string]string{}}
	errs = append(errs, fromSecretFiles(found))
	for _, s := range settings() {
		g, ok := found[s.name]
		delete(found, s.name)
		if !ok {
			g.text = s.standard
		} else {
			c.from[s.name] = g.from
		}
		if err := s.field.read(&c, g.text); err != nil {
			errs = append(errs, c.wrong(s.name, err.Error()))
		}
	}
	for _, unknown := range slices.Sorted(maps.Keys(found)) {
		errs = append(errs, fmt.Errorf("setting %s (%s): there is none of this name", unknown, found[unknown].from))
	}
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	c = c.filled()
	return c, c.checked()
}

// wrong is the error of one setting; it does not repeat its value, which may be
// a secret.
func (c Config) wrong(name, why string) error {
	return fmt.Errorf("setting %s (%s): %s", name, cmp.Or(c.from[name], "not set"), why)
}

func fromFile(name string, found map[string]given) error {
	k := koanf.New(".")
	if err := k.Load(file.Provider(name), toml.Parser()); err != nil {
		return fmt.Errorf("read settings file: %w", err)
	}
	for key, value := range k.All() {
		text := fmt.Sprint(value)
		if list, ok := value.([]any); ok {
			parts := make([]string, len(list))
			for i, part := range list {
				parts[i] = fmt.Sprint(part)
			}
			text = strings.Join(parts, ",")
		}
		found[key] = given{text, name}
	}
	return nil
}

func fromEnviron(environ []string, found map[string]given) {
	for _, line := range environ {
		variable, value, _ := strings.Cut(line, "=")
		rest, ok := strings.CutPrefix(variable, prefix)
		if !ok || forTests(variable) {
			continue
		}
		name := strings.ToLower(rest)
		// A secret from a file in the environment stands before one of the settings file.
		if base, isFile := strings.CutSuffix(name, secretFile); isFile && found[base].from != "" && !strings.HasPrefix(found[base].from, prefix) {
			delete(found, base)
		}
		found[name] = given{value, variable}
	}
}

// secretFile ends the name of a setting that names a file with a secret.
const secretFile = "_file"

// fromSecretFiles reads secrets that lie in files of their own.
func fromSecretFiles(found map[string]given) error {
	var errs []error
	for _, s := range settings() {
		g, ok := found[s.name+secretFile]
		if !ok || !s.secret {
			continue
		}
		delete(found, s.name+secretFile)
		if direct, both := found[s.name]; both {
			errs = append(errs, fmt.Errorf("setting %s (%s) and %s%s (%s): set one of them", s.name, direct.from, s.name, secretFile, g.from))
			continue
		}
		content, err := os.ReadFile(g.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("setting %s%s (%s): %w", s.name, secretFile, g.from, err))
			continue
		}
		found[s.name] = given{strings.TrimSpace(string(content)), "file named by " + g.from}
	}
	return errors.Join(errs...)
}

// filled derives what was left open from what was set.
func (c Config) filled() Config {
	c.Database = cmp.Or(c.Database, filepath.Join(c.Data, "entente.db"))
	scheme := "http://"
	if c.TLS() {
		scheme = "https://"
	}
	c.Origin = strings.TrimSuffix(cmp.Or(c.Origin, scheme+c.Listen), "/")
	if c.Metrics == off {
		c.Metrics = ""
	}
	return c
}

// checked looks at settings that depend on each other.
func (c Config) checked() error {
	var errs []error
	refuse := func(bad bool, name, why string) {
		if bad {
			errs = append(errs, c.wrong(name, why))
		}
	}
	refuse(c.Data == "", "data", "want the path of a folder")
	refuse(!c.Secure() && !c.Local(), "origin", "passkeys and cookies need https, but on localhost")
	refuse(c.TLS() && !c.Secure(), "origin", "the listener speaks TLS: want https://")
	refuse((c.TLSCertificate == "") != (c.TLSKey == ""), "tls_key", "tls_certificate and tls_key go together")
	refuse(c.ACME != "" && c.TLSCertificate != "", "acme", "set a certificate or an authority, not both")
	refuse(c.ACME != "" && !strings.Contains(c.Host(), "."), "acme", "an authority certifies a full host name: set origin")
	refuse(c.ACME == "" && (c.ACMEEmail != "" || c.ACMERoots != ""), "acme", "acme_email and acme_roots need it")
	refuse(c.Redirect != "" && !c.Secure(), "redirect_listen", "there is no https to send to: set origin")
	return errors.Join(errs...)
}
