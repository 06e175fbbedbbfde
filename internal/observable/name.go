// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// account returns "service:login" in lower case, the login without its "@", or
// the login alone where no service is told.
func account(text string) (string, bool) {
	text = lower(text)
	service, login, ok := strings.Cut(text, ":")
	if !ok {
		service, login = "", text
	}
	service, login = strings.TrimSpace(service), strings.TrimSpace(login)
	login = strings.TrimSpace(strings.TrimLeft(login, "@ "))
	if service == "" {
		return login, !strings.Contains(login, ":")
	}
	return service + ":" + login, login != ""
}

// plate returns the letters and digits of a registration plate.
func plate(text string) (string, bool) {
	text = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFKC.String(text))
	text = norm.NFKC.String(strings.ToUpper(text))
	return text, len(text) >= 2 && len(text) <= 32
}

// registryKey returns a key of the Windows registry, which knows no case, in
// lower case under the whole name of its hive.
func registryKey(text string) (string, bool) {
	hive, rest, _ := strings.Cut(strings.TrimRight(text, `\`), `\`)
	long := map[string]string{
		"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT",
		"HKU": "HKEY_USERS", "HKCC": "HKEY_CURRENT_CONFIG",
	}
	hive = strings.ToUpper(strings.TrimSuffix(hive, ":"))
	if whole, ok := long[hive]; ok {
		hive = whole
	}
	if rest == "" {
		return hive, strings.HasPrefix(hive, "HKEY_")
	}
	return hive + `\` + lower(rest), strings.HasPrefix(hive, "HKEY_")
}

// filename returns the last part of a path, in lower case.
func filename(text string) (string, bool) {
	if i := strings.LastIndexAny(text, `/\`); i >= 0 {
		text = text[i+1:]
	}
	text = strings.TrimSpace(lower(text))
	return text, text != "" && text != "." && text != ".."
}

func lower(s string) string { return norm.NFC.String(strings.ToLower(norm.NFC.String(s))) }
