// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
)

// field reads a setting's text into its place in a Config, or says what it
// wants instead.
type field struct {
	read func(*Config, string) error
	show func(*Config) string
}

func text(at func(*Config) *string, checks ...func(string) error) field {
	return field{
		read: func(c *Config, s string) error {
			*at(c) = s
			if s == "" {
				return nil
			}
			for _, check := range checks {
				if err := check(s); err != nil {
					return err
				}
			}
			return nil
		},
		show: func(c *Config) string { return *at(c) },
	}
}

func number(at func(*Config) *int, least, most int) field {
	return field{
		read: func(c *Config, s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < least || n > most {
				return fmt.Errorf("want a number from %d to %d", least, most)
			}
			*at(c) = n
			return nil
		},
		show: func(c *Config) string { return strconv.Itoa(*at(c)) },
	}
}

func duration(at func(*Config) *time.Duration, least, most time.Duration) field {
	return field{
		read: func(c *Config, s string) error {
			d, err := time.ParseDuration(s)
			if err != nil || d < least || d > most {
				return fmt.Errorf("want a time such as 15s or 2m, from %v to %v", least, most)
			}
			*at(c) = d
			return nil
		},
		show: func(c *Config) string { return at(c).String() },
	}
}

// units of a size, the longest name first.
var units = []struct {
	name  string
	bytes int64
}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}, {"", 1}}

func size(at func(*Config) *int64) field {
	return field{
		read: func(c *Config, s string) error {
			for _, u := range units {
				digits, ok := strings.CutSuffix(s, u.name)
				n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
				if ok && err == nil && n >= 0 && n <= 1e15/u.bytes {
					*at(c) = n * u.bytes
					return nil
				}
			}
			return errors.New("want a size such as 500MB or 2GB")
		},
		show: func(c *Config) string {
			n := *at(c)
			for _, u := range units {
				if n != 0 && n%u.bytes == 0 {
					return strconv.FormatInt(n/u.bytes, 10) + u.name
				}
			}
			return "0"
		},
	}
}

// apart splits a list whose parts commas or spaces keep apart.
func apart(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func prefixes(at func(*Config) *[]netip.Prefix) field {
	return field{
		read: func(c *Config, s string) error {
			*at(c) = nil
			for _, part := range apart(s) {
				p, err := netip.ParsePrefix(part)
				if address, other := netip.ParseAddr(part); other == nil {
					p, err = netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
				}
				if err != nil {
					return errors.New("want addresses or networks such as 10.0.0.0/8")
				}
				*at(c) = append(*at(c), p.Masked())
			}
			return nil
		},
		show: func(c *Config) string {
			var parts []string
			for _, p := range *at(c) {
				parts = append(parts, p.String())
			}
			return strings.Join(parts, ", ")
		},
	}
}

func recipients(at func(*Config) *[]string) field {
	return field{
		read: func(c *Config, s string) error {
			*at(c) = apart(s)
			for _, part := range *at(c) {
				if _, err := age.ParseRecipients(strings.NewReader(part)); err != nil {
					return errors.New("want public keys of age (age1…), separated by commas")
				}
			}
			return nil
		},
		show: func(c *Config) string { return strings.Join(*at(c), ", ") },
	}
}

func isAddress(s string) error {
	if _, port, err := net.SplitHostPort(s); err != nil || port == "" {
		return errors.New("want host:port")
	}
	return nil
}

// off is how one says that a listener with a standard address is not wanted.
const off = "off"

func isAddressOrOff(s string) error {
	if s == off {
		return nil
	}
	return isAddress(s)
}

func isOrigin(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("want https://host or https://host:port")
	}
	return nil
}

func isHTTPS(s string) error {
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" || u.Host == "" {
		return errors.New("want an https:// address")
	}
	return nil
}

func isDatabase(s string) error {
	scheme, _, ok := strings.Cut(s, "://")
	if ok && scheme != "postgres" && scheme != "postgresql" {
		return errors.New("want a postgres:// address or the path of a file")
	}
	if _, err := url.Parse(s); ok && err != nil {
		return errors.New("want a postgres:// address, its password percent-encoded")
	}
	return nil
}

func isBus(s string) error {
	for part := range strings.SplitSeq(s, ",") {
		u, err := url.Parse(strings.TrimSpace(part))
		if err != nil || u.Host == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return errors.New("want nats:// or tls:// addresses, separated by commas")
		}
	}
	return nil
}

func isEmail(s string) error {
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return errors.New("want an e-mail address")
	}
	return nil
}

func isOneOf(words ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("want one of %s", strings.Join(words, ", "))
		}
		return nil
	}
}

func isPairs(s string) error {
	if len(strings.Fields(s))%2 != 0 {
		return errors.New("want an address and a verifier key for each witness")
	}
	return nil
}
