// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// hashLength returns the number of hexadecimal digits of a hash of that kind.
func hashLength(kind Kind) int {
	switch kind {
	case MD5:
		return 32
	case SHA1:
		return 40
	case SHA256:
		return 64
	default:
		return 128
	}
}

func digest(text string, length int) (string, bool) {
	text = strings.ToLower(text)
	_, err := hex.DecodeString(text)
	return text, err == nil && len(text) == length
}

// mac returns six pairs of lower-case digits parted by colons, from any of the
// usual ways to write them.
func mac(text string) (string, bool) {
	digits := strings.ToLower(without(text, ":-. "))
	if _, err := hex.DecodeString(digits); err != nil || len(digits) != 12 {
		return "", false
	}
	pairs := make([]string, 6)
	for i := range pairs {
		pairs[i] = digits[2*i : 2*i+2]
	}
	return strings.Join(pairs, ":"), true
}

// asn returns the number of an autonomous system as AS15139.
func asn(text string) (string, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(text), "AS"), "N")
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	return "AS" + strconv.FormatUint(n, 10), err == nil && n > 0
}

// phone returns a number as E.164 writes it: + and the country's code first.
// A national number is no value: it is another phone in each country.
func phone(text string) (string, bool) {
	if after, ok := cutPrefixFold(text, "tel:"); ok {
		text = after
	}
	text = strings.ReplaceAll(text, "(0)", "")
	text = without(text, " -./()\u00a0\u202f")
	if after, ok := strings.CutPrefix(text, "00"); ok {
		text = "+" + after
	}
	digits, international := strings.CutPrefix(text, "+")
	ok := international && isDigits(digits) && len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0'
	return text, ok
}

// imei returns the fifteen digits of a device. Fourteen digits lack the check
// digit, sixteen carry a software version instead, and networks send 0 for it.
func imei(text string) (string, bool) {
	text = without(text, " -/.")
	if !isDigits(text) || len(text) < 14 || len(text) > 16 {
		return "", false
	}
	body := text[:14]
	full := body + string('0'+luhnDigit(body))
	return full, len(text) != 15 || text == full || text[14] == '0'
}

// card returns the digits of a payment card whose check digit is right.
func card(text string) (string, bool) {
	text = without(text, " -")
	if !isDigits(text) || len(text) < 12 || len(text) > 19 {
		return "", false
	}
	last := len(text) - 1
	return text, text[last] == '0'+luhnDigit(text[:last])
}

// luhnDigit returns the check digit that follows body.
func luhnDigit(body string) byte {
	sum := 0
	for i := range len(body) {
		n := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return byte((10 - sum%10) % 10)
}

// iban returns an account number of ISO 13616, its length and check right.
func iban(text string) (string, bool) {
	text = strings.ToUpper(without(text, " -\u00a0"))
	if len(text) < 15 || len(text) > 34 {
		return "", false
	}
	want, known := ibanLength(text[:2])
	if known && want != len(text) || !isLetter(text[0]) || !isLetter(text[1]) {
		return "", false
	}
	rest := 0
	for _, c := range []byte(text[4:] + text[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case isLetter(c):
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return "", false
		}
	}
	return text, rest == 1 && isDigits(text[2:4])
}

// ibanLengths tells how long the numbers of each country are (SWIFT, IBAN
// registry).
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 " +
	"FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 " +
	"LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 " +
	"SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "

func ibanLength(country string) (int, bool) {
	_, after, ok := strings.Cut(ibanLengths, country)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(after[:2])
	return n, err == nil
}

// without returns s less all the characters of drop.
func without(s, drop string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(drop, r) {
			return -1
		}
		return r
	}, s)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
