// SPDX-License-Identifier: Apache-2.0

package member

import (
	"slices"
	"time"

	"entente.example/internal/fault"
)

// Settings is how a member reads.
type Settings struct {
	Language string // a tag of package words, or empty: as the browser asks
	TimeZone string // a name of the IANA time zone database
	Theme    string // "light", "dark", or empty: as the system is set
	KeysOff  bool   // no shortcuts of a single key
}

var (
	languages = []string{"", "en", "fr", "es", "ar"}
	themes    = []string{"", "light", "dark"}
)

// Validate fails with fault.Invalid on each field that names nothing known.
func (s Settings) Validate() error {
	return fault.All(
		fault.If(!slices.Contains(languages, s.Language), invalid("language", "member.language.unknown")),
		fault.If(!isZone(s.TimeZone), invalid("time_zone", "member.zone.unknown")),
		fault.If(!slices.Contains(themes, s.Theme), invalid("theme", "member.theme.unknown")),
	)
}

// isZone reports whether name is a time zone: not the server's own, which Go
// calls Local and the empty name.
func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
