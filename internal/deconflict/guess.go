// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/observable"
)

// A run is at least runLength values of one series, each at most runGap from the
// one before: nobody's case holds such, a search through all values does.
const (
	runLength = 8
	runGap    = 4
)

// series is a row of values that are counted through: a kind, and what stands
// before the number.
type series struct {
	kind   observable.Kind
	prefix string
}

// Guesses returns those of the values that came in runs.
func Guesses(values []observable.Value) map[observable.Value]bool {
	type member struct {
		number uint64
		value  observable.Value
	}
	rows := map[series][]member{}
	for _, v := range values {
		if prefix, number, ok := numbered(v); ok {
			row := series{v.Kind, prefix}
			rows[row] = append(rows[row], member{number, v})
		}
	}
	guesses := map[observable.Value]bool{}
	for _, row := range rows {
		slices.SortFunc(row, func(a, b member) int { return cmp.Compare(a.number, b.number) })
		row = slices.CompactFunc(row, func(a, b member) bool { return a.value == b.value })
		for start := 0; start < len(row); {
			end := start + 1
			for end < len(row) && row[end].number-row[end-1].number <= runGap {
				end++
			}
			if end-start >= runLength {
				for _, m := range row[start:end] {
					guesses[m.value] = true
				}
			}
			start = end
		}
	}
	return guesses
}

// numbered takes a guessable value apart into its series and its number there.
// Check digits are no part of the number: neighbours would lie far apart.
func numbered(v observable.Value) (prefix string, number uint64, ok bool) {
	if !observable.Guessable(v.Kind) {
		return "", 0, false
	}
	text := v.Text
	switch v.Kind {
	case observable.IPv4:
		addr, err := netip.ParseAddr(text)
		if err != nil || !addr.Is4() {
			return "", 0, false
		}
		b := addr.As4()
		return "", uint64(binary.BigEndian.Uint32(b[:])), true
	case observable.MAC:
		n, err := strconv.ParseUint(strings.NewReplacer(":", "", "-", "").Replace(text), 16, 64)
		return "", n, err == nil
	case observable.IMEI, observable.Card:
		text = text[:max(len(text)-1, 0)]
	case observable.IBAN:
		if len(text) > 4 {
			text = text[:2] + text[4:]
		}
	}
	return lastNumber(text)
}

// lastNumber reads the digits that text ends with, at most 18 of them.
func lastNumber(text string) (prefix string, number uint64, ok bool) {
	start := len(text)
	for start > 0 && text[start-1] >= '0' && text[start-1] <= '9' && len(text)-start < 18 {
		start--
	}
	number, err := strconv.ParseUint(text[start:], 10, 64)
	return text[:start], number, err == nil
}
