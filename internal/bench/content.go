// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// indicatorSize is the size of an indicator in bytes: that of the indicators
// that other programs were measured with.
const indicatorSize = 744

// chance returns the numbers that object n of a series is made of.
func chance(series, n int) *rand.Rand { return rand.New(rand.NewPCG(uint64(series), uint64(n))) }

// uuid returns a version 4 identifier.
func uuid(r *rand.Rand) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.Uint64())
	binary.BigEndian.PutUint64(b[8:], r.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// value is a technical value: what MISP calls its type, and a pattern for it.
type value struct{ kind, text string }

// valueOf returns value n of a series: domains, addresses, URLs and digests in
// turn, no two alike, and no run of them.
func valueOf(series, n int) value {
	r := chance(series, n)
	word := strings.ToLower(hex.EncodeToString(binary.BigEndian.AppendUint64(nil, r.Uint64())))
	switch n % 4 {
	case 0:
		return value{"domain", word + ".bench-" + word[:3] + ".example"}
	case 1:
		return value{"url", "http://" + word[:9] + ".example/" + word[9:] + "/index"}
	case 2:
		return value{"ip-dst", fmt.Sprintf("%d.%d.%d.%d", 11+r.IntN(100), r.IntN(256), r.IntN(256), 1+r.IntN(254))}
	default:
		return value{"sha256", word + uuidHex(r) + word}
	}
}

func uuidHex(r *rand.Rand) string { return strings.ReplaceAll(uuid(r), "-", "") }

func (v value) pattern() string {
	switch v.kind {
	case "domain":
		return "[domain-name:value = '" + v.text + "']"
	case "url":
		return "[url:value = '" + v.text + "']"
	case "ip-dst":
		return "[ipv4-addr:value = '" + v.text + "']"
	default:
		return "[file:hashes.'SHA-256' = '" + v.text + "']"
	}
}

// day returns a time of the invented past.
func day(n int) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

const stamp = "2006-01-02T15:04:05.000Z"

const filler = "Seen in traffic between an invented host and an invented victim; the certificate, the path and the user agent are " +
	"those of the campaign described in the report. Confirmed by a second source, which asks for nothing to be done yet. "

// Indicator returns indicator n of a series: STIX 2.1, of indicatorSize bytes,
// whose value is that of valueOf(values, n).
func Indicator(series, values, n int) []byte {
	r := chance(series+1_000_003, n)
	created := day(n).Format(stamp)
	head := fmt.Sprintf(`{"type":"indicator","spec_version":"2.1","id":"indicator--%s","created":"%s","modified":"%s","name":"Bench indicator %d",`+
		`"indicator_types":["malicious-activity"],"pattern":"%s","pattern_type":"stix","valid_from":"%s","confidence":%d,"description":"`,
		uuid(r), created, created, n, valueOf(values, n).pattern(), created, 10*r.IntN(10))
	const tail = `"}`
	room := max(0, indicatorSize-len(head)-len(tail))
	return []byte(head + strings.Repeat(filler, 1+room/len(filler))[:room] + tail)
}

// bundle writes a STIX bundle of the indicators from first on.
func bundle(w io.Writer, series, first, n int) error {
	if _, err := fmt.Fprintf(w, `{"type":"bundle","id":"bundle--%s","objects":[`, uuid(chance(series+7, first))); err != nil {
		return err
	}
	for i := range n {
		if i > 0 {
			if _, err := io.WriteString(w, ",\n"); err != nil {
				return err
			}
		}
		if _, err := w.Write(Indicator(series, series, first+i)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}")
	return err
}

// event writes a MISP event of n attributes, every second of which has a value
// that the series known has as well.
func event(w io.Writer, series, known, first, n int) error {
	if _, err := fmt.Fprintf(w, `{"Event":{"uuid":"%s","info":"Bench event","date":"2026-02-01","timestamp":"1769904000","Attribute":[`,
		uuid(chance(series+11, first))); err != nil {
		return err
	}
	for i := range n {
		values := series
		if i/4%2 == 1 {
			values = known
		}
		v, comma := valueOf(values, first+i), ","
		if i == 0 {
			comma = ""
		}
		_, err := fmt.Fprintf(w, `%s{"uuid":"%s","type":"%s","category":"Network activity","to_ids":true,"timestamp":"%d","value":"%s","comment":"%s"}`,
			comma, uuid(chance(series+13, first+i)), v.kind, day(first+i).Unix(), v.text, "Bench attribute")
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}}")
	return err
}

// say returns post n: some sentences, with a list now and then.
func say(n int) string {
	r := chance(17, n)
	words := strings.Fields(filler)
	var b strings.Builder
	for i := range 40 + r.IntN(40) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[r.IntN(len(words))])
	}
	if n%5 == 0 {
		fmt.Fprintf(&b, "\n\n- first, **%d** of them\n- then `%s`", n, valueOf(19, n).text)
	}
	return b.String()
}
