// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
)

// hidden stands in the place of a secret.
const hidden = "(secret)"

// Show writes each setting with its value, secrets masked, and where it came
// from.
func (c Config) Show(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range settings() {
		value := s.field.show(&c)
		if s.secret {
			value = masked(value)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.name, cmp.Or(value, "-"), cmp.Or(c.from[s.name], "standard"))
	}
	return table.Flush()
}

// masked shows of a secret where it leads, not what opens it.
func masked(value string) string {
	if !strings.Contains(value, "://") {
		return value // the path of a file, or nothing
	}
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		u, err := url.Parse(strings.TrimSpace(part))
		if err != nil {
			return hidden
		}
		if u.User != nil {
			u.User = url.User(hidden)
		}
		if u.RawQuery != "" {
			u.RawQuery = hidden // a password may stand here, too
		}
		text, err := url.PathUnescape(u.String())
		if err != nil {
			return hidden
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ",")
}

// Reference is docs/settings.md.
func Reference() string {
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

// Variables lists the names that the environment may hold.
func Variables() (names []string) {
	for _, s := range settings() {
		names = append(names, s.variable())
		if s.secret {
			names = append(names, s.variable()+strings.ToUpper(secretFile))
		}
	}
	return names
}
