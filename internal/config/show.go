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
