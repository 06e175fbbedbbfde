// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"golang.org/x/crypto/sha3"
)

const (
	bitcoinAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	rippleAlphabet  = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
)

// wallet returns the address of a cryptocurrency wallet: bitcoin, litecoin,
// dogecoin, dash, zcash, tron, ripple and monero with their checksums verified;
// ethereum and its kin in lower case, whatever their mixed-case checksum says;
// solana, which has none.
func wallet(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if scheme, rest, ok := strings.Cut(text, ":"); ok && !strings.ContainsAny(scheme, "0123456789") {
		text, _, _ = strings.Cut(rest, "?")
	}
	if checkedWallet(text) {
		if out := strings.ToLower(text); isHexWallet(out) || isBech32(out) {
			return out, true
		}
		return text, true
	}
	key, ok := base58(text, bitcoinAlphabet)
	return text, ok && len(key) == 32
}

// checkedWallet reports whether text is an address whose form or checksum leaves
// no doubt, so that it can be told apart in running text.
func checkedWallet(text string) bool {
	if len(text) < 25 || len(text) > 110 {
		return false
	}
	low := strings.ToLower(text)
	switch {
	case strings.HasPrefix(low, "0x"):
		return isHexWallet(low)
	case text == low || text == strings.ToUpper(text):
		return isBech32(low) || isBase58Wallet(text)
	default:
		return isBase58Wallet(text)
	}
}

func isHexWallet(low string) bool {
	digits, ok := strings.CutPrefix(low, "0x")
	_, err := hex.DecodeString(digits)
	return ok && err == nil && len(digits) == 40
}

func isBase58Wallet(text string) bool {
	switch {
	case len(text) == 95 && (text[0] == '4' || text[0] == '8'):
		return isMonero(text)
	case len(text) > 40:
		return false
	case text[0] == 'r':
		version, ok := base58check(text, rippleAlphabet)
		return ok && bytes.Equal(version, []byte{0})
	}
	version, ok := base58check(text, bitcoinAlphabet)
	if !ok {
		return false
	}
	switch len(version) {
	case 1: // bitcoin 1 and 3, litecoin L and M, dogecoin D and 9, dash X and 7, tron T
		return bytes.IndexByte([]byte{0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41}, version[0]) >= 0
	case 2: // zcash t1 and t3
		return version[0] == 0x1C && (version[1] == 0xB8 || version[1] == 0xBD)
	default:
		return false
	}
}

// base58check returns the version bytes before the twenty bytes of a hash, when
// the four bytes of the checksum behind it are right.
func base58check(text, alphabet string) ([]byte, bool) {
	raw, ok := base58(text, alphabet)
	if !ok || len(raw) < 25 {
		return nil, false
	}
	body, check := raw[:len(raw)-4], raw[len(raw)-4:]
	once := sha256.Sum256(body)
	twice := sha256.Sum256(once[:])
	return body[:len(body)-20], bytes.Equal(twice[:4], check)
}

// base58 decodes up to 64 characters; each leading zero character is a zero byte.
func base58(text, alphabet string) ([]byte, bool) {
	if text == "" || len(text) > 64 {
		return nil, false
	}
	sum, base := new(big.Int), big.NewInt(58)
	zeros := 0
	for i := range len(text) {
		n := strings.IndexByte(alphabet, text[i])
		if n < 0 {
			return nil, false
		}
		if n == 0 && zeros == i {
			zeros++
		}
		sum.Add(sum.Mul(sum, base), big.NewInt(int64(n)))
	}
	return append(make([]byte, zeros), sum.Bytes()...), true
}

// isMonero reports whether text is a standard or sub-address of Monero: blocks
// of eleven characters for eight bytes each, checked with Keccak-256.
func isMonero(text string) bool {
	var raw []byte
	for len(text) > 0 {
		n := min(11, len(text))
		block, ok := base58(text[:n], bitcoinAlphabet)
		size := 8
		if n < 11 {
			size = 5
		}
		block = bytes.TrimLeft(block, "\x00")
		if !ok || len(block) > size {
			return false
		}
		raw = append(append(raw, make([]byte, size-len(block))...), block...)
		text = text[n:]
	}
	sum := sha3.NewLegacyKeccak256()
	sum.Write(raw[:len(raw)-4])
	return (raw[0] == 18 || raw[0] == 42) && bytes.Equal(sum.Sum(nil)[:4], raw[len(raw)-4:])
}

// isBech32 reports whether low is a segregated witness address (BIP 173 and 350)
// of bitcoin or litecoin, or one of cardano.
func isBech32(low string) bool {
	const charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	prefix, data, ok := cutLast(low, "1")
	if !ok || len(data) < 6 || prefix != "bc" && prefix != "ltc" && prefix != "addr" {
		return false
	}
	values := make([]byte, 0, 2*len(prefix)+1+len(data))
	for i := range len(prefix) {
		values = append(values, prefix[i]>>5)
	}
	values = append(values, 0)
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	for i := range len(data) {
		n := strings.IndexByte(charset, data[i])
		if n < 0 {
			return false
		}
		values = append(values, byte(n))
	}
	sum := bech32Sum(values)
	return sum == 1 || sum == 0x2BC830A3
}

func bech32Sum(values []byte) uint32 {
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = (sum&0x1FFFFFF)<<5 ^ uint32(v)
		for i, g := range [...]uint32{0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
