// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"crypto/sha1" //nolint:gosec // what RFC 9562 asks for; it guards nothing
	"encoding/hex"
	"strings"
)

// parseUUID returns a UUID of any version in lower case.
func parseUUID(text string) (string, bool) {
	id := strings.ToLower(strings.TrimSpace(text))
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return "", false
	}
	_, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return id, err == nil && strings.Count(id, "-") == 4
}

// namespace is that of the ids of parts that came without one.
const namespace = "5d1f2a7e-9c34-4b0e-8a61-3f7b2c9d4e10"

// derivedUUID returns the id of what names tell apart: RFC 9562, version 5. Each
// name ends with a zero byte, so that no two lists run together.
func derivedUUID(names ...string) string {
	space, err := hex.DecodeString(strings.ReplaceAll(namespace, "-", ""))
	if err != nil {
		panic("mispjson: namespace is no UUID")
	}
	sum := sha1.Sum(append(space, strings.Join(names, "\x00")+"\x00"...))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
