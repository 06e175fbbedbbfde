// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"time"

	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// saidCookie carries to the next page which sentence it says once: the key of a
// message and a seal, never content.
const saidCookie = "__Host-entente-said"

// saidLife is how long a sentence waits for the page that says it.
const saidLife = time.Minute

// sayable are the keys that a cookie may name: the closed list of each room.
var sayable = regexp.MustCompile(`^[a-z]+\.said\.[a-z_]+$`)

// SeeOtherSaying sends the browser on to path after an act that the next page does
// not show by itself: that page says the message of key once, to whoever is signed
// in. The key is "<room>.said.<what>", of what was not done "<room>.said.not_<what>",
// and its message takes no arguments.
func SeeOtherSaying(w http.ResponseWriter, r *http.Request, path, key string) error {
	SayNext(w, r, key)
	return SeeOther(w, r, path)
}

// SayNext is SeeOtherSaying for an answer to a script, which goes on by itself.
func SayNext(w http.ResponseWriter, r *http.Request, key string) {
	if token := Token(r); token != "" {
		http.SetCookie(w, said(key+"~"+seal(token, key), int(saidLife/time.Second)))
	}
}

// said makes the cookie. It is sent to our own pages alone, and with requests that
// our own pages begin.
func said(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: saidCookie, Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// seal binds a key to the session in which it was earned: whoever does not hold the
// session's token has nothing said, and what was said in another session is not.
func seal(token, key string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("said " + key))
	return hex.EncodeToString(mac.Sum(nil))
}

// notices returns what the page that answers r says once, and sees to it that no
// other does. What a script fetches says nothing.
func notices(w http.ResponseWriter, r *http.Request) []ui.Notice {
	value := cookie(r, saidCookie)
	if value == "" || r.Method != http.MethodGet || !wantsPage(r) {
		return nil
	}
	http.SetCookie(w, said("", -1))
	key, sealed, _ := strings.Cut(value, "~")
	token := Token(r)
	if token == "" || !sayable.MatchString(key) || !hmac.Equal([]byte(sealed), []byte(seal(token, key))) {
		return nil
	}
	text := words.SayOr(r.Context(), key, "")
	if text == "" {
		return nil
	}
	kind := ui.Good
	if strings.Contains(key, ".said.not_") {
		kind = ui.Info
	}
	return []ui.Notice{{Kind: kind, Text: text}}
}
