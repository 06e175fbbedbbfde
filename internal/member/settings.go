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
}

var (
	languages = []string{"", "en", "fr", "es", "ar"}
	themes    = []string{"", "light", "dark"}
)

// Validate fails with fault.Invalid on the field that names nothing known.
func (s Settings) Validate() error {
	switch {
	case !slices.Contains(languages, s.Language):
		return fault.New(fault.Invalid, "member.language.unknown").On("language")
	case !isZone(s.TimeZone):
		return fault.New(fault.Invalid, "member.zone.unknown").On("time_zone")
	case !slices.Contains(themes, s.Theme):
		return fault.New(fault.Invalid, "member.theme.unknown").On("theme")
	}
	return nil
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
